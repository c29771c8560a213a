/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/decorator.h"

typedef struct {
  HsTransport *inner; /* owned */
} HsDecoratorPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HsDecorator, hs_decorator, HS_TYPE_TRANSPORT)

static HsTransport *
inner_of (HsTransport *transport)
{
  return hs_decorator_get_inner (HS_DECORATOR (transport));
}

static void
hs_decorator_close (HsTransport *transport)
{
  hs_transport_close (inner_of (transport));
}

static gboolean
hs_decorator_send (HsTransport *transport,
                   const HsRequest *request,
                   const guint8 *data,
                   guint16 length,
                   guint timeout_ms,
                   GError **error)
{
  return hs_transport_send (inner_of (transport), request, data, length, timeout_ms, error);
}

static gssize
hs_decorator_receive (HsTransport *transport,
                      const HsRequest *request,
                      guint8 *data,
                      guint16 length,
                      guint timeout_ms,
                      GError **error)
{
  return hs_transport_receive (inner_of (transport), request, data, length, timeout_ms, error);
}

static gboolean
hs_decorator_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  return hs_transport_set_alternate (inner_of (transport), alt, error);
}

static char *
hs_decorator_get_string (HsTransport *transport, guint8 index, GError **error)
{
  return hs_transport_get_string (inner_of (transport), index, error);
}

static gboolean
hs_decorator_reset (HsTransport *transport, GError **error)
{
  return hs_transport_reset (inner_of (transport), error);
}

static gssize
hs_decorator_transfer (HsTransport *transport,
                       guint8 endpoint,
                       guint8 *data,
                       gsize length,
                       guint timeout_ms,
                       GError **error)
{
  return hs_transport_transfer (inner_of (transport), endpoint, data, length, timeout_ms, error);
}

static gboolean
hs_decorator_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  return hs_transport_clear_halt (inner_of (transport), endpoint, error);
}

static gboolean
hs_decorator_set_line (HsTransport *transport, guint baud, gboolean dtr, GError **error)
{
  return hs_transport_set_line (inner_of (transport), baud, dtr, error);
}

static gboolean
hs_decorator_write (HsTransport *transport,
                    const guint8 *data,
                    gsize length,
                    guint timeout_ms,
                    GError **error)
{
  return hs_transport_write (inner_of (transport), data, length, timeout_ms, error);
}

static gssize
hs_decorator_read (HsTransport *transport,
                   guint8 *data,
                   gsize length,
                   guint timeout_ms,
                   GError **error)
{
  return hs_transport_read (inner_of (transport), data, length, timeout_ms, error);
}

static void
hs_decorator_sleep (HsTransport *transport, guint64 us)
{
  hs_transport_sleep (inner_of (transport), us);
}

static gint64
hs_decorator_now (HsTransport *transport)
{
  return hs_transport_now (inner_of (transport));
}

static void
hs_decorator_dispose (GObject *object)
{
  HsDecoratorPrivate *priv = hs_decorator_get_instance_private (HS_DECORATOR (object));

  g_clear_object (&priv->inner);

  G_OBJECT_CLASS (hs_decorator_parent_class)->dispose (object);
}

static void
hs_decorator_class_init (HsDecoratorClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_decorator_dispose;
  transport_class->close = hs_decorator_close;
  transport_class->send = hs_decorator_send;
  transport_class->receive = hs_decorator_receive;
  transport_class->set_alternate = hs_decorator_set_alternate;
  transport_class->get_string = hs_decorator_get_string;
  transport_class->reset = hs_decorator_reset;
  transport_class->transfer = hs_decorator_transfer;
  transport_class->clear_halt = hs_decorator_clear_halt;
  transport_class->set_line = hs_decorator_set_line;
  transport_class->write = hs_decorator_write;
  transport_class->read = hs_decorator_read;
  transport_class->sleep = hs_decorator_sleep;
  transport_class->now = hs_decorator_now;
}

static void
hs_decorator_init (HsDecorator *self)
{
}

/* For constructors of subclasses: takes a reference on @inner; once. */
void
hs_decorator_set_inner (HsDecorator *self, HsTransport *inner)
{
  HsDecoratorPrivate *priv = hs_decorator_get_instance_private (self);

  g_return_if_fail (HS_IS_DECORATOR (self));
  g_return_if_fail (HS_IS_TRANSPORT (inner));

  g_set_object (&priv->inner, inner);
}

/* Returns: (transfer none): what the requests go to */
HsTransport *
hs_decorator_get_inner (HsDecorator *self)
{
  HsDecoratorPrivate *priv = hs_decorator_get_instance_private (self);

  g_return_val_if_fail (HS_IS_DECORATOR (self), NULL);

  return priv->inner;
}
