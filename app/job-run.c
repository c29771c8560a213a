/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/job-run.h"

#include "app/admit.h"
#include "app/app-error.h"
#include "app/capture-keeper.h"
#include "app/explain.h"
#include "app/recorder.h"
#include "app/resolve.h"
#include "flash/error.h"
#include "flash/transport/port-lock.h"

#include <glib/gi18n-lib.h>

/* Errors that say "this may not be done", as against "this went wrong". */
static gboolean
is_refusal (const GError *error)
{
  static const HsFlashError flash_codes[] = {
    HS_FLASH_ERROR_TOO_LARGE,   HS_FLASH_ERROR_PERMISSION, HS_FLASH_ERROR_BUSY,
    HS_FLASH_ERROR_WRONG_BOARD, HS_FLASH_ERROR_WRONG_ROLE, HS_FLASH_ERROR_SURPRISE,
    HS_FLASH_ERROR_BAD_FILE,    HS_FLASH_ERROR_FORBIDDEN,  HS_FLASH_ERROR_UNSUPPORTED,
    HS_FLASH_ERROR_PROTECTED,
  };

  if (error->domain == HS_STORE_ERROR || error->domain == HS_APP_ERROR)
    return TRUE;
  for (guint i = 0; error->domain == HS_FLASH_ERROR && i < G_N_ELEMENTS (flash_codes); i++)
    if (error->code == (int) flash_codes[i])
      return TRUE;
  return FALSE;
}

static HsOutcome
outcome_of_error (HsWork *work, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return HS_OUTCOME_CANCELLED;
  if (g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_SWAPPED))
    return HS_OUTCOME_UNPROVEN;
  if (g_error_matches (error, HS_APP_ERROR, HS_APP_ERROR_FILE))
    return HS_OUTCOME_FAILED;
  if (!work->began && (work->declined || is_refusal (error)))
    return HS_OUTCOME_REFUSED;
  return HS_OUTCOME_FAILED;
}

/* Nothing was harmed: give the camera back as it was; one that was found in its bootloader stays
 * there. After a broken write of code it stays held as well, where the next attempt finds it; a
 * bootloader that can't be held goes on by itself, and the problem says so. */
static void
give_back (HsWork *work)
{
  if (!work->entered || hs_work_was_held (work) || work->method == NULL ||
      !hs_work_may_start (work))
    return;
  if (!hs_camera_is_attached (work->camera) || hs_camera_get_mode (work->camera) != HS_MODE_DFU)
    return;

  hs_work_report (work, HS_ACTIVITY_LEAVING);
  work->method->leave (work->camera, work->progress, NULL, NULL);
}

/* What was written and not read back when the run broke off counts as unknown, as after a kill. */
static void
give_up_parts (HsWork *work, const char *why)
{
  for (guint i = 0; i < work->parts->len; i++) {
    HsPartState state = hs_work_part (work, i)->state;

    if (state != HS_PART_WRITING && state != HS_PART_WRITTEN)
      continue;
    hs_work_set_part_state (work, i, HS_PART_UNKNOWN);
    hs_recorder_unknown (work->recorder, i, why, NULL);
  }
}

/* The first part of which nobody knows what it holds now; NULL: none. A filesystem is none of the
 * build's: it is erased again, and the camera may start. */
static const HsJobPart *
find_unknown (HsWork *work)
{
  if (g_str_equal (work->what, "erase"))
    return NULL;
  for (guint i = 0; i < work->parts->len; i++)
    if (hs_work_part (work, i)->state == HS_PART_UNKNOWN)
      return hs_work_part (work, i);
  return NULL;
}

static gboolean
run_steps (HsWork *work, GArray *steps, HsStepFunc step_func, gpointer user_data, GError **error)
{
  for (guint i = 0; i < steps->len; i++) {
    const HsStep *step = &g_array_index (steps, HsStep, i);

    if (g_cancellable_set_error_if_cancelled (work->cancellable, error))
      return FALSE;
    step_func (i + 1, steps->len, user_data);
    if (!step->class->run (work, step, error))
      return FALSE;
  }
  return TRUE;
}

/* Against other processes; cameras that exist in this one only have no scope. */
static gboolean
take_hold (HsWork *work, HsPortLock **hold, GError **error)
{
  const char *scope = hs_bus_get_scope (hs_camera_get_bus (work->camera));

  if (g_strcmp0 (scope, "") == 0)
    return TRUE;

  *hold = hs_port_lock_take (scope, work->seen->port, error);
  return *hold != NULL;
}

static gboolean
run_all (HsWork *work, HsStepFunc step_func, gpointer user_data, GError **error)
{
  g_autoptr (HsPortLock) hold = NULL;
  g_autoptr (GArray) steps = NULL;

  hs_work_report (work, HS_ACTIVITY_CHECKING);
  if (!hs_admit_request (work, error) || !hs_resolve_parts (work, TRUE, error))
    return FALSE;
  hs_resolve_estimates (work, TRUE);
  steps = hs_resolve_steps (work);
  if (!hs_check_steps (work, steps, error))
    return FALSE;

  if (!take_hold (work, &hold, error))
    return FALSE;

  work->complete = run_steps (work, steps, step_func, user_data, error);
  if (!work->complete)
    give_back (work);
  return work->complete;
}

/* Whether nothing of what was to be written lacks its proof. */
static gboolean
all_proven (HsWork *work)
{
  static const char *const of_parts[] = {
    "flash", "reset-romfs", "restore-bootloader", "deploy", NULL
  };

  if (g_str_equal (work->what, "erase"))
    return !work->no_read_back;
  if (!g_strv_contains (of_parts, work->what))
    return TRUE;
  for (guint i = 0; i < work->parts->len; i++)
    if (hs_work_part (work, i)->state != HS_PART_VERIFIED)
      return FALSE;
  return work->parts->len > 0;
}

/* What was compared and is not what the build has, in a sentence each; NULL: nothing. */
static char *
describe_differences (HsWork *work)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < work->parts->len; i++) {
    const HsJobPart *part = hs_work_part (work, i);
    g_autofree char *share = hs_explain_share (part);

    if (part->n_differ > 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", share);
  }
  return text->len > 0 ? g_strdup (text->str) : NULL;
}

static HsOutcome
outcome_of_compare (HsWork *work, HsProblem **problem)
{
  g_autofree char *differences = describe_differences (work);
  g_autoptr (GError) error = NULL;

  if (differences != NULL) {
    error = g_error_new_literal (HS_APP_ERROR, HS_APP_ERROR_DIFFERS, differences);
    *problem = hs_explain_error (error);
    return HS_OUTCOME_FAILED;
  }

  for (guint i = 0; i < work->parts->len; i++) {
    if (hs_work_part (work, i)->state == HS_PART_VERIFIED)
      continue;
    error = g_error_new (HS_APP_ERROR,
                         HS_APP_ERROR_SWAPPED,
                         _ ("%s reads back with the two bytes of each 16-bit word swapped: the "
                            "external flash chip is in its swapped mode. That proves nothing."),
                         hs_work_part (work, i)->partition->name);
    *problem = hs_explain_error (error);
    return HS_OUTCOME_UNPROVEN;
  }
  return HS_OUTCOME_PASSED;
}

static const char *
say_unproven (HsWork *work)
{
  if (g_str_equal (work->what, "restore-bootloader"))
    return _ ("the vendor's program has written it, and hands nothing out. The bootloader itself "
              "proves it, once it comes up.");
  if (work->maybe_other)
    return _ (
        "the probe said that it has written, but this camera was not reset, and may have held "
        "the same before. See that the probe, its reset line too, is wired to this one, and "
        "deploy again.");
  if (work->by_drive)
    return _ ("it was copied to the bootloader's drive, which hands nothing out, so it can't be "
              "read back.");
  return _ ("this bootloader hands nothing out, so what was written can't be read back.");
}

/* Written, and the bootloader hands nothing out: its own word, never green. */
static HsOutcome
outcome_of_success (HsWork *work, HsProblem **problem)
{
  g_autoptr (GError) unproven = NULL;

  if (g_str_equal (work->what, "compare"))
    return outcome_of_compare (work, problem);
  if (all_proven (work))
    return HS_OUTCOME_PASSED;

  unproven = g_error_new_literal (HS_APP_ERROR, HS_APP_ERROR_NO_READ_BACK, say_unproven (work));
  *problem = hs_explain_error (unproven);
  return HS_OUTCOME_UNPROVEN;
}

static gboolean
has_touched (HsWork *work)
{
  for (guint i = 0; i < work->parts->len; i++)
    if (hs_work_part (work, i)->state != HS_PART_UNTOUCHED)
      return TRUE;
  return FALSE;
}

/* Why it ended, and what is now on the camera. */
static HsProblem *
explain (HsWork *work, const GError *error)
{
  HsProblem *problem = hs_explain_failure (error, find_unknown (work));

  if (find_unknown (work) != NULL && work->method != NULL &&
      !(work->method->flags & HS_METHOD_HOLDS))
    hs_problem_tell_unheld (problem);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || has_touched (work))
    return problem;

  hs_work_lock (work);
  if (work->called_off != NULL)
    hs_problem_tell_called_off (problem, work->called_off);
  hs_work_unlock (work);
  return problem;
}

/**
 * hs_job_run:
 * @work: a job's work
 * @step_func: told at every step
 * @user_data: for @step_func
 * @end: (out): how it ended
 *
 * A whole run, from the first check to the last journal entry. Blocks; on the camera's thread.
 */
void
hs_job_run (HsWork *work, HsStepFunc step_func, gpointer user_data, HsJobEnd *end)
{
  HsBus *bus = hs_camera_get_bus (work->camera);
  g_autoptr (GError) error = NULL;

  *end = (HsJobEnd){ HS_OUTCOME_NONE, NULL, TRUE };
  work->clock_start = hs_bus_now (bus, work->seen->port);

  if (run_all (work, step_func, user_data, &error)) {
    end->outcome = outcome_of_success (work, &end->problem);
  } else {
    end->outcome = outcome_of_error (work, error);
    give_up_parts (work, error->message);
    end->problem = explain (work, error);
  }

  hs_camera_close (work->camera);
  hs_capture_keeper_keep (work, end->outcome, end->problem);
  hs_recorder_finished (work->recorder, end->outcome, end->problem, &end->recorded);
}
