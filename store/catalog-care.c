/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-care.h"
#include "store/catalog-private.h"
#include "store/kinds.h"
#include "store/payload.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/**
 * hs_catalog_verify:
 * @self: a catalog
 * @report: (out caller-allocates): what was found; hs_verify_report_clear()
 * @error: a #HsStoreError, if the file could not be read
 *
 * Walks the journal, on a connection of its own: nobody waits for it. hs_catalog_verify_deep()
 * looks at all else, too.
 *
 * Returns: %TRUE if it was read to the end; @report says whether all is whole
 */
gboolean
hs_catalog_verify (HsCatalog *self, HsVerifyReport *report, GError **error)
{
  g_autoptr (HsDatabase) database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);

  *report = (HsVerifyReport){ 0 };
  return database != NULL && hs_journal_verify (database, report, error);
}

static gboolean
rebuild (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  return hs_project_all (database, error);
}

/**
 * hs_catalog_rebuild:
 * @self: a catalog
 * @error: a #HsStoreError; the tables are as they were then
 *
 * Folds every table anew from the journal.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_catalog_rebuild (HsCatalog *self, GError **error)
{
  return hs_catalog_write (self, rebuild, NULL, error);
}

/* A copy is not the file that its chain belongs to: opened, it starts one of its own. */
static gboolean
forget_chain (const char *path, GError **error)
{
  g_autoptr (HsDatabase) copy = hs_database_open (path, HS_DATABASE_DEFAULT, error);

  return copy != NULL &&
         hs_statement_run (
             copy, error, "INSERT OR REPLACE INTO meta (key, value) VALUES ('chain', '')", "") &&
         hs_database_exec (copy, "PRAGMA journal_mode = DELETE", error);
}

/* What the journal's facts need: images, what is kept beside them, files attached to units, and the
 * lists of numbers of releases. A recipe that is no JSON (of a foreign draft) has none. */
#define BLOBS                                                                                      \
  "SELECT sha256 FROM artifact UNION SELECT sha256 FROM kept WHERE dropped = 0 "                   \
  "UNION SELECT sha256 FROM remark WHERE kind = 'unit.attached' AND sha256 IS NOT NULL "           \
  "UNION SELECT found FROM (SELECT CASE WHEN json_valid (recipe) THEN coalesce ("                  \
  "json_extract (recipe, '$.list_sha256'), json_extract (recipe, '$.serial.list_sha256')) END "    \
  "AS found FROM release) WHERE found IS NOT NULL ORDER BY 1"

GPtrArray *
hs_catalog_list_blobs (HsDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) digests = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsStatement) row = hs_statement_new (database, BLOBS, "");

  while (hs_statement_next (row))
    g_ptr_array_add (digests, g_strdup (hs_statement_get_text (row, 0)));
  return hs_statement_finish (row, error) ? g_steal_pointer (&digests) : NULL;
}

/* @folder gets those it lacks. A blob that is missing here can't be copied and stops nothing. */
gboolean
hs_catalog_copy_blobs (HsCatalog *self, HsDatabase *database, const char *folder, GError **error)
{
  g_autoptr (HsBlobs) target = hs_blobs_new (folder);
  g_autoptr (GPtrArray) digests = hs_catalog_list_blobs (database, error);

  if (digests == NULL)
    return FALSE;
  for (guint i = 0; i < digests->len; i++) {
    g_autoptr (GBytes) bytes = NULL;
    g_autofree char *kept = NULL;

    if (!hs_blobs_has (self->blobs, digests->pdata[i]) || hs_blobs_has (target, digests->pdata[i]))
      continue;
    bytes = hs_blobs_get (self->blobs, digests->pdata[i], error);
    if (bytes == NULL)
      return FALSE;
    kept = hs_blobs_put (target, bytes, error);
    if (kept == NULL)
      return FALSE;
  }
  return TRUE;
}

static gboolean
back_up (HsCatalog *self, const char *part, const char *blobs, GError **error)
{
  g_autoptr (HsDatabase) database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);

  return database != NULL && hs_database_copy_to (database, part, error) &&
         forget_chain (part, error) && hs_catalog_copy_blobs (self, database, blobs, error);
}

/**
 * hs_catalog_backup:
 * @self: a catalog
 * @target: a local file that does not exist yet; blobs go to "blobs" beside it
 * @error: a #HsStoreError
 *
 * Makes a copy that can be opened like a catalog. Others may go on writing meanwhile.
 *
 * Returns: %TRUE if the copy is complete
 */
gboolean
hs_catalog_backup (HsCatalog *self, GFile *target, GError **error)
{
  g_autofree char *path = g_file_get_path (target);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *blobs = path != NULL ? g_build_filename (folder, "blobs", NULL) : NULL;
  g_autofree char *part = g_strconcat (path != NULL ? path : "", ".part", NULL);

  if (path == NULL || g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_FAILED,
                 _ ("%s exists already, or is no local file. Choose another name for the backup."),
                 path != NULL ? path : "");
    return FALSE;
  }
  g_mkdir_with_parents (folder, 0700);
  unlink (part);
  if (back_up (self, part, blobs, error) && g_rename (part, path) == 0)
    return TRUE;

  if (error != NULL && *error == NULL)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PERMISSION,
                 _ ("The backup can't be written: %s"),
                 g_strerror (errno));
  unlink (part);
  return FALSE;
}

/* Files of @build that no other fact needs. */
static GPtrArray *
list_droppable (HsDatabase *database, const char *build, GError **error)
{
  g_autoptr (GPtrArray) digests = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT DISTINCT sha256 FROM kept WHERE build = ?1 AND dropped = 0 "
      "AND sha256 NOT IN (SELECT sha256 FROM artifact) "
      "AND sha256 NOT IN (SELECT sha256 FROM kept WHERE build <> ?1 AND dropped = 0) "
      "AND sha256 NOT IN (SELECT sha256 FROM remark WHERE sha256 IS NOT NULL) ORDER BY sha256",
      "s",
      build);

  while (hs_statement_next (row))
    g_ptr_array_add (digests, g_strdup (hs_statement_get_text (row, 0)));
  return hs_statement_finish (row, error) ? g_steal_pointer (&digests) : NULL;
}

typedef struct {
  const char *build;
  const char *reason;
  GPtrArray *dropped; /* set by the transaction */
} Archive;

static gboolean
check_archivable (HsDatabase *database, const char *build, GError **error)
{
  gint64 archived;
  gint64 known;

  if (!hs_statement_read_int (
          database, &known, error, "SELECT count(*) FROM build WHERE id = ?1", "s", build) ||
      !hs_statement_read_int (
          database, &archived, error, "SELECT archived FROM build WHERE id = ?1", "s", build))
    return FALSE;
  if (known == 0)
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No build is known as “%s”."), build);
  else if (archived != 0)
    g_set_error_literal (
        error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED, _ ("The build is archived already."));
  return known > 0 && archived == 0;
}

static gboolean
archive (HsCatalog *self, HsDatabase *database, gpointer data, GError **error)
{
  Archive *what = data;
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *subject = g_strconcat ("build:", what->build, NULL);
  g_autofree char *text = NULL;
  JsonArray *dropped = json_array_new ();
  HsFact fact = { HS_KIND_BUILD_ARCHIVED, subject, NULL };

  json_object_set_int_member (payload, "v", 1);
  json_object_set_array_member (payload, "dropped", dropped);
  json_object_set_string_member (payload, "reason", what->reason);
  if (!check_archivable (database, what->build, error))
    return FALSE;
  what->dropped = list_droppable (database, what->build, error);
  if (what->dropped == NULL)
    return FALSE;
  for (guint i = 0; i < what->dropped->len; i++)
    json_array_add_string_element (dropped, what->dropped->pdata[i]);
  fact.payload = text = hs_payload_to_text (payload);
  return hs_catalog_append_within (self, database, &fact, 1, NULL, error);
}

/**
 * hs_catalog_archive_build:
 * @self: a catalog
 * @build: an id
 * @reason: why
 * @error: a #HsStoreError
 *
 * First it is on record what is dropped, then it is: a file that a crash left here harms nothing.
 *
 * Returns: %TRUE if it is archived
 */
gboolean
hs_catalog_archive_build (HsCatalog *self, const char *build, const char *reason, GError **error)
{
  Archive what = { build, reason, NULL };
  gboolean done = hs_catalog_write (self, archive, &what, error);

  for (guint i = 0; done && i < what.dropped->len; i++)
    hs_blobs_remove (self->blobs, what.dropped->pdata[i]);
  g_clear_pointer (&what.dropped, g_ptr_array_unref);
  return done;
}
