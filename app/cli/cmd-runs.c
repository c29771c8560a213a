/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/doors.h"
#include "app/cli/jobs.h"
#include "app/cli/tables.h"
#include "app/cli/unit-json.h"
#include "app/explain.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

#define USUAL_LIMIT 1000

static gboolean
write_runs (HsCli *cli,
            gconstpointer data,
            HsTableFormat format,
            GOutputStream *stream,
            GError **error)
{
  return hs_table_export_runs (
      hs_session_get_catalog (cli->session), data, format, stream, NULL, error);
}

static JsonObject *
describe (HsRun *run)
{
  JsonObject *object = json_object_new ();
  g_autofree char *started = hs_time_to_text (hs_run_get_started (run));
  g_autofree char *finished = hs_time_to_text (hs_run_get_finished (run));

  json_object_set_string_member (object, "run", hs_run_get_id (run));
  hs_json_set_string (object, "unit", hs_run_get_unit (run));
  hs_json_set_string (object, "label", hs_run_get_unit_label (run));
  hs_json_set_string (object, "board", hs_run_get_board (run));
  hs_json_set_string (object, "what", hs_run_get_what (run));
  hs_json_set_string (object, "outcome", hs_run_get_outcome (run));
  hs_json_set_string (object, "build", hs_run_get_build (run));
  hs_json_set_string (object, "release", hs_run_get_release (run));
  hs_json_set_string (object, "batch", hs_run_get_batch (run));
  hs_json_set_string (object, "number", hs_run_get_number (run));
  hs_json_set_string (object, "port", hs_run_get_port (run));
  hs_json_set_string (object, "slot", hs_run_get_slot (run));
  hs_json_set_string (object, "operator", hs_run_get_operator (run));
  hs_json_set_string (object, "started", started);
  hs_json_set_string (object, "finished", finished);
  return object;
}

static int
list (HsCli *cli, const char *unit, guint limit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs =
      hs_catalog_list_runs (hs_session_get_catalog (cli->session), unit, 0, limit, &error);
  JsonObject *object;
  JsonArray *array;

  if (runs == NULL)
    return hs_cli_fail (cli, error);

  array = json_array_new ();
  for (guint i = 0; i < runs->len; i++) {
    HsRun *run = g_ptr_array_index (runs, i);
    g_autofree char *started = hs_time_to_text (hs_run_get_started (run));
    g_autofree char *outcome =
        hs_cli_explain_outcome (hs_run_get_what (run), hs_run_get_outcome (run));

    json_array_add_object_element (array, describe (run));
    hs_cli_print (cli,
                  "%s  %-18s %-12s %-32s %s",
                  started,
                  hs_run_get_what (run),
                  outcome,
                  hs_run_get_unit (run) != NULL ? hs_run_get_unit (run) : hs_run_get_port (run),
                  hs_run_get_build_name (run) != NULL ? hs_run_get_build_name (run) : "");
  }
  if (runs->len == 0)
    hs_cli_print (cli, _ ("No runs yet."));
  object = json_object_new ();
  json_object_set_array_member (object, "runs", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
run_command (HsCli *cli, int argc, char **argv)
{
  g_autofree char *csv = NULL;
  int limit = USUAL_LIMIT;
  const GOptionEntry entries[] = {
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &limit, NULL, NULL },
    { NULL },
  };
  g_autofree char *unit = NULL;
  int status;

  if (!hs_cli_parse (cli, &hs_command_runs, entries, NULL, &argc, &argv, &status))
    return status;
  if (limit < 0)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe runs %s"), hs_command_runs.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  if (argc > 1) {
    unit = hs_cli_take_unit (cli, argv[1], &status);
    if (unit == NULL)
      return status;
  }
  if (csv != NULL)
    return hs_cli_write_table (cli, csv, write_runs, unit);
  return list (cli, unit, limit);
}

const HsCommand hs_command_runs = {
  .name = "runs",
  .summary = N_ ("List runs, of one unit or of all"),
  .usage = "[UNIT] [--limit N] [--csv FILE]",
  .help = N_ ("  --limit N             the newest N; 0: all; without it, 1000\n"
              "  --csv FILE            all of them as a table; FILE.json: as JSON; - is standard\n"
              "                        output"),
  .max_arguments = 1,
  .run = run_command,
};
