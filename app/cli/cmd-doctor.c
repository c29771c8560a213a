/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/capture-keeper.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/doctor.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

static int
report (HsCli *cli)
{
  g_autofree char *captures = hs_capture_keeper_folder ();
  HsCatalog *catalog;
  JsonObject *object;
  int status;

  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  catalog = hs_session_get_catalog (cli->session);
  hs_cli_print (cli,
                hs_doctor_rules_installed ()
                    ? _ ("udev rules: installed")
                    : _ ("udev rules: not installed; hotshoe doctor --install-rules does it"));
  hs_cli_print (cli,
                hs_doctor_can_play_sounds ()
                    ? _ ("sounds: can be played")
                    : _ ("sounds: none; GTK's media backend is missing (on Debian "
                         "libgtk-4-media-gstreamer and gstreamer1.0-plugins-base)"));
  hs_cli_print (cli, _ ("catalog: %s"), hs_catalog_get_path (catalog));
  hs_cli_print (cli, _ ("kept conversations: %s"), captures);

  object = json_object_new ();
  json_object_set_boolean_member (object, "rules_installed", hs_doctor_rules_installed ());
  json_object_set_boolean_member (object, "sounds", hs_doctor_can_play_sounds ());
  json_object_set_string_member (object, "catalog", hs_catalog_get_path (catalog));
  json_object_set_string_member (object, "captures", captures);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean install = FALSE;
  const GOptionEntry entries[] = {
    { "install-rules", 0, 0, G_OPTION_ARG_NONE, &install, NULL, NULL },
    { NULL },
  };
  int status;

  if (!hs_cli_parse (cli, &hs_command_doctor, entries, NULL, &argc, &argv, &status))
    return status;
  if (install && !hs_doctor_install_rules (isatty (STDIN_FILENO), NULL, &error))
    return hs_cli_fail (cli, error);
  return report (cli);
}

const HsCommand hs_command_doctor = {
  .name = "doctor",
  .summary = N_ ("Say whether cameras can be opened here; install the udev rules"),
  .usage = "[--install-rules]",
  .help = N_ ("  --install-rules       copy the udev rules to /etc/udev/rules.d; needs to be root"),
  .run = run,
};
