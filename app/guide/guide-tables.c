/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/guide/guide-private.h"

static const HsGuideTable *const tables[] = {
  &hs_guide_recover_st_rom,  &hs_guide_recover_sdp,     &hs_guide_recover_st_tool,
  &hs_guide_recover_se_tool, &hs_guide_protect_st_rom,  &hs_guide_unprotect_st_rom,
  &hs_guide_protect_probe,   &hs_guide_unprotect_probe,
};

/**
 * hs_guide_find_table:
 * @purpose: what it is for
 * @board: a board
 *
 * Returns: (nullable): the guide for that; %NULL: nothing is offered for that board
 */
const HsGuideTable *
hs_guide_find_table (HsGuidePurpose purpose, const HsBoard *board)
{
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    if (tables[i]->purpose == purpose && tables[i]->recovery == board->recovery)
      return tables[i];
  return NULL;
}

/* Every guide there is, for tests; NULL: no more. */
const HsGuideTable *
hs_guide_nth_table (guint n)
{
  return n < G_N_ELEMENTS (tables) ? tables[n] : NULL;
}
