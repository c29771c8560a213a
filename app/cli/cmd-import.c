/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/explain.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

/* What the build has twice, in two kinds of file. */
static void
report_left_out (HsCli *cli, HsBuild *build)
{
  g_autoptr (JsonNode) node = json_from_string (hs_build_get_details (build), NULL);
  JsonObject *details =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *left_out = details != NULL && json_object_has_member (details, "left_out")
                             ? json_object_get_object_member (details, "left_out")
                             : NULL;
  g_autoptr (GList) names = left_out != NULL ? json_object_get_members (left_out) : NULL;

  for (GList *at = names; at != NULL; at = at->next)
    hs_cli_print (cli,
                  /* Translators: two files */
                  _ ("  %s is the same image as %s: one of them is kept"),
                  (const char *) at->data,
                  json_object_get_string_member_with_default (left_out, at->data, ""));
}

static void
report (HsCli *cli, HsBuild *build, gboolean existing)
{
  JsonObject *object = json_object_new ();
  JsonArray *artifacts = json_array_new ();

  hs_cli_print (cli,
                existing ? _ ("%.12s: %s for %s is already in the catalog")
                         : _ ("%.12s: %s for %s is in the catalog now"),
                hs_build_get_id (build),
                hs_build_get_name (build),
                hs_build_get_board (build));
  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++) {
    const HsArtifact *artifact = hs_build_get_artifact (build, i);
    JsonObject *member = json_object_new ();
    g_autofree char *size = hs_format_size (artifact->size);

    json_object_set_string_member (member, "role", artifact->role);
    json_object_set_string_member (member, "file", artifact->file);
    json_object_set_int_member (member, "size", artifact->size);
    json_object_set_string_member (member, "sha256", artifact->sha256);
    json_array_add_object_element (artifacts, member);
    hs_cli_print (cli, "  %-12s %-22s %s", artifact->role, artifact->file, size);
  }
  report_left_out (cli, build);

  json_object_set_string_member (object, "build", hs_build_get_id (build));
  json_object_set_string_member (object, "name", hs_build_get_name (build));
  json_object_set_string_member (object, "board", hs_build_get_board (build));
  hs_json_set_string (object, "version", hs_build_get_version (build));
  hs_json_set_string (object, "number", hs_build_get_number (build));
  json_object_set_boolean_member (object, "existing", existing);
  json_object_set_array_member (object, "artifacts", artifacts);
  hs_cli_answer (cli, object);
}

static int
import (HsCli *cli, char **paths, const char *board)
{
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;
  gboolean existing = FALSE;
  int status;

  if (!hs_cli_open (cli, FALSE, &status))
    return status;

  build = hs_session_import (cli->session, (const char *const *) paths, board, &existing, &error);
  if (build == NULL)
    return hs_cli_fail (cli, error);

  report (cli, build, existing);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *board = NULL;
  const GOptionEntry entries[] = {
    { "board", 0, 0, G_OPTION_ARG_STRING, &board, NULL, NULL },
    { NULL },
  };
  int status;

  if (!hs_cli_parse (cli, &hs_command_import, entries, NULL, &argc, &argv, &status))
    return status;
  if (argc < 2)
    return hs_cli_fail_usage (cli, _ ("import needs a folder, a zip or a file"));
  return import (cli, argv + 1, board);
}

const HsCommand hs_command_import = {
  .name = "import",
  .summary = N_ ("Take a build into the catalog: a folder build/TARGET/bin, a zip, or files"),
  .usage = "PATH… [--board TARGET]",
  .help = N_ (
      "  --board TARGET        the board, where neither folder nor files tell, as `make` calls it"),
  .max_arguments = G_MAXINT - 1,
  .run = run,
};
