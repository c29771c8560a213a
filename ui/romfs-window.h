/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What is in a ROMFS image: opened from a file, a folder, a camera, a board's romfs_config.json or
 * a build; changed; saved as an image. */

/* @path: (nullable): an image, a folder, or a romfs_config.json; NULL: an empty image */
void hs_romfs_window_open (HsSession *session, GtkWindow *parent, const char *path);
/* What a build of this board puts into its ROMFS, by its romfs_config.json. */
void hs_romfs_window_open_board (HsSession *session,
                                 GtkWindow *parent,
                                 const char *tree,
                                 const char *target);
/* An artifact of a build. @name: what it is called. */
void hs_romfs_window_open_blob (HsSession *session,
                                GtkWindow *parent,
                                const char *name,
                                const char *sha256,
                                const char *board);

G_END_DECLS
