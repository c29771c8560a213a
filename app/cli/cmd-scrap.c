/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/tables.h"
#include "app/unit-life.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  return hs_cli_give_reason (cli,
                             &hs_command_scrap,
                             hs_unit_scrap,
                             _ ("%s is scrap now: it is neither flashed nor shipped any more"),
                             argc,
                             argv);
}

const HsCommand hs_command_scrap = {
  .name = "scrap",
  .summary = N_ ("Mark a unit as scrap"),
  .usage = "UNIT --reason TEXT",
  .help = N_ ("  --reason TEXT         what is wrong with it\n"
              "A mistake is taken back with hotshoe correct."),
  .max_arguments = 1,
  .run = run,
};
