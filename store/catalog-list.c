/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How many journal entries are counted at most: a person reads "100 000" as "many". */
#define COUNT_LIMIT 100000

/* Reads all of a one-column answer and frees @statement. */
static GPtrArray *
collect (HsStatement *statement, GError **error)
{
  g_autoptr (HsStatement) owned = statement;
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  while (hs_statement_next (owned))
    g_ptr_array_add (texts, g_strdup (hs_statement_get_text (owned, 0)));
  return hs_statement_finish (owned, error) ? g_steal_pointer (&texts) : NULL;
}

static gboolean
read_total (HsStatement *statement, guint *total, GError **error)
{
  g_autoptr (HsStatement) owned = statement;

  if (hs_statement_next (owned))
    *total = hs_statement_get_int (owned, 0);
  return hs_statement_finish (owned, error);
}

/* Every short word must begin some word of the text. */
#define ALL_STARTS                                                                                 \
  "(?3 = '[]' OR NOT EXISTS (SELECT 1 FROM json_each (?3) AS typed WHERE NOT EXISTS (SELECT 1 "    \
  "FROM "                                                                                          \
  "search_start WHERE search_start.row = search.row AND search_start.start = typed.value))) "

#define BY_WORDS                                                                                   \
  "FROM search_text CROSS JOIN search ON search.row = search_text.rowid "                          \
  "WHERE search_text MATCH ?1 AND search.what = ?2 AND " ALL_STARTS

#define BY_STARTS                                                                                  \
  "FROM search_start AS first CROSS JOIN search ON search.row = first.row "                        \
  "WHERE first.start = (SELECT value FROM json_each (?3) LIMIT 1) AND first.what = ?2 "            \
  "AND ?1 IS NULL AND " ALL_STARTS

/* The rows found last come first, then in the order of the whole list: by when a unit was seen. */
#define IN_ORDER                                                                                   \
  ") AS found ORDER BY coalesce ((SELECT last_seen FROM unit WHERE unit.row = found.row), 0) "     \
  "DESC, found.row DESC"

static GPtrArray *
search (HsCatalog *self,
        const char *what,
        const char *words,
        const char *starts,
        gint64 limit,
        guint *total,
        GError **error)
{
  HsStatement *rows;
  HsStatement *count;

  if (words != NULL) {
    rows = hs_statement_new (self->read_db,
                             "SELECT key FROM (SELECT search.key, search.row " BY_WORDS
                             "ORDER BY search_text.rowid DESC LIMIT ?4" IN_ORDER,
                             "sssi",
                             words,
                             what,
                             starts,
                             limit);
    count =
        hs_statement_new (self->read_db, "SELECT count(*) " BY_WORDS, "sss", words, what, starts);
  } else {
    rows = hs_statement_new (self->read_db,
                             "SELECT key FROM (SELECT search.key, search.row " BY_STARTS
                             "ORDER BY first.row DESC LIMIT ?4" IN_ORDER,
                             "sssi",
                             words,
                             what,
                             starts,
                             limit);
    count =
        hs_statement_new (self->read_db, "SELECT count(*) " BY_STARTS, "sss", words, what, starts);
  }
  if (!read_total (count, total, error)) {
    hs_statement_free (rows);
    return NULL;
  }
  return collect (rows, error);
}

/* Units whose firmware is that of a build with all words of ?4 in its name or version. */
#define CARRIERS                                                                                   \
  "SELECT content.unit FROM build CROSS JOIN artifact ON artifact.build = build.id CROSS JOIN "    \
  "content "                                                                                       \
  "ON content.sha256 = artifact.sha256 AND content.role = artifact.role "                          \
  "WHERE substr (artifact.role, 1, 8) = 'firmware' AND NOT EXISTS "                                \
  "(SELECT 1 FROM json_each (?4) AS word WHERE instr (lower (build.name || ' ' || "                \
  "coalesce (build.version, '') || ' ' || coalesce (build.number, '')), word.value) = 0) "

/* By what they carry, or by their own text: for questions that name a build that some unit has. */
static GPtrArray *
search_carriers (HsCatalog *self,
                 const char *words,
                 const char *starts,
                 const char *all_words,
                 gint64 limit,
                 guint *total,
                 GError **error)
{
  g_autoptr (GPtrArray) found = NULL;
  HsStatement *statement;

  /* Two literals: FTS5 takes no NULL for "nothing". */
  if (words != NULL)
    statement =
        hs_statement_new (self->read_db,
                          "SELECT key FROM unit WHERE key IN (" CARRIERS
                          "UNION SELECT search.key " BY_WORDS ") ORDER BY last_seen DESC, row DESC",
                          "ssss",
                          words,
                          "unit",
                          starts,
                          all_words);
  else
    statement = hs_statement_new (self->read_db,
                                  "SELECT key FROM unit WHERE key IN (" CARRIERS
                                  "UNION SELECT search.key " BY_STARTS
                                  ") ORDER BY last_seen DESC, row DESC",
                                  "ssss",
                                  words,
                                  "unit",
                                  starts,
                                  all_words);
  found = collect (statement, error);
  if (found == NULL)
    return NULL;
  *total = found->len;
  if (limit >= 0 && limit < found->len)
    g_ptr_array_set_size (found, limit);
  return g_steal_pointer (&found);
}

static gboolean
has_carriers (HsCatalog *self, const char *all_words, gboolean *has, GError **error)
{
  gint64 n = 0;

  if (!hs_statement_read_int (self->read_db,
                              &n,
                              error,
                              "SELECT EXISTS (" CARRIERS ")",
                              "ssss",
                              NULL,
                              NULL,
                              NULL,
                              all_words))
    return FALSE;
  *has = n > 0;
  return TRUE;
}

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

static gboolean
is_blank (const char *query)
{
  return query == NULL || strspn (query, " \t\n") == strlen (query);
}

/**
 * hs_catalog_list_units:
 * @self: a catalog
 * @query: (nullable): words, each of which must be in label, id, any form of identity, or board; or
 *   all of them in name or version of the build it carries
 * @limit: how many at most; 0: all
 * @total: (out) (optional): how many there are
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type utf8): ids, last seen first
 */
GPtrArray *
hs_catalog_list_units (HsCatalog *self,
                       const char *query,
                       guint limit,
                       guint *total,
                       GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autofree char *words = NULL;
  g_autofree char *starts = NULL;
  g_autofree char *all_words = NULL;
  gint64 at_most = limit > 0 ? (gint64) limit : -1;
  gboolean carried = FALSE;
  guint unused;

  if (total == NULL)
    total = &unused;
  if (is_blank (query)) {
    if (!read_total (
            hs_statement_new (self->read_db, "SELECT count(*) FROM unit", ""), total, error))
      return NULL;
    return collect (
        hs_statement_new (self->read_db,
                          "SELECT key FROM unit ORDER BY last_seen DESC, row DESC LIMIT ?1",
                          "i",
                          at_most),
        error);
  }
  hs_search_parse (query, &words, &starts);
  all_words = words_to_json (query);
  if (!has_carriers (self, all_words, &carried, error))
    return NULL;
  if (carried)
    return search_carriers (self, words, starts, all_words, at_most, total, error);
  return search (self, "unit", words, starts, at_most, total, error);
}

/**
 * hs_catalog_list_builds:
 * @self: a catalog
 * @query: (nullable): words, each of which must be in name, id, board, version or commit
 * @limit: how many at most; 0: all
 * @total: (out) (optional): how many there are
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type utf8): ids, imported last first
 */
GPtrArray *
hs_catalog_list_builds (HsCatalog *self,
                        const char *query,
                        guint limit,
                        guint *total,
                        GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autofree char *words = NULL;
  g_autofree char *starts = NULL;
  gint64 at_most = limit > 0 ? (gint64) limit : -1;
  guint unused;

  if (total == NULL)
    total = &unused;
  if (is_blank (query)) {
    if (!read_total (
            hs_statement_new (self->read_db, "SELECT count(*) FROM build", ""), total, error))
      return NULL;
    return collect (
        hs_statement_new (self->read_db,
                          "SELECT id FROM build ORDER BY imported DESC, row DESC LIMIT ?1",
                          "i",
                          at_most),
        error);
  }
  hs_search_parse (query, &words, &starts);
  return search (self, "build", words, starts, at_most, total, error);
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

  hs_statement_read_int (self->read_db, &units, NULL, "SELECT count(*) FROM unit", "");
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
