/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/project.h"

#include "store/json-scan.h"
#include "store/kinds.h"

#include <string.h>

/* Most tables are in the order of units' keys, which come in none: what does not fit in memory is
 * written again and again. */
#define REBUILD_CACHE_KB (256 * 1024)

/* Keys in the order in which they were first noted: a rebuild folds as the appends did. */
struct _HsTouched {
  GHashTable *seen;    /* owned text -> itself */
  GPtrArray *subjects; /* borrowed from seen: "unit:…", "build:…", "slot:…" */
  GPtrArray *runs;     /* borrowed from seen: "run:…" */
  GPtrArray *joined;   /* borrowed from seen: "join:KEY" */
};

HsTouched *
hs_touched_new (void)
{
  HsTouched *self = g_new0 (HsTouched, 1);

  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->subjects = g_ptr_array_new ();
  self->runs = g_ptr_array_new ();
  self->joined = g_ptr_array_new ();
  return self;
}

void
hs_touched_free (HsTouched *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->subjects);
  g_ptr_array_unref (self->runs);
  g_ptr_array_unref (self->joined);
  g_hash_table_unref (self->seen);
  g_free (self);
}

static void
touch (HsTouched *self, GPtrArray *list, char *key)
{
  if (g_hash_table_contains (self->seen, key)) {
    g_free (key);
    return;
  }
  g_hash_table_add (self->seen, key);
  g_ptr_array_add (list, key);
}

static const char *
after (const char *text, const char *prefix)
{
  return g_str_has_prefix (text, prefix) ? text + strlen (prefix) : NULL;
}

static gboolean
note_run (HsDatabase *database, HsTouched *touched, gint64 row, const char *run, GError **error)
{
  touch (touched, touched->runs, g_strconcat ("run:", run, NULL));
  return hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO run_entry (run, entry) VALUES (?1, ?2)",
                           "si",
                           run,
                           row);
}

static gboolean
note_join (HsDatabase *database,
           HsTouched *touched,
           const char *id,
           gint64 hlc,
           const char *key,
           const char *other,
           GError **error)
{
  touch (touched, touched->joined, g_strconcat ("join:", key, NULL));
  return hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO unit_join (entry, hlc, key, other) "
                           "VALUES (?1, ?2, ?3, ?4)",
                           "siss",
                           id,
                           hlc,
                           key,
                           other);
}

typedef struct {
  const char *prefix; /* of the subject */
  gboolean (*fold) (HsDatabase *database, const char *key, GError **error);
} HsSubject;

/* Sessions, chains, ports and the catalog's birth have no projection. */
static const HsSubject subjects[] = {
  { "unit:", hs_project_unit },     { "build:", hs_project_build },
  { "slot:", hs_project_slot },     { "release:", hs_project_release },
  { "series:", hs_project_series }, { "batch:", hs_project_batch },
  { "key:", hs_project_key },       { "policy:", hs_project_policy },
};

static const HsSubject *
find_subject (const char *subject)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (g_str_has_prefix (subject, subjects[i].prefix))
      return &subjects[i];
  return NULL;
}

/* To be folded though no entry says so: a name beside the journal has changed. */
void
hs_touched_add_unit (HsTouched *self, const char *key)
{
  touch (self, self->subjects, g_strconcat ("unit:", key, NULL));
}

gboolean
hs_project_note (HsDatabase *database,
                 HsTouched *touched,
                 gint64 row,
                 const char *id,
                 gint64 hlc,
                 const char *kind,
                 const char *subject,
                 const char *payload,
                 GError **error)
{
  g_autofree char *run = hs_json_find_text (payload, "run");
  g_autofree char *other = NULL;
  const char *key = after (subject, "unit:");

  if (find_subject (subject) != NULL)
    touch (touched, touched->subjects, g_strdup (subject));
  if (run != NULL && !note_run (database, touched, row, run, error))
    return FALSE;
  if (strcmp (kind, HS_KIND_UNIT_JOINED) != 0 || key == NULL)
    return TRUE;
  other = hs_json_find_text (payload, "other");
  return other == NULL || note_join (database, touched, id, hlc, key, other, error);
}

static gboolean
fold_subject (HsDatabase *database, const char *subject, GError **error)
{
  const HsSubject *kind = find_subject (subject);

  return kind->fold (database, after (subject, kind->prefix), error);
}

/* Aliases first: they decide where units and runs are folded to. */
gboolean
hs_project_fold (HsDatabase *database, HsTouched *touched, GError **error)
{
  for (guint i = 0; i < touched->joined->len; i++)
    if (!hs_project_joins (database, after (touched->joined->pdata[i], "join:"), error))
      return FALSE;
  for (guint i = 0; i < touched->subjects->len; i++)
    if (!fold_subject (database, touched->subjects->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < touched->runs->len; i++)
    if (!hs_project_run (database, after (touched->runs->pdata[i], "run:"), error))
      return FALSE;
  return TRUE;
}

static gboolean
note_all (HsDatabase *database, HsTouched *touched, GError **error)
{
  g_autoptr (HsStatement) statement = hs_statement_new (
      database, "SELECT row, id, hlc, kind, subject, payload FROM journal ORDER BY row", "");

  while (hs_statement_next (statement))
    if (!hs_project_note (database,
                          touched,
                          hs_statement_get_int (statement, 0),
                          hs_statement_get_text (statement, 1),
                          hs_statement_get_int (statement, 2),
                          hs_statement_get_text (statement, 3),
                          hs_statement_get_text (statement, 4),
                          hs_statement_get_text (statement, 5),
                          error))
      return FALSE;
  return hs_statement_finish (statement, error);
}

static gboolean
write_version (HsDatabase *database, GError **error)
{
  return hs_statement_run (database,
                           error,
                           "INSERT OR REPLACE INTO meta (key, value) VALUES ('fold', ?1)",
                           "d",
                           HS_FOLD_VERSION);
}

static gboolean
project_all (HsDatabase *database, GError **error)
{
  g_autoptr (HsTouched) touched = hs_touched_new ();

  return hs_database_exec (
             database,
             "INSERT INTO search_text (search_text) VALUES ('delete-all');"
             "DELETE FROM search_start; DELETE FROM search; DELETE FROM slot;"
             "DELETE FROM run_entry; DELETE FROM run; DELETE FROM artifact; DELETE FROM kept;"
             "DELETE FROM build; DELETE FROM alias; DELETE FROM unit_join;"
             "DELETE FROM content; DELETE FROM identity; DELETE FROM held;"
             "DELETE FROM shipment; DELETE FROM remark; DELETE FROM number; DELETE FROM unit; "
             "DELETE FROM unit_count; DELETE FROM slow;"
             "DELETE FROM release_artifact; DELETE FROM signature; DELETE FROM release;"
             "DELETE FROM lease; DELETE FROM batch; DELETE FROM signing_key; DELETE FROM policy;",
             error) &&
         note_all (database, touched, error) && hs_project_fold (database, touched, error) &&
         write_version (database, error);
}

/* All but "party": names are no facts. */
gboolean
hs_project_all (HsDatabase *database, GError **error)
{
  gboolean done;

  hs_database_set_cache (database, REBUILD_CACHE_KB);
  done = project_all (database, error);
  hs_database_set_cache (database, 0);
  return done;
}

/**
 * hs_project_refresh:
 * @database: in a write transaction
 * @error: a #HsStoreError
 *
 * Folds all anew if an older program folded the tables: it did not know all that is in the
 * journal, or folded it otherwise.
 *
 * Returns: %TRUE if the tables are of this program's making
 */
gboolean
hs_project_refresh (HsDatabase *database, GError **error)
{
  gint64 version = 0;

  if (!hs_statement_read_int (database,
                              &version,
                              error,
                              "SELECT CAST (value AS INTEGER) FROM meta WHERE key = 'fold'",
                              ""))
    return FALSE;
  return version == HS_FOLD_VERSION || hs_project_all (database, error);
}
