/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"

#include "store/catalog-units.h"

#include <string.h>

enum { N_UNITS = 400 };

/* What the catalog is compared with: the same units, looked at one by one. */
typedef struct {
  gint64 row;
  gint64 last_seen;
  char *key;
  char *text; /* lower case */
  const char *board;
  const char *state;
  const char *release; /* nullable */
  const char *party;   /* nullable */
  gboolean changed;
  gboolean carries; /* the build named below */
} Unit;

typedef struct {
  Fixture fixture;
  GArray *units; /* Unit */
  HsDatabase *database;
} Lists;

static const char *const boards[] = { "OPENMV4", "OPENMV4P", "NICLAV" };
static const char *const states[] = { "ready", "shipped", "returned", "scrapped" };
static const char *const releases[] = { NULL, NULL, "rel-one", "rel-two" };
static const char *const parties[] = { NULL, NULL, NULL, "p1", "p2" };
#define P1_NAME "acme gates"
#define P2_NAME "ABC Zoll"

static void
unit_clear (gpointer data)
{
  Unit *self = data;

  g_free (self->key);
  g_free (self->text);
}

static void
insert_unit (Lists *self, const Unit *unit)
{
  g_autoptr (GError) error = NULL;
  gboolean done = hs_statement_run (
      self->database,
      &error,
      "INSERT INTO unit (row, key, board, state, first_seen, last_seen, changed_outside, release, "
      "party) VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8)",
      "isssidss",
      unit->row,
      unit->key,
      unit->board,
      unit->state,
      unit->last_seen,
      unit->changed ? 1 : 0,
      unit->release,
      unit->party);

  if (done)
    done = hs_search_set (self->database, unit->row, "unit", unit->key, unit->text, &error);
  if (done && unit->carries)
    done = hs_statement_run (
        self->database,
        &error,
        "INSERT INTO content (unit, partition, role, sha256, length, since, state) "
        "VALUES (?1, 'FIRMWARE', 'firmware', '" SHA_A "', 1, 1, 'verified')",
        "s",
        unit->key);
  g_assert_no_error (error);
  g_assert_true (done);
}

static void
make_units (Lists *self)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);

  for (guint i = 0; i < N_UNITS; i++) {
    Unit unit = { .row = 1000 + i,
                  .last_seen = 1000000 + g_rand_int_range (random, 0, N_UNITS / 2),
                  .board = boards[g_rand_int_range (random, 0, G_N_ELEMENTS (boards))],
                  .state = states[g_rand_int_range (random, 0, G_N_ELEMENTS (states))],
                  .release = releases[g_rand_int_range (random, 0, G_N_ELEMENTS (releases))],
                  .party = parties[g_rand_int_range (random, 0, G_N_ELEMENTS (parties))],
                  .changed = g_rand_int_range (random, 0, 10) == 0,
                  .carries = g_rand_int_range (random, 0, 8) == 0 };
    g_autofree char *text = NULL;

    unit.key = g_strdup_printf ("stm32:%06x%06x", g_rand_int (random) & 0xffffff, i);
    text = g_strdup_printf ("GATE-%04u %s %s", i, unit.key, unit.board);
    if (unit.party != NULL) {
      g_autofree char *plain = g_steal_pointer (&text);

      text = g_strdup_printf ("%s %s", plain, strcmp (unit.party, "p1") == 0 ? P1_NAME : P2_NAME);
    }
    unit.text = g_ascii_strdown (text, -1);
    insert_unit (self, &unit);
    g_array_append_val (self->units, unit);
  }
}

static void
set_up (Lists *self, gconstpointer data)
{
  const HsCatalogTweaks tweaks = { .fast = TRUE, .gather_limit = GPOINTER_TO_UINT (data) };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&self->fixture, NULL);
  add_build (self->fixture.catalog);
  g_clear_object (&self->fixture.catalog);
  self->units = g_array_new (FALSE, FALSE, sizeof (Unit));
  g_array_set_clear_func (self->units, unit_clear);

  self->database = hs_database_open (self->fixture.path, HS_DATABASE_FAST, &error);
  g_assert_no_error (error);
  hs_database_begin_write (self->database, NULL);
  make_units (self);
  hs_database_exec (self->database,
                    "INSERT INTO unit_count (board, state, n) "
                    "SELECT board, state, count(*) FROM unit GROUP BY 1, 2",
                    &error);
  g_assert_no_error (error);
  hs_database_commit (self->database, &error);
  g_assert_no_error (error);
  self->fixture.catalog =
      hs_catalog_open_full (self->fixture.path, HS_PURPOSE_PRACTICE, &tweaks, &error);
  g_assert_no_error (error);
}

static void
tear_down (Lists *self, gconstpointer data)
{
  g_clear_pointer (&self->database, hs_database_close);
  g_clear_pointer (&self->units, g_array_unref);
  fixture_tear_down (&self->fixture, NULL);
}

/* -- the plain answer ----------------------------------------------------------------------- */

static gboolean
has_word (const char *text, const char *word)
{
  if (strlen (word) > 2)
    return strstr (text, word) != NULL;
  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    if (at == text || strchr (" :-", at[-1]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
has_words (const Unit *unit, const char *query)
{
  g_autofree char *folded = g_ascii_strdown (query, -1);
  g_auto (GStrv) words = g_strsplit (folded, " ", -1);
  gboolean in_text = TRUE;
  gboolean in_build = unit->carries;

  for (char **word = words; *word != NULL; word++) {
    if (**word == '\0')
      continue;
    in_text = in_text && has_word (unit->text, *word);
    in_build = in_build && strstr ("gate-counter 1.4.2 v5.0.0 5.0.0", *word) != NULL;
  }
  return in_text || in_build;
}

static gboolean
is_one_of (const char *text, const char *const *list)
{
  return list == NULL || list[0] == NULL || g_strv_contains (list, text);
}

static gboolean
fits (const Unit *unit, const HsUnitFilter *filter)
{
  return (filter->query == NULL || has_words (unit, filter->query)) &&
         is_one_of (unit->board, filter->boards) && is_one_of (unit->state, filter->states) &&
         (filter->release == NULL || g_strcmp0 (filter->release, unit->release) == 0) &&
         (filter->party == NULL || g_strcmp0 (filter->party, unit->party) == 0) &&
         (!filter->changed_outside || unit->changed);
}

static int
compare_units (gconstpointer a, gconstpointer b)
{
  const Unit *one = *(const Unit *const *) a;
  const Unit *other = *(const Unit *const *) b;

  if (one->last_seen != other->last_seen)
    return one->last_seen > other->last_seen ? -1 : 1;
  return one->row > other->row ? -1 : one->row < other->row;
}

static GPtrArray *
list_plainly (Lists *self, const HsUnitFilter *filter)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < self->units->len; i++)
    if (fits (&g_array_index (self->units, Unit, i), filter))
      g_ptr_array_add (found, &g_array_index (self->units, Unit, i));
  g_ptr_array_sort (found, compare_units);
  return found;
}

static void
assert_same (GPtrArray *ids, GPtrArray *expected, guint first, guint n)
{
  g_assert_nonnull (ids);
  g_assert_cmpuint (ids->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (ids->pdata[i], ==, ((Unit *) expected->pdata[first + i])->key);
}

/* Whole, its first rows, and page by page. */
static void
check (Lists *self, const HsUnitFilter *filter)
{
  HsCatalog *catalog = self->fixture.catalog;
  g_autoptr (GPtrArray) expected = list_plainly (self, filter);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) some = NULL;
  guint total = 9999;

  all = hs_catalog_list_units_filtered (catalog, filter, 0, &total, &error);
  g_assert_no_error (error);
  assert_same (all, expected, 0, expected->len);
  g_assert_cmpuint (total, ==, expected->len);

  some = hs_catalog_list_units_filtered (catalog, filter, 7, &total, &error);
  g_assert_no_error (error);
  assert_same (some, expected, 0, MIN (7, expected->len));
  g_assert_cmpuint (total, <=, expected->len);
  if (expected->len > 7)
    g_assert_cmpuint (total, >, 7);
  else
    g_assert_cmpuint (total, ==, expected->len);

  for (guint first = 0; first < expected->len; first += 31) {
    const char *after = first > 0 ? ((Unit *) expected->pdata[first - 1])->key : NULL;
    g_autoptr (GPtrArray) page = hs_catalog_page_units (catalog, filter, after, 31, &error);

    g_assert_no_error (error);
    assert_same (page, expected, first, MIN (31, expected->len - first));
  }
}

static const char *const queries[] = {
  NULL,     "",        "gate",       "GATE-0007", "g",         "st",        "stm32:",
  "0",      "00",      "000",        "a",         "ab",        "abc",       "acme",
  "ACME g", "zoll",    "zo",         "gates 00",  "counter",   "1.4",       "5.0.0",
  "v5",     "gate 5",  "openmv4 a0", "nic ab",    "openmv4p0", "\"or\" \"", "gate abc",
  "e f 00", "zz gate", "2:",         "e-",        "-0 a",
};

static void
test_words (Lists *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    check (self, &(HsUnitFilter){ .query = queries[i] });
}

static void
test_filters (Lists *self, gconstpointer data)
{
  static const char *const none[] = { NULL };
  static const char *const one_board[] = { "NICLAV", NULL };
  static const char *const two_boards[] = { "OPENMV4P", "OPENMV4", "NOSUCH", NULL };
  static const char *const one_state[] = { "shipped", NULL };
  static const char *const two_states[] = { "scrapped", "ready", NULL };
  static const char *const *const board_lists[] = { NULL, none, one_board, two_boards };
  static const char *const *const state_lists[] = { NULL, one_state, two_states };

  for (guint i = 0; i < 4 * 3 * 2 * 2 * 2 * 4; i++) {
    static const char *const few[] = { NULL, "gate", "a", "acme" };
    HsUnitFilter filter = { .boards = board_lists[i % 4],
                            .states = state_lists[i / 4 % 3],
                            .release = i / 12 % 2 == 1 ? "rel-one" : NULL,
                            .party = i / 24 % 2 == 1 ? "p1" : NULL,
                            .changed_outside = i / 48 % 2 == 1,
                            .query = few[i / 96 % 4] };

    check (self, &filter);
  }
}

static void
test_gone (Lists *self, gconstpointer data)
{
  const HsUnitFilter all = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_catalog_page_units (self->fixture.catalog, &all, "stm32:no", 3, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
}

#define LISTS_TEST(name, gather, func)                                                             \
  g_test_add ("/unit-lists/" name, Lists, GUINT_TO_POINTER (gather), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LISTS_TEST ("words/gathered", 0, test_words);
  LISTS_TEST ("words/walked", 1, test_words);
  LISTS_TEST ("words/either", 40, test_words);
  LISTS_TEST ("filters/gathered", 0, test_filters);
  LISTS_TEST ("filters/walked", 1, test_filters);
  LISTS_TEST ("filters/either", 40, test_filters);
  LISTS_TEST ("gone", 0, test_gone);
  return g_test_run ();
}
