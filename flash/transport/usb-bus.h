/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/bus.h"

G_BEGIN_DECLS

#define HS_TYPE_USB_BUS (hs_usb_bus_get_type ())
G_DECLARE_FINAL_TYPE (HsUsbBus, hs_usb_bus, HS, USB_BUS, HsBus)

HsBus *hs_usb_bus_new (GError **error);

G_END_DECLS
