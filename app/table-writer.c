/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/table-writer.h"

#include "app/csv.h"

#define FLUSH_AT 65536 /* bytes */

struct _HsTableWriter {
  GOutputStream *stream;
  HsTableFormat format;
  const char *const *columns; /* borrowed */
  guint column;               /* of the next cell */
  guint64 n_rows;
  GString *waiting;
};

HsTableWriter *
hs_table_writer_new (GOutputStream *stream, HsTableFormat format, const char *const *columns)
{
  HsTableWriter *self = g_new0 (HsTableWriter, 1);

  self->stream = g_object_ref (stream);
  self->format = format;
  self->columns = columns;
  self->waiting = g_string_sized_new (FLUSH_AT + 4096);
  if (format == HS_TABLE_JSON) {
    g_string_append (self->waiting, "[");
    return self;
  }
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (self->waiting, "%s%s", i > 0 ? "," : "", columns[i]);
  g_string_append (self->waiting, "\r\n");
  return self;
}

void
hs_table_writer_free (HsTableWriter *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->stream);
  g_string_free (self->waiting, TRUE);
  g_free (self);
}

static void
append_json_text (GString *string, const char *text)
{
  g_autofree char *valid = g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);

  g_string_append_c (string, '"');
  for (const char *at = valid != NULL ? valid : text; *at != '\0'; at++) {
    if (*at == '"' || *at == '\\')
      g_string_append_printf (string, "\\%c", *at);
    else if ((guchar) *at < 0x20)
      g_string_append_printf (string, "\\u%04x", *at);
    else
      g_string_append_c (string, *at);
  }
  g_string_append_c (string, '"');
}

/* What stands before the next cell's value. */
static void
begin_cell (HsTableWriter *self)
{
  g_assert (self->columns[self->column] != NULL);

  if (self->format == HS_TABLE_JSON) {
    if (self->column == 0)
      g_string_append (self->waiting, self->n_rows == 0 ? "\n{" : ",\n{");
    else
      g_string_append_c (self->waiting, ',');
    g_string_append_printf (self->waiting, "\"%s\":", self->columns[self->column]);
  } else if (self->column > 0) {
    g_string_append_c (self->waiting, ',');
  }
  self->column++;
}

void
hs_table_writer_text (HsTableWriter *self, const char *text)
{
  begin_cell (self);
  if (self->format == HS_TABLE_CSV)
    hs_csv_append_cell (self->waiting, text);
  else if (text == NULL)
    g_string_append (self->waiting, "null");
  else
    append_json_text (self->waiting, text);
}

void
hs_table_writer_time (HsTableWriter *self, gint64 time_us)
{
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *text = NULL;

  if (time_us != 0)
    time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  if (time != NULL)
    text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  hs_table_writer_text (self, text);
}

void
hs_table_writer_number (HsTableWriter *self, gint64 number)
{
  begin_cell (self);
  g_string_append_printf (self->waiting, "%" G_GINT64_FORMAT, number);
}

void
hs_table_writer_flag (HsTableWriter *self, gboolean flag)
{
  begin_cell (self);
  if (self->format == HS_TABLE_CSV)
    g_string_append (self->waiting, flag ? "yes" : "no");
  else
    g_string_append (self->waiting, flag ? "true" : "false");
}

static gboolean
flush (HsTableWriter *self, GCancellable *cancellable, GError **error)
{
  if (!g_output_stream_write_all (
          self->stream, self->waiting->str, self->waiting->len, NULL, cancellable, error))
    return FALSE;
  g_string_truncate (self->waiting, 0);
  return TRUE;
}

/**
 * hs_table_writer_end_row:
 * @self: a writer
 * @cancellable: (nullable)
 * @error: of the stream
 *
 * Ends a row that has all its cells; writes when enough waits. Blocks.
 */
gboolean
hs_table_writer_end_row (HsTableWriter *self, GCancellable *cancellable, GError **error)
{
  g_assert (self->columns[self->column] == NULL);

  g_string_append (self->waiting, self->format == HS_TABLE_JSON ? "}" : "\r\n");
  self->column = 0;
  self->n_rows++;
  return self->waiting->len < FLUSH_AT || flush (self, cancellable, error);
}

gboolean
hs_table_writer_close (HsTableWriter *self, GCancellable *cancellable, GError **error)
{
  if (self->format == HS_TABLE_JSON)
    g_string_append (self->waiting, self->n_rows > 0 ? "\n]\n" : "]\n");
  return flush (self, cancellable, error) &&
         g_output_stream_flush (self->stream, cancellable, error);
}
