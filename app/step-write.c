/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/examined.h"
#include "app/explain.h"
#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Everything that can be known of an image before the camera is touched. */
static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  HsJobPart *part = hs_work_part (work, step->part);
  HsBuild *build = work->options.build;

  if (work->recipe == NULL && g_strcmp0 (hs_build_get_board (build), work->board->id) != 0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_BOARD,
                 _ ("This build is for %s, the camera is %s. Nothing was written."),
                 hs_build_get_board (build),
                 work->board->id);
    return FALSE;
  }

  /* A plan is made without reading the files. */
  if (step->part >= work->images->len)
    return TRUE;
  return hs_examined_check (work->catalog,
                            hs_work_image (work, step->part),
                            part->sha256_file,
                            part->role,
                            work->board,
                            part->partition,
                            error);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  HsJobPart *part = hs_work_part (work, step->part);
  g_autofree char *size = hs_format_size (part->length);
  g_autofree char *how = NULL;

  if (part->expected.n_units == 0)
    return g_strdup_printf (
        /* Translators: what goes where: "firmware to FIRMWARE, 1.6 MB" */
        work->options.full ? _ ("%s to %s, %s, all sectors")
                           : _ ("%s to %s, %s, only sectors that differ"),
        hs_explain_role (part->role),
        part->partition->name,
        size);

  how = hs_estimate_dup_text (&part->expected, part->partition);
  /* Translators: what goes where, and how much of it: "firmware to FIRMWARE, 1.6 MB: 3 of 13
   * sectors, about 5 s" */
  return g_strdup_printf (
      _ ("%s to %s, %s: %s"), hs_explain_role (part->role), part->partition->name, size, how);
}

static void
expect (HsWork *work, const HsStep *step, HsEstimate *estimate)
{
  *estimate = hs_work_part (work, step->part)->expected;
}

/* Where it is, and whether it is written whole, as the catalog knows the unit now. */
static HsWriteWhy
find_why (HsWork *work, const HsJobPart *part)
{
  const char *key = hs_work_get_unit (work);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (work->catalog, key, NULL) : NULL;

  return hs_estimate_why (unit, part->partition, work->options.full, work->no_read_back);
}

/* One write, watched: what the method tells while it is at it. */
typedef struct {
  HsWork *work;
  HsJobPart *part;
} Watch;

static gint64
now_cb (gpointer watcher)
{
  Watch *self = watcher;

  return hs_bus_now (hs_camera_get_bus (self->work->camera),
                     hs_camera_get_port (self->work->camera));
}

/* Read once, shown to all who watch, before the first sector is written. */
static void
compared_cb (const HsWriteResult *result, gpointer watcher)
{
  Watch *self = watcher;
  HsWriteResult copy = *result;

  copy.equal = g_memdup2 (result->equal, result->n_units);
  copy.slow = NULL;
  hs_work_lock (self->work);
  hs_job_part_take_result (self->part, &copy);
  hs_work_unlock (self->work);
}

/* Which enumeration of the camera answers: another one may be another camera, or the same after a
 * reset, and what was compared before says nothing of it. */
static guint64
get_instance (HsWork *work)
{
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (work->camera);

  return info->instance;
}

static gboolean
write_part (HsWork *work, guint n, const HsWriteOptions *options, GError **error)
{
  HsJobPart *part = hs_work_part (work, n);
  Watch watch = { work, part };
  HsWriteOptions watched = *options;
  HsWriteResult result = { 0 };
  gboolean ok;

  watched.now = now_cb;
  watched.compared = compared_cb;
  watched.watcher = &watch;
  hs_work_lock (work);
  part->instance = get_instance (work);
  part->n_writes = work->n_writes;
  hs_work_unlock (work);
  ok = work->method->write (work->camera,
                            part->partition,
                            hs_work_image (work, n),
                            &watched,
                            &result,
                            work->progress,
                            work->cancellable,
                            error);

  hs_work_lock (work);
  part->wrote_bytes += result.wrote_bytes;
  part->seconds_compare += result.us_compare / (double) G_USEC_PER_SEC;
  part->seconds_write += result.us_write / (double) G_USEC_PER_SEC;
  hs_job_part_take_result (part, &result);
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
  HsWriteWhy why = find_why (work, part);
  gboolean hangs = why == HS_WRITE_ALL_TORN && (part->partition->flags & HS_PARTITION_TORN_HANGS);
  HsWriteOptions options = { .full = why != HS_WRITE_DIFFERING,
                             .dont_read = hangs || work->no_read_back };
  g_autoptr (GError) local = NULL;
  gboolean starts = hs_work_is_whole (work);
  double before;
  gboolean ok;

  if (work->by_drive) /* as it turned out when it was entered */
    return hs_step_copy.run (work, step, error);
  if (!hs_step_keep_loader (work, starts, error) ||
      !hs_recorder_begun (work->recorder, step->part, error))
    return FALSE;
  /* That may have taken long, and of this part nothing was sent yet. */
  if (!hs_step_keep_loader (work, starts, &local)) {
    mark_broken (work, step->part, local->message);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }

  before = hs_work_seconds (work);
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
  .expect = expect,
  .run = run,
};
