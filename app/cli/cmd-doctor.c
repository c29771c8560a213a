/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/capture-keeper.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/doctor.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#define LONGEST_ANSWER 16

/* --- what was found --- */

static JsonArray *
describe (GPtrArray *findings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "id", finding->id);
    json_object_set_string_member (object, "group", hs_doctor_group_name (finding->group));
    json_object_set_string_member (object, "state", hs_doctor_state_name (finding->state));
    json_object_set_string_member (object, "title", finding->title);
    hs_json_set_string (object, "text", finding->text);
    hs_json_set_string (object, "action", finding->action);
    hs_json_set_string (object, "command", finding->command);
    hs_json_set_string (object, "port", finding->port);
    json_array_add_object_element (array, object);
  }
  return array;
}

static const char *
mark_of (HsDoctorState state)
{
  switch (state) {
  case HS_DOCTOR_TROUBLE:
    return _ ("TROUBLE");
  case HS_DOCTOR_NOTE:
    return _ ("note");
  case HS_DOCTOR_OK:
  default:
    return _ ("ok");
  }
}

static void
print_finding (HsCli *cli, const HsDoctorFinding *finding)
{
  g_auto (GStrv) commands = g_strsplit (finding->command != NULL ? finding->command : "", "\n", -1);

  hs_cli_print (cli, "  %-8s %s", mark_of (finding->state), finding->title);
  if (finding->text != NULL)
    hs_cli_print (cli, "           %s", finding->text);
  if (finding->action != NULL)
    hs_cli_print (cli, "           → %s", finding->action);
  for (guint i = 0; commands[i] != NULL; i++)
    hs_cli_print (cli, "             %s", commands[i]);
}

static void
print_findings (HsCli *cli, GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);
    const HsDoctorFinding *before = i > 0 ? g_ptr_array_index (findings, i - 1) : NULL;

    if (before == NULL || before->group != finding->group)
      hs_cli_print (
          cli, "%s%s", before != NULL ? "\n" : "", hs_doctor_group_title (finding->group));
    print_finding (cli, finding);
  }
}

static GPtrArray *
examine (HsCli *cli)
{
  g_autofree char *folder = g_get_current_dir ();
  HsDoctorPlaces places;

  hs_doctor_places_of (cli->session, &places);
  places.folder = folder;
  return hs_doctor_examine (&places, NULL);
}

static int
report (HsCli *cli)
{
  g_autofree char *captures = hs_capture_keeper_folder ();
  g_autofree char *summary = NULL;
  g_autoptr (GPtrArray) findings = examine (cli);
  const char *catalog = hs_catalog_get_path (hs_session_get_catalog (cli->session));
  HsDoctorState worst = hs_doctor_get_worst (findings);
  JsonObject *object = json_object_new ();

  print_findings (cli, findings);
  summary = hs_doctor_summary (findings);
  hs_cli_print (cli, _ ("\ncatalog: %s"), catalog);
  hs_cli_print (cli, _ ("kept conversations: %s"), captures);
  hs_cli_print (cli, "%s.", summary);

  json_object_set_boolean_member (object, "rules_installed", hs_doctor_rules_installed ());
  json_object_set_boolean_member (object, "sounds", hs_doctor_can_play_sounds ());
  json_object_set_string_member (object, "catalog", catalog);
  json_object_set_string_member (object, "captures", captures);
  json_object_set_string_member (object, "worst", hs_doctor_state_name (worst));
  json_object_set_array_member (object, "findings", describe (findings));
  hs_cli_answer (cli, object);
  return worst == HS_DOCTOR_TROUBLE ? HS_EXIT_NOT_ALL : HS_EXIT_DONE;
}

/* --- the rules --- */

static void
print_change (HsCli *cli, const HsRulesChange *change)
{
  if (change->same)
    hs_cli_print (cli, _ ("%s holds this version’s rules already."), change->path);
  else if (change->diff != NULL)
    hs_cli_print (cli, _ ("%s will change:\n%s"), change->path, change->diff);
  else
    hs_cli_print (cli, _ ("%s will be written:\n%s"), change->path, change->text);
  hs_cli_print (cli,
                _ ("Then udev reads it, and applies it to the devices that are plugged in now."));
}

/* Only “y” or “yes” is one. */
static gboolean
ask (HsCli *cli)
{
  char answer[LONGEST_ANSWER] = "";

  hs_cli_print (cli, _ ("Do it? Root’s rights are asked for next. [y/N]"));
  if (fgets (answer, sizeof answer, stdin) == NULL)
    return FALSE;
  g_strstrip (answer);
  return g_ascii_strcasecmp (answer, "y") == 0 || g_ascii_strcasecmp (answer, "yes") == 0;
}

/* What came of it for each device that is on the bus. */
static int
report_installed (HsCli *cli, const HsRulesChange *change)
{
  g_autoptr (GPtrArray) findings = examine (cli);
  JsonObject *object = json_object_new ();
  JsonObject *rules = json_object_new ();
  gboolean trouble = FALSE;

  hs_cli_print (cli, _ ("The rules are at %s."), change->path);
  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);

    if (finding->group != HS_DOCTOR_CAMERAS && finding->group != HS_DOCTOR_RULES)
      continue;
    trouble |= finding->state == HS_DOCTOR_TROUBLE;
    if (finding->state == HS_DOCTOR_TROUBLE || finding->port != NULL)
      print_finding (cli, finding);
  }

  json_object_set_string_member (rules, "path", change->path);
  json_object_set_boolean_member (rules, "was_same", change->same);
  hs_json_set_string (rules, "diff", change->diff);
  json_object_set_object_member (object, "rules", rules);
  json_object_set_boolean_member (object, "rules_installed", hs_doctor_rules_installed ());
  json_object_set_array_member (object, "findings", describe (findings));
  hs_cli_answer (cli, object);
  return trouble ? HS_EXIT_NOT_ALL : HS_EXIT_DONE;
}

static int
install_rules (HsCli *cli, gboolean yes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRulesChange) change = hs_doctor_plan_rules (NULL, &error);
  gboolean terminal = isatty (STDIN_FILENO);

  if (change == NULL)
    return hs_cli_fail (cli, error);
  print_change (cli, change);
  if (!yes && (!terminal || cli->json))
    return hs_cli_fail_usage (cli, _ ("nobody can be asked here: say --yes"));
  if (!yes && !ask (cli)) {
    hs_cli_print (cli, _ ("Nothing was written."));
    return HS_EXIT_CANCELLED;
  }
  if (!hs_doctor_install_rules (NULL, terminal, NULL, &error))
    return hs_cli_fail (cli, error);
  return report_installed (cli, change);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  gboolean install = FALSE, yes = FALSE;
  const GOptionEntry entries[] = {
    { "install-rules", 0, 0, G_OPTION_ARG_NONE, &install, NULL, NULL },
    { "yes", 0, 0, G_OPTION_ARG_NONE, &yes, NULL, NULL },
    { NULL },
  };
  int status;

  if (!hs_cli_parse (cli, &hs_command_doctor, entries, NULL, &argc, &argv, &status))
    return status;
  if (yes && !install)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe doctor %s"), hs_command_doctor.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;
  return install ? install_rules (cli, yes) : report (cli);
}

const HsCommand hs_command_doctor = {
  .name = "doctor",
  .summary = N_ ("Say what keeps cameras from being worked with here; install the udev rules"),
  .usage = "[--install-rules [--yes]]",
  .help =
      N_ ("  --install-rules       show what will be written to /etc/udev/rules.d, ask, write it\n"
          "                        with root’s rights, and apply it to what is plugged in\n"
          "  --yes                 don’t ask\n"
          "Exit status 1: something is in trouble."),
  .run = run,
};
