/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

G_BEGIN_DECLS

gboolean hs_vectors_read (const guint8 *bytes, gsize size, gsize at, guint32 *reset);
gboolean hs_vectors_start (const HsBoard *board, HsRole role, const guint8 *bytes, gsize size);
gboolean hs_vectors_read_imxrt (const guint8 *bytes, gsize size, guint32 *self_address);
guint32 hs_boot2_crc (const guint8 *bytes);
guint64 hs_load_address (const HsBoard *board, const HsPartition *partition);

G_END_DECLS
