/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/protection.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  return hs_cli_change_protection (cli, &hs_command_protect, HS_GUIDE_PROTECT, argc, argv);
}

const HsCommand hs_command_protect = {
  .name = "protect",
  .summary = N_ ("Set the readout protection of one unit, step by step"),
  .usage = "--unit ID --confirm ENDING --spare [--way rom|swd-programmer|swd-openocd] "
           "[--port PORT] [--other-pads] [--patience SECONDS] [--hands FILE]",
  .help =
      N_ ("Level 1 stops debug probes and the ROM bootloader. It does not stop anyone with a USB\n"
          "cable: `hotshoe audit` tells what is still open. Going back erases everything, the\n"
          "bootloader, too. Never tried from here on a real camera.\n\n"
          "  --unit ID           the unit: any beginning of its serial, or its label\n"
          "  --confirm ENDING    the last digits of its id, 8 or more where others end alike\n"
          "  --spare             there is a spare camera if this one is lost\n"
          "  --way WAY           rom: option bytes, through the ROM bootloader and a jumper;\n"
          "                      swd-programmer, swd-openocd: ST's program or OpenOCD, with a\n"
          "                      debug probe, the only ways for an H7\n"
          "  --port PORT         where it is, or will be\n"
          "  --other-pads        name the pads that other sources name\n"
          "  --patience SECONDS  how long nothing may show up before causes are named (20)\n"
          "  --hands FILE        what hands do to simulated cameras, a line each"),
  .run = run,
};
