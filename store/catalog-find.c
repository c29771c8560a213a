/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/unit-search.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* Units are shown last seen first, and may be a million. Two ways lead to the first page:
 *
 * - gather: what the text index and the builds of that name give, all of it, then sorted: when it
 * is not much;
 * - walk: from the unit seen last backwards, looking at each: when many fit, the page is soon full.
 *
 * Both give the same answer; they differ in how long it takes. */
enum {
  GATHER_LIMIT = 10000, /* rows: more than this are walked */
  WALK_LIMIT = 60000,   /* rows without a full page: then all are gathered after all */
  COUNT_ROWS = 3000,    /* rows looked at behind a full page, to say how many there are */
};

typedef struct {
  gint64 row;
  gint64 last_seen;
  char *key;
} Hit;

typedef struct {
  HsUnitQuestion question;
  gint64 before_seen; /* only units older than that */
  gint64 before_row;
  guint limit;        /* 0: all */
  guint gather_limit; /* rows */
  guint n_looked_at;
  gboolean counts;  /* how many there are is asked, too */
  guint n_known;    /* there are at least so many; 0: not counted */
  GHashTable *seen; /* rows that were gathered, if there are several sources */
  GArray *hits;     /* Hit */
  guint n_more;     /* that fit behind the page */
  gboolean ended;   /* nothing was left out of hits and n_more */
} Find;

static void
hit_clear (gpointer data)
{
  g_free (((Hit *) data)->key);
}

static void
find_init (Find *self, HsCatalog *catalog, guint limit)
{
  *self = (Find){ .before_seen = G_MAXINT64, .before_row = G_MAXINT64, .limit = limit };
  self->gather_limit = catalog->tweaks.gather_limit;
  if (self->gather_limit == 0)
    self->gather_limit = GATHER_LIMIT;
  self->seen = g_hash_table_new (NULL, NULL);
  self->hits = g_array_new (FALSE, FALSE, sizeof (Hit));
  g_array_set_clear_func (self->hits, hit_clear);
}

static void
find_clear (Find *self)
{
  hs_unit_question_clear (&self->question);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->hits, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Find, find_clear)

/* Every statement on units gives these. */
#define COLUMNS                                                                                    \
  "unit.row, unit.last_seen, unit.key, unit.board, unit.state, unit.release, unit.party, "         \
  "unit.changed_outside"
enum { ROW, LAST_SEEN, KEY, BOARD, STATE, RELEASE, PARTY, CHANGED, TEXT };

static gboolean
is_one_of (const char *text, const char *const *list)
{
  return list == NULL || list[0] == NULL || g_strv_contains (list, text);
}

static gboolean
passes (Find *self, HsStatement *row)
{
  const HsUnitFilter *filter = self->question.filter;
  gint64 last_seen = hs_statement_get_int (row, LAST_SEEN);

  if (last_seen > self->before_seen ||
      (last_seen == self->before_seen && hs_statement_get_int (row, ROW) >= self->before_row))
    return FALSE;
  return is_one_of (hs_statement_get_text (row, BOARD), filter->boards) &&
         is_one_of (hs_statement_get_text (row, STATE), filter->states) &&
         (filter->release == NULL ||
          g_strcmp0 (filter->release, hs_statement_get_text (row, RELEASE)) == 0) &&
         (filter->party == NULL ||
          g_strcmp0 (filter->party, hs_statement_get_text (row, PARTY)) == 0) &&
         (!filter->changed_outside || hs_statement_get_int (row, CHANGED) != 0);
}

static void
add_hit (Find *self, HsStatement *row)
{
  Hit hit = { hs_statement_get_int (row, ROW),
              hs_statement_get_int (row, LAST_SEEN),
              g_strdup (hs_statement_get_text (row, KEY)) };

  g_array_append_val (self->hits, hit);
}

static gboolean
is_page_full (Find *self)
{
  return self->limit > 0 && self->hits->len >= self->limit;
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const Hit *one = a;
  const Hit *other = b;

  if (one->last_seen != other->last_seen)
    return one->last_seen > other->last_seen ? -1 : 1;
  return one->row > other->row ? -1 : one->row < other->row;
}

static void
sort_and_cut (Find *self)
{
  guint n = self->hits->len;

  g_array_sort (self->hits, compare_hits);
  self->ended = TRUE;
  if (self->limit == 0 || n <= self->limit)
    return;

  self->n_more = n - self->limit;
  g_array_set_size (self->hits, self->limit);
}

/* What leads to the fewest units. */
typedef enum { BY_RELEASE, BY_PARTY, BY_CHANGE, BY_BOARD_STATE, BY_BOARD, BY_STATE, BY_ALL } Way;

static gboolean
is_set (const char *const *list)
{
  return list != NULL && list[0] != NULL;
}

static Way
choose_way (const HsUnitFilter *filter)
{
  if (filter->release != NULL)
    return BY_RELEASE;
  if (filter->party != NULL)
    return BY_PARTY;
  if (filter->changed_outside)
    return BY_CHANGE;
  if (is_set (filter->boards))
    return is_set (filter->states) ? BY_BOARD_STATE : BY_BOARD;
  return is_set (filter->states) ? BY_STATE : BY_ALL;
}

/* -- gathering ------------------------------------------------------------------------------ */

static gboolean
fits_by_text (Find *self, HsStatement *row, GError **error)
{
  g_autoptr (HsStatement) search = hs_statement_new (self->question.database,
                                                     "SELECT text FROM search WHERE row = ?1",
                                                     "i",
                                                     hs_statement_get_int (row, ROW));
  gboolean fits =
      hs_statement_next (search) && hs_unit_question_fits (&self->question,
                                                           hs_statement_get_text (row, KEY),
                                                           hs_statement_get_text (search, 0));

  return hs_statement_finish (search, error) && fits;
}

static gboolean
is_new (Find *self, gint64 row)
{
  return g_hash_table_size (self->question.images) == 0 ||
         g_hash_table_add (self->seen, GSIZE_TO_POINTER (row));
}

/* Takes what @statement gives and frees it; stops above the limit of rows. @sure: those rows answer
 * the question without a look at their text. */
static gboolean
gather (Find *self, HsStatement *statement, gboolean sure, gboolean *too_many, GError **error)
{
  g_autoptr (HsStatement) row = statement;
  g_autoptr (GError) cause = NULL;

  while (!*too_many && cause == NULL && hs_statement_next (row)) {
    *too_many = self->gather_limit > 0 && ++self->n_looked_at > self->gather_limit;
    if (!*too_many && is_new (self, hs_statement_get_int (row, ROW)) && passes (self, row) &&
        (sure || fits_by_text (self, row, &cause)))
      add_hit (self, row);
  }
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  return hs_statement_finish (row, error);
}

/* How many rows may be gathered. */
static gint64
most_of (Find *self)
{
  return self->gather_limit > 0 ? self->gather_limit : G_MAXUINT32;
}

/* The short word that begins words of the fewest units; NULL if there is none. @n: how many. */
static gboolean
find_rare_start (Find *self, const char **rare, gint64 *fewest, GError **error)
{
  *rare = NULL;
  *fewest = 0;
  for (guint i = 0; i < self->question.words.list->len; i++) {
    const char *word = self->question.words.list->pdata[i];
    gint64 n;

    if (hs_words_is_long (word) || !hs_words_is_plain (word))
      continue;
    if (!hs_statement_read_int (self->question.database,
                                &n,
                                error,
                                "SELECT count(*) FROM (SELECT 1 FROM search_start "
                                "WHERE start = ?1 AND what = 'unit' LIMIT ?2)",
                                "si",
                                word,
                                most_of (self) + 1))
      return FALSE;
    if (*rare == NULL || n < *fewest) {
      *rare = word;
      *fewest = n;
    }
  }
  return TRUE;
}

static gboolean
gather_by_start (Find *self, const char *start, gboolean sure, gboolean *too_many, GError **error)
{
  return gather (self,
                 hs_statement_new (self->question.database,
                                   "SELECT " COLUMNS " FROM search_start CROSS JOIN unit "
                                   "ON unit.row = search_start.row "
                                   "WHERE search_start.start = ?1 AND search_start.what = 'unit'",
                                   "s",
                                   start),
                 sure,
                 too_many,
                 error);
}

/* Of @n rows of an index all that are units answer, if nothing else is asked. */
static gboolean
know (Find *self, gint64 n, GError **error)
{
  gint64 n_others;

  if (choose_way (self->question.filter) != BY_ALL)
    return TRUE;
  if (!hs_statement_read_int (
          self->question.database,
          &n_others,
          error,
          "SELECT (SELECT count(*) FROM build) + (SELECT count(*) FROM release)",
          ""))
    return FALSE;
  self->n_known = MAX (0, n - n_others);
  return TRUE;
}

/* Counted first: rows of the index cost little, those of the units much. */
static gboolean
gather_by_phrases (Find *self, gboolean sure, gboolean *too_many, GError **error)
{
  const char *phrases = self->question.phrases;
  gint64 n;

  if (!hs_statement_read_int (self->question.database,
                              &n,
                              error,
                              "SELECT count(*) FROM (SELECT 1 FROM search_text "
                              "WHERE search_text MATCH ?1 LIMIT ?2)",
                              "si",
                              phrases,
                              most_of (self) + 1))
    return FALSE;
  *too_many = n > most_of (self);
  if (*too_many && sure && !know (self, n, error))
    return FALSE;
  return *too_many ||
         gather (self,
                 hs_statement_new (self->question.database,
                                   "SELECT " COLUMNS " FROM search_text CROSS JOIN unit "
                                   "ON unit.row = search_text.rowid "
                                   "WHERE search_text MATCH ?1",
                                   "s",
                                   phrases),
                 sure,
                 too_many,
                 error);
}

static gboolean
gather_by_text (Find *self, gboolean *too_many, GError **error)
{
  HsWords *words = &self->question.words;
  gboolean all_long = words->long_ones == hs_words_all (words);
  const char *rare = NULL;
  gint64 n = 0;

  if (!all_long && !find_rare_start (self, &rare, &n, error))
    return FALSE;
  if (rare != NULL && n <= most_of (self))
    return gather_by_start (self, rare, words->list->len == 1, too_many, error);
  if (self->question.phrases != NULL)
    return gather_by_phrases (self, all_long, too_many, error);

  *too_many = TRUE;
  return rare == NULL || words->list->len > 1 || know (self, n, error);
}

static gboolean
gather_by_image (Find *self, gboolean *too_many, GError **error)
{
  GHashTableIter iter;
  gpointer image;

  g_hash_table_iter_init (&iter, self->question.images);
  while (!*too_many && g_hash_table_iter_next (&iter, &image, NULL)) {
    g_auto (GStrv) parts = g_strsplit (image, " ", 2);

    if (!gather (self,
                 hs_statement_new (self->question.database,
                                   "SELECT " COLUMNS " FROM content CROSS JOIN unit "
                                   "ON unit.key = content.unit "
                                   "WHERE content.sha256 = ?1 AND content.role = ?2",
                                   "ss",
                                   parts[1],
                                   parts[0]),
                 TRUE,
                 too_many,
                 error))
      return FALSE;
  }
  return TRUE;
}

/* @too_many: nothing was found out. */
static gboolean
gather_all (Find *self, gboolean *too_many, GError **error)
{
  *too_many = FALSE;
  self->n_looked_at = 0;
  g_array_set_size (self->hits, 0);
  g_hash_table_remove_all (self->seen);
  if (!gather_by_text (self, too_many, error) ||
      (!*too_many && !gather_by_image (self, too_many, error)))
    return FALSE;
  if (*too_many)
    g_array_set_size (self->hits, 0);
  else
    sort_and_cut (self);
  return TRUE;
}

/* -- walking -------------------------------------------------------------------------------- */

/* One for each index that gives units of some kind in order; with and without their text. */
#define OLDER " (unit.last_seen, unit.row) < (?1, ?2) ORDER BY unit.last_seen DESC, unit.row DESC"
#define WALK(index, where)                                                                         \
  {                                                                                                \
    "SELECT " COLUMNS " FROM unit INDEXED BY " index " WHERE " where OLDER,                        \
        "SELECT " COLUMNS ", search.text FROM unit INDEXED BY " index                              \
        " CROSS JOIN search ON search.row = unit.row WHERE " where OLDER                           \
  }

static const char *const walks[][2] = {
  [BY_RELEASE] = WALK ("unit_by_release", "unit.release = ?3 AND ?4 IS NULL AND"),
  [BY_PARTY] = WALK ("unit_by_party", "unit.party = ?3 AND ?4 IS NULL AND"),
  [BY_CHANGE] = WALK ("unit_changed", "unit.changed_outside = 1 AND ?3 IS NULL AND ?4 IS NULL AND"),
  [BY_BOARD_STATE] = WALK ("unit_by_board_state", "unit.board = ?3 AND unit.state = ?4 AND"),
  [BY_BOARD] = WALK ("unit_by_board", "unit.board = ?3 AND ?4 IS NULL AND"),
  [BY_STATE] = WALK ("unit_by_state", "?3 IS NULL AND unit.state = ?4 AND"),
  [BY_ALL] = WALK ("unit_by_last_seen", "?3 IS NULL AND ?4 IS NULL AND"),
};

static void
add_cursor (Find *self, GPtrArray *cursors, Way way, const char *first, const char *second)
{
  HsStatement *cursor = hs_statement_new (self->question.database,
                                          walks[way][self->question.words.list->len > 0 ? 1 : 0],
                                          "iiss",
                                          self->before_seen,
                                          self->before_row,
                                          first,
                                          second);

  g_ptr_array_add (cursors, cursor);
}

/* One way for each board and state that is asked for; together they give the units in order. */
static GPtrArray *
open_cursors (Find *self)
{
  static const char *const any[] = { NULL, NULL };
  const HsUnitFilter *filter = self->question.filter;
  GPtrArray *cursors = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_statement_free);
  Way way = choose_way (filter);
  const char *const *boards = is_set (filter->boards) ? filter->boards : any;
  const char *const *states = is_set (filter->states) ? filter->states : any;

  if (way <= BY_CHANGE || way == BY_ALL) {
    add_cursor (self,
                cursors,
                way,
                way == BY_RELEASE ? filter->release
                : way == BY_PARTY ? filter->party
                                  : NULL,
                NULL);
    return cursors;
  }
  for (guint b = 0; b == 0 || boards[b] != NULL; b++)
    for (guint s = 0; s == 0 || states[s] != NULL; s++)
      add_cursor (self, cursors, way, boards[b], states[s]);
  return cursors;
}

/* Puts those that stand on a row into @live. */
static gboolean
start_cursors (GPtrArray *cursors, GPtrArray *live, GError **error)
{
  for (guint i = 0; i < cursors->len; i++) {
    if (hs_statement_next (cursors->pdata[i]))
      g_ptr_array_add (live, cursors->pdata[i]);
    else if (!hs_statement_finish (cursors->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

static HsStatement *
newest_of (GPtrArray *live)
{
  HsStatement *newest = NULL;

  for (guint i = 0; i < live->len; i++) {
    HsStatement *one = live->pdata[i];

    if (newest == NULL ||
        hs_statement_get_int (one, LAST_SEEN) > hs_statement_get_int (newest, LAST_SEEN) ||
        (hs_statement_get_int (one, LAST_SEEN) == hs_statement_get_int (newest, LAST_SEEN) &&
         hs_statement_get_int (one, ROW) > hs_statement_get_int (newest, ROW)))
      newest = one;
  }
  return newest;
}

static void
look_at (Find *self, HsStatement *row)
{
  if (!passes (self, row))
    return;
  if (self->question.words.list->len > 0 &&
      !hs_unit_question_fits (
          &self->question, hs_statement_get_text (row, KEY), hs_statement_get_text (row, TEXT)))
    return;
  if (is_page_full (self))
    self->n_more++;
  else
    add_hit (self, row);
}

/* Looks at up to @n_rows units for a page, and some more to count. */
static gboolean
walk (Find *self, guint n_rows, GError **error)
{
  g_autoptr (GPtrArray) cursors = open_cursors (self);
  g_autoptr (GPtrArray) live = g_ptr_array_new ();
  guint last = n_rows;
  HsStatement *newest;
  gboolean was_full;

  g_array_set_size (self->hits, 0);
  self->n_more = 0;
  if (!start_cursors (cursors, live, error))
    return FALSE;

  /* Behind a full page on to the next that fits, so as not to say that there is none. */
  for (guint n = 0; n < n_rows && (newest = newest_of (live)) != NULL; n++) {
    if (n >= last && (self->n_more > 0 || self->n_known > self->limit || !self->counts))
      break;
    was_full = is_page_full (self);
    look_at (self, newest);
    if (is_page_full (self) && !was_full)
      last = MIN (n_rows, n + 1 + (self->n_known > self->limit || !self->counts ? 0 : COUNT_ROWS));
    if (hs_statement_next (newest))
      continue;
    if (!hs_statement_finish (newest, error))
      return FALSE;
    g_ptr_array_remove_fast (live, newest);
  }
  self->ended = live->len == 0;
  return TRUE;
}

/* -- counting ------------------------------------------------------------------------------- */

/* How many units the way leads to, exactly. */
static gboolean
count_way (Find *self, gint64 *n, GError **error)
{
  const HsUnitFilter *filter = self->question.filter;
  HsDatabase *database = self->question.database;
  g_autoptr (HsStatement) row = NULL;

  *n = 0;
  if (filter->release != NULL)
    return hs_statement_read_int (
        database, n, error, "SELECT count(*) FROM unit WHERE release = ?1", "s", filter->release);
  if (filter->party != NULL)
    return hs_statement_read_int (
        database, n, error, "SELECT count(*) FROM unit WHERE party = ?1", "s", filter->party);
  if (filter->changed_outside)
    return hs_statement_read_int (
        database, n, error, "SELECT count(*) FROM unit WHERE changed_outside = 1", "");

  row = hs_statement_new (database, "SELECT board, state, n FROM unit_count", "");
  while (hs_statement_next (row))
    if (is_one_of (hs_statement_get_text (row, 0), filter->boards) &&
        is_one_of (hs_statement_get_text (row, 1), filter->states))
      *n += hs_statement_get_int (row, 2);
  return hs_statement_finish (row, error);
}

/* Whether all that the way leads to is asked for: nothing is to be looked at. */
static gboolean
is_way_enough (Find *self)
{
  const HsUnitFilter *filter = self->question.filter;
  guint n_others =
      (filter->release != NULL) + (filter->party != NULL) + (filter->changed_outside ? 1 : 0);
  gboolean lists = is_set (filter->boards) || is_set (filter->states);

  return self->question.words.list->len == 0 && (n_others == 0 || (n_others == 1 && !lists));
}

/* -- putting it together -------------------------------------------------------------------- */

static gboolean
find_words (Find *self, gint64 n_on_way, GError **error)
{
  guint patience = self->limit > 0 ? MAX (WALK_LIMIT, 20 * self->limit) : 0;
  gboolean too_many = FALSE;

  if (n_on_way <= (gint64) self->gather_limit)
    return walk (self, G_MAXUINT, error);
  if (!gather_all (self, &too_many, error))
    return FALSE;
  if (!too_many)
    return TRUE;

  if (patience > 0 && !walk (self, patience, error))
    return FALSE;
  if (patience > 0 && (is_page_full (self) || self->ended))
    return TRUE;
  self->gather_limit = 0;
  self->n_more = 0;
  return gather_all (self, &too_many, error) && (!too_many || walk (self, G_MAXUINT, error));
}

static gboolean
find (Find *self, guint *total, GError **error)
{
  gint64 n_on_way;

  self->counts = total != NULL;
  if (!count_way (self, &n_on_way, error))
    return FALSE;
  if (self->question.words.list->len > 0) {
    if (!find_words (self, n_on_way, error))
      return FALSE;
  } else if (!walk (self, is_way_enough (self) && self->limit > 0 ? self->limit : G_MAXUINT, error))
    return FALSE;

  if (total != NULL && is_way_enough (self))
    *total = n_on_way;
  else if (total != NULL)
    *total = MAX (self->n_known, self->hits->len + self->n_more);
  return TRUE;
}

static GPtrArray *
take_keys (Find *self)
{
  GPtrArray *keys = g_ptr_array_new_full (self->hits->len, g_free);

  for (guint i = 0; i < self->hits->len; i++)
    g_ptr_array_add (keys, g_steal_pointer (&g_array_index (self->hits, Hit, i).key));
  return keys;
}

/**
 * hs_catalog_list_units_filtered:
 * @self: a catalog
 * @filter: which; all that is set must be true. Of @filter's words each must be in the unit's own
 *   text (label, id, any form of identity, board, product serial, customers, orders, notes; words
 *   of one and two characters must begin a word there); or all of them in name or version of the
 *   build it carries
 * @limit: how many at most; 0: all
 * @total: (out) (optional): how many there are; with words, at least how many if there are more
 *   than @limit
 * @error: a #HsStoreError
 *
 * Returns: (transfer full) (element-type utf8): ids, last seen first
 */
GPtrArray *
hs_catalog_list_units_filtered (HsCatalog *self,
                                const HsUnitFilter *filter,
                                guint limit,
                                guint *total,
                                GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_auto (Find) search = { 0 };

  find_init (&search, self, limit);
  if (!hs_unit_question_init (&search.question, self->read_db, filter, error) ||
      !find (&search, total, error))
    return NULL;
  return take_keys (&search);
}

/* Where the page before ended. */
static gboolean
start_after (Find *self, HsDatabase *database, const char *unit, GError **error)
{
  g_autoptr (HsStatement) row =
      hs_statement_new (database, "SELECT last_seen, row FROM unit WHERE key = ?1", "s", unit);

  if (hs_statement_next (row)) {
    self->before_seen = hs_statement_get_int (row, 0);
    self->before_row = hs_statement_get_int (row, 1);
    return TRUE;
  }
  if (hs_statement_finish (row, error))
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No unit is known as “%s”."), unit);
  return FALSE;
}

/**
 * hs_catalog_page_units:
 * @self: a catalog
 * @filter: which, as in hs_catalog_list_units_filtered()
 * @after: (nullable): the last unit of the page before
 * @limit: how many at most; 0: all that are left
 * @error: a #HsStoreError; %HS_STORE_ERROR_NOT_FOUND: @after is no unit (any more)
 *
 * Returns: (transfer full) (element-type utf8): the ids that follow @after, last seen first
 */
GPtrArray *
hs_catalog_page_units (HsCatalog *self,
                       const HsUnitFilter *filter,
                       const char *after,
                       guint limit,
                       GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_auto (Find) search = { 0 };

  find_init (&search, self, limit);
  if ((after != NULL && !start_after (&search, self->read_db, after, error)) ||
      !hs_unit_question_init (&search.question, self->read_db, filter, error) ||
      !find (&search, NULL, error))
    return NULL;
  return take_keys (&search);
}

/* See hs_catalog_list_units_filtered(). */
GPtrArray *
hs_catalog_list_units (HsCatalog *self,
                       const char *query,
                       guint limit,
                       guint *total,
                       GError **error)
{
  const HsUnitFilter filter = { .query = query };

  return hs_catalog_list_units_filtered (self, &filter, limit, total, error);
}
