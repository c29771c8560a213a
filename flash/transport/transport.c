/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/transport.h"

#include "flash/error.h"

G_DEFINE_ABSTRACT_TYPE (HsTransport, hs_transport, G_TYPE_OBJECT)

/* What a transport that is only the other half answers. */
static void
set_unsupported (const char *what, GError **error)
{
  g_set_error (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED, "%s: not on this connection", what);
}

static gboolean
no_send (HsTransport *self,
         const HsRequest *request,
         const guint8 *data,
         guint16 length,
         guint timeout_ms,
         GError **error)
{
  set_unsupported ("send", error);
  return FALSE;
}

static gssize
no_receive (HsTransport *self,
            const HsRequest *request,
            guint8 *data,
            guint16 length,
            guint timeout_ms,
            GError **error)
{
  set_unsupported ("receive", error);
  return -1;
}

static gboolean
no_set_alternate (HsTransport *self, guint8 alt, GError **error)
{
  set_unsupported ("set_alternate", error);
  return FALSE;
}

static char *
no_get_string (HsTransport *self, guint8 index, GError **error)
{
  set_unsupported ("get_string", error);
  return NULL;
}

static gboolean
no_reset (HsTransport *self, GError **error)
{
  set_unsupported ("reset", error);
  return FALSE;
}

static gssize
no_transfer (HsTransport *self,
             guint8 endpoint,
             guint8 *data,
             gsize length,
             guint timeout_ms,
             GError **error)
{
  set_unsupported ("transfer", error);
  return -1;
}

static gboolean
no_clear_halt (HsTransport *self, guint8 endpoint, GError **error)
{
  set_unsupported ("clear_halt", error);
  return FALSE;
}

static gboolean
no_set_line (HsTransport *self, guint baud, gboolean dtr, GError **error)
{
  set_unsupported ("set_line", error);
  return FALSE;
}

static gboolean
no_write (HsTransport *self, const guint8 *data, gsize length, guint timeout_ms, GError **error)
{
  set_unsupported ("write", error);
  return FALSE;
}

static gssize
no_read (HsTransport *self, guint8 *data, gsize length, guint timeout_ms, GError **error)
{
  set_unsupported ("read", error);
  return -1;
}

static void
sleep_for_real (HsTransport *self, guint64 us)
{
  g_usleep (us);
}

static gint64
now_for_real (HsTransport *self)
{
  return g_get_monotonic_time ();
}

static void
close_nothing (HsTransport *self)
{
}

static void
hs_transport_class_init (HsTransportClass *klass)
{
  klass->close = close_nothing;
  klass->send = no_send;
  klass->receive = no_receive;
  klass->set_alternate = no_set_alternate;
  klass->get_string = no_get_string;
  klass->reset = no_reset;
  klass->transfer = no_transfer;
  klass->clear_halt = no_clear_halt;
  klass->set_line = no_set_line;
  klass->write = no_write;
  klass->read = no_read;
  klass->sleep = sleep_for_real;
  klass->now = now_for_real;
}

static void
hs_transport_init (HsTransport *self)
{
}

void
hs_transport_close (HsTransport *self)
{
  g_return_if_fail (HS_IS_TRANSPORT (self));

  HS_TRANSPORT_GET_CLASS (self)->close (self);
}

gboolean
hs_transport_send (HsTransport *self,
                   const HsRequest *request,
                   const guint8 *data,
                   guint16 length,
                   guint timeout_ms,
                   GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), FALSE);

  return HS_TRANSPORT_GET_CLASS (self)->send (self, request, data, length, timeout_ms, error);
}

gssize
hs_transport_receive (HsTransport *self,
                      const HsRequest *request,
                      guint8 *data,
                      guint16 length,
                      guint timeout_ms,
                      GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), -1);

  return HS_TRANSPORT_GET_CLASS (self)->receive (self, request, data, length, timeout_ms, error);
}

gboolean
hs_transport_set_alternate (HsTransport *self, guint8 alt, GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), FALSE);

  return HS_TRANSPORT_GET_CLASS (self)->set_alternate (self, alt, error);
}

char *
hs_transport_get_string (HsTransport *self, guint8 index, GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), NULL);

  return HS_TRANSPORT_GET_CLASS (self)->get_string (self, index, error);
}

gboolean
hs_transport_reset (HsTransport *self, GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), FALSE);

  return HS_TRANSPORT_GET_CLASS (self)->reset (self, error);
}

gssize
hs_transport_transfer (HsTransport *self,
                       guint8 endpoint,
                       guint8 *data,
                       gsize length,
                       guint timeout_ms,
                       GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), -1);

  return HS_TRANSPORT_GET_CLASS (self)->transfer (self, endpoint, data, length, timeout_ms, error);
}

gboolean
hs_transport_clear_halt (HsTransport *self, guint8 endpoint, GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), FALSE);

  return HS_TRANSPORT_GET_CLASS (self)->clear_halt (self, endpoint, error);
}

gboolean
hs_transport_set_line (HsTransport *self, guint baud, gboolean dtr, GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), FALSE);

  return HS_TRANSPORT_GET_CLASS (self)->set_line (self, baud, dtr, error);
}

gboolean
hs_transport_write (HsTransport *self,
                    const guint8 *data,
                    gsize length,
                    guint timeout_ms,
                    GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), FALSE);

  return HS_TRANSPORT_GET_CLASS (self)->write (self, data, length, timeout_ms, error);
}

gssize
hs_transport_read (HsTransport *self, guint8 *data, gsize length, guint timeout_ms, GError **error)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), -1);

  return HS_TRANSPORT_GET_CLASS (self)->read (self, data, length, timeout_ms, error);
}

void
hs_transport_sleep (HsTransport *self, guint64 us)
{
  g_return_if_fail (HS_IS_TRANSPORT (self));

  HS_TRANSPORT_GET_CLASS (self)->sleep (self, us);
}

gint64
hs_transport_now (HsTransport *self)
{
  g_return_val_if_fail (HS_IS_TRANSPORT (self), 0);

  return HS_TRANSPORT_GET_CLASS (self)->now (self);
}
