/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  char *build;
  char *confirm;
  gboolean plan;
} Options;

static int
deploy (HsCli *cli, const Options *options, const char *target)
{
  HsRequestOptions request = { .confirmed = options->confirm, .confirm = HS_VERSION_NUMBER };
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (hs_selection_names_several (&options->selection))
    return hs_cli_fail_usage (cli, _ ("deploy takes one camera: the one the probe is wired to"));
  if (!hs_cli_open (cli, options->plan, &status))
    return status;
  build = hs_cli_find_build (cli, options->build, &error);
  if (build == NULL)
    return hs_cli_fail (cli, error);
  if (g_strcmp0 (hs_build_get_board (build), target) != 0)
    return hs_cli_fail_usage (
        cli, _ ("this build is for %s, not for %s"), hs_build_get_board (build), target);
  request.build = build;
  return hs_cli_run_plan (cli, "deploy", &options->selection, &request, FALSE, options->plan);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "build", 0, 0, G_OPTION_ARG_STRING, &options.build, NULL, NULL },
    { "confirm", 0, 0, G_OPTION_ARG_STRING, &options.confirm, NULL, NULL },
    { "plan", 0, 0, G_OPTION_ARG_NONE, &options.plan, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_deploy, entries, &options.selection, &argc, &argv, &status))
    status = argc == 2 && options.build != NULL
                 ? deploy (cli, &options, argv[1])
                 : hs_cli_fail_usage (cli, _ ("usage: hotshoe deploy %s"), hs_command_deploy.usage);
  hs_selection_clear (&options.selection);
  g_free (options.build);
  g_free (options.confirm);
  return status;
}

const HsCommand hs_command_deploy = {
  .name = "deploy",
  .summary = N_ ("Write bootloader and firmware over a debug probe, then prove it over USB"),
  .usage = "TARGET --build ID --confirm filesystem [--unit ID | --port PORT] [--plan]",
  .help =
      N_ ("What “make deploy” of a firmware tree does, with ST’s STM32_Programmer_CLI. It writes\n"
          "one image from the bootloader to the firmware: the internal filesystem between them\n"
          "is lost. The camera’s USB is plugged in, too: what was written is read back there.\n"
          "Never tried from here on a real camera.\n\n"
          "  --build ID            with firmware and bootloader\n"
          "  --confirm filesystem  that the filesystem may go\n"
          "  --plan                only says what would be done"),
  .selects = TRUE,
  .max_arguments = 1,
  .run = run,
};
