/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/recorder.h"
#include "app/step.h"

#include <glib/gi18n-lib.h>

static char *
describe (HsWork *work, const HsStep *step)
{
  const char *number = hs_work_get_expected (work, HS_VERSION_NUMBER);

  if (work->options.confirm == HS_VERSION_TEXT)
    return g_strdup (_ ("Ask for the version through the REPL (stops the script), then restart"));
  if (number == NULL)
    return g_strdup (_ ("Ask for the version; what is written does not tell which one to expect"));
  return g_strdup_printf (_ ("Ask for the version, expect %s"), number);
}

/* STM32 firmware also tells the full id: then the serial's folded form is not all there is. */
static gboolean
check_unit (HsWork *work, GError **error)
{
  const char *unit = hs_work_get_unit (work);

  if (unit == NULL || work->version.board_key == NULL ||
      g_strcmp0 (unit, work->version.board_key) == 0)
    return TRUE;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_UNIT,
               _ ("the camera that answers is %s, not %s."),
               work->version.board_key,
               unit);
  return FALSE;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  double before = hs_work_seconds (work);
  const char *expected;

  hs_work_report (work, HS_ACTIVITY_CONFIRMING);
  if (!hs_version_ask (
          work->camera, work->options.confirm, &work->version, work->cancellable, error) ||
      !check_unit (work, error))
    return FALSE;

  work->seconds_confirm += hs_work_seconds (work) - before;
  /* Evidence is compared only with what is known of the same kind. */
  expected = hs_work_get_expected (work, work->version.kind);
  work->expected = g_strdup (expected);
  if (expected == NULL || work->version.text == NULL)
    work->verdict = HS_VERDICT_NOT_COMPARABLE;
  else if (g_strcmp0 (expected, work->version.text) == 0)
    work->verdict = HS_VERDICT_EQUAL;
  else
    work->verdict = HS_VERDICT_DIFFERS;

  if (!hs_recorder_reported (work->recorder, error))
    return FALSE;
  if (work->verdict != HS_VERDICT_DIFFERS)
    return TRUE;

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_VERSION,
               _ ("it restarted with %s, not %s."),
               work->version.text,
               expected);
  return FALSE;
}

const HsStepClass hs_step_confirm = {
  .verb = N_ ("Confirm"),
  .describe = describe,
  .run = run,
};
