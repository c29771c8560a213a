/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A tree was cloned to @root, and is one. */
typedef void (*HsCloned) (gpointer owner, const char *root);

/* Asks for an address and a folder, clones with progress; closing it stops, and removes what was
 * begun. @cloned: unless @owner is gone. */
void hs_clone_dialog_open (HsSession *session, GtkWindow *parent, HsCloned cloned, gpointer owner);

G_END_DECLS
