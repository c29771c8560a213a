/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/unit-json.h"

#include <glib/gi18n-lib.h>

#define MAX_LISTED 100000

static void
print_line (HsCli *cli, HsUnit *unit)
{
  const HsContent *firmware = hs_unit_find_content (unit, "firmware");

  hs_cli_print (cli,
                "%-32s %-16s %-12s %s",
                hs_unit_get_id (unit),
                hs_unit_get_board (unit),
                hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit) : "-",
                firmware != NULL && firmware->build_name != NULL ? firmware->build_name : "-");
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  HsCatalog *catalog;
  JsonObject *object;
  JsonArray *units;
  guint total = 0;
  int status;

  if (!hs_cli_parse (cli, &hs_command_units, NULL, NULL, &argc, &argv, &status) ||
      !hs_cli_open (cli, TRUE, &status))
    return status;

  catalog = hs_session_get_catalog (cli->session);
  ids = hs_catalog_list_units (catalog, argc > 1 ? argv[1] : NULL, MAX_LISTED, &total, &error);
  if (ids == NULL)
    return hs_cli_fail (cli, error);

  units = json_array_new ();
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, g_ptr_array_index (ids, i), NULL);

    if (unit == NULL)
      continue;
    json_array_add_object_element (units, hs_unit_to_json (catalog, unit, FALSE));
    print_line (cli, unit);
  }
  if (ids->len == 0)
    hs_cli_print (cli,
                  argc > 1
                      ? _ ("No unit has that. Serials are searched in every form.")
                      : _ ("No units yet: one appears when it is flashed for the first time."));

  object = json_object_new ();
  json_object_set_array_member (object, "units", units);
  json_object_set_int_member (object, "total", total);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

const HsCommand hs_command_units = {
  .name = "units",
  .summary = N_ ("Find units: by serial in any form, label or build"),
  .usage = "[QUERY]",
  .help =
      N_ ("  QUERY                 any part of a serial in any form, a label, or a build's name"),
  .max_arguments = 1,
  .run = run,
};
