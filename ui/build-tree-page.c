/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-tree-page.h"

#include "ui/clone-dialog.h"
#include "ui/file-chooser.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

struct _HsBuildTreePage {
  HsWizardPage parent_instance;

  GtkWidget *list;
  GtkWidget *group; /* owned; never shown: a single tree is a choice of one, no box to be ticked */
  GtkWidget *nothing;
  AdwBin *trouble;

  HsBuildDraft *draft; /* owned */
  GCancellable *cancellable;
  char *shown; /* the trees that are listed, one a line */
};

G_DEFINE_FINAL_TYPE (HsBuildTreePage, hs_build_tree_page, HS_TYPE_WIZARD_PAGE)

static char *
tree_text (HsTree *tree)
{
  const char *describe = hs_tree_get_describe (tree);
  guint n_changed = g_strv_length ((char **) hs_tree_get_changed (tree));
  guint n_boards = hs_tree_get_boards (tree)->len;
  g_autofree char *boards =
      g_strdup_printf (ngettext ("%u board", "%u boards", n_boards), n_boards);
  g_autofree char *changed =
      g_strdup_printf (ngettext ("%u changed file", "%u changed files", n_changed), n_changed);

  return g_strdup_printf ("%s%s%s · %s",
                          describe != NULL ? describe : _ ("without git"),
                          n_changed > 0 ? " · " : "",
                          n_changed > 0 ? changed : "",
                          boards);
}

/* @error: nullable */
static void
show_trouble (HsBuildTreePage *self, const GError *error)
{
  adw_bin_set_child (self->trouble, error != NULL ? hs_tree_problem (error) : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), error != NULL);
}

static void
show_state (HsBuildTreePage *self)
{
  HsTree *tree = hs_build_draft_get_tree (self->draft);
  const GError *error = hs_build_draft_get_tree_error (self->draft);

  show_trouble (self, error);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), tree != NULL, FALSE, TRUE);
}

/* The second line of a row: what was read of the tree that is chosen, of the others their folder.
 */
static char *
row_text (HsBuildTreePage *self, const char *root)
{
  HsTree *tree = hs_build_draft_get_tree (self->draft);
  g_autofree char *text = NULL;

  if (g_strcmp0 (root, hs_build_draft_get_root (self->draft)) != 0)
    return g_strdup (root);
  if (tree == NULL)
    return g_strdup_printf (hs_build_draft_get_tree_error (self->draft) != NULL
                                ? _ ("%s · can't be built from")
                                : _ ("%s · is being looked at…"),
                            root);
  text = tree_text (tree);
  return g_strdup_printf ("%s · %s", root, text);
}

static void
toggled_cb (GtkCheckButton *check, HsBuildTreePage *self)
{
  if (gtk_check_button_get_active (check))
    hs_build_draft_set_root (self->draft, g_object_get_data (G_OBJECT (check), "root"));
}

static GtkWidget *
tree_row (HsBuildTreePage *self, const char *root)
{
  g_autofree char *base = g_path_get_basename (root);
  g_autofree char *name = g_strdup_printf (_ ("Build from %s"), root);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *sub = hs_piece_label (NULL, "dim-label");
  GtkWidget *row;

  gtk_label_set_ellipsize (GTK_LABEL (sub), PANGO_ELLIPSIZE_MIDDLE);
  gtk_box_append (GTK_BOX (words), hs_piece_label (base, "heading"));
  gtk_box_append (GTK_BOX (words), sub);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (self->group));
  hs_piece_name (check, name);
  g_object_set_data_full (G_OBJECT (check), "root", g_strdup (root), g_free);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               g_strcmp0 (root, hs_build_draft_get_root (self->draft)) == 0);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  row = hs_piece_row (14, check, words, NULL);
  g_object_set_data (G_OBJECT (row), "sub", sub);
  g_object_set_data_full (G_OBJECT (row), "root", g_strdup (root), g_free);
  return row;
}

/* Those that were added, and the one that is meant without having been. (transfer full) */
static GStrv
dup_trees (HsBuildTreePage *self)
{
  g_auto (GStrv) known = hs_trees_list ();
  const char *root = hs_build_draft_get_root (self->draft);
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  if (root != NULL && !g_strv_contains ((const char *const *) known, root))
    g_strv_builder_add (all, root);
  g_strv_builder_addv (all, (const char **) known);
  return g_strv_builder_end (all);
}

static void
list_trees (HsBuildTreePage *self, GStrv trees)
{
  hs_piece_clear (self->list);
  for (guint i = 0; trees[i] != NULL; i++) {
    GtkWidget *row = tree_row (self, trees[i]);

    hs_piece_set_classes (row, i == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (self->list), row);
  }
  gtk_widget_set_visible (self->list, trees[0] != NULL);
  gtk_widget_set_visible (self->nothing, trees[0] == NULL);
}

static void
show (HsBuildTreePage *self)
{
  g_auto (GStrv) trees = dup_trees (self);
  g_autofree char *joined = g_strjoinv ("\n", trees);

  if (g_strcmp0 (joined, self->shown) != 0) {
    list_trees (self, trees);
    g_free (self->shown);
    self->shown = g_steal_pointer (&joined);
  }
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row)) {
    g_autofree char *text = row_text (self, g_object_get_data (G_OBJECT (row), "root"));
    GtkWidget *sub = g_object_get_data (G_OBJECT (row), "sub");

    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "root"),
                   hs_build_draft_get_root (self->draft)) == 0)
      gtk_check_button_set_active (GTK_CHECK_BUTTON (gtk_widget_get_first_child (row)), TRUE);
    gtk_label_set_label (GTK_LABEL (sub), text);
    gtk_widget_set_tooltip_text (sub, text);
  }
  show_state (self);
}

/* -- another tree ---------------------------------------------------------------------------- */

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  HsTree *tree = hs_tree_new (data, cancellable, &error);

  if (tree != NULL)
    g_task_return_pointer (task, tree, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HsBuildTreePage *self = HS_BUILD_TREE_PAGE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTree) tree = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (tree != NULL) {
    hs_trees_add (hs_tree_get_root (tree));
    hs_build_draft_set_root (self->draft, hs_tree_get_root (tree));
    g_clear_pointer (&self->shown, g_free);
    show (self);
    return;
  }
  show_trouble (self, error);
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsBuildTreePage) self = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_autoptr (GFile) folder = files != NULL ? g_list_model_get_item (files, 0) : NULL;
  g_autoptr (GTask) task = NULL;

  if (folder == NULL || g_file_peek_path (folder) == NULL)
    return;
  task = g_task_new (self, self->cancellable, looked_cb, NULL);
  g_task_set_task_data (task, g_file_get_path (folder), g_free);
  g_task_run_in_thread (task, look_thread);
}

static void
add_cb (HsBuildTreePage *self)
{
  hs_file_chooser_open_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              _ ("Add a Firmware Tree"),
                              TRUE,
                              self->cancellable,
                              folder_chosen_cb,
                              g_object_ref (self));
}

static void
cloned_cb (gpointer owner, const char *root)
{
  HsBuildTreePage *self = owner;

  hs_trees_add (root);
  hs_build_draft_set_root (self->draft, root);
}

static void
clone_cb (HsBuildTreePage *self)
{
  hs_clone_dialog_open (hs_build_draft_get_session (self->draft),
                        GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                        cloned_cb,
                        self);
}

/* -- life ------------------------------------------------------------------------------------ */

static void
hs_build_tree_page_entered (HsWizardPage *page)
{
  show (HS_BUILD_TREE_PAGE (page));
}

static void
hs_build_tree_page_dispose (GObject *object)
{
  HsBuildTreePage *self = HS_BUILD_TREE_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->draft);
  g_clear_object (&self->group);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (hs_build_tree_page_parent_class)->dispose (object);
}

static void
hs_build_tree_page_class_init (HsBuildTreePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_tree_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_build_tree_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("build-tree-page"));
  gtk_widget_class_bind_template_child (widget_class, HsBuildTreePage, list);
  gtk_widget_class_bind_template_child (widget_class, HsBuildTreePage, nothing);
  gtk_widget_class_bind_template_child (widget_class, HsBuildTreePage, trouble);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, clone_cb);
}

static void
hs_build_tree_page_init (HsBuildTreePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->group = g_object_ref_sink (gtk_check_button_new ());
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Tree"));
}

HsWizardPage *
hs_build_tree_page_new (HsBuildDraft *draft)
{
  HsBuildTreePage *self = g_object_new (HS_TYPE_BUILD_TREE_PAGE, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
