/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tree-edits.h"
#include "app/command.h"
#include "app/firmware/debug-config.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

#define MOST_PORT 65535

static gboolean
take_server (const char *name, HsDebugServer *server)
{
  static const char *const names[] = { [HS_SERVER_JLINK] = "jlink",
                                       [HS_SERVER_OPENOCD] = "openocd",
                                       [HS_SERVER_EXTERNAL] = "external",
                                       [HS_SERVER_WSL] = "wsl" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (name == NULL || g_str_equal (names[i], name)) {
      *server = i;
      return TRUE;
    }
  return FALSE;
}

static int
start (HsCli *cli, HsTree *tree, const char *target)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = hs_debug_dup_terminal (tree, target, &error);
  g_autofree char *line = argv != NULL ? g_strjoinv (" ", argv) : NULL;

  if (argv == NULL)
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, "%s", line);
  if (!hs_command_start ((const char *const *) argv, &error))
    return hs_cli_fail (cli, error);
  hs_cli_answer (cli, json_object_new ());
  return HS_EXIT_DONE;
}

static int
plan (HsCli *cli, HsTree *tree, const char *target, const HsDebugOptions *options, gboolean dry_run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  g_autoptr (HsTreeEdit) edit = hs_debug_config_plan (tree, target, options, findings, &error);
  g_autofree char *elf = hs_debug_dup_elf (tree, target);
  JsonObject *object;

  if (edit == NULL)
    return hs_cli_fail (cli, error);
  hs_cli_print_tree_findings (cli, findings);
  object = json_object_new ();
  json_object_set_string_member (object, "target", target);
  hs_json_set_string (object, "device", hs_debug_get_device (tree, target));
  hs_json_set_string (object, "elf", elf);
  json_object_set_array_member (object, "findings", hs_cli_tree_findings_to_json (findings));
  return hs_cli_finish_edit (cli, edit, dry_run, object);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *folder = NULL;
  g_autofree char *server = NULL;
  g_autofree char *host = NULL;
  g_autofree char *docker = NULL;
  gboolean dry_run = FALSE, starts = FALSE, rtt = FALSE, swo = FALSE;
  int port = 0;
  const GOptionEntry entries[] = {
    { "tree", 0, 0, G_OPTION_ARG_FILENAME, &folder, NULL, NULL },
    { "server", 0, 0, G_OPTION_ARG_STRING, &server, NULL, NULL },
    { "host", 0, 0, G_OPTION_ARG_STRING, &host, NULL, NULL },
    { "server-port", 0, 0, G_OPTION_ARG_INT, &port, NULL, NULL },
    { "rtt", 0, 0, G_OPTION_ARG_NONE, &rtt, NULL, NULL },
    { "swo", 0, 0, G_OPTION_ARG_NONE, &swo, NULL, NULL },
    { "docker-root", 0, 0, G_OPTION_ARG_STRING, &docker, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &dry_run, NULL, NULL },
    { "start", 0, 0, G_OPTION_ARG_NONE, &starts, NULL, NULL },
    { NULL },
  };
  HsDebugOptions options = { 0 };
  g_autoptr (HsTree) tree = NULL;
  int status;

  if (!hs_cli_parse (cli, &hs_command_debug, entries, NULL, &argc, &argv, &status))
    return status;
  if (!take_server (server, &options.server))
    return hs_cli_fail_usage (cli, _ ("--server takes jlink, openocd, external or wsl"));
  if (port < 0 || port > MOST_PORT)
    return hs_cli_fail_usage (cli, _ ("--server-port takes a number up to %d"), MOST_PORT);
  if (argc < 2)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe debug %s"), hs_command_debug.usage);
  tree = hs_cli_open_tree (cli, folder, &status);
  if (tree == NULL || hs_cli_find_target (cli, tree, argv[1], &status) == NULL)
    return status;
  if (starts)
    return start (cli, tree, argv[1]);
  options.host = host;
  options.port = port;
  options.rtt = rtt;
  options.swo = swo;
  options.docker_root = docker;
  return plan (cli, tree, argv[1], &options, dry_run);
}

const HsCommand hs_command_debug = {
  .name = "debug",
  .summary = N_ ("Write an editor’s files for debugging a board’s firmware; start a debugger"),
  .usage = "TARGET [--tree DIR] [--server jlink|openocd|external|wsl] [--host HOST] "
           "[--server-port N] [--rtt] [--swo] [--docker-root DIR] [--dry-run] | TARGET --start",
  .help = N_ ("  --server WHAT         where the probe’s server runs; default: jlink, started by\n"
              "                        the editor; wsl: on Windows\n"
              "  --host, --server-port of one that runs already; default: found out, 2331\n"
              "  --rtt, --swo          show debug output without stopping the processor\n"
              "  --docker-root DIR     where the sources lay in the container that built it\n"
              "  --start               runs the tree’s “make debug” in a terminal\n"
              "  --dry-run             only shows what would be written"),
  .max_arguments = 1,
  .run = run,
};
