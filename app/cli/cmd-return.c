/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/tables.h"
#include "app/unit-life.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  return hs_cli_give_reason (cli, &hs_command_return, hs_unit_return, _ ("%s is back"), argc, argv);
}

const HsCommand hs_command_return = {
  .name = "return",
  .summary = N_ ("Record that a shipped unit came back"),
  .usage = "UNIT --reason TEXT",
  .help = N_ ("  --reason TEXT         why it came back\n"
              "UNIT is any beginning of its serial, its product serial, or its label."),
  .max_arguments = 1,
  .run = run,
};
