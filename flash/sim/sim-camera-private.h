/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/sim/sim-camera.h"
#include "flash/sim/sim-flash.h"

G_BEGIN_DECLS

typedef struct _HsSimLoader HsSimLoader; /* sim-loader.h */

#define HS_SIM_NEVER    G_MAXINT64
#define HS_SIM_FAT_SIZE 4096
/* OCOTP word 6, BT_FUSE_SEL: the chip boots from flash (RT1062). */
#define HS_SIM_BOOT_FUSE_WORD 6
#define HS_SIM_BOOT_FUSE      0x10
#define HS_SIM_N_FUSES        48 /* words of OCOTP (RT1062) */
/* What the main.py says that keeps the firmware from coming up. */
#define HS_SIM_BAD_MAIN "import machine\nwhile True: machine.disable_irq()\n"

/* What runs on the processor, as seen from the bus. */
typedef enum {
  HS_SIM_PHASE_OFF,      /* no power */
  HS_SIM_PHASE_STARTING, /* powered, not on the bus, will appear */
  HS_SIM_PHASE_DEAD,     /* powered, crashed before USB came up: off the bus until power is cut */
  HS_SIM_PHASE_DFU,
  HS_SIM_PHASE_APP,
  HS_SIM_PHASE_ROM,
} HsSimPhase;

/* Where a program jumps to when it leaves. */
typedef enum {
  HS_SIM_NEXT_APP,        /* the bootloader starts the firmware */
  HS_SIM_NEXT_BOOTLOADER, /* a reset: the start-up window, then the firmware */
  HS_SIM_NEXT_FORCED,     /* a reset with the magic word set: the bootloader stays */
  HS_SIM_NEXT_ROM,        /* a reset with the boot jumper set: the chip's own bootloader */
  HS_SIM_NEXT_RESET,      /* a reset by the chip's own bootloader: the jumper decides */
  HS_SIM_NEXT_RAM_LOADER, /* RT1062: the ROM starts what was put into RAM */
  HS_SIM_NEXT_NOTHING,    /* hangs with USB dark until power is cut */
} HsSimNext;

/* One physical unit: who it is and what is in its flash. */
typedef struct {
  char id[25];    /* the bootloader's serial */
  char eui[17];   /* second id of chips that have one: 16 lower-case hex digits */
  guint8 uid[12]; /* memory order */
  HsSimFlash *flash;
  guint16 bootloader_version; /* major<<8 | minor<<4 | patch */
  gboolean no_romfs;          /* its bootloader knows no ROMFS */
  guint32 fuses[HS_SIM_N_FUSES];
  GString *burns; /* nullable: every call that burnt one, "6:00000010 " */
} HsSimUnit;

#define HS_SIM_OPTIONS_MAX 128

/* Option bytes of an STM32; see sim-options.c. */
typedef struct {
  guint8 bytes[HS_SIM_OPTIONS_MAX]; /* as its ROM shows them, block after block */
  guint n_writes;                   /* by its ROM */
  guint n_unprotects;
  guint n_needless; /* of these, while nothing was protected */
} HsSimOptions;

/* A flash word that lost power while it was programmed. */
typedef struct {
  guint8 alt;
  guint32 block;
} HsSimTorn;

/* The OpenMV bootloader's own variables; lost with power. */
typedef struct {
  guint8 alt;
  guint8 state;
  guint8 status;
  gboolean flashing; /* a block or the end of the download waits for its GETSTATUS */
  guint16 block;
  guint16 length;
  guint8 *xfer; /* the one buffer of DNLOAD and UPLOAD */
  int open_alt; /* whose MRAM the MPU leaves writable; -1 none */
  gboolean recovered;
  gboolean detaching;  /* old bootloader: DETACH came, nobody may ask any more */
  gboolean just_wrote; /* the last request started a write */
  gint64 busy_until;
} HsSimDfu;

typedef struct {
  guint baud;
  gboolean dtr;
  gint64 ready_at; /* until then it formats its drive and listens to nobody; 0: it listens */
  gboolean fatal;  /* stopped with a blinking LED */
  GByteArray *in;  /* not understood yet */
  GByteArray *out; /* not read yet */
  char *omv_tag;
  char *mpy_tag;
  guint8 number[3];
  /* protocol v2 */
  guint8 sequence;
  guint8 caps;
  guint16 max_payload;
  GByteArray *unacked; /* the reply that waits for the host's ACK; empty: none */
  guint resends;
  gint64 resend_at;
  /* REPL */
  gboolean raw;
  gboolean script_runs;
} HsSimApp;

/* What outlives the process that simulates. */
typedef struct {
  HsSimPhase phase;
  gboolean plugged;
  gboolean forced;
  gboolean held;
  gboolean incomplete;
  gboolean starting_forced;
  gboolean jumper;
  guint n_presses;
  guint n_torn;
  gsize n_burns;
  gboolean ram_loader;
  HsSimOptions options;
} HsSimKept;

struct _HsSimCamera {
  GObject parent_instance;

  const HsBoard *board;
  guint number;
  gboolean real_timings;
  char *folder; /* nullable */
  char *drive;  /* folder with the files of its drive; NULL: not needed yet */
  int lock_fd;
  HsSimFaults faults;

  HsSimUnit own;
  HsSimUnit shadow;    /* who comes back instead of it; flash NULL until then */
  HsSimUnit *unit;     /* own or shadow */
  gboolean incomplete; /* a download to the firmware began and did not end */
  GArray *torn;        /* (element-type HsSimTorn) */

  gboolean jumper;
  guint n_presses; /* of the user button, ever */
  HsSimOptions options;

  gboolean plugged;
  gboolean resume; /* the first plug finds it as it was left */
  gboolean hung;   /* answers nothing until power is cut */
  HsSimPhase phase;
  HsSimPhase appear_as;
  gboolean appear_forced;
  gint64 appear_at;
  gint64 leave_at;
  HsSimNext leave_to;
  gint64 window_at;
  gint64 loader_at; /* when the bootloader has something to do */
  guint64 enumeration;
  guint8 config;
  guint8 alternate; /* of interface 0 */

  guint n_requests;
  gint64 asked_at; /* when the last request came */
  guint64 busy_us; /* time spent with what it was asked */
  guint n_late;
  gboolean forced;     /* the bootloader was asked for: it stays */
  gboolean ram_loader; /* RT1062: what shows itself as bootloader was put into RAM */
  gboolean held;       /* it saw real work: its window is over */
  HsSimDfu dfu;
  gpointer loader_state; /* of the bootloader that is on the bus, if it is not the OpenMV one */
  HsSimApp app;
  HsSimKept kept; /* what state.json says */
};

/* String descriptors that every program has. */
enum {
  HS_SIM_STRING_MANUFACTURER = 1,
  HS_SIM_STRING_PRODUCT,
  HS_SIM_STRING_SERIAL,
  HS_SIM_STRING_FIRST_OWN,
};

/* sim-loader.c */
const HsSimLoader *hs_sim_board_find_loader (const HsBoard *board, HsMode mode);

/* sim-camera.c */
gboolean hs_sim_camera_has_bootloader (HsSimCamera *self);
gboolean hs_sim_camera_is_on_bus (HsSimCamera *self);
void hs_sim_camera_appear (HsSimCamera *self, gint64 when);
void hs_sim_camera_stop_loader (HsSimCamera *self);
void hs_sim_camera_ask_loader (HsSimCamera *self, gint64 now);
guint64 hs_sim_camera_scale (HsSimCamera *self, guint64 us);

/* sim-power.c */
void hs_sim_camera_leave_now (HsSimCamera *self, gint64 when);
void hs_sim_camera_leave (HsSimCamera *self, HsSimNext next, gint64 when);

/* sim-bridge.c */
gboolean hs_sim_camera_is_in_maintenance (HsSimCamera *self);

/* sim-requests.c */
gboolean hs_sim_camera_has_serial (HsSimCamera *self);

/* sim-unit.c */
void hs_sim_unit_init (HsSimUnit *self, const HsBoard *board, const char *name);
gboolean
hs_sim_unit_open (HsSimUnit *self, const HsBoard *board, const char *folder, GError **error);
void hs_sim_unit_clear (HsSimUnit *self);
void hs_sim_unit_read_bootloader (HsSimUnit *self, const HsBoard *board);
guint hs_sim_unit_count_alternates (const HsSimUnit *self, const HsBoard *board);
gboolean hs_sim_board_has_drive (const HsBoard *board, HsRole role);
void hs_sim_unit_burn (HsSimUnit *self, guint word, guint32 value);
void hs_sim_unit_make_fat (guint8 sectors[HS_SIM_FAT_SIZE]);
gboolean hs_sim_unit_make (HsSimUnit *self, const HsBoard *board);
char *hs_sim_unit_app_serial (const HsSimUnit *self, const HsBoard *board);
char *hs_sim_unit_dfu_serial (const HsSimUnit *self, const HsBoard *board);
char *hs_sim_unit_rom_serial (const HsSimUnit *self);

/* sim-condition.c */
gboolean hs_sim_condition_runs (HsSimCondition condition);
gboolean hs_sim_condition_fits (HsSimCondition condition, const HsBoard *board);
gboolean hs_sim_condition_apply (HsSimCondition condition, HsSimCamera *camera);

/* sim-options.c */
gsize hs_sim_options_size (const HsBoard *board);
void hs_sim_options_reset (HsSimCamera *self);
void hs_sim_options_protect (HsSimCamera *self);
guint hs_sim_options_get_level (HsSimCamera *self);
void hs_sim_options_latch (HsSimCamera *self);
gboolean hs_sim_options_let_start (HsSimCamera *self, gboolean rom);
gboolean hs_sim_options_is_block (HsSimCamera *self, guint64 address, gsize length);
void hs_sim_options_read (HsSimCamera *self, guint64 address, guint8 *data, gsize length);
gboolean
hs_sim_options_write (HsSimCamera *self, guint64 address, const guint8 *data, gsize length);
void hs_sim_options_tear (HsSimCamera *self);
void hs_sim_options_damage (HsSimCamera *self);
guint32 hs_sim_options_read_register (HsSimCamera *self, guint32 address);

/* sim-firmware.c */
gboolean hs_sim_bootloader_starts (HsSimCamera *self);
gboolean hs_sim_firmware_boots (HsSimCamera *self);
gboolean hs_sim_firmware_comes_up (HsSimCamera *self);
void hs_sim_firmware_read_versions (HsSimCamera *self);
guint64 hs_sim_firmware_mount (HsSimCamera *self);

/* sim-drive.c */
void hs_sim_drive_format (HsSimCamera *self);
void hs_sim_drive_clear (HsSimCamera *self);
void hs_sim_drive_remove_tree (const char *path);

/* sim-state.c */
int hs_sim_state_lock (const char *folder, GError **error);
gboolean hs_sim_state_load (HsSimCamera *self);
void hs_sim_state_save (HsSimCamera *self);

/* sim-descriptors.c */
gboolean hs_sim_board_is_st_stack (const HsBoard *board);
gboolean hs_sim_board_is_high_speed (const HsBoard *board, HsSimPhase phase);
guint16 hs_sim_camera_bcd_device (HsSimCamera *self);
int hs_sim_standard_request (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now);
void hs_sim_append_dfu_config (GByteArray *array,
                               guint n_alts,
                               const guint8 function[9],
                               guint8 first_string);

/* sim-app.c */
void hs_sim_app_init (HsSimApp *self);
void hs_sim_app_clear (HsSimApp *self);
void hs_sim_app_start (HsSimCamera *self, gint64 now);
void hs_sim_app_put (HsSimCamera *self, const void *data, gsize length);
void hs_sim_app_print (HsSimCamera *self, const char *text);
int hs_sim_app_read (HsSimCamera *self, guint8 *data, gsize length);
int hs_sim_app_write (HsSimCamera *self, const guint8 *data, gsize length, gint64 now);
void hs_sim_app_set_line (HsSimCamera *self, guint baud, gboolean dtr, gint64 now);
int hs_sim_app_request (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now);
void hs_sim_app_feed (HsSimCamera *self, gint64 now);
void hs_sim_app_restart (HsSimCamera *self, gboolean to_bootloader, gint64 now);

/* sim-protocol-v2.c */
void hs_sim_v2_reset (HsSimCamera *self);
void hs_sim_v2_feed (HsSimCamera *self, gint64 now);
void hs_sim_v2_resend (HsSimCamera *self, gint64 now);

/* sim-usbdbg.c */
void hs_sim_usbdbg_feed (HsSimCamera *self, gint64 now);

/* sim-repl.c */
void hs_sim_repl_reset (HsSimCamera *self);
void hs_sim_repl_feed (HsSimCamera *self, gint64 now);

G_END_DECLS
