/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

/* Whether the chip takes programs that its maker did not sign. */
typedef enum {
  HS_SDP_OPEN,
  HS_SDP_CLOSED,
} HsSdpSecurity;

#define HS_TYPE_SDP (hs_sdp_get_type ())
G_DECLARE_FINAL_TYPE (HsSdp, hs_sdp, HS, SDP, GObject)

HsSdp *hs_sdp_new (HsTransport *transport, HsUsbInfo *info, GError **error);

gboolean hs_sdp_get_status (HsSdp *self, HsSdpSecurity *security, guint32 *status, GError **error);
gboolean hs_sdp_write_file (HsSdp *self,
                            guint32 address,
                            const guint8 *data,
                            guint32 length,
                            GError **error);
gboolean hs_sdp_jump (HsSdp *self, guint32 address, GError **error);

G_END_DECLS
