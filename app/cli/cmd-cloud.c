/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/explain.h"
#include "app/firmware/cloud-import.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

static int
list (HsCli *cli, const char *zip)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) builds = hs_cloud_list (zip, &error);
  JsonObject *object;
  JsonArray *array;

  if (builds == NULL)
    return hs_cli_fail (cli, error);
  array = json_array_new ();
  for (guint i = 0; i < builds->len; i++) {
    const HsCloudBuild *build = g_ptr_array_index (builds, i);
    g_autofree char *size = hs_format_size (build->bytes);
    JsonObject *member = json_object_new ();

    hs_cli_print (cli,
                  ngettext ("%-28s %u file, %s", "%-28s %u files, %s", build->n_files),
                  build->target != NULL ? build->target : _ ("(the images tell)"),
                  build->n_files,
                  size);
    hs_json_set_string (member, "target", build->target);
    json_object_set_int_member (member, "files", build->n_files);
    json_object_set_int_member (member, "bytes", build->bytes);
    json_array_add_object_element (array, member);
  }
  object = json_object_new ();
  json_object_set_array_member (object, "builds", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
import (HsCli *cli, const char *zip, const char *target, const char *url)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBuild) build = NULL;
  gboolean existing = FALSE;
  JsonObject *object;
  int status;

  if (!hs_cli_open (cli, FALSE, &status))
    return status;
  build =
      hs_cloud_import (hs_session_get_catalog (cli->session), zip, target, url, &existing, &error);
  if (build == NULL)
    return hs_cli_fail (cli, error);
  hs_cli_print (cli,
                existing ? _ ("%.12s: %s for %s is already in the catalog")
                         : _ ("%.12s: %s for %s is in the catalog now"),
                hs_build_get_id (build),
                hs_build_get_name (build),
                hs_build_get_board (build));
  object = json_object_new ();
  json_object_set_string_member (object, "build", hs_build_get_id (build));
  json_object_set_string_member (object, "board", hs_build_get_board (build));
  hs_json_set_string (object, "version", hs_build_get_version (build));
  hs_json_set_string (object, "source", url);
  json_object_set_boolean_member (object, "existing", existing);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
pages (HsCli *cli, const char *fork, const char *branch, const char *target)
{
  static const char *const all[] = {
    "fork", "actions", "libraries", "manifest", "runs", "releases"
  };
  JsonObject *object = json_object_new ();
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autofree char *url = hs_cloud_dup_url (fork, branch, all[i], target);

    if (url == NULL)
      continue;
    hs_cli_print (cli, "%-10s %s", all[i], url);
    json_object_set_string_member (object, all[i], url);
    n++;
  }
  if (n == 0) {
    json_object_unref (object);
    return hs_cli_fail_usage (cli, _ ("“%s” is no repository of GitHub: OWNER/NAME"), fork);
  }
  hs_cli_print (cli, _ ("Only a push to master or a tag v1.2.3 builds, once Actions are enabled."));
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *target = NULL;
  g_autofree char *branch = NULL;
  g_autofree char *url = NULL;
  const GOptionEntry entries[] = {
    { "target", 0, 0, G_OPTION_ARG_STRING, &target, NULL, NULL },
    { "branch", 0, 0, G_OPTION_ARG_STRING, &branch, NULL, NULL },
    { "url", 0, 0, G_OPTION_ARG_STRING, &url, NULL, NULL },
    { NULL },
  };
  const char *what;
  int status;

  if (!hs_cli_parse (cli, &hs_command_cloud, entries, NULL, &argc, &argv, &status))
    return status;
  what = argc == 3 ? argv[1] : "";
  if (g_str_equal (what, "list"))
    return list (cli, argv[2]);
  if (g_str_equal (what, "import"))
    return import (cli, argv[2], target, url);
  if (g_str_equal (what, "pages"))
    return pages (cli, argv[2], branch, target);
  return hs_cli_fail_usage (cli, _ ("usage: hotshoe cloud %s"), hs_command_cloud.usage);
}

const HsCommand hs_command_cloud = {
  .name = "cloud",
  .summary = N_ ("Take a build of GitHub Actions into the catalog; name a fork’s pages"),
  .usage = "list ZIP | import ZIP [--target TARGET] [--url URL] | "
           "pages OWNER/NAME [--branch BRANCH] [--target TARGET]",
  .help = N_ ("  list ZIP              what it has builds for: an artifact of a run, a release\n"
              "  --url URL             where it was downloaded from; kept with the build\n"
              "  pages OWNER/NAME      of your fork: enable Actions, upload scripts, edit the\n"
              "                        board’s manifest, download what was built"),
  .max_arguments = 2,
  .run = run,
};
