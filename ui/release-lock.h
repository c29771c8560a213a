/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/release-dialogs.h"

G_BEGIN_DECLS

/* Asks for the version of a draft to be typed, then locks it for ever. @show gets the release. */
GtkWindow *hs_release_lock_new (HsSession *session,
                                HsReleaseDetail *detail,
                                HsReleaseShow show,
                                gpointer owner);

G_END_DECLS
