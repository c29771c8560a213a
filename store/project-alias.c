/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/project.h"

#include <string.h>

/**
 * hs_project_resolve:
 * @database: a connection
 * @key: a unit's key
 * @error: a #HsStoreError
 *
 * Returns: (transfer full): the key it is an alias of, or itself
 */
char *
hs_project_resolve (HsDatabase *database, const char *key, GError **error)
{
  char *target = NULL;

  if (!hs_statement_read_text (
          database, &target, error, "SELECT target FROM alias WHERE key = ?1", "s", key))
    return NULL;
  return target != NULL ? target : g_strdup (key);
}

/* All keys that joins connect with @key, itself included, in the order they were found. */
static GPtrArray *
find_group (HsDatabase *database, const char *key, GError **error)
{
  g_autoptr (GPtrArray) group = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (group, g_strdup (key));
  for (guint i = 0; i < group->len; i++) {
    g_autoptr (HsStatement) statement =
        hs_statement_new (database,
                          "SELECT other FROM unit_join WHERE key = ?1 "
                          "UNION SELECT key FROM unit_join WHERE other = ?1",
                          "s",
                          group->pdata[i]);

    while (hs_statement_next (statement)) {
      const char *found = hs_statement_get_text (statement, 0);

      if (!g_ptr_array_find_with_equal_func (group, found, g_str_equal, NULL))
        g_ptr_array_add (group, g_strdup (found));
    }
    if (!hs_statement_finish (statement, error))
      return NULL;
  }
  return g_steal_pointer (&group);
}

static const char *
root_of (GHashTable *parents, const char *key)
{
  const char *parent;

  while ((parent = g_hash_table_lookup (parents, key)) != NULL)
    key = parent;
  return key;
}

/* Joins in (hlc, id) order; one that would close a circle says nothing new and is passed over. */
static GHashTable *
read_parents (HsDatabase *database, GPtrArray *group, GError **error)
{
  g_autoptr (GHashTable) parents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (HsStatement) statement = NULL;
  g_autoptr (JsonArray) keys = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  g_autofree char *text = NULL;

  for (guint i = 0; i < group->len; i++)
    json_array_add_string_element (keys, group->pdata[i]);
  json_node_set_array (node, keys);
  text = json_to_string (node, FALSE);

  statement = hs_statement_new (database,
                                "SELECT key, other FROM unit_join WHERE key IN "
                                "(SELECT value FROM json_each (?1)) ORDER BY hlc, entry",
                                "s",
                                text);
  while (hs_statement_next (statement)) {
    const char *key = root_of (parents, hs_statement_get_text (statement, 0));
    const char *other = root_of (parents, hs_statement_get_text (statement, 1));

    if (strcmp (key, other) != 0)
      g_hash_table_insert (parents, g_strdup (other), g_strdup (key));
  }
  if (!hs_statement_finish (statement, error))
    return NULL;
  return g_steal_pointer (&parents);
}

static gboolean
point (HsDatabase *database, const char *key, const char *target, GError **error)
{
  if (strcmp (key, target) == 0)
    return hs_statement_run (database, error, "DELETE FROM alias WHERE key = ?1", "s", key);

  return hs_statement_run (database,
                           error,
                           "INSERT OR REPLACE INTO alias (key, target) VALUES (?1, ?2)",
                           "ss",
                           key,
                           target) &&
         hs_statement_run (
             database, error, "UPDATE run SET unit = ?2 WHERE unit = ?1", "ss", key, target);
}

/**
 * hs_project_joins:
 * @database: in a write transaction
 * @key: a unit that a join names
 * @error: a #HsStoreError
 *
 * Decides anew which key of the group around @key is the unit, and folds the others away.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_joins (HsDatabase *database, const char *key, GError **error)
{
  g_autoptr (GPtrArray) group = find_group (database, key, error);
  g_autoptr (GHashTable) parents = NULL;

  if (group == NULL)
    return FALSE;
  parents = read_parents (database, group, error);
  if (parents == NULL)
    return FALSE;

  for (guint i = 0; i < group->len; i++)
    if (!point (database, group->pdata[i], root_of (parents, group->pdata[i]), error))
      return FALSE;
  for (guint i = 0; i < group->len; i++)
    if (!hs_project_unit (database, group->pdata[i], error))
      return FALSE;
  return TRUE;
}
