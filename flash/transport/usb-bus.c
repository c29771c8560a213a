/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/transport/usb-bus.h"

#include "flash/transport/node-error.h"
#include "flash/transport/sysfs.h"
#include "flash/transport/tty-transport.h"
#include "flash/transport/usb-error.h"
#include "flash/transport/usb-transport.h"

#include <glib/gi18n-lib.h>
#include <libusb.h>

enum {
  MAX_PORTS = 7, /* USB 3.0 section 10: tiers of hubs */
  EVENTS_TIMEOUT_S = 2,
  TTY_WAIT_MS = 2000, /* from the device's arrival until its serial port must be there */
  TTY_LOOK_MS = 30,   /* between two looks for it */
};

/* One device on the bus. */
typedef struct {
  libusb_device *device; /* a reference is held */
  HsUsbInfo *info;       /* owned */
  gint64 tty_deadline;   /* until when to look for its serial port; 0 not */
} Attached;

/* What the hot-plug callback queues. */
typedef struct {
  libusb_device *device; /* a reference is held; NULL: the thread ends */
  gboolean arrived;
} Event;

/**
 * HsUsbBus:
 *
 * The real USB, through libusb. Two threads: one lets libusb handle its events and nothing else,
 * the other one looks at what arrived, since that reads files and takes a moment.
 */
struct _HsUsbBus {
  HsBus parent_instance;

  libusb_context *context; /* NULL: this machine has no USB */
  libusb_hotplug_callback_handle hotplug;
  GThread *event_thread;
  GThread *look_thread;
  int stop;            /* atomic */
  GAsyncQueue *events; /* (element-type Event) */

  GMutex lock;
  GCond moved;         /* the serial moved, or somebody cancelled */
  GPtrArray *attached; /* (element-type Attached) */
  guint64 serial;
  guint64 last_instance;
};

G_DEFINE_FINAL_TYPE (HsUsbBus, hs_usb_bus, HS_TYPE_BUS)

static void
attached_free (gpointer data)
{
  Attached *attached = data;

  libusb_unref_device (attached->device);
  hs_usb_info_unref (attached->info);
  g_free (attached);
}

static void
event_free (gpointer data)
{
  Event *event = data;

  if (event->device != NULL)
    libusb_unref_device (event->device);
  g_free (event);
}

/* (transfer full) (nullable): "1-4.2"; NULL for a root hub */
static char *
make_port (libusb_device *device)
{
  guint8 numbers[MAX_PORTS];
  int n = libusb_get_port_numbers (device, numbers, MAX_PORTS);
  GString *port;

  if (n <= 0)
    return NULL;

  port = g_string_new (NULL);
  g_string_printf (port, "%u", libusb_get_bus_number (device));
  for (int i = 0; i < n; i++)
    g_string_append_printf (port, "%c%u", i == 0 ? '-' : '.', numbers[i]);
  return g_string_free (port, FALSE);
}

/* (transfer full) (nullable): what the descriptors and the kernel tell; NULL for hubs */
static HsUsbInfo *
make_info (libusb_device *device, guint64 instance)
{
  struct libusb_device_descriptor descriptor;
  g_autoptr (HsUsbInfo) info = hs_usb_info_new ();

  if (libusb_get_device_descriptor (device, &descriptor) != 0 ||
      descriptor.bDeviceClass == LIBUSB_CLASS_HUB)
    return NULL;
  info->port = make_port (device);
  if (info->port == NULL)
    return NULL;

  info->instance = instance;
  info->bus = libusb_get_bus_number (device);
  info->address = libusb_get_device_address (device);
  info->vid = descriptor.idVendor;
  info->pid = descriptor.idProduct;
  info->bcd_device = descriptor.bcdDevice;
  info->high_speed = libusb_get_device_speed (device) >= LIBUSB_SPEED_HIGH;
  info->node = g_strdup_printf ("/dev/bus/usb/%03u/%03u", info->bus, info->address);
  hs_sysfs_fill (info);
  return g_steal_pointer (&info);
}

/* With the lock. */
static gboolean
find_device (HsUsbBus *self, libusb_device *device, guint *at)
{
  for (guint i = 0; i < self->attached->len; i++) {
    Attached *attached = g_ptr_array_index (self->attached, i);

    if (attached->device != device)
      continue;
    *at = i;
    return TRUE;
  }
  return FALSE;
}

/* With the lock. */
static Attached *
find_instance (HsUsbBus *self, guint64 instance)
{
  for (guint i = 0; i < self->attached->len; i++) {
    Attached *attached = g_ptr_array_index (self->attached, i);

    if (attached->info->instance == instance)
      return attached;
  }
  return NULL;
}

static void
take_arrival (HsUsbBus *self, libusb_device *device)
{
  HsUsbInfo *info = make_info (device, ++self->last_instance);
  Attached *attached;
  guint at;

  if (info == NULL)
    return;

  attached = g_new0 (Attached, 1);
  attached->device = libusb_ref_device (device);
  attached->info = info;
  if (info->tty == NULL && hs_sysfs_expects_tty (info))
    attached->tty_deadline = g_get_monotonic_time () + TTY_WAIT_MS * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&self->lock);
  if (find_device (self, device, &at)) {
    g_mutex_unlock (&self->lock);
    attached_free (attached);
    return;
  }
  g_ptr_array_add (self->attached, attached);
  self->serial++;
  g_cond_broadcast (&self->moved);
  g_mutex_unlock (&self->lock);
}

static void
take_departure (HsUsbBus *self, libusb_device *device)
{
  Attached *gone = NULL;
  guint at;

  g_mutex_lock (&self->lock);
  if (find_device (self, device, &at)) {
    gone = g_ptr_array_steal_index (self->attached, at);
    self->serial++;
    g_cond_broadcast (&self->moved);
  }
  g_mutex_unlock (&self->lock);
  if (gone != NULL)
    attached_free (gone);
}

/* FALSE: the thread ends. */
static gboolean
take_event (HsUsbBus *self, Event *event)
{
  gboolean go_on = event->device != NULL;

  if (go_on && event->arrived)
    take_arrival (self, event->device);
  else if (go_on)
    take_departure (self, event->device);
  event_free (event);
  return go_on;
}

/* Looks for serial ports that were not there when their device arrived. TRUE: look again soon. */
static gboolean
look_for_ttys (HsUsbBus *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean again = FALSE;
  gboolean found = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->attached->len; i++) {
    Attached *attached = g_ptr_array_index (self->attached, i);
    char *tty;

    if (attached->tty_deadline == 0)
      continue;
    tty = hs_sysfs_find_tty (attached->info->port);
    if (tty != NULL) {
      HsUsbInfo *info = hs_usb_info_copy (attached->info);

      g_free (info->tty);
      info->tty = tty;
      hs_usb_info_unref (attached->info);
      attached->info = info;
      found = TRUE;
    }
    if (tty != NULL || now > attached->tty_deadline)
      attached->tty_deadline = 0;
    again = again || attached->tty_deadline != 0;
  }
  if (found) {
    self->serial++;
    g_cond_broadcast (&self->moved);
  }
  g_mutex_unlock (&self->lock);
  if (found)
    hs_bus_queue_changed (HS_BUS (self));
  return again;
}

static gpointer
look_thread (gpointer data)
{
  HsUsbBus *self = data;
  gboolean soon = look_for_ttys (self);
  gboolean go_on = TRUE;

  while (go_on) {
    Event *event =
        soon ? g_async_queue_timeout_pop (self->events, TTY_LOOK_MS * G_TIME_SPAN_MILLISECOND)
             : g_async_queue_pop (self->events);

    if (event != NULL)
      go_on = take_event (self, event);
    if (event != NULL && go_on)
      hs_bus_queue_changed (HS_BUS (self));
    soon = go_on && look_for_ttys (self);
  }
  return NULL;
}

static gpointer
event_thread (gpointer data)
{
  HsUsbBus *self = data;

  while (!g_atomic_int_get (&self->stop)) {
    struct timeval timeout = { .tv_sec = EVENTS_TIMEOUT_S };
    int status = libusb_handle_events_timeout_completed (self->context, &timeout, NULL);

    if (status != 0 && status != LIBUSB_ERROR_INTERRUPTED && status != LIBUSB_ERROR_TIMEOUT)
      g_usleep (100 * 1000); /* broken for good: don't spin */
  }
  return NULL;
}

/* Any thread, inside libusb: only takes a reference, queues, and wakes. */
static int LIBUSB_CALL
hotplug_cb (libusb_context *context,
            libusb_device *device,
            libusb_hotplug_event what,
            void *user_data)
{
  HsUsbBus *self = user_data;
  Event *event = g_new0 (Event, 1);

  event->device = libusb_ref_device (device);
  event->arrived = what == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED;
  g_async_queue_push (self->events, event);
  return 0;
}

static GPtrArray *
hs_usb_bus_list (HsBus *bus)
{
  HsUsbBus *self = HS_USB_BUS (bus);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->attached->len; i++) {
    Attached *attached = g_ptr_array_index (self->attached, i);

    g_ptr_array_add (list, hs_usb_info_ref (attached->info));
  }
  g_mutex_unlock (&self->lock);
  return list;
}

static guint64
hs_usb_bus_serial (HsBus *bus)
{
  HsUsbBus *self = HS_USB_BUS (bus);
  guint64 serial;

  g_mutex_lock (&self->lock);
  serial = self->serial;
  g_mutex_unlock (&self->lock);
  return serial;
}

/* Names of serial ports are given anew as soon as they are free: what was opened may by now be
 * another camera's that has just restarted as well. */
static HsTransport *
open_tty_of (HsUsbInfo *info, const char *tty, GError **error)
{
  g_autoptr (HsTransport) transport = hs_tty_transport_open (tty, error);
  g_autofree char *still = hs_sysfs_find_tty (info->port);

  if (transport == NULL || g_strcmp0 (still, tty) == 0)
    return g_steal_pointer (&transport);

  hs_set_gone (error);
  return NULL;
}

/* The serial port of @info, waited for if the kernel is still making it. */
static HsTransport *
open_serial (HsUsbBus *self, HsUsbInfo *info, GError **error)
{
  gint64 deadline = g_get_monotonic_time () + TTY_WAIT_MS * G_TIME_SPAN_MILLISECOND;

  for (;;) {
    g_autofree char *tty = hs_sysfs_find_tty (info->port);

    if (!hs_bus_is_attached (HS_BUS (self), info)) {
      hs_set_gone (error);
      return NULL;
    }
    if (tty != NULL)
      return open_tty_of (info, tty, error);
    if (g_get_monotonic_time () >= deadline) {
      g_set_error_literal (error,
                           HS_FLASH_ERROR,
                           HS_FLASH_ERROR_UNSUPPORTED,
                           _ ("This camera has no serial port. Its firmware may have USB serial "
                              "switched off; plug it in again to reach its bootloader."));
      return NULL;
    }
    g_usleep (TTY_LOOK_MS * 1000);
  }
}

static HsTransport *
hs_usb_bus_open (HsBus *bus, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  HsUsbBus *self = HS_USB_BUS (bus);
  HsTransport *transport;
  libusb_device *device = NULL;
  Attached *attached;

  if (kind == HS_OPEN_SERIAL)
    return open_serial (self, info, error);

  g_mutex_lock (&self->lock);
  attached = find_instance (self, info->instance);
  if (attached != NULL)
    device = libusb_ref_device (attached->device);
  g_mutex_unlock (&self->lock);
  if (device == NULL) {
    hs_set_gone (error);
    return NULL;
  }

  transport = hs_usb_transport_open (bus, device, info, error);
  libusb_unref_device (device);
  return transport;
}

static gint64
hs_usb_bus_now (HsBus *bus, const char *port)
{
  return g_get_monotonic_time ();
}

static void
hs_usb_bus_sleep (HsBus *bus, const char *port, guint64 us)
{
  g_usleep (us);
}

static void
cancelled_cb (GCancellable *cancellable, gpointer data)
{
  HsUsbBus *self = data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->moved);
  g_mutex_unlock (&self->lock);
}

static guint64
hs_usb_bus_wait (HsBus *bus,
                 const char *port,
                 guint64 seen,
                 gint64 deadline,
                 GCancellable *cancellable)
{
  HsUsbBus *self = HS_USB_BUS (bus);
  gulong handler = 0;
  guint64 serial;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);

  g_mutex_lock (&self->lock);
  while (self->serial == seen && !g_cancellable_is_cancelled (cancellable) &&
         g_cond_wait_until (&self->moved, &self->lock, deadline))
    ;
  serial = self->serial;
  g_mutex_unlock (&self->lock);

  g_cancellable_disconnect (cancellable, handler);
  return serial;
}

/* The order matters: no more callbacks, no more threads, no more devices, no more context. */
static void
stop (HsUsbBus *self)
{
  if (self->context == NULL)
    return;

  libusb_hotplug_deregister_callback (self->context, self->hotplug);
  g_atomic_int_set (&self->stop, TRUE);
  libusb_interrupt_event_handler (self->context);
  g_clear_pointer (&self->event_thread, g_thread_join);
  g_async_queue_push (self->events, g_new0 (Event, 1));
  g_clear_pointer (&self->look_thread, g_thread_join);
}

static void
hs_usb_bus_finalize (GObject *object)
{
  HsUsbBus *self = HS_USB_BUS (object);

  g_ptr_array_unref (self->attached);
  g_async_queue_unref (self->events);
  g_clear_pointer (&self->context, libusb_exit);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->moved);

  G_OBJECT_CLASS (hs_usb_bus_parent_class)->finalize (object);
}

static void
hs_usb_bus_dispose (GObject *object)
{
  HsUsbBus *self = HS_USB_BUS (object);

  if (self->event_thread != NULL)
    stop (self);

  G_OBJECT_CLASS (hs_usb_bus_parent_class)->dispose (object);
}

static void
hs_usb_bus_class_init (HsUsbBusClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  HsBusClass *bus_class = HS_BUS_CLASS (klass);

  object_class->dispose = hs_usb_bus_dispose;
  object_class->finalize = hs_usb_bus_finalize;
  bus_class->list = hs_usb_bus_list;
  bus_class->serial = hs_usb_bus_serial;
  bus_class->open = hs_usb_bus_open;
  bus_class->now = hs_usb_bus_now;
  bus_class->sleep = hs_usb_bus_sleep;
  bus_class->wait = hs_usb_bus_wait;
}

static void
hs_usb_bus_init (HsUsbBus *self)
{
  self->events = g_async_queue_new_full (event_free);
  self->attached = g_ptr_array_new_with_free_func (attached_free);
  g_mutex_init (&self->lock);
  g_cond_init (&self->moved);
}

/* Makes the context, or leaves it NULL where there is no USB at all. */
static gboolean
start_libusb (HsUsbBus *self, GError **error)
{
  int status = libusb_init (&self->context);

  if (status == 0)
    return TRUE;

  self->context = NULL;
  if (!g_file_test ("/dev/bus/usb", G_FILE_TEST_IS_DIR))
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FAILED,
               /* Translators: %s is the USB library's own words. */
               _ ("Hotshoe can't use USB on this computer: %s. Restart the computer, or use "
                  "simulated cameras."),
               libusb_strerror (status));
  return FALSE;
}

/**
 * hs_usb_bus_new:
 * @error: %HS_FLASH_ERROR_FAILED if there is a USB and it can't be used
 *
 * Lists the devices before it returns. Emits ::changed on the calling thread's main context.
 *
 * Returns: (transfer full): the real USB; for ever empty on a machine that has none
 */
HsBus *
hs_usb_bus_new (GError **error)
{
  g_autoptr (HsUsbBus) self = g_object_new (HS_TYPE_USB_BUS, NULL);
  Event *event;
  int status;

  if (!start_libusb (self, error))
    return NULL;
  if (self->context == NULL)
    return HS_BUS (g_steal_pointer (&self));

  status = libusb_hotplug_register_callback (self->context,
                                             LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED |
                                                 LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
                                             LIBUSB_HOTPLUG_ENUMERATE,
                                             LIBUSB_HOTPLUG_MATCH_ANY,
                                             LIBUSB_HOTPLUG_MATCH_ANY,
                                             LIBUSB_HOTPLUG_MATCH_ANY,
                                             hotplug_cb,
                                             self,
                                             &self->hotplug);
  if (!hs_usb_take_status (status, NULL, error))
    return NULL;

  while ((event = g_async_queue_try_pop (self->events)) != NULL)
    take_event (self, event);
  self->event_thread = g_thread_new ("usb-events", event_thread, self);
  self->look_thread = g_thread_new ("usb-look", look_thread, self);
  return HS_BUS (g_steal_pointer (&self));
}
