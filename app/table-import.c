/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/table.h"

#include "app/app-error.h"
#include "app/csv.h"
#include "app/unit-lines.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BATCH       10000 /* lines of one transaction: the fewer there are, the less is written twice */
#define MAX_REJECTS 10000
#define MAX_COLUMNS 64

/* In the order of HsCell. */
static const char *const cell_names[HS_N_CELLS] = {
  "unit", "board", "label", "serial", "series", "customer", "order", "date", "note",
};

/* What an export also has, and nobody but Hotshoe itself can know. */
static const char *const export_only[] = {
  "state",           "release", "release_id", "version",   "build", "build_id",
  "firmware_sha256", "changed", "first_seen", "last_seen", "runs",  NULL,
};

/* An import under way. */
typedef struct {
  HsUnitLines *lines;
  HsTableReport *report;
  int columns[MAX_COLUMNS]; /* an HsCell; -1: passed over */
  guint n_columns;
  guint n_waiting; /* lines since the last commit */
} Import;

void
hs_reject_free (HsReject *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_free (self->why);
  g_free (self);
}

void
hs_table_report_free (HsTableReport *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->rejects);
  g_ptr_array_unref (self->ignored);
  g_free (self);
}

static HsTableReport *
report_new (void)
{
  HsTableReport *self = g_new0 (HsTableReport, 1);

  self->rejects = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_reject_free);
  self->ignored = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/* Takes @why. */
static void
reject (HsTableReport *self, const HsCsvRecord *record, char *why)
{
  HsReject *line;

  self->n_rejects++;
  if (self->rejects->len == MAX_REJECTS) {
    g_free (why);
    return;
  }
  line = g_new0 (HsReject, 1);
  line->line = record->line;
  line->text = g_strdup (record->text);
  line->why = why;
  g_ptr_array_add (self->rejects, line);
}

/* --- the heading --- */

static int
find_name (const char *const *names, guint n, const char *name)
{
  for (guint i = 0; i < n && names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return i;
  return -1;
}

static gboolean fail_heading (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail_heading (GError **error, const char *format, ...)
{
  g_auto (GStrv) names = g_new0 (char *, HS_N_CELLS + 1);
  g_autofree char *known = NULL;
  g_autofree char *said = NULL;
  va_list args;

  va_start (args, format);
  said = g_strdup_vprintf (format, args);
  va_end (args);
  for (guint i = 0; i < HS_N_CELLS; i++)
    names[i] = g_strdup (cell_names[i]);
  known = g_strjoinv (", ", names);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               _ ("%s The columns of a table of units are: %s."),
               said,
               known);
  return FALSE;
}

static gboolean
take_column (Import *self, const char *cell, GError **error)
{
  g_autofree char *name = g_utf8_strdown (hs_csv_unguard (cell), -1);
  int column = find_name (cell_names, HS_N_CELLS, g_strstrip (name));

  for (guint i = 0; i < self->n_columns; i++)
    if (column >= 0 && self->columns[i] == column)
      return fail_heading (error, _ ("The heading has “%s” twice."), name);
  if (column < 0 && find_name (export_only, G_N_ELEMENTS (export_only), name) < 0)
    return fail_heading (error, _ ("The heading has an unknown column “%s”."), name);
  if (self->n_columns == MAX_COLUMNS)
    return fail_heading (error, _ ("The heading has too many columns."));
  if (column < 0)
    g_ptr_array_add (self->report->ignored, g_strdup (name));
  self->columns[self->n_columns++] = column;
  return TRUE;
}

static gboolean
read_heading (Import *self, HsCsvReader *reader, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (HsCsvRecord) record = hs_csv_reader_next (reader, cancellable, &local);
  gboolean named = FALSE;

  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (record == NULL)
    return fail_heading (error, _ ("The file is empty."));
  if (record->problem != NULL)
    return fail_heading (error, _ ("The heading can't be read: %s"), record->problem);

  for (guint i = 0; i < record->cells->len; i++)
    if (!take_column (self, g_ptr_array_index (record->cells, i), error))
      return FALSE;
  for (guint i = 0; i < self->n_columns; i++)
    named = named || self->columns[i] == HS_CELL_UNIT;
  return named || fail_heading (error, _ ("The heading has no column “unit”."));
}

/* --- lines --- */

/* A cell's text without white space around it, within the record's own bytes; NULL if empty. */
static const char *
trim (char *cell)
{
  char *text = cell + (hs_csv_unguard (cell) - cell);

  g_strstrip (text);
  return *text != '\0' ? text : NULL;
}

static gboolean
take_record (Import *self, const HsCsvRecord *record, GError **error)
{
  const char *cells[HS_N_CELLS] = { NULL };
  HsTableReport *report = self->report;
  char *why = NULL;
  guint n_facts = 0;
  HsLineVerdict verdict;

  report->n_lines++;
  if (record->problem != NULL) {
    reject (report, record, g_strdup (record->problem));
    return TRUE;
  }
  if (record->cells->len != self->n_columns) {
    reject (report,
            record,
            g_strdup_printf (_ ("It has %u cells where the heading has %u."),
                             record->cells->len,
                             self->n_columns));
    return TRUE;
  }

  for (guint i = 0; i < self->n_columns; i++)
    if (self->columns[i] >= 0)
      cells[self->columns[i]] = trim (g_ptr_array_index (record->cells, i));
  verdict = hs_unit_lines_take (self->lines, record->line, cells, &n_facts, &why, error);
  if (verdict == HS_LINE_REJECTED)
    reject (report, record, why);
  report->n_changes += n_facts;
  report->n_new += verdict == HS_LINE_NEW;
  report->n_same += verdict == HS_LINE_SAME;
  return verdict != HS_LINE_FAILED;
}

static gboolean
read_lines (Import *self, HsCsvReader *reader, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;

  for (;;) {
    g_autoptr (HsCsvRecord) record = hs_csv_reader_next (reader, cancellable, &local);

    if (record == NULL)
      break;
    if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
        !take_record (self, record, error))
      return FALSE;
    if (++self->n_waiting < BATCH)
      continue;
    self->n_waiting = 0;
    if (!hs_unit_lines_commit (self->lines, error))
      return FALSE;
  }
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return hs_unit_lines_commit (self->lines, error);
}

/**
 * hs_table_import_units:
 * @catalog: a catalog
 * @stream: CSV, see app/csv.h
 * @apply: %FALSE: the preview; nothing is written
 * @cancellable: (nullable)
 * @error: %HS_APP_ERROR_USAGE: the heading; of the stream; a #HsStoreError. Batches that were
 *   appended before it stay: the same file may be imported again
 *
 * Takes in what a table says of units: that they exist, label, product serial, one shipment, a
 * note. The same file twice says nothing new. Blocks.
 *
 * Returns: (transfer full): what came of it
 */
HsTableReport *
hs_table_import_units (HsCatalog *catalog,
                       GInputStream *stream,
                       gboolean apply,
                       GCancellable *cancellable,
                       GError **error)
{
  g_autoptr (HsTableReport) report = report_new ();
  g_autoptr (HsUnitLines) lines = hs_unit_lines_new (catalog, apply);
  g_autoptr (HsCsvReader) reader = hs_csv_reader_new (stream);
  Import import = { .lines = lines, .report = report };

  if (!read_heading (&import, reader, cancellable, error) ||
      !read_lines (&import, reader, cancellable, error))
    return NULL;
  return g_steal_pointer (&report);
}
