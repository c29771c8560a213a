/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* A small process beside ours that outlives us only to end what we started, should we be killed:
 * nobody else can. Any thread; the functions of one guard by one. */
typedef struct {
  pid_t pid; /* of the guard; 0: there is none */
  int pipe;  /* our end of a socket: it closes with us */
} HsCommandGuard;

/* What the guard does besides: in a process that is a copy of ours at the time of begin. It may
 * call nothing but the system and hs_command_guard_run(). @killed: we are gone, and what we started
 * may still be ending. */
typedef void (*HsCommandGuardFunc) (gconstpointer data, gboolean killed);

/* Before the program is started, so that there is no moment without. Without a guard all works as
 * well, as long as we live. @func: nullable. @keep: an open file, as a lock, that stays open until
 * the guard has ended; -1: none. */
void hs_command_guard_begin (HsCommandGuard *self,
                             HsCommandGuardFunc func,
                             gconstpointer data,
                             int keep);
/* @group: the process group that ends with us. */
void hs_command_guard_watch (HsCommandGuard *self, pid_t group);
/* The group has ended: its number may be somebody else's now. */
void hs_command_guard_end (HsCommandGuard *self);
/* The same, but its function is called first. Blocks until that is done. */
void hs_command_guard_call (HsCommandGuard *self);
/* Only for a guard's function. @argv: begins with a whole path. @answer: gets what it printed, cut
 * to
 * @size and ended by NUL; nullable. It is ended after @seconds. */
void hs_command_guard_run (const char *const *argv, char *answer, gsize size, guint seconds);

G_END_DECLS
