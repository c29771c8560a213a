/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

G_BEGIN_DECLS

typedef struct _HsSimFlash HsSimFlash;

HsSimFlash *hs_sim_flash_new (const HsBoard *board, const char *folder, GError **error);
void hs_sim_flash_free (HsSimFlash *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsSimFlash, hs_sim_flash_free)

void hs_sim_flash_look_again (HsSimFlash *self); /* another program may have written to its files */
gboolean hs_sim_flash_read (HsSimFlash *self,
                            const HsPartition *partition,
                            guint64 offset,
                            guint8 *data,
                            gsize length);
gboolean hs_sim_flash_program (HsSimFlash *self,
                               const HsPartition *partition,
                               guint64 offset,
                               const guint8 *data,
                               gsize length);
gboolean hs_sim_flash_overwrite (HsSimFlash *self,
                                 const HsPartition *partition,
                                 guint64 offset,
                                 const guint8 *data,
                                 gsize length);
gboolean
hs_sim_flash_erase (HsSimFlash *self, const HsPartition *partition, guint64 offset, guint64 size);
guint64 hs_sim_flash_used (HsSimFlash *self, const HsPartition *partition);
GBytes *hs_sim_flash_dup (HsSimFlash *self, const HsPartition *partition, guint64 length);

G_END_DECLS
