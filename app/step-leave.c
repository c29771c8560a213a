/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

#define COME_BACK_MS 10000 /* until the application has enumerated */

static char *
describe (HsWork *work, const HsStep *step)
{
  if (hs_work_only_looks (work) && hs_work_was_held (work))
    return NULL;
  return g_strdup (_ ("Start the firmware, wait for the same unit"));
}

/* Who did not come for the start leaves a camera with incomplete firmware held; who asked for it is
 * told. A bootloader that can't be held goes on by itself, whatever is done here. */
static gboolean
stay (HsWork *work, GError **error)
{
  if (!g_str_equal (work->what, "leave") && !g_str_equal (work->what, "restart"))
    return TRUE;

  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_INCOMPLETE,
                       work->method->flags & HS_METHOD_HOLDS
                           ? _ ("A write of this unit's firmware broke off: it would hang when "
                                "started. It stays in its bootloader.")
                           : _ ("A write of this unit's firmware broke off: it hangs when it "
                                "starts, and its bootloader can't be held."));
  return FALSE;
}

/* A drive's bootloader has left by itself: it starts what it got. */
static gboolean
leave (HsWork *work, GError **error)
{
  if (work->by_drive)
    return hs_camera_await_mode (work->camera, HS_MODE_APP, COME_BACK_MS, work->cancellable, error);
  return work->method->leave (work->camera, work->progress, work->cancellable, error);
}

/* Only the port told whose flash was written; now somebody else is there. What was said of the unit
 * is not known any more. */
static void
take_back (HsWork *work)
{
  const char *why = "another unit came back";

  for (guint i = 0; i < work->erased->len; i++)
    hs_recorder_not_erased (work->recorder, g_ptr_array_index (work->erased, i), why, NULL);
  for (guint i = 0; i < work->parts->len; i++)
    if (hs_work_part (work, i)->state == HS_PART_VERIFIED) {
      hs_work_set_part_state (work, i, HS_PART_UNKNOWN);
      hs_recorder_unknown (work->recorder, i, why, NULL);
    }
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GError) local = NULL;
  double before = hs_work_seconds (work);
  gboolean ok;

  if (hs_work_only_looks (work) && hs_work_was_held (work))
    return TRUE;
  work->touched = FALSE; /* what was written was proven by the steps before */
  if (!g_str_equal (work->what, "flash") && !hs_work_may_start (work))
    return stay (work, error);

  hs_work_report (work, HS_ACTIVITY_LEAVING);
  work->entered = FALSE; /* told once; a bootloader that is about to leave is asked nothing more */
  ok = leave (work, &local);
  work->seconds_confirm += hs_work_seconds (work) - before;
  if (ok)
    return hs_work_learn_unit (work, error);

  if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT) &&
      !(work->method->flags & HS_METHOD_IDENTIFIES))
    take_back (work);

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
