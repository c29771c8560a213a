/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/practice.h"
#include "app/session.h"

/* A camera that was pulled in mid write is retried while it is away: the job waits for it. */

#define LINGER_MS 20

static HsJob *
start (HsSession *session, HsDevice *device, gboolean replug)
{
  HsRequestOptions options = { .build = hs_session_get_loaded (session),
                               .confirm = HS_VERSION_NUMBER,
                               .full = TRUE,
                               .replug = replug };
  g_autoptr (GError) error = NULL;
  HsJob *job = hs_session_start (session, "flash", device, &options, &error);

  g_assert_no_error (error);
  return job;
}

static void
wait_for_activity (HsJob *job, HsActivity activity)
{
  HsProgressState state = { 0 };

  while (state.activity != activity) {
    g_assert_cmpint (hs_job_get_state (job), !=, HS_JOB_FINISHED);
    g_main_context_iteration (NULL, TRUE);
    hs_job_get_progress (job, &state);
  }
}

static void
test_pulled_and_retried (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-retry-XXXXXX", NULL);
  g_autofree char *catalog = g_build_filename (folder, "catalog.db", NULL);
  HsSessionOptions options = {
    .catalog = catalog, .simulate = "OPENMV4", .simulate_fast = TRUE, .practice_builds = TRUE
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSession) session = hs_session_new (&options, &error);
  g_autoptr (HsDevice) device = NULL;
  g_autoptr (HsJob) broken = NULL;
  g_autoptr (HsJob) again = NULL;
  HsSimBus *bus;

  g_assert_no_error (error);
  bus = hs_session_get_sim_bus (session);
  hs_monitor_set_linger (hs_session_get_monitor (session), LINGER_MS);
  device = g_list_model_get_item (G_LIST_MODEL (hs_session_get_monitor (session)), 0);

  hs_sim_bus_set_fault (bus, 0, "unplug_at", 300);
  broken = start (session, device, FALSE);
  hs_session_drain (session);
  g_assert_cmpint (hs_job_get_outcome (broken), ==, HS_OUTCOME_FAILED);

  /* Long gone from the list when somebody presses Retry. */
  while (g_list_model_get_n_items (G_LIST_MODEL (hs_session_get_monitor (session))) > 0)
    g_main_context_iteration (NULL, TRUE);
  again = start (session, hs_job_get_device (broken), TRUE);
  wait_for_activity (again, HS_ACTIVITY_WAITING);
  hs_sim_bus_plug (bus, 0);
  hs_session_drain (session);
  g_assert_cmpint (hs_job_get_outcome (again), ==, HS_OUTCOME_PASSED);
  g_assert_cmpstr (hs_job_get_unit (again), ==, hs_job_get_unit (broken));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("hotshoe-home-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/retry/pulled", test_pulled_and_retried);
  return g_test_run ();
}
