/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/recorder.h"
#include "app/step.h"
#include "flash/error.h"
#include "flash/imx-rom.h"

#include <glib/gi18n-lib.h>

/* The flash configuration block of an i.MX RT: its loader makes it, by what it finds out about the
 * flash, so that there is no image of it to compare with. */

static const HsPartition *
find_partition (HsWork *work)
{
  return work->board != NULL ? hs_board_find (work->board, HS_ROLE_CONFIG) : NULL;
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  if (find_partition (work) != NULL && work->board->recovery == HS_RECOVERY_SDP)
    return TRUE;
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_UNSUPPORTED,
                       _ ("This camera has no flash configuration block."));
  return FALSE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("the flash configuration block, as the chip’s loader makes it"));
}

static gboolean
take (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_checksum_update (user_data, data, length);
  return TRUE;
}

static gboolean
record (HsWork *work, const HsPartition *partition, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  return work->method->read (work->camera,
                             partition,
                             0,
                             partition->size,
                             take,
                             checksum,
                             HS_ACTIVITY_VERIFYING,
                             work->progress,
                             work->cancellable,
                             error) &&
         hs_recorder_found (work->recorder,
                            partition,
                            g_checksum_get_string (checksum),
                            partition->size,
                            NULL,
                            error);
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  const HsPartition *partition = find_partition (work);
  g_autoptr (GError) local = NULL;

  if (!hs_recorder_erasing (work->recorder, partition, error))
    return FALSE;
  work->began = TRUE;
  work->touched = TRUE;
  if (hs_imx_rom_make_config (work->camera, work->progress, work->cancellable, &local) &&
      record (work, partition, &local))
    return TRUE;

  hs_recorder_not_erased (work->recorder, partition, local->message, NULL);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

const HsStepClass hs_step_config = {
  .verb = N_ ("Write"),
  .check = check,
  .describe = describe,
  .run = run,
};
