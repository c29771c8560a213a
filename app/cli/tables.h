/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "app/table.h"

G_BEGIN_DECLS

/* Writes a table into @stream. */
typedef gboolean (*HsCliTable) (HsCli *cli,
                                gconstpointer data,
                                HsTableFormat format,
                                GOutputStream *stream,
                                GError **error);

/* Writes a table to @target: "-" is standard output; a file appears whole or not at all, as JSON if
 * its name ends so, else as CSV. Says so, and returns the exit status. */
int hs_cli_write_table (HsCli *cli, const char *target, HsCliTable table, gconstpointer data);
/* A file's, or for "-" standard input's, stream. (transfer full) */
GInputStream *hs_cli_open_input (const char *path, GError **error);

/* The unit that @typed means: (transfer full); NULL: it has been said. */
char *hs_cli_take_unit (HsCli *cli, const char *typed, int *status);
/* Says what was done to @unit: text for people, {unit, …} for machines; takes @answer. */
/* What one unit goes through for a reason; @said: what it says of it, with %s for the unit. */
typedef gboolean (*HsLifeFunc) (HsCatalog *catalog,
                                const char *unit,
                                const char *reason,
                                GError **error);
int hs_cli_give_reason (HsCli *cli,
                        const HsCommand *command,
                        HsLifeFunc func,
                        const char *said,
                        int argc,
                        char **argv);
int hs_cli_done_to_unit (HsCli *cli, const char *unit, const char *text, JsonObject *answer);

G_END_DECLS
