/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

#define MAX_LISTED 1000

static JsonObject *
describe (HsBuild *build)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", hs_build_get_id (build));
  json_object_set_string_member (object, "name", hs_build_get_name (build));
  json_object_set_string_member (object, "board", hs_build_get_board (build));
  hs_json_set_string (object, "version", hs_build_get_version (build));
  hs_json_set_string (object, "number", hs_build_get_number (build));
  hs_json_set_string (object, "built", hs_build_get_built (build));
  hs_json_set_string (object, "origin", hs_build_get_origin (build));
  hs_json_set_string (object, "commit", hs_build_get_commit (build));
  json_object_set_boolean_member (object, "dirty", hs_build_get_dirty (build));
  json_object_set_int_member (object, "units", hs_build_get_n_units (build));
  return object;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  HsCatalog *catalog;
  JsonObject *object;
  JsonArray *builds;
  int status;

  if (!hs_cli_parse (cli, &hs_command_builds, NULL, NULL, &argc, &argv, &status) ||
      !hs_cli_open (cli, TRUE, &status))
    return status;

  catalog = hs_session_get_catalog (cli->session);
  ids = hs_catalog_list_builds (catalog, argc > 1 ? argv[1] : NULL, MAX_LISTED, NULL, &error);
  if (ids == NULL)
    return hs_cli_fail (cli, error);

  builds = json_array_new ();
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsBuild) build = hs_catalog_get_build (catalog, g_ptr_array_index (ids, i), NULL);

    if (build == NULL)
      continue;
    json_array_add_object_element (builds, describe (build));
    hs_cli_print (cli,
                  "%.12s  %-20s %-24s %s",
                  hs_build_get_id (build),
                  hs_build_get_board (build),
                  hs_build_get_name (build),
                  hs_build_get_built (build) != NULL ? hs_build_get_built (build) : "");
  }
  if (ids->len == 0)
    hs_cli_print (cli,
                  argc > 1 ? _ ("No build has that.")
                           : _ ("No builds yet. hotshoe import takes one in."));

  object = json_object_new ();
  json_object_set_array_member (object, "builds", builds);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

const HsCommand hs_command_builds = {
  .name = "builds",
  .summary = N_ ("List the builds of the catalog"),
  .usage = "[QUERY]",
  .max_arguments = 1,
  .run = run,
};
