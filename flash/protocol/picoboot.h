/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

#define HS_PICOBOOT_SECTOR 4096u /* bytes; what one erase covers at least */
#define HS_PICOBOOT_PAGE   256u  /* bytes; flash is written in multiples of it */

#define HS_TYPE_PICOBOOT (hs_picoboot_get_type ())
G_DECLARE_FINAL_TYPE (HsPicoboot, hs_picoboot, HS, PICOBOOT, GObject)

HsPicoboot *hs_picoboot_new (HsTransport *transport, HsUsbInfo *info, GError **error);
gboolean hs_picoboot_prepare (HsPicoboot *self, GError **error);
gboolean hs_picoboot_erase (HsPicoboot *self,
                            guint32 address,
                            guint32 length,
                            guint64 *took_us,
                            GError **error);
gboolean hs_picoboot_write (HsPicoboot *self,
                            guint32 address,
                            const guint8 *data,
                            guint32 length,
                            guint64 *took_us,
                            GError **error);
gboolean
hs_picoboot_read (HsPicoboot *self, guint32 address, guint8 *data, guint32 length, GError **error);
gboolean hs_picoboot_reboot (HsPicoboot *self, guint delay_ms, GError **error);

G_END_DECLS
