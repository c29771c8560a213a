/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

typedef enum {
  HS_OPEN_USB,    /* claims interface 0 (DFU), kernel driver detached automatically */
  HS_OPEN_SERIAL, /* the CDC serial port that belongs to the same USB device */
} HsOpenKind;

#define HS_TYPE_BUS (hs_bus_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsBus, hs_bus, HS, BUS, GObject)

/**
 * HsBusClass:
 * @list: (element-type HsUsbInfo) (transfer full): what is attached now; opens nothing; any thread
 * @serial: a counter that moves with every arrival and departure; any thread
 * @open: opens one device; blocks; %HS_FLASH_ERROR_GONE if that enumeration is over,
 *   %HS_FLASH_ERROR_PERMISSION, %HS_FLASH_ERROR_BUSY (message names program and pid if known)
 * @now: the clock of the camera at @port, microseconds, monotonic
 * @sleep: waits on that clock
 * @wait: blocks until @serial differs from @seen, until @deadline of @port's clock, or until
 *   cancelled; returns the counter. In fast simulation it jumps to the next event of that camera.
 *
 * @drive: waits on that clock until the firmware of the camera at @port shows its drive;
 *   (transfer full): the folder it is; %NULL without error: the system has to be asked, as for
 *   every real camera
 *
 * @inner: (nullable): the bus that this one only passes on; (transfer none)
 *
 * @scope: names what the ports belong to, for the holds of other processes: "usb", or the folder
 *   of a simulation; "" if no other process can reach them
 *
 * The thing cameras are attached to: the real USB (#HsUsbBus) or a simulated one (#HsSimBus).
 * Emits ::changed on the main context of its creation, coalesced, after arrivals and departures.
 * Thread-safe.
 */
struct _HsBusClass {
  GObjectClass parent_class;

  HsBus *(*inner) (HsBus *self);
  const char *(*scope) (HsBus *self);
  GPtrArray *(*list) (HsBus *self);
  guint64 (*serial) (HsBus *self);
  HsTransport *(*open) (HsBus *self, HsUsbInfo *info, HsOpenKind kind, GError **error);
  gint64 (*now) (HsBus *self, const char *port);
  void (*sleep) (HsBus *self, const char *port, guint64 us);
  guint64 (*wait) (HsBus *self,
                   const char *port,
                   guint64 seen,
                   gint64 deadline,
                   GCancellable *cancellable);
  char *(*drive) (HsBus *self,
                  const char *port,
                  guint timeout_ms,
                  GCancellable *cancellable,
                  GError **error);
};

/* The one that devices are really attached to: all jobs share it. (transfer none) */
HsBus *hs_bus_get_root (HsBus *self);
const char *hs_bus_get_scope (HsBus *self);
GPtrArray *hs_bus_list (HsBus *self);
guint64 hs_bus_serial (HsBus *self);
HsTransport *hs_bus_open (HsBus *self, HsUsbInfo *info, HsOpenKind kind, GError **error);
gint64 hs_bus_now (HsBus *self, const char *port);
void hs_bus_sleep (HsBus *self, const char *port, guint64 us);
char *hs_bus_dup_drive (HsBus *self,
                        const char *port,
                        guint timeout_ms,
                        GCancellable *cancellable,
                        GError **error);
guint64 hs_bus_wait (HsBus *self,
                     const char *port,
                     guint64 seen,
                     gint64 deadline,
                     GCancellable *cancellable);
HsUsbInfo *hs_bus_find_port (HsBus *self, const char *port);
gboolean hs_bus_is_attached (HsBus *self, HsUsbInfo *info);
gboolean
hs_bus_wait_gone (HsBus *self, HsUsbInfo *info, guint timeout_ms, GCancellable *cancellable);

/* For subclasses: queue ::changed on the main context; any thread. */
void hs_bus_queue_changed (HsBus *self);

G_END_DECLS
