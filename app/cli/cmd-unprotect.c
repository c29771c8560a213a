/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/protection.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  return hs_cli_change_protection (cli, &hs_command_unprotect, HS_GUIDE_UNPROTECT, argc, argv);
}

const HsCommand hs_command_unprotect = {
  .name = "unprotect",
  .summary = N_ ("Take the readout protection off one unit: everything in it is erased"),
  .usage = "--unit ID --confirm ENDING --spare [--way rom|swd-programmer|swd-openocd] "
           "[--port PORT] [--other-pads] [--patience SECONDS] [--hands FILE]",
  .help =
      N_ ("Firmware, files and the bootloader are gone afterwards; `hotshoe recover` brings the\n"
          "camera back. On an M7 it may leave the chip so that only a debug probe helps. Only a\n"
          "camera that refuses to be read is erased. Never tried from here on a real camera.\n\n"
          "  --unit ID           the unit: any beginning of its serial, or its label\n"
          "  --confirm ENDING    the last digits of its id, 8 or more where others end alike\n"
          "  --spare             there is a spare camera if this one is lost\n"
          "  --way WAY           rom: through the ROM bootloader and a jumper; swd-programmer,\n"
          "                      swd-openocd: ST's program or OpenOCD, with a debug probe\n"
          "  --port PORT         where it is, or will be\n"
          "  --other-pads        name the pads that other sources name\n"
          "  --patience SECONDS  how long nothing may show up before causes are named (20)\n"
          "  --hands FILE        what hands do to simulated cameras, a line each"),
  .run = run,
};
