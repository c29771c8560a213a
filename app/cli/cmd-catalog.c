/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"

#include <glib/gi18n-lib.h>

static int
done (HsCli *cli)
{
  hs_cli_answer (cli, json_object_new ());
  return HS_EXIT_DONE;
}

static int
backup (HsCli *cli, const char *target)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (target);
  g_autoptr (GError) error = NULL;

  if (!hs_catalog_backup (hs_session_get_catalog (cli->session), file, &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("A copy of the catalog is in %s"), target);
  return done (cli);
}

static int
rebuild (HsCli *cli)
{
  g_autoptr (GError) error = NULL;

  if (!hs_catalog_rebuild (hs_session_get_catalog (cli->session), &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("All tables are folded anew from the journal."));
  return done (cli);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  int status;

  if (!hs_cli_parse (cli, &hs_command_catalog, NULL, NULL, &argc, &argv, &status))
    return status;
  if (!(argc == 3 && g_str_equal (argv[1], "backup")) &&
      !(argc == 2 && (g_str_equal (argv[1], "rebuild") || g_str_equal (argv[1], "verify"))))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe catalog %s"), hs_command_catalog.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  if (argc == 3)
    return backup (cli, argv[2]);
  return g_str_equal (argv[1], "rebuild") ? rebuild (cli) : hs_cli_verify (cli);
}

const HsCommand hs_command_catalog = {
  .name = "catalog",
  .summary = N_ ("Back up, rebuild or verify the catalog"),
  .usage = "backup FILE | rebuild | verify",
  .help = N_ ("  backup FILE           a copy that can be opened with --catalog\n"
              "  rebuild               compute all tables anew from the journal\n"
              "  verify                the same as journal verify"),
  .max_arguments = 2,
  .run = run,
};
