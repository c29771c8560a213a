/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/rom-kind.h"

#include <string.h>

/* What descriptors tell of a bootloader in ROM; nothing is opened. */

#define PHASE_PRODUCT "DFU in HS Mode @Device ID /0x"

enum {
  DFU_CLASS = 0xFE,
  HID_CLASS = 0x03,
  FUNCTIONAL = 0x21, /* bDescriptorType; HID's own one, too */
  BCD_DFU = 0x0110,
  BCD_DFUSE = 0x011A,
};

/* Chips whose ROM says its device id. */
static const struct {
  guint device_id;
  const char *family; /* the beginning of the chip's name */
} phase_families[] = {
  { 0x486, "STM32N6" },
};

/* bcdDFUVersion of the functional descriptor; 0 if there is none. */
static guint16
find_dfu_version (const HsUsbInfo *info)
{
  for (guint i = 0; i < info->alts->len; i++) {
    const HsUsbAlt *alt = &g_array_index (info->alts, HsUsbAlt, i);

    for (guint at = 0; alt->class == DFU_CLASS && at + 2 <= alt->n_extra && alt->extra[at] >= 2;
         at += alt->extra[at])
      if (alt->extra[at + 1] == FUNCTIONAL && alt->extra[at] >= 9 && at + 9 <= alt->n_extra)
        return alt->extra[at + 7] | alt->extra[at + 8] << 8;
  }
  return 0;
}

static gboolean
is_hid (const HsUsbInfo *info)
{
  return info->alts->len > 0 && g_array_index (info->alts, HsUsbAlt, 0).class == HID_CLASS;
}

static gboolean
says_phase (const HsUsbInfo *info)
{
  return info->product != NULL && g_str_has_prefix (info->product, PHASE_PRODUCT);
}

/**
 * hs_rom_kind:
 * @info: what the bus shows
 *
 * Sends nothing. Any thread.
 *
 * Returns: which bootloader in ROM that is; one with ST's id whose descriptors fit neither kind is
 * %HS_ROM_KIND_NONE
 */
HsRomKind
hs_rom_kind (const HsUsbInfo *info)
{
  HsMode mode = HS_MODE_UNKNOWN;
  guint16 version;

  g_return_val_if_fail (info != NULL, HS_ROM_KIND_NONE);

  hs_board_by_usb (info->vid, info->pid, &mode);
  if (mode != HS_MODE_ROM)
    return HS_ROM_KIND_NONE;

  if (is_hid (info))
    return HS_ROM_KIND_SDP;
  version = find_dfu_version (info);
  if (version == BCD_DFUSE && !says_phase (info))
    return HS_ROM_KIND_ST_DFUSE;
  /* A string may be missing: what could not be asked contradicts nothing. */
  return version == BCD_DFU && (info->product == NULL || says_phase (info)) ? HS_ROM_KIND_ST_PHASE
                                                                            : HS_ROM_KIND_NONE;
}

/**
 * hs_rom_get_device_id:
 * @info: what the bus shows
 *
 * Returns: the chip's device id (0x486) where the ROM's product string says it; else 0
 */
guint
hs_rom_get_device_id (const HsUsbInfo *info)
{
  g_return_val_if_fail (info != NULL, 0);

  return says_phase (info) ? g_ascii_strtoull (info->product + strlen (PHASE_PRODUCT), NULL, 16)
                           : 0;
}

static gboolean
has_rom_id (const HsBoard *board, const HsUsbInfo *info)
{
  return hs_board_get_mode (board, info->vid, info->pid) == HS_MODE_ROM;
}

/**
 * hs_rom_fits_board:
 * @info: what the bus shows
 * @board: which one it is said to be
 *
 * Whether that can be the ROM of such a board, as far as its descriptors tell. F4, F7 and H7 are
 * told apart only by their flash maps: #HsMethod.check of @board->rom_method. Sends nothing. Any
 * thread.
 */
gboolean
hs_rom_fits_board (const HsUsbInfo *info, const HsBoard *board)
{
  g_return_val_if_fail (info != NULL && board != NULL, FALSE);

  if (!has_rom_id (board, info))
    return FALSE;
  switch (hs_rom_kind (info)) {
  case HS_ROM_KIND_ST_PHASE:
    for (guint i = 0; i < G_N_ELEMENTS (phase_families); i++)
      if ((info->product == NULL || phase_families[i].device_id == hs_rom_get_device_id (info)) &&
          g_str_has_prefix (board->mcu, phase_families[i].family))
        return TRUE;
    return FALSE;
  case HS_ROM_KIND_ST_DFUSE:
    for (guint i = 0; i < G_N_ELEMENTS (phase_families); i++)
      if (g_str_has_prefix (board->mcu, phase_families[i].family))
        return FALSE;
    return TRUE;
  case HS_ROM_KIND_SDP:
    return board->recovery == HS_RECOVERY_SDP;
  default:
    return FALSE;
  }
}
