/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/doors.h"
#include "app/cli/jobs.h"
#include "app/cli/unit-json.h"
#include "app/explain.h"
#include "app/unit-life.h"
#include "store/catalog-releases.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>

static void
print_contents (HsCli *cli, HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);
    g_autofree char *since = hs_time_to_text (content->since);

    hs_cli_print (cli,
                  "  %-12s %-10s %-12.12s %s%s%s",
                  content->partition,
                  content->state,
                  content->sha256 != NULL ? content->sha256 : "-",
                  since != NULL ? since : "",
                  content->build_name != NULL ? "  " : "",
                  content->build_name != NULL ? content->build_name : "");
  }
}

static void
print_identities (HsCli *cli, HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_identities (unit); i++) {
    const HsUnitIdentity *identity = hs_unit_get_identity (unit, i);

    hs_cli_print (cli, "  %-14s %s", identity->scheme, identity->value);
  }
}

static void
print_runs (HsCli *cli, HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (GPtrArray) runs = hs_catalog_list_runs (catalog, hs_unit_get_id (unit), 0, 20, NULL);

  for (guint i = 0; runs != NULL && i < runs->len; i++) {
    HsRun *run = g_ptr_array_index (runs, i);
    g_autofree char *started = hs_time_to_text (hs_run_get_started (run));
    g_autofree char *outcome =
        hs_cli_explain_outcome (hs_run_get_what (run), hs_run_get_outcome (run));

    hs_cli_print (cli,
                  "  %s  %-18s  %s%s%s",
                  started,
                  hs_run_get_what (run),
                  outcome,
                  hs_run_get_build_name (run) != NULL ? "  " : "",
                  hs_run_get_build_name (run) != NULL ? hs_run_get_build_name (run) : "");
  }
}

/* --- its life; nothing is printed of what it does not have --- */

static void
print_state (HsCli *cli, HsCatalog *catalog, HsUnit *unit)
{
  g_autofree char *release = hs_release_dup_name (catalog, hs_unit_get_release (unit));
  const char *who = hs_unit_get_party_name (unit);

  hs_cli_print (cli, _ ("State: %s"), hs_unit_get_state (unit));
  if (hs_unit_get_serial (unit) != NULL)
    hs_cli_print (cli, _ ("Product serial: %s"), hs_unit_get_serial (unit));
  if (release != NULL)
    hs_cli_print (cli, _ ("Release: %s"), release);
  if (who != NULL && hs_unit_get_order (unit) != NULL)
    hs_cli_print (cli, _ ("With: %s, order %s"), who, hs_unit_get_order (unit));
  else if (who != NULL)
    hs_cli_print (cli, _ ("With: %s"), who);
}

static void
print_health (HsCli *cli, HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (GPtrArray) health = hs_unit_list_health (catalog, unit);

  for (guint i = 0; i < health->len; i++)
    hs_cli_print (cli, "! %s", (char *) g_ptr_array_index (health, i));
}

static void
print_shipments (HsCli *cli, const HsStory *story)
{
  if (story->shipments->len > 0)
    hs_cli_print (cli, _ ("Shipments:"));
  for (guint i = 0; i < story->shipments->len; i++) {
    const HsShipment *shipment = g_ptr_array_index (story->shipments, i);
    g_autofree char *returned = hs_time_to_text (shipment->returned);

    hs_cli_print (cli,
                  "  %s  %s  %s%s%s",
                  shipment->entry,
                  shipment->date,
                  shipment->party_name,
                  shipment->order != NULL ? ", " : "",
                  shipment->order != NULL ? shipment->order : "");
    if (returned != NULL)
      hs_cli_print (cli,
                    _ ("    back on %.10s: %s"),
                    returned,
                    shipment->returned_why != NULL ? shipment->returned_why : "");
  }
}

static const char *
name_remark (const char *kind)
{
  if (g_str_equal (kind, HS_KIND_UNIT_ATTACHED))
    return _ ("file");
  if (g_str_equal (kind, HS_KIND_UNIT_SCRAPPED))
    return _ ("scrapped");
  if (g_str_equal (kind, HS_KIND_UNIT_RETURNED))
    return _ ("returned");
  if (g_str_equal (kind, HS_KIND_FILE_HOLDS))
    return _ ("on its drive");
  return _ ("note");
}

static void
print_remarks (HsCli *cli, const HsStory *story)
{
  if (story->remarks->len > 0)
    hs_cli_print (cli, _ ("Notes and files:"));
  for (guint i = 0; i < story->remarks->len; i++) {
    const HsRemark *remark = g_ptr_array_index (story->remarks, i);
    g_autofree char *time = hs_time_to_text (remark->time);

    hs_cli_print (cli,
                  "  %s  %.10s  %s: %s%s",
                  remark->entry,
                  time,
                  name_remark (remark->kind),
                  remark->text,
                  remark->corrected != NULL ? _ (" (taken back)") : "");
  }
}

static void
print_numbers (HsCli *cli, const HsStory *story)
{
  if (story->numbers->len > 0)
    hs_cli_print (cli, _ ("Product numbers:"));
  for (guint i = 0; i < story->numbers->len; i++) {
    const HsNumber *number = g_ptr_array_index (story->numbers, i);

    hs_cli_print (cli, "  %-16s %-16s %s", number->number, number->series, number->state);
  }
}

static void
print_held (HsCli *cli, const HsStory *story)
{
  if (story->held->len > 0)
    hs_cli_print (cli, _ ("What it ever held:"));
  for (guint i = 0; i < story->held->len; i++) {
    const HsHeld *held = g_ptr_array_index (story->held, i);
    g_autofree char *since = hs_time_to_text (held->since);
    g_autofree char *until = hs_time_to_text (held->until);

    hs_cli_print (cli,
                  "  %-12s %.12s  %.10s – %.10s  %s",
                  held->partition,
                  held->sha256,
                  since != NULL ? since : "",
                  until != NULL ? until : _ ("now"),
                  held->build_name != NULL ? held->build_name : "");
  }
}

static int
show (HsCli *cli, HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsStory) story = hs_catalog_get_story (catalog, hs_unit_get_id (unit), &error);

  if (story == NULL)
    return hs_cli_fail (cli, error);

  hs_cli_print (cli,
                "%s  %s  %s",
                hs_unit_get_id (unit),
                hs_unit_get_board (unit),
                hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit) : _ ("(no label)"));
  print_state (cli, catalog, unit);
  print_health (cli, catalog, unit);
  hs_cli_print (cli, _ ("What is in its flash:"));
  print_contents (cli, unit);
  hs_cli_print_exposure (cli, catalog, unit);
  hs_cli_print (cli, _ ("Serials that it shows:"));
  print_identities (cli, unit);
  print_numbers (cli, story);
  print_shipments (cli, story);
  print_remarks (cli, story);
  hs_cli_print (cli, _ ("Runs:"));
  print_runs (cli, catalog, unit);
  print_held (cli, story);

  hs_cli_answer (cli, hs_unit_to_json (catalog, unit, TRUE));
  return HS_EXIT_DONE;
}

static int
compare (HsCli *cli, HsCatalog *catalog, HsUnit *unit, const char *typed)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *release = hs_catalog_resolve_release (catalog, typed, &error);
  g_autofree char *name = hs_release_dup_name (catalog, release);
  g_autoptr (GPtrArray) sentences =
      release != NULL ? hs_unit_compare_release (catalog, hs_unit_get_id (unit), release, &error)
                      : NULL;
  JsonObject *object;
  JsonArray *array;

  if (sentences == NULL)
    return hs_cli_fail (cli, error);

  array = json_array_new ();
  for (guint i = 0; i < sentences->len; i++) {
    hs_cli_print (cli, "%s", (char *) g_ptr_array_index (sentences, i));
    json_array_add_string_element (array, g_ptr_array_index (sentences, i));
  }
  if (sentences->len == 0)
    hs_cli_print (cli, _ ("Nothing: it holds exactly %s, as last proven."), name);
  object = json_object_new ();
  json_object_set_string_member (object, "unit", hs_unit_get_id (unit));
  json_object_set_string_member (object, "release", release);
  json_object_set_string_member (object, "release_name", name != NULL ? name : "");
  json_object_set_array_member (object, "changes", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *release = NULL;
  const GOptionEntry entries[] = {
    { "compare", 0, 0, G_OPTION_ARG_STRING, &release, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUnit) unit = NULL;
  g_autofree char *id = NULL;
  HsCatalog *catalog;
  int status;

  if (!hs_cli_parse (cli, &hs_command_unit, entries, NULL, &argc, &argv, &status))
    return status;
  if (argc != 2)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe unit %s"), hs_command_unit.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  catalog = hs_session_get_catalog (cli->session);
  id = hs_catalog_resolve_unit (catalog, argv[1], &error);
  if (id != NULL)
    unit = hs_catalog_get_unit (catalog, id, &error);
  if (unit == NULL)
    return hs_cli_fail (cli, error);
  return release != NULL ? compare (cli, catalog, unit, release) : show (cli, catalog, unit);
}

const HsCommand hs_command_unit = {
  .name = "unit",
  .summary = N_ ("Show one unit: what it holds, where it is, all that happened to it"),
  .usage = "UNIT [--compare RELEASE]",
  .help =
      N_ ("  --compare RELEASE     what running that release would change on it\n"
          "UNIT is any beginning of its serial, in any form, its product serial, or its label."),
  .max_arguments = 1,
  .run = run,
};
