/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/health.h"

#include <glib/gi18n-lib.h>

/* A number if both builds have one and the two differ, else what people call the build. */
static const char *
name_content (const HsContent *self, gboolean by_number)
{
  if (by_number)
    return self->build_number;
  return self->build_name != NULL ? self->build_name : _ ("an unknown build");
}

/**
 * hs_health_dup_mixed:
 * @unit: a unit
 *
 * Returns: (transfer full) (nullable): which core holds what; %NULL: nothing is mixed
 */
char *
hs_health_dup_mixed (HsUnit *unit)
{
  const HsContent *first = hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE));
  const HsContent *second = hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE_HE));
  gboolean by_number;

  if (!hs_unit_is_mixed (unit) || first == NULL || second == NULL)
    return NULL;

  by_number = first->build_number != NULL && second->build_number != NULL &&
              g_strcmp0 (first->build_number, second->build_number) != 0;
  /* Translators: partition, version, partition, version: "Mixed: HP is 5.0.0, HE is 4.8.1." */
  return g_strdup_printf (_ ("Mixed: %s is %s, %s is %s."),
                          first->partition,
                          name_content (first, by_number),
                          second->partition,
                          name_content (second, by_number));
}

/**
 * hs_health_dup_slow:
 * @slow: one sector, or several that were erased together
 * @board: (nullable): of the unit
 *
 * Returns: (transfer full): what it took and what it may take
 */
char *
hs_health_dup_slow (const HsSlowSector *slow, const HsBoard *board)
{
  double took = slow->ms / 1000.0;
  double most = board != NULL ? board->erase_max_ms * slow->n_sectors / 1000.0 : 0;

  if (most <= 0)
    return g_strdup_printf (_ ("Sector %u of %s took %.1f s: the flash is ageing."),
                            slow->sector + 1,
                            slow->partition,
                            took);
  if (slow->n_sectors > 1)
    return g_strdup_printf (_ ("Sectors %u to %u of %s took %.1f s together, at most %.1f s by the "
                               "datasheet: the flash is ageing."),
                            slow->sector + 1,
                            slow->sector + slow->n_sectors,
                            slow->partition,
                            took,
                            most);
  return g_strdup_printf (
      _ ("Sector %u of %s took %.1f s, at most %.1f s by the datasheet: the flash is ageing."),
      slow->sector + 1,
      slow->partition,
      took,
      most);
}
