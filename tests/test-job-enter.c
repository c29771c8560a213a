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

/* --- bootloaders that show no id: the firmware tells who it is, before or after --- */

static const char *
content_state (JobRun *run, const char *key)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (run->rig->catalog, key, NULL);
  const HsContent *content = unit != NULL ? hs_unit_find_content (unit, "firmware") : NULL;

  return content != NULL ? g_intern_string (content->state) : NULL;
}

/* The id of the simulated camera, as its firmware shows it. */
static char *
key_of (JobRig *rig)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (rig->bus), "1-1");
  g_autoptr (HsIdentity) identity = NULL;

  g_assert_nonnull (info);
  identity = hs_identity_new (rig->board, HS_MODE_APP, info->serial);
  g_assert_cmpint (identity->strength, ==, HS_IDENTITY_PROVEN);
  return g_strdup (identity->key);
}

static void
assert_run_of (JobRun *run, const char *key)
{
  g_autoptr (HsRun) recorded = hs_catalog_get_run (run->rig->catalog, run->work->run, NULL);

  g_assert_nonnull (recorded);
  g_assert_cmpstr (hs_run_get_unit (recorded), ==, key);
}

static void
test_known_from_firmware (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *key = NULL;

  job_rig_init (&rig, board->id);
  key = key_of (&rig);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  assert_run_of (&run, key);
  g_assert_cmpstr (content_state (&run, key), ==, "verified");
  job_rig_assert_whole (&rig);
}

/* Found in its bootloader; recorded about the port, then the unit's. */
static void
test_known_afterwards (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *key = NULL;

  job_rig_init (&rig, board->id);
  job_rig_renew_bus (&rig, HS_MODE_DFU);
  job_run_init (&run, &rig, 0, "flash");
  g_assert_null (hs_camera_get_key (run.work->camera));
  run.work->options.may_wait = TRUE;
  job_run_go_with_hands (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  g_assert_false (run.replugged);
  key = key_of (&rig);
  assert_run_of (&run, key);
  g_assert_cmpstr (content_state (&run, key), ==, "verified");
  job_rig_assert_whole (&rig);
}

/* Not proven, not joined: the cable comes out. */
static void
test_not_joined_unproven (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, board->id);
  job_rig_renew_bus (&rig, HS_MODE_DFU);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.may_wait = TRUE;
  set_fault (&rig, "unplug_at", 40);
  job_run_go_with_hands (&run);
  g_assert_cmpint (run.end.outcome, ==, HS_OUTCOME_FAILED);
  assert_run_of (&run, NULL);
  job_rig_assert_whole (&rig);
}

/* Another one was put there meanwhile: of the first one nothing is known. */
static void
test_another_came_back (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *key = NULL;

  job_rig_init (&rig, board->id);
  key = key_of (&rig);
  set_fault (&rig, "wrong_unit", 1);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "another-unit");
  g_assert_cmpstr (content_state (&run, key), ==, "unknown");
  job_rig_assert_whole (&rig);
}

/* Who asks for a unit gets that one, or nothing. */
static void
test_asked_for_unit (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) known = { 0 };
  g_auto (JobRun) unknown = { 0 };
  g_autofree char *key = NULL;

  job_rig_init (&rig, board->id);
  key = key_of (&rig);
  job_run_init (&known, &rig, 0, "flash");
  known.work->options.unit = g_strdup (key);
  job_run_go (&known);
  job_run_assert_ended (&known, HS_OUTCOME_PASSED, NULL);

  if (board->method->flags & HS_METHOD_WATCHED)
    return;
  job_rig_renew_bus (&rig, HS_MODE_DFU);
  job_run_init (&unknown, &rig, 0, "flash");
  unknown.work->options.unit = g_strdup (key);
  job_run_go (&unknown);
  job_run_assert_ended (&unknown, HS_OUTCOME_REFUSED, "another-unit");
}

/* The computer is slow between two steps, and the bootloader leaves meanwhile. */
static void
dawdle (JobRun *run, guint n, gpointer user_data)
{
  if (n == GPOINTER_TO_UINT (user_data))
    hs_transport_sleep (hs_camera_get_transport (run->work->camera), 3 * G_USEC_PER_SEC);
}

static void
test_slow_between_steps (gconstpointer data)
{
  const HsBoard *board = data;
  enum { ADMIT = 2, WRITE, VERIFY, WRITE_NEXT, LEAVE = 7 };

  for (guint step = ADMIT; step < LEAVE; step++) {
    g_auto (JobRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };

    job_rig_init (&rig, board->id);
    job_run_init (&run, &rig, 0, "flash");
    run.on_step = dawdle;
    run.user_data = GUINT_TO_POINTER (step);
    job_run_go (&run);
    job_run_assert_honest (&run);
    /* What is not proven does not get a chance to start, and be asked. */
    if (step == VERIFY || step == VERIFY + 2)
      g_assert_cmpint (run.end.outcome, ==, HS_OUTCOME_FAILED);
    else
      job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  }
}

static void
add_test (const char *what, const HsBoard *board, GTestDataFunc function)
{
  g_autofree char *path = g_strdup_printf ("/job-enter/%s/%s", what, board->id);

  g_test_add_data_func (path, board, function);
}

static void
add_boards (void)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    g_autoptr (HsSimCamera) camera = NULL;

    if (board->method == NULL || (board->method->flags & HS_METHOD_IDENTIFIES))
      continue;
    camera = hs_sim_camera_new (board, 1, HS_MODE_DFU, NULL, FALSE, NULL);
    if (camera == NULL)
      continue;
    add_test ("known-from-firmware", board, test_known_from_firmware);
    add_test ("known-afterwards", board, test_known_afterwards);
    if (board->method->flags & HS_METHOD_WATCHED)
      add_test ("slow-between-steps", board, test_slow_between_steps);
    else /* the other one starts its firmware meanwhile */
      add_test ("not-joined-unproven", board, test_not_joined_unproven);
    add_test ("another-came-back", board, test_another_came_back);
    add_test ("asked-for-unit", board, test_asked_for_unit);
  }
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
  add_boards ();
  return g_test_run ();
}
