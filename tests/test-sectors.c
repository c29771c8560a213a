/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/sectors.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* The compare-and-write engine alone, on a flash that is an array. */

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
  g_assert_cmpuint (length, <=, BLOCK);
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

/* --- what is written --- */

static void
test_only_what_differs (void)
{
  g_auto (Toy) toy = { 0 };
  HsWriteResult result;

  toy_init (&toy, ALL - 100);
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_units, ==, UNITS);
  g_assert_cmpuint (result.n_differ, ==, UNITS);
  g_assert_cmpuint (result.wrote_bytes, ==, ALL - 100);
  g_assert_cmpuint (toy.n_erases, ==, UNITS);
  g_assert_cmpuint (toy.n_reads, ==, UNITS); /* up to the first difference of each */
  g_assert_cmpuint (toy.end, ==, ALL - 100);
  hs_write_result_clear (&result);

  /* Read once, nothing sent: not even a beginning. */
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, 0);
  g_assert_cmpuint (result.skipped_bytes, ==, ALL - 100);
  g_assert_cmpuint (result.compared_bytes, ==, ALL - 100);
  g_assert_cmpuint (toy.n_ops, ==, toy.n_reads);
  hs_write_result_clear (&result);

  /* The last byte of a unit. */
  toy.flash[512 + 1023] ^= 1;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, 1);
  g_assert_false (result.equal[2]);
  g_assert_cmpuint (result.wrote_bytes, ==, 1024);
  g_assert_cmpuint (toy.n_erases, ==, 1);
  g_assert_cmpuint (toy.end, ==, 512 + 1024);
  hs_write_result_clear (&result);
}

static void
test_erased_by_first_block (void)
{
  g_auto (Toy) toy = { 0 };
  HsWriteResult result;

  toy_init (&toy, ALL);
  use_first_block (&toy);
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, UNITS);
  g_assert_cmpuint (toy.n_writes, ==, ALL / BLOCK);
  hs_write_result_clear (&result);

  toy.flash[300] ^= 1;
  toy.flash[3000] ^= 1;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, 2);
  g_assert_cmpuint (toy.n_writes, ==, (256 + 1024) / BLOCK);
  hs_write_result_clear (&result);
}

/* Neighbours that differ are erased by one request, as far as it may reach, never over one that
 * stays. */
static void
test_erases_merged (void)
{
  g_auto (Toy) toy = { 0 };
  HsWriteResult result;

  toy_init (&toy, ALL);
  toy.ops.erase_at_most = 2048;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (toy.n_erases, ==, 2); /* 256 + 256 + 1024, 1024 + 1024 */
  g_assert_cmpuint (toy.longest, ==, 2048);
  hs_write_result_clear (&result);

  toy.flash[0] ^= 1;
  toy.flash[600] ^= 1;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (toy.n_erases, ==, 2);
  g_assert_cmpuint (result.n_differ, ==, 2);
  hs_write_result_clear (&result);
}

/* Behind the image the last block is erased flash; other lengths are padded to a multiple. */
static void
test_padding (void)
{
  static const struct {
    guint length, pad_to, padded;
  } cases[] = { { 1, 0, 64 },  { 1, 4, 4 },     { 63, 16, 64 }, { 64, 0, 64 },
                { 65, 8, 72 }, { 129, 1, 129 }, { 131, 2, 132 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Toy) toy = { 0 };
    HsWriteResult result;

    toy_init (&toy, cases[i].length);
    toy.ops.pad_to = cases[i].pad_to;
    use_mram (&toy);
    write_all (&toy, NULL, &result);
    for (guint at = cases[i].length; at < SIZE; at++)
      g_assert_cmpuint (toy.flash[at], ==, at < cases[i].padded ? 0xff : 0x5a);
    hs_write_result_clear (&result);
    write_all (&toy, NULL, &result);
    g_assert_cmpuint (result.n_differ, ==, 0);
    hs_write_result_clear (&result);
  }
}

static void
test_block0_opens (void)
{
  g_auto (Toy) toy = { 0 };
  HsWriteResult result;

  toy_init (&toy, 1000);
  use_mram (&toy);
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_units, ==, 16);
  hs_write_result_clear (&result);

  /* One that differs takes the first with it, and that is not called equal. */
  toy.flash[500] ^= 1;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, 2);
  g_assert_false (result.equal[0]);
  g_assert_true (result.equal[1]);
  g_assert_false (result.equal[7]);
  g_assert_cmpuint (result.wrote_bytes, ==, 2 * BLOCK);
  g_assert_cmpuint (toy.n_writes, ==, 2);
  hs_write_result_clear (&result);

  /* The first alone. */
  toy.flash[0] ^= 1;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, 1);
  hs_write_result_clear (&result);
}

/* In the chip's swapped mode writing changes nothing, and what was read proves nothing. */
static void
test_swapped (void)
{
  static const guint lengths[] = { ALL, ALL - 1, 127 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_auto (Toy) toy = { 0 };
    HsWriteResult result;

    toy_init (&toy, lengths[i]);
    toy.partition.flags |= HS_PARTITION_SWAPPED;
    write_all (&toy, NULL, &result);
    hs_write_result_clear (&result);

    toy.swapped = TRUE;
    write_all (&toy, NULL, &result);
    g_assert_cmpuint (toy.n_writes, ==, 0);
    g_assert_cmpuint (result.n_differ, ==, 0);
    for (guint unit = 0; unit < result.n_units; unit++)
      g_assert_false (result.equal[unit]);
    hs_write_result_clear (&result);

    /* Swapped, and different. */
    toy.flash[70] ^= 0x10;
    toy_renew (&toy);
    g_assert_true (hs_sectors_write (&toy.sectors, toy.image, NULL, &result, NULL));
    g_assert_cmpuint (result.n_differ, ==, 1);
    hs_write_result_clear (&result);

    /* Where the chip has no such mode it is a difference like others. */
    toy.partition.flags &= ~HS_PARTITION_SWAPPED;
    toy_renew (&toy);
    g_assert_true (hs_sectors_write (&toy.sectors, toy.image, NULL, &result, NULL));
    g_assert_cmpuint (result.n_differ, ==, result.n_units);
    hs_write_result_clear (&result);
  }
}

static void
test_odd_lengths (void)
{
  for (guint length = 1; length <= ALL; length += length < 200 ? 1 : 97) {
    g_auto (Toy) toy = { 0 };
    HsWriteResult result;

    toy_init (&toy, length);
    write_all (&toy, NULL, &result);
    g_assert_cmpuint (result.wrote_bytes, ==, length);
    hs_write_result_clear (&result);
    toy.flash[length - 1] ^= 1;
    write_all (&toy, NULL, &result);
    g_assert_cmpuint (result.n_differ, ==, 1);
    hs_write_result_clear (&result);
    if (length < ALL) /* what lies behind the image is nobody's business */
      toy.flash[length] ^= 1;
    write_all (&toy, NULL, &result);
    g_assert_cmpuint (result.n_differ, ==, 0);
    hs_write_result_clear (&result);
  }
}

/* --- when it may not read, or can't --- */

static void
test_full_reads_nothing (void)
{
  const HsWriteOptions full = { .full = TRUE };
  const HsWriteOptions torn = { .full = TRUE, .dont_read = TRUE };
  const HsWriteOptions unread = { .dont_read = TRUE };
  const HsWriteOptions *all[] = { &full, &torn, &unread };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_auto (Toy) toy = { 0 };
    HsWriteResult result;

    toy_init (&toy, ALL - 1);
    write_all (&toy, all[i], &result);
    hs_write_result_clear (&result);
    write_all (&toy, all[i], &result);
    g_assert_cmpuint (toy.n_reads, ==, 0);
    g_assert_cmpuint (result.n_differ, ==, UNITS);
    for (guint unit = 0; unit < UNITS; unit++)
      g_assert_false (result.equal[unit]);
    hs_write_result_clear (&result);
  }
}

static void
test_unreadable (void)
{
  g_auto (Toy) toy = { 0 };
  g_autoptr (GError) error = NULL;
  HsWriteResult result;

  toy_init (&toy, ALL);
  toy.sectors.can_read = FALSE;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (toy.n_reads, ==, 0);
  g_assert_cmpuint (result.n_differ, ==, UNITS);
  hs_write_result_clear (&result);

  g_assert_false (hs_sectors_compare (&toy.sectors, toy.image, &result, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  hs_write_result_clear (&result);
}

/* Refused in the middle, everything is written, also what was read before and found equal. */
static void
test_refused_reading (void)
{
  for (gint64 from = 0; from < ALL; from += 256) {
    g_auto (Toy) toy = { 0 };
    HsWriteResult result;

    toy_init (&toy, ALL);
    memcpy (toy.flash, toy.wanted, ALL);
    toy.refuse_from = from;
    write_all (&toy, NULL, &result);
    g_assert_cmpuint (result.n_differ, ==, UNITS);
    g_assert_cmpuint (result.wrote_bytes, ==, ALL);
    g_assert_cmpuint (result.skipped_bytes, ==, 0);
    hs_write_result_clear (&result);
  }
}

static void
test_refused_images (void)
{
  static const struct {
    HsPartitionFlags flags;
    gsize length;
    HsFlashError code;
  } cases[] = {
    { 0, 100, HS_FLASH_ERROR_FORBIDDEN },
    { HS_PARTITION_WRITABLE | HS_PARTITION_NEVER, 100, HS_FLASH_ERROR_FORBIDDEN },
    { HS_PARTITION_WRITABLE, 0, HS_FLASH_ERROR_BAD_FILE },
    { HS_PARTITION_WRITABLE, ALL + 1, HS_FLASH_ERROR_TOO_LARGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Toy) toy = { 0 };
    g_autoptr (GError) error = NULL;
    HsWriteResult result;

    toy_init (&toy, cases[i].length);
    toy.partition.flags = cases[i].flags;
    g_assert_false (hs_sectors_write (&toy.sectors, toy.image, NULL, &result, &error));
    g_assert_error (error, HS_FLASH_ERROR, (int) cases[i].code);
    g_assert_cmpuint (toy.n_ops, ==, 0);
    hs_write_result_clear (&result);
  }
}

/* --- comparing, reading --- */

static void
test_compare (void)
{
  g_auto (Toy) toy = { 0 };
  HsWriteResult result;

  toy_init (&toy, ALL);
  memcpy (toy.flash, toy.wanted, ALL);
  toy.flash[256] ^= 1;
  g_assert_true (hs_sectors_compare (&toy.sectors, toy.image, &result, NULL));
  g_assert_cmpuint (result.n_units, ==, UNITS);
  g_assert_cmpuint (result.n_differ, ==, 1);
  g_assert_cmpuint (result.skipped_bytes, ==, ALL - 256);
  g_assert_cmpuint (result.wrote_bytes, ==, 0);
  g_assert_cmpuint (toy.n_ops, ==, toy.n_reads);
  g_assert_cmpuint (result.compared_bytes, ==, ALL - 256 + BLOCK);
  hs_write_result_clear (&result);
}

static gboolean
collect (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  GByteArray *bytes = user_data;

  g_assert_cmpuint (length, >, 0);
  g_byte_array_append (bytes, data, length);
  return TRUE;
}

static gboolean
stop (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "full");
  return FALSE;
}

static void
test_read (void)
{
  static const guint offsets[] = { 0, 1, 63, 64, 65, 1000, ALL - 1 };
  static const guint lengths[] = { 0, 1, 2, 63, 64, 65, 500 };
  g_auto (Toy) toy = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) stopped = NULL;

  toy_init (&toy, 1);
  for (guint i = 0; i < SIZE; i++)
    toy.flash[i] = i * 3 + i / 256;
  for (guint o = 0; o < G_N_ELEMENTS (offsets); o++)
    for (guint l = 0; l < G_N_ELEMENTS (lengths); l++) {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      gboolean fits = offsets[o] + lengths[l] <= ALL;

      g_assert_cmpint (
          hs_sectors_read (
              &toy.sectors, offsets[o], lengths[l], collect, bytes, HS_ACTIVITY_READING, NULL),
          ==,
          fits);
      if (fits)
        g_assert_cmpmem (bytes->data, bytes->len, toy.flash + offsets[o], lengths[l]);
    }
  g_assert_false (
      hs_sectors_read (&toy.sectors, G_MAXUINT64, 2, stop, NULL, HS_ACTIVITY_READING, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TOO_LARGE);
  g_assert_false (
      hs_sectors_read (&toy.sectors, 0, 100, stop, NULL, HS_ACTIVITY_READING, &stopped));
  g_assert_error (stopped, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
}

/* --- who watches --- */

static gint64
now_cb (gpointer watcher)
{
  return ((Toy *) watcher)->clock;
}

static void
compared_cb (const HsWriteResult *result, gpointer watcher)
{
  Toy *self = watcher;

  self->n_compared++;
  self->n_writes_when_compared = self->n_erases + self->n_writes + self->n_begins;
  g_assert_cmpuint (result->n_differ, ==, 1);
  g_assert_true (result->equal[0]);
  g_assert_false (result->equal[1]);
}

static void
test_watched (void)
{
  g_auto (Toy) toy = { 0 };
  const HsWriteOptions options = { .now = now_cb, .compared = compared_cb, .watcher = &toy };
  HsWriteResult result;

  toy_init (&toy, ALL);
  memcpy (toy.flash, toy.wanted, ALL);
  toy.flash[256] ^= 1;
  write_all (&toy, &options, &result);
  g_assert_cmpuint (toy.n_compared, ==, 1);
  g_assert_cmpuint (toy.n_writes_when_compared, ==, 0);
  g_assert_cmpuint (result.us_compare, ==, 10 * toy.n_reads);
  g_assert_cmpuint (result.us_write, ==, 10 * (toy.n_ops - toy.n_reads));
  hs_write_result_clear (&result);
}

static void
test_slow (void)
{
  g_auto (Toy) toy = { 0 };
  const HsSlowUnit *slow;
  HsWriteResult result;

  /* Twice the datasheet's time is not slow yet. */
  toy_init (&toy, ALL);
  toy.took_us = 400000;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.slow->len, ==, 0);
  hs_write_result_clear (&result);

  toy.took_us = 400001;
  memset (toy.flash, 0, 600);
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.slow->len, ==, 3);
  slow = &g_array_index (result.slow, HsSlowUnit, 2);
  g_assert_cmpuint (slow->unit, ==, 2);
  g_assert_cmpuint (slow->ms, ==, 400);
  g_assert_cmpuint (slow->n_units, ==, 1);
  hs_write_result_clear (&result);

  /* Erased together, they have as much time together. */
  toy.ops.erase_at_most = ALL;
  memset (toy.flash, 0, ALL);
  toy.took_us = 5 * 400000;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (toy.n_erases, ==, 1);
  g_assert_cmpuint (result.slow->len, ==, 0);
  hs_write_result_clear (&result);
  memset (toy.flash, 0, ALL);
  toy.took_us++;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.slow->len, ==, 1);
  slow = &g_array_index (result.slow, HsSlowUnit, 0);
  g_assert_cmpuint (slow->unit, ==, 0);
  g_assert_cmpuint (slow->n_units, ==, 5);
  hs_write_result_clear (&result);

  /* Every block of a unit is slow: one unit is. */
  use_first_block (&toy);
  memset (toy.flash, 0, 300);
  toy.took_us = 900000;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.slow->len, ==, 2);
  hs_write_result_clear (&result);
}

static void
test_cancelled (void)
{
  for (guint n = 1;; n++) {
    g_auto (Toy) toy = { 0 };
    g_autoptr (GError) error = NULL;
    HsWriteResult result;
    gboolean ok;

    toy_init (&toy, ALL - 7);
    memcpy (toy.flash, toy.wanted, 600);
    toy.cancel_at = n;
    ok = hs_sectors_write (&toy.sectors, toy.image, NULL, &result, &error);
    assert_honest (&toy, &result);
    if (!ok) {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (toy.n_ops, ==, n); /* nothing was begun after it */
      g_assert_cmpuint (toy.n_finishes, ==, 0);
    }
    hs_write_result_clear (&result);
    if (ok) {
      g_assert_cmpuint (n + 1, >=, toy.n_ops); /* too late: all was written */
      return;
    }
  }
}

/* --- the n-th operation fails --- */

typedef void (*Prepare) (Toy *self);

static void
prepare_plain (Toy *self)
{
}

static void
prepare_merged (Toy *self)
{
  self->ops.erase_at_most = 2048;
}

static void
prepare_swapping (Toy *self)
{
  self->partition.flags |= HS_PARTITION_SWAPPED;
}

static void
fail_at (Prepare prepare, HsFlashError code, guint n, gboolean *through)
{
  const HsWriteOptions full = { .full = TRUE };
  g_auto (Toy) toy = { 0 };
  g_autoptr (GError) error = NULL;
  HsWriteResult result;
  gboolean ok;

  toy_init (&toy, ALL - 333);
  prepare (&toy);
  memcpy (toy.flash, toy.wanted, 256);                /* equal */
  memcpy (toy.flash + 1536, toy.wanted + 1536, 1000); /* equal, but for its end */
  toy.fail_at = n;
  toy.fail_code = code;
  ok = hs_sectors_write (&toy.sectors, toy.image, NULL, &result, &error);
  assert_honest (&toy, &result);
  *through = toy.n_ops < n;
  /* A refused reading is none the worse: everything was written. */
  if (ok) {
    assert_flash_holds (&toy);
  } else {
    g_assert_error (error, HS_FLASH_ERROR, (int) code);
    g_assert_cmpuint (toy.n_ops, ==, n);
  }
  hs_write_result_clear (&result);

  /* The next attempt finds it and makes it good. */
  toy.fail_at = 0;
  write_all (&toy, &full, &result);
  hs_write_result_clear (&result);
}

static void
test_faults (void)
{
  static const HsFlashError codes[] = { HS_FLASH_ERROR_GONE,
                                        HS_FLASH_ERROR_TIMED_OUT,
                                        HS_FLASH_ERROR_STALLED,
                                        HS_FLASH_ERROR_STATUS,
                                        HS_FLASH_ERROR_PROTOCOL };
  static const Prepare prepares[] = {
    prepare_plain, prepare_merged, use_first_block, use_mram, prepare_swapping
  };

  for (guint c = 0; c < G_N_ELEMENTS (codes); c++)
    for (guint p = 0; p < G_N_ELEMENTS (prepares); p++) {
      gboolean through = FALSE;

      for (guint n = 1; !through; n++)
        fail_at (prepares[p], codes[c], n, &through);
    }
}

/* An image that gets shorter while it is being sent. */
static void
test_cut_image (void)
{
  g_auto (Toy) toy = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("hotshoe-cut-XXXXXX", &path, NULL);
  HsWriteResult result;

  toy_init (&toy, 1000);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_file_set_contents (path, (const char *) toy.wanted, 700, NULL));
  close (fd);
  fd = g_open (path, O_RDONLY, 0);
  hs_source_unref (toy.image);
  toy.image = hs_source_new_file (fd, 1000);
  g_assert_false (hs_sectors_write (&toy.sectors, toy.image, NULL, &result, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  assert_honest (&toy, &result);
  hs_write_result_clear (&result);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sectors/only-what-differs", test_only_what_differs);
  g_test_add_func ("/sectors/erased-by-first-block", test_erased_by_first_block);
  g_test_add_func ("/sectors/erases-merged", test_erases_merged);
  g_test_add_func ("/sectors/padding", test_padding);
  g_test_add_func ("/sectors/block0-opens", test_block0_opens);
  g_test_add_func ("/sectors/swapped", test_swapped);
  g_test_add_func ("/sectors/odd-lengths", test_odd_lengths);
  g_test_add_func ("/sectors/full-reads-nothing", test_full_reads_nothing);
  g_test_add_func ("/sectors/unreadable", test_unreadable);
  g_test_add_func ("/sectors/refused-reading", test_refused_reading);
  g_test_add_func ("/sectors/refused-images", test_refused_images);
  g_test_add_func ("/sectors/compare", test_compare);
  g_test_add_func ("/sectors/read", test_read);
  g_test_add_func ("/sectors/watched", test_watched);
  g_test_add_func ("/sectors/slow", test_slow);
  g_test_add_func ("/sectors/cancelled", test_cancelled);
  g_test_add_func ("/sectors/faults", test_faults);
  g_test_add_func ("/sectors/cut-image", test_cut_image);
  return g_test_run ();
}
