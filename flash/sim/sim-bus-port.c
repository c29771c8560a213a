/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/sim/sim-bus-private.h"

#include <errno.h>

/* What an open transport does with its camera. */

#define LOOK_AGAIN (G_USEC_PER_SEC / 10) /* for a cancellation, in real time */
#define NO_TIMEOUT (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC) /* what a time-out of 0 means */

gint64
hs_sim_bus_slot_now (HsSimBus *self, HsSimSlot *slot)
{
  gint64 now;

  g_mutex_lock (&self->lock);
  now = hs_sim_slot_now (self, slot);
  g_mutex_unlock (&self->lock);
  return now;
}

void
hs_sim_bus_slot_sleep (HsSimBus *self, HsSimSlot *slot, guint64 us)
{
  g_mutex_lock (&self->lock);
  hs_sim_bus_run_to (self, slot, 0, hs_sim_slot_now (self, slot) + us);
  g_mutex_unlock (&self->lock);
}

void
hs_sim_bus_release (HsSimBus *self, HsSimSlot *slot, HsUsbInfo *info, HsOpenKind kind)
{
  g_mutex_lock (&self->lock);
  if (hs_sim_slot_is_there (slot, info->instance))
    slot->opened[kind] = FALSE;
  g_mutex_unlock (&self->lock);
}

/* Waits until the camera may see the request: after its flash work, and the time on the wire. */
static int
reach (HsSimBus *self, HsSimSlot *slot, guint64 instance, guint64 wire_us, gint64 deadline)
{
  gint64 start = MAX (hs_sim_slot_now (self, slot), slot->free_at) + wire_us;

  if (!hs_sim_slot_is_there (slot, instance) ||
      !hs_sim_bus_run_to (self, slot, instance, MIN (start, deadline)))
    return -ENODEV;
  return start > deadline ? -ETIMEDOUT : 0;
}

static gint64
make_deadline (HsSimBus *self, HsSimSlot *slot, guint timeout_ms)
{
  return hs_sim_slot_now (self, slot) +
         (timeout_ms > 0 ? timeout_ms * G_GINT64_CONSTANT (1000) : NO_TIMEOUT);
}

/* Moves on to the next moment at which the camera may have something to give. FALSE: it left. */
static gboolean
pass_time (HsSimBus *self, HsSimSlot *slot, guint64 instance, gint64 deadline)
{
  gint64 now = hs_sim_slot_now (self, slot);

  if (self->fast)
    return hs_sim_bus_run_to (self, slot, instance, MIN (MAX (slot->due, now + 1), deadline));
  g_cond_wait_until (&self->moved, &self->lock, deadline);
  return hs_sim_slot_is_there (slot, instance);
}

/* One control transfer; result as hs_sim_camera_control(). */
int
hs_sim_bus_control (HsSimBus *self,
                    HsSimSlot *slot,
                    guint64 instance,
                    const guint8 setup[8],
                    guint8 *data,
                    guint timeout_ms)
{
  guint length = setup[6] | setup[7] << 8;
  guint64 busy_us = 0;
  gint64 deadline;
  int result;

  g_mutex_lock (&self->lock);
  deadline = make_deadline (self, slot, timeout_ms);
  result = reach (self, slot, instance, hs_sim_camera_wire_us (slot->camera, length), deadline);
  if (result == 0) {
    result =
        hs_sim_camera_control (slot->camera, setup, data, hs_sim_slot_now (self, slot), &busy_us);
    slot->free_at = hs_sim_slot_now (self, slot) + busy_us;
    hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
    if (result == -ETIMEDOUT && !hs_sim_bus_run_to (self, slot, instance, deadline))
      result = -ENODEV;
  }
  g_mutex_unlock (&self->lock);
  return result;
}

/* The camera NAKs: the host asks again until it does not, or until @deadline. */
static int
transfer_until (HsSimBus *self,
                HsSimSlot *slot,
                guint64 instance,
                guint8 endpoint,
                guint8 *data,
                gsize length,
                gint64 deadline)
{
  for (;;) {
    gint64 now = hs_sim_slot_now (self, slot);
    guint64 busy_us = 0;
    int result = hs_sim_camera_transfer (slot->camera, endpoint, data, length, now, &busy_us);

    slot->free_at = now + busy_us;
    hs_sim_bus_advance (self, slot, now);
    if (result != -EAGAIN)
      return result;
    if (now >= deadline)
      return -ETIMEDOUT;
    if (!pass_time (self, slot, instance, deadline))
      return -ENODEV;
  }
}

/* What the model takes or gives at once; result as hs_sim_bus_transfer(). */
static int
move_piece (HsSimBus *self,
            HsSimSlot *slot,
            guint64 instance,
            guint8 endpoint,
            guint8 *data,
            gsize length,
            gint64 deadline)
{
  gboolean in = (endpoint & 0x80) != 0;
  guint64 wire_us = hs_sim_camera_wire_us (slot->camera, in ? 0 : length);
  int result;

  result = reach (self, slot, instance, wire_us, deadline);
  if (result == 0)
    result = transfer_until (self, slot, instance, endpoint, data, length, deadline);
  if (result == -ETIMEDOUT && !hs_sim_bus_run_to (self, slot, instance, deadline))
    result = -ENODEV;
  if (in && result > 0) {
    wire_us = hs_sim_camera_wire_us (slot->camera, result) - wire_us;
    hs_sim_bus_run_to (self, slot, instance, hs_sim_slot_now (self, slot) + wire_us);
  }
  return result;
}

/* One transfer on a bulk or interrupt endpoint; result as hs_sim_camera_transfer(), but for
 * -EAGAIN, which is waited out. What came before the time was up counts. */
int
hs_sim_bus_transfer (HsSimBus *self,
                     HsSimSlot *slot,
                     guint64 instance,
                     guint8 endpoint,
                     guint8 *data,
                     gsize length,
                     guint timeout_ms)
{
  gboolean in = (endpoint & 0x80) != 0;
  gsize done = 0, piece;
  gint64 deadline;
  int result;

  g_mutex_lock (&self->lock);
  deadline = make_deadline (self, slot, timeout_ms);
  do {
    piece = hs_sim_camera_cut_transfer (slot->camera, length - done);
    result = move_piece (self, slot, instance, endpoint, data + done, piece, deadline);
    done += MAX (result, 0);
  } while (result == (int) piece && done < length);
  g_mutex_unlock (&self->lock);
  return result >= 0 || (result == -ETIMEDOUT && in && done > 0) ? (int) done : result;
}

gboolean
hs_sim_bus_clear_halt (HsSimBus *self, HsSimSlot *slot, guint64 instance, guint8 endpoint)
{
  int result;

  g_mutex_lock (&self->lock);
  result = reach (self, slot, instance, hs_sim_camera_wire_us (slot->camera, 0), HS_SIM_BUS_NEVER);
  if (result == 0) {
    hs_sim_camera_clear_halt (slot->camera, endpoint, hs_sim_slot_now (self, slot));
    hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
  }
  g_mutex_unlock (&self->lock);
  return result == 0;
}

gboolean
hs_sim_bus_reset (HsSimBus *self, HsSimSlot *slot, guint64 instance)
{
  gboolean there;

  g_mutex_lock (&self->lock);
  there = hs_sim_slot_is_there (slot, instance);
  if (there) {
    hs_sim_camera_bus_reset (slot->camera, hs_sim_slot_now (self, slot));
    hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
  }
  g_mutex_unlock (&self->lock);
  return there;
}

gboolean
hs_sim_bus_set_line (HsSimBus *self, HsSimSlot *slot, guint64 instance, guint baud, gboolean dtr)
{
  gboolean there;

  g_mutex_lock (&self->lock);
  there = hs_sim_slot_is_there (slot, instance);
  if (there) {
    hs_sim_camera_set_line (slot->camera, baud, dtr, hs_sim_slot_now (self, slot));
    hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
  }
  g_mutex_unlock (&self->lock);
  return there;
}

/* Result as hs_sim_camera_serial_write(). */
int
hs_sim_bus_serial_write (HsSimBus *self,
                         HsSimSlot *slot,
                         guint64 instance,
                         const guint8 *data,
                         gsize length)
{
  int result;

  g_mutex_lock (&self->lock);
  result =
      reach (self, slot, instance, hs_sim_camera_wire_us (slot->camera, length), HS_SIM_BUS_NEVER);
  if (result == 0) {
    result = hs_sim_camera_serial_write (slot->camera, data, length, hs_sim_slot_now (self, slot));
    hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
  }
  g_mutex_unlock (&self->lock);
  return result;
}

/* Bytes that came; 0: none in time; -ENODEV. */
int
hs_sim_bus_serial_read (HsSimBus *self,
                        HsSimSlot *slot,
                        guint64 instance,
                        guint8 *data,
                        gsize length,
                        guint timeout_ms)
{
  gint64 deadline;
  int result = 0;

  g_mutex_lock (&self->lock);
  deadline = hs_sim_slot_now (self, slot) + timeout_ms * G_GINT64_CONSTANT (1000);
  for (;;) {
    gint64 now = hs_sim_slot_now (self, slot);

    result = hs_sim_slot_is_there (slot, instance)
                 ? hs_sim_camera_serial_read (slot->camera, data, length, now)
                 : -ENODEV;
    if (result != 0 || now >= deadline)
      break;
    pass_time (self, slot, instance, deadline);
  }
  hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
  g_mutex_unlock (&self->lock);
  return result;
}

/* --- the drive --- */

/* With the lock: moves on to the next moment at which something may have changed. */
static void
let_pass (HsSimBus *self, HsSimSlot *slot, gint64 deadline)
{
  gint64 now = hs_sim_slot_now (self, slot);

  if (self->fast)
    hs_sim_bus_run_to (self, slot, 0, MIN (MAX (slot->due, now + 1), deadline));
  else
    g_cond_wait_until (&self->moved, &self->lock, MIN (deadline, now + LOOK_AGAIN));
}

/* For the class; see #HsBusClass. */
char *
hs_sim_bus_dup_drive (HsBus *bus,
                      const char *port,
                      guint timeout_ms,
                      GCancellable *cancellable,
                      GError **error)
{
  HsSimBus *self = HS_SIM_BUS (bus);
  HsSimSlot *slot;
  gint64 deadline = 0;
  char *drive = NULL;

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_find_slot (self, port);
  if (slot != NULL)
    deadline = make_deadline (self, slot, timeout_ms);
  while (slot != NULL && !g_cancellable_is_cancelled (cancellable)) {
    drive = hs_sim_camera_dup_drive (slot->camera, hs_sim_slot_now (self, slot));
    hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
    if (drive != NULL || hs_sim_slot_now (self, slot) >= deadline)
      break;
    let_pass (self, slot, deadline);
  }
  g_mutex_unlock (&self->lock);

  if (drive == NULL && !g_cancellable_set_error_if_cancelled (cancellable, error))
    g_set_error (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY, "no drive of a camera appeared at %s", port);
  return drive;
}
