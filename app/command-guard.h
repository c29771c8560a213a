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

/* Before the program is started, so that there is no moment without. Without a guard all works as
 * well, as long as we live. */
void hs_command_guard_begin (HsCommandGuard *self);
/* @group: the process group that ends with us. */
void hs_command_guard_watch (HsCommandGuard *self, pid_t group);
/* The group has ended: its number may be somebody else's now. */
void hs_command_guard_end (HsCommandGuard *self);

G_END_DECLS
