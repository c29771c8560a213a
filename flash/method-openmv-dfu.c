/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/method-openmv-dfu-private.h"

#include "flash/error.h"

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

  if (hs_camera_get_mode (camera) != HS_MODE_DFU) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("The camera on port %s is not in its bootloader"),
                 hs_camera_get_port (camera));
    return NULL;
  }

  if (hs_camera_open (camera, HS_OPEN_USB, error) == NULL)
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

/* One write in progress. Lives on the stack of openmv_dfu_write(). */
typedef struct {
  HsDfu *dfu;                   /* borrowed from the camera */
  const HsBoard *board;         /* static */
  const HsPartition *partition; /* static */
  const guint8 *image;          /* borrowed */
  gsize size;                   /* bytes of @image */
  guint block_size;             /* bytes */
  guint8 *wanted;               /* owned; one block */
  guint8 *found;                /* owned; one block */
  guint next_block;             /* the number after the last block that was written */
  HsWriteResult *result;        /* borrowed */
  HsProgress *progress;         /* borrowed; nullable */
  GCancellable *cancellable;    /* borrowed; nullable */
  GChecksum *checksum;          /* nullable: of what was found equal, in order */
} Writing;

/* Memory without erase units (MRAM) opens with its block 0 only: it is one unit. */
static guint
n_units (const HsPartition *partition)
{
  return partition->n_erase > 0 ? hs_partition_n_units (partition) : 1;
}

static void
get_unit (const HsPartition *partition, guint n, guint64 *offset, guint64 *size)
{
  *offset = 0;
  *size = partition->size;
  if (partition->n_erase > 0)
    hs_partition_unit (partition, n, offset, size);
}

/* The part of unit @n that the image covers; FALSE if none. */
static gboolean
get_covered (Writing *self, guint n, guint64 *start, guint64 *end)
{
  guint64 size;

  get_unit (self->partition, n, start, &size);
  *end = MIN (*start + size, self->size);
  return *start < *end;
}

/* The block at @offset as it goes into the flash: what follows the image is 0xFF, so that no driver
 * pads it in its own way. Returns how many bytes of it are the image's. */
static gsize
load_block (Writing *self, guint64 offset)
{
  gsize length = MIN (self->block_size, self->size - offset);

  memcpy (self->wanted, self->image + offset, length);
  memset (self->wanted + length, 0xff, self->block_size - length);
  return length;
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

/* 1 if the camera holds what unit @n should hold, 0 if not, -1 on error; stops at the first
 * difference. */
static int
unit_is_equal (Writing *self, guint64 start, guint64 end, GError **error)
{
  gboolean may_be_swapped = (self->partition->flags & HS_PARTITION_SWAPPED) != 0;

  for (guint64 at = start; at < end; at += self->block_size) {
    gsize length = load_block (self, at);

    if (g_cancellable_set_error_if_cancelled (self->cancellable, error) ||
        !upload (self->dfu, at, self->found, length, error))
      return -1;
    if (memcmp (self->found, self->wanted, length) != 0 &&
        !(may_be_swapped &&
          hs_method_bytes_swapped (self->found, self->wanted, (length + 1) & ~(gsize) 1)))
      return 0;
    g_checksum_update (self->checksum, self->found, length);
    hs_progress_report (
        self->progress, HS_ACTIVITY_COMPARING, self->partition->role, at + length, self->size);
  }
  return 1;
}

/* Which units have to be written: a bit per unit, (transfer full); NULL on error. */
static guint8 *
find_differing (Writing *self, gboolean all, guint *n_differing, GError **error)
{
  guint n = n_units (self->partition);
  g_autofree guint8 *differs = g_new0 (guint8, n);

  *n_differing = 0;
  for (guint i = 0; i < n; i++) {
    guint64 start, end;
    int equal = 0;

    if (!get_covered (self, i, &start, &end))
      break;
    if (!all)
      equal = unit_is_equal (self, start, end, error);
    if (equal < 0)
      return NULL;
    differs[i] = !equal;
    *n_differing += !equal;
  }
  return g_steal_pointer (&differs);
}

/* Whoever watches is told that a sector is slow while it still is, by the clock of the observer;
 * and afterwards by the camera's own, which is another in simulation. */
static gboolean
write_block (Writing *self, guint64 offset, GError **error)
{
  gsize length = load_block (self, offset);
  guint slow_ms = 2 * self->board->erase_max_ms;
  guint64 took_us = 0;
  gboolean written;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return FALSE;

  self->next_block = offset / self->block_size + 1;
  hs_progress_expect (self->progress, slow_ms);
  written = hs_dfu_write_block (self->dfu, self->next_block - 1, self->wanted, &took_us, error);
  hs_progress_expect (self->progress, 0);
  if (!written)
    return FALSE;

  if (self->result != NULL)
    self->result->wrote_bytes += length;
  hs_progress_report (
      self->progress, HS_ACTIVITY_WRITING, self->partition->role, offset + length, self->size);
  if (slow_ms > 0 && took_us > 1000ull * slow_ms)
    hs_progress_set_slow (self->progress, TRUE);
  return TRUE;
}

/* From its first block on, which erases it, in order. */
static gboolean
write_unit (Writing *self, guint n, GError **error)
{
  guint64 start, end;

  if (!get_covered (self, n, &start, &end))
    return TRUE;

  hs_progress_report (
      self->progress, HS_ACTIVITY_WRITING, self->partition->role, start, self->size);
  for (guint64 at = start; at < end; at += self->block_size)
    if (!write_block (self, at, error)) {
      g_prefix_error (error,
                      "%s, sector %u at 0x%08" G_GINT64_MODIFIER "X: ",
                      self->partition->name,
                      n,
                      self->partition->start + start);
      return FALSE;
    }
  return TRUE;
}

static void
count_skipped (Writing *self, guint n)
{
  guint64 start, end;

  if (self->result != NULL && get_covered (self, n, &start, &end))
    self->result->skipped_bytes += end - start;
}

static gboolean
write_differing (Writing *self, const guint8 *differs, guint n_differing, GError **error)
{
  if (n_differing > 0 && !hs_dfu_make_idle (self->dfu, error))
    return FALSE;

  for (guint i = 0; i < n_units (self->partition); i++) {
    if (!differs[i])
      count_skipped (self, i);
    else if (!write_unit (self, i, error))
      return FALSE;
  }
  return n_differing == 0 || hs_dfu_finish (self->dfu, self->next_block, error);
}

/* Comparing has read the whole image and it is there: that reading is as good as another. */
static void
note_found (Writing *self)
{
  if (self->result != NULL)
    g_strlcpy (self->result->sha256_found,
               g_checksum_get_string (self->checksum),
               sizeof self->result->sha256_found);
}

static gboolean
may_write (const HsPartition *partition, gsize size, GError **error)
{
  if (!(partition->flags & HS_PARTITION_WRITABLE) || (partition->flags & HS_PARTITION_NEVER)) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_FORBIDDEN,
                 _ ("The partition %s is never written here"),
                 partition->name);
    return FALSE;
  }
  if (size == 0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BAD_FILE,
                 _ ("The image for the partition %s is empty"),
                 partition->name);
    return FALSE;
  }
  if (size > partition->size) {
    g_autofree char *bytes = g_strdup_printf ("%" G_GSIZE_FORMAT, size);

    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_TOO_LARGE,
                 _ ("The image has %s bytes; the partition %s holds %u"),
                 bytes,
                 partition->name,
                 partition->size);
    return FALSE;
  }
  return TRUE;
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

static gboolean
openmv_dfu_write (HsCamera *camera,
                  const HsPartition *partition,
                  GBytes *image,
                  const HsWriteOptions *options,
                  HsWriteResult *result,
                  HsProgress *progress,
                  GCancellable *cancellable,
                  GError **error)
{
  g_autofree guint8 *blocks = NULL;
  g_autofree guint8 *differs = NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint n_differing;
  gboolean all;
  Writing self = {
    .board = hs_camera_get_board (camera),
    .partition = partition,
    .result = result,
    .progress = progress,
    .cancellable = cancellable,
    .checksum = checksum,
  };

  if (result != NULL)
    *result = (HsWriteResult){ 0 };
  self.image = g_bytes_get_data (image, &self.size);
  if (!may_write (partition, self.size, error) || !hs_openmv_dfu_check (camera, error))
    return FALSE;
  self.dfu = select_partition (camera, partition, error);
  if (self.dfu == NULL)
    return FALSE;

  self.block_size = hs_dfu_get_block_size (self.dfu);
  blocks = g_malloc (2 * self.block_size);
  self.wanted = blocks;
  self.found = blocks + self.block_size;
  all = (options != NULL && (options->full || options->dont_read)) ||
        !hs_dfu_can_upload (self.dfu) || (partition->flags & HS_PARTITION_NO_UPLOAD);

  differs = find_differing (&self, all, &n_differing, error);
  if (differs != NULL && n_differing == 0 && !all)
    note_found (&self);
  return differs != NULL && write_differing (&self, differs, n_differing, error);
}

static gboolean
may_read (HsDfu *dfu, const HsPartition *partition, guint64 length, GError **error)
{
  if (!hs_dfu_can_upload (dfu) || (partition->flags & HS_PARTITION_NO_UPLOAD)) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("This bootloader does not let the partition %s be read back"),
                 partition->name);
    return FALSE;
  }
  if (length > partition->size) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_TOO_LARGE,
                 _ ("The partition %s has %u bytes, fewer than were asked for"),
                 partition->name,
                 partition->size);
    return FALSE;
  }
  return TRUE;
}

static gboolean
openmv_dfu_read (HsCamera *camera,
                 const HsPartition *partition,
                 guint64 length,
                 HsReadSink sink,
                 gpointer user_data,
                 HsActivity activity,
                 HsProgress *progress,
                 GCancellable *cancellable,
                 GError **error)
{
  HsDfu *dfu = hs_openmv_dfu_converse (camera, error);
  g_autofree guint8 *block = NULL;
  guint block_size;

  if (dfu == NULL || !may_read (dfu, partition, length, error) ||
      select_partition (camera, partition, error) == NULL)
    return FALSE;

  block_size = hs_dfu_get_block_size (dfu);
  block = g_malloc (block_size);
  for (guint64 at = 0; at < length; at += block_size) {
    gsize n = MIN (block_size, length - at);

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (!upload (dfu, at, block, n, error)) {
      g_prefix_error (error, "Reading %s: ", partition->name);
      return FALSE;
    }
    if (!sink (at, block, n, user_data, error))
      return FALSE;
    hs_progress_report (progress, activity, partition->role, at + n, length);
  }
  return TRUE;
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

  if (partition->role != HS_ROLE_FILESYSTEM && partition->role != HS_ROLE_STORAGE) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_FORBIDDEN,
                 _ ("The partition %s is no filesystem; it is not erased"),
                 partition->name);
    return FALSE;
  }
  if (!may_write (partition, 1, error) || !hs_openmv_dfu_check (camera, error) ||
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

/* @text as one word of a shell; plain words stay readable. */
static char *
quote (const char *text)
{
  const char *plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./,:+@%";

  if (*text != '\0' && strspn (text, plain) == strlen (text))
    return g_strdup (text);
  return g_shell_quote (text);
}

/* "-d ,VID:PID" with the comma: without it dfu-util takes any device that is in DFU mode. */
static char *
openmv_dfu_describe (const HsBoard *board,
                     const HsPartition *partition,
                     const char *serial,
                     const char *file)
{
  g_autofree char *quoted_serial = serial != NULL ? quote (serial) : NULL;
  g_autofree char *quoted_name = quote (partition->name);
  g_autofree char *quoted_file = quote (file);

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
  .enter = hs_openmv_dfu_enter,
  .check = hs_openmv_dfu_check,
  .write = openmv_dfu_write,
  .read = openmv_dfu_read,
  .erase = openmv_dfu_erase,
  .leave = hs_openmv_dfu_leave,
  .describe = openmv_dfu_describe,
};
