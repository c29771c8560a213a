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

/**
 * hs_plan_expect:
 * @lines: (element-type HsPlanLine): all that is done with one camera
 *
 * Returns: all of it together, without entering, restarting and confirming; @known only if nothing
 *   about it has to be found out first
 */
HsEstimate
hs_plan_expect (GPtrArray *lines)
{
  HsEstimate all = { .known = TRUE };

  for (guint i = 0; i < lines->len; i++) {
    const HsEstimate *one = &((HsPlanLine *) g_ptr_array_index (lines, i))->expected;

    if (one->n_units > 0) {
      all.known = all.known && one->known;
      all.why = MAX (all.why, one->why);
    }
    all.n_units += one->n_units;
    all.n_differ += one->n_differ;
    all.seconds_compare += one->seconds_compare;
    all.seconds_write += one->seconds_write;
    all.seconds_verify += one->seconds_verify;
  }
  return all;
}
