/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/openmv.h"

#include "flash/error.h"
#include "flash/protocol/crc.h"

#include <string.h>

enum {
  SYNC_LOW = 0xd5aa & 0xff,
  SYNC_HIGH = 0xd5aa >> 8,
  HEADER_BYTES = 10,
  CAPS_CRC_AND_SEQUENCE = 0x03, /* no acknowledgements, no events: plain request and reply */
  MAX_PAYLOAD = 498,            /* the smallest buffer of any board */
  VERSION_BYTES = 16,
  INFO_BYTES = 76,
  REPLY_TIMEOUT_MS = 500,
  N_TRIES = 3,
  STATUS_BUSY = 4,
  STATUS_SEQUENCE = 6,
};

/**
 * HsOpenmv:
 *
 * The OpenMV protocol, version 2 (firmware 5.0.0 and later), over the serial port at 921600 baud.
 * Blocking and linear. After hs_openmv_begin() the camera neither wants acknowledgements nor sends
 * events.
 */
struct _HsOpenmv {
  HsTransport *transport; /* owned */
  GByteArray *input;      /* received, not yet understood */
  guint8 sequence;        /* of the next request */
};

/**
 * hs_openmv_encode:
 * @header: what to send
 * @payload: (array length=header->length) (nullable)
 *
 * Returns: (transfer full): the packet as it goes over the wire
 */
GByteArray *
hs_openmv_encode (const HsOpenmvHeader *header, const guint8 *payload)
{
  GByteArray *packet = g_byte_array_sized_new (HEADER_BYTES + header->length + 4);
  const guint8 head[8] = {
    SYNC_LOW,      SYNC_HIGH,      header->sequence,      header->channel,
    header->flags, header->opcode, header->length & 0xff, header->length >> 8
  };
  guint16 crc16 = GUINT16_TO_LE (hs_crc16_openmv (head, sizeof head));

  g_byte_array_append (packet, head, sizeof head);
  g_byte_array_append (packet, (const guint8 *) &crc16, sizeof crc16);
  if (header->length > 0) {
    guint32 crc32 = GUINT32_TO_LE (hs_crc32_openmv (payload, header->length));

    g_byte_array_append (packet, payload, header->length);
    g_byte_array_append (packet, (const guint8 *) &crc32, sizeof crc32);
  }
  return packet;
}

/* Drops what can't be the start of a packet; TRUE if a whole sane header stands in front. */
static gboolean
seek_header (GByteArray *input)
{
  guint at = 0;

  for (; at + 1 < input->len; at++) {
    const guint8 *d = input->data + at;

    if (d[0] != SYNC_LOW || d[1] != SYNC_HIGH)
      continue;
    if (at + HEADER_BYTES > input->len)
      break;
    if (hs_crc16_openmv (d, 8) == (d[8] | d[9] << 8))
      break;
  }

  /* A last lone byte may be the first half of the sync word. */
  if (at + 1 == input->len && input->data[at] != SYNC_LOW)
    at++;
  if (at > 0)
    g_byte_array_remove_range (input, 0, at);
  return input->len >= HEADER_BYTES;
}

/**
 * hs_openmv_decode:
 * @input: bytes as they came; what was understood or is rubbish is removed
 * @header: (out): of the packet
 * @payload: filled with the packet's payload
 *
 * Takes the first whole packet out of @input. A packet whose payload does not match its CRC counts
 * as lost.
 *
 * Returns: %FALSE if more bytes are needed
 */
gboolean
hs_openmv_decode (GByteArray *input, HsOpenmvHeader *header, GByteArray *payload)
{
  while (seek_header (input)) {
    const guint8 *d = input->data;
    guint length = d[6] | d[7] << 8;
    guint total = HEADER_BYTES + (length > 0 ? length + 4 : 0);
    const guint8 *end = d + HEADER_BYTES + length;
    gboolean whole = TRUE;

    if (input->len < total)
      return FALSE;

    *header = (HsOpenmvHeader){ d[2], d[3], d[4], d[5], length };
    if (length > 0)
      whole = hs_crc32_openmv (d + HEADER_BYTES, length) ==
              ((guint32) end[0] | end[1] << 8 | end[2] << 16 | (guint32) end[3] << 24);
    g_byte_array_set_size (payload, 0);
    g_byte_array_append (payload, d + HEADER_BYTES, length);
    g_byte_array_remove_range (input, 0, whole ? total : 2);
    if (whole)
      return TRUE;
  }
  return FALSE;
}

HsOpenmv *
hs_openmv_new (HsTransport *transport)
{
  HsOpenmv *self = g_new0 (HsOpenmv, 1);

  self->transport = g_object_ref (transport);
  self->input = g_byte_array_new ();
  return self;
}

void
hs_openmv_free (HsOpenmv *self)
{
  if (self == NULL)
    return;

  g_byte_array_unref (self->input);
  g_object_unref (self->transport);
  g_free (self);
}

static gboolean
send_packet (HsOpenmv *self,
             guint8 flags,
             guint8 opcode,
             const guint8 *payload,
             guint16 length,
             GError **error)
{
  const HsOpenmvHeader header = {
    .sequence = self->sequence, .flags = flags, .opcode = opcode, .length = length
  };
  g_autoptr (GByteArray) packet = hs_openmv_encode (&header, payload);

  return hs_transport_write (self->transport, packet->data, packet->len, REPLY_TIMEOUT_MS, error);
}

/* One packet that is no event; FALSE without @error set on time-out. */
static gboolean
receive_packet (HsOpenmv *self, HsOpenmvHeader *header, GByteArray *payload, GError **error)
{
  gint64 deadline = hs_transport_now (self->transport) + REPLY_TIMEOUT_MS * 1000LL;

  for (;;) {
    guint8 buffer[512];
    gint64 left_us;
    gssize n;

    while (hs_openmv_decode (self->input, header, payload))
      if ((header->flags & HS_OPENMV_EVENT) == 0)
        return TRUE;

    left_us = deadline - hs_transport_now (self->transport);
    if (left_us <= 0)
      return FALSE;
    n = hs_transport_read (self->transport, buffer, sizeof buffer, MAX (left_us / 1000, 1), error);
    if (n <= 0)
      return FALSE;
    g_byte_array_append (self->input, buffer, n);
  }
}

typedef enum { GOT_NOTHING, GOT_REPLY, GOT_NAK, GOT_ERROR } Got;

/* The reply to the request with the current sequence number; others are left-overs. */
static Got
await_reply (HsOpenmv *self, guint8 opcode, GByteArray *payload, GError **error)
{
  for (guint n = 0; n < 16; n++) {
    g_autoptr (GError) local = NULL;
    HsOpenmvHeader header;

    if (!receive_packet (self, &header, payload, &local)) {
      if (local == NULL)
        return GOT_NOTHING;
      g_propagate_error (error, g_steal_pointer (&local));
      return GOT_ERROR;
    }

    if (header.opcode != opcode)
      continue;
    if (header.flags & HS_OPENMV_NAK)
      return GOT_NAK;
    if (header.sequence != self->sequence)
      continue;
    if ((header.flags & HS_OPENMV_ACK_REQ) &&
        !send_packet (self, HS_OPENMV_ACK, opcode, NULL, 0, error))
      return GOT_ERROR;
    return GOT_REPLY;
  }
  return GOT_NOTHING;
}

static gboolean
fail_silent (const char *what, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_TIMED_OUT,
               "%s: the firmware does not answer protocol v2",
               what);
  return FALSE;
}

static guint
nak_status (GByteArray *payload)
{
  return payload->len >= 2 ? payload->data[0] | payload->data[1] << 8 : 0;
}

static gboolean
fail_with_nak (const char *what, GByteArray *payload, GError **error)
{
  static const char *const names[] = { "ok",       "failed",   "invalid",  "timeout", "busy",
                                       "checksum", "sequence", "overflow", "fragment" };
  guint status = nak_status (payload);

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_STATUS,
               "%s: the firmware refuses: %s (%u)",
               what,
               status < G_N_ELEMENTS (names) ? names[status] : "unknown",
               status);
  return FALSE;
}

static gboolean
set_caps (HsOpenmv *self, GError **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  guint8 caps[16] = { CAPS_CRC_AND_SEQUENCE };
  Got got = GOT_NOTHING;

  caps[4] = MAX_PAYLOAD & 0xff;
  caps[5] = MAX_PAYLOAD >> 8;
  if (!send_packet (self, 0, HS_OPENMV_SET_CAPS, caps, sizeof caps, error))
    return FALSE;

  got = await_reply (self, HS_OPENMV_SET_CAPS, payload, error);
  if (got == GOT_ERROR)
    return FALSE;
  if (got == GOT_NAK)
    return fail_with_nak ("SET_CAPS", payload, error);
  if (got == GOT_NOTHING)
    return fail_silent ("SET_CAPS", error);
  self->sequence++;
  return TRUE;
}

/**
 * hs_openmv_begin:
 * @self: a conversation
 * @cancellable: (nullable)
 * @error: %HS_FLASH_ERROR_TIMED_OUT if nobody speaks this protocol
 *
 * SYNC, which sets both sequence counters to 0, then SET_CAPS with CRC and sequence numbers only.
 * Harmless for a running script. Blocks for 1.5 s at most while nobody answers.
 */
gboolean
hs_openmv_begin (HsOpenmv *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();

  for (guint n = 0; n < N_TRIES; n++) {
    Got got;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    self->sequence = 0;
    if (!send_packet (self, 0, HS_OPENMV_SYNC, NULL, 0, error))
      return FALSE;
    got = await_reply (self, HS_OPENMV_SYNC, payload, error);
    if (got == GOT_ERROR)
      return FALSE;
    if (got == GOT_REPLY)
      return set_caps (self, error);
  }
  return fail_silent ("SYNC", error);
}

/* One request without data. A lost byte, here or there, is healed by sending it again with RTX; a
 * quarrel about sequence numbers by a new SYNC. */
static gboolean
request (HsOpenmv *self, guint8 opcode, const char *what, GByteArray *payload, GError **error)
{
  guint8 flags = 0;

  for (guint n = 0; n < N_TRIES; n++) {
    Got got;

    if (!send_packet (self, flags, opcode, NULL, 0, error))
      return FALSE;
    got = await_reply (self, opcode, payload, error);
    if (got == GOT_ERROR)
      return FALSE;
    if (got == GOT_REPLY) {
      self->sequence++;
      return TRUE;
    }

    flags = HS_OPENMV_RTX;
    if (got == GOT_NOTHING || nak_status (payload) == STATUS_BUSY)
      continue;
    if (nak_status (payload) != STATUS_SEQUENCE)
      return fail_with_nak (what, payload, error);
    if (!hs_openmv_begin (self, NULL, error))
      return FALSE;
    flags = 0;
  }
  return fail_silent (what, error);
}

/**
 * hs_openmv_get_version:
 * @self: a conversation after hs_openmv_begin()
 * @version: (out): the bootloader's is a hint only: some firmware reports what it was built with
 * @error: a #HsFlashError
 */
gboolean
hs_openmv_get_version (HsOpenmv *self, HsOpenmvVersion *version, GError **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();

  if (!request (self, HS_OPENMV_VERSION, "VERSION", payload, error))
    return FALSE;
  if (payload->len != VERSION_BYTES) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "VERSION answered %u bytes instead of %u",
                 payload->len,
                 VERSION_BYTES);
    return FALSE;
  }

  memcpy (version->protocol, payload->data, 3);
  memcpy (version->bootloader, payload->data + 3, 3);
  memcpy (version->firmware, payload->data + 6, 3);
  return TRUE;
}

static guint32
word_at (GByteArray *payload, guint offset)
{
  const guint8 *d = payload->data + offset;

  return d[0] | d[1] << 8 | d[2] << 16 | (guint32) d[3] << 24;
}

/**
 * hs_openmv_get_info:
 * @self: a conversation after hs_openmv_begin()
 * @info: (out): who the camera is
 * @error: a #HsFlashError
 */
gboolean
hs_openmv_get_info (HsOpenmv *self, HsOpenmvInfo *info, GError **error)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();

  if (!request (self, HS_OPENMV_SYS_INFO, "SYS_INFO", payload, error))
    return FALSE;
  if (payload->len != INFO_BYTES) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "SYS_INFO answered %u bytes instead of %u",
                 payload->len,
                 INFO_BYTES);
    return FALSE;
  }

  g_snprintf (info->board_id,
              sizeof info->board_id,
              "%08X%08X%08X",
              word_at (payload, 4),
              word_at (payload, 8),
              word_at (payload, 12));
  info->pid = word_at (payload, 16) & 0xffff;
  info->vid = word_at (payload, 16) >> 16;
  return TRUE;
}

/* No reply comes; the camera may be gone before the write has returned. */
static gboolean
send_last (HsOpenmv *self, guint8 opcode, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (send_packet (self, 0, opcode, NULL, 0, &local) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* SYS_BOOT: into the bootloader, which then waits until it is told to leave. */
gboolean
hs_openmv_boot (HsOpenmv *self, GError **error)
{
  return send_last (self, HS_OPENMV_SYS_BOOT, error);
}
