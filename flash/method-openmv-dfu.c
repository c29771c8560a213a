/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-openmv-dfu-private.h"

#include "flash/enter.h"
#include "flash/error.h"
#include "flash/sectors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The OpenMV bootloader on the STM32 and Alif boards: plain DFU 1.1 on TinyUSB, one alternate
 * setting per partition. boot/src/common/{main,dfu,desc}.c of the firmware. */

/* The conversation with the bootloader, begun if need be; (transfer none). */
HsDfu *
hs_openmv_dfu_converse (HsCamera *camera, GError **error)
{
  HsDfu *dfu = hs_camera_get_conversation (camera);
  g_autoptr (HsUsbInfo) info = NULL;

  if (dfu != NULL)
    return dfu;

  if (!hs_enter_check_mode (camera, HS_MODE_DFU, error) ||
      hs_camera_open (camera, HS_OPEN_USB, error) == NULL)
    return NULL;
  info = hs_camera_dup_info (camera);
  dfu = hs_dfu_new (hs_camera_get_transport (camera), info, error);
  if (dfu == NULL) {
    hs_camera_close (camera);
    return NULL;
  }
  hs_camera_take_conversation (camera, dfu);
  return dfu;
}

/* What the bootloader calls its partitions; (element-type utf8). */
static GPtrArray *
list_names (HsDfu *dfu, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < hs_dfu_get_n_alternates (dfu); i++) {
    const char *name = hs_dfu_get_name (dfu, i, error);

    if (name == NULL)
      return NULL;
    g_ptr_array_add (names, (char *) name);
  }
  return g_steal_pointer (&names);
}

static guint
count_name (GPtrArray *names, const char *name)
{
  guint count = 0;

  for (guint i = 0; i < names->len; i++)
    count += g_strcmp0 (names->pdata[i], name) == 0;
  return count;
}

/* The partitions of @board that @names lacks; (transfer full). */
static char *
list_missing (const HsBoard *board, GPtrArray *names, guint *n_missing)
{
  GString *missing = g_string_new (NULL);

  *n_missing = 0;
  for (guint i = 0; i < board->n_partitions; i++) {
    if (count_name (names, board->partitions[i].name) > 0)
      continue;
    g_string_append_printf (
        missing, "%s%s", missing->len > 0 ? ", " : "", board->partitions[i].name);
    (*n_missing)++;
  }
  return g_string_free (missing, FALSE);
}

static gboolean
check_names (const HsBoard *board, GPtrArray *names, GError **error)
{
  guint n_missing;
  g_autofree char *missing = list_missing (board, names, &n_missing);
  g_autofree char *found = NULL;

  if (n_missing == 0 && names->len == board->n_partitions)
    return TRUE;

  g_ptr_array_add (names, NULL);
  found = g_strjoinv (", ", (char **) names->pdata);
  if (names->len - 1 + n_missing == board->n_partitions && strcmp (missing, "ROMFS0") == 0)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_SURPRISE,
                 _ ("This camera's bootloader is from before ROMFS: it has no partition ROMFS0, "
                    "only %s."),
                 found);
  else if (n_missing > 0)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_SURPRISE,
                 _ ("The bootloader has other partitions than a %s should have. Found: %s. "
                    "Missing: %s"),
                 board->id,
                 found,
                 missing);
  else
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_SURPRISE,
                 _ ("The bootloader has more partitions than a %s should have. Found: %s"),
                 board->id,
                 found);
  return FALSE;
}

gboolean
hs_openmv_dfu_check (HsCamera *camera, GError **error)
{
  const HsBoard *board = hs_camera_get_board (camera);
  HsDfu *dfu = hs_openmv_dfu_converse (camera, error);
  g_autoptr (GPtrArray) names = NULL;

  if (dfu == NULL)
    return FALSE;

  if (board->transfer_size != 0 && hs_dfu_get_block_size (dfu) != board->transfer_size) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_SURPRISE,
                 _ ("The bootloader of a %s takes blocks of %u bytes; this one says %u"),
                 board->id,
                 board->transfer_size,
                 hs_dfu_get_block_size (dfu));
    return FALSE;
  }

  names = list_names (dfu, error);
  return names != NULL && check_names (board, names, error);
}

static gboolean
upload (HsDfu *dfu, guint64 offset, guint8 *block, gsize needed, GError **error)
{
  guint number = offset / hs_dfu_get_block_size (dfu);
  gssize n = hs_dfu_upload_block (dfu, number, block, error);

  if (n >= (gssize) needed)
    return TRUE;
  if (n == 0)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 "Block %u: the bootloader answers UPLOAD with nothing",
                 number);
  else if (n > 0)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "Block %u: the bootloader answers %" G_GSSIZE_FORMAT " bytes of %" G_GSIZE_FORMAT,
                 number,
                 n,
                 needed);
  return FALSE;
}

/* --- what hs_sectors_* asks of one selected partition; talk is the #HsDfu --- */

static gboolean
read_block (gpointer talk, guint64 offset, guint8 *data, gsize length, GError **error)
{
  g_autofree guint8 *block = g_malloc (hs_dfu_get_block_size (talk));

  if (!upload (talk, offset, block, length, error))
    return FALSE;
  memcpy (data, block, length);
  return TRUE;
}

static gboolean
make_idle (gpointer talk, GError **error)
{
  return hs_dfu_make_idle (talk, error);
}

static gboolean
write_block (gpointer talk,
             guint64 offset,
             const guint8 *data,
             gsize length,
             guint64 *took_us,
             GError **error)
{
  return hs_dfu_write_block (talk, offset / hs_dfu_get_block_size (talk), data, took_us, error);
}

/* @end: how far it was written. The number is that of the next block (DFU 1.1 6.1.1.1). */
static gboolean
finish (gpointer talk, guint64 end, GError **error)
{
  guint block_size = hs_dfu_get_block_size (talk);

  return hs_dfu_finish (talk, (end + block_size - 1) / block_size, error);
}

/* The conversation, with the partition selected that has that name on this very camera. */
static HsDfu *
select_partition (HsCamera *camera, const HsPartition *partition, GError **error)
{
  HsDfu *dfu = hs_openmv_dfu_converse (camera, error);
  guint8 alt;

  if (dfu == NULL || !hs_dfu_find_alternate (dfu, partition->name, &alt, error) ||
      !hs_dfu_select (dfu, alt, error))
    return NULL;
  return dfu;
}

static HsSectorOps
make_ops (HsDfu *dfu)
{
  return (HsSectorOps){
    .block_size = hs_dfu_get_block_size (dfu),
    .read = read_block,
    .begin = make_idle,
    .write = write_block,
    .finish = finish,
  };
}

static HsSectors
make_sectors (HsCamera *camera,
              HsDfu *dfu,
              const HsSectorOps *ops,
              const HsPartition *partition,
              HsProgress *progress,
              GCancellable *cancellable)
{
  return (HsSectors){
    .ops = ops,
    .talk = dfu,
    .board = hs_camera_get_board (camera),
    .partition = partition,
    .can_read = hs_dfu_can_upload (dfu) && !(partition->flags & HS_PARTITION_NO_UPLOAD),
    .progress = progress,
    .cancellable = cancellable,
  };
}

static gboolean
openmv_dfu_write (HsCamera *camera,
                  const HsPartition *partition,
                  HsSource *image,
                  const HsWriteOptions *options,
                  HsWriteResult *result,
                  HsProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  HsSectorOps ops;
  HsSectors sectors;
  HsDfu *dfu;

  memset (result, 0, sizeof *result);
  if (!hs_sectors_may_write (partition, hs_source_get_size (image), error) ||
      !hs_openmv_dfu_check (camera, error))
    return FALSE;
  dfu = select_partition (camera, partition, error);
  if (dfu == NULL)
    return FALSE;

  ops = make_ops (dfu);
  sectors = make_sectors (camera, dfu, &ops, partition, progress, cancellable);
  return hs_sectors_write (&sectors, image, options, result, error);
}

static gboolean
openmv_dfu_compare (HsCamera *camera,
                    const HsPartition *partition,
                    HsSource *image,
                    HsWriteResult *result,
                    HsProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  HsDfu *dfu = select_partition (camera, partition, error);
  HsSectorOps ops;
  HsSectors sectors;

  memset (result, 0, sizeof *result);
  if (dfu == NULL)
    return FALSE;
  ops = make_ops (dfu);
  sectors = make_sectors (camera, dfu, &ops, partition, progress, cancellable);
  return hs_sectors_compare (&sectors, image, result, error);
}

static gboolean
openmv_dfu_read (HsCamera *camera,
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
  HsDfu *dfu = select_partition (camera, partition, error);
  HsSectorOps ops;
  HsSectors sectors;

  if (dfu == NULL)
    return FALSE;
  ops = make_ops (dfu);
  sectors = make_sectors (camera, dfu, &ops, partition, progress, cancellable);
  return hs_sectors_read (&sectors, offset, length, sink, user_data, activity, error);
}

/* A block of zeros where the filesystem begins: the firmware formats it anew when it starts. It is
 * no wipe; files stay in the sectors behind. */
static gboolean
openmv_dfu_erase (HsCamera *camera,
                  const HsPartition *partition,
                  HsProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autofree guint8 *zeros = NULL;
  HsDfu *dfu;

  if (!hs_sectors_may_format (partition, error) || !hs_openmv_dfu_check (camera, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  dfu = select_partition (camera, partition, error);
  if (dfu == NULL)
    return FALSE;

  hs_progress_report (progress, HS_ACTIVITY_ERASING, partition->role, 0, 0);
  zeros = g_malloc0 (hs_dfu_get_block_size (dfu));
  if (!hs_dfu_make_idle (dfu, error) || !hs_dfu_write_block (dfu, 0, zeros, NULL, error) ||
      !hs_dfu_finish (dfu, 1, error)) {
    g_prefix_error (error, "Erasing %s: ", partition->name);
    return FALSE;
  }
  return TRUE;
}

/* "-d ,VID:PID" with the comma: without it dfu-util takes any device that is in DFU mode. */
static char *
openmv_dfu_describe (const HsBoard *board,
                     const HsPartition *partition,
                     const char *serial,
                     const char *file)
{
  g_autofree char *quoted_serial = serial != NULL ? hs_method_quote (serial) : NULL;
  g_autofree char *quoted_name = hs_method_quote (partition->name);
  g_autofree char *quoted_file = hs_method_quote (file);

  return g_strdup_printf ("dfu-util -w -d ,%04x:%04x%s%s -a %s -D %s",
                          board->dfu_ids[0].vid,
                          board->dfu_ids[0].pid,
                          serial != NULL ? " -S " : "",
                          serial != NULL ? quoted_serial : "",
                          quoted_name,
                          quoted_file);
}

const HsMethod hs_method_openmv_dfu = {
  .id = "openmv-dfu",
  .flags = HS_METHOD_HOLDS | HS_METHOD_IDENTIFIES,
  .enter = hs_openmv_dfu_enter,
  .check = hs_openmv_dfu_check,
  .write = openmv_dfu_write,
  .compare = openmv_dfu_compare,
  .read = openmv_dfu_read,
  .erase = openmv_dfu_erase,
  .leave = hs_openmv_dfu_leave,
  .describe = openmv_dfu_describe,
};
