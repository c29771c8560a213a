/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/edits-window.h"

#include "ui/confirm.h"
#include "ui/diff-view.h"
#include "ui/edit-dialog.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"
#include "ui/tree-window.h"

#include <glib/gi18n-lib.h>

/**
 * HsEditsWindow:
 *
 * What Hotshoe wrote to a firmware tree: a list of changes, and the diff of the one that is chosen.
 */
#define HS_TYPE_EDITS_WINDOW (hs_edits_window_get_type ())
G_DECLARE_FINAL_TYPE (HsEditsWindow, hs_edits_window, HS, EDITS_WINDOW, HsTreeWindow)

struct _HsEditsWindow {
  HsTreeWindow parent_instance;

  GtkWidget *stack;
  GtkListBox *list;
  HsDiffView *diff;
  GtkWidget *undo;
  char *chosen;          /* id; nullable */
  GCancellable *reading; /* owned: of the diff; nullable */
};

G_DEFINE_FINAL_TYPE (HsEditsWindow, hs_edits_window, HS_TYPE_TREE_WINDOW)

static gpointer
read_edits (HsTree *tree,
            const char *target,
            gpointer options,
            GCancellable *cancellable,
            GError **error)
{
  return hs_tree_edits_list (hs_tree_get_root (tree), error);
}

/* --- the diff of one --- */

typedef struct {
  char *root;
  char *id;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->root);
  g_free (self->id);
  g_free (self);
}

static gpointer
diff_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;

  return hs_tree_edits_dup_diff (question->root, question->id, error);
}

static void
diff_cb (gpointer owner, gpointer result, const GError *error)
{
  HsEditsWindow *self = owner;

  g_clear_object (&self->reading);
  hs_tree_window_show_problem (HS_TREE_WINDOW (self), error);
  hs_diff_view_set_text (self->diff, result);
}

static const HsTreeEditRecord *
find_record (HsEditsWindow *self)
{
  GPtrArray *list = hs_tree_window_get_result (HS_TREE_WINDOW (self));

  for (guint i = 0; list != NULL && i < list->len; i++) {
    const HsTreeEditRecord *record = g_ptr_array_index (list, i);

    if (g_strcmp0 (record->id, self->chosen) == 0)
      return record;
  }
  return NULL;
}

static void
selected_cb (GtkListBox *list, GtkListBoxRow *row, HsEditsWindow *self)
{
  HsTreeWindow *window = HS_TREE_WINDOW (self);
  const HsTreeEditRecord *record;
  Question *question;

  if (row == NULL)
    return;
  g_free (self->chosen);
  self->chosen = g_strdup (g_object_get_data (G_OBJECT (row), "edit"));
  record = find_record (self);
  gtk_widget_set_sensitive (self->undo, record != NULL && !record->undone);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  question = g_new0 (Question, 1);
  question->root = g_strdup (hs_tree_window_get_root (window));
  question->id = g_strdup (self->chosen);
  hs_ask_apart (hs_session_get_catalog (hs_tree_window_get_session (window)),
                self,
                diff_func,
                question,
                question_free,
                g_free,
                self->reading,
                diff_cb);
}

/* --- undo --- */

static void
undone_cb (gpointer owner, gpointer result, const GError *error)
{
  HsTreeWindow *window = owner;

  if (error != NULL)
    hs_tree_window_show_problem (window, error);
  else
    hs_tree_window_reload (window);
}

static void
confirmed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsEditsWindow) self = user_data;
  HsTreeWindow *window = HS_TREE_WINDOW (self);

  if (hs_confirm_finish (result, NULL) && self->chosen != NULL)
    hs_edit_undo (hs_tree_window_get_session (window),
                  hs_tree_window_get_root (window),
                  self->chosen,
                  undone_cb,
                  self);
}

static void
undo_cb (GtkButton *button, HsEditsWindow *self)
{
  const HsTreeEditRecord *record = find_record (self);
  guint n = record != NULL ? g_strv_length (record->files) : 0;
  g_autofree char *body = NULL;

  if (record == NULL)
    return;
  body = g_strdup_printf (ngettext ("%u file goes back to what it was before.",
                                    "%u files go back to what they were before.",
                                    n),
                          n);
  hs_confirm_async (GTK_WINDOW (self),
                    record->title,
                    body,
                    _ ("_Keep"),
                    _ ("_Undo"),
                    FALSE,
                    NULL,
                    confirmed_cb,
                    g_object_ref (self));
}

/* --- the list --- */

static GtkWidget *
row_new (const HsTreeEditRecord *record)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  guint n = g_strv_length (record->files);
  g_autofree char *when = hs_format_day_clock (record->time);
  g_autofree char *files = g_strdup_printf (ngettext ("%u file", "%u files", n), n);
  g_autofree char *facts = g_strdup_printf ("%s · %s", when, files);
  g_autofree char *name = g_strdup_printf ("%s, %s", record->title, facts);
  const char *state = record->broken_off ? _ ("Broke off, taken back")
                      : record->undone   ? _ ("Undone")
                                         : NULL;

  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_box_append (GTK_BOX (box), hs_tree_text (record->title, NULL));
  gtk_box_append (GTK_BOX (box), hs_tree_text (facts, "dim-label caption"));
  if (state != NULL) {
    GtkWidget *chip = hs_piece_chip (state, NULL);

    gtk_widget_set_halign (chip, GTK_ALIGN_START);
    gtk_box_append (GTK_BOX (box), chip);
  }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "edit", g_strdup (record->id), g_free);
  hs_piece_name (row, name);
  return row;
}

static void
hs_edits_window_show (HsTreeWindow *window, gpointer result)
{
  HsEditsWindow *self = HS_EDITS_WINDOW (window);
  GPtrArray *list = result;
  g_autofree char *chosen = g_strdup (self->chosen);
  GtkListBoxRow *select = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  for (guint i = 0; i < list->len; i++) {
    const HsTreeEditRecord *record = g_ptr_array_index (list, i);
    GtkWidget *row = row_new (record);

    gtk_list_box_append (self->list, row);
    if (select == NULL || g_strcmp0 (record->id, chosen) == 0)
      select = GTK_LIST_BOX_ROW (row);
  }
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), list->len > 0 ? "list" : "none");
  if (select != NULL)
    gtk_list_box_select_row (self->list, select);
}

static GtkWidget *
none_new (void)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "document-edit-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _ ("Nothing written"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   _ ("Hotshoe has not changed a file of this tree."));
  return page;
}

static void
hs_edits_window_dispose (GObject *object)
{
  HsEditsWindow *self = HS_EDITS_WINDOW (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  G_OBJECT_CLASS (hs_edits_window_parent_class)->dispose (object);
}

static void
hs_edits_window_finalize (GObject *object)
{
  g_free (HS_EDITS_WINDOW (object)->chosen);
  G_OBJECT_CLASS (hs_edits_window_parent_class)->finalize (object);
}

static void
hs_edits_window_class_init (HsEditsWindowClass *klass)
{
  HsTreeWindowClass *tree_class = HS_TREE_WINDOW_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_edits_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_edits_window_finalize;
  tree_class->read = read_edits;
  tree_class->free_result = (GDestroyNotify) g_ptr_array_unref;
  tree_class->show = hs_edits_window_show;
}

static void
hs_edits_window_init (HsEditsWindow *self)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *pane = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->list = GTK_LIST_BOX (list);
  self->diff = HS_DIFF_VIEW (hs_diff_view_new ());
  self->stack = gtk_stack_new ();
  self->undo = gtk_button_new_with_mnemonic (_ ("_Undo…"));
  gtk_widget_set_sensitive (self->undo, FALSE);
  gtk_widget_add_css_class (list, "navigation-sidebar");
  hs_piece_name (list, _ ("Changes"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), list);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_size_request (scroll, 270, -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->diff), TRUE);
  gtk_widget_set_margin_start (GTK_WIDGET (self->diff), 14);
  gtk_widget_set_margin_end (GTK_WIDGET (self->diff), 14);
  gtk_box_append (GTK_BOX (pane), scroll);
  gtk_box_append (GTK_BOX (pane), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (pane), GTK_WIDGET (self->diff));
  gtk_stack_add_named (GTK_STACK (self->stack), pane, "list");
  gtk_stack_add_named (GTK_STACK (self->stack), none_new (), "none");
  gtk_window_set_title (GTK_WINDOW (self), _ ("What Hotshoe Wrote"));
  hs_tree_window_set_body (HS_TREE_WINDOW (self), self->stack);
  hs_tree_window_add_end (HS_TREE_WINDOW (self), self->undo);
  g_signal_connect (list, "row-selected", G_CALLBACK (selected_cb), self);
  g_signal_connect (self->undo, "clicked", G_CALLBACK (undo_cb), self);
}

void
hs_edits_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  HsTreeWindow *self = g_object_new (HS_TYPE_EDITS_WINDOW, NULL);

  hs_tree_window_open (self, session, parent, tree, target != NULL ? target : "");
}
