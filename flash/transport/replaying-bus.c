/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/replaying-bus.h"

#include "flash/transport/replaying-transport.h"

/**
 * HsReplayingBus:
 *
 * The bus of a capture: its cameras come and leave as they did, and answer as they did, in the
 * capture's time (nothing waits). A job that goes as the recorded one went ends as it ended.
 */
struct _HsReplayingBus {
  HsBus parent_instance;

  HsReplay *replay; /* owned */
};

G_DEFINE_FINAL_TYPE (HsReplayingBus, hs_replaying_bus, HS_TYPE_BUS)

static void
tell (HsReplayingBus *self, guint64 before)
{
  if (hs_replay_get_serial (self->replay) != before)
    hs_bus_queue_changed (HS_BUS (self));
}

static GPtrArray *
hs_replaying_bus_list (HsBus *bus)
{
  return hs_replay_list (HS_REPLAYING_BUS (bus)->replay);
}

static guint64
hs_replaying_bus_serial (HsBus *bus)
{
  return hs_replay_get_serial (HS_REPLAYING_BUS (bus)->replay);
}

static HsTransport *
hs_replaying_bus_open (HsBus *bus, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  HsReplayingBus *self = HS_REPLAYING_BUS (bus);
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_OPEN);
  g_autoptr (HsCaptureEntry) entry = NULL;
  guint64 before = hs_replay_get_serial (self->replay);

  wanted->number = kind;
  wanted->info = hs_usb_info_ref (info);
  entry = hs_replay_take (self->replay, wanted, error);
  tell (self, before);
  return entry != NULL ? hs_replaying_transport_new (self->replay, bus) : NULL;
}

static gint64
hs_replaying_bus_now (HsBus *bus, const char *port)
{
  return hs_replay_now (HS_REPLAYING_BUS (bus)->replay);
}

static void
hs_replaying_bus_sleep (HsBus *bus, const char *port, guint64 us)
{
  HsReplayingBus *self = HS_REPLAYING_BUS (bus);
  guint64 before = hs_replay_get_serial (self->replay);

  hs_replay_sleep (self->replay, us);
  tell (self, before);
}

static guint64
hs_replaying_bus_wait (HsBus *bus,
                       const char *port,
                       guint64 seen,
                       gint64 deadline,
                       GCancellable *cancellable)
{
  HsReplayingBus *self = HS_REPLAYING_BUS (bus);
  guint64 before = hs_replay_get_serial (self->replay);
  guint64 serial;

  if (g_cancellable_is_cancelled (cancellable))
    return before;

  serial = hs_replay_wait (self->replay, seen, deadline);
  tell (self, before);
  return serial;
}

/* Not the real ports of the same names. */
static const char *
hs_replaying_bus_scope (HsBus *bus)
{
  return "";
}

static void
hs_replaying_bus_finalize (GObject *object)
{
  g_clear_pointer (&HS_REPLAYING_BUS (object)->replay, hs_replay_unref);

  G_OBJECT_CLASS (hs_replaying_bus_parent_class)->finalize (object);
}

static char *
hs_replaying_bus_drive (HsBus *bus,
                        const char *port,
                        guint timeout_ms,
                        GCancellable *cancellable,
                        GError **error)
{
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_UNSUPPORTED,
                       "a conversation that is played again has no drive");
  return NULL;
}

static void
hs_replaying_bus_class_init (HsReplayingBusClass *klass)
{
  HsBusClass *bus_class = HS_BUS_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_replaying_bus_finalize;
  bus_class->scope = hs_replaying_bus_scope;
  bus_class->list = hs_replaying_bus_list;
  bus_class->serial = hs_replaying_bus_serial;
  bus_class->open = hs_replaying_bus_open;
  bus_class->now = hs_replaying_bus_now;
  bus_class->sleep = hs_replaying_bus_sleep;
  bus_class->wait = hs_replaying_bus_wait;
  bus_class->drive = hs_replaying_bus_drive;
}

static void
hs_replaying_bus_init (HsReplayingBus *self)
{
}

/**
 * hs_replaying_bus_new:
 * @capture: a capture that has ended
 *
 * Returns: (transfer full): a bus with the cameras that were there at its beginning
 */
HsBus *
hs_replaying_bus_new (HsCapture *capture)
{
  HsReplayingBus *self = g_object_new (HS_TYPE_REPLAYING_BUS, NULL);

  self->replay = hs_replay_new (capture);
  return HS_BUS (self);
}

/* Whether every recorded request has been made; any thread. */
gboolean
hs_replaying_bus_is_finished (HsReplayingBus *self)
{
  g_return_val_if_fail (HS_IS_REPLAYING_BUS (self), FALSE);

  return hs_replay_is_finished (self->replay);
}
