/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/kinds.h"
#include "store/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How many journal entries are counted at most: a person reads "100 000" as "many". */
#define COUNT_LIMIT 100000

static char *
to_json (const char *const *texts, gboolean fold)
{
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++) {
    g_autofree char *folded = fold ? g_utf8_strdown (texts[i], -1) : g_strdup (texts[i]);

    if (*folded != '\0')
      json_array_add_string_element (array, folded);
  }
  json_node_set_array (node, array);
  return json_to_string (node, FALSE);
}

/* The words of @query, lower-case, as a JSON array. */
static char *
words_to_json (const char *query)
{
  g_auto (GStrv) typed = g_strsplit_set (query != NULL ? query : "", " \t\n", -1);

  return to_json ((const char *const *) typed, TRUE);
}

/**
 * hs_catalog_list_builds:
 * @self: a catalog
 * @query: (nullable): words, each of which must be in name, id, board, version or commit
 * @limit: how many at most; 0: all
 * @total: (out) (optional): how many there are
 * @error: a #HsStoreError
 *
 * Builds are hundreds: each one's text is looked at, the index would find a million units beside.
 *
 * Returns: (transfer full) (element-type utf8): ids, imported last first
 */
GPtrArray *
hs_catalog_list_builds (HsCatalog *self,
                        const char *query,
                        guint limit,
                        guint *total,
                        GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_auto (HsWords) words = { 0 };
  g_autoptr (HsStatement) row = hs_statement_new (
      self->read_db,
      "SELECT build.id, (SELECT text FROM search WHERE search.row = build.row) FROM build "
      "ORDER BY build.imported DESC, build.row DESC",
      "");
  guint n = 0;

  hs_words_init (&words, query);
  while (hs_statement_next (row)) {
    const char *text = hs_statement_get_text (row, 1);

    if (words.list->len > 0 && !hs_words_are_in (&words, text != NULL ? text : ""))
      continue;
    if (limit == 0 || n < limit)
      g_ptr_array_add (ids, g_strdup (hs_statement_get_text (row, 0)));
    n++;
  }
  if (total != NULL)
    *total = n;
  return hs_statement_finish (row, error) ? g_steal_pointer (&ids) : NULL;
}

/* ?1 before, ?2 kinds, ?3 words, ?4 subject, ?6 outcome. Words are looked for in everything a row
 * shows. An entry's time and not its hlc says on which day it stands: after a clock that was ahead
 * all later entries have an hlc of that day. */
#define ENTRY_FITS                                                                                 \
  "(?1 = 0 OR time < ?1) AND (?2 = '[]' OR +kind IN (SELECT value FROM json_each (?2))) "          \
  "AND (?6 IS NULL OR +kind <> '" HS_KIND_RUN_FINISHED "' OR "                                     \
  "CASE WHEN json_valid (payload) THEN json_extract (payload, '$.outcome') END IS NOT ?6) "        \
  "AND NOT EXISTS "                                                                                \
  "(SELECT 1 FROM json_each (?3) AS word WHERE instr (lower (kind || ' ' || subject || ' ' || "    \
  "operator || ' ' || bench || ' ' || payload || ' ' || coalesce ("                                \
  "(SELECT label FROM unit WHERE key = substr (subject, 6)), '')), word.value) = 0) "

#define NEWEST_FIRST "ORDER BY hlc DESC, id DESC LIMIT ?5"

/* One literal for each index that helps: subject, one kind, or neither. */
static HsStatement *
select_entries (HsCatalog *self,
                const HsJournalFilter *filter,
                const char *kinds,
                const char *words,
                gint64 limit)
{
  const char *const *list = filter->kinds;

  if (filter->subject != NULL)
    return hs_statement_new (
        self->read_db,
        "SELECT row FROM journal WHERE subject = ?4 AND " ENTRY_FITS NEWEST_FIRST,
        "isssis",
        filter->before,
        kinds,
        words,
        filter->subject,
        limit,
        filter->outcome_not);
  if (list != NULL && list[0] != NULL && list[1] == NULL)
    return hs_statement_new (self->read_db,
                             "SELECT row FROM journal WHERE kind = ?4 AND " ENTRY_FITS NEWEST_FIRST,
                             "isssis",
                             filter->before,
                             kinds,
                             words,
                             list[0],
                             limit,
                             filter->outcome_not);
  return hs_statement_new (self->read_db,
                           "SELECT row FROM journal WHERE ?4 IS NULL AND " ENTRY_FITS NEWEST_FIRST,
                           "isssis",
                           filter->before,
                           kinds,
                           words,
                           NULL,
                           limit,
                           filter->outcome_not);
}

/**
 * hs_catalog_list_journal:
 * @self: a catalog
 * @filter: (nullable): %NULL: all entries
 * @limit: how many at most; 0: all
 * @total: (out) (optional): how many fit, counted to 100 000
 * @error: a #HsStoreError
 *
 * Returns: (transfer full) (element-type gint64): rows for hs_catalog_get_entry(), newest first
 */
GArray *
hs_catalog_list_journal (HsCatalog *self,
                         const HsJournalFilter *filter,
                         guint limit,
                         guint *total,
                         GError **error)
{
  static const HsJournalFilter everything = { NULL };
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (HsStatement) statement = NULL;
  g_autofree char *kinds = NULL;
  g_autofree char *words = NULL;
  guint n = 0;
  guint enough = total != NULL && limit > 0 ? MAX (limit, COUNT_LIMIT) : limit;

  if (filter == NULL)
    filter = &everything;
  kinds = to_json (filter->kinds, FALSE);
  words = words_to_json (filter->query);
  statement = select_entries (self, filter, kinds, words, enough > 0 ? (gint64) enough : -1);
  for (; hs_statement_next (statement); n++)
    if (limit == 0 || n < limit) {
      gint64 row = hs_statement_get_int (statement, 0);

      g_array_append_val (rows, row);
    }
  if (total != NULL)
    *total = n;
  return hs_statement_finish (statement, error) ? g_steal_pointer (&rows) : NULL;
}

/**
 * hs_catalog_count:
 * @self: a catalog
 * @n_units: (out) (optional): units
 * @n_builds: (out) (optional): builds
 * @n_entries: (out) (optional): entries of the journal
 *
 * What the side bar shows; 0 for what can't be read.
 */
void
hs_catalog_count (HsCatalog *self, guint *n_units, guint *n_builds, guint64 *n_entries)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  gint64 units = 0, builds = 0, entries = 0;

  hs_statement_read_int (
      self->read_db, &units, NULL, "SELECT coalesce (sum (n), 0) FROM unit_count", "");
  hs_statement_read_int (self->read_db, &builds, NULL, "SELECT count(*) FROM build", "");
  hs_statement_read_int (
      self->read_db, &entries, NULL, "SELECT coalesce (sum (n), 0) FROM chain", "");
  if (n_units != NULL)
    *n_units = units;
  if (n_builds != NULL)
    *n_builds = builds;
  if (n_entries != NULL)
    *n_entries = entries;
}
