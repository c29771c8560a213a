/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/capture.h"
#include "flash/transport/decorator.h"

G_BEGIN_DECLS

#define HS_TYPE_RECORDING_TRANSPORT (hs_recording_transport_get_type ())
G_DECLARE_FINAL_TYPE (HsRecordingTransport,
                      hs_recording_transport,
                      HS,
                      RECORDING_TRANSPORT,
                      HsDecorator)

HsTransport *hs_recording_transport_new (HsTransport *inner,
                                         HsUsbInfo *info,
                                         HsOpenKind kind,
                                         HsCapture *capture);
HsTransport *
hs_recording_transport_new_opened (HsTransport *inner, HsCapture *capture, guint connection);

G_END_DECLS
