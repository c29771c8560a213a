/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-dfuse-private.h"

#include "flash/enter.h"
#include "flash/error.h"
#include "flash/sectors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FORMAT_BYTES 4096u /* zeros where a filesystem begins: the firmware formats it anew */

/* The conversation with the bootloader, begun if need be; (transfer none). */
HsDfuse *
hs_dfuse_converse (HsCamera *camera, HsMode mode, GError **error)
{
  HsDfuse *dfuse = hs_camera_get_conversation (camera);
  g_autoptr (HsUsbInfo) info = NULL;

  if (dfuse != NULL)
    return dfuse;

  if (!hs_enter_check_mode (camera, mode, error) ||
      hs_camera_open (camera, HS_OPEN_USB, error) == NULL)
    return NULL;
  info = hs_camera_dup_info (camera);
  dfuse = hs_dfuse_new (hs_camera_get_transport (camera), info, error);
  if (dfuse == NULL) {
    hs_camera_close (camera);
    return NULL;
  }
  hs_camera_take_conversation (camera, dfuse);
  return dfuse;
}

/* (transfer full) (nullable): the names of all alternates, for a message; %NULL on error */
char *
hs_dfuse_list_names (HsDfuse *dfuse, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < hs_dfuse_get_n_alternates (dfuse); i++) {
    const char *name = hs_dfuse_get_name (dfuse, i, error);

    if (name == NULL)
      return NULL;
    g_string_append_printf (names, "%s\"%s\"", names->len > 0 ? ", " : "", name);
  }
  return g_strdup (names->str);
}

/* (transfer full) (nullable): the memory of alternate @alt; %HS_FLASH_ERROR_SURPRISE if there is
 * none, or its name describes none */
GArray *
hs_dfuse_dup_map (HsDfuse *dfuse, guint8 alt, GError **error)
{
  for (guint i = 0; i < hs_dfuse_get_n_alternates (dfuse); i++) {
    g_autoptr (GError) local = NULL;
    const char *name;
    GArray *map;

    if (hs_dfuse_get_alternate (dfuse, i) != alt)
      continue;
    name = hs_dfuse_get_name (dfuse, i, error);
    map = name != NULL ? hs_dfuse_map_parse (name, &local) : NULL;
    if (local != NULL)
      g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE, local->message);
    return map;
  }

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("The bootloader has no alternate setting %u"),
               alt);
  return NULL;
}

static gboolean
covers (GArray *map, const HsPartition *partition)
{
  HsDfuseAccess access = HS_DFUSE_READABLE;
  guint64 at = partition->start;

  if (partition->flags & HS_PARTITION_WRITABLE)
    access |= HS_DFUSE_ERASABLE | HS_DFUSE_WRITABLE;
  for (guint i = 0; i < partition->n_erase; i++) {
    const HsEraseRun *run = &partition->erase[i];
    guint64 length = (guint64) run->size * run->count;

    if (!hs_dfuse_map_covers (map, at, length, run->size, access))
      return FALSE;
    at += length;
  }
  return partition->n_erase > 0 && at >= partition->start + partition->size;
}

/* Whether the bootloader says of itself that the partition's memory is there: all of it, in the
 * erase units of the board table, writable if it shall be written. */
gboolean
hs_dfuse_target_check (const HsDfuseTarget *self, const HsBoard *board, GError **error)
{
  g_autoptr (GArray) map = hs_dfuse_dup_map (self->dfuse, self->alt, error);
  g_autofree char *names = NULL;

  if (map == NULL)
    return FALSE;
  if (covers (map, &self->partition))
    return TRUE;

  names = hs_dfuse_list_names (self->dfuse, error);
  if (names == NULL)
    return FALSE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               /* Translators: board, partition, address, what the bootloader says */
               _ ("The bootloader describes other memory than a %s should have for %s at 0x%08X. "
                  "Found: %s"),
               board->id,
               self->partition.name,
               (guint) self->partition.start,
               names);
  return FALSE;
}

/**
 * hs_dfuse_target_open:
 * @self: (out)
 * @partition: as the method sees it
 * @alt: whose memory it is
 * @error: %HS_FLASH_ERROR_SURPRISE if the bootloader does not describe it; a #HsFlashError
 *
 * Selects it. Blocks.
 */
gboolean
hs_dfuse_target_open (HsDfuseTarget *self,
                      HsDfuse *dfuse,
                      const HsBoard *board,
                      const HsPartition *partition,
                      guint8 alt,
                      GError **error)
{
  *self = (HsDfuseTarget){ .dfuse = dfuse, .partition = *partition, .alt = alt };
  return hs_dfuse_target_check (self, board, error) && hs_dfuse_select (dfuse, alt, error);
}

/* --- what hs_sectors_* asks; talk is the #HsDfuseTarget --- */

static gboolean
read_block (gpointer talk, guint64 offset, guint8 *data, gsize length, GError **error)
{
  HsDfuseTarget *self = talk;
  guint16 block_size = hs_dfuse_get_block_size (self->dfuse);
  g_autofree guint8 *block = g_malloc (block_size);

  /* Whole blocks, so that the next one needs no new pointer. After an error it begins anew. */
  if (!hs_dfuse_select (self->dfuse, self->alt, error) ||
      !hs_dfuse_read_block (self->dfuse,
                            self->partition.start + offset,
                            block,
                            MIN (block_size, self->partition.size - offset),
                            error))
    return FALSE;
  memcpy (data, block, length);
  return TRUE;
}

static gboolean
begin (gpointer talk, GError **error)
{
  HsDfuseTarget *self = talk;

  return hs_dfuse_select (self->dfuse, self->alt, error);
}

static gboolean
erase_units (gpointer talk, guint64 offset, guint64 length, guint64 *took_us, GError **error)
{
  HsDfuseTarget *self = talk;

  *took_us = 0;
  for (guint64 at = offset; at < offset + length;) {
    guint64 unit, size, us;

    hs_partition_unit (&self->partition, hs_partition_unit_at (&self->partition, at), &unit, &size);
    if (!hs_dfuse_erase (self->dfuse, self->partition.start + unit, &us, error))
      return FALSE;
    *took_us += us;
    at = unit + size;
  }
  return TRUE;
}

static gboolean
write_block (gpointer talk,
             guint64 offset,
             const guint8 *data,
             gsize length,
             guint64 *took_us,
             GError **error)
{
  HsDfuseTarget *self = talk;

  return hs_dfuse_write_block (
      self->dfuse, self->partition.start + offset, data, length, took_us, error);
}

static HsSectorOps
make_ops (HsDfuseTarget *self)
{
  return (HsSectorOps){
    .block_size = hs_dfuse_get_block_size (self->dfuse),
    .read = read_block,
    .begin = begin,
    .erase = erase_units,
    .write = write_block,
  };
}

static HsSectors
make_sectors (HsDfuseTarget *self,
              HsCamera *camera,
              const HsSectorOps *ops,
              HsProgress *progress,
              GCancellable *cancellable)
{
  return (HsSectors){
    .ops = ops,
    .talk = self,
    .board = hs_camera_get_board (camera),
    .partition = &self->partition,
    .can_read = hs_dfuse_can_upload (self->dfuse),
    .progress = progress,
    .cancellable = cancellable,
  };
}

gboolean
hs_dfuse_target_write (HsDfuseTarget *self,
                       HsCamera *camera,
                       HsSource *image,
                       const HsWriteOptions *options,
                       HsWriteResult *result,
                       HsProgress *progress,
                       GCancellable *cancellable,
                       GError **error)
{
  HsSectorOps ops = make_ops (self);
  HsSectors sectors = make_sectors (self, camera, &ops, progress, cancellable);

  return hs_sectors_write (&sectors, image, options, result, error);
}

gboolean
hs_dfuse_target_compare (HsDfuseTarget *self,
                         HsCamera *camera,
                         HsSource *image,
                         HsWriteResult *result,
                         HsProgress *progress,
                         GCancellable *cancellable,
                         GError **error)
{
  HsSectorOps ops = make_ops (self);
  HsSectors sectors = make_sectors (self, camera, &ops, progress, cancellable);

  return hs_sectors_compare (&sectors, image, result, error);
}

gboolean
hs_dfuse_target_read (HsDfuseTarget *self,
                      HsCamera *camera,
                      guint64 offset,
                      guint64 length,
                      HsReadSink sink,
                      gpointer user_data,
                      HsActivity activity,
                      HsProgress *progress,
                      GCancellable *cancellable,
                      GError **error)
{
  HsSectorOps ops = make_ops (self);
  HsSectors sectors = make_sectors (self, camera, &ops, progress, cancellable);

  return hs_sectors_read (&sectors, offset, length, sink, user_data, activity, error);
}

/**
 * hs_dfuse_target_format:
 *
 * Zeros where the filesystem begins, in its first erase unit: the firmware formats it anew when it
 * starts. It is no wipe; files stay in the sectors behind. %HS_FLASH_ERROR_FORBIDDEN if it is no
 * filesystem.
 */
gboolean
hs_dfuse_target_format (HsDfuseTarget *self,
                        HsProgress *progress,
                        GCancellable *cancellable,
                        GError **error)
{
  guint block_size = MIN (hs_dfuse_get_block_size (self->dfuse), FORMAT_BYTES);
  g_autofree guint8 *zeros = g_malloc0 (block_size);

  if (!hs_sectors_may_format (&self->partition, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  hs_progress_report (progress, HS_ACTIVITY_ERASING, self->partition.role, 0, 0);
  if (!hs_dfuse_erase (self->dfuse, self->partition.start, NULL, error)) {
    g_prefix_error (error, "Erasing %s: ", self->partition.name);
    return FALSE;
  }
  for (guint at = 0; at < FORMAT_BYTES; at += block_size)
    if (!hs_dfuse_write_block (
            self->dfuse, self->partition.start + at, zeros, block_size, NULL, error)) {
      g_prefix_error (error, "Erasing %s: ", self->partition.name);
      return FALSE;
    }
  return TRUE;
}

/* (transfer full): dfu-util's command. "-d ,VID:PID" with the comma: without it dfu-util takes any
 * device that is in DFU mode. */
char *
hs_dfuse_describe (const HsUsbId *id,
                   const HsPartition *partition,
                   guint8 alt,
                   gboolean leave,
                   const char *serial,
                   const char *file)
{
  g_autofree char *quoted_serial = serial != NULL ? hs_method_quote (serial) : NULL;
  g_autofree char *quoted_file = hs_method_quote (file);

  return g_strdup_printf ("dfu-util -w -d ,%04x:%04x%s%s -a %u -s 0x%08x%s -D %s",
                          id->vid,
                          id->pid,
                          serial != NULL ? " -S " : "",
                          serial != NULL ? quoted_serial : "",
                          alt,
                          (guint) partition->start,
                          leave ? ":leave" : "",
                          quoted_file);
}
