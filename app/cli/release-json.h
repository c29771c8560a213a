/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "app/release.h"

G_BEGIN_DECLS

/* {id, name, version, state, boards[], …}; @whole: also recipe, artifacts[], signatures[],
 * batches[], leases[]. */
JsonObject *hs_release_to_json (HsCatalog *catalog, HsRelease *release, gboolean whole);
JsonArray *hs_release_findings_to_json (GPtrArray *findings);
JsonArray *hs_leases_to_json (GPtrArray *leases);

/* The same for people. */
void hs_cli_print_findings (HsCli *cli, GPtrArray *findings);
void hs_cli_print_leases (HsCli *cli, GPtrArray *leases);
void hs_cli_print_release (HsCli *cli, HsCatalog *catalog, HsRelease *release);

G_END_DECLS
