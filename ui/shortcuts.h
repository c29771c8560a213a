/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The window of keyboard shortcuts, made anew each time. Not GtkApplication's automatic one: that
 * stays as a hidden toplevel, and GTK 4.8 ends with a segmentation fault when assistive technology
 * then asks for a window that has just closed. */
void hs_shortcuts_present (GtkWindow *parent);

G_END_DECLS
