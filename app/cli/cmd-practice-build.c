/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/practice.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  const HsBoard *board;
  JsonObject *object;
  int status;

  if (!hs_cli_parse (cli, &hs_command_practice_build, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc != 3)
    return hs_cli_fail_usage (
        cli, _ ("usage: hotshoe practice-build %s"), hs_command_practice_build.usage);

  board = hs_board_by_id (argv[1]);
  if (board == NULL)
    return hs_cli_fail_usage (cli, _ ("there is no board named %s"), argv[1]);
  if (!hs_practice_write_build (board, argv[2], &error))
    return hs_cli_fail (cli, error);

  hs_cli_print (cli, _ ("A practice build for %s is in %s"), argv[1], argv[2]);
  object = json_object_new ();
  json_object_set_string_member (object, "folder", argv[2]);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

const HsCommand hs_command_practice_build = {
  .name = "practice-build",
  .summary = N_ ("Write the files of a build for simulated cameras"),
  .usage = "TARGET DIR",
  .max_arguments = 2,
  .run = run,
};
