/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-facts.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define N_EACH 200

static guint64
count_entries (HsCatalog *catalog)
{
  guint64 n;

  hs_catalog_count (catalog, NULL, NULL, &n);
  return n;
}

static void
assert_none (HsCatalog *catalog, const char *release, const char *unit, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = reserve (catalog, release, unit, &error);

  g_assert_null (number);
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NO_NUMBER);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_reserve (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  g_autofree char *owner = NULL;
  g_autoptr (HsUnit) unit = NULL;
  guint64 n;

  /* Before anything else is known of the unit. */
  assert_reserves (self->catalog, release, KEY_A, "GATE-0001");
  n = count_entries (self->catalog);
  assert_reserves (self->catalog, release, KEY_A, "GATE-0001");
  g_assert_cmpuint (count_entries (self->catalog), ==, n);
  assert_reserves (self->catalog, release, KEY_B, "GATE-0002");

  see_unit (self->catalog, KEY_A);
  unit = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_serial (unit), ==, NULL);
  commit_number (self->catalog, KEY_A, "GATE-0001", 1);
  g_clear_object (&unit);
  unit = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_serial (unit), ==, "GATE-0001");
  assert_reserves (self->catalog, release, KEY_A, "GATE-0001");
  owner = hs_catalog_find_number (self->catalog, SERIES, "GATE-0001", NULL);
  g_assert_cmpstr (owner, ==, KEY_A);
  g_assert_null (hs_catalog_find_number (self->catalog, SERIES, "GATE-0009", NULL));
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->catalog, SERIES), ==, 998);
  hs_catalog_rebuild (self->catalog, NULL);
  assert_reserves (self->catalog, release, KEY_B, "GATE-0002");
  assert_whole (self->catalog);
}

static void
test_freed (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  g_autoptr (GError) error = NULL;

  for (guint i = 1; i <= 5; i++) {
    g_autofree char *key = make_key (i);
    g_autofree char *expected = g_strdup_printf ("GATE-%04u", i);

    assert_reserves (self->catalog, release, key, expected);
  }
  {
    g_autofree char *two = make_key (2);
    g_autofree char *three = make_key (3);

    commit_number (self->catalog, three, "GATE-0003", 3);
    g_assert_true (
        hs_catalog_free_number (self->catalog, two, SERIES, "GATE-0002", "never built", NULL));
    g_assert_false (
        hs_catalog_free_number (self->catalog, two, SERIES, "GATE-0002", "again", &error));
    g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
    g_clear_error (&error);
    g_assert_false (
        hs_catalog_free_number (self->catalog, three, SERIES, "GATE-0003", "why not", &error));
    g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED);
    assert_reserves (self->catalog, release, KEY_A, "GATE-0002");
    assert_reserves (self->catalog, release, two, "GATE-0006");
  }
}

static char *
scan (HsCatalog *catalog, const char *unit, const char *wanted, GError **error)
{
  const HsNumberRequest request = { .series = SERIES, .unit = unit, .wanted = wanted };

  return hs_catalog_reserve_number (catalog, &request, error);
}

static void
test_scanned (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  g_autofree char *first = scan (self->catalog, KEY_A, "GATE-0001", NULL);
  g_autofree char *second = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (first, ==, "GATE-0001");
  g_assert_null (scan (self->catalog, KEY_B, "GATE-0001", &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NO_NUMBER);
  g_assert_nonnull (strstr (error->message, KEY_A));
  g_clear_error (&error);
  /* The counter passes over what was scanned. */
  assert_reserves (self->catalog, release, KEY_B, "GATE-0002");

  /* Scanned wrongly, and once more; then it is for good. */
  second = scan (self->catalog, KEY_A, "GATE-0007", NULL);
  g_assert_cmpstr (second, ==, "GATE-0007");
  g_assert_null (hs_catalog_find_number (self->catalog, SERIES, "GATE-0001", NULL));
  commit_number (self->catalog, KEY_A, "GATE-0007", 0);
  g_assert_null (scan (self->catalog, KEY_A, "GATE-0008", &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NO_NUMBER);
  g_clear_error (&error);
  g_assert_null (scan (self->catalog, "stm32:30465345630331255230FFFF", NULL, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NO_NUMBER);
}

static void
test_list (Fixture *self, gconstpointer data)
{
  static const char *const lines[] = { "A1", "B7", NULL };
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  HsNumberRequest request = { .series = "list", .release = release, .list = lines };
  const char *const units[] = { KEY_A, KEY_B, "stm32:30465345630331255230FFFF" };
  const char *const expected[] = { "A1", "B7", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    g_autofree char *number = NULL;

    request.unit = units[i];
    number = hs_catalog_reserve_number (self->catalog, &request, NULL);
    g_assert_cmpstr (number, ==, expected[i]);
  }
}

/* A joined unit keeps its number. */
static void
test_joined (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bench");

  see_unit (self->catalog, KEY_A);
  assert_reserves (self->catalog, release, KEY_B, "GATE-0001");
  add (self->catalog, HS_KIND_UNIT_JOINED, "unit:" KEY_A, "{\"v\":1,\"other\":\"" KEY_B "\"}");
  assert_reserves (self->catalog, release, KEY_A, "GATE-0001");
  assert_reserves (self->catalog, release, KEY_B, "GATE-0001");
}

/* Who did not lock a release numbers nothing without a lease. */
static void
test_foreign (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bundle");
  g_autoptr (GPtrArray) leases = NULL;
  const HsLease *lease;

  assert_none (self->catalog, release, KEY_A, "hotshoe release lease");
  g_assert_true (
      hs_catalog_take_lease (self->catalog, SERIES, 501, 502, release, NULL, NULL, NULL));
  assert_reserves (self->catalog, release, KEY_A, "GATE-0501");
  assert_reserves (self->catalog, release, KEY_B, "GATE-0502");
  assert_none (self->catalog, release, "stm32:30465345630331255230FFFF", "used");
  leases = hs_catalog_list_leases (self->catalog, SERIES, NULL);
  g_assert_cmpuint (leases->len, ==, 1);
  lease = leases->pdata[0];
  g_assert_true (lease->ours);
  g_assert_cmpuint (lease->n_used, ==, 2);
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->catalog, SERIES), ==, 0);
}

static gboolean
take (HsCatalog *catalog, gint64 first, gint64 last, const char *reason)
{
  g_autoptr (GError) error = NULL;
  gboolean done = hs_catalog_take_lease (catalog, SERIES, first, last, NULL, reason, NULL, &error);

  if (!done) {
    g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED);
    g_test_message ("%s", error->message);
  }
  return done;
}

static void
test_leases (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bundle");

  g_assert_false (take (self->catalog, 0, 5, NULL));
  g_assert_false (take (self->catalog, 6, 5, NULL));
  g_assert_true (take (self->catalog, 1, 100, NULL));
  g_assert_false (take (self->catalog, 100, 200, NULL));
  g_assert_false (take (self->catalog, 1, 1, "I want it"));
  g_assert_true (take (self->catalog, 101, 200, NULL));
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->catalog, SERIES), ==, 200);

  assert_reserves (self->catalog, release, KEY_A, "GATE-0001");
  g_assert_false (hs_catalog_give_lease (self->catalog, SERIES, 1, 10, "south", NULL));
  g_assert_false (hs_catalog_give_lease (self->catalog, SERIES, 150, 201, "south", NULL));
  g_assert_true (hs_catalog_give_lease (self->catalog, SERIES, 2, 99, "south", NULL));
  g_assert_false (hs_catalog_give_lease (self->catalog, SERIES, 50, 51, "north", NULL));
  g_assert_false (take (self->catalog, 50, 51, NULL));
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->catalog, SERIES), ==, 101);
  assert_reserves (self->catalog, release, KEY_B, "GATE-0100");
}

static void
carry (const char *folder, HsCatalog *from, HsCatalog *to)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;

  hs_catalog_export (from, file, NULL, &error);
  g_assert_no_error (error);
  hs_catalog_import (to, file, NULL, &error);
  g_assert_no_error (error);
}

/* What was given can be taken by the other bench, and nothing else. */
static void
test_given (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "export", NULL);
  Fixture south = { 0 };

  fixture_set_up (&south, NULL);
  g_assert_true (take (self->catalog, 1, 100, NULL));
  g_assert_true (hs_catalog_give_lease (self->catalog, SERIES, 51, 100, "south", NULL));
  carry (folder, self->catalog, south.catalog);
  g_assert_false (take (south.catalog, 50, 100, NULL));
  g_assert_true (take (south.catalog, 51, 100, NULL));
  carry (folder, south.catalog, self->catalog);
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->catalog, SERIES), ==, 50);
  fixture_tear_down (&south, NULL);
}

/* The copy does not know what the original gave out meanwhile: it numbers nothing by itself. */
static void
test_restored (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  g_autofree char *path = g_build_filename (self->folder, "restored", "catalog.db", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (HsCatalog) restored = NULL;
  g_autoptr (GPtrArray) leases = NULL;
  g_autoptr (GError) error = NULL;

  assert_reserves (self->catalog, release, KEY_A, "GATE-0001");
  hs_catalog_backup (self->catalog, target, &error);
  g_assert_no_error (error);
  restored = open_fast (path, NULL);

  assert_reserves (restored, release, KEY_A, "GATE-0001");
  assert_none (restored, release, KEY_B, "hotshoe release lease");
  g_assert_false (take (restored, 100, 1000, NULL));
  g_assert_false (take (restored, 1, 1000, "restored from a backup"));
  g_assert_true (take (restored, 100, 1000, "restored from a backup"));
  assert_reserves (restored, release, KEY_B, "GATE-0100");
  leases = hs_catalog_list_leases (restored, SERIES, NULL);
  g_assert_cmpuint (leases->len, ==, 2);
  g_assert_cmpstr (((const HsLease *) leases->pdata[0])->state, ==, "replaced");
  g_assert_cmpstr (((const HsLease *) leases->pdata[1])->state, ==, "taken");
}

/* Reserves for its own units, one after the other; dies on the way if @die. */
static void
reserve_many (const char *path, const char *release, guint from, gboolean die)
{
  HsCatalog *catalog = open_fast (path, NULL);

  for (guint i = from; i < from + N_EACH; i++) {
    g_autofree char *key = make_key (i);
    g_autofree char *number = reserve (catalog, release, key, NULL);

    if (number == NULL)
      _exit (1);
    if (die && i == from + N_EACH / 2)
      kill (getpid (), SIGKILL);
  }
  g_object_unref (catalog);
  _exit (0);
}

static pid_t
start (const char *path, const char *release, guint from, gboolean die)
{
  pid_t child = fork ();

  if (child == 0)
    reserve_many (path, release, from, die);
  g_assert_cmpint (child, >, 0);
  return child;
}

static gboolean
ended_well (pid_t child)
{
  int status = 0;

  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

/* Two processes at once, one of them killed and started again: each unit has one number, each
 * number one unit, and none is missing between. */
static void
test_race (void)
{
  Fixture self = { 0 };
  g_autofree char *release = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pid_t first, second;

  fixture_set_up (&self, NULL);
  release = lock_release (self.catalog, "1.4.2", SHA_A, "bench");
  g_clear_object (&self.catalog);

  first = start (self.path, release, 0, FALSE);
  second = start (self.path, release, N_EACH, TRUE);
  g_assert_false (ended_well (second));
  second = start (self.path, release, N_EACH, FALSE);
  g_assert_true (ended_well (first));
  g_assert_true (ended_well (second));

  fixture_reopen (&self);
  for (guint i = 0; i < 2 * N_EACH; i++) {
    g_autofree char *key = make_key (i);
    g_autofree char *number = reserve (self.catalog, release, key, NULL);

    g_assert_true (g_hash_table_add (seen, g_steal_pointer (&number)));
  }
  for (guint i = 1; i <= 2 * N_EACH; i++) {
    g_autofree char *number = g_strdup_printf ("GATE-%04u", i);

    g_assert_true (g_hash_table_contains (seen, number));
  }
  assert_whole (self.catalog);
  fixture_tear_down (&self, NULL);
}

/* With a hundred thousand behind it the next number still comes at once. */
static void
test_many (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bundle");
  HsNumberRequest request = { .series = SERIES, .release = release, .first = 1, .last = 200000 };
  gint64 begun;

  g_assert_true (take (self->catalog, 1, 200000, NULL));
  tamper (self->path,
          "WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count "
          "WHERE n < 100000) INSERT INTO number SELECT 'x:' || n, 'gate-counter', "
          "CAST (n AS TEXT), n, 'committed', NULL, NULL, 0 FROM count");
  begun = g_get_monotonic_time ();
  for (guint i = 0; i < 50; i++) {
    g_autofree char *key = make_key (i);
    g_autofree char *expected = g_strdup_printf ("%u", 100001 + i);
    g_autofree char *number = NULL;

    request.unit = key;
    number = hs_catalog_reserve_number (self->catalog, &request, NULL);
    g_assert_cmpstr (number, ==, expected);
  }
  g_test_message ("%.1f ms each", (double) (g_get_monotonic_time () - begun) / 50 / 1000);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 5 * G_USEC_PER_SEC);
}

/* Whichever statement fails: the number is reserved for good, or not at all. */
static void
test_fails_anywhere (Fixture *self, gconstpointer data)
{
  g_autofree char *release = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  gboolean done = FALSE;

  for (guint fail_at = 1; !done; fail_at++) {
    g_autofree char *number = NULL;

    hs_catalog_fail_at (self->catalog, fail_at);
    number = reserve (self->catalog, release, KEY_A, NULL);
    hs_catalog_fail_at (self->catalog, 0);
    done = number != NULL;
    g_assert_cmpstr (number, ==, done ? "GATE-0001" : NULL);
    assert_whole (self->catalog);
  }
  assert_reserves (self->catalog, release, KEY_B, "GATE-0002");
}

#define NUMBERS_TEST(name, func)                                                                   \
  g_test_add ("/numbers/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/numbers/race", test_race);
  NUMBERS_TEST ("reserve", test_reserve);
  NUMBERS_TEST ("freed", test_freed);
  NUMBERS_TEST ("scanned", test_scanned);
  NUMBERS_TEST ("list", test_list);
  NUMBERS_TEST ("joined", test_joined);
  NUMBERS_TEST ("foreign", test_foreign);
  NUMBERS_TEST ("leases", test_leases);
  NUMBERS_TEST ("given", test_given);
  NUMBERS_TEST ("restored", test_restored);
  NUMBERS_TEST ("many", test_many);
  NUMBERS_TEST ("fails-anywhere", test_fails_anywhere);
  return g_test_run ();
}
