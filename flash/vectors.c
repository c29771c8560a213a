/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/vectors.h"

#include <string.h>

#define HIGHEST_RAM   0x40000000u /* peripherals begin here in every Cortex-M */
#define FCB_TAG       "FCFB"      /* i.MX RT: flash configuration block */
#define IVT_OFFSET    0x1000u
#define IVT_SIZE      32u
#define IVT_SELF      0x14u
#define IMXRT_VECTORS 0x2000u
#define BOOT2_SIZE    0x100u /* RP2040: the second stage before the vectors, CRC at its end */
#define BOOT2_CRC_AT  0xFCu

static guint32
word (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

/**
 * hs_vectors_read:
 * @at: offset of the vector table in @bytes
 * @reset: (out): address of the reset handler, without the Thumb bit
 *
 * Returns: whether a Cortex-M vector table can be there: a stack pointer in RAM and a Thumb
 * address behind it
 */
gboolean
hs_vectors_read (const guint8 *bytes, gsize size, gsize at, guint32 *reset)
{
  guint32 stack;

  if (at > size || size - at < 8)
    return FALSE;

  stack = word (bytes + at);
  *reset = word (bytes + at + 4) & ~1u;
  return stack != 0 && stack < HIGHEST_RAM && stack % 4 == 0 && (bytes[at + 4] & 1) != 0;
}

/* Where in a firmware file for @board the vectors are: behind NXP's headers or the RP2040's second
 * stage, else at 0. */
static gsize
vectors_offset (const HsBoard *board)
{
  if (board->app_scheme == HS_ID_SCHEME_RP2)
    return BOOT2_SIZE;
  return board->app_scheme == HS_ID_SCHEME_OCOTP ? IMXRT_VECTORS : 0;
}

/**
 * hs_vectors_read_imxrt:
 * @self_address: (out): where the table says that it lies
 *
 * Returns: whether an image vector table of the i.MX RT is there: tag, length 32 in big endian,
 * version 4.x (i.MX RT1060 reference manual, "Image vector table")
 */
gboolean
hs_vectors_read_imxrt (const guint8 *bytes, gsize size, guint32 *self_address)
{
  static const guint8 ivt[] = { 0xD1, 0x00, 0x20 };

  if (size < IVT_SIZE || memcmp (bytes, ivt, sizeof ivt) != 0 || (bytes[3] & 0xF0) != 0x40)
    return FALSE;
  *self_address = word (bytes + IVT_SELF);
  return TRUE;
}

/* The flash configuration and the image vector table: without them the i.MX RT starts nothing. */
static gboolean
has_imxrt_headers (const guint8 *bytes, gsize size)
{
  guint32 self_address;

  return size > IMXRT_VECTORS && memcmp (bytes, FCB_TAG, 4) == 0 &&
         hs_vectors_read_imxrt (bytes + IVT_OFFSET, size - IVT_OFFSET, &self_address);
}

/**
 * hs_boot2_crc:
 *
 * CRC-32, most significant bit first, polynomial 0x04C11DB7, from all ones and not inverted at the
 * end (RP2040 datasheet 2.8.1.3.1).
 *
 * Returns: what the last 4 bytes of an RP2040's second stage must be
 */
guint32
hs_boot2_crc (const guint8 *bytes)
{
  guint32 crc = G_MAXUINT32;

  for (guint i = 0; i < BOOT2_CRC_AT; i++) {
    crc ^= (guint32) bytes[i] << 24;
    for (guint bit = 0; bit < 8; bit++)
      crc = crc << 1 ^ (crc & 0x80000000u ? 0x04C11DB7u : 0);
  }
  return crc;
}

/* The RP2040's ROM starts nothing without it. */
static gboolean
has_second_stage (const guint8 *bytes, gsize size)
{
  return size > BOOT2_SIZE && word (bytes + BOOT2_CRC_AT) == hs_boot2_crc (bytes);
}

/* The address at which the processor sees the first byte of @partition; only for partitions of
 * code. */
guint64
hs_load_address (const HsBoard *board, const HsPartition *partition)
{
  return partition->role == HS_ROLE_FIRMWARE ? board->firmware_address : partition->start;
}

/**
 * hs_vectors_start:
 * @role: of a partition of code
 * @bytes: what stands at the start of that partition
 *
 * Returns: whether the vector table leads into the partition itself, as the bootloader needs it
 */
gboolean
hs_vectors_start (const HsBoard *board, HsRole role, const guint8 *bytes, gsize size)
{
  const HsPartition *partition = hs_board_find (board, role);
  guint32 reset;
  guint64 start;

  if (partition == NULL || !hs_vectors_read (bytes, size, vectors_offset (board), &reset))
    return FALSE;
  if (board->app_scheme == HS_ID_SCHEME_RP2 && !has_second_stage (bytes, size))
    return FALSE;

  if (board->app_scheme == HS_ID_SCHEME_OCOTP && !has_imxrt_headers (bytes, size))
    return FALSE;

  start = hs_load_address (board, partition);
  return reset >= start && reset < start + partition->size;
}
