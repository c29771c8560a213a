/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"

#include <string.h>

static guint8 *
make_flash (const HsPartition *partition, GBytes *image)
{
  guint8 *flash = g_malloc (partition->size);

  memset (flash, 0xFF, partition->size);
  memcpy (flash, g_bytes_get_data (image, NULL), g_bytes_get_size (image));
  return flash;
}

static void
check_firmware (const HsBoard *board, HsRole role)
{
  const HsPartition *partition = hs_board_find (board, role);
  g_autoptr (GBytes) image = hs_sample_firmware (board, role, "v5.0.0", "5.0.0", 7, 20001);
  g_autoptr (GBytes) again = hs_sample_firmware (board, role, "v5.0.0", "5.0.0", 7, 20001);
  g_autoptr (GBytes) other = hs_sample_firmware (board, role, "v5.0.0", "5.0.0", 8, 20001);
  g_autofree guint8 *flash = make_flash (partition, image);
  g_autofree char *number = hs_sample_read_number (flash, partition->size);

  g_test_message ("%s", board->id);
  g_assert_true (g_bytes_equal (image, again));
  g_assert_false (g_bytes_equal (image, other));
  g_assert_cmpuint (g_bytes_get_size (image), ==, partition->n_erase == 0 ? 20016 : 20001);
  g_assert_cmpstr (number, ==, "5.0.0");
  g_assert_true (hs_sample_would_start (board, role, flash, partition->size));

  flash[15000] ^= 1;
  g_assert_false (hs_sample_would_start (board, role, flash, partition->size));
  flash[15000] ^= 1;
  memset (flash + 16384, 0xFF, 4096);
  g_assert_false (hs_sample_would_start (board, role, flash, partition->size));
  memset (flash, 0, 4096);
  g_assert_false (hs_sample_would_start (board, role, flash, partition->size));
}

static void
test_firmware (void)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    if (board->retired)
      continue;
    check_firmware (board, HS_ROLE_FIRMWARE);
    if (hs_board_find (board, HS_ROLE_FIRMWARE_HE) != NULL)
      check_firmware (board, HS_ROLE_FIRMWARE_HE);
  }
}

static void
test_default_size (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autoptr (GBytes) image = hs_sample_firmware (board, HS_ROLE_FIRMWARE, NULL, "5.0.0", 1, 0);

  g_assert_cmpuint (g_bytes_get_size (image), ==, 1277952);
}

static void
test_romfs (void)
{
  const gsize sizes[] = { 128, 129, 4096, 128676 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GBytes) image = hs_sample_romfs (3, sizes[i]);

    g_assert_cmpuint (g_bytes_get_size (image), ==, sizes[i]);
    g_assert_true (memcmp (g_bytes_get_data (image, NULL), "\xD2\xCD\x31\x80", 4) == 0);
  }
}

static void
test_bootloader (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autoptr (GBytes) image = hs_sample_bootloader (board, 0x0103);
  const guint8 *bytes = g_bytes_get_data (image, NULL);
  const guint8 header[] = { 0xAD, 0x10, 0x07, 0xB0, 1, 0, 3, 0 };

  g_assert_cmpmem (bytes + 0x1000, sizeof header, header, sizeof header);
  g_assert_cmpuint (g_bytes_get_size (image), <=, 32768);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/sample-image/firmware", test_firmware);
  g_test_add_func ("/sample-image/default-size", test_default_size);
  g_test_add_func ("/sample-image/romfs", test_romfs);
  g_test_add_func ("/sample-image/bootloader", test_bootloader);

  return g_test_run ();
}
