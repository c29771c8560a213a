/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/estimate.h"
#include "app/health.h"
#include "app/import.h"
#include "app/run-json.h"
#include "flash/error.h"
#include "flash/image.h"
#include "store/catalog-pace.h"
#include "store/catalog-units.h"
#include "tests/catalog-tables.h"
#include "tests/job-rig.h"

#include <math.h>
#include <string.h>

/* Whole runs that write only what changed: what is expected of them, what they may take for proven,
 * what they leave in the catalog. */

/* The steps of a flash job on the small board. */
enum { STEP_VERIFY_FIRMWARE = 4 };
/* … and on the one with two cores. */
enum { STEP_WRITE_ROMFS1 = 7 };

static void
flash (JobRig *rig, guint64 roles)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "flash");
  run.work->options.roles = roles;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
}

static char *
get_key (JobRig *rig)
{
  g_autoptr (GPtrArray) units = hs_catalog_list_units (rig->catalog, NULL, 0, NULL, NULL);

  g_assert_cmpuint (units->len, ==, 1);
  return g_strdup (g_ptr_array_index (units, 0));
}

static void
ask (JobRig *rig, const char *key, HsRole role, HsEstimate *estimate)
{
  const HsArtifact *artifact = hs_build_find_artifact (rig->build, hs_role_name (role));
  const HsEstimateQuestion question = {
    .catalog = rig->catalog,
    .unit = key,
    .board = rig->board,
    .partition = hs_board_find (rig->board, role),
    .sha256 = artifact->sha256,
    .length = artifact->size,
  };

  hs_estimate_ask (&question, estimate);
}

static void
assert_text (const HsEstimate *estimate, const HsPartition *partition, const char *expected)
{
  g_autofree char *text = hs_estimate_dup_text (estimate, partition);

  g_assert_cmpstr (text, ==, expected);
}

/* --- what is expected --- */

/* From "nobody knows" to what the catalog knows; the run then does just that. */
static void
test_expected (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *key = NULL;
  const HsPartition *partition;
  HsEstimate estimate;

  job_rig_init (&rig, NULL);
  partition = hs_board_find (rig.board, HS_ROLE_FIRMWARE);
  ask (&rig, NULL, HS_ROLE_FIRMWARE, &estimate);
  g_assert_false (estimate.known);
  g_assert_cmpuint (estimate.n_differ, ==, 3);
  assert_text (&estimate, partition, "up to 3 sectors, up to 4 s");

  flash (&rig, 0);
  key = get_key (&rig);
  ask (&rig, key, HS_ROLE_FIRMWARE, &estimate);
  g_assert_true (estimate.known);
  g_assert_cmpuint (estimate.n_differ, ==, 0);
  assert_text (&estimate, partition, "nothing differs, about 1 s");

  job_rig_import (&rig, "5.0.1", 500); /* the same but for its version */
  ask (&rig, key, HS_ROLE_FIRMWARE, &estimate);
  g_assert_true (estimate.known);
  g_assert_cmpuint (estimate.n_differ, ==, 1);
  assert_text (&estimate, partition, "1 of 3 sectors, about 2 s");

  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
  g_assert_cmpuint (hs_work_part (run.work, 0)->n_differ, ==, 1);
  g_assert_cmpuint (hs_work_part (run.work, 0)->wrote_bytes, ==, 8 * 1024);
  g_assert_cmpuint (hs_work_part (run.work, 1)->wrote_bytes, ==, 0);
}

static void
test_words (void)
{
  static const HsEraseRun one[] = { { 8192, 1 } };
  const HsBoard board = { .transfer_size = 4096, .erase_typical_ms = 1000 };
  HsPartition partition = { .size = 8192, .erase = one, .n_erase = 1 };
  const guint8 stays[] = { 1, 1 };
  HsEstimate estimate;

  hs_estimate_make (&estimate, &board, &partition, 100, NULL, HS_WRITE_DIFFERING, NULL);
  assert_text (&estimate, &partition, "up to 1 sector, up to 2 s");
  hs_estimate_make (&estimate, &board, &partition, 100, stays, HS_WRITE_ALL_ASKED, NULL);
  assert_text (&estimate, &partition, "its 1 sector as asked, about 2 s");
  hs_estimate_make (&estimate, &board, &partition, 100, NULL, HS_WRITE_ALL_TORN, NULL);
  assert_text (&estimate, &partition, "its 1 sector because what it holds is not known, about 2 s");
  g_assert_cmpfloat (estimate.seconds_compare, ==, 0);
  partition.n_erase = 0;
  hs_estimate_make (&estimate, &board, &partition, 8192, NULL, HS_WRITE_ALL_UNREAD, NULL);
  assert_text (&estimate, &partition, "all 2 blocks because it can't be read back, about 1 s");
  g_assert_cmpfloat (estimate.seconds_verify, ==, 0);
  hs_estimate_make (&estimate, &board, &partition, 8192, stays, HS_WRITE_DIFFERING, NULL);
  assert_text (&estimate, &partition, "nothing differs, about 1 s");
}

/* The second time it is known how long this board takes. */
static void
test_pace (void)
{
  g_auto (JobRig) rig = { 0 };
  g_autoptr (GArray) samples = NULL;
  const HsPaceSample *sample;
  HsEstimate before, after;
  double took;

  job_rig_init (&rig, NULL);
  ask (&rig, NULL, HS_ROLE_FIRMWARE, &before);
  flash (&rig, 0);
  samples = hs_catalog_get_pace (rig.catalog, rig.board->id, "firmware", NULL);
  g_assert_cmpuint (samples->len, ==, 1);
  sample = &g_array_index (samples, HsPaceSample, 0);
  g_assert_cmpuint (sample->units_written, ==, 3);
  g_assert_cmpuint (sample->wrote_bytes, ==, RIG_FIRMWARE);
  g_assert_cmpuint (sample->read_bytes, >=, RIG_FIRMWARE);
  took = sample->seconds_write;
  g_assert_cmpfloat (took, >, 0);

  ask (&rig, NULL, HS_ROLE_FIRMWARE, &after);
  g_assert_cmpfloat_with_epsilon (after.seconds_write, took, 0.02 * took);
  g_assert_cmpfloat (fabs (before.seconds_write - took), <, 0.5 * took);
}

/* --- what may be taken for proven --- */

static void
replug_at (JobRun *run, guint step, gpointer user_data)
{
  if (step == STEP_VERIFY_FIRMWARE)
    job_rig_replug (run->rig, run->n);
}

/* All was found equal, and then another camera may be there, or something wrote to this one: what
 * was read before counts for nothing. */
static void
test_replugged_after_comparing (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_auto (JobRun) again = { 0 };

  job_rig_init (&rig, NULL);
  flash (&rig, 0);
  job_run_init (&run, &rig, 0, "flash");
  run.on_step = replug_at;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "camera-gone");
  g_assert_cmpstr (job_run_content_state (&run, HS_ROLE_FIRMWARE), ==, "unknown");
  job_run_assert_honest (&run);

  /* What it holds is not known: written in full, and the plan says why. */
  job_run_init (&again, &rig, 0, "flash");
  job_run_go (&again);
  job_run_assert_ended (&again, HS_OUTCOME_PASSED, NULL);
  g_assert_cmpint (hs_work_part (again.work, 0)->expected.why, ==, HS_WRITE_ALL_TORN);
  g_assert_cmpuint (hs_work_part (again.work, 0)->wrote_bytes, ==, RIG_FIRMWARE);
  job_run_assert_honest (&again);
}

static void
write_at (JobRun *run, guint step, gpointer user_data)
{
  if (step == STEP_VERIFY_FIRMWARE)
    run->work->n_writes++;
}

static void
test_written_after_comparing (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) quick = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  flash (&rig, 0);
  job_run_init (&quick, &rig, 0, "flash");
  job_run_go (&quick);
  job_run_assert_ended (&quick, HS_OUTCOME_PASSED, NULL);
  g_assert_cmpuint (hs_work_part (quick.work, 0)->compared_bytes, ==, RIG_FIRMWARE);
  g_assert_cmpuint (hs_work_part (quick.work, 0)->verified_bytes, ==, 0);

  job_run_init (&run, &rig, 0, "flash");
  run.on_step = write_at;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  g_assert_cmpuint (hs_work_part (run.work, 0)->verified_bytes, ==, RIG_FIRMWARE);
}

/* A snapshot for the window costs no copy of what was compared. */
static void
test_snapshots_share (void)
{
  HsWriteResult result = { .n_units = 3, .equal = g_new0 (guint8, 4) };
  HsJobPart part = { 0 };
  HsJobPart copy;

  hs_job_part_take_result (&part, &result);
  g_assert_null (result.equal);
  hs_job_part_copy (&copy, &part);
  g_assert_true (copy.equal == part.equal);
  hs_job_part_clear (&part);
  g_assert_cmpuint (copy.equal[2], ==, 0);
  hs_job_part_clear (&copy);
}

/* --- sectors that age --- */

static void
assert_slow (HsCatalog *catalog, const char *key)
{
  g_autoptr (HsStory) story = hs_catalog_get_story (catalog, key, NULL);
  const HsSlowSector *slow;

  g_assert_cmpuint (story->slow->len, ==, 1);
  slow = g_ptr_array_index (story->slow, 0);
  g_assert_cmpstr (slow->partition, ==, "FIRMWARE");
  g_assert_cmpuint (slow->sector, ==, 1);
  g_assert_cmpuint (slow->n_sectors, ==, 1);
  g_assert_cmpuint (slow->ms, >=, 8000);
  g_assert_cmpint (slow->time, >, 0);
}

static void
test_slow_words (void)
{
  HsSlowSector slow = { NULL, (char *) "FIRMWARE", 7, 1, 5200, 0 };
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autofree char *one = hs_health_dup_slow (&slow, board);
  g_autofree char *unknown = hs_health_dup_slow (&slow, NULL);
  g_autofree char *several = NULL;

  g_assert_cmpstr (one,
                   ==,
                   "Sector 8 of FIRMWARE took 5.2 s, at most 2.2 s by the datasheet: the flash is "
                   "ageing.");
  g_assert_cmpstr (unknown, ==, "Sector 8 of FIRMWARE took 5.2 s: the flash is ageing.");
  slow.n_sectors = 2;
  slow.ms = 9000;
  several = hs_health_dup_slow (&slow, board);
  g_assert_cmpstr (several,
                   ==,
                   "Sectors 8 to 9 of FIRMWARE took 9.0 s together, at most 4.4 s by the "
                   "datasheet: the flash is ageing.");
}

static void
test_slow_sector (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  JsonArray *slow;
  JsonObject *part;

  job_rig_init (&rig, NULL);
  hs_sim_bus_set_fault (rig.bus, 0, "slow_block", 2); /* the first of the second sector */
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  json = hs_run_to_json (run.work, run.end.outcome, NULL);
  part = json_array_get_object_element (json_object_get_array_member (json, "partitions"), 0);
  g_assert_cmpint (json_object_get_int_member (part, "units"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (part, "units_written"), ==, 3);
  g_assert_cmpfloat (json_object_get_double_member (part, "seconds_write"), >, 8);
  slow = json_object_get_array_member (part, "slow");
  g_assert_cmpuint (json_array_get_length (slow), ==, 1);
  g_assert_cmpint (
      json_object_get_int_member (json_array_get_object_element (slow, 0), "sector"), ==, 1);

  key = get_key (&rig);
  assert_slow (rig.catalog, key);
  before = dump (rig.path);
  g_assert_true (hs_catalog_rebuild (rig.catalog, &error));
  g_assert_no_error (error);
  after = dump (rig.path);
  g_assert_cmpstr (before, ==, after);
  assert_slow (rig.catalog, key);
}

/* --- four images, two cores --- */

static const char *
state_of (JobRig *rig, const char *key, const char *role)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (rig->catalog, key, NULL);
  const HsContent *content = hs_unit_find_content (unit, role);

  return content != NULL ? g_intern_string (content->state) : "never";
}

static const char *
build_of (JobRig *rig, const char *key, const char *role)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (rig->catalog, key, NULL);

  return g_intern_string (hs_unit_find_content (unit, role)->build);
}

static void
pull_at (JobRun *run, guint step, gpointer user_data)
{
  if (step == STEP_WRITE_ROMFS1)
    hs_sim_bus_unplug (run->rig->bus, run->n);
}

/* Between the second and the third image: the unit says exactly which partition holds what. */
static void
test_interrupted_between (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *key = NULL;
  g_autofree char *old = NULL;

  job_rig_init (&rig, "OPENMV_AE3");
  flash (&rig, 0);
  key = get_key (&rig);
  old = g_strdup (hs_build_get_id (rig.build));
  job_rig_import (&rig, "5.1.0", 900);

  job_run_init (&run, &rig, 0, "flash");
  run.on_step = pull_at;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "camera-gone");
  job_run_assert_honest (&run);
  g_assert_cmpstr (state_of (&rig, key, "firmware"), ==, "verified");
  g_assert_cmpstr (build_of (&rig, key, "firmware"), ==, hs_build_get_id (rig.build));
  g_assert_cmpstr (state_of (&rig, key, "firmware-he"), ==, "verified");
  g_assert_cmpstr (build_of (&rig, key, "firmware-he"), ==, hs_build_get_id (rig.build));
  g_assert_cmpstr (state_of (&rig, key, "romfs1"), ==, "unknown");
  g_assert_cmpstr (build_of (&rig, key, "romfs1"), ==, NULL);
  g_assert_cmpstr (state_of (&rig, key, "romfs0"), ==, "verified");
  g_assert_cmpstr (build_of (&rig, key, "romfs0"), ==, old);

  hs_sim_bus_plug (rig.bus, 0);
  flash (&rig, 0);
  g_assert_cmpstr (state_of (&rig, key, "romfs1"), ==, "verified");
  g_assert_cmpstr (build_of (&rig, key, "romfs0"), ==, hs_build_get_id (rig.build));
  job_rig_assert_holds (&rig, 0);
  job_rig_assert_whole (&rig);
}

/* @expected: NULL: nothing is mixed */
static void
assert_mixed_text (JobRig *rig, const char *key, const char *expected)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (rig->catalog, key, NULL);
  g_autofree char *text = hs_health_dup_mixed (unit);

  g_assert_cmpstr (text, ==, expected);
}

static gboolean
is_mixed (JobRig *rig, const char *key)
{
  const HsUnitFilter filter = { .mixed = TRUE };
  const HsUnitFilter searched = { .mixed = TRUE, .query = "AE3" };
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (rig->catalog, key, NULL);
  g_autoptr (GPtrArray) listed = NULL;
  g_autoptr (GPtrArray) found = NULL;
  guint total;

  listed = hs_catalog_list_units_filtered (rig->catalog, &filter, 10, &total, NULL);
  g_assert_cmpuint (listed->len, ==, hs_unit_is_mixed (unit) ? 1 : 0);
  g_assert_cmpuint (total, ==, listed->len);
  found = hs_catalog_list_units_filtered (rig->catalog, &searched, 10, NULL, NULL);
  g_assert_cmpuint (found->len, ==, listed->len);
  return hs_unit_is_mixed (unit);
}

static void
test_mixed (void)
{
  g_auto (JobRig) rig = { 0 };
  g_autofree char *key = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  job_rig_init (&rig, "OPENMV_AE3");
  flash (&rig, 0);
  key = get_key (&rig);
  g_assert_false (is_mixed (&rig, key));

  /* The second core alone is of another build; then the first follows. */
  job_rig_import (&rig, "5.1.0", 900);
  flash (&rig, 1 << HS_ROLE_FIRMWARE_HE);
  g_assert_true (is_mixed (&rig, key));
  assert_mixed_text (&rig, key, "Mixed: HP is 5.0.0, HE is 5.1.0.");
  before = dump (rig.path);
  g_assert_true (hs_catalog_rebuild (rig.catalog, NULL));
  after = dump (rig.path);
  g_assert_cmpstr (before, ==, after);
  flash (&rig, 1 << HS_ROLE_FIRMWARE);
  g_assert_false (is_mixed (&rig, key));
  assert_mixed_text (&rig, key, NULL);
}

/* Written from two builds, but a build has both images: one that was imported later, too. */
static void
test_mixed_by_name_only (void)
{
  g_auto (JobRig) rig = { 0 };
  g_autoptr (HsImport) files = NULL;
  g_autoptr (GBytes) he = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;

  job_rig_init (&rig, "OPENMV_AE3");
  flash (&rig, 0);
  key = get_key (&rig);
  he = g_bytes_ref (rig.images[HS_ROLE_FIRMWARE_HE]);
  job_rig_import (&rig, "5.1.0", 900);
  flash (&rig, 1 << HS_ROLE_FIRMWARE);
  g_assert_true (is_mixed (&rig, key));

  files = hs_import_new (rig.catalog);
  hs_import_add_bytes (files, "firmware_M55_HP.bin", rig.images[HS_ROLE_FIRMWARE], &error);
  g_assert_no_error (error);
  hs_import_add_bytes (files, "firmware_M55_HE.bin", he, &error);
  g_assert_no_error (error);
  g_clear_object (&rig.build);
  rig.build = hs_import_finish (files, rig.board->id, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (is_mixed (&rig, key));
}

/* An image for the other core is refused before anything is sent, in both directions. */
static void
test_wrong_core (void)
{
  const HsRole roles[] = { HS_ROLE_FIRMWARE, HS_ROLE_FIRMWARE_HE };
  g_auto (JobRig) rig = { 0 };

  job_rig_init (&rig, "OPENMV_AE3");
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (hs_image_check_payload (
        rig.images[roles[i]], roles[i], rig.board, hs_board_find (rig.board, roles[i]), NULL));
    g_assert_false (hs_image_check_payload (rig.images[roles[i]],
                                            roles[1 - i],
                                            rig.board,
                                            hs_board_find (rig.board, roles[1 - i]),
                                            &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_ROLE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/only-changed/expected", test_expected);
  g_test_add_func ("/only-changed/words", test_words);
  g_test_add_func ("/only-changed/pace", test_pace);
  g_test_add_func ("/only-changed/replugged-after-comparing", test_replugged_after_comparing);
  g_test_add_func ("/only-changed/written-after-comparing", test_written_after_comparing);
  g_test_add_func ("/only-changed/snapshots-share", test_snapshots_share);
  g_test_add_func ("/only-changed/slow-words", test_slow_words);
  g_test_add_func ("/only-changed/slow-sector", test_slow_sector);
  g_test_add_func ("/two-cores/interrupted-between", test_interrupted_between);
  g_test_add_func ("/two-cores/mixed", test_mixed);
  g_test_add_func ("/two-cores/mixed-by-name-only", test_mixed_by_name_only);
  g_test_add_func ("/two-cores/wrong-core", test_wrong_core);
  return g_test_run ();
}
