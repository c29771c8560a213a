/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-releases.h"

#include "store/catalog-private.h"
#include "store/values-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static char *
dup_text (HsStatement *row, int column)
{
  return g_strdup (hs_statement_get_text (row, column));
}

/* Reads all of a one-column answer and frees @statement. */
static GPtrArray *
collect (HsStatement *statement, GError **error)
{
  g_autoptr (HsStatement) owned = statement;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  while (hs_statement_next (owned))
    g_ptr_array_add (texts, dup_text (owned, 0));
  return hs_statement_finish (owned, error) ? g_steal_pointer (&texts) : NULL;
}

#define IN_ORDER "ORDER BY state <> 'draft', name COLLATE NOCASE, name, time DESC, row DESC"

/* There are few releases: each is asked whether it has the words, not the index for all that do. */
#define FITS_STARTS                                                                                \
  "NOT EXISTS (SELECT 1 FROM json_each (?1) AS typed WHERE NOT EXISTS (SELECT 1 FROM "             \
  "search_start WHERE search_start.row = release.row AND what = 'release' AND "                    \
  "search_start.start = typed.value)) "

static HsStatement *
select_releases (HsCatalog *self, const char *query)
{
  g_autofree char *words = NULL;
  g_autofree char *starts = NULL;

  hs_search_parse (query, &words, &starts);
  if (words == NULL)
    return hs_statement_new (
        self->read_db, "SELECT id FROM release WHERE " FITS_STARTS IN_ORDER, "s", starts);
  return hs_statement_new (self->read_db,
                           "SELECT id FROM release WHERE EXISTS (SELECT 1 FROM search_text "
                           "WHERE search_text MATCH ?2 AND search_text.rowid = release.row) "
                           "AND " FITS_STARTS IN_ORDER,
                           "ss",
                           starts,
                           words);
}

/**
 * hs_catalog_list_releases:
 * @self: a catalog
 * @query: (nullable): words, each of which must be in name, version, id or boards
 * @limit: how many at most; 0: all
 * @total: (out) (optional): how many there are
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type utf8): ids; drafts first, then by name, newest first
 */
GPtrArray *
hs_catalog_list_releases (HsCatalog *self,
                          const char *query,
                          guint limit,
                          guint *total,
                          GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  GPtrArray *ids = collect (select_releases (self, query), error);

  if (ids == NULL)
    return NULL;
  if (total != NULL)
    *total = ids->len;
  if (limit > 0 && limit < ids->len)
    g_ptr_array_set_size (ids, limit);
  return ids;
}

static gboolean
read_artifacts (HsRelease *release, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT board, role, sha256, build FROM release_artifact WHERE release = ?1 "
      "ORDER BY board, role",
      "s",
      release->id);

  while (hs_statement_next (row)) {
    HsReleaseArtifact *artifact = g_new0 (HsReleaseArtifact, 1);

    artifact->board = dup_text (row, 0);
    artifact->role = dup_text (row, 1);
    artifact->sha256 = dup_text (row, 2);
    artifact->build = dup_text (row, 3);
    g_ptr_array_add (release->artifacts, artifact);
  }
  return hs_statement_finish (row, error);
}

static gboolean
read_signatures (HsRelease *release, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT signature.key, name, coalesce (trusted, 0), signature, signature.time "
      "FROM signature LEFT JOIN signing_key ON signing_key.key = signature.key "
      "WHERE release = ?1 ORDER BY coalesce (trusted, 0) DESC, signature.time, signature.key",
      "s",
      release->id);

  while (hs_statement_next (row)) {
    HsSignature *signature = g_new0 (HsSignature, 1);

    signature->key = dup_text (row, 0);
    signature->key_name = dup_text (row, 1);
    signature->trusted = hs_statement_get_int (row, 2) != 0;
    signature->signature = dup_text (row, 3);
    signature->time = hs_statement_get_int (row, 4);
    g_ptr_array_add (release->signatures, signature);
  }
  return hs_statement_finish (row, error);
}

static gboolean
read_release (HsRelease *release, HsDatabase *database, const char *id, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT id, name, version, state, recipe, supersedes, reason, origin, operator, chain, time, "
      "(SELECT count(*) FROM unit WHERE unit.release = release.id) FROM release WHERE id = ?1",
      "s",
      id);

  if (hs_statement_next (row)) {
    release->id = dup_text (row, 0);
    release->name = dup_text (row, 1);
    release->version = dup_text (row, 2);
    release->state = dup_text (row, 3);
    release->recipe = dup_text (row, 4);
    release->supersedes = dup_text (row, 5);
    release->reason = dup_text (row, 6);
    release->origin = dup_text (row, 7);
    release->operator_name = dup_text (row, 8);
    release->chain = dup_text (row, 9);
    release->time = hs_statement_get_int (row, 10);
    release->n_units = hs_statement_get_int (row, 11);
    return read_artifacts (release, database, error) && read_signatures (release, database, error);
  }
  if (hs_statement_finish (row, error))
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No release is known as “%s”."), id);
  return FALSE;
}

/**
 * hs_catalog_get_release:
 * @self: a catalog
 * @id: whole; what people type goes through hs_catalog_resolve_release()
 * @error: %HS_STORE_ERROR_NOT_FOUND, or another
 *
 * Returns: (transfer full): the release as it is known now
 */
HsRelease *
hs_catalog_get_release (HsCatalog *self, const char *id, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (HsRelease) release = g_object_new (HS_TYPE_RELEASE, NULL);
  gboolean found;

  if (!hs_database_begin_read (self->read_db, error))
    return NULL;
  found = read_release (release, self->read_db, id, error);
  hs_database_rollback (self->read_db);
  return found ? g_steal_pointer (&release) : NULL;
}

/* 0 locked, 1 withdrawn, 2 draft */
#define RANK "CASE state WHEN 'locked' THEN 0 WHEN 'withdrawn' THEN 1 ELSE 2 END"

static HsStatement *
by_id (HsCatalog *self, const char *typed)
{
  return hs_statement_new (
      self->read_db, "SELECT id FROM release WHERE id = lower (?1)", "s", typed);
}

/* A name stands for its newest version. */
static HsStatement *
by_name (HsCatalog *self, const char *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT id FROM release WHERE name = ?1 COLLATE NOCASE "
                           "ORDER BY " RANK ", time DESC, row DESC LIMIT 1",
                           "s",
                           typed);
}

/* Of the same name and version only the best count; two of them are one too many. */
static HsStatement *
by_version (HsCatalog *self, const char *typed)
{
  return hs_statement_new (
      self->read_db,
      "SELECT id FROM (SELECT id, rank () OVER (ORDER BY " RANK ") AS place FROM release "
      "WHERE (name || ' ' || version) = ?1 COLLATE NOCASE "
      "OR (name || '@' || version) = ?1 COLLATE NOCASE) WHERE place = 1 LIMIT 2",
      "s",
      typed);
}

static HsStatement *
by_prefix (HsCatalog *self, const char *typed)
{
  return hs_statement_new (self->read_db,
                           "SELECT id FROM release WHERE id >= lower (?1) "
                           "AND id < lower (?1) || char (1114111) LIMIT 2",
                           "s",
                           typed);
}

/**
 * hs_catalog_resolve_release:
 * @self: a catalog
 * @typed: an id or a prefix that only one release has, a name, or name and version
 * @error: %HS_STORE_ERROR_NOT_FOUND or %HS_STORE_ERROR_AMBIGUOUS
 *
 * Returns: (transfer full): the release's id
 */
char *
hs_catalog_resolve_release (HsCatalog *self, const char *typed, GError **error)
{
  static HsStatement *(*const tiers[]) (HsCatalog *,
                                        const char *) = { by_id, by_name, by_version, by_prefix };
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autofree char *stripped = g_strstrip (g_strdup (typed));
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; *stripped != '\0' && i < G_N_ELEMENTS (tiers) && found->len == 0; i++) {
    g_ptr_array_unref (found);
    found = collect (tiers[i](self, stripped), error);
    if (found == NULL)
      return NULL;
  }
  if (found->len == 1)
    return g_strdup (found->pdata[0]);

  if (found->len == 0)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NOT_FOUND,
                 _ ("No release is known as “%s”."),
                 stripped);
  else
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_AMBIGUOUS,
                 _ ("“%s” fits several releases, among them %.12s and %.12s."),
                 stripped,
                 (char *) found->pdata[0],
                 (char *) found->pdata[1]);
  return NULL;
}

guint
hs_catalog_count_releases (HsCatalog *self)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  gint64 n = 0;

  hs_statement_read_int (self->read_db, &n, NULL, "SELECT count(*) FROM release", "");
  return n;
}

/**
 * hs_catalog_list_keys:
 * @self: a catalog
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type HsKey): those this bench trusts first, then by name
 */
GPtrArray *
hs_catalog_list_keys (HsCatalog *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_key_free);
  g_autoptr (HsStatement) row =
      hs_statement_new (self->read_db,
                        "SELECT key, name, trusted, time FROM signing_key "
                        "ORDER BY trusted DESC, name COLLATE NOCASE, key",
                        "");

  while (hs_statement_next (row)) {
    HsKey *key = g_new0 (HsKey, 1);

    key->key = dup_text (row, 0);
    key->name = dup_text (row, 1);
    key->trusted = hs_statement_get_int (row, 2) != 0;
    key->time = hs_statement_get_int (row, 3);
    g_ptr_array_add (keys, key);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&keys) : NULL;
}

char *
hs_catalog_get_policy (HsCatalog *self, const char *name, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  char *value = NULL;

  hs_statement_read_text (
      self->read_db, &value, error, "SELECT value FROM policy WHERE name = ?1", "s", name);
  return value;
}

/* The last run of each unit in batch ?1 that has ended; a camera that could not be told from
 * others counts by its port. */
#define LAST_RUNS                                                                                  \
  "SELECT unit, outcome, finished, result FROM (SELECT unit, outcome, finished, result, "          \
  "row_number () OVER (PARTITION BY coalesce (unit, 'port:' || port) "                             \
  "ORDER BY started DESC, row DESC) AS place FROM run WHERE batch = ?1 AND outcome IS NOT NULL) "  \
  "WHERE place = 1"

/* Whether a run wrote no byte to any partition. */
#define WROTE_NOTHING                                                                              \
  "json_valid (result) AND NOT EXISTS (SELECT 1 FROM json_each (result, '$.partitions') "          \
  "WHERE json_extract (value, '$.wrote_bytes') > 0)"

static gboolean
count_batch (HsBatch *batch, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT coalesce (sum (outcome = 'passed'), 0), "
      "coalesce (sum (outcome IN ('failed', 'interrupted')), 0), "
      "coalesce (sum (outcome = 'unproven'), 0), coalesce (sum (outcome = 'refused'), 0), "
      "coalesce (sum (CASE WHEN outcome = 'passed' THEN " WROTE_NOTHING " ELSE 0 END), 0), "
      "coalesce (min (CASE WHEN outcome = 'passed' THEN finished END), 0), "
      "coalesce (max (CASE WHEN outcome = 'passed' THEN finished END), 0) FROM (" LAST_RUNS ")",
      "s",
      batch->id);

  if (hs_statement_next (row)) {
    batch->n_passed = hs_statement_get_int (row, 0);
    batch->n_failed = hs_statement_get_int (row, 1);
    batch->n_unproven = hs_statement_get_int (row, 2);
    batch->n_refused = hs_statement_get_int (row, 3);
    batch->n_already = hs_statement_get_int (row, 4);
    batch->first_pass = hs_statement_get_int (row, 5);
    batch->last_pass = hs_statement_get_int (row, 6);
  }
  return hs_statement_finish (row, error);
}

#define BATCH_COLUMNS "SELECT id, release, name, quantity, opened, closed FROM batch "

/* Under the lock; frees @statement. (element-type HsBatch) */
static GPtrArray *
read_batches (HsCatalog *self, HsStatement *statement, GError **error)
{
  g_autoptr (HsStatement) row = statement;
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_batch_free);

  while (hs_statement_next (row)) {
    HsBatch *batch = g_new0 (HsBatch, 1);

    batch->id = dup_text (row, 0);
    batch->release = dup_text (row, 1);
    batch->name = dup_text (row, 2);
    batch->quantity = hs_statement_get_int (row, 3);
    batch->opened = hs_statement_get_int (row, 4);
    batch->closed = hs_statement_get_int (row, 5);
    g_ptr_array_add (batches, batch);
  }
  if (!hs_statement_finish (row, error))
    return NULL;
  for (guint i = 0; i < batches->len; i++)
    if (!count_batch (batches->pdata[i], self->read_db, error))
      return NULL;
  return g_steal_pointer (&batches);
}

static HsBatch *
take_first (GPtrArray *batches)
{
  HsBatch *first = NULL;

  if (batches != NULL && batches->len > 0)
    first = g_ptr_array_steal_index (batches, 0);
  g_clear_pointer (&batches, g_ptr_array_unref);
  return first;
}

/**
 * hs_catalog_get_batch:
 * @self: a catalog
 * @id: of a batch
 * @error: %HS_STORE_ERROR_NOT_FOUND, or another
 *
 * Returns: (transfer full): the batch, counted now
 */
HsBatch *
hs_catalog_get_batch (HsCatalog *self, const char *id, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  GPtrArray *batches = read_batches (
      self, hs_statement_new (self->read_db, BATCH_COLUMNS "WHERE id = ?1", "s", id), error);
  gboolean read = batches != NULL;
  HsBatch *batch = take_first (batches);

  if (read && batch == NULL)
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No batch is known as “%s”."), id);
  return batch;
}

/**
 * hs_catalog_list_batches:
 * @self: a catalog
 * @release: (nullable): id; %NULL: of all releases
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type HsBatch): newest first
 */
GPtrArray *
hs_catalog_list_batches (HsCatalog *self, const char *release, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);

  return read_batches (self,
                       hs_statement_new (self->read_db,
                                         BATCH_COLUMNS "WHERE ?1 IS NULL OR release = ?1 "
                                                       "ORDER BY opened DESC, id DESC",
                                         "s",
                                         release),
                       error);
}

HsBatch *
hs_catalog_find_open_batch (HsCatalog *self, const char *release, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);

  return take_first (
      read_batches (self,
                    hs_statement_new (self->read_db,
                                      BATCH_COLUMNS "WHERE release = ?1 AND closed = 0 "
                                                    "ORDER BY opened DESC, id DESC LIMIT 1",
                                      "s",
                                      release),
                    error));
}
