/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Asks the running firmware who it is; nothing is started, stopped or written. */

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  if (work->board == NULL || hs_camera_get_mode (work->camera) != HS_MODE_APP) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         _ ("Only running firmware can be asked for its version."));
    return FALSE;
  }
  if (work->seen->no_access) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION, _ ("Hotshoe may not open this camera."));
    return FALSE;
  }
  return TRUE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Ask the firmware for its version and id; the script goes on"));
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  hs_work_report (work, HS_ACTIVITY_CONFIRMING);
  if (!hs_version_ask (work->camera, HS_VERSION_NUMBER, &work->version, work->cancellable, error))
    return FALSE;
  if (work->version.board_key != NULL &&
      !hs_camera_learn_key (work->camera, work->version.board_key, error))
    return FALSE;

  return hs_recorder_started (work->recorder, error) &&
         hs_recorder_reported (work->recorder, error);
}

const HsStepClass hs_step_probe = {
  .verb = N_ ("Ask"),
  .check = check,
  .describe = describe,
  .run = run,
};
