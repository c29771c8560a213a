/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "store/catalog-care.h"

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
  hs_cli_print (cli, _ ("All tables are computed anew from the journal."));
  return done (cli);
}

static int
checkpoint (HsCli *cli, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (folder);
  g_autoptr (GError) error = NULL;

  if (!hs_catalog_write_checkpoint (hs_session_get_catalog (cli->session), file, &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("Where the journal ends now is written down in %s"), folder);
  return done (cli);
}

static gboolean
is_understood (int argc, char **argv)
{
  if (argc == 3)
    return g_str_equal (argv[1], "backup") || g_str_equal (argv[1], "checkpoint");
  return argc == 2 && (g_str_equal (argv[1], "rebuild") || g_str_equal (argv[1], "verify"));
}

static int
run (HsCli *cli, int argc, char **argv)
{
  int status;

  if (!hs_cli_parse (cli, &hs_command_catalog, NULL, NULL, &argc, &argv, &status))
    return status;
  if (!is_understood (argc, argv))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe catalog %s"), hs_command_catalog.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  if (argc == 3)
    return g_str_equal (argv[1], "backup") ? backup (cli, argv[2]) : checkpoint (cli, argv[2]);
  return g_str_equal (argv[1], "rebuild") ? rebuild (cli) : hs_cli_verify (cli, TRUE, NULL);
}

const HsCommand hs_command_catalog = {
  .name = "catalog",
  .summary = N_ ("Back up, rebuild or verify the catalog"),
  .usage = "backup FILE | rebuild | verify | checkpoint DIR",
  .help = N_ ("  backup FILE           a copy that can be opened with --catalog\n"
              "  rebuild               compute all tables anew from the journal\n"
              "  verify                check the journal, every file, and every table against it\n"
              "  checkpoint DIR        write down, signed, where the journal ends now; to be kept\n"
              "                        elsewhere, for journal verify --checkpoints DIR"),
  .max_arguments = 2,
  .run = run,
};
