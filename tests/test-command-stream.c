/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/command.h"

#include <signal.h>
#include <string.h>

typedef struct {
  GString *said[2]; /* output, error */
  GCancellable *cancellable;
} Heard;

static void
hear (const char *text, gsize length, gboolean is_stderr, gpointer data)
{
  Heard *heard = data;

  g_string_append_len (heard->said[is_stderr ? 1 : 0], text, length);
  if (heard->cancellable != NULL && strstr (heard->said[0]->str, "now") != NULL)
    g_cancellable_cancel (heard->cancellable);
}

static void
heard_clear (Heard *heard)
{
  g_string_free (heard->said[0], TRUE);
  g_string_free (heard->said[1], TRUE);
  g_clear_object (&heard->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Heard, heard_clear)

static gboolean
run (const char *script, Heard *heard, GBytes *input, int *status, GError **error)
{
  const char *argv[] = { "sh", "-c", script, NULL };
  const char *environment[] = { "HS_TEST_WORD=from outside", "HOME", NULL };

  heard->said[0] = g_string_new (NULL);
  heard->said[1] = g_string_new (NULL);
  return hs_command_stream (
      argv, "/", environment, input, hear, heard, status, heard->cancellable, error);
}

static void
test_both_pipes (void)
{
  g_auto (Heard) heard = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) input = g_bytes_new_static ("given", 5);
  int status = -1;

  g_assert_true (run ("echo \"$(cat) $HS_TEST_WORD ${HOME-no home} $(pwd)\"; echo bad >&2; exit 7",
                      &heard,
                      input,
                      &status,
                      &error));
  g_assert_no_error (error);
  g_assert_cmpstr (heard.said[0]->str, ==, "given from outside no home /\n");
  g_assert_cmpstr (heard.said[1]->str, ==, "bad\n");
  g_assert_cmpint (status, ==, 7);
}

static void
test_much (void)
{
  g_auto (Heard) heard = { 0 };
  int status = -1;

  g_assert_true (run ("head -c 3000000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero >&2",
                      &heard,
                      NULL,
                      &status,
                      NULL));
  g_assert_cmpuint (heard.said[0]->len, ==, 3000000);
  g_assert_cmpuint (heard.said[1]->len, ==, 300000);
  g_assert_cmpint (status, ==, 0);
}

static gboolean
is_in_table (const char *path)
{
  g_autofree char *stat = NULL;

  return g_file_get_contents (path, &stat, NULL, NULL) && strstr (stat, ") Z ") == NULL;
}

/* A dead one may stand in the table still, if nobody has reaped it; and dying takes a moment. */
static gboolean
is_alive (const char *text)
{
  const char *at = strstr (text, "child ");
  g_autofree char *path = NULL;

  g_assert_nonnull (at);
  path =
      g_strdup_printf ("/proc/%d/stat", (int) g_ascii_strtoll (at + strlen ("child "), NULL, 10));
  for (guint i = 0; i < 200 && is_in_table (path); i++)
    g_usleep (10 * G_TIME_SPAN_MILLISECOND);
  return is_in_table (path);
}

/* A child that is deaf to SIGTERM goes as well. */
static void
test_cancel_ends_the_group (void)
{
  g_auto (Heard) heard = { .cancellable = g_cancellable_new () };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_false (run ("(trap '' TERM; sleep 60; sleep 60) & echo child $!; echo now; wait",
                       &heard,
                       NULL,
                       &status,
                       &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (is_alive (heard.said[0]->str));
}

static void
test_what_it_leaves_is_ended (void)
{
  g_auto (Heard) heard = { 0 };
  int status = -1;

  g_assert_true (run ("sleep 60 & echo child $!", &heard, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  g_assert_false (is_alive (heard.said[0]->str));
}

static void
test_signal (void)
{
  g_auto (Heard) heard = { 0 };
  int status = -1;

  g_assert_true (run ("kill -9 $$", &heard, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 128 + SIGKILL);
}

static void
test_no_such_program (void)
{
  const char *argv[] = { "hotshoe-no-such-program", NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_false (hs_command_stream (argv, NULL, NULL, NULL, NULL, NULL, &status, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-stream/both-pipes", test_both_pipes);
  g_test_add_func ("/command-stream/much", test_much);
  g_test_add_func ("/command-stream/cancel", test_cancel_ends_the_group);
  g_test_add_func ("/command-stream/left-running", test_what_it_leaves_is_ended);
  g_test_add_func ("/command-stream/signal", test_signal);
  g_test_add_func ("/command-stream/no-such-program", test_no_such_program);
  return g_test_run ();
}
