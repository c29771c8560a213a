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
  g_autofree char *unit = NULL;
  g_autofree char *text = NULL;
  JsonObject *answer;
  int status;

  if (!hs_cli_parse (cli, &hs_command_note, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc != 3)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe note %s"), hs_command_note.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  unit = hs_cli_take_unit (cli, argv[1], &status);
  if (unit == NULL)
    return status;
  if (!hs_unit_note (hs_session_get_catalog (cli->session), unit, argv[2], &error))
    return hs_cli_fail (cli, error);

  text = g_strdup_printf (_ ("The note is with %s"), unit);
  answer = json_object_new ();
  json_object_set_string_member (answer, "note", argv[2]);
  return hs_cli_done_to_unit (cli, unit, text, answer);
}

const HsCommand hs_command_note = {
  .name = "note",
  .summary = N_ ("Write something down about a unit"),
  .usage = "UNIT TEXT",
  .help = N_ ("UNIT is any beginning of its serial, its product serial, or its label."),
  .max_arguments = 2,
  .run = run,
};
