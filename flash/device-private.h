/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/device.h"

G_BEGIN_DECLS

/* How well a device that left and one that came fit; the greater, the better. */
typedef enum {
  HS_CONTINUITY_NONE,       /* not the same camera */
  HS_CONTINUITY_FOLDED,     /* another port; the serial is a folded form of the known id */
  HS_CONTINUITY_PORT,       /* the same port; the serials can't be compared */
  HS_CONTINUITY_PORT_FORM,  /* the same port, and the serials fit */
  HS_CONTINUITY_SAME_SERIAL /* the full id is the same, whatever the port */
} HsContinuity;

gboolean hs_device_is_camera (const HsUsbInfo *info);
HsDevice *hs_device_new (HsUsbInfo *info);
HsDevice *hs_device_new_bridge (const HsBoard *board, HsUsbInfo *info);
HsContinuity hs_device_compare (HsDevice *self, HsUsbInfo *info);
void hs_device_attach (HsDevice *self, HsUsbInfo *info);
void hs_device_refresh (HsDevice *self, HsUsbInfo *info);
void hs_device_detach (HsDevice *self);

G_END_DECLS
