/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/kinds.h"
#include "store/payload.h"
#include "store/segment.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/**
 * hs_catalog_export:
 * @self: a catalog
 * @folder: a local folder; made if needed, segments in it are replaced by longer ones
 * @n_entries: (out) (optional): how many were written
 * @error: a #HsStoreError
 *
 * Writes the whole journal as sealed segments, and the blobs that its builds name into "blobs"
 * there. Blocks; others may go on writing.
 *
 * Returns: %TRUE if all is written
 */
gboolean
hs_catalog_export (HsCatalog *self, GFile *folder, guint64 *n_entries, GError **error)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autofree char *blobs = path != NULL ? g_build_filename (path, "blobs", NULL) : NULL;
  g_autoptr (HsDatabase) database = NULL;
  gboolean written;

  if (path == NULL || g_mkdir_with_parents (path, 0700) != 0) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PERMISSION,
                 _ ("%s can't be written. Choose another folder."),
                 path != NULL ? path : "");
    return FALSE;
  }

  database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);
  if (database == NULL || !hs_database_begin_read (database, error))
    return FALSE;
  written = hs_catalog_copy_blobs (self, database, blobs, error) &&
            hs_parties_export (database, path, error) &&
            hs_segment_export (database, path, n_entries, error);
  hs_database_rollback (database);
  return written;
}

static int
compare_segments (gconstpointer a, gconstpointer b)
{
  const HsSegment *one = *(const HsSegment *const *) a;
  const HsSegment *other = *(const HsSegment *const *) b;

  return one->first < other->first ? -1 : one->first > other->first;
}

static gboolean
read_segments (const char *path, GPtrArray *segments, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    HsSegment *segment;

    if (!g_str_has_suffix (name, ".jsonl"))
      continue;
    segment = hs_segment_read (file, error);
    if (segment == NULL)
      return FALSE;
    g_ptr_array_add (segments, segment);
  }
  g_ptr_array_sort (segments, compare_segments);
  if (segments->len > 0)
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_NOT_FOUND,
               _ ("%s holds no journal segments (CHAIN.jsonl). Choose the folder of an export."),
               path);
  return FALSE;
}

/* Before the journal: a build that is known has its files, as far as the export had them. */
static gboolean
import_blobs_of (HsCatalog *self,
                 HsBlobs *source,
                 const char *blobs,
                 const char *first,
                 GError **error)
{
  g_autofree char *path = g_build_filename (blobs, first, NULL);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *rest;

  while (folder != NULL && (rest = g_dir_read_name (folder)) != NULL) {
    g_autofree char *sha256 = g_strconcat (first, rest, NULL);
    g_autoptr (GBytes) bytes = NULL;

    if (!hs_blobs_is_digest (sha256) || hs_catalog_has_blob (self, sha256))
      continue;
    bytes = hs_blobs_get (source, sha256, error);
    if (bytes == NULL || !hs_catalog_put_blob (self, bytes, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
import_blobs (HsCatalog *self, const char *blobs, GError **error)
{
  g_autoptr (HsBlobs) source = hs_blobs_new (blobs);
  g_autoptr (GDir) folder = g_dir_open (blobs, 0, NULL);
  const char *first;

  while (folder != NULL && (first = g_dir_read_name (folder)) != NULL)
    if (!import_blobs_of (self, source, blobs, first, error))
      return FALSE;
  return TRUE;
}

/* Simulated cameras never get into a production catalog, by no way. */
static gboolean
check_purpose (HsCatalog *self, HsSegment *segment, GError **error)
{
  const char *ours = self->purpose == HS_PURPOSE_PRACTICE ? "practice" : "production";

  for (guint i = 0; i < segment->lines->len; i++) {
    JsonObject *line = segment->lines->pdata[i];
    const char *payload = hs_payload_get_text (line, "payload");
    g_autoptr (JsonObject) birth = NULL;

    if (g_strcmp0 (hs_payload_get_text (line, "kind"), HS_KIND_CATALOG_BORN) != 0)
      continue;
    birth = hs_payload_parse (payload != NULL ? payload : "");
    if (g_strcmp0 (hs_payload_get_text (birth, "purpose"), ours) == 0)
      continue;
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PURPOSE,
                 self->purpose == HS_PURPOSE_PRACTICE
                     ? _ ("The export is of a production catalog, this one is for practice. "
                          "Nothing was imported.")
                     : _ ("The export is of a practice catalog: simulated cameras are never "
                          "recorded in a production one. Nothing was imported."));
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_purposes (HsCatalog *self, GPtrArray *segments, GError **error)
{
  for (guint i = 0; i < segments->len; i++)
    if (!check_purpose (self, segments->pdata[i], error))
      return FALSE;
  return TRUE;
}

typedef struct {
  const char *folder;
  GPtrArray *segments; /* HsSegment */
  guint64 n_new;
} Import;

static gboolean
import_segments (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Import *import = data;
  g_autoptr (HsTouched) touched = hs_touched_new ();

  for (guint i = 0; i < import->segments->len; i++)
    if (!hs_segment_import (import->segments->pdata[i], database, touched, &import->n_new, error))
      return FALSE;
  return hs_parties_import (database, import->folder, touched, error) &&
         hs_project_fold (database, touched, error);
}

/**
 * hs_catalog_import:
 * @self: a catalog
 * @folder: an export of any catalog
 * @n_new: (out) (optional): entries that were not here yet
 * @error: %HS_STORE_ERROR_ALTERED, or another; nothing of the journal was taken then
 *
 * Takes over what another bench exported. The same again changes nothing.
 *
 * Returns: %TRUE if all of it is here now
 */
gboolean
hs_catalog_import (HsCatalog *self, GFile *folder, guint64 *n_new, GError **error)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autofree char *blobs = path != NULL ? g_build_filename (path, "blobs", NULL) : NULL;
  g_autoptr (GPtrArray) segments =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_segment_free);
  Import import = { .folder = path, .segments = segments };

  if (path == NULL) {
    g_set_error_literal (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("Only local folders can be imported."));
    return FALSE;
  }
  if (!read_segments (path, segments, error) || !check_purposes (self, segments, error) ||
      !import_blobs (self, blobs, error) ||
      !hs_catalog_write (self, import_segments, &import, error))
    return FALSE;
  if (n_new != NULL)
    *n_new = import.n_new;
  return TRUE;
}
