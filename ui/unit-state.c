/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-state.h"

#include "app/health.h"
#include "flash/board.h"
#include "ui/format.h"

#include <glib/gi18n-lib.h>

static const struct {
  const char *state;
  const char *text;
  const char *meaning;
} states[] = {
  { "bench", N_ ("on bench"), NULL },    { "ready", N_ ("ready"), "ok" },
  { "shipped", N_ ("shipped"), NULL },   { "returned", N_ ("returned"), "warn" },
  { "scrapped", N_ ("scrapped"), NULL },
};

/**
 * hs_unit_find_slot:
 * @session: a session
 * @unit: key of a unit
 *
 * Returns: (transfer none) (nullable): where it is plugged in now
 */
HsSlot *
hs_unit_find_slot (HsSession *session, const char *unit)
{
  GListModel *slots = hs_session_get_slots (session);

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);
    HsDevice *device = hs_slot_get_device (slot);
    HsUnit *known = hs_slot_get_unit (slot);

    if (device == NULL)
      continue;
    if (g_strcmp0 (hs_device_get_key (device), unit) == 0 ||
        (known != NULL && g_str_equal (hs_unit_get_id (known), unit)))
      return slot;
  }
  return NULL;
}

/* Holds a partition neither the old nor the new image? The filesystem is the camera's own. */
static const HsContent *
torn_content (HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);

    if (g_strcmp0 (content->state, "unknown") == 0 &&
        g_strcmp0 (content->role, hs_role_name (HS_ROLE_FILESYSTEM)) != 0)
      return content;
  }
  return NULL;
}

/* What "ready" is worth: green only for what was read back and is still so. */
static const char *
bench_text (HsUnit *unit, const char *state, const char **meaning)
{
  const HsContent *firmware = hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE));

  *meaning = "warn";
  if (torn_content (unit) != NULL)
    return _ ("unknown");
  if (hs_unit_get_changed_outside (unit))
    return _ ("changed");

  *meaning = NULL; /* blue is for what is plugged in */
  if (g_strcmp0 (state, "bench") == 0)
    return _ ("on bench");
  if (firmware == NULL || g_strcmp0 (firmware->state, "verified") != 0)
    return _ ("not proven");
  *meaning = "ok";
  return _ ("ready");
}

/* Being plugged in says nothing of what is shipped, came back or is scrap. */
gboolean
hs_unit_has_left_bench (HsUnit *unit)
{
  const char *state = hs_unit_get_state (unit);

  return state != NULL && !g_str_equal (state, "ready") && !g_str_equal (state, "bench");
}

/**
 * hs_unit_chip_text:
 * @unit: a unit
 * @meaning: (out): class of its chip; %NULL grey
 *
 * Returns: the word for its state
 */
const char *
hs_unit_chip_text (HsUnit *unit, const char **meaning)
{
  const char *state = hs_unit_get_state (unit);

  if (!hs_unit_has_left_bench (unit))
    return bench_text (unit, state, meaning);

  *meaning = hs_unit_state_meaning (state);
  return hs_unit_state_text (state);
}

/* "shipped" as the window says it. */
const char *
hs_unit_state_text (const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0)
      return _ (states[i].text);
  return state != NULL ? state : "";
}

const char *
hs_unit_state_meaning (const char *state)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0)
      return states[i].meaning;
  return NULL;
}

static char *
withdrawn_text (HsRelease *release)
{
  const char *reason = hs_release_get_reason (release);

  return g_markup_printf_escaped (_ ("<b>Release %s %s is withdrawn:</b> %s. Flash another one."),
                                  hs_release_get_name (release),
                                  hs_release_get_version (release),
                                  reason != NULL ? reason : "");
}

static char *
shipped_text (HsUnit *unit)
{
  g_autofree char *day = hs_format_day (hs_unit_get_shipped (unit));

  return g_markup_printf_escaped (
      _ ("<b>It was shipped: %s.</b> Register its return before flashing it."), day);
}

/**
 * hs_unit_find_warning:
 * @detail: what is known of a unit
 * @here: it is plugged in
 * @warning: (out): the worst there is to say; @markup is to be freed
 *
 * Returns: %FALSE if all is well
 */
gboolean
hs_unit_find_warning (const HsUnitDetail *detail, gboolean here, HsUnitWarning *warning)
{
  HsUnit *unit = detail->unit;
  const HsContent *torn = torn_content (unit);
  HsRelease *release = detail->release;
  g_autofree char *mixed = hs_health_dup_mixed (unit);

  *warning = (HsUnitWarning){ NULL, "unit.repair", _ ("Repair…") };
  if (here && g_strcmp0 (hs_unit_get_state (unit), "shipped") == 0)
    *warning = (HsUnitWarning){ shipped_text (unit), "unit.return", _ ("Register Return…") };
  else if (torn != NULL)
    warning->markup = g_markup_printf_escaped (
        _ ("<b>%s is unknown.</b> The last write was not proven. Flash the unit in full before it "
           "ships."),
        torn->partition);
  else if (hs_unit_get_changed_outside (unit))
    warning->markup = g_strdup (_ ("<b>It was changed outside Hotshoe.</b> It shows something else "
                                   "than was recorded. Flash it, or read what it has, before it "
                                   "ships."));
  else if (mixed != NULL)
    warning->markup = g_markup_printf_escaped (
        _ ("<b>%s</b> Flash both cores from one build before it ships."), mixed);
  else if (release != NULL && g_strcmp0 (hs_release_get_state (release), "withdrawn") == 0)
    *warning = (HsUnitWarning){ withdrawn_text (release), "unit.flash", _ ("Flash…") };
  else if (detail->conflict != NULL)
    *warning = (HsUnitWarning){ g_markup_escape_text (detail->conflict, -1),
                                "units.conflicts",
                                _ ("Conflicts…") };
  return warning->markup != NULL;
}
