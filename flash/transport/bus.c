/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/bus.h"

typedef struct {
  GMainContext *context; /* owned; where ::changed is emitted */
  GMutex lock;
  gboolean queued; /* guarded by lock */
} HsBusPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HsBus, hs_bus, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
hs_bus_finalize (GObject *object)
{
  HsBusPrivate *priv = hs_bus_get_instance_private (HS_BUS (object));

  g_main_context_unref (priv->context);
  g_mutex_clear (&priv->lock);

  G_OBJECT_CLASS (hs_bus_parent_class)->finalize (object);
}

static const char *
scope_of_usb (HsBus *self)
{
  return "usb";
}

/* The kernel shows it as a disk: what becomes of that is for the layers above. */
static char *
drive_of_system (HsBus *self,
                 const char *port,
                 guint timeout_ms,
                 GCancellable *cancellable,
                 GError **error)
{
  return NULL;
}

static void
hs_bus_class_init (HsBusClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_bus_finalize;
  klass->scope = scope_of_usb;
  klass->drive = drive_of_system;

  signals[CHANGED] =
      g_signal_new ("changed", HS_TYPE_BUS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_bus_init (HsBus *self)
{
  HsBusPrivate *priv = hs_bus_get_instance_private (self);

  priv->context = g_main_context_ref_thread_default ();
  g_mutex_init (&priv->lock);
}

static gboolean
emit_changed_cb (gpointer data)
{
  HsBus *self = data;
  HsBusPrivate *priv = hs_bus_get_instance_private (self);

  g_mutex_lock (&priv->lock);
  priv->queued = FALSE;
  g_mutex_unlock (&priv->lock);

  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/**
 * hs_bus_queue_changed:
 * @self: a bus
 *
 * For subclasses, from any thread: emits ::changed on the main context, once however often called.
 */
void
hs_bus_queue_changed (HsBus *self)
{
  HsBusPrivate *priv = hs_bus_get_instance_private (self);
  g_autoptr (GSource) source = NULL;
  gboolean queue;

  g_mutex_lock (&priv->lock);
  queue = !priv->queued;
  priv->queued = TRUE;
  g_mutex_unlock (&priv->lock);

  if (!queue)
    return;

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit_changed_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, priv->context);
}

/* Valid as long as @self lives; any thread. */
HsBus *
hs_bus_get_root (HsBus *self)
{
  g_return_val_if_fail (HS_IS_BUS (self), NULL);

  while (HS_BUS_GET_CLASS (self)->inner != NULL)
    self = HS_BUS_GET_CLASS (self)->inner (self);
  return self;
}

/* Valid as long as @self lives; any thread. */
const char *
hs_bus_get_scope (HsBus *self)
{
  g_return_val_if_fail (HS_IS_BUS (self), NULL);

  return HS_BUS_GET_CLASS (self)->scope (self);
}

GPtrArray *
hs_bus_list (HsBus *self)
{
  g_return_val_if_fail (HS_IS_BUS (self), NULL);

  return HS_BUS_GET_CLASS (self)->list (self);
}

guint64
hs_bus_serial (HsBus *self)
{
  g_return_val_if_fail (HS_IS_BUS (self), 0);

  return HS_BUS_GET_CLASS (self)->serial (self);
}

HsTransport *
hs_bus_open (HsBus *self, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  g_return_val_if_fail (HS_IS_BUS (self), NULL);

  return HS_BUS_GET_CLASS (self)->open (self, info, kind, error);
}

gint64
hs_bus_now (HsBus *self, const char *port)
{
  g_return_val_if_fail (HS_IS_BUS (self), 0);

  return HS_BUS_GET_CLASS (self)->now (self, port);
}

void
hs_bus_sleep (HsBus *self, const char *port, guint64 us)
{
  g_return_if_fail (HS_IS_BUS (self));

  HS_BUS_GET_CLASS (self)->sleep (self, port, us);
}

char *
hs_bus_dup_drive (HsBus *self,
                  const char *port,
                  guint timeout_ms,
                  GCancellable *cancellable,
                  GError **error)
{
  g_return_val_if_fail (HS_IS_BUS (self), NULL);

  return HS_BUS_GET_CLASS (self)->drive (self, port, timeout_ms, cancellable, error);
}

guint64
hs_bus_wait (HsBus *self,
             const char *port,
             guint64 seen,
             gint64 deadline,
             GCancellable *cancellable)
{
  g_return_val_if_fail (HS_IS_BUS (self), seen);

  return HS_BUS_GET_CLASS (self)->wait (self, port, seen, deadline, cancellable);
}

/**
 * hs_bus_find_port:
 * @self: a bus
 * @port: a path of hub ports
 *
 * Returns: (transfer full) (nullable): what is attached there now; any thread
 */
HsUsbInfo *
hs_bus_find_port (HsBus *self, const char *port)
{
  g_autoptr (GPtrArray) list = hs_bus_list (self);

  for (guint i = 0; i < list->len; i++) {
    HsUsbInfo *info = g_ptr_array_index (list, i);

    if (g_strcmp0 (info->port, port) == 0)
      return hs_usb_info_ref (info);
  }

  return NULL;
}

/**
 * hs_bus_is_attached:
 * @self: a bus
 * @info: one enumeration
 *
 * Returns: whether that very enumeration is still on the bus; any thread
 */
gboolean
hs_bus_is_attached (HsBus *self, HsUsbInfo *info)
{
  g_autoptr (HsUsbInfo) there = hs_bus_find_port (self, info->port);

  return there != NULL && there->instance == info->instance;
}

/**
 * hs_bus_wait_gone:
 * @self: a bus
 * @info: one enumeration
 * @timeout_ms: how long to wait, in the camera's time
 * @cancellable: (nullable): ends the wait
 *
 * Blocks until @info has left the bus. Sends nothing.
 *
 * Returns: %TRUE if it left
 */
gboolean
hs_bus_wait_gone (HsBus *self, HsUsbInfo *info, guint timeout_ms, GCancellable *cancellable)
{
  gint64 deadline = hs_bus_now (self, info->port) + timeout_ms * G_TIME_SPAN_MILLISECOND;

  for (;;) {
    guint64 seen = hs_bus_serial (self);

    if (!hs_bus_is_attached (self, info))
      return TRUE;
    if (g_cancellable_is_cancelled (cancellable) || hs_bus_now (self, info->port) >= deadline)
      return FALSE;
    hs_bus_wait (self, info->port, seen, deadline, cancellable);
  }
}
