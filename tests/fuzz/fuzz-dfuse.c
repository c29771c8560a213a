/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz.h"
#include "tests/image-files.h"

/* .dfu files of older releases. Their checksum is put right, so that what lies behind it is
 * reached; every fourth input keeps a wrong one. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsImage) image = NULL;

  if (size >= 16 && data[size / 2] % 4 != 0) {
    guint32 crc;

    memcpy (copy + size - 8, "UFD\x10", 4);
    crc = crc_of (copy, size - 4);
    for (guint i = 0; i < 4; i++)
      copy[size - 4 + i] = crc >> 8 * i;
  }
  bytes = g_bytes_new_take (g_steal_pointer (&copy), size);
  image = hs_image_new (bytes, "firmware.dfu", &error);
  g_assert_true ((image == NULL) == (error != NULL));
  g_assert_true (image == NULL || image->payload == NULL ||
                 g_bytes_get_size (image->payload) <= size);
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  g_autoptr (GBytes) plain = firmware ("OPENMV4", HS_ROLE_FIRMWARE, "v4.6.20");
  g_autoptr (GBytes) small = g_bytes_new_from_bytes (plain, 0x3000, 600);

  g_ptr_array_add (seeds, make_dfuse (0x08040000, small, 0, NULL));
  g_ptr_array_add (seeds, make_dfuse (0x08040000, small, 0x08000000, small));
  g_ptr_array_add (seeds, make_dfuse (0x08040000, plain, 0, NULL));
  g_ptr_array_add (seeds, make_dfu (small));
}
