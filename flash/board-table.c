/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/board-table.h"
#include "flash/method.h"
#include "flash/proven.h"

#include <glib/gi18n-lib.h>

/* Data, nothing else. Ids, names, addresses and sizes are those of openmv/openmv:
 * boards/<TARGET>/board_config.{mk,h} and boot_config.h. */

#define KIB 1024u
#define MIB (1024u * KIB)

#define RW          HS_PARTITION_WRITABLE
#define NEVER       HS_PARTITION_NEVER
#define ECC         HS_PARTITION_TORN_HANGS
#define EXT         HS_PARTITION_EXTERNAL
#define MRAM        (HS_PARTITION_WRITABLE | HS_PARTITION_BLOCK0_OPENS)
#define OSPI        (HS_PARTITION_WRITABLE | HS_PARTITION_EXTERNAL | HS_PARTITION_SWAPPED)
#define UNITS(runs) (runs), G_N_ELEMENTS (runs)
#define NO_UNITS    NULL, 0
#define LAYOUT(p)   .partitions = (p), .n_partitions = G_N_ELEMENTS (p)
#define IDS(...)                                                                                   \
  (const HsUsbId[])                                                                                \
  {                                                                                                \
    __VA_ARGS__, { 0, 0 }                                                                          \
  }

/* clang-format off */

/* Erase units. F427 (RM0090 3.4): 4 x 16 KB, 64 KB, 128 KB …; F765 in one bank (RM0410 3.3):
 * 4 x 32 KB, 128 KB, 256 KB …; H743 (RM0433 4.3): 128 KB. External NOR: 64 KB blocks, AE3 4 KB
 * sectors, as the bootloader's flash drivers erase them. */
static const HsEraseRun run_16k_2[] = { { 16 * KIB, 2 } };
static const HsEraseRun run_32k_1[] = { { 32 * KIB, 1 } };
static const HsEraseRun run_32k_3[] = { { 32 * KIB, 3 } };
static const HsEraseRun run_128k_1[] = { { 128 * KIB, 1 } };
static const HsEraseRun run_128k_13[] = { { 128 * KIB, 13 } };
static const HsEraseRun run_128k_14[] = { { 128 * KIB, 14 } };
static const HsEraseRun run_256k_1[] = { { 256 * KIB, 1 } };
static const HsEraseRun run_64k_8[] = { { 64 * KIB, 8 } };
static const HsEraseRun run_64k_56[] = { { 64 * KIB, 56 } };
static const HsEraseRun run_64k_64[] = { { 64 * KIB, 64 } };
static const HsEraseRun run_64k_128[] = { { 64 * KIB, 128 } };
static const HsEraseRun run_64k_384[] = { { 64 * KIB, 384 } };
static const HsEraseRun run_64k_512[] = { { 64 * KIB, 512 } };
static const HsEraseRun run_4k_2048[] = { { 4 * KIB, 2048 } };
static const HsEraseRun run_4k_6144[] = { { 4 * KIB, 6144 } };
static const HsEraseRun run_f427_firmware[] = { { 64 * KIB, 1 }, { 128 * KIB, 6 } };
static const HsEraseRun run_f765_firmware[] = { { 128 * KIB, 1 }, { 256 * KIB, 6 } };

static const HsPartition f427_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 32 * KIB, NEVER, UNITS (run_16k_2) },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 1, 0x08008000, 32 * KIB, RW, UNITS (run_16k_2) },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 2, 0x08010000, 832 * KIB, RW, UNITS (run_f427_firmware) },
  { HS_ROLE_ROMFS0, "ROMFS0", 3, 0x080E0000, 128 * KIB, RW, UNITS (run_128k_1) },
};

static const HsPartition f765_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 32 * KIB, NEVER, UNITS (run_32k_1) },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 1, 0x08008000, 96 * KIB, RW, UNITS (run_32k_3) },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 2, 0x08020000, 1664 * KIB, RW, UNITS (run_f765_firmware) },
  { HS_ROLE_ROMFS0, "ROMFS0", 3, 0x081C0000, 256 * KIB, RW, UNITS (run_256k_1) },
};

static const HsPartition h743_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 128 * KIB, NEVER | ECC, UNITS (run_128k_1) },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 1, 0x08020000, 128 * KIB, RW | ECC, UNITS (run_128k_1) },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 2, 0x08040000, 1664 * KIB, RW | ECC, UNITS (run_128k_13) },
  { HS_ROLE_ROMFS0, "ROMFS0", 3, 0x081E0000, 128 * KIB, RW | ECC, UNITS (run_128k_1) },
};

/* Alternate 1 is not the drive that people see: the FAT is at the start of the external chip.
 * Alternate 3 is the whole chip and overlaps ROMFS0 from 24 MB on. */
static const HsPartition h743_plus_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 128 * KIB, NEVER | ECC, UNITS (run_128k_1) },
  { HS_ROLE_STORAGE, "FILESYSTEM", 1, 0x08020000, 128 * KIB, RW | ECC, UNITS (run_128k_1) },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 2, 0x08040000, 1792 * KIB, RW | ECC, UNITS (run_128k_14) },
  { HS_ROLE_FILESYSTEM, "SPI_FLASH", 3, 0, 32 * MIB, RW | EXT, UNITS (run_64k_512),
    .own_size = 24 * MIB },
  { HS_ROLE_ROMFS0, "ROMFS0", 4, 0x01800000, 8 * MIB, RW | EXT, UNITS (run_64k_128) },
};

static const HsPartition n6_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0, 512 * KIB, NEVER | EXT, UNITS (run_64k_8) },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 1, 0x00080000, 3584 * KIB, RW | EXT, UNITS (run_64k_56) },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 2, 0x00400000, 4 * MIB, RW | EXT, UNITS (run_64k_64) },
  { HS_ROLE_ROMFS0, "ROMFS0", 3, 0x00800000, 24 * MIB, RW | EXT, UNITS (run_64k_384) },
};

/* TOC is the boot table of the secure enclave: a wrong one needs the vendor's SE tools.
 * RECOVERY takes a key and re-initialises the external flash. */
static const HsPartition ae3_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOT", 0, 0x80000000, 128 * KIB, NEVER, NO_UNITS },
  { HS_ROLE_FIRMWARE, "HP", 1, 0x80020000, 0x300000, MRAM, NO_UNITS },
  { HS_ROLE_FIRMWARE_HE, "HE", 2, 0x80320000, 0x15E000, MRAM, NO_UNITS },
  { HS_ROLE_ROMFS1, "ROMFS1", 3, 0x8047E000, 1 * MIB, MRAM, NO_UNITS },
  { HS_ROLE_TOC, "TOC", 4, 0x8057E000, 8 * KIB, MRAM | NEVER, NO_UNITS },
  { HS_ROLE_FILESYSTEM, "RWFS", 5, 0, 8 * MIB, OSPI, UNITS (run_4k_2048) },
  { HS_ROLE_ROMFS0, "ROMFS0", 6, 0x00800000, 24 * MIB, OSPI, UNITS (run_4k_6144) },
  { HS_ROLE_RECOVERY, "RECOVERY", 7, 0, 4 * KIB,
    RW | NEVER | EXT | HS_PARTITION_NO_UPLOAD, NO_UNITS },
};

static const HsRole order_plain[] = { HS_ROLE_FIRMWARE, HS_ROLE_ROMFS0, HS_ROLE_NONE };
static const HsRole order_ae3[] = { HS_ROLE_FIRMWARE, HS_ROLE_FIRMWARE_HE, HS_ROLE_ROMFS1,
                                    HS_ROLE_ROMFS0, HS_ROLE_NONE };
static const HsRole order_none[] = { HS_ROLE_NONE };

/* Every camera before 4.6 showed the first id as application, whatever board it was. */
#define HISTORIC { 0x1209, 0xABD1 }
#define ST_ROM   IDS ({ 0x0483, 0xDF11 })

/* boot/src/common/main.c: up to 1000 ms to be configured, then OMV_BOOT_DFU_TIMEOUT;
 * CFG_TUD_DFU_XFER_BUFSIZE; the LED toggles every 100, 200 or 50 ms. */
#define OPENMV_BOOTLOADER \
  .method = &hs_method_openmv_dfu, .enter = HS_ENTER_PROTOCOL | HS_ENTER_REPL, \
  .transfer_size = 4096, .boot_wait_ms = 1000, .boot_window_ms = 1500, \
  .led_window = N_("The LED blinks fast, 5 times a second"), \
  .led_held = N_("The LED blinks, 2 or 3 times a second"), \
  .led_fatal = N_("The LED flickers, 10 times a second: the bootloader gave up")

#define STM32_FOLDED \
  .app_scheme = HS_ID_SCHEME_STM32, .app_forms = { HS_SERIAL_FORM_ST_FOLDED }, \
  .dfu_scheme = HS_ID_SCHEME_STM32, .dfu_form = HS_SERIAL_FORM_FULL

/* Erase times, typical and at most, of the largest erase unit, by the makers' datasheets as far as
 * they could be had; not measured on cameras. F427 128 KB at x32 1.0 / 2.0 s; F765 256 KB 2.0 /
 * 4.0 s, which covers every parallelism; H743 128 KB at x32 1.1 / 2.2 s; NOR 64 KB 150 ms
 * (W25Q256JV) / 2.0 s, where the bootloader's own driver gives up; NOR 4 KB 50 / 400 ms
 * (W25Q256JV). They tell when a sector is slow, never when to give up. */
#define ERASE_F427     .erase_typical_ms = 1000, .erase_max_ms = 2000
#define ERASE_F765     .erase_typical_ms = 2000, .erase_max_ms = 4000
#define ERASE_H743     .erase_typical_ms = 1100, .erase_max_ms = 2200
#define ERASE_NOR_64K  .erase_typical_ms = 150, .erase_max_ms = 2000
#define ERASE_NOR_4K   .erase_typical_ms = 50, .erase_max_ms = 400

/* Which pads start the ROM: OpenMV's documentation and OpenMV IDE name RST, which idles at 3.3 V;
 * newer texts of both name 3.3 V, and on an H7 Plus only that is reported to work. */
#define ST_RECOVERY \
  .recovery = HS_RECOVERY_ST_ROM, .rom_method = &hs_method_stm_rom, \
  .pads = N_("BOOT and RST"), .other_pads = N_("BOOT and 3.3V"), \
  .protection = HS_PROTECTION_RDP

#define PRODUCTION_DOCS "https://docs.openmv.io/openmvcam/tutorial/production/"
#define QUICKREF(page)  .quickref = "https://docs.openmv.io/openmvcam/quickref/" page ".html"
#define SCHEMATICS      .schematic = "https://github.com/openmv/openmv-boards"

const HsBoard hs_boards_openmv[] = {
  { .id = "OPENMV1", .proven_on_hardware = HS_PROVEN_OPENMV1,
    .name = N_("OpenMV Cam M4 V1"), .mcu = "STM32F407",
    .app_ids = IDS (HISTORIC), .rom_ids = ST_ROM, .flash_order = order_none,
    .app_scheme = HS_ID_SCHEME_STM32, .app_forms = { HS_SERIAL_FORM_ST_FOLDED },
    .not_yet = N_("OpenMV no longer makes firmware for this camera"),
    .link = PRODUCTION_DOCS, .retired = TRUE },

  { .id = "OPENMV2", .proven_on_hardware = HS_PROVEN_OPENMV2,
    .name = N_("OpenMV Cam M4 V2"), .mcu = "STM32F427", .board_type = "M4",
    .arch = "OMV2 F4 256 JPEG", .machine = "OPENMV2 with STM32F427", .build_name = "OPENMV2",
    .app_ids = IDS ({ 0x37C5, 0x1202 }, HISTORIC), .dfu_ids = IDS ({ 0x37C5, 0x9202 }),
    .rom_ids = ST_ROM, LAYOUT (f427_layout), .flash_order = order_plain,
    .firmware_address = 0x08010000, OPENMV_BOOTLOADER, ERASE_F427, STM32_FOLDED, ST_RECOVERY,
    .link = PRODUCTION_DOCS,
    QUICKREF ("openmv-cam-m4"), SCHEMATICS },

  { .id = "OPENMV3", .proven_on_hardware = HS_PROVEN_OPENMV3,
    .name = N_("OpenMV Cam M7"), .mcu = "STM32F765", .board_type = "M7",
    .arch = "OMV3 F7 512", .machine = "OPENMV3 with STM32F765", .build_name = "OPENMV3",
    .app_ids = IDS ({ 0x37C5, 0x1203 }, HISTORIC), .dfu_ids = IDS ({ 0x37C5, 0x9203 }),
    .rom_ids = ST_ROM, LAYOUT (f765_layout), .flash_order = order_plain,
    .firmware_address = 0x08020000, OPENMV_BOOTLOADER, ERASE_F765, STM32_FOLDED, ST_RECOVERY,
    .link = PRODUCTION_DOCS,
    QUICKREF ("openmv-cam-m7"), SCHEMATICS },

  { .id = "OPENMV4", .proven_on_hardware = HS_PROVEN_OPENMV4,
    .name = N_("OpenMV Cam H7"), .mcu = "STM32H743", .board_type = "H7",
    .arch = "OMV4 H7 1024", .machine = "OPENMV4 with STM32H743", .build_name = "OPENMV4",
    .app_ids = IDS ({ 0x37C5, 0x1204 }, HISTORIC), .dfu_ids = IDS ({ 0x37C5, 0x9204 }),
    .rom_ids = ST_ROM, LAYOUT (h743_layout), .flash_order = order_plain,
    .firmware_address = 0x08040000, OPENMV_BOOTLOADER, ERASE_H743, STM32_FOLDED, ST_RECOVERY,
    .link = PRODUCTION_DOCS,
    QUICKREF ("openmv-cam-h7"), SCHEMATICS },

  { .id = "OPENMV4P", .proven_on_hardware = HS_PROVEN_OPENMV4P,
    .name = N_("OpenMV Cam H7 Plus"), .mcu = "STM32H743", .board_type = "H7",
    .arch = "OMV4P H7 32768 SDRAM", .machine = "OPENMV4P with STM32H743",
    .build_name = "OPENMV4P",
    .app_ids = IDS ({ 0x37C5, 0x124A }, HISTORIC), .dfu_ids = IDS ({ 0x37C5, 0x924A }),
    .rom_ids = ST_ROM, LAYOUT (h743_plus_layout), .flash_order = order_plain,
    .firmware_address = 0x08040000, OPENMV_BOOTLOADER, ERASE_H743, STM32_FOLDED, ST_RECOVERY,
    .link = PRODUCTION_DOCS,
    QUICKREF ("openmv-cam-h7-plus"), SCHEMATICS },

  { .id = "OPENMVPT", .proven_on_hardware = HS_PROVEN_OPENMVPT,
    .name = N_("OpenMV Pure Thermal"), .mcu = "STM32H743", .board_type = "H7",
    .arch = "OPENMVPT 65536 SDRAM", .machine = "OPENMVPT with STM32H743",
    .build_name = "OPENMVPT",
    .app_ids = IDS ({ 0x37C5, 0x1205 }, HISTORIC), .dfu_ids = IDS ({ 0x37C5, 0x9205 }),
    .rom_ids = ST_ROM, LAYOUT (h743_plus_layout), .flash_order = order_plain,
    .firmware_address = 0x08040000, OPENMV_BOOTLOADER, ERASE_H743, STM32_FOLDED, ST_RECOVERY,
    .link = PRODUCTION_DOCS,
    QUICKREF ("openmv-pure-thermal"), SCHEMATICS },

  /* The firmware's partition is an offset in the external flash, mapped at 0x70000000. */
  { .id = "OPENMV_N6", .proven_on_hardware = HS_PROVEN_OPENMV_N6,
    .name = N_("OpenMV N6"), .mcu = "STM32N657", .board_type = "N6",
    .arch = "OpenMV N6", .machine = "OpenMV N6 with STM32N657X0",
    .app_ids = IDS ({ 0x37C5, 0x1206 }), .dfu_ids = IDS ({ 0x37C5, 0x9206 }),
    .rom_ids = ST_ROM, LAYOUT (n6_layout), .flash_order = order_plain,
    .firmware_address = 0x70080000, OPENMV_BOOTLOADER, ERASE_NOR_64K,
    .app_scheme = HS_ID_SCHEME_STM32,
    .app_forms = { HS_SERIAL_FORM_MEMORY, HS_SERIAL_FORM_ST_FOLDED8 },
    .dfu_scheme = HS_ID_SCHEME_STM32, .dfu_form = HS_SERIAL_FORM_FULL,
    .recovery = HS_RECOVERY_ST_TOOL, .pads = N_("BOOT0 and 3.3V"),
    .other_pads = N_("BOOT and VCC"), .protection = HS_PROTECTION_OTP,
    .link = PRODUCTION_DOCS,
    QUICKREF ("openmv-n6"), SCHEMATICS },

  { .id = "OPENMV_AE3", .proven_on_hardware = HS_PROVEN_OPENMV_AE3,
    .name = N_("OpenMV AE3"), .mcu = "AE302F80F55D5", .board_type = "AE3",
    .arch = "OPENMV AE3", .machine = "OpenMV-AE3 with AE302F80F55D5AE",
    .app_ids = IDS ({ 0x37C5, 0x16E3 }), .dfu_ids = IDS ({ 0x37C5, 0x96E3 }),
    LAYOUT (ae3_layout), .flash_order = order_ae3, .firmware_address = 0x80020000,
    OPENMV_BOOTLOADER, ERASE_NOR_4K,
    .app_scheme = HS_ID_SCHEME_ALIF_EUI64, .app_forms = { HS_SERIAL_FORM_FULL },
    .dfu_scheme = HS_ID_SCHEME_ALIF_SE, .dfu_form = HS_SERIAL_FORM_FULL,
    .recovery = HS_RECOVERY_SE_TOOL, .pads = N_("the maintenance switch"),
    .bridge_ids = IDS ({ 0x0403, 0x6015 }, { 0x1A86, 0x55D3 }),
    .protection = HS_PROTECTION_LIFECYCLE,
    .link = PRODUCTION_DOCS "firmware/flashing/openmv-ae3.html",
    QUICKREF ("openmv-ae3"), SCHEMATICS },

  { NULL },
};

/* clang-format on */
