/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _HsMethod HsMethod;

/**
 * HsRole:
 *
 * What a file of a build is for, and what a partition of a camera holds.
 * @HS_ROLE_STORAGE is a partition named FILESYSTEM that is not the drive people see (H7 Plus).
 * @HS_ROLE_COMBINED (openmv.bin) and @HS_ROLE_DEBUG (.elf) are files only; no partition has them.
 */
typedef enum {
  HS_ROLE_NONE,
  HS_ROLE_FIRMWARE,
  HS_ROLE_FIRMWARE_HE,
  HS_ROLE_ROMFS1,
  HS_ROLE_ROMFS0,
  HS_ROLE_BOOTLOADER,
  HS_ROLE_FILESYSTEM,
  HS_ROLE_STORAGE,
  HS_ROLE_TOC,
  HS_ROLE_RECOVERY,
  HS_ROLE_COMBINED,
  HS_ROLE_DEBUG,
  HS_ROLE_WIFI,      /* firmware of the radio beside the processor */
  HS_ROLE_BLUETOOTH, /* the same, for its other half */
  HS_ROLE_CONFIG,    /* flash configuration block (RT1062) */
  HS_N_ROLES
} HsRole;

/* In which of its programs a camera shows itself on the bus. */
typedef enum {
  HS_MODE_UNKNOWN,
  HS_MODE_APP, /* firmware runs */
  HS_MODE_DFU, /* the board's everyday bootloader (OpenMV, Arduino, SBL, UF2 …) */
  HS_MODE_ROM, /* the chip's own bootloader */
} HsMode;

typedef struct {
  guint16 vid;
  guint16 pid;
} HsUsbId;

/* @count erase units of @size bytes each, in the order of addresses. */
typedef struct {
  guint32 size;
  guint32 count;
} HsEraseRun;

typedef enum {
  HS_PARTITION_WRITABLE = 1 << 0, /* the bootloader accepts writes */
  HS_PARTITION_NEVER = 1 << 1,    /* Hotshoe never writes it in the everyday path */
  HS_PARTITION_EXTERNAL = 1 << 2, /* in a flash chip beside the processor */
  HS_PARTITION_SWAPPED =
      1 << 3, /* may read back with the bytes of each 16-bit word swapped (AE3 OSPI) */
  HS_PARTITION_BLOCK0_OPENS = 1 << 4, /* locked until its block 0 is written (AE3 MRAM) */
  HS_PARTITION_NO_UPLOAD = 1 << 5,    /* can't be read back (AE3 RECOVERY) */
  HS_PARTITION_TORN_HANGS =
      1 << 6, /* flash with ECC: reading a word that lost power while it was programmed faults, and
                 the camera hangs until it is plugged in anew (STM32H7, internal) */
  HS_PARTITION_FOREIGN = 1 << 7, /* somebody else's program, which no way of ours could put back:
                                    not written in recovery either (Arduino's bootloader) */
} HsPartitionFlags;

/* One region of flash as the bootloader names it. */
typedef struct {
  HsRole role;
  const char *name; /* of the alternate setting; what the camera is asked for */
  guint8 alt;       /* where it is expected; only the name decides */
  guint64 start;    /* address as the bootloader counts it, or offset in the external chip */
  guint32 size;     /* bytes */
  HsPartitionFlags flags;
  const HsEraseRun *erase; /* NULL: no erase units (MRAM) */
  guint n_erase;
  guint32 own_size; /* bytes from its start that are its alone; 0: all. What follows is another
                       partition's as well (SPI_FLASH of the H7 Plus runs into ROMFS0) */
} HsPartition;

/* Which of the forms in identity.h a camera of this board shows where. */
typedef enum {
  HS_ID_SCHEME_NONE,       /* identifies nothing */
  HS_ID_SCHEME_STM32,      /* 96 bit; stm32:24HEX as the OpenMV bootloader shows it */
  HS_ID_SCHEME_ALIF_SE,    /* AE3 bootloader: 24 hex of the manufacturing data */
  HS_ID_SCHEME_ALIF_EUI64, /* AE3 application: 16 hex */
  HS_ID_SCHEME_OCOTP,      /* RT1062: 16 hex */
  HS_ID_SCHEME_FICR,       /* nRF52840: 16 hex */
  HS_ID_SCHEME_RP2,        /* RP2040: 16 hex */
} HsIdScheme;

typedef enum {
  HS_SERIAL_FORM_NONE,
  HS_SERIAL_FORM_FULL,       /* the scheme's own digits, any case */
  HS_SERIAL_FORM_ST_FOLDED,  /* STMUSB application: 12 digits, 13 or 14 with carries */
  HS_SERIAL_FORM_ST_FOLDED8, /* the same with 8-bit sums: always 12 (ST ROM: 32-bit add, own form)
                              */
  HS_SERIAL_FORM_ST_ROM,     /* ST ROM: %08X of W0+W2, then the top 4 digits of W1 */
  HS_SERIAL_FORM_MEMORY,     /* 24 digits, bytes in memory order = reversed bootloader serial */
  HS_SERIAL_FORM_ARDUINO,    /* 24 digits, W0 W1 W2 */
} HsSerialForm;

typedef enum {
  HS_OPERATION_FLASH,
  HS_OPERATION_ERASE,
  HS_OPERATION_READ,
  HS_OPERATION_RECOVER,
  HS_OPERATION_PROTECT,
  HS_N_OPERATIONS
} HsOperation;

/* How running firmware can be asked for its bootloader, tried in this order. */
typedef enum {
  HS_ENTER_PROTOCOL = 1 << 0, /* SYS_BOOT of protocol v2, or what usbdbg has for it */
  HS_ENTER_REPL = 1 << 1,     /* machine.bootloader(); stops a running script first */
  HS_ENTER_TOUCH = 1 << 2,    /* the serial port opened at 1200 baud and closed */
} HsEnterWays;

/* How a dead bootloader is brought back, if nothing else of the camera works any more. */
typedef enum {
  HS_RECOVERY_NONE,    /* nothing to bring back: the bootloader is in ROM (RP2040) */
  HS_RECOVERY_FOREIGN, /* the maker's own; no way of ours (Arduino) */
  HS_RECOVERY_ST_ROM,  /* boot jumper, DfuSe of the chip's ROM */
  HS_RECOVERY_SDP,     /* boot jumper, loader into RAM by SDP, then mboot (RT1062) */
  HS_RECOVERY_ST_TOOL, /* boot jumper, STM32_Programmer_CLI with a FlashLayout (N6) */
  HS_RECOVERY_SE_TOOL, /* maintenance switch, Alif's SE tools over the serial ISP port (AE3) */
} HsRecovery;

/* What the chip has to keep its code to itself. Only the first kind is ever set from here. */
typedef enum {
  HS_PROTECTION_NONE,      /* nothing to set (RP2040) */
  HS_PROTECTION_RDP,       /* option bytes of STM32 F4, F7, H7; level 1 and back only */
  HS_PROTECTION_OTP,       /* life-cycle fuses, irreversible (STM32N6) */
  HS_PROTECTION_FUSES,     /* eFuses, irreversible (RT1062) */
  HS_PROTECTION_LIFECYCLE, /* of the secure enclave, irreversible (AE3) */
  HS_PROTECTION_APPROTECT, /* nRF52840: needs a probe */
  HS_PROTECTION_FOREIGN,   /* RDP would cost the maker's bootloader on the way back (Arduino) */
} HsProtection;

/**
 * HsBoard:
 *
 * Everything the program knows about a board; nothing else may branch on its name.
 * Arrays end with an all-zero entry. Strings are static; @name is marked with N_().
 */
typedef struct {
  const char *id;   /* TARGET of the firmware's build; stored in the catalog */
  const char *name; /* N_()-marked, for people */
  const char *mcu;
  const char *board_type; /* OMV_BOARD_TYPE */
  const char *arch;       /* OMV_BOARD_ARCH */
  const char *machine;    /* "<board> with <mcu>" in the REPL banner; NULL unknown */
  const char *build_name; /* the TARGET literal inside images; NULL if the images hold none */
  const HsUsbId *app_ids;
  const HsUsbId *dfu_ids;
  const HsUsbId *rom_ids;
  const HsPartition *partitions; /* in the order of alternate settings */
  guint n_partitions;
  const HsRole *flash_order; /* ends with HS_ROLE_NONE; the documented order of a full flash */
  guint64
      firmware_address; /* where firmware.bin is loaded; its reset handler lies in that partition */
  guint32 transfer_size; /* bytes; wTransferSize expected, 0 if not DFU */
  guint boot_wait_ms;    /* bootloader waits so long to be configured … */
  guint boot_window_ms;  /* … and then so long for real DFU work */
  HsEnterWays enter;     /* how its firmware is asked for the bootloader */
  const char *by_hand;   /* N_()-marked: how a person brings it into the bootloader, one sentence;
                            NULL: plugging it in anew is enough */
  const HsRole *erase_order; /* ends with HS_ROLE_NONE: what erasing the filesystem erases; NULL:
                                HS_ROLE_FILESYSTEM, if it has one */
  guint erase_typical_ms;    /* largest erase unit, by the datasheet */
  guint erase_max_ms;
  HsIdScheme app_scheme;     /* scheme and form of the serial as application … */
  HsSerialForm app_forms[3]; /* … all forms it may have */
  HsIdScheme dfu_scheme;     /* … and in the bootloader */
  HsSerialForm dfu_form;
  const HsMethod *method; /* NULL: known, recognised, can't be flashed yet */
  const char *not_yet;    /* N_()-marked; what is missing while @method is NULL */
  const char *led_window; /* N_()-marked; what the LED does while the bootloader waits */
  const char *led_held;   /* N_()-marked; … while it is held */
  const char *led_fatal;  /* N_()-marked; … on a fatal error */
  const char *link;       /* documentation */
  const char *quickref;   /* its page about pins, LEDs and sensors; NULL: there is none */
  const char *schematic;  /* where its maker has the drawings; NULL: not known */
  HsRecovery recovery;
  const HsMethod *rom_method; /* talks to the bootloader in ROM when recovering; NULL: a vendor's
                                 tool does, or nothing can */
  const char *pads;          /* N_()-marked; the pads or the switch that start it: "BOOT and RST" */
  const char *other_pads;    /* N_()-marked; the same as other sources have it; NULL: they agree */
  const HsUsbId *bridge_ids; /* serial adapters through which its recovery goes; NULL: none */
  HsProtection protection;
  gboolean proven_on_hardware[HS_N_OPERATIONS];
  gboolean retired; /* OPENMV1: recognised, never offered */
} HsBoard;

guint hs_board_count (void);
const HsBoard *hs_board_nth (guint n);
const HsBoard *hs_board_by_id (const char *id);
const HsBoard *hs_board_by_usb (guint16 vid, guint16 pid, HsMode *mode);
HsMode hs_board_get_mode (const HsBoard *self, guint16 vid, guint16 pid);
gboolean hs_usb_id_is_shared (guint16 vid, guint16 pid);
/* Whether its recovery goes through a serial adapter with that id. */
gboolean hs_board_has_bridge (const HsBoard *self, guint16 vid, guint16 pid);
gboolean hs_usb_id_is_bridge (guint16 vid, guint16 pid); /* of any board */
const HsPartition *hs_board_find (const HsBoard *self, HsRole role);
const HsPartition *hs_board_find_named (const HsBoard *self, const char *name);

guint32 hs_partition_get_own_size (const HsPartition *self);
guint hs_partition_n_units (const HsPartition *self);
void hs_partition_unit (const HsPartition *self, guint n, guint64 *offset, guint64 *size);
guint hs_partition_unit_at (const HsPartition *self, guint64 offset);

const char *hs_role_name (HsRole role);
HsRole hs_role_from_name (const char *name);
gboolean hs_role_is_filesystem (HsRole role);
const char *hs_mode_name (HsMode mode);

G_END_DECLS
