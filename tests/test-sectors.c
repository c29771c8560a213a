/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/toy-flash.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* The compare-and-write engine alone, on a flash that is an array. */

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

/* One block reaches over several units: fewer requests, the same bytes. */
static void
test_large_blocks (void)
{
  g_auto (Toy) toy = { 0 };
  HsWriteResult result;

  toy_init (&toy, ALL - 100);
  toy.ops.block_size = 2048;
  toy.ops.align = 256;
  toy.ops.pad_to = BLOCK;
  toy.ops.erase_at_most = 4096;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, UNITS);
  g_assert_cmpuint (toy.n_reads, ==, 2); /* 256 + 256 + 1024, 1024 + 924 */
  g_assert_cmpuint (toy.n_writes, ==, 2);
  hs_write_result_clear (&result);

  /* Units that stay are neither erased nor written, though they were read with the others. */
  toy.flash[0] ^= 1;
  toy.flash[512] ^= 1;
  toy.flash[512 + 1024] ^= 1;
  write_all (&toy, NULL, &result);
  g_assert_cmpuint (result.n_differ, ==, 3);
  g_assert_true (result.equal[1]);
  g_assert_true (result.equal[4]);
  g_assert_cmpuint (toy.n_reads, ==, 2);
  g_assert_cmpuint (toy.n_erases, ==, 2);
  g_assert_cmpuint (toy.n_writes, ==, 2);
  g_assert_cmpuint (result.wrote_bytes, ==, 256 + 1024 + 1024);
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

/* An answer that makes no sense is no refusal: nothing is erased on it. */
static void
test_nonsense (void)
{
  g_auto (Toy) toy = { 0 };
  g_autoptr (GError) error = NULL;
  HsWriteResult result;

  toy_init (&toy, ALL);
  toy.fail_at = 3;
  toy.fail_code = HS_FLASH_ERROR_PROTOCOL;
  g_assert_false (hs_sectors_write (&toy.sectors, toy.image, NULL, &result, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
  g_assert_cmpuint (toy.n_reads, ==, toy.n_ops);
  hs_write_result_clear (&result);
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

/* What another partition has as well can be read, not written. */
static void
test_shared_end (void)
{
  g_auto (Toy) toy = { 0 };
  g_autoptr (GError) error = NULL;
  HsWriteResult result;

  toy_init (&toy, ALL);
  toy.partition.own_size = ALL - BLOCK;
  g_assert_false (hs_sectors_write (&toy.sectors, toy.image, NULL, &result, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TOO_LARGE);
  g_assert_cmpuint (toy.n_ops, ==, 0);
  hs_write_result_clear (&result);
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
prepare_large (Toy *self)
{
  self->ops.block_size = 2048;
  self->ops.align = 256;
  self->ops.pad_to = BLOCK;
  prepare_merged (self);
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
  static const Prepare prepares[] = { prepare_plain,   prepare_merged, prepare_large,
                                      use_first_block, use_mram,       prepare_swapping };

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
  g_test_add_func ("/sectors/large-blocks", test_large_blocks);
  g_test_add_func ("/sectors/padding", test_padding);
  g_test_add_func ("/sectors/block0-opens", test_block0_opens);
  g_test_add_func ("/sectors/swapped", test_swapped);
  g_test_add_func ("/sectors/odd-lengths", test_odd_lengths);
  g_test_add_func ("/sectors/full-reads-nothing", test_full_reads_nothing);
  g_test_add_func ("/sectors/unreadable", test_unreadable);
  g_test_add_func ("/sectors/refused-reading", test_refused_reading);
  g_test_add_func ("/sectors/nonsense", test_nonsense);
  g_test_add_func ("/sectors/refused-images", test_refused_images);
  g_test_add_func ("/sectors/shared-end", test_shared_end);
  g_test_add_func ("/sectors/compare", test_compare);
  g_test_add_func ("/sectors/read", test_read);
  g_test_add_func ("/sectors/watched", test_watched);
  g_test_add_func ("/sectors/slow", test_slow);
  g_test_add_func ("/sectors/cancelled", test_cancelled);
  g_test_add_func ("/sectors/faults", test_faults);
  g_test_add_func ("/sectors/cut-image", test_cut_image);
  return g_test_run ();
}
