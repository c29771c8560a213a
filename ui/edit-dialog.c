/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/edit-dialog.h"

#include "ui/ask.h"
#include "ui/dark-hint.h"
#include "ui/diff-view.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

#define HS_TYPE_EDIT_DIALOG (hs_edit_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HsEditDialog, hs_edit_dialog, HS, EDIT_DIALOG, AdwWindow)

struct _HsEditDialog {
  AdwWindow parent_instance;

  GtkWidget *spinner;
  GtkWidget *write;
  AdwBin *problem;
  HsDiffView *diff;

  HsSession *session; /* owned */
  HsTreeEdit *edit;   /* owned; used by one thread at a time */
  HsEditWritten written;
  GWeakRef owner;
  GCancellable *cancellable; /* of looking: a write that began is not left alone */
  gboolean busy;
  gboolean writing;
};

G_DEFINE_FINAL_TYPE (HsEditDialog, hs_edit_dialog, ADW_TYPE_WINDOW)

static void
show_busy (HsEditDialog *self, gboolean busy)
{
  self->busy = busy;
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), busy);
  gtk_widget_set_visible (self->spinner, busy);
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "edit.write", !busy && hs_diff_view_get_n_files (self->diff) > 0);
}

static void
show_problem (HsEditDialog *self, const GError *error)
{
  adw_bin_set_child (self->problem, error != NULL ? hs_tree_problem (error) : NULL);
}

/* -- looking ---------------------------------------------------------------------------------- */

static gpointer
diff_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_tree_edit_dup_diff (data, error);
}

static void
diffed_cb (gpointer owner, gpointer diff, const GError *error)
{
  HsEditDialog *self = owner;
  g_autofree char *verb = NULL;

  hs_diff_view_set_text (self->diff, diff);
  show_problem (self, error);
  show_busy (self, FALSE);
  verb = hs_diff_view_dup_verb (self->diff);
  gtk_button_set_label (GTK_BUTTON (self->write), verb);
  gtk_widget_set_visible (self->write, hs_diff_view_get_n_files (self->diff) > 0);
  if (gtk_widget_get_visible (self->write))
    gtk_widget_grab_focus (self->write);
}

static void
look (HsEditDialog *self)
{
  show_busy (self, TRUE);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                diff_func,
                g_object_ref (self->edit),
                g_object_unref,
                g_free,
                self->cancellable,
                diffed_cb);
}

/* -- writing ---------------------------------------------------------------------------------- */

static gpointer
write_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  char *id = NULL;

  return hs_tree_edit_apply (data, &id, error) ? id : NULL;
}

static void
written_cb (gpointer owner, gpointer id, const GError *error)
{
  HsEditDialog *self = owner;
  g_autoptr (GObject) who = g_weak_ref_get (&self->owner);

  self->writing = FALSE;
  show_busy (self, FALSE);
  if (error != NULL) {
    show_problem (self, error);
    return;
  }
  if (who != NULL && self->written != NULL)
    self->written (who, id);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
write_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsEditDialog *self = HS_EDIT_DIALOG (widget);

  if (self->busy)
    return;
  self->writing = TRUE;
  show_problem (self, NULL);
  show_busy (self, TRUE);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                write_func,
                g_object_ref (self->edit),
                g_object_unref,
                g_free,
                NULL,
                written_cb);
}

/* -- the window ------------------------------------------------------------------------------- */

/* Whoever asked is told what became of it. */
static gboolean
hs_edit_dialog_close_request (GtkWindow *window)
{
  return HS_EDIT_DIALOG (window)->writing ||
         GTK_WINDOW_CLASS (hs_edit_dialog_parent_class)->close_request (window);
}

static void
hs_edit_dialog_dispose (GObject *object)
{
  HsEditDialog *self = HS_EDIT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->edit);
  G_OBJECT_CLASS (hs_edit_dialog_parent_class)->dispose (object);
}

static void
hs_edit_dialog_finalize (GObject *object)
{
  g_weak_ref_clear (&HS_EDIT_DIALOG (object)->owner);
  G_OBJECT_CLASS (hs_edit_dialog_parent_class)->finalize (object);
}

static void
hs_edit_dialog_class_init (HsEditDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_edit_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_edit_dialog_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = hs_edit_dialog_close_request;
  gtk_widget_class_install_action (widget_class, "edit.write", NULL, write_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static GtkWidget *
make_header (HsEditDialog *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  gtk_widget_add_css_class (header, "top");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (cancel), "window.close");
  self->write = gtk_button_new ();
  gtk_button_set_use_underline (GTK_BUTTON (self->write), TRUE);
  gtk_widget_add_css_class (self->write, "suggested-action");
  gtk_widget_set_visible (self->write, FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->write), "edit.write");
  self->spinner = gtk_spinner_new ();
  hs_piece_name (self->spinner, _ ("Working"));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->write);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->spinner);
  return header;
}

static void
hs_edit_dialog_init (HsEditDialog *self)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *problem = adw_bin_new ();
  GtkWidget *diff = hs_diff_view_new ();
  GtkWidget *toasts = adw_toast_overlay_new ();

  g_weak_ref_init (&self->owner, NULL);
  self->cancellable = g_cancellable_new ();
  self->problem = ADW_BIN (problem);
  self->diff = HS_DIFF_VIEW (diff);
  gtk_widget_set_vexpand (diff, TRUE);
  gtk_widget_set_margin_start (body, 18);
  gtk_widget_set_margin_end (body, 18);
  gtk_widget_set_margin_bottom (body, 18);
  gtk_box_append (GTK_BOX (body), problem);
  gtk_box_append (GTK_BOX (body), diff);
  gtk_box_append (GTK_BOX (page), make_header (self));
  gtk_box_append (GTK_BOX (page), body);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), page);
  adw_window_set_content (ADW_WINDOW (self), toasts);
  gtk_window_set_default_size (GTK_WINDOW (self), 780, 560);
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self), TRUE);
  hs_dark_hint_follow (GTK_WIDGET (self));
}

void
hs_edit_dialog_open (HsSession *session,
                     GtkWindow *parent,
                     HsTreeEdit *edit,
                     HsEditWritten written,
                     gpointer owner)
{
  HsEditDialog *self;

  g_return_if_fail (HS_IS_SESSION (session));
  g_return_if_fail (HS_IS_TREE_EDIT (edit));

  self = g_object_new (
      HS_TYPE_EDIT_DIALOG, "title", hs_tree_edit_get_title (edit), "transient-for", parent, NULL);
  self->session = g_object_ref (session);
  self->edit = g_object_ref (edit);
  self->written = written;
  g_weak_ref_set (&self->owner, owner);
  look (self);
  gtk_window_present (GTK_WINDOW (self));
}

/* -- taking back ------------------------------------------------------------------------------ */

typedef struct {
  char *root;
  char *id;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *self = data;

  g_free (self->root);
  g_free (self->id);
  g_free (self);
}

static gpointer
undo_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Undo *undo = data;

  hs_tree_edits_undo (undo->root, undo->id, error);
  return NULL;
}

void
hs_edit_undo (HsSession *session,
              const char *root,
              const char *id,
              HsAnswerFunc undone,
              gpointer owner)
{
  Undo *undo = g_new0 (Undo, 1);

  undo->root = g_strdup (root);
  undo->id = g_strdup (id);
  hs_ask_apart (
      hs_session_get_catalog (session), owner, undo_func, undo, undo_free, NULL, NULL, undone);
}
