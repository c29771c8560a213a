/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/problem.h"

G_DEFINE_BOXED_TYPE (HsProblem, hs_problem, hs_problem_copy, hs_problem_free)

HsProblem *
hs_problem_copy (const HsProblem *self)
{
  HsProblem *copy = g_new0 (HsProblem, 1);

  copy->code = g_strdup (self->code);
  copy->headline = g_strdup (self->headline);
  copy->message = g_strdup (self->message);
  copy->action = g_strdup (self->action);
  copy->chain = g_strdup (self->chain);
  return copy;
}

void
hs_problem_free (HsProblem *self)
{
  if (self == NULL)
    return;

  g_free (self->code);
  g_free (self->headline);
  g_free (self->message);
  g_free (self->action);
  g_free (self->chain);
  g_free (self);
}
