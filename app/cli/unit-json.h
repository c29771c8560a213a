/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* {id, board, label, state, …}; @whole: also identities[], contents[], runs[]. */
JsonObject *hs_unit_to_json (HsCatalog *catalog, HsUnit *unit, gboolean whole);
char *hs_time_to_text (gint64 time_us); /* RFC 3339, UTC; NULL for 0 */

G_END_DECLS
