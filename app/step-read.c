/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/saved-file.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

static gboolean
save_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  return hs_saved_file_write (user_data, data, length, error);
}

static void
note_saved (HsWork *work, const HsPartition *partition, GFile *file, const char *sha256)
{
  HsWorkFile *saved = g_new0 (HsWorkFile, 1);

  saved->path = g_file_get_path (file);
  saved->sha256 = g_strdup (sha256);
  saved->length = hs_partition_get_own_size (partition);
  saved->partition = partition;
  g_ptr_array_add (work->saved, saved);
}

/**
 * hs_step_read_to_file:
 * @work: a job's work, its camera in the bootloader
 * @partition: what is read: all that is its alone
 * @file: where to
 * @error: of the method, %HS_APP_ERROR_FILE, %HS_APP_ERROR_FILE_EXISTS; nothing half is left
 *
 * Reads a partition to a file, a block at a time. Blocks.
 */
gboolean
hs_step_read_to_file (HsWork *work, const HsPartition *partition, GFile *file, GError **error)
{
  g_autoptr (HsSavedFile) saved = hs_saved_file_new (file, work->options.replace, error);

  if (saved == NULL || !work->method->read (work->camera,
                                            partition,
                                            0,
                                            hs_partition_get_own_size (partition),
                                            save_sink,
                                            saved,
                                            HS_ACTIVITY_READING,
                                            work->progress,
                                            work->cancellable,
                                            error))
    return FALSE;
  if (!hs_saved_file_finish (saved, error))
    return FALSE;

  note_saved (work, partition, file, hs_saved_file_get_digest (saved));
  return TRUE;
}

/* What reading all of @partition takes, added to @estimate. Blocks on the catalog. */
void
hs_step_expect_read (HsWork *work, const HsPartition *partition, HsEstimate *estimate)
{
  HsPace pace = hs_estimate_get_pace (work->catalog, work->board, partition->role);

  estimate->seconds_compare += hs_estimate_stage (work->board,
                                                  partition,
                                                  HS_ACTIVITY_VERIFYING,
                                                  0,
                                                  hs_partition_get_own_size (partition),
                                                  NULL,
                                                  &pace);
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  const HsPartition *partition = hs_board_find (work->board, work->options.role);

  if (partition == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_ROLE,
                 _ ("%s has no partition for %s."),
                 _ (work->board->name),
                 hs_role_name (work->options.role));
    return FALSE;
  }
  if (partition->flags & HS_PARTITION_NO_UPLOAD) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The bootloader does not let %s be read."),
                 partition->name);
    return FALSE;
  }
  return hs_saved_file_check (work->options.file, work->options.replace, error);
}

static char *
describe (HsWork *work, const HsStep *step)
{
  const HsPartition *partition = hs_board_find (work->board, work->options.role);
  g_autofree char *size = hs_format_size (hs_partition_get_own_size (partition));
  g_autofree char *file = g_file_get_parse_name (work->options.file);

  /* Translators: a partition, its size, a file */
  return g_strdup_printf (_ ("%s, %s, to %s"), partition->name, size, file);
}

static void
expect (HsWork *work, const HsStep *step, HsEstimate *estimate)
{
  hs_step_expect_read (work, hs_board_find (work->board, work->options.role), estimate);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  const HsPartition *partition = hs_board_find (work->board, work->options.role);
  HsJobPart part = { .role = partition->role,
                     .partition = partition,
                     .length = hs_partition_get_own_size (partition),
                     .failed_at = G_MAXUINT64 };
  double before = hs_work_seconds (work);
  const HsWorkFile *saved;

  hs_work_lock (work);
  g_array_append_val (work->parts, part);
  hs_work_unlock (work);
  if (!hs_step_read_to_file (work, partition, work->options.file, error))
    return FALSE;

  work->seconds_transfer += hs_work_seconds (work) - before;
  saved = g_ptr_array_index (work->saved, work->saved->len - 1);
  hs_work_lock (work);
  hs_work_part (work, work->parts->len - 1)->sha256_read_back = g_strdup (saved->sha256);
  hs_work_unlock (work);
  return TRUE;
}

const HsStepClass hs_step_read = {
  .verb = N_ ("Read"),
  .check = check,
  .describe = describe,
  .expect = expect,
  .run = run,
};
