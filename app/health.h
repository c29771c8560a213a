/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "store/story.h"
#include "store/values.h"

G_BEGIN_DECLS

/* What is wrong with a unit, or may become so, in whole sentences. Any thread; they ask nobody.
 * (transfer full) */

/* "Mixed: HP is 5.0.0, HE is 4.8.1." %NULL if its cores go together. */
char *hs_health_dup_mixed (HsUnit *unit);
/* "Sector 8 of FIRMWARE took 5.2 s, at most 2.2 s by the datasheet: the flash is ageing." */
char *hs_health_dup_slow (const HsSlowSector *slow, const HsBoard *board);

G_END_DECLS
