/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/session.h"
#include "tests/catalog-fixture.h"

/* Jobs that wait for each other on one port. */

static HsJob *
start (HsSession *session, const char *what, HsDevice *device)
{
  HsRequestOptions options = { NULL };
  g_autoptr (GError) error = NULL;
  HsJob *job = hs_session_start (session, what, device, &options, &error);

  g_assert_no_error (error);
  return job;
}

static void
assert_passed (HsJob *job)
{
  const HsProblem *problem = hs_job_get_problem (job);

  g_test_message ("%s: %s", hs_job_get_what (job), problem != NULL ? problem->chain : "passed");
  g_assert_cmpint (hs_job_get_outcome (job), ==, HS_OUTCOME_PASSED);
}

/* Every one of them lets the camera enumerate anew, and the next has to find it so. */
static void
test_one_port (void)
{
  static const char *const whats[] = { "identify", "enter", "identify", "leave", "restart" };
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-queue-XXXXXX", NULL);
  g_autofree char *catalog = g_build_filename (folder, "catalog.db", NULL);
  HsSessionOptions options = {
    .catalog = catalog, .simulate = "OPENMV4", .simulate_fast = TRUE, .operator_name = "operator 1"
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSession) session = hs_session_new (&options, &error);
  g_autoptr (HsDevice) device = NULL;
  HsJob *jobs[G_N_ELEMENTS (whats)];
  HsMode mode;

  g_assert_no_error (error);
  device = g_list_model_get_item (G_LIST_MODEL (hs_session_get_monitor (session)), 0);
  g_assert_nonnull (device);
  for (guint i = 0; i < G_N_ELEMENTS (whats); i++)
    jobs[i] = start (session, whats[i], device);
  hs_session_drain (session);

  for (guint i = 0; i < G_N_ELEMENTS (whats); i++) {
    assert_passed (jobs[i]);
    g_object_unref (jobs[i]);
  }
  mode = hs_device_get_mode (device);
  g_assert_cmpint (mode, ==, HS_MODE_APP);
  g_clear_object (&device);
  g_clear_object (&session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/queue/one-port", test_one_port);
  return g_test_run ();
}
