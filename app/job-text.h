/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"

G_BEGIN_DECLS

/* How a job ended, in one sentence for people; (transfer full). */
char *hs_job_dup_result (HsJob *job); /* of one that passed: "Read back and equal · 24.8 s" */
/* Which bytes of the partition the @n-th unit of @part's n_units covers. */
void hs_job_part_get_unit (const HsBoard *board,
                           const HsJobPart *part,
                           guint n,
                           guint64 *offset,
                           guint64 *size);
gboolean hs_job_differs (HsJob *job); /* compared, and it holds something else */

G_END_DECLS
