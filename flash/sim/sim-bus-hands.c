/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-bus-private.h"
#include "flash/sim/sim-faults.h"

/* What hands do at the bench: plug, unplug, exchange, break. */

#define MOST_EVENTS 64 /* of one camera left alone */

static void
unplug_slot (HsSimBus *self, HsSimSlot *slot)
{
  hs_sim_camera_unplug (slot->camera, hs_sim_slot_now (self, slot));
  hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
}

void
hs_sim_bus_plug (HsSimBus *self, guint n)
{
  g_mutex_lock (&self->lock);
  hs_sim_bus_plug_slot (self, hs_sim_bus_nth_slot (self, n));
  g_mutex_unlock (&self->lock);
}

void
hs_sim_bus_unplug (HsSimBus *self, guint n)
{
  g_mutex_lock (&self->lock);
  unplug_slot (self, hs_sim_bus_nth_slot (self, n));
  g_mutex_unlock (&self->lock);
}

/* Several at once, as when their hub drops off. */
void
hs_sim_bus_unplug_many (HsSimBus *self, const guint *cameras, guint n_cameras)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < n_cameras; i++)
    unplug_slot (self, hs_sim_bus_nth_slot (self, cameras[i]));
  g_mutex_unlock (&self->lock);
}

void
hs_sim_bus_set_jumper (HsSimBus *self, guint n, gboolean set)
{
  g_mutex_lock (&self->lock);
  hs_sim_camera_set_jumper (hs_sim_bus_nth_slot (self, n)->camera, set);
  hs_sim_bus_tend_bridge (self, hs_sim_bus_nth_slot (self, n));
  g_mutex_unlock (&self->lock);
  hs_bus_queue_changed (HS_BUS (self));
}

gboolean
hs_sim_bus_get_jumper (HsSimBus *self, guint n)
{
  gboolean set;

  g_mutex_lock (&self->lock);
  set = hs_sim_camera_get_jumper (hs_sim_bus_nth_slot (self, n)->camera);
  g_mutex_unlock (&self->lock);
  return set;
}

void
hs_sim_bus_press_button (HsSimBus *self, guint n)
{
  HsSimSlot *slot;

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_nth_slot (self, n);
  hs_sim_camera_press_button (slot->camera, hs_sim_slot_now (self, slot));
  hs_sim_bus_come_up (self, slot);
  g_mutex_unlock (&self->lock);
}

gboolean
hs_sim_bus_can_break (HsSimBus *self, guint n, HsSimCondition condition)
{
  gboolean can;

  g_mutex_lock (&self->lock);
  can = hs_sim_camera_can_break (hs_sim_bus_nth_slot (self, n)->camera, condition);
  g_mutex_unlock (&self->lock);
  return can;
}

void
hs_sim_bus_break (HsSimBus *self, guint n, HsSimCondition condition)
{
  HsSimSlot *slot;
  gboolean plugged;

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_nth_slot (self, n);
  plugged = hs_sim_camera_is_plugged (slot->camera);
  if (plugged)
    unplug_slot (self, slot);
  if (!hs_sim_camera_break (slot->camera, condition))
    g_warning ("a simulated camera could not be broken: the disk is full");
  if (plugged)
    hs_sim_bus_plug_slot (self, slot);
  g_mutex_unlock (&self->lock);
  hs_bus_queue_changed (HS_BUS (self));
}

/* Brings it into its bootloader by hand; see hs_sim_camera_hand_enter(). */
void
hs_sim_bus_hand_enter (HsSimBus *self, guint n)
{
  HsSimSlot *slot;

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_nth_slot (self, n);
  if (hs_sim_camera_is_plugged (slot->camera))
    unplug_slot (self, slot);
  hs_sim_camera_hand_enter (slot->camera, hs_sim_slot_now (self, slot));
  hs_sim_bus_come_up (self, slot);
  g_mutex_unlock (&self->lock);
}

/**
 * hs_sim_bus_plug_at:
 * @n: which camera
 * @port: where: "1-2"
 *
 * Plugs a camera in at that port, as a person takes the next one from the tray: it leaves where it
 * was; another one that is plugged in there is taken out first and gets its old place. Any thread.
 */
void
hs_sim_bus_plug_at (HsSimBus *self, guint n, const char *port)
{
  HsSimSlot *slot, *other;

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_nth_slot (self, n);
  other = hs_sim_bus_find_slot (self, port);
  if (hs_sim_camera_is_plugged (slot->camera))
    unplug_slot (self, slot);
  if (other != NULL && other != slot) {
    if (hs_sim_camera_is_plugged (other->camera))
      unplug_slot (self, other);
    g_free (other->port);
    other->port = g_steal_pointer (&slot->port);
    hs_sim_bus_run_to (self, slot, 0, hs_sim_slot_now (self, other));
    hs_sim_bus_run_to (self, other, 0, hs_sim_slot_now (self, slot));
  }
  g_free (slot->port);
  slot->port = g_strdup (port);
  hs_sim_bus_plug_slot (self, slot);
  g_mutex_unlock (&self->lock);
}

/* Cameras that are re-enumerating come back at each other's port; one that is on the bus is pulled
 * and plugged. */
void
hs_sim_bus_swap_ports (HsSimBus *self, guint a, guint b)
{
  HsSimSlot *first, *second;
  gboolean replug[2];
  char *port;

  g_mutex_lock (&self->lock);
  first = hs_sim_bus_nth_slot (self, a);
  second = hs_sim_bus_nth_slot (self, b);
  replug[0] = first->info != NULL;
  replug[1] = second->info != NULL;
  if (replug[0])
    unplug_slot (self, first);
  if (replug[1])
    unplug_slot (self, second);

  port = first->port;
  first->port = second->port;
  second->port = port;
  hs_sim_bus_run_to (self, first, 0, hs_sim_slot_now (self, second));
  hs_sim_bus_run_to (self, second, 0, hs_sim_slot_now (self, first));
  if (replug[0])
    hs_sim_bus_plug_slot (self, first);
  if (replug[1])
    hs_sim_bus_plug_slot (self, second);
  g_mutex_unlock (&self->lock);
}

void
hs_sim_bus_settle (HsSimBus *self, guint n)
{
  HsSimSlot *slot = hs_sim_bus_nth_slot (self, n);

  g_mutex_lock (&self->lock);
  for (guint i = 0; self->fast && i < MOST_EVENTS && slot->due != HS_SIM_BUS_NEVER; i++)
    hs_sim_bus_run_to (self, slot, 0, MAX (slot->due, slot->clock + 1));
  g_mutex_unlock (&self->lock);
}

/* Breaks the @n-th camera, or mends it; see sim-faults.h. Any thread. */
void
hs_sim_bus_set_fault (HsSimBus *self, guint n, const char *name, int value)
{
  g_mutex_lock (&self->lock);
  if (!hs_sim_camera_set_fault (hs_sim_bus_nth_slot (self, n)->camera, name, value))
    g_critical ("no such fault: %s", name);
  g_mutex_unlock (&self->lock);
  hs_bus_queue_changed (HS_BUS (self));
}

int
hs_sim_bus_get_fault (HsSimBus *self, guint n, const char *name)
{
  int value;

  g_mutex_lock (&self->lock);
  value = hs_sim_camera_get_fault (hs_sim_bus_nth_slot (self, n)->camera, name);
  g_mutex_unlock (&self->lock);
  return value;
}
