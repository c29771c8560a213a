/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "flash/identity.h"
#include "flash/usb-info.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  HS_DEVICE_OK,
  HS_DEVICE_NO_ACCESS, /* udev rules are missing */
  HS_DEVICE_NO_METHOD, /* known board, nothing can be done with it yet */
  HS_DEVICE_AMBIGUOUS, /* the USB id does not tell the board (1209:ABD1, 0483:DF11) */
  HS_DEVICE_UNWATCHED, /* in what may be its bootloader, or a program that recovery put there: only
                          a job that sees it arrive can tell (RT1062) */
} HsDeviceProblem;

#define HS_TYPE_DEVICE (hs_device_get_type ())
G_DECLARE_FINAL_TYPE (HsDevice, hs_device, HS, DEVICE, GObject)

/* A camera that is awaited on @port: not attached, nothing known but its board. */
HsDevice *hs_device_new_awaited (const HsBoard *board, const char *port);

/* An attached camera, followed over re-enumeration. Main thread. Properties with notify:
 * "board-name" "mode" "port" "serial" "key" "strength" "problem" "attached". */
const HsBoard *hs_device_get_board (HsDevice *self);
HsMode hs_device_get_mode (HsDevice *self);
const char *hs_device_get_port (HsDevice *self);
const char *hs_device_get_serial (HsDevice *self);
const char *hs_device_get_key (HsDevice *self);
const char *hs_device_get_form (HsDevice *self);
HsIdentityStrength hs_device_get_strength (HsDevice *self);
HsDeviceProblem hs_device_get_problem (HsDevice *self);
const char *hs_device_problem_name (HsDeviceProblem problem);
gboolean hs_device_get_attached (HsDevice *self);
guint16 hs_device_get_bcd_device (HsDevice *self);
HsUsbInfo *hs_device_get_info (HsDevice *self);
void hs_device_set_key (HsDevice *self, const char *key);

G_END_DECLS
