/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-dfuse-private.h"

#include "flash/enter.h"
#include "flash/error.h"
#include "flash/sectors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Arduino's bootloader on the H7 boards: DfuSe, alternate 0 is the flash in the chip, whose first
 * 128 KB are the bootloader itself, alternate 1 the flash beside it. It stays until it is told to
 * leave, and leaving restarts the board. */

#define FIRST_OURS 0x08020000u /* behind the bootloader */

/* Milliseconds of the camera's time. */
enum {
  LEAVE_MS = 3000,     /* from the order to leave until the bootloader has left the bus */
  COME_BACK_MS = 10000 /* until the firmware has enumerated */
};

/* Each partition of the board table has to be where the bootloader's names say that memory is. */
static gboolean
check_memory (HsDfuse *dfuse, const HsBoard *board, GError **error)
{
  for (guint i = 0; i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    const HsDfuseTarget target = { dfuse, *partition, partition->alt };

    if (!hs_dfuse_target_check (&target, board, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
arduino_check (HsCamera *camera, GError **error)
{
  HsDfuse *dfuse = hs_dfuse_converse (camera, HS_MODE_DFU, error);

  return dfuse != NULL && check_memory (dfuse, hs_camera_get_board (camera), error);
}

static gboolean
open_target (HsCamera *camera, const HsPartition *partition, HsDfuseTarget *target, GError **error)
{
  const HsBoard *board = hs_camera_get_board (camera);
  HsDfuse *dfuse = hs_dfuse_converse (camera, HS_MODE_DFU, error);

  return dfuse != NULL && check_memory (dfuse, board, error) &&
         hs_dfuse_target_open (target, dfuse, board, partition, partition->alt, error);
}

/* The board table forbids the bootloader's partition; this does so by address as well. */
static gboolean
may_write (const HsPartition *partition, guint64 size, GError **error)
{
  if (partition->alt != 0 || partition->start >= FIRST_OURS)
    return hs_sectors_may_write (partition, size, error);

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FORBIDDEN,
               _ ("The partition %s is never written here"),
               partition->name);
  return FALSE;
}

static gboolean
arduino_write (HsCamera *camera,
               const HsPartition *partition,
               HsSource *image,
               const HsWriteOptions *options,
               HsWriteResult *result,
               HsProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  HsDfuseTarget target;

  memset (result, 0, sizeof *result);
  return may_write (partition, hs_source_get_size (image), error) &&
         open_target (camera, partition, &target, error) &&
         hs_dfuse_target_write (
             &target, camera, image, options, result, progress, cancellable, error);
}

static gboolean
arduino_compare (HsCamera *camera,
                 const HsPartition *partition,
                 HsSource *image,
                 HsWriteResult *result,
                 HsProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  HsDfuseTarget target;

  memset (result, 0, sizeof *result);
  return open_target (camera, partition, &target, error) &&
         hs_dfuse_target_compare (&target, camera, image, result, progress, cancellable, error);
}

static gboolean
arduino_read (HsCamera *camera,
              const HsPartition *partition,
              guint64 offset,
              guint64 length,
              HsReadSink sink,
              gpointer user_data,
              HsActivity activity,
              HsProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  HsDfuseTarget target;

  return open_target (camera, partition, &target, error) && hs_dfuse_target_read (&target,
                                                                                  camera,
                                                                                  offset,
                                                                                  length,
                                                                                  sink,
                                                                                  user_data,
                                                                                  activity,
                                                                                  progress,
                                                                                  cancellable,
                                                                                  error);
}

static gboolean
arduino_erase (HsCamera *camera,
               const HsPartition *partition,
               HsProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  HsDfuseTarget target;

  return may_write (partition, 1, error) && open_target (camera, partition, &target, error) &&
         hs_dfuse_target_format (&target, progress, cancellable, error);
}

static gboolean
arduino_enter (HsCamera *camera,
               gboolean replug,
               HsProgress *progress,
               GCancellable *cancellable,
               GError **error)
{
  gboolean there = TRUE;

  if (replug)
    there = hs_enter_await_hand (camera, FALSE, progress, cancellable, error);
  else if (hs_camera_get_mode (camera) == HS_MODE_APP) {
    hs_progress_report (progress, HS_ACTIVITY_ENTERING, HS_ROLE_NONE, 0, 0);
    there = hs_enter_ask_firmware (camera, cancellable, error) &&
            hs_enter_await_loader (camera, cancellable, error);
  }
  return there && hs_enter_learn_id (camera, error) && arduino_check (camera, error);
}

/* Nothing may be asked after the order; can't be cancelled until the bootloader is gone. */
static gboolean
arduino_leave (HsCamera *camera, HsProgress *progress, GCancellable *cancellable, GError **error)
{
  const HsBoard *board = hs_camera_get_board (camera);

  hs_progress_report (progress, HS_ACTIVITY_LEAVING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_DFU) {
    HsDfuse *dfuse = hs_dfuse_converse (camera, HS_MODE_DFU, error);

    if (dfuse == NULL || !hs_dfuse_select (dfuse, 0, error) ||
        !hs_dfuse_leave (dfuse, board->firmware_address, error) ||
        !hs_camera_await_gone (camera, LEAVE_MS, NULL, error))
      return FALSE;
  }
  return hs_camera_await_mode (camera, HS_MODE_APP, COME_BACK_MS, cancellable, error);
}

static char *
arduino_describe (const HsBoard *board,
                  const HsPartition *partition,
                  const char *serial,
                  const char *file)
{
  return hs_dfuse_describe (&board->dfu_ids[0], partition, partition->alt, FALSE, serial, file);
}

static char *
arduino_describe_last (const HsBoard *board,
                       const HsPartition *partition,
                       const char *serial,
                       const char *file)
{
  return hs_dfuse_describe (&board->dfu_ids[0], partition, partition->alt, TRUE, serial, file);
}

const HsMethod hs_method_arduino_dfu = {
  .id = "arduino-dfu",
  .flags = HS_METHOD_HOLDS | HS_METHOD_IDENTIFIES,
  .enter = arduino_enter,
  .check = arduino_check,
  .write = arduino_write,
  .compare = arduino_compare,
  .read = arduino_read,
  .erase = arduino_erase,
  .leave = arduino_leave,
  .describe = arduino_describe,
  .describe_last = arduino_describe_last,
};
