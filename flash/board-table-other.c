/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/board-table.h"
#include "flash/method.h"
#include "flash/proven.h"

#include <glib/gi18n-lib.h>

/* Boards with the bootloader of NXP, Arduino or Raspberry Pi. Partition names are Hotshoe's own
 * where the bootloader names no partitions. */

#define KIB 1024u
#define MIB (1024u * KIB)

#define RW          HS_PARTITION_WRITABLE
#define NEVER       HS_PARTITION_NEVER
#define FOREIGN     (HS_PARTITION_NEVER | HS_PARTITION_FOREIGN)
#define ECC         HS_PARTITION_TORN_HANGS
#define EXT         HS_PARTITION_EXTERNAL
#define UNITS(runs) (runs), G_N_ELEMENTS (runs)
#define LAYOUT(p)   .partitions = (p), .n_partitions = G_N_ELEMENTS (p)
#define IDS(...)                                                                                   \
  (const HsUsbId[])                                                                                \
  {                                                                                                \
    __VA_ARGS__, { 0, 0 }                                                                          \
  }

/* clang-format off */

static const HsEraseRun run_4k_63[] = { { 4 * KIB, 63 } };
static const HsEraseRun run_4k_1[] = { { 4 * KIB, 1 } };
static const HsEraseRun run_4k_64[] = { { 4 * KIB, 64 } };
static const HsEraseRun run_4k_192[] = { { 4 * KIB, 192 } };
static const HsEraseRun run_4k_2816[] = { { 4 * KIB, 2816 } };
static const HsEraseRun run_4k_512[] = { { 4 * KIB, 512 } };
static const HsEraseRun run_4k_899[] = { { 4 * KIB, 899 } };
static const HsEraseRun run_4k_1024[] = { { 4 * KIB, 1024 } };
static const HsEraseRun run_4k_2048[] = { { 4 * KIB, 2048 } };
static const HsEraseRun run_4k_3584[] = { { 4 * KIB, 3584 } };
static const HsEraseRun run_680k_1[] = { { 680 * KIB, 1 } };
static const HsEraseRun run_128k_1[] = { { 128 * KIB, 1 } };
static const HsEraseRun run_128k_14[] = { { 128 * KIB, 14 } };

/* The firmware's size is what the linker script allows: 0x380000 of code behind 0x3000 of headers
 * (file offset 0 flash configuration, 0x1000 image vector table, 0x2000 vectors). */
static const HsPartition rt1062_layout[] = {
  { HS_ROLE_CONFIG, "FCB", 0, 0x60000000, 4 * KIB, NEVER | EXT, UNITS (run_4k_1) },
  { HS_ROLE_BOOTLOADER, "SBL", 0, 0x60001000, 252 * KIB, NEVER | EXT, UNITS (run_4k_63) },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 0, 0x60040000, 0x383000, RW | EXT, UNITS (run_4k_899) },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 0, 0x60400000, 4 * MIB, RW | EXT, UNITS (run_4k_1024) },
  { HS_ROLE_ROMFS0, "ROMFS0", 0, 0x60800000, 8 * MIB, RW | EXT, UNITS (run_4k_2048) },
};

/* DfuSe: alternate 0 is the internal flash, 1 the external one; the partitions are ours. STORAGE is
 * the drive in the external flash; WIFI and BLUETOOTH are the radio's firmware. */
#define ARDUINO_EXTERNAL \
  { HS_ROLE_STORAGE, "STORAGE", 1, 0x90000000, 11 * MIB, RW | EXT, UNITS (run_4k_2816) }, \
  { HS_ROLE_ROMFS0, "ROMFS0", 1, 0x90B00000, 4 * MIB, RW | EXT, UNITS (run_4k_1024) }, \
  { HS_ROLE_WIFI, "WIFI", 1, 0x90F00000, 768 * KIB, RW | EXT, UNITS (run_4k_192) }, \
  { HS_ROLE_BLUETOOTH, "BLUETOOTH", 1, 0x90FC0000, 256 * KIB, RW | EXT, UNITS (run_4k_64) }

static const HsPartition arduino_h7_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 128 * KIB, FOREIGN | ECC, UNITS (run_128k_1) },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 0, 0x08020000, 128 * KIB, RW | ECC, UNITS (run_128k_1) },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 0, 0x08040000, 1792 * KIB, RW | ECC, UNITS (run_128k_14) },
  ARDUINO_EXTERNAL,
};

/* The bootloader counts from 0x10000: its 0x16000 is 0x26000 of the flash, where SoftDevice ends. It
 * erases from there to the end and nothing less: one unit, of 170 pages. */
static const HsPartition nano33_layout[] = {
  { HS_ROLE_FIRMWARE, "FIRMWARE", 0, 0x00016000, 680 * KIB, RW, UNITS (run_680k_1) },
};

static const HsPartition pico_layout[] = {
  { HS_ROLE_FIRMWARE, "FIRMWARE", 0, 0x10000000, 2 * MIB, RW | EXT, UNITS (run_4k_512) },
};

/* The drive is what OpenMV IDE erases; it has 14 MB at the end of 16. */
static const HsPartition nano_rp2040_layout[] = {
  { HS_ROLE_FIRMWARE, "FIRMWARE", 0, 0x10000000, 2 * MIB, RW | EXT, UNITS (run_4k_512) },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 0, 0x10200000, 14 * MIB, RW | EXT, UNITS (run_4k_3584) },
};

static const HsRole order_plain[] = { HS_ROLE_FIRMWARE, HS_ROLE_ROMFS0, HS_ROLE_NONE };
static const HsRole order_radio[] = { HS_ROLE_FIRMWARE, HS_ROLE_ROMFS0, HS_ROLE_WIFI,
                                      HS_ROLE_BLUETOOTH, HS_ROLE_NONE };
static const HsRole erase_both[] = { HS_ROLE_FILESYSTEM, HS_ROLE_STORAGE, HS_ROLE_NONE };
static const HsRole erase_external[] = { HS_ROLE_STORAGE, HS_ROLE_NONE };
static const HsRole order_firmware[] = { HS_ROLE_FIRMWARE, HS_ROLE_NONE };

/* Erase times as in board-table.c: H743 128 KB, NOR 4 KB; nRF52840 4 KB page 85 ms (PS 1.7), 170 of
 * them. */
#define ERASE_H743   .erase_typical_ms = 1100, .erase_max_ms = 2200
#define ERASE_NOR_4K .erase_typical_ms = 50, .erase_max_ms = 400
#define ERASE_NRF52  .erase_typical_ms = 14450, .erase_max_ms = 15300

#define ARDUINO_H7 \
  .rom_ids = IDS ({ 0x0483, 0xDF11 }), LAYOUT (arduino_h7_layout), .flash_order = order_radio, \
  .enter = HS_ENTER_TOUCH | HS_ENTER_PROTOCOL | HS_ENTER_REPL, \
  .by_hand = N_("Press RESET twice, quickly: the LED then fades in and out."), \
  .firmware_address = 0x08040000, ERASE_H743, \
  .app_scheme = HS_ID_SCHEME_STM32, .app_forms = { HS_SERIAL_FORM_ST_FOLDED }, \
  .dfu_scheme = HS_ID_SCHEME_STM32, .dfu_form = HS_SERIAL_FORM_ARDUINO, \
  .method = &hs_method_arduino_dfu, \
  .recovery = HS_RECOVERY_FOREIGN, .protection = HS_PROTECTION_FOREIGN, \
  .led_window = N_("The LED fades in and out while the bootloader waits"), \
  .link = PRODUCTION_DOCS

#define RP2040 \
  .board_type = "PICO", .arch = "PICO M0", .dfu_ids = IDS ({ 0x2E8A, 0x0003 }), \
  .flash_order = order_firmware, .firmware_address = 0x10000000, ERASE_NOR_4K, \
  .enter = HS_ENTER_PROTOCOL | HS_ENTER_REPL | HS_ENTER_TOUCH, \
  .by_hand = N_("Hold BOOTSEL while plugging the camera in."), \
  .app_scheme = HS_ID_SCHEME_RP2, .app_forms = { HS_SERIAL_FORM_FULL }, \
  .method = &hs_method_picoboot, \
  .link = PRODUCTION_DOCS

#define PRODUCTION_DOCS "https://docs.openmv.io/openmvcam/tutorial/production/"
#define QUICKREF(page)  .quickref = "https://docs.openmv.io/openmvcam/quickref/" page ".html"

const HsBoard hs_boards_other[] = {
  /* The resident second bootloader waits for about 1 s; the RAM flashloader shows the same id. */
  { .id = "OPENMV_RT1060", .proven_on_hardware = HS_PROVEN_OPENMV_RT1060,
    .name = N_("OpenMV Cam RT1062"), .mcu = "MIMXRT1062",
    .board_type = "IMXRT1060", .arch = "OMVRT1060 32768 SDRAM",
    .machine = "OpenMV IMXRT1060 with MIMXRT1062DVJ6A",
    .app_ids = IDS ({ 0x37C5, 0x1060 }, { 0x1209, 0xABD1 }),
    .dfu_ids = IDS ({ 0x15A2, 0x0073 }), .rom_ids = IDS ({ 0x1FC9, 0x0135 }),
    LAYOUT (rt1062_layout), .flash_order = order_plain, .firmware_address = 0x60040000,
    .boot_window_ms = 1000, ERASE_NOR_4K, .enter = HS_ENTER_PROTOCOL | HS_ENTER_REPL,
    .app_scheme = HS_ID_SCHEME_OCOTP, .app_forms = { HS_SERIAL_FORM_FULL },
    .method = &hs_method_imx,
    .recovery = HS_RECOVERY_SDP, .rom_method = &hs_method_imx_rom, .pads = N_("SBL and 3.3V"),
    .protection = HS_PROTECTION_FUSES,
    .link = PRODUCTION_DOCS "firmware/flashing/openmv-rt1062.html",
    QUICKREF ("openmv-rt1062"),
    .schematic = "https://github.com/openmv/openmv-boards" },

  { .id = "ARDUINO_PORTENTA_H7", .proven_on_hardware = HS_PROVEN_ARDUINO_PORTENTA_H7,
    .name = N_("Arduino Portenta H7"), .mcu = "STM32H747",
    .board_type = "H7", .arch = "PORTENTA H7 8192 SDRAM",
    .machine = "Arduino Portenta H7 with STM32H747",
    .app_ids = IDS ({ 0x2341, 0x045B }, { 0x2341, 0x055B }, { 0x2341, 0x025B },
                    { 0x2341, 0x005B }, { 0x2341, 0x805B }),
    .dfu_ids = IDS ({ 0x2341, 0x035B }), ARDUINO_H7, .erase_order = erase_both,
    QUICKREF ("arduino-portenta-h7") },

  { .id = "ARDUINO_GIGA", .proven_on_hardware = HS_PROVEN_ARDUINO_GIGA,
    .name = N_("Arduino Giga R1 WiFi"), .mcu = "STM32H747",
    .board_type = "H7", .arch = "GIGA H7 8192 SDRAM",
    .machine = "Arduino GIGA R1 WiFi with STM32H747",
    .app_ids = IDS ({ 0x2341, 0x0466 }, { 0x2341, 0x0266 }, { 0x2341, 0x0066 },
                    { 0x2341, 0x8066 }),
    .dfu_ids = IDS ({ 0x2341, 0x0366 }), ARDUINO_H7, .erase_order = erase_both,
    QUICKREF ("arduino-giga-r1-wifi") },

  { .id = "ARDUINO_NICLA_VISION", .proven_on_hardware = HS_PROVEN_ARDUINO_NICLA_VISION,
    .name = N_("Arduino Nicla Vision"), .mcu = "STM32H747",
    .board_type = "NICLAV", .arch = "NICLAV H7 1024",
    .machine = "Arduino Nicla Vision with STM32H747",
    .app_ids = IDS ({ 0x2341, 0x045F }, { 0x2341, 0x055F }, { 0x2341, 0x025F },
                    { 0x2341, 0x005F }, { 0x2341, 0x805F }),
    .dfu_ids = IDS ({ 0x2341, 0x035F }), ARDUINO_H7, .erase_order = erase_external,
    QUICKREF ("arduino-nicla-vision") },

  /* Sources differ on which of the four ids is whose; OpenMV's firmware is 015A, and its
   * documentation flashes 805A. */
  { .id = "ARDUINO_NANO_33_BLE_SENSE", .proven_on_hardware = HS_PROVEN_ARDUINO_NANO_33_BLE_SENSE,
    .name = N_("Arduino Nano 33 BLE Sense"),
    .mcu = "nRF52840", .board_type = "NANO33", .arch = "NANO33 M4",
    .app_ids = IDS ({ 0x2341, 0x015A }, { 0x2341, 0x025A }),
    .dfu_ids = IDS ({ 0x2341, 0x805A }, { 0x2341, 0x005A }), LAYOUT (nano33_layout),
    .flash_order = order_firmware, .firmware_address = 0x00026000, ERASE_NRF52,
    .enter = HS_ENTER_TOUCH | HS_ENTER_PROTOCOL | HS_ENTER_REPL,
    .by_hand = N_("Press RESET twice, quickly."),
    .app_scheme = HS_ID_SCHEME_FICR, .app_forms = { HS_SERIAL_FORM_FULL },
    .method = &hs_method_bossa,
    .recovery = HS_RECOVERY_FOREIGN, .protection = HS_PROTECTION_APPROTECT,
    .link = PRODUCTION_DOCS,
    QUICKREF ("arduino-nano-33-ble-sense") },

  { .id = "ARDUINO_NANO_RP2040_CONNECT", .proven_on_hardware = HS_PROVEN_ARDUINO_NANO_RP2040_CONNECT,
    .name = N_("Arduino Nano RP2040 Connect"),
    .mcu = "RP2040", .machine = "Arduino Nano RP2040 Connect with RP2040",
    .app_ids = IDS ({ 0x2341, 0x015E }, { 0x2341, 0x025E }, { 0x2341, 0x005E },
                    { 0x2341, 0x805E }),
    LAYOUT (nano_rp2040_layout), RP2040,
    QUICKREF ("arduino-nano-rp2040-connect") },

  { .id = "RPI_PICO", .proven_on_hardware = HS_PROVEN_RPI_PICO,
    .name = N_("Raspberry Pi Pico"), .mcu = "RP2040",
    .machine = "Raspberry Pi Pico with RP2040",
    .app_ids = IDS ({ 0x2E8A, 0x0005 }), LAYOUT (pico_layout), RP2040 },

  { NULL },
};

/* clang-format on */
