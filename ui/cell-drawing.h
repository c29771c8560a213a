/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/strip-cells.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How a cell of the flash strip looks; the theme's colours, looked up once per frame. */
typedef struct {
  GdkRGBA foreground, accent, success, warning, error;
  GdkRGBA ink;     /* of plain cells: the widget's own colour */
  gboolean plain;  /* on a coloured tile: one colour, shapes and brightness say the rest */
  double phase_px; /* how far the stripes of the erasing cell have walked */
} HsCellStyle;

void hs_cell_style_init (HsCellStyle *style, GtkWidget *widget);
void hs_cell_draw (cairo_t *cr, const HsCellStyle *style, HsCell cell, const graphene_rect_t *area);

G_END_DECLS
