/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/exposure.h"

#include "store/payload.h"

#include <glib/gi18n-lib.h>

/* What was seen at a door, and what it means. Only what happened is said; "open" is what let itself
 * be read, "closed" what was tried and refused. */
typedef struct {
  const char *name; /* in the journal */
  HsDoorState state;
  const char *saw;    /* N_()-marked; %1$s a partition, %2$u bytes, where it has them */
  const char *closes; /* N_()-marked; NULL: what the chip has, or nothing */
} Meaning;

/* clang-format off */
static const Meaning meanings[HS_N_SAW] = {
  [HS_SAW_NOTHING] = { "nothing", HS_DOOR_NOT_CHECKED, N_("Not looked at yet"), NULL },
  [HS_SAW_LEVEL_0] = { "level-0", HS_DOOR_OPEN,
    N_("The chip's register says level 0: nothing is locked"), NULL },
  [HS_SAW_LEVEL_1] = { "level-1", HS_DOOR_NOT_CHECKED,
    N_("The chip's register says level 1; no probe was attached"),
    N_("Closed by level 1. Attach a probe to prove it") },
  [HS_SAW_LEVEL_2] = { "level-2", HS_DOOR_NOT_CHECKED,
    N_("The chip's register says level 2; no probe was attached"),
    N_("Closed by level 2, for ever") },
  [HS_SAW_ROM_LEVEL_0] = { "rom-level-0", HS_DOOR_OPEN,
    N_("The option bytes say level 0: nothing is locked"), NULL },
  [HS_SAW_ROM_LEVEL_1] = { "rom-level-1", HS_DOOR_NOT_CHECKED,
    N_("The ROM bootloader refuses as it does at level 1; no probe was attached"),
    N_("Closed by level 1. Attach a probe to prove it") },
  [HS_SAW_NO_LEVEL] = { "no-level", HS_DOOR_NOT_CHECKED,
    N_("The level was not seen, and no probe was attached"), NULL },
  [HS_SAW_NO_PROBE] = { "no-probe", HS_DOOR_NOT_CHECKED, N_("No probe was attached"), NULL },
  [HS_SAW_NO_LOCK] = { "no-lock", HS_DOOR_CANT_CLOSE,
    N_("The chip has nothing that locks it"), NULL },
  [HS_SAW_ROM_GAVE] = { "rom-gave", HS_DOOR_OPEN,
    N_("Gave %2$u bytes of the flash, with the boot jumper set"), NULL },
  [HS_SAW_ROM_REFUSED] = { "rom-refused", HS_DOOR_CLOSED,
    N_("Refused to read, twice, with the boot jumper set"), N_("Closed by level 1") },
  [HS_SAW_ROM_STRANGE] = { "rom-strange", HS_DOOR_NOT_CHECKED,
    N_("Its answer proves neither: it says nothing of protection"), NULL },
  [HS_SAW_ROM_NOT_STARTED] = { "rom-not-started", HS_DOOR_NOT_CHECKED,
    N_("It was not started: that takes a jumper"), NULL },
  [HS_SAW_ROM_IS_LOADER] = { "rom-is-loader", HS_DOOR_NOT_THERE,
    N_("It is this board's everyday bootloader"), NULL },
  [HS_SAW_ROM_NONE] = { "rom-none", HS_DOOR_NOT_THERE, N_("This chip has none"), NULL },
  [HS_SAW_LOADER_GAVE] = { "loader-gave", HS_DOOR_OPEN,
    N_("Gave %2$u bytes of %1$s over USB"),
    N_("A bootloader built without upload, installed before protection") },
  [HS_SAW_ROM_LOADER_GAVE] = { "rom-loader-gave", HS_DOOR_CANT_CLOSE,
    N_("Gave %2$u bytes of %1$s over USB"), N_("Nothing: it is in ROM") },
  [HS_SAW_LOADER_REFUSED] = { "loader-refused", HS_DOOR_CLOSED,
    N_("Refused to give %1$s over USB"), N_("Closed by a bootloader that hands nothing out") },
  [HS_SAW_LOADER_STRANGE] = { "loader-strange", HS_DOOR_NOT_CHECKED,
    N_("Failed when it was asked for %1$s: that proves neither"), NULL },
  [HS_SAW_LOADER_NOT_REACHED] = { "loader-not-reached", HS_DOOR_NOT_CHECKED,
    N_("The firmware did not start it when asked"), NULL },
  [HS_SAW_LOADER_NOT_RUNNING] = { "loader-not-running", HS_DOOR_NOT_CHECKED,
    N_("It was not running"), NULL },
  [HS_SAW_REPL_RAN] = { "repl-ran", HS_DOOR_OPEN,
    N_("Answered >>> and ran a line"), N_("A frozen main.py that closes it") },
  [HS_SAW_PROTOCOL_ANSWERED] = { "protocol-answered", HS_DOOR_OPEN,
    N_("The OpenMV protocol answered"), N_("Firmware built without the protocol") },
  [HS_SAW_BOTH_ANSWERED] = { "both-answered", HS_DOOR_OPEN,
    N_("Answered >>> and ran a line; the OpenMV protocol answered, too"),
    N_("A frozen main.py that closes it, in firmware built without the protocol") },
  [HS_SAW_SILENCE] = { "silence", HS_DOOR_CLOSED,
    N_("Neither the prompt nor the OpenMV protocol answered"),
    N_("Closed by the firmware") },
  [HS_SAW_NO_SERIAL] = { "no-serial", HS_DOOR_CLOSED,
    N_("It shows no serial port"), N_("Closed by the firmware") },
  [HS_SAW_SERIAL_HELD] = { "serial-held", HS_DOOR_NOT_CHECKED,
    N_("Its serial port could not be opened"), NULL },
  [HS_SAW_SERIAL_STRANGE] = { "serial-strange", HS_DOOR_NOT_CHECKED,
    N_("Its serial port failed while it was asked: that proves neither"), NULL },
  [HS_SAW_NOT_RUNNING] = { "not-running", HS_DOOR_NOT_CHECKED,
    N_("Its firmware was not running"), NULL },
  [HS_SAW_DRIVE] = { "drive", HS_DOOR_OPEN,
    N_("Shows its files as a drive"), N_("Firmware that shows no drive") },
  [HS_SAW_NO_DRIVE] = { "no-drive", HS_DOOR_CLOSED,
    N_("Shows no drive"), N_("Closed by the firmware") },
  [HS_SAW_EXTERNAL_GAVE] = { "external-gave", HS_DOOR_CANT_CLOSE,
    N_("Gave %2$u bytes of %1$s over USB; a clip on the chip reads it as well"),
    N_("Nothing: keep secrets off it") },
  [HS_SAW_EXTERNAL_THERE] = { "external-there", HS_DOOR_CANT_CLOSE,
    N_("%1$s lies in a chip beside the processor: a clip reads it"),
    N_("Nothing: keep secrets off it") },
  [HS_SAW_EXTERNAL_NONE] = { "external-none", HS_DOOR_NOT_THERE,
    N_("This board has none"), NULL },
};

/* What would lock the debug port and the ROM, where the chip has something. */
static const char *const locks[] = {
  [HS_PROTECTION_NONE] = N_("Nothing on this chip"),
  [HS_PROTECTION_RDP] = N_("Readout protection, level 1"),
  [HS_PROTECTION_OTP] = N_("Life-cycle fuses, for ever: not offered here"),
  [HS_PROTECTION_FUSES] = N_("Fuses, for ever: not offered here"),
  [HS_PROTECTION_LIFECYCLE] = N_("The life cycle of its secure enclave, for ever: not offered here"),
  [HS_PROTECTION_APPROTECT] = N_("APPROTECT, with a debug probe"),
  [HS_PROTECTION_FOREIGN] = N_("Readout protection, which would cost the maker's bootloader on the way back: not offered here"),
};
/* clang-format on */

HsDoorState
hs_saw_get_state (HsSaw saw)
{
  g_return_val_if_fail (saw < HS_N_SAW, HS_DOOR_NOT_CHECKED);

  return meanings[saw].state;
}

/* (transfer full): as the journal has it */
JsonObject *
hs_door_finding_to_json (HsDoor door, const HsDoorFinding *finding)
{
  const Meaning *meaning = &meanings[finding->saw];
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "door", hs_door_name (door));
  json_object_set_string_member (object, "state", hs_door_state_name (meaning->state));
  json_object_set_string_member (object, "saw", meaning->name);
  if (finding->partition != NULL)
    json_object_set_string_member (object, "partition", finding->partition);
  if (finding->bytes > 0)
    json_object_set_int_member (object, "bytes", finding->bytes);
  hs_payload_set_text (object, "reason", finding->reason);
  return object;
}

/* A translator may leave out or turn round what stands in it, so it is put in by its number. */
static char *
fill (const char *text, const char *partition, guint bytes)
{
  g_autofree char *number = g_strdup_printf ("%u", bytes);
  g_auto (GStrv) named = g_strsplit (text, "%1$s", -1);
  g_autofree char *with_name = g_strjoinv (partition != NULL ? partition : "", named);
  g_auto (GStrv) counted = g_strsplit (with_name, "%2$u", -1);

  return g_strjoinv (number, counted);
}

static char *
dup_closes (const HsBoard *board, HsDoor door, const Meaning *meaning)
{
  gboolean is_lock = door == HS_DOOR_DEBUG_PORT || door == HS_DOOR_ROM;

  if (meaning->closes != NULL)
    return g_strdup (_ (meaning->closes));
  if (!is_lock || board == NULL || meaning->state == HS_DOOR_NOT_THERE)
    return NULL;
  return g_strdup (_ (locks[board->protection]));
}

static HsDoorLine *
make_line (const HsBoard *board,
           HsDoor door,
           const Meaning *meaning,
           const char *partition,
           guint bytes)
{
  HsDoorLine *line = g_new0 (HsDoorLine, 1);

  line->door = door;
  line->state = meaning->state;
  line->saw = fill (_ (meaning->saw), partition, bytes);
  line->closes = dup_closes (board, door, meaning);
  return line;
}

HsDoorLine *
hs_door_line_new (const HsBoard *board, HsDoor door, const HsDoorFinding *finding)
{
  return make_line (board, door, &meanings[finding->saw], finding->partition, finding->bytes);
}

/* What another version saw is shown as it wrote it. (transfer full) (nullable): it is of another
 * door */
HsDoorLine *
hs_door_line_from_json (const HsBoard *board, HsDoor door, JsonObject *object)
{
  const char *name = hs_payload_get_text (object, "door");
  const char *saw = hs_payload_get_text (object, "saw");
  const char *state = hs_payload_get_text (object, "state");
  HsDoorLine *line;

  if (g_strcmp0 (name, hs_door_name (door)) != 0)
    return NULL;
  for (guint i = 0; saw != NULL && i < HS_N_SAW; i++)
    if (g_str_equal (meanings[i].name, saw))
      return make_line (board,
                        door,
                        &meanings[i],
                        hs_payload_get_text (object, "partition"),
                        hs_payload_get_int (object, "bytes"));

  line = g_new0 (HsDoorLine, 1);
  line->door = door;
  line->saw = g_strdup (saw != NULL ? saw : "");
  for (guint i = HS_DOOR_NOT_CHECKED; i <= HS_DOOR_NOT_THERE; i++)
    if (g_strcmp0 (hs_door_state_name (i), state) == 0)
      line->state = i;
  return line;
}
