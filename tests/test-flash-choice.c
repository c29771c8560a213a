/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/flash-choice.h"
#include "ui/flash-job-row.h"
#include "ui/flash-result-page.h"

/* What button label follows from what is chosen; a red verb names the loss. */
static void
test_verb (void)
{
  static const struct {
    guint n;
    gboolean erase;
    gboolean full;
    gboolean save_first;
    const char *verb;
    const char *loss;
  } cases[] = {
    { 1, FALSE, FALSE, FALSE, "_Flash 1 Camera", NULL },
    { 3, FALSE, FALSE, FALSE, "_Flash 3 Cameras", NULL },
    { 3, FALSE, TRUE, TRUE, "_Flash 3 Cameras", NULL },
    { 1,
      TRUE,
      FALSE,
      FALSE,
      "_Flash and Erase 1 Camera",
      "The filesystem of the camera is erased." },
    { 3,
      TRUE,
      TRUE,
      FALSE,
      "_Flash and Erase 3 Cameras",
      "The filesystems of all 3 cameras are erased." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    HsRequestOptions options = { .erase_filesystem = cases[i].erase,
                                 .full = cases[i].full,
                                 .save_first = cases[i].save_first };
    g_autofree char *verb = hs_flash_verb (cases[i].n, &options);
    g_autofree char *loss = hs_flash_loss (cases[i].n, &options);

    g_assert_cmpstr (verb, ==, cases[i].verb);
    g_assert_cmpstr (loss, ==, cases[i].loss);
    g_assert_cmpint (hs_flash_loses_something (&options), ==, cases[i].loss != NULL);
  }
}

static void
test_titles (void)
{
  g_autofree char *one = hs_flash_title (1, "gate-counter 1.4.2");
  g_autofree char *three = hs_flash_title (3, "100 %s");
  g_autofree char *all = hs_flash_result_title (3, 3);
  g_autofree char *some = hs_flash_result_title (2, 3);
  g_autofree char *none = hs_flash_result_title (0, 1);
  g_autofree char *retry = hs_flash_retry_verb (1);

  g_assert_cmpstr (one, ==, "Flash 1 camera with gate-counter 1.4.2");
  g_assert_cmpstr (three, ==, "Flash 3 cameras with 100 %s");
  g_assert_cmpstr (all, ==, "All 3 cameras passed");
  g_assert_cmpstr (some, ==, "2 of 3 cameras passed");
  g_assert_cmpstr (none, ==, "The camera did not pass");
  g_assert_cmpstr (retry, ==, "_Retry 1 Failed");
}

/* It counts down, and never says 0:00 while something goes on. */
static void
test_time_left (void)
{
  static const struct {
    double seconds;
    const char *text;
  } cases[] = { { 14, "0:14" }, { 13.2, "0:14" }, { 75, "1:15" }, { 0, "0:01" }, { .2, "0:01" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = hs_flash_time_left (cases[i].seconds);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flash-choice/verb", test_verb);
  g_test_add_func ("/flash-choice/titles", test_titles);
  g_test_add_func ("/flash-choice/time-left", test_time_left);
  return g_test_run ();
}
