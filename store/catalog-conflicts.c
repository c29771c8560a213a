/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/catalog-units.h"
#include "store/leases.h"
#include "store/values-private.h"

#include <string.h>

/* Each question gives one row a conflict: subject, units as a JSON array, entries separated by
 * spaces. What could be one comes out of an index alone; only that is looked at more closely. Those
 * with ?1 are about one unit. */

#define ENTRIES_OF(kinds, name)                                                                    \
  "(SELECT group_concat (id, ' ') FROM (SELECT id FROM journal WHERE subject IN "                  \
  "(SELECT 'unit:' || value FROM json_each (units) UNION SELECT 'unit:' || alias.key FROM alias "  \
  "WHERE target IN (SELECT value FROM json_each (units))) AND kind IN (" kinds ") AND "            \
  "CASE WHEN json_valid (payload) THEN json_extract (payload, '$." name "') END = subject_ "       \
  "ORDER BY hlc, id))"

#define TWO_UNITS_ONE_NUMBER(candidates)                                                           \
  "SELECT subject_, units, " ENTRIES_OF (                                                          \
      "'number.committed', 'number.reserved'",                                                     \
      "number") " FROM (SELECT number AS subject_, (SELECT json_group_array (unit) FROM (SELECT "  \
                "unit FROM "                                                                       \
                "number AS owned WHERE owned.series = twice.series AND owned.number = "            \
                "twice.number "                                                                    \
                "AND state <> 'freed' ORDER BY unit)) AS units FROM (" candidates                  \
                ") AS twice) ORDER BY 1, 2"

static const char two_units_one_number[] = TWO_UNITS_ONE_NUMBER (
    "SELECT series, number FROM number WHERE state <> 'freed' GROUP BY series, number "
    "HAVING count(*) > 1");
static const char number_of_unit[] = TWO_UNITS_ONE_NUMBER (
    "SELECT series, number FROM number AS own WHERE unit = ?1 AND state <> 'freed' AND EXISTS "
    "(SELECT 1 FROM number AS twin WHERE twin.series = own.series AND twin.number = own.number "
    "AND twin.state <> 'freed' AND twin.unit <> own.unit)");

#define TWO_UNITS_ONE_LABEL(candidates)                                                            \
  "SELECT subject_, units, " ENTRIES_OF (                                                          \
      "'unit.labelled'",                                                                           \
      "label") " FROM (SELECT min (label) AS subject_, json_group_array (key) AS units FROM "      \
               "(SELECT board, "                                                                   \
               "label, key FROM unit WHERE label COLLATE NOCASE IN (" candidates                   \
               ") ORDER BY key) "                                                                  \
               "GROUP BY board, label COLLATE NOCASE HAVING count(*) > 1) ORDER BY 1, 2"

static const char two_units_one_label[] = TWO_UNITS_ONE_LABEL (
    "SELECT label FROM unit WHERE label IS NOT NULL GROUP BY label COLLATE NOCASE "
    "HAVING count(*) > 1");
static const char label_of_unit[] =
    TWO_UNITS_ONE_LABEL ("SELECT label FROM unit WHERE key = ?1 AND label IS NOT NULL");

/* What came back at the same moment (or not at all) was out at the same time. */
#define SHIPPED_TWICE(candidates)                                                                  \
  "SELECT unit, json_array (unit), group_concat (entry, ' ') FROM (SELECT unit, entry, id, "       \
  "returned FROM shipment WHERE unit IN (" candidates ") ORDER BY entry) "                         \
  "GROUP BY unit, returned HAVING count(DISTINCT id) > 1 ORDER BY 1, 2"

static const char shipped_twice[] =
    SHIPPED_TWICE ("SELECT unit FROM shipment GROUP BY unit HAVING count(*) > 1");
static const char shipped_of_unit[] = SHIPPED_TWICE ("?1");

static const char one_version_two_recipes[] =
    "SELECT name || ' ' || version, '[]', (SELECT group_concat (id, ' ') FROM "
    "(SELECT journal.id FROM journal JOIN release AS twin ON subject = 'release:' || twin.id "
    "WHERE twin.name = first.name AND twin.version = first.version AND twin.state <> 'draft' "
    "AND kind = 'release.locked' ORDER BY hlc, journal.id)) "
    "FROM release AS first WHERE state <> 'draft' GROUP BY name, version "
    "HAVING count(*) > 1 ORDER BY 1, 2";

static void
add_conflict (GPtrArray *conflicts, const char *kind, HsStatement *row)
{
  HsConflict *conflict = g_new0 (HsConflict, 1);
  g_autoptr (JsonNode) units = json_from_string (hs_statement_get_text (row, 1), NULL);
  const char *entries = hs_statement_get_text (row, 2);

  conflict->kind = g_strdup (kind);
  conflict->subject = g_strdup (hs_statement_get_text (row, 0));
  conflict->entries = g_strdup (entries != NULL ? entries : "");
  conflict->units = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < json_array_get_length (json_node_get_array (units)); i++)
    g_ptr_array_add (conflict->units,
                     g_strdup (json_array_get_string_element (json_node_get_array (units), i)));
  g_ptr_array_add (conflicts, conflict);
}

/* Frees @statement. */
static gboolean
read_conflicts (HsStatement *statement, const char *kind, GPtrArray *conflicts, GError **error)
{
  g_autoptr (HsStatement) row = statement;

  while (hs_statement_next (row))
    add_conflict (conflicts, kind, row);
  return hs_statement_finish (row, error);
}

/* --- leases --- */

/* Who holds which numbers of a series. */
typedef struct {
  char *series;
  char *chain;
  GArray *ranges; /* HsRange */
} Holder;

static void
holder_free (gpointer data)
{
  Holder *self = data;

  g_free (self->series);
  g_free (self->chain);
  g_clear_pointer (&self->ranges, g_array_unref);
  g_free (self);
}

/* (element-type Holder): by series */
static GPtrArray *
list_holders (HsDatabase *database, GError **error)
{
  g_autoptr (GPtrArray) holders = g_ptr_array_new_with_free_func (holder_free);
  g_autoptr (HsStatement) row =
      hs_statement_new (database,
                        "SELECT DISTINCT series, chain FROM lease WHERE state = 'taken' "
                        "ORDER BY series, chain",
                        "");

  while (hs_statement_next (row)) {
    Holder *holder = g_new0 (Holder, 1);

    holder->series = g_strdup (hs_statement_get_text (row, 0));
    holder->chain = g_strdup (hs_statement_get_text (row, 1));
    g_ptr_array_add (holders, holder);
  }
  if (!hs_statement_finish (row, error))
    return NULL;
  for (guint i = 0; i < holders->len; i++) {
    Holder *holder = holders->pdata[i];

    holder->ranges = hs_leases_read (database, holder->series, holder->chain, error);
    if (holder->ranges == NULL)
      return NULL;
  }
  return g_steal_pointer (&holders);
}

static gboolean
read_overlap (HsDatabase *database,
              const Holder *one,
              const Holder *other,
              const HsRange *both,
              GPtrArray *conflicts,
              GError **error)
{
  return read_conflicts (
      hs_statement_new (
          database,
          "SELECT ?1 || ' ' || ?4 || CASE WHEN ?5 > ?4 THEN '–' || ?5 ELSE '' END, '[]', "
          "(SELECT group_concat (id, ' ') FROM (SELECT id FROM journal WHERE subject = "
          "'series:' || ?1 AND chain IN (?2, ?3) AND kind = 'lease.taken' AND "
          "CASE WHEN json_valid (payload) THEN json_extract (payload, '$.first') <= ?5 "
          "AND json_extract (payload, '$.last') >= ?4 END ORDER BY hlc, id))",
          "sssii",
          one->series,
          one->chain,
          other->chain,
          both->first,
          both->last),
      "lease",
      conflicts,
      error);
}

static gboolean
compare_holders (HsDatabase *database,
                 const Holder *one,
                 const Holder *other,
                 GPtrArray *conflicts,
                 GError **error)
{
  for (guint i = 0; i < one->ranges->len * other->ranges->len; i++) {
    const HsRange *a = &g_array_index (one->ranges, HsRange, i / other->ranges->len);
    const HsRange *b = &g_array_index (other->ranges, HsRange, i % other->ranges->len);
    HsRange both = { MAX (a->first, b->first), MIN (a->last, b->last) };

    if (both.first <= both.last && !read_overlap (database, one, other, &both, conflicts, error))
      return FALSE;
  }
  return TRUE;
}

/* Two benches that hold the same numbers will give them out twice. */
static gboolean
read_leases (HsDatabase *database, GPtrArray *conflicts, GError **error)
{
  g_autoptr (GPtrArray) holders = list_holders (database, error);

  for (guint i = 0; holders != NULL && i < holders->len; i++) {
    const Holder *one = holders->pdata[i];

    for (guint k = i + 1; k < holders->len; k++) {
      const Holder *other = holders->pdata[k];

      if (strcmp (one->series, other->series) == 0 &&
          !compare_holders (database, one, other, conflicts, error))
        return FALSE;
    }
  }
  return holders != NULL;
}

/**
 * hs_catalog_list_conflicts:
 * @self: a catalog
 * @error: a #HsStoreError
 *
 * Facts that can't both be true, as two benches may write them down without knowing of each other.
 * Reads whole indexes: about a second in a large catalog.
 *
 * Returns: (transfer container) (element-type HsConflict): by kind
 */
GPtrArray *
hs_catalog_list_conflicts (HsCatalog *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_conflict_free);
  HsDatabase *database = self->read_db;

  if (!read_conflicts (
          hs_statement_new (database, two_units_one_number, ""), "number", found, error) ||
      !read_leases (database, found, error) ||
      !read_conflicts (
          hs_statement_new (database, two_units_one_label, ""), "label", found, error) ||
      !read_conflicts (
          hs_statement_new (database, shipped_twice, ""), "shipped-twice", found, error) ||
      !read_conflicts (hs_statement_new (database, one_version_two_recipes, ""),
                       "release-version",
                       found,
                       error))
    return NULL;
  return g_steal_pointer (&found);
}

/**
 * hs_catalog_list_unit_conflicts:
 * @self: a catalog
 * @unit: key
 * @error: a #HsStoreError
 *
 * Those of hs_catalog_list_conflicts() that concern this unit, without looking at the others.
 *
 * Returns: (transfer container) (element-type HsConflict): by kind
 */
GPtrArray *
hs_catalog_list_unit_conflicts (HsCatalog *self, const char *unit, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_conflict_free);
  HsDatabase *database = self->read_db;

  if (!read_conflicts (
          hs_statement_new (database, number_of_unit, "s", unit), "number", found, error) ||
      !read_conflicts (
          hs_statement_new (database, label_of_unit, "s", unit), "label", found, error) ||
      !read_conflicts (
          hs_statement_new (database, shipped_of_unit, "s", unit), "shipped-twice", found, error))
    return NULL;
  return g_steal_pointer (&found);
}
