/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/memory-bar.h"

#define TIGHT (0.97) /* above this the bar is amber */

static void
set_colour (GtkWidget *widget, cairo_t *cr, const char *name, double alpha)
{
  GdkRGBA colour = { .5f, .5f, .5f, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &colour);
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha * alpha);
}

static void
rounded (cairo_t *cr, double width, double height, double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, width - radius, radius, radius, -G_PI_2, 0);
  cairo_arc (cr, width - radius, height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, radius, height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, radius, radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  double used = *(double *) data;

  rounded (cr, width, height, 4);
  set_colour (GTK_WIDGET (area), cr, "window_fg_color", .10);
  cairo_fill_preserve (cr);
  cairo_clip (cr);
  cairo_rectangle (cr, 0, 0, width * CLAMP (used, 0, 1), height);
  set_colour (GTK_WIDGET (area), cr, used > TIGHT ? "warning_bg_color" : "accent_bg_color", .9);
  cairo_fill (cr);
}

GtkWidget *
hs_memory_bar_new (double used)
{
  GtkWidget *bar = g_object_new (GTK_TYPE_DRAWING_AREA,
                                 "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                 "content-height",
                                 12,
                                 "valign",
                                 GTK_ALIGN_CENTER,
                                 NULL);

  gtk_drawing_area_set_draw_func (
      GTK_DRAWING_AREA (bar), draw, g_memdup2 (&used, sizeof used), g_free);
  return bar;
}
