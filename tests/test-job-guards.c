/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/job-rig.h"

#include <string.h>

/* What keeps a job from the wrong unit, the wrong partition and the wrong word. */

/* (transfer full): of the run's entry of that kind */
static char *
subject_of (JobRun *run, const char *kind)
{
  const char *kinds[] = { kind, NULL };
  const HsJournalFilter filter = { .kinds = kinds };
  g_autoptr (GArray) rows = hs_catalog_list_journal (run->rig->catalog, &filter, 0, NULL, NULL);

  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (run->rig->catalog, g_array_index (rows, gint64, i), NULL);

    if (strstr (hs_entry_get_payload (entry), run->work->run) != NULL)
      return g_strdup (hs_entry_get_subject (entry));
  }
  return NULL;
}

static void
assert_mode (JobRig *rig, HsMode mode)
{
  hs_sim_bus_settle (rig->bus, 0);
  g_assert_cmpstr (
      hs_mode_name (hs_sim_camera_get_mode (job_rig_camera (rig, 0))), ==, hs_mode_name (mode));
}

/* The id of an AE3 as application names no unit: what happens before its bootloader shows the
 * other one is recorded against the port, and the two are only tied by that port. */
static void
test_two_ids (void)
{
  g_auto (JobRig) rig = { 0 };
  g_autoptr (HsUnit) unit = NULL;
  g_autofree char *form = NULL;
  guint n_suggested = 0;

  job_rig_init (&rig, "OPENMV_AE3");
  {
    g_auto (JobRun) run = { 0 };
    g_autofree char *subject = NULL;

    job_run_init (&run, &rig, 0, "flash");
    form = g_strdup (hs_camera_get_key (run.work->camera));
    g_assert_true (g_str_has_prefix (form, "alif-eui64:"));
    run.work->options.roles = 1ull << HS_ROLE_TOC;
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "never-written");
    subject = subject_of (&run, HS_KIND_RUN_FINISHED);
    g_assert_true (g_str_has_prefix (subject, "port:"));
    g_assert_null (hs_catalog_get_unit (rig.catalog, form, NULL));
  }
  {
    g_auto (JobRun) run = { 0 };

    job_run_init (&run, &rig, 0, "flash");
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
    job_run_assert_honest (&run);
    g_assert_true (g_str_has_prefix (hs_work_get_unit (run.work), "alif-se:"));
    unit = hs_catalog_get_unit (rig.catalog, hs_work_get_unit (run.work), NULL);
  }

  for (guint i = 0; i < hs_unit_get_n_identities (unit); i++) {
    const HsUnitIdentity *identity = hs_unit_get_identity (unit, i);
    gboolean key = g_str_equal (identity->scheme, "alif-se");

    g_assert_cmpstr (identity->strength, ==, key ? "proven" : "suggested");
    n_suggested += !key;
  }
  g_assert_cmpuint (n_suggested, ==, 1);
}

/* Refused after it was asked into its bootloader: it goes back to what it was doing. */
static void
test_given_back (void)
{
  const HsMode modes[] = { HS_MODE_APP, HS_MODE_DFU };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_auto (JobRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };

    job_rig_init (&rig, NULL);
    job_rig_renew_bus (&rig, modes[i]);
    job_run_init (&run, &rig, 0, "flash");
    run.work->options.unit = g_strdup ("stm32:303536393034510C00250037");
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "another-unit");
    job_run_assert_honest (&run);
    assert_mode (&rig, modes[i]);
  }
}

/* Who only looks leaves it as it was; and the unit is known afterwards in every form. */
static void
test_looked_at (void)
{
  const HsMode modes[] = { HS_MODE_APP, HS_MODE_DFU };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    g_auto (JobRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };
    g_auto (GStrv) forms = NULL;

    job_rig_init (&rig, NULL);
    job_rig_renew_bus (&rig, modes[i]);
    job_run_init (&run, &rig, 0, "identify");
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
    assert_mode (&rig, modes[i]);

    forms = hs_identity_all_forms (hs_work_get_unit (run.work));
    g_assert_cmpuint (g_strv_length (forms), >, 3);
    for (guint n = 0; forms[n] != NULL; n++) {
      g_autoptr (GPtrArray) units = hs_catalog_find_units_by_form (rig.catalog, forms[n], NULL);

      g_assert_cmpuint (units->len, ==, 1);
    }
  }
}

/* A catalog whose size and bytes disagree must not decide how much is compared. */
static void
test_wrong_size (void)
{
  const int lies[] = { -1, 1, 4096 };

  for (guint i = 0; i < G_N_ELEMENTS (lies); i++) {
    g_auto (JobRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };
    HsArtifact *artifact;

    job_rig_init (&rig, NULL);
    artifact = (HsArtifact *) hs_build_find_artifact (rig.build, "firmware");
    artifact->size += lies[i];
    job_run_init (&run, &rig, 0, "flash");
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "file-altered");
    assert_mode (&rig, HS_MODE_APP);
  }
}

/* A filesystem is no role of a flash job: it would be passed over, and the job be called passed. */
static void
test_not_flashed (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.roles = 1ull << HS_ROLE_FIRMWARE | 1ull << HS_ROLE_FILESYSTEM;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "wrong-role");
}

/* Only the filesystem's own first erase unit, also where its partition spans ROMFS; proven. */
static void
test_erase (gconstpointer data)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  const guint8 zeros[RIG_BLOCK] = { 0 };
  g_autoptr (GBytes) bytes = NULL;

  job_rig_init (&rig, data);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.erase_filesystem = TRUE;
  run.work->options.leave_held = TRUE;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_rig_assert_holds (&rig, 0);
  bytes = hs_sim_camera_dup_partition (job_rig_camera (&rig, 0),
                                       hs_board_find (rig.board, HS_ROLE_FILESYSTEM));
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), RIG_BLOCK, zeros, RIG_BLOCK);
}

static gboolean
read_other (HsCamera *camera,
            const HsPartition *partition,
            guint64 offset,
            guint64 length,
            HsReadSink sink,
            gpointer user_data,
            HsActivity activity,
            HsProgress *progress,
            GCancellable *cancellable,
            GError **error)
{
  const guint8 byte = 0x11;

  if (activity == HS_ACTIVITY_ERASING)
    return sink (0, &byte, 1, user_data, error);
  return hs_method_openmv_dfu.read (
      camera, partition, offset, length, sink, user_data, activity, progress, cancellable, error);
}

static void
test_erase_unproven (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  HsMethod method = hs_method_openmv_dfu;
  g_autofree char *subject = NULL;

  method.read = read_other;
  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.work->method = &method;
  run.work->options.erase_filesystem = TRUE;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "read-back-differs");
  subject = subject_of (&run, HS_KIND_FILESYSTEM_ERASED);
  g_assert_null (subject);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-guards/two-ids", test_two_ids);
  g_test_add_func ("/job-guards/given-back", test_given_back);
  g_test_add_func ("/job-guards/looked-at", test_looked_at);
  g_test_add_func ("/job-guards/wrong-size", test_wrong_size);
  g_test_add_func ("/job-guards/not-flashed", test_not_flashed);
  g_test_add_data_func ("/job-guards/erase/OPENMV2", "OPENMV2", test_erase);
  g_test_add_data_func ("/job-guards/erase/OPENMV4P", "OPENMV4P", test_erase);
  g_test_add_data_func ("/job-guards/erase/OPENMV_AE3", "OPENMV_AE3", test_erase);
  g_test_add_func ("/job-guards/erase-unproven", test_erase_unproven);
  return g_test_run ();
}
