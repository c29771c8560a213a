/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/enter.h"
#include "flash/error.h"
#include "flash/method.h"
#include "flash/protocol/picoboot.h"
#include "flash/sectors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The ROM of the RP2040 over PICOBOOT. It shows one serial for all chips and tells nothing about
 * the board: both are known from the application, or not at all. */

/* Milliseconds of the camera's time. */
enum {
  REBOOT_DELAY_MS = 500, /* what picotool asks for */
  DEPART_MS = 3000,      /* from the order to restart until the ROM has left the bus */
  COME_BACK_MS = 10000,  /* until the application has enumerated */
};

#define ERASE_AT_MOST (64 * 1024) /* bytes in one request: 0.8 s by the flash's typical time */
#define BLOCK         (32 * 1024) /* the same: 0.1 s, of writing as of reading */

/* The conversation with the ROM, begun if need be; (transfer none). */
static HsPicoboot *
converse (HsCamera *camera, GError **error)
{
  HsPicoboot *picoboot = hs_camera_get_conversation (camera);
  g_autoptr (HsUsbInfo) info = NULL;

  if (picoboot != NULL)
    return picoboot;

  if (!hs_enter_check_mode (camera, HS_MODE_DFU, error))
    return NULL;

  /* Claiming another interface would take the drive away from the system. */
  info = hs_camera_dup_info (camera);
  if (!hs_usb_info_has_picoboot (info)) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The bootloader on port %s shows only a drive"),
                 hs_camera_get_port (camera));
    return NULL;
  }
  if (hs_camera_open (camera, HS_OPEN_USB, error) == NULL)
    return NULL;
  picoboot = hs_picoboot_new (hs_camera_get_transport (camera), info, error);
  if (picoboot == NULL) {
    hs_camera_close (camera);
    return NULL;
  }
  hs_camera_take_conversation (camera, picoboot);
  return picoboot;
}

/* All that can be asked: whether it answers PICOBOOT commands. */
static gboolean
picoboot_check (HsCamera *camera, GError **error)
{
  HsPicoboot *picoboot = converse (camera, error);

  return picoboot != NULL && hs_picoboot_prepare (picoboot, error);
}

static gboolean
picoboot_enter (HsCamera *camera,
                gboolean replug,
                HsProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  if (replug)
    return hs_enter_await_hand (camera, FALSE, progress, cancellable, error) &&
           picoboot_check (camera, error);

  hs_progress_report (progress, HS_ACTIVITY_ENTERING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_DFU)
    return picoboot_check (camera, error);
  return hs_enter_ask_firmware (camera, cancellable, error) &&
         hs_enter_await_loader (camera, cancellable, error) && picoboot_check (camera, error);
}

/* --- what hs_sectors_* asks of one partition --- */

typedef struct {
  HsPicoboot *picoboot;
  guint32 start; /* address of the partition */
} Talk;

static gboolean
read_bytes (gpointer talk, guint64 offset, guint8 *data, gsize length, GError **error)
{
  Talk *self = talk;

  return hs_picoboot_read (self->picoboot, self->start + offset, data, length, error);
}

static gboolean
begin (gpointer talk, GError **error)
{
  return hs_picoboot_prepare (((Talk *) talk)->picoboot, error);
}

static gboolean
erase_units (gpointer talk, guint64 offset, guint64 length, guint64 *took_us, GError **error)
{
  Talk *self = talk;

  return hs_picoboot_erase (self->picoboot, self->start + offset, length, took_us, error);
}

static gboolean
write_bytes (gpointer talk,
             guint64 offset,
             const guint8 *data,
             gsize length,
             guint64 *took_us,
             GError **error)
{
  Talk *self = talk;

  return hs_picoboot_write (self->picoboot, self->start + offset, data, length, took_us, error);
}

static const HsSectorOps ops = {
  .block_size = BLOCK,
  .align = HS_PICOBOOT_SECTOR,
  .pad_to = HS_PICOBOOT_PAGE,
  .erase_at_most = ERASE_AT_MOST,
  .read = read_bytes,
  .begin = begin,
  .erase = erase_units,
  .write = write_bytes,
};

static HsSectors
make_sectors (HsCamera *camera,
              Talk *talk,
              const HsPartition *partition,
              HsProgress *progress,
              GCancellable *cancellable)
{
  return (HsSectors){
    .ops = &ops,
    .talk = talk,
    .board = hs_camera_get_board (camera),
    .partition = partition,
    .can_read = TRUE,
    .progress = progress,
    .cancellable = cancellable,
  };
}

static gboolean
picoboot_write (HsCamera *camera,
                const HsPartition *partition,
                HsSource *image,
                const HsWriteOptions *options,
                HsWriteResult *result,
                HsProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  Talk talk = { NULL, partition->start };
  HsSectors sectors = make_sectors (camera, &talk, partition, progress, cancellable);

  memset (result, 0, sizeof *result);
  if (!hs_sectors_may_write (partition, hs_source_get_size (image), error) ||
      !picoboot_check (camera, error))
    return FALSE;
  talk.picoboot = converse (camera, error);
  return hs_sectors_write (&sectors, image, options, result, error);
}

static gboolean
picoboot_compare (HsCamera *camera,
                  const HsPartition *partition,
                  HsSource *image,
                  HsWriteResult *result,
                  HsProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  Talk talk = { converse (camera, error), partition->start };
  HsSectors sectors = make_sectors (camera, &talk, partition, progress, cancellable);

  memset (result, 0, sizeof *result);
  return talk.picoboot != NULL && hs_sectors_compare (&sectors, image, result, error);
}

static gboolean
picoboot_read (HsCamera *camera,
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
  Talk talk = { converse (camera, error), partition->start };
  HsSectors sectors = make_sectors (camera, &talk, partition, progress, cancellable);

  return talk.picoboot != NULL &&
         hs_sectors_read (&sectors, offset, length, sink, user_data, activity, error);
}

/* A sector of zeros where the filesystem begins, as OpenMV IDE does it: the firmware formats it
 * anew when it starts. */
static gboolean
picoboot_erase (HsCamera *camera,
                const HsPartition *partition,
                HsProgress *progress,
                GCancellable *cancellable,
                GError **error)
{
  g_autofree guint8 *zeros = NULL;
  HsPicoboot *picoboot;

  if (!hs_sectors_may_format (partition, error) || !picoboot_check (camera, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  picoboot = converse (camera, error);
  hs_progress_report (progress, HS_ACTIVITY_ERASING, partition->role, 0, 0);
  zeros = g_malloc0 (HS_PICOBOOT_SECTOR);
  if (!hs_picoboot_erase (picoboot, partition->start, HS_PICOBOOT_SECTOR, NULL, error) ||
      !hs_picoboot_write (picoboot, partition->start, zeros, HS_PICOBOOT_SECTOR, NULL, error)) {
    g_prefix_error (error, "Erasing %s: ", partition->name);
    return FALSE;
  }
  return TRUE;
}

/* Nothing is sent between the order and the disappearance; that wait can't be cancelled. */
static gboolean
picoboot_leave (HsCamera *camera, HsProgress *progress, GCancellable *cancellable, GError **error)
{
  HsPicoboot *picoboot;

  hs_progress_report (progress, HS_ACTIVITY_LEAVING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_DFU) {
    picoboot = converse (camera, error);
    if (picoboot == NULL || !hs_picoboot_reboot (picoboot, REBOOT_DELAY_MS, error) ||
        !hs_camera_await_gone (camera, DEPART_MS, NULL, error))
      return FALSE;
  }
  return hs_camera_await_mode (camera, HS_MODE_APP, COME_BACK_MS, cancellable, error);
}

/* The serial identifies nothing, so that picotool is not asked for one. */
static char *
picoboot_describe (const HsBoard *board,
                   const HsPartition *partition,
                   const char *serial,
                   const char *file)
{
  g_autofree char *quoted = g_shell_quote (file);

  return g_strdup_printf (
      "picotool load -v -x -o 0x%08" G_GINT64_MODIFIER "x -t bin %s", partition->start, quoted);
}

const HsMethod hs_method_picoboot = {
  .id = "picoboot",
  .flags = HS_METHOD_HOLDS | HS_METHOD_DRIVE,
  .enter = picoboot_enter,
  .check = picoboot_check,
  .write = picoboot_write,
  .compare = picoboot_compare,
  .read = picoboot_read,
  .erase = picoboot_erase,
  .leave = picoboot_leave,
  .describe = picoboot_describe,
};
