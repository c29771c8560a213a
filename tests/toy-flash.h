/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/error.h"
#include "flash/sectors.h"

#include <string.h>

/* A flash that is an array, with the requests that the engine makes of it; for one test file. */

#define BLOCK 64
#define SIZE  4096

/* Two small units, three large ones: 2 x 256, 3 x 1024; the rest of the array is the next
 * partition's. */
static const HsEraseRun runs[] = { { 256, 2 }, { 1024, 3 } };
#define ALL   3584
#define UNITS 5

typedef struct {
  HsBoard board;
  HsPartition partition;
  HsSectorOps ops;
  HsSectors sectors;
  HsSource *image;
  GBytes *bytes; /* of the image */
  guint8 flash[SIZE];
  guint8 wanted[SIZE]; /* the image */

  gboolean erases_by_write; /* the first block of a unit erases it */
  gboolean opened;          /* block 0 was written */
  gboolean swapped;         /* words read back with their bytes swapped */
  guint fail_at;            /* the n-th operation fails; 0: none */
  int fail_code;            /* as this #HsFlashError */
  gint64 refuse_from;       /* reading there is refused; -1: nowhere */
  guint cancel_at;          /* the n-th operation cancels; 0: none */
  GCancellable *cancellable;

  guint n_ops, n_reads, n_begins, n_erases, n_writes, n_finishes;
  guint64 wrote;    /* bytes of the image in writes that succeeded */
  guint64 end;      /* as told to finish */
  guint64 took_us;  /* of each erase, or of a unit's first block */
  guint longest;    /* bytes of the longest erase */
  gint64 clock;     /* one tick an operation */
  guint n_compared; /* calls of the callback */
  guint n_writes_when_compared;
} Toy;

static gboolean
begin_op (Toy *self, GError **error)
{
  self->n_ops++;
  self->clock += 10;
  if (self->n_ops == self->cancel_at)
    g_cancellable_cancel (self->cancellable);
  if (self->n_ops != self->fail_at)
    return TRUE;
  g_set_error (error, HS_FLASH_ERROR, self->fail_code, "operation %u", self->n_ops);
  return FALSE;
}

static gboolean
toy_read (gpointer talk, guint64 offset, guint8 *data, gsize length, GError **error)
{
  Toy *self = talk;

  self->n_reads++;
  g_assert_cmpuint (offset + length, <=, SIZE);
  g_assert_cmpuint (length, <=, self->ops.block_size);
  if (!begin_op (self, error))
    return FALSE;
  if (self->refuse_from >= 0 && offset >= (guint64) self->refuse_from) {
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED, "refused");
    return FALSE;
  }
  memcpy (data, self->flash + offset, length);
  if (self->swapped)
    hs_swap16 (data, length);
  return TRUE;
}

static gboolean
toy_begin (gpointer talk, GError **error)
{
  Toy *self = talk;

  self->n_begins++;
  g_assert_cmpuint (self->n_erases + self->n_writes, ==, 0);
  return begin_op (self, error);
}

static gboolean
toy_erase (gpointer talk, guint64 offset, guint64 length, guint64 *took_us, GError **error)
{
  Toy *self = talk;
  gboolean ok = begin_op (self, error);

  self->n_erases++;
  self->longest = MAX (self->longest, length);
  g_assert_cmpuint (offset + length, <=, self->partition.size);
  /* Cut off, it has erased a part. */
  memset (self->flash + offset, 0xff, ok ? length : length / 2);
  if (took_us != NULL)
    *took_us = self->took_us;
  return ok;
}

static void
erase_unit_at (Toy *self, guint64 offset)
{
  guint64 start, size;

  for (guint i = 0; i < hs_method_n_units (&self->board, &self->partition); i++) {
    hs_method_get_unit (&self->board, &self->partition, i, &start, &size);
    if (start == offset)
      memset (self->flash + start, 0xff, size);
  }
}

static gboolean
toy_write (gpointer talk,
           guint64 offset,
           const guint8 *data,
           gsize length,
           guint64 *took_us,
           GError **error)
{
  Toy *self = talk;
  gboolean ok = begin_op (self, error);
  gboolean cells = self->partition.n_erase > 0;

  self->n_writes++;
  g_assert_cmpuint (offset % BLOCK, ==, 0);
  g_assert_cmpuint (offset + length, <=, SIZE);
  if (self->partition.flags & HS_PARTITION_BLOCK0_OPENS) {
    self->opened = self->opened || offset == 0;
    g_assert_true (self->opened);
  }
  if (self->erases_by_write)
    erase_unit_at (self, offset);
  /* Cut off, it has programmed a part. Flash only clears bits. */
  for (gsize i = 0; i < (ok ? length : length / 2); i++)
    self->flash[offset + i] = cells ? self->flash[offset + i] & data[i] : data[i];
  if (took_us != NULL && self->erases_by_write)
    *took_us = self->took_us;
  if (ok)
    self->wrote += MIN (length, hs_source_get_size (self->image) - offset);
  return ok;
}

static gboolean
toy_finish (gpointer talk, guint64 end, GError **error)
{
  Toy *self = talk;

  self->n_finishes++;
  self->end = end;
  return begin_op (self, error);
}

static void
toy_renew (Toy *self)
{
  self->n_ops = self->n_reads = self->n_begins = self->n_erases = self->n_writes = 0;
  self->n_finishes = self->longest = self->n_compared = 0;
  self->wrote = self->end = 0;
  self->opened = FALSE;
}

static void
toy_set_image (Toy *self, gsize length)
{
  g_clear_pointer (&self->image, hs_source_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  for (gsize i = 0; i < length; i++)
    self->wanted[i] = (i * 7 + i / 256 * 13 + 5) & 0xff;
  self->bytes = g_bytes_new (self->wanted, length);
  self->image = hs_source_new_bytes (self->bytes);
}

/* A partition with erase units and a command that erases. */
static void
toy_init (Toy *self, gsize length)
{
  *self = (Toy){
    .board = { .id = "TOY", .transfer_size = BLOCK, .erase_typical_ms = 100, .erase_max_ms = 200 },
    .partition = { .role = HS_ROLE_FIRMWARE,
                   .name = "FIRMWARE",
                   .size = ALL,
                   .flags = HS_PARTITION_WRITABLE,
                   .erase = runs,
                   .n_erase = G_N_ELEMENTS (runs) },
    .ops = { .block_size = BLOCK,
             .read = toy_read,
             .begin = toy_begin,
             .erase = toy_erase,
             .write = toy_write,
             .finish = toy_finish },
    .refuse_from = -1,
  };
  self->cancellable = g_cancellable_new ();
  self->sectors = (HsSectors){ .ops = &self->ops,
                               .talk = self,
                               .board = &self->board,
                               .partition = &self->partition,
                               .can_read = TRUE,
                               .cancellable = self->cancellable };
  memset (self->flash, 0x5a, sizeof self->flash);
  toy_set_image (self, length);
}

static void
toy_clear (Toy *self)
{
  hs_source_unref (self->image);
  g_bytes_unref (self->bytes);
  g_object_unref (self->cancellable);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Toy, toy_clear)

static void
use_first_block (Toy *self)
{
  self->ops.erase = NULL;
  self->erases_by_write = TRUE;
}

/* Memory without erase units, locked until its block 0 is written. */
static void
use_mram (Toy *self)
{
  self->ops.erase = NULL;
  self->partition.erase = NULL;
  self->partition.n_erase = 0;
  self->partition.flags |= HS_PARTITION_BLOCK0_OPENS;
}

static void
assert_flash_holds (Toy *self)
{
  gsize length = g_bytes_get_size (self->bytes);

  g_assert_cmpmem (self->flash, length, self->wanted, length);
  for (gsize i = self->partition.size; i < SIZE; i++)
    g_assert_cmpuint (self->flash[i], ==, 0x5a);
}

/* What must be true however a write ended. */
static void
assert_honest (Toy *self, const HsWriteResult *result)
{
  guint64 size = g_bytes_get_size (self->bytes);
  guint n_differ = 0;
  guint64 start, length;

  g_assert_cmpuint (result->wrote_bytes, ==, self->wrote);
  g_assert_cmpuint (result->wrote_bytes + result->skipped_bytes, <=, size);
  for (guint i = 0; i < result->n_units; i++) {
    hs_method_get_unit (&self->board, &self->partition, i, &start, &length);
    n_differ += !result->equal[i];
    if (result->equal[i])
      g_assert_cmpmem (self->flash + start,
                       MIN (length, size - start),
                       self->wanted + start,
                       MIN (length, size - start));
  }
  g_assert_cmpuint (result->n_differ, <=, n_differ);
}

static void
write_all (Toy *self, const HsWriteOptions *options, HsWriteResult *result)
{
  g_autoptr (GError) error = NULL;

  toy_renew (self);
  hs_sectors_write (&self->sectors, self->image, options, result, &error);
  g_assert_no_error (error);
  assert_honest (self, result);
  assert_flash_holds (self);
}
