/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  char *board;
  gboolean replug;
} Options;

static int
audit (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { .replug = options->replug };
  int status;

  if (options->board != NULL) {
    request.board = hs_board_by_id (options->board);
    if (request.board == NULL)
      return hs_cli_fail_usage (
          cli, _ ("there is no board “%s”; `hotshoe boards` lists them"), options->board);
  }
  if (!hs_cli_open (cli, FALSE, &status))
    return status;
  return hs_cli_run_jobs (cli, "audit", &options->selection, &request, FALSE);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "board", 0, 0, G_OPTION_ARG_STRING, &options.board, NULL, NULL },
    { "replug", 0, 0, G_OPTION_ARG_NONE, &options.replug, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_audit, entries, &options.selection, &argc, &argv, &status))
    status = audit (cli, &options);
  hs_selection_clear (&options.selection);
  g_free (options.board);
  return status;
}

const HsCommand hs_command_audit = {
  .name = "audit",
  .summary = N_ ("Try every way in which the code of a camera could be read"),
  .usage = "[--unit ID]… [--port PATH]… | --all [--board BOARD] [--replug]",
  .help = N_ ("Its script is stopped, and the camera restarted. What is found open let itself be\n"
              "read; what was not tried is called not checked.\n\n"
              "  --board BOARD       which model it is, where the camera can't tell: in its ROM\n"
              "                      bootloader, with the boot jumper set"),
  .selects = TRUE,
  .run = run,
};
