/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How full a place is, 0 to 1; amber above 97 %. The words beside it speak. */
GtkWidget *hs_memory_bar_new (double used);
/* The same with a thin line above it: how full it was @before; -1: not known, there is no line.
 * @warn: amber when it is nearly full, red when more is in it than goes in; else it stays blue,
 * because being full is what that place is for. */
GtkWidget *hs_memory_bar_new_beside (double used, double before, gboolean warn);

G_END_DECLS
