/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

typedef struct {
  HsSelection selection;
  char *build;
  char **roles;
  gboolean replug;
} Options;

static int
compare (HsCli *cli, const Options *options)
{
  HsRequestOptions request = { .replug = options->replug };
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (options->build == NULL)
    return hs_cli_fail_usage (cli, _ ("compare needs --build ID"));
  if (!hs_cli_take_roles (options->roles, &request.roles, &error))
    return hs_cli_fail (cli, error);
  if (!hs_cli_open (cli, FALSE, &status))
    return status;

  build = hs_cli_find_build (cli, options->build, &error);
  if (build == NULL)
    return hs_cli_fail (cli, error);
  request.build = build;
  return hs_cli_run_jobs (cli, "compare", &options->selection, &request, FALSE);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Options options = { { NULL } };
  const GOptionEntry entries[] = {
    { "build", 0, 0, G_OPTION_ARG_STRING, &options.build, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.roles, NULL, NULL },
    { "replug", 0, 0, G_OPTION_ARG_NONE, &options.replug, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_compare, entries, &options.selection, &argc, &argv, &status))
    status = compare (cli, &options);
  hs_selection_clear (&options.selection);
  g_free (options.build);
  g_strfreev (options.roles);
  return status;
}

const HsCommand hs_command_compare = {
  .name = "compare",
  .summary = N_ ("Compare cameras with a build; writes nothing"),
  .usage = "--build ID [--role ROLE]… [--unit ID]… [--port PATH]… | --all [--replug]",
  .help = N_ ("  --build ID          the build: any beginning of its id, or its name\n"
              "  --role ROLE         only that part of the build; may be repeated\n\n"
              "Exit status 0: all of it is equal, and on record as proven; 1: something differs."),
  .selects = TRUE,
  .run = run,
};
