/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/protection-work.h"
#include "app/protection.h"
#include "app/recorder.h"
#include "app/step.h"
#include "app/unit-shown.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Which level of readout protection is in force, after power has been off and on: what was written
 * counts for nothing before it was seen. */

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  HsMode mode = hs_camera_get_mode (work->camera);
  g_autofree char *reason = NULL;

  if (work->board == NULL ||
      (!work->options.replug && mode != HS_MODE_APP && mode != HS_MODE_ROM)) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         _ ("Only running firmware, or the ROM bootloader of a named unit, tells "
                            "which level is in force."));
    return FALSE;
  }
  if (work->seen->no_access) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION, _ ("Hotshoe may not open this camera."));
    return FALSE;
  }
  if (hs_protection_is_offered (work->board, &reason))
    return TRUE;
  g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED, reason);
  return FALSE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (hs_camera_get_mode (work->camera) == HS_MODE_ROM
                       ? _ ("See whether the ROM bootloader refuses to read")
                       : _ ("Ask the firmware for the level; its script is stopped, then it is "
                            "restarted"));
}

static gboolean
check_unit (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work);

  if (work->options.unit == NULL || unit == NULL || g_strcmp0 (work->options.unit, unit) == 0)
    return TRUE;
  work->declined = TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_UNIT,
               _ ("This is another unit than the one asked for: expected %s, found %s."),
               work->options.unit,
               unit);
  return FALSE;
}

static gboolean
observe_firmware (HsWork *work, GError **error)
{
  HsFirmwareSaid said;
  int level;

  if (!hs_protection_ask_firmware (work, &said, error) || !check_unit (work, error) ||
      !hs_unit_shown_learn (work, error))
    return FALSE;
  level = work->level;
  if (!hs_recorder_started (work->recorder, error))
    return FALSE;
  /* What was not seen must not stand in the way of what was seen before. */
  if (level >= 0 && !hs_protection_record_observed (work, level, "register", error))
    return FALSE;
  if (said.stopped && !hs_protection_restart_firmware (work, error))
    return FALSE;
  if (level >= 0)
    return TRUE;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_FAILED,
                       _ ("The firmware runs, and does not tell which level is in force. Only the "
                          "ROM bootloader can show it: set the jumper, and plug it in again."));
  return FALSE;
}

static gboolean
observe_rom (HsWork *work, GError **error)
{
  HsOptionBytes options;
  gboolean is_protected;

  return hs_protection_open_rom (work, &options, error) &&
         hs_option_bytes_is_protected (&options, &is_protected, error) &&
         hs_recorder_started (work->recorder, error) &&
         hs_protection_record_observed (
             work, is_protected ? 1 : 0, is_protected ? "rom-refuses" : "rom-reads", error);
}

/* What was asked for last, and is not so, did not come about. */
static gboolean
compare (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work) != NULL ? hs_work_get_unit (work) : work->options.unit;
  g_autoptr (HsProtectionRecord) record = NULL;

  if (unit == NULL)
    return TRUE;
  record = hs_protection_get_record (work->catalog, unit, error);
  if (record == NULL)
    return FALSE;
  if (record->requested.level < 0 || record->requested.level == work->level)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_DIFFERS,
               _ ("Level %d was asked for, and level %d is in force."),
               record->requested.level,
               work->level);
  return FALSE;
}

/* A hand plugs it in: what was protected has to start its firmware, what was erased has nothing but
 * the ROM left. */
static gboolean
await_hand (HsWork *work, GError **error)
{
  g_autoptr (HsProtectionRecord) record =
      work->options.unit != NULL
          ? hs_protection_get_record (work->catalog, work->options.unit, NULL)
          : NULL;
  gboolean erased = record != NULL && record->requested.level == 0;

  hs_work_report (work, HS_ACTIVITY_WAITING);
  return hs_camera_await_mode (
      work->camera, erased ? HS_MODE_ROM : HS_MODE_APP, 0, work->cancellable, error);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  gboolean in_rom;

  if (work->options.replug && !await_hand (work, error))
    return FALSE;
  in_rom = hs_camera_get_mode (work->camera) == HS_MODE_ROM;
  return (in_rom ? observe_rom (work, error) : observe_firmware (work, error)) &&
         compare (work, error);
}

const HsStepClass hs_step_observe = {
  .verb = N_ ("Look"),
  .check = check,
  .describe = describe,
  .run = run,
};
