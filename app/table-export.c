/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/table.h"

#include "app/table-writer.h"
#include "store/catalog-pages.h"
#include "store/catalog-releases.h"

#define PAGE 500 /* rows asked for at once */

/* The fields of each table, as docs/tables.md lists them. */
static const char *const unit_columns[] = {
  "unit",     "board",      "label",     "serial",  "state", "release",  "release_id",
  "customer", "order",      "date",      "version", "build", "build_id", "firmware_sha256",
  "changed",  "first_seen", "last_seen", "runs",    NULL,
};
static const char *const run_columns[] = {
  "run",   "unit",   "label", "board", "what",     "outcome", "build",    "build_id", "release",
  "batch", "serial", "port",  "slot",  "operator", "started", "finished", NULL,
};
static const char *const journal_columns[] = {
  "chain", "n",       "id",      "time", "bench",    "operator",
  "kind",  "subject", "payload", "hash", "previous", NULL,
};
static const char *const recall_columns[] = {
  "unit",  "board", "label", "serial",   "state", "what", "now",
  "whole", "since", "until", "customer", "order", "date", NULL,
};

/* A table on its way out. */
typedef struct {
  HsCatalog *catalog;
  HsTableWriter *writer;
  GHashTable *releases; /* id -> "NAME VERSION": some hundred at most */
  GCancellable *cancellable;
} Export;

static void
export_init (Export *self, HsCatalog *catalog, HsTableWriter *writer, GCancellable *cancellable)
{
  *self = (Export){ .catalog = catalog, .writer = writer, .cancellable = cancellable };
  self->releases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static void
export_clear (Export *self)
{
  g_clear_pointer (&self->releases, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

static const char *
name_release (Export *self, const char *id)
{
  g_autoptr (HsRelease) release = NULL;
  char *name = NULL;

  if (id == NULL)
    return NULL;
  if (g_hash_table_lookup_extended (self->releases, id, NULL, (gpointer *) &name))
    return name;

  release = hs_catalog_get_release (self->catalog, id, NULL);
  if (release != NULL)
    name =
        g_strdup_printf ("%s %s", hs_release_get_name (release), hs_release_get_version (release));
  g_hash_table_insert (self->releases, g_strdup (id), name);
  return name;
}

/* --- units --- */

/* The day it left; only of those that are away. (transfer full) */
static char *
find_date (Export *self, HsUnit *unit)
{
  g_autoptr (HsStory) story = NULL;

  if (hs_unit_get_shipped (unit) == 0)
    return NULL;
  story = hs_catalog_get_story (self->catalog, hs_unit_get_id (unit), NULL);
  for (guint i = 0; story != NULL && i < story->shipments->len; i++) {
    const HsShipment *shipment = g_ptr_array_index (story->shipments, i);

    if (shipment->returned == 0)
      return g_strdup (shipment->date);
  }
  return NULL;
}

static void
write_unit (Export *self, HsUnit *unit)
{
  HsTableWriter *writer = self->writer;
  const HsContent *firmware = hs_unit_find_content (unit, "firmware");
  g_autofree char *date = find_date (self, unit);

  hs_table_writer_text (writer, hs_unit_get_id (unit));
  hs_table_writer_text (writer, hs_unit_get_board (unit));
  hs_table_writer_text (writer, hs_unit_get_label (unit));
  hs_table_writer_text (writer, hs_unit_get_serial (unit));
  hs_table_writer_text (writer, hs_unit_get_state (unit));
  hs_table_writer_text (writer, name_release (self, hs_unit_get_release (unit)));
  hs_table_writer_text (writer, hs_unit_get_release (unit));
  hs_table_writer_text (writer, hs_unit_get_party_name (unit));
  hs_table_writer_text (writer, hs_unit_get_order (unit));
  hs_table_writer_text (writer, date);
  hs_table_writer_text (writer, hs_unit_get_last_version (unit));
  hs_table_writer_text (writer, firmware != NULL ? firmware->build_name : NULL);
  hs_table_writer_text (writer, firmware != NULL ? firmware->build : NULL);
  hs_table_writer_text (writer, firmware != NULL ? firmware->sha256 : NULL);
  hs_table_writer_flag (writer, hs_unit_get_changed_outside (unit));
  hs_table_writer_time (writer, hs_unit_get_first_seen (unit));
  hs_table_writer_time (writer, hs_unit_get_last_seen (unit));
  hs_table_writer_number (writer, hs_unit_get_n_runs (unit));
}

static gboolean
write_unit_page (Export *self, GPtrArray *ids, GError **error)
{
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsUnit) unit =
        hs_catalog_get_unit (self->catalog, g_ptr_array_index (ids, i), error);

    if (unit == NULL)
      return FALSE;
    write_unit (self, unit);
    if (!hs_table_writer_end_row (self->writer, self->cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * hs_table_export_units:
 * @catalog: a catalog
 * @filter: which
 * @format: of the table
 * @stream: where to; stays open
 * @cancellable: (nullable)
 * @error: a #HsStoreError, or of the stream
 *
 * Writes units, last seen first. Blocks.
 */
gboolean
hs_table_export_units (HsCatalog *catalog,
                       const HsUnitFilter *filter,
                       HsTableFormat format,
                       GOutputStream *stream,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (HsTableWriter) writer = hs_table_writer_new (stream, format, unit_columns);
  g_auto (Export) export = { NULL };
  g_autofree char *after = NULL;

  export_init (&export, catalog, writer, cancellable);
  for (;;) {
    g_autoptr (GPtrArray) ids = hs_catalog_page_units (catalog, filter, after, PAGE, error);

    if (ids == NULL || !write_unit_page (&export, ids, error))
      return FALSE;
    if (ids->len < PAGE)
      return hs_table_writer_close (writer, cancellable, error);
    g_free (after);
    after = g_strdup (g_ptr_array_index (ids, ids->len - 1));
  }
}

/* --- runs --- */

static void
write_run (Export *self, HsRun *run)
{
  HsTableWriter *writer = self->writer;

  hs_table_writer_text (writer, hs_run_get_id (run));
  hs_table_writer_text (writer, hs_run_get_unit (run));
  hs_table_writer_text (writer, hs_run_get_unit_label (run));
  hs_table_writer_text (writer, hs_run_get_board (run));
  hs_table_writer_text (writer, hs_run_get_what (run));
  hs_table_writer_text (writer, hs_run_get_outcome (run));
  hs_table_writer_text (writer, hs_run_get_build_name (run));
  hs_table_writer_text (writer, hs_run_get_build (run));
  hs_table_writer_text (writer, name_release (self, hs_run_get_release (run)));
  hs_table_writer_text (writer, hs_run_get_batch (run));
  hs_table_writer_text (writer, hs_run_get_number (run));
  hs_table_writer_text (writer, hs_run_get_port (run));
  hs_table_writer_text (writer, hs_run_get_slot (run));
  hs_table_writer_text (writer, hs_run_get_operator (run));
  hs_table_writer_time (writer, hs_run_get_started (run));
  hs_table_writer_time (writer, hs_run_get_finished (run));
}

static gboolean
write_run_page (Export *self, GPtrArray *ids, GError **error)
{
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsRun) run = hs_catalog_get_run (self->catalog, g_ptr_array_index (ids, i), error);

    if (run == NULL)
      return FALSE;
    write_run (self, run);
    if (!hs_table_writer_end_row (self->writer, self->cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * hs_table_export_runs:
 * @catalog: a catalog
 * @unit: (nullable): key; %NULL: runs of all units, and of cameras that were never identified
 * @format: of the table
 * @stream: where to; stays open
 * @cancellable: (nullable)
 * @error: a #HsStoreError, or of the stream
 *
 * Writes runs, newest first. Blocks.
 */
gboolean
hs_table_export_runs (HsCatalog *catalog,
                      const char *unit,
                      HsTableFormat format,
                      GOutputStream *stream,
                      GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (HsTableWriter) writer = hs_table_writer_new (stream, format, run_columns);
  g_auto (Export) export = { NULL };
  g_autofree char *after = NULL;

  export_init (&export, catalog, writer, cancellable);
  for (;;) {
    g_autoptr (GPtrArray) ids = hs_catalog_page_runs (catalog, unit, after, PAGE, error);

    if (ids == NULL || !write_run_page (&export, ids, error))
      return FALSE;
    if (ids->len < PAGE)
      return hs_table_writer_close (writer, cancellable, error);
    g_free (after);
    after = g_strdup (g_ptr_array_index (ids, ids->len - 1));
  }
}

/* --- journal --- */

static void
write_entry (HsTableWriter *writer, HsEntry *entry)
{
  hs_table_writer_text (writer, hs_entry_get_chain (entry));
  hs_table_writer_number (writer, hs_entry_get_n (entry));
  hs_table_writer_text (writer, hs_entry_get_id (entry));
  hs_table_writer_time (writer, hs_entry_get_time (entry));
  hs_table_writer_text (writer, hs_entry_get_bench (entry));
  hs_table_writer_text (writer, hs_entry_get_operator (entry));
  hs_table_writer_text (writer, hs_entry_get_kind (entry));
  hs_table_writer_text (writer, hs_entry_get_subject (entry));
  hs_table_writer_text (writer, hs_entry_get_payload (entry));
  hs_table_writer_text (writer, hs_entry_get_hash (entry));
  hs_table_writer_text (writer, hs_entry_get_previous (entry));
}

/**
 * hs_table_export_journal:
 * @catalog: a catalog
 * @filter: (nullable): which entries; %NULL: all
 * @format: of the table
 * @stream: where to; stays open
 * @cancellable: (nullable)
 * @error: a #HsStoreError, or of the stream
 *
 * Writes entries, oldest first. For people and spreadsheets: what another bench takes in are the
 * segments of hs_catalog_export(). Keeps 8 bytes an entry in memory. Blocks.
 */
gboolean
hs_table_export_journal (HsCatalog *catalog,
                         const HsJournalFilter *filter,
                         HsTableFormat format,
                         GOutputStream *stream,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (HsTableWriter) writer = hs_table_writer_new (stream, format, journal_columns);
  g_autoptr (GArray) rows = hs_catalog_list_journal (catalog, filter, 0, NULL, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = rows->len; i > 0; i--) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (catalog, g_array_index (rows, gint64, i - 1), error);

    if (entry == NULL)
      return FALSE;
    write_entry (writer, entry);
    if (!hs_table_writer_end_row (writer, cancellable, error))
      return FALSE;
  }
  return hs_table_writer_close (writer, cancellable, error);
}

/* --- recall --- */

static void
write_recall (HsTableWriter *writer, const HsRecallRow *row)
{
  hs_table_writer_text (writer, row->unit);
  hs_table_writer_text (writer, row->board);
  hs_table_writer_text (writer, row->label);
  hs_table_writer_text (writer, row->serial);
  hs_table_writer_text (writer, row->state);
  hs_table_writer_text (writer, row->what);
  hs_table_writer_flag (writer, row->now);
  hs_table_writer_flag (writer, !row->part);
  hs_table_writer_time (writer, row->since);
  hs_table_writer_time (writer, row->until);
  hs_table_writer_text (writer, row->party_name);
  hs_table_writer_text (writer, row->order);
  hs_table_writer_text (writer, row->date);
}

/**
 * hs_table_export_recall:
 * @catalog: a catalog
 * @recall: what is looked for
 * @format: of the table
 * @stream: where to; stays open
 * @cancellable: (nullable)
 * @error: a #HsStoreError, or of the stream
 *
 * Writes the units that carry it, then those that did. Blocks.
 */
gboolean
hs_table_export_recall (HsCatalog *catalog,
                        const HsRecall *recall,
                        HsTableFormat format,
                        GOutputStream *stream,
                        GCancellable *cancellable,
                        GError **error)
{
  g_autoptr (HsTableWriter) writer = hs_table_writer_new (stream, format, recall_columns);
  /* In one question: pages by offset would be sorted anew each time. */
  g_autoptr (GPtrArray) rows = hs_catalog_recall (catalog, recall, 0, 0, NULL, NULL, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    write_recall (writer, g_ptr_array_index (rows, i));
    if (!hs_table_writer_end_row (writer, cancellable, error))
      return FALSE;
  }
  return hs_table_writer_close (writer, cancellable, error);
}
