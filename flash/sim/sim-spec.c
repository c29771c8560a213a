/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/sim/sim-bus-private.h"
#include "flash/sim/sim-faults.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_CAMERAS 200

static gboolean
parse_mode (const char *text, HsSimSpec *spec)
{
  spec->unplugged = strcmp (text, "off") == 0;
  if (spec->unplugged)
    return TRUE;

  for (HsMode m = HS_MODE_APP; m <= HS_MODE_ROM; m++)
    if (strcmp (text, hs_mode_name (m)) == 0) {
      spec->mode = m;
      return TRUE;
    }
  for (HsSimCondition c = HS_SIM_CONDITION_NO_BOOTLOADER; c < HS_SIM_N_CONDITIONS; c++)
    if (strcmp (text, hs_sim_condition_name (c)) == 0) {
      spec->condition = c;
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_fault (const char *name)
{
  const HsSimFault *fault;

  for (guint i = 0; (fault = hs_sim_fault_nth (i)) != NULL; i++)
    if (strcmp (fault->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* FAULT=VALUE; without a value: 1 */
static gboolean
parse_fault (const char *text, HsSimSpec *spec, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "=", 2);
  guint64 value = 1;

  if (parts[0] != NULL && is_fault (parts[0]) && strlen (parts[0]) < sizeof spec->fault &&
      (parts[1] == NULL || g_ascii_string_to_unsigned (parts[1], 10, 0, G_MAXINT, &value, NULL))) {
    g_strlcpy (spec->fault, parts[0], sizeof spec->fault);
    spec->fault_value = value;
    return TRUE;
  }

  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_INVALID_ARGUMENT,
               _ ("“%s” is nothing that can be broken about a simulated camera"),
               text);
  return FALSE;
}

/* BOARD[@MODE][+FAULT[=VALUE]][*COUNT] */
static gboolean
parse_one (const char *text, HsSimSpec *spec, GError **error)
{
  g_auto (GStrv) by_count = g_strsplit (text, "*", 2);
  g_auto (GStrv) by_fault = g_strsplit (by_count[0] != NULL ? by_count[0] : "", "+", 2);
  g_auto (GStrv) by_mode = g_strsplit (by_fault[0] != NULL ? by_fault[0] : "", "@", 2);
  const char *id = by_mode[0] != NULL ? g_strstrip (by_mode[0]) : "";
  guint64 count = 1;

  *spec = (HsSimSpec){ .board = hs_board_by_id (id), .mode = HS_MODE_APP, .count = 1 };
  if (spec->board == NULL || spec->board->retired) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("No such board: “%s”"), id);
    return FALSE;
  }
  if (by_mode[0] != NULL && by_mode[1] != NULL && !parse_mode (g_strstrip (by_mode[1]), spec)) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("A simulated camera can't start in mode “%s”, only in app, dfu or rom, or "
                    "off (not plugged in), no-bootloader, half-written, bad-main, blank, "
                    "protected or old-loader"),
                 by_mode[1]);
    return FALSE;
  }
  if (by_fault[0] != NULL && by_fault[1] != NULL &&
      !parse_fault (g_strstrip (by_fault[1]), spec, error))
    return FALSE;
  if (by_count[0] != NULL && by_count[1] != NULL &&
      !g_ascii_string_to_unsigned (g_strstrip (by_count[1]), 10, 1, MOST_CAMERAS, &count, NULL)) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("“%s” is not a number of cameras from 1 to %d"),
                 by_count[1],
                 MOST_CAMERAS);
    return FALSE;
  }

  spec->count = count;
  return TRUE;
}

/**
 * hs_sim_spec_parse:
 * @text: a comma-separated list of BOARD[@MODE][+FAULT[=VALUE]][*COUNT]
 * @error: %G_IO_ERROR_INVALID_ARGUMENT, with a message for people
 *
 * Returns: (transfer full) (nullable) (element-type HsSimSpec): what was asked for, in order
 */
GArray *
hs_sim_spec_parse (const char *text, GError **error)
{
  g_autoptr (GArray) specs = g_array_new (FALSE, FALSE, sizeof (HsSimSpec));
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  guint total = 0;

  for (guint i = 0; parts[i] != NULL; i++) {
    HsSimSpec spec;

    if (!parse_one (g_strstrip (parts[i]), &spec, error))
      return NULL;
    g_array_append_val (specs, spec);
    total += spec.count;
  }

  if (total == 0 || total > MOST_CAMERAS) {
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("Give between 1 and %d simulated cameras, like BOARD*3,BOARD@dfu"),
                 MOST_CAMERAS);
    return NULL;
  }
  return g_steal_pointer (&specs);
}
