/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/image-files.h"

/* Must come back, whatever it says; and what it says must hold together. The bytes are in a block
 * of their own size, so that a sanitizer sees any read behind them. */
static void
survive (const guint8 *bytes, gsize size)
{
  g_autoptr (GBytes) copy = g_bytes_new (bytes, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsImage) image = hs_image_new (copy, NULL, &error);
  const HsBoard *board = hs_board_by_id ("OPENMV4");

  g_assert_true ((image == NULL) == (error != NULL));
  if (image == NULL) {
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
    return;
  }
  /* The pages of an RP2040 are whole. */
  g_assert_true (image->payload == NULL || g_bytes_get_size (image->payload) < size + 256);
  hs_image_check (image, board, hs_board_find (board, HS_ROLE_FIRMWARE), NULL);
}

static void
mistreat (GBytes *sample, GRand *random)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (sample, &size);
  gsize front = MIN (size, 400);

  for (gsize cut = 0; cut < front; cut += 7)
    survive (bytes, cut);
  for (guint i = 0; i < 40; i++)
    survive (bytes, g_rand_int_range (random, 0, size));
  for (guint i = 0; i < 160; i++) {
    g_autofree guint8 *copy = g_memdup2 (bytes, size);
    gsize range = i % 2 == 0 ? front : size;

    for (guint n = 0; n < 1 + i % 4; n++)
      copy[g_rand_int_range (random, 0, range)] = g_rand_int (random);
    survive (copy, size);
  }
}

static void
test_hostile (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  g_autoptr (GBytes) plain = hs_sample_firmware (board, HS_ROLE_FIRMWARE, "v5", "5.0.0", 1, 0x4000);
  g_autoptr (GBytes) boot = hs_sample_bootloader (board, 0x0103);
  g_autoptr (GBytes) small = g_bytes_new_from_bytes (plain, 0x3100, 400);
  g_autoptr (GPtrArray) samples = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  g_ptr_array_add (samples, g_bytes_ref (plain));
  g_ptr_array_add (samples, g_bytes_ref (boot));
  g_ptr_array_add (samples, make_dfu (small));
  g_ptr_array_add (samples, make_dfuse (0x08040000, small, 0x08000000, small));
  g_ptr_array_add (samples, make_elf (small));
  g_ptr_array_add (samples, make_uf2 (small, 0x10000000));
  g_ptr_array_add (samples, hs_sample_romfs (1, 300));
  g_ptr_array_add (samples, make_toc ());
  g_ptr_array_add (samples, make_key ());
  g_ptr_array_add (samples, firmware ("OPENMV_RT1060", HS_ROLE_FIRMWARE, "v5"));
  for (guint i = 0; i < samples->len; i++)
    mistreat (g_ptr_array_index (samples, i), random);
}

/* Directories in directories without end, every byte of them well-formed. */
static void
test_hostile_romfs_depth (void)
{
  GByteArray *array = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  const guint depth = 20000;
  const guint8 header[] = { 0xD2, 0xCD, 0x31 };

  g_byte_array_append (array, header, sizeof header);
  for (guint i = 0; i <= depth; i++) {
    guint left = (depth - i) * 7 + (i > 0 ? 2 : 0); /* 7: kind, length, name's length, name */
    const guint8 record[] = { 4,
                              0x80 | (left >> 21 & 0x7F),
                              0x80 | (left >> 14 & 0x7F),
                              0x80 | (left >> 7 & 0x7F),
                              left & 0x7F,
                              1,
                              'd' };
    if (i == 0)
      g_byte_array_append (array, record + 1, 4);
    else
      g_byte_array_append (array, record, 7);
  }
  bytes = g_byte_array_free_to_bytes (array);
  look_fails (bytes);
}

/* A file of nothing but the name that the frozen table is known by: must not take for ever. */
static void
test_hostile_names (void)
{
  g_autoptr (GBytes) sample = firmware ("OPENMV4", HS_ROLE_FIRMWARE, "v5.0.0");
  g_autoptr (GByteArray) array = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HsImage) image = NULL;

  put_bytes (array, sample);
  for (guint i = 0; i < 200000; i++)
    g_byte_array_append (array, (const guint8 *) "_boot.py", 9);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&array));
  image = look (bytes, NULL);
  g_assert_cmpuint (g_strv_length (image->frozen), ==, 4096);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image-hostile/any", test_hostile);
  g_test_add_func ("/image-hostile/romfs-depth", test_hostile_romfs_depth);
  g_test_add_func ("/image-hostile/names", test_hostile_names);

  return g_test_run ();
}
