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

  if (!hs_cli_parse (cli, &hs_command_correct, entries, NULL, &argc, &argv, &status))
    return status;
  if (argc != 3 || reason == NULL)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe correct %s"), hs_command_correct.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  unit = hs_cli_take_unit (cli, argv[1], &status);
  if (unit == NULL)
    return status;
  if (!hs_unit_correct (hs_session_get_catalog (cli->session), unit, argv[2], reason, &error))
    return hs_cli_fail (cli, error);

  text = g_strdup_printf (_ ("Entry %s about %s is taken back"), argv[2], unit);
  answer = json_object_new ();
  json_object_set_string_member (answer, "entry", argv[2]);
  json_object_set_string_member (answer, "reason", reason);
  return hs_cli_done_to_unit (cli, unit, text, answer);
}

const HsCommand hs_command_correct = {
  .name = "correct",
  .summary = N_ ("Take back an entry about a unit that was a mistake"),
  .usage = "UNIT ENTRY --reason TEXT",
  .help =
      N_ ("  --reason TEXT         what was wrong with it\n"
          "ENTRY is the entry's id, as hotshoe unit shows it. A label, note, shipment, return,\n"
          "scrapping or file can be taken back; the entry stays in the journal."),
  .max_arguments = 2,
  .run = run,
};
