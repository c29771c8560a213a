/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Makes the files that test-image and test-image-hostile read. */

#include "flash/error.h"
#include "flash/image.h"
#include "flash/sim/sample-image.h"

#include <string.h>

#define SMALL 20000 /* bytes of a sample firmware */

static inline GBytes *
firmware (const char *board, HsRole role, const char *tag)
{
  return hs_sample_firmware (hs_board_by_id (board), role, tag, "5.0.0", 1, SMALL);
}

static inline HsImage *
look (GBytes *bytes, const char *name)
{
  g_autoptr (GError) error = NULL;
  HsImage *image = hs_image_new (bytes, name, &error);

  g_assert_no_error (error);
  g_assert_nonnull (image);
  return image;
}

static inline void
look_fails (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_image_new (bytes, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
}

static inline void
put (GByteArray *array, guint64 value, guint size)
{
  for (guint i = 0; i < size; i++) {
    guint8 byte = i < 8 ? value >> 8 * i : 0;

    g_byte_array_append (array, &byte, 1);
  }
}

static inline void
put_bytes (GByteArray *array, GBytes *bytes)
{
  g_byte_array_append (array, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Bit by bit, as DFU 1.1 defines it: unlike the table in the code under test. */
static inline guint32
crc_of (const guint8 *bytes, gsize size)
{
  guint32 crc = 0xFFFFFFFF;

  for (gsize i = 0; i < size; i++) {
    crc ^= bytes[i];
    for (guint bit = 0; bit < 8; bit++)
      crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
  }
  return crc;
}

static inline GBytes *
with_suffix (GByteArray *array, guint16 version)
{
  put (array, 0, 2);
  put (array, 0xDF11, 2);
  put (array, 0x0483, 2);
  put (array, version, 2);
  g_byte_array_append (array, (const guint8 *) "UFD\x10", 4);
  put (array, crc_of (array->data, array->len), 4);
  return g_byte_array_free_to_bytes (array);
}

static inline GBytes *
make_dfu (GBytes *content)
{
  GByteArray *array = g_byte_array_new ();

  put_bytes (array, content);
  return with_suffix (array, 0x0100);
}

static inline void
put_element (GByteArray *array, guint32 address, GBytes *content)
{
  put (array, address, 4);
  put (array, g_bytes_get_size (content), 4);
  put_bytes (array, content);
}

/* As micropython's tools/dfu.py writes them; @second may be NULL. */
static inline GBytes *
make_dfuse (guint32 address, GBytes *content, guint32 second_address, GBytes *second)
{
  GByteArray *array = g_byte_array_new ();
  const guint8 zeros[255] = { 0 };
  gsize elements = 8 + g_bytes_get_size (content);

  if (second != NULL)
    elements += 8 + g_bytes_get_size (second);
  g_byte_array_append (array, (const guint8 *) "DfuSe\x01", 6);
  put (array, 11 + 274 + elements, 4);
  put (array, 1, 1);
  g_byte_array_append (array, (const guint8 *) "Target", 6);
  put (array, 0, 1);
  put (array, 1, 4);
  g_byte_array_append (array, zeros, sizeof zeros);
  put (array, elements, 4);
  put (array, second != NULL ? 2 : 1, 4);
  put_element (array, address, content);
  if (second != NULL)
    put_element (array, second_address, second);
  return with_suffix (array, 0x011A);
}

static inline GBytes *
make_uf2 (GBytes *content, guint32 address)
{
  GByteArray *array = g_byte_array_new ();
  gsize size;
  const guint8 *bytes = g_bytes_get_data (content, &size);
  guint count = (size + 255) / 256;

  for (guint i = 0; i < count; i++) {
    guint8 data[476] = { 0 };

    memcpy (data, bytes + i * 256, MIN (256, size - i * 256));
    put (array, 0x0A324655, 4);
    put (array, 0x9E5D5157, 4);
    put (array, 0x2000, 4);
    put (array, address + i * 256, 4);
    put (array, 256, 4);
    put (array, i, 4);
    put (array, count, 4);
    put (array, 0xE48BFF56, 4);
    g_byte_array_append (array, data, sizeof data);
    put (array, 0x0AB16F30, 4);
  }
  return g_byte_array_free_to_bytes (array);
}

/* A file header without tables, then @content. */
static inline GBytes *
make_elf (GBytes *content)
{
  GByteArray *array = g_byte_array_new ();

  put (array, 0x464C457F, 4);
  put (array, 0x00010101, 12);
  put (array, 2, 2);
  put (array, 40, 2);
  put (array, 1, 4);
  put (array, 0x08040299, 4);
  put (array, 52, 4);
  put (array, 52, 4);
  put (array, 0, 4);
  put (array, 52, 2);
  put (array, 32, 2);
  put (array, 1, 2);
  put (array, 40, 2);
  put (array, 1, 2);
  put (array, 0, 2);
  put_bytes (array, content);
  return g_byte_array_free_to_bytes (array);
}

static inline GBytes *
make_toc (void)
{
  guint8 *bytes = g_malloc0 (8192);

  memset (bytes + 7000, 0x5A, 1192);
  return g_bytes_new_take (bytes, 8192);
}

static inline GBytes *
make_key (void)
{
  static const guint8 key[] = { 0x15, 0x9E, 0x7D, 0x42, 0x96, 0x1A, 0x71, 0xEB,
                                0x73, 0xA3, 0x26, 0x29, 0x2B, 0x08, 0x09, 0x0E };
  guint8 *bytes = g_malloc0 (4096);

  memcpy (bytes, key, sizeof key);
  return g_bytes_new_take (bytes, 4096);
}
