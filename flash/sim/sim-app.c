/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-camera-private.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>
#include <string.h>

/* The running firmware's serial port. The baud rate picks what listens: 921600 with DTR the debug
 * protocol, legacy firmware also at 12000000, any other the REPL. */

enum { BAUD_PROTOCOL = 921600, BAUD_LEGACY = 12000000, BAUD_TOUCH = 1200 };

/* CDC PSTN 1.2 section 6.3; mass storage bulk-only 3.2 */
enum {
  SET_LINE_CODING = 0x20,
  GET_LINE_CODING = 0x21,
  SET_CONTROL_LINE_STATE = 0x22,
  GET_MAX_LUN = 0xFE,
};

void
hs_sim_app_init (HsSimApp *self)
{
  self->in = g_byte_array_new ();
  self->out = g_byte_array_new ();
  self->unacked = g_byte_array_new ();
  self->baud = 115200;
}

void
hs_sim_app_clear (HsSimApp *self)
{
  g_byte_array_unref (self->in);
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->unacked);
  g_free (self->omv_tag);
  g_free (self->mpy_tag);
}

/* The firmware came up. */
void
hs_sim_app_start (HsSimCamera *self, gint64 now)
{
  HsSimApp *app = &self->app;
  guint64 busy_us = hs_sim_firmware_mount (self);

  app->ready_at = busy_us > 0 ? now + busy_us : 0;
  app->baud = 115200;
  app->dtr = FALSE;
  app->fatal = FALSE;
  app->script_runs = TRUE;
  g_byte_array_set_size (app->in, 0);
  g_byte_array_set_size (app->out, 0);
  hs_sim_firmware_read_versions (self);
  hs_sim_v2_reset (self);
  hs_sim_repl_reset (self);
}

/* Sends to the host. */
void
hs_sim_app_put (HsSimCamera *self, const void *data, gsize length)
{
  if (self->app.dtr)
    g_byte_array_append (self->app.out, data, length);
}

void
hs_sim_app_print (HsSimCamera *self, const char *text)
{
  hs_sim_app_put (self, text, strlen (text));
}

/* machine.reset(), machine.bootloader() and what does the same: USB goes before any answer. */
void
hs_sim_app_restart (HsSimCamera *self, gboolean to_bootloader, gint64 now)
{
  gboolean forced = to_bootloader && hs_sim_camera_has_bootloader (self);

  g_byte_array_set_size (self->app.in, 0);
  hs_sim_camera_leave (
      self, forced ? HS_SIM_NEXT_FORCED : HS_SIM_NEXT_BOOTLOADER, now + HS_SIM_LEAVE);
}

static gboolean
speaks_protocol (HsSimCamera *self)
{
  const HsSimApp *app = &self->app;

  return app->dtr && !self->faults.app_no_debug &&
         (app->baud == BAUD_PROTOCOL || (app->baud == BAUD_LEGACY && self->faults.app_legacy));
}

/* Hands what came in to who listens. */
void
hs_sim_app_feed (HsSimCamera *self, gint64 now)
{
  if (now < self->app.ready_at)
    return;
  self->app.ready_at = 0;
  if (self->leave_at != HS_SIM_NEVER)
    return;
  if (!speaks_protocol (self) && self->faults.app_no_repl)
    g_byte_array_set_size (self->app.in, 0);
  else if (!speaks_protocol (self))
    hs_sim_repl_feed (self, now);
  else if (self->faults.app_legacy)
    hs_sim_usbdbg_feed (self, now);
  else
    hs_sim_v2_feed (self, now);
}

/* The port was at 1200 baud and is let go, or goes on at another speed. */
static gboolean
is_touch (HsSimCamera *self, guint baud, gboolean dtr)
{
  const HsSimApp *app = &self->app;

  return (self->board->enter & HS_ENTER_TOUCH) && !self->faults.app_silent &&
         app->baud == BAUD_TOUCH && app->dtr && (!dtr || baud != BAUD_TOUCH);
}

/* For hs_sim_camera_set_line(). */
void
hs_sim_app_set_line (HsSimCamera *self, guint baud, gboolean dtr, gint64 now)
{
  HsSimApp *app = &self->app;
  gboolean was = speaks_protocol (self);
  gboolean touch = is_touch (self, baud, dtr);

  app->baud = baud;
  app->dtr = dtr;
  if (was != speaks_protocol (self)) {
    g_byte_array_set_size (app->in, 0);
    g_byte_array_set_size (app->out, 0);
    hs_sim_v2_reset (self);
    hs_sim_repl_reset (self);
  }
  if (baud == BAUD_TOUCH && self->faults.app_legacy && !hs_sim_board_is_st_stack (self->board))
    hs_sim_app_restart (self, TRUE, now);
  else if (touch && self->leave_at == HS_SIM_NEVER)
    hs_sim_app_restart (self, TRUE, now + HS_SIM_TOUCH);
}

/* For hs_sim_camera_serial_write(). */
int
hs_sim_app_write (HsSimCamera *self, const guint8 *data, gsize length, gint64 now)
{
  if (!self->faults.app_silent && !self->app.fatal) {
    g_byte_array_append (self->app.in, data, length);
    hs_sim_app_feed (self, now);
  }
  if (self->n_requests == self->faults.lose_answer_at)
    g_byte_array_set_size (self->app.out, 0);
  return length;
}

/* For hs_sim_camera_serial_read(). */
int
hs_sim_app_read (HsSimCamera *self, guint8 *data, gsize length)
{
  gsize n = MIN (length, self->app.out->len);

  if (n == 0)
    return 0;
  memcpy (data, self->app.out->data, n);
  g_byte_array_remove_range (self->app.out, 0, n);
  return n;
}

/**
 * hs_sim_app_request:
 *
 * One class request to the running firmware. Same result as hs_sim_camera_control().
 */
int
hs_sim_app_request (HsSimCamera *self, const guint8 setup[8], guint8 *data, gint64 now)
{
  HsSimApp *app = &self->app;
  guint16 length = setup[6] | setup[7] << 8;
  guint8 coding[7] = { app->baud, app->baud >> 8, app->baud >> 16, app->baud >> 24, 0, 0, 8 };

  if ((setup[0] & 0x7f) != 0x21)
    return -EPIPE;

  switch (setup[1]) {
  case SET_LINE_CODING:
    if (length < 7)
      return -EPIPE;
    hs_sim_camera_set_line (
        self, data[0] | data[1] << 8 | data[2] << 16 | (guint) data[3] << 24, app->dtr, now);
    return length;
  case GET_LINE_CODING:
    length = MIN (length, sizeof coding);
    memcpy (data, coding, length);
    return length;
  case SET_CONTROL_LINE_STATE:
    hs_sim_camera_set_line (self, app->baud, (setup[2] & 1) != 0, now);
    return 0;
  case GET_MAX_LUN:
    if (length < 1)
      return -EPIPE;
    data[0] = 0;
    return 1;
  default:
    return -EPIPE;
  }
}
