/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

gboolean hs_practice_add_builds (HsSession *session, GError **error);
gboolean hs_practice_write_build (const HsBoard *board, const char *folder, GError **error);

G_END_DECLS
