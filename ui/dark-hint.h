/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Keeps the style class "dark-hint" on @self for as long as the theme is dark: what style.css needs
 * where a colour can't follow by itself. Main thread; ends with @self. */
void hs_dark_hint_follow (GtkWidget *self);

G_END_DECLS
