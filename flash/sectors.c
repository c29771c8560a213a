/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/sectors.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What comparing says of one unit. */
enum {
  UNIT_DIFFERS,
  UNIT_EQUAL,
  UNIT_SWAPPED, /* the image with the bytes of each word swapped: writing changes nothing, and it
                   proves nothing */
};

/* One image on its way to one partition, or being compared with it. */
typedef struct {
  const HsSectors *sectors;
  HsSource *image;
  guint64 size;          /* bytes of @image */
  guint8 *wanted;        /* owned; one block */
  guint8 *found;         /* owned; one block */
  guint8 *states;        /* owned; of each unit that the image covers */
  HsWriteResult *result; /* borrowed */
  guint64 end;           /* of the last block that was written */
} Writing;

static void
writing_clear (Writing *self)
{
  g_free (self->wanted);
  g_free (self->found);
  g_free (self->states);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Writing, writing_clear)

/* The part of unit @n that the image covers; FALSE if none. */
static gboolean
get_covered (Writing *self, guint n, guint64 *start, guint64 *end)
{
  const HsSectors *sectors = self->sectors;
  guint64 size;

  if (n >= hs_method_n_units (sectors->board, sectors->partition))
    return FALSE;
  hs_method_get_unit (sectors->board, sectors->partition, n, start, &size);
  *end = MIN (*start + size, self->size);
  return *start < *end;
}

static void
begin (Writing *self, const HsSectors *sectors, HsSource *image, HsWriteResult *result)
{
  guint64 start, end;

  memset (result, 0, sizeof *result);
  self->sectors = sectors;
  self->image = image;
  self->size = hs_source_get_size (image);
  self->result = result;
  self->wanted = g_malloc (sectors->ops->block_size);
  self->found = g_malloc (sectors->ops->block_size);
  while (get_covered (self, result->n_units, &start, &end))
    result->n_units++;
  self->states = g_new0 (guint8, result->n_units + 1);
  result->equal = g_new0 (guint8, result->n_units + 1);
  result->slow = g_array_new (FALSE, FALSE, sizeof (HsSlowUnit));
}

/* How many units from @first on, at most @n_most, one block reaches over; 1 also if it is shorter
 * than a unit. */
static guint
count_together (Writing *self, guint first, guint n_most)
{
  guint64 begins, start, end;
  guint n = 1;

  get_covered (self, first, &begins, &end);
  while (n < n_most && get_covered (self, first + n, &start, &end) &&
         end - begins <= self->sectors->ops->block_size)
    n++;
  return n;
}

/* Where the image begins and ends in @n units from @first on. */
static void
get_covered_run (Writing *self, guint first, guint n, guint64 *start, guint64 *end)
{
  guint64 last;

  get_covered (self, first, start, end);
  get_covered (self, first + n - 1, &last, end);
}

/* The block at @offset as it goes into the flash: what follows @end is 0xFF, so that no driver pads
 * it in its own way. @length: how many bytes of it are the image's. */
static gboolean
load_block (Writing *self, guint64 offset, guint64 end, gsize *length, GError **error)
{
  guint block_size = self->sectors->ops->block_size;

  *length = MIN (block_size, end - offset);
  memset (self->wanted + *length, 0xff, block_size - *length);
  return hs_source_read (self->image, offset, self->wanted, *length, error);
}

/* The partner of an odd last byte belongs to its word. */
static gsize
whole_words (gsize length)
{
  return (length + 1) & ~(gsize) 1;
}

/* What @length bytes from @at of the block that was found say. They can be the wanted ones in the
 * chip's swapped mode. */
static int
judge_bytes (Writing *self, gsize at, gsize length)
{
  if (memcmp (self->found + at, self->wanted + at, length) == 0)
    return UNIT_EQUAL;
  return (self->sectors->partition->flags & HS_PARTITION_SWAPPED) != 0 &&
                 hs_method_bytes_swapped (self->found + at, self->wanted + at, whole_words (length))
             ? UNIT_SWAPPED
             : UNIT_DIFFERS;
}

/* Loads the block at @at and what the camera has there. */
static gboolean
find_block (Writing *self, guint64 at, guint64 end, gsize *length, GError **error)
{
  const HsSectors *sectors = self->sectors;

  if (g_cancellable_set_error_if_cancelled (sectors->cancellable, error) ||
      !load_block (self, at, end, length, error) ||
      !sectors->ops->read (sectors->talk, at, self->found, whole_words (*length), error))
    return FALSE;
  self->result->compared_bytes += *length;
  return TRUE;
}

static void
report_compared (Writing *self, guint64 end)
{
  hs_progress_report (self->sectors->progress,
                      HS_ACTIVITY_COMPARING,
                      self->sectors->partition->role,
                      end,
                      self->size);
}

static void
set_state (Writing *self, guint unit, int state)
{
  self->states[unit] = state;
  self->result->equal[unit] = state == UNIT_EQUAL;
}

/* Stops at the first difference. */
static gboolean
compare_unit (Writing *self, guint unit, GError **error)
{
  int state = UNIT_EQUAL;
  guint64 start, end;
  gsize length;

  get_covered (self, unit, &start, &end);
  for (guint64 at = start; at < end && state != UNIT_DIFFERS; at += length) {
    int found;

    if (!find_block (self, at, end, &length, error))
      return FALSE;
    found = judge_bytes (self, 0, length);
    if (found != UNIT_EQUAL)
      state = found;
    if (found != UNIT_DIFFERS)
      report_compared (self, at + length);
  }
  set_state (self, unit, state);
  return TRUE;
}

/* @n units in one block. */
static gboolean
compare_together (Writing *self, guint first, guint n, GError **error)
{
  guint64 begins, ends, start, end;
  gsize length;

  get_covered_run (self, first, n, &begins, &ends);
  if (!find_block (self, begins, ends, &length, error))
    return FALSE;
  for (guint i = first; i < first + n; i++) {
    get_covered (self, i, &start, &end);
    set_state (self, i, judge_bytes (self, start - begins, end - start));
  }
  report_compared (self, ends);
  return TRUE;
}

static gboolean
compare_all (Writing *self, GError **error)
{
  guint n;

  for (guint i = 0; i < self->result->n_units; i += n) {
    n = count_together (self, i, self->result->n_units - i);
    if (n > 1 ? !compare_together (self, i, n, error) : !compare_unit (self, i, error))
      return FALSE;
  }
  return TRUE;
}

/* What is left to write, counted; the parts of the image that stay are too. */
static void
count (Writing *self)
{
  HsWriteResult *result = self->result;
  guint64 start, end;

  /* Memory that opens with its block 0 gets that one with any other. */
  for (guint i = 1; i < result->n_units; i++)
    if (self->states[i] == UNIT_DIFFERS &&
        (self->sectors->partition->flags & HS_PARTITION_BLOCK0_OPENS)) {
      self->states[0] = UNIT_DIFFERS;
      result->equal[0] = FALSE;
    }

  for (guint i = 0; get_covered (self, i, &start, &end); i++) {
    result->n_differ += self->states[i] == UNIT_DIFFERS;
    result->skipped_bytes += self->states[i] == UNIT_DIFFERS ? 0 : end - start;
  }
}

/* Whoever watches is told that a sector is slow while it still is, by the clock of the observer;
 * and afterwards by the camera's own, which is another in simulation. Of units erased together
 * nobody knows which one was slow. */
static void
judge_time (Writing *self, guint unit, guint n_units, guint64 took_us)
{
  GArray *list = self->result->slow;
  guint slow_ms = 2 * self->sectors->board->erase_max_ms * n_units;
  HsSlowUnit slow = { unit, took_us / 1000, n_units };
  HsSlowUnit *last = list->len > 0 ? &g_array_index (list, HsSlowUnit, list->len - 1) : NULL;

  if (slow_ms == 0 || took_us <= 1000ull * slow_ms)
    return;
  if (last != NULL && last->unit == unit)
    last->ms = MAX (last->ms, slow.ms);
  else
    g_array_append_val (list, slow);
  hs_progress_set_slow (self->sectors->progress, TRUE);
}

/* The block at @offset of @n units from @first on, which end at @end. */
static gboolean
write_block (Writing *self, guint first, guint n, guint64 offset, guint64 end, GError **error)
{
  const HsSectors *sectors = self->sectors;
  guint pad_to = sectors->ops->pad_to > 0 ? sectors->ops->pad_to : sectors->ops->block_size;
  guint64 took_us = 0;
  gsize length, padded;
  gboolean written;

  if (g_cancellable_set_error_if_cancelled (sectors->cancellable, error) ||
      !load_block (self, offset, end, &length, error))
    return FALSE;

  padded = (length + pad_to - 1) / pad_to * pad_to;
  hs_progress_expect (sectors->progress, 2 * sectors->board->erase_max_ms * n);
  written = sectors->ops->write (sectors->talk, offset, self->wanted, padded, &took_us, error);
  hs_progress_expect (sectors->progress, 0);
  if (!written)
    return FALSE;

  self->end = offset + length;
  self->result->wrote_bytes += length;
  hs_progress_report (sectors->progress,
                      HS_ACTIVITY_WRITING,
                      sectors->partition->role,
                      offset + length,
                      self->size);
  judge_time (self, first, n, took_us);
  return TRUE;
}

/* People count sectors from 1. Returns %FALSE. */
static gboolean
say_where (Writing *self, guint first, guint n, guint64 start, GError **error)
{
  const HsPartition *partition = self->sectors->partition;
  g_autofree char *which = n > 1 ? g_strdup_printf ("sectors %u to %u", first + 1, first + n)
                                 : g_strdup_printf ("sector %u", first + 1);

  g_prefix_error (error,
                  "%s, %s at 0x%08" G_GINT64_MODIFIER "X: ",
                  partition->name,
                  which,
                  partition->start + start);
  return FALSE;
}

/* One unit, or @n that one block reaches over; from the first block on, in order. */
static gboolean
write_units (Writing *self, guint first, guint n, GError **error)
{
  const HsSectors *sectors = self->sectors;
  guint64 start, end;

  get_covered_run (self, first, n, &start, &end);
  hs_progress_report (
      sectors->progress, HS_ACTIVITY_WRITING, sectors->partition->role, start, self->size);
  for (guint64 at = start; at < end; at += sectors->ops->block_size)
    if (!write_block (self, first, n, at, end, error))
      return say_where (self, first, n, start, error);
  return TRUE;
}

/* Erases unit @first and the neighbours behind it that differ as well, as far as one request may
 * reach. Returns the number of units, 0 on error. */
static guint
erase_units (Writing *self, guint first, GError **error)
{
  const HsSectors *sectors = self->sectors;
  guint64 start, end, size, offset;
  guint64 took_us = 0;
  guint n = 1;
  gboolean erased;

  hs_method_get_unit (sectors->board, sectors->partition, first, &start, &size);
  end = start + size;
  while (first + n < self->result->n_units && self->states[first + n] == UNIT_DIFFERS) {
    hs_method_get_unit (sectors->board, sectors->partition, first + n, &offset, &size);
    if (offset + size - start > sectors->ops->erase_at_most)
      break;
    end = offset + size;
    n++;
  }

  if (g_cancellable_set_error_if_cancelled (sectors->cancellable, error))
    return 0;
  hs_progress_expect (sectors->progress, 2 * sectors->board->erase_max_ms * n);
  erased = sectors->ops->erase (sectors->talk, start, end - start, &took_us, error);
  hs_progress_expect (sectors->progress, 0);
  if (!erased)
    return say_where (self, first, 1, start, error);
  judge_time (self, first, n, took_us);
  return n;
}

static gboolean
write_run (Writing *self, guint first, guint n_run, GError **error)
{
  guint n;

  for (guint i = first; i < first + n_run; i += n) {
    n = count_together (self, i, first + n_run - i);
    if (!write_units (self, i, n, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_differing (Writing *self, GError **error)
{
  const HsSectorOps *ops = self->sectors->ops;
  guint i = 0;

  if (self->result->n_differ == 0)
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (self->sectors->cancellable, error))
    return FALSE;
  if (ops->begin != NULL && !ops->begin (self->sectors->talk, error))
    return FALSE;

  while (i < self->result->n_units) {
    guint n = 1;

    if (self->states[i] != UNIT_DIFFERS) {
      i++;
      continue;
    }
    if (ops->erase != NULL && (n = erase_units (self, i, error)) == 0)
      return FALSE;
    if (!write_run (self, i, n, error))
      return FALSE;
    i += n;
  }
  return ops->finish == NULL || ops->finish (self->sectors->talk, self->end, error);
}

/* Whether @error says that the camera does not let this be read, and that it is still there. An
 * answer that makes no sense is no refusal: who talks so may not be what the board table says, and
 * nothing is erased on that. */
static gboolean
refuses_reading (const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
}

/* One refused block makes all that was read doubtful: everything is written. */
static void
forget_compared (Writing *self)
{
  memset (self->states, UNIT_DIFFERS, self->result->n_units);
  memset (self->result->equal, FALSE, self->result->n_units);
}

static gboolean
find_differing (Writing *self, const HsWriteOptions *options, GError **error)
{
  g_autoptr (GError) local = NULL;

  if ((options != NULL && (options->full || options->dont_read)) || !self->sectors->can_read)
    return TRUE;
  if (compare_all (self, &local))
    return TRUE;
  if (!refuses_reading (local)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  forget_compared (self);
  return TRUE;
}

/* 0 without a clock. */
static gint64
now (const HsWriteOptions *options)
{
  return options != NULL && options->now != NULL ? options->now (options->watcher) : 0;
}

/**
 * hs_sectors_may_write:
 * @size: bytes of the image
 * @error: %HS_FLASH_ERROR_FORBIDDEN, _BAD_FILE, _TOO_LARGE
 *
 * Returns: whether an image of that size may be written there at all: what is another partition's
 * as well is only written as that one
 */
gboolean
hs_sectors_may_write (const HsPartition *partition, guint64 size, GError **error)
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
  if (size > hs_partition_get_own_size (partition)) {
    g_autofree char *bytes = g_strdup_printf ("%" G_GUINT64_FORMAT, size);

    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_TOO_LARGE,
                 _ ("The image has %s bytes; the partition %s holds %u"),
                 bytes,
                 partition->name,
                 hs_partition_get_own_size (partition));
    return FALSE;
  }
  return TRUE;
}

/**
 * hs_sectors_may_format:
 * @error: %HS_FLASH_ERROR_FORBIDDEN
 *
 * Returns: whether the camera may be made to format @partition anew: it is a filesystem, and may be
 *   written
 */
gboolean
hs_sectors_may_format (const HsPartition *partition, GError **error)
{
  if (hs_role_is_filesystem (partition->role))
    return hs_sectors_may_write (partition, 1, error);

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FORBIDDEN,
               _ ("The partition %s is no filesystem; it is not erased"),
               partition->name);
  return FALSE;
}

/**
 * hs_sectors_write:
 * @options: (nullable)
 * @result: (out): also on failure, as far as it came; hs_write_result_clear()
 * @error: of the ops; of hs_sectors_may_write(); %G_IO_ERROR_CANCELLED
 *
 * Reads back and compares unit by unit, then erases and writes the units that differ, whole, from
 * their first block, in order of addresses. Where nothing may or can be read, all of them; also if
 * the camera refuses to read one. Blocks.
 */
gboolean
hs_sectors_write (const HsSectors *self,
                  HsSource *image,
                  const HsWriteOptions *options,
                  HsWriteResult *result,
                  GError **error)
{
  g_auto (Writing) writing = { 0 };

  gint64 begun = now (options);
  gint64 compared;
  gboolean ok;

  begin (&writing, self, image, result);
  if (!hs_sectors_may_write (self->partition, writing.size, error))
    return FALSE;
  ok = find_differing (&writing, options, error);
  compared = now (options);
  result->us_compare = compared - begun;
  if (!ok)
    return FALSE;

  count (&writing);
  if (options != NULL && options->compared != NULL)
    options->compared (result, options->watcher);
  ok = write_differing (&writing, error);
  result->us_write = now (options) - compared;
  return ok;
}

/**
 * hs_sectors_compare:
 * @result: (out): also on failure; hs_write_result_clear()
 * @error: of the ops; %HS_FLASH_ERROR_UNSUPPORTED if nothing can be read; _TOO_LARGE;
 *   %G_IO_ERROR_CANCELLED
 *
 * Only the reading of hs_sectors_write(): what would be written, what is there already. Blocks.
 */
gboolean
hs_sectors_compare (const HsSectors *self, HsSource *image, HsWriteResult *result, GError **error)
{
  g_auto (Writing) writing = { 0 };

  begin (&writing, self, image, result);
  if (!self->can_read) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("This bootloader does not let the partition %s be read back"),
                 self->partition->name);
    return FALSE;
  }
  if (!hs_sectors_may_write (self->partition, writing.size, error) ||
      !compare_all (&writing, error))
    return FALSE;
  count (&writing);
  return TRUE;
}

static gboolean
may_read (const HsSectors *self, guint64 offset, guint64 length, GError **error)
{
  if (!self->can_read) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("This bootloader does not let the partition %s be read back"),
                 self->partition->name);
    return FALSE;
  }
  if (offset > self->partition->size || length > self->partition->size - offset) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_TOO_LARGE,
                 _ ("The partition %s has %u bytes, fewer than were asked for"),
                 self->partition->name,
                 self->partition->size);
    return FALSE;
  }
  return TRUE;
}

/**
 * hs_sectors_read:
 * @offset: in bytes, from the partition's start; need not begin a block
 * @length: in bytes
 * @activity: what it is for
 * @error: of the ops and of @sink; %HS_FLASH_ERROR_UNSUPPORTED, _TOO_LARGE; %G_IO_ERROR_CANCELLED
 *
 * Gives @sink all bytes in order, a block at a time. Blocks.
 */
gboolean
hs_sectors_read (const HsSectors *self,
                 guint64 offset,
                 guint64 length,
                 HsReadSink sink,
                 gpointer user_data,
                 HsActivity activity,
                 GError **error)
{
  guint block_size = self->ops->block_size;
  guint align = self->ops->align > 0 ? self->ops->align : block_size;
  g_autofree guint8 *block = g_malloc (block_size);
  guint64 end = offset + length;

  if (!may_read (self, offset, length, error))
    return FALSE;
  if (length == 0)
    return TRUE;

  for (guint64 at = offset - offset % align; at < end; at += block_size) {
    gsize n = MIN (block_size, end - at);
    gsize skip = at < offset ? offset - at : 0;

    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    if (!self->ops->read (self->talk, at, block, n, error)) {
      g_prefix_error (error, "Reading %s: ", self->partition->name);
      return FALSE;
    }
    if (!sink (at + skip, block + skip, n - skip, user_data, error))
      return FALSE;
    hs_progress_report (self->progress, activity, self->partition->role, at + n, end);
  }
  return TRUE;
}
