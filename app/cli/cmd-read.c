/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  char *role;
  char *file;
  gboolean force, replug;
} Options;

static int
read_partition (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { .replace = options->force, .replug = options->replug };
  g_autoptr (GFile) file = NULL;
  int status;

  if (options->role == NULL || options->file == NULL)
    return hs_cli_fail_usage (cli, _ ("read needs --role ROLE and -o FILE"));
  if (hs_selection_names_several (&options->selection))
    return hs_cli_fail_usage (cli, _ ("read takes one camera: all would become one file"));
  request.role = hs_role_from_name (options->role);
  if (request.role == HS_ROLE_NONE)
    return hs_cli_fail_usage (cli, _ ("there is no role “%s”"), options->role);
  if (!hs_cli_open (cli, FALSE, &status))
    return status;

  file = g_file_new_for_commandline_arg (options->file);
  request.file = file;
  return hs_cli_run_jobs (cli, "read", &options->selection, &request, FALSE);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "role", 0, 0, G_OPTION_ARG_STRING, &options.role, NULL, NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.file, NULL, NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options.force, NULL, NULL },
    { "replug", 0, 0, G_OPTION_ARG_NONE, &options.replug, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_read, entries, &options.selection, &argc, &argv, &status))
    status = read_partition (cli, &options);
  hs_selection_clear (&options.selection);
  g_free (options.role);
  g_free (options.file);
  return status;
}

const HsCommand hs_command_read = {
  .name = "read",
  .summary = N_ ("Read one partition of a camera to a file"),
  .usage = "--role ROLE -o FILE [--force] [--unit ID | --port PATH] [--replug]",
  .help = N_ ("  --role ROLE         which: firmware, romfs0, filesystem, bootloader, …\n"
              "  -o FILE             where to; it appears when all of it is there\n"
              "  --force             a file that is there may be replaced"),
  .selects = TRUE,
  .run = run,
};
