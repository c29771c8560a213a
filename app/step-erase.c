/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  if (hs_board_find (work->board, HS_ROLE_FILESYSTEM) != NULL)
    return TRUE;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_UNSUPPORTED,
               _ ("The filesystem of %s can't be erased from here. Nothing was written."),
               _ (work->board->name));
  return FALSE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Erase the filesystem: the camera re-formats it at its next start. Scripts, "
                      "settings and logs on it are lost."));
}

static gboolean
zero_sink (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  for (gsize i = 0; i < length; i++)
    if (data[i] != 0) {
      g_set_error_literal (
          error,
          HS_FLASH_ERROR,
          HS_FLASH_ERROR_VERIFY,
          _ ("the filesystem was erased, but its beginning reads back differently."));
      return FALSE;
    }
  return TRUE;
}

/* The zeros where the filesystem begins are what makes the firmware format it anew. */
static gboolean
prove (HsWork *work, const HsPartition *partition, GError **error)
{
  if (work->no_read_back)
    return TRUE;
  return work->method->read (work->camera,
                             partition,
                             0,
                             MIN (work->board->transfer_size, partition->size),
                             zero_sink,
                             NULL,
                             HS_ACTIVITY_ERASING,
                             work->progress,
                             work->cancellable,
                             error);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  const HsPartition *partition = hs_board_find (work->board, HS_ROLE_FILESYSTEM);

  /* It was erased when it passed with this very release; what it has put there since is its own. */
  if (work->carries && hs_work_wrote_nothing (work))
    return TRUE;

  work->began = TRUE;
  hs_progress_report (work->progress, HS_ACTIVITY_ERASING, HS_ROLE_FILESYSTEM, 0, 0);
  return work->method->erase (work->camera, partition, work->progress, work->cancellable, error) &&
         prove (work, partition, error) && hs_recorder_erased (work->recorder, partition, error);
}

const HsStepClass hs_step_erase = {
  .verb = N_ ("Erase"),
  .check = check,
  .describe = describe,
  .run = run,
};
