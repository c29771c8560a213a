/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/doors.h"

#include "app/cli/unit-json.h"
#include "app/explain.h"
#include "app/exposure.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>

static GPtrArray *
read_doors (HsJob *job, JsonObject *run)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_door_line_free);
  JsonArray *doors = hs_payload_get_array (run, "doors");

  for (guint i = 0; doors != NULL && i < MIN (json_array_get_length (doors), HS_N_DOORS); i++) {
    JsonObject *object = hs_payload_nth (doors, i);
    HsDoorLine *line =
        object != NULL ? hs_door_line_from_json (hs_job_get_board (job), i, object) : NULL;

    if (line != NULL)
      g_ptr_array_add (lines, line);
  }
  return lines;
}

void
hs_cli_print_doors (HsCli *cli, HsJob *job)
{
  g_autofree char *text = hs_job_dup_json (job);
  g_autoptr (JsonObject) run = hs_payload_parse (text);
  g_autoptr (GPtrArray) lines = read_doors (job, run);
  const char *options = hs_payload_get_text (run, "option_bytes");
  g_autofree char *verdict = NULL;
  g_autofree char *consequence = NULL;

  if (lines->len == 0)
    return;
  hs_cli_print (cli, _ ("%s: what an audit saw"), hs_job_get_slot_name (job));
  for (guint i = 0; i < lines->len; i++) {
    const HsDoorLine *line = lines->pdata[i];

    hs_cli_print (cli,
                  "  %-16s %s: %s",
                  hs_door_state_title (line->state),
                  hs_door_title (line->door),
                  line->saw);
    if (line->closes != NULL && line->state != HS_DOOR_CLOSED)
      hs_cli_print (cli, _ ("  %-16s what closes it: %s"), "", line->closes);
  }
  if (options != NULL)
    hs_cli_print (cli, _ ("  Option bytes: %s"), options);
  verdict = hs_protection_verdict (lines);
  consequence = hs_protection_consequence (hs_job_get_board (job), lines);
  hs_cli_print (cli, "%s: %s. %s", hs_job_get_slot_name (job), verdict, consequence);
}

static void
print_fact (HsCli *cli, const char *title, const HsProtectionFact *fact)
{
  g_autofree char *level = fact->level < 0 ? g_strdup (_ ("can’t be told"))
                                           : g_strdup_printf (_ ("level %d"), fact->level);
  g_autofree char *time = hs_time_to_text (fact->time_us);

  if (time == NULL)
    hs_cli_print (cli, "  %-12s %s", title, _ ("never"));
  else
    hs_cli_print (
        cli, "  %-12s %-10s %s  %s", title, level, time, fact->proof != NULL ? fact->proof : "");
}

static void
print_protection (HsCli *cli, HsCatalog *catalog, HsUnit *unit)
{
  g_autoptr (HsProtectionRecord) record =
      hs_protection_get_record (catalog, hs_unit_get_id (unit), NULL);

  if (record == NULL || (record->requested.time_us == 0 && record->written.time_us == 0 &&
                         record->observed.time_us == 0))
    return;
  hs_cli_print (cli, "%s", _ ("Readout protection:"));
  print_fact (cli, _ ("requested"), &record->requested);
  print_fact (cli, _ ("written"), &record->written);
  print_fact (cli, _ ("observed"), &record->observed);
}

void
hs_cli_print_exposure (HsCli *cli, HsCatalog *catalog, HsUnit *unit)
{
  const HsBoard *board = hs_board_by_id (hs_unit_get_board (unit));
  g_autoptr (GPtrArray) doors = NULL;
  gint64 time_us = 0;

  if (board != NULL)
    doors = hs_protection_list_doors (catalog, hs_unit_get_id (unit), board, &time_us, NULL);
  if (doors != NULL && time_us > 0) {
    g_autofree char *time = hs_time_to_text (time_us);
    g_autofree char *verdict = hs_protection_verdict (doors);
    g_autofree char *consequence = hs_protection_consequence (board, doors);

    /* Translators: when, "3 of 6 doors are open", and a sentence of what that means */
    hs_cli_print (cli, _ ("Last audit, %s: %s. %s"), time, verdict, consequence);
  }
  print_protection (cli, catalog, unit);
}

gboolean
hs_cli_print_written (HsCli *cli, const char *unit, gint64 since)
{
  g_autoptr (HsProtectionRecord) record =
      hs_protection_get_record (hs_session_get_catalog (cli->session), unit, NULL);

  if (record == NULL || record->written.time_us < since ||
      record->observed.time_us >= record->written.time_us)
    return FALSE;
  hs_cli_print (cli,
                record->written.level == 0
                    ? _ ("Stopped: it is written, and was not seen in force. Everything in the "
                         "chip counts as erased; `hotshoe recover --unit %s --build ID` brings it "
                         "back.")
                    : _ ("Stopped: it is written, and was not seen in force. Unplug the camera, "
                         "take the jumper off and plug it in again; `hotshoe audit --unit %s` then "
                         "looks."),
                unit);
  return TRUE;
}

char *
hs_cli_explain_outcome (const char *what, const char *outcome)
{
  gboolean looked = g_strcmp0 (what, "audit") == 0 || g_strcmp0 (what, "observe-protection") == 0;

  if (looked && g_strcmp0 (outcome, "passed") == 0)
    return g_strdup (_ ("Done"));
  return hs_explain_outcome (outcome);
}

const char *
hs_cli_describe_exposure (HsJob *job)
{
  static const struct {
    const char *what;
    const char *text;
  } deeds[] = {
    { "audit", N_ ("what could be tried was tried") },
    { "protect", N_ ("written, and not seen in force yet: that takes a power cycle") },
    { "unprotect", N_ ("taken off, and not seen yet: everything in the chip counts as erased") },
    { "observe-protection", N_ ("the level in force was seen") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (deeds[i].what, hs_job_get_what (job)))
      return _ (deeds[i].text);
  return NULL;
}

const char *
hs_cli_find_way (const char *typed)
{
  static const char *const ways[] = { "rom", "swd-programmer", "swd-openocd" };

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (typed == NULL || g_str_equal (ways[i], typed))
      return ways[i];
  return NULL;
}
