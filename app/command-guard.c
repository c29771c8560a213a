/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command-guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GRACE_MS 2000 /* between SIGTERM and SIGKILL */
#define LOOK_MS  20
#define DONE     1 /* what we tell the guard in the end */
#define CALL     2

/* What follows runs in the guard: other threads were running when it was made, so it may call
 * nothing but the system. */

/* Whether all of @bytes came. */
static gboolean
take (int fd, void *bytes, size_t length)
{
  ssize_t n;

  do
    n = read (fd, bytes, length);
  while (n < 0 && errno == EINTR);
  return n == (ssize_t) length;
}

static void
end_group (pid_t group)
{
  const struct timespec look = { .tv_nsec = LOOK_MS * 1000000 };

  kill (-group, SIGTERM);
  for (int i = 0; i < GRACE_MS / LOOK_MS && kill (-group, 0) == 0; i++)
    nanosleep (&look, NULL);
  kill (-group, SIGKILL);
}

/* In a group of its own, deaf to what ends ours; holds nothing of ours open but the pipe, and what
 * it is to keep: as 1, which no program that it runs inherits. */
static void
become_guard (int fd, int keep)
{
  static const int deaf[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

  setpgid (0, 0);
  prctl (PR_SET_NAME, "hs-guard");
  for (guint i = 0; i < G_N_ELEMENTS (deaf); i++)
    signal (deaf[i], SIG_IGN);
  if (keep >= 0)
    keep = fcntl (keep, F_DUPFD_CLOEXEC, 2);
  dup2 (fd, 0);
  if (keep >= 0)
    dup3 (keep, 1, O_CLOEXEC);
  close_range (keep >= 0 ? 2 : 1, ~0u, 0);
}

static void
guard (int fd, HsCommandGuardFunc func, gconstpointer data, int keep)
{
  pid_t group = 0;
  char word = 0;
  gboolean killed;

  become_guard (fd, keep);
  killed = !take (0, &group, sizeof group) || !take (0, &word, sizeof word);
  if (killed && group > 1)
    end_group (group);
  if (func != NULL && (killed || word == CALL))
    func (data, killed);
  kill (getpid (), SIGKILL); /* not by exit: its handlers are ours */
}

static void
become_program (const char *const *argv, int answer, guint seconds)
{
  int nothing = open ("/dev/null", O_RDWR | O_CLOEXEC);

  dup2 (nothing, 0);
  dup2 (answer, 1);
  dup2 (nothing, 2);
  alarm (seconds);
  execv (argv[0], (char *const *) argv);
  kill (getpid (), SIGKILL);
}

void
hs_command_guard_run (const char *const *argv, char *answer, gsize size, guint seconds)
{
  gsize length = 0;
  char rest[256];
  int ends[2];
  ssize_t n;
  pid_t pid;

  if (answer != NULL)
    answer[0] = '\0';
  if (pipe2 (ends, O_CLOEXEC) != 0)
    return;
  pid = fork ();
  if (pid == 0)
    become_program (argv, ends[1], seconds);
  close (ends[1]);
  do {
    gboolean room = answer != NULL && length + 1 < size;

    n = read (ends[0], room ? answer + length : rest, room ? size - 1 - length : sizeof rest);
    if (room && n > 0)
      answer[length += n] = '\0';
  } while (n > 0 || (n < 0 && errno == EINTR));
  close (ends[0]);
  while (pid > 0 && waitpid (pid, NULL, 0) < 0 && errno == EINTR)
    ;
}

/* From here on it is ours again. */

void
hs_command_guard_begin (HsCommandGuard *self, HsCommandGuardFunc func, gconstpointer data, int keep)
{
  int ends[2];

  self->pid = 0;
  self->pipe = -1;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return;

  self->pid = fork ();
  if (self->pid == 0)
    guard (ends[0], func, data, keep);
  close (ends[0]);
  if (self->pid > 0) {
    self->pipe = ends[1];
    return;
  }
  self->pid = 0;
  close (ends[1]);
}

static void
tell (HsCommandGuard *self, const void *bytes, size_t length)
{
  ssize_t n;

  if (self->pid == 0)
    return;
  do
    n = send (self->pipe, bytes, length, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);
}

void
hs_command_guard_watch (HsCommandGuard *self, pid_t group)
{
  tell (self, &group, sizeof group);
}

static void
end (HsCommandGuard *self, char word)
{
  if (self->pid == 0)
    return;
  tell (self, &word, sizeof word);
  close (self->pipe);
  while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
    ;
  self->pid = 0;
}

void
hs_command_guard_end (HsCommandGuard *self)
{
  end (self, DONE);
}

void
hs_command_guard_call (HsCommandGuard *self)
{
  end (self, CALL);
}
