/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* "What Runs at Boot": what happens on a camera with this board's frozen files, from power to the
 * REPL, and where an import is found. @tree: a root. */
void
hs_boot_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
