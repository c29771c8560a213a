/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/plan.h"

void
hs_plan_line_free (HsPlanLine *self)
{
  if (self == NULL)
    return;

  g_free (self->verb);
  g_free (self->text);
  g_free (self);
}
