/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-camera-private.h"

G_BEGIN_DECLS

/**
 * HsSimLoader:
 * @method: of the boards whose everyday bootloader this is; %NULL: a chip's own
 * @product: product string, or %NULL to let @get_string answer
 * @bcd_device: of the device descriptor; 0: the version of the OpenMV bootloader
 * @starts_at_power: power-up passes through it (OpenMV, SBL); else it comes only when asked for or
 *   by hand (double tap, BOOTSEL)
 * @is_rom_of: (nullable): only of a chip's own bootloader: whether it is in the chip of that board.
 *   Power-up with the jumper set, or a reset by itself, then comes here
 * @comes_alone: a chip's own bootloader that also comes if nothing in the flash starts
 * @starts: (nullable): whether it is in the flash, whole, so that the chip starts it. %NULL: its
 *   partition does not begin with erased flash
 * @press: (nullable): the user button
 * @append_config: the configuration descriptor with all that belongs to it
 * @start: it is on the bus now; @forced: the firmware or a hand asked for it, or there is no
 *   firmware. Sets @self->window_at where it leaves by itself (the camera then starts the firmware)
 * @cut: (nullable): power is cut at @now, which may lie before the last request ended: what was
 *   being written stays half done
 * @stop: (nullable): it left the bus or lost power; frees @self->loader_state. Also called when
 *   there is none
 * @control: one class or vendor request, as hs_sim_camera_control()
 * @packet: bytes of the longest packet that @transfer takes or gives: who calls it cuts what is
 *   longer, as a host controller does, and ends an IN transfer at a shorter one. 0: @transfer gets
 *   whole transfers and knows itself where they end
 * @transfer: (nullable): one transfer on a bulk or interrupt endpoint. Returns bytes moved; -EAGAIN
 *   if it NAKs (nothing to give yet); -EPIPE, -ENODEV, -ETIMEDOUT as @control. @busy_us: for how
 *   long that device then answers nothing
 * @clear_halt: (nullable)
 * @set_alternate: (nullable): SET_INTERFACE; %FALSE to STALL. %NULL: there is only alternate 0
 * @serial_write: (nullable): bytes to its serial port; @serial_read: 0: nothing yet
 * @set_line: (nullable)
 * @get_string: (nullable) (transfer full): string descriptor @index, asked before anything else;
 *   %NULL for what it does not know: then 2 is @product, 3 the serial as the board table has it,
 *   and if @product is %NULL there is no such string
 * @bus_reset: (nullable): %NULL: a bus reset means nothing to it
 * @advance: (nullable): does what is due at @now; returns when the next thing is, later than @now,
 *   or %HS_SIM_NEVER
 * @dup_drive: (nullable): as hs_sim_camera_dup_drive(), for a bootloader that shows a drive
 *
 * The model of one bootloader: a camera's behaviour while it is in phase DFU or ROM. One file each:
 * sim-bootloader.c (OpenMV), sim-imx.c, sim-dfuse.c (Arduino and ST ROM), sim-picoboot.c,
 * sim-bossa.c; sim-loader.c lists them. Its variables are @self->loader_state. It leaves by
 * hs_sim_camera_leave(), and writes @self->unit->flash with hs_sim_flash_*(), at once or torn as
 * the real one would. @self->held: it stays although it came by itself.
 */
struct _HsSimLoader {
  const HsMethod *method;
  const char *product;
  guint16 bcd_device;
  guint16 packet;
  gboolean starts_at_power;
  gboolean comes_alone;

  gboolean (*is_rom_of) (const HsBoard *board);
  gboolean (*starts) (HsSimCamera *self);
  void (*press) (HsSimCamera *self, gint64 now);
  void (*append_config) (HsSimCamera *self, GByteArray *array);
  void (*start) (HsSimCamera *self, gboolean forced, gint64 now);
  void (*cut) (HsSimCamera *self, gint64 now);
  void (*stop) (HsSimCamera *self);
  int (*control) (HsSimCamera *self,
                  const guint8 setup[8],
                  guint8 *data,
                  gint64 now,
                  guint64 *busy_us);
  int (*transfer) (HsSimCamera *self,
                   guint8 endpoint,
                   guint8 *data,
                   gsize length,
                   gint64 now,
                   guint64 *busy_us);
  void (*clear_halt) (HsSimCamera *self, guint8 endpoint, gint64 now);
  gboolean (*set_alternate) (HsSimCamera *self, guint8 interface, guint8 alt);
  int (*serial_write) (HsSimCamera *self, const guint8 *data, gsize length, gint64 now);
  int (*serial_read) (HsSimCamera *self, guint8 *data, gsize length, gint64 now);
  void (*set_line) (HsSimCamera *self, guint baud, gboolean dtr, gint64 now);
  char *(*get_string) (HsSimCamera *self, guint8 index);
  void (*bus_reset) (HsSimCamera *self, gint64 now);
  gint64 (*advance) (HsSimCamera *self, gint64 now);
  char *(*dup_drive) (HsSimCamera *self, gint64 now);
};

extern const HsSimLoader hs_sim_loader_openmv;
extern const HsSimLoader hs_sim_loader_imx;
extern const HsSimLoader hs_sim_loader_arduino;
extern const HsSimLoader hs_sim_loader_picoboot;
extern const HsSimLoader hs_sim_loader_bossa;
extern const HsSimLoader hs_sim_loader_n6_rom;
extern const HsSimLoader hs_sim_loader_sdp;
extern const HsSimLoader hs_sim_loader_stm_rom;

/* sim-sdp.c: whether the RT1062's ROM finds what it needs to start the everyday bootloader */
gboolean hs_sim_sdp_finds_bootloader (HsSimCamera *self);

/* Of the program that runs, or would run, in that phase; (nullable): the board has none. */
const HsSimLoader *hs_sim_camera_find_loader (HsSimCamera *self, HsSimPhase phase);
/* Of the program that is on the bus; (nullable): it is no bootloader, or none that is simulated. */
const HsSimLoader *hs_sim_camera_get_loader (HsSimCamera *self);

G_END_DECLS
