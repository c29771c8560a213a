/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/catalog-protection.h"

#include "store/catalog-private.h"
#include "store/kinds.h"

#include <string.h>

/* All names of one unit: an entry may have been written before two of them were known to be one. */
#define SUBJECTS                                                                                   \
  "subject IN (SELECT 'unit:' || ?2 UNION SELECT 'unit:' || key FROM alias WHERE target = ?2)"
#define NEWEST_FIRST "ORDER BY hlc DESC, id DESC LIMIT ?3"

/* What was done to a camera that shows no id in its ROM is about its port, and says which unit was
 * meant. */
static HsStatement *
select_rows (HsDatabase *database, const char *kind, const char *unit, guint limit)
{
  gint64 most = limit > 0 ? (gint64) limit : -1;

  if (strcmp (kind, HS_KIND_AUDIT_MADE) == 0)
    return hs_statement_new (database,
                             "SELECT row FROM journal WHERE kind = ?1 AND " SUBJECTS
                             " " NEWEST_FIRST,
                             "ssi",
                             kind,
                             unit,
                             most);
  return hs_statement_new (database,
                           "SELECT row FROM journal WHERE kind = ?1 AND (" SUBJECTS
                           " OR (subject > 'port:' AND subject < 'port;' AND json_valid (payload) "
                           "AND json_extract (payload, '$.unit') = ?2)) " NEWEST_FIRST,
                           "ssi",
                           kind,
                           unit,
                           most);
}

static GArray *
find_rows (HsCatalog *self, const char *unit, const char *kind, guint limit, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *key = hs_project_resolve (self->read_db, unit, error);
  g_autoptr (HsStatement) statement = NULL;

  if (key == NULL)
    return NULL;
  statement = select_rows (self->read_db, kind, key, limit);
  while (hs_statement_next (statement)) {
    gint64 row = hs_statement_get_int (statement, 0);

    g_array_append_val (rows, row);
  }
  return hs_statement_finish (statement, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * hs_catalog_list_about:
 * @self: a catalog
 * @unit: a key or an alias of it
 * @kind: of the entries
 * @limit: how many at most; 0: all
 * @error: a #HsStoreError
 *
 * What the journal says about one unit, also what was done to it on a port where it showed no id.
 *
 * Returns: (transfer container) (element-type HsEntry): newest first
 */
GPtrArray *
hs_catalog_list_about (HsCatalog *self,
                       const char *unit,
                       const char *kind,
                       guint limit,
                       GError **error)
{
  g_autoptr (GArray) rows = find_rows (self, unit, kind, limit, error);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    HsEntry *entry = hs_catalog_get_entry (self, g_array_index (rows, gint64, i), error);

    if (entry == NULL)
      return NULL;
    g_ptr_array_add (entries, entry);
  }
  return rows != NULL ? g_steal_pointer (&entries) : NULL;
}

/**
 * hs_catalog_list_with_ending:
 * @self: a catalog
 * @unit: a key that is left out
 * @board: id of a board
 * @ending: of a key; case counts
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type utf8): keys of the other known units of @board that
 * end so
 */
GPtrArray *
hs_catalog_list_with_ending (HsCatalog *self,
                             const char *unit,
                             const char *board,
                             const char *ending,
                             GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsStatement) row =
      hs_statement_new (self->read_db,
                        "SELECT key FROM unit WHERE board = ?1 AND key <> ?2 AND "
                        "substr (key, -length (?3)) = ?3 ORDER BY key",
                        "sss",
                        board,
                        unit,
                        ending);

  while (hs_statement_next (row))
    g_ptr_array_add (keys, g_strdup (hs_statement_get_text (row, 0)));
  return hs_statement_finish (row, error) ? g_steal_pointer (&keys) : NULL;
}
