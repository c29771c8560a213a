/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tables.h"
#include "app/unit-life.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *unit = NULL;
  g_autofree char *text = NULL;
  JsonObject *answer;
  int status;

  if (!hs_cli_parse (cli, &hs_command_attach, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc != 3)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe attach %s"), hs_command_attach.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  unit = hs_cli_take_unit (cli, argv[1], &status);
  if (unit == NULL)
    return status;
  file = g_file_new_for_commandline_arg (argv[2]);
  if (!hs_unit_attach (hs_session_get_catalog (cli->session), unit, file, &error))
    return hs_cli_fail (cli, error);

  text = g_strdup_printf (_ ("A copy of %s is kept with %s"), argv[2], unit);
  answer = json_object_new ();
  json_object_set_string_member (answer, "file", argv[2]);
  return hs_cli_done_to_unit (cli, unit, text, answer);
}

const HsCommand hs_command_attach = {
  .name = "attach",
  .summary = N_ ("Keep a copy of a file with a unit"),
  .usage = "UNIT FILE",
  .help = N_ ("FILE has 64 MB at most; its copy lies beside the catalog, named by its digest."),
  .max_arguments = 2,
  .run = run,
};
