/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

G_BEGIN_DECLS

/* Images that look like the output of the firmware's build, for practice and for tests. The same
 * arguments give the same bytes. (transfer full) throughout; sizes in bytes. */

GBytes *hs_sample_firmware (const HsBoard *board,
                            HsRole role,
                            const char *omv_tag,
                            const char *number,
                            guint seed,
                            gsize size);
GBytes *hs_sample_romfs (guint seed, gsize size);
GBytes *hs_sample_bootloader (const HsBoard *board, guint16 version);
GBytes *hs_sample_old_bootloader (const HsBoard *board);
GBytes *hs_sample_blob (guint seed, gsize size);
GBytes *hs_sample_toc (guint seed);
GBytes *hs_sample_combined (const HsBoard *board, GBytes *bootloader, GBytes *firmware);

/* sample-imx.c: programs of the i.MX RT */
GBytes *hs_sample_rt1062_flashloader (void);
GBytes *hs_sample_rt1062_sbl (void);
GBytes *hs_sample_rt1062_config (void);
gboolean hs_sample_has_vector_table (const guint8 *bytes, gsize size);
gboolean hs_sample_would_load (guint32 address, const guint8 *bytes, gsize size);

char *hs_sample_read_number (const guint8 *flash, gsize size);
gboolean hs_sample_bootloader_starts (const HsBoard *board, const guint8 *flash, gsize size);
gboolean hs_sample_would_start (const HsBoard *board, HsRole role, const guint8 *flash, gsize size);

G_END_DECLS
