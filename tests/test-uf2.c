/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/image.h"
#include "flash/sim/sample-image.h"
#include "flash/uf2.h"
#include "flash/vectors.h"

#include <string.h>

#define FLASH 0x10000000u

static GBytes *
make_content (gsize size, guint seed)
{
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    bytes[i] = i * 7 + (i >> 8) * 13 + seed;
  return g_bytes_new_take (bytes, size);
}

static GBytes *
read_back (GBytes *file, guint32 *address)
{
  g_autoptr (GError) error = NULL;
  GBytes *content =
      hs_uf2_read (g_bytes_get_data (file, NULL), g_bytes_get_size (file), address, &error);

  g_assert_no_error (error);
  return content;
}

static void
assert_bad (const guint8 *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  guint32 address;

  g_assert_null (hs_uf2_read (bytes, size, &address, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
}

static void
put_word (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = value >> 8 * i;
}

static void
test_round_trip (void)
{
  static const gsize sizes[] = { 1, 255, 256, 257, 4096, 70001 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (GBytes) content = make_content (sizes[i], i);
    g_autoptr (GBytes) padded = hs_uf2_pad (content);
    g_autoptr (GBytes) file = hs_uf2_new (content, FLASH);
    g_autoptr (GBytes) again = NULL;
    guint32 address;

    again = read_back (file, &address);
    g_assert_cmphex (address, ==, FLASH);
    g_assert_cmpuint (g_bytes_get_size (file), ==, (sizes[i] + 255) / 256 * 512);
    g_assert_true (g_bytes_equal (again, padded));
    g_assert_cmpuint (g_bytes_get_size (padded) % 256, ==, 0);
  }
}

/* The first block by hand: what the ROM reads is what the format's page says. */
static void
test_bytes_of_a_block (void)
{
  static const guint8 head[32] = {
    0x55, 0x46, 0x32, 0x0A, 0x57, 0x51, 0x5D, 0x9E, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
    0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x56, 0xFF, 0x8B, 0xE4,
  };
  static const guint8 end[4] = { 0x30, 0x6F, 0xB1, 0x0A };
  g_autoptr (GBytes) content = make_content (300, 1);
  g_autoptr (GBytes) file = hs_uf2_new (content, FLASH);
  const guint8 *bytes = g_bytes_get_data (file, NULL);

  g_assert_cmpmem (bytes, 32, head, sizeof head);
  g_assert_cmpmem (bytes + 32, 256, g_bytes_get_data (content, NULL), 256);
  g_assert_cmpmem (bytes + 508, 4, end, sizeof end);
  g_assert_cmphex (bytes[512 + 13], ==, 0x01); /* the second page's address */
}

/* The blocks back to front, one of them not for the flash, and a gap that nobody names. */
static void
test_any_order (void)
{
  g_autoptr (GBytes) content = make_content (8 * 256, 3);
  g_autoptr (GBytes) file = hs_uf2_new (content, FLASH + 4096);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (file, NULL), 8 * 512);
  g_autofree guint8 *turned = g_malloc (8 * 512);
  g_autofree guint8 *expected = g_memdup2 (g_bytes_get_data (content, NULL), 8 * 256);
  g_autoptr (GBytes) mixed = NULL;
  g_autoptr (GBytes) again = NULL;
  guint32 address;

  put_word (bytes + 3 * 512 + 8, 0x2001);     /* not for the main flash */
  put_word (bytes + 3 * 512 + 12, 0xDEADBEE); /* … so that this is nobody's business */
  memset (expected + 3 * 256, 0, 256);
  for (guint i = 0; i < 8; i++)
    memcpy (turned + i * 512, bytes + (7 - i) * 512, 512);

  mixed = g_bytes_new (turned, 8 * 512);
  again = read_back (mixed, &address);
  g_assert_cmphex (address, ==, FLASH + 4096);
  g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), expected, 8 * 256);
}

/* Every word of a block's head and its end, wrong; the middle block of three. */
static void
test_hostile (void)
{
  static const struct {
    guint at;
    guint32 value;
  } cases[] = {
    { 0, 0 },
    { 4, 0 },
    { 8, 0x0000 },
    { 12, 0x20000000 },
    { 12, 0x0FFFFF00 },
    { 12, 0x11000000 },
    { 12, 0x10000110 },
    { 12, 0x10000000 },
    { 12, 0xFFFFFF00 },
    { 16, 0 },
    { 16, 255 },
    { 16, 476 },
    { 16, G_MAXUINT32 },
    { 20, 0 },
    { 20, 3 },
    { 20, G_MAXUINT32 },
    { 24, 0 },
    { 24, 2 },
    { 24, 4 },
    { 24, G_MAXUINT32 },
    { 12, 0x10FFFF00 },
    { 28, 0xE48BFF59 },
    { 28, 0xE48BFF57 },
    { 508, 0 },
  };
  g_autoptr (GBytes) content = make_content (3 * 256, 3);
  g_autoptr (GBytes) file = hs_uf2_new (content, FLASH);
  gsize size = g_bytes_get_size (file);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (file, NULL), size);

    g_test_message ("%u: 0x%08X", cases[i].at, cases[i].value);
    put_word (bytes + 512 + cases[i].at, cases[i].value);
    assert_bad (bytes, size);
  }
  for (gsize cut = 0; cut < size; cut += cut < 600 ? 1 : 37)
    assert_bad (g_bytes_get_data (file, NULL), cut);
}

/* Nothing but blocks that are for something else. */
static void
test_nothing_for_the_flash (void)
{
  g_autoptr (GBytes) content = make_content (256, 3);
  g_autoptr (GBytes) file = hs_uf2_new (content, FLASH);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (file, NULL), 512);

  put_word (bytes + 8, 0x2001);
  assert_bad (bytes, 512);
}

static GBytes *
make_firmware (const char *board, gsize size)
{
  return hs_sample_firmware (hs_board_by_id (board), HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 4, size);
}

/* firmware.bin and firmware.uf2 of one build are one image, whatever the length of the former. */
static void
test_one_image (void)
{
  g_autoptr (GBytes) firmware = make_firmware ("RPI_PICO", 70001);
  g_autoptr (GBytes) file = hs_uf2_new (firmware, FLASH);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsImage) raw = hs_image_new (firmware, "firmware.bin", &error);
  g_autoptr (HsImage) uf2 = hs_image_new (file, "firmware.uf2", &error);

  g_assert_no_error (error);
  g_assert_cmpint (raw->role, ==, HS_ROLE_FIRMWARE);
  g_assert_cmpint (uf2->kind, ==, HS_IMAGE_UF2);
  g_assert_cmpstr (raw->payload_sha256, ==, uf2->payload_sha256);
  g_assert_cmpstr (raw->sha256, !=, uf2->sha256);
}

/* At another address than where the ROM looks for the second stage. */
static void
test_wrong_address (void)
{
  g_autoptr (GBytes) firmware = make_firmware ("RPI_PICO", 70001);
  g_autoptr (GBytes) file = hs_uf2_new (firmware, FLASH + 4096);
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_image_new (file, "firmware.uf2", &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
}

static void
test_boards (void)
{
  const HsBoard *pico = hs_board_by_id ("RPI_PICO");
  const HsBoard *nano = hs_board_by_id ("ARDUINO_NANO_RP2040_CONNECT");
  g_autoptr (GBytes) firmware = make_firmware ("RPI_PICO", 70001);
  g_autoptr (GBytes) other = make_firmware ("OPENMV4", 70001);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (firmware, NULL), 70001);
  g_autoptr (GBytes) nameless = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsImage) image = hs_image_new (firmware, NULL, &error);
  g_autoptr (HsImage) both = NULL;
  char *name;

  g_assert_true (hs_image_allows_board (image, pico));
  g_assert_false (hs_image_allows_board (image, nano));

  /* An image that does not say which machine it is for is possible on both. */
  name = memmem (bytes, 70001, pico->machine, strlen (pico->machine));
  g_assert_nonnull (name);
  memset (name, 'x', strlen (pico->machine));
  nameless = g_bytes_new (bytes, 70001);
  both = hs_image_new (nameless, NULL, &error);
  g_assert_true (hs_image_allows_board (both, pico));
  g_assert_true (hs_image_allows_board (both, nano));

  g_assert_false (hs_image_check_payload (other, HS_ROLE_FIRMWARE, pico, pico->partitions, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_BOARD);
}

/* The second stage is what the ROM starts: without its checksum there is nothing to start. */
static void
test_second_stage (void)
{
  const HsBoard *pico = hs_board_by_id ("RPI_PICO");
  g_autoptr (GBytes) firmware = make_firmware ("RPI_PICO", 70001);
  g_autofree guint8 *bytes = g_memdup2 (g_bytes_get_data (firmware, NULL), 70001);

  g_assert_true (hs_vectors_start (pico, HS_ROLE_FIRMWARE, bytes, 70001));
  for (guint at = 0; at < 256; at += 17) {
    g_autoptr (GBytes) broken = NULL;
    g_autoptr (GError) error = NULL;

    bytes[at] ^= 0x10;
    broken = g_bytes_new (bytes, 70001);
    g_assert_false (hs_vectors_start (pico, HS_ROLE_FIRMWARE, bytes, 70001));
    g_assert_false (
        hs_image_check_payload (broken, HS_ROLE_FIRMWARE, pico, pico->partitions, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
    bytes[at] ^= 0x10;
  }
  g_assert_false (hs_vectors_start (pico, HS_ROLE_FIRMWARE, bytes, 255));
  g_assert_false (hs_vectors_start (pico, HS_ROLE_FIRMWARE, bytes, 0));
}

/* CRC-32/MPEG-2 of 252 zeros: what zlib makes of it with all bits reversed and the inversion
 * undone.
 */
static void
test_crc (void)
{
  const guint8 zeros[252] = { 0 };

  g_assert_cmphex (hs_boot2_crc (zeros), ==, 0x7065399Au);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/uf2/round-trip", test_round_trip);
  g_test_add_func ("/uf2/bytes-of-a-block", test_bytes_of_a_block);
  g_test_add_func ("/uf2/any-order", test_any_order);
  g_test_add_func ("/uf2/hostile", test_hostile);
  g_test_add_func ("/uf2/nothing-for-the-flash", test_nothing_for_the_flash);
  g_test_add_func ("/uf2/one-image", test_one_image);
  g_test_add_func ("/uf2/wrong-address", test_wrong_address);
  g_test_add_func ("/uf2/boards", test_boards);
  g_test_add_func ("/uf2/second-stage", test_second_stage);
  g_test_add_func ("/uf2/crc", test_crc);

  return g_test_run ();
}
