/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/protection.h"

#include "app/app-error.h"
#include "app/exposure.h"
#include "store/catalog-protection.h"
#include "store/kinds.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum {
  N_AUDITS = 10,      /* that are looked through for a door that the last one did not come to */
  SHORTEST_ENDING = 8 /* digits */
};

void
hs_door_line_free (HsDoorLine *self)
{
  if (self == NULL)
    return;

  g_free (self->saw);
  g_free (self->closes);
  g_free (self);
}

const char *
hs_door_name (HsDoor door)
{
  static const char *const names[] = { "debug-port", "rom",   "bootloader",
                                       "repl",       "drive", "external" };

  g_return_val_if_fail (door < G_N_ELEMENTS (names), "");

  return names[door];
}

const char *
hs_door_title (HsDoor door)
{
  static const char *const titles[] = { N_ ("Debug port"),
                                        N_ ("ROM bootloader"),
                                        N_ ("Everyday bootloader"),
                                        N_ ("Prompt and protocol of the firmware"),
                                        N_ ("Drive"),
                                        N_ ("External flash") };

  g_return_val_if_fail (door < G_N_ELEMENTS (titles), "");

  return _ (titles[door]);
}

const char *
hs_door_state_name (HsDoorState state)
{
  static const char *const names[] = { "not-checked", "open", "closed", "cant-close", "not-there" };

  g_return_val_if_fail (state < G_N_ELEMENTS (names), "");

  return names[state];
}

const char *
hs_door_state_title (HsDoorState state)
{
  static const char *const titles[] = {
    N_ ("Not checked"), N_ ("Open"), N_ ("Closed"), N_ ("Can't be closed"), N_ ("Not there")
  };

  g_return_val_if_fail (state < G_N_ELEMENTS (titles), "");

  return _ (titles[state]);
}

/* --- the last audit --- */

static char *
dup_day (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format (time, "%-d %B %Y") : g_strdup ("");
}

static HsDoorLine *
find_line (HsEntry *entry, const HsBoard *board, HsDoor door)
{
  g_autoptr (JsonObject) payload = hs_payload_parse (hs_entry_get_payload (entry));
  JsonArray *doors = hs_payload_get_array (payload, "doors");

  for (guint i = 0; doors != NULL && i < json_array_get_length (doors); i++) {
    JsonObject *object = hs_payload_nth (doors, i);
    HsDoorLine *line = object != NULL ? hs_door_line_from_json (board, door, object) : NULL;

    if (line != NULL)
      return line;
  }
  return NULL;
}

static void
date_line (HsDoorLine *line, gint64 time_us)
{
  g_autofree char *day = dup_day (time_us);
  char *dated;

  /* Translators: what was seen, and on which day */
  dated = g_strdup_printf (_ ("%s (%s)"), line->saw, day);
  g_free (line->saw);
  line->saw = dated;
}

/* What locking and unlocking changes, and erasing with it. */
static gboolean
is_lock (HsDoor door)
{
  return door == HS_DOOR_DEBUG_PORT || door == HS_DOOR_ROM;
}

/* What the last audit saw; where it did not come to that door, an earlier one. Of what was seen
 * before the chip was asked to be locked or unlocked, nothing is left but what that leaves alone.
 */
static HsDoorLine *
choose_line (GPtrArray *audits, const HsBoard *board, HsDoor door, gint64 since, gint64 *seen_us)
{
  HsDoorLine *chosen = NULL;

  for (guint i = 0; i < audits->len; i++) {
    gint64 time_us = hs_entry_get_time (audits->pdata[i]);
    HsDoorLine *line = NULL;

    if (time_us < since && (i > 0 || is_lock (door)))
      break;
    line = find_line (audits->pdata[i], board, door);
    if (line == NULL || (chosen != NULL && line->state == HS_DOOR_NOT_CHECKED)) {
      hs_door_line_free (line);
      continue;
    }
    hs_door_line_free (chosen);
    chosen = line;
    *seen_us = time_us;
    if (i > 0)
      date_line (chosen, time_us);
    if (chosen->state != HS_DOOR_NOT_CHECKED)
      break;
  }
  return chosen;
}

/* Seen when protection was looked at, and not in an audit. */
static HsDoorLine *
take_observed (HsEntry *observed, const HsBoard *board, HsDoorLine *line, gint64 seen_us)
{
  g_autoptr (JsonObject) payload = hs_payload_parse (hs_entry_get_payload (observed));
  const char *evidence = hs_payload_get_text (payload, "evidence");
  HsDoorFinding finding = { .bytes = 16 };
  HsDoorLine *other;

  if (g_strcmp0 (evidence, "rom-refuses") == 0)
    finding.saw = HS_SAW_ROM_REFUSED;
  else if (g_strcmp0 (evidence, "rom-reads") == 0)
    finding.saw = HS_SAW_ROM_GAVE;
  else
    return line;
  if (line->state != HS_DOOR_NOT_CHECKED && seen_us >= hs_entry_get_time (observed))
    return line;

  other = hs_door_line_new (board, HS_DOOR_ROM, &finding);
  date_line (other, hs_entry_get_time (observed));
  hs_door_line_free (line);
  return other;
}

/* A camera that showed no id was only said to be that unit. */
static gboolean
is_of_unit (HsEntry *entry)
{
  return g_str_has_prefix (hs_entry_get_subject (entry), "unit:");
}

/* The newest that tells what the ROM did. */
static HsEntry *
find_observed (GPtrArray *entries, gint64 since)
{
  for (guint i = 0; i < entries->len; i++) {
    g_autoptr (JsonObject) payload = hs_payload_parse (hs_entry_get_payload (entries->pdata[i]));
    const char *evidence = hs_payload_get_text (payload, "evidence");

    if (hs_entry_get_time (entries->pdata[i]) < since)
      return NULL;
    if (evidence != NULL && g_str_has_prefix (evidence, "rom-") && is_of_unit (entries->pdata[i]))
      return entries->pdata[i];
  }
  return NULL;
}

GPtrArray *
hs_protection_list_doors (HsCatalog *catalog,
                          const char *unit,
                          const HsBoard *board,
                          gint64 *time_us,
                          GError **error)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_door_line_free);
  g_autoptr (GPtrArray) audits =
      hs_catalog_list_about (catalog, unit, HS_KIND_AUDIT_MADE, N_AUDITS, error);
  g_autoptr (GPtrArray) requests =
      audits != NULL ? hs_catalog_list_about (catalog, unit, HS_KIND_PROTECTION_REQUESTED, 1, error)
                     : NULL;
  g_autoptr (GPtrArray) observed =
      requests != NULL
          ? hs_catalog_list_about (catalog, unit, HS_KIND_PROTECTION_OBSERVED, N_AUDITS, error)
          : NULL;
  const HsDoorFinding nothing = { .saw = HS_SAW_NOTHING };
  gint64 since;

  if (observed == NULL)
    return NULL;
  since = requests->len > 0 ? hs_entry_get_time (requests->pdata[0]) : 0;
  for (guint door = 0; door < HS_N_DOORS; door++) {
    gint64 seen_us = 0;
    HsDoorLine *line = choose_line (audits, board, door, since, &seen_us);
    HsEntry *entry = door == HS_DOOR_ROM ? find_observed (observed, since) : NULL;

    if (line == NULL)
      line = hs_door_line_new (board, door, &nothing);
    g_ptr_array_add (lines, entry != NULL ? take_observed (entry, board, line, seen_us) : line);
  }
  if (time_us != NULL)
    *time_us = audits->len > 0 ? hs_entry_get_time (audits->pdata[0]) : 0;
  return g_steal_pointer (&lines);
}

/* --- what it comes to --- */

static gboolean
is_open (const HsDoorLine *line)
{
  return line->state == HS_DOOR_OPEN || line->state == HS_DOOR_CANT_CLOSE;
}

static guint
count (GPtrArray *doors, HsDoorState state)
{
  guint n = 0;

  for (guint i = 0; i < doors->len; i++)
    n += ((const HsDoorLine *) doors->pdata[i])->state == state;
  return n;
}

static const HsDoorLine *
get_line (GPtrArray *doors, HsDoor door)
{
  for (guint i = 0; i < doors->len; i++)
    if (((const HsDoorLine *) doors->pdata[i])->door == door)
      return doors->pdata[i];
  return NULL;
}

static gboolean
door_is_open (GPtrArray *doors, HsDoor door)
{
  const HsDoorLine *line = get_line (doors, door);

  return line != NULL && is_open (line);
}

static gboolean
door_is_closed (GPtrArray *doors, HsDoor door)
{
  const HsDoorLine *line = get_line (doors, door);

  return line != NULL && line->state == HS_DOOR_CLOSED;
}

/* (transfer full) */
char *
hs_protection_verdict (GPtrArray *doors)
{
  guint n_open = count (doors, HS_DOOR_OPEN) + count (doors, HS_DOOR_CANT_CLOSE);
  guint n_unchecked = count (doors, HS_DOOR_NOT_CHECKED);

  if (n_unchecked == doors->len)
    return g_strdup (_ ("No door was checked yet"));
  if (n_open > 0)
    return g_strdup_printf (
        ngettext ("%u of %u doors is open", "%u of %u doors are open", n_open), n_open, doors->len);
  if (n_unchecked > 0)
    return g_strdup_printf (ngettext ("No door was found open, %u of %u was not checked",
                                      "No door was found open, %u of %u were not checked",
                                      n_unchecked),
                            n_unchecked,
                            doors->len);
  return g_strdup (_ ("No door was found open"));
}

static char *
consequence_of_usb (const HsBoard *board, GPtrArray *doors)
{
  if (board->protection == HS_PROTECTION_RDP && door_is_closed (doors, HS_DOOR_ROM))
    return g_strdup (_ ("Readout protection is on, and it does not help here: anyone with a USB "
                        "cable can copy the firmware of this unit. What level 1 stops is the debug "
                        "probe and the ROM bootloader."));
  return g_strdup (_ ("Anyone with a USB cable can copy the firmware of this unit."));
}

/* (transfer full): the plainest of what follows, the worst first */
char *
hs_protection_consequence (const HsBoard *board, GPtrArray *doors)
{
  g_return_val_if_fail (board != NULL, NULL);

  if (count (doors, HS_DOOR_NOT_CHECKED) == doors->len)
    return g_strdup (_ ("An audit tries every way in which code could leave this unit."));
  if (door_is_open (doors, HS_DOOR_BOOTLOADER))
    return consequence_of_usb (board, doors);
  if (door_is_open (doors, HS_DOOR_REPL))
    return g_strdup (_ ("Whoever reaches its serial port can read its memory and its files, and "
                        "so its code."));
  if (door_is_open (doors, HS_DOOR_ROM) || door_is_open (doors, HS_DOOR_DEBUG_PORT))
    return g_strdup (
        _ ("Whoever opens the case can copy the firmware, with a jumper or a debug probe."));
  if (door_is_open (doors, HS_DOOR_DRIVE))
    return g_strdup (
        door_is_closed (doors, HS_DOOR_BOOTLOADER)
            ? _ ("Its files can be copied; its firmware was not given out.")
            : _ ("Its files can be copied. Whether its firmware can was not checked."));
  if (door_is_open (doors, HS_DOOR_EXTERNAL))
    return g_strdup (_ ("What lies in the flash chip beside the processor can be read with a "
                        "clip, whatever is locked."));
  if (count (doors, HS_DOOR_NOT_CHECKED) > 0)
    return g_strdup (_ ("What was tried gave nothing out. What was not checked may."));
  return g_strdup (_ ("What was tried gave nothing out."));
}

/* --- requested, written, observed --- */

static char *
dup_proof (JsonObject *payload)
{
  static const struct {
    const char *word;
    const char *text;
  } proofs[] = {
    { "rom-reads", N_ ("the ROM bootloader lets itself be read") },
    { "rom-refuses", N_ ("the ROM bootloader refuses to read") },
    { "register", N_ ("the running firmware read it from the chip's register") },
    { "tool", N_ ("a debug probe read it") },
    { "rom", N_ ("option bytes, through the ROM bootloader") },
    { "swd-programmer", N_ ("debug probe, STM32_Programmer_CLI") },
    { "swd-openocd", N_ ("debug probe, OpenOCD") },
  };
  const char *evidence = hs_payload_get_text (payload, "evidence");
  const char *word = evidence != NULL ? evidence : hs_payload_get_text (payload, "way");

  for (guint i = 0; word != NULL && i < G_N_ELEMENTS (proofs); i++)
    if (g_str_equal (proofs[i].word, word))
      return g_strdup (_ (proofs[i].text));
  return g_strdup (word);
}

static gboolean
take_fact (HsCatalog *catalog,
           const char *unit,
           const char *kind,
           HsProtectionFact *fact,
           GError **error)
{
  g_autoptr (GPtrArray) entries = hs_catalog_list_about (catalog, unit, kind, 1, error);
  g_autoptr (JsonObject) payload = NULL;

  fact->level = -1;
  if (entries == NULL || entries->len == 0)
    return entries != NULL;

  payload = hs_payload_parse (hs_entry_get_payload (entries->pdata[0]));
  fact->level = hs_payload_get_int (payload, "level");
  fact->time_us = hs_entry_get_time (entries->pdata[0]);
  fact->proof = dup_proof (payload);
  if (!is_of_unit (entries->pdata[0]) && fact->proof != NULL) {
    char *proof = g_strdup_printf (
        /* Translators: %s is how something is known, as in "the ROM bootloader refuses to read" */
        _ ("%s; the camera showed no id, and was only said to be this unit"),
        fact->proof);

    g_free (fact->proof);
    fact->proof = proof;
  }
  fact->run = g_strdup (hs_payload_get_text (payload, "run"));
  return TRUE;
}

HsProtectionRecord *
hs_protection_get_record (HsCatalog *catalog, const char *unit, GError **error)
{
  g_autoptr (HsProtectionRecord) self = g_new0 (HsProtectionRecord, 1);

  if (!take_fact (catalog, unit, HS_KIND_PROTECTION_REQUESTED, &self->requested, error) ||
      !take_fact (catalog, unit, HS_KIND_PROTECTION_WRITTEN, &self->written, error) ||
      !take_fact (catalog, unit, HS_KIND_PROTECTION_OBSERVED, &self->observed, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
fact_clear (HsProtectionFact *self)
{
  g_free (self->proof);
  g_free (self->run);
}

void
hs_protection_record_free (HsProtectionRecord *self)
{
  if (self == NULL)
    return;

  fact_clear (&self->requested);
  fact_clear (&self->written);
  fact_clear (&self->observed);
  g_free (self);
}

gboolean
hs_protection_is_offered (const HsBoard *board, char **reason)
{
  static const char *const reasons[] = {
    [HS_PROTECTION_NONE] = N_ ("This chip has nothing that could be set: whoever reaches it reads "
                               "it. Keep secrets off it."),
    [HS_PROTECTION_RDP] = NULL,
    [HS_PROTECTION_OTP] =
        N_ ("This chip has no readout protection. It is locked by life-cycle fuses that can never "
            "be undone, and a mistake there ends the camera: that is done with ST's own tools."),
    [HS_PROTECTION_FUSES] =
        N_ ("This chip is locked by fuses that can never be undone, and with them its recovery "
            "through USB is gone: that is done with NXP's own tools. What lies in the flash chip "
            "beside it stays readable unless it is encrypted."),
    [HS_PROTECTION_LIFECYCLE] =
        N_ ("This chip is locked by the life cycle of its secure enclave, which only Alif can turn "
            "back: that is done with Alif's own tools."),
    [HS_PROTECTION_APPROTECT] =
        N_ ("This chip is locked with a debug probe, and unlocking it erases everything, the "
            "maker's bootloader, too: that is done with Nordic's own tools."),
    [HS_PROTECTION_FOREIGN] =
        N_ ("Taking readout protection off again would erase the maker's own bootloader, which "
            "can't be put back from here. So it is not set here."),
  };

  g_return_val_if_fail (board != NULL, FALSE);

  if (board->protection == HS_PROTECTION_RDP && !board->retired)
    return TRUE;
  if (reason != NULL)
    *reason = g_strdup (board->retired ? _ ("This model is too old: nothing is written to it.")
                                       : _ (reasons[board->protection]));
  return FALSE;
}

/* --- what has to be typed --- */

static guint
common_ending (const char *a, const char *b)
{
  gsize n_a = strlen (a), n_b = strlen (b);
  guint n = 0;

  while (n < n_a && n < n_b && a[n_a - 1 - n] == b[n_b - 1 - n])
    n++;
  return n;
}

char *
hs_protection_make_ending (HsCatalog *catalog, const char *unit, GError **error)
{
  g_autoptr (HsUnit) known = unit != NULL ? hs_catalog_get_unit (catalog, unit, error) : NULL;
  g_autoptr (GPtrArray) others = NULL;
  const char *digits;
  guint n = SHORTEST_ENDING;
  gsize length;

  if (known == NULL) {
    if (error == NULL || *error == NULL)
      g_set_error_literal (
          error,
          HS_APP_ERROR,
          HS_APP_ERROR_UNIT_UNKNOWN,
          _ ("Which unit this is is not known, so nobody can confirm that it is the right one."));
    return NULL;
  }

  digits = strchr (hs_unit_get_id (known), ':');
  digits = digits != NULL ? digits + 1 : hs_unit_get_id (known);
  length = strlen (digits);
  if (length < SHORTEST_ENDING) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_UNIT_UNKNOWN,
                         _ ("The id of this unit is too short to tell it from others."));
    return NULL;
  }
  others = hs_catalog_list_with_ending (catalog,
                                        hs_unit_get_id (known),
                                        hs_unit_get_board (known),
                                        digits + length - SHORTEST_ENDING,
                                        error);
  if (others == NULL)
    return NULL;
  for (guint i = 0; i < others->len; i++)
    n = MAX (n, common_ending (digits, others->pdata[i]) + 1);
  return g_strdup (digits + length - MIN (n, length));
}

/* Blanks and dashes between the digits are how people read them. */
static char *
squeeze (const char *typed)
{
  GString *text = g_string_new (NULL);

  for (const char *at = typed; at != NULL && *at != '\0'; at++)
    if (!g_ascii_isspace (*at) && *at != '-' && *at != ':')
      g_string_append_c (text, g_ascii_toupper (*at));
  return g_string_free (text, FALSE);
}

gboolean
hs_protection_check_ending (const char *ending, const char *typed, GError **error)
{
  g_autofree char *wanted = squeeze (ending);
  g_autofree char *given = squeeze (typed);

  if (*wanted != '\0' && g_str_equal (wanted, given))
    return TRUE;
  if (*given == '\0')
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NOT_CONFIRMED,
                 ngettext ("The last %u digit of the unit's id was not given.",
                           "The last %u digits of the unit's id were not given.",
                           (guint) strlen (wanted)),
                 (guint) strlen (wanted));
  else
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NOT_CONFIRMED,
                 ngettext ("“%s” is not the last %u digit of this unit's id.",
                           "“%s” are not the last %u digits of this unit's id.",
                           (guint) strlen (wanted)),
                 typed,
                 (guint) strlen (wanted));
  return FALSE;
}
