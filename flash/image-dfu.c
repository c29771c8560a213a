/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/image-parts.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* DFU 1.1 appendix B (the suffix) and UM0391 (DfuSe). All little endian. */
#define SUFFIX_SIZE  16
#define PREFIX_SIZE  11
#define TARGET_SIZE  274
#define ELEMENT_SIZE 8
#define CRC_POLY     0xEDB88320u

static guint32
word (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

/* CRC-32 without the final inversion. */
static guint32
crc (const guint8 *bytes, gsize size)
{
  guint32 table[256];
  guint32 value = 0xFFFFFFFF;

  for (guint32 i = 0; i < 256; i++) {
    table[i] = i;
    for (guint bit = 0; bit < 8; bit++)
      table[i] = table[i] >> 1 ^ (table[i] & 1 ? CRC_POLY : 0);
  }
  for (gsize i = 0; i < size; i++)
    value = value >> 8 ^ table[(value ^ bytes[i]) & 0xFF];
  return value;
}

gboolean
hs_dfu_has_suffix (const guint8 *bytes, gsize size)
{
  return size >= SUFFIX_SIZE && memcmp (bytes + size - 8, "UFD", 3) == 0 &&
         bytes[size - 5] == SUFFIX_SIZE;
}

/* Errors are %HS_FLASH_ERROR_BAD_FILE. */
gboolean
hs_dfu_check_suffix (const guint8 *bytes, gsize size, GError **error)
{
  if (crc (bytes, size - 4) == word (bytes + size - 4))
    return TRUE;

  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_BAD_FILE,
                       _ ("The file is damaged: its checksum is wrong."));
  return FALSE;
}

gboolean
hs_dfuse_is (const guint8 *bytes, gsize size)
{
  return size >= PREFIX_SIZE && memcmp (bytes, "DfuSe\x01", 6) == 0;
}

/* Which of the two an element's address makes it. */
static void
sort_element (const HsImagePart *element, HsImagePart *firmware, HsImagePart *bootloader)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    const HsPartition *boot = hs_board_find (board, HS_ROLE_BOOTLOADER);

    if (board->firmware_address != 0 && element->address == board->firmware_address)
      *firmware = *element;
    if (boot != NULL && (boot->flags & HS_PARTITION_EXTERNAL) == 0 &&
        element->address == boot->start)
      *bootloader = *element;
  }
}

/* The elements of the target at *@at, which is moved behind them. */
static gboolean
read_target (const guint8 *bytes,
             gsize size,
             gsize *at,
             HsImagePart *firmware,
             HsImagePart *bootloader)
{
  guint32 count;
  gsize end;

  if (size - *at < TARGET_SIZE || memcmp (bytes + *at, "Target", 6) != 0)
    return FALSE;
  end = *at + TARGET_SIZE;
  count = word (bytes + *at + 270);
  if (word (bytes + *at + 266) > size - end)
    return FALSE;
  end += word (bytes + *at + 266);
  *at += TARGET_SIZE;

  for (guint32 i = 0; i < count; i++) {
    HsImagePart element;

    if (end - *at < ELEMENT_SIZE)
      return FALSE;
    element.address = word (bytes + *at);
    element.size = word (bytes + *at + 4);
    element.offset = *at + ELEMENT_SIZE;
    if (element.size > end - element.offset)
      return FALSE;
    sort_element (&element, firmware, bootloader);
    *at = element.offset + element.size;
  }
  return *at == end;
}

/**
 * hs_dfuse_read:
 * @bytes: a DfuSe file without its suffix
 * @firmware: (out): the element at the address of some board's firmware; size 0 if there is none
 * @bootloader: (out): the same for bootloaders
 *
 * Walks the whole file. Errors are %HS_FLASH_ERROR_BAD_FILE.
 */
gboolean
hs_dfuse_read (const guint8 *bytes,
               gsize size,
               HsImagePart *firmware,
               HsImagePart *bootloader,
               GError **error)
{
  gsize at = PREFIX_SIZE;
  gboolean whole = word (bytes + 6) == size && bytes[10] > 0;

  memset (firmware, 0, sizeof *firmware);
  memset (bootloader, 0, sizeof *bootloader);
  for (guint i = 0; whole && i < bytes[10]; i++)
    whole = read_target (bytes, size, &at, firmware, bootloader);
  if (whole && at == size)
    return TRUE;

  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_BAD_FILE,
                       _ ("The file is damaged or cut short: its parts do not add up."));
  return FALSE;
}
