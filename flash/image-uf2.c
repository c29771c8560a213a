/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/image-parts.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* microsoft/uf2: blocks of 512 bytes, each complete in itself. */
#define BLOCK_SIZE   512
#define MAGIC_FIRST  0x0A324655u
#define MAGIC_SECOND 0x9E5D5157u
#define MAGIC_END    0x0AB16F30u
#define END_AT       508
#define DATA_AT      32
#define LARGEST_DATA 476
#define NOT_MAIN     0x00000001u
#define HAS_FAMILY   0x00002000u
#define FAMILY_RP2   0xE48BFF56u

static guint32
word (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

gboolean
hs_uf2_is (const guint8 *bytes, gsize size)
{
  return size >= 8 && word (bytes) == MAGIC_FIRST && word (bytes + 4) == MAGIC_SECOND;
}

/* Appends the data of one block if it is the @n-th of @count and follows what is there. */
static gboolean
take_block (GByteArray *array, const guint8 *block, guint n, guint count, guint32 *address)
{
  guint32 flags = word (block + 8);
  guint32 length = word (block + 16);

  if (!hs_uf2_is (block, BLOCK_SIZE) || word (block + END_AT) != MAGIC_END ||
      length > LARGEST_DATA || word (block + 20) != n || word (block + 24) != count)
    return FALSE;
  if ((flags & NOT_MAIN) != 0)
    return TRUE;
  if ((flags & HAS_FAMILY) != 0 && word (block + 28) != FAMILY_RP2)
    return FALSE;
  if (array->len == 0)
    *address = word (block + 12);
  if (word (block + 12) != *address + array->len)
    return FALSE;
  g_byte_array_append (array, block + DATA_AT, length);
  return TRUE;
}

/**
 * hs_uf2_read:
 * @address: (out): where the contents belong
 *
 * Returns: (transfer full): the contents of a whole file for the RP2040 without gaps; %NULL with
 * %HS_FLASH_ERROR_BAD_FILE
 */
GBytes *
hs_uf2_read (const guint8 *bytes, gsize size, guint32 *address, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  guint count = size / BLOCK_SIZE;
  gboolean whole = size % BLOCK_SIZE == 0;

  *address = 0;
  for (guint i = 0; whole && i < count; i++)
    whole = take_block (array, bytes + (gsize) i * BLOCK_SIZE, i, count, address);
  if (whole && array->len > 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&array));

  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_BAD_FILE,
                       _ ("The UF2 file is damaged, cut short or not for an RP2040."));
  return NULL;
}
