/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HS_UF2_BLOCK_SIZE 512u
#define HS_UF2_PAGE       256u        /* bytes of flash in one block */
#define HS_UF2_FLASH      0x10000000u /* where the RP2040 sees its flash … */
#define HS_UF2_FLASH_SIZE 0x01000000u /* … and how much it can see at most */

/* One block that belongs into the main flash. */
typedef struct {
  guint32 address;
  guint32 number; /* of this block, from 0 */
  guint32 count;  /* of the blocks of the whole file */
  const guint8 *data;
} HsUf2Block;

gboolean hs_uf2_is (const guint8 *bytes, gsize size);
gboolean hs_uf2_take_block (const guint8 bytes[HS_UF2_BLOCK_SIZE], HsUf2Block *block);
GBytes *hs_uf2_read (const guint8 *bytes, gsize size, guint32 *address, GError **error);
GBytes *hs_uf2_new (GBytes *content, guint32 address);
GBytes *hs_uf2_pad (GBytes *content);

G_END_DECLS
