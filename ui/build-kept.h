/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-past.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Windows that show what is kept beside a build. Read on the catalog's thread; what can't be read
 * is said in the window. @title: what it is of: a build's name. */
void hs_build_kept_open_log (HsSession *session,
                             GtkWindow *parent,
                             const HsArtifact *log,
                             const char *title);
void hs_build_kept_open_diff (HsSession *session,
                              GtkWindow *parent,
                              const HsArtifact *diff,
                              const char *title);
/* What takes the room: the biggest objects of a kept map or ELF. @map, @elf: one of them is
 * nullable.
 */
void hs_build_kept_open_weights (HsSession *session,
                                 GtkWindow *parent,
                                 const HsArtifact *map,
                                 const HsArtifact *elf,
                                 const char *title);

G_END_DECLS
