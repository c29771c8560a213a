/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * HsProblem:
 *
 * An error in words for people. @code is a member of the documented closed list and the same in
 * JSON; @headline has four words at most, @message says what happened, @action what to do;
 * @chain is the raw error chain for Details.
 */
typedef struct {
  char *code;
  char *headline;
  char *message;
  char *action;
  char *chain;
} HsProblem;

#define HS_TYPE_PROBLEM (hs_problem_get_type ())
GType hs_problem_get_type (void);
HsProblem *hs_problem_copy (const HsProblem *self);
void hs_problem_free (HsProblem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsProblem, hs_problem_free)

G_END_DECLS
