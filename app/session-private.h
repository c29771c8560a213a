/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/work.h"

G_BEGIN_DECLS

/* Shared by session*.c only. (transfer full); on the main thread, nothing is read or opened. */
HsWork *hs_session_make_work (HsSession *self,
                              const char *what,
                              HsDevice *device,
                              const HsRequestOptions *options);

G_END_DECLS
