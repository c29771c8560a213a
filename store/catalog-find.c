/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-find.h"
#include "store/catalog-private.h"

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
  GATHER_LIMIT = 20000, /* rows: more than this are walked */
  WALK_LIMIT = 25000,   /* rows without a full page: then all are gathered after all */
  COUNT_ROWS = 3000,    /* rows looked at behind a full page, to say how many there are */
};

static void
hit_clear (gpointer data)
{
  g_free (((HsHit *) data)->key);
}

static void
find_init (HsFind *self, HsCatalog *catalog, guint limit)
{
  *self = (HsFind){ .before_seen = G_MAXINT64, .before_row = G_MAXINT64, .limit = limit };
  self->gather_limit = catalog->tweaks.gather_limit;
  if (self->gather_limit == 0)
    self->gather_limit = GATHER_LIMIT;
  self->seen = g_hash_table_new (NULL, NULL);
  self->hits = g_array_new (FALSE, FALSE, sizeof (HsHit));
  g_array_set_clear_func (self->hits, hit_clear);
}

static void
find_clear (HsFind *self)
{
  hs_unit_question_clear (&self->question);
  g_clear_pointer (&self->seen, g_hash_table_unref);
  g_clear_pointer (&self->hits, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsFind, find_clear)

static gboolean
is_one_of (const char *text, const char *const *list)
{
  return list == NULL || list[0] == NULL || g_strv_contains (list, text);
}

gboolean
hs_find_passes (HsFind *self, HsStatement *row)
{
  const HsUnitFilter *filter = self->question.filter;
  gint64 last_seen = hs_statement_get_int (row, HS_FIND_LAST_SEEN);

  if (last_seen > self->before_seen ||
      (last_seen == self->before_seen &&
       hs_statement_get_int (row, HS_FIND_ROW) >= self->before_row))
    return FALSE;
  return is_one_of (hs_statement_get_text (row, HS_FIND_BOARD), filter->boards) &&
         is_one_of (hs_statement_get_text (row, HS_FIND_STATE), filter->states) &&
         (filter->release == NULL ||
          g_strcmp0 (filter->release, hs_statement_get_text (row, HS_FIND_RELEASE)) == 0) &&
         (filter->party == NULL ||
          g_strcmp0 (filter->party, hs_statement_get_text (row, HS_FIND_PARTY)) == 0) &&
         (!filter->changed_outside || hs_statement_get_int (row, HS_FIND_CHANGED) != 0) &&
         (!filter->mixed || hs_statement_get_int (row, HS_FIND_MIXED) != 0);
}

void
hs_find_add (HsFind *self, HsStatement *row)
{
  HsHit hit = { hs_statement_get_int (row, HS_FIND_ROW),
                hs_statement_get_int (row, HS_FIND_LAST_SEEN),
                g_strdup (hs_statement_get_text (row, HS_FIND_KEY)) };

  g_array_append_val (self->hits, hit);
}

static gboolean
is_page_full (HsFind *self)
{
  return self->limit > 0 && self->hits->len >= self->limit;
}

/* What leads to the fewest units. */
typedef enum {
  BY_RELEASE,
  BY_PARTY,
  BY_MIXED,
  BY_CHANGE,
  BY_BOARD_STATE,
  BY_BOARD,
  BY_STATE,
  BY_ALL
} Way;

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
  if (filter->mixed)
    return BY_MIXED;
  if (filter->changed_outside)
    return BY_CHANGE;
  if (is_set (filter->boards))
    return is_set (filter->states) ? BY_BOARD_STATE : BY_BOARD;
  return is_set (filter->states) ? BY_STATE : BY_ALL;
}

gboolean
hs_find_is_plain (HsFind *self)
{
  return choose_way (self->question.filter) == BY_ALL;
}

/* -- walking -------------------------------------------------------------------------------- */

/* One for each index that gives units of some kind in order; with and without their text. Where the
 * index alone tells all that is looked at, the unit itself is not read. */
#define OLDER " (unit.last_seen, unit.row) < (?1, ?2) ORDER BY unit.last_seen DESC, unit.row DESC"
#define ROWS(index, where)                                                                         \
  "SELECT " HS_FIND_COLUMNS " FROM unit INDEXED BY " index " WHERE " where OLDER
#define WALK(index, where)                                                                         \
  {                                                                                                \
    ROWS (index, where), "SELECT " HS_FIND_COLUMNS ", search.text FROM unit INDEXED BY " index     \
                         " CROSS JOIN search ON search.row = unit.row WHERE " where OLDER          \
  }
#define WALK_INDEX(index, where)                                                                   \
  {                                                                                                \
    ROWS (index, where),                                                                           \
        "SELECT unit.row, unit.last_seen, search.key, ?3, ?4, NULL, NULL, 0, 0, search.text "      \
        "FROM unit INDEXED BY " index                                                              \
        " CROSS JOIN search ON search.row = unit.row WHERE " where OLDER                           \
  }

static const char *const walks[][2] = {
  [BY_RELEASE] = WALK ("unit_by_release", "unit.release = ?3 AND ?4 IS NULL AND"),
  [BY_PARTY] = WALK ("unit_by_party", "unit.party = ?3 AND ?4 IS NULL AND"),
  [BY_MIXED] = WALK ("unit_mixed", "unit.mixed = 1 AND ?3 IS NULL AND ?4 IS NULL AND"),
  [BY_CHANGE] = WALK ("unit_changed", "unit.changed_outside = 1 AND ?3 IS NULL AND ?4 IS NULL AND"),
  [BY_BOARD_STATE] = WALK_INDEX ("unit_by_board_state", "unit.board = ?3 AND unit.state = ?4 AND"),
  [BY_BOARD] = WALK_INDEX ("unit_by_board", "unit.board = ?3 AND ?4 IS NULL AND"),
  [BY_STATE] = WALK_INDEX ("unit_by_state", "?3 IS NULL AND unit.state = ?4 AND"),
  [BY_ALL] = WALK_INDEX ("unit_by_last_seen", "?3 IS NULL AND ?4 IS NULL AND"),
};

static void
add_cursor (HsFind *self, GPtrArray *cursors, Way way, const char *first, const char *second)
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
open_cursors (HsFind *self)
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
        hs_statement_get_int (one, HS_FIND_LAST_SEEN) >
            hs_statement_get_int (newest, HS_FIND_LAST_SEEN) ||
        (hs_statement_get_int (one, HS_FIND_LAST_SEEN) ==
             hs_statement_get_int (newest, HS_FIND_LAST_SEEN) &&
         hs_statement_get_int (one, HS_FIND_ROW) > hs_statement_get_int (newest, HS_FIND_ROW)))
      newest = one;
  }
  return newest;
}

static void
look_at (HsFind *self, HsStatement *row)
{
  if (!hs_find_passes (self, row))
    return;
  if (self->question.words.list->len > 0 &&
      !hs_unit_question_fits (&self->question,
                              hs_statement_get_text (row, HS_FIND_KEY),
                              hs_statement_get_text (row, HS_FIND_TEXT)))
    return;
  if (is_page_full (self))
    self->n_more++;
  else
    hs_find_add (self, row);
}

/* Looks at up to @n_rows units for a page, and some more to count. */
static gboolean
walk (HsFind *self, guint n_rows, GError **error)
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
count_way (HsFind *self, gint64 *n, GError **error)
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
  if (filter->mixed)
    return hs_statement_read_int (
        database, n, error, "SELECT count(*) FROM unit WHERE " HS_UNIT_MIXED, "");
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
is_way_enough (HsFind *self)
{
  const HsUnitFilter *filter = self->question.filter;
  guint n_others =
      (filter->release != NULL) + (filter->party != NULL) + (filter->changed_outside ? 1 : 0);
  gboolean lists = is_set (filter->boards) || is_set (filter->states);

  /* The way to mixed ones passes some that are not. */
  return !filter->mixed && self->question.words.list->len == 0 &&
         (n_others == 0 || (n_others == 1 && !lists));
}

/* -- putting it together -------------------------------------------------------------------- */

static gboolean
find_words (HsFind *self, gint64 n_on_way, GError **error)
{
  guint patience = self->limit > 0 ? MAX (WALK_LIMIT, 20 * self->limit) : 0;
  gboolean too_many = FALSE;

  if (n_on_way <= (gint64) self->gather_limit)
    return walk (self, G_MAXUINT, error);
  if (!hs_find_gather (self, &too_many, error))
    return FALSE;
  if (!too_many)
    return TRUE;

  if (patience > 0 &&
      (!hs_unit_question_load_carriers (&self->question, self->gather_limit, error) ||
       !walk (self, patience, error)))
    return FALSE;
  if (patience > 0 && (is_page_full (self) || self->ended))
    return TRUE;
  self->gather_limit = 0;
  self->n_more = 0;
  return hs_find_gather (self, &too_many, error) && (!too_many || walk (self, G_MAXUINT, error));
}

static gboolean
find (HsFind *self, guint *total, GError **error)
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
take_keys (HsFind *self)
{
  GPtrArray *keys = g_ptr_array_new_full (self->hits->len, g_free);

  for (guint i = 0; i < self->hits->len; i++)
    g_ptr_array_add (keys, g_steal_pointer (&g_array_index (self->hits, HsHit, i).key));
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
  g_auto (HsFind) search = { 0 };

  find_init (&search, self, limit);
  if (!hs_unit_question_init (&search.question, self->read_db, filter, error) ||
      !find (&search, total, error))
    return NULL;
  return take_keys (&search);
}

/* Where the page before ended. */
static gboolean
start_after (HsFind *self, HsDatabase *database, const char *unit, GError **error)
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
  g_auto (HsFind) search = { 0 };

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
