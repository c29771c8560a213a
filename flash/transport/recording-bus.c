/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/recording-bus.h"

#include "flash/board.h"
#include "flash/transport/recording-transport.h"

/**
 * HsRecordingBus:
 *
 * A bus for one job on one camera: does as another bus does and records in an #HsCapture which
 * cameras came and left, as the job saw it, and all that is said over the transports it opens.
 * Devices that are no cameras are not recorded. It has no ::changed of its own: whoever wants to
 * follow the bus listens to the inner one.
 */
struct _HsRecordingBus {
  HsBus parent_instance;

  HsBus *inner;       /* owned */
  HsCapture *capture; /* owned */
  GMutex lock;        /* guards what follows */
  char *port;         /* of the job's camera, whose clock times all; NULL until it is known */
  GPtrArray *seen;    /* (element-type HsUsbInfo): cameras of the last look */
};

G_DEFINE_FINAL_TYPE (HsRecordingBus, hs_recording_bus, HS_TYPE_BUS)

static gboolean
is_camera (const HsUsbInfo *info)
{
  HsMode mode;

  return hs_board_by_usb (info->vid, info->pid, &mode) != NULL ||
         hs_usb_id_is_shared (info->vid, info->pid);
}

static gboolean
contains (GPtrArray *list, const HsUsbInfo *info)
{
  for (guint i = 0; i < list->len; i++)
    if (((HsUsbInfo *) g_ptr_array_index (list, i))->instance == info->instance)
      return TRUE;
  return FALSE;
}

/* With the lock. */
static void
record_those_not_in (HsRecordingBus *self, HsCaptureOp op, GPtrArray *list, GPtrArray *others)
{
  for (guint i = 0; i < list->len; i++) {
    HsUsbInfo *info = g_ptr_array_index (list, i);
    HsCaptureEntry *entry;

    if (contains (others, info))
      continue;
    entry = hs_capture_entry_new (op);
    entry->at_us = hs_bus_now (self->inner, self->port);
    entry->info = hs_usb_info_ref (info);
    hs_capture_add (self->capture, entry);
  }
}

/* With the lock. What came and left since the last look. */
static void
look_at (HsRecordingBus *self, GPtrArray *list)
{
  GPtrArray *cameras = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  for (guint i = 0; i < list->len; i++)
    if (is_camera (g_ptr_array_index (list, i)))
      g_ptr_array_add (cameras, hs_usb_info_ref (g_ptr_array_index (list, i)));

  record_those_not_in (self, HS_CAPTURE_LEFT, self->seen, cameras);
  record_those_not_in (self, HS_CAPTURE_ARRIVED, cameras, self->seen);
  g_ptr_array_unref (self->seen);
  self->seen = cameras;
}

/* The first thing that is done to a port begins the capture, with what is attached then. */
static void
begin (HsRecordingBus *self, const char *port)
{
  g_mutex_lock (&self->lock);
  if (self->port == NULL) {
    g_autoptr (GPtrArray) list = hs_bus_list (self->inner);

    self->port = g_strdup (port);
    look_at (self, list);
  }
  g_mutex_unlock (&self->lock);
}

static HsBus *
hs_recording_bus_inner (HsBus *bus)
{
  return HS_RECORDING_BUS (bus)->inner;
}

static const char *
hs_recording_bus_scope (HsBus *bus)
{
  return hs_bus_get_scope (HS_RECORDING_BUS (bus)->inner);
}

static GPtrArray *
hs_recording_bus_list (HsBus *bus)
{
  HsRecordingBus *self = HS_RECORDING_BUS (bus);
  GPtrArray *list = hs_bus_list (self->inner);

  g_mutex_lock (&self->lock);
  if (self->port != NULL)
    look_at (self, list);
  g_mutex_unlock (&self->lock);
  return list;
}

static guint64
hs_recording_bus_serial (HsBus *bus)
{
  return hs_bus_serial (HS_RECORDING_BUS (bus)->inner);
}

static HsTransport *
hs_recording_bus_open (HsBus *bus, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  HsRecordingBus *self = HS_RECORDING_BUS (bus);
  HsCaptureEntry *entry = hs_capture_entry_new (HS_CAPTURE_OPEN);
  guint connection = hs_capture_next_connection (self->capture);
  g_autoptr (HsTransport) inner = NULL;
  GError *cause = NULL;

  begin (self, info->port);
  entry->connection = connection;
  entry->number = kind;
  entry->info = hs_usb_info_ref (info);
  entry->at_us = hs_bus_now (self->inner, info->port);
  inner = hs_bus_open (self->inner, info, kind, &cause);
  entry->us = MAX (hs_bus_now (self->inner, info->port) - entry->at_us, 0);
  hs_capture_entry_set_error (entry, cause);
  hs_capture_add (self->capture, entry);
  if (inner == NULL) {
    g_propagate_error (error, cause);
    return NULL;
  }

  return hs_recording_transport_new_opened (inner, self->capture, connection);
}

static gint64
hs_recording_bus_now (HsBus *bus, const char *port)
{
  HsRecordingBus *self = HS_RECORDING_BUS (bus);

  begin (self, port);
  return hs_bus_now (self->inner, port);
}

static void
hs_recording_bus_sleep (HsBus *bus, const char *port, guint64 us)
{
  HsRecordingBus *self = HS_RECORDING_BUS (bus);

  begin (self, port);
  hs_bus_sleep (self->inner, port, us);
}

static guint64
hs_recording_bus_wait (HsBus *bus,
                       const char *port,
                       guint64 seen,
                       gint64 deadline,
                       GCancellable *cancellable)
{
  HsRecordingBus *self = HS_RECORDING_BUS (bus);

  begin (self, port);
  return hs_bus_wait (self->inner, port, seen, deadline, cancellable);
}

/* What is written to a drive is no conversation with the camera, and nobody else's business. */
static char *
hs_recording_bus_drive (HsBus *bus,
                        const char *port,
                        guint timeout_ms,
                        GCancellable *cancellable,
                        GError **error)
{
  return hs_bus_dup_drive (HS_RECORDING_BUS (bus)->inner, port, timeout_ms, cancellable, error);
}

static void
hs_recording_bus_finalize (GObject *object)
{
  HsRecordingBus *self = HS_RECORDING_BUS (object);

  g_clear_object (&self->inner);
  g_clear_object (&self->capture);
  g_ptr_array_unref (self->seen);
  g_free (self->port);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (hs_recording_bus_parent_class)->finalize (object);
}

static void
hs_recording_bus_class_init (HsRecordingBusClass *klass)
{
  HsBusClass *bus_class = HS_BUS_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_recording_bus_finalize;
  bus_class->inner = hs_recording_bus_inner;
  bus_class->scope = hs_recording_bus_scope;
  bus_class->list = hs_recording_bus_list;
  bus_class->serial = hs_recording_bus_serial;
  bus_class->open = hs_recording_bus_open;
  bus_class->now = hs_recording_bus_now;
  bus_class->sleep = hs_recording_bus_sleep;
  bus_class->wait = hs_recording_bus_wait;
  bus_class->drive = hs_recording_bus_drive;
}

static void
hs_recording_bus_init (HsRecordingBus *self)
{
  g_mutex_init (&self->lock);
  self->seen = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);
}

/**
 * hs_recording_bus_new:
 * @inner: the bus the camera is on
 * @capture: where to record
 *
 * Returns: (transfer full): a bus for hs_camera_new()
 */
HsBus *
hs_recording_bus_new (HsBus *inner, HsCapture *capture)
{
  HsRecordingBus *self = g_object_new (HS_TYPE_RECORDING_BUS, NULL);

  self->inner = g_object_ref (inner);
  self->capture = g_object_ref (capture);
  return HS_BUS (self);
}
