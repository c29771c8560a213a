/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/table-export.h"

#include "app/explain.h"
#include "ui/ask.h"
#include "ui/file-chooser.h"
#include "ui/journal-model.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

typedef enum { TABLE_UNITS, TABLE_RUNS, TABLE_JOURNAL, TABLE_RECALL } Table;

/* What is written, and where. */
typedef struct {
  Table table;
  GtkWidget *parent; /* owned until the file is chosen */
  HsSession *session;
  HsPagedQuery *query; /* of units and of the journal */
  char *unit;          /* of runs; nullable */
  char *recall[3];     /* build, release, sha256 */
  HsTableFormat format;
  GFile *file;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_clear_object (&self->parent);
  g_clear_object (&self->session);
  g_clear_pointer (&self->query, hs_paged_query_free);
  g_free (self->unit);
  for (guint i = 0; i < G_N_ELEMENTS (self->recall); i++)
    g_free (self->recall[i]);
  g_clear_object (&self->file);
  g_free (self);
}

static Export *
export_new (Table table, GtkWidget *parent, HsSession *session)
{
  Export *self = g_new0 (Export, 1);

  self->table = table;
  self->parent = g_object_ref (parent);
  self->session = g_object_ref (session);
  self->query = g_new0 (HsPagedQuery, 1);
  return self;
}

static gboolean
write_table (Export *self,
             HsCatalog *catalog,
             GOutputStream *stream,
             GCancellable *cancellable,
             GError **error)
{
  const HsUnitFilter units = {
    .query = self->query->text,
    .states = (const char *const *) self->query->states,
    .boards = (const char *const *) self->query->boards,
    .release = self->query->release,
    .party = self->query->party,
    .changed_outside = self->query->changed_outside,
    .mixed = self->query->mixed,
  };
  const HsRecall recall = { self->recall[0], self->recall[1], self->recall[2] };
  HsJournalFilter journal;
  g_autoptr (GPtrArray) kinds = hs_journal_filter_kinds (self->query, &journal);

  switch (self->table) {
  case TABLE_UNITS:
    return hs_table_export_units (catalog, &units, self->format, stream, cancellable, error);
  case TABLE_RUNS:
    return hs_table_export_runs (catalog, self->unit, self->format, stream, cancellable, error);
  case TABLE_JOURNAL:
    return hs_table_export_journal (catalog, &journal, self->format, stream, cancellable, error);
  case TABLE_RECALL:
    return hs_table_export_recall (catalog, &recall, self->format, stream, cancellable, error);
  }
  g_return_val_if_reached (FALSE);
}

/* A file that is half written takes nobody's place. Returns the file's name. */
static gpointer
export_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Export *self = data;
  g_autoptr (GCancellable) give_up = g_cancellable_new ();
  g_autoptr (GFileOutputStream) stream = g_file_replace (
      self->file, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION, cancellable, error);

  if (stream == NULL)
    return NULL;
  if (!write_table (self, catalog, G_OUTPUT_STREAM (stream), cancellable, error)) {
    g_cancellable_cancel (give_up); /* closing then drops what was written */
    g_output_stream_close (G_OUTPUT_STREAM (stream), give_up, NULL);
    return NULL;
  }
  if (!g_output_stream_close (G_OUTPUT_STREAM (stream), cancellable, error))
    return NULL;
  return g_file_get_basename (self->file);
}

static void
exported_cb (gpointer owner, gpointer result, const GError *error)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (owner, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *text = NULL;

  if (result != NULL) {
    text = g_strdup_printf (_ ("%s is written"), (char *) result);
  } else {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    text = g_strdup_printf ("%s %s", problem->message, problem->action);
  }
  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (text));
  else
    g_message ("%s", text);
}

static void
file_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Export *self = data;
  g_autoptr (GtkWidget) parent = g_steal_pointer (&self->parent);
  g_autofree char *name = NULL;

  self->file = hs_file_chooser_save_finish (result, NULL);
  if (self->file == NULL) {
    export_free (self);
    return;
  }
  name = g_file_get_basename (self->file);
  self->format = g_str_has_suffix (name, ".json") ? HS_TABLE_JSON : HS_TABLE_CSV;
  hs_ask_apart (hs_session_get_catalog (self->session),
                parent,
                export_func,
                self,
                export_free,
                g_free,
                NULL,
                exported_cb);
}

/* @stem: of the proposed name, which today's date follows. */
static void
ask_file (Export *self, const char *title, const char *stem)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");
  g_autofree char *name =
      g_strdup_printf ("%s-%s.%s", stem, day, self->format == HS_TABLE_JSON ? "json" : "csv");

  hs_file_chooser_save_async (
      GTK_WINDOW (gtk_widget_get_root (self->parent)), title, name, NULL, file_chosen_cb, self);
}

void
hs_table_export_units_ask (GtkWidget *parent, HsSession *session, const HsUnitFilter *filter)
{
  Export *self = export_new (TABLE_UNITS, parent, session);

  hs_paged_query_set_units (self->query, filter);
  self->query->text = g_strdup (filter != NULL ? filter->query : NULL);
  ask_file (self, _ ("Export Units as CSV or JSON"), "units");
}

void
hs_table_export_runs_ask (GtkWidget *parent, HsSession *session, const char *unit)
{
  Export *self = export_new (TABLE_RUNS, parent, session);

  self->unit = g_strdup (unit);
  ask_file (self, _ ("Export Runs as CSV or JSON"), "runs");
}

void
hs_table_export_journal_ask (GtkWidget *parent,
                             HsSession *session,
                             const HsPagedQuery *query,
                             HsTableFormat format)
{
  Export *self = export_new (TABLE_JOURNAL, parent, session);

  hs_paged_query_free (self->query);
  self->query = hs_paged_query_copy (query);
  self->format = format;
  ask_file (self,
            format == HS_TABLE_JSON ? _ ("Export the Journal as JSON")
                                    : _ ("Export the Journal as CSV"),
            "journal");
}

void
hs_table_export_recall_ask (GtkWidget *parent, HsSession *session, const HsRecall *recall)
{
  Export *self = export_new (TABLE_RECALL, parent, session);

  self->recall[0] = g_strdup (recall->build);
  self->recall[1] = g_strdup (recall->release);
  self->recall[2] = g_strdup (recall->sha256);
  ask_file (self, _ ("Export the Recall as CSV or JSON"), "recall");
}
