/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-report.h"

G_BEGIN_DECLS

/* Something in the output that a build can fail from. */
typedef struct {
  const char *code;  /* as in HsBuildProblem; literal */
  guint rank;        /* of two, the one with the lower is the cause; then the earlier one */
  guint line;        /* of the log */
  char *name;        /* file, program, region: what it is about; nullable */
  char *detail;      /* what was said about it; nullable */
  guint64 over;      /* bytes */
  guint source_line; /* of a mistake in Python; 0: not known */
} HsBuildCause;

HsBuildCause *hs_build_cause_new (const char *code, const char *name, const char *detail);
void hs_build_cause_free (HsBuildCause *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBuildCause, hs_build_cause_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBuildProblem, hs_build_problem_free)

/* build-cause.c: what @text (one line, UTF-8) tells; NULL: nothing. @phase: as in
 * hs_build_report_get_phase(). (transfer full) */
HsBuildCause *hs_build_cause_find (const char *text, const char *phase);
/* What follows "error compiling …" tells more about it. */
void hs_build_cause_add_python (HsBuildCause *self, const char *text);

/* build-problem.c: in words. (transfer full) */
HsBuildProblem *hs_build_problem_new (const HsBuildCause *cause, const char *target);

G_END_DECLS
