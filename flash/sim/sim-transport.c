/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/sim/sim-bus-private.h"

#include <errno.h>

#define HS_TYPE_SIM_TRANSPORT (hs_sim_transport_get_type ())
G_DECLARE_FINAL_TYPE (HsSimTransport, hs_sim_transport, HS, SIM_TRANSPORT, HsTransport)

/* An open simulated camera. */
struct _HsSimTransport {
  HsTransport parent_instance;

  HsSimBus *bus; /* owned */
  HsSimSlot *slot;
  HsUsbInfo *info; /* owned */
  HsOpenKind kind;
  guint baud; /* of the serial port, as it was set last */
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (HsSimTransport, hs_sim_transport, HS_TYPE_TRANSPORT)

static void
hs_sim_transport_close (HsTransport *transport)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);

  if (self->closed)
    return;
  self->closed = TRUE;
  if (self->kind == HS_OPEN_SERIAL) /* the kernel drops DTR and leaves the speed */
    hs_sim_bus_set_line (self->bus, self->slot, self->info->instance, self->baud, FALSE);
  hs_sim_bus_release (self->bus, self->slot, self->info, self->kind);
}

static void
hs_sim_transport_dispose (GObject *object)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (object);

  if (self->bus != NULL)
    hs_sim_transport_close (HS_TRANSPORT (self));
  g_clear_pointer (&self->info, hs_usb_info_unref);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (hs_sim_transport_parent_class)->dispose (object);
}

static void
set_error (HsSimTransport *self, int result, GError **error)
{
  const char *port = self->info->port;

  switch (result) {
  case -EPIPE:
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED, "%s refused the request", port);
    break;
  case -ETIMEDOUT:
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT, "no answer from %s", port);
    break;
  default:
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "the camera left %s", port);
    break;
  }
}

static gboolean
check_kind (HsSimTransport *self, HsOpenKind kind, GError **error)
{
  if (self->closed) {
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "%s is closed", self->info->port);
    return FALSE;
  }
  if (self->kind != kind) {
    g_set_error (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED, "not on this kind of connection");
    return FALSE;
  }
  return TRUE;
}

/* @direction: the first bit of bmRequestType */
static int
control (HsSimTransport *self,
         guint8 direction,
         const HsRequest *request,
         guint8 *data,
         guint16 length,
         guint timeout_ms,
         GError **error)
{
  const guint8 setup[8] = {
    request->kind | direction, request->request,    request->value & 0xff, request->value >> 8,
    request->index & 0xff,     request->index >> 8, length & 0xff,         length >> 8,
  };
  int result;

  if (!check_kind (self, HS_OPEN_USB, error))
    return -1;
  result =
      hs_sim_bus_control (self->bus, self->slot, self->info->instance, setup, data, timeout_ms);
  if (result >= 0)
    return result;
  set_error (self, result, error);
  return -1;
}

static gboolean
hs_sim_transport_send (HsTransport *transport,
                       const HsRequest *request,
                       const guint8 *data,
                       guint16 length,
                       guint timeout_ms,
                       GError **error)
{
  g_autofree guint8 *copy = g_memdup2 (data, length);

  return control (HS_SIM_TRANSPORT (transport), 0x00, request, copy, length, timeout_ms, error) >=
         0;
}

static gssize
hs_sim_transport_receive (HsTransport *transport,
                          const HsRequest *request,
                          guint8 *data,
                          guint16 length,
                          guint timeout_ms,
                          GError **error)
{
  return control (HS_SIM_TRANSPORT (transport), 0x80, request, data, length, timeout_ms, error);
}

static gboolean
hs_sim_transport_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  const HsRequest request = { 0x01, 11, alt, 0 };

  return control (HS_SIM_TRANSPORT (transport), 0x00, &request, NULL, 0, 5000, error) >= 0;
}

static char *
hs_sim_transport_get_string (HsTransport *transport, guint8 index, GError **error)
{
  const HsRequest request = { 0x00, 6, 3 << 8 | index, 0x0409 };
  guint8 data[255];
  gunichar2 text[127] = { 0 };
  int n = control (HS_SIM_TRANSPORT (transport), 0x80, &request, data, sizeof data, 5000, error);

  if (n < 0)
    return NULL;
  if (n < 2) {
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, "broken string descriptor");
    return NULL;
  }
  for (int i = 0; i < (n - 2) / 2; i++)
    text[i] = data[2 + 2 * i] | data[3 + 2 * i] << 8;
  return g_utf16_to_utf8 (text, (n - 2) / 2, NULL, NULL, NULL);
}

static gboolean
hs_sim_transport_reset (HsTransport *transport, GError **error)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);

  if (!check_kind (self, HS_OPEN_USB, error))
    return FALSE;
  if (!hs_sim_bus_reset (self->bus, self->slot, self->info->instance)) {
    set_error (self, -ENODEV, error);
    return FALSE;
  }
  hs_sim_transport_close (transport);
  return TRUE;
}

static gssize
hs_sim_transport_transfer (HsTransport *transport,
                           guint8 endpoint,
                           guint8 *data,
                           gsize length,
                           guint timeout_ms,
                           GError **error)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);
  gboolean in = (endpoint & 0x80) != 0;
  int result;

  if (!check_kind (self, HS_OPEN_USB, error))
    return -1;
  result = hs_sim_bus_transfer (
      self->bus, self->slot, self->info->instance, endpoint, data, length, timeout_ms);
  if (result >= 0 && !in && (gsize) result < length)
    result = -ETIMEDOUT;
  if (result >= 0)
    return result;
  set_error (self, result, error);
  return -1;
}

static gboolean
hs_sim_transport_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);

  if (!check_kind (self, HS_OPEN_USB, error))
    return FALSE;
  if (hs_sim_bus_clear_halt (self->bus, self->slot, self->info->instance, endpoint))
    return TRUE;
  set_error (self, -ENODEV, error);
  return FALSE;
}

static gboolean
hs_sim_transport_set_line (HsTransport *transport, guint baud, gboolean dtr, GError **error)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);

  if (!check_kind (self, HS_OPEN_SERIAL, error))
    return FALSE;
  self->baud = baud;
  if (hs_sim_bus_set_line (self->bus, self->slot, self->info->instance, baud, dtr))
    return TRUE;
  set_error (self, -ENODEV, error);
  return FALSE;
}

static gboolean
hs_sim_transport_write (HsTransport *transport,
                        const guint8 *data,
                        gsize length,
                        guint timeout_ms,
                        GError **error)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);
  int result;

  if (!check_kind (self, HS_OPEN_SERIAL, error))
    return FALSE;
  result = hs_sim_bus_serial_write (self->bus, self->slot, self->info->instance, data, length);
  if (result >= 0)
    return TRUE;
  set_error (self, result, error);
  return FALSE;
}

static gssize
hs_sim_transport_read (HsTransport *transport,
                       guint8 *data,
                       gsize length,
                       guint timeout_ms,
                       GError **error)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);
  int result;

  if (!check_kind (self, HS_OPEN_SERIAL, error))
    return -1;
  result = hs_sim_bus_serial_read (
      self->bus, self->slot, self->info->instance, data, length, timeout_ms);
  if (result >= 0)
    return result;
  set_error (self, result, error);
  return -1;
}

static void
hs_sim_transport_sleep (HsTransport *transport, guint64 us)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);

  hs_sim_bus_slot_sleep (self->bus, self->slot, us);
}

static gint64
hs_sim_transport_now (HsTransport *transport)
{
  HsSimTransport *self = HS_SIM_TRANSPORT (transport);

  return hs_sim_bus_slot_now (self->bus, self->slot);
}

static void
hs_sim_transport_class_init (HsSimTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_sim_transport_dispose;
  transport_class->close = hs_sim_transport_close;
  transport_class->send = hs_sim_transport_send;
  transport_class->receive = hs_sim_transport_receive;
  transport_class->set_alternate = hs_sim_transport_set_alternate;
  transport_class->get_string = hs_sim_transport_get_string;
  transport_class->reset = hs_sim_transport_reset;
  transport_class->transfer = hs_sim_transport_transfer;
  transport_class->clear_halt = hs_sim_transport_clear_halt;
  transport_class->set_line = hs_sim_transport_set_line;
  transport_class->write = hs_sim_transport_write;
  transport_class->read = hs_sim_transport_read;
  transport_class->sleep = hs_sim_transport_sleep;
  transport_class->now = hs_sim_transport_now;
}

static void
hs_sim_transport_init (HsSimTransport *self)
{
  self->baud = 115200;
}

/* For the bus: @slot is taken for this transport, which gives it back. */
HsTransport *
hs_sim_transport_new (HsSimBus *bus, HsSimSlot *slot, HsUsbInfo *info, HsOpenKind kind)
{
  HsSimTransport *self = g_object_new (HS_TYPE_SIM_TRANSPORT, NULL);

  self->bus = g_object_ref (bus);
  self->slot = slot;
  self->info = hs_usb_info_ref (info);
  self->kind = kind;
  return HS_TRANSPORT (self);
}
