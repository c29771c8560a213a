/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/monitor.h"

#include "flash/device-private.h"

#define LINGER_MS 3000

/* One camera of the list. */
typedef struct {
  HsMonitor *monitor; /* borrowed */
  HsDevice *device;   /* owned */
  guint n_holds;
  guint linger; /* source that takes it out of the list; 0 none */
} Entry;

struct _HsMonitor {
  GObject parent_instance;

  HsBus *bus;         /* owned */
  GPtrArray *entries; /* (element-type Entry): by port */
  HsDevice *bridge;   /* owned; nullable: the adapter that was asked for last */
  guint n_others;
  guint linger_ms;
};

static void hs_monitor_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HsMonitor,
                               hs_monitor,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hs_monitor_list_model_init))

enum { PROP_0, PROP_N_OTHERS, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_handle_id (&entry->linger, g_source_remove);
  g_object_unref (entry->device);
  g_free (entry);
}

static GType
hs_monitor_get_item_type (GListModel *list)
{
  return HS_TYPE_DEVICE;
}

static guint
hs_monitor_get_n_items (GListModel *list)
{
  return HS_MONITOR (list)->entries->len;
}

static gpointer
hs_monitor_get_item (GListModel *list, guint position)
{
  HsMonitor *self = HS_MONITOR (list);
  Entry *entry;

  if (position >= self->entries->len)
    return NULL;

  entry = g_ptr_array_index (self->entries, position);
  return g_object_ref (entry->device);
}

static void
hs_monitor_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hs_monitor_get_item_type;
  iface->get_n_items = hs_monitor_get_n_items;
  iface->get_item = hs_monitor_get_item;
}

static void
add_device (HsMonitor *self, HsUsbInfo *info)
{
  Entry *entry = g_new0 (Entry, 1);
  guint at = 0;

  while (at < self->entries->len) {
    Entry *other = g_ptr_array_index (self->entries, at);

    if (hs_usb_port_compare (hs_device_get_port (other->device), info->port) > 0)
      break;
    at++;
  }

  entry->monitor = self;
  entry->device = hs_device_new (info);
  g_ptr_array_insert (self->entries, at, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, 1);
}

static void
remove_entry (HsMonitor *self, Entry *entry)
{
  guint at;

  if (g_ptr_array_find (self->entries, entry, &at)) {
    g_ptr_array_remove_index (self->entries, at);
    g_list_model_items_changed (G_LIST_MODEL (self), at, 1, 0);
  }
}

static gboolean
linger_over_cb (gpointer data)
{
  Entry *entry = data;

  entry->linger = 0;
  remove_entry (entry->monitor, entry);
  return G_SOURCE_REMOVE;
}

static void
start_linger (HsMonitor *self, Entry *entry)
{
  if (entry->n_holds == 0 && entry->linger == 0)
    entry->linger = g_timeout_add (self->linger_ms, linger_over_cb, entry);
}

static gboolean
lists_instance (GPtrArray *infos, guint64 instance)
{
  for (guint i = 0; i < infos->len; i++)
    if (((HsUsbInfo *) g_ptr_array_index (infos, i))->instance == instance)
      return TRUE;
  return FALSE;
}

/* Those whose enumeration is over; what comes next may be the same camera. */
static void
detach_missing (HsMonitor *self, GPtrArray *infos)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (!hs_device_get_attached (entry->device) ||
        lists_instance (infos, hs_device_get_info (entry->device)->instance))
      continue;
    hs_device_detach (entry->device);
    start_linger (self, entry);
  }
}

/* Whether a device of the list is this enumeration; it then takes what was found out since. */
static gboolean
is_known (HsMonitor *self, HsUsbInfo *info)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (hs_device_get_attached (entry->device) &&
        hs_device_get_info (entry->device)->instance == info->instance) {
      hs_device_refresh (entry->device, info);
      return TRUE;
    }
  }
  return FALSE;
}

/* The cameras of @infos that no device of the list is yet. */
static GPtrArray *
find_new (HsMonitor *self, GPtrArray *infos)
{
  GPtrArray *fresh = g_ptr_array_new ();

  for (guint i = 0; i < infos->len; i++) {
    HsUsbInfo *info = g_ptr_array_index (infos, i);

    if (hs_device_is_camera (info) && !is_known (self, info))
      g_ptr_array_add (fresh, info);
  }
  return fresh;
}

/* How many detached devices @info fits with exactly @continuity; the last of them. */
static guint
count_matches (HsMonitor *self, HsUsbInfo *info, HsContinuity continuity, Entry **match)
{
  guint count = 0;

  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (hs_device_get_attached (entry->device) ||
        hs_device_compare (entry->device, info) != continuity)
      continue;
    *match = entry;
    count++;
  }
  return count;
}

static guint
count_rivals (Entry *entry, GPtrArray *fresh, HsContinuity continuity)
{
  guint count = 0;

  for (guint i = 0; i < fresh->len; i++)
    if (hs_device_compare (entry->device, g_ptr_array_index (fresh, i)) == continuity)
      count++;
  return count;
}

/* Joins the cameras that came with those that left, best evidence first; takes them from @fresh.
 * Two that fit a folded form equally well are both left alone: a swap must not be guessed. */
static void
rejoin (HsMonitor *self, GPtrArray *fresh, HsContinuity continuity)
{
  for (guint i = fresh->len; i > 0; i--) {
    HsUsbInfo *info = g_ptr_array_index (fresh, i - 1);
    Entry *entry = NULL;
    guint count = count_matches (self, info, continuity, &entry);

    if (count == 0)
      continue;
    if (continuity == HS_CONTINUITY_FOLDED &&
        (count > 1 || count_rivals (entry, fresh, continuity) > 1))
      continue;
    g_ptr_array_remove_index (fresh, i - 1);
    g_clear_handle_id (&entry->linger, g_source_remove);
    hs_device_attach (entry->device, info);
  }
}

static void
count_others (HsMonitor *self, GPtrArray *infos)
{
  guint n = 0;

  for (guint i = 0; i < infos->len; i++)
    if (!hs_device_is_camera (g_ptr_array_index (infos, i)))
      n++;
  if (n == self->n_others)
    return;

  self->n_others = n;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_N_OTHERS]);
}

static void
hs_monitor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_N_OTHERS)
    g_value_set_uint (value, HS_MONITOR (object)->n_others);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_monitor_dispose (GObject *object)
{
  HsMonitor *self = HS_MONITOR (object);

  if (self->bus != NULL)
    g_signal_handlers_disconnect_by_data (self->bus, self);
  g_clear_object (&self->bus);
  g_clear_object (&self->bridge);

  G_OBJECT_CLASS (hs_monitor_parent_class)->dispose (object);
}

static void
hs_monitor_finalize (GObject *object)
{
  g_ptr_array_unref (HS_MONITOR (object)->entries);

  G_OBJECT_CLASS (hs_monitor_parent_class)->finalize (object);
}

static void
hs_monitor_class_init (HsMonitorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hs_monitor_dispose;
  object_class->finalize = hs_monitor_finalize;
  object_class->get_property = hs_monitor_get_property;

  props[PROP_N_OTHERS] =
      g_param_spec_uint ("n-others",
                         NULL,
                         NULL,
                         0,
                         G_MAXUINT,
                         0,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hs_monitor_init (HsMonitor *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->linger_ms = LINGER_MS;
}

/**
 * hs_monitor_new:
 * @bus: what to watch; made on this thread
 *
 * Main thread.
 *
 * Returns: (transfer full): the cameras that are attached, and those to come
 */
HsMonitor *
hs_monitor_new (HsBus *bus)
{
  HsMonitor *self = g_object_new (HS_TYPE_MONITOR, NULL);

  g_return_val_if_fail (HS_IS_BUS (bus), NULL);

  self->bus = g_object_ref (bus);
  g_signal_connect_swapped (bus, "changed", G_CALLBACK (hs_monitor_refresh), self);
  hs_monitor_refresh (self);
  return self;
}

/* For tests: how long a camera that left is waited for, milliseconds. */
void
hs_monitor_set_linger (HsMonitor *self, guint linger_ms)
{
  g_return_if_fail (HS_IS_MONITOR (self));

  self->linger_ms = linger_ms;
}

/**
 * hs_monitor_refresh:
 * @self: a monitor
 *
 * Looks at the bus now instead of at the next ::changed. Opens nothing.
 */
void
hs_monitor_refresh (HsMonitor *self)
{
  g_autoptr (GPtrArray) infos = NULL;
  g_autoptr (GPtrArray) fresh = NULL;

  g_return_if_fail (HS_IS_MONITOR (self));

  infos = hs_bus_list (self->bus);
  detach_missing (self, infos);
  fresh = find_new (self, infos);
  for (HsContinuity c = HS_CONTINUITY_SAME_SERIAL; c > HS_CONTINUITY_NONE; c--)
    rejoin (self, fresh, c);
  for (guint i = 0; i < fresh->len; i++)
    add_device (self, g_ptr_array_index (fresh, i));
  count_others (self, infos);
}

/**
 * hs_monitor_find_port:
 * @self: a monitor
 * @port: a path of hub ports
 *
 * Returns: (transfer none) (nullable): the camera attached there, else the one that was a moment
 *   ago
 */
HsDevice *
hs_monitor_find_port (HsMonitor *self, const char *port)
{
  HsDevice *found = NULL;

  g_return_val_if_fail (HS_IS_MONITOR (self), NULL);

  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (g_strcmp0 (hs_device_get_port (entry->device), port) != 0)
      continue;
    if (hs_device_get_attached (entry->device))
      return entry->device;
    found = entry->device;
  }
  return found;
}

/* How many devices on the bus are no cameras. */
guint
hs_monitor_get_n_others (HsMonitor *self)
{
  g_return_val_if_fail (HS_IS_MONITOR (self), 0);

  return self->n_others;
}

/* The one that was asked for last as long as it stays, else the first; (nullable) */
static HsUsbInfo *
find_bridge (HsMonitor *self, const HsBoard *board, GPtrArray *infos)
{
  HsUsbInfo *first = NULL;

  for (guint i = 0; i < infos->len; i++) {
    HsUsbInfo *info = g_ptr_array_index (infos, i);

    if (!hs_board_has_bridge (board, info->vid, info->pid))
      continue;
    if (self->bridge != NULL && hs_device_get_info (self->bridge)->instance == info->instance)
      return info;
    if (first == NULL)
      first = info;
  }
  return first;
}

HsDevice *
hs_monitor_find_bridge (HsMonitor *self, const HsBoard *board)
{
  g_autoptr (GPtrArray) infos = NULL;
  HsUsbInfo *info;

  g_return_val_if_fail (HS_IS_MONITOR (self), NULL);
  g_return_val_if_fail (board != NULL, NULL);

  infos = hs_bus_list (self->bus);
  info = find_bridge (self, board, infos);
  if (info != NULL && self->bridge != NULL && hs_device_get_board (self->bridge) == board &&
      hs_device_get_info (self->bridge)->instance == info->instance) {
    hs_device_refresh (self->bridge, info);
    return self->bridge;
  }

  if (self->bridge != NULL)
    hs_device_detach (self->bridge);
  g_clear_object (&self->bridge);
  if (info != NULL)
    self->bridge = hs_device_new_bridge (board, info);
  return self->bridge;
}

static Entry *
find_entry (HsMonitor *self, HsDevice *device)
{
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (entry->device == device)
      return entry;
  }
  return NULL;
}

/**
 * hs_monitor_hold:
 * @self: a monitor
 * @device: one of its cameras
 *
 * Keeps @device in the list while it is away, until as many hs_monitor_release().
 */
void
hs_monitor_hold (HsMonitor *self, HsDevice *device)
{
  Entry *entry;

  g_return_if_fail (HS_IS_MONITOR (self));

  entry = find_entry (self, device);
  if (entry == NULL)
    return;

  entry->n_holds++;
  g_clear_handle_id (&entry->linger, g_source_remove);
}

/* Undoes one hs_monitor_hold(); a camera that is away lingers from now on. */
void
hs_monitor_release (HsMonitor *self, HsDevice *device)
{
  Entry *entry;

  g_return_if_fail (HS_IS_MONITOR (self));

  entry = find_entry (self, device);
  if (entry == NULL)
    return;
  g_return_if_fail (entry->n_holds > 0);

  entry->n_holds--;
  if (!hs_device_get_attached (entry->device))
    start_linger (self, entry);
}
