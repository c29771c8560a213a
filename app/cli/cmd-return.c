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
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *unit = NULL;
  g_autofree char *text = NULL;
  JsonObject *answer;
  int status;

  if (!hs_cli_parse (cli, &hs_command_return, entries, NULL, &argc, &argv, &status))
    return status;
  if (argc != 2 || reason == NULL)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe return %s"), hs_command_return.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  unit = hs_cli_take_unit (cli, argv[1], &status);
  if (unit == NULL)
    return status;
  if (!hs_unit_return (hs_session_get_catalog (cli->session), unit, reason, &error))
    return hs_cli_fail (cli, error);

  text = g_strdup_printf (_ ("%s is back"), unit);
  answer = json_object_new ();
  json_object_set_string_member (answer, "reason", reason);
  return hs_cli_done_to_unit (cli, unit, text, answer);
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
