/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/protection.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"
#include "flash/imx-rom.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The fuse that makes an i.MX RT boot from flash. It goes from 0 to 1 and never back; a camera that
 * ever ran has it burnt, and then nothing is asked and nothing burnt. */

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  if (work->board != NULL && work->board->recovery == HS_RECOVERY_SDP)
    return TRUE;
  g_set_error_literal (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED, _ ("This camera has no boot fuse."));
  return FALSE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("the boot fuse: only read if it is burnt already, as in every camera that "
                      "ever ran"));
}

static gboolean
fail_not_confirmed (HsWork *work, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_CONFIRMED,
               /* Translators: a place: "left 1", "port 1-4" */
               _ ("The boot fuse of the camera on %s is not burnt, and without it the chip does "
                  "not start what was written. Burning it can never be undone, and Hotshoe has "
                  "not done it on a real camera yet: confirm it, and say that you have a spare."),
               work->place);
  return FALSE;
}

/* (nullable): of the unit, if it is known: the ROM shows no id */
static const char *
find_unit (HsWork *work)
{
  const char *unit = hs_work_get_unit (work);

  return unit != NULL ? unit : work->options.unit;
}

/* Without a unit there is no ending to type: the board's name instead. */
static gboolean
names_board (const HsBoard *board, const char *typed)
{
  return g_ascii_strcasecmp (typed, board->id) == 0 || strcmp (typed, board->name) == 0 ||
         strcmp (typed, _ (board->name)) == 0;
}

static gboolean
require_confirmation (HsWork *work, GError **error)
{
  const char *unit = find_unit (work);
  const char *typed = work->options.confirmed;
  g_autoptr (GError) local = NULL;
  g_autofree char *ending = NULL;

  if (!work->options.spare || typed == NULL)
    return fail_not_confirmed (work, error);
  if (unit != NULL)
    ending = hs_protection_make_ending (work->catalog, unit, &local);
  if (local != NULL && !g_error_matches (local, HS_APP_ERROR, HS_APP_ERROR_UNIT_UNKNOWN)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (ending != NULL)
    return hs_protection_check_ending (ending, typed, error);
  return names_board (work->board, typed) || fail_not_confirmed (work, error);
}

/* What it is after something went wrong, if it can be read. */
static void
observe_again (HsWork *work)
{
  guint32 value = 0;

  if (hs_imx_rom_read_fuse (work->camera, &value, NULL))
    hs_recorder_fuse_observed (work->recorder, HS_IMX_ROM_FUSE_WORD, value, NULL);
}

static gboolean
burn (HsWork *work, guint32 before, GError **error)
{
  guint32 value = before;

  if (!hs_recorder_fuse_requested (
          work->recorder, HS_IMX_ROM_FUSE_WORD, before, HS_IMX_ROM_FUSE_VALUE, error))
    return FALSE;
  work->began = TRUE;
  if (!hs_imx_rom_burn_fuse (work->camera, &value, error)) {
    observe_again (work);
    return FALSE;
  }
  return hs_recorder_fuse_observed (work->recorder, HS_IMX_ROM_FUSE_WORD, value, error);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  guint32 value = 0;

  hs_work_report (work, HS_ACTIVITY_CHECKING);
  if (!hs_imx_rom_read_fuse (work->camera, &value, error))
    return FALSE;
  if ((value & HS_IMX_ROM_FUSE_VALUE) != 0)
    return hs_recorder_fuse_observed (work->recorder, HS_IMX_ROM_FUSE_WORD, value, error);
  return require_confirmation (work, error) && burn (work, value, error);
}

const HsStepClass hs_step_fuse = {
  .verb = N_ ("Check"),
  .check = check,
  .describe = describe,
  .run = run,
};
