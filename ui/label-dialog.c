/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/label-dialog.h"

#include "app/explain.h"
#include "store/kinds.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

/* What is asked for, and how it is recorded. */
typedef struct {
  const char *kind;
  const char *member;
} Question;

static const Question label_question = { HS_KIND_UNIT_LABELLED, "label" };
static const Question note_question = { HS_KIND_UNIT_NOTED, "text" };

typedef struct {
  const char *kind;
  char *subject;
  char *payload;
} Record;

static void
record_free (gpointer data)
{
  Record *record = data;

  g_free (record->subject);
  g_free (record->payload);
  g_free (record);
}

static gpointer
append_record (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Record *record = data;
  HsFact fact = { record->kind, record->subject, record->payload };

  return hs_catalog_append (catalog, &fact, 1, NULL, error) ? GINT_TO_POINTER (TRUE) : NULL;
}

/* The window that asked says so if it could not be recorded. */
static void
recorded_cb (gpointer owner, gpointer result, const GError *error)
{
  g_autoptr (HsProblem) problem = NULL;
  GtkWidget *dialog;

  if (error == NULL)
    return;

  problem = hs_explain_error (error);
  dialog = adw_message_dialog_new (GTK_WINDOW (owner), problem->message, problem->action);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static char *
payload_new (const char *member, const char *text)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, member, text);
  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

static void
response_cb (GtkWidget *dialog, const char *response, GtkEditable *entry)
{
  const Question *question = g_object_get_data (G_OBJECT (dialog), "question");
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (dialog));
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  Record *record;

  if (!g_str_equal (response, "verb") || (question == &note_question && *text == '\0'))
    return;

  record = g_new0 (Record, 1);
  record->kind = question->kind;
  record->subject =
      g_strdup_printf ("unit:%s", (char *) g_object_get_data (G_OBJECT (dialog), "unit"));
  record->payload = payload_new (question->member, text);
  hs_ask (g_object_get_data (G_OBJECT (dialog), "catalog"),
          parent,
          append_record,
          record,
          record_free,
          NULL,
          NULL,
          recorded_cb);
}

static void
present (GtkWindow *parent,
         HsSession *session,
         const char *unit,
         const Question *question,
         const char *heading,
         const char *body,
         const char *verb,
         const char *text)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, heading, body);
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  hs_piece_name (entry, heading);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "verb", verb);
  adw_message_dialog_set_response_appearance (
      ADW_MESSAGE_DIALOG (dialog), "verb", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "verb");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data (G_OBJECT (dialog), "question", (gpointer) question);
  g_object_set_data_full (G_OBJECT (dialog), "unit", g_strdup (unit), g_free);
  g_object_set_data_full (G_OBJECT (dialog),
                          "catalog",
                          g_object_ref (hs_session_get_catalog (session)),
                          g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), entry, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

void
hs_label_dialog_present (GtkWindow *parent, HsSession *session, const char *unit, const char *label)
{
  g_autofree char *serial = hs_format_key_serial (unit);
  g_autofree char *grouped = hs_format_serial (serial);

  present (parent,
           session,
           unit,
           &label_question,
           label != NULL ? _ ("Change the Label") : _ ("Label This Unit"),
           grouped,
           _ ("_Label"),
           label != NULL ? label : "");
}

void
hs_note_dialog_present (GtkWindow *parent, HsSession *session, const char *unit, const char *label)
{
  g_autofree char *serial = hs_format_key_serial (unit);
  g_autofree char *grouped = hs_format_serial (serial);

  present (parent,
           session,
           unit,
           &note_question,
           _ ("Note on This Unit"),
           label != NULL ? label : grouped,
           _ ("_Note"),
           "");
}
