/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/form-dialog.h"

#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { WIDTH_PX = 380 };

typedef struct {
  GtkWidget *row;
  gboolean required;
} Line;

typedef struct {
  AdwMessageDialog *dialog; /* borrowed: it owns this */
  GArray *lines;            /* Line */
  GWeakRef owner;
  HsFormFunc done;
  gpointer data;
  GDestroyNotify free_data;
} Form;

static void
form_free (gpointer data)
{
  Form *self = data;

  g_array_unref (self->lines);
  g_weak_ref_clear (&self->owner);
  if (self->free_data != NULL)
    self->free_data (self->data);
  g_free (self);
}

static char *
text_of (const Line *line)
{
  GtkStringObject *chosen;

  if (!ADW_IS_COMBO_ROW (line->row))
    return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (line->row))));

  chosen = adw_combo_row_get_selected_item (ADW_COMBO_ROW (line->row));
  return g_strdup (chosen != NULL ? gtk_string_object_get_string (chosen) : "");
}

static void
update (Form *self)
{
  gboolean complete = TRUE;

  for (guint i = 0; i < self->lines->len; i++) {
    const Line *line = &g_array_index (self->lines, Line, i);
    g_autofree char *text = text_of (line);

    if (line->required && *text == '\0')
      complete = FALSE;
  }
  adw_message_dialog_set_response_enabled (self->dialog, "ok", complete);
}

static void
changed_cb (GtkWidget *row, Form *self)
{
  update (self);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Form *self)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) texts = NULL;

  if (owner == NULL || g_strcmp0 (response, "ok") != 0)
    return;

  for (guint i = 0; i < self->lines->len; i++) {
    g_autofree char *text = text_of (&g_array_index (self->lines, Line, i));

    g_strv_builder_add (builder, text);
  }
  texts = g_strv_builder_end (builder);
  self->done (owner, (const char *const *) texts, self->data);
}

static GtkWidget *
row_new (Form *self, const HsFormField *field)
{
  GtkWidget *row;

  if (field->choices != NULL) {
    row = adw_combo_row_new ();
    adw_combo_row_set_model (ADW_COMBO_ROW (row),
                             G_LIST_MODEL (gtk_string_list_new (field->choices)));
  } else {
    row = adw_entry_row_new ();
    gtk_editable_set_text (GTK_EDITABLE (row), field->text != NULL ? field->text : "");
    g_signal_connect (row, "changed", G_CALLBACK (changed_cb), self);
    adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
  }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), field->title);
  hs_piece_name (row, field->title);
  return row;
}

void
hs_form_dialog_present (GtkWidget *parent,
                        const char *heading,
                        const char *body,
                        const HsFormField *fields,
                        guint n_fields,
                        const char *verb,
                        HsFormFunc done,
                        gpointer owner,
                        gpointer data,
                        GDestroyNotify free_data)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkWidget *dialog =
      adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, heading, body);
  GtkWidget *list = gtk_list_box_new ();
  Form *self = g_new0 (Form, 1);

  self->dialog = ADW_MESSAGE_DIALOG (dialog);
  self->lines = g_array_new (FALSE, FALSE, sizeof (Line));
  self->done = done;
  self->data = data;
  self->free_data = free_data;
  g_weak_ref_init (&self->owner, owner);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_widget_set_size_request (list, WIDTH_PX, -1);
  hs_piece_name (list, heading);
  for (guint i = 0; i < n_fields; i++) {
    Line line = { row_new (self, &fields[i]), fields[i].required };

    gtk_list_box_append (GTK_LIST_BOX (list), line.row);
    g_array_append_val (self->lines, line);
  }

  adw_message_dialog_set_extra_child (self->dialog, list);
  adw_message_dialog_add_responses (self->dialog, "cancel", _ ("Cancel"), "ok", verb, NULL);
  adw_message_dialog_set_response_appearance (self->dialog, "ok", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (self->dialog, "ok");
  adw_message_dialog_set_close_response (self->dialog, "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "form", self, form_free);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), self);
  update (self);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (g_array_index (self->lines, Line, 0).row);
}
