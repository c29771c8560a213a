/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/protocol/dfu-link.h"

G_BEGIN_DECLS

#define HS_TYPE_DFU (hs_dfu_get_type ())
G_DECLARE_FINAL_TYPE (HsDfu, hs_dfu, HS, DFU, GObject)

HsDfu *hs_dfu_new (HsTransport *transport, HsUsbInfo *info, GError **error);
guint16 hs_dfu_get_block_size (HsDfu *self);
gboolean hs_dfu_can_upload (HsDfu *self);

guint hs_dfu_get_n_alternates (HsDfu *self);
const char *hs_dfu_get_name (HsDfu *self, guint n, GError **error);
gboolean hs_dfu_find_alternate (HsDfu *self, const char *name, guint8 *alt, GError **error);

gboolean hs_dfu_select (HsDfu *self, guint8 alt, GError **error);
gboolean hs_dfu_make_idle (HsDfu *self, GError **error);
gboolean hs_dfu_write_block (HsDfu *self,
                             guint16 block,
                             const guint8 *data,
                             guint64 *took_us,
                             GError **error);
gboolean hs_dfu_finish (HsDfu *self, guint16 next_block, GError **error);
gssize hs_dfu_upload_block (HsDfu *self, guint16 block, guint8 *data, GError **error);
gboolean hs_dfu_detach (HsDfu *self, GError **error);

G_END_DECLS
