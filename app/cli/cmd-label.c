/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *unit = NULL;
  JsonObject *object;
  int status;

  if (!hs_cli_parse (cli, &hs_command_label, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc != 3)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe label %s"), hs_command_label.usage);
  if (!hs_cli_open (cli, FALSE, &status))
    return status;

  unit = hs_catalog_resolve_unit (hs_session_get_catalog (cli->session), argv[1], &error);
  if (unit == NULL || !hs_session_label_unit (cli->session, unit, argv[2], &error))
    return hs_cli_fail (cli, error);

  if (*argv[2] != '\0')
    hs_cli_print (cli, _ ("%s is called %s now"), unit, argv[2]);
  else
    hs_cli_print (cli, _ ("%s has no label now"), unit);
  object = json_object_new ();
  json_object_set_string_member (object, "unit", unit);
  json_object_set_string_member (object, "label", argv[2]);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

const HsCommand hs_command_label = {
  .name = "label",
  .summary = N_ ("Give a unit the name that people call it by"),
  .usage = "UNIT LABEL",
  .help = N_ (
      "UNIT is any beginning of its serial, or its label. An empty LABEL takes the label away."),
  .max_arguments = 2,
  .run = run,
};
