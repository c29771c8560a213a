/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  char *build;
  gboolean full, dry_run, plan, replug;
} Options;

static int
reset (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { .full = options->full, .replug = options->replug };
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (options->build == NULL)
    return hs_cli_fail_usage (cli, _ ("reset-romfs needs --build ID"));
  if (!hs_cli_open (cli, options->plan, &status))
    return status;

  build = hs_cli_find_build (cli, options->build, &error);
  if (build == NULL)
    return hs_cli_fail (cli, error);
  request.build = build;
  return hs_cli_run_plan (
      cli, "reset-romfs", &options->selection, &request, options->dry_run, options->plan);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "build", 0, 0, G_OPTION_ARG_STRING, &options.build, NULL, NULL },
    { "full", 0, 0, G_OPTION_ARG_NONE, &options.full, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, NULL, NULL },
    { "plan", 0, 0, G_OPTION_ARG_NONE, &options.plan, NULL, NULL },
    { "replug", 0, 0, G_OPTION_ARG_NONE, &options.replug, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (
          cli, &hs_command_reset_romfs, entries, &options.selection, &argc, &argv, &status))
    status = reset (cli, &options);
  hs_selection_clear (&options.selection);
  g_free (options.build);
  return status;
}

const HsCommand hs_command_reset_romfs = {
  .name = "reset-romfs",
  .summary = N_ ("Write only the ROMFS images of a build, and read them back"),
  .usage = "--build ID [--unit ID]… [--port PATH]… | --all [--full] [--replug] "
           "[--dry-run | --plan]",
  .help = N_ ("  --build ID          whose ROMFS: any beginning of its id, or its name\n"
              "  --full              write every sector, not only those that differ\n"
              "  --dry-run           compare only: say how much would be written, and how long it\n"
              "                      takes; write nothing\n"
              "  --plan              only say what the steps would be; the camera is not touched"),
  .selects = TRUE,
  .run = run,
};
