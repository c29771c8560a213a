/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "flash/usb-info.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsSimCamera:
 *
 * One simulated physical camera: its flash, its bootloader, the firmware that runs from the flash.
 * Pure model: no threads; the caller serialises. Time is a parameter, so that the fake usbfs of
 * the tests, the in-process bus in real time and the one in virtual time all use this one model.
 */
#define HS_TYPE_SIM_CAMERA (hs_sim_camera_get_type ())
G_DECLARE_FINAL_TYPE (HsSimCamera, hs_sim_camera, HS, SIM_CAMERA, GObject)

/* Faults on demand. Request numbers count transfers of every kind and serial writes from 1. */
typedef struct {
  guint unplug_at;          /* leaves the bus at that request; 0 off */
  guint stall_at;           /* STALLs that request */
  guint lose_answer_at;     /* does that request, then never answers */
  int write_error_block;    /* errWRITE at that wBlockNum; -1 off */
  int corrupt_block;        /* flips one bit while writing it; -1 off */
  int slow_block;           /* its erase takes 8 s; -1 off */
  gboolean wrong_unit;      /* comes back as another unit after the next re-enumeration */
  gboolean wrong_mode;      /* comes back as application instead of bootloader, and vice versa */
  gboolean stay_away;       /* does not come back after the next re-enumeration */
  gboolean no_upload;       /* bootloader built without CAN_UPLOAD */
  gboolean torn_reads_hang; /* H7: reading a half-programmed flash word hangs until power is cut */
  gboolean no_access;       /* the node may not be opened */
  gboolean held_elsewhere;  /* another program has claimed it */
  gboolean serial_held;     /* another program has its serial port open */
  gboolean old_bootloader;  /* bcdDevice 0x0200, ignores DETACH when entered by magic */
  gboolean app_silent;   /* firmware runs but answers on no protocol, nor to the 1200-baud touch */
  gboolean app_no_debug; /* firmware speaks no debug protocol */
  gboolean app_no_repl;  /* firmware has no REPL */
  gboolean app_legacy;   /* usbdbg (4.x) instead of protocol v2 */
  gboolean swapped;      /* AE3: OSPI reads back with swapped 16-bit words */
  gboolean short_report; /* HID: reports are shorter than the descriptor says */
  gboolean long_report;  /* HID: reports are longer than the descriptor says */
  gboolean ram_loader;   /* RT1062: not the resident bootloader but the flashloader in RAM */
  gboolean hab_closed;   /* RT1062: the chip takes signed programs only */
  gboolean no_jlink;     /* its debug adapter lacks the J-Link */
  gboolean drive_only;   /* RP2040: the ROM shows its drive and no PICOBOOT */
  gboolean write_protected; /* ST ROM: write protection is on; writes are accepted and do nothing */
  gboolean set_pointer_protected; /* ST ROM at level 1: refuses Set Address Pointer, too */
  gboolean unprotect_damage;      /* F76x: Read Unprotect leaves it without a way to boot */
  gboolean stays_busy;   /* DfuSe: says after an erase that it is busy, for ever (H743 rev V) */
  gboolean stalls_early; /* DfuSe: refuses the first polls after an erase (L4) */
} HsSimFaults;

/* What is wrong with a new camera. */
typedef enum {
  HS_SIM_CONDITION_FINE,
  HS_SIM_CONDITION_NO_BOOTLOADER, /* its partition is erased, all else as from the factory */
  HS_SIM_CONDITION_HALF_WRITTEN,  /* the cable came out while the firmware was written */
  HS_SIM_CONDITION_BAD_MAIN,      /* a main.py that keeps the firmware from coming up */
  HS_SIM_CONDITION_BLANK,         /* everything is erased */
  HS_SIM_CONDITION_PROTECTED,     /* readout protection level 1; all works */
  HS_SIM_CONDITION_OLD_LOADER,    /* a bootloader from before ROMFS; all works */
  HS_SIM_N_CONDITIONS
} HsSimCondition;

const char *hs_sim_condition_name (HsSimCondition condition); /* "no-bootloader", as in SPEC */
/* The same later, for somebody to practise on; without power. FALSE: the disk is full. */
gboolean hs_sim_camera_can_break (HsSimCamera *self, HsSimCondition condition);
gboolean hs_sim_camera_break (HsSimCamera *self, HsSimCondition condition);

/* @folder: (nullable): DIR/<id>; created if missing. @mode and @condition count only at creation.
 */
HsSimCamera *hs_sim_camera_new_in (const HsBoard *board,
                                   guint number,
                                   HsMode mode,
                                   HsSimCondition condition,
                                   const char *folder,
                                   gboolean real_timings,
                                   GError **error);
HsSimCamera *hs_sim_camera_new (const HsBoard *board,
                                guint number,
                                HsMode mode,
                                const char *folder,
                                gboolean real_timings,
                                GError **error);
char *hs_sim_camera_make_id (const HsBoard *board, guint number);
const HsBoard *hs_sim_camera_get_board (HsSimCamera *self);
const char *
hs_sim_camera_get_id (HsSimCamera *self); /* 24 upper-case hex: the bootloader's serial */
HsMode hs_sim_camera_get_mode (HsSimCamera *self);
HsSimFaults *
hs_sim_camera_get_faults (HsSimCamera *self); /* live: write into it under the bus's lock */
char *hs_sim_camera_dup_burns (HsSimCamera *self);
guint32 hs_sim_camera_get_fuse (HsSimCamera *self, guint word);
guint hs_sim_camera_get_n_requests (HsSimCamera *self);
guint hs_sim_camera_get_n_late (HsSimCamera *self);
gboolean hs_sim_camera_is_plugged (HsSimCamera *self);
guint64 hs_sim_camera_get_enumeration (HsSimCamera *self); /* 0: off the bus */
gboolean hs_sim_camera_is_hung (HsSimCamera *self);
guint64 hs_sim_camera_wire_us (HsSimCamera *self, gsize length);
GBytes *hs_sim_camera_dup_partition (HsSimCamera *self, const HsPartition *partition);
char *hs_sim_camera_dup_drive (HsSimCamera *self, gint64 now);
GBytes *hs_sim_camera_dup_start (HsSimCamera *self, const HsPartition *partition, gsize length);

/* Power and bus. @now in microseconds. advance() runs what is due and returns when it wants to be
 * called again (G_MAXINT64: never); info() is (transfer full), NULL while it is off the bus,
 * another instance for every enumeration. */
void hs_sim_camera_plug (HsSimCamera *self, gint64 now);
void hs_sim_camera_unplug (HsSimCamera *self, gint64 now);
gint64 hs_sim_camera_advance (HsSimCamera *self, gint64 now);
HsUsbInfo *hs_sim_camera_get_info (HsSimCamera *self, const char *port);
void hs_sim_camera_bus_reset (HsSimCamera *self, gint64 now);
char *hs_sim_camera_get_string (HsSimCamera *self, guint8 index);
GBytes *
hs_sim_camera_dup_descriptors (HsSimCamera *self); /* device + configuration, as sysfs has them */

/* One control transfer, @setup as on the wire. Returns bytes of the data stage; -EPIPE for STALL,
 * -ENODEV if it left the bus, -ETIMEDOUT if it will never answer. *busy_us: for how long the camera
 * then answers nothing on endpoint 0. */
int hs_sim_camera_control (HsSimCamera *self,
                           const guint8 setup[8],
                           guint8 *data,
                           gint64 now,
                           guint64 *busy_us);
/* One transfer on a bulk or interrupt endpoint, or a piece of it: hs_sim_camera_cut_transfer().
 * Returns the bytes that moved; -EAGAIN if the camera NAKs; else as hs_sim_camera_control(). */
int hs_sim_camera_transfer (HsSimCamera *self,
                            guint8 endpoint,
                            guint8 *data,
                            gsize length,
                            gint64 now,
                            guint64 *busy_us);
gsize hs_sim_camera_cut_transfer (HsSimCamera *self, gsize length);
void hs_sim_camera_clear_halt (HsSimCamera *self, guint8 endpoint, gint64 now);
/* Time that it was busy with what it was asked, flash and wire, microseconds. */
guint64 hs_sim_camera_get_busy_us (HsSimCamera *self);
/* By hand: RESET pressed twice, or plugged in with BOOTSEL held; into the everyday bootloader. */
void hs_sim_camera_hand_enter (HsSimCamera *self, gint64 now);
/* The boot jumper or the maintenance switch: what counts is how it is when power comes on, or when
 * the chip's own bootloader resets the chip. */
void hs_sim_camera_set_jumper (HsSimCamera *self, gboolean set);
gboolean hs_sim_camera_get_jumper (HsSimCamera *self);
/* The user button. */
void hs_sim_camera_press_button (HsSimCamera *self, gint64 now);
guint hs_sim_camera_get_n_presses (HsSimCamera *self);
/* Option bytes and readout protection of STM32 F4, F7, H7. */
GBytes *hs_sim_camera_dup_options (HsSimCamera *self);
guint8 hs_sim_camera_get_rdp (HsSimCamera *self);
guint hs_sim_camera_get_rdp_level (HsSimCamera *self);
guint hs_sim_camera_get_n_option_writes (HsSimCamera *self);
guint hs_sim_camera_get_n_unprotects (HsSimCamera *self);
guint hs_sim_camera_get_n_needless_unprotects (HsSimCamera *self);
/* The CDC serial port of the running firmware, or of a bootloader that has one. */
void hs_sim_camera_set_line (HsSimCamera *self, guint baud, gboolean dtr, gint64 now);
int hs_sim_camera_serial_write (HsSimCamera *self, const guint8 *data, gsize length, gint64 now);
int hs_sim_camera_serial_read (HsSimCamera *self,
                               guint8 *data,
                               gsize length,
                               gint64 now); /* 0: nothing yet */

G_END_DECLS
