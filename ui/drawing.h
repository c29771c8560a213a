/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsDrawing:
 *
 * A drawing of ours. One SVG serves light and dark: the rules between "theme" and "end" in its
 * style block are replaced by the theme's colours. Properties: "resource", "width" in pixels.
 */
#define HS_TYPE_DRAWING (hs_drawing_get_type ())
G_DECLARE_FINAL_TYPE (HsDrawing, hs_drawing, HS, DRAWING, GtkWidget)

char *hs_drawing_apply_theme (const char *svg, gboolean dark);

G_END_DECLS
