/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz.h"
#include "tests/image-files.h"

/* Any file that somebody drops: firmware, bootloader, ELF, boot table, key, zip, what they are
 * called. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const names[] = { NULL, "firmware.bin", "romfs1.img", "cyw4343_btfw.bin" };
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsImage) image = hs_image_new (bytes, names[size % G_N_ELEMENTS (names)], &error);
  const HsBoard *board;

  g_assert_true ((image == NULL) == (error != NULL));
  if (image == NULL)
    return 0;
  g_assert_true (image->payload == NULL || g_bytes_get_size (image->payload) < size + 256);
  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    for (guint n = 0; n < board->n_partitions; n++)
      hs_image_check (image, board, &board->partitions[n], NULL);
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  GBytes *plain = hs_sample_firmware (board, HS_ROLE_FIRMWARE, "v5", "5.0.0", 1, 0x4000);
  GBytes *small = g_bytes_new_from_bytes (plain, 0x3000, 1400);

  g_ptr_array_add (seeds, plain);
  g_ptr_array_add (seeds, small);
  g_ptr_array_add (seeds, hs_sample_bootloader (board, 0x0103));
  g_ptr_array_add (seeds, hs_sample_toc (1));
  g_ptr_array_add (seeds, hs_sample_romfs (1, 400));
  g_ptr_array_add (seeds, make_dfu (small));
  g_ptr_array_add (seeds, make_elf (small));
  g_ptr_array_add (
      seeds,
      hs_sample_firmware (
          hs_board_by_id ("OPENMV_RT1060"), HS_ROLE_FIRMWARE, "v5", "5.0.0", 1, 0x4000));
}
