/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 100 /* for a cancellation */

static void
take_output (const char *text, gsize length, gboolean is_stderr, gpointer user_data)
{
  if (!is_stderr)
    g_string_append_len (user_data, text, length);
}

/**
 * hs_command_output:
 * @argv: (array zero-terminated): program and arguments; never goes through a shell
 * @cancellable: (nullable): ends the wait and the program
 * @error: %G_IO_ERROR_NOT_FOUND or a #GSpawnError if it can't be started, %G_IO_ERROR_FAILED if it
 *   ended badly or what it prints is no text
 *
 * Runs a short program and takes what it prints. (Not by GSubprocess's own means: their way to be
 * cancelled from another thread can wait for itself.) Blocks: never on the main thread of the
 * window.
 *
 * Returns: (transfer full): its output without white space at the ends
 */
char *
hs_command_output (const char *const *argv, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) output = g_string_new (NULL);
  g_autofree char *text = NULL;
  int status;

  if (!hs_command_stream (argv, NULL, NULL, NULL, take_output, output, &status, cancellable, error))
    return NULL;

  if (status != 0 || !g_utf8_validate (output->str, output->len, NULL)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s ended with an error", argv[0]);
    return NULL;
  }
  text = g_string_free (g_steal_pointer (&output), FALSE);
  return g_strstrip (g_steal_pointer (&text));
}

/* --- what a program makes, byte by byte --- */

typedef struct {
  GSubprocess *process; /* borrowed */
  GByteArray *output;
  gsize most;
  gint64 deadline; /* monotonic */
} Reading;

/* What is there now; FALSE: the pipe is closed. */
static gboolean
take_from (int fd, GByteArray *into, gsize most)
{
  guint8 buffer[8192];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n > 0 && into->len <= most)
    g_byte_array_append (into, buffer, n);
  return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

static gboolean
check_reading (Reading *self, const char *name, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (self->output->len > self->most) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_NO_SPACE,
                 _ ("%s makes more than %u bytes"),
                 name,
                 (guint) self->most);
    return FALSE;
  }
  if (g_get_monotonic_time () >= self->deadline) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _ ("%s took too long"), name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_pipe (Reading *self, const char *name, GCancellable *cancellable, GError **error)
{
  GPollFD from = { .fd = g_unix_input_stream_get_fd (
                       G_UNIX_INPUT_STREAM (g_subprocess_get_stdout_pipe (self->process))),
                   .events = G_IO_IN | G_IO_HUP };

  while (from.fd >= 0) {
    if (!check_reading (self, name, cancellable, error))
      return FALSE;
    if (g_poll (&from, 1, LOOK_AGAIN_MS) > 0 && !take_from (from.fd, self->output, self->most))
      from.fd = -1;
  }
  return check_reading (self, name, cancellable, error);
}

/* Its output has ended; so will it. */
static gboolean
wait_for_end (Reading *self, const char *name, GCancellable *cancellable, GError **error)
{
  while (g_subprocess_get_identifier (self->process) != NULL) {
    if (!check_reading (self, name, cancellable, error))
      return FALSE;
    g_usleep (G_TIME_SPAN_MILLISECOND);
  }
  return g_subprocess_wait (self->process, NULL, error);
}

/* Not with its words: what it makes is a secret, and errors are recorded for ever. */
static void
fail_status (GSubprocess *process, const char *name, GError **error)
{
  if (g_subprocess_get_if_exited (process))
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_FAILED,
                 _ ("%s ended with status %d. What it says is not kept: run it by hand"),
                 name,
                 g_subprocess_get_exit_status (process));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s was killed"), name);
}

/**
 * hs_command_bytes:
 * @argv: (array zero-terminated): program and arguments; never goes through a shell
 * @most: bytes of output that are taken; more is an error
 * @timeout_s: it is killed after so many seconds
 * @cancellable: (nullable): ends the wait and the program
 * @error: a #GSpawnError if it can't be started; %G_IO_ERROR_FAILED if it ended badly,
 *   %G_IO_ERROR_NO_SPACE, %G_IO_ERROR_TIMED_OUT
 *
 * Runs a program and takes what it prints, whatever bytes those are. Blocks: never on the main
 * thread of the window.
 *
 * Returns: (transfer full): its standard output
 */
GBytes *
hs_command_bytes (const char *const *argv,
                  gsize most,
                  guint timeout_s,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error);
  g_autoptr (GByteArray) output = g_byte_array_new ();
  Reading reading = {
    process, output, most, g_get_monotonic_time () + timeout_s * G_TIME_SPAN_SECOND
  };

  if (process == NULL)
    return NULL;
  if (!read_pipe (&reading, argv[0], cancellable, error)) {
    g_subprocess_force_exit (process);
    return NULL;
  }
  if (!wait_for_end (&reading, argv[0], cancellable, error)) {
    g_subprocess_force_exit (process);
    return NULL;
  }
  if (!g_subprocess_get_successful (process)) {
    fail_status (process, argv[0], error);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&output));
}

gboolean
hs_command_start (const char *const *argv, GError **error)
{
  g_autoptr (GSubprocess) process = g_subprocess_newv (
      argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, error);

  return process != NULL;
}
