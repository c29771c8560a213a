/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"

G_BEGIN_DECLS

/**
 * HsBuildWatch:
 *
 * ::changed whenever a queue of builds or any build in it changes. Main thread.
 */
#define HS_TYPE_BUILD_WATCH (hs_build_watch_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildWatch, hs_build_watch, HS, BUILD_WATCH, GObject)

HsBuildWatch *hs_build_watch_new (HsBuildQueue *queue);
HsBuildQueue *hs_build_watch_get_queue (HsBuildWatch *self);
guint hs_build_watch_get_n (HsBuildWatch *self);
HsBuildRun *hs_build_watch_nth (HsBuildWatch *self, guint n);    /* (transfer none) */
guint hs_build_watch_find (HsBuildWatch *self, HsBuildRun *run); /* G_MAXUINT: not there */
void hs_build_watch_cancel_all (HsBuildWatch *self);

G_END_DECLS
