/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "store/project.h"

#include <string.h>

/* 0 kind, 1 time, 2 payload, 3 chain */
static gboolean
write_lease (HsDatabase *database,
             const char *series,
             HsStatement *row,
             JsonObject *payload,
             GError **error)
{
  gboolean taken = strcmp (hs_statement_get_text (row, 0), HS_KIND_LEASE_TAKEN) == 0;
  const char *id = hs_payload_get_text (payload, "lease");

  return id == NULL ||
         hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO lease (id, series, chain, first, last, state, "
                           "to_, time) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                           "sssiissi",
                           id,
                           series,
                           hs_statement_get_text (row, 3),
                           hs_payload_get_int (payload, "first"),
                           hs_payload_get_int (payload, "last"),
                           taken ? "taken" : "given",
                           taken ? NULL : hs_payload_get_text (payload, "to"),
                           hs_statement_get_int (row, 1));
}

/* Who took it out of a bundle says that its maker gave it: the maker's own word may come later. */
static gboolean
write_giver (HsDatabase *database,
             const char *series,
             HsStatement *row,
             JsonObject *payload,
             GError **error)
{
  const char *from = hs_payload_get_text (payload, "from");
  const char *id = hs_payload_get_text (payload, "lease");

  if (from == NULL || id == NULL || strcmp (from, hs_statement_get_text (row, 3)) == 0 ||
      strcmp (hs_statement_get_text (row, 0), HS_KIND_LEASE_TAKEN) != 0)
    return TRUE;
  return hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO lease (id, series, chain, first, last, state, "
                           "time) VALUES (?1, ?2, ?3, ?4, ?5, 'given', ?6)",
                           "sssiii",
                           id,
                           series,
                           from,
                           hs_payload_get_int (payload, "first"),
                           hs_payload_get_int (payload, "last"),
                           hs_statement_get_int (row, 1));
}

/* Ends those of other chains that the entry names; they may lie later in the journal's order. */
static gboolean
replace_leases (HsDatabase *database, HsStatement *row, JsonObject *payload, GError **error)
{
  JsonArray *replaces = hs_payload_get_array (payload, "replaces");

  for (guint i = 0; replaces != NULL && i < json_array_get_length (replaces); i++) {
    JsonNode *node = json_array_get_element (replaces, i);

    if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
      continue;
    if (!hs_statement_run (database,
                           error,
                           "UPDATE lease SET state = 'replaced' "
                           "WHERE id = ?1 AND state = 'taken' AND chain <> ?2",
                           "ss",
                           json_node_get_string (node),
                           hs_statement_get_text (row, 3)))
      return FALSE;
  }
  return TRUE;
}

static HsStatement *
select_facts (HsDatabase *database, const char *series)
{
  return hs_statement_new (database,
                           "SELECT kind, time, payload, chain FROM journal "
                           "WHERE subject = 'series:' || ?1 ORDER BY hlc, id",
                           "s",
                           series);
}

static gboolean
write_leases (HsDatabase *database, const char *series, GError **error)
{
  g_autoptr (HsStatement) row = select_facts (database, series);

  while (hs_statement_next (row)) {
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (row, 2));

    if (!write_lease (database, series, row, payload, error) ||
        !write_giver (database, series, row, payload, error))
      return FALSE;
  }
  return hs_statement_finish (row, error);
}

static gboolean
write_replacements (HsDatabase *database, const char *series, GError **error)
{
  g_autoptr (HsStatement) row = select_facts (database, series);

  while (hs_statement_next (row)) {
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_statement_get_text (row, 2));

    if (!replace_leases (database, row, payload, error))
      return FALSE;
  }
  return hs_statement_finish (row, error);
}

/**
 * hs_project_series:
 * @database: in a write transaction
 * @series: what product numbers are unique within
 * @error: a #HsStoreError
 *
 * Folds the leases of one series.
 *
 * Returns: %TRUE if done
 */
gboolean
hs_project_series (HsDatabase *database, const char *series, GError **error)
{
  return hs_statement_run (database, error, "DELETE FROM lease WHERE series = ?1", "s", series) &&
         write_leases (database, series, error) && write_replacements (database, series, error);
}
