/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/job-rig.h"

/* Two cameras of one model at once, and hands that exchange their cables at the worst moment: no
 * green light on the wrong unit, and nothing recorded of it. */

enum { STEP_ENTER = 1, STEP_LEAVE = 6 };

static gboolean
is_off (JobRig *rig, guint n)
{
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, n);
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (rig->bus), port);

  return info == NULL;
}

static void
await_both_off (JobRig *rig)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (!is_off (rig, 0) || !is_off (rig, 1)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_usleep (500);
  }
}

/* Both are on their way into the bootloader when the cables are exchanged. Real time: in virtual
 * time there is no moment at which both are away. */
static void
test_swap_while_entering (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) first = { 0 };
  g_auto (JobRun) second = { 0 };

  job_rig_init (&rig, NULL);
  job_rig_use_real_time (&rig);
  job_rig_add_camera (&rig, HS_MODE_APP);
  hs_sim_bus_set_fault (rig.bus, 0, "stay_away", 1);
  hs_sim_bus_set_fault (rig.bus, 1, "stay_away", 1);
  job_run_init (&first, &rig, 0, "flash");
  job_run_init (&second, &rig, 1, "flash");
  job_run_start (&first);
  job_run_start (&second);
  await_both_off (&rig);
  hs_sim_bus_set_fault (rig.bus, 0, "stay_away", 0);
  hs_sim_bus_set_fault (rig.bus, 1, "stay_away", 0);
  hs_sim_bus_swap_ports (rig.bus, 0, 1);
  job_rig_replug (&rig, 0);
  job_rig_replug (&rig, 1);
  job_run_join (&first);
  job_run_join (&second);
  job_run_assert_ended (&first, HS_OUTCOME_FAILED, "another-unit");
  job_run_assert_ended (&second, HS_OUTCOME_FAILED, "another-unit");
  job_run_assert_honest (&first);
  job_run_assert_honest (&second);
  job_rig_assert_whole (&rig);
}

typedef struct {
  GMutex lock;
  GCond all_there;
  guint n_there;
  guint step;
} Meeting;

/* Both jobs come to the same step; then the cables are exchanged, once. */
static void
meet (JobRun *run, guint step, gpointer user_data)
{
  Meeting *meeting = user_data;

  if (step != meeting->step)
    return;
  g_mutex_lock (&meeting->lock);
  if (++meeting->n_there == 2) {
    hs_sim_bus_swap_ports (run->rig->bus, 0, 1);
    g_cond_broadcast (&meeting->all_there);
  }
  while (meeting->n_there < 2)
    g_cond_wait (&meeting->all_there, &meeting->lock);
  g_mutex_unlock (&meeting->lock);
}

/* Exchanged as step @data begins. Whatever follows, nothing is said of the wrong unit. */
static void
test_swap_at_step (gconstpointer data)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) first = { 0 };
  g_auto (JobRun) second = { 0 };
  Meeting meeting = { .step = GPOINTER_TO_UINT (data) };

  job_rig_init (&rig, NULL);
  job_rig_add_camera (&rig, HS_MODE_APP);
  job_run_init (&first, &rig, 0, "flash");
  job_run_init (&second, &rig, 1, "flash");
  first.on_step = second.on_step = meet;
  first.user_data = second.user_data = &meeting;
  job_run_start (&first);
  job_run_start (&second);
  job_run_join (&first);
  job_run_join (&second);
  g_assert_cmpint (first.end.outcome, ==, HS_OUTCOME_FAILED);
  g_assert_cmpint (second.end.outcome, ==, HS_OUTCOME_FAILED);
  job_run_assert_honest (&first);
  job_run_assert_honest (&second);
  if (meeting.step > STEP_ENTER) {
    job_run_assert_subject (&first);
    job_run_assert_subject (&second);
  }
  job_rig_assert_whole (&rig);
}

static void
test_two_at_once (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) first = { 0 };
  g_auto (JobRun) second = { 0 };

  job_rig_init (&rig, NULL);
  job_rig_add_camera (&rig, HS_MODE_APP);
  job_run_init (&first, &rig, 0, "flash");
  job_run_init (&second, &rig, 1, "flash");
  job_run_start (&first);
  job_run_start (&second);
  job_run_join (&first);
  job_run_join (&second);
  job_run_assert_ended (&first, HS_OUTCOME_PASSED, NULL);
  job_run_assert_ended (&second, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&first);
  job_run_assert_honest (&second);
  job_run_assert_subject (&first);
  job_run_assert_subject (&second);
  job_rig_assert_whole (&rig);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/two-cameras/at-once", test_two_at_once);
  g_test_add_func ("/two-cameras/swap/while-entering", test_swap_while_entering);
  for (guint step = STEP_ENTER; step <= STEP_LEAVE; step++) {
    g_autofree char *path = g_strdup_printf ("/two-cameras/swap/step-%u", step);

    g_test_add_data_func (path, GUINT_TO_POINTER (step), test_swap_at_step);
  }
  return g_test_run ();
}
