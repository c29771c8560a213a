/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"

#include "flash/protocol/crc.h"

#include <string.h>

/* Programs and headers of the i.MX RT (reference manual of the i.MX RT1060, "Program image"), for
 * practice and for tests. */

#define FLASHLOADER_AT   0x20001C00u
#define FLASHLOADER_SIZE 91216u
#define SBL_AT           0x60001000u
#define SBL_SIZE         38520u
#define IVT_TAG          0x412000D1u
#define MARK_AT          0x40u
#define MARK             "HOTSHOE-SIM i.MX"
#define CRC_AT           0x60u
#define FCB_SIZE         512u

static void
put_word (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = value >> 8 * i;
}

static guint32
get_word (const guint8 *at)
{
  return at[0] | at[1] << 8 | at[2] << 16 | (guint32) at[3] << 24;
}

/* Image vector table, boot data, and bytes that look like nothing. */
static GBytes *
make_program (guint32 address, gsize size, guint seed)
{
  g_autoptr (GBytes) blob = hs_sample_blob (seed, size);
  guint8 *bytes = g_memdup2 (g_bytes_get_data (blob, NULL), size);

  memset (bytes, 0, CRC_AT + 4);
  put_word (bytes, IVT_TAG);
  put_word (bytes + 0x04, address + 0x401); /* entry */
  put_word (bytes + 0x10, address + 0x20);  /* boot data */
  put_word (bytes + 0x14, address);         /* self */
  put_word (bytes + 0x20, address);
  put_word (bytes + 0x24, size);
  memcpy (bytes + MARK_AT, MARK, strlen (MARK));
  put_word (bytes + CRC_AT, hs_crc32_openmv (bytes + CRC_AT + 4, size - CRC_AT - 4));
  return g_bytes_new_take (bytes, size);
}

/* As NXP's flashloader: what SDP puts into RAM. */
GBytes *
hs_sample_rt1062_flashloader (void)
{
  return make_program (FLASHLOADER_AT, FLASHLOADER_SIZE, 0x1C00);
}

/* As OpenMV's second bootloader. */
GBytes *
hs_sample_rt1062_sbl (void)
{
  return make_program (SBL_AT, SBL_SIZE, 0x1000);
}

/* As the flashloader writes it: the flash configuration block. */
GBytes *
hs_sample_rt1062_config (void)
{
  guint8 *bytes = g_malloc0 (FCB_SIZE);

  memcpy (bytes, "FCFB", 4);
  put_word (bytes + 0x04, 0x56010400);
  put_word (bytes + 0x50, 16 * 1024 * 1024); /* size of the flash */
  put_word (bytes + 0x1C0, 256);             /* its page */
  put_word (bytes + 0x1C4, 4096);            /* its sector */
  return g_bytes_new_take (bytes, FCB_SIZE);
}

/* Whether the ROM finds an image vector table there; it looks no further. */
gboolean
hs_sample_has_vector_table (const guint8 *bytes, gsize size)
{
  return size > CRC_AT + 4 && (get_word (bytes) & 0xF0FFFFFF) == (IVT_TAG & 0xF0FFFFFF);
}

/**
 * hs_sample_would_load:
 * @address: where it lies
 * @bytes: (array length=size): what lies there
 * @size: in bytes, perhaps more than the program has
 *
 * Returns: whether a program comes up: its vector table is of that place and, of a sample, every
 * byte is there. Of a real one only the table can be judged.
 */
gboolean
hs_sample_would_load (guint32 address, const guint8 *bytes, gsize size)
{
  guint32 length;

  if (!hs_sample_has_vector_table (bytes, size) || get_word (bytes + 0x14) != address)
    return FALSE;
  if (memcmp (bytes + MARK_AT, MARK, strlen (MARK)) != 0)
    return TRUE;
  length = get_word (bytes + 0x24);
  return length > CRC_AT + 4 && length <= size &&
         get_word (bytes + CRC_AT) == hs_crc32_openmv (bytes + CRC_AT + 4, length - CRC_AT - 4);
}
