/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How full a place is, 0 to 1; amber above 97 %. The words beside it speak. */
GtkWidget *hs_memory_bar_new (double used);

G_END_DECLS
