/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/camera.h"
#include "flash/progress.h"

G_BEGIN_DECLS

/* What bringing back an i.MX RT needs besides hs_method_imx_rom. All that takes a camera blocks. */

/* Whether that can be NXP's loader for RAM: it begins with an image vector table, and is not for
 * flash as the second bootloader is. %HS_FLASH_ERROR_BAD_FILE. */
gboolean hs_imx_rom_check_loader (GBytes *file, GError **error);

/* The loader that enter puts into RAM; (transfer none) (nullable). */
void hs_imx_rom_set_loader (HsCamera *camera, GBytes *loader);

/* Whether what enumerated there is the loader that this process put into RAM. It shows the id of
 * the resident bootloader. Any thread. */
gboolean hs_imx_rom_is_ram_loader (HsBus *bus, HsUsbInfo *info);

/* Erases the flash configuration block and has it written anew, by what the loader finds out about
 * the flash; read back. After hs_method_imx_rom.enter. */
gboolean hs_imx_rom_make_config (HsCamera *camera,
                                 HsProgress *progress,
                                 GCancellable *cancellable,
                                 GError **error);

/* The fuse that makes the chip boot from flash (OCOTP word 6, bit 4). */
#define HS_IMX_ROM_FUSE_WORD  6u
#define HS_IMX_ROM_FUSE_VALUE 0x10u
/* @value: (out): the whole word */
gboolean hs_imx_rom_read_fuse (HsCamera *camera, guint32 *value, GError **error);
/* Burns it if it is not burnt, and reads the word again into @value. Irreversible. Nothing is sent
 * to a chip with other fuses set in that word (%HS_FLASH_ERROR_SURPRISE). */
gboolean hs_imx_rom_burn_fuse (HsCamera *camera, guint32 *value, GError **error);

G_END_DECLS
