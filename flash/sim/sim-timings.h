/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How long things take, in microseconds. Erase times of the board's largest unit come from the
 * board table. With timings switched off the flash and the wire take no time, and starting takes a
 * tenth; the bootloader's window stays what it is. */
enum {
  /* Control transfers of 64-byte packets: set-up and status stage, and 4096 bytes of data. */
  HS_SIM_WIRE_FULL_SPEED = 200,
  HS_SIM_WIRE_FULL_SPEED_4K = 4000,
  HS_SIM_WIRE_HIGH_SPEED = 125,
  HS_SIM_WIRE_HIGH_SPEED_4K = 1000,

  /* Between two reports of a HID interrupt endpoint with bInterval 1. */
  HS_SIM_HID_INTERVAL_FULL_SPEED = 1000,
  HS_SIM_HID_INTERVAL_HIGH_SPEED = 125,

  HS_SIM_SERIAL_TURN = 1000, /* a command on a full-speed serial port and its answer: one frame */

  /* Programming 4096 bytes: H743 flash word of 32 bytes 0.1 ms / 5 (DS12110, x64), NOR page of
   * 256 bytes 0.3 ms (W25Q256JV), MRAM by the store. */
  HS_SIM_PROGRAM_INTERNAL = 3000,
  HS_SIM_PROGRAM_EXTERNAL = 5000,
  HS_SIM_PROGRAM_MRAM = 500,
  HS_SIM_PROGRAM_NRF52 = 42000, /* words of 41 us (nRF52840 PS 1.7, NVMC) */

  /* Option bytes: no data sheet has it; about an erase of a small sector. The ROM says less, as it
   * does before a mass erase: a host that believes it finds nobody. */
  HS_SIM_PROGRAM_OPTIONS = 500000,
  HS_SIM_POLL_OPTIONS = 100000,

  /* Erasing in NOR flash beside a processor whose own sectors are larger (W25Q256JV, typical). */
  HS_SIM_ERASE_EXTERNAL_64K = 150000,
  HS_SIM_ERASE_EXTERNAL_4K = 50000,
  HS_SIM_ERASE_NRF52_PAGE = 85000,
  HS_SIM_ERASE_SLOW = 8000000, /* an aged sector */

  HS_SIM_POWER_TO_BUS = 150000,     /* plug to configured: 100 ms debounce (USB 2.0 7.1.7.3) */
  HS_SIM_LEAVE = 5000,              /* last status stage to disconnect */
  HS_SIM_LEAVE_OLD = 100000,        /* the same in bootloaders up to firmware 4.8.0 */
  HS_SIM_TOUCH = 200000,            /* from the 1200-baud touch to the reset */
  HS_SIM_RESET_TO_BUS = 120000,     /* reset of the chip to the bootloader's enumeration */
  HS_SIM_APP_START = 200000,        /* jump to the application's enumeration, and up to … */
  HS_SIM_APP_START_SPREAD = 250000, /* … so much more, by unit */

  HS_SIM_APP_FORMAT = 500000, /* formatting the drive, besides one erase */

  HS_SIM_V2_ACK_TIMEOUT = 500000, /* protocol v2 waits so long for an ACK, doubling */
};
