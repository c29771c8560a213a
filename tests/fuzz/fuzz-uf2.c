/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/uf2.h"
#include "tests/fuzz/fuzz.h"
#include "tests/image-files.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) whole = g_bytes_new (data, size);
  g_autoptr (HsImage) image = hs_image_new (whole, "firmware.uf2", NULL);
  guint32 address;

  if (!hs_uf2_is (data, size))
    return 0;
  content = hs_uf2_read (data, size, &address, &error);
  g_assert_true ((content == NULL) == (error != NULL));
  g_assert_true (content == NULL || g_bytes_get_size (content) <= HS_UF2_FLASH_SIZE);
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  g_autoptr (GBytes) plain = firmware ("OPENMV4", HS_ROLE_FIRMWARE, "v5");
  g_autoptr (GBytes) small = g_bytes_new_from_bytes (plain, 0x3000, 900);
  g_autoptr (GBytes) pico =
      hs_sample_firmware (hs_board_by_id ("RPI_PICO"), HS_ROLE_FIRMWARE, "v5", "5.0.0", 1, 0x4000);

  g_ptr_array_add (seeds, make_uf2 (small, HS_UF2_FLASH));
  g_ptr_array_add (seeds, hs_uf2_new (small, HS_UF2_FLASH + 0x1000));
  g_ptr_array_add (seeds, hs_uf2_new (pico, HS_UF2_FLASH));
}
