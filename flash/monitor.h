/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/device.h"
#include "flash/transport/bus.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsMonitor:
 *
 * The cameras on a bus, as a #GListModel of #HsDevice. Lives on the main thread, listens to
 * #HsBus::changed and never opens a device. A camera that leaves and comes back within
 * @linger_ms on the same port or with an identity that agrees stays the same #HsDevice
 * (its "attached" goes FALSE and TRUE again). Devices that are no camera are counted only
 * ("n-others").
 */
#define HS_TYPE_MONITOR (hs_monitor_get_type ())
G_DECLARE_FINAL_TYPE (HsMonitor, hs_monitor, HS, MONITOR, GObject)

HsMonitor *hs_monitor_new (HsBus *bus);
void hs_monitor_refresh (HsMonitor *self);
void hs_monitor_set_linger (HsMonitor *self, guint linger_ms);
HsDevice *hs_monitor_find_port (HsMonitor *self, const char *port);
guint hs_monitor_get_n_others (HsMonitor *self);
/* The serial adapter through which a camera of @board is recovered, for guides and their jobs: it
 * is no camera and not in the list. (transfer none) (nullable); the same object as long as the
 * adapter stays. "n-others" is notified when one comes or goes. */
HsDevice *hs_monitor_find_bridge (HsMonitor *self, const HsBoard *board);
/* A job that expects its camera to come back keeps it in the list meanwhile; counted. */
void hs_monitor_hold (HsMonitor *self, HsDevice *device);
void hs_monitor_release (HsMonitor *self, HsDevice *device);

G_END_DECLS
