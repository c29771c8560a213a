/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-bus.h"

#include "flash/error.h"
#include "flash/sim/sim-bus-private.h"
#include "flash/sim/sim-faults.h"

#include <errno.h>

#define CLOCK_START G_USEC_PER_SEC /* virtual clocks begin here */

G_DEFINE_FINAL_TYPE (HsSimBus, hs_sim_bus, HS_TYPE_BUS)

static void
slot_free (gpointer data)
{
  HsSimSlot *slot = data;

  hs_sim_bus_drop_bridge (slot);
  g_clear_object (&slot->camera);
  g_clear_pointer (&slot->info, hs_usb_info_unref);
  g_free (slot->port);
  g_free (slot);
}

HsSimSlot *
hs_sim_bus_nth_slot (HsSimBus *self, guint n)
{
  return g_ptr_array_index (self->slots, n);
}

HsSimSlot *
hs_sim_bus_find_slot (HsSimBus *self, const char *port)
{
  for (guint i = 0; i < self->slots->len; i++)
    if (g_strcmp0 (hs_sim_bus_nth_slot (self, i)->port, port) == 0)
      return hs_sim_bus_nth_slot (self, i);
  return NULL;
}

gint64
hs_sim_slot_now (HsSimBus *self, HsSimSlot *slot)
{
  return self->fast ? slot->clock : g_get_monotonic_time ();
}

static void
enumerate (HsSimBus *self, HsSimSlot *slot, guint64 instance)
{
  g_clear_pointer (&slot->info, hs_usb_info_unref);
  slot->info = hs_sim_camera_get_info (slot->camera, slot->port);
  if (slot->info != NULL)
    slot->info->instance = instance;
}

/* Takes note if the camera came or went. */
static void
notice (HsSimBus *self, HsSimSlot *slot)
{
  guint64 there = hs_sim_camera_get_enumeration (slot->camera);

  hs_sim_bus_tend_bridge (self, slot);
  if (there == slot->enumeration)
    return;

  slot->enumeration = there;
  slot->free_at = 0;
  slot->opened[HS_OPEN_USB] = slot->opened[HS_OPEN_SERIAL] = FALSE;
  enumerate (self, slot, ++self->instances);
  self->serial++;
  g_cond_broadcast (&self->moved);
  hs_bus_queue_changed (HS_BUS (self));
}

/* Runs what is due at @now, and learns when to come again. */
void
hs_sim_bus_advance (HsSimBus *self, HsSimSlot *slot, gint64 now)
{
  gint64 due = hs_sim_camera_advance (slot->camera, now);

  if (due != slot->due) {
    slot->due = due;
    g_cond_signal (&self->rearm);
  }
  notice (self, slot);
}

gboolean
hs_sim_slot_is_there (HsSimSlot *slot, guint64 instance)
{
  return slot->info != NULL && slot->info->instance == instance;
}

/* Lets the camera's clock come to @target; @instance 0: whatever happens to it meanwhile. FALSE: it
 * left the bus. */
gboolean
hs_sim_bus_run_to (HsSimBus *self, HsSimSlot *slot, guint64 instance, gint64 target)
{
  while (hs_sim_slot_now (self, slot) < target) {
    if (self->fast) {
      slot->clock = MAX (slot->clock, MIN (slot->due, target));
      hs_sim_bus_advance (self, slot, slot->clock);
    } else {
      g_cond_wait_until (&self->moved, &self->lock, target);
    }
    if (instance != 0 && !hs_sim_slot_is_there (slot, instance))
      return FALSE;
  }
  return TRUE;
}

/* It has power. In virtual time nobody else would move the clock to where it shows up. */
void
hs_sim_bus_come_up (HsSimBus *self, HsSimSlot *slot)
{
  hs_sim_bus_advance (self, slot, hs_sim_slot_now (self, slot));
  if (self->fast && slot->info == NULL && slot->due != HS_SIM_BUS_NEVER)
    hs_sim_bus_run_to (self, slot, 0, slot->due);
}

void
hs_sim_bus_plug_slot (HsSimBus *self, HsSimSlot *slot)
{
  hs_sim_camera_plug (slot->camera, hs_sim_slot_now (self, slot));
  hs_sim_bus_come_up (self, slot);
}

/* Real time: does what cameras do when nobody talks to them. */
static gpointer
timer_thread (gpointer data)
{
  HsSimBus *self = data;

  g_mutex_lock (&self->lock);
  while (!self->quit) {
    gint64 now = g_get_monotonic_time ();
    gint64 due = HS_SIM_BUS_NEVER;
    gboolean ran = FALSE;

    for (guint i = 0; i < self->slots->len; i++) {
      HsSimSlot *slot = hs_sim_bus_nth_slot (self, i);

      if (slot->due <= now) {
        hs_sim_bus_advance (self, slot, now);
        ran = TRUE;
      }
      due = MIN (due, slot->due);
    }
    if (ran)
      g_cond_broadcast (&self->moved);
    if (due == HS_SIM_BUS_NEVER)
      g_cond_wait (&self->rearm, &self->lock);
    else
      g_cond_wait_until (&self->rearm, &self->lock, due);
  }
  g_mutex_unlock (&self->lock);
  return NULL;
}

static void
hs_sim_bus_dispose (GObject *object)
{
  HsSimBus *self = HS_SIM_BUS (object);

  g_mutex_lock (&self->lock);
  self->quit = TRUE;
  g_cond_signal (&self->rearm);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&self->timer, g_thread_join);

  G_OBJECT_CLASS (hs_sim_bus_parent_class)->dispose (object);
}

static void
hs_sim_bus_finalize (GObject *object)
{
  HsSimBus *self = HS_SIM_BUS (object);

  g_ptr_array_unref (self->slots);
  g_free (self->dir);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->moved);
  g_cond_clear (&self->rearm);

  G_OBJECT_CLASS (hs_sim_bus_parent_class)->finalize (object);
}

/* Cameras in memory are nobody else's. */
static const char *
hs_sim_bus_scope (HsBus *bus)
{
  HsSimBus *self = HS_SIM_BUS (bus);

  return self->dir != NULL ? self->dir : "";
}

/* Whether a fault that came after it was enumerated shows in what the bus tells. */
static gboolean
is_stale (HsSimSlot *slot)
{
  const HsSimFaults *faults = hs_sim_camera_get_faults (slot->camera);

  return slot->info->no_access != faults->no_access ||
         (faults->drive_only && hs_usb_info_has_picoboot (slot->info));
}

static GPtrArray *
hs_sim_bus_list (HsBus *bus)
{
  HsSimBus *self = HS_SIM_BUS (bus);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->slots->len; i++) {
    HsSimSlot *slot = hs_sim_bus_nth_slot (self, i);

    hs_sim_bus_list_bridge (slot, list);
    if (slot->info == NULL)
      continue;
    if (is_stale (slot))
      enumerate (self, slot, slot->info->instance);
    g_ptr_array_add (list, hs_usb_info_ref (slot->info));
  }
  g_mutex_unlock (&self->lock);
  return list;
}

static guint64
hs_sim_bus_serial (HsBus *bus)
{
  HsSimBus *self = HS_SIM_BUS (bus);
  guint64 serial;

  g_mutex_lock (&self->lock);
  serial = self->serial;
  g_mutex_unlock (&self->lock);
  return serial;
}

/* Whether the device may be opened; the slot becomes taken. */
static gboolean
take (HsSimSlot *slot, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  const HsSimFaults *faults = hs_sim_camera_get_faults (slot->camera);

  if (!hs_sim_slot_is_there (slot, info->instance)) {
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "the camera left %s", info->port);
    return FALSE;
  }
  if (kind == HS_OPEN_SERIAL && slot->info->tty == NULL) {
    g_set_error (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED, "%s has no serial port", info->port);
    return FALSE;
  }
  if (faults->no_access) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PERMISSION,
                 "no permission to open the simulated camera at %s",
                 info->port);
    return FALSE;
  }
  if (kind == HS_OPEN_SERIAL && faults->serial_held) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BUSY,
                 "another program uses the serial port of the simulated camera at %s",
                 info->port);
    return FALSE;
  }
  if (faults->held_elsewhere || slot->opened[kind]) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BUSY,
                 faults->held_elsewhere ? "another program uses the simulated camera at %s"
                                        : "the simulated camera at %s is open already",
                 info->port);
    return FALSE;
  }

  slot->opened[kind] = TRUE;
  return TRUE;
}

static HsTransport *
hs_sim_bus_open (HsBus *bus, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  HsSimBus *self = HS_SIM_BUS (bus);
  HsSimSlot *slot;
  gboolean taken = FALSE;

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_find_slot (self, info->port);
  if (slot != NULL)
    taken = take (slot, info, kind, error);
  else
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "no port %s", info->port);
  g_mutex_unlock (&self->lock);

  return taken ? hs_sim_transport_new (self, slot, info, kind) : NULL;
}

static gint64
hs_sim_bus_now (HsBus *bus, const char *port)
{
  HsSimBus *self = HS_SIM_BUS (bus);
  HsSimSlot *slot;
  gint64 now;

  if (!self->fast)
    return g_get_monotonic_time ();

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_find_slot (self, port);
  now = slot != NULL ? slot->clock : self->lost_clock;
  g_mutex_unlock (&self->lock);
  return now;
}

static void
hs_sim_bus_sleep (HsBus *bus, const char *port, guint64 us)
{
  HsSimBus *self = HS_SIM_BUS (bus);
  HsSimSlot *slot;

  if (!self->fast) {
    g_usleep (us);
    return;
  }

  g_mutex_lock (&self->lock);
  slot = hs_sim_bus_find_slot (self, port);
  if (slot != NULL)
    hs_sim_bus_run_to (self, slot, 0, slot->clock + us);
  else
    self->lost_clock += us;
  g_mutex_unlock (&self->lock);
}

/* Event by event, so that the waiter sees each. Without a deadline it waits for hands, and hands
 * move in real time. */
static void
wait_fast (HsSimBus *self,
           const char *port,
           guint64 seen,
           gint64 deadline,
           GCancellable *cancellable)
{
  HsSimSlot *slot = hs_sim_bus_find_slot (self, port);

  if (slot == NULL && deadline != HS_SIM_BUS_NEVER) {
    self->lost_clock = MAX (self->lost_clock, deadline);
    return;
  }

  while (self->serial == seen && !g_cancellable_is_cancelled (cancellable)) {
    if (slot == NULL || (slot->due == HS_SIM_BUS_NEVER && deadline == HS_SIM_BUS_NEVER))
      g_cond_wait (&self->moved, &self->lock);
    else if (slot->clock < deadline)
      hs_sim_bus_run_to (self, slot, 0, MIN (MAX (slot->due, slot->clock + 1), deadline));
    else
      break;
  }
}

static void
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  HsSimBus *self = data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->moved);
  g_mutex_unlock (&self->lock);
}

static guint64
hs_sim_bus_wait (HsBus *bus,
                 const char *port,
                 guint64 seen,
                 gint64 deadline,
                 GCancellable *cancellable)
{
  HsSimBus *self = HS_SIM_BUS (bus);
  gulong handler = 0;
  guint64 serial;

  if (g_cancellable_is_cancelled (cancellable))
    return hs_sim_bus_serial (bus);
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);

  g_mutex_lock (&self->lock);
  if (self->fast)
    wait_fast (self, port, seen, deadline, cancellable);
  else
    while (self->serial == seen && !g_cancellable_is_cancelled (cancellable) &&
           g_get_monotonic_time () < deadline)
      g_cond_wait_until (&self->moved, &self->lock, deadline);
  serial = self->serial;
  g_mutex_unlock (&self->lock);

  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
  return serial;
}

static void
hs_sim_bus_class_init (HsSimBusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  HsBusClass *bus_class = HS_BUS_CLASS (klass);

  object_class->dispose = hs_sim_bus_dispose;
  object_class->finalize = hs_sim_bus_finalize;
  bus_class->scope = hs_sim_bus_scope;
  bus_class->list = hs_sim_bus_list;
  bus_class->serial = hs_sim_bus_serial;
  bus_class->open = hs_sim_bus_open;
  bus_class->now = hs_sim_bus_now;
  bus_class->sleep = hs_sim_bus_sleep;
  bus_class->wait = hs_sim_bus_wait;
  bus_class->drive = hs_sim_bus_dup_drive;
}

static void
hs_sim_bus_init (HsSimBus *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->moved);
  g_cond_init (&self->rearm);
  self->slots = g_ptr_array_new_with_free_func (slot_free);
  self->lost_clock = CLOCK_START;
}

static guint
count_of (HsSimBus *self, const HsBoard *board)
{
  guint count = 0;

  for (guint i = 0; i < self->slots->len; i++)
    count += hs_sim_camera_get_board (hs_sim_bus_nth_slot (self, i)->camera) == board;
  return count;
}

static HsSimCamera *
add_one (HsSimBus *self, const HsSimSpec *spec, GError **error)
{
  const HsBoard *board = spec->board;
  guint number = count_of (self, board) + 1;
  g_autofree char *id = hs_sim_camera_make_id (board, number);
  g_autofree char *folder = self->dir != NULL ? g_build_filename (self->dir, id, NULL) : NULL;
  HsSimCamera *camera =
      hs_sim_camera_new_in (board, number, spec->mode, spec->condition, folder, TRUE, error);
  HsSimSlot *slot;

  if (camera == NULL)
    return NULL;

  slot = g_new0 (HsSimSlot, 1);
  slot->camera = camera;
  slot->clock = CLOCK_START;
  slot->due = HS_SIM_BUS_NEVER;

  g_mutex_lock (&self->lock);
  slot->port = g_strdup_printf ("1-%u", self->slots->len + 1);
  g_ptr_array_add (self->slots, slot);
  if (!spec->unplugged)
    hs_sim_bus_plug_slot (self, slot);
  g_mutex_unlock (&self->lock);
  return camera;
}

/**
 * hs_sim_bus_add_board:
 * @board: need not be in the table; stays valid as long as the bus
 * @mode: in which a new camera is found
 *
 * One more camera, on the next port. Any thread; blocks for files. Errors as hs_sim_bus_new().
 *
 * Returns: (transfer none) (nullable): the camera
 */
HsSimCamera *
hs_sim_bus_add_board (HsSimBus *self, const HsBoard *board, HsMode mode, GError **error)
{
  const HsSimSpec spec = { .board = board, .mode = mode, .count = 1 };

  return add_one (self, &spec, error);
}

static HsSimCamera *
add_spec (HsSimBus *self, const char *text, GError **error)
{
  g_autoptr (GArray) specs = hs_sim_spec_parse (text, error);
  HsSimCamera *camera = NULL;

  for (guint i = 0; specs != NULL && i < specs->len; i++) {
    const HsSimSpec *spec = &g_array_index (specs, HsSimSpec, i);

    for (guint k = 0; k < spec->count; k++) {
      camera = add_one (self, spec, error);
      if (camera == NULL)
        return NULL;
      if (*spec->fault != '\0')
        hs_sim_camera_set_fault (camera, spec->fault, spec->fault_value);
    }
  }
  return camera;
}

/**
 * hs_sim_bus_new:
 * @spec: "OPENMV4*3,OPENMV_N6@dfu,OPENMV4@off,OPENMV4+stall_at=20"; "" for no camera yet
 * @dir: (nullable): folder of the cameras' state; %NULL for memory only
 * @fast: virtual time
 * @error: %G_IO_ERROR_INVALID_ARGUMENT for a wrong @spec, %HS_FLASH_ERROR_BUSY if another process
 *   simulates one of the cameras in @dir, #GIOErrorEnum for files
 *
 * Every camera that is not "@off" is plugged in, and found as it was left; one without power starts
 * now.
 */
HsSimBus *
hs_sim_bus_new (const char *spec, const char *dir, gboolean fast, GError **error)
{
  g_autoptr (HsSimBus) self = g_object_new (HS_TYPE_SIM_BUS, NULL);

  g_return_val_if_fail (spec != NULL, NULL);

  self->dir = dir != NULL ? g_canonicalize_filename (dir, NULL) : NULL;
  self->fast = fast;
  if (*spec != '\0' && add_spec (self, spec, error) == NULL)
    return NULL;
  if (!fast)
    self->timer = g_thread_new ("sim-timer", timer_thread, self);
  return g_steal_pointer (&self);
}

guint
hs_sim_bus_get_n_cameras (HsSimBus *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->slots->len;
  g_mutex_unlock (&self->lock);
  return n;
}

/* (transfer none) (nullable): the camera that was added as the @n-th, from 0 */
HsSimCamera *
hs_sim_bus_get_camera (HsSimBus *self, guint n)
{
  HsSimCamera *camera;

  g_mutex_lock (&self->lock);
  camera = n < self->slots->len ? hs_sim_bus_nth_slot (self, n)->camera : NULL;
  g_mutex_unlock (&self->lock);
  return camera;
}

/* (transfer full): the port where the @n-th camera is plugged in */
char *
hs_sim_bus_dup_port (HsSimBus *self, guint n)
{
  char *port;

  g_mutex_lock (&self->lock);
  port = g_strdup (hs_sim_bus_nth_slot (self, n)->port);
  g_mutex_unlock (&self->lock);
  return port;
}

/**
 * hs_sim_bus_add_camera:
 * @spec: one BOARD[@MODE], or several
 *
 * Returns: (transfer none) (nullable): the last camera that was added; errors as hs_sim_bus_new()
 */
HsSimCamera *
hs_sim_bus_add_camera (HsSimBus *self, const char *spec, GError **error)
{
  return add_spec (self, spec, error);
}
