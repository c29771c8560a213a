/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsDrawing:
 *
 * A drawing of ours. One SVG serves light and dark: the rules between "theme" and "end" in its
 * style block are replaced by the theme's colours, also those of high contrast. It is rendered at
 * the size it is shown at. Properties: "resource", "width" that it would like in pixels,
 * "alternative-text".
 */
#define HS_TYPE_DRAWING (hs_drawing_get_type ())
G_DECLARE_FINAL_TYPE (HsDrawing, hs_drawing, HS, DRAWING, GtkWidget)

void hs_drawing_set_resource (HsDrawing *self, const char *resource);
void hs_drawing_set_alternative_text (HsDrawing *self, const char *text);
gboolean hs_drawing_get_shown (HsDrawing *self);

char *hs_drawing_apply_theme (const char *svg, gboolean dark, gboolean contrast);
const char *hs_drawing_nth_class (guint n);

G_END_DECLS
