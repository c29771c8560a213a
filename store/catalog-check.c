/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-care.h"
#include "store/catalog-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* All that is folded, each in an order of its own. */
static const struct {
  const char *name;
  const char *rows;
} tables[] = {
  { "alias", "SELECT * FROM alias ORDER BY key" },
  { "artifact", "SELECT * FROM artifact ORDER BY build, position" },
  { "batch", "SELECT * FROM batch ORDER BY id" },
  { "build", "SELECT * FROM build ORDER BY row" },
  { "content", "SELECT * FROM content ORDER BY unit, partition" },
  { "held", "SELECT * FROM held ORDER BY unit, partition, since" },
  { "identity", "SELECT * FROM identity ORDER BY unit, scheme, value" },
  { "kept", "SELECT * FROM kept ORDER BY build, role, file" },
  { "lease", "SELECT * FROM lease ORDER BY id, chain" },
  { "number", "SELECT * FROM number ORDER BY unit, series, number" },
  { "policy", "SELECT * FROM policy ORDER BY name" },
  { "release", "SELECT * FROM release ORDER BY row" },
  { "release_artifact", "SELECT * FROM release_artifact ORDER BY release, board, role" },
  { "remark", "SELECT * FROM remark ORDER BY unit, entry" },
  { "run", "SELECT * FROM run ORDER BY row" },
  { "run_entry", "SELECT * FROM run_entry ORDER BY run, entry" },
  { "search", "SELECT * FROM search ORDER BY row" },
  { "search_start", "SELECT * FROM search_start ORDER BY start, what, row" },
  { "shipment", "SELECT * FROM shipment ORDER BY unit, entry" },
  { "signature", "SELECT * FROM signature ORDER BY release, key" },
  { "signing_key", "SELECT * FROM signing_key ORDER BY key" },
  { "slot", "SELECT * FROM slot ORDER BY port" },
  { "unit", "SELECT * FROM unit ORDER BY row" },
  { "unit_count", "SELECT * FROM unit_count ORDER BY board, state" },
  { "unit_join", "SELECT * FROM unit_join ORDER BY entry" },
};

static gboolean
is_same_row (HsStatement *ours, HsStatement *folded)
{
  for (int i = 0; i < hs_statement_get_n_columns (ours); i++)
    if (g_strcmp0 (hs_statement_get_text (ours, i), hs_statement_get_text (folded, i)) != 0)
      return FALSE;
  return TRUE;
}

static gboolean
compare_table (HsDatabase *database,
               HsDatabase *copy,
               const char *rows,
               gboolean *same,
               GError **error)
{
  g_autoptr (HsStatement) ours = hs_statement_new (database, rows, "");
  g_autoptr (HsStatement) folded = hs_statement_new (copy, rows, "");
  gboolean more;

  do {
    more = hs_statement_next (ours);
    *same = hs_statement_next (folded) == more && (!more || is_same_row (ours, folded));
  } while (more && *same);
  return hs_statement_finish (ours, error) && hs_statement_finish (folded, error);
}

static gboolean
compare_tables (HsDatabase *database, HsDatabase *copy, HsVerifyReport *report, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables) && report->problem == NULL; i++) {
    gboolean same = FALSE;

    if (!compare_table (database, copy, tables[i].rows, &same, error))
      return FALSE;
    if (!same)
      report->problem = g_strdup_printf (
          _ ("The table “%s” does not say what the journal says. “catalog rebuild” folds it anew."),
          tables[i].name);
  }
  return TRUE;
}

/* The text index is compared with the text it is made of, before all is folded anew. */
static gboolean
check_index (HsDatabase *copy, HsVerifyReport *report)
{
  g_autoptr (GError) cause = NULL;

  if (!hs_statement_run (
          copy,
          &cause,
          "INSERT INTO search_text (search_text, rank) VALUES ('integrity-check', 1)",
          ""))
    report->problem =
        g_strdup (_ ("The search's index does not fit its text. “catalog rebuild” makes it anew."));
  return report->problem == NULL;
}

static gboolean
fold_and_compare (const char *path, HsVerifyReport *report, GError **error)
{
  g_autoptr (HsDatabase) original = hs_database_open (path, HS_DATABASE_QUERY_ONLY, error);
  g_autoptr (HsDatabase) copy =
      original != NULL ? hs_database_open (path, HS_DATABASE_FAST, error) : NULL;
  gboolean done;

  if (copy == NULL || !hs_database_begin_write (copy, error))
    return FALSE;
  /* Both stand on one file: the reader sees it as it was, the writer what it folds. */
  done = !check_index (copy, report) ||
         (hs_project_all (copy, error) && compare_tables (original, copy, report, error));
  hs_database_rollback (copy);
  return done;
}

static void
remove_copy (const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm", "-journal" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);

    g_unlink (name);
  }
}

static gboolean
check_tables (HsCatalog *self, HsDatabase *database, HsVerifyReport *report, GError **error)
{
  g_autofree char *path = g_strconcat (self->path, ".verify", NULL);
  gboolean done;

  remove_copy (path);
  done = hs_database_copy_to (database, path, error) && fold_and_compare (path, report, error);
  remove_copy (path);
  return done;
}

/* One that is not here is counted and named, and no problem: a bench need not have the files of
 * another one's builds. */
static gboolean
check_blobs (HsCatalog *self, HsDatabase *database, HsVerifyReport *report, GError **error)
{
  g_autoptr (GPtrArray) digests = hs_catalog_list_blobs (database, error);

  if (digests == NULL)
    return FALSE;
  for (guint i = 0; i < digests->len && report->problem == NULL; i++) {
    g_autoptr (GError) cause = NULL;
    g_autoptr (GBytes) bytes = NULL;

    if (!hs_blobs_has (self->blobs, digests->pdata[i])) {
      if (report->n_missing++ == 0)
        report->missing = g_strdup (digests->pdata[i]);
      continue;
    }
    report->n_files++;
    bytes = hs_blobs_get (self->blobs, digests->pdata[i], &cause);
    if (bytes == NULL)
      report->problem = g_strdup_printf (_ ("The file %s was changed or can't be read: %s"),
                                         (char *) digests->pdata[i],
                                         cause->message);
  }
  return TRUE;
}

gboolean
hs_catalog_verify_deep (HsCatalog *self, HsVerifyReport *report, GError **error)
{
  g_autoptr (HsDatabase) database = NULL;

  g_return_val_if_fail (HS_IS_CATALOG (self), FALSE);

  if (!hs_catalog_verify (self, report, error))
    return FALSE;
  if (report->problem != NULL)
    return TRUE;

  database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, error);
  return database != NULL && hs_database_check (database, FALSE, error) &&
         check_blobs (self, database, report, error) &&
         (report->problem != NULL || check_tables (self, database, report, error));
}
