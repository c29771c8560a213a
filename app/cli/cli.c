/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/cli.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/explain.h"
#include "app/run-json.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Every subcommand: one file, one line here. */
/* clang-format off */
static const HsCommand *const commands[] = {
  &hs_command_devices,
  &hs_command_import,
  &hs_command_build,
  &hs_command_builds,
  &hs_command_flash,
  &hs_command_compare,
  &hs_command_erase,
  &hs_command_reset_romfs,
  &hs_command_read,
  &hs_command_identify,
  &hs_command_enter,
  &hs_command_leave,
  &hs_command_restart,
  &hs_command_save,
  &hs_command_units,
  &hs_command_unit,
  &hs_command_label,
  &hs_command_ship,
  &hs_command_return,
  &hs_command_scrap,
  &hs_command_note,
  &hs_command_attach,
  &hs_command_correct,
  &hs_command_recall,
  &hs_command_runs,
  &hs_command_stats,
  &hs_command_customers,
  &hs_command_journal,
  &hs_command_catalog,
  &hs_command_slots,
  &hs_command_boards,
  &hs_command_tree,
  &hs_command_trial,
  &hs_command_doctor,
  &hs_command_recover,
  &hs_command_audit,
  &hs_command_protect,
  &hs_command_unprotect,
  &hs_command_operate,
  &hs_command_practice_build,
  &hs_command_release,
  &hs_command_key,
  &hs_command_features,
  &hs_command_freeze,
  &hs_command_memory,
  &hs_command_models,
  &hs_command_debug,
  &hs_command_deploy,
  &hs_command_romfs,
  &hs_command_sizes,
  &hs_command_cloud,
};
/* clang-format on */

static const HsCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i]->name, name))
      return commands[i];
  return NULL;
}

/**
 * hs_cli_print:
 *
 * A line for people, on standard output; silent in --json and --events.
 */
void
hs_cli_print (HsCli *cli, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (cli->json || cli->events)
    return;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_print ("%s\n", text);
}

static void
print_object (JsonObject *object)
{
  g_autofree char *text = hs_json_object_to_text (object);

  g_print ("%s\n", text);
}

/**
 * hs_cli_answer:
 * @cli: a call
 * @answer: (transfer full): members of the answer
 *
 * Prints the one JSON document of --json, in its envelope; nothing in text mode.
 */
void
hs_cli_answer (HsCli *cli, JsonObject *answer)
{
  g_autoptr (JsonObject) members = answer;
  g_autoptr (JsonObject) envelope = json_object_new ();
  g_autoptr (GList) names = json_object_get_members (members);

  if (!cli->json)
    return;

  json_object_set_int_member (envelope, "hotshoe", 1);
  json_object_set_string_member (envelope, "command", cli->command);
  if (!json_object_has_member (members, "ok"))
    json_object_set_boolean_member (envelope, "ok", TRUE);
  for (GList *name = names; name != NULL; name = name->next)
    json_object_set_member (envelope, name->data, json_object_dup_member (members, name->data));
  print_object (envelope);
}

static gboolean
is_not_found (const GError *error)
{
  return g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_NO_CAMERA) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_NO_BUILD) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_NO_UNIT) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_NO_RELEASE) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_NO_TREE) ||
         g_error_matches (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND) ||
         g_error_matches (error, HS_STORE_ERROR, HS_STORE_ERROR_AMBIGUOUS) ||
         g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* What a release, a key or a unit's life stands against. */
static gboolean
is_forbidden (const GError *error)
{
  static const int codes[] = {
    HS_APP_ERROR_BAD_RECIPE,        HS_APP_ERROR_NOT_LOCKABLE, HS_APP_ERROR_RELEASE_DRAFT,
    HS_APP_ERROR_RELEASE_WITHDRAWN, HS_APP_ERROR_UNSIGNED,     HS_APP_ERROR_BUNDLE_ALTERED,
    HS_APP_ERROR_BUNDLE_NEWER,      HS_APP_ERROR_UNIT_SHIPPED, HS_APP_ERROR_UNIT_SCRAPPED,
    HS_APP_ERROR_NEEDS_NUMBER,      HS_APP_ERROR_NOT_OFFERED,  HS_APP_ERROR_NOT_CONFIRMED,
    HS_APP_ERROR_TREE_CHANGED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, HS_APP_ERROR, codes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_refusal (const GError *error)
{
  return is_forbidden (error) ||
         (error->domain == HS_FLASH_ERROR &&
          (error->code == HS_FLASH_ERROR_BAD_FILE || error->code == HS_FLASH_ERROR_WRONG_BOARD ||
           error->code == HS_FLASH_ERROR_WRONG_ROLE || error->code == HS_FLASH_ERROR_FORBIDDEN)) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_MIXED) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_NOTHING) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_SHIPPED) ||
         g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_SCRAPPED) ||
         g_error_matches (error, HS_STORE_ERROR, HS_STORE_ERROR_PURPOSE);
}

static int
status_of (const GError *error)
{
  if (g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_USAGE) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT) ||
      error->domain == G_OPTION_ERROR)
    return HS_EXIT_USAGE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return HS_EXIT_CANCELLED;
  if (is_not_found (error))
    return HS_EXIT_NOT_FOUND;
  return is_refusal (error) ? HS_EXIT_REFUSED : HS_EXIT_NOT_ALL;
}

/**
 * hs_cli_fail:
 * @cli: a call
 * @error: what went wrong
 *
 * Says it on standard error, or as the JSON document's error.
 *
 * Returns: the exit status that fits
 */
int
hs_cli_fail (HsCli *cli, const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  int status = status_of (error);

  if (status == HS_EXIT_USAGE && g_strcmp0 (problem->code, "failed") == 0) {
    g_free (problem->code);
    problem->code = g_strdup ("usage");
  }

  if (cli->json || cli->events) {
    g_autoptr (JsonObject) envelope = json_object_new ();

    json_object_set_int_member (envelope, "hotshoe", 1);
    hs_json_set_string (envelope, "command", cli->command);
    json_object_set_boolean_member (envelope, "ok", FALSE);
    json_object_set_object_member (envelope, "error", hs_problem_to_json (problem));
    print_object (envelope);
  } else {
    g_printerr ("hotshoe: %s%s%s\n",
                problem->message,
                problem->action != NULL && *problem->action != '\0' ? " " : "",
                problem->action != NULL ? problem->action : "");
  }
  return status;
}

int
hs_cli_fail_usage (HsCli *cli, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  error = g_error_new_literal (HS_APP_ERROR, HS_APP_ERROR_USAGE, text);
  return hs_cli_fail (cli, error);
}

/**
 * hs_cli_open:
 * @cli: a call
 * @read_only: this command runs nothing on cameras
 * @status: (out): the exit status on failure
 *
 * Opens the session for a command.
 *
 * Returns: %FALSE if it failed and has been said
 */
gboolean
hs_cli_open (HsCli *cli, gboolean read_only, int *status)
{
  g_autoptr (GError) error = NULL;

  cli->options.read_only = read_only;
  cli->session = hs_session_new (&cli->options, &error);
  if (cli->session == NULL) {
    *status = hs_cli_fail (cli, error);
    return FALSE;
  }
  if (hs_session_get_n_interrupted (cli->session) > 0 && !cli->json && !cli->events) {
    guint n = hs_session_get_n_interrupted (cli->session);

    g_printerr (ngettext ("%u run of a program that ended too early is now interrupted.\n",
                          "%u runs of programs that ended too early are now interrupted.\n",
                          n),
                n);
  }
  return TRUE;
}

static void
print_help (void)
{
  g_print (_ ("Usage: hotshoe [OPTION…] [COMMAND …]\n\n"
              "Without a command the window opens.\n\nCommands:\n"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-15s %s\n", commands[i]->name, _ (commands[i]->summary));
  g_print ("%s",
           _ ("\nOptions for all commands:\n"
              "  --catalog FILE               use this catalog\n"
              "  --simulate SPEC              simulated cameras, e.g. OPENMV4*3,OPENMV_N6@dfu,\n"
              "                               or replay:FILE, a conversation that was kept\n"
              "  --simulate-dir DIR           keep their state there\n"
              "  --simulate-speed real|fast   with the times of real cameras, or none\n"
              "  --operator NAME              who does this\n"
              "  --json                       one JSON document as the answer\n"
              "  --events                     one JSON object a line while it runs\n"
              "  --record                     keep the conversation with the camera\n"
              "  --version                    print the version\n\n"
              "hotshoe COMMAND --help tells more about one command.\n"));
}

static void
print_command_help (const HsCommand *command)
{
  g_print (_ ("Usage: hotshoe %s%s%s\n\n%s\n"),
           command->name,
           *command->usage != '\0' ? " " : "",
           command->usage,
           _ (command->summary));
  if (command->help != NULL)
    g_print ("\n%s\n", _ (command->help));
  if (command->selects)
    g_print ("\n%s",
             _ ("Which cameras; the only one that is attached need not be named:\n"
                "  --unit ID           this unit: any beginning of its serial, or its label\n"
                "  --port PATH         the one on this USB port, by path or by the slot's name\n"
                "  --all               all of them\n"
                "  --replug            wait until it is unplugged and plugged in again\n"
                "  --wait              wait for that only if its firmware can't be asked\n"));
  g_print ("\n%s\n", _ ("hotshoe --help lists the options for all commands."));
}

/* --- global options; taken out of argv wherever they stand --- */

typedef struct {
  const char *catalog, *simulate, *simulate_dir, *speed, *operator_name;
  gboolean json, events, version, help, record;
} Globals;

static gboolean
take_value (const char *name, int argc, char **argv, int *i, const char **value, GError **error)
{
  gsize length = strlen (name);

  if (!g_str_has_prefix (argv[*i], name))
    return FALSE;
  if (argv[*i][length] == '=') {
    *value = argv[*i] + length + 1;
    return TRUE;
  }
  if (argv[*i][length] != '\0')
    return FALSE;
  if (*i + 1 >= argc) {
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("%s needs a value"), name);
    return FALSE;
  }
  *value = argv[++*i];
  return TRUE;
}

static gboolean
take_global (Globals *globals, int argc, char **argv, int *i, GError **error)
{
  const struct {
    const char *name;
    const char **value;
  } values[] = {
    { "--catalog", &globals->catalog },        { "--simulate-dir", &globals->simulate_dir },
    { "--simulate-speed", &globals->speed },   { "--simulate", &globals->simulate },
    { "--operator", &globals->operator_name },
  };
  const struct {
    const char *name;
    gboolean *flag;
  } flags[] = {
    { "--json", &globals->json },
    { "--events", &globals->events },
    { "--version", &globals->version },
    { "--record", &globals->record },
  };

  for (guint n = 0; n < G_N_ELEMENTS (flags); n++)
    if (g_str_equal (argv[*i], flags[n].name)) {
      *flags[n].flag = TRUE;
      return TRUE;
    }
  for (guint n = 0; n < G_N_ELEMENTS (values); n++)
    if (take_value (values[n].name, argc, argv, i, values[n].value, error))
      return TRUE;
  return FALSE;
}

static gboolean
apply_globals (HsCli *cli, const Globals *globals, GError **error)
{
  if (globals->speed != NULL && !g_str_equal (globals->speed, "real") &&
      !g_str_equal (globals->speed, "fast")) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("--simulate-speed is “real” or “fast”"));
    return FALSE;
  }

  cli->json = globals->json;
  cli->events = globals->events;
  cli->options.catalog = globals->catalog;
  cli->options.simulate = globals->simulate;
  cli->options.simulate_dir = globals->simulate_dir;
  cli->options.simulate_fast = g_strcmp0 (globals->speed, "real") != 0;
  cli->options.operator_name = globals->operator_name;
  cli->options.record = globals->record;
  return TRUE;
}

/* Splits argv: global options into @globals, the rest into @rest (borrowed pointers). */
static gboolean
split (int argc, char **argv, Globals *globals, GPtrArray *rest, GError **error)
{
  g_autoptr (GError) local = NULL;

  for (int i = 1; i < argc; i++) {
    if (take_global (globals, argc, argv, &i, &local))
      continue;
    if (local != NULL) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    g_ptr_array_add (rest, argv[i]);
  }
  g_ptr_array_add (rest, NULL);
  return TRUE;
}

/* @rest ends with NULL. */
static gboolean
asks_help (GPtrArray *rest)
{
  return g_strv_contains ((const char *const *) rest->pdata, "--help");
}

static int
run_command (HsCli *cli, GPtrArray *rest)
{
  const char *name = g_ptr_array_index (rest, 0);
  const HsCommand *command = find_command (name);
  int status;

  if (command == NULL)
    return hs_cli_fail_usage (cli,
                              *name == '-'
                                  ? _ ("there is no option “%s”; hotshoe --help lists them")
                                  : _ ("there is no command “%s”; hotshoe --help lists them"),
                              name);

  cli->command = command->name;
  if (asks_help (rest)) {
    print_command_help (command);
    return HS_EXIT_DONE;
  }
  status = command->run (cli, rest->len - 1, (char **) rest->pdata);
  g_clear_object (&cli->session);
  return status;
}

/**
 * hs_cli_main:
 * @argc: as main()
 * @argv: as main()
 * @wants_window: (out): there was no command: open the window with @options
 * @options: (out): the session's options; strings point into @argv
 *
 * Returns: the exit status
 */
int
hs_cli_main (int argc, char **argv, gboolean *wants_window, HsSessionOptions *options)
{
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  Globals globals = { NULL };
  HsCli cli = { 0 };

  *wants_window = FALSE;
  if (!split (argc, argv, &globals, rest, &error) || !apply_globals (&cli, &globals, &error))
    return hs_cli_fail (&cli, error);

  if (globals.version) {
    g_print ("hotshoe %s\n", HS_VERSION);
    return HS_EXIT_DONE;
  }
  if (rest->len > 1 && (g_str_equal (g_ptr_array_index (rest, 0), "--help") ||
                        g_str_equal (g_ptr_array_index (rest, 0), "help"))) {
    print_help ();
    return HS_EXIT_DONE;
  }
  if (rest->len == 1) {
    *wants_window = TRUE;
    *options = cli.options;
    if (globals.speed == NULL)
      options->simulate_fast = FALSE; /* whoever watches wants to see it happen */
    return HS_EXIT_DONE;
  }
  return run_command (&cli, rest);
}
