/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command-group.h"
#include "app/command-guard.h"
#include "app/command.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define LOOK_AGAIN_MS  50                              /* for a cancellation, and for its end */
#define LOOK_CLOSED_MS 2                               /* the same, if it has nothing more to say */
#define GRACE_US       (2 * G_TIME_SPAN_SECOND)        /* between SIGTERM and SIGKILL */
#define LEFT_OVER_US   (200 * G_TIME_SPAN_MILLISECOND) /* the same, for what it left running */
#define PIECE          65536                           /* bytes read at once */

/* One program, and our ends of its two pipes. */
typedef struct {
  GSubprocess *process;
  pid_t pid;    /* also its process group */
  int pipes[2]; /* standard output, standard error; -1: closed */
  HsCommandGuard guard;
  HsCommandPieceFunc func;
  gpointer user_data;
} Stream;

static void
stream_clear (Stream *self)
{
  g_clear_object (&self->process);
  hs_command_guard_end (&self->guard);
  for (guint i = 0; i < 2; i++)
    if (self->pipes[i] >= 0)
      close (self->pipes[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stream, stream_clear)

/* In the child, between fork and exec: a group of its own, so that all it starts can be ended; and
 * it ends should Hotshoe be killed. */
static void
lead_group (gpointer data)
{
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static gboolean
fail_errno (const char *what, GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

/* The other end of each pipe goes to @launcher. */
static gboolean
open_pipes (Stream *self, GSubprocessLauncher *launcher, GError **error)
{
  for (guint i = 0; i < 2; i++) {
    int ends[2];

    if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
      return FALSE;
    self->pipes[i] = ends[0];
    if (i == 0)
      g_subprocess_launcher_take_stdout_fd (launcher, ends[1]);
    else
      g_subprocess_launcher_take_stderr_fd (launcher, ends[1]);
    if (!g_unix_set_fd_nonblocking (ends[0], TRUE, error))
      return FALSE;
  }
  return TRUE;
}

/* A file in memory: however much it is, nobody has to wait for a reader. */
static gboolean
give_input (GSubprocessLauncher *launcher, GBytes *input, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (input, &length);
  int fd = memfd_create ("input", MFD_CLOEXEC);

  if (fd < 0)
    return fail_errno ("memfd", error);
  while (length > 0) {
    gssize n = write (fd, bytes, length);

    if (n < 0 && errno != EINTR) {
      fail_errno ("memfd", error);
      close (fd);
      return FALSE;
    }
    bytes += MAX (n, 0);
    length -= MAX (n, 0);
  }
  lseek (fd, 0, SEEK_SET);
  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  return TRUE;
}

static void
set_environment (GSubprocessLauncher *launcher, const char *const *environment)
{
  for (guint i = 0; environment != NULL && environment[i] != NULL; i++) {
    const char *equals = strchr (environment[i], '=');
    g_autofree char *name =
        equals != NULL ? g_strndup (environment[i], equals - environment[i]) : NULL;

    if (equals != NULL)
      g_subprocess_launcher_setenv (launcher, name, equals + 1, TRUE);
    else
      g_subprocess_launcher_unsetenv (launcher, environment[i]);
  }
}

static gboolean
start (Stream *self,
       const char *const *argv,
       const char *folder,
       const char *const *environment,
       GBytes *input,
       GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) local = NULL;

  if (!open_pipes (self, launcher, error))
    return FALSE;
  if (input != NULL && !give_input (launcher, input, error))
    return FALSE;
  set_environment (launcher, environment);
  g_subprocess_launcher_set_child_setup (launcher, lead_group, NULL, NULL);
  if (folder != NULL)
    g_subprocess_launcher_set_cwd (launcher, folder);

  hs_command_guard_begin (&self->guard, NULL, NULL, -1);
  self->process = g_subprocess_launcher_spawnv (launcher, argv, &local);
  /* The launcher holds the pipes' other ends, without which they would never close. */
  g_subprocess_launcher_close (launcher);
  if (self->process == NULL) {
    if (g_error_matches (local, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, local->message);
    else
      g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  self->pid = hs_command_group_of (self->process);
  hs_command_guard_watch (&self->guard, self->pid);
  return TRUE;
}

/* What is there now. FALSE: nothing was. */
static gboolean
take_piece (Stream *self, guint n)
{
  char buffer[PIECE];
  gssize length = read (self->pipes[n], buffer, sizeof buffer);

  if (length > 0 && self->func != NULL)
    self->func (buffer, length, n == 1, self->user_data);
  if (length == 0 || (length < 0 && errno != EINTR && errno != EAGAIN)) {
    close (self->pipes[n]);
    self->pipes[n] = -1;
  }
  return length > 0;
}

static gboolean
listen_once (Stream *self)
{
  GPollFD from[2] = { { .fd = self->pipes[0], .events = G_IO_IN },
                      { .fd = self->pipes[1], .events = G_IO_IN } };
  gboolean closed = self->pipes[0] < 0 && self->pipes[1] < 0;
  gboolean heard = FALSE;

  if (g_poll (from, 2, closed ? LOOK_CLOSED_MS : LOOK_AGAIN_MS) <= 0)
    return FALSE;
  for (guint i = 0; i < 2; i++)
    if (self->pipes[i] >= 0 && from[i].revents != 0)
      heard |= take_piece (self, i);
  return heard;
}

/* Until it has ended and all is read. What it left running may hold the pipes for ever: its own end
 * is enough then. */
static gboolean
listen (Stream *self, GCancellable *cancellable, GError **error)
{
  for (;;) {
    gboolean running = hs_command_group_leads (self->process);
    gboolean heard;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    heard = listen_once (self);
    if (!running && !heard)
      return TRUE;
  }
}

/**
 * hs_command_stream:
 * @argv: (array zero-terminated): program and arguments; never goes through a shell
 * @folder: (nullable): where it runs
 * @environment: (nullable): NAME=value, set besides ours; NAME alone is taken away
 * @input: (nullable): its standard input
 * @func: (nullable): takes what it says
 * @user_data: for @func
 * @status: (out): its exit status; 128 and the signal that ended it
 * @cancellable: (nullable): ends it, and all that it started
 * @error: %G_IO_ERROR_NOT_FOUND or a #GSpawnError if it can't be started, %G_IO_ERROR_CANCELLED
 *
 * Runs a program and hands on what it says while it runs. However it ends, so does all that it
 * started, and is reaped. A program that ended badly is no error. Blocks: never on the main thread
 * of the window.
 */
gboolean
hs_command_stream (const char *const *argv,
                   const char *folder,
                   const char *const *environment,
                   GBytes *input,
                   HsCommandPieceFunc func,
                   gpointer user_data,
                   int *status,
                   GCancellable *cancellable,
                   GError **error)
{
  g_auto (Stream) stream = { .pipes = { -1, -1 }, .func = func, .user_data = user_data };
  gboolean ok;

  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !start (&stream, argv, folder, environment, input, error))
    return FALSE;

  ok = listen (&stream, cancellable, error);
  hs_command_group_end (stream.process,
                        stream.pid,
                        hs_command_group_leads (stream.process) ? GRACE_US : LEFT_OVER_US);
  if (!ok)
    return FALSE;

  *status = g_subprocess_get_if_exited (stream.process)
                ? g_subprocess_get_exit_status (stream.process)
                : 128 + g_subprocess_get_term_sig (stream.process);
  return TRUE;
}
