/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-tables.h"
#include "tests/release-facts.h"

#include <string.h>
#include <sys/resource.h>

/* What a recorder writes, one append after the other, as a job goes on. */
#define PAYLOAD(more)                                                                              \
  "{\"v\":1,\"run\":\"run-1\",\"role\":\"firmware\",\"partition\":\"FIRMWARE\"" more "}"

static const HsFact job[] = {
  { HS_KIND_RUN_STARTED,
    "unit:" KEY_A,
    PAYLOAD (",\"session\":\"dead\",\"what\":\"flash\",\"board\":\"OPENMV4\"") },
  { HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, PAYLOAD ("") },
  { HS_KIND_PARTITION_WROTE, "unit:" KEY_A, PAYLOAD (",\"sha256\":\"" SHA_A "\",\"length\":9") },
  { HS_KIND_PARTITION_HOLDS, "unit:" KEY_A, PAYLOAD (",\"sha256\":\"" SHA_A "\",\"length\":9") },
  { HS_KIND_RUN_FINISHED, "unit:" KEY_A, PAYLOAD (",\"outcome\":\"passed\"") },
};

/* Appends until one fails; how many are in. */
static guint
work (HsCatalog *catalog)
{
  for (guint i = 0; i < G_N_ELEMENTS (job); i++) {
    g_autoptr (GError) error = NULL;

    if (!hs_catalog_append (catalog, &job[i], 1, NULL, &error)) {
      g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FULL);
      return i;
    }
  }
  return G_N_ELEMENTS (job);
}

/* The tables say exactly what the first @n facts say, and nothing is half recorded. */
static void
assert_recorded (HsCatalog *catalog, guint n)
{
  static const char *const states[] = { NULL, NULL, "unknown", "written", "verified", "verified" };
  g_autoptr (HsRun) run = hs_catalog_get_run (catalog, "run-1", NULL);
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, KEY_A, NULL);
  const HsContent *content = unit != NULL ? hs_unit_find_content (unit, "firmware") : NULL;

  g_assert_true ((run != NULL) == (n > 0));
  g_assert_true ((unit != NULL) == (n > 0));
  g_assert_cmpstr (content != NULL ? content->state : NULL, ==, states[n]);
  if (run != NULL)
    g_assert_cmpstr (hs_run_get_outcome (run), ==, n == G_N_ELEMENTS (job) ? "passed" : NULL);
  assert_whole (catalog);
}

/* The next session closes what was left open: never "started" for ever, never "finished". */
static void
assert_closed (HsCatalog *catalog, guint n)
{
  g_autoptr (HsRun) run = NULL;
  g_autoptr (HsUnit) unit = NULL;
  guint n_interrupted = 99;
  gboolean open = n > 0 && n < G_N_ELEMENTS (job);

  g_assert_true (hs_catalog_begin_session (catalog, &n_interrupted, NULL));
  g_assert_cmpuint (n_interrupted, ==, open ? 1 : 0);
  if (!open)
    return;

  run = hs_catalog_get_run (catalog, "run-1", NULL);
  g_assert_cmpstr (hs_run_get_outcome (run), ==, "interrupted");
  unit = hs_catalog_get_unit (catalog, KEY_A, NULL);
  if (n == 2 || n == 3)
    g_assert_cmpstr (hs_unit_find_content (unit, "firmware")->state, ==, "unknown");
  if (n == 4)
    g_assert_cmpstr (hs_unit_find_content (unit, "firmware")->state, ==, "verified");
}

static void
test_statement_fails_anywhere (void)
{
  guint n = 0;

  for (guint fail_at = 1; n < G_N_ELEMENTS (job); fail_at++) {
    Fixture self = { 0 };

    fixture_set_up (&self, NULL);
    hs_catalog_fail_at (self.catalog, fail_at);
    n = work (self.catalog);
    assert_recorded (self.catalog, n);
    fixture_reopen (&self);
    assert_recorded (self.catalog, n);
    assert_closed (self.catalog, n);
    assert_whole (self.catalog);
    fixture_tear_down (&self, NULL);
  }
}

/* After a failure the same catalog object goes on as if nothing had been tried. */
static void
test_goes_on (Fixture *self, gconstpointer data)
{
  for (guint fail_at = 1; fail_at < 25; fail_at++) {
    hs_catalog_fail_at (self->catalog, fail_at);
    if (work (self->catalog) == G_N_ELEMENTS (job))
      break;
  }
  hs_catalog_fail_at (self->catalog, 0);
  g_assert_cmpuint (work (self->catalog), ==, G_N_ELEMENTS (job));
  assert_whole (self->catalog);
}

static void
test_opening_fails_anywhere (void)
{
  for (guint fail_at = 1;; fail_at++) {
    Fixture self = { 0 };
    HsCatalogTweaks tweaks = { .fast = TRUE, .fail_at = fail_at };
    g_autoptr (GError) error = NULL;
    gboolean opened;

    self.folder = g_dir_make_tmp ("hotshoe-faults-XXXXXX", NULL);
    self.path = g_build_filename (self.folder, "catalog.db", NULL);
    self.catalog = hs_catalog_open_full (self.path, HS_PURPOSE_PRACTICE, &tweaks, &error);
    opened = self.catalog != NULL;
    if (!opened)
      g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FULL);
    fixture_reopen (&self);
    g_assert_cmpuint (work (self.catalog), ==, G_N_ELEMENTS (job));
    assert_recorded (self.catalog, G_N_ELEMENTS (job));
    fixture_tear_down (&self, NULL);
    if (opened)
      return;
  }
}

static void
test_rebuild_fails_anywhere (Fixture *self, gconstpointer data)
{
  gboolean done = FALSE;

  work (self->catalog);
  for (guint fail_at = 1; !done; fail_at++) {
    hs_catalog_fail_at (self->catalog, fail_at);
    done = hs_catalog_rebuild (self->catalog, NULL);
    hs_catalog_fail_at (self->catalog, 0);
    assert_recorded (self->catalog, G_N_ELEMENTS (job));
  }
}

/* Whichever statement of folding a release, a number, a shipment … fails: all or nothing. */
static void
test_life_fails_anywhere (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  for (guint i = 0; i < G_N_ELEMENTS (later_life); i++) {
    g_autofree char *untouched = dump (self->path);
    gboolean done = FALSE;

    for (guint fail_at = 1; !done; fail_at++) {
      g_autofree char *now = NULL;

      hs_catalog_fail_at (self->catalog, fail_at);
      done = hs_catalog_append (self->catalog, &later_life[i], 1, NULL, NULL);
      now = dump (self->path);
      g_assert_true (done || strcmp (untouched, now) == 0);
    }
    hs_catalog_fail_at (self->catalog, 0);
  }
  before = dump (self->path);
  hs_catalog_rebuild (self->catalog, NULL);
  after = dump (self->path);
  g_assert_cmpstr (before, ==, after);
  assert_whole (self->catalog);
}

/* The kernel refuses to make the files larger, as it does on a full disk. */
static void
test_disk_full (Fixture *self, gconstpointer data)
{
  struct rlimit limit, tight;
  guint n_done = 0;
  guint64 before, after;
  g_autoptr (GError) error = NULL;
  HsFact fact = { HS_KIND_UNIT_NOTED, "unit:" KEY_A, NULL };
  g_autofree char *filler = g_strnfill (40000, 'x');
  g_autofree char *payload = g_strdup_printf ("{\"v\":1,\"text\":\"%s\"}", filler);

  fact.payload = payload;
  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &limit);
  tight = limit;
  tight.rlim_cur = 1024 * 1024;
  setrlimit (RLIMIT_FSIZE, &tight);
  hs_catalog_count (self->catalog, NULL, NULL, &before);
  while (n_done < 1000 && hs_catalog_append (self->catalog, &fact, 1, NULL, &error))
    n_done++;
  setrlimit (RLIMIT_FSIZE, &limit);

  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FULL);
  g_test_message ("%s", error->message);
  hs_catalog_count (self->catalog, NULL, NULL, &after);
  g_assert_cmpuint (after, ==, before + n_done);
  g_assert_cmpuint (work (self->catalog), ==, G_N_ELEMENTS (job));
  fixture_reopen (self);
  assert_recorded (self->catalog, G_N_ELEMENTS (job));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalog-faults/statement-fails-anywhere", test_statement_fails_anywhere);
  g_test_add_func ("/catalog-faults/opening-fails-anywhere", test_opening_fails_anywhere);
  g_test_add (
      "/catalog-faults/goes-on", Fixture, NULL, fixture_set_up, test_goes_on, fixture_tear_down);
  g_test_add ("/catalog-faults/rebuild-fails-anywhere",
              Fixture,
              NULL,
              fixture_set_up,
              test_rebuild_fails_anywhere,
              fixture_tear_down);
  g_test_add ("/catalog-faults/life-fails-anywhere",
              Fixture,
              NULL,
              fixture_set_up,
              test_life_fails_anywhere,
              fixture_tear_down);
  g_test_add ("/catalog-faults/disk-full",
              Fixture,
              NULL,
              fixture_set_up,
              test_disk_full,
              fixture_tear_down);
  return g_test_run ();
}
