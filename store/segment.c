/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/segment.h"

#include "store/json-scan.h"
#include "store/payload.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define SUFFIX ".jsonl"

/* A segment being written. */
typedef struct {
  GOutputStream *stream; /* NULL: none open */
  GChecksum *sum;
  char *chain;
  gboolean later;    /* does not begin at the chain's start */
  guint64 n_entries; /* of all segments */
} Writer;

static void
writer_clear (Writer *self)
{
  g_clear_object (&self->stream);
  g_clear_pointer (&self->sum, g_checksum_free);
  g_clear_pointer (&self->chain, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writer, writer_clear)

/* Errors of files, in our domain. */
static gboolean
fail_file (GError *cause, GError **error)
{
  HsStoreError code = HS_STORE_ERROR_PERMISSION;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
    code = HS_STORE_ERROR_FULL;
  else if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    code = HS_STORE_ERROR_NOT_FOUND;
  g_set_error_literal (error, HS_STORE_ERROR, code, cause->message);
  g_error_free (cause);
  return FALSE;
}

/* @sum: (nullable): counts the line in; the seal does not seal itself */
static gboolean
put_line (Writer *self, JsonObject *line, GChecksum *sum, GError **error)
{
  g_autofree char *text = hs_payload_to_text (line);
  g_autofree char *ended = g_strconcat (text, "\n", NULL);
  GError *cause = NULL;

  if (!g_output_stream_write_all (self->stream, ended, strlen (ended), NULL, NULL, &cause))
    return fail_file (cause, error);
  if (sum != NULL)
    g_checksum_update (sum, (const guchar *) ended, -1);
  return TRUE;
}

static gboolean
open_segment (Writer *self, const char *path, const char *chain, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) stream = NULL;
  GError *cause = NULL;

  stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &cause);
  if (stream == NULL)
    return fail_file (cause, error);
  self->stream = g_buffered_output_stream_new (G_OUTPUT_STREAM (stream));
  self->sum = g_checksum_new (G_CHECKSUM_SHA256);
  self->chain = g_strdup (chain);
  return TRUE;
}

static gboolean
seal_segment (Writer *self, HsDatabase *database, GError **error)
{
  g_autoptr (JsonObject) line = json_object_new ();
  g_autoptr (HsStatement) row = NULL;
  g_autofree char *key = NULL;
  GError *cause = NULL;

  if (self->stream == NULL)
    return TRUE;

  row = hs_statement_new (database,
                          "SELECT chain.n, chain.hash, signature, payload FROM chain JOIN journal "
                          "ON journal.chain = chain.chain AND journal.n = 1 WHERE chain.chain = ?1",
                          "s",
                          self->chain);
  json_object_set_string_member (line, "seal", g_checksum_get_string (self->sum));
  json_object_set_string_member (line, "chain", self->chain);
  if (hs_statement_next (row)) {
    json_object_set_int_member (line, "n", hs_statement_get_int (row, 0));
    json_object_set_string_member (line, "hash", hs_statement_get_text (row, 1));
    json_object_set_string_member (line, "signature", hs_statement_get_text (row, 2));
    key = hs_json_find_text (hs_statement_get_text (row, 3), "public_key");
    if (self->later)
      hs_payload_set_text (line, "public_key", key);
  }
  if (!hs_statement_finish (row, error) || !put_line (self, line, NULL, error))
    return FALSE;
  if (!g_output_stream_close (self->stream, NULL, &cause))
    return fail_file (cause, error);
  writer_clear (self);
  return TRUE;
}

static JsonObject *
line_of (const HsRecord *record)
{
  JsonObject *line = json_object_new ();

  json_object_set_string_member (line, "chain", record->chain);
  json_object_set_int_member (line, "n", record->n);
  json_object_set_string_member (line, "id", record->id);
  json_object_set_int_member (line, "hlc", record->hlc);
  json_object_set_int_member (line, "time", record->time);
  json_object_set_string_member (line, "bench", record->bench);
  json_object_set_string_member (line, "operator", record->operator_name);
  json_object_set_string_member (line, "kind", record->kind);
  json_object_set_string_member (line, "subject", record->subject);
  json_object_set_string_member (line, "payload", record->payload);
  json_object_set_string_member (line, "previous", record->previous);
  json_object_set_string_member (line, "hash", record->hash);
  return line;
}

static gboolean
export_record (Writer *self,
               HsDatabase *database,
               const char *folder,
               const HsRecord *record,
               GError **error)
{
  g_autoptr (JsonObject) line = line_of (record);
  g_autofree char *name = g_strconcat (record->chain, SUFFIX, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_strcmp0 (self->chain, record->chain) != 0 &&
      (!seal_segment (self, database, error) || !open_segment (self, path, record->chain, error)))
    return FALSE;
  self->n_entries++;
  return put_line (self, line, self->sum, error);
}

static gboolean
export_all (Writer *self, HsDatabase *database, const char *folder, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database, "SELECT " HS_RECORD_COLUMNS " FROM journal ORDER BY chain, n", "");

  while (hs_statement_next (row)) {
    HsRecord record;

    hs_record_from_row (&record, row, 0);
    if (!export_record (self, database, folder, &record, error))
      return FALSE;
  }
  return hs_statement_finish (row, error) && seal_segment (self, database, error);
}

gboolean
hs_segment_export (HsDatabase *database, const char *folder, guint64 *n_entries, GError **error)
{
  g_auto (Writer) writer = { 0 };

  if (!export_all (&writer, database, folder, error))
    return FALSE;
  if (n_entries != NULL)
    *n_entries = writer.n_entries;
  return TRUE;
}

static gboolean
export_since (Writer *self,
              HsDatabase *database,
              const char *chain,
              gint64 first,
              HsSegmentFunc goes_on,
              gpointer data,
              GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT " HS_RECORD_COLUMNS " FROM journal WHERE chain = ?1 AND n >= ?2 ORDER BY chain, n",
      "si",
      chain,
      first);

  while (hs_statement_next (row)) {
    g_autoptr (JsonObject) line = NULL;
    HsRecord record;

    hs_record_from_row (&record, row, 0);
    line = line_of (&record);
    if (!put_line (self, line, self->sum, error))
      return FALSE;
    self->n_entries++;
    if (goes_on == NULL || goes_on (self->n_entries, data))
      continue;
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Cancelled"));
    return FALSE;
  }
  return hs_statement_finish (row, error) && seal_segment (self, database, error);
}

/* @path: the whole file's name. @goes_on: (nullable): asked after each entry; FALSE ends it with
 * %G_IO_ERROR_CANCELLED. What is left half written is the caller's to remove. */
gboolean
hs_segment_export_since (HsDatabase *database,
                         const char *path,
                         const char *chain,
                         gint64 first,
                         HsSegmentFunc goes_on,
                         gpointer data,
                         guint64 *n_entries,
                         GError **error)
{
  g_auto (Writer) writer = { .later = first > 1 };

  if (!open_segment (&writer, path, chain, error) ||
      !export_since (&writer, database, chain, first, goes_on, data, error))
    return FALSE;
  *n_entries = writer.n_entries;
  return TRUE;
}

void
hs_segment_free (HsSegment *self)
{
  if (self == NULL)
    return;

  g_free (self->chain);
  g_free (self->signature);
  g_free (self->public_key);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  hs_head_clear (&self->head);
  g_free (self);
}

static gboolean
fail_segment (GError **error, const char *path, const char *why)
{
  g_set_error (
      error,
      HS_STORE_ERROR,
      HS_STORE_ERROR_ALTERED,
      _ ("%s was changed after it was exported, or is cut off (%s). Nothing was imported."),
      path,
      why);
  return FALSE;
}

static const char *
text_of (JsonObject *line, const char *name)
{
  const char *text = hs_payload_get_text (line, name);

  return text != NULL ? text : "";
}

static void
record_of (HsRecord *self, JsonObject *line)
{
  *self = (HsRecord){
    .chain = text_of (line, "chain"),
    .n = hs_payload_get_int (line, "n"),
    .id = text_of (line, "id"),
    .hlc = hs_payload_get_int (line, "hlc"),
    .time = hs_payload_get_int (line, "time"),
    .bench = text_of (line, "bench"),
    .operator_name = text_of (line, "operator"),
    .kind = text_of (line, "kind"),
    .subject = text_of (line, "subject"),
    .payload = text_of (line, "payload"),
    .payload_length = -1,
    .previous = text_of (line, "previous"),
    .hash = text_of (line, "hash"),
  };
}

/* The last line: it must hash what stands before it. */
static gboolean
check_seal (HsSegment *self, const char *path, const char *text, const char *last, GError **error)
{
  g_autoptr (JsonObject) seal = hs_payload_parse (last);
  g_autofree char *sum =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, last - text);

  if (g_strcmp0 (sum, hs_payload_get_text (seal, "seal")) != 0)
    return fail_segment (error, path, "seal");
  self->chain = g_strdup (text_of (seal, "chain"));
  self->head.n = hs_payload_get_int (seal, "n");
  self->head.hash = g_strdup (text_of (seal, "hash"));
  self->signature = g_strdup (text_of (seal, "signature"));
  self->public_key = g_strdup (hs_payload_get_text (seal, "public_key"));
  return TRUE;
}

/* A segment from the chain's start brings its key; a later one must say it, and is compared with
 * the start when it is imported. */
static gboolean
check_signature (HsSegment *self, const char *path, const HsHead *last, GError **error)
{
  if (last->n != self->head.n || g_strcmp0 (last->hash, self->head.hash) != 0)
    return fail_segment (error, path, "head");

  if ((self->first == 1) != (self->public_key == NULL))
    return fail_segment (error, path, "key");
  if (self->first == 1)
    self->public_key = hs_json_find_text (text_of (self->lines->pdata[0], "payload"), "public_key");
  if (self->public_key == NULL ||
      !hs_chain_check_signature (
          self->public_key, self->chain, last->n, last->hash, self->signature))
    return fail_segment (error, path, "signature");
  return TRUE;
}

static gboolean
check_lines (HsSegment *self, const char *path, GError **error)
{
  g_auto (HsHead) last = { 0 };

  self->first = self->lines->len > 0 ? hs_payload_get_int (self->lines->pdata[0], "n") : 0;
  if (self->first < 1)
    return fail_segment (error, path, "empty");
  last.n = self->first - 1;
  last.hash = g_strdup (text_of (self->lines->pdata[0], "previous"));
  if ((self->first == 1) != (*last.hash == '\0'))
    return fail_segment (error, path, "start");

  for (guint i = 0; i < self->lines->len; i++) {
    g_autofree char *hash = NULL;
    HsRecord record;

    record_of (&record, self->lines->pdata[i]);
    hash = hs_journal_hash (&record);
    if (strcmp (hash, record.hash) != 0 || record.n != last.n + 1 ||
        strcmp (record.chain, self->chain) != 0 || strcmp (record.previous, last.hash) != 0)
      return fail_segment (error, path, "entry");
    g_free (last.hash);
    last.hash = g_steal_pointer (&hash);
    last.n = record.n;
  }
  return check_signature (self, path, &last, error);
}

/**
 * hs_segment_read:
 * @path: a segment
 * @error: %HS_STORE_ERROR_ALTERED, or a file's
 *
 * Believes nothing: checks the seal, every hash, the order, and the signature.
 *
 * Returns: (transfer full): the segment
 */
HsSegment *
hs_segment_read (const char *path, GError **error)
{
  g_autoptr (HsSegment) self = g_new0 (HsSegment, 1);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autofree char *text = NULL;
  GError *cause = NULL;
  char *last;
  gsize size;

  if (!g_file_load_contents (file, NULL, &text, &size, NULL, &cause)) {
    fail_file (cause, error);
    return NULL;
  }
  if (size < 2 || text[size - 1] != '\n' || strlen (text) != size) {
    fail_segment (error, path, "end");
    return NULL;
  }

  text[size - 1] = '\0';
  last = strrchr (text, '\n');
  if (last == NULL) {
    fail_segment (error, path, "empty");
    return NULL;
  }
  if (!check_seal (self, path, text, last + 1, error))
    return NULL;

  *last = '\0';
  self->lines = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  for (char *line = text, *end; line != NULL; line = end) {
    end = strchr (line, '\n');
    if (end != NULL)
      *end++ = '\0';
    g_ptr_array_add (self->lines, hs_payload_parse (line));
  }
  return check_lines (self, path, error) ? g_steal_pointer (&self) : NULL;
}

/* The hash this segment has for entry @n of its chain. */
static const char *
hash_at (HsSegment *self, gint64 n)
{
  if (n < self->first)
    return text_of (self->lines->pdata[0], "previous");
  return text_of (self->lines->pdata[n - self->first], "hash");
}

static gboolean
fail_gap (HsSegment *self, const HsHead *ours, GError **error)
{
  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_NOT_FOUND,
               _ ("Entries %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
                  " of chain %s are missing. Import their segments, too. Nothing was imported."),
               ours->n + 1,
               self->first - 1,
               self->chain);
  return FALSE;
}

/* Entries both have must be the same: else somebody wrote two chains under one name. */
static gboolean
is_same (HsSegment *self, HsDatabase *database, const HsHead *ours, GError **error)
{
  gint64 common = MIN (ours->n, self->head.n);
  g_autofree char *hash = NULL;
  g_autofree char *start = NULL;
  g_autofree char *key = NULL;

  if (common < self->first - 1)
    return fail_gap (self, ours, error);
  if (common == 0)
    return TRUE;
  if (!hs_statement_read_text (database,
                               &hash,
                               error,
                               "SELECT hash FROM journal WHERE chain = ?1 AND n = ?2",
                               "si",
                               self->chain,
                               common) ||
      !hs_statement_read_text (database,
                               &start,
                               error,
                               "SELECT payload FROM journal WHERE chain = ?1 AND n = 1",
                               "s",
                               self->chain))
    return FALSE;
  key = start != NULL ? hs_json_find_text (start, "public_key") : NULL;
  return (g_strcmp0 (hash, hash_at (self, common)) == 0 &&
          g_strcmp0 (key, self->public_key) == 0) ||
         fail_segment (error, self->chain, "fork");
}

gboolean
hs_segment_import (HsSegment *self,
                   HsDatabase *database,
                   HsTouched *touched,
                   guint64 *n_new,
                   GError **error)
{
  g_auto (HsHead) ours = { 0 };

  if (!hs_journal_read_head (database, self->chain, &ours, error) ||
      !is_same (self, database, &ours, error))
    return FALSE;
  if (ours.n >= self->head.n)
    return TRUE;

  for (guint i = ours.n + 1 - self->first; i < self->lines->len; i++) {
    HsRecord record;

    record_of (&record, self->lines->pdata[i]);
    if (!hs_journal_insert (database, &record, touched, error))
      return FALSE;
    (*n_new)++;
  }
  return hs_journal_write_checkpoint (
      database, self->chain, &self->head, self->signature, TRUE, error);
}
