/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/romfs-list.h"

#include "app/explain.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsRomfsItem {
  GObject parent_instance;

  char *name;
  guint64 size;      /* bytes */
  guint64 offset;    /* where its data would lie */
  guint alignment;   /* that was asked for */
  const char *shown; /* kind, translated */
};

G_DEFINE_FINAL_TYPE (HsRomfsItem, hs_romfs_item, G_TYPE_OBJECT)

static void
hs_romfs_item_finalize (GObject *object)
{
  g_free (HS_ROMFS_ITEM (object)->name);
  G_OBJECT_CLASS (hs_romfs_item_parent_class)->finalize (object);
}

static void
hs_romfs_item_class_init (HsRomfsItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_romfs_item_finalize;
}

static void
hs_romfs_item_init (HsRomfsItem *self)
{
}

const char *
hs_romfs_item_get_name (HsRomfsItem *self)
{
  return self->name;
}

guint
hs_romfs_item_get_alignment (HsRomfsItem *self)
{
  return self->alignment;
}

static const char *
kind_of (const char *name)
{
  static const struct {
    const char *ending, *kind;
  } kinds[] = {
    { ".py", N_ ("Script") },    { ".mpy", N_ ("Compiled script") },
    { ".tflite", N_ ("Model") }, { ".cascade", N_ ("Haar cascade") },
    { ".txt", N_ ("Text") },     { ".json", N_ ("Text") },
    { ".xml", N_ ("Text") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_suffix (name, kinds[i].ending))
      return _ (kinds[i].kind);
  return _ ("File");
}

GListModel *
hs_romfs_items_new (HsRomfs *romfs)
{
  g_autoptr (GArray) offsets = hs_romfs_dup_offsets (romfs);
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);
  GListStore *store = g_list_store_new (HS_TYPE_ROMFS_ITEM);

  for (guint i = 0; i < hs_romfs_get_n_files (romfs); i++) {
    const HsRomfsFile *file = hs_romfs_get_file (romfs, i);
    HsRomfsItem *item = g_object_new (HS_TYPE_ROMFS_ITEM, NULL);

    item->name = g_strdup (file->name);
    item->size = g_bytes_get_size (file->bytes);
    item->offset = g_array_index (offsets, guint64, i);
    item->alignment = file->alignment;
    item->shown = kind_of (file->name);
    g_ptr_array_add (items, item);
  }
  g_list_store_splice (store, 0, 0, items->pdata, items->len);
  return G_LIST_MODEL (store);
}

/* -- columns ---------------------------------------------------------------------------------- */

static void
show_name (GtkLabel *label, HsRomfsItem *item)
{
  gtk_label_set_text (label, item->name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), item->name);
}

static void
show_kind (GtkLabel *label, HsRomfsItem *item)
{
  gtk_label_set_text (label, item->shown);
}

static void
show_size (GtkLabel *label, HsRomfsItem *item)
{
  g_autofree char *size = hs_format_size (item->size);
  g_autofree char *exact = hs_format_bytes (item->size);

  gtk_label_set_text (label, size);
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), exact);
}

static void
show_alignment (GtkLabel *label, HsRomfsItem *item)
{
  g_autofree char *text = g_strdup_printf ("%u", item->alignment);
  g_autofree char *where =
      g_strdup_printf (_ ("Its data begins at 0x%" G_GINT64_MODIFIER "x"), item->offset);

  gtk_label_set_text (label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (label), where);
}

typedef void (*ShowFunc) (GtkLabel *label, HsRomfsItem *item);

static const struct {
  const char *title; /* N_()-marked */
  ShowFunc show;
  gboolean grows, figure;
} columns[] = {
  { N_ ("Name"), show_name, TRUE, FALSE },
  { N_ ("Kind"), show_kind, FALSE, FALSE },
  { N_ ("Size"), show_size, FALSE, TRUE },
  { N_ ("Alignment"), show_alignment, FALSE, TRUE },
};

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *row, gpointer n)
{
  GtkWidget *label = gtk_label_new (NULL);
  gboolean figure = columns[GPOINTER_TO_UINT (n)].figure;

  gtk_label_set_xalign (GTK_LABEL (label), figure ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  if (figure)
    gtk_widget_add_css_class (label, "figure");
  gtk_list_item_set_child (row, label);
}

/* Of a column view: cell, then row. */
static void
name_row (GtkWidget *label, const char *name)
{
  GtkWidget *cell = gtk_widget_get_parent (label);

  if (cell != NULL)
    hs_piece_name_list_item (cell, name);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *row, gpointer n)
{
  HsRomfsItem *item = gtk_list_item_get_item (row);
  GtkWidget *label = gtk_list_item_get_child (row);

  columns[GPOINTER_TO_UINT (n)].show (GTK_LABEL (label), item);
  name_row (label, item->name);
}

/* Figures stand at the right: so do their titles. GTK 4.8 has no property for it. */
static void
align_titles (GtkWidget *heading)
{
  GtkWidget *title = gtk_widget_get_first_child (heading);

  for (guint i = 0; i < G_N_ELEMENTS (columns) && title != NULL; i++) {
    GtkWidget *box = gtk_widget_get_first_child (title);

    if (columns[i].figure && box != NULL)
      gtk_widget_set_halign (box, GTK_ALIGN_END);
    title = gtk_widget_get_next_sibling (title);
  }
}

GtkWidget *
hs_romfs_list_new (GtkSelectionModel *model)
{
  GtkWidget *view = gtk_column_view_new (model);

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
    g_autoptr (GtkColumnViewColumn) column = NULL;

    g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
    g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
    column = gtk_column_view_column_new (_ (columns[i].title), factory);
    gtk_column_view_column_set_expand (column, columns[i].grows);
    if (!columns[i].grows)
      gtk_column_view_column_set_fixed_width (column, i == 1 ? 150 : 110);
    gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
  }
  align_titles (gtk_widget_get_first_child (view));
  hs_piece_name (view, _ ("Files in the image"));
  for (GtkWidget *child = gtk_widget_get_first_child (view); child != NULL;
       child = gtk_widget_get_next_sibling (child)) /* the heading, and the list */
    hs_piece_name (child, GTK_IS_LIST_VIEW (child) ? _ ("Files") : _ ("Columns"));
  gtk_widget_add_css_class (view, "data-table");
  gtk_widget_add_css_class (view, "inset-table");
  return view;
}
