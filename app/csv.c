/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/csv.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BUFFER_SIZE 65536         /* bytes */
#define MAX_RECORD  (1024 * 1024) /* bytes */
#define MAX_SHOWN   200           /* bytes of a record that a report repeats */

#define FORMULA_STARTS "=+-@\t\r"

/* --- cells --- */

/* Whether an apostrophe is due before @text, so that exactly one is taken off again. */
static gboolean
needs_guard (const char *text)
{
  text += strspn (text, "'");
  return *text != '\0' && strchr (FORMULA_STARTS, *text) != NULL;
}

void
hs_csv_append_cell (GString *line, const char *text)
{
  gboolean guard;

  if (text == NULL || *text == '\0')
    return;
  guard = needs_guard (text);
  if (strpbrk (text, "\",;\r\n\t") == NULL) {
    if (guard)
      g_string_append_c (line, '\'');
    g_string_append (line, text);
    return;
  }

  g_string_append (line, guard ? "\"'" : "\"");
  for (; *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c (line, '"');
    g_string_append_c (line, *text);
  }
  g_string_append_c (line, '"');
}

const char *
hs_csv_unguard (const char *cell)
{
  return *cell == '\'' && needs_guard (cell) ? cell + 1 : cell;
}

void
hs_csv_record_free (HsCsvRecord *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_clear_pointer (&self->cells, g_ptr_array_unref);
  g_free (self->problem);
  g_free (self);
}

/* --- reading --- */

struct _HsCsvReader {
  GInputStream *stream;
  guint8 *buffer;
  gsize filled;
  gsize at;
  gboolean ended;
  gboolean started;
  char separator;
  guint64 line; /* of the next byte, from 1 */
};

/* Where in a record the reader is. */
typedef enum { CELL_START, CELL_PLAIN, CELL_QUOTED, CELL_CLOSED } State;

/* A record while it is read. */
typedef struct {
  HsCsvRecord *record;
  GString *raw;
  GString *cell;
  State state;
} Parse;

HsCsvReader *
hs_csv_reader_new (GInputStream *stream)
{
  HsCsvReader *self = g_new0 (HsCsvReader, 1);

  self->stream = g_object_ref (stream);
  self->buffer = g_malloc (BUFFER_SIZE);
  self->line = 1;
  return self;
}

void
hs_csv_reader_free (HsCsvReader *self)
{
  if (self == NULL)
    return;
  g_object_unref (self->stream);
  g_free (self->buffer);
  g_free (self);
}

static gboolean
fill (HsCsvReader *self, GCancellable *cancellable, GError **error)
{
  if (!g_input_stream_read_all (
          self->stream, self->buffer, BUFFER_SIZE, &self->filled, cancellable, error))
    return FALSE;
  self->at = 0;
  self->ended = self->filled == 0;
  return TRUE;
}

/* Counts in the first line as far as it is in the buffer, outside quotes. */
static char
guess_separator (const HsCsvReader *self)
{
  static const char candidates[] = { ',', ';', '\t' };
  guint counts[G_N_ELEMENTS (candidates)] = { 0 };
  gboolean quoted = FALSE;
  guint best = 0;

  for (gsize i = self->at; i < self->filled; i++) {
    if (self->buffer[i] == '"')
      quoted = !quoted;
    if (quoted)
      continue;
    if (self->buffer[i] == '\n' || self->buffer[i] == '\r')
      break;
    for (guint c = 0; c < G_N_ELEMENTS (candidates); c++)
      counts[c] += self->buffer[i] == candidates[c];
  }
  for (guint c = 1; c < G_N_ELEMENTS (candidates); c++)
    if (counts[c] > counts[best])
      best = c;
  return candidates[best];
}

static gboolean
start (HsCsvReader *self, GCancellable *cancellable, GError **error)
{
  if (self->started)
    return TRUE;
  if (!fill (self, cancellable, error))
    return FALSE;
  if (self->filled >= 3 && memcmp (self->buffer, "\xEF\xBB\xBF", 3) == 0)
    self->at = 3;
  self->separator = guess_separator (self);
  self->started = TRUE;
  return TRUE;
}

/* The next byte, which stays; -1 at the end, -2 on error. */
static int
peek (HsCsvReader *self, GCancellable *cancellable, GError **error)
{
  if (self->at == self->filled && !self->ended && !fill (self, cancellable, error))
    return -2;
  return self->ended ? -1 : self->buffer[self->at];
}

static void
end_cell (Parse *parse)
{
  char *text = g_strndup (parse->cell->str, parse->cell->len);

  if (parse->record->problem == NULL &&
      !g_utf8_validate_len (parse->cell->str, parse->cell->len, NULL))
    parse->record->problem = g_strdup (_ ("It is not text in UTF-8."));
  g_ptr_array_add (parse->record->cells, text);
  g_string_truncate (parse->cell, 0);
  parse->state = CELL_START;
}

static void
take_plain (Parse *parse, char separator, char byte)
{
  if (byte == separator)
    end_cell (parse);
  else if (byte == '"' && parse->state == CELL_START)
    parse->state = CELL_QUOTED;
  else {
    g_string_append_c (parse->cell, byte);
    parse->state = CELL_PLAIN;
  }
}

/* After a quotation mark within a quoted cell: another one, or the cell's end. */
static void
take_closed (Parse *parse, char separator, char byte)
{
  if (byte == '"') {
    g_string_append_c (parse->cell, '"');
    parse->state = CELL_QUOTED;
  } else if (byte == separator) {
    end_cell (parse);
  } else if (parse->record->problem == NULL) {
    parse->record->problem = g_strdup (_ ("Text follows a closing quotation mark."));
  }
}

static void
take_byte (Parse *parse, char separator, char byte)
{
  if (parse->raw->len < MAX_SHOWN)
    g_string_append_c (parse->raw, byte);
  if (parse->state == CELL_QUOTED) {
    if (byte == '"')
      parse->state = CELL_CLOSED;
    else
      g_string_append_c (parse->cell, byte);
  } else if (parse->state == CELL_CLOSED) {
    take_closed (parse, separator, byte);
  } else {
    take_plain (parse, separator, byte);
  }
}

/* Past an end of line, of whichever kind. */
static gboolean
skip_line_end (HsCsvReader *self, GCancellable *cancellable, GError **error)
{
  int byte = self->buffer[self->at++];

  self->line++;
  if (byte == '\r') {
    byte = peek (self, cancellable, error);
    if (byte == '\n')
      self->at++;
  }
  return byte != -2;
}

/* A line break within quotes belongs to the cell; CRLF counts once. */
static void
count_line (HsCsvReader *self, const Parse *parse, int byte)
{
  gboolean after_cr = parse->cell->len > 0 && parse->cell->str[parse->cell->len - 1] == '\r';

  if (byte == '\r' || (byte == '\n' && !after_cr))
    self->line++;
}

/* Forgets what is left of a record that can't be taken, up to the end of a line. */
static gboolean
skip_rest (HsCsvReader *self, GCancellable *cancellable, GError **error)
{
  int byte;

  while ((byte = peek (self, cancellable, error)) >= 0 && byte != '\n' && byte != '\r')
    self->at++;
  return byte >= 0 ? skip_line_end (self, cancellable, error) : byte == -1;
}

static gboolean
read_record (HsCsvReader *self, Parse *parse, GCancellable *cancellable, GError **error)
{
  gsize length = 0;
  int byte;

  while ((byte = peek (self, cancellable, error)) >= 0) {
    gboolean line_end = byte == '\n' || byte == '\r';

    if (line_end && parse->state != CELL_QUOTED)
      return skip_line_end (self, cancellable, error);
    if (++length > MAX_RECORD) {
      g_free (parse->record->problem);
      parse->record->problem =
          g_strdup (parse->state == CELL_QUOTED ? _ ("A quotation mark is not closed within 1 MB.")
                                                : _ ("The line is longer than 1 MB."));
      return skip_rest (self, cancellable, error);
    }
    if (line_end)
      count_line (self, parse, byte);
    take_byte (parse, self->separator, byte);
    self->at++;
  }
  if (byte == -1 && parse->state == CELL_QUOTED && parse->record->problem == NULL)
    parse->record->problem = g_strdup (_ ("The file ends within a quotation."));
  return byte == -1;
}

/* One cell without anything: an empty line. */
static gboolean
is_empty (const Parse *parse)
{
  return parse->raw->len == 0;
}

/**
 * hs_csv_reader_next:
 * @self: a reader
 * @cancellable: (nullable): looked at when more is read
 * @error: of the stream
 *
 * Returns: (transfer full) (nullable): the next record; %NULL without error at the end
 */
HsCsvRecord *
hs_csv_reader_next (HsCsvReader *self, GCancellable *cancellable, GError **error)
{
  if (!start (self, cancellable, error))
    return NULL;

  while (peek (self, cancellable, error) >= 0) {
    g_autoptr (HsCsvRecord) record = g_new0 (HsCsvRecord, 1);
    g_autoptr (GString) raw = g_string_new (NULL);
    g_autoptr (GString) cell = g_string_new (NULL);
    Parse parse = { record, raw, cell, CELL_START };

    record->line = self->line;
    record->cells = g_ptr_array_new_with_free_func (g_free);
    if (!read_record (self, &parse, cancellable, error))
      return NULL;
    if (is_empty (&parse) && record->problem == NULL)
      continue;
    end_cell (&parse);
    record->text = g_utf8_make_valid (raw->str, raw->len);
    if (record->problem != NULL)
      g_clear_pointer (&record->cells, g_ptr_array_unref);
    return g_steal_pointer (&record);
  }
  return NULL;
}
