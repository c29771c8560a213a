/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"
#include "tests/catalog-tables.h"
#include "tests/release-facts.h"

#include "store/schema.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CATALOG_TEST(name, func)                                                                   \
  g_test_add ("/catalog/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

static void
assert_content (HsCatalog *catalog, const char *key, const char *state, const char *sha256)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, key, &error);
  const HsContent *content;

  g_assert_no_error (error);
  content = hs_unit_find_content (unit, "firmware");
  g_assert_nonnull (content);
  g_assert_cmpstr (content->state, ==, state);
  g_assert_cmpstr (content->sha256, ==, sha256);
}

static void
test_unit (Fixture *self, gconstpointer data)
{
  g_autoptr (HsUnit) unit = NULL;
  g_autoptr (HsBuild) build = NULL;
  const HsContent *content;

  see_unit (self->catalog, KEY_A);
  flash_unit (self->catalog, KEY_A, "run-1");
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"GATE-0471\"}");
  add (self->catalog,
       HS_KIND_UNIT_REPORTED,
       "unit:" KEY_A,
       "{\"v\":1,\"kind\":\"number\",\"version\":\"5.0.0\",\"verdict\":\"equal\",\"run\":\"run-"
       "1\"}");
  add_build (self->catalog);

  unit = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_id (unit), ==, KEY_A);
  g_assert_cmpstr (hs_unit_get_board (unit), ==, "OPENMV4");
  g_assert_cmpstr (hs_unit_get_label (unit), ==, "GATE-0471");
  g_assert_cmpstr (hs_unit_get_state (unit), ==, "ready");
  g_assert_cmpstr (hs_unit_get_last_version (unit), ==, "5.0.0");
  g_assert_cmpuint (hs_unit_get_n_runs (unit), ==, 1);
  g_assert_cmpuint (hs_unit_get_n_identities (unit), ==, 2);
  g_assert_false (hs_unit_get_changed_outside (unit));
  g_assert_cmpint (hs_unit_get_first_seen (unit), <=, hs_unit_get_last_seen (unit));

  content = hs_unit_find_content (unit, "firmware");
  g_assert_cmpstr (content->partition, ==, "FIRMWARE");
  g_assert_cmpstr (content->state, ==, "verified");
  g_assert_cmpstr (content->sha256, ==, SHA_A);
  g_assert_cmpstr (content->build_name, ==, "gate-counter 1.4.2");
  g_assert_cmpuint (content->length, ==, 1700000);

  build = hs_catalog_get_build (self->catalog, BUILD_A, NULL);
  g_assert_cmpuint (hs_build_get_n_units (build), ==, 1);
  g_assert_true (hs_build_get_dirty (build));
  g_assert_cmpstr (hs_build_get_commit (build), ==, "0123abc");
  g_assert_cmpstr (hs_build_get_details (build), ==, "{\"sdk\":\"1.4\"}");
  g_assert_cmpuint (hs_build_get_n_artifacts (build), ==, 2);
  g_assert_cmpuint (hs_build_find_artifact (build, "firmware")->size, ==, 1700000);
}

/* What the bytes are is said by their digest, also if a build is imported after they were found. */
static void
test_named_by_digest (Fixture *self, gconstpointer data)
{
  g_autoptr (HsUnit) unit = NULL;
  g_autoptr (GPtrArray) builds = NULL;
  g_autoptr (GArray) lengths = NULL;

  see_unit (self->catalog, KEY_A);
  add (self->catalog,
       HS_KIND_PARTITION_HOLDS,
       "unit:" KEY_A,
       "{\"v\":1,\"run\":null,\"role\":\"firmware\",\"partition\":\"FIRMWARE\",\"sha256\":\"" SHA_A
       "\",\"length\":1700000,\"build\":null,\"evidence\":\"read-back\"}");
  add_build (self->catalog);

  unit = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_find_content (unit, "firmware")->build, ==, BUILD_A);
  builds = hs_catalog_find_builds_by_digest (self->catalog, SHA_A, NULL);
  g_assert_cmpuint (builds->len, ==, 1);
  lengths = hs_catalog_image_lengths (self->catalog, "OPENMV4", "firmware", NULL);
  g_assert_cmpuint (lengths->len, ==, 1);
  g_assert_cmpuint (g_array_index (lengths, guint64, 0), ==, 1700000);
}

static void
test_suggested_is_no_unit (Fixture *self, gconstpointer data)
{
  guint n_units;

  add (self->catalog,
       HS_KIND_UNIT_SEEN,
       "unit:stm32-st:346534563033",
       "{\"v\":1,\"board\":\"OPENMV4\",\"port\":\"1-4\",\"identities\":[{\"scheme\":\"stm32-st\","
       "\"value\":\"346534563033\",\"strength\":\"suggested\",\"evidence\":\"usb\"}]}");
  hs_catalog_count (self->catalog, &n_units, NULL, NULL);
  g_assert_cmpuint (n_units, ==, 0);
}

static void
test_run (Fixture *self, gconstpointer data)
{
  g_autoptr (HsRun) run = NULL;
  g_autoptr (HsRun) at_port = NULL;
  g_autoptr (GPtrArray) runs = NULL;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  flash_unit (self->catalog, KEY_A, "run-1");
  add_step (self->catalog, HS_KIND_RUN_STARTED, "port:1-4", "run-2");

  run = hs_catalog_get_run (self->catalog, "run-1", NULL);
  g_assert_cmpstr (hs_run_get_outcome (run), ==, "passed");
  g_assert_cmpstr (hs_run_get_unit (run), ==, KEY_A);
  g_assert_cmpstr (hs_run_get_slot (run), ==, "left 1");
  g_assert_cmpstr (hs_run_get_build_name (run), ==, "gate-counter 1.4.2");
  g_assert_nonnull (strstr (hs_run_get_result (run), "\"outcome\":\"passed\""));
  g_assert_cmpint (hs_run_get_started (run), <, hs_run_get_finished (run));

  at_port = hs_catalog_get_run (self->catalog, "run-2", NULL);
  g_assert_cmpstr (hs_run_get_unit (at_port), ==, NULL);
  g_assert_cmpstr (hs_run_get_outcome (at_port), ==, NULL);
  runs = hs_catalog_list_runs (self->catalog, NULL, 0, 0, NULL);
  g_assert_cmpuint (runs->len, ==, 2);
  g_assert_cmpstr (hs_run_get_id (runs->pdata[0]), ==, "run-2");
  g_clear_pointer (&runs, g_ptr_array_unref);
  runs = hs_catalog_list_runs (self->catalog, KEY_A, 0, 1, NULL);
  g_assert_cmpuint (runs->len, ==, 1);
}

/* Proof that comes later: the run on the port becomes the unit's. */
static void
test_run_joined_by_proof (Fixture *self, gconstpointer data)
{
  g_autoptr (HsRun) run = NULL;

  add_step (self->catalog, HS_KIND_RUN_STARTED, "port:1-4", "run-1");
  see_unit (self->catalog, KEY_A);
  add_step (self->catalog, HS_KIND_PARTITION_HOLDS, "unit:" KEY_A, "run-1");
  add_step (self->catalog, HS_KIND_RUN_FINISHED, "unit:" KEY_A, "run-1");
  run = hs_catalog_get_run (self->catalog, "run-1", NULL);
  g_assert_cmpstr (hs_run_get_unit (run), ==, KEY_A);
  assert_content (self->catalog, KEY_A, "verified", SHA_A);
}

static void
test_joined (Fixture *self, gconstpointer data)
{
  g_autoptr (HsUnit) unit = NULL;
  g_autofree char *resolved = NULL;
  guint n_units;

  see_unit (self->catalog, KEY_A);
  flash_unit (self->catalog, KEY_A, "run-1");
  see_unit (self->catalog, KEY_B);
  flash_unit (self->catalog, KEY_B, "run-2");
  add (self->catalog,
       HS_KIND_UNIT_JOINED,
       "unit:" KEY_A,
       "{\"v\":1,\"other\":\"" KEY_B "\",\"evidence\":\"read-back\"}");
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_B, "{\"v\":1,\"label\":\"twin\"}");
  /* Says the opposite, later: a circle, passed over. */
  add (self->catalog, HS_KIND_UNIT_JOINED, "unit:" KEY_B, "{\"v\":1,\"other\":\"" KEY_A "\"}");

  hs_catalog_count (self->catalog, &n_units, NULL, NULL);
  g_assert_cmpuint (n_units, ==, 1);
  unit = hs_catalog_get_unit (self->catalog, KEY_B, NULL);
  g_assert_cmpstr (hs_unit_get_id (unit), ==, KEY_A);
  g_assert_cmpstr (hs_unit_get_label (unit), ==, "twin");
  g_assert_cmpuint (hs_unit_get_n_runs (unit), ==, 2);
  resolved = hs_catalog_resolve_unit (self->catalog, KEY_B, NULL);
  g_assert_cmpstr (resolved, ==, KEY_A);
}

static void
test_changed_outside (Fixture *self, gconstpointer data)
{
  g_autoptr (HsUnit) changed = NULL;
  g_autoptr (HsUnit) again = NULL;

  see_unit (self->catalog, KEY_A);
  flash_unit (self->catalog, KEY_A, "run-1");
  add (self->catalog,
       HS_KIND_UNIT_CHANGED,
       "unit:" KEY_A,
       "{\"v\":1,\"expected_sha256\":\"" SHA_A
       "\",\"found\":\"4.8.1\",\"partition\":\"FIRMWARE\"}");
  changed = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_true (hs_unit_get_changed_outside (changed));
  assert_content (self->catalog, KEY_A, "unknown", NULL);

  flash_unit (self->catalog, KEY_A, "run-2");
  again = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_false (hs_unit_get_changed_outside (again));
  assert_content (self->catalog, KEY_A, "verified", SHA_A);
}

static void
assert_finds (HsCatalog *catalog, const char *query, guint expected)
{
  g_autoptr (GError) error = NULL;
  guint total = 99;
  g_autoptr (GPtrArray) ids = hs_catalog_list_units (catalog, query, 1, &total, &error);

  g_assert_no_error (error);
  g_test_message ("%s: %u", query, total);
  g_assert_cmpuint (total, ==, expected);
  g_assert_cmpuint (ids->len, ==, MIN (expected, 1));
}

static void
test_search (Fixture *self, gconstpointer data)
{
  guint total;
  g_autoptr (GPtrArray) builds = NULL;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  see_unit (self->catalog, KEY_B);
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"GATE-0471 é\"}");

  assert_finds (self->catalog, NULL, 2);
  assert_finds (self->catalog, "  ", 2);
  assert_finds (self->catalog, "gate", 1);
  assert_finds (self->catalog, "9046aa", 0);
  assert_finds (self->catalog, "3046aa", 1);
  assert_finds (self->catalog, "g", 1);
  assert_finds (self->catalog, "04", 1);
  assert_finds (self->catalog, "É", 1);
  assert_finds (self->catalog, "34 g", 1);
  assert_finds (self->catalog, "346534563033", 2);
  assert_finds (self->catalog, "3465 3456 3033", 2);
  assert_finds (self->catalog, "3046AA g", 1);
  assert_finds (self->catalog, "3046BB g", 0);
  assert_finds (self->catalog, "\"gate\" OR", 0);
  assert_finds (self->catalog, "x*", 0);

  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":null}");
  assert_finds (self->catalog, "gate", 0);
  assert_finds (self->catalog, "g", 0);

  /* By the build they carry. */
  flash_unit (self->catalog, KEY_B, "run-1");
  assert_finds (self->catalog, "Gate-counter 1.4.2", 1);
  assert_finds (self->catalog, "v5.0.0", 1);
  assert_finds (self->catalog, "1.", 1);
  assert_finds (self->catalog, "3046AA", 1);

  builds = hs_catalog_list_builds (self->catalog, "gate v5.0", 0, &total, NULL);
  g_assert_cmpuint (builds->len, ==, 1);
}

static void
assert_resolves (HsCatalog *catalog, const char *typed, const char *expected, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hs_catalog_resolve_unit (catalog, typed, &error);

  g_test_message ("%s", typed);
  g_assert_cmpstr (id, ==, expected);
  if (expected == NULL)
    g_assert_error (error, HS_STORE_ERROR, code);
}

static void
test_resolve (Fixture *self, gconstpointer data)
{
  g_autofree char *build = NULL;
  g_autofree char *by_name = NULL;
  g_autoptr (GPtrArray) twins = NULL;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  see_unit (self->catalog, KEY_B);
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"GATE-0471\"}");

  assert_resolves (self->catalog, KEY_A, KEY_A, 0);
  assert_resolves (self->catalog, "gate-0471", KEY_A, 0);
  assert_resolves (self->catalog, "GATE", KEY_A, 0);
  assert_resolves (self->catalog, "3046534563033125523046bb", KEY_B, 0);
  assert_resolves (self->catalog, "STM32:3046 5345 6303 3125 5230 46bb", KEY_B, 0);
  assert_resolves (self->catalog, "3046534563033125523046a", KEY_A, 0);
  assert_resolves (self->catalog, "3046", NULL, HS_STORE_ERROR_AMBIGUOUS);
  assert_resolves (self->catalog, "346534563033", NULL, HS_STORE_ERROR_AMBIGUOUS);
  assert_resolves (self->catalog, "ocotp:3046", NULL, HS_STORE_ERROR_NOT_FOUND);
  assert_resolves (self->catalog, "", NULL, HS_STORE_ERROR_NOT_FOUND);

  twins = hs_catalog_find_units_by_form (self->catalog, "stm32-st:346534563033", NULL);
  g_assert_cmpuint (twins->len, ==, 2);
  build = hs_catalog_resolve_build (self->catalog, "aaaa", NULL);
  g_assert_cmpstr (build, ==, BUILD_A);
  by_name = hs_catalog_resolve_build (self->catalog, "Gate-Counter", NULL);
  g_assert_cmpstr (by_name, ==, BUILD_A);
}

static void
test_journal_filter (Fixture *self, gconstpointer data)
{
  const char *const seen[] = { HS_KIND_UNIT_SEEN, NULL };
  const char *const two[] = { HS_KIND_UNIT_SEEN, HS_KIND_RUN_FINISHED, NULL };
  const HsJournalFilter filters[] = {
    { .kinds = seen },
    { .kinds = two },
    { .subject = "unit:" KEY_B },
    { .subject = "unit:" KEY_A, .kinds = two },
    { .query = "Left FINISHED" },
    { .query = "gate-0471" },
    { .before = 1 },
    { .kinds = two, .outcome_not = "passed" },
    { .kinds = two, .outcome_not = "failed" },
  };
  const guint expected[] = { 2, 3, 1, 2, 1, 7, 0, 2, 3 };

  see_unit (self->catalog, KEY_B);
  see_unit (self->catalog, KEY_A);
  flash_unit (self->catalog, KEY_A, "run-1");
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"GATE-0471\"}");

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++) {
    guint total;
    g_autoptr (GArray) rows = hs_catalog_list_journal (self->catalog, &filters[i], 0, &total, NULL);

    g_test_message ("filter %u", i);
    g_assert_cmpuint (rows->len, ==, expected[i]);
    g_assert_cmpuint (total, ==, expected[i]);
  }
}

static void
test_slots (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = NULL;
  const HsSlotName *first;

  add (self->catalog,
       HS_KIND_SLOT_NAMED,
       "slot:1-4.2",
       "{\"v\":1,\"port\":\"1-4.2\",\"name\":\"left 1\",\"position\":1}");
  add (self->catalog,
       HS_KIND_SLOT_IGNORED,
       "slot:1-1",
       "{\"v\":1,\"port\":\"1-1\",\"ignored\":true}");
  slots = hs_catalog_list_slots (self->catalog, NULL);
  g_assert_cmpuint (slots->len, ==, 2);
  first = slots->pdata[0];
  g_assert_cmpstr (first->name, ==, "left 1");
  g_assert_true (((const HsSlotName *) slots->pdata[1])->ignored);
}

static void
live_a_life (HsCatalog *catalog)
{
  add_build (catalog);
  see_unit (catalog, KEY_B);
  see_unit (catalog, KEY_A);
  flash_unit (catalog, KEY_A, "run-1");
  add_step (catalog, HS_KIND_RUN_STARTED, "port:1-4", "run-2");
  add (catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"GATE-0471\"}");
  add (catalog, HS_KIND_BUILD_RENAMED, "build:" BUILD_A, "{\"v\":1,\"name\":\"other\"}");
  add (catalog, HS_KIND_UNIT_JOINED, "unit:" KEY_A, "{\"v\":1,\"other\":\"" KEY_B "\"}");
  add (catalog, HS_KIND_SLOT_NAMED, "slot:1-4", "{\"v\":1,\"port\":\"1-4\",\"name\":\"left\"}");
  add_step (catalog, HS_KIND_PARTITION_HOLDS, "unit:" KEY_B, "run-2");
  add_step (catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_B, "run-3");
  live_on (catalog);
}

static void
test_rebuild (Fixture *self, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  live_a_life (self->catalog);
  before = dump (self->path);

  tamper (self->path,
          "UPDATE unit SET label = 'x'; DELETE FROM content; DELETE FROM search_start;"
          "UPDATE release SET state = 'x'; DELETE FROM lease; DELETE FROM held;"
          "UPDATE policy SET value = 'x'; UPDATE number SET state = 'freed'");
  hs_catalog_rebuild (self->catalog, &error);
  g_assert_no_error (error);
  after = dump (self->path);
  g_assert_cmpstr (before, ==, after);
  assert_finds (self->catalog, "gate", 1);
  assert_whole (self->catalog);
}

/* A session of a process that dies with a run at work. */
static void
die_at_work (const char *path)
{
  HsCatalog *catalog = open_fast (path, NULL);

  hs_catalog_begin_session (catalog, NULL, NULL);
  see_unit (catalog, KEY_A);
  add_step (catalog, HS_KIND_RUN_STARTED, "unit:" KEY_A, "run-1");
  add (catalog,
       HS_KIND_PARTITION_HOLDS,
       "unit:" KEY_A,
       "{\"v\":1,\"run\":\"run-1\",\"role\":\"romfs0\",\"partition\":\"ROMFS0\",\"sha256\":\"" SHA_B
       "\",\"length\":4096}");
  add_step (catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, "run-1");
  add_step (catalog, HS_KIND_PARTITION_WROTE, "unit:" KEY_A, "run-1");
  kill (getpid (), SIGKILL);
}

static void
test_interrupted (void)
{
  Fixture self = { 0 };
  g_autoptr (HsRun) run = NULL;
  g_autoptr (HsUnit) unit = NULL;
  guint n_interrupted = 99;
  pid_t child;

  self.folder = g_dir_make_tmp ("hotshoe-catalog-XXXXXX", NULL);
  self.path = g_build_filename (self.folder, "catalog.db", NULL);
  child = fork ();
  if (child == 0)
    die_at_work (self.path);
  waitpid (child, NULL, 0);

  fixture_reopen (&self);
  assert_content (self.catalog, KEY_A, "written", SHA_A);
  g_assert_true (hs_catalog_begin_session (self.catalog, &n_interrupted, NULL));
  g_assert_cmpuint (n_interrupted, ==, 1);
  run = hs_catalog_get_run (self.catalog, "run-1", NULL);
  g_assert_cmpstr (hs_run_get_outcome (run), ==, "interrupted");
  assert_content (self.catalog, KEY_A, "unknown", NULL);
  unit = hs_catalog_get_unit (self.catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_find_content (unit, "romfs0")->state, ==, "verified");

  fixture_reopen (&self);
  g_assert_true (hs_catalog_begin_session (self.catalog, &n_interrupted, NULL));
  g_assert_cmpuint (n_interrupted, ==, 0);
  flash_unit (self.catalog, KEY_A, "run-2");
  assert_content (self.catalog, KEY_A, "verified", SHA_A);
  assert_whole (self.catalog);
  fixture_tear_down (&self, NULL);
}

/* Another session that lives keeps its runs. */
static void
test_live_session (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCatalog) other = open_fast (self->path, NULL);
  g_autoptr (HsRun) run = NULL;
  guint n_interrupted = 99;

  g_assert_true (hs_catalog_begin_session (self->catalog, NULL, NULL));
  see_unit (self->catalog, KEY_A);
  add_step (self->catalog, HS_KIND_RUN_STARTED, "unit:" KEY_A, "run-1");
  add_step (self->catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, "run-1");
  g_assert_true (hs_catalog_begin_session (other, &n_interrupted, NULL));
  g_assert_cmpuint (n_interrupted, ==, 0);
  run = hs_catalog_get_run (other, "run-1", NULL);
  g_assert_cmpstr (hs_run_get_outcome (run), ==, NULL);

  /* Its owner leaves without finishing it. */
  g_clear_object (&self->catalog);
  g_clear_object (&other);
  other = open_fast (self->path, NULL);
  g_assert_true (hs_catalog_begin_session (other, &n_interrupted, NULL));
  g_assert_cmpuint (n_interrupted, ==, 1);
}

static void
test_spool (Fixture *self, gconstpointer data)
{
  g_autofree char *spool = g_strconcat (self->path, ".spool", NULL);
  const HsFact fact = { HS_KIND_RUN_FINISHED,
                        "unit:" KEY_A,
                        "{\"v\":1,\"run\":\"run-1\",\"outcome\":\"passed\"}" };
  g_autoptr (HsRun) run = NULL;

  see_unit (self->catalog, KEY_A);
  add_step (self->catalog, HS_KIND_RUN_STARTED, "unit:" KEY_A, "run-1");
  g_assert_true (hs_catalog_spool (self->catalog, &fact, 1, NULL));
  g_assert_true (g_file_test (spool, G_FILE_TEST_EXISTS));

  fixture_reopen (self);
  g_assert_false (g_file_test (spool, G_FILE_TEST_EXISTS));
  run = hs_catalog_get_run (self->catalog, "run-1", NULL);
  g_assert_cmpstr (hs_run_get_outcome (run), ==, "passed");
  assert_whole (self->catalog);
}

static void
count_cb (HsCatalog *catalog, gpointer data)
{
  (*(guint *) data)++;
}

static gpointer
list_units (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  g_assert_true (g_thread_self () != data);
  return hs_catalog_list_units (catalog, NULL, 0, NULL, error);
}

static void
store_result_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_async (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) units = NULL;
  guint n_changes = 0;

  g_signal_connect (self->catalog, "changed", G_CALLBACK (count_cb), &n_changes);
  see_unit (self->catalog, KEY_A);
  see_unit (self->catalog, KEY_B);
  hs_catalog_run_async (self->catalog,
                        list_units,
                        g_thread_self (),
                        NULL,
                        (GDestroyNotify) g_ptr_array_unref,
                        NULL,
                        store_result_cb,
                        &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  units = hs_catalog_run_finish (self->catalog, result, NULL);
  g_assert_cmpuint (units->len, ==, 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_changes, ==, 1);
}

static gpointer
cancel_and_count (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  gint64 n;

  g_cancellable_cancel (cancellable);
  locker = hs_catalog_lock_reader (catalog);
  hs_statement_read_int (catalog->read_db,
                         &n,
                         error,
                         "WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count) "
                         "SELECT max (n) FROM count",
                         "");
  return NULL;
}

/* A question that would never end ends when nobody wants the answer any more. */
static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint total = 99;

  hs_catalog_run_async (
      self->catalog, cancel_and_count, NULL, NULL, NULL, cancellable, store_result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (hs_catalog_run_finish (self->catalog, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_ptr_array_unref (hs_catalog_list_units (self->catalog, NULL, 0, &total, NULL));
  g_assert_cmpuint (total, ==, 0);
}

/* Other processes are noticed while a main loop runs. */
static void
test_others_noticed (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCatalog) other = open_fast (self->path, NULL);
  guint n_changes = 0;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (self->catalog, "changed", G_CALLBACK (count_cb), &n_changes);
  see_unit (other, KEY_A);
  while (n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_changes, ==, 1);
}

/* Whoever still holds a closed catalog gets errors, and the files are free. */
/* Of this process on @path itself: its lock file stays open as long as the object. */
static guint
count_open (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open ("/proc/self/fd", 0, NULL);
  g_autofree char *lock = g_strconcat (path, ".lock", NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *link = g_build_filename ("/proc/self/fd", name, NULL);
    g_autofree char *target = g_file_read_link (link, NULL);

    if (target != NULL && g_str_has_prefix (target, path) && !g_str_equal (target, lock))
      n++;
  }
  return n;
}

static void
test_closed (Fixture *self, gconstpointer data)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  const HsFact fact = { HS_KIND_UNIT_NOTED, "unit:" KEY_A, "{\"v\":1,\"text\":\"x\"}" };
  g_autoptr (GError) error = NULL;
  HsVerifyReport report;
  GStatBuf info;

  g_assert_true (hs_catalog_begin_session (self->catalog, NULL, NULL));
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
  hs_catalog_close (self->catalog);
  g_assert_cmpuint (count_open (self->path), ==, 0);
  g_assert_cmpint (g_stat (log, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 0);
  g_assert_false (hs_catalog_append (self->catalog, &fact, 1, NULL, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED);
  g_assert_null (hs_catalog_list_units (self->catalog, NULL, 0, NULL, NULL));
  hs_catalog_close (self->catalog);

  fixture_reopen (self);
  g_assert_true (hs_catalog_verify (self->catalog, &report, NULL));
  g_assert_cmpuint (report.n_entries, ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalog/interrupted", test_interrupted);
  CATALOG_TEST ("unit", test_unit);
  CATALOG_TEST ("named-by-digest", test_named_by_digest);
  CATALOG_TEST ("suggested-is-no-unit", test_suggested_is_no_unit);
  CATALOG_TEST ("run", test_run);
  CATALOG_TEST ("run-joined-by-proof", test_run_joined_by_proof);
  CATALOG_TEST ("joined", test_joined);
  CATALOG_TEST ("changed-outside", test_changed_outside);
  CATALOG_TEST ("search", test_search);
  CATALOG_TEST ("resolve", test_resolve);
  CATALOG_TEST ("journal-filter", test_journal_filter);
  CATALOG_TEST ("slots", test_slots);
  CATALOG_TEST ("rebuild", test_rebuild);
  CATALOG_TEST ("live-session", test_live_session);
  CATALOG_TEST ("spool", test_spool);
  CATALOG_TEST ("closed", test_closed);
  CATALOG_TEST ("async", test_async);
  CATALOG_TEST ("cancelled", test_cancelled);
  CATALOG_TEST ("others-noticed", test_others_noticed);
  return g_test_run ();
}
