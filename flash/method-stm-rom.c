/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-dfuse-private.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ST's bootloader in ROM (AN3156), for recovery: it is there when nothing else is, started by a
 * jumper. Every STM32 shows the same USB id, and the H7 one serial for all, so that only the port
 * tells whose it is. It writes the flash in the chip by absolute address, and is the one way to
 * write the bootloader. */

#define FLASH_ALTERNATE 0

/* Which family it is shows in the address of the option bytes (AN2606). */
static const struct {
  guint64 option_bytes;
  const char *family; /* the beginning of the chip's name */
} families[] = {
  { 0x1FFFC000, "STM32F4" },
  { 0x1FFF0000, "STM32F7" },
  { 0x5200201C, "STM32H7" },
};

/* (nullable): the beginning of the chip's name; sets @error if it is none or several */
static const char *
find_family (HsDfuse *dfuse, GError **error)
{
  const char *family = NULL;
  guint n_found = 0;
  g_autofree char *names = hs_dfuse_list_names (dfuse, error);

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < hs_dfuse_get_n_alternates (dfuse); i++) {
    g_autoptr (GArray) map = hs_dfuse_map_parse (hs_dfuse_get_name (dfuse, i, NULL), NULL);

    for (guint k = 0; map != NULL && k < G_N_ELEMENTS (families); k++)
      if (hs_dfuse_map_find_unit (map, families[k].option_bytes, NULL, NULL, NULL)) {
        family = families[k].family;
        n_found++;
      }
  }
  if (n_found == 1)
    return family;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("This bootloader does not say of which chip it is. Found: %s"),
               names);
  return NULL;
}

/* How this method sees a partition: in recovery the bootloader may be written, too, if it is
 * OpenMV's, and nothing that is beside the chip. FALSE: not by this way. */
static gboolean
lift (const HsPartition *partition, HsPartition *lifted, GError **error)
{
  *lifted = *partition;
  if (partition->flags & HS_PARTITION_EXTERNAL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The chip's own bootloader does not reach %s: it is in another chip"),
                 partition->name);
    return FALSE;
  }
  if (partition->role == HS_ROLE_BOOTLOADER && !(partition->flags & HS_PARTITION_FOREIGN)) {
    lifted->flags &= ~HS_PARTITION_NEVER;
    lifted->flags |= HS_PARTITION_WRITABLE;
  }
  return TRUE;
}

static gboolean
check_chip (HsDfuse *dfuse, const HsBoard *board, GError **error)
{
  const char *family = find_family (dfuse, error);

  if (family == NULL)
    return FALSE;
  if (g_str_has_prefix (board->mcu, family))
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_BOARD,
               /* Translators: board, its chip, chip family */
               _ ("This is another camera: %s has an %s, and this bootloader is that of an %s"),
               board->id,
               board->mcu,
               family);
  return FALSE;
}

static HsDfuse *
converse (HsCamera *camera, GError **error)
{
  HsDfuse *dfuse;

  if (hs_camera_get_board (camera) == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("Several models show the same bootloader. Say which one is on port %s"),
                 hs_camera_get_port (camera));
    return NULL;
  }
  dfuse = hs_dfuse_converse (camera, HS_MODE_ROM, error);
  return dfuse != NULL && check_chip (dfuse, hs_camera_get_board (camera), error) ? dfuse : NULL;
}

static gboolean
rom_check (HsCamera *camera, GError **error)
{
  const HsBoard *board = hs_camera_get_board (camera);
  HsDfuse *dfuse = converse (camera, error);

  for (guint i = 0; dfuse != NULL && i < board->n_partitions; i++) {
    HsDfuseTarget target = { .dfuse = dfuse, .alt = FLASH_ALTERNATE };

    if (lift (&board->partitions[i], &target.partition, NULL) &&
        !hs_dfuse_target_check (&target, board, error))
      return FALSE;
  }
  return dfuse != NULL;
}

static gboolean
open_target (HsCamera *camera, const HsPartition *partition, HsDfuseTarget *target, GError **error)
{
  HsPartition lifted;
  HsDfuse *dfuse;

  if (!lift (partition, &lifted, error))
    return FALSE;
  dfuse = converse (camera, error);
  return dfuse != NULL &&
         hs_dfuse_target_open (
             target, dfuse, hs_camera_get_board (camera), &lifted, FLASH_ALTERNATE, error);
}

/* Write-protected sectors take everything without an error and stay what they are: only reading
 * back proves a write. */
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
  HsDfuseTarget target;

  memset (result, 0, sizeof *result);
  return open_target (camera, partition, &target, error) &&
         hs_dfuse_target_write (
             &target, camera, image, options, result, progress, cancellable, error);
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
  HsDfuseTarget target;

  memset (result, 0, sizeof *result);
  return open_target (camera, partition, &target, error) &&
         hs_dfuse_target_compare (&target, camera, image, result, progress, cancellable, error);
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
rom_erase (HsCamera *camera,
           const HsPartition *partition,
           HsProgress *progress,
           GCancellable *cancellable,
           GError **error)
{
  HsDfuseTarget target;

  return open_target (camera, partition, &target, error) &&
         hs_dfuse_target_format (&target, progress, cancellable, error);
}

/* Only a jumper starts it. */
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
  } else if (hs_camera_get_mode (camera) != HS_MODE_ROM) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The camera on port %s starts the chip's own bootloader only with the boot "
                    "jumper set"),
                 hs_camera_get_port (camera));
    return FALSE;
  }
  return rom_check (camera, error);
}

/* The ROM of the H7 hangs with USB dark when it is told to leave, and with the jumper set the chip
 * would come back here. */
static gboolean
rom_leave (HsCamera *camera, HsProgress *progress, GCancellable *cancellable, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_UNSUPPORTED,
               _ ("Unplug the camera on port %s, remove the boot jumper, and plug it in again"),
               hs_camera_get_port (camera));
  return FALSE;
}

static char *
rom_describe (const HsBoard *board,
              const HsPartition *partition,
              const char *serial,
              const char *file)
{
  return hs_dfuse_describe (&board->rom_ids[0], partition, FLASH_ALTERNATE, FALSE, serial, file);
}

const HsMethod hs_method_stm_rom = {
  .id = "stm-rom",
  .flags = HS_METHOD_HOLDS,
  .enter = rom_enter,
  .check = rom_check,
  .write = rom_write,
  .compare = rom_compare,
  .read = rom_read,
  .erase = rom_erase,
  .leave = rom_leave,
  .describe = rom_describe,
};
