/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/enter.h"
#include "flash/error.h"
#include "flash/protocol/mboot.h"
#include "flash/sectors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The resident second bootloader of the i.MX RT: mboot over HID. It starts the firmware after about
 * a second without a command, at every start of the chip. The flashloader that recovery puts into
 * RAM shows the same USB id and the same version; which of them it is, only the way there tells:
 * nothing is sent to one whose start was not seen. */

#define SBL_VERSION 0x4B020800u /* K2.8.0 */

/* What stands below belongs to the chip's ROM and to this bootloader itself. */
#define LOWEST_WRITE 0x60040000u

#define BLOCK         16384u
#define READ_AT_MOST  8192u /* by one command: longer data phases were seen to break */
#define SECTOR        4096u
#define PAGE          256u /* of the NOR flash; what one program command takes */
#define ERASE_AT_MOST 65536u
#define ERASE_FAT     4096u

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
check_version (HsCamera *camera, HsMboot *mboot, GError **error)
{
  guint32 version = 0;

  if (!hs_mboot_get_property (mboot, HS_MBOOT_PROPERTY_VERSION, &version, error))
    return FALSE;
  if (version == SBL_VERSION)
    return TRUE;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("The bootloader of a %s has version 0x%08X; this one says 0x%08X"),
               hs_camera_get_board (camera)->id,
               SBL_VERSION,
               version);
  return FALSE;
}

static gboolean
imx_check (HsCamera *camera, GError **error)
{
  HsMboot *mboot = converse (camera, error);

  return mboot != NULL && check_version (camera, mboot, error);
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

/* --- what hs_sectors_* asks of one partition --- */

typedef struct {
  HsMboot *mboot; /* borrowed */
  const HsPartition *partition;
} Talk;

static gboolean
may_touch (const Talk *self, guint64 offset, guint64 length, GError **error)
{
  guint64 address = self->partition->start + offset;

  if (address >= LOWEST_WRITE && offset <= self->partition->size &&
      length <= self->partition->size - offset)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FORBIDDEN,
               _ ("The partition %s is never written here"),
               self->partition->name);
  return FALSE;
}

static gboolean
read_block (gpointer talk, guint64 offset, guint8 *data, gsize length, GError **error)
{
  const Talk *self = talk;

  for (gsize at = 0; at < length; at += READ_AT_MOST)
    if (!hs_mboot_read (self->mboot,
                        self->partition->start + offset + at,
                        data + at,
                        MIN (READ_AT_MOST, length - at),
                        error))
      return FALSE;
  return TRUE;
}

static gboolean
erase_region (gpointer talk, guint64 offset, guint64 length, guint64 *took_us, GError **error)
{
  const Talk *self = talk;

  return may_touch (self, offset, length, error) &&
         hs_mboot_erase (self->mboot, self->partition->start + offset, length, took_us, error);
}

static gboolean
write_block (gpointer talk,
             guint64 offset,
             const guint8 *data,
             gsize length,
             guint64 *took_us,
             GError **error)
{
  const Talk *self = talk;

  return may_touch (self, offset, length, error) &&
         hs_mboot_write (
             self->mboot, self->partition->start + offset, data, length, took_us, error);
}

static const HsSectorOps sector_ops = {
  .block_size = BLOCK,
  .align = SECTOR,
  .pad_to = PAGE,
  .erase_at_most = ERASE_AT_MOST,
  .read = read_block,
  .erase = erase_region,
  .write = write_block,
};

static gboolean
make_sectors (HsCamera *camera,
              const HsPartition *partition,
              HsProgress *progress,
              GCancellable *cancellable,
              Talk *talk,
              HsSectors *sectors,
              GError **error)
{
  *talk = (Talk){ converse (camera, error), partition };
  *sectors = (HsSectors){
    .ops = &sector_ops,
    .talk = talk,
    .board = hs_camera_get_board (camera),
    .partition = partition,
    .can_read = TRUE,
    .progress = progress,
    .cancellable = cancellable,
  };
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
  Talk talk;
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
  Talk talk;
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
  Talk talk;
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
  Talk talk;
  HsSectors sectors;

  if (!hs_sectors_may_format (partition, error) || !imx_check (camera, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !make_sectors (camera, partition, progress, cancellable, &talk, &sectors, error))
    return FALSE;

  hs_progress_report (progress, HS_ACTIVITY_ERASING, partition->role, 0, 0);
  return erase_region (&talk, 0, ERASE_FAT, NULL, error);
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

static char *
imx_describe (const HsBoard *board,
              const HsPartition *partition,
              const char *serial,
              const char *file)
{
  g_autofree char *quoted = g_shell_quote (file);
  g_autofree char *command =
      g_strdup_printf ("blhost -u 0x%04X,0x%04X", board->dfu_ids[0].vid, board->dfu_ids[0].pid);
  guint32 start = partition->start;

  return g_strdup_printf (
      "%s -t 120000 -- flash-erase-region 0x%08X $(( ($(stat -c %%s %s) + 4095) "
      "/ 4096 * 4096 )) && %s -- write-memory 0x%08X %s",
      command,
      start,
      quoted,
      command,
      start,
      quoted);
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
  .describe = imx_describe,
};
