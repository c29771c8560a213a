/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/bundle-private.h"

#include "app/app-error.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* The same content is the same file: no clock is in it. */
#define ANY_TIME G_GINT64_CONSTANT (946684800) /* 2000-01-01 */

typedef struct archive HsReader;
typedef struct archive HsWriter;
typedef struct archive_entry HsEntryHeader;

static void
reader_close (HsReader *self)
{
  archive_read_free (self);
}

static void
writer_close (HsWriter *self)
{
  archive_write_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsReader, reader_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsWriter, writer_close)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsEntryHeader, archive_entry_free)

void
hs_bundle_file_free (HsBundleFile *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->sha256);
  g_bytes_unref (self->bytes);
  g_free (self);
}

GBytes *
hs_bundle_signed_text (GBytes *manifest)
{
  static const char front[] = "hotshoe bundle\n";
  gsize size;
  const char *bytes = g_bytes_get_data (manifest, &size);
  g_autoptr (GByteArray) text = g_byte_array_sized_new (sizeof front - 1 + size);

  g_byte_array_append (text, (const guint8 *) front, sizeof front - 1);
  g_byte_array_append (text, (const guint8 *) bytes, size);
  return g_byte_array_free_to_bytes (g_steal_pointer (&text));
}

/* --- writing --- */

typedef struct {
  GOutputStream *stream; /* borrowed */
  GError *error;         /* what the stream said */
} Sink;

static la_ssize_t
sink_write (HsWriter *archive, void *user_data, const void *buffer, size_t length)
{
  Sink *sink = user_data;

  if (!g_output_stream_write_all (sink->stream, buffer, length, NULL, NULL, &sink->error))
    return -1;
  return length;
}

static gboolean
fail_write (HsWriter *archive, Sink *sink, GError **error)
{
  if (sink->error != NULL)
    g_propagate_error (error, g_steal_pointer (&sink->error));
  else
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 _ ("The bundle can't be written: %s"),
                 archive_error_string (archive) != NULL ? archive_error_string (archive) : "");
  return FALSE;
}

static gboolean
write_file (HsWriter *archive, const HsBundleFile *file)
{
  g_autoptr (HsEntryHeader) entry = archive_entry_new ();
  gsize size;
  const void *bytes = g_bytes_get_data (file->bytes, &size);

  archive_entry_set_pathname (entry, file->name);
  archive_entry_set_size (entry, size);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  archive_entry_set_mtime (entry, ANY_TIME, 0);
  return archive_write_header (archive, entry) == ARCHIVE_OK &&
         (size == 0 || archive_write_data (archive, bytes, size) == (la_ssize_t) size);
}

/**
 * hs_bundle_zip_write:
 * @stream: where it goes
 * @files: (element-type HsBundleFile): in this order
 * @error: a #GIOError, or %HS_APP_ERROR_FAILED
 *
 * Writes a zip without compression: images hardly shrink, and stored bytes can be looked at. Does
 * not close the stream. Blocks.
 */
gboolean
hs_bundle_zip_write (GOutputStream *stream, GPtrArray *files, GError **error)
{
  Sink sink = { .stream = stream };
  g_autoptr (HsWriter) archive = archive_write_new ();

  archive_write_set_format_zip (archive);
  archive_write_zip_set_compression_store (archive);
  archive_write_set_bytes_in_last_block (archive, 1);
  if (archive_write_open (archive, &sink, NULL, sink_write, NULL) != ARCHIVE_OK)
    return fail_write (archive, &sink, error);

  for (guint i = 0; i < files->len; i++)
    if (!write_file (archive, g_ptr_array_index (files, i)))
      return fail_write (archive, &sink, error);
  return archive_write_close (archive) == ARCHIVE_OK || fail_write (archive, &sink, error);
}

/* --- reading --- */

static gboolean
fail_damaged (GError **error, const char *file_name)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BUNDLE_ALTERED,
               _ ("The bundle %s is damaged: it can't be read as a zip."),
               file_name);
  return FALSE;
}

static gboolean
fail_altered (GError **error, const char *name)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BUNDLE_ALTERED,
               _ ("In the bundle, %s was altered since it was made."),
               name);
  return FALSE;
}

static gboolean
fail_large (GError **error, const char *file_name)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BUNDLE_ALTERED,
               _ ("What is in %s is larger than any release: that is no bundle."),
               file_name);
  return FALSE;
}

/* Names are never turned into paths; these are the only ones there are. */
static gboolean
is_known_name (const char *name)
{
  if (strlen (name) > HS_BUNDLE_MAX_NAME)
    return FALSE;
  return strcmp (name, HS_BUNDLE_MANIFEST) == 0 || strcmp (name, HS_BUNDLE_SIGNATURES) == 0 ||
         (g_str_has_prefix (name, HS_BUNDLE_ARTIFACTS) && strstr (name, "..") == NULL &&
          strlen (name) > strlen (HS_BUNDLE_ARTIFACTS));
}

static GBytes *
read_entry (HsReader *archive,
            const char *name,
            const char *file_name,
            guint64 *total,
            GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[64 * 1024];
  la_ssize_t n;

  while ((n = archive_read_data (archive, chunk, sizeof chunk)) > 0) {
    *total += n;
    if (*total > HS_BUNDLE_MAX_BYTES) {
      fail_large (error, file_name);
      return NULL;
    }
    g_byte_array_append (bytes, chunk, n);
  }

  if (n < 0) {
    fail_altered (error, name);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
take_entry (HsReader *archive,
            struct archive_entry *entry,
            const char *file_name,
            GHashTable *files,
            guint64 *total,
            GError **error)
{
  const char *name = archive_entry_pathname (entry);
  GBytes *bytes;

  if (name == NULL || !g_utf8_validate (name, -1, NULL))
    return fail_damaged (error, file_name);
  if (archive_entry_filetype (entry) != AE_IFREG || !is_known_name (name) ||
      g_hash_table_contains (files, name)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BUNDLE_ALTERED,
                 _ ("In the bundle, %s does not belong there."),
                 name);
    return FALSE;
  }

  bytes = read_entry (archive, name, file_name, total, error);
  if (bytes == NULL)
    return FALSE;
  g_hash_table_insert (files, g_strdup (name), bytes);
  return TRUE;
}

/* The last record, without a comment (APPNOTE.TXT 4.3.16): a file that was cut off lacks it, though
 * all that was packed may be there. */
static gboolean
ends_as_written (const guint8 *data, gsize size)
{
  static const guint8 signature[] = { 'P', 'K', 5, 6 };
  const gsize length = 22;

  return size >= length && memcmp (data + size - length, signature, sizeof signature) == 0;
}

/**
 * hs_bundle_zip_read:
 * @zip: a whole zip
 * @file_name: what it is called, for errors
 * @error: %HS_APP_ERROR_BUNDLE_ALTERED
 *
 * Nothing is unpacked to disk. Blocks.
 *
 * Returns: (transfer full): names and contents of all files in it
 */
GHashTable *
hs_bundle_zip_read (GBytes *zip, const char *file_name, GError **error)
{
  g_autoptr (GHashTable) files =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_autoptr (HsReader) archive = archive_read_new ();
  struct archive_entry *entry;
  guint64 total = 0;
  gsize size;
  const void *data = g_bytes_get_data (zip, &size);
  int status;

  if (!ends_as_written (data, size)) {
    fail_damaged (error, file_name);
    return NULL;
  }

  archive_read_support_format_zip (archive);
  if (archive_read_open_memory (archive, data, size) != ARCHIVE_OK) {
    fail_damaged (error, file_name);
    return NULL;
  }

  while ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK) {
    if (g_hash_table_size (files) >= HS_BUNDLE_MAX_FILES) {
      fail_large (error, file_name);
      return NULL;
    }
    if (!take_entry (archive, entry, file_name, files, &total, error))
      return NULL;
  }

  if (status != ARCHIVE_EOF || g_hash_table_size (files) == 0) {
    fail_damaged (error, file_name);
    return NULL;
  }
  return g_steal_pointer (&files);
}
