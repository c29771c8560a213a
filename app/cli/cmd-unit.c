/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/unit-json.h"
#include "app/explain.h"

#include <glib/gi18n-lib.h>

static void
print_contents (HsCli *cli, HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);
    g_autofree char *since = hs_time_to_text (content->since);

    hs_cli_print (cli,
                  "  %-12s %-10s %-12.12s %s%s%s",
                  content->partition,
                  content->state,
                  content->sha256 != NULL ? content->sha256 : "-",
                  since != NULL ? since : "",
                  content->build_name != NULL ? "  " : "",
                  content->build_name != NULL ? content->build_name : "");
  }
}

static void
print_identities (HsCli *cli, HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_identities (unit); i++) {
    const HsUnitIdentity *identity = hs_unit_get_identity (unit, i);

    hs_cli_print (cli, "  %-14s %s", identity->scheme, identity->value);
  }
}

static void
print_runs (HsCli *cli, HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (GPtrArray) runs = hs_catalog_list_runs (catalog, hs_unit_get_id (unit), 0, 20, NULL);

  for (guint i = 0; runs != NULL && i < runs->len; i++) {
    HsRun *run = g_ptr_array_index (runs, i);
    g_autofree char *started = hs_time_to_text (hs_run_get_started (run));
    g_autofree char *outcome = hs_explain_outcome (hs_run_get_outcome (run));

    hs_cli_print (cli,
                  "  %s  %-10s  %s%s%s",
                  started,
                  hs_run_get_what (run),
                  outcome,
                  hs_run_get_build_name (run) != NULL ? "  " : "",
                  hs_run_get_build_name (run) != NULL ? hs_run_get_build_name (run) : "");
  }
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUnit) unit = NULL;
  g_autofree char *id = NULL;
  HsCatalog *catalog;
  int status;

  if (!hs_cli_parse (cli, &hs_command_unit, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe unit %s"), hs_command_unit.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  catalog = hs_session_get_catalog (cli->session);
  id = hs_catalog_resolve_unit (catalog, argv[1], &error);
  if (id != NULL)
    unit = hs_catalog_get_unit (catalog, id, &error);
  if (unit == NULL)
    return hs_cli_fail (cli, error);

  hs_cli_print (cli,
                "%s  %s  %s",
                hs_unit_get_id (unit),
                hs_unit_get_board (unit),
                hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit) : _ ("(no label)"));
  hs_cli_print (cli, _ ("What is in its flash:"));
  print_contents (cli, unit);
  hs_cli_print (cli, _ ("Serials that it shows:"));
  print_identities (cli, unit);
  hs_cli_print (cli, _ ("Runs:"));
  print_runs (cli, catalog, unit);

  hs_cli_answer (cli, hs_unit_to_json (catalog, unit, TRUE));
  return HS_EXIT_DONE;
}

const HsCommand hs_command_unit = {
  .name = "unit",
  .summary = N_ ("Show one unit: what it holds, how it shows itself, its runs"),
  .usage = "UNIT",
  .help = N_ ("UNIT is any beginning of its serial, in any form, or its label."),
  .max_arguments = 1,
  .run = run,
};
