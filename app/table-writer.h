/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/table.h"

G_BEGIN_DECLS

/**
 * HsTableWriter:
 *
 * A table on its way into a stream, row by row: CSV with a heading, or one JSON array of objects.
 * Cells are given in the order of the columns. One thread; end_row() and close() block.
 */
typedef struct _HsTableWriter HsTableWriter;

/* @columns: NULL-terminated, static. */
HsTableWriter *
hs_table_writer_new (GOutputStream *stream, HsTableFormat format, const char *const *columns);
void hs_table_writer_free (HsTableWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsTableWriter, hs_table_writer_free)

void hs_table_writer_text (HsTableWriter *self, const char *text); /* nullable */
void hs_table_writer_time (HsTableWriter *self, gint64 time_us);   /* RFC 3339, UTC; 0: none */
void hs_table_writer_number (HsTableWriter *self, gint64 number);
void hs_table_writer_flag (HsTableWriter *self, gboolean flag);
gboolean hs_table_writer_end_row (HsTableWriter *self, GCancellable *cancellable, GError **error);
/* What belongs at the end, and all that waits. The stream stays open. */
gboolean hs_table_writer_close (HsTableWriter *self, GCancellable *cancellable, GError **error);

G_END_DECLS
