/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "Debugging": an editor's files for a board, what stands in the way, and a debugger in a terminal.
 * @tree: a root. */
void
hs_debug_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
