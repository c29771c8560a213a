/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

#define HS_SAMBA_PAGE 4096u /* bytes; what one write command copies at most */

#define HS_TYPE_SAMBA (hs_samba_get_type ())
G_DECLARE_FINAL_TYPE (HsSamba, hs_samba, HS, SAMBA, GObject)

HsSamba *hs_samba_new (HsTransport *transport);
gboolean hs_samba_connect (HsSamba *self, GError **error);
const char *hs_samba_get_version (HsSamba *self);
const char *hs_samba_get_device (HsSamba *self);

gboolean hs_samba_erase (HsSamba *self, guint32 address, guint64 *took_us, GError **error);
gboolean hs_samba_write (HsSamba *self,
                         guint32 address,
                         const guint8 *data,
                         guint32 length,
                         guint64 *took_us,
                         GError **error);
gboolean
hs_samba_read (HsSamba *self, guint32 address, guint8 *data, guint32 length, GError **error);
gboolean
hs_samba_checksum (HsSamba *self, guint32 address, guint32 length, guint16 *crc, GError **error);
gboolean hs_samba_reset (HsSamba *self, GError **error);

guint16 hs_samba_crc16 (const guint8 *data, gsize length);

G_END_DECLS
