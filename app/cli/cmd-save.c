/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  return hs_cli_simple_job (cli, &hs_command_save, "read-build", argc, argv);
}

const HsCommand hs_command_save = {
  .name = "save",
  .summary = N_ ("Make a build from what a camera holds"),
  .usage = "[--unit ID]… [--port PATH]… | --all [--replug]",
  .selects = TRUE,
  .run = run,
};
