/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "What Hotshoe Wrote" to a tree, newest first: each change with its diff, and Undo. @tree: a root;
 * @target: what the title says. */
void
hs_edits_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
