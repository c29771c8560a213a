/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/operator-grid.h"

enum { MAX_STRIPS = 6 /* more tiles than that show none */ };

struct _HsOperatorGrid {
  GtkGrid parent_instance;

  GListModel *tiles; /* HsTile */
  HsTileScale scale;
};

G_DEFINE_FINAL_TYPE (HsOperatorGrid, hs_operator_grid, GTK_TYPE_GRID)

enum { TILE_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
count_tiles (HsOperatorGrid *self)
{
  return self->tiles != NULL ? MAX (g_list_model_get_n_items (self->tiles), 1) : 1;
}

static guint
count_columns (guint n)
{
  if (n <= 1)
    return 1;
  if (n <= 4)
    return 2;
  if (n <= 6)
    return 3;
  return n <= 16 ? 4 : 6;
}

static HsTileScale
scale_for (guint n, int width, int height)
{
  guint columns = count_columns (n), rows = (n + columns - 1) / columns;
  int tile_width = width / (int) columns, tile_height = height / (int) rows;

  if (n == 1)
    return tile_width >= 1300 && tile_height >= 720 ? HS_TILE_SCALE_FULL : HS_TILE_SCALE_S;
  if (tile_width >= 760 && tile_height >= 380)
    return HS_TILE_SCALE_FULL;
  if (tile_width >= 480 && tile_height >= 260)
    return HS_TILE_SCALE_S;
  return tile_width >= 340 && tile_height >= 180 ? HS_TILE_SCALE_XS : HS_TILE_SCALE_XXS;
}

static void
apply_scale (HsOperatorGrid *self)
{
  guint n = count_tiles (self);
  guint gap = self->scale < HS_TILE_SCALE_XS ? 24 : 14;

  gtk_grid_set_row_spacing (GTK_GRID (self), gap);
  gtk_grid_set_column_spacing (GTK_GRID (self), gap);
  for (GtkWidget *tile = gtk_widget_get_first_child (GTK_WIDGET (self)); tile != NULL;
       tile = gtk_widget_get_next_sibling (tile))
    hs_operator_tile_set_look (HS_OPERATOR_TILE (tile), n == 1, self->scale, n <= MAX_STRIPS);
}

/* -- tiles --------------------------------------------------------------------------------------
 */

static void
tile_changed_cb (HsOperatorGrid *self, HsTile *tile)
{
  g_signal_emit (self, signals[TILE_CHANGED], 0, tile);
}

/* The widget of @tile, with a reference if there is one; else a new one. */
static GtkWidget *
take_widget (HsOperatorGrid *self, HsTile *tile)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  for (; child != NULL; child = gtk_widget_get_next_sibling (child))
    if (hs_operator_tile_get_tile (HS_OPERATOR_TILE (child)) == tile)
      return g_object_ref (child);

  if (tile != NULL)
    g_signal_connect_object (
        tile, "changed", G_CALLBACK (tile_changed_cb), self, G_CONNECT_SWAPPED);
  return g_object_ref_sink (hs_operator_tile_new (tile));
}

static GPtrArray *
take_widgets (HsOperatorGrid *self)
{
  GPtrArray *widgets = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (self->tiles); i++) {
    g_autoptr (HsTile) tile = g_list_model_get_item (self->tiles, i);

    g_ptr_array_add (widgets, take_widget (self, tile));
  }
  if (widgets->len == 0)
    g_ptr_array_add (widgets, take_widget (self, NULL));
  return widgets;
}

/* Tiles that stay keep their widget: nothing is said twice. */
static void
items_changed_cb (HsOperatorGrid *self)
{
  g_autoptr (GPtrArray) widgets = take_widgets (self);
  guint columns = count_columns (widgets->len);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_grid_remove (GTK_GRID (self), child);
  for (guint i = 0; i < widgets->len; i++)
    gtk_grid_attach (
        GTK_GRID (self), widgets->pdata[i], (int) (i % columns), (int) (i / columns), 1, 1);
  apply_scale (self);
}

static void
hs_operator_grid_dispose (GObject *object)
{
  g_clear_object (&HS_OPERATOR_GRID (object)->tiles);

  G_OBJECT_CLASS (hs_operator_grid_parent_class)->dispose (object);
}

static void
hs_operator_grid_class_init (HsOperatorGridClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_operator_grid_dispose;

  signals[TILE_CHANGED] = g_signal_new ("tile-changed",
                                        G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        NULL,
                                        NULL,
                                        NULL,
                                        G_TYPE_NONE,
                                        1,
                                        HS_TYPE_TILE);
}

static void
hs_operator_grid_init (HsOperatorGrid *self)
{
  gtk_grid_set_row_homogeneous (GTK_GRID (self), TRUE);
  gtk_grid_set_column_homogeneous (GTK_GRID (self), TRUE);
}

/* @tiles: (element-type HsTile): followed from now on; set once. */
void
hs_operator_grid_set_tiles (HsOperatorGrid *self, GListModel *tiles)
{
  g_return_if_fail (HS_IS_OPERATOR_GRID (self));
  g_return_if_fail (self->tiles == NULL);

  self->tiles = g_object_ref (tiles);
  g_signal_connect_object (
      tiles, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
  items_changed_cb (self);
}

/**
 * hs_operator_grid_fit:
 * @self: the tiles
 * @width: in pixels, that all of them have together
 * @height: likewise
 *
 * Returns: what they chose; the root needs its class, hs_tile_scale_class()
 */
HsTileScale
hs_operator_grid_fit (HsOperatorGrid *self, int width, int height)
{
  g_return_val_if_fail (HS_IS_OPERATOR_GRID (self), HS_TILE_SCALE_FULL);

  self->scale = scale_for (count_tiles (self), width, height);
  apply_scale (self);
  return self->scale;
}
