/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "store/catalog-units.h"

G_BEGIN_DECLS

/* {id, board, label, state, …}; @whole: also identities[], contents[], runs[], health[], and what
 * its page shows. */
JsonObject *hs_unit_to_json (HsCatalog *catalog, HsUnit *unit, gboolean whole);
char *hs_time_to_text (gint64 time_us); /* RFC 3339, UTC; NULL for 0 */

/* Adds shipments[], remarks[], drive_files[], numbers[], held[]. */
void hs_story_to_json (const HsStory *story, JsonObject *object);
/* "gate-counter 1.4.2"; NULL for NULL or an unknown one. (transfer full) */
char *hs_release_dup_name (HsCatalog *catalog, const char *id);
/* What speaks against a unit, as far as the catalog knows: sentences. */
GPtrArray *hs_unit_list_health (HsCatalog *catalog, HsUnit *unit);

G_END_DECLS
