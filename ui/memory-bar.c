/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/memory-bar.h"

#define TIGHT (0.97) /* above this the bar is amber */

enum { BAR_PX = 12, LINE_PX = 2, LINE_GAP_PX = 2 };

typedef struct {
  double used;
  double before; /* -1: not known */
  gboolean warn;
} Fill;

static void
set_colour (GtkWidget *widget, cairo_t *cr, const char *name, double alpha)
{
  GdkRGBA colour = { .5f, .5f, .5f, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &colour);
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha * alpha);
}

static void
rounded (cairo_t *cr, double top, double width, double height, double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, width - radius, top + radius, radius, -G_PI_2, 0);
  cairo_arc (cr, width - radius, top + height - radius, radius, 0, G_PI_2);
  cairo_arc (cr, radius, top + height - radius, radius, G_PI_2, G_PI);
  cairo_arc (cr, radius, top + radius, radius, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

static const char *
bar_colour (const Fill *fill)
{
  if (fill->warn && fill->used > 1)
    return "error_bg_color";
  return fill->warn && fill->used > TIGHT ? "warning_bg_color" : "accent_bg_color";
}

static void
draw (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  const Fill *fill = data;
  double top = height - BAR_PX;

  if (fill->before >= 0) {
    cairo_rectangle (cr, 0, 0, width * CLAMP (fill->before, 0, 1), LINE_PX);
    set_colour (GTK_WIDGET (area), cr, "window_fg_color", .42);
    cairo_fill (cr);
  }
  rounded (cr, top, width, BAR_PX, 4);
  set_colour (GTK_WIDGET (area), cr, "window_fg_color", .10);
  cairo_fill_preserve (cr);
  cairo_clip (cr);
  cairo_rectangle (cr, 0, top, width * CLAMP (fill->used, 0, 1), BAR_PX);
  set_colour (GTK_WIDGET (area), cr, bar_colour (fill), .9);
  cairo_fill (cr);
}

GtkWidget *
hs_memory_bar_new_beside (double used, double before, gboolean warn)
{
  const Fill fill = { used, before, warn };
  int height = before >= 0 ? BAR_PX + LINE_PX + LINE_GAP_PX : BAR_PX;
  GtkWidget *bar = g_object_new (GTK_TYPE_DRAWING_AREA,
                                 "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                 "content-height",
                                 height,
                                 "valign",
                                 GTK_ALIGN_CENTER,
                                 NULL);

  gtk_drawing_area_set_draw_func (
      GTK_DRAWING_AREA (bar), draw, g_memdup2 (&fill, sizeof fill), g_free);
  return bar;
}

GtkWidget *
hs_memory_bar_new (double used)
{
  return hs_memory_bar_new_beside (used, -1, TRUE);
}
