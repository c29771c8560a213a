/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/replaying-transport.h"

#include <string.h>

/**
 * HsReplayingTransport:
 *
 * Answers as the camera of a capture did. A request that differs from the recorded one fails with
 * %HS_FLASH_ERROR_PROTOCOL, naming the line.
 */
struct _HsReplayingTransport {
  HsTransport parent_instance;

  HsReplay *replay; /* owned, shared */
  HsBus *bus;       /* owned, nullable: told when something comes or leaves meanwhile */
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (HsReplayingTransport, hs_replaying_transport, HS_TYPE_TRANSPORT)

static HsCaptureEntry *
take (HsReplayingTransport *self, const HsCaptureEntry *wanted, GError **error)
{
  guint64 before = hs_replay_get_serial (self->replay);
  HsCaptureEntry *entry;

  if (self->closed) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_GONE,
                 "%s: the connection is closed",
                 hs_capture_op_name (wanted->op));
    return NULL;
  }

  entry = hs_replay_take (self->replay, wanted, error);
  if (self->bus != NULL && hs_replay_get_serial (self->replay) != before)
    hs_bus_queue_changed (self->bus);
  return entry;
}

static gboolean
take_simple (HsReplayingTransport *self, const HsCaptureEntry *wanted, GError **error)
{
  g_autoptr (HsCaptureEntry) entry = take (self, wanted, error);

  return entry != NULL;
}

static gssize
take_bytes (HsReplayingTransport *self,
            const HsCaptureEntry *wanted,
            guint8 *data,
            gsize length,
            GError **error)
{
  g_autoptr (HsCaptureEntry) entry = take (self, wanted, error);
  g_autoptr (GBytes) bytes = NULL;
  gsize size;

  if (entry != NULL)
    bytes = hs_replay_dup_received (self->replay, entry, error);
  if (bytes == NULL)
    return -1;

  size = g_bytes_get_size (bytes);
  if (size > length) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "Line %u of the capture: %" G_GSIZE_FORMAT " bytes came, only %" G_GSIZE_FORMAT
                 " are asked for",
                 entry->line,
                 size,
                 length);
    return -1;
  }
  if (size > 0)
    memcpy (data, g_bytes_get_data (bytes, NULL), size);
  return size;
}

static void
hs_replaying_transport_close (HsTransport *transport)
{
  HsReplayingTransport *self = HS_REPLAYING_TRANSPORT (transport);
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_CLOSE);

  if (self->closed)
    return;

  /* A close that was not recorded here is no difference: nothing reaches the camera by it. */
  take_simple (self, wanted, NULL);
  self->closed = TRUE;
}

static gboolean
hs_replaying_transport_send (HsTransport *transport,
                             const HsRequest *request,
                             const guint8 *data,
                             guint16 length,
                             guint timeout_ms,
                             GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_SEND);

  wanted->request = *request;
  hs_capture_entry_set_data (wanted, data, length);
  return take_simple (HS_REPLAYING_TRANSPORT (transport), wanted, error);
}

static gssize
hs_replaying_transport_receive (HsTransport *transport,
                                const HsRequest *request,
                                guint8 *data,
                                guint16 length,
                                guint timeout_ms,
                                GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_RECEIVE);

  wanted->request = *request;
  wanted->asked = length;
  return take_bytes (HS_REPLAYING_TRANSPORT (transport), wanted, data, length, error);
}

static gboolean
hs_replaying_transport_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_ALTERNATE);

  wanted->number = alt;
  return take_simple (HS_REPLAYING_TRANSPORT (transport), wanted, error);
}

static char *
hs_replaying_transport_get_string (HsTransport *transport, guint8 index, GError **error)
{
  HsReplayingTransport *self = HS_REPLAYING_TRANSPORT (transport);
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_STRING);
  g_autoptr (HsCaptureEntry) entry = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  const char *text;

  wanted->number = index;
  entry = take (self, wanted, error);
  if (entry != NULL)
    bytes = hs_replay_dup_received (self->replay, entry, error);
  if (bytes == NULL)
    return NULL;

  text = g_bytes_get_data (bytes, &size);
  return size > 0 ? g_strndup (text, size) : g_strdup ("");
}

static gboolean
hs_replaying_transport_reset (HsTransport *transport, GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_RESET);

  return take_simple (HS_REPLAYING_TRANSPORT (transport), wanted, error);
}

static gssize
hs_replaying_transport_transfer (HsTransport *transport,
                                 guint8 endpoint,
                                 guint8 *data,
                                 gsize length,
                                 guint timeout_ms,
                                 GError **error)
{
  HsReplayingTransport *self = HS_REPLAYING_TRANSPORT (transport);
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_TRANSFER);

  wanted->number = endpoint;
  if (hs_capture_entry_is_received (wanted)) {
    wanted->asked = MIN (length, G_MAXUINT);
    return take_bytes (self, wanted, data, length, error);
  }
  hs_capture_entry_set_data (wanted, data, length);
  return take_simple (self, wanted, error) ? (gssize) length : -1;
}

static gboolean
hs_replaying_transport_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_CLEAR_HALT);

  wanted->number = endpoint;
  return take_simple (HS_REPLAYING_TRANSPORT (transport), wanted, error);
}

static gboolean
hs_replaying_transport_set_line (HsTransport *transport, guint baud, gboolean dtr, GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_LINE);

  wanted->number = baud;
  wanted->dtr = dtr;
  return take_simple (HS_REPLAYING_TRANSPORT (transport), wanted, error);
}

static gboolean
hs_replaying_transport_write (HsTransport *transport,
                              const guint8 *data,
                              gsize length,
                              guint timeout_ms,
                              GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_WRITE);

  hs_capture_entry_set_data (wanted, data, length);
  return take_simple (HS_REPLAYING_TRANSPORT (transport), wanted, error);
}

static gssize
hs_replaying_transport_read (HsTransport *transport,
                             guint8 *data,
                             gsize length,
                             guint timeout_ms,
                             GError **error)
{
  g_autoptr (HsCaptureEntry) wanted = hs_capture_entry_new (HS_CAPTURE_READ);

  return take_bytes (HS_REPLAYING_TRANSPORT (transport), wanted, data, length, error);
}

static void
hs_replaying_transport_sleep (HsTransport *transport, guint64 us)
{
  hs_replay_sleep (HS_REPLAYING_TRANSPORT (transport)->replay, us);
}

static gint64
hs_replaying_transport_now (HsTransport *transport)
{
  return hs_replay_now (HS_REPLAYING_TRANSPORT (transport)->replay);
}

static void
hs_replaying_transport_finalize (GObject *object)
{
  HsReplayingTransport *self = HS_REPLAYING_TRANSPORT (object);

  g_clear_pointer (&self->replay, hs_replay_unref);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (hs_replaying_transport_parent_class)->finalize (object);
}

static void
hs_replaying_transport_class_init (HsReplayingTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_replaying_transport_finalize;
  transport_class->close = hs_replaying_transport_close;
  transport_class->send = hs_replaying_transport_send;
  transport_class->receive = hs_replaying_transport_receive;
  transport_class->set_alternate = hs_replaying_transport_set_alternate;
  transport_class->get_string = hs_replaying_transport_get_string;
  transport_class->reset = hs_replaying_transport_reset;
  transport_class->transfer = hs_replaying_transport_transfer;
  transport_class->clear_halt = hs_replaying_transport_clear_halt;
  transport_class->set_line = hs_replaying_transport_set_line;
  transport_class->write = hs_replaying_transport_write;
  transport_class->read = hs_replaying_transport_read;
  transport_class->sleep = hs_replaying_transport_sleep;
  transport_class->now = hs_replaying_transport_now;
}

static void
hs_replaying_transport_init (HsReplayingTransport *self)
{
}

/**
 * hs_replaying_transport_new:
 * @replay: where the conversation goes on; its opening has been taken
 * @bus: (nullable): the bus it belongs to
 *
 * Returns: (transfer full): an open transport
 */
HsTransport *
hs_replaying_transport_new (HsReplay *replay, HsBus *bus)
{
  HsReplayingTransport *self = g_object_new (HS_TYPE_REPLAYING_TRANSPORT, NULL);

  self->replay = hs_replay_ref (replay);
  g_set_object (&self->bus, bus);
  return HS_TRANSPORT (self);
}
