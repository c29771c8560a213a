/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list-row.h"

#include "ui/piece.h"

struct _HsListRow {
  GtkBox parent_instance;

  GtkWidget *title;
  GtkWidget *sub;
  GtkWidget *icon;
  GtkWidget *chip;
  HsModelRow *row; /* owned; NULL while not bound */
  HsListRowFill fill;
  gpointer page; /* borrowed: the page owns the list that owns this row */
};

G_DEFINE_FINAL_TYPE (HsListRow, hs_list_row, GTK_TYPE_BOX)

static void
hs_list_row_dispose (GObject *object)
{
  HsListRow *self = HS_LIST_ROW (object);

  if (self->row != NULL)
    g_signal_handlers_disconnect_by_data (self->row, self);
  g_clear_object (&self->row);
  G_OBJECT_CLASS (hs_list_row_parent_class)->dispose (object);
}

static void
hs_list_row_class_init (HsListRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_list_row_dispose;
}

static GtkWidget *
line (const char *classes)
{
  GtkWidget *label = hs_piece_label (NULL, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
hs_list_row_init (HsListRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->title = line ("heading");
  self->sub = line ("dim-label caption");
  /* What is told apart by its end, like versions, stays so. */
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_MIDDLE);
  self->icon = hs_piece_icon (NULL, 14, "idle");
  gtk_widget_set_visible (self->icon, FALSE);
  self->chip = hs_piece_chip (NULL, NULL);
  gtk_box_append (GTK_BOX (words), self->title);
  gtk_box_append (GTK_BOX (words), self->sub);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_set_spacing (GTK_BOX (self), 11);
  gtk_box_append (GTK_BOX (self), words);
  gtk_box_append (GTK_BOX (self), hs_piece_row (5, self->icon, self->chip, NULL));
}

static void
fill_cb (HsListRow *self)
{
  gpointer item = hs_model_row_get_item (self->row);

  if (item != NULL)
    self->fill (self, item, self->page);
  else
    hs_list_row_set (self, "", " ", NULL, NULL, "");
}

static void
set_row (HsListRow *self, HsModelRow *row)
{
  if (self->row != NULL)
    g_signal_handlers_disconnect_by_data (self->row, self);
  g_set_object (&self->row, row);
  if (row == NULL)
    return;

  g_signal_connect_object (row, "notify::item", G_CALLBACK (fill_cb), self, G_CONNECT_SWAPPED);
  fill_cb (self);
}

/**
 * hs_list_row_set:
 * @self: a row
 * @title_markup: first line
 * @sub_markup: second line
 * @chip: (nullable): text of the chip
 * @chip_meaning: (nullable): "ok" "bad" "warn" "work"
 * @name: what assistive technology says
 */
void
hs_list_row_set (HsListRow *self,
                 const char *title_markup,
                 const char *sub_markup,
                 const char *chip,
                 const char *chip_meaning,
                 const char *name)
{
  g_return_if_fail (HS_IS_LIST_ROW (self));

  gtk_label_set_markup (GTK_LABEL (self->title), title_markup);
  gtk_label_set_markup (GTK_LABEL (self->sub), sub_markup);
  gtk_label_set_label (GTK_LABEL (self->chip), chip != NULL ? chip : "");
  gtk_widget_set_visible (self->chip, chip != NULL);
  hs_piece_set_meaning (self->chip, chip_meaning);
  hs_piece_name_list_item (GTK_WIDGET (self), name);
}

/* A shape before the chip; NULL: none. */
void
hs_list_row_set_icon (HsListRow *self, const char *icon_name)
{
  g_return_if_fail (HS_IS_LIST_ROW (self));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon_name);
  gtk_widget_set_visible (self->icon, icon_name != NULL);
}

typedef struct {
  HsListRowFill fill;
  gpointer page;
} Factory;

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, Factory *data)
{
  HsListRow *row = g_object_new (HS_TYPE_LIST_ROW, NULL);

  row->fill = data->fill;
  row->page = data->page;
  gtk_list_item_set_child (item, GTK_WIDGET (row));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  set_row (HS_LIST_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  set_row (HS_LIST_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
factory_data_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

/**
 * hs_list_row_factory_new:
 * @fill: shows an item
 * @page: handed to @fill; must outlive the list
 *
 * Returns: (transfer full): makes an #HsListRow for each #HsModelRow
 */
GtkListItemFactory *
hs_list_row_factory_new (HsListRowFill fill, gpointer page)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  Factory *data = g_new0 (Factory, 1);

  data->fill = fill;
  data->page = page;
  g_signal_connect_data (factory, "setup", G_CALLBACK (setup_cb), data, factory_data_free, 0);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  return factory;
}
