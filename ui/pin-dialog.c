/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/pin-dialog.h"

#include "app/pin.h"
#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

enum { LEAST_LETTERS = 4 };

struct _HsPinDialog {
  AdwWindow parent_instance;

  GtkEditable *old; /* nullable: none is set */
  GtkEditable *pin; /* nullable: it is removed */
  GtkEditable *again;
  GtkLabel *why;
  GtkWidget *ok;

  HsPinDone done;
  GWeakRef owner;
  gboolean working;
};

#define HS_TYPE_PIN_DIALOG (hs_pin_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HsPinDialog, hs_pin_dialog, HS, PIN_DIALOG, AdwWindow)
G_DEFINE_FINAL_TYPE (HsPinDialog, hs_pin_dialog, ADW_TYPE_WINDOW)

/* -- off the main loop --------------------------------------------------------------------------
 */

typedef struct {
  char *old; /* nullable */
  char *pin; /* nullable */
} Change;

static void
wipe (char *text)
{
  if (text != NULL)
    memset (text, 0, strlen (text));
  g_free (text);
}

static void
change_free (gpointer data)
{
  Change *self = data;

  wipe (self->old);
  wipe (self->pin);
  g_free (self);
}

static void
change_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Change *change = data;
  GError *error = NULL;

  if (change->old != NULL && !hs_pin_check (change->old))
    g_task_return_new_error (
        task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, _ ("That is not the present PIN."));
  else if (!hs_pin_set (change->pin, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* -- the dialog ---------------------------------------------------------------------------------
 */

static const char *
text_of (GtkEditable *entry)
{
  return entry != NULL ? gtk_editable_get_text (entry) : NULL;
}

/* NULL: it can go. */
static const char *
find_fault (HsPinDialog *self)
{
  if (self->old != NULL && *text_of (self->old) == '\0')
    return "";
  if (self->pin == NULL)
    return NULL;
  if (g_utf8_strlen (text_of (self->pin), -1) < LEAST_LETTERS)
    return _ ("At least four digits or letters");
  if (g_strcmp0 (text_of (self->pin), text_of (self->again)) != 0)
    return *text_of (self->again) != '\0' ? _ ("The two differ") : "";
  return NULL;
}

static void
update (HsPinDialog *self)
{
  const char *fault = find_fault (self);

  if (self->working)
    return;

  gtk_label_set_label (self->why, fault != NULL ? fault : "");
  gtk_widget_set_sensitive (self->ok, fault == NULL);
}

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HsPinDialog *self = HS_PIN_DIALOG (source);
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);
  g_autoptr (GError) error = NULL;

  self->working = FALSE;
  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_autofree char *why = g_strdup (error->message);

    if (self->old != NULL)
      gtk_editable_set_text (self->old, "");
    update (self);
    gtk_label_set_label (self->why, why);
    return;
  }
  if (owner != NULL)
    self->done (owner);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
ok_cb (HsPinDialog *self)
{
  g_autoptr (GTask) task = NULL;
  Change *change;

  if (self->working || find_fault (self) != NULL)
    return;

  change = g_new0 (Change, 1);
  change->old = g_strdup (text_of (self->old));
  change->pin = g_strdup (text_of (self->pin));
  task = g_task_new (self, NULL, changed_cb, NULL);
  g_task_set_task_data (task, change, change_free);
  self->working = TRUE;
  gtk_widget_set_sensitive (self->ok, FALSE);
  gtk_label_set_label (self->why, _ ("One moment…"));
  g_task_run_in_thread (task, change_thread);
}

static GtkEditable *
add_entry (HsPinDialog *self, GtkWidget *list, const char *title)
{
  GtkWidget *row = adw_password_entry_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (update), self);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return GTK_EDITABLE (row);
}

static void
hs_pin_dialog_finalize (GObject *object)
{
  g_weak_ref_clear (&HS_PIN_DIALOG (object)->owner);

  G_OBJECT_CLASS (hs_pin_dialog_parent_class)->finalize (object);
}

static void
hs_pin_dialog_class_init (HsPinDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_pin_dialog_finalize;
  gtk_widget_class_add_binding_action (
      GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
hs_pin_dialog_init (HsPinDialog *self)
{
  g_weak_ref_init (&self->owner, NULL);
}

static GtkWidget *
new_list (HsPinDialog *self, HsPinDialogWhat what)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  hs_piece_name (list, _ ("PIN"));
  if (hs_pin_is_set ())
    self->old = add_entry (self, list, _ ("Present PIN"));
  if (what == HS_PIN_DIALOG_SET) {
    self->pin = add_entry (self, list, _ ("New PIN"));
    self->again = add_entry (self, list, _ ("New PIN again"));
  }
  return list;
}

static GtkWidget *
new_header (HsPinDialog *self, HsPinDialogWhat what)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_label (_ ("Cancel"));

  self->ok =
      gtk_button_new_with_label (what == HS_PIN_DIALOG_SET ? _ ("Set PIN") : _ ("Remove PIN"));
  hs_piece_set_classes (self->ok,
                        what == HS_PIN_DIALOG_SET ? "suggested-action" : "destructive-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (cancel), "window.close");
  g_signal_connect_swapped (self->ok, "clicked", G_CALLBACK (ok_cb), self);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->ok);
  hs_piece_set_classes (header, "top");
  return header;
}

static void
fill (HsPinDialog *self, HsPinDialogWhat what)
{
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *words = hs_piece_label (
      what == HS_PIN_DIALOG_SET ? _ ("Leaving operator mode asks for it. It can't be read back: "
                                     "keep it where you find it.")
                                : _ ("Anybody can then leave operator mode."),
      "dim-label");

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  self->why = GTK_LABEL (hs_piece_label ("", "warn"));
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), new_list (self, what));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->why));
  gtk_widget_set_margin_start (box, 22);
  gtk_widget_set_margin_end (box, 22);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_box_append (GTK_BOX (all), new_header (self, what));
  gtk_box_append (GTK_BOX (all), box);
  adw_window_set_content (ADW_WINDOW (self), all);
}

void
hs_pin_dialog_present (GtkWidget *parent, HsPinDialogWhat what, HsPinDone done, gpointer owner)
{
  HsPinDialog *self = g_object_new (HS_TYPE_PIN_DIALOG,
                                    "title",
                                    _ ("PIN of operator mode"),
                                    "transient-for",
                                    gtk_widget_get_root (parent),
                                    "modal",
                                    TRUE,
                                    "destroy-with-parent",
                                    TRUE,
                                    "default-width",
                                    420,
                                    NULL);

  self->done = done;
  g_weak_ref_set (&self->owner, owner);
  fill (self, what);
  if (what == HS_PIN_DIALOG_SET)
    gtk_window_set_default_widget (GTK_WINDOW (self), self->ok);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->old != NULL ? self->old : self->pin));
}
