/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/job-rig.h"

/* A whole job, broken at every request: never green without proof, the catalog never wrong about
 * what is in the flash, and flashing again heals. */

#define ROUNDS_A_CATALOG 3  /* then a new one: every entry about a unit folds all of them */
#define POINTS           40 /* samples of a job on a real board */

static guint
blocks_of (JobRig *rig, HsRole role)
{
  return (g_bytes_get_size (rig->images[role]) + RIG_BLOCK - 1) / RIG_BLOCK;
}

/* Steps: enter, admit, then write and verify for each image, then leave and confirm. */
static void
assert_counts (JobRun *run)
{
  guint step = 2;

  for (const HsRole *role = run->rig->board->flash_order; *role != HS_ROLE_NONE; role++) {
    guint n = blocks_of (run->rig, *role);

    g_assert_cmpuint (run->requests_at[step + 1] - run->requests_at[step], <=, 3 * n + 8);
    g_assert_cmpuint (run->requests_at[step + 2] - run->requests_at[step + 1], ==, n);
    step += 2;
  }
  g_assert_cmpuint (run->n_steps, ==, step + 2);
}

static guint
flash (JobRig *rig, gboolean full)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "flash");
  run.work->options.full = full;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
  if (full)
    assert_counts (&run);
  return run.requests_at[run.n_steps] - run.requests_at[0];
}

static void
test_counts (gconstpointer data)
{
  g_auto (JobRig) rig = { 0 };
  guint n;

  job_rig_init (&rig, data);
  n = flash (&rig, TRUE);
  g_test_message ("%u requests", n);
  if (data == NULL)
    g_assert_cmpuint (n, <=, 80);
  job_rig_assert_whole (&rig);
}

static void
break_at (JobRig *rig, const char *fault, guint n)
{
  guint now = hs_sim_camera_get_n_requests (job_rig_camera (rig, 0));

  hs_sim_bus_set_fault (rig->bus, 0, fault, now + n);
}

/* FALSE: the job was over before the fault. */
static gboolean
broken_round (JobRig *rig, const char *fault, guint n, gboolean full)
{
  g_auto (JobRun) run = { 0 };
  guint limit;

  g_test_message ("%s %u", fault, n);
  break_at (rig, fault, n);
  limit = hs_sim_bus_get_fault (rig->bus, 0, fault);
  job_run_init (&run, rig, 0, "flash");
  run.work->options.full = full;
  job_run_go_with_hands (&run);
  job_run_assert_honest (&run);
  if (run.end.outcome != HS_OUTCOME_PASSED)
    g_test_message ("  %s: %s", hs_outcome_name (run.end.outcome), run.end.problem->chain);
  g_assert_true (run.end.outcome == HS_OUTCOME_PASSED || run.end.outcome == HS_OUTCOME_FAILED);
  hs_sim_bus_set_fault (rig->bus, 0, fault, 0);
  return run.requests_at[run.n_steps] >= limit;
}

/* Where it is still there and answers, flashing again needs no hands. */
static void
heal (JobRig *rig)
{
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, 0);
  g_autoptr (HsUsbInfo) info = NULL;

  hs_sim_bus_settle (rig->bus, 0);
  info = hs_bus_find_port (HS_BUS (rig->bus), port);
  if (info == NULL || hs_sim_camera_is_hung (job_rig_camera (rig, 0)))
    job_rig_replug (rig, 0);
  flash (rig, FALSE);
}

static void
test_broken_anywhere (gconstpointer data)
{
  g_auto (JobRig) rig = { 0 };
  guint n_whole = 0; /* jobs from either mode that were over before the fault */

  job_rig_init (&rig, NULL);
  for (guint n = 1; n_whole < 2; n++) {
    if (n % ROUNDS_A_CATALOG == 0) {
      job_rig_assert_whole (&rig);
      job_rig_renew_catalog (&rig);
    }
    job_rig_renew_bus (&rig, n % 2 == 0 ? HS_MODE_APP : HS_MODE_DFU);
    n_whole = broken_round (&rig, data, n, n % 3 == 0) ? 0 : n_whole + 1;
    heal (&rig);
  }
  job_rig_assert_whole (&rig);
}

/* A block that can't be written, and one that is written wrong: the first of each sector and all
 * others. */
static void
test_bad_block (gconstpointer data)
{
  const char *fault = data;
  gboolean corrupt = g_str_equal (fault, "corrupt_block");
  g_auto (JobRig) rig = { 0 };

  job_rig_init (&rig, NULL);
  for (guint block = 0; block < blocks_of (&rig, HS_ROLE_FIRMWARE); block++) {
    g_auto (JobRun) run = { 0 };

    job_rig_renew_bus (&rig, HS_MODE_APP);
    hs_sim_bus_set_fault (rig.bus, 0, fault, block);
    job_run_init (&run, &rig, 0, "flash");
    run.work->options.full = TRUE;
    job_run_go (&run);
    job_run_assert_ended (
        &run, HS_OUTCOME_FAILED, corrupt ? "read-back-differs" : "bootloader-error");
    job_run_assert_honest (&run);
    g_assert_cmpint (hs_sim_camera_get_mode (job_rig_camera (&rig, 0)), ==, HS_MODE_DFU);
    g_assert_cmpint (hs_work_part (run.work, 0)->state, ==, HS_PART_UNKNOWN);
    g_assert_cmpuint (hs_work_part (run.work, 0)->failed_at / RIG_BLOCK, ==, block);

    hs_sim_bus_set_fault (rig.bus, 0, fault, -1);
    heal (&rig);
  }
  job_rig_assert_whole (&rig);
}

/* Boards as they are, at points spread over the job. */
static void
test_real_board (gconstpointer data)
{
  static const char *const faults[] = { "unplug_at", "lose_answer_at", "stall_at" };
  g_auto (JobRig) rig = { 0 };
  guint n_requests;

  job_rig_init (&rig, data);
  n_requests = flash (&rig, TRUE);
  for (guint i = 0; i < POINTS; i++) {
    if (i % ROUNDS_A_CATALOG == 0) {
      job_rig_assert_whole (&rig);
      job_rig_renew_catalog (&rig);
    }
    broken_round (&rig, faults[i % G_N_ELEMENTS (faults)], 1 + n_requests * i / POINTS, TRUE);
    heal (&rig);
  }
  job_rig_assert_whole (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/job-faults/counts/small", NULL, test_counts);
  g_test_add_data_func ("/job-faults/counts/OPENMV4", "OPENMV4", test_counts);
  g_test_add_data_func ("/job-faults/counts/OPENMV_AE3", "OPENMV_AE3", test_counts);
  g_test_add_data_func ("/job-faults/unplugged-anywhere", "unplug_at", test_broken_anywhere);
  g_test_add_data_func ("/job-faults/stalled-anywhere", "stall_at", test_broken_anywhere);
  g_test_add_data_func ("/job-faults/answer-lost-anywhere", "lose_answer_at", test_broken_anywhere);
  g_test_add_data_func ("/job-faults/unwritable-block", "write_error_block", test_bad_block);
  g_test_add_data_func ("/job-faults/corrupt-block", "corrupt_block", test_bad_block);
  g_test_add_data_func ("/job-faults/board/OPENMV4", "OPENMV4", test_real_board);
  g_test_add_data_func ("/job-faults/board/OPENMV_N6", "OPENMV_N6", test_real_board);
  g_test_add_data_func ("/job-faults/board/OPENMV_AE3", "OPENMV_AE3", test_real_board);
  return g_test_run ();
}
