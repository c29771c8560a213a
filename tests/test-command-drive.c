/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/command.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A program and what came of it. */
typedef struct {
  GString *lines;     /* "line|", of a line that is not whole "line?|" */
  const char *ask;    /* nullable: what is answered … */
  const char *answer; /* … and how */
  const char *stop;   /* nullable: the line that stops it */
  gint64 pid;         /* of a child that it has named: "pid N" */
  guint n_lines;
  GCancellable *cancellable;
  int status;
} Talk;

static void
talk_clear (Talk *self)
{
  if (self->lines != NULL)
    g_string_free (self->lines, TRUE);
  g_clear_object (&self->cancellable);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

static char *
line_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Talk *self = user_data;

  self->n_lines++;
  if (self->lines->len < 4000)
    g_string_append_printf (self->lines, "%s%s|", line, whole ? "" : "?");
  if (g_str_has_prefix (line, "pid "))
    self->pid = g_ascii_strtoll (line + 4, NULL, 10);
  if (self->stop != NULL && strstr (line, self->stop) != NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "enough");
  if (g_strcmp0 (line, "now") == 0)
    g_cancellable_cancel (self->cancellable);
  return self->ask != NULL && strstr (line, self->ask) != NULL ? g_strdup (self->answer) : NULL;
}

static gboolean
run (Talk *self, const char *script, guint silence_s, guint timeout_s, GError **error)
{
  const char *argv[] = { "sh", "-c", script, NULL };

  self->lines = g_string_new (NULL);
  self->cancellable = g_cancellable_new ();
  return hs_command_drive (
      argv, NULL, silence_s, timeout_s, line_cb, self, &self->status, self->cancellable, error);
}

static void
assert_gone (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);

  g_assert_cmpint (pid, >, 1);
  for (guint i = 0; i < 100; i++) {
    g_autofree char *text = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL) || strstr (text, ") Z") != NULL)
      return;
    g_usleep (20000);
  }
  g_assert_not_reached ();
}

/* All children were waited for. */
static void
assert_no_zombies (void)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
}

static void
test_prints (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };
  gboolean ok = run (&talk,
                     "printf 'one\\n\\ntwo\\r 50%%\\r100%%\\r\\n\\033[94mblue\\033[0m\\n'; "
                     "printf 'wrong\\n' >&2; printf last; exit 3",
                     5,
                     10,
                     &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpstr (talk.lines->str, ==, "one|two| 50%|100%|blue|wrong|last|");
  g_assert_cmpint (talk.status, ==, 3);
  assert_no_zombies ();
}

static void
test_asks (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { .ask = "[y/n]", .answer = "n" };
  gboolean ok = run (&talk,
                     "printf 'Go on [y/n]? '; read a; echo \"said $a\"; printf 'wait... '; "
                     "sleep 0.6; echo done; test -t 0 && echo terminal",
                     5,
                     10,
                     &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpstr (talk.lines->str, ==, "Go on [y/n]? ?|said n|wait... ?|wait... done|terminal|");
  g_assert_cmpint (talk.status, ==, 0);
}

/* A question that is answered by nobody ends by its silence. */
static void
test_hangs (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };
  gint64 start = g_get_monotonic_time ();

  g_assert_false (run (&talk, "echo \"pid $$\"; read a", 1, 60, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "said nothing for 1 second"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
  assert_gone (talk.pid);
  assert_no_zombies ();
}

static void
test_deaf (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };

  g_assert_false (run (
      &talk, "trap '' TERM HUP INT; echo \"pid $$\"; while :; do sleep 0.2; done", 1, 60, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_gone (talk.pid);
  assert_no_zombies ();
}

static void
test_floods (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };

  g_assert_false (run (&talk, "while :; do echo flood; done", 5, 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "had not ended after 1 second"));
  g_assert_cmpuint (talk.n_lines, >, 10);
}

static void
test_endless_line (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };

  g_assert_true (run (&talk, "head -c 100000 /dev/zero | tr '\\0' x", 5, 10, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (talk.n_lines, >=, 10);
}

static void
test_dies (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };

  g_assert_true (run (&talk, "echo before; kill -9 $$", 5, 10, &error));
  g_assert_no_error (error);
  g_assert_cmpint (talk.status, ==, 128 + SIGKILL);
  g_assert_cmpstr (talk.lines->str, ==, "before|");
}

/* A child that outlives it and keeps the terminal is waited for by nobody. */
static void
test_leaves_child (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };
  gint64 start = g_get_monotonic_time ();

  g_assert_true (run (&talk, "sleep 100 & echo \"pid $!\"; echo done", 50, 50, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (talk.lines->str, "done|"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_TIME_SPAN_SECOND);
  assert_gone (talk.pid);
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { 0 };

  g_assert_false (run (&talk, "sleep 100 & echo \"pid $!\"; echo now; wait", 50, 50, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_gone (talk.pid);
}

static void
test_stopped (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { .stop = "mismatch" };

  g_assert_false (run (&talk, "echo \"pid $$\"; echo mismatch; sleep 100", 50, 50, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "enough");
  assert_gone (talk.pid);
}

static void
test_missing (void)
{
  const char *argv[] = { "/nowhere/at-all", NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_assert_false (hs_command_drive (argv, NULL, 1, 1, NULL, NULL, &status, NULL, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
}

static void
test_folder (void)
{
  const char *argv[] = { "pwd", NULL };
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = { .lines = g_string_new (NULL) };

  g_assert_true (hs_command_drive (argv, "/usr", 5, 5, line_cb, &talk, &talk.status, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (talk.lines->str, ==, "/usr|");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-drive/prints", test_prints);
  g_test_add_func ("/command-drive/asks", test_asks);
  g_test_add_func ("/command-drive/hangs", test_hangs);
  g_test_add_func ("/command-drive/deaf", test_deaf);
  g_test_add_func ("/command-drive/floods", test_floods);
  g_test_add_func ("/command-drive/endless-line", test_endless_line);
  g_test_add_func ("/command-drive/dies", test_dies);
  g_test_add_func ("/command-drive/leaves-child", test_leaves_child);
  g_test_add_func ("/command-drive/cancel", test_cancel);
  g_test_add_func ("/command-drive/stopped", test_stopped);
  g_test_add_func ("/command-drive/missing", test_missing);
  g_test_add_func ("/command-drive/folder", test_folder);
  return g_test_run ();
}
