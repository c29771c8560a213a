/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/progress.h"

static void
count_cb (HsProgress *progress, gpointer data)
{
  (*(guint *) data)++;
}

static gpointer
report_thread (gpointer data)
{
  for (guint i = 1; i <= 1000; i++)
    hs_progress_report (data, HS_ACTIVITY_WRITING, HS_ROLE_FIRMWARE, i, 1000);
  return NULL;
}

/* A thousand reports from a worker reach the observer as one, with the last figures. */
static void
test_coalesced (void)
{
  g_autoptr (HsProgress) progress = hs_progress_new ();
  HsProgressState state;
  guint n_changes = 0;

  g_signal_connect (progress, "changed", G_CALLBACK (count_cb), &n_changes);
  g_thread_join (g_thread_new ("worker", report_thread, progress));
  hs_progress_get (progress, &state);
  g_assert_cmpuint (state.done, ==, 0);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  hs_progress_get (progress, &state);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (state.done, ==, 1000);
  g_assert_cmpint (state.activity, ==, HS_ACTIVITY_WRITING);
}

/* Nothing is reported in time: slow, while it still lasts; the next report takes it back. */
static void
test_overdue (void)
{
  g_autoptr (HsProgress) progress = hs_progress_new ();
  HsProgressState state;

  hs_progress_report (progress, HS_ACTIVITY_WRITING, HS_ROLE_FIRMWARE, 1, 2);
  hs_progress_expect (progress, 10000);
  hs_progress_expect (progress, 1);
  hs_progress_get (progress, &state);
  while (!state.slow) {
    g_main_context_iteration (NULL, TRUE);
    hs_progress_get (progress, &state);
  }
  g_assert_cmpuint (state.done, ==, 1);

  hs_progress_report (progress, HS_ACTIVITY_WRITING, HS_ROLE_FIRMWARE, 2, 2);
  hs_progress_peek (progress, &state);
  g_assert_false (state.slow);

  hs_progress_expect (progress, 1);
  hs_progress_expect (progress, 0);
  g_usleep (5000);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  hs_progress_peek (progress, &state);
  g_assert_false (state.slow);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/progress/overdue", test_overdue);
  g_test_add_func ("/progress/coalesced", test_coalesced);
  return g_test_run ();
}
