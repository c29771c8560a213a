/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/clone-dialog.h"

#include "app/firmware/tree.h"
#include "ui/ask.h"
#include "ui/dark-hint.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

#define ADDRESS "https://github.com/openmv/openmv.git"
#define LOOK_MS 100

/* What the worker says, for whoever looks. */
typedef struct {
  grefcount references;
  GMutex lock;
  double fraction; /* guarded; -1: not known */
  char *phase;     /* guarded */
} Report;

/**
 * HsCloneDialog:
 *
 * Gets a firmware tree from somewhere.
 */
#define HS_TYPE_CLONE_DIALOG (hs_clone_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HsCloneDialog, hs_clone_dialog, HS, CLONE_DIALOG, AdwWindow)

struct _HsCloneDialog {
  AdwWindow parent_instance;

  GtkEditable *address;
  GtkEditable *branch;
  GtkEditable *folder;
  GtkWidget *form;
  GtkWidget *start;
  GtkWidget *cancel;
  AdwBin *problem;
  GtkProgressBar *bar;

  HsSession *session; /* owned */
  HsCloned cloned;
  GWeakRef owner;
  GCancellable *cancellable; /* owned; nullable: nothing runs */
  Report *report;            /* owned; nullable */
  guint look;
};

G_DEFINE_FINAL_TYPE (HsCloneDialog, hs_clone_dialog, ADW_TYPE_WINDOW)

static void
report_unref (Report *self)
{
  if (!g_ref_count_dec (&self->references))
    return;
  g_mutex_clear (&self->lock);
  g_free (self->phase);
  g_free (self);
}

static Report *
report_new (void)
{
  Report *self = g_new0 (Report, 1);

  g_ref_count_init (&self->references);
  g_mutex_init (&self->lock);
  self->fraction = -1;
  return self;
}

/* --- on the worker's thread --- */

typedef struct {
  char *address, *branch, *folder;
  Report *report;
} Order;

static void
order_free (gpointer data)
{
  Order *self = data;

  g_free (self->address);
  g_free (self->branch);
  g_free (self->folder);
  report_unref (self->report);
  g_free (self);
}

static void
progress_cb (double fraction, const char *phase, gpointer user_data)
{
  Report *report = user_data;

  g_mutex_lock (&report->lock);
  report->fraction = fraction;
  g_free (report->phase);
  report->phase = g_strdup (phase);
  g_mutex_unlock (&report->lock);
}

static gpointer
clone_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Order *order = data;
  g_autoptr (HsTree) tree = NULL;

  if (!hs_tree_clone (order->address,
                      order->branch,
                      order->folder,
                      progress_cb,
                      order->report,
                      cancellable,
                      error))
    return NULL;
  tree = hs_tree_new (order->folder, cancellable, error);
  return tree != NULL ? g_strdup (hs_tree_get_root (tree)) : NULL;
}

/* --- on the main thread --- */

static gboolean
look_cb (gpointer data)
{
  HsCloneDialog *self = data;
  Report *report = self->report;

  g_mutex_lock (&report->lock);
  if (report->fraction < 0)
    gtk_progress_bar_pulse (self->bar);
  else
    gtk_progress_bar_set_fraction (self->bar, report->fraction);
  gtk_progress_bar_set_text (self->bar, report->phase != NULL ? report->phase : "");
  g_mutex_unlock (&report->lock);
  return G_SOURCE_CONTINUE;
}

static void
show_running (HsCloneDialog *self, gboolean running)
{
  gtk_widget_set_sensitive (self->form, !running);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), running);
  gtk_widget_set_visible (self->start, !running);
  gtk_button_set_label (GTK_BUTTON (self->cancel), running ? _ ("_Stop") : _ ("_Cancel"));
}

static void
cloned_cb (gpointer owner, gpointer result, const GError *error)
{
  HsCloneDialog *self = owner;
  g_autoptr (GObject) receiver = g_weak_ref_get (&self->owner);

  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->report, report_unref);
  show_running (self, FALSE);
  if (error != NULL) {
    adw_bin_set_child (
        self->problem,
        g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? NULL : hs_tree_problem (error));
    return;
  }
  if (receiver != NULL)
    self->cloned (receiver, result);
  gtk_window_destroy (GTK_WINDOW (self));
}

static char *
dup_folder (HsCloneDialog *self)
{
  const char *typed = gtk_editable_get_text (self->folder);

  if (g_str_has_prefix (typed, "~/"))
    return g_build_filename (g_get_home_dir (), typed + 2, NULL);
  return g_canonicalize_filename (typed, g_get_home_dir ());
}

static void
start_cb (GtkButton *button, HsCloneDialog *self)
{
  const char *branch = gtk_editable_get_text (self->branch);
  Order *order;

  if (self->cancellable != NULL || gtk_editable_get_text (self->folder)[0] == '\0')
    return;
  adw_bin_set_child (self->problem, NULL);
  self->cancellable = g_cancellable_new ();
  self->report = report_new ();
  self->look = g_timeout_add (LOOK_MS, look_cb, self);
  show_running (self, TRUE);
  order = g_new0 (Order, 1);
  order->address = g_strstrip (g_strdup (gtk_editable_get_text (self->address)));
  order->branch = branch[0] != '\0' ? g_strdup (branch) : NULL;
  order->folder = dup_folder (self);
  order->report = self->report;
  g_ref_count_inc (&order->report->references);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                clone_func,
                order,
                order_free,
                g_free,
                self->cancellable,
                cloned_cb);
}

static void
cancel_cb (GtkButton *button, HsCloneDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
hs_clone_dialog_dispose (GObject *object)
{
  HsCloneDialog *self = HS_CLONE_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->report, report_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_clone_dialog_parent_class)->dispose (object);
}

static void
hs_clone_dialog_finalize (GObject *object)
{
  g_weak_ref_clear (&HS_CLONE_DIALOG (object)->owner);
  G_OBJECT_CLASS (hs_clone_dialog_parent_class)->finalize (object);
}

static void
hs_clone_dialog_class_init (HsCloneDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_clone_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_clone_dialog_finalize;
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static GtkEditable *
add_entry (GtkWidget *group, const char *title, const char *text)
{
  GtkWidget *row = adw_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_editable_set_text (GTK_EDITABLE (row), text);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return GTK_EDITABLE (row);
}

static GtkWidget *
content_new (HsCloneDialog *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *hint = hs_tree_text (_ ("The newest commit only, with its submodules: some hundred "
                                     "megabytes. Stopping removes what was begun."),
                                  "dim-label");

  self->form = adw_preferences_group_new ();
  self->address = add_entry (self->form, _ ("Address"), ADDRESS);
  self->branch = add_entry (self->form, _ ("Branch or tag, if not the newest"), "");
  self->folder = add_entry (self->form, _ ("New folder"), "~/openmv");
  self->problem = ADW_BIN (adw_bin_new ());
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_progress_bar_set_show_text (self->bar, TRUE);
  gtk_progress_bar_set_ellipsize (self->bar, PANGO_ELLIPSIZE_MIDDLE);
  hs_piece_name (self->bar, _ ("Progress"));
  gtk_widget_set_margin_start (content, 18);
  gtk_widget_set_margin_end (content, 18);
  gtk_widget_set_margin_bottom (content, 18);
  gtk_widget_set_margin_top (content, 6);
  gtk_box_append (GTK_BOX (content), hint);
  gtk_box_append (GTK_BOX (content), self->form);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->bar));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (self->problem));
  return content;
}

static void
hs_clone_dialog_init (HsCloneDialog *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  g_weak_ref_init (&self->owner, NULL);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Clone a Firmware Tree"));
  gtk_window_set_modal (GTK_WINDOW (self), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self), 520, -1);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  self->cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));
  self->start = gtk_button_new_with_mnemonic (_ ("C_lone"));
  gtk_widget_add_css_class (self->start, "suggested-action");
  gtk_widget_add_css_class (header, "top");
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), self->cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->start);
  g_signal_connect (self->cancel, "clicked", G_CALLBACK (cancel_cb), self);
  g_signal_connect (self->start, "clicked", G_CALLBACK (start_cb), self);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), content_new (self));
  adw_window_set_content (ADW_WINDOW (self), box);
  show_running (self, FALSE);
  hs_dark_hint_follow (GTK_WIDGET (self));
}

void
hs_clone_dialog_open (HsSession *session, GtkWindow *parent, HsCloned cloned, gpointer owner)
{
  HsCloneDialog *self = g_object_new (HS_TYPE_CLONE_DIALOG, NULL);

  self->session = g_object_ref (session);
  self->cloned = cloned;
  g_weak_ref_set (&self->owner, owner);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_window_present (GTK_WINDOW (self));
}
