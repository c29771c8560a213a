/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/build-memo.h"
#include "app/firmware/build-run.h"

#include <glib/gstdio.h>

static void
test_check (void)
{
  static const char *const good[] = {
    "DEBUG=1",         "PROFILE_HASH=512", "DEBUGGER=NONE",         "SDK_DIR=/opt/openmv-sdk-1.6.0",
    "MICROPY_PY_ML=0", "EMPTY=",           "CFLAGS_EXTRA=-DA=1 -DB"
  };
  static const char *const bad[] = { "DEBUG",        "=1",      "1A=2",         "A B=1",
                                     "TARGET=X",     "BUILD=/", "MAKEFLAGS=-k", "SHELL=/bin/x",
                                     "X=$(shell y)", "X=`y`",   "X=a;b",        "X=a|b",
                                     "X=a\nb",       "X=\"a\"", "X='a'",        "X=a>b",
                                     "X=$$HOME",     "X=a&b",   "X=\\",         "-j=1" };
  guint n;
  const HsBuildOption *options = hs_build_options (&n);

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (hs_build_option_check (good[i], &error));
    g_assert_no_error (error);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad[i]);
    g_assert_false (hs_build_option_check (bad[i], &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  }
  for (guint i = 0; i < n; i++) {
    g_autofree char *assignment = g_strdup_printf (
        "%s=%s", options[i].name, options[i].value != NULL ? options[i].value : "8");

    g_assert_true (hs_build_option_check (assignment, NULL));
    g_assert_nonnull (options[i].text);
  }
}

static void
count_cb (gpointer data)
{
  (*(guint *) data)++;
}

static gpointer
cancel_later (gpointer data)
{
  g_usleep (300000);
  g_cancellable_cancel (data);
  return NULL;
}

/* What is remembered is there for the next one; who comes second waits. */
static void
test_memo (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (HsBuildMemo) first = NULL;
  g_autoptr (HsBuildMemo) second = NULL;
  g_autoptr (HsBuildMemo) other = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  guint waits = 0;
  GThread *thread;

  first = hs_build_memo_open ("/a/tree", count_cb, &waits, NULL, &error);
  g_assert_no_error (error);
  g_assert_null (hs_build_memo_get (first, "OPENMV4", "options"));
  hs_build_memo_set (first, "OPENMV4", "options", "DEBUG=1 X=a b");
  hs_build_memo_set (first, "OPENMV4", "gone", "x");
  hs_build_memo_set (first, "OPENMV4", "gone", NULL);

  other = hs_build_memo_open ("/another/tree", count_cb, &waits, NULL, &error);
  g_assert_nonnull (other);
  g_assert_cmpuint (waits, ==, 0);
  thread = g_thread_new ("cancel", cancel_later, cancellable);
  second = hs_build_memo_open ("/a/tree", count_cb, &waits, cancellable, &error);
  g_thread_join (thread);
  g_assert_null (second);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (waits, ==, 1);
  g_clear_error (&error);

  g_clear_pointer (&first, hs_build_memo_close);
  second = hs_build_memo_open ("/a/tree", count_cb, &waits, NULL, &error);
  g_assert_no_error (error);
  value = hs_build_memo_get (second, "OPENMV4", "options");
  g_assert_cmpstr (value, ==, "DEBUG=1 X=a b");
  g_assert_null (hs_build_memo_get (second, "OPENMV4", "gone"));
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("hotshoe-test-XXXXXX", NULL);

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/build-options/check", test_check);
  g_test_add_func ("/build-options/memo", test_memo);

  return g_test_run ();
}
