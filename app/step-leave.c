/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Who only looks leaves a camera as it was. */
static gboolean
only_looks (HsWork *work)
{
  return g_str_equal (work->what, "identify") || g_str_equal (work->what, "read-build");
}

static char *
describe (HsWork *work, const HsStep *step)
{
  if (only_looks (work) && hs_work_was_held (work))
    return NULL;
  return g_strdup (_ ("Start the firmware, wait for the same unit"));
}

/* Who only looked leaves a camera with incomplete firmware held; who asked for the start is told.
 */
static gboolean
stay (HsWork *work, GError **error)
{
  if (only_looks (work))
    return TRUE;

  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_INCOMPLETE,
                       _ ("A write of this unit's firmware broke off: it would hang when started. "
                          "It stays in its bootloader."));
  return FALSE;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GError) local = NULL;
  double before = hs_work_seconds (work);
  gboolean ok;

  if (only_looks (work) && hs_work_was_held (work))
    return TRUE;
  if (g_str_equal (work->what, "flash"))
    work->touched = FALSE; /* proven by the steps before */
  else if (!hs_work_may_start (work))
    return stay (work, error);

  hs_work_report (work, HS_ACTIVITY_LEAVING);
  work->entered = FALSE; /* told once; a bootloader that is about to leave is asked nothing more */
  ok = work->method->leave (work->camera, work->progress, work->cancellable, &local);
  work->seconds_confirm += hs_work_seconds (work) - before;
  if (ok)
    return TRUE;

  /* A product that closes USB never shows up again, and the request said so. */
  if (work->options.confirm_none && g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

const HsStepClass hs_step_leave = {
  .verb = N_ ("Start"),
  .describe = describe,
  .run = run,
};
