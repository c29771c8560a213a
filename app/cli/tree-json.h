/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "app/firmware/sdk.h"
#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* All that is known of a tree; scripts rely on it. */
JsonObject *hs_tree_to_json (HsTree *tree);
JsonArray *hs_tree_needs_to_json (GPtrArray *needs); /* of HsNeed */
JsonArray *hs_tree_edits_to_json (GPtrArray *edits); /* of HsTreeEditRecord */

/* The same for people. */
void hs_cli_print_tree (HsCli *cli, HsTree *tree, const char *target);
void hs_cli_print_needs (HsCli *cli, GPtrArray *needs);
void hs_cli_print_edits (HsCli *cli, GPtrArray *edits);

G_END_DECLS
