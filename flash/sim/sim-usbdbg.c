/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-camera-private.h"

#include <string.h>

/* The camera's end of the debug protocol up to firmware 4.8.1 (openmv/openmv
 * src/omv/common/usbdbg.c): 0x30, request, u32 length; no framing, no checksum. */

enum {
  SCRIPT_STOP = 0x06,
  SYS_RESET = 0x0C,
  SYS_RESET_TO_BL = 0x0E,
  FW_VERSION = 0x80,
  ARCH_STR = 0x83,
  SCRIPT_RUNNING = 0x87,
  TX_BUF_LEN = 0x8E,
  SENSOR_ID = 0x90,
  GET_STATE = 0x93,
};

#define COMMAND_START  0x30
#define COMMAND_SIZE   6
#define LARGEST_ANSWER 512

static void
put32 (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = value >> 8 * i & 0xff;
}

static void
fill_arch (HsSimCamera *self, guint8 *answer)
{
  g_autofree char *text =
      g_strdup_printf ("%s [%s:%s]", self->board->arch, self->board->board_type, self->unit->id);

  g_strlcpy ((char *) answer, text, 64);
}

static void
answer (HsSimCamera *self, guint8 request, guint32 length)
{
  guint8 bytes[LARGEST_ANSWER] = { 0 };

  switch (request) {
  case FW_VERSION:
    for (guint i = 0; i < 3; i++)
      put32 (bytes + 4 * i, self->app.number[i]);
    break;
  case ARCH_STR:
    fill_arch (self, bytes);
    break;
  case SENSOR_ID:
    put32 (bytes, 0xFF);
    break;
  case SCRIPT_RUNNING:
  case GET_STATE:
    put32 (bytes, self->app.script_runs);
    break;
  case TX_BUF_LEN:
  default:
    break;
  }
  hs_sim_app_put (self, bytes, MIN (length, sizeof bytes));
}

static void
take_command (HsSimCamera *self, guint8 request, guint32 length, gint64 now)
{
  if (request & 0x80)
    answer (self, request, length);
  else if (request == SYS_RESET)
    hs_sim_app_restart (self, FALSE, now);
  else if (request == SYS_RESET_TO_BL)
    hs_sim_app_restart (self, TRUE, now);
  else if (request == SCRIPT_STOP)
    self->app.script_runs = FALSE;
}

/* A command is one USB packet. What does not begin as one is ignored by the ST stack; the TinyUSB
 * one stops for good ("Invalid USB CMD received."). */
void
hs_sim_usbdbg_feed (HsSimCamera *self, gint64 now)
{
  GByteArray *in = self->app.in;
  const guint8 *d = in->data;

  if (in->len > 0 && d[0] != COMMAND_START && !hs_sim_board_is_st_stack (self->board))
    self->app.fatal = TRUE;
  else if (in->len >= COMMAND_SIZE && d[0] == COMMAND_START)
    take_command (self, d[1], d[2] | d[3] << 8 | d[4] << 16 | (guint32) d[5] << 24, now);
  g_byte_array_set_size (in, 0);
}
