/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/failing-transport.h"

/**
 * HsFailingTransport:
 *
 * Fails the n-th request, so that every place where a conversation can break is tried in turn.
 */
struct _HsFailingTransport {
  HsDecorator parent_instance;

  HsFault *fault; /* owned, shared */
  gboolean gone;  /* the device has "left" */
};

G_DEFINE_FINAL_TYPE (HsFailingTransport, hs_failing_transport, HS_TYPE_DECORATOR)

#define PARENT HS_TRANSPORT_CLASS (hs_failing_transport_parent_class)

typedef enum { PASS, FAIL, FAIL_LATE } Verdict;

/**
 * hs_fault_new:
 * @nth: which request fails, counted from 1; 0 never, to count only
 * @code: the error it fails with
 *
 * Returns: (transfer full): a fault; set its other fields before the first request
 */
HsFault *
hs_fault_new (guint nth, HsFlashError code)
{
  HsFault *self = g_atomic_rc_box_new0 (HsFault);

  self->nth = nth;
  self->code = code;
  return self;
}

HsFault *
hs_fault_ref (HsFault *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
hs_fault_unref (HsFault *self)
{
  g_atomic_rc_box_release (self);
}

/* How many requests were made, the failed one included; any thread. */
guint
hs_fault_get_n_requests (HsFault *self)
{
  return (guint) g_atomic_int_get (&self->n_requests);
}

static Verdict
count (HsFailingTransport *self)
{
  HsFault *fault = self->fault;
  guint n = (guint) g_atomic_int_add (&fault->n_requests, 1) + 1;

  if (self->gone)
    return FAIL;
  if (n != fault->nth)
    return PASS;
  if (fault->code == HS_FLASH_ERROR_GONE)
    self->gone = TRUE;
  return fault->late ? FAIL_LATE : FAIL;
}

static void
set_fault (HsFailingTransport *self, const char *what, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               (gint) self->fault->code,
               "%s: made to fail at request %u",
               what,
               self->fault->nth);
}

static gboolean
hs_failing_transport_send (HsTransport *transport,
                           const HsRequest *request,
                           const guint8 *data,
                           guint16 length,
                           guint timeout_ms,
                           GError **error)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (transport);
  Verdict verdict = count (self);

  if (verdict == PASS)
    return PARENT->send (transport, request, data, length, timeout_ms, error);
  if (verdict == FAIL_LATE && !PARENT->send (transport, request, data, length, timeout_ms, error))
    return FALSE;

  set_fault (self, "send", error);
  return FALSE;
}

static gssize
hs_failing_transport_receive (HsTransport *transport,
                              const HsRequest *request,
                              guint8 *data,
                              guint16 length,
                              guint timeout_ms,
                              GError **error)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (transport);
  Verdict verdict = count (self);

  if (verdict == PASS)
    return PARENT->receive (transport, request, data, length, timeout_ms, error);
  if (verdict == FAIL_LATE &&
      PARENT->receive (transport, request, data, length, timeout_ms, error) < 0)
    return -1;

  set_fault (self, "receive", error);
  return -1;
}

static gboolean
hs_failing_transport_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (transport);
  Verdict verdict = count (self);

  if (verdict == PASS)
    return PARENT->set_alternate (transport, alt, error);
  if (verdict == FAIL_LATE && !PARENT->set_alternate (transport, alt, error))
    return FALSE;

  set_fault (self, "set_alternate", error);
  return FALSE;
}

static gssize
hs_failing_transport_transfer (HsTransport *transport,
                               guint8 endpoint,
                               guint8 *data,
                               gsize length,
                               guint timeout_ms,
                               GError **error)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (transport);
  Verdict verdict = count (self);

  if (verdict == PASS)
    return PARENT->transfer (transport, endpoint, data, length, timeout_ms, error);
  if (verdict == FAIL_LATE &&
      PARENT->transfer (transport, endpoint, data, length, timeout_ms, error) < 0)
    return -1;

  set_fault (self, "transfer", error);
  return -1;
}

static gboolean
hs_failing_transport_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (transport);
  Verdict verdict = count (self);

  if (verdict == PASS)
    return PARENT->clear_halt (transport, endpoint, error);
  if (verdict == FAIL_LATE && !PARENT->clear_halt (transport, endpoint, error))
    return FALSE;

  set_fault (self, "clear_halt", error);
  return FALSE;
}

static gboolean
hs_failing_transport_write (HsTransport *transport,
                            const guint8 *data,
                            gsize length,
                            guint timeout_ms,
                            GError **error)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (transport);
  Verdict verdict = count (self);

  if (verdict == PASS)
    return PARENT->write (transport, data, length, timeout_ms, error);
  if (verdict == FAIL_LATE && !PARENT->write (transport, data, length, timeout_ms, error))
    return FALSE;

  set_fault (self, "write", error);
  return FALSE;
}

static gssize
hs_failing_transport_read (HsTransport *transport,
                           guint8 *data,
                           gsize length,
                           guint timeout_ms,
                           GError **error)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (transport);
  Verdict verdict = count (self);

  if (verdict == PASS)
    return PARENT->read (transport, data, length, timeout_ms, error);
  if (verdict == FAIL_LATE && PARENT->read (transport, data, length, timeout_ms, error) < 0)
    return -1;

  set_fault (self, "read", error);
  return -1;
}

static void
hs_failing_transport_finalize (GObject *object)
{
  HsFailingTransport *self = HS_FAILING_TRANSPORT (object);

  g_clear_pointer (&self->fault, hs_fault_unref);

  G_OBJECT_CLASS (hs_failing_transport_parent_class)->finalize (object);
}

static void
hs_failing_transport_class_init (HsFailingTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_failing_transport_finalize;
  transport_class->send = hs_failing_transport_send;
  transport_class->receive = hs_failing_transport_receive;
  transport_class->set_alternate = hs_failing_transport_set_alternate;
  transport_class->transfer = hs_failing_transport_transfer;
  transport_class->clear_halt = hs_failing_transport_clear_halt;
  transport_class->write = hs_failing_transport_write;
  transport_class->read = hs_failing_transport_read;
}

static void
hs_failing_transport_init (HsFailingTransport *self)
{
}

/**
 * hs_failing_transport_new:
 * @inner: an open transport
 * @fault: which request fails and how; a reference is taken
 *
 * Returns: (transfer full): a transport that does as @inner does but for one request
 */
HsTransport *
hs_failing_transport_new (HsTransport *inner, HsFault *fault)
{
  HsFailingTransport *self = g_object_new (HS_TYPE_FAILING_TRANSPORT, NULL);

  hs_decorator_set_inner (HS_DECORATOR (self), inner);
  self->fault = hs_fault_ref (fault);
  return HS_TRANSPORT (self);
}
