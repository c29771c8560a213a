/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog-units.h"

G_BEGIN_DECLS

typedef enum { HS_TABLE_CSV, HS_TABLE_JSON } HsTableFormat;

/* Units, runs and journal as documented tables (docs/tables.md). Streams; blocks; RFC 4180 CSV
 * in UTF-8. A cell that a spreadsheet would take for a formula (= + - @ tab CR at its start) gets
 * an apostrophe before it; import takes it off again. */
gboolean hs_table_export_units (HsCatalog *catalog,
                                const HsUnitFilter *filter,
                                HsTableFormat format,
                                GOutputStream *stream,
                                GCancellable *cancellable,
                                GError **error);
gboolean hs_table_export_runs (HsCatalog *catalog,
                               const char *unit,
                               HsTableFormat format,
                               GOutputStream *stream,
                               GCancellable *cancellable,
                               GError **error);
gboolean hs_table_export_journal (HsCatalog *catalog,
                                  const HsJournalFilter *filter,
                                  HsTableFormat format,
                                  GOutputStream *stream,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean hs_table_export_recall (HsCatalog *catalog,
                                 const HsRecall *recall,
                                 HsTableFormat format,
                                 GOutputStream *stream,
                                 GCancellable *cancellable,
                                 GError **error);

/* One line that can't be taken. */
typedef struct {
  guint64 line; /* from 1, with the heading */
  char *text;   /* as it stands there */
  char *why;    /* a sentence */
} HsReject;
void hs_reject_free (HsReject *self);

typedef struct {
  guint64 n_lines;
  guint64 n_new;      /* units that the catalog does not know yet */
  guint64 n_changes;  /* facts that would be, or were, appended */
  guint64 n_same;     /* lines that say nothing new */
  guint64 n_rejects;  /* lines that can't be taken */
  GPtrArray *rejects; /* HsReject; the first 10,000 */
  GPtrArray *ignored; /* char *: columns of an export that an import can't set */
} HsTableReport;
void hs_table_report_free (HsTableReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTableReport, hs_table_report_free)

/* Columns (heading, any order): unit, board, label, serial, series, customer, order, date, note;
 * those that only an export fills are passed over. HS_APP_ERROR_USAGE: the heading makes no sense.
 * @apply FALSE: the preview. Lines that are good are taken, in batches of one transaction each; the
 * others are reported. */
HsTableReport *hs_table_import_units (HsCatalog *catalog,
                                      GInputStream *stream,
                                      gboolean apply,
                                      GCancellable *cancellable,
                                      GError **error);

G_END_DECLS
