/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/entry-dialog.h"

#include "ui/format.h"
#include "ui/journal-sentence.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#define HS_TYPE_ENTRY_DIALOG (hs_entry_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HsEntryDialog, hs_entry_dialog, HS, ENTRY_DIALOG, AdwWindow)

struct _HsEntryDialog {
  AdwWindow parent_instance;

  GtkWidget *copy;
  GtkLabel *sentence;
  AdwBin *fields;
  GtkLabel *payload;

  HsEntry *entry; /* owned */
};

G_DEFINE_FINAL_TYPE (HsEntryDialog, hs_entry_dialog, ADW_TYPE_WINDOW)

static void
add_text (JsonBuilder *builder, const char *name, const char *text)
{
  json_builder_set_member_name (builder, name);
  if (text != NULL)
    json_builder_add_string_value (builder, text);
  else
    json_builder_add_null_value (builder);
}

/* The entry as `hotshoe journal --json` gives it. */
static char *
entry_to_json (HsEntry *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  add_text (builder, "chain", hs_entry_get_chain (entry));
  json_builder_set_member_name (builder, "n");
  json_builder_add_int_value (builder, hs_entry_get_n (entry));
  add_text (builder, "id", hs_entry_get_id (entry));
  json_builder_set_member_name (builder, "time");
  json_builder_add_int_value (builder, hs_entry_get_time (entry));
  add_text (builder, "bench", hs_entry_get_bench (entry));
  add_text (builder, "operator", hs_entry_get_operator (entry));
  add_text (builder, "kind", hs_entry_get_kind (entry));
  add_text (builder, "subject", hs_entry_get_subject (entry));
  add_text (builder, "payload", hs_entry_get_payload (entry));
  add_text (builder, "hash", hs_entry_get_hash (entry));
  add_text (builder, "previous", hs_entry_get_previous (entry));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

static void
copy_cb (HsEntryDialog *self)
{
  g_autofree char *json = entry_to_json (self->entry);

  hs_piece_copy_text (self->copy, json);
}

static void
add_field (HsTable *table, const char *title, const char *value)
{
  g_autofree char *markup = NULL;

  if (value == NULL || *value == '\0')
    return;

  markup = g_markup_printf_escaped ("<span face='monospace' size='90%%'>%s</span>", value);
  hs_table_add (
      table, hs_piece_label (title, "dim-label"), hs_piece_copy (markup, title, value), NULL);
}

static void
show_fields (HsEntryDialog *self)
{
  static const HsColumn columns[] = { { NULL, 92 }, { NULL, 0 } };
  gint64 us = hs_entry_get_time (self->entry);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local != NULL ? g_date_time_format (local, "%F %H:%M:%S %z") : NULL;
  g_autofree char *n = g_strdup_printf ("%" G_GINT64_FORMAT, hs_entry_get_n (self->entry));
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_field (&table, _ ("Number"), n);
  add_field (&table, _ ("Time"), time);
  add_field (&table, _ ("Kind"), hs_entry_get_kind (self->entry));
  add_field (&table, _ ("Subject"), hs_entry_get_subject (self->entry));
  add_field (&table, _ ("Operator"), hs_entry_get_operator (self->entry));
  add_field (&table, _ ("Bench"), hs_entry_get_bench (self->entry));
  add_field (&table, _ ("Chain"), hs_entry_get_chain (self->entry));
  add_field (&table, _ ("Entry id"), hs_entry_get_id (self->entry));
  add_field (&table, _ ("Hash"), hs_entry_get_hash (self->entry));
  add_field (&table, _ ("Previous"), hs_entry_get_previous (self->entry));
  adw_bin_set_child (self->fields, table.grid);
}

static void
hs_entry_dialog_dispose (GObject *object)
{
  HsEntryDialog *self = HS_ENTRY_DIALOG (object);

  g_clear_object (&self->entry);
  G_OBJECT_CLASS (hs_entry_dialog_parent_class)->dispose (object);
}

static void
hs_entry_dialog_class_init (HsEntryDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_entry_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("entry-dialog"));
  gtk_widget_class_bind_template_child (widget_class, HsEntryDialog, copy);
  gtk_widget_class_bind_template_child (widget_class, HsEntryDialog, sentence);
  gtk_widget_class_bind_template_child (widget_class, HsEntryDialog, fields);
  gtk_widget_class_bind_template_child (widget_class, HsEntryDialog, payload);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
hs_entry_dialog_init (HsEntryDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
hs_entry_dialog_present (GtkWindow *parent, HsJournalItem *item)
{
  HsEntryDialog *self = g_object_new (HS_TYPE_ENTRY_DIALOG, "transient-for", parent, NULL);
  HsEntry *entry = hs_journal_item_get_entry (item);
  g_autoptr (HsSentence) sentence = hs_sentence_new (hs_entry_get_kind (entry),
                                                     hs_entry_get_subject (entry),
                                                     hs_entry_get_payload (entry),
                                                     hs_journal_item_get_name (item),
                                                     hs_journal_item_get_build (item));
  const char *payload = hs_entry_get_payload (entry);

  self->entry = g_object_ref (entry);
  gtk_label_set_markup (self->sentence, sentence->markup);
  gtk_label_set_label (self->payload, payload != NULL ? payload : "");
  show_fields (self);
  gtk_window_present (GTK_WINDOW (self));
}
