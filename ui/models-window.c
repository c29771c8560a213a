/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/models-window.h"

#include "app/explain.h"
#include "app/firmware/features.h"
#include "ui/file-chooser.h"
#include "ui/memory-bar.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"
#include "ui/tree-window.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_MODELS_WINDOW (hs_models_window_get_type ())
G_DECLARE_FINAL_TYPE (HsModelsWindow, hs_models_window, HS, MODELS_WINDOW, HsTreeWindow)

struct _HsModelsWindow {
  HsTreeWindow parent_instance;

  GtkWidget *page;
  GtkWidget *add;
  GCancellable *choosing; /* owned; nullable */
};

G_DEFINE_FINAL_TYPE (HsModelsWindow, hs_models_window, HS_TYPE_TREE_WINDOW)

/* -- the edit --------------------------------------------------------------------------------- */

typedef struct {
  GStrv add;
  GStrv remove;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *self = data;

  g_strfreev (self->add);
  g_strfreev (self->remove);
  g_free (self);
}

static HsTreeEdit *
plan (HsTree *tree, const char *target, gpointer data, GError **error)
{
  const Wish *wish = data;

  return hs_models_plan (
      tree, target, (const char *const *) wish->add, (const char *const *) wish->remove, error);
}

static void
change (HsModelsWindow *self, GStrv add, GStrv remove)
{
  Wish *wish = g_new0 (Wish, 1);

  wish->add = add;
  wish->remove = remove;
  hs_tree_window_change (HS_TREE_WINDOW (self), plan, wish, wish_free);
}

static void
remove_cb (GtkButton *button, HsModelsWindow *self)
{
  const char *const names[] = { g_object_get_data (G_OBJECT (button), "model"), NULL };

  change (self, NULL, g_strdupv ((char **) names));
}

/* -- adding ----------------------------------------------------------------------------------- */

static GStrv
dup_paths (GListModel *files)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; files != NULL && i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    g_autofree char *path = g_file_get_path (file);

    if (path != NULL)
      g_strv_builder_add (paths, path);
  }
  return g_strv_builder_end (paths);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsModelsWindow) self = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);

  if (files != NULL && hs_tree_window_get_session (HS_TREE_WINDOW (self)) != NULL)
    change (self, dup_paths (files), NULL);
}

static void
add_cb (HsModelsWindow *self)
{
  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  self->choosing = g_cancellable_new ();
  hs_file_chooser_open_async (
      GTK_WINDOW (self), _ ("Add a Model"), FALSE, self->choosing, chosen_cb, g_object_ref (self));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, HsModelsWindow *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  guint n = 0;

  for (GSList *item = files; item != NULL; item = item->next) {
    g_autofree char *path = g_file_get_path (item->data);

    if (path == NULL)
      continue;
    g_strv_builder_add (paths, path);
    n++;
  }
  if (n == 0)
    return FALSE;
  change (self, g_strv_builder_end (paths), NULL);
  return TRUE;
}

/* -- what is shown ---------------------------------------------------------------------------- */

/* "tflite · 612.0 KB · lib/models/fomo.tflite" */
static GtkWidget *
row_new (HsModelsWindow *self, const HsModel *model)
{
  g_autofree char *size = hs_format_size (model->size);
  g_autofree char *exact = hs_format_bytes (model->size);
  g_autofree char *title = g_markup_escape_text (model->name, -1);
  g_autofree char *subtitle =
      g_markup_printf_escaped ("%s · %s · %s", model->type, size, model->file);
  g_autofree char *name = g_strdup_printf (_ ("Remove %s"), model->name);
  GtkWidget *remove = gtk_button_new_with_label (_ ("Remove…"));
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_widget_set_tooltip_text (row, exact);
  if (!model->on)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                               hs_piece_chip (_ ("switched off"), "outlined"));
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  hs_piece_name (remove, name);
  g_object_set_data_full (G_OBJECT (remove), "model", g_strdup (model->name), g_free);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (remove_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), remove);
  return row;
}

static guint64
limit_of (HsModelsWindow *self, guint core)
{
  HsTree *tree = hs_tree_window_get_tree (HS_TREE_WINDOW (self));
  const HsTreeBoard *board =
      tree != NULL ? hs_tree_find_board (tree, hs_tree_window_get_target (HS_TREE_WINDOW (self)))
                   : NULL;

  for (guint i = 0; board != NULL && board->romfs != NULL && i < board->romfs->len; i++) {
    const HsTreeRomfs *romfs = &g_array_index (board->romfs, HsTreeRomfs, i);

    if (romfs->index == core)
      return romfs->config_limit > 0 ? MIN (romfs->config_limit, romfs->length) : romfs->length;
  }
  return 0;
}

/* Cascades get much smaller when they are converted: their size in the image is known after a
 * build. So does a model that the tree's tools convert. */
static gboolean
is_counted (const HsModel *model, guint core)
{
  return model->on && model->core == core && !g_str_equal (model->type, "haar");
}

static GtkWidget *
room_new (HsModelsWindow *self, GPtrArray *models, guint core)
{
  guint64 limit = limit_of (self, core), sum = 0;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 5);
  g_autofree char *used = NULL;
  g_autofree char *room = hs_format_size (limit);
  g_autofree char *text = NULL;
  gboolean all = TRUE;

  for (guint i = 0; i < models->len; i++) {
    const HsModel *model = g_ptr_array_index (models, i);

    sum += is_counted (model, core) ? model->size : 0;
    all &= !model->on || model->core != core || is_counted (model, core);
  }
  used = hs_format_size (sum);
  text = limit == 0 ? g_strdup_printf (_ ("%s in all, built into the firmware"), used)
         : all      ? g_strdup_printf (_ ("%s of %s, before the tree converts them"), used, room)
                    : g_strdup_printf (_ ("%s of %s, without the cascades: how large they become "
                                          "is known after a build"),
                                  used,
                                  room);
  if (limit > 0)
    gtk_box_append (GTK_BOX (box), hs_memory_bar_new ((double) sum / limit));
  gtk_box_append (GTK_BOX (box), hs_tree_text (text, "dim-label figure"));
  return box;
}

static void
add_group (HsModelsWindow *self, GPtrArray *models, guint core)
{
  GtkWidget *group = adw_preferences_group_new ();
  gboolean romfs = limit_of (self, core) > 0;
  g_autofree char *title =
      romfs ? g_strdup_printf (_ ("romfs%u.img"), core) : g_strdup (_ ("Built in"));
  gboolean any = FALSE;

  for (guint i = 0; i < models->len; i++) {
    const HsModel *model = g_ptr_array_index (models, i);

    if (model->core != core)
      continue;
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row_new (self, model));
    any = TRUE;
  }
  if (!any) {
    g_object_ref_sink (group);
    g_object_unref (group);
    return;
  }
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  hs_piece_name_group (group, title);
  gtk_box_append (GTK_BOX (self->page), group);
  gtk_box_append (GTK_BOX (self->page), room_new (self, models, core));
}

static void
show_models (HsTreeWindow *window, gpointer result)
{
  HsModelsWindow *self = HS_MODELS_WINDOW (window);
  GPtrArray *models = result;
  guint last = 0;

  hs_piece_clear (self->page);
  gtk_box_append (
      GTK_BOX (self->page),
      hs_tree_text (models->len > 0
                        ? _ ("What scripts load by these names. Drop files here to add them.")
                        : _ ("No models yet. Drop .tflite files here, or add them."),
                    "dim-label"));
  for (guint i = 0; i < models->len; i++)
    last = MAX (last, ((const HsModel *) g_ptr_array_index (models, i))->core);
  for (guint core = 0; core <= last; core++)
    add_group (self, models, core);
}

/* -- the window ------------------------------------------------------------------------------- */

static gpointer
read_models (HsTree *tree,
             const char *target,
             gpointer options,
             GCancellable *cancellable,
             GError **error)
{
  return hs_models_read (tree, target, error);
}

static void
array_unref (gpointer array)
{
  g_ptr_array_unref (array);
}

static void
hs_models_window_dispose (GObject *object)
{
  HsModelsWindow *self = HS_MODELS_WINDOW (object);

  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  G_OBJECT_CLASS (hs_models_window_parent_class)->dispose (object);
}

static void
hs_models_window_class_init (HsModelsWindowClass *klass)
{
  HsTreeWindowClass *tree_class = HS_TREE_WINDOW_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_models_window_dispose;
  tree_class->read = read_models;
  tree_class->free_result = array_unref;
  tree_class->show = show_models;
}

static void
hs_models_window_init (HsModelsWindow *self)
{
  GtkDropTarget *drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->add = gtk_button_new_with_label (_ ("Add…"));
  hs_piece_name (self->add, _ ("Add a Model"));
  g_signal_connect_object (self->add, "clicked", G_CALLBACK (add_cb), self, G_CONNECT_SWAPPED);
  hs_tree_window_add_end (HS_TREE_WINDOW (self), self->add);
  hs_tree_window_set_body (HS_TREE_WINDOW (self), hs_tree_scroller (self->page, 760));
  g_signal_connect (drop, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
}

void
hs_models_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  hs_tree_window_open (g_object_new (HS_TYPE_MODELS_WINDOW, "title", _ ("Models"), NULL),
                       session,
                       parent,
                       tree,
                       target);
}
