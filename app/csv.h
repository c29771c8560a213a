/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* RFC 4180: cells, quotes, lines. What the cells mean is in app/table.h. */

/* Puts @text (nullable: an empty cell) at the end of @line, quoted if it has to be, with an
 * apostrophe before what a spreadsheet would take for a formula. Commas are the caller's. */
void hs_csv_append_cell (GString *line, const char *text);
/* What a cell says without the apostrophe that hs_csv_append_cell() gave it; points into @cell. */
const char *hs_csv_unguard (const char *cell);

/* One record. All strings are owned by it. */
typedef struct {
  guint64 line;     /* where it begins, from 1 */
  char *text;       /* as it stands there, its first part if it is long; always UTF-8 */
  GPtrArray *cells; /* char *, with the guarding apostrophe; NULL if @problem is set */
  char *problem;    /* a sentence; NULL: it is well formed */
} HsCsvRecord;
void hs_csv_record_free (HsCsvRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCsvRecord, hs_csv_record_free)

/**
 * HsCsvReader:
 *
 * Reads records from a stream: LF, CRLF or CR at the end of lines, a byte order mark at the start,
 * commas, semicolons or tabs between cells (whichever the first line has most of). One thread.
 */
typedef struct _HsCsvReader HsCsvReader;
HsCsvReader *hs_csv_reader_new (GInputStream *stream);
void hs_csv_reader_free (HsCsvReader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCsvReader, hs_csv_reader_free)

/* The next record that is not empty; NULL without error: there is none. A record that can't be
 * understood says so in its problem, and reading goes on with the next line. Blocks. */
HsCsvRecord *hs_csv_reader_next (HsCsvReader *self, GCancellable *cancellable, GError **error);

G_END_DECLS
