/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"
#include "app/work.h"

G_BEGIN_DECLS

/* For the queue only. */
HsJob *hs_job_new (HsWork *work, HsDevice *device);
void hs_job_start (HsJob *self);
void hs_job_drop (HsJob *self); /* cancelled while it was still queued */
HsWork *hs_job_get_work (HsJob *self);

G_END_DECLS
