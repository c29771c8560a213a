/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/practice.h"

#include <glib/gi18n-lib.h>

/* What GLib says of a file names a temporary one, and not what to do. */
static void
tell_file (GError **error, const char *folder)
{
  g_autoptr (GError) why = NULL;

  if (!g_error_matches (*error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)) {
    if ((*error)->domain != G_FILE_ERROR)
      return;
    why = g_steal_pointer (error);
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE, "%s.", why->message);
    return;
  }
  g_clear_error (error);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("There is no room for a practice build in %s."),
               folder);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  const HsBoard *board;
  JsonObject *object;
  int status;

  if (!hs_cli_parse (cli, &hs_command_practice_build, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc != 3)
    return hs_cli_fail_usage (
        cli, _ ("usage: hotshoe practice-build %s"), hs_command_practice_build.usage);

  board = hs_board_by_id (argv[1]);
  if (board == NULL)
    return hs_cli_fail_usage (
        cli,
        _ ("there is no board named %s; TARGET is what `make` calls it, such as OPENMV4"),
        argv[1]);
  if (!hs_practice_write_build (board, argv[2], &error)) {
    tell_file (&error, argv[2]);
    return hs_cli_fail (cli, error);
  }

  hs_cli_print (cli, _ ("A practice build for %s is in %s"), argv[1], argv[2]);
  object = json_object_new ();
  json_object_set_string_member (object, "folder", argv[2]);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

const HsCommand hs_command_practice_build = {
  .name = "practice-build",
  .summary = N_ ("Write the files of a build for simulated cameras"),
  .usage = "TARGET DIR",
  .max_arguments = 2,
  .run = run,
};
