/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "store/catalog.h"

G_BEGIN_DECLS

/* What an audit saw at each door, for people. */
void hs_cli_print_doors (HsCli *cli, HsJob *job);
/* What came of a job about exposure or protection that passed; (nullable): it is another one. */
const char *hs_cli_describe_exposure (HsJob *job);
/* What the last audit of a unit saw, and what was requested, written and observed of its
 * protection; nothing if there was neither. Blocks on the catalog. */
void hs_cli_print_exposure (HsCli *cli, HsCatalog *catalog, HsUnit *unit);
/* Says what is left to do if protection was written since @since and not seen in force; %FALSE: no.
 * @since: real time, in microseconds. Blocks on the catalog. */
gboolean hs_cli_print_written (HsCli *cli, const char *unit, gint64 since);
/* "Passed": of a run by its journal's words. Who only looked is done, whatever was seen. */
char *hs_cli_explain_outcome (const char *what, const char *outcome);
/* "rom" …, static; %NULL: there is no such way. */
const char *hs_cli_find_way (const char *typed);

G_END_DECLS
