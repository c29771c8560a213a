/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/uf2.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* microsoft/uf2: blocks of 512 bytes, each complete in itself. */
#define MAGIC_FIRST  0x0A324655u
#define MAGIC_SECOND 0x9E5D5157u
#define MAGIC_END    0x0AB16F30u
#define END_AT       508
#define DATA_AT      32
#define NOT_MAIN     0x00000001u /* for something else than the flash: to be skipped */
#define HAS_FAMILY   0x00002000u
#define FAMILY_RP2   0xE48BFF56u
#define LARGEST_GAP  4096u /* bytes */

static guint32
get_word (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static void
put_word (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = value >> 8 * i;
}

gboolean
hs_uf2_is (const guint8 *bytes, gsize size)
{
  return size >= 8 && get_word (bytes) == MAGIC_FIRST && get_word (bytes + 4) == MAGIC_SECOND;
}

static gboolean
is_block (const guint8 *bytes)
{
  return hs_uf2_is (bytes, HS_UF2_BLOCK_SIZE) && get_word (bytes + END_AT) == MAGIC_END;
}

/**
 * hs_uf2_take_block:
 * @block: (out): what it says; its data are those of @bytes
 *
 * Returns: whether these are a block that the RP2040's ROM writes into its flash: it takes whole
 *   pages, and only with its own family id (RP2040 datasheet 2.8.4.2)
 */
gboolean
hs_uf2_take_block (const guint8 bytes[HS_UF2_BLOCK_SIZE], HsUf2Block *block)
{
  guint32 flags = get_word (bytes + 8);

  block->address = get_word (bytes + 12);
  block->number = get_word (bytes + 20);
  block->count = get_word (bytes + 24);
  block->data = bytes + DATA_AT;
  return is_block (bytes) && (flags & NOT_MAIN) == 0 && (flags & HAS_FAMILY) != 0 &&
         get_word (bytes + 16) == HS_UF2_PAGE && get_word (bytes + 28) == FAMILY_RP2 &&
         block->number < block->count && block->address % HS_UF2_PAGE == 0 &&
         block->address >= HS_UF2_FLASH && block->address < HS_UF2_FLASH + HS_UF2_FLASH_SIZE;
}

/* What all blocks of a file say together. */
typedef struct {
  guint8 *numbers; /* owned; which blocks were there */
  guint8 *pages;   /* owned; which pages of the flash are in it */
  guint32 first, end;
  guint count;
} Reading;

static void
reading_clear (Reading *self)
{
  g_free (self->numbers);
  g_free (self->pages);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

/* Blocks may stand in any order, but each once, and no two say what belongs to one page. */
static gboolean
look_at_block (Reading *self, const guint8 *bytes)
{
  guint32 number = get_word (bytes + 20);
  HsUf2Block block;
  guint page;

  if (!is_block (bytes) || get_word (bytes + 24) != self->count || number >= self->count ||
      self->numbers[number])
    return FALSE;
  self->numbers[number] = TRUE;
  if ((get_word (bytes + 8) & NOT_MAIN) != 0)
    return TRUE;
  if (!hs_uf2_take_block (bytes, &block))
    return FALSE;

  page = (block.address - HS_UF2_FLASH) / HS_UF2_PAGE;
  if (self->pages[page])
    return FALSE;
  self->pages[page] = TRUE;
  self->first = MIN (self->first, block.address);
  self->end = MAX (self->end, block.address + HS_UF2_PAGE);
  return TRUE;
}

/* The build names every page of each sector that it uses, older ones leave out what is zero: a
 * larger gap is no image of a build. */
static gboolean
has_large_gap (const Reading *self)
{
  guint gap = 0;

  for (guint32 at = self->first; at < self->end; at += HS_UF2_PAGE) {
    gap = self->pages[(at - HS_UF2_FLASH) / HS_UF2_PAGE] ? 0 : gap + HS_UF2_PAGE;
    if (gap >= LARGEST_GAP)
      return TRUE;
  }
  return FALSE;
}

static gboolean
look_at_all (Reading *self, const guint8 *bytes, gsize size)
{
  if (size % HS_UF2_BLOCK_SIZE != 0 ||
      size / HS_UF2_BLOCK_SIZE > 2 * HS_UF2_FLASH_SIZE / HS_UF2_PAGE)
    return FALSE;

  self->count = size / HS_UF2_BLOCK_SIZE;
  self->first = G_MAXUINT32;
  self->numbers = g_malloc0 (self->count + 1);
  self->pages = g_malloc0 (HS_UF2_FLASH_SIZE / HS_UF2_PAGE);
  for (guint i = 0; i < self->count; i++)
    if (!look_at_block (self, bytes + (gsize) i * HS_UF2_BLOCK_SIZE))
      return FALSE;
  return self->end > 0 && !has_large_gap (self);
}

/**
 * hs_uf2_read:
 * @bytes: a whole file, from anywhere: trusted in nothing
 * @address: (out): where the contents belong
 * @error: %HS_FLASH_ERROR_BAD_FILE
 *
 * What a UF2 file for the RP2040 puts into the flash. Pages between that it does not name are zero,
 * as in the build's firmware.bin.
 *
 * Returns: (transfer full) (nullable): the contents; a multiple of %HS_UF2_PAGE
 */
GBytes *
hs_uf2_read (const guint8 *bytes, gsize size, guint32 *address, GError **error)
{
  g_auto (Reading) reading = { 0 };
  guint8 *content;
  HsUf2Block block;

  *address = 0;
  if (!look_at_all (&reading, bytes, size)) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_BAD_FILE,
                         _ ("The UF2 file is damaged, cut short or not for an RP2040."));
    return NULL;
  }

  *address = reading.first;
  content = g_malloc0 (reading.end - reading.first);
  for (guint i = 0; i < reading.count; i++)
    if (hs_uf2_take_block (bytes + (gsize) i * HS_UF2_BLOCK_SIZE, &block))
      memcpy (content + (block.address - reading.first), block.data, HS_UF2_PAGE);
  return g_bytes_new_take (content, reading.end - reading.first);
}

/**
 * hs_uf2_pad:
 * @content: a firmware.bin
 *
 * The ROM writes whole pages. The build's own UF2 file fills the last one with zeros; with that
 * both files of one build are the same image.
 *
 * Returns: (transfer full): @content in whole pages
 */
GBytes *
hs_uf2_pad (GBytes *content)
{
  gsize size = g_bytes_get_size (content);
  gsize padded = (size + HS_UF2_PAGE - 1) / HS_UF2_PAGE * HS_UF2_PAGE;
  guint8 *bytes;

  if (size == padded)
    return g_bytes_ref (content);
  bytes = g_malloc0 (padded);
  memcpy (bytes, g_bytes_get_data (content, NULL), size);
  return g_bytes_new_take (bytes, padded);
}

/**
 * hs_uf2_new:
 * @content: what belongs into the flash
 * @address: a multiple of %HS_UF2_PAGE within the flash
 *
 * Returns: (transfer full): the UF2 file that brings it there
 */
GBytes *
hs_uf2_new (GBytes *content, guint32 address)
{
  gsize size = g_bytes_get_size (content);
  const guint8 *bytes = g_bytes_get_data (content, NULL);
  guint count = (size + HS_UF2_PAGE - 1) / HS_UF2_PAGE;
  guint8 *file;

  g_return_val_if_fail (address % HS_UF2_PAGE == 0, NULL);

  file = g_malloc0 ((gsize) count * HS_UF2_BLOCK_SIZE);
  for (guint i = 0; i < count; i++) {
    guint8 *block = file + (gsize) i * HS_UF2_BLOCK_SIZE;
    gsize at = (gsize) i * HS_UF2_PAGE;

    put_word (block, MAGIC_FIRST);
    put_word (block + 4, MAGIC_SECOND);
    put_word (block + 8, HAS_FAMILY);
    put_word (block + 12, address + at);
    put_word (block + 16, HS_UF2_PAGE);
    put_word (block + 20, i);
    put_word (block + 24, count);
    put_word (block + 28, FAMILY_RP2);
    memcpy (block + DATA_AT, bytes + at, MIN (HS_UF2_PAGE, size - at));
    put_word (block + END_AT, MAGIC_END);
  }
  return g_bytes_new_take (file, (gsize) count * HS_UF2_BLOCK_SIZE);
}
