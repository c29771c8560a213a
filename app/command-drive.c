/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command-group.h"
#include "app/command.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define LOOK_AGAIN_MS 50                              /* for an end, a cancellation, a time-out */
#define QUESTION_US   (300 * G_TIME_SPAN_MILLISECOND) /* of silence after words without an end */
#define GRACE_US      (2 * G_TIME_SPAN_SECOND)        /* between SIGTERM and SIGKILL */
#define LEFT_OVER_US  (200 * G_TIME_SPAN_MILLISECOND) /* the same, for children that it left */
#define DRAIN_US      (1 * G_TIME_SPAN_SECOND)        /* for the last words of one that has ended */
#define LONGEST       4096 /* bytes; what is longer without an end counts as a line */
#define ESCAPE        0x1b

/* One program on a terminal of its own. */
typedef struct {
  GSubprocess *process;
  pid_t pid;    /* also its process group and its session */
  int terminal; /* our end; -1: closed by the other side */
  const char *name;
  GByteArray *text; /* what it said, but for the lines that were given */
  gboolean given;   /* all of @text was given already, as words without an end */
  gint64 heard;     /* monotonic: when it said something */
  gint64 deadline;
  guint silence_s;
  guint timeout_s;
  HsCommandLineFunc func;
  gpointer user_data;
} Drive;

static void
drive_clear (Drive *self)
{
  g_clear_object (&self->process);
  g_clear_pointer (&self->text, g_byte_array_unref);
  if (self->terminal >= 0)
    close (self->terminal);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Drive, drive_clear)

/* --- the terminal --- */

static gboolean
fail_errno (const char *what, GError **error)
{
  int code = errno;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", what, g_strerror (code));
  return FALSE;
}

/* Lines as they are written, no echo of what is typed, wide enough that nothing is folded. */
static gboolean
set_up_terminal (int fd)
{
  const struct winsize size = { .ws_row = 50, .ws_col = 500 };
  struct termios settings;

  if (tcgetattr (fd, &settings) != 0)
    return FALSE;
  settings.c_oflag &= ~OPOST;
  settings.c_lflag &= ~(ECHO | ECHOE | ECHOK | ECHONL);
  return tcsetattr (fd, TCSANOW, &settings) == 0 && ioctl (fd, TIOCSWINSZ, &size) == 0;
}

/* Returns the program's end; -1 with @error. */
static int
open_terminal (Drive *self, GError **error)
{
  char path[64];
  int fd;

  self->terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  if (self->terminal < 0 || grantpt (self->terminal) != 0 || unlockpt (self->terminal) != 0 ||
      ptsname_r (self->terminal, path, sizeof path) != 0) {
    fail_errno ("pty", error);
    return -1;
  }

  fd = open (path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (fd >= 0 && set_up_terminal (fd))
    return fd;
  fail_errno (path, error);
  if (fd >= 0)
    close (fd);
  return -1;
}

/* --- start and end --- */

/* In the child, between fork and exec: a session of its own, so that all it starts can be ended. */
static void
lead_session (gpointer data)
{
  setsid ();
  ioctl (STDIN_FILENO, TIOCSCTTY, 0);
}

static gboolean
start (Drive *self, const char *const *argv, const char *folder, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  int fd = open_terminal (self, error);

  if (fd < 0)
    return FALSE;

  g_subprocess_launcher_take_stdin_fd (launcher, fd);
  g_subprocess_launcher_take_stdout_fd (launcher, fcntl (fd, F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_take_stderr_fd (launcher, fcntl (fd, F_DUPFD_CLOEXEC, 3));
  g_subprocess_launcher_setenv (launcher, "TERM", "dumb", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_subprocess_launcher_setenv (launcher, "PYTHONUNBUFFERED", "1", TRUE);
  g_subprocess_launcher_set_child_setup (launcher, lead_session, NULL, NULL);
  if (folder != NULL)
    g_subprocess_launcher_set_cwd (launcher, folder);

  self->process = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (self->process == NULL)
    return FALSE;
  self->pid = hs_command_group_of (self->process);
  return TRUE;
}

/* --- what it says --- */

/* Where the sequence that begins at @text ends: "ESC [ … letter", or ESC and one more. */
static gsize
skip_sequence (const guint8 *text, gsize length)
{
  gsize n = 1;

  if (n < length && text[n] == '[') {
    for (n++; n < length && (text[n] < 0x40 || text[n] > 0x7e); n++)
      ;
  }
  return MIN (n + 1, length);
}

/* Without colours and cursors; (transfer full) */
static char *
clean (const guint8 *text, gsize length)
{
  g_autoptr (GString) line = g_string_sized_new (length);
  gsize at = 0;

  while (at < length) {
    if (text[at] == ESCAPE) {
      at += skip_sequence (text + at, length - at);
      continue;
    }
    if (text[at] >= 0x20 || text[at] == '\t')
      g_string_append_c (line, text[at]);
    at++;
  }
  return g_utf8_make_valid (line->str, line->len);
}

/* A program that has gone, or does not listen, hears nothing: what it does then tells. */
static void
type_in (Drive *self, const char *answer)
{
  g_autofree char *line = g_strconcat (answer, "\n", NULL);
  gssize n = self->terminal >= 0 ? write (self->terminal, line, strlen (line)) : 0;

  if (n < 0)
    g_debug ("%s does not listen", self->name);
}

/* Gives @length bytes from the start. */
static gboolean
give (Drive *self, gsize length, gboolean whole, gboolean *answered, GError **error)
{
  g_autofree char *line = clean (self->text->data, length);
  g_autofree char *answer = NULL;
  g_autoptr (GError) local = NULL;

  *answered = FALSE;
  if (*line == '\0' || self->func == NULL)
    return TRUE;

  answer = self->func (line, whole, self->user_data, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (answer != NULL)
    type_in (self, answer);
  *answered = answer != NULL;
  return TRUE;
}

static gsize
find_end (GByteArray *text)
{
  gsize n = 0;

  while (n < text->len && text->data[n] != '\n' && text->data[n] != '\r')
    n++;
  return n;
}

/* The lines that are whole, and a question if it has been quiet since. */
static gboolean
give_all (Drive *self, GError **error)
{
  gboolean answered;

  for (;;) {
    gsize end = find_end (self->text);

    if (end == self->text->len && end < LONGEST)
      break;
    if (!give (self, end, TRUE, &answered, error))
      return FALSE;
    g_byte_array_remove_range (self->text, 0, MIN (end + 1, self->text->len));
    self->given = FALSE;
  }

  if (self->text->len == 0 || self->given || g_get_monotonic_time () - self->heard < QUESTION_US)
    return TRUE;
  self->given = TRUE;
  if (!give (self, self->text->len, FALSE, &answered, error))
    return FALSE;
  if (answered)
    g_byte_array_set_size (self->text, 0);
  return TRUE;
}

/* Words that nothing came after any more. */
static gboolean
give_rest (Drive *self, GError **error)
{
  gboolean answered;

  return self->text->len == 0 || self->given ||
         give (self, self->text->len, TRUE, &answered, error);
}

/* FALSE: nothing was there to be read. */
static gboolean
listen_once (Drive *self)
{
  GPollFD from = { .fd = self->terminal, .events = G_IO_IN };
  guint8 buffer[4096];
  gssize n;

  if (g_poll (&from, self->terminal >= 0 ? 1 : 0, LOOK_AGAIN_MS) <= 0)
    return FALSE;
  n = read (self->terminal, buffer, sizeof buffer);
  if (n > 0) {
    g_byte_array_append (self->text, buffer, n);
    self->given = FALSE;
    self->heard = g_get_monotonic_time ();
    return TRUE;
  }
  if (n == 0 || (errno != EINTR && errno != EAGAIN)) { /* EIO: nobody has the other end any more */
    close (self->terminal);
    self->terminal = -1;
  }
  return FALSE;
}

static gboolean
check (Drive *self, GCancellable *cancellable, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (now >= self->deadline) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_TIMED_OUT,
                 _ ("%s had not ended after %u seconds and was stopped."),
                 self->name,
                 self->timeout_s);
    return FALSE;
  }
  if (now >= self->heard + self->silence_s * G_TIME_SPAN_SECOND) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_TIMED_OUT,
                 _ ("%s said nothing for %u seconds and was stopped."),
                 self->name,
                 self->silence_s);
    return FALSE;
  }
  return TRUE;
}

static gboolean
converse (Drive *self, GCancellable *cancellable, GError **error)
{
  gint64 ended = 0; /* since when it is known to have */

  while (ended == 0 || g_get_monotonic_time () < ended + DRAIN_US) {
    gboolean running = hs_command_group_leads (self->process);
    gboolean heard;

    if (!check (self, cancellable, error))
      return FALSE;
    heard = listen_once (self);
    if (!give_all (self, error))
      return FALSE;
    if (!running && ended == 0)
      ended = g_get_monotonic_time ();
    if (!running && !heard)
      break;
  }
  return give_rest (self, error);
}

/**
 * hs_command_drive:
 * @argv: (array zero-terminated): program and arguments; never goes through a shell
 * @folder: (nullable): where it runs
 * @silence_s: it is ended after so many seconds without a word
 * @timeout_s: it is ended after so many seconds in any case
 * @func: (nullable): takes its lines, without colours; empty ones are left out. A line may end with
 *   a carriage return, as those of progress bars do. Words without an end that were not answered
 *   come again when their line is whole
 * @user_data: for @func
 * @status: (out): its exit status; 128 and the signal that killed it
 * @cancellable: (nullable): ends it
 * @error: a #GSpawnError if it can't be started, %G_IO_ERROR_TIMED_OUT, %G_IO_ERROR_CANCELLED, and
 *   what @func sets
 *
 * Drives an interactive program on a terminal of its own. However it ends, so does all that it
 * started, and is reaped. A program that ended badly is no error. Blocks: never on the main thread
 * of the window.
 */
gboolean
hs_command_drive (const char *const *argv,
                  const char *folder,
                  guint silence_s,
                  guint timeout_s,
                  HsCommandLineFunc func,
                  gpointer user_data,
                  int *status,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (Drive) drive = { .terminal = -1,
                           .text = g_byte_array_new (),
                           .heard = g_get_monotonic_time (),
                           .deadline = g_get_monotonic_time () + timeout_s * G_TIME_SPAN_SECOND,
                           .silence_s = silence_s,
                           .timeout_s = timeout_s,
                           .func = func,
                           .user_data = user_data };
  g_autofree char *name = g_path_get_basename (argv[0]);
  gboolean ok;

  drive.name = name;
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !start (&drive, argv, folder, error))
    return FALSE;

  ok = converse (&drive, cancellable, error);
  hs_command_group_end (
      drive.process, drive.pid, hs_command_group_leads (drive.process) ? GRACE_US : LEFT_OVER_US);
  if (!ok)
    return FALSE;

  *status = g_subprocess_get_if_exited (drive.process)
                ? g_subprocess_get_exit_status (drive.process)
                : 128 + g_subprocess_get_term_sig (drive.process);
  return TRUE;
}
