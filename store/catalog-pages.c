/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/catalog-pages.h"

#include "store/catalog-private.h"

/* A run's place in the list; ?1, so that the answer is one row whether there is such a run or not.
 */
#define AFTER                                                                                      \
  "(?1 IS NULL OR (started, row) < "                                                               \
  "(SELECT started, row FROM run WHERE id = ?1)) ORDER BY started DESC, row DESC LIMIT ?2"

/**
 * hs_catalog_page_runs:
 * @self: a catalog
 * @unit: (nullable): a unit's key or alias; %NULL: all units
 * @after: (nullable): the last run of the page before; %NULL: from the start
 * @limit: how many at most
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type utf8): ids, newest first
 */
GPtrArray *
hs_catalog_page_runs (HsCatalog *self,
                      const char *unit,
                      const char *after,
                      guint limit,
                      GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsStatement) row = NULL;

  if (unit != NULL)
    row = hs_statement_new (
        self->read_db,
        "SELECT id FROM run WHERE "
        "unit = coalesce ((SELECT target FROM alias WHERE key = ?3), ?3) AND " AFTER,
        "sis",
        after,
        (gint64) limit,
        unit);
  else
    row = hs_statement_new (
        self->read_db, "SELECT id FROM run WHERE " AFTER, "si", after, (gint64) limit);
  while (hs_statement_next (row))
    g_ptr_array_add (ids, g_strdup (hs_statement_get_text (row, 0)));
  return hs_statement_finish (row, error) ? g_steal_pointer (&ids) : NULL;
}

char *
hs_catalog_find_unit_by_serial (HsCatalog *self, const char *serial, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  char *key = NULL;

  hs_statement_read_text (self->read_db,
                          &key,
                          error,
                          "SELECT key FROM unit WHERE serial = ?1 COLLATE NOCASE LIMIT 1",
                          "s",
                          serial);
  return key;
}

char *
hs_catalog_find_unit_by_label (HsCatalog *self, const char *label, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  char *key = NULL;

  hs_statement_read_text (self->read_db,
                          &key,
                          error,
                          "SELECT key FROM unit WHERE label = ?1 COLLATE NOCASE LIMIT 1",
                          "s",
                          label);
  return key;
}
