/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/image-files.h"

#include <glib/gstdio.h>

static GBytes *
from_hex (const char *hex)
{
  GByteArray *array = g_byte_array_new ();

  for (; *hex != '\0'; hex += 2) {
    guint8 byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);

    g_byte_array_append (array, &byte, 1);
  }
  return g_byte_array_free_to_bytes (array);
}

static void
assert_one_board (const HsImage *image, const char *id)
{
  g_assert_nonnull (image->boards[0]);
  g_assert_cmpstr (image->boards[0]->id, ==, id);
  g_assert_null (image->boards[1]);
}

static void
check_firmware (const HsBoard *board, HsRole role)
{
  g_autoptr (GBytes) bytes = hs_sample_firmware (board, role, "v5.0.0", "5.0.0", 3, SMALL);
  g_autoptr (HsImage) image = look (bytes, NULL);
  const HsPartition *partition = hs_board_find (board, role);
  g_autoptr (GError) error = NULL;

  g_test_message ("%s", board->id);
  g_assert_cmpint (image->kind, ==, HS_IMAGE_RAW);
  g_assert_cmpint (image->role, ==, role);
  assert_one_board (image, board->id);
  g_assert_true (hs_image_allows_board (image, board));
  g_assert_true (hs_image_check (image, board, partition, &error));
  g_assert_no_error (error);
  g_assert_true (hs_image_check_payload (bytes, role, board, partition, &error));
  g_assert_no_error (error);
  if (board->app_scheme != HS_ID_SCHEME_RP2) /* it gets whole pages */
    g_assert_cmpstr (image->sha256, ==, image->payload_sha256);
  g_assert_cmpuint (strlen (image->sha256), ==, 64);
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
test_strings (void)
{
  g_autoptr (GBytes) bytes = firmware ("OPENMV4", HS_ROLE_FIRMWARE, "v5.0.0-34.gcbbb877eda.dirty");
  g_autoptr (HsImage) image = look (bytes, "firmware.bin");
  g_autofree char *frozen = g_strjoinv (" ", image->frozen);

  g_assert_cmpstr (image->omv_version, ==, "v5.0.0-34.gcbbb877eda.dirty");
  g_assert_cmpstr (image->mpy_version, ==, "v1.28.0-22.g7aaa17e5ed");
  g_assert_cmpstr (image->built, ==, "2026-11-21");
  g_assert_cmpstr (
      frozen, ==, "neopixel.py ntptime.py asyncio/__init__.py asyncio/core.py _boot.py");
  g_assert_true (image->dirty);
  g_assert_cmpuint (image->bootloader_version, ==, 0);
}

static void
test_version_forms (void)
{
  static const struct {
    const char *tag;
    gboolean dirty;
  } forms[] = { { "v5.0.0", FALSE },
                { "v5.0.0-120.gcbbb877ed", FALSE },
                { "v4.6.20-dirty", TRUE },
                { "cbbb877ed", FALSE },
                { "None", FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autoptr (GBytes) bytes = firmware ("OPENMV3", HS_ROLE_FIRMWARE, forms[i].tag);
    g_autoptr (HsImage) image = look (bytes, NULL);

    g_assert_cmpstr (image->omv_version, ==, forms[i].tag);
    g_assert_cmpint (image->dirty, ==, forms[i].dirty);
  }
}

static void
test_romfs (void)
{
  /* One file, two files, none: written by tools/mkromfs.py. */
  static const char *const good[] = {
    "d2cd31808080808080808080808080200580808080808018076d61696e2e70790280800c"
    "7072696e742822686922290a",
    "d2cd318080808080808080808080803d0580808080808018076d61696e2e70790280800c"
    "7072696e742822686922290a05808080808080150a6c6162656c732e7478740280808005666163650a",
    "d2cd3180808080808080808080808000",
  };
  static const char *const bad[] = {
    "d2cd31808080808080808080808080060005808080" /* kind 0 */ "80",
    "d2cd318080808080808080808080800405036100" /* file without its data */ "00",
    "d2cd31ffffffffffffffffffffffff7f00" /* length overflows */,
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_autoptr (GBytes) bytes = from_hex (good[i]);
    g_autoptr (HsImage) image = look (bytes, "romfs1.img");

    g_assert_cmpint (image->kind, ==, HS_IMAGE_ROMFS);
    g_assert_cmpint (image->role, ==, HS_ROLE_ROMFS1);
    g_assert_true (g_bytes_equal (image->payload, bytes));
    g_assert_true (hs_image_allows_board (image, hs_board_by_id ("OPENMV4")));
    for (gsize cut = 3; cut < g_bytes_get_size (bytes); cut++) {
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bytes, 0, cut);

      look_fails (part);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GBytes) bytes = from_hex (bad[i]);

    look_fails (bytes);
  }
}

/* What was read from a partition: the image, then erased flash or something else. */
static void
test_romfs_padded (void)
{
  g_autoptr (GBytes) sample = hs_sample_romfs (1, 1001);
  guint8 *flash = g_malloc (8192);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (HsImage) image = NULL;

  memset (flash, 0xFF, 8192);
  memcpy (flash, g_bytes_get_data (sample, NULL), 1001);
  g_assert_cmpuint (hs_romfs_measure (flash, 8192), ==, 1001);
  bytes = g_bytes_new_take (flash, 8192);
  image = look (bytes, NULL);
  g_assert_true (g_bytes_equal (image->payload, sample));
  g_assert_cmpstr (image->sha256, !=, image->payload_sha256);
  flash[5000] = 0;
  look_fails (bytes);
}

static void
test_dfu (void)
{
  g_autoptr (GBytes) bytes = firmware ("OPENMV4", HS_ROLE_FIRMWARE, "v4.5.9");
  g_autoptr (GBytes) dfu = make_dfu (bytes);
  g_autoptr (HsImage) image = look (dfu, "firmware.dfu");
  g_autoptr (GByteArray) damaged = g_byte_array_new ();
  g_autoptr (GBytes) damaged_bytes = NULL;

  g_assert_cmphex (crc_of ((const guint8 *) "123456789", 9), ==, 0x340BC6D9);
  g_assert_cmpint (image->kind, ==, HS_IMAGE_DFU);
  g_assert_cmpint (image->role, ==, HS_ROLE_FIRMWARE);
  assert_one_board (image, "OPENMV4");
  g_assert_true (g_bytes_equal (image->payload, bytes));
  g_assert_cmpuint (image->size, ==, SMALL + 16);

  put_bytes (damaged, dfu);
  damaged->data[1234] ^= 4;
  damaged_bytes = g_byte_array_free_to_bytes (g_steal_pointer (&damaged));
  look_fails (damaged_bytes);
}

static void
test_dfuse (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autoptr (GBytes) bytes = firmware ("OPENMV4", HS_ROLE_FIRMWARE, "v4.5.9");
  g_autoptr (GBytes) boot = hs_sample_bootloader (board, 0x0102);
  g_autoptr (GBytes) one = make_dfuse (0x08040000, bytes, 0, NULL);
  g_autoptr (GBytes) two = make_dfuse (0x08000000, boot, 0x08040000, bytes);
  g_autoptr (GBytes) boot_only = make_dfuse (0x08000000, boot, 0, NULL);
  g_autoptr (GBytes) astray = make_dfuse (0x08020000, bytes, 0, NULL);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (one, 0, g_bytes_get_size (one) - 16);
  g_autoptr (HsImage) image = look (one, NULL);
  g_autoptr (HsImage) combined = look (two, NULL);
  g_autoptr (HsImage) bootloader = look (boot_only, NULL);

  g_assert_cmpint (image->kind, ==, HS_IMAGE_DFUSE);
  g_assert_cmpint (image->role, ==, HS_ROLE_FIRMWARE);
  g_assert_true (g_bytes_equal (image->payload, bytes));
  g_assert_cmpstr (image->omv_version, ==, "v4.5.9");
  g_assert_cmpint (combined->role, ==, HS_ROLE_COMBINED);
  g_assert_null (combined->payload);
  g_assert_cmpint (bootloader->role, ==, HS_ROLE_BOOTLOADER);
  g_assert_cmphex (bootloader->bootloader_version, ==, 0x0102);
  look_fails (astray);
  look_fails (cut);
}

static void
test_elf (void)
{
  g_autoptr (GBytes) bytes = firmware ("OPENMV3", HS_ROLE_FIRMWARE, "v5.0.0");
  g_autoptr (GBytes) elf = make_elf (bytes);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (elf, 0, 60);
  g_autoptr (HsImage) image = look (elf, NULL);

  g_assert_cmpint (image->kind, ==, HS_IMAGE_ELF);
  g_assert_cmpint (image->role, ==, HS_ROLE_DEBUG);
  assert_one_board (image, "OPENMV3");
  g_assert_cmpstr (image->omv_version, ==, "v5.0.0");
  g_assert_null (image->payload);
  look_fails (cut);
}

static void
test_uf2 (void)
{
  g_autoptr (GBytes) bytes =
      hs_sample_firmware (hs_board_by_id ("RPI_PICO"), HS_ROLE_FIRMWARE, NULL, "5.0.0", 1, 20480);
  g_autoptr (GBytes) uf2 = make_uf2 (bytes, 0x10000000);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (uf2, 0, g_bytes_get_size (uf2) - 512);
  g_autoptr (HsImage) image = look (uf2, NULL);

  g_assert_cmpint (image->kind, ==, HS_IMAGE_UF2);
  g_assert_cmpint (image->role, ==, HS_ROLE_FIRMWARE);
  g_assert_true (hs_image_allows_board (image, hs_board_by_id ("RPI_PICO")));
  g_assert_false (hs_image_allows_board (image, hs_board_by_id ("OPENMV4")));
  g_assert_true (g_bytes_equal (image->payload, bytes));
  look_fails (cut);
}

/* It has neither the name of a board nor of a partition in it: where it says that it lies tells. */
static void
test_second_bootloader (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV_RT1060");
  g_autoptr (GBytes) sbl = hs_sample_rt1062_sbl ();
  g_autoptr (GBytes) loader = hs_sample_rt1062_flashloader ();
  g_autoptr (HsImage) image = look (sbl, NULL);
  g_autoptr (HsImage) other = look (loader, NULL);

  g_assert_cmpint (image->role, ==, HS_ROLE_BOOTLOADER);
  g_assert_true (image->boards[0] == board);
  g_assert_null (image->boards[1]);
  g_assert_cmpint (other->role, ==, HS_ROLE_NONE); /* for RAM: it goes into no partition */
}

static void
test_bootloader (void)
{
  static const struct {
    const char *board;
    guint16 version;
  } cases[] = { { "OPENMV2", 0x0103 },
                { "OPENMV4", 0x0102 },
                { "OPENMV4", 0x0200 },
                { "OPENMV_N6", 0x0103 },
                { "OPENMV_AE3", 0x0103 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const HsBoard *board = hs_board_by_id (cases[i].board);
    g_autoptr (GBytes) bytes = hs_sample_bootloader (board, cases[i].version);
    g_autoptr (HsImage) image = look (bytes, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (image->role, ==, HS_ROLE_BOOTLOADER);
    g_assert_cmphex (
        image->bootloader_version, ==, cases[i].version == 0x0200 ? 0 : cases[i].version);
    g_assert_true (hs_image_allows_board (image, board));
    g_assert_false (
        hs_image_check (image, board, hs_board_find (board, HS_ROLE_BOOTLOADER), &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  }
}

static void
test_combined (void)
{
  static const char *const boards[] = { "OPENMV2", "OPENMV3", "OPENMV4", "OPENMV_N6" };

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    const HsBoard *board = hs_board_by_id (boards[i]);
    g_autoptr (GBytes) boot = hs_sample_bootloader (board, 0x0103);
    g_autoptr (GBytes) bytes = firmware (boards[i], HS_ROLE_FIRMWARE, "v5.0.0");
    g_autoptr (GBytes) both = hs_sample_combined (board, boot, bytes);
    g_autoptr (HsImage) image = look (both, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (image->role, ==, HS_ROLE_COMBINED);
    g_assert_null (image->payload);
    assert_one_board (image, boards[i]);
    g_assert_cmphex (image->bootloader_version, ==, 0x0103);
    g_assert_false (hs_image_check (image, board, hs_board_find (board, HS_ROLE_FIRMWARE), &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_ROLE);
  }
}

static void
test_others (void)
{
  g_autoptr (GBytes) toc = make_toc ();
  g_autoptr (GBytes) key = make_key ();
  g_autoptr (GBytes) zip = g_bytes_new_static ("PK\x03\x04 and more", 13);
  g_autoptr (GBytes) text = g_bytes_new_static ("print('hello')\n", 15);
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (8192), 8192);
  g_autoptr (GBytes) empty = g_bytes_new_static ("", 0);
  struct {
    GBytes *bytes;
    HsImageKind kind;
    HsRole role;
  } cases[] = { { toc, HS_IMAGE_TOC, HS_ROLE_TOC },
                { key, HS_IMAGE_KEY, HS_ROLE_RECOVERY },
                { zip, HS_IMAGE_ZIP, HS_ROLE_NONE },
                { text, HS_IMAGE_UNKNOWN, HS_ROLE_NONE },
                { zeros, HS_IMAGE_UNKNOWN, HS_ROLE_NONE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsImage) image = look (cases[i].bytes, NULL);

    g_assert_cmpint (image->kind, ==, cases[i].kind);
    g_assert_cmpint (image->role, ==, cases[i].role);
  }
  look_fails (empty);
  g_assert_cmpstr (hs_image_kind_name (HS_IMAGE_DFUSE), ==, "dfuse");
}

static void
refuses (GBytes *bytes, const char *board_id, HsRole role, int code, const char *message)
{
  const HsBoard *board = hs_board_by_id (board_id);
  g_autoptr (HsImage) image = look (bytes, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) payload_error = NULL;

  g_assert_false (hs_image_check (image, board, hs_board_find (board, role), &error));
  g_assert_error (error, HS_FLASH_ERROR, code);
  if (message != NULL)
    g_assert_cmpstr (error->message, ==, message);
  g_assert_false (
      hs_image_check_payload (bytes, role, board, hs_board_find (board, role), &payload_error));
  g_assert_nonnull (payload_error);
}

/* Three boards with one address, one chip and one size, and the H7 Plus: only the strings tell. */
static void
test_check_sisters (void)
{
  const char *const ids[] = {
    "ARDUINO_PORTENTA_H7", "ARDUINO_GIGA", "ARDUINO_NICLA_VISION", "OPENMV4P", "OPENMV4",
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (GBytes) bytes = firmware (ids[i], HS_ROLE_FIRMWARE, "v5.0.0");

    for (guint k = 0; k < G_N_ELEMENTS (ids); k++) {
      const HsBoard *board = hs_board_by_id (ids[k]);
      const HsPartition *partition = hs_board_find (board, HS_ROLE_FIRMWARE);
      g_autoptr (GError) error = NULL;

      g_assert_true (hs_image_check_payload (bytes, HS_ROLE_FIRMWARE, board, partition, &error) ==
                     (i == k));
      if (i != k)
        g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_BOARD);
    }
  }
}

/* The firmware of a radio is known by its name only, for the boards that have one. */
static void
test_radio (void)
{
  const struct {
    const char *name;
    HsRole role;
  } cases[] = {
    { "cyw4343_7_45_98_102.bin", HS_ROLE_WIFI },
    { "cyw4343_btfw.bin", HS_ROLE_BLUETOOTH },
  };
  const HsBoard *giga = hs_board_by_id ("ARDUINO_GIGA");
  g_autoptr (GBytes) blob = hs_sample_blob (3, 200 * 1024);
  g_autoptr (GBytes) romfs = hs_sample_romfs (1, 5000);
  g_autoptr (GBytes) code = firmware ("ARDUINO_GIGA", HS_ROLE_FIRMWARE, "v5.0.0");
  g_autoptr (GBytes) tiny = hs_sample_blob (3, 100);
  g_autoptr (GBytes) large = hs_sample_blob (3, 768 * 1024 + 1);
  g_autoptr (HsImage) nameless = look (blob, NULL);

  g_assert_cmpint (nameless->role, ==, HS_ROLE_NONE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsImage) image = look (blob, cases[i].name);
    g_autoptr (HsImage) named = look (romfs, cases[i].name);
    const HsPartition *partition = hs_board_find (giga, cases[i].role);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (image->role, ==, cases[i].role);
    g_assert_true (hs_image_allows_board (image, giga));
    g_assert_false (hs_image_allows_board (image, hs_board_by_id ("OPENMV4P")));
    g_assert_true (hs_image_check (image, giga, partition, &error));
    g_assert_true (hs_image_check_payload (blob, cases[i].role, giga, partition, &error));
    g_assert_no_error (error);
    g_assert_cmpint (named->role, ==, HS_ROLE_ROMFS0);

    g_assert_false (hs_image_check_payload (romfs, cases[i].role, giga, partition, NULL));
    g_assert_false (hs_image_check_payload (code, cases[i].role, giga, partition, NULL));
    g_assert_false (hs_image_check_payload (tiny, cases[i].role, giga, partition, NULL));
    g_assert_false (hs_image_check_payload (large, cases[i].role, giga, partition, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TOO_LARGE);
  }
}

/* The whole chip of the H7 Plus ends with its ROMFS, which an image of the drive may not reach. */
static void
test_shared_end (void)
{
  const HsBoard *plus = hs_board_by_id ("OPENMV4P");
  const HsPartition *partition = hs_board_find (plus, HS_ROLE_FILESYSTEM);
  gsize romfs = hs_board_find (plus, HS_ROLE_ROMFS0)->start;
  g_autoptr (GBytes) drive = g_bytes_new_take (g_malloc0 (romfs), romfs);
  g_autoptr (GBytes) more = g_bytes_new_take (g_malloc0 (romfs + 1), romfs + 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_image_check_payload (drive, HS_ROLE_FILESYSTEM, plus, partition, &error));
  g_assert_no_error (error);
  g_assert_false (hs_image_check_payload (more, HS_ROLE_FILESYSTEM, plus, partition, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TOO_LARGE);
}

static void
test_check (void)
{
  const HsBoard *h7 = hs_board_by_id ("OPENMV4");
  g_autoptr (GBytes) plus = firmware ("OPENMV4P", HS_ROLE_FIRMWARE, "v5.0.0");
  g_autoptr (GBytes) m4 = firmware ("OPENMV2", HS_ROLE_FIRMWARE, "v5.0.0");
  g_autoptr (GBytes) he = firmware ("OPENMV_AE3", HS_ROLE_FIRMWARE_HE, "v5.0.0");
  g_autoptr (GBytes) hp = firmware ("OPENMV_AE3", HS_ROLE_FIRMWARE, "v5.0.0");
  g_autoptr (GBytes) romfs = hs_sample_romfs (1, 500);
  g_autoptr (GBytes) large_romfs = hs_sample_romfs (1, 128 * 1024 + 1);
  g_autoptr (GBytes) large =
      hs_sample_firmware (h7, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 1, 1703936 + 352);
  g_autoptr (GBytes) boot = hs_sample_bootloader (h7, 0x0103);
  g_autoptr (GBytes) front = g_bytes_new_from_bytes (plus, 0, 8192);
  g_autoptr (GBytes) dfu = make_dfu (plus);
  g_autoptr (GBytes) toc = make_toc ();
  g_autoptr (GBytes) key = make_key ();

  refuses (plus,
           "OPENMV4",
           HS_ROLE_FIRMWARE,
           HS_FLASH_ERROR_WRONG_BOARD,
           "This file is for OPENMV4P, the camera is OPENMV4. Nothing was written.");
  refuses (plus, "OPENMVPT", HS_ROLE_FIRMWARE, HS_FLASH_ERROR_WRONG_BOARD, NULL);
  refuses (m4, "OPENMV3", HS_ROLE_FIRMWARE, HS_FLASH_ERROR_WRONG_BOARD, NULL);
  refuses (large,
           "OPENMV4",
           HS_ROLE_FIRMWARE,
           HS_FLASH_ERROR_TOO_LARGE,
           "The firmware is 352 bytes too large for FIRMWARE on this camera. Nothing was written.");
  refuses (large_romfs,
           "OPENMV4",
           HS_ROLE_ROMFS0,
           HS_FLASH_ERROR_TOO_LARGE,
           "The image is 1 byte too large for ROMFS0 on this camera. Nothing was written.");
  refuses (he, "OPENMV_AE3", HS_ROLE_FIRMWARE, HS_FLASH_ERROR_WRONG_ROLE, NULL);
  refuses (hp, "OPENMV_AE3", HS_ROLE_FIRMWARE_HE, HS_FLASH_ERROR_WRONG_ROLE, NULL);
  refuses (romfs,
           "OPENMV4",
           HS_ROLE_FIRMWARE,
           HS_FLASH_ERROR_WRONG_ROLE,
           "This file is a ROMFS image. It does not belong into FIRMWARE. Nothing was written.");
  refuses (plus, "OPENMV4P", HS_ROLE_ROMFS0, HS_FLASH_ERROR_WRONG_ROLE, NULL);
  refuses (boot, "OPENMV4", HS_ROLE_FIRMWARE, HS_FLASH_ERROR_WRONG_ROLE, NULL);
  refuses (boot, "OPENMV4", HS_ROLE_BOOTLOADER, HS_FLASH_ERROR_FORBIDDEN, NULL);
  refuses (toc, "OPENMV_AE3", HS_ROLE_TOC, HS_FLASH_ERROR_FORBIDDEN, NULL);
  refuses (key, "OPENMV_AE3", HS_ROLE_RECOVERY, HS_FLASH_ERROR_FORBIDDEN, NULL);
  refuses (front, "OPENMV4P", HS_ROLE_FIRMWARE, HS_FLASH_ERROR_BAD_FILE, NULL);
  /* Bytes for the camera are never a container. */
  g_assert_false (
      hs_image_check_payload (dfu,
                              HS_ROLE_FIRMWARE,
                              hs_board_by_id ("OPENMV4P"),
                              hs_board_find (hs_board_by_id ("OPENMV4P"), HS_ROLE_FIRMWARE),
                              NULL));
}

static void
test_check_accepts (void)
{
  const HsBoard *ae3 = hs_board_by_id ("OPENMV_AE3");
  g_autoptr (GBytes) romfs = hs_sample_romfs (1, 500);
  g_autoptr (GBytes) anything = g_bytes_new_take (g_malloc0 (4096), 4096);
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_image_check_payload (
      romfs, HS_ROLE_ROMFS1, ae3, hs_board_find (ae3, HS_ROLE_ROMFS1), &error));
  g_assert_true (hs_image_check_payload (
      anything, HS_ROLE_FILESYSTEM, ae3, hs_board_find (ae3, HS_ROLE_FILESYSTEM), &error));
  g_assert_no_error (error);
}

static void
test_file_names (void)
{
  static const struct {
    const char *name, *board;
    HsRole role;
  } cases[] = {
    { "firmware.bin", NULL, HS_ROLE_FIRMWARE },
    { "Firmware.DFU", NULL, HS_ROLE_FIRMWARE },
    { "firmware_M55_HP.bin", "OPENMV_AE3", HS_ROLE_FIRMWARE },
    { "firmware_M55_HE.bin", NULL, HS_ROLE_FIRMWARE_HE },
    { "romfs.img", NULL, HS_ROLE_ROMFS0 },
    { "romfs0.img", NULL, HS_ROLE_ROMFS0 },
    { "romfs1.img", NULL, HS_ROLE_ROMFS1 },
    { "bootloader.bin", NULL, HS_ROLE_BOOTLOADER },
    { "openmv.bin", NULL, HS_ROLE_COMBINED },
    { "firmware.elf", NULL, HS_ROLE_DEBUG },
    { "firmware_pad.toc", NULL, HS_ROLE_TOC },
    { "HE.bin", "OPENMV_AE3", HS_ROLE_FIRMWARE_HE },
    { "SPI_FLASH.bin", "OPENMV4P", HS_ROLE_FILESYSTEM },
    { "SPI_FLASH.bin", NULL, HS_ROLE_NONE },
    { "romfs.stamp", NULL, HS_ROLE_NONE },
    { "firmware", NULL, HS_ROLE_NONE },
    { ".bin", NULL, HS_ROLE_NONE },
    { NULL, NULL, HS_ROLE_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
        hs_role_from_file_name (cases[i].name, hs_board_by_id (cases[i].board)), ==, cases[i].role);
}

static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "romfs1.img", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) parent = g_file_new_for_path (folder);
  g_autoptr (GBytes) bytes = hs_sample_romfs (1, 500);
  g_autoptr (HsImage) image = NULL;
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, g_bytes_get_data (bytes, NULL), 500, &error);
  g_assert_no_error (error);
  image = hs_image_new_for_file (file, &error);
  g_assert_no_error (error);
  g_assert_cmpint (image->role, ==, HS_ROLE_ROMFS1);

  g_assert_null (hs_image_new_for_file (parent, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_clear_error (&error);
  g_unlink (path);
  g_assert_null (hs_image_new_for_file (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_rmdir (folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image/firmware", test_firmware);
  g_test_add_func ("/image/strings", test_strings);
  g_test_add_func ("/image/version-forms", test_version_forms);
  g_test_add_func ("/image/romfs", test_romfs);
  g_test_add_func ("/image/romfs-padded", test_romfs_padded);
  g_test_add_func ("/image/dfu", test_dfu);
  g_test_add_func ("/image/dfuse", test_dfuse);
  g_test_add_func ("/image/elf", test_elf);
  g_test_add_func ("/image/uf2", test_uf2);
  g_test_add_func ("/image/bootloader", test_bootloader);
  g_test_add_func ("/image/second-bootloader", test_second_bootloader);
  g_test_add_func ("/image/combined", test_combined);
  g_test_add_func ("/image/others", test_others);
  g_test_add_func ("/image/check", test_check);
  g_test_add_func ("/image/shared-end", test_shared_end);
  g_test_add_func ("/image/check-sisters", test_check_sisters);
  g_test_add_func ("/image/radio", test_radio);
  g_test_add_func ("/image/check-accepts", test_check_accepts);
  g_test_add_func ("/image/file-names", test_file_names);
  g_test_add_func ("/image/file", test_file);

  return g_test_run ();
}
