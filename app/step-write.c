/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"
#include "flash/image.h"

#include <glib/gi18n-lib.h>

/* Everything that can be known of an image before the camera is touched. */
static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  HsJobPart *part = hs_work_part (work, step->part);
  HsBuild *build = work->options.build;
  g_autoptr (GBytes) bytes = NULL;

  if (work->recipe == NULL && g_strcmp0 (hs_build_get_board (build), work->board->id) != 0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_BOARD,
                 _ ("This build is for %s, the camera is an %s. Nothing was written."),
                 hs_build_get_board (build),
                 work->board->id);
    return FALSE;
  }

  /* A plan is made without reading the files. */
  if (step->part >= work->images->len)
    return TRUE;
  bytes = hs_source_dup_bytes (hs_work_image (work, step->part), error);
  return bytes != NULL &&
         hs_image_check_payload (bytes, part->role, work->board, part->partition, error);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  HsJobPart *part = hs_work_part (work, step->part);
  g_autofree char *size = hs_format_size (part->length);

  if (work->options.full)
    return g_strdup_printf (
        /* Translators: what goes where, all of it: "firmware to FIRMWARE, 1.6 MB, all sectors" */
        _ ("%s to %s, %s, all sectors"),
        hs_explain_role (part->role),
        part->partition->name,
        size);
  /* Translators: what goes where: "firmware to FIRMWARE, 1.6 MB" */
  return g_strdup_printf (_ ("%s to %s, %s, only sectors that differ"),
                          hs_explain_role (part->role),
                          part->partition->name,
                          size);
}

/* A write of this unit's partition broke off before: reading it first may hang an H7 (the flash
 * word that was being programmed faults when read), so it is written in full, unread. */
static gboolean
was_torn (HsWork *work, const HsJobPart *part)
{
  const char *key = hs_work_get_unit (work);
  g_autoptr (HsUnit) unit = NULL;
  const HsContent *content;

  if (key == NULL)
    return FALSE;

  unit = hs_catalog_get_unit (work->catalog, key, NULL);
  content = unit != NULL ? hs_unit_find_content (unit, hs_role_name (part->role)) : NULL;
  return content != NULL && g_strcmp0 (content->state, "unknown") == 0;
}

static gboolean
write_part (HsWork *work, guint n, const HsWriteOptions *options, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);
  HsWriteResult result = { 0 };
  gboolean ok = work->method->write (work->camera,
                                     part->partition,
                                     hs_work_image (work, n),
                                     options,
                                     &result,
                                     work->progress,
                                     work->cancellable,
                                     error);

  hs_work_lock (work);
  part->wrote_bytes += result.wrote_bytes;
  part->skipped_bytes = result.skipped_bytes;
  part->n_units = result.n_units;
  part->n_differ = result.n_differ;
  g_free (part->equal);
  part->equal = g_steal_pointer (&result.equal);
  g_clear_pointer (&part->slow, g_array_unref);
  part->slow = g_steal_pointer (&result.slow);
  hs_work_unlock (work);
  hs_write_result_clear (&result);
  return ok;
}

/* The camera hung on the first reading, and nothing was sent yet: the mark of a torn flash word. */
static gboolean
hung_while_reading (HsWork *work, guint n, const HsWriteOptions *options, const GError *error)
{
  return !options->dont_read && hs_work_part (work, n)->wrote_bytes == 0 &&
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
}

static gboolean
write_after_replug (HsWork *work, guint n, GError **error)
{
  const HsWriteOptions unread = { .full = TRUE, .dont_read = TRUE };

  hs_work_report (work, HS_ACTIVITY_WAITING);
  return work->method->enter (work->camera, TRUE, work->progress, work->cancellable, error) &&
         write_part (work, n, &unread, error);
}

static void
mark_broken (HsWork *work, guint n, const char *why)
{
  HsJobPart *part = hs_work_part (work, n);
  HsProgressState state;

  hs_progress_peek (work->progress, &state);
  hs_work_lock (work);
  part->failed_at = state.role == part->role ? state.done : 0;
  part->state = HS_PART_UNKNOWN;
  hs_work_unlock (work);

  /* If this can't be recorded either, partition.begun without an end says the same. */
  hs_recorder_unknown (work->recorder, n, why, NULL);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  HsJobPart *part = hs_work_part (work, step->part);
  gboolean torn = was_torn (work, part);
  HsWriteOptions options = { .full = work->options.full || torn || work->no_read_back,
                             .dont_read = torn || work->no_read_back };
  g_autoptr (GError) local = NULL;
  double before = hs_work_seconds (work);
  gboolean ok;

  if (!hs_recorder_begun (work->recorder, step->part, error))
    return FALSE;

  work->began = TRUE;
  work->touched = TRUE;
  hs_work_set_part_state (work, step->part, HS_PART_WRITING);
  ok = write_part (work, step->part, &options, &local);
  if (!ok && hung_while_reading (work, step->part, &options, local)) {
    g_clear_error (&local);
    ok = write_after_replug (work, step->part, &local);
  }
  work->seconds_transfer += hs_work_seconds (work) - before;

  if (!ok) {
    mark_broken (work, step->part, local->message);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  hs_work_set_part_state (work, step->part, HS_PART_WRITTEN);
  return hs_recorder_wrote (work->recorder, step->part, error);
}

const HsStepClass hs_step_write = {
  .verb = N_ ("Write"),
  .check = check,
  .describe = describe,
  .run = run,
};
