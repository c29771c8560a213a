/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "tests/job-rig.h"

/* Jobs on cameras whose firmware can't be asked: a person helps, if the job may wait for one. */

static void
set_fault (JobRig *rig, const char *name, int value)
{
  hs_sim_bus_set_fault (rig->bus, 0, name, value);
}

static void
test_waits (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "app_silent", 1);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.may_wait = TRUE;
  job_run_go_with_hands (&run);
  g_assert_true (run.replugged);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
}

/* A camera that can be asked is asked. */
static void
test_needs_no_hand (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.may_wait = TRUE;
  job_run_go_with_hands (&run);
  g_assert_false (run.replugged);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
}

/* It comes back as something else, or not at all. */
static void
test_comes_back_wrong (void)
{
  static const char *const faults[] = { "wrong_mode", "stay_away" };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_auto (JobRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };

    job_rig_init (&rig, NULL);
    set_fault (&rig, faults[i], 1);
    job_run_init (&run, &rig, 0, "flash");
    run.work->options.may_wait = TRUE;
    job_run_start (&run);
    g_assert_true (job_run_await (&run, HS_ACTIVITY_WAITING));
    set_fault (&rig, faults[i], 0);
    hs_sim_bus_hand_enter (rig.bus, 0);
    job_run_join (&run);
    job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
    job_run_assert_honest (&run);
  }
}

/* The first time the person is late: the firmware runs already. */
static void
test_late_hand (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "app_silent", 1);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.may_wait = TRUE;
  job_run_start (&run);
  g_assert_true (job_run_await (&run, HS_ACTIVITY_WAITING));
  set_fault (&rig, "wrong_mode", 1);
  hs_sim_bus_hand_enter (rig.bus, 0);
  g_usleep (20000);
  g_assert_true (job_run_await (&run, HS_ACTIVITY_WAITING));
  set_fault (&rig, "wrong_mode", 0);
  hs_sim_bus_hand_enter (rig.bus, 0);
  job_run_join (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
}

static void
test_cancelled (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "app_silent", 1);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.may_wait = TRUE;
  job_run_start (&run);
  g_assert_true (job_run_await (&run, HS_ACTIVITY_WAITING));
  g_cancellable_cancel (run.work->cancellable);
  job_run_join (&run);
  job_run_assert_ended (&run, HS_OUTCOME_CANCELLED, "cancelled");
  job_run_assert_honest (&run);
}

/* Somebody else has the serial port: no cable helps. */
static void
test_serial_held (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "serial_held", 1);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.may_wait = TRUE;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "camera-held");
  job_run_assert_honest (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job-enter/waits", test_waits);
  g_test_add_func ("/job-enter/needs-no-hand", test_needs_no_hand);
  g_test_add_func ("/job-enter/comes-back-wrong", test_comes_back_wrong);
  g_test_add_func ("/job-enter/late-hand", test_late_hand);
  g_test_add_func ("/job-enter/cancelled", test_cancelled);
  g_test_add_func ("/job-enter/serial-held", test_serial_held);
  return g_test_run ();
}
