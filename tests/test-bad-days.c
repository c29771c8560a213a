/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/dfu.h"
#include "tests/job-rig.h"

#include <string.h>

/* Days on which a job does not go as it should: it ends in the right words, never green. */

enum {
  STEP_ENTER = 1,
  STEP_ADMIT,
  STEP_WRITE,
  STEP_VERIFY,
  STEP_WRITE_ROMFS,
  STEP_VERIFY_ROMFS,
  STEP_LEAVE
};

#define DFU_DETACH 0

static void
set_fault (JobRig *rig, const char *name, int value)
{
  hs_sim_bus_set_fault (rig->bus, 0, name, value);
}

/* One flash job from beginning to end. */
static void
flash (JobRig *rig, HsOutcome outcome, const char *code)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, outcome, code);
  job_run_assert_honest (&run);
}

static void
flash_with_fault (const char *board, const char *fault, HsOutcome outcome, const char *code)
{
  g_auto (JobRig) rig = { 0 };

  job_rig_init (&rig, board);
  set_fault (&rig, fault, 1);
  flash (&rig, outcome, code);
  job_rig_assert_whole (&rig);
}

static void
break_at_step (JobRun *run, guint step, gpointer user_data)
{
  if (step == STEP_LEAVE)
    hs_sim_bus_set_fault (run->rig->bus, 0, user_data, 1);
}

/* Proven, then lost on the way into the application. */
static void
lose_at_leave (const char *fault, const char *code)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.on_step = break_at_step;
  run.user_data = (gpointer) fault;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, code);
  job_run_assert_honest (&run);
  g_assert_cmpstr (job_run_content_state (&run, HS_ROLE_FIRMWARE), ==, "verified");
  job_rig_assert_holds (&rig, 0);
}

static void
test_another_unit (void)
{
  flash_with_fault (NULL, "wrong_unit", HS_OUTCOME_FAILED, "another-unit");
  lose_at_leave ("wrong_unit", "another-unit");
}

static void
test_stays_away (void)
{
  flash_with_fault (NULL, "stay_away", HS_OUTCOME_FAILED, "did-not-come-back");
  lose_at_leave ("stay_away", "did-not-come-back");
}

/* It is not the one that was asked for: that is no failure. */
static void
test_not_this_one (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.unit = g_strdup (KEY_A);
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "another-unit");
  job_run_assert_honest (&run);
  hs_sim_bus_settle (rig.bus, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (job_rig_camera (&rig, 0)), ==, HS_MODE_APP);
}

/* --- windows and words --- */

/* It was in its bootloader when the job was asked for, and has started meanwhile. */
static void
test_window_missed (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_rig_replug (&rig, 0);
  job_run_init (&run, &rig, 0, "flash");
  hs_sim_bus_settle (rig.bus, 0);
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "window-missed");
  job_run_assert_honest (&run);
}

/* Nothing talks to silent firmware; a person with the cable does. */
static void
test_silent_application (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "app_silent", 1);
  flash (&rig, HS_OUTCOME_FAILED, "window-missed");

  job_run_init (&run, &rig, 0, "flash");
  run.work->options.replug = TRUE;
  job_run_go_with_hands (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
  g_assert_cmpint (run.work->version.kind, ==, HS_VERSION_USB);
  g_assert_cmpint (run.work->verdict, ==, HS_VERDICT_NOT_COMPARABLE);
}

static void
test_legacy_application (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "app_legacy", 1);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
  g_assert_cmpint (run.work->version.kind, ==, HS_VERSION_NUMBER);
  g_assert_cmpint (run.work->verdict, ==, HS_VERDICT_EQUAL);
}

/* It is the very image, but the build says another number than the camera: never green. */
static void
test_version_differs (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_rig_import_as (&rig, "5.0.1", 500);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_FAILED, "version-differs");
  job_run_assert_honest (&run);
  job_rig_assert_holds (&rig, 0);
  g_assert_cmpstr (run.work->version.text, ==, "5.0.0");
  g_assert_cmpstr (run.work->expected, ==, "5.0.1");
}

static void
test_no_read_back (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "no_upload", 1);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_UNPROVEN, "no-read-back");
  job_run_assert_honest (&run);
  job_rig_assert_holds (&rig, 0);
  g_assert_cmpstr (job_run_content_state (&run, HS_ROLE_FIRMWARE), ==, "written");
}

/* Entered by the firmware's order it stays when told to go; a bus reset makes it go. */
static void
test_old_bootloader (void)
{
  flash_with_fault (NULL, "old_bootloader", HS_OUTCOME_PASSED, NULL);
}

static void
test_swapped (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, "OPENMV_AE3");
  set_fault (&rig, "swapped", 1);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_UNPROVEN, "swapped-read-back");
  g_assert_cmpstr (job_run_content_state (&run, HS_ROLE_FIRMWARE), ==, "verified");
  g_assert_cmpstr (job_run_content_state (&run, HS_ROLE_ROMFS0), ==, "unknown");
}

static void
test_held_elsewhere (void)
{
  flash_with_fault (NULL, "held_elsewhere", HS_OUTCOME_REFUSED, "camera-held");
}

static void
test_no_access (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *text = NULL;

  job_rig_init (&rig, NULL);
  set_fault (&rig, "no_access", 1);
  job_run_init (&run, &rig, 0, "flash");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "no-permission");
  job_run_assert_honest (&run);
  g_assert_cmpuint (run.n_steps, ==, 0);
  text = g_strjoin (" ", run.end.problem->message, run.end.problem->action, NULL);
  g_assert_nonnull (strstr (text, "60-hotshoe.rules"));
}

/* In the chip's own bootloader, whose USB id many boards share: nothing is known of it, and nothing
 * is done to it. */
static void
test_unknown_board (void)
{
  const char *whats[] = { "flash", "identify", "enter", "leave", "probe", "read-build" };
  g_auto (JobRig) rig = { 0 };

  job_rig_init (&rig, "OPENMV4");
  job_rig_renew_bus (&rig, HS_MODE_ROM);
  for (guint i = 0; i < G_N_ELEMENTS (whats); i++) {
    g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (rig.bus), "1-1");
    g_autoptr (HsCamera) camera = hs_camera_new (HS_BUS (rig.bus), info, NULL, NULL);
    g_auto (JobRun) run = { .rig = &rig };

    run.work = hs_work_new (whats[i], NULL, camera, rig.catalog);
    g_set_object (&run.work->options.build, rig.build);
    job_run_go (&run);
    job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "not-possible");
    g_assert_true (run.end.recorded);
    g_assert_cmpuint (run.n_steps, ==, 0);
  }
  job_rig_assert_whole (&rig);
}

/* Asked for its version and id, it goes on with what it did. */
static void
test_probe (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_auto (JobRun) silent = { 0 };
  g_autoptr (HsUnit) unit = NULL;

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "probe");
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_subject (&run);
  g_assert_cmpstr (run.work->version.text, ==, "4.8.1");
  unit = hs_catalog_get_unit (rig.catalog, hs_camera_get_key (run.work->camera), NULL);
  g_assert_cmpstr (hs_unit_get_last_version (unit), ==, "4.8.1");
  g_assert_cmpint (hs_sim_camera_get_mode (job_rig_camera (&rig, 0)), ==, HS_MODE_APP);

  set_fault (&rig, "app_silent", 1);
  job_run_init (&silent, &rig, 0, "probe");
  job_run_go (&silent);
  job_run_assert_ended (&silent, HS_OUTCOME_PASSED, NULL);
  g_assert_cmpint (silent.work->version.kind, ==, HS_VERSION_USB);
  g_assert_null (silent.work->version.text);
  job_rig_assert_whole (&rig);
}

/* --- torn writes --- */

/* An H7 hangs when a word that lost power while it was programmed is read. Who knows of the broken
 * write does not read it; who does not know asks for the cable. */
static gboolean
tear_and_heal (JobRig *rig, guint n, gboolean knows)
{
  g_auto (JobRun) broken = { 0 };
  g_auto (JobRun) again = { 0 };

  job_rig_renew_bus (rig, HS_MODE_DFU);
  set_fault (rig, "torn_reads_hang", 1);
  set_fault (rig, "unplug_at", hs_sim_camera_get_n_requests (job_rig_camera (rig, 0)) + n);
  job_run_init (&broken, rig, 0, "flash");
  broken.work->options.full = TRUE;
  job_run_go (&broken);
  job_run_assert_ended (&broken, HS_OUTCOME_FAILED, "camera-gone");
  job_run_assert_honest (&broken);

  set_fault (rig, "unplug_at", 0);
  hs_sim_bus_plug (rig->bus, 0);
  if (!knows)
    job_rig_renew_catalog (rig);
  job_run_init (&again, rig, 0, "flash");
  if (knows)
    job_run_go (&again);
  else
    job_run_go_with_hands (&again);
  job_run_assert_ended (&again, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&again);
  if (knows || again.replugged) {
    g_assert_cmpuint (hs_work_part (again.work, 0)->wrote_bytes, ==, RIG_FIRMWARE);
    g_assert_cmpuint (hs_work_part (again.work, 0)->skipped_bytes, ==, 0);
  }
  return again.replugged;
}

static void
test_torn_write (gconstpointer data)
{
  g_auto (JobRig) rig = { 0 };
  gboolean knows = GPOINTER_TO_INT (data);

  guint n_replugged = 0;

  job_rig_init (&rig, NULL);
  for (guint n = 14; n <= 26; n++)
    n_replugged += tear_and_heal (&rig, n, knows);
  g_assert_cmpuint (n_replugged > 0, ==, !knows);
  job_rig_assert_whole (&rig);
}

/* --- what can't be recorded --- */

typedef struct {
  guint step;
  guint n;
} FailAt;

static void
fail_at_step (JobRun *run, guint step, gpointer user_data)
{
  FailAt *fail = user_data;

  if (step == fail->step)
    hs_catalog_fail_at (run->rig->catalog, fail->n);
}

/* The run can't be put on record: then nothing is written. */
static void
test_unrecorded_start (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  FailAt fail = { STEP_ADMIT, 1 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.on_step = fail_at_step;
  run.user_data = &fail;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_REFUSED, "disk-full");
  job_run_assert_honest (&run);
  g_assert_cmpint (hs_work_part (run.work, 0)->state, ==, HS_PART_UNTOUCHED);
  hs_sim_bus_settle (rig.bus, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (job_rig_camera (&rig, 0)), ==, HS_MODE_APP);
}

/* As the catalog is opened again, what was spooled is in it. */
static void
assert_spooled (JobRig *rig, JobRun *run)
{
  g_autofree char *spool = g_strconcat (rig->path, ".spool", NULL);
  g_autoptr (HsRun) recorded = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_test (spool, G_FILE_TEST_EXISTS));
  g_clear_object (&run->work->catalog);
  g_clear_object (&rig->catalog);
  rig->catalog = open_fast (rig->path, &error);
  g_assert_no_error (error);
  run->work->catalog = g_object_ref (rig->catalog);
  g_assert_false (g_file_test (spool, G_FILE_TEST_EXISTS));
  recorded = hs_catalog_get_run (rig->catalog, run->work->run, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hs_run_get_outcome (recorded), ==, hs_outcome_name (run->end.outcome));
  assert_whole (rig->catalog);
}

static void
test_unrecorded_end (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  FailAt fail = { STEP_LEAVE, 1 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.confirm_none = TRUE; /* the next entry is the last */
  run.on_step = fail_at_step;
  run.user_data = &fail;
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  g_assert_false (run.end.recorded);
  job_rig_assert_holds (&rig, 0);
  assert_spooled (&rig, &run);
}

/* Each statement that writes, in turn. */
static void
test_unrecorded_anywhere (void)
{
  g_auto (JobRig) rig = { 0 };
  guint n_whole = 0;

  job_rig_init (&rig, NULL);
  for (guint n = 2; n_whole == 0; n += 9) {
    g_auto (JobRun) run = { 0 };
    FailAt fail = { STEP_ENTER, n };

    job_rig_renew_bus (&rig, HS_MODE_APP);
    job_rig_renew_catalog (&rig);
    job_run_init (&run, &rig, 0, "flash");
    run.on_step = fail_at_step;
    run.user_data = &fail;
    job_run_go (&run);
    if (!run.end.recorded) {
      assert_spooled (&rig, &run);
    } else {
      job_run_assert_honest (&run);
      n_whole += run.end.outcome == HS_OUTCOME_PASSED;
    }
    g_assert_true (run.end.outcome == HS_OUTCOME_PASSED ||
                   g_str_equal (run.end.problem->code, "disk-full"));
    if (run.end.outcome == HS_OUTCOME_REFUSED)
      g_assert_cmpuint (hs_work_part (run.work, 0)->wrote_bytes, ==, 0);
    job_rig_assert_whole (&rig);
  }
}

/* --- called off --- */

static void
cancel_at_request (JobRun *run, guint request, gpointer user_data)
{
  if (run->n_spied == GPOINTER_TO_UINT (user_data))
    g_cancellable_cancel (run->work->cancellable);
}

static gboolean
is_held (JobRig *rig)
{
  hs_sim_bus_settle (rig->bus, 0);
  return hs_sim_camera_get_mode (job_rig_camera (rig, 0)) == HS_MODE_DFU;
}

/* Before anything is written the camera is given back; after that it stays held until it is whole.
 * FALSE: the job was over before. */
static gboolean
cancel_round (JobRig *rig, guint n)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "flash");
  run.work->options.full = TRUE;
  job_run_spy (&run, cancel_at_request, GUINT_TO_POINTER (n));
  job_run_go (&run);
  job_run_assert_honest (&run);
  if (run.end.outcome == HS_OUTCOME_PASSED)
    return run.n_spied >= n;

  job_run_assert_ended (&run, HS_OUTCOME_CANCELLED, "cancelled");
  if (run.n_steps < STEP_LEAVE)
    g_assert_cmpint (is_held (rig), ==, run.work->began);
  hs_sim_bus_settle (rig->bus, 0);
  flash (rig, HS_OUTCOME_PASSED, NULL);
  return TRUE;
}

static void
test_cancelled_anywhere (void)
{
  g_auto (JobRig) rig = { 0 };
  gboolean reached = TRUE;

  job_rig_init (&rig, NULL);
  for (guint n = 1; reached; n++) {
    if (n % 12 == 0)
      job_rig_renew_catalog (&rig);
    job_rig_renew_bus (&rig, HS_MODE_APP);
    reached = cancel_round (&rig, n);
  }
  job_rig_assert_whole (&rig);
}

/* While a person is waited for. */
static void
test_cancelled_waiting (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };

  job_rig_init (&rig, NULL);
  job_run_init (&run, &rig, 0, "flash");
  run.work->options.replug = TRUE;
  job_run_start (&run);
  g_assert_true (job_run_await (&run, HS_ACTIVITY_WAITING));
  g_cancellable_cancel (run.work->cancellable);
  job_run_join (&run);
  job_run_assert_ended (&run, HS_OUTCOME_CANCELLED, "cancelled");
  job_run_assert_honest (&run);
}

/* --- after DETACH --- */

typedef struct {
  gboolean detached;
  guint n_after;
} Departure;

static void
watch_departure (JobRun *run, guint request, gpointer user_data)
{
  Departure *departure = user_data;

  departure->n_after += departure->detached;
  departure->detached = departure->detached || request == DFU_DETACH;
}

static void
test_silence_after_detach (gconstpointer data)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  Departure departure = { FALSE, 0 };

  job_rig_init (&rig, NULL);
  set_fault (&rig, "old_bootloader", GPOINTER_TO_INT (data));
  job_run_init (&run, &rig, 0, "flash");
  job_run_spy (&run, watch_departure, &departure);
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
  g_assert_true (departure.detached);
  g_assert_cmpuint (departure.n_after, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bad-days/another-unit", test_another_unit);
  g_test_add_func ("/bad-days/stays-away", test_stays_away);
  g_test_add_func ("/bad-days/not-this-one", test_not_this_one);
  g_test_add_func ("/bad-days/window-missed", test_window_missed);
  g_test_add_func ("/bad-days/silent-application", test_silent_application);
  g_test_add_func ("/bad-days/legacy-application", test_legacy_application);
  g_test_add_func ("/bad-days/version-differs", test_version_differs);
  g_test_add_func ("/bad-days/no-read-back", test_no_read_back);
  g_test_add_func ("/bad-days/old-bootloader", test_old_bootloader);
  g_test_add_func ("/bad-days/swapped", test_swapped);
  g_test_add_func ("/bad-days/held-elsewhere", test_held_elsewhere);
  g_test_add_func ("/bad-days/no-access", test_no_access);
  g_test_add_func ("/bad-days/unknown-board", test_unknown_board);
  g_test_add_func ("/bad-days/probe", test_probe);
  g_test_add_data_func ("/bad-days/torn/known", GINT_TO_POINTER (TRUE), test_torn_write);
  g_test_add_data_func ("/bad-days/torn/unknown", GINT_TO_POINTER (FALSE), test_torn_write);
  g_test_add_func ("/bad-days/unrecorded/start", test_unrecorded_start);
  g_test_add_func ("/bad-days/unrecorded/end", test_unrecorded_end);
  g_test_add_func ("/bad-days/unrecorded/anywhere", test_unrecorded_anywhere);
  g_test_add_func ("/bad-days/cancelled/anywhere", test_cancelled_anywhere);
  g_test_add_func ("/bad-days/cancelled/waiting", test_cancelled_waiting);
  g_test_add_data_func ("/bad-days/detach/new", GINT_TO_POINTER (FALSE), test_silence_after_detach);
  g_test_add_data_func ("/bad-days/detach/old", GINT_TO_POINTER (TRUE), test_silence_after_detach);
  return g_test_run ();
}
