/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-loader.h"

#include <errno.h>
#include <string.h>

/* The STM32N6's bootloader in ROM: plain DFU 1.1 whose alternates are the phases of ST's serial
 * boot (AN5275). It says that it waits for a first-stage bootloader; what comes after that is not
 * publicly known enough to be simulated: ST's own program does it. */

enum { UPLOAD = 2, GETSTATUS = 3, CLRSTATUS = 4, GETSTATE = 5, ABORT = 6 };
enum { STATE_IDLE = 2 };

#define PHASE_FSBL     1
#define NO_DESTINATION 0xff
#define POLL_MS        5

static const char *const names[] = {
  "@Partition0 /0x00/1*256Ke", "@FSBL /0x01/1*1Me",        "@Partition2 /0x02/1*1Me",
  "@Partition3 /0x03/1*16Me",  "@Partition4 /0x04/1*16Me", "@virtual /0xF1/1*512Ba",
};

#define VIRTUAL_ALTERNATE 5

static void
append_config (HsSimCamera *self, GByteArray *array)
{
  /* Can be written and read; 1024 bytes a transfer; DFU 1.1 */
  static const guint8 function[9] = { 9, 0x21, 0x0B, 0xFF, 0x00, 0x00, 0x04, 0x10, 0x01 };

  hs_sim_append_dfu_config (array, G_N_ELEMENTS (names), function, HS_SIM_STRING_FIRST_OWN);
}

static void
start (HsSimCamera *self, gboolean forced, gint64 now)
{
}

/* Phase, destination and offset, little endian. */
static int
give_phase (HsSimCamera *self, guint16 block, guint16 length, guint8 *data)
{
  static const guint8 phase[9] = {
    PHASE_FSBL, NO_DESTINATION, NO_DESTINATION, NO_DESTINATION, NO_DESTINATION
  };

  if (self->alternate != VIRTUAL_ALTERNATE || block != 0)
    return -EPIPE;
  length = MIN (length, sizeof phase);
  memcpy (data, phase, length);
  return length;
}

static int
control (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now, guint64 *busy_us)
{
  static const guint8 status[6] = { 0, POLL_MS, 0, 0, STATE_IDLE, 0 };
  guint16 value = setup[2] | setup[3] << 8, length = setup[6] | setup[7] << 8;

  if (setup[0] == 0xA1 && setup[1] == UPLOAD)
    return give_phase (self, value, length, data);
  if (setup[0] == 0xA1 && setup[1] == GETSTATUS) {
    length = MIN (length, sizeof status);
    memcpy (data, status, length);
    return length;
  }
  if (setup[0] == 0xA1 && setup[1] == GETSTATE && length > 0) {
    data[0] = STATE_IDLE;
    return 1;
  }
  return setup[0] == 0x21 && (setup[1] == CLRSTATUS || setup[1] == ABORT) ? 0 : -EPIPE;
}

static gboolean
set_alternate (HsSimCamera *self, guint8 interface, guint8 alt)
{
  return interface == 0 && alt < G_N_ELEMENTS (names);
}

static char *
get_string (HsSimCamera *self, guint8 index)
{
  if (index == HS_SIM_STRING_MANUFACTURER)
    return g_strdup ("STMicroelectronics");
  if (index >= HS_SIM_STRING_FIRST_OWN &&
      index - HS_SIM_STRING_FIRST_OWN < (int) G_N_ELEMENTS (names))
    return g_strdup (names[index - HS_SIM_STRING_FIRST_OWN]);
  return NULL;
}

static gboolean
is_rom_of (const HsBoard *board)
{
  return board->recovery == HS_RECOVERY_ST_TOOL;
}

const HsSimLoader hs_sim_loader_n6_rom = {
  .comes_alone = TRUE,
  .is_rom_of = is_rom_of,
  .product = "DFU in HS Mode @Device ID /0x486, @Revision ID /0x0200",
  .bcd_device = 0x0200,
  .append_config = append_config,
  .start = start,
  .control = control,
  .set_alternate = set_alternate,
  .get_string = get_string,
};
