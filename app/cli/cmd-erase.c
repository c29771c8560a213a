/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  char *file;
  gboolean overwrite, force, dry_run, plan, replug;
} Options;

static int
erase (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { .overwrite = options->overwrite,
                               .replace = options->force,
                               .replug = options->replug };
  g_autoptr (GFile) file = NULL;
  int status;

  if (options->file != NULL && hs_selection_names_several (&options->selection))
    return hs_cli_fail_usage (cli, _ ("--save takes one camera: all would become one file"));
  if (!hs_cli_open (cli, options->plan, &status))
    return status;

  if (options->file != NULL)
    file = g_file_new_for_commandline_arg (options->file);
  request.file = file;
  return hs_cli_run_plan (
      cli, "erase", &options->selection, &request, options->dry_run, options->plan);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "overwrite", 0, 0, G_OPTION_ARG_NONE, &options.overwrite, NULL, NULL },
    { "save", 0, 0, G_OPTION_ARG_FILENAME, &options.file, NULL, NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options.force, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, NULL, NULL },
    { "plan", 0, 0, G_OPTION_ARG_NONE, &options.plan, NULL, NULL },
    { "replug", 0, 0, G_OPTION_ARG_NONE, &options.replug, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_erase, entries, &options.selection, &argc, &argv, &status))
    status = erase (cli, &options);
  hs_selection_clear (&options.selection);
  g_free (options.file);
  return status;
}

const HsCommand hs_command_erase = {
  .name = "erase",
  .summary = N_ ("Erase the filesystem: the camera re-formats it at its next start"),
  .usage = "[--overwrite] [--save FILE [--force]] [--unit ID]… [--port PATH]… | --all [--replug] "
           "[--dry-run | --plan]",
  .help =
      N_ ("It is a re-format, no wipe: files stay in the flash behind it until something is\n"
          "written over them.\n\n"
          "  --overwrite         write zeros over every byte of it, and read them back\n"
          "  --save FILE         keep what it holds in a file first; where it has two regions,\n"
          "                      FILE gets their names before its ending\n"
          "  --force             files that are there may be replaced\n"
          "  --dry-run           look only: say what would be erased; write nothing\n"
          "  --plan              only say what the steps would be; the camera is not touched"),
  .selects = TRUE,
  .run = run,
};
