/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/run-json.h"
#include "store/catalog-care.h"

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
  json_object_set_boolean_member (object, "archived", hs_build_get_archived (build));
  return object;
}

static int
archive (HsCli *cli, const char *typed, const char *reason)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hs_catalog_resolve_build (catalog, typed, &error);
  g_autoptr (HsBuild) build = NULL;
  JsonObject *object;

  if (id == NULL || !hs_catalog_archive_build (catalog, id, reason, &error))
    return hs_cli_fail (cli, error);
  build = hs_catalog_get_build (catalog, id, &error);
  if (build == NULL)
    return hs_cli_fail (cli, error);
  hs_cli_print (cli,
                _ ("%s is archived: its images stay, its ELF and logs are gone."),
                hs_build_get_name (build));
  object = json_object_new ();
  json_object_set_object_member (object, "build", describe (build));
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
list (HsCli *cli, const char *query)
{
  g_autoptr (GError) error = NULL;
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autoptr (GPtrArray) ids = hs_catalog_list_builds (catalog, query, MAX_LISTED, NULL, &error);
  JsonObject *object;
  JsonArray *builds;

  if (ids == NULL)
    return hs_cli_fail (cli, error);

  builds = json_array_new ();
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsBuild) build = hs_catalog_get_build (catalog, g_ptr_array_index (ids, i), NULL);

    if (build == NULL)
      continue;
    json_array_add_object_element (builds, describe (build));
    hs_cli_print (cli,
                  "%.12s  %-27s %-24s %s",
                  hs_build_get_id (build),
                  hs_build_get_board (build),
                  hs_build_get_name (build),
                  hs_build_get_built (build) != NULL ? hs_build_get_built (build) : "");
  }
  if (ids->len == 0)
    hs_cli_print (cli,
                  query != NULL ? _ ("No build has that.")
                                : _ ("No builds yet. hotshoe import takes one in."));

  object = json_object_new ();
  json_object_set_array_member (object, "builds", builds);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL },
  };
  gboolean archives;
  int status;

  if (!hs_cli_parse (cli, &hs_command_builds, entries, NULL, &argc, &argv, &status))
    return status;
  archives = argc == 3 && g_str_equal (argv[1], "archive");
  if (archives != (argc == 3) || archives != (reason != NULL && *reason != '\0'))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe builds %s"), hs_command_builds.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;
  return archives ? archive (cli, argv[2], reason) : list (cli, argc > 1 ? argv[1] : NULL);
}

const HsCommand hs_command_builds = {
  .name = "builds",
  .summary = N_ ("List the builds of the catalog, archive one"),
  .usage = "[QUERY] | archive ID --reason TEXT",
  .help = N_ ("  QUERY                 builds with that in name, id, board, version or commit\n"
              "  archive ID            drop what is kept beside its images: ELF, map, log\n"
              "  --reason TEXT         why; goes into the journal"),
  .max_arguments = 2,
  .run = run,
};
