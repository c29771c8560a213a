/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/exposure.h"
#include "app/protection-work.h"
#include "app/recorder.h"
#include "app/step.h"
#include "app/unit-shown.h"
#include "flash/error.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>

/* Every way in which code could leave the camera is tried, as far as it can be from where it is:
 * what is not tried is said to be not checked. */

#define TRIED_BYTES     4096
#define TRIED_BYTES_ROM 16

typedef struct {
  HsDoorFinding doors[HS_N_DOORS];
} Audit;

static void
audit_clear (Audit *self)
{
  for (guint i = 0; i < HS_N_DOORS; i++)
    g_free (self->doors[i].reason);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Audit, audit_clear)

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  if (work->board == NULL) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         _ ("Several models show the same bootloader, so this camera's board is "
                            "not known. Name the unit."));
    return FALSE;
  }
  if (work->seen->no_access) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION, _ ("Hotshoe may not open this camera."));
    return FALSE;
  }
  if (hs_camera_get_mode (work->camera) != HS_MODE_ROM)
    return hs_step_enter.check (work, step, error);
  if (hs_option_layout_by_mcu (work->board->mcu) != NULL)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_UNSUPPORTED,
               _ ("What the ROM of a %s gives out can't be tried from here."),
               _ (work->board->name));
  return FALSE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  if (hs_camera_get_mode (work->camera) == HS_MODE_ROM)
    return g_strdup (_ ("Try to read the flash and the option bytes; nothing is written"));
  return g_strdup (_ ("Try every way to read its code: prompt, protocol, drive, bootloader. The "
                      "script is stopped, and the camera restarted"));
}

/* --- what the board itself tells --- */

/* Code rather than anything else. */
static const HsPartition *
find_external (const HsBoard *board)
{
  static const HsRole wanted[] = { HS_ROLE_FIRMWARE, HS_ROLE_ROMFS1, HS_ROLE_ROMFS0 };

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    const HsPartition *partition = hs_board_find (board, wanted[i]);

    if (partition != NULL && (partition->flags & HS_PARTITION_EXTERNAL))
      return partition;
  }
  for (guint i = 0; i < board->n_partitions; i++)
    if (board->partitions[i].flags & HS_PARTITION_EXTERNAL)
      return &board->partitions[i];
  return NULL;
}

static gboolean
is_in_rom (const HsBoard *board)
{
  return board->recovery == HS_RECOVERY_NONE;
}

static HsSaw
start_of_debug (const HsBoard *board)
{
  if (board->protection == HS_PROTECTION_NONE)
    return HS_SAW_NO_LOCK;
  return board->protection == HS_PROTECTION_RDP ? HS_SAW_NO_LEVEL : HS_SAW_NO_PROBE;
}

static HsSaw
start_of_rom (const HsBoard *board)
{
  if (is_in_rom (board))
    return HS_SAW_ROM_IS_LOADER;
  return board->protection == HS_PROTECTION_APPROTECT ? HS_SAW_ROM_NONE : HS_SAW_ROM_NOT_STARTED;
}

static void
start (Audit *audit, const HsBoard *board)
{
  const HsPartition *external = find_external (board);

  audit->doors[HS_DOOR_DEBUG_PORT].saw = start_of_debug (board);
  audit->doors[HS_DOOR_ROM].saw = start_of_rom (board);
  audit->doors[HS_DOOR_BOOTLOADER].saw = HS_SAW_LOADER_NOT_RUNNING;
  audit->doors[HS_DOOR_REPL].saw = HS_SAW_NOT_RUNNING;
  audit->doors[HS_DOOR_DRIVE].saw = HS_SAW_NOT_RUNNING;
  audit->doors[HS_DOOR_EXTERNAL].saw =
      external != NULL ? HS_SAW_EXTERNAL_THERE : HS_SAW_EXTERNAL_NONE;
  audit->doors[HS_DOOR_EXTERNAL].partition = external != NULL ? external->name : NULL;
}

static void
take_level (Audit *audit, int level)
{
  static const HsSaw seen[] = { HS_SAW_LEVEL_0, HS_SAW_LEVEL_1, HS_SAW_LEVEL_2 };

  if (level >= 0)
    audit->doors[HS_DOOR_DEBUG_PORT].saw = seen[level];
}

/* --- running firmware --- */

static HsSaw
judge_serial (const HsFirmwareSaid *said)
{
  if (said->no_serial)
    return HS_SAW_NO_SERIAL;
  if (said->serial_held)
    return HS_SAW_SERIAL_HELD;
  if (said->repl)
    return said->protocol ? HS_SAW_BOTH_ANSWERED : HS_SAW_REPL_RAN;
  if (said->protocol)
    return HS_SAW_PROTOCOL_ANSWERED;
  return said->failed ? HS_SAW_SERIAL_STRANGE : HS_SAW_SILENCE;
}

static gboolean
look_at_firmware (HsWork *work, Audit *audit, HsFirmwareSaid *said, GError **error)
{
  if (!hs_protection_ask_firmware (work, said, error))
    return FALSE;
  audit->doors[HS_DOOR_REPL].saw = judge_serial (said);
  audit->doors[HS_DOOR_DRIVE].saw = said->drive ? HS_SAW_DRIVE : HS_SAW_NO_DRIVE;
  take_level (audit, work->level);
  return TRUE;
}

/* --- the everyday bootloader --- */

static gboolean
count_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  *(guint *) user_data += length;
  return TRUE;
}

/* It said no, as against: it could not be asked. */
static gboolean
is_refusal (const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
}

static gboolean
read_start (HsWork *work, const HsPartition *partition, guint *n, GError **error)
{
  *n = 0;
  return work->method->read (work->camera,
                             partition,
                             0,
                             MIN (TRIED_BYTES, partition->size),
                             count_sink,
                             n,
                             HS_ACTIVITY_READING,
                             work->progress,
                             work->cancellable,
                             error);
}

/* What is refused once may be a bad moment. */
static gboolean
try_partition (HsWork *work,
               const HsPartition *partition,
               HsDoorFinding *finding,
               HsSaw gave,
               HsSaw refused,
               HsSaw failed,
               GError **error)
{
  g_autoptr (GError) local = NULL;
  guint n;
  gboolean ok = read_start (work, partition, &n, &local);

  if (!ok && is_refusal (local)) {
    g_clear_error (&local);
    ok = read_start (work, partition, &n, &local);
  }
  if (!ok && !is_refusal (local)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  finding->partition = partition->name;
  finding->saw = gave;
  finding->bytes = ok ? n : 0;
  if (ok)
    return TRUE;
  /* An error of the flash is no refusal, as often as it comes. */
  finding->saw = g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS) ? failed : refused;
  finding->reason = g_strdup (local->message);
  return TRUE;
}

static gboolean
try_bootloader (HsWork *work, Audit *audit, GError **error)
{
  const HsPartition *firmware = hs_board_find (work->board, HS_ROLE_FIRMWARE);
  const HsPartition *external = find_external (work->board);

  if (work->by_drive || firmware == NULL)
    return TRUE;
  if (!try_partition (work,
                      firmware,
                      &audit->doors[HS_DOOR_BOOTLOADER],
                      is_in_rom (work->board) ? HS_SAW_ROM_LOADER_GAVE : HS_SAW_LOADER_GAVE,
                      HS_SAW_LOADER_REFUSED,
                      HS_SAW_LOADER_STRANGE,
                      error))
    return FALSE;
  return external == NULL || (external->flags & HS_PARTITION_NO_UPLOAD) ||
         try_partition (work,
                        external,
                        &audit->doors[HS_DOOR_EXTERNAL],
                        HS_SAW_EXTERNAL_GAVE,
                        HS_SAW_EXTERNAL_THERE,
                        HS_SAW_EXTERNAL_THERE,
                        error);
}

/* The firmware does not start it: that is something seen, too, and the rest of the audit stands. */
static gboolean
is_not_reached (HsWork *work, const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED) &&
         hs_camera_is_attached (work->camera) && hs_camera_get_mode (work->camera) == HS_MODE_APP;
}

/* One that says it can be read, and then gives nothing. */
static gboolean
is_there_and_refuses (HsWork *work, const GError *error)
{
  return is_refusal (error) && hs_camera_is_attached (work->camera) &&
         hs_camera_get_mode (work->camera) == HS_MODE_DFU;
}

static gboolean
look_at_bootloader (HsWork *work, const HsStep *step, Audit *audit, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (hs_step_enter.run (work, step, &local) || is_there_and_refuses (work, local))
    return try_bootloader (work, audit, error);
  if (!is_not_reached (work, local)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  work->entered = FALSE;
  audit->doors[HS_DOOR_BOOTLOADER].saw = HS_SAW_LOADER_NOT_REACHED;
  return TRUE;
}

/* --- the ROM --- */

/* H7, too: what is only read harms nothing. Bytes that say another level than what the ROM does
 * were written and wait for power to go: they are shown, and nothing is in force by them. */
static gboolean
look_at_options (HsWork *work, Audit *audit, HsOptionBytes *options, GError **error)
{
  if (!hs_option_bytes_read (options, error))
    return FALSE;
  work->option_bytes = hs_option_block_to_hex (options->block, options->layout->size);
  if (hs_rdp_level (options->block[options->layout->rdp]) == 0)
    audit->doors[HS_DOOR_DEBUG_PORT].saw = HS_SAW_ROM_LEVEL_0;
  return TRUE;
}

static gboolean
look_at_rom (HsWork *work, Audit *audit, GError **error)
{
  HsDoorFinding *finding = &audit->doors[HS_DOOR_ROM];
  HsOptionBytes options;
  g_autoptr (GError) local = NULL;
  gboolean is_protected;

  if (!hs_protection_open_rom (work, &options, error))
    return FALSE;
  if (!hs_option_bytes_is_protected (&options, &is_protected, &local)) {
    if (!is_refusal (local)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    finding->saw = HS_SAW_ROM_STRANGE;
    finding->reason = g_strdup (local->message);
    return TRUE;
  }

  finding->saw = is_protected ? HS_SAW_ROM_REFUSED : HS_SAW_ROM_GAVE;
  finding->bytes = is_protected ? 0 : TRIED_BYTES_ROM;
  work->level = is_protected ? 1 : 0;
  if (!is_protected)
    return look_at_options (work, audit, &options, error);
  audit->doors[HS_DOOR_DEBUG_PORT].saw = HS_SAW_ROM_LEVEL_1;
  return TRUE;
}

/* --- the end --- */

static void
keep_doors (HsWork *work, Audit *audit)
{
  JsonArray *doors = json_array_new ();

  for (guint i = 0; i < HS_N_DOORS; i++)
    json_array_add_object_element (doors, hs_door_finding_to_json (i, &audit->doors[i]));
  work->doors = doors;
}

/* Which way the level was seen; (nullable) it was not. */
static const char *
get_evidence (const Audit *audit)
{
  HsSaw rom = audit->doors[HS_DOOR_ROM].saw;

  if (rom == HS_SAW_ROM_REFUSED)
    return "rom-refuses";
  return rom == HS_SAW_ROM_GAVE ? "rom-reads" : "register";
}

/* A camera that shows no id leaves its audit in the run alone. */
static gboolean
record (HsWork *work, Audit *audit, GError **error)
{
  g_autoptr (JsonObject) members = json_object_new ();

  keep_doors (work, audit);
  if (!hs_unit_shown_learn (work, error))
    return FALSE;
  if (!work->started && !hs_recorder_started (work->recorder, error))
    return FALSE;
  if (work->level >= 0 &&
      !hs_protection_record_observed (work, work->level, get_evidence (audit), error))
    return FALSE;
  if (hs_work_get_unit (work) == NULL)
    return TRUE;
  json_object_set_array_member (members, "doors", json_array_ref (work->doors));
  return hs_recorder_note (work->recorder, HS_KIND_AUDIT_MADE, members, error);
}

/* As it was found, and running again where its script was stopped. */
static gboolean
give_back (HsWork *work, const HsStep *step, const HsFirmwareSaid *said, GError **error)
{
  if (work->entered)
    return hs_step_leave.run (work, step, error);
  return !said->stopped || hs_protection_restart_firmware (work, error);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_auto (Audit) audit = { 0 };
  HsFirmwareSaid said = { FALSE };
  HsMode mode = hs_camera_get_mode (work->camera);
  g_autoptr (GError) local = NULL;
  gboolean ok;

  start (&audit, work->board);
  if (mode == HS_MODE_ROM)
    return look_at_rom (work, &audit, error) && record (work, &audit, error);

  if (mode == HS_MODE_APP && !look_at_firmware (work, &audit, &said, error))
    return FALSE;
  if (!look_at_bootloader (work, step, &audit, error))
    return FALSE;
  /* Some show who they are only when their firmware is back. */
  ok = give_back (work, step, &said, &local);
  if (!record (work, &audit, ok ? error : NULL))
    return FALSE;
  if (ok)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

const HsStepClass hs_step_audit = {
  .verb = N_ ("Try"),
  .check = check,
  .describe = describe,
  .run = run,
};
