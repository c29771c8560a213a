/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/practice.h"
#include "app/session.h"

/* The main loop goes on while four cameras are flashed: the window stays alive. */

#define BEAT_MS        5
#define LONGEST_GAP_US (1 * G_TIME_SPAN_SECOND)

typedef struct {
  gint64 last_us;
  GArray *gaps; /* (element-type gint64), microseconds */
} Heart;

static gboolean
beat_cb (gpointer data)
{
  Heart *heart = data;
  gint64 now = g_get_monotonic_time ();

  gint64 gap = now - heart->last_us;

  g_array_append_val (heart->gaps, gap);
  heart->last_us = now;
  return G_SOURCE_CONTINUE;
}

static int
compare_gaps (gconstpointer a, gconstpointer b)
{
  gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return one < other ? -1 : one > other;
}

static void
start_all (HsSession *session, HsBuild *build)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (session));
  HsRequestOptions options = { .build = build, .confirm = HS_VERSION_NUMBER, .full = TRUE };

  g_assert_cmpuint (g_list_model_get_n_items (monitor), ==, 4);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    g_autoptr (GError) error = NULL;
    g_autoptr (HsJob) job = hs_session_start (session, "flash", device, &options, &error);

    g_assert_no_error (error);
  }
}

static void
test_four_cameras (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-heartbeat-XXXXXX", NULL);
  g_autofree char *catalog = g_build_filename (folder, "catalog.db", NULL);
  HsSessionOptions options = {
    .catalog = catalog, .simulate = "OPENMV4*4", .simulate_fast = TRUE, .practice_builds = TRUE
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSession) session = hs_session_new (&options, &error);
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
  Heart heart = { .gaps = gaps };
  gint64 longest_us;
  guint source;

  g_assert_no_error (error);
  start_all (session, hs_session_get_loaded (session));
  heart.last_us = g_get_monotonic_time ();
  source = g_timeout_add (BEAT_MS, beat_cb, &heart);
  hs_session_drain (session);
  g_source_remove (source);

  for (guint i = 0; i < 4; i++) {
    g_autoptr (HsJob) job = g_list_model_get_item (hs_session_get_jobs (session), i);

    g_assert_cmpint (hs_job_get_outcome (job), ==, HS_OUTCOME_PASSED);
  }
  g_assert_cmpuint (gaps->len, >, 0);
  g_array_sort (gaps, compare_gaps);
  longest_us = g_array_index (gaps, gint64, gaps->len - 1);
  g_test_message ("%u beats, one each %d ms: median gap %.1f ms (wanted: 50), longest %.1f ms "
                  "(wanted: 200)",
                  gaps->len,
                  BEAT_MS,
                  g_array_index (gaps, gint64, gaps->len / 2) / 1000.0,
                  longest_us / 1000.0);
  g_assert_cmpint (longest_us, <, LONGEST_GAP_US);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("hotshoe-home-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/heartbeat/four-cameras", test_four_cameras);
  return g_test_run ();
}
