/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-imx-private.h"

#include "flash/enter.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The resident second bootloader of the i.MX RT: mboot over HID. It starts the firmware after about
 * a second without a command, at every start of the chip. The flashloader that recovery puts into
 * RAM shows the same USB id and the same version; which of them it is, only the way there tells:
 * nothing is sent to one whose start was not seen. */

/* What stands below belongs to the chip's ROM and to this bootloader itself. */
#define LOWEST_WRITE 0x60040000u

/* Milliseconds of the camera's time. */
enum {
  MARGIN_MS = 1500,    /* longer than its window no resident one stays */
  RESET_MS = 2000,     /* from the order to restart until it has left the bus */
  COME_BACK_MS = 12000 /* until the firmware is there; its bootloader's window is first */
};

static gboolean
fail_left (HsCamera *camera, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_MISSED,
               _ ("The bootloader on port %s waits for a second only, and has left. Unplug the "
                  "camera and plug it in again."),
               hs_camera_get_port (camera));
  return FALSE;
}

static gboolean
fail_unknown (HsCamera *camera, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_MISSED,
               _ ("How the camera on port %s came into its bootloader was not seen; a loader that "
                  "only recovery uses looks the same. Unplug the camera and plug it in again. "
                  "Nothing was written."),
               hs_camera_get_port (camera));
  return FALSE;
}

/* The conversation with the bootloader that was caught, begun if need be; (transfer none). */
static HsMboot *
converse (HsCamera *camera, GError **error)
{
  HsMboot *mboot = hs_camera_get_conversation (camera);
  g_autoptr (HsUsbInfo) info = NULL;

  if (hs_camera_get_mode (camera) != HS_MODE_DFU || !hs_camera_is_attached (camera)) {
    fail_left (camera, error);
    return NULL;
  }
  if (mboot != NULL)
    return mboot;
  if (!hs_camera_saw_arrival (camera)) {
    fail_unknown (camera, error);
    return NULL;
  }

  if (hs_camera_open (camera, HS_OPEN_USB, error) == NULL)
    return NULL;
  info = hs_camera_dup_info (camera);
  mboot = hs_mboot_new (hs_camera_get_transport (camera), info, error);
  if (mboot == NULL) {
    hs_camera_close (camera);
    return NULL;
  }
  hs_camera_take_conversation (camera, mboot);
  return mboot;
}

static gboolean
imx_check (HsCamera *camera, GError **error)
{
  HsMboot *mboot = converse (camera, error);

  return mboot != NULL && hs_imx_check_version (camera, mboot, error);
}

/* Its start was just seen: the first command holds its window open. */
static gboolean
catch_loader (HsCamera *camera, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (imx_check (camera, &local))
    return TRUE;

  hs_camera_close (camera);
  if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE))
    return fail_left (camera, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* One that was there before anybody looked. The resident one leaves by itself, and is asked for
 * anew; one that stays is something else. Nothing is sent. */
static gboolean
let_it_leave (HsCamera *camera, GCancellable *cancellable, GError **error)
{
  guint window_ms = hs_camera_get_board (camera)->boot_window_ms;
  g_autoptr (GError) local = NULL;

  if (hs_camera_await_gone (camera, window_ms + MARGIN_MS, cancellable, &local))
    return hs_camera_await_mode (camera, HS_MODE_UNKNOWN, COME_BACK_MS, cancellable, error);
  if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY))
    return fail_unknown (camera, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
imx_enter (HsCamera *camera,
           gboolean replug,
           HsProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  if (replug)
    return hs_enter_await_hand (camera, TRUE, progress, cancellable, error) &&
           catch_loader (camera, error);

  hs_progress_report (progress, HS_ACTIVITY_ENTERING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_DFU && hs_camera_is_attached (camera) &&
      !hs_camera_saw_arrival (camera) && !let_it_leave (camera, cancellable, error))
    return FALSE;
  switch (hs_camera_get_mode (camera)) {
  case HS_MODE_DFU:
    return catch_loader (camera, error);
  case HS_MODE_APP:
    return hs_enter_ask_firmware (camera, cancellable, error) &&
           hs_enter_await_loader (camera, cancellable, error) && catch_loader (camera, error);
  default:
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The camera on port %s runs the chip's own bootloader; its everyday bootloader "
                    "can't be reached from there"),
                 hs_camera_get_port (camera));
    return FALSE;
  }
}

static gboolean
make_sectors (HsCamera *camera,
              const HsPartition *partition,
              HsProgress *progress,
              GCancellable *cancellable,
              HsImxTalk *talk,
              HsSectors *sectors,
              GError **error)
{
  *talk = (HsImxTalk){ converse (camera, error), partition, LOWEST_WRITE };
  hs_imx_sectors_init (sectors, talk, camera, progress, cancellable);
  return talk->mboot != NULL;
}

static gboolean
imx_write (HsCamera *camera,
           const HsPartition *partition,
           HsSource *image,
           const HsWriteOptions *options,
           HsWriteResult *result,
           HsProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  HsImxTalk talk;
  HsSectors sectors;

  memset (result, 0, sizeof *result);
  return hs_sectors_may_write (partition, hs_source_get_size (image), error) &&
         imx_check (camera, error) &&
         make_sectors (camera, partition, progress, cancellable, &talk, &sectors, error) &&
         hs_sectors_write (&sectors, image, options, result, error);
}

static gboolean
imx_compare (HsCamera *camera,
             const HsPartition *partition,
             HsSource *image,
             HsWriteResult *result,
             HsProgress *progress,
             GCancellable *cancellable,
             GError **error)
{
  HsImxTalk talk;
  HsSectors sectors;

  memset (result, 0, sizeof *result);
  return make_sectors (camera, partition, progress, cancellable, &talk, &sectors, error) &&
         hs_sectors_compare (&sectors, image, result, error);
}

static gboolean
imx_read (HsCamera *camera,
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
  HsImxTalk talk;
  HsSectors sectors;

  return make_sectors (camera, partition, progress, cancellable, &talk, &sectors, error) &&
         hs_sectors_read (&sectors, offset, length, sink, user_data, activity, error);
}

/* The sector with the boot sector of the drive: the firmware formats it anew when it starts. */
static gboolean
imx_erase (HsCamera *camera,
           const HsPartition *partition,
           HsProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  HsImxTalk talk;
  HsSectors sectors;

  if (!hs_sectors_may_format (partition, error) || !imx_check (camera, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !make_sectors (camera, partition, progress, cancellable, &talk, &sectors, error))
    return FALSE;

  return hs_imx_format (&sectors, error);
}

/* The chip starts anew: once more through its bootloader, then into the firmware. One whose start
 * was not seen is sent nothing; it leaves by itself if it is the resident one. */
static gboolean
imx_leave (HsCamera *camera, HsProgress *progress, GCancellable *cancellable, GError **error)
{
  HsMboot *mboot = converse (camera, NULL);

  hs_progress_report (progress, HS_ACTIVITY_LEAVING, HS_ROLE_NONE, 0, 0);
  if (mboot != NULL &&
      (!hs_mboot_reset (mboot, error) || !hs_camera_await_gone (camera, RESET_MS, NULL, error)))
    return FALSE;
  return hs_camera_await_mode (camera, HS_MODE_APP, COME_BACK_MS, cancellable, error);
}

const HsMethod hs_method_imx = {
  .id = "imx",
  .flags = HS_METHOD_WATCHED,
  .enter = imx_enter,
  .check = imx_check,
  .write = imx_write,
  .compare = imx_compare,
  .read = imx_read,
  .erase = imx_erase,
  .leave = imx_leave,
  .describe = hs_imx_describe,
};
