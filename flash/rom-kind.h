/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

/* The bootloaders in ROM that cameras have; the first two share one USB id. */
typedef enum {
  HS_ROM_KIND_NONE,     /* it is none of them */
  HS_ROM_KIND_ST_DFUSE, /* STM32 F4, F7, H7 */
  HS_ROM_KIND_ST_PHASE, /* STM32N6: plain DFU 1.1, phase by phase */
  HS_ROM_KIND_SDP,      /* i.MX RT */
} HsRomKind;

HsRomKind hs_rom_kind (const HsUsbInfo *info);
guint hs_rom_get_device_id (const HsUsbInfo *info);
gboolean hs_rom_fits_board (const HsUsbInfo *info, const HsBoard *board);

G_END_DECLS
