/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/memory-map.h"

enum { BAR_PX = 30, BEFORE_PX = 5, GAP_PX = 3, TEXT_PAD_PX = 7 };

struct _HsMemoryMap {
  GtkWidget parent_instance;

  guint64 length;
  GPtrArray *pieces; /* HsMapPiece */
  GPtrArray *before; /* HsMapPiece; nullable */
};

G_DEFINE_FINAL_TYPE (HsMemoryMap, hs_memory_map, GTK_TYPE_WIDGET)

void
hs_map_piece_free (HsMapPiece *self)
{
  g_free (self->label);
  g_free (self);
}

/* -- drawing ---------------------------------------------------------------------------------- */

static GdkRGBA
colour (GtkWidget *widget, const char *name, double alpha)
{
  GdkRGBA result = { .5f, .5f, .5f, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &result);
  result.alpha *= (float) alpha;
  return result;
}

static guint64
sum_of (GPtrArray *pieces)
{
  guint64 sum = 0;

  for (guint i = 0; pieces != NULL && i < pieces->len; i++)
    sum += ((const HsMapPiece *) g_ptr_array_index (pieces, i))->size;
  return sum;
}

/* Neighbours must be told apart: darker and lighter by turns. */
static GdkRGBA
colour_of (GtkWidget *widget, const HsMapPiece *piece, guint n)
{
  if (!piece->movable)
    return colour (widget, "window_fg_color", n % 2 == 0 ? .34 : .26);
  return colour (widget, "accent_bg_color", n % 2 == 0 ? .95 : .72);
}

static void
draw_label (HsMemoryMap *self, GtkSnapshot *snapshot, const HsMapPiece *piece, graphene_rect_t *at)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (widget, piece->label);
  GdkRGBA ink = colour (widget, piece->movable ? "accent_fg_color" : "window_fg_color", 1);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (width + 2 * TEXT_PAD_PX > at->size.width)
    return;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (at->origin.x + TEXT_PAD_PX,
                                                at->origin.y + (at->size.height - height) / 2));
  gtk_snapshot_append_layout (snapshot, layout, &ink);
  gtk_snapshot_restore (snapshot);
}

typedef struct {
  GPtrArray *pieces;
  double scale; /* pixels for a byte */
  float y;
  float height;
} Bar;

static void
draw_pieces (HsMemoryMap *self, GtkSnapshot *snapshot, const Bar *bar, gboolean labels)
{
  double x = 0;

  for (guint i = 0; i < bar->pieces->len; i++) {
    const HsMapPiece *piece = g_ptr_array_index (bar->pieces, i);
    GdkRGBA fill = colour_of (GTK_WIDGET (self), piece, i);
    graphene_rect_t at =
        GRAPHENE_RECT_INIT ((float) x, bar->y, (float) (piece->size * bar->scale), bar->height);

    if (labels)
      draw_label (self, snapshot, piece, &at);
    else
      gtk_snapshot_append_color (snapshot, &fill, &at);
    x += piece->size * bar->scale;
  }
}

static void
draw_bar (HsMemoryMap *self, GtkSnapshot *snapshot, GPtrArray *pieces, float y, float height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  float width = (float) gtk_widget_get_width (widget);
  guint64 used = sum_of (pieces);
  guint64 all = MAX (MAX (used, self->length), 1);
  Bar bar = { pieces, width / (double) all, y, height };
  GdkRGBA ground = colour (widget, "window_fg_color", .10);
  GdkRGBA over = colour (widget, "error_bg_color", 1);
  GskRoundedRect shape;

  gsk_rounded_rect_init_from_rect (
      &shape, &GRAPHENE_RECT_INIT (0, y, width, height), height > BEFORE_PX ? 6 : 2);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &ground, &shape.bounds);
  draw_pieces (self, snapshot, &bar, FALSE);
  if (used > self->length)
    gtk_snapshot_append_color (snapshot,
                               &over,
                               &GRAPHENE_RECT_INIT ((float) (self->length * bar.scale),
                                                    y,
                                                    (float) ((used - self->length) * bar.scale),
                                                    height));
  if (height > BEFORE_PX)
    draw_pieces (self, snapshot, &bar, TRUE);
  gtk_snapshot_pop (snapshot);
}

static void
hs_memory_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HsMemoryMap *self = HS_MEMORY_MAP (widget);

  if (self->pieces == NULL)
    return;
  if (self->before != NULL)
    draw_bar (self, snapshot, self->before, 0, BEFORE_PX);
  draw_bar (self, snapshot, self->pieces, BEFORE_PX + GAP_PX, BAR_PX);
}

static void
hs_memory_map_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? BEFORE_PX + GAP_PX + BAR_PX : 160;
}

/* -- the widget ------------------------------------------------------------------------------- */

static void
hs_memory_map_finalize (GObject *object)
{
  HsMemoryMap *self = HS_MEMORY_MAP (object);

  g_clear_pointer (&self->pieces, g_ptr_array_unref);
  g_clear_pointer (&self->before, g_ptr_array_unref);
  G_OBJECT_CLASS (hs_memory_map_parent_class)->finalize (object);
}

static void
hs_memory_map_class_init (HsMemoryMapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_memory_map_finalize;
  widget_class->snapshot = hs_memory_map_snapshot;
  widget_class->measure = hs_memory_map_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  gtk_widget_class_set_css_name (widget_class, "memorymap");
}

static void
hs_memory_map_init (HsMemoryMap *self)
{
}

GtkWidget *
hs_memory_map_new (guint64 length)
{
  HsMemoryMap *self = g_object_new (HS_TYPE_MEMORY_MAP, NULL);

  self->length = length;
  return GTK_WIDGET (self);
}

void
hs_memory_map_set (HsMemoryMap *self, GPtrArray *pieces, GPtrArray *before)
{
  g_return_if_fail (HS_IS_MEMORY_MAP (self));

  g_clear_pointer (&self->pieces, g_ptr_array_unref);
  g_clear_pointer (&self->before, g_ptr_array_unref);
  self->pieces = pieces;
  self->before = before;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
