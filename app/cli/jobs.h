/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"

G_BEGIN_DECLS

/* Which cameras a command is about: --unit, --port, --all. With --wait a person may help one whose
 * firmware can't be asked. Fields belong to the option parser. */
typedef struct {
  char **units;
  char **ports;
  gboolean all;
  gboolean wait;
} HsSelection;

void hs_selection_clear (HsSelection *self);
gboolean hs_selection_names_several (const HsSelection *self);
gboolean hs_cli_parse (HsCli *cli,
                       const HsCommand *command,
                       const GOptionEntry *entries,
                       HsSelection *selection,
                       int *argc,
                       char ***argv,
                       int *status);
int hs_cli_run_jobs (HsCli *cli,
                     const char *what,
                     const HsSelection *selection,
                     const HsRequestOptions *options,
                     gboolean plan);
/* As the command's --dry-run and --plan say; neither: in earnest. */
int hs_cli_run_plan (HsCli *cli,
                     const char *what,
                     const HsSelection *selection,
                     const HsRequestOptions *options,
                     gboolean dry_run,
                     gboolean plan);
/* The one camera that @selection names; (transfer full). */
HsDevice *hs_cli_find_camera (HsCli *cli, const HsSelection *selection, GError **error);
/* --role, as often as it stands there; bits 1 << HsRole. */
gboolean hs_cli_take_roles (char **names, guint64 *roles, GError **error);
HsBuild *hs_cli_find_build (HsCli *cli, const char *typed, GError **error);
/* What a job found out about each partition, for people. */
void hs_cli_print_parts (HsCli *cli, HsJob *job);
/* A whole subcommand that does @what to the selected cameras and has no options of its own. */
int
hs_cli_simple_job (HsCli *cli, const HsCommand *command, const char *what, int argc, char **argv);
int hs_cli_verify (HsCli *cli, gboolean deep, const char *checkpoints);
/* The unit a camera is known as, in the catalog: (transfer full) (nullable) key. */
char *hs_cli_unit_of (HsCli *cli, HsDevice *device, gboolean *suggested);

G_END_DECLS
