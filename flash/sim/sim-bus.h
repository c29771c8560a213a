/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-camera.h"
#include "flash/transport/bus.h"

G_BEGIN_DECLS

#define HS_TYPE_SIM_BUS (hs_sim_bus_get_type ())
G_DECLARE_FINAL_TYPE (HsSimBus, hs_sim_bus, HS, SIM_BUS, HsBus)

/* @spec: "OPENMV4*3,OPENMV_N6@dfu"; @dir: folder of the cameras' state, %NULL for memory only;
 * @fast: virtual time. Errors are G_IO_ERROR_INVALID_ARGUMENT (spec), HS_FLASH_ERROR_BUSY (the
 * folder of a camera is locked by another process), G_IO_ERROR for files. */
HsSimBus *hs_sim_bus_new (const char *spec, const char *dir, gboolean fast, GError **error);
guint hs_sim_bus_get_n_cameras (HsSimBus *self);
HsSimCamera *hs_sim_bus_get_camera (HsSimBus *self, guint n);
HsSimCamera *hs_sim_bus_add_camera (HsSimBus *self, const char *spec, GError **error);
/* A board that is in no table, for tests. */
HsSimCamera *
hs_sim_bus_add_board (HsSimBus *self, const HsBoard *board, HsMode mode, GError **error);
/* What hands do at the bench; any thread. */
void hs_sim_bus_plug (HsSimBus *self, guint n);
void hs_sim_bus_unplug (HsSimBus *self, guint n);
void hs_sim_bus_unplug_many (HsSimBus *self, const guint *cameras, guint n_cameras);
void hs_sim_bus_hand_enter (HsSimBus *self, guint n);
/* The boot jumper (BOOT, SBL) or the maintenance switch: what counts is how it is when power comes
 * on, or when the chip's own bootloader resets the chip. */
void hs_sim_bus_set_jumper (HsSimBus *self, guint n, gboolean set);
gboolean hs_sim_bus_get_jumper (HsSimBus *self, guint n);
void hs_sim_bus_press_button (HsSimBus *self, guint n); /* the user button */
/* Breaks the @n-th camera for somebody to practise on, see HsSimCondition; it is found so: power
 * goes off before, and on again if it was on. */
gboolean hs_sim_bus_can_break (HsSimBus *self, guint n, HsSimCondition condition);
void hs_sim_bus_break (HsSimBus *self, guint n, HsSimCondition condition);
void hs_sim_bus_plug_at (HsSimBus *self, guint n, const char *port);
void hs_sim_bus_swap_ports (HsSimBus *self, guint a, guint b);
/* In virtual time: lets everything happen that happens by itself, as leaving it alone would. */
void hs_sim_bus_settle (HsSimBus *self, guint n);
char *hs_sim_bus_dup_port (HsSimBus *self, guint n);
void hs_sim_bus_set_fault (HsSimBus *self, guint n, const char *name, int value);
int hs_sim_bus_get_fault (HsSimBus *self, guint n, const char *name);

G_END_DECLS
