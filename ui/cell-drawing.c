/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/cell-drawing.h"

#include <math.h>

enum { MARK_MIN_PX = 9, STRIPES_PX = 5, PLAIN_RADIUS_PX = 6, PLAIN_MARK_MIN_PX = 14 };

static void
look_up (GtkStyleContext *context, const char *name, GdkRGBA *colour)
{
  if (!gtk_style_context_lookup_color (context, name, colour))
    *colour = (GdkRGBA){ .5, .5, .5, 1 };
}

void
hs_cell_style_init (HsCellStyle *style, GtkWidget *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  look_up (context, "window_fg_color", &style->foreground);
  look_up (context, "accent_bg_color", &style->accent);
  look_up (context, "success_bg_color", &style->success);
  look_up (context, "warning_bg_color", &style->warning);
  look_up (context, "error_bg_color", &style->error);
  gtk_style_context_get_color (context, &style->ink);
  style->plain = FALSE;
  style->phase_px = 0;
}

static void
set_colour (cairo_t *cr, const GdkRGBA *colour, double alpha)
{
  cairo_set_source_rgba (cr, colour->red, colour->green, colour->blue, colour->alpha * alpha);
}

static void
rounded (cairo_t *cr, const graphene_rect_t *area, double inset, double radius)
{
  double x = area->origin.x + inset, y = area->origin.y + inset;
  double w = area->size.width - 2 * inset, h = area->size.height - 2 * inset;
  double r = MAX (0, MIN (radius, MIN (w, h) / 2));

  cairo_new_sub_path (cr);
  cairo_arc (cr, x + w - r, y + r, r, -G_PI_2, 0);
  cairo_arc (cr, x + w - r, y + h - r, r, 0, G_PI_2);
  cairo_arc (cr, x + r, y + h - r, r, G_PI_2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 1.5 * G_PI);
  cairo_close_path (cr);
}

static void
stripes (cairo_t *cr, const graphene_rect_t *area, double radius, double phase_px)
{
  const double step = STRIPES_PX + .5;
  double x = area->origin.x, y = area->origin.y;
  double w = area->size.width, h = area->size.height;

  cairo_save (cr);
  rounded (cr, area, 0, radius);
  cairo_clip (cr);
  cairo_set_line_width (cr, 1.6);
  for (double o = -h - step + fmod (phase_px, step); o < w; o += step) {
    cairo_move_to (cr, x + o, y + h);
    cairo_line_to (cr, x + o + h, y);
  }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
tick (cairo_t *cr, double cx, double cy, double k)
{
  cairo_move_to (cr, cx - k, cy);
  cairo_line_to (cr, cx - k * .25, cy + k * .8);
  cairo_line_to (cr, cx + k * 1.1, cy - k * .8);
  cairo_stroke (cr);
}

static void
cross (cairo_t *cr, double cx, double cy, double k)
{
  cairo_move_to (cr, cx - k, cy - k);
  cairo_line_to (cr, cx + k, cy + k);
  cairo_move_to (cr, cx + k, cy - k);
  cairo_line_to (cr, cx - k, cy + k);
  cairo_stroke (cr);
}

/* "≠" */
static void
unequal (cairo_t *cr, double cx, double cy, double k)
{
  cairo_move_to (cr, cx - k, cy - k * .45);
  cairo_line_to (cr, cx + k, cy - k * .45);
  cairo_move_to (cr, cx - k, cy + k * .45);
  cairo_line_to (cr, cx + k, cy + k * .45);
  cairo_move_to (cr, cx + k * .5, cy - k * 1.2);
  cairo_line_to (cr, cx - k * .5, cy + k * 1.2);
  cairo_stroke (cr);
}

static void
padlock (cairo_t *cr, double cx, double cy, double k)
{
  cairo_rectangle (cr, cx - k, cy - k * .1, 2 * k, k * 1.2);
  cairo_fill (cr);
  cairo_arc (cr, cx, cy - k * .1, k * .62, G_PI, 0);
  cairo_stroke (cr);
}

static void
mark (cairo_t *cr, const HsCellStyle *style, HsCell cell, const graphene_rect_t *area)
{
  double cx = area->origin.x + area->size.width / 2;
  double cy = area->origin.y + area->size.height / 2;
  double k = MIN (area->size.width, area->size.height) * .2;

  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_width (cr, cell == HS_CELL_LOCKED ? 1.4 : 1.7);
  if (cell == HS_CELL_LOCKED)
    set_colour (cr, &style->foreground, .45);
  else if (cell == HS_CELL_DIFFERS) /* white on amber can't be seen */
    cairo_set_source_rgba (cr, 0, 0, 0, .75);
  else
    cairo_set_source_rgba (cr, 1, 1, 1, 1);

  if (cell == HS_CELL_READ_BACK)
    tick (cr, cx, cy, k);
  else if (cell == HS_CELL_FAILED)
    cross (cr, cx, cy, k);
  else if (cell == HS_CELL_DIFFERS)
    unequal (cr, cx, cy, k);
  else if (cell == HS_CELL_LOCKED)
    padlock (cr, cx, cy, k);
}

static void
fill (cairo_t *cr, const HsCellStyle *style, HsCell cell, const graphene_rect_t *area)
{
  const struct {
    const GdkRGBA *colour;
    double alpha;
  } fills[HS_N_CELLS] = {
    [HS_CELL_LOCKED] = { &style->foreground, .22 },
    [HS_CELL_UNTOUCHED] = { &style->foreground, .10 },
    [HS_CELL_TODO] = { &style->accent, .07 },
    [HS_CELL_ERASING] = { &style->accent, .14 },
    [HS_CELL_WRITTEN] = { &style->accent, .62 },
    [HS_CELL_READ] = { &style->accent, .35 },
    [HS_CELL_READ_BACK] = { &style->success, .95 },
    [HS_CELL_UNKNOWN] = { &style->warning, .18 },
    [HS_CELL_FAILED] = { &style->error, 1 },
    [HS_CELL_DIFFERS] = { &style->warning, .9 },
  };

  rounded (cr, area, 0, 3.5);
  set_colour (cr, fills[cell].colour, fills[cell].alpha);
  cairo_fill (cr);
}

static void
outline (cairo_t *cr, const HsCellStyle *style, HsCell cell, const graphene_rect_t *area)
{
  static const double dash[] = { 3, 2.5 };

  cairo_save (cr);
  cairo_set_line_width (cr, 1.3);
  set_colour (cr, &style->accent, cell == HS_CELL_ERASING ? 1 : .55);
  if (cell == HS_CELL_TODO && area->size.width > 5)
    cairo_set_dash (cr, dash, G_N_ELEMENTS (dash), 0);
  rounded (cr, area, .65, 3.5);
  cairo_stroke (cr);
  cairo_restore (cr);
}

/* On the coloured tiles of operator mode. */
static void
draw_plain (cairo_t *cr, const HsCellStyle *style, HsCell cell, const graphene_rect_t *area)
{
  static const double alphas[HS_N_CELLS] = {
    [HS_CELL_LOCKED] = .16,    [HS_CELL_UNTOUCHED] = .16, [HS_CELL_TODO] = .10,
    [HS_CELL_ERASING] = .30,   [HS_CELL_WRITTEN] = .78,   [HS_CELL_READ] = .5,
    [HS_CELL_READ_BACK] = .95, [HS_CELL_UNKNOWN] = .12,   [HS_CELL_FAILED] = 1,
    [HS_CELL_DIFFERS] = .5,
  };
  double cx = area->origin.x + area->size.width / 2;
  double cy = area->origin.y + area->size.height / 2;
  double k = MIN (area->size.width, area->size.height) * .2;
  double paper = style->ink.green > .5 ? 0 : 1;

  rounded (cr, area, 0, PLAIN_RADIUS_PX);
  set_colour (cr, &style->ink, alphas[cell]);
  cairo_fill (cr);
  if (cell == HS_CELL_TODO || cell == HS_CELL_UNKNOWN) {
    cairo_set_line_width (cr, 2);
    set_colour (cr, &style->ink, .4);
    rounded (cr, area, 1, PLAIN_RADIUS_PX);
    cairo_stroke (cr);
  }
  if ((cell != HS_CELL_READ_BACK && cell != HS_CELL_FAILED) ||
      area->size.width <= PLAIN_MARK_MIN_PX)
    return;

  cairo_set_line_width (cr, k < 5 ? 3 : 4);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_set_source_rgba (cr, paper, paper, paper, paper > 0 ? .9 : .62);
  if (cell == HS_CELL_READ_BACK)
    tick (cr, cx, cy, k);
  else
    cross (cr, cx, cy, k);
}

/**
 * hs_cell_draw:
 * @cr: where to draw
 * @style: colours
 * @cell: which cell
 * @area: its rectangle, in pixels
 *
 * Draws one cell. Below 9 pixels of width it has no mark.
 */
void
hs_cell_draw (cairo_t *cr, const HsCellStyle *style, HsCell cell, const graphene_rect_t *area)
{
  if (style->plain) {
    draw_plain (cr, style, cell, area);
    return;
  }

  fill (cr, style, cell, area);
  if (cell == HS_CELL_TODO || cell == HS_CELL_ERASING)
    outline (cr, style, cell, area);
  if (cell == HS_CELL_UNKNOWN || cell == HS_CELL_ERASING) {
    set_colour (cr,
                cell == HS_CELL_UNKNOWN ? &style->warning : &style->accent,
                cell == HS_CELL_UNKNOWN ? .95 : .5);
    stripes (cr, area, 3.5, cell == HS_CELL_ERASING ? style->phase_px : 0);
  }
  if (area->size.width > MARK_MIN_PX)
    mark (cr, style, cell, area);
}
