/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/doors.h"

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
