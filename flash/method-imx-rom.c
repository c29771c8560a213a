/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/imx-rom.h"
#include "flash/method-imx-private.h"

#include "flash/error.h"
#include "flash/protocol/sdp.h"
#include "flash/vectors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The i.MX RT's bootloader in ROM, for recovery: it is there when nothing else is, started by a
 * jumper, and it knows RAM only. NXP's flashloader is put there and started; that one writes the
 * flash, also what stands below the firmware. It shows the id of the resident bootloader, so that
 * only the way there tells the two apart. */

#define LOADER_ADDRESS 0x20001C00u
#define LARGEST_LOADER (256u * 1024)
#define LOWEST_WRITE   0x60000000u

#define CONFIG_AT     0x2000u     /* RAM for one word of configuration */
#define CONFIG_FLASH  0xC0000008u /* find out about the flash on FlexSPI */
#define CONFIG_WRITE  0xF000000Fu /* write the flash configuration block */
#define CONFIG_SIZE   4096u       /* its sector */
#define CONFIG_TAG    "FCFB"
#define CONFIG_LENGTH 512u

#define LOADER_KEY     "hs-imx-rom-loader"
#define CONFIGURED_KEY "hs-imx-rom-configured"

G_STATIC_ASSERT (HS_IMX_ROM_FUSE_WORD == HS_MBOOT_BOOT_FUSE_WORD);
G_STATIC_ASSERT (HS_IMX_ROM_FUSE_VALUE == HS_MBOOT_BOOT_FUSE_VALUE);

/* Milliseconds of the camera's time. */
enum {
  LEAVE_MS = 5000,     /* from the jump until the ROM has left the bus */
  START_MS = 30000,    /* until the loader is there */
  RESET_MS = 2000,     /* from the order to restart until it has left the bus */
  COME_BACK_MS = 12000 /* until the firmware is there; its bootloader's window is first */
};

/* Whose names are so alike that people mix them up. */
gboolean
hs_imx_rom_check_loader (GBytes *file, GError **error)
{
  gsize size = 0;
  const guint8 *data = file != NULL ? g_bytes_get_data (file, &size) : NULL;
  guint32 address = 0;

  if (!hs_vectors_read_imxrt (data, size, &address) || size > LARGEST_LOADER) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_BAD_FILE,
                         _ ("This file is no program for the i.MX RT: it does not begin with an "
                            "image vector table."));
    return FALSE;
  }
  if (address < LOWEST_WRITE)
    return TRUE;
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_BAD_FILE,
                       _ ("This file is a program for the flash of an i.MX RT, perhaps its second "
                          "bootloader; the loader for its RAM is needed."));
  return FALSE;
}

void
hs_imx_rom_set_loader (HsCamera *camera, GBytes *loader)
{
  g_return_if_fail (HS_IS_CAMERA (camera));

  g_object_set_data_full (G_OBJECT (camera),
                          LOADER_KEY,
                          loader != NULL ? g_bytes_ref (loader) : NULL,
                          (GDestroyNotify) g_bytes_unref);
}

/* --- which enumeration is the loader that was put into RAM: noted on the bus, as a later job goes
 *     on with it --- */

static char *
make_mark (const char *port)
{
  return g_strconcat ("hs-imx-rom-loader-at-", port, NULL);
}

static void
mark_ram_loader (HsCamera *camera)
{
  g_autofree char *mark = make_mark (hs_camera_get_port (camera));
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (camera);

  g_object_set_data_full (G_OBJECT (hs_bus_get_root (hs_camera_get_bus (camera))),
                          mark,
                          g_strdup_printf ("%" G_GUINT64_FORMAT, info->instance),
                          g_free);
}

static gpointer
dup_text (gpointer text, gpointer user_data)
{
  return g_strdup (text);
}

gboolean
hs_imx_rom_is_ram_loader (HsBus *bus, HsUsbInfo *info)
{
  g_autofree char *mark = NULL;
  g_autofree char *marked = NULL;
  g_autofree char *shown = NULL;

  g_return_val_if_fail (HS_IS_BUS (bus) && info != NULL, FALSE);

  mark = make_mark (info->port);
  marked = g_object_dup_data (G_OBJECT (hs_bus_get_root (bus)), mark, dup_text, NULL);
  shown = g_strdup_printf ("%" G_GUINT64_FORMAT, info->instance);
  return g_strcmp0 (marked, shown) == 0;
}

/* --- conversations --- */

static gboolean
fail_jumper (HsCamera *camera, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_MISSED,
               /* Translators: a port, and what has to be connected: "SBL and 3.3V" */
               _ ("The camera on port %s is not in the chip's own bootloader. Unplug it, connect "
                  "%s, and plug it in again."),
               hs_camera_get_port (camera),
               _ (hs_camera_get_board (camera)->pads));
  return FALSE;
}

static gboolean
fail_closed (HsCamera *camera, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_PROTECTED,
               _ ("The chip of the camera on port %s is closed: it takes only programs that its "
                  "owner signed. Hotshoe can't bring it back."),
               hs_camera_get_port (camera));
  return FALSE;
}

/* (transfer none): with the ROM, begun if need be */
static HsSdp *
converse_rom (HsCamera *camera, GError **error)
{
  gpointer begun = hs_camera_get_conversation (camera);
  g_autoptr (HsUsbInfo) info = NULL;
  HsSdp *sdp;

  if (begun != NULL && HS_IS_SDP (begun))
    return begun;
  if (hs_camera_open (camera, HS_OPEN_USB, error) == NULL)
    return NULL;
  info = hs_camera_dup_info (camera);
  sdp = hs_sdp_new (hs_camera_get_transport (camera), info, error);
  if (sdp == NULL) {
    hs_camera_close (camera);
    return NULL;
  }
  hs_camera_take_conversation (camera, sdp);
  return sdp;
}

static gboolean
check_rom (HsCamera *camera, GError **error)
{
  HsSdp *sdp = converse_rom (camera, error);
  HsSdpSecurity security = HS_SDP_CLOSED;

  return sdp != NULL && hs_sdp_get_status (sdp, &security, NULL, error) &&
         (security == HS_SDP_OPEN || fail_closed (camera, error));
}

static gboolean
configure (HsMboot *mboot, guint32 word, GError **error)
{
  return hs_mboot_fill (mboot, CONFIG_AT, 4, word, error) &&
         hs_mboot_configure (mboot, HS_MBOOT_MEMORY_FLEXSPI_NOR, CONFIG_AT, error);
}

static gboolean
begin_with_loader (HsCamera *camera, HsMboot *mboot, GError **error)
{
  if (g_object_get_data (G_OBJECT (mboot), CONFIGURED_KEY) != NULL)
    return TRUE;
  if (!hs_imx_check_version (camera, mboot, error) || !configure (mboot, CONFIG_FLASH, error))
    return FALSE;
  g_object_set_data (G_OBJECT (mboot), CONFIGURED_KEY, mboot);
  return TRUE;
}

/* (transfer none): with the loader in RAM, its flash configured */
static HsMboot *
converse (HsCamera *camera, GError **error)
{
  gpointer begun = hs_camera_get_conversation (camera);
  g_autoptr (HsUsbInfo) info = hs_camera_dup_info (camera);
  HsMboot *mboot;

  if (hs_camera_get_mode (camera) != HS_MODE_DFU || !hs_camera_is_attached (camera) ||
      !hs_imx_rom_is_ram_loader (hs_camera_get_bus (camera), info)) {
    fail_jumper (camera, error);
    return NULL;
  }
  if (begun != NULL && HS_IS_MBOOT (begun))
    return begin_with_loader (camera, begun, error) ? begun : NULL;

  if (hs_camera_open (camera, HS_OPEN_USB, error) == NULL)
    return NULL;
  mboot = hs_mboot_new (hs_camera_get_transport (camera), info, error);
  if (mboot == NULL) {
    hs_camera_close (camera);
    return NULL;
  }
  hs_camera_take_conversation (camera, mboot);
  return begin_with_loader (camera, mboot, error) ? mboot : NULL;
}

/* --- from the ROM into the loader --- */

static gboolean
fail_not_started (HsCamera *camera, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_MISSED,
               _ ("The loader that was put into the RAM of the camera on port %s did not start. "
                  "Is its file complete, and that of this chip? Unplug the camera and plug it in "
                  "again, with the jumper in place."),
               hs_camera_get_port (camera));
  return FALSE;
}

static gboolean
await_loader (HsCamera *camera, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!hs_camera_await_gone (camera, LEAVE_MS, cancellable, &local) ||
      !hs_camera_await_mode (camera, HS_MODE_UNKNOWN, START_MS, cancellable, &local)) {
    if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY))
      return fail_not_started (camera, error);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (hs_camera_get_mode (camera) != HS_MODE_DFU)
    return fail_not_started (camera, error);
  mark_ram_loader (camera);
  return TRUE;
}

static gboolean
start_loader (HsCamera *camera, GCancellable *cancellable, GError **error)
{
  GBytes *loader = g_object_get_data (G_OBJECT (camera), LOADER_KEY);
  gsize size;
  const guint8 *data;
  HsSdp *sdp;

  if (loader == NULL) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_BAD_FILE,
                         _ ("NXP’s loader for the RAM of this chip (sdphost_flash_loader.bin) is "
                            "needed and was not given."));
    return FALSE;
  }
  if (!hs_imx_rom_check_loader (loader, error) || !check_rom (camera, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  data = g_bytes_get_data (loader, &size);
  sdp = hs_camera_get_conversation (camera);
  return hs_sdp_write_file (sdp, LOADER_ADDRESS, data, size, error) &&
         hs_sdp_jump (sdp, LOADER_ADDRESS, error) && await_loader (camera, cancellable, error);
}

static gboolean
rom_enter (HsCamera *camera,
           gboolean replug,
           HsProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  if (replug) {
    hs_progress_report (progress, HS_ACTIVITY_WAITING, HS_ROLE_NONE, 0, 0);
    if (!hs_camera_await_mode (camera, HS_MODE_ROM, 0, cancellable, error))
      return FALSE;
  }
  hs_progress_report (progress, HS_ACTIVITY_ENTERING, HS_ROLE_NONE, 0, 0);
  if (hs_camera_get_mode (camera) == HS_MODE_ROM && !start_loader (camera, cancellable, error))
    return FALSE;
  return converse (camera, error) != NULL;
}

static gboolean
rom_check (HsCamera *camera, GError **error)
{
  HsMboot *mboot;

  if (hs_camera_get_mode (camera) == HS_MODE_ROM)
    return check_rom (camera, error);
  mboot = converse (camera, error);
  return mboot != NULL && hs_imx_check_version (camera, mboot, error);
}

/* --- flash --- */

/* How this method sees a partition: in recovery the bootloader may be written, too. The flash
 * configuration is the loader's to write: hs_imx_rom_make_config(). */
static HsPartition
lift (const HsPartition *partition)
{
  HsPartition lifted = *partition;

  if (partition->role == HS_ROLE_BOOTLOADER) {
    lifted.flags &= ~HS_PARTITION_NEVER;
    lifted.flags |= HS_PARTITION_WRITABLE;
  }
  return lifted;
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

/* A bootloader that the ROM would not start is not written. */
static gboolean
check_bootloader (const HsPartition *partition, HsSource *image, GError **error)
{
  guint8 start[64] = { 0 };
  gsize n = MIN (sizeof start, hs_source_get_size (image));
  guint32 address = 0;

  if (partition->role != HS_ROLE_BOOTLOADER)
    return TRUE;
  if (!hs_source_read (image, 0, start, n, error))
    return FALSE;
  if (hs_vectors_read_imxrt (start, n, &address) && address == partition->start)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_BAD_FILE,
               _ ("This file is no bootloader that would start from %s. Nothing was written."),
               partition->name);
  return FALSE;
}

static gboolean
rom_write (HsCamera *camera,
           const HsPartition *partition,
           HsSource *image,
           const HsWriteOptions *options,
           HsWriteResult *result,
           HsProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  HsPartition lifted = lift (partition);
  HsImxTalk talk;
  HsSectors sectors;

  memset (result, 0, sizeof *result);
  return hs_sectors_may_write (&lifted, hs_source_get_size (image), error) &&
         check_bootloader (partition, image, error) && rom_check (camera, error) &&
         make_sectors (camera, &lifted, progress, cancellable, &talk, &sectors, error) &&
         hs_sectors_write (&sectors, image, options, result, error);
}

static gboolean
rom_compare (HsCamera *camera,
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
rom_read (HsCamera *camera,
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

static gboolean
rom_erase (HsCamera *camera,
           const HsPartition *partition,
           HsProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  HsImxTalk talk;
  HsSectors sectors;

  return hs_sectors_may_format (partition, error) && rom_check (camera, error) &&
         !g_cancellable_set_error_if_cancelled (cancellable, error) &&
         make_sectors (camera, partition, progress, cancellable, &talk, &sectors, error) &&
         hs_imx_format (&sectors, error);
}

/* The chip starts anew; with the jumper still set it comes back here. */
static gboolean
rom_leave (HsCamera *camera, HsProgress *progress, GCancellable *cancellable, GError **error)
{
  HsMboot *mboot = converse (camera, NULL);

  hs_progress_report (progress, HS_ACTIVITY_LEAVING, HS_ROLE_NONE, 0, 0);
  if (mboot != NULL &&
      (!hs_mboot_reset (mboot, error) || !hs_camera_await_gone (camera, RESET_MS, NULL, error) ||
       !hs_camera_await_mode (camera, HS_MODE_UNKNOWN, COME_BACK_MS, cancellable, error)))
    return FALSE;
  if (hs_camera_get_mode (camera) != HS_MODE_ROM)
    return hs_camera_await_mode (camera, HS_MODE_APP, COME_BACK_MS, cancellable, error);

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_UNSUPPORTED,
               _ ("Unplug the camera on port %s, remove the jumper, and plug it in again"),
               hs_camera_get_port (camera));
  return FALSE;
}

/* --- configuration block and fuse --- */

static gboolean
take_start (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, length);
  return TRUE;
}

static gboolean
check_config (HsCamera *camera,
              const HsPartition *partition,
              HsProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (GByteArray) found = g_byte_array_new ();

  if (!rom_read (camera,
                 partition,
                 0,
                 CONFIG_LENGTH,
                 take_start,
                 found,
                 HS_ACTIVITY_VERIFYING,
                 progress,
                 cancellable,
                 error))
    return FALSE;
  if (memcmp (found->data, CONFIG_TAG, strlen (CONFIG_TAG)) == 0)
    return TRUE;
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_VERIFY,
                       _ ("The flash configuration block was written and is not there."));
  return FALSE;
}

gboolean
hs_imx_rom_make_config (HsCamera *camera,
                        HsProgress *progress,
                        GCancellable *cancellable,
                        GError **error)
{
  const HsPartition *partition;
  HsMboot *mboot;

  g_return_val_if_fail (HS_IS_CAMERA (camera), FALSE);

  partition = hs_board_find (hs_camera_get_board (camera), HS_ROLE_CONFIG);
  g_return_val_if_fail (partition != NULL, FALSE);

  mboot = converse (camera, error);
  if (mboot == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  hs_progress_report (progress, HS_ACTIVITY_WRITING, partition->role, 0, 0);
  return hs_mboot_erase (mboot, partition->start, CONFIG_SIZE, NULL, error) &&
         configure (mboot, CONFIG_WRITE, error) &&
         check_config (camera, partition, progress, cancellable, error);
}

gboolean
hs_imx_rom_read_fuse (HsCamera *camera, guint32 *value, GError **error)
{
  HsMboot *mboot;

  g_return_val_if_fail (HS_IS_CAMERA (camera) && value != NULL, FALSE);

  mboot = converse (camera, error);
  return mboot != NULL && hs_mboot_read_fuse (mboot, HS_IMX_ROM_FUSE_WORD, value, error);
}

/* A word that has other bits set already is not what any source describes. */
static gboolean
may_burn (HsCamera *camera, guint32 value, GError **error)
{
  if (value == 0)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("Other fuses of the camera on port %s are burnt already (word %u reads 0x%08X). "
                  "The boot fuse is left as it is."),
               hs_camera_get_port (camera),
               HS_IMX_ROM_FUSE_WORD,
               value);
  return FALSE;
}

gboolean
hs_imx_rom_burn_fuse (HsCamera *camera, guint32 *value, GError **error)
{
  HsMboot *mboot;

  g_return_val_if_fail (HS_IS_CAMERA (camera) && value != NULL, FALSE);

  mboot = converse (camera, error);
  if (mboot == NULL || !hs_mboot_read_fuse (mboot, HS_IMX_ROM_FUSE_WORD, value, error))
    return FALSE;
  if ((*value & HS_IMX_ROM_FUSE_VALUE) != 0)
    return TRUE;

  if (!may_burn (camera, *value, error) ||
      !hs_mboot_burn_fuse (mboot, HS_IMX_ROM_FUSE_WORD, HS_IMX_ROM_FUSE_VALUE, error) ||
      !hs_mboot_read_fuse (mboot, HS_IMX_ROM_FUSE_WORD, value, error))
    return FALSE;
  if (*value == HS_IMX_ROM_FUSE_VALUE)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_VERIFY,
               _ ("The boot fuse was burnt, and its word reads 0x%08X instead of 0x%08X."),
               *value,
               HS_IMX_ROM_FUSE_VALUE);
  return FALSE;
}

const HsMethod hs_method_imx_rom = {
  .id = "imx-rom",
  .flags = HS_METHOD_HOLDS,
  .enter = rom_enter,
  .check = rom_check,
  .write = rom_write,
  .compare = rom_compare,
  .read = rom_read,
  .erase = rom_erase,
  .leave = rom_leave,
  .describe = hs_imx_describe,
};
