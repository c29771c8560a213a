/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-care.h"
#include "store/catalog-private.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define FORMAT "checkpoint 1"

static gboolean
write_file (const char *folder, HsStatement *row, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonObject) start = hs_payload_parse (hs_statement_get_text (row, 4));
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  g_autofree char *name = g_strdup_printf ("%s-%012" G_GINT64_FORMAT ".json",
                                           hs_statement_get_text (row, 0),
                                           hs_statement_get_int (row, 1));
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  json_object_set_string_member (object, "hotshoe", FORMAT);
  hs_payload_set_text (object, "catalog", hs_statement_get_text (row, 5));
  json_object_set_string_member (object, "chain", hs_statement_get_text (row, 0));
  json_object_set_int_member (object, "n", hs_statement_get_int (row, 1));
  json_object_set_string_member (object, "hash", hs_statement_get_text (row, 2));
  json_object_set_string_member (object, "signature", hs_statement_get_text (row, 3));
  hs_payload_set_text (object, "public_key", hs_payload_get_text (start, "public_key"));
  json_object_set_string_member (object, "time", time);
  text = hs_payload_to_text (object);
  if (g_file_set_contents_full (path,
                                text,
                                -1,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                0644,
                                &cause))
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                   ? HS_STORE_ERROR_FULL
                   : HS_STORE_ERROR_PERMISSION,
               _ ("The checkpoint can't be written: %s"),
               cause->message);
  return FALSE;
}

/* Signed already, by the append that wrote the chain's end. */
gboolean
hs_catalog_write_checkpoint (HsCatalog *self, GFile *folder, GError **error)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autoptr (HsDatabase) database = NULL;
  g_autoptr (HsStatement) row = NULL;

  if (path == NULL || g_mkdir_with_parents (path, 0755) != 0) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_PERMISSION,
                 _ ("%s can't be written. Choose another folder."),
                 path != NULL ? path : "");
    return FALSE;
  }
  database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);
  if (database == NULL)
    return FALSE;
  row =
      hs_statement_new (database,
                        "SELECT chain.chain, chain.n, chain.hash, chain.signature, "
                        "journal.payload, (SELECT value FROM meta WHERE key = 'id') "
                        "FROM chain JOIN journal ON journal.chain = chain.chain AND journal.n = 1 "
                        "WHERE foreign_ = 0 ORDER BY chain.chain",
                        "");
  while (hs_statement_next (row))
    if (!write_file (path, row, error))
      return FALSE;
  return hs_statement_finish (row, error);
}

/* One file, as far as it can be believed. */
typedef struct {
  const char *chain;
  gint64 n;
  const char *hash;
  const char *key;
} Checkpoint;

static gboolean
read_checkpoint (JsonObject *object, Checkpoint *point)
{
  const char *signature = hs_payload_get_text (object, "signature");

  point->chain = hs_payload_get_text (object, "chain");
  point->n = hs_payload_get_int (object, "n");
  point->hash = hs_payload_get_text (object, "hash");
  point->key = hs_payload_get_text (object, "public_key");
  return point->chain != NULL && point->n > 0 && point->hash != NULL && point->key != NULL &&
         signature != NULL &&
         hs_chain_check_signature (point->key, point->chain, point->n, point->hash, signature);
}

/* @problem: (out): a sentence; NULL: the journal still says so */
static gboolean
compare (HsDatabase *database, const Checkpoint *point, char **problem, GError **error)
{
  g_autofree char *hash = NULL;
  g_autofree char *start = NULL;
  g_autoptr (JsonObject) payload = NULL;

  if (!hs_statement_read_text (database,
                               &hash,
                               error,
                               "SELECT hash FROM journal WHERE chain = ?1 AND n = ?2",
                               "si",
                               point->chain,
                               point->n) ||
      !hs_statement_read_text (database,
                               &start,
                               error,
                               "SELECT payload FROM journal WHERE chain = ?1 AND n = 1",
                               "s",
                               point->chain))
    return FALSE;
  if (hash == NULL) {
    *problem =
        g_strdup (_ ("The journal was cut: an entry that was written down elsewhere is missing."));
    return TRUE;
  }
  payload = hs_payload_parse (start != NULL ? start : "");
  if (strcmp (hash, point->hash) != 0)
    *problem = g_strdup (
        _ ("The journal was rewritten: it is not the entry that was written down elsewhere."));
  else if (g_strcmp0 (hs_payload_get_text (payload, "public_key"), point->key) != 0)
    *problem = g_strdup (_ ("The chain's key is not the one that was written down elsewhere."));
  return TRUE;
}

static gboolean
check_file (HsDatabase *database,
            const char *catalog,
            const char *path,
            HsVerifyReport *report,
            GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *problem = NULL;
  g_autoptr (JsonObject) object = NULL;
  Checkpoint point = { NULL };

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  object = hs_payload_parse (text);
  if (g_strcmp0 (hs_payload_get_text (object, "hotshoe"), FORMAT) != 0 ||
      g_strcmp0 (hs_payload_get_text (object, "catalog"), catalog) != 0)
    return TRUE;

  report->n_entries++;
  if (!read_checkpoint (object, &point))
    problem = g_strdup_printf (_ ("%s is not signed by the bench that wrote it."), path);
  else if (!compare (database, &point, &problem, error))
    return FALSE;
  if (problem == NULL || report->problem != NULL)
    return TRUE;
  report->problem = g_steal_pointer (&problem);
  report->problem_chain = g_strdup (point.chain != NULL ? point.chain : "");
  report->problem_n = point.n;
  return TRUE;
}

gboolean
hs_catalog_check_checkpoints (HsCatalog *self,
                              GFile *folder,
                              HsVerifyReport *report,
                              GError **error)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autofree char *catalog = NULL;
  g_autoptr (GDir) dir = path != NULL ? g_dir_open (path, 0, NULL) : NULL;
  g_autoptr (HsDatabase) database = NULL;
  const char *name;

  *report = (HsVerifyReport){ 0 };
  if (dir == NULL) {
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NOT_FOUND,
                 _ ("There is no folder %s."),
                 path != NULL ? path : "");
    return FALSE;
  }
  database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);
  if (database == NULL ||
      !hs_statement_read_text (
          database, &catalog, error, "SELECT value FROM meta WHERE key = 'id'", ""))
    return FALSE;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    if (g_str_has_suffix (name, ".json") && !check_file (database, catalog, file, report, error))
      return FALSE;
  }
  return TRUE;
}
