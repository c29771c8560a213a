/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tables.h"
#include "app/run-json.h"
#include "app/unit-life.h"

#include <glib/gi18n-lib.h>

#define MAX_UNITS 100000
#define MAX_LIST  (16 * 1024 * 1024) /* bytes */

/* The options; fields belong to the option parser. */
typedef struct {
  char *customer;
  char *order;
  char *date;
  char *from;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->customer);
  g_free (self->order);
  g_free (self->date);
  g_free (self->from);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static char *
read_list (const char *from, GError **error)
{
  g_autoptr (GInputStream) stream = hs_cli_open_input (from, error);
  g_autofree char *text = NULL;
  gsize size = 0;

  if (stream == NULL)
    return NULL;
  text = g_malloc (MAX_LIST + 1);
  if (!g_input_stream_read_all (stream, text, MAX_LIST, &size, NULL, error))
    return NULL;
  text[size] = '\0';
  return g_steal_pointer (&text);
}

/* One word that is no unit, and none is shipped: a list is right or it is not. */
static gboolean
check_unknown (GPtrArray *unknown, GError **error)
{
  g_autofree char *all = NULL;

  if (unknown->len == 0)
    return TRUE;
  g_ptr_array_add (unknown, NULL);
  all = g_strjoinv (" ", (char **) unknown->pdata);
  g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_UNIT, _ ("%s Nothing was shipped."), all);
  return FALSE;
}

/* Keys from the arguments and the list, ending with NULL. */
static GPtrArray *
collect (HsCli *cli, char **typed, const char *from, GError **error)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func (g_free);

  for (; *typed != NULL; typed++) {
    char *unit = hs_catalog_resolve_unit (catalog, *typed, error);

    if (unit == NULL)
      return NULL;
    g_ptr_array_add (units, unit);
  }
  if (from != NULL) {
    g_autofree char *text = read_list (from, error);
    g_autoptr (GPtrArray) unknown = NULL;
    g_autoptr (GPtrArray) listed = NULL;

    if (text == NULL)
      return NULL;
    listed = hs_units_parse (catalog, text, &unknown);
    if (!check_unknown (unknown, error))
      return NULL;
    g_ptr_array_extend_and_steal (units, g_steal_pointer (&listed));
  }
  g_ptr_array_add (units, NULL);
  return g_steal_pointer (&units);
}

static int
answer (HsCli *cli, GPtrArray *units, const Options *options, const char *shipment)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();
  guint n = 0;

  for (guint i = 0; i + 1 < units->len; i++) {
    char *unit = g_ptr_array_index (units, i);

    if (!g_hash_table_add (seen, unit))
      continue;
    json_array_add_string_element (array, unit);
    hs_cli_print (cli, "  %s", unit);
    n++;
  }
  hs_cli_print (cli,
                ngettext ("%u unit is shipped to %s now.", "%u units are shipped to %s now.", n),
                n,
                options->customer);
  json_object_set_string_member (object, "shipment", shipment);
  json_object_set_string_member (object, "customer", options->customer);
  hs_json_set_string (object, "order", options->order);
  json_object_set_array_member (object, "units", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "customer", 0, 0, G_OPTION_ARG_STRING, &options.customer, NULL, NULL },
    { "order", 0, 0, G_OPTION_ARG_STRING, &options.order, NULL, NULL },
    { "date", 0, 0, G_OPTION_ARG_STRING, &options.date, NULL, NULL },
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &options.from, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) units = NULL;
  g_autofree char *shipment = NULL;
  int status;

  if (!hs_cli_parse (cli, &hs_command_ship, entries, NULL, &argc, &argv, &status))
    return status;
  if (options.customer == NULL || (argc < 2 && options.from == NULL))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe ship %s"), hs_command_ship.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  units = collect (cli, argv + 1, options.from, &error);
  if (units == NULL || !hs_units_ship (hs_session_get_catalog (cli->session),
                                       (const char *const *) units->pdata,
                                       options.customer,
                                       options.order,
                                       options.date,
                                       &shipment,
                                       &error))
    return hs_cli_fail (cli, error);
  return answer (cli, units, &options, shipment);
}

const HsCommand hs_command_ship = {
  .name = "ship",
  .summary = N_ ("Record that units go to a customer"),
  .usage = "UNIT… --customer NAME [--order NUMBER] [--date DATE] [--from FILE]",
  .help = N_ ("  --customer NAME       who gets them\n"
              "  --order NUMBER        the order they belong to\n"
              "  --date DATE           the day, as 2026-11-21; without it, today\n"
              "  --from FILE           more units, one a line or word; - reads standard input\n"
              "UNIT is any beginning of a serial, in any form, a product serial or a label.\n"
              "All are shipped, or none."),
  .max_arguments = MAX_UNITS,
  .run = run,
};
