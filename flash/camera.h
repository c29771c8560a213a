/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "flash/identity.h"
#include "flash/transport/bus.h"

G_BEGIN_DECLS

#define HS_TYPE_CAMERA (hs_camera_get_type ())
G_DECLARE_FINAL_TYPE (HsCamera, hs_camera, HS, CAMERA, GObject)

/* Wraps a freshly opened transport in a decorator (recording, failing); (transfer full) both ways.
 */
typedef HsTransport *(*HsCameraWrap) (HsTransport *transport, HsUsbInfo *info, gpointer user_data);

HsCamera *hs_camera_new (HsBus *bus, HsUsbInfo *info, const HsBoard *board, const char *key);
void
hs_camera_set_wrap (HsCamera *self, HsCameraWrap wrap, gpointer user_data, GDestroyNotify destroy);
HsBus *hs_camera_get_bus (HsCamera *self);
const HsBoard *hs_camera_get_board (HsCamera *self);
const char *hs_camera_get_port (HsCamera *self);
const char *hs_camera_get_key (HsCamera *self);
gboolean hs_camera_learn_key (HsCamera *self, const char *key, GError **error);
HsUsbInfo *hs_camera_dup_info (HsCamera *self);
HsMode hs_camera_get_mode (HsCamera *self);
gboolean hs_camera_is_attached (HsCamera *self);
gboolean hs_camera_saw_arrival (HsCamera *self);

HsTransport *hs_camera_open (HsCamera *self, HsOpenKind kind, GError **error);
HsTransport *hs_camera_get_transport (HsCamera *self);
void hs_camera_close (HsCamera *self);
/* What a method keeps between its calls while the transport is open (#HsDfu); dropped with it. */
gpointer hs_camera_get_conversation (HsCamera *self);
void hs_camera_take_conversation (HsCamera *self, gpointer conversation);

/* @timeout_ms in the camera's time; 0 waits until cancelled. */
gboolean
hs_camera_await_gone (HsCamera *self, guint timeout_ms, GCancellable *cancellable, GError **error);
/* @mode %HS_MODE_UNKNOWN: whatever enumerates next. */
gboolean hs_camera_await_mode (HsCamera *self,
                               HsMode mode,
                               guint timeout_ms,
                               GCancellable *cancellable,
                               GError **error);

G_END_DECLS
