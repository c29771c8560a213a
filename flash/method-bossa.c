/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/enter.h"
#include "flash/error.h"
#include "flash/protocol/samba.h"
#include "flash/sectors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Arduino's bootloader of the Nano 33 BLE: SAM-BA over its serial port. It erases from an address
 * to the end and nothing less, so that the partition is one erase unit: what differs anywhere is
 * written anew as a whole. Below the partition stands Nordic's SoftDevice. */

#define LOWEST_ADDRESS 0x16000u
#define DEVICE         "nRF52840"

/* Milliseconds of the camera's time. */
enum {
  RESET_MS = 3000,      /* from the order to restart until it has left the bus */
  COME_BACK_MS = 10000, /* until the firmware has enumerated */
};

/* The port is open and its bootloader was asked who it is; (transfer none). */
static HsSamba *
begin (HsCamera *camera, GError **error)
{
  g_autoptr (HsSamba) samba = NULL;

  if (hs_camera_open (camera, HS_OPEN_SERIAL, error) == NULL)
    return NULL;
  samba = hs_samba_new (hs_camera_get_transport (camera));
  if (!hs_samba_connect (samba, error)) {
    hs_camera_close (camera);
    return NULL;
  }
  hs_camera_take_conversation (camera, g_object_ref (samba));
  return samba;
}

/* The conversation with the bootloader, begun if need be; (transfer none). */
static HsSamba *
converse (HsCamera *camera, GError **error)
{
  HsSamba *samba = hs_camera_get_conversation (camera);

  if (samba != NULL)
    return samba;
  return hs_enter_check_mode (camera, HS_MODE_DFU, error) ? begin (camera, error) : NULL;
}

static gboolean
check_device (HsCamera *camera, HsSamba *samba, GError **error)
{
  const char *device = hs_samba_get_device (samba);

  if (device != NULL && g_str_has_prefix (device, DEVICE))
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("The bootloader of a %s runs on an %s; this one says “%s”"),
               hs_camera_get_board (camera)->id,
               DEVICE,
               device != NULL ? device : "");
  return FALSE;
}

static gboolean
bossa_check (HsCamera *camera, GError **error)
{
  HsSamba *samba = hs_camera_get_conversation (camera);

  if (samba == NULL)
    samba = converse (camera, error); /* asks who it is */
  else if (!hs_samba_connect (samba, error))
    return FALSE;
  return samba != NULL && check_device (camera, samba, error);
}

/* An application of Arduino's may show the bootloader's USB id: only the answer decides. */
static gboolean
is_no_bootloader (const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
}

static gboolean
ask_firmware (HsCamera *camera, GCancellable *cancellable, GError **error)
{
  return hs_enter_ask_firmware (camera, cancellable, error) &&
         hs_enter_await_loader (camera, cancellable, error) && bossa_check (camera, error);
}

static gboolean
bossa_enter (HsCamera *camera,
             gboolean replug,
             HsProgress *progress,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (GError) local = NULL;

  if (replug)
    return hs_enter_await_hand (camera, FALSE, progress, cancellable, error) &&
           bossa_check (camera, error);

  hs_progress_report (progress, HS_ACTIVITY_ENTERING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_APP)
    return ask_firmware (camera, cancellable, error);
  if (bossa_check (camera, &local))
    return TRUE;
  if (is_no_bootloader (local)) {
    hs_camera_close (camera);
    return ask_firmware (camera, cancellable, error);
  }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* --- what hs_sectors_* asks of the one partition --- */

typedef struct {
  HsSamba *samba; /* borrowed */
  const HsPartition *partition;
} Talk;

static gboolean
may_touch (const Talk *self, guint64 offset, guint64 length, GError **error)
{
  if (self->partition->start >= LOWEST_ADDRESS && offset <= self->partition->size &&
      length <= self->partition->size - offset)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FORBIDDEN,
               _ ("The partition %s is never written here"),
               self->partition->name);
  return FALSE;
}

/* Held against the bootloader's own checksum: a byte more or less on the serial line, or an address
 * that is counted otherwise, must not pass for contents. */
static gboolean
read_block (gpointer talk, guint64 offset, guint8 *data, gsize length, GError **error)
{
  const Talk *self = talk;
  guint32 address = self->partition->start + offset;
  guint16 crc;

  if (!hs_samba_read (self->samba, address, data, length, error) ||
      !hs_samba_checksum (self->samba, address, length, &crc, error))
    return FALSE;
  if (crc == hs_samba_crc16 (data, length))
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_PROTOCOL,
               "0x%08X reads with checksum %04X; the bootloader says %04X",
               address,
               hs_samba_crc16 (data, length),
               crc);
  return FALSE;
}

/* All of it, whatever is asked for: the engine knows one unit. */
static gboolean
erase_all (gpointer talk, guint64 offset, guint64 length, guint64 *took_us, GError **error)
{
  const Talk *self = talk;

  return may_touch (self, offset, length, error) &&
         hs_samba_erase (self->samba, self->partition->start, took_us, error);
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
         hs_samba_write (
             self->samba, self->partition->start + offset, data, length, took_us, error);
}

static const HsSectorOps sector_ops = {
  .block_size = HS_SAMBA_PAGE,
  .read = read_block,
  .erase = erase_all,
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
  return talk->samba != NULL;
}

static gboolean
bossa_write (HsCamera *camera,
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
         bossa_check (camera, error) &&
         make_sectors (camera, partition, progress, cancellable, &talk, &sectors, error) &&
         hs_sectors_write (&sectors, image, options, result, error);
}

static gboolean
bossa_compare (HsCamera *camera,
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
bossa_read (HsCamera *camera,
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

static gboolean
bossa_erase (HsCamera *camera,
             const HsPartition *partition,
             HsProgress *progress,
             GCancellable *cancellable,
             GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FORBIDDEN,
               _ ("The partition %s is no filesystem; it is not erased"),
               partition->name);
  return FALSE;
}

static gboolean
bossa_leave (HsCamera *camera, HsProgress *progress, GCancellable *cancellable, GError **error)
{
  HsSamba *samba;

  hs_progress_report (progress, HS_ACTIVITY_LEAVING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_DFU) {
    samba = converse (camera, error);
    if (samba == NULL || !hs_samba_reset (samba, error) ||
        !hs_camera_await_gone (camera, RESET_MS, NULL, error))
      return FALSE;
  }
  return hs_camera_await_mode (camera, HS_MODE_APP, COME_BACK_MS, cancellable, error);
}

/* The option takes what the bootloader counts, not the address in the chip. */
static char *
bossa_describe (const HsBoard *board,
                const HsPartition *partition,
                const char *serial,
                const char *file)
{
  g_autofree char *quoted = g_shell_quote (file);

  return g_strdup_printf ("bossac -e -w -v -R --offset=0x%X %s", (guint) partition->start, quoted);
}

const HsMethod hs_method_bossa = {
  .id = "bossa",
  .flags = HS_METHOD_HOLDS,
  .enter = bossa_enter,
  .check = bossa_check,
  .write = bossa_write,
  .compare = bossa_compare,
  .read = bossa_read,
  .erase = bossa_erase,
  .leave = bossa_leave,
  .describe = bossa_describe,
};
