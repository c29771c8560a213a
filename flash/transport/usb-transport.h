/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/bus.h"

G_BEGIN_DECLS

typedef struct libusb_device HsLibusbDevice;

#define HS_TYPE_USB_TRANSPORT (hs_usb_transport_get_type ())
G_DECLARE_FINAL_TYPE (HsUsbTransport, hs_usb_transport, HS, USB_TRANSPORT, HsTransport)

HsTransport *
hs_usb_transport_open (HsBus *bus, HsLibusbDevice *device, HsUsbInfo *info, GError **error);

G_END_DECLS
