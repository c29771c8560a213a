/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/memory-window.h"

#include "app/explain.h"
#include "app/firmware/features.h"
#include "ui/memory-map.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"
#include "ui/tree-window.h"

#include <glib/gi18n-lib.h>

#define KB 1024

/* -- what is shown ---------------------------------------------------------------------------- */

#define HS_TYPE_MEMORY_BODY (hs_memory_body_get_type ())
G_DECLARE_FINAL_TYPE (HsMemoryBody, hs_memory_body, HS, MEMORY_BODY, GtkBox)

/* A block, and the spin button that changes it. */
typedef struct {
  const HsMemoryBlock *block;
  GtkSpinButton *spin; /* nullable: it stays as it is */
} Row;

typedef struct {
  const HsTreeRange *range;
  HsMemoryMap *map;
  GtkLabel *free;
} Region;

struct _HsMemoryBody {
  GtkBox parent_instance;

  AdwBin *place;
  GtkLabel *summary;
  GtkWidget *revert;
  GtkWidget *change;

  const HsMemoryLayout *layout; /* of what the window read */
  GArray *rows;                 /* Row */
  GArray *regions;              /* Region */
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsMemoryBody, hs_memory_body, GTK_TYPE_BOX)

static guint64
size_of (const Row *row)
{
  guint kb = row->spin != NULL ? (guint) gtk_spin_button_get_value_as_int (row->spin) : 0;

  return row->spin != NULL && kb * (guint64) KB != row->block->size ? kb * (guint64) KB
                                                                    : row->block->size;
}

static gboolean
is_changed (const Row *row)
{
  return size_of (row) != row->block->size;
}

/* -- the picture ------------------------------------------------------------------------------ */

/* "OMV_UMA_BLOCK0" is "UMA_BLOCK0" to whoever reads a picture. */
static const char *
short_name (const char *name)
{
  const char *omv = strstr (name, "OMV_");

  return omv != NULL ? omv + strlen ("OMV_") : name;
}

static GPtrArray *
pieces_of (HsMemoryBody *self, const char *region, gboolean before)
{
  GPtrArray *pieces = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_map_piece_free);

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);
    HsMapPiece *piece;

    if (!g_str_equal (row->block->region, region))
      continue;
    piece = g_new0 (HsMapPiece, 1);
    piece->label = g_strdup (short_name (row->block->name));
    piece->size = before ? row->block->size : size_of (row);
    piece->movable = row->spin != NULL;
    g_ptr_array_add (pieces, piece);
  }
  return pieces;
}

/* FALSE: it does not fit. */
static gboolean
show_region (HsMemoryBody *self, const Region *region)
{
  GPtrArray *pieces = pieces_of (self, region->range->name, FALSE);
  guint64 used = 0;
  gboolean fits;
  g_autofree char *size = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < pieces->len; i++)
    used += ((const HsMapPiece *) g_ptr_array_index (pieces, i))->size;
  fits = used <= region->range->length;
  size = hs_format_size (fits ? region->range->length - used : used - region->range->length);
  text = used == region->range->length ? g_strdup (_ ("full"))
         : fits                        ? g_strdup_printf (_ ("%s free"), size)
                                       : g_strdup_printf (_ ("%s too much"), size);
  gtk_label_set_label (region->free, text);
  hs_piece_set_meaning (GTK_WIDGET (region->free), fits ? NULL : "bad");
  hs_memory_map_set (region->map, pieces, pieces_of (self, region->range->name, TRUE));
  return fits;
}

static void
update (HsMemoryBody *self)
{
  guint changed = 0, over = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->regions->len; i++)
    over += !show_region (self, &g_array_index (self->regions, Region, i));
  for (guint i = 0; i < self->rows->len; i++)
    changed += is_changed (&g_array_index (self->rows, Row, i));
  if (over > 0)
    text = g_strdup_printf (ngettext ("%u region has less room than its blocks take.",
                                      "%u regions have less room than their blocks take.",
                                      over),
                            over);
  else if (changed > 0)
    text = g_strdup_printf (
        ngettext ("%u block is another size.", "%u blocks are another size.", changed), changed);
  else
    text = g_strdup (_ ("Nothing is changed yet."));
  gtk_label_set_label (self->summary, text);
  gtk_widget_set_sensitive (self->change, changed > 0 && over == 0);
  gtk_widget_set_visible (self->revert, changed > 0);
}

static void
changed_cb (HsMemoryBody *self)
{
  if (!self->setting)
    update (self);
}

static void
revert_cb (HsMemoryBody *self)
{
  self->setting = TRUE;
  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);

    if (row->spin != NULL)
      gtk_spin_button_set_value (row->spin, (double) (row->block->size / KB));
  }
  self->setting = FALSE;
  update (self);
}

/* -- rows ------------------------------------------------------------------------------------- */

static GtkWidget *
spin_new (HsMemoryBody *self, const HsMemoryBlock *block, const HsTreeRange *range)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (1, (double) (range->length / KB), 1);
  g_autofree char *name = g_strdup_printf (_ ("%s, in KB"), block->name);

  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), (double) (block->size / KB));
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  hs_piece_name (spin, name);
  g_signal_connect_object (spin, "value-changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return spin;
}

static void
add_block (HsMemoryBody *self,
           GtkWidget *group,
           const HsMemoryBlock *block,
           const HsTreeRange *range)
{
  gboolean movable = block->movable && block->size % KB == 0 && block->size > 0;
  g_autofree char *subtitle = g_markup_printf_escaped (movable ? "%s" : _ ("%s · stays as it is"),
                                                       block->what != NULL ? _ (block->what) : "");
  g_autofree char *size = hs_format_size (block->size);
  g_autofree char *exact = hs_format_bytes (block->size);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *end = movable ? spin_new (self, block, range) : hs_piece_label (size, "figure");
  Row one = { block, movable ? GTK_SPIN_BUTTON (end) : NULL };

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), short_name (block->name));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_tooltip_text (row, exact);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), end);
  if (movable) {
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), hs_piece_label (_ ("KB"), "dim-label"));
    adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), end);
  }
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_array_append_val (self->rows, one);
}

static gboolean
has_blocks (const HsMemoryLayout *layout, const char *region)
{
  return hs_memory_layout_get_used (layout, region) > 0;
}

static GtkWidget *
region_new (HsMemoryBody *self, const HsTreeRange *range)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *map = hs_memory_map_new (range->length);
  GtkWidget *free = hs_piece_label (NULL, "figure");
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *size = hs_format_size (range->length);
  g_autofree char *title = g_strdup_printf ("%s · %s", range->name, size);
  GtkWidget *heading = hs_piece_label (title, "heading");
  Region one = { range, HS_MEMORY_MAP (map), GTK_LABEL (free) };

  gtk_widget_set_hexpand (heading, TRUE);
  gtk_box_append (GTK_BOX (box), hs_piece_row (9, heading, free, NULL));
  gtk_box_append (GTK_BOX (box), map);
  gtk_box_append (GTK_BOX (box), group);
  for (guint i = 0; i < self->layout->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (self->layout->blocks, i);

    if (g_str_equal (block->region, range->name))
      add_block (self, group, block, range);
  }
  hs_piece_name_group (group, range->name);
  g_array_append_val (self->regions, one);
  return box;
}

static void
show_layout (HsMemoryBody *self, const HsMemoryLayout *layout)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 24);

  self->setting = TRUE;
  self->layout = layout;
  g_array_set_size (self->rows, 0);
  g_array_set_size (self->regions, 0);
  gtk_box_append (
      GTK_BOX (page),
      hs_tree_text (
          layout->blocks->len > 0
              ? _ ("The thin bar above is what stands in the tree. What no block takes is left for "
                   "the firmware’s own data: whether that is enough is known after a build.")
              : _ ("This board’s files say nothing about how its memory is shared out."),
          "dim-label"));
  for (guint i = 0; i < layout->regions->len; i++) {
    const HsTreeRange *range = g_ptr_array_index (layout->regions, i);

    if (has_blocks (layout, range->name))
      gtk_box_append (GTK_BOX (page), region_new (self, range));
  }
  adw_bin_set_child (self->place, hs_tree_scroller (page, 760));
  self->setting = FALSE;
  update (self);
}

/* -- the edit --------------------------------------------------------------------------------- */

static void
clear_change (gpointer data)
{
  g_free ((char *) ((HsMemoryChange *) data)->block);
}

static void
array_unref (gpointer array)
{
  g_array_unref (array);
}

static HsTreeEdit *
plan (HsTree *tree, const char *target, gpointer data, GError **error)
{
  const GArray *changes = data;

  return hs_memory_layout_plan (
      tree, target, (const HsMemoryChange *) changes->data, changes->len, error);
}

static void
change_cb (HsMemoryBody *self)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), HS_TYPE_TREE_WINDOW);
  GArray *changes = g_array_new (FALSE, TRUE, sizeof (HsMemoryChange));

  g_array_set_clear_func (changes, clear_change);
  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);
    HsMemoryChange change = { .size = size_of (row) };

    if (!is_changed (row))
      continue;
    change.block = g_strdup (row->block->name);
    g_array_append_val (changes, change);
  }
  hs_tree_window_change (HS_TREE_WINDOW (window), plan, changes, array_unref);
}

static void
hs_memory_body_finalize (GObject *object)
{
  g_array_unref (HS_MEMORY_BODY (object)->rows);
  g_array_unref (HS_MEMORY_BODY (object)->regions);
  G_OBJECT_CLASS (hs_memory_body_parent_class)->finalize (object);
}

static void
hs_memory_body_class_init (HsMemoryBodyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_memory_body_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("memory-window"));
  gtk_widget_class_bind_template_child (widget_class, HsMemoryBody, place);
  gtk_widget_class_bind_template_child (widget_class, HsMemoryBody, summary);
  gtk_widget_class_bind_template_child (widget_class, HsMemoryBody, revert);
  gtk_widget_class_bind_template_child (widget_class, HsMemoryBody, change);
  gtk_widget_class_bind_template_callback (widget_class, revert_cb);
  gtk_widget_class_bind_template_callback (widget_class, change_cb);
}

static void
hs_memory_body_init (HsMemoryBody *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->regions = g_array_new (FALSE, FALSE, sizeof (Region));
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* -- the window ------------------------------------------------------------------------------- */

#define HS_TYPE_MEMORY_WINDOW (hs_memory_window_get_type ())
G_DECLARE_FINAL_TYPE (HsMemoryWindow, hs_memory_window, HS, MEMORY_WINDOW, HsTreeWindow)

struct _HsMemoryWindow {
  HsTreeWindow parent_instance;

  HsMemoryBody *body;
};

G_DEFINE_FINAL_TYPE (HsMemoryWindow, hs_memory_window, HS_TYPE_TREE_WINDOW)

static gpointer
read_layout (HsTree *tree,
             const char *target,
             gpointer options,
             GCancellable *cancellable,
             GError **error)
{
  return hs_memory_layout_read (tree, target, error);
}

static void
show_read (HsTreeWindow *window, gpointer result)
{
  show_layout (HS_MEMORY_WINDOW (window)->body, result);
}

static void
layout_free (gpointer layout)
{
  hs_memory_layout_free (layout);
}

static void
hs_memory_window_class_init (HsMemoryWindowClass *klass)
{
  HsTreeWindowClass *tree_class = HS_TREE_WINDOW_CLASS (klass);

  tree_class->read = read_layout;
  tree_class->free_result = layout_free;
  tree_class->show = show_read;
}

static void
hs_memory_window_init (HsMemoryWindow *self)
{
  self->body = g_object_new (HS_TYPE_MEMORY_BODY, NULL);
  hs_tree_window_set_body (HS_TREE_WINDOW (self), GTK_WIDGET (self->body));
}

void
hs_memory_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  hs_tree_window_open (g_object_new (HS_TYPE_MEMORY_WINDOW, "title", _ ("Memory"), NULL),
                       session,
                       parent,
                       tree,
                       target);
}
