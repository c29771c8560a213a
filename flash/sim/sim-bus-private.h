/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-bus.h"

G_BEGIN_DECLS

/* One port of the bus, with the camera that is plugged in there. Guarded by the bus's lock. */
typedef struct {
  HsSimCamera *camera; /* owned */
  char *port;
  HsUsbInfo *info;     /* nullable; what is enumerated now */
  guint64 enumeration; /* of the camera; 0: off the bus */
  HsUsbInfo *bridge;   /* nullable: its debug adapter, sim-bridge.c … */
  HsUsbInfo *jlink;    /* … and what is on it as well */
  guint presses;       /* of the button, as the adapter's port tells them */
  gint64 clock;        /* virtual time of this camera; fast mode only */
  gint64 due;          /* when the camera wants to be advanced */
  gint64 free_at;      /* until then endpoint 0 answers nothing */
  gboolean opened[2];  /* by #HsOpenKind: somebody has it open */
} HsSimSlot;

#define HS_SIM_BUS_NEVER G_MAXINT64

/**
 * HsSimBus:
 *
 * Simulated cameras on simulated ports "1-1", "1-2" …, in the order of the specification.
 *
 * In real time a thread runs what cameras do by themselves. In virtual time every camera has its
 * own clock, moved by the requests, sleeps and waits of who works with it; nothing waits for real.
 */
struct _HsSimBus {
  HsBus parent_instance;

  char *dir; /* nullable */
  gboolean fast;

  GMutex lock;
  GCond moved;       /* something changed; all waiters look again */
  GPtrArray *slots;  /* (element-type HsSimSlot) */
  guint64 serial;    /* arrivals and departures */
  guint64 instances; /* enumerations */
  gint64 lost_clock; /* of ports that don't exist; virtual time only */

  GThread *timer; /* nullable; real time only */
  GCond rearm;
  gboolean quit;
};

/* All with the bus's lock held. */
HsSimSlot *hs_sim_bus_nth_slot (HsSimBus *self, guint n);
HsSimSlot *hs_sim_bus_find_slot (HsSimBus *self, const char *port);
gint64 hs_sim_slot_now (HsSimBus *self, HsSimSlot *slot);
gboolean hs_sim_slot_is_there (HsSimSlot *slot, guint64 instance);
void hs_sim_bus_advance (HsSimBus *self, HsSimSlot *slot, gint64 now);
gboolean hs_sim_bus_run_to (HsSimBus *self, HsSimSlot *slot, guint64 instance, gint64 target);

void hs_sim_bus_come_up (HsSimBus *self, HsSimSlot *slot);
void hs_sim_bus_plug_slot (HsSimBus *self, HsSimSlot *slot);

/* sim-bridge.c */
void hs_sim_bus_tend_bridge (HsSimBus *self, HsSimSlot *slot);
void hs_sim_bus_drop_bridge (HsSimSlot *slot);
void hs_sim_bus_list_bridge (HsSimSlot *slot, GPtrArray *list);

/* For the transport. All lock the bus for themselves; the slot lives as long as the bus. */
void hs_sim_bus_release (HsSimBus *self, HsSimSlot *slot, HsUsbInfo *info, HsOpenKind kind);
int hs_sim_bus_control (HsSimBus *self,
                        HsSimSlot *slot,
                        guint64 instance,
                        const guint8 setup[8],
                        guint8 *data,
                        guint timeout_ms);
int hs_sim_bus_transfer (HsSimBus *self,
                         HsSimSlot *slot,
                         guint64 instance,
                         guint8 endpoint,
                         guint8 *data,
                         gsize length,
                         guint timeout_ms);
gboolean hs_sim_bus_clear_halt (HsSimBus *self, HsSimSlot *slot, guint64 instance, guint8 endpoint);
gboolean hs_sim_bus_reset (HsSimBus *self, HsSimSlot *slot, guint64 instance);
gboolean
hs_sim_bus_set_line (HsSimBus *self, HsSimSlot *slot, guint64 instance, guint baud, gboolean dtr);
int hs_sim_bus_serial_write (HsSimBus *self,
                             HsSimSlot *slot,
                             guint64 instance,
                             const guint8 *data,
                             gsize length);
int hs_sim_bus_serial_read (HsSimBus *self,
                            HsSimSlot *slot,
                            guint64 instance,
                            guint8 *data,
                            gsize length,
                            guint timeout_ms);
char *hs_sim_bus_dup_drive (HsBus *bus,
                            const char *port,
                            guint timeout_ms,
                            GCancellable *cancellable,
                            GError **error);
gint64 hs_sim_bus_slot_now (HsSimBus *self, HsSimSlot *slot);
void hs_sim_bus_slot_sleep (HsSimBus *self, HsSimSlot *slot, guint64 us);

/* sim-transport.c */
HsTransport *
hs_sim_transport_new (HsSimBus *bus, HsSimSlot *slot, HsUsbInfo *info, HsOpenKind kind);

/* sim-spec.c */
typedef struct {
  const HsBoard *board;
  HsMode mode;
  HsSimCondition condition;
  guint count;
  gboolean unplugged; /* lies beside the bench */
  char fault[24];     /* what is broken about it, as in sim-faults.h; "": nothing */
  int fault_value;
} HsSimSpec;

GArray *hs_sim_spec_parse (const char *text, GError **error);

G_END_DECLS
