/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "store/catalog-units.h"

#include <glib/gi18n-lib.h>

#define MAX_LISTED 100000

static int
list (HsCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names =
      hs_catalog_list_parties (hs_session_get_catalog (cli->session), "", MAX_LISTED, &error);
  JsonObject *object;
  JsonArray *array;

  if (names == NULL)
    return hs_cli_fail (cli, error);

  array = json_array_new ();
  for (guint i = 0; i < names->len; i++) {
    json_array_add_string_element (array, g_ptr_array_index (names, i));
    hs_cli_print (cli, "%s", (char *) g_ptr_array_index (names, i));
  }
  if (names->len == 0)
    hs_cli_print (cli, _ ("No customers yet: one appears with the first shipment."));
  object = json_object_new ();
  json_object_set_array_member (object, "customers", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

/* A slip must not make a new customer. */
static gboolean
is_known (HsCatalog *catalog, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = hs_catalog_list_parties (catalog, name, MAX_LISTED, error);
  g_autofree char *wanted = g_utf8_casefold (name, -1);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    g_autofree char *folded = g_utf8_casefold (g_ptr_array_index (names, i), -1);

    if (g_str_equal (folded, wanted))
      return TRUE;
  }
  if (names != NULL)
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No customer is called “%s”."), name);
  return FALSE;
}

static int
rename_customer (HsCli *cli, const char *from, const char *to)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autoptr (GError) error = NULL;
  g_autofree char *id =
      is_known (catalog, from, &error) ? hs_catalog_put_party (catalog, from, &error) : NULL;
  JsonObject *object;

  if (id == NULL || !hs_catalog_rename_party (catalog, id, to, &error))
    return hs_cli_fail (cli, error);

  if (*to != '\0')
    hs_cli_print (cli, _ ("%s is called %s now"), from, to);
  else
    hs_cli_print (cli, _ ("The name %s is taken out; its shipments stay"), from);
  object = json_object_new ();
  json_object_set_string_member (object, "customer", to);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  int status;

  if (!hs_cli_parse (cli, &hs_command_customers, NULL, NULL, &argc, &argv, &status))
    return status;
  if (argc != 1 && !(argc == 4 && g_str_equal (argv[1], "rename")))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe customers %s"), hs_command_customers.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;
  return argc == 1 ? list (cli) : rename_customer (cli, argv[2], argv[3]);
}

const HsCommand hs_command_customers = {
  .name = "customers",
  .summary = N_ ("List customers, or change how one is called"),
  .usage = "[rename NAME NEW]",
  .help = N_ ("  rename NAME NEW       for all shipments, earlier ones too; an empty NEW takes\n"
              "                        the name out. The journal never holds it."),
  .max_arguments = 3,
  .run = run,
};
