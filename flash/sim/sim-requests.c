/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-loader.h"
#include "flash/sim/sim-timings.h"

#include <errno.h>

/* What reaches a simulated camera over the wire, whatever runs on it. */

/* How long a transfer with @length bytes of data takes on the wire, in microseconds. */
guint64
hs_sim_camera_wire_us (HsSimCamera *self, gsize length)
{
  if (!self->real_timings)
    return 0;
  if (hs_sim_board_is_high_speed (self->board, self->phase))
    return HS_SIM_WIRE_HIGH_SPEED + HS_SIM_WIRE_HIGH_SPEED_4K * length / 4096;
  return HS_SIM_WIRE_FULL_SPEED + HS_SIM_WIRE_FULL_SPEED_4K * length / 4096;
}

guint64
hs_sim_camera_get_busy_us (HsSimCamera *self)
{
  return self->busy_us;
}

/* Whether a fault answers the request that just came. */
static int
check_request (HsSimCamera *self, gint64 now)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  if (!hs_sim_camera_is_on_bus (self))
    return -ENODEV;

  self->n_requests++;
  if (self->n_requests == self->faults.unplug_at) {
    if (loader != NULL && loader->cut != NULL)
      loader->cut (self, self->asked_at - 1); /* while it still did what the last one asked */
    hs_sim_camera_unplug (self, now);
    return -ENODEV;
  }
  self->asked_at = now;
  if (self->hung)
    return -ETIMEDOUT;
  return self->n_requests == self->faults.stall_at ? -EPIPE : 0;
}

/* Whether the camera is leaving and should not have been asked any more. */
static int
check_late (HsSimCamera *self, gint64 now)
{
  if (self->phase != HS_SIM_PHASE_DFU || (self->leave_at == HS_SIM_NEVER && !self->dfu.detaching))
    return 0;

  self->n_late++;
  if (self->dfu.detaching) { /* the old one waits for an endpoint that it has closed */
    self->hung = TRUE;
    return -ETIMEDOUT;
  }
  hs_sim_camera_leave_now (self, now);
  return -ENODEV;
}

/* After every request. */
static int
conclude (HsSimCamera *self, int result, gsize length, guint64 busy_us, gint64 now)
{
  if (result >= 0 && self->n_requests == self->faults.lose_answer_at)
    result = -ETIMEDOUT;
  self->busy_us += hs_sim_camera_wire_us (self, length) + busy_us;
  hs_sim_camera_ask_loader (self, now);
  hs_sim_state_save (self);
  return result;
}

/**
 * hs_sim_camera_control:
 * @setup: the eight bytes of the set-up packet
 * @data: (inout): the data stage, wLength bytes
 * @now: when the camera sees it, microseconds
 * @busy_us: (out): for how long it then answers nothing on endpoint 0
 *
 * One control transfer.
 *
 * Returns: bytes of the data stage; -EPIPE for STALL, -ENODEV if it left the bus, -ETIMEDOUT if it
 * will never answer
 */
int
hs_sim_camera_control (HsSimCamera *self,
                       const guint8 setup[8],
                       guint8 *data,
                       gint64 now,
                       guint64 *busy_us)
{
  guint8 nothing[1] = { 0 };
  const HsSimLoader *loader;
  int result;

  data = data != NULL ? data : nothing;
  *busy_us = 0;
  hs_sim_camera_advance (self, now);
  result = check_request (self, now);
  if (result == 0)
    result = check_late (self, now);
  if (result != 0)
    return conclude (self, result, 0, 0, now);

  loader = hs_sim_camera_get_loader (self);
  if ((setup[0] & 0x60) == 0)
    result = hs_sim_standard_request (self, setup, data, now);
  else if (self->phase == HS_SIM_PHASE_APP)
    result = hs_sim_app_request (self, setup, data, now);
  else if (loader != NULL)
    result = loader->control (self, setup, data, now, busy_us);
  else
    result = -EPIPE;
  return conclude (self, result, setup[6] | setup[7] << 8, *busy_us, now);
}

/**
 * hs_sim_camera_transfer:
 * @endpoint: bEndpointAddress; bit 7: the camera sends
 * @data: (inout) (array length=length)
 * @now: when the camera sees it, microseconds
 * @busy_us: (out): for how long it then answers nothing
 *
 * One transfer on a bulk or interrupt endpoint. One that was answered with -EAGAIN and is tried
 * again counts as one request.
 *
 * Returns: the bytes that moved; -EAGAIN if the camera NAKs; else as hs_sim_camera_control()
 */
int
hs_sim_camera_transfer (HsSimCamera *self,
                        guint8 endpoint,
                        guint8 *data,
                        gsize length,
                        gint64 now,
                        guint64 *busy_us)
{
  const HsSimLoader *loader;
  int result;

  *busy_us = 0;
  hs_sim_camera_advance (self, now);
  result = check_request (self, now);
  if (result != 0)
    return conclude (self, result, 0, 0, now);

  loader = hs_sim_camera_get_loader (self);
  result = loader != NULL && loader->transfer != NULL
               ? loader->transfer (self, endpoint, data, length, now, busy_us)
               : -EPIPE;
  if (result == -EAGAIN) {
    self->n_requests--;
    hs_sim_state_save (self);
    return result;
  }
  return conclude (self, result, MAX (result, 0), *busy_us, now);
}

/**
 * hs_sim_camera_cut_transfer:
 * @length: bytes that are left of a transfer
 *
 * A host controller sends and takes packets. Where the model looks at each of them, they are given
 * to it one by one; one that is shorter than this ends an IN transfer.
 *
 * Returns: how many bytes the next hs_sim_camera_transfer() is about
 */
gsize
hs_sim_camera_cut_transfer (HsSimCamera *self, gsize length)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  return loader != NULL && loader->packet > 0 ? MIN (length, loader->packet) : length;
}

/* CLEAR_FEATURE ENDPOINT_HALT. */
void
hs_sim_camera_clear_halt (HsSimCamera *self, guint8 endpoint, gint64 now)
{
  const HsSimLoader *loader;

  hs_sim_camera_advance (self, now);
  loader = hs_sim_camera_get_loader (self);
  if (loader != NULL && loader->clear_halt != NULL && !self->hung)
    loader->clear_halt (self, endpoint, now);
}

/* The bootloader that has the serial port now; (nullable): none, the firmware may. */
static const HsSimLoader *
find_serial_loader (HsSimCamera *self)
{
  const HsSimLoader *loader = hs_sim_camera_get_loader (self);

  return loader != NULL && loader->serial_write != NULL ? loader : NULL;
}

gboolean
hs_sim_camera_has_serial (HsSimCamera *self)
{
  return self->phase == HS_SIM_PHASE_APP || find_serial_loader (self) != NULL;
}

/**
 * hs_sim_camera_set_line:
 * @baud: bits a second
 * @dtr: whether a program has the port open
 *
 * CDC SET_LINE_CODING and SET_CONTROL_LINE_STATE.
 */
void
hs_sim_camera_set_line (HsSimCamera *self, guint baud, gboolean dtr, gint64 now)
{
  const HsSimLoader *loader;

  hs_sim_camera_advance (self, now);
  loader = find_serial_loader (self);
  if (self->phase == HS_SIM_PHASE_APP)
    hs_sim_app_set_line (self, baud, dtr, now);
  else if (loader != NULL && loader->set_line != NULL)
    loader->set_line (self, baud, dtr, now);
}

/**
 * hs_sim_camera_serial_write:
 *
 * Bytes to the serial port of what runs; one call is one USB packet for those who look.
 *
 * Returns: how many it took; -ENODEV, -EPIPE and -ETIMEDOUT as hs_sim_camera_control()
 */
int
hs_sim_camera_serial_write (HsSimCamera *self, const guint8 *data, gsize length, gint64 now)
{
  const HsSimLoader *loader;
  int result;

  hs_sim_camera_advance (self, now);
  result = hs_sim_camera_has_serial (self) ? check_request (self, now) : -ENODEV;
  if (result != 0)
    return result;

  loader = find_serial_loader (self);
  if (self->phase == HS_SIM_PHASE_APP)
    result = hs_sim_app_write (self, data, length, now);
  else
    result = loader->serial_write (self, data, length, now);
  self->busy_us += hs_sim_camera_wire_us (self, length);
  hs_sim_camera_ask_loader (self, now);
  hs_sim_state_save (self);
  return result;
}

/**
 * hs_sim_camera_serial_read:
 * @length: at most
 *
 * Returns: how many bytes came; 0: nothing yet; -ENODEV if it left the bus
 */
int
hs_sim_camera_serial_read (HsSimCamera *self, guint8 *data, gsize length, gint64 now)
{
  const HsSimLoader *loader;
  int result;

  hs_sim_camera_advance (self, now);
  if (!self->plugged || !hs_sim_camera_has_serial (self))
    return -ENODEV;
  if (self->phase == HS_SIM_PHASE_APP)
    return hs_sim_app_read (self, data, length);

  loader = find_serial_loader (self);
  if (self->hung || loader->serial_read == NULL)
    return 0;
  result = loader->serial_read (self, data, length, now);
  self->busy_us += result > 0 ? hs_sim_camera_wire_us (self, result) : 0;
  hs_sim_camera_ask_loader (self, now);
  return result;
}
