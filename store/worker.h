/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HsWorker:
 *
 * One thread that does what it is handed, first come first served.
 */
typedef struct _HsWorker HsWorker;
typedef void (*HsWorkFunc) (gpointer data);

HsWorker *hs_worker_new (const char *name);
/* Does what waits, then ends the thread; may be called by the thread itself. */
void hs_worker_free (HsWorker *self);
void hs_worker_push (HsWorker *self, HsWorkFunc func, gpointer data);
/* Blocks until @func has run; on the worker's own thread runs it at once. */
void hs_worker_call (HsWorker *self, HsWorkFunc func, gpointer data);
gboolean hs_worker_is_idle (HsWorker *self);

G_END_DECLS
