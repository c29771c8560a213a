/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/protocol/dfu-link.h"
#include "flash/protocol/dfuse-map.h"

G_BEGIN_DECLS

#define HS_TYPE_DFUSE (hs_dfuse_get_type ())
G_DECLARE_FINAL_TYPE (HsDfuse, hs_dfuse, HS, DFUSE, GObject)

HsDfuse *hs_dfuse_new (HsTransport *transport, HsUsbInfo *info, GError **error);
guint16 hs_dfuse_get_block_size (HsDfuse *self);
gboolean hs_dfuse_can_upload (HsDfuse *self);

guint hs_dfuse_get_n_alternates (HsDfuse *self);
guint8 hs_dfuse_get_alternate (HsDfuse *self, guint n);
const char *hs_dfuse_get_name (HsDfuse *self, guint n, GError **error);

gboolean hs_dfuse_select (HsDfuse *self, guint8 alt, GError **error);
gboolean hs_dfuse_erase (HsDfuse *self, guint32 address, guint64 *took_us, GError **error);
gboolean hs_dfuse_write_block (HsDfuse *self,
                               guint32 address,
                               const guint8 *data,
                               guint16 length,
                               guint64 *took_us,
                               GError **error);
gboolean
hs_dfuse_read_block (HsDfuse *self, guint32 address, guint8 *data, guint16 length, GError **error);
/* How writing option bytes ended: both are as it should be (AN3156). */
typedef enum {
  HS_DFUSE_WENT,   /* it restarted by itself */
  HS_DFUSE_STAYED, /* it is still there */
} HsDfuseEnd;

gboolean hs_dfuse_is_protected (HsDfuse *self,
                                guint8 alt,
                                guint32 address,
                                gboolean *is_protected,
                                GError **error);
gboolean hs_dfuse_write_options (HsDfuse *self,
                                 guint8 alt,
                                 guint32 address,
                                 const guint8 *block,
                                 guint16 length,
                                 HsDfuseEnd *end,
                                 GError **error);
gboolean hs_dfuse_remove_protection (HsDfuse *self, guint8 alt, guint32 address, GError **error);
gboolean hs_dfuse_leave (HsDfuse *self, guint32 address, GError **error);

G_END_DECLS
