/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/work.h"

G_BEGIN_DECLS

/* Tells which step has begun; on the job's thread. */
typedef void (*HsStepFunc) (guint step, guint n_steps, gpointer user_data);

/* How a job ended; @problem is NULL after a pass. */
typedef struct {
  HsOutcome outcome;
  HsProblem *problem;
  gboolean recorded;
} HsJobEnd;

void hs_job_run (HsWork *work, HsStepFunc step_func, gpointer user_data, HsJobEnd *end);

G_END_DECLS
