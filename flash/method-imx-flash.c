/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-imx-private.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* Flash of the i.MX RT through a bootloader that speaks mboot: the resident one and the loader in
 * RAM do the same with it. */

#define LOADER_VERSION 0x4B020800u /* K2.8.0 */

#define BLOCK         16384u
#define READ_AT_MOST  8192u /* by one command: longer data phases were seen to break */
#define SECTOR        4096u
#define PAGE          256u /* of the NOR flash; what one program command takes */
#define ERASE_AT_MOST 65536u
#define ERASE_FAT     4096u

gboolean
hs_imx_check_version (HsCamera *camera, HsMboot *mboot, GError **error)
{
  guint32 version = 0;

  if (!hs_mboot_get_property (mboot, HS_MBOOT_PROPERTY_VERSION, &version, error))
    return FALSE;
  if (version == LOADER_VERSION)
    return TRUE;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("The bootloader of a %s has version 0x%08X; this one says 0x%08X"),
               hs_camera_get_board (camera)->id,
               LOADER_VERSION,
               version);
  return FALSE;
}

/* --- what hs_sectors_* asks of one partition --- */

static gboolean
may_touch (const HsImxTalk *self, guint64 offset, guint64 length, GError **error)
{
  guint64 address = self->partition->start + offset;

  if (address >= self->lowest && offset <= self->partition->size &&
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
  const HsImxTalk *self = talk;

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
  const HsImxTalk *self = talk;

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
  const HsImxTalk *self = talk;

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

/* @talk stays borrowed. */
void
hs_imx_sectors_init (HsSectors *self,
                     HsImxTalk *talk,
                     HsCamera *camera,
                     HsProgress *progress,
                     GCancellable *cancellable)
{
  *self = (HsSectors){
    .ops = &sector_ops,
    .talk = talk,
    .board = hs_camera_get_board (camera),
    .partition = talk->partition,
    .can_read = TRUE,
    .progress = progress,
    .cancellable = cancellable,
  };
}

/* The sector with the boot sector of the drive: the firmware formats it anew when it starts. */
gboolean
hs_imx_format (const HsSectors *self, GError **error)
{
  hs_progress_report (self->progress, HS_ACTIVITY_ERASING, self->partition->role, 0, 0);
  return erase_region (self->talk, 0, ERASE_FAT, NULL, error);
}

char *
hs_imx_describe (const HsBoard *board,
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
