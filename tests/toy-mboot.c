/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/toy-mboot.h"

#include "flash/error.h"

#include <string.h>

#define REPORT     64
#define MAX_PACKET 56

/* Reports 1 and 2 out, 3 and 4 in, 63 bytes behind the id. */
static const guint8 descriptor[] = {
  0x06, 0x00, 0xFF, 0x09, 0x01, 0xA1, 0x01, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x75, 0x08,
  0x95, 0x3F, 0x85, 0x01, 0x09, 0x01, 0x91, 0x02, 0x85, 0x02, 0x09, 0x01, 0x91, 0x02,
  0x85, 0x03, 0x09, 0x01, 0x81, 0x02, 0x85, 0x04, 0x09, 0x01, 0x81, 0x02, 0xC0,
};

struct _ToyMboot {
  HsTransport parent_instance;

  gboolean has_out;
  guint descriptor_length;
  guint8 memory[TOY_MBOOT_SIZE];
  GQueue reports; /* GBytes: what it has to say */
  guint32 write_address, write_left;
  gboolean write_broken;

  ToyFault fault;
  guint fail_at;
  guint n_requests; /* packets, and requests to the control endpoint */
  guint n_transfers;
  gboolean gone;
  guint32 refuse; /* status of the next command; 0 none */
  gint64 now_us;
  GString *log; /* one hex byte per command, "r" per report read, "w" per data report */
};

G_DEFINE_FINAL_TYPE (ToyMboot, toy_mboot, HS_TYPE_TRANSPORT)

static guint32
get_u32 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static void
put_report (ToyMboot *self, guint8 id, const guint8 *payload, guint length)
{
  guint8 *report = g_malloc0 (REPORT);

  report[0] = id;
  report[2] = length;
  if (length > 0)
    memcpy (report + 4, payload, length);
  g_queue_push_tail (&self->reports, g_bytes_new_take (report, REPORT));
}

static void
put_answer (ToyMboot *self, guint8 tag, guint32 first, guint32 second)
{
  guint8 payload[12] = { tag, 0, 0, 2 };

  for (guint i = 0; i < 4; i++) {
    payload[4 + i] = first >> (8 * i);
    payload[8 + i] = second >> (8 * i);
  }
  put_report (self, 3, payload, sizeof payload);
}

static guint32
judge_range (guint32 address, guint32 length)
{
  if (address < TOY_MBOOT_BASE || length > TOY_MBOOT_SIZE ||
      address - TOY_MBOOT_BASE > TOY_MBOOT_SIZE - length)
    return 10200;
  return 0;
}

static void
take_read (ToyMboot *self, guint32 address, guint32 length)
{
  guint32 status = judge_range (address, length);

  put_answer (self, 0xA3, status, status == 0 ? length : 0);
  for (guint32 at = 0; status == 0 && at < length; at += MAX_PACKET)
    put_report (
        self, 4, self->memory + address - TOY_MBOOT_BASE + at, MIN (MAX_PACKET, length - at));
  if (status == 0)
    put_answer (self, 0xA0, 0, 0x03);
}

static void
take_write (ToyMboot *self, guint32 address, guint32 length)
{
  guint32 status = judge_range (address, length);

  put_answer (self, 0xA0, status, 0x04);
  self->write_address = address;
  self->write_left = status == 0 ? length : 0;
  self->write_broken = FALSE;
}

static void
take_fuse (ToyMboot *self, guint32 index)
{
  const guint8 payload[16] = { 0xAF, 0, 0, 3, 0, 0, 0, 0, 4, 0, 0, 0, index, 0x10, 0, 0 };

  put_report (self, 3, payload, sizeof payload);
}

static void
take_command (ToyMboot *self, const guint8 *packet)
{
  guint32 address = get_u32 (packet + 4), length = get_u32 (packet + 8);

  g_string_append_printf (self->log, "%02X", packet[0]);
  g_queue_clear_full (&self->reports, (GDestroyNotify) g_bytes_unref);
  self->write_left = 0;
  if (self->refuse != 0) {
    put_answer (self, 0xA0, self->refuse, packet[0]);
    self->refuse = 0;
    return;
  }

  switch (packet[0]) {
  case 0x02:
    if (judge_range (address, length) == 0)
      memset (self->memory + address - TOY_MBOOT_BASE, 0xff, length);
    put_answer (self, 0xA0, judge_range (address, length), 0x02);
    break;
  case 0x03:
    take_read (self, address, length);
    break;
  case 0x04:
    g_assert_cmpuint (packet[1], ==, 1);
    take_write (self, address, length);
    break;
  case 0x07:
    put_answer (self, 0xA7, 0, address == 1 ? 0x4B020800 : MAX_PACKET);
    break;
  case 0x0F:
    take_fuse (self, address);
    break;
  default:
    put_answer (self, 0xA0, 0, packet[0]);
    break;
  }
}

static void
take_data (ToyMboot *self, const guint8 *data, guint length)
{
  g_string_append_c (self->log, 'w');
  if (self->write_broken || self->write_left == 0)
    return;

  g_assert_cmpuint (length, <=, self->write_left);
  for (guint i = 0; i < length; i++)
    self->memory[self->write_address - TOY_MBOOT_BASE + i] &= data[i];
  self->write_address += length;
  self->write_left -= length;
  if (self->write_left == 0)
    put_answer (self, 0xA0, 0, 0x04);
}

/* From now on it only takes; the last two packets say why. */
static void
break_off (ToyMboot *self)
{
  gboolean writing = self->write_left > 0;

  g_queue_clear_full (&self->reports, (GDestroyNotify) g_bytes_unref);
  self->write_broken = TRUE;
  put_report (self, 4, NULL, 0);
  put_answer (self, 0xA0, writing ? 10202 : 10201, writing ? 0x04 : 0x03);
}

static gboolean
take_out (ToyMboot *self, const guint8 *report, gsize length, gboolean silence)
{
  guint payload = report[2] | report[3] << 8;

  g_assert_cmpuint (length, ==, REPORT);
  g_assert_cmpuint (report[1], ==, 0);
  g_assert_cmpuint (payload + 4, <=, REPORT);
  if (report[0] == 1) {
    take_command (self, report + 4);
  } else {
    g_assert_cmpuint (report[0], ==, 2);
    take_data (self, report + 4, payload);
  }
  if (silence)
    g_queue_clear_full (&self->reports, (GDestroyNotify) g_bytes_unref);
  return TRUE;
}

/* TRUE if this request is the one that @fault is about. */
static gboolean
strikes (ToyMboot *self, ToyFault fault)
{
  return self->fault == fault && self->fail_at == self->n_requests;
}

static gboolean
begin_request (ToyMboot *self, GError **error)
{
  self->n_requests++;
  self->gone = self->gone || strikes (self, TOY_FAULT_GONE);
  if (self->gone) {
    g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "unplugged");
    return FALSE;
  }
  if (strikes (self, TOY_FAULT_STALL)) {
    g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED, "stalled");
    return FALSE;
  }
  return TRUE;
}

static gssize
fail_silent (ToyMboot *self, guint timeout_ms, GError **error)
{
  self->now_us += timeout_ms * G_GINT64_CONSTANT (1000);
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT, "silent");
  return -1;
}

/* @report as it should be; returns its length as it is. */
static gsize
spoil (ToyMboot *self, guint8 *report)
{
  if (self->fail_at != self->n_requests)
    return REPORT;

  switch (self->fault) {
  case TOY_FAULT_STUMP:
    return 3;
  case TOY_FAULT_SHORT:
    return MAX (4 + report[2], 5) - 1;
  case TOY_FAULT_ID:
    report[0] = 7;
    return REPORT;
  case TOY_FAULT_TAG:
    report[4] ^= 0x08;
    return REPORT;
  case TOY_FAULT_ECHO:
    report[8] ^= report[4] == 0xA0 ? 0 : 0x40;
    report[8 + 4] ^= report[4] == 0xA0 ? 0x10 : 0;
    return REPORT;
  case TOY_FAULT_COUNT:
    report[7]++;
    return REPORT;
  case TOY_FAULT_NOTHING:
    report[2] = 0;
    return REPORT;
  case TOY_FAULT_SHORT_END:
    report[2] -= report[0] == 4;
    return REPORT;
  default:
    return REPORT;
  }
}

static gssize
move_packet (ToyMboot *self,
             guint8 endpoint,
             guint8 *data,
             gsize length,
             guint timeout_ms,
             GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  guint8 report[2 * REPORT] = { 0 };
  gsize n;

  if (!begin_request (self, error))
    return -1;
  if (endpoint == 0x02) {
    g_assert_true (self->has_out);
    take_out (self, data, length, strikes (self, TOY_FAULT_SILENCE));
    if (strikes (self, TOY_FAULT_ABORT))
      break_off (self);
    return length;
  }

  g_assert_cmpuint (endpoint, ==, 0x81);
  if (strikes (self, TOY_FAULT_ABORT))
    break_off (self);
  if (strikes (self, TOY_FAULT_SILENCE) || (bytes = g_queue_pop_head (&self->reports)) == NULL)
    return fail_silent (self, timeout_ms, error);

  g_string_append_c (self->log, 'r');
  memcpy (report, g_bytes_get_data (bytes, NULL), REPORT);
  n = spoil (self, report);
  if (strikes (self, TOY_FAULT_LONG)) {
    /* What does not fit is in the next transfer. */
    memset (report, 0x55, REPORT);
    report[0] = 0x55;
  }
  g_assert_cmpuint (length, ==, REPORT);
  memcpy (data, report, n);
  return n;
}

/* Packet by packet, as a host controller does it: a short one ends it, and what came in before the
 * time was up counts. */
static gssize
toy_mboot_transfer (HsTransport *transport,
                    guint8 endpoint,
                    guint8 *data,
                    gsize length,
                    guint timeout_ms,
                    GError **error)
{
  ToyMboot *self = TOY_MBOOT (transport);
  gsize done = 0;
  gssize n;

  self->n_transfers++;
  do {
    g_autoptr (GError) local = NULL;

    n = move_packet (self, endpoint, data + done, MIN (length - done, REPORT), timeout_ms, &local);
    if (n < 0 && endpoint == 0x81 && done > 0 &&
        g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT))
      return done;
    if (n < 0) {
      g_propagate_error (error, g_steal_pointer (&local));
      return -1;
    }
    done += n;
  } while (n == REPORT && done < length);
  return done;
}

static gboolean
toy_mboot_send (HsTransport *transport,
                const HsRequest *request,
                const guint8 *data,
                guint16 length,
                guint timeout_ms,
                GError **error)
{
  ToyMboot *self = TOY_MBOOT (transport);

  if (!begin_request (self, error))
    return FALSE;
  g_assert_false (self->has_out);
  g_assert_cmphex (request->kind, ==, 0x21);
  g_assert_cmphex (request->request, ==, 0x09);
  g_assert_cmphex (request->value, ==, 0x0200 | data[0]);
  return take_out (self, data, length, strikes (self, TOY_FAULT_SILENCE));
}

static gssize
toy_mboot_receive (HsTransport *transport,
                   const HsRequest *request,
                   guint8 *data,
                   guint16 length,
                   guint timeout_ms,
                   GError **error)
{
  ToyMboot *self = TOY_MBOOT (transport);
  gsize n = MIN (length, self->descriptor_length);

  if (!begin_request (self, error))
    return -1;
  g_assert_cmphex (request->kind, ==, 0x01);
  g_assert_cmphex (request->request, ==, 0x06);
  g_assert_cmphex (request->value, ==, 0x2200);
  if (strikes (self, TOY_FAULT_SILENCE))
    return fail_silent (self, timeout_ms, error);
  n = strikes (self, TOY_FAULT_STUMP) || strikes (self, TOY_FAULT_SHORT) ? 3 : n;
  memcpy (data, descriptor, n);
  return n;
}

static gboolean
toy_mboot_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  return !TOY_MBOOT (transport)->gone;
}

static gint64
toy_mboot_now (HsTransport *transport)
{
  return TOY_MBOOT (transport)->now_us;
}

static void
toy_mboot_finalize (GObject *object)
{
  ToyMboot *self = TOY_MBOOT (object);

  g_queue_clear_full (&self->reports, (GDestroyNotify) g_bytes_unref);
  g_string_free (self->log, TRUE);

  G_OBJECT_CLASS (toy_mboot_parent_class)->finalize (object);
}

static void
toy_mboot_class_init (ToyMbootClass *klass)
{
  HsTransportClass *transport = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = toy_mboot_finalize;
  transport->send = toy_mboot_send;
  transport->receive = toy_mboot_receive;
  transport->transfer = toy_mboot_transfer;
  transport->clear_halt = toy_mboot_clear_halt;
  transport->now = toy_mboot_now;
}

static void
toy_mboot_init (ToyMboot *self)
{
  g_queue_init (&self->reports);
  self->log = g_string_new (NULL);
  self->descriptor_length = sizeof descriptor;
}

/* @has_out: it has an OUT endpoint; else reports come by SET_REPORT. */
ToyMboot *
toy_mboot_new (gboolean has_out)
{
  ToyMboot *self = g_object_new (TOY_TYPE_MBOOT, NULL);

  self->has_out = has_out;
  return self;
}

HsUsbInfo *
toy_mboot_make_info (ToyMboot *self)
{
  HsUsbInfo *info = hs_usb_info_new ();
  HsUsbAlt alt = { .class = 0x03,
                   .n_extra = 9,
                   .extra = { 9, 0x21, 0x11, 0x01, 0, 1, 0x22, sizeof descriptor, 0 } };
  HsUsbEndpoint in = { .address = 0x81, .attributes = 3, .max_packet = REPORT };
  HsUsbEndpoint out = { .address = 0x02, .attributes = 3, .max_packet = REPORT };

  g_array_append_val (info->alts, alt);
  g_array_append_val (info->endpoints, in);
  if (self->has_out)
    g_array_append_val (info->endpoints, out);
  return info;
}

/* @nth: the request from now on, from 1; 0 none */
void
toy_mboot_fail (ToyMboot *self, ToyFault fault, guint nth)
{
  self->fault = fault;
  self->fail_at = nth;
  self->n_requests = 0;
}

void
toy_mboot_refuse (ToyMboot *self, guint32 status)
{
  self->refuse = status;
}

guint
toy_mboot_get_n_requests (ToyMboot *self)
{
  return self->n_requests;
}

guint
toy_mboot_get_n_transfers (ToyMboot *self)
{
  return self->n_transfers;
}

const guint8 *
toy_mboot_get_memory (ToyMboot *self)
{
  return self->memory;
}

GString *
toy_mboot_get_log (ToyMboot *self)
{
  return self->log;
}

void
toy_mboot_set_descriptor_length (ToyMboot *self, guint length)
{
  self->descriptor_length = MIN (length, sizeof descriptor);
}
