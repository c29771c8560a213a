/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

enum { MAX_PORTS = 256 };

static int
list (HsCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names =
      hs_catalog_list_slots (hs_session_get_catalog (cli->session), &error);
  JsonObject *object;
  JsonArray *slots;

  if (names == NULL)
    return hs_cli_fail (cli, error);

  slots = json_array_new ();
  for (guint i = 0; i < names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (names, i);
    JsonObject *slot = json_object_new ();

    json_object_set_string_member (slot, "port", name->port);
    hs_json_set_string (slot, "name", name->name);
    json_object_set_boolean_member (slot, "ignored", name->ignored);
    json_array_add_object_element (slots, slot);
    hs_cli_print (cli,
                  "%-10s %s",
                  name->port,
                  name->ignored        ? _ ("(ignored)")
                  : name->name != NULL ? name->name
                                       : "-");
  }
  if (names->len == 0)
    hs_cli_print (cli, _ ("No port has a name yet. hotshoe slots name PORT NAME gives it one."));

  object = json_object_new ();
  json_object_set_array_member (object, "slots", slots);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

/* One verb and what it is about. */
static gboolean
change (HsSession *session, const char *const *arguments, GError **error)
{
  const char *verb = arguments[0], *port = arguments[1];

  if (g_str_equal (verb, "name"))
    return hs_session_name_slot (session, port, arguments[2], error);
  if (g_str_equal (verb, "order"))
    return hs_session_order_slots (session, arguments + 1, error);
  return hs_session_ignore_port (session, port, g_str_equal (verb, "ignore"), error);
}

static gboolean
is_usage (int argc, char **argv)
{
  if (argc == 4 && g_str_equal (argv[1], "name"))
    return TRUE;
  if (argc == 3 && (g_str_equal (argv[1], "ignore") || g_str_equal (argv[1], "watch")))
    return TRUE;
  return argc > 2 && g_str_equal (argv[1], "order");
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  if (!hs_cli_parse (cli, &hs_command_slots, NULL, NULL, &argc, &argv, &status))
    return status;
  if (!hs_cli_open (cli, argc == 1, &status))
    return status;
  if (argc == 1)
    return list (cli);

  if (!is_usage (argc, argv))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe slots %s"), hs_command_slots.usage);

  if (!change (cli->session, (const char *const *) argv + 1, &error))
    return hs_cli_fail (cli, error);
  return list (cli);
}

const HsCommand hs_command_slots = {
  .name = "slots",
  .summary = N_ ("Name and order USB ports, or leave some of them out"),
  .usage = "[name PORT NAME | order PORT… | ignore PORT | watch PORT]",
  .help = N_ ("  name PORT NAME        call the port so; an empty name takes it away\n"
              "  order PORT…           the order of the bench: these first, as they are given\n"
              "  ignore PORT           leave out what is plugged in there\n"
              "  watch PORT            take it in again"),
  .max_arguments = MAX_PORTS,
  .run = run,
};
