/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/recording-transport.h"

#include <string.h>

/**
 * HsRecordingTransport:
 *
 * Writes every request and its outcome into an #HsCapture.
 */
struct _HsRecordingTransport {
  HsDecorator parent_instance;

  HsCapture *capture; /* owned, shared */
  guint connection;
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (HsRecordingTransport, hs_recording_transport, HS_TYPE_DECORATOR)

#define PARENT HS_TRANSPORT_CLASS (hs_recording_transport_parent_class)

static HsCaptureEntry *
begin (HsRecordingTransport *self, HsCaptureOp op)
{
  HsCaptureEntry *entry = hs_capture_entry_new (op);

  entry->connection = self->connection;
  entry->at_us = hs_transport_now (HS_TRANSPORT (self));
  return entry;
}

/* Takes @entry; hands @cause on to @error. */
static void
finish (HsRecordingTransport *self, HsCaptureEntry *entry, GError *cause, GError **error)
{
  entry->us = MAX (hs_transport_now (HS_TRANSPORT (self)) - entry->at_us, 0);
  hs_capture_entry_set_error (entry, cause);
  hs_capture_add (self->capture, entry);
  if (cause != NULL)
    g_propagate_error (error, cause);
}

static void
hs_recording_transport_close (HsTransport *transport)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry;

  if (self->closed)
    return;

  entry = begin (self, HS_CAPTURE_CLOSE);
  self->closed = TRUE;
  PARENT->close (transport);
  finish (self, entry, NULL, NULL);
}

static gboolean
hs_recording_transport_send (HsTransport *transport,
                             const HsRequest *request,
                             const guint8 *data,
                             guint16 length,
                             guint timeout_ms,
                             GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_SEND);
  GError *cause = NULL;
  gboolean ok = PARENT->send (transport, request, data, length, timeout_ms, &cause);

  entry->request = *request;
  entry->timeout_ms = timeout_ms;
  hs_capture_entry_set_data (entry, data, length);
  finish (self, entry, cause, error);
  return ok;
}

static gssize
hs_recording_transport_receive (HsTransport *transport,
                                const HsRequest *request,
                                guint8 *data,
                                guint16 length,
                                guint timeout_ms,
                                GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_RECEIVE);
  GError *cause = NULL;
  gssize n = PARENT->receive (transport, request, data, length, timeout_ms, &cause);

  entry->request = *request;
  entry->timeout_ms = timeout_ms;
  entry->asked = length;
  hs_capture_entry_set_data (entry, data, MAX (n, 0));
  finish (self, entry, cause, error);
  return n;
}

static gboolean
hs_recording_transport_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_ALTERNATE);
  GError *cause = NULL;
  gboolean ok = PARENT->set_alternate (transport, alt, &cause);

  entry->number = alt;
  finish (self, entry, cause, error);
  return ok;
}

static char *
hs_recording_transport_get_string (HsTransport *transport, guint8 index, GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_STRING);
  GError *cause = NULL;
  char *text = PARENT->get_string (transport, index, &cause);

  entry->number = index;
  if (text != NULL)
    hs_capture_entry_set_data (entry, text, strlen (text));
  finish (self, entry, cause, error);
  return text;
}

static gboolean
hs_recording_transport_reset (HsTransport *transport, GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_RESET);
  GError *cause = NULL;
  gboolean ok = PARENT->reset (transport, &cause);

  finish (self, entry, cause, error);
  return ok;
}

static gssize
hs_recording_transport_transfer (HsTransport *transport,
                                 guint8 endpoint,
                                 guint8 *data,
                                 gsize length,
                                 guint timeout_ms,
                                 GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_TRANSFER);
  GError *cause = NULL;
  gssize n = PARENT->transfer (transport, endpoint, data, length, timeout_ms, &cause);

  entry->number = endpoint;
  entry->timeout_ms = timeout_ms;
  if (hs_capture_entry_is_received (entry))
    entry->asked = MIN (length, G_MAXUINT);
  hs_capture_entry_set_data (
      entry, data, hs_capture_entry_is_received (entry) ? (gsize) MAX (n, 0) : length);
  finish (self, entry, cause, error);
  return n;
}

static gboolean
hs_recording_transport_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_CLEAR_HALT);
  GError *cause = NULL;
  gboolean ok = PARENT->clear_halt (transport, endpoint, &cause);

  entry->number = endpoint;
  finish (self, entry, cause, error);
  return ok;
}

static gboolean
hs_recording_transport_set_line (HsTransport *transport, guint baud, gboolean dtr, GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_LINE);
  GError *cause = NULL;
  gboolean ok = PARENT->set_line (transport, baud, dtr, &cause);

  entry->number = baud;
  entry->dtr = dtr;
  finish (self, entry, cause, error);
  return ok;
}

static gboolean
hs_recording_transport_write (HsTransport *transport,
                              const guint8 *data,
                              gsize length,
                              guint timeout_ms,
                              GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_WRITE);
  GError *cause = NULL;
  gboolean ok = PARENT->write (transport, data, length, timeout_ms, &cause);

  entry->timeout_ms = timeout_ms;
  hs_capture_entry_set_data (entry, data, length);
  finish (self, entry, cause, error);
  return ok;
}

static gssize
hs_recording_transport_read (HsTransport *transport,
                             guint8 *data,
                             gsize length,
                             guint timeout_ms,
                             GError **error)
{
  HsRecordingTransport *self = HS_RECORDING_TRANSPORT (transport);
  HsCaptureEntry *entry = begin (self, HS_CAPTURE_READ);
  GError *cause = NULL;
  gssize n = PARENT->read (transport, data, length, timeout_ms, &cause);

  entry->timeout_ms = timeout_ms;
  entry->asked = MIN (length, G_MAXUINT);
  hs_capture_entry_set_data (entry, data, MAX (n, 0));
  finish (self, entry, cause, error);
  return n;
}

static void
hs_recording_transport_dispose (GObject *object)
{
  g_clear_object (&HS_RECORDING_TRANSPORT (object)->capture);

  G_OBJECT_CLASS (hs_recording_transport_parent_class)->dispose (object);
}

static void
hs_recording_transport_class_init (HsRecordingTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_recording_transport_dispose;
  transport_class->close = hs_recording_transport_close;
  transport_class->send = hs_recording_transport_send;
  transport_class->receive = hs_recording_transport_receive;
  transport_class->set_alternate = hs_recording_transport_set_alternate;
  transport_class->get_string = hs_recording_transport_get_string;
  transport_class->reset = hs_recording_transport_reset;
  transport_class->transfer = hs_recording_transport_transfer;
  transport_class->clear_halt = hs_recording_transport_clear_halt;
  transport_class->set_line = hs_recording_transport_set_line;
  transport_class->write = hs_recording_transport_write;
  transport_class->read = hs_recording_transport_read;
}

static void
hs_recording_transport_init (HsRecordingTransport *self)
{
}

/**
 * hs_recording_transport_new:
 * @inner: a transport that was just opened
 * @info: the enumeration it was opened on
 * @kind: which half of it
 * @capture: where to record; may be shared by all transports of a job
 *
 * For an #HsCameraWrap. Records the opening too. What the bus does in between is recorded by
 * #HsRecordingBus only; prefer that where the whole bus can be wrapped.
 *
 * Returns: (transfer full): a transport that does as @inner does
 */
HsTransport *
hs_recording_transport_new (HsTransport *inner,
                            HsUsbInfo *info,
                            HsOpenKind kind,
                            HsCapture *capture)
{
  HsCaptureEntry *entry = hs_capture_entry_new (HS_CAPTURE_OPEN);
  guint connection = hs_capture_next_connection (capture);

  entry->connection = connection;
  entry->at_us = hs_transport_now (inner);
  entry->number = kind;
  entry->info = hs_usb_info_ref (info);
  hs_capture_add (capture, entry);
  return hs_recording_transport_new_opened (inner, capture, connection);
}

/* The same where the opening stands in the capture already, under that number. */
HsTransport *
hs_recording_transport_new_opened (HsTransport *inner, HsCapture *capture, guint connection)
{
  HsRecordingTransport *self = g_object_new (HS_TYPE_RECORDING_TRANSPORT, NULL);

  hs_decorator_set_inner (HS_DECORATOR (self), inner);
  self->capture = g_object_ref (capture);
  self->connection = connection;
  return HS_TRANSPORT (self);
}
