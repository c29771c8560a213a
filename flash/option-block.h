/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The RDP byte. Every value but the first and the last means level 1. */
#define HS_RDP_BYTE_0 0xaa
#define HS_RDP_BYTE_1 0xbb /* what Hotshoe writes: far from the two others */
#define HS_RDP_BYTE_2 0xcc /* for ever: read and named, never written */

#define HS_OPTION_BLOCK_MAX 128

/**
 * HsOptionLayout:
 * @mcu: the beginning of the chip's name
 * @name: of the alternate setting, exactly
 * @address: where the block begins
 * @size: bytes, all of which are written at once
 * @rdp: offset of the RDP byte
 * @complement: offset of its complement; 0: none
 * @second: another block that belongs to it and is never written; 0: none
 * @has_slots: slots of 8 bytes: a value of 16 bits, then its complement
 * @native: may be written by Hotshoe itself
 * @level_register: address of the register whose bits 15:8 are the RDP byte, for running firmware
 *
 * How the option bytes of one family of chips look through the ROM's DFU (AN3156, AN2606).
 */
typedef struct {
  const char *mcu;
  const char *name;
  guint32 address;
  guint16 size;
  guint8 rdp;
  guint8 complement;
  guint32 second;
  gboolean has_slots;
  gboolean native;
  guint32 level_register;
} HsOptionLayout;

guint hs_option_layout_count (void);
const HsOptionLayout *hs_option_layout_nth (guint n);
/* (nullable) */
const HsOptionLayout *hs_option_layout_by_name (const char *alternate_name);
/* Of a chip, by its name; for reading its register. (nullable) */
const HsOptionLayout *hs_option_layout_by_mcu (const char *mcu);

/* 0, 1 or 2. */
int hs_rdp_level (guint8 byte);

/* Whether @block is what the option bytes of an unprotected camera look like; nothing is written
 * to others. %HS_FLASH_ERROR_SURPRISE, %HS_FLASH_ERROR_PROTECTED. */
gboolean hs_option_block_check (const HsOptionLayout *layout,
                                const guint8 *block,
                                gsize length,
                                GError **error);
/* Changes the RDP byte and its complement, nothing else. %HS_FLASH_ERROR_FORBIDDEN for every value
 * but %HS_RDP_BYTE_1, and where Hotshoe does not write. */
gboolean hs_option_block_patch (const HsOptionLayout *layout,
                                guint8 *block,
                                gsize length,
                                guint8 value,
                                GError **error);
/* The last word before @data goes to the chip, at whatever @address: %HS_FLASH_ERROR_FORBIDDEN for
 * all that touches option bytes and is not exactly a whole block that sets level 1. */
gboolean
hs_option_block_may_write (guint32 address, const guint8 *data, gsize length, GError **error);

char *hs_option_block_to_hex (const guint8 *block, gsize length);

G_END_DECLS
