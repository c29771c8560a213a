/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/keys.h"
#include "app/unit-life.h"
#include "store/payload.h"
#include "tests/operator-rig.h"

#include <string.h>

/* Who is let in, and with which number: whole jobs of a session. */

static HsJob *
flash (OperatorRig *rig, guint n, const HsRequestOptions *options)
{
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, n);
  g_autoptr (GError) error = NULL;
  HsDevice *device;
  HsJob *job;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  device = hs_monitor_find_port (hs_session_get_monitor (rig->session), port);
  g_assert_nonnull (device);
  job = hs_session_start (rig->session, "flash", device, options, &error);
  g_assert_no_error (error);
  hs_session_drain (rig->session);
  return job;
}

/* @code: NULL: it passed. What was reserved or given, (transfer full). */
static char *
assert_flash (OperatorRig *rig, guint n, const HsRequestOptions *options, const char *code)
{
  g_autoptr (HsJob) job = flash (rig, n, options);
  const HsProblem *problem = hs_job_get_problem (job);

  g_assert_cmpstr (problem != NULL ? problem->code : NULL, ==, code);
  return g_strdup (hs_job_get_number (job));
}

static HsRelease *
lock (OperatorRig *rig, HsRecipe *recipe)
{
  g_autofree char *id = operator_rig_lock (rig, recipe);
  g_autoptr (GError) error = NULL;
  HsRelease *release = hs_catalog_get_release (rig->catalog, id, &error);

  g_assert_no_error (error);
  return release;
}

static char *
key_of (OperatorRig *rig, guint n)
{
  return g_strconcat ("stm32:", hs_sim_camera_get_id (hs_sim_bus_get_camera (rig->bus, n)), NULL);
}

static void
test_policy (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsBuild) build = operator_rig_import (rig, "OPENMV4", 7);
  g_autoptr (HsRelease) release = lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  const HsRequestOptions with_build = { .build = build, .confirm = HS_VERSION_NUMBER };
  const HsRequestOptions with_release = { .release = release };
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  g_free (assert_flash (rig, 0, &with_build, NULL));
  g_assert_true (hs_keys_set_required (rig->catalog, TRUE, &error));
  g_free (assert_flash (rig, 0, &with_build, "unsigned"));
  g_free (assert_flash (rig, 0, &with_release, "unsigned"));

  key = hs_keys_create (rig->catalog, "engineer", &error);
  g_assert_no_error (error);
  g_assert_true (hs_release_sign (rig->catalog, hs_release_get_id (release), NULL, &error));
  g_free (assert_flash (rig, 0, &with_release, NULL));
  g_free (assert_flash (rig, 0, &with_build, "unsigned"));
}

static void
test_chip (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autoptr (HsRelease) release = NULL;
  HsRequestOptions options = { NULL };
  g_autofree char *number = NULL;

  recipe->rule = HS_NUMBER_CHIP;
  release = lock (rig, recipe);
  options.release = release;
  number = assert_flash (rig, 0, &options, NULL);
  g_assert_cmpstr (number, ==, hs_sim_camera_get_id (hs_sim_bus_get_camera (rig->bus, 0)));
}

/* Two ids turn out to be one unit: it keeps the number it has, and gets one by the id it goes by.
 */
static void
test_chip_joined (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autofree char *alias = key_of (rig, 0);
  g_autofree char *joined = g_strdup_printf ("{\"v\":1,\"other\":\"%s\"}", alias);
  g_autoptr (HsRelease) release = NULL;
  HsRequestOptions options = { NULL };
  g_autofree char *number = NULL;
  g_autofree char *again = NULL;

  recipe->rule = HS_NUMBER_CHIP;
  release = lock (rig, recipe);
  options.release = release;
  see_unit (rig->catalog, KEY_A);
  add (rig->catalog, HS_KIND_UNIT_JOINED, "unit:" KEY_A, joined);
  number = assert_flash (rig, 0, &options, NULL);
  g_assert_cmpstr (number, ==, strchr (KEY_A, ':') + 1);
  again = assert_flash (rig, 0, &options, NULL);
  g_assert_cmpstr (again, ==, number);
}

static guint
count_entries (OperatorRig *rig, const char *kind)
{
  const HsJournalFilter filter = { .kinds = (const char *const[]){ kind, NULL } };
  g_autoptr (GArray) rows = hs_catalog_list_journal (rig->catalog, &filter, 0, NULL, NULL);

  return rows->len;
}

static gint64
read_committed_value (OperatorRig *rig, const char *number)
{
  const HsJournalFilter filter = { .kinds =
                                       (const char *const[]){ HS_KIND_NUMBER_COMMITTED, NULL } };
  g_autoptr (GArray) rows = hs_catalog_list_journal (rig->catalog, &filter, 0, NULL, NULL);
  g_autoptr (HsEntry) entry =
      hs_catalog_get_entry (rig->catalog, g_array_index (rows, gint64, 0), NULL);
  g_autoptr (JsonObject) payload = hs_payload_parse (hs_entry_get_payload (entry));

  g_assert_cmpstr (hs_payload_get_text (payload, "number"), ==, number);
  return hs_payload_get_int (payload, "value");
}

/* Digits before and after the counted ones are not counted. */
static void
test_value (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (HsRelease) next = NULL;
  g_autofree char *draft = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  HsRequestOptions options = { NULL };
  g_autofree char *first = NULL;
  g_autofree char *again = NULL;

  operator_rig_number (recipe, HS_NUMBER_COUNTER);
  g_free (recipe->suffix);
  recipe->suffix = g_strdup ("25");
  release = lock (rig, recipe);
  options.release = release;
  first = assert_flash (rig, 0, &options, NULL);
  g_assert_cmpstr (first, ==, "GATE-000125");
  g_assert_cmpint (read_committed_value (rig, first), ==, 1);

  recipe = operator_rig_recipe (rig, "OPENMV4");
  operator_rig_number (recipe, HS_NUMBER_COUNTER);
  g_free (recipe->version);
  recipe->version = g_strdup ("2");
  g_free (recipe->prefix);
  recipe->prefix = g_strdup ("GATE-0001");
  draft = hs_release_save_draft (rig->catalog, NULL, recipe, &error);
  g_assert_no_error (error);
  hs_recipe_free (recipe);
  id = hs_release_lock (rig->catalog, draft, &error);
  g_assert_no_error (error);
  next = hs_catalog_get_release (rig->catalog, id, &error);
  options.release = next;
  again = assert_flash (rig, 0, &options, NULL);
  g_assert_cmpstr (again, ==, first);
  g_assert_cmpint (read_committed_value (rig, first), ==, 1);
}

static void
test_list (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autoptr (GBytes) lines = g_bytes_new_static ("RED-7\nBLUE-3\n", 13);
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (GError) error = NULL;
  HsRequestOptions options = { NULL };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *again = NULL;

  recipe->rule = HS_NUMBER_LIST;
  hs_catalog_put_blob (rig->catalog, lines, &recipe->list_sha256, &error);
  g_assert_no_error (error);
  release = lock (rig, recipe);
  options.release = release;
  first = assert_flash (rig, 0, &options, NULL);
  second = assert_flash (rig, 1, &options, NULL);
  again = assert_flash (rig, 0, &options, NULL);
  g_assert_cmpstr (first, ==, "RED-7");
  g_assert_cmpstr (second, ==, "BLUE-3");
  g_assert_cmpstr (again, ==, "RED-7");
  g_free (assert_flash (rig, 2, &options, "no-number"));
  g_assert_cmpint (hs_sim_camera_get_mode (hs_sim_bus_get_camera (rig->bus, 2)), ==, HS_MODE_APP);
}

static void
assert_number (OperatorRig *rig, guint n, const char *state)
{
  g_autofree char *key = key_of (rig, n);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsStory) story = hs_catalog_get_story (rig->catalog, key, &error);
  const HsNumber *number;

  g_assert_no_error (error);
  g_assert_cmpuint (story->numbers->len, ==, 1);
  number = g_ptr_array_index (story->numbers, 0);
  g_assert_cmpstr (number->number, ==, "GATE-0001");
  g_assert_cmpstr (number->state, ==, state);
}

/* A number belongs to its unit from before the first erase, whatever happens to the run. */
static void
test_number_is_kept (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autoptr (HsRelease) release = NULL;
  HsRequestOptions options = { NULL };
  g_autofree char *other = NULL;

  operator_rig_number (recipe, HS_NUMBER_COUNTER);
  release = lock (rig, recipe);
  options.release = release;
  hs_sim_bus_set_fault (rig->bus, 0, "corrupt_block", 2);
  g_free (assert_flash (rig, 0, &options, "read-back-differs"));
  assert_number (rig, 0, "reserved");

  other = assert_flash (rig, 1, &options, NULL);
  g_assert_cmpstr (other, ==, "GATE-0002");
  hs_sim_bus_set_fault (rig->bus, 0, "corrupt_block", -1);
  g_free (assert_flash (rig, 0, &options, NULL));
  assert_number (rig, 0, "committed");
  assert_whole (rig->catalog);
}

/* What a release takes for a pass is a run to the end that could not be read back, not one that
 * stopped halfway. */
static void
test_broken_off (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV_AE3");
  g_autoptr (HsRelease) release = NULL;
  HsRequestOptions options = { NULL };

  operator_rig_number (recipe, HS_NUMBER_COUNTER);
  recipe->allow_unproven = TRUE;
  recipe->erase_filesystem = TRUE;
  release = lock (rig, recipe);
  options.release = release;
  hs_sim_bus_set_fault (rig->bus, 0, "swapped", 1);
  g_free (assert_flash (rig, 0, &options, "swapped-read-back"));
  g_assert_cmpuint (count_entries (rig, HS_KIND_NUMBER_COMMITTED), ==, 0);
}

/* The bootloader says which unit it is: refused then, and given back as it was found. */
static void
test_shipped (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsRelease) release = lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  const HsRequestOptions options = { .release = release };
  g_autofree char *key = key_of (rig, 0);
  g_autoptr (GError) error = NULL;

  g_free (assert_flash (rig, 0, &options, NULL));
  hs_units_ship (rig->catalog,
                 (const char *const[]){ key, NULL },
                 "a customer",
                 NULL,
                 "2026-11-11",
                 NULL,
                 &error);
  g_assert_no_error (error);
  g_free (assert_flash (rig, 0, &options, "unit-shipped"));
  g_assert_cmpint (hs_sim_camera_get_mode (hs_sim_bus_get_camera (rig->bus, 0)), ==, HS_MODE_APP);
  g_assert_true (hs_unit_return (rig->catalog, key, "came back", &error));
  g_free (assert_flash (rig, 0, &options, NULL));
}

/* One that carries the release passes as it is; what a customer had is erased even so. */
static void
test_returned (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autoptr (HsRelease) release = NULL;
  g_autofree char *key = key_of (rig, 0);
  const char *const units[] = { key, NULL };
  g_autoptr (GError) error = NULL;
  HsRequestOptions options = { NULL };

  recipe->erase_filesystem = TRUE;
  release = lock (rig, recipe);
  options.release = release;
  g_free (assert_flash (rig, 0, &options, NULL));
  g_free (assert_flash (rig, 0, &options, NULL));
  g_assert_cmpuint (count_entries (rig, HS_KIND_FILESYSTEM_ERASED), ==, 1);
  hs_units_ship (rig->catalog, units, "a customer", NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hs_unit_return (rig->catalog, key, "came back", &error));
  g_free (assert_flash (rig, 0, &options, NULL));
  g_assert_cmpuint (count_entries (rig, HS_KIND_FILESYSTEM_ERASED), ==, 2);
}

/* A camera never gets a part of a release: not one of two cores from somewhere else. */
static void
test_wrong_part (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsRelease) release = lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  const HsRequestOptions options = { .release = release };
  const HsReleaseArtifact *artifact = hs_release_get_artifact (release, 0);
  g_autofree char *blob =
      g_strdup_printf ("%s/blobs/%.2s/%s", rig->folder, artifact->sha256, artifact->sha256 + 2);
  g_autoptr (HsJob) job = NULL;

  g_assert_true (g_file_test (blob, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_remove (blob), ==, 0);
  job = flash (rig, 0, &options);
  g_assert_cmpint (hs_job_get_outcome (job), ==, HS_OUTCOME_REFUSED);
  g_assert_cmpint (hs_sim_camera_get_mode (hs_sim_bus_get_camera (rig->bus, 0)), ==, HS_MODE_APP);
}

int
main (int argc, char **argv)
{
  const struct {
    const char *name, *cameras;
    void (*func) (OperatorRig *, gconstpointer);
  } tests[] = {
    { "/admit/policy", "OPENMV4", test_policy },
    { "/admit/chip", "OPENMV4", test_chip },
    { "/admit/chip-joined", "OPENMV4", test_chip_joined },
    { "/admit/value", "OPENMV4", test_value },
    { "/admit/list", "OPENMV4*3", test_list },
    { "/admit/number-is-kept", "OPENMV4*2", test_number_is_kept },
    { "/admit/broken-off", "OPENMV_AE3", test_broken_off },
    { "/admit/returned", "OPENMV4", test_returned },
    { "/admit/shipped", "OPENMV4", test_shipped },
    { "/admit/wrong-part", "OPENMV4", test_wrong_part },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name,
                OperatorRig,
                tests[i].cameras,
                operator_rig_set_up,
                tests[i].func,
                operator_rig_tear_down);
  return g_test_run ();
}
