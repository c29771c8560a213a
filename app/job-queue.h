/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsJobQueue:
 *
 * All jobs of this session, oldest first, as a #GListModel. Jobs of one port run one after the
 * other, of different ports side by side. Main thread. ::jobs-changed when one starts or ends.
 */
#define HS_TYPE_JOB_QUEUE (hs_job_queue_get_type ())
G_DECLARE_FINAL_TYPE (HsJobQueue, hs_job_queue, HS, JOB_QUEUE, GObject)

HsJobQueue *hs_job_queue_new (void);
void hs_job_queue_add (HsJobQueue *self, HsJob *job);
guint hs_job_queue_get_n_unfinished (HsJobQueue *self);

G_END_DECLS
