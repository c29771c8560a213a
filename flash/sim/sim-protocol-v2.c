/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-camera-private.h"
#include "flash/sim/sim-timings.h"

#include <string.h>

/* The camera's end of OpenMV protocol v2 (openmv/openmv docs/protocol.md, protocol/omv_protocol.c),
 * as far as a release manager asks. */

enum { FLAG_ACK = 0x01, FLAG_NAK = 0x02, FLAG_RTX = 0x04, FLAG_ACK_REQ = 0x08 };
enum { CAP_CRC = 1, CAP_SEQUENCE = 2, CAP_ACK = 4, CAP_EVENTS = 8, CAP_ALL = 15 };
enum { STATUS_INVALID = 2, STATUS_CHECKSUM = 5, STATUS_SEQUENCE = 6, STATUS_UNKNOWN = 9 };
enum {
  OP_SYNC = 0x00,
  OP_GET_CAPS = 0x01,
  OP_SET_CAPS = 0x02,
  OP_STATS = 0x03,
  OP_VERSION = 0x04,
  OP_SYS_RESET = 0x10,
  OP_SYS_BOOT = 0x11,
  OP_SYS_INFO = 0x12,
  OP_CHANNEL_LIST = 0x20,
  OP_CHANNEL_POLL = 0x21,
};

#define HEADER_SIZE     10
#define SMALLEST_BUFFER 50
#define LARGEST_RESENDS 3

typedef struct {
  guint8 sequence, channel, flags, opcode;
  guint16 length;
  const guint8 *payload;
} Packet;

static guint16
crc16 (const guint8 *data, gsize length)
{
  guint16 crc = 0xFFFF;

  for (gsize i = 0; i < length; i++) {
    crc ^= data[i] << 8;
    for (guint bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? crc << 1 ^ 0xF94F : crc << 1;
  }
  return crc;
}

static guint32
crc32 (const guint8 *data, gsize length)
{
  guint32 crc = 0xFFFFFFFF;

  for (gsize i = 0; i < length; i++) {
    crc ^= (guint32) data[i] << 24;
    for (guint bit = 0; bit < 8; bit++)
      crc = crc & 0x80000000 ? crc << 1 ^ 0xFA567D89 : crc << 1;
  }
  return crc;
}

static void
put16 (guint8 *at, guint16 value)
{
  at[0] = value & 0xff;
  at[1] = value >> 8;
}

static void
put32 (guint8 *at, guint32 value)
{
  put16 (at, value & 0xffff);
  put16 (at + 2, value >> 16);
}

static guint32
get32 (const guint8 *at)
{
  return at[0] | at[1] << 8 | at[2] << 16 | (guint32) at[3] << 24;
}

/* The buffer of the firmware less header and checksum, by the board's memory. */
static guint16
largest_payload (HsSimCamera *self)
{
  if (self->board->arch != NULL && strstr (self->board->arch, "SDRAM") != NULL)
    return 4082;
  return hs_sim_board_is_high_speed (self->board, HS_SIM_PHASE_APP) ? 8178 : 498;
}

/* What SYNC does. */
void
hs_sim_v2_reset (HsSimCamera *self)
{
  self->app.sequence = 0;
  self->app.caps = CAP_ALL;
  self->app.max_payload = largest_payload (self);
  self->app.resends = 0;
  self->app.resend_at = HS_SIM_NEVER;
  g_byte_array_set_size (self->app.unacked, 0);
}

static GByteArray *
make_packet (const Packet *packet)
{
  GByteArray *array = g_byte_array_new ();
  guint8 header[HEADER_SIZE] = {
    0xAA, 0xD5, packet->sequence, packet->channel, packet->flags, packet->opcode, 0, 0
  };
  guint8 sum[4];

  put16 (header + 6, packet->length);
  put16 (header + 8, crc16 (header, 8));
  g_byte_array_append (array, header, sizeof header);
  if (packet->length > 0) {
    put32 (sum, crc32 (packet->payload, packet->length));
    g_byte_array_append (array, packet->payload, packet->length);
    g_byte_array_append (array, sum, sizeof sum);
  }
  return array;
}

static void
next_sequence (HsSimCamera *self, const Packet *request)
{
  if (request->opcode != OP_SYNC)
    self->app.sequence = request->sequence + 1;
}

static void
send_ack (HsSimCamera *self, const Packet *request)
{
  Packet packet = { request->sequence, request->channel, FLAG_ACK, request->opcode, 0, NULL };
  g_autoptr (GByteArray) bytes = make_packet (&packet);

  hs_sim_app_put (self, bytes->data, bytes->len);
  next_sequence (self, request);
}

/* A refusal leaves the sequence where it was. */
static void
send_nak (HsSimCamera *self, const Packet *request, guint16 status)
{
  guint8 payload[2] = { status & 0xff, status >> 8 };
  Packet packet = { request->sequence, request->channel, FLAG_NAK, request->opcode, 2, payload };
  g_autoptr (GByteArray) bytes = make_packet (&packet);

  hs_sim_app_put (self, bytes->data, bytes->len);
}

/* With ACKs on, a reply with data waits for the host's. */
static void
send_data (HsSimCamera *self,
           const Packet *request,
           const guint8 *payload,
           guint16 length,
           gint64 now)
{
  HsSimApp *app = &self->app;
  guint8 flags = app->caps & CAP_ACK ? FLAG_ACK_REQ : 0;
  Packet packet = { request->sequence, request->channel, flags, request->opcode, length, payload };
  g_autoptr (GByteArray) bytes = make_packet (&packet);

  hs_sim_app_put (self, bytes->data, bytes->len);
  next_sequence (self, request);
  if (flags == 0)
    return;

  g_byte_array_set_size (app->unacked, 0);
  g_byte_array_append (app->unacked, bytes->data, bytes->len);
  app->resends = 0;
  app->resend_at = now + HS_SIM_V2_ACK_TIMEOUT;
}

/* The host did not acknowledge in time: again, with doubled patience; after three, start afresh. */
void
hs_sim_v2_resend (HsSimCamera *self, gint64 now)
{
  HsSimApp *app = &self->app;

  if (++app->resends > LARGEST_RESENDS) {
    hs_sim_v2_reset (self);
    return;
  }
  app->unacked->data[4] |= FLAG_RTX;
  put16 (app->unacked->data + 8, crc16 (app->unacked->data, 8));
  hs_sim_app_put (self, app->unacked->data, app->unacked->len);
  app->resend_at = now + ((gint64) HS_SIM_V2_ACK_TIMEOUT << app->resends);
}

static void
answer_caps (HsSimCamera *self, const Packet *request, gint64 now)
{
  guint8 payload[16] = { self->app.caps };

  put16 (payload + 4, self->app.max_payload);
  send_data (self, request, payload, sizeof payload, now);
}

static void
take_caps (HsSimCamera *self, const Packet *request)
{
  HsSimApp *app = &self->app;
  guint16 wanted;

  if (request->length != 16) {
    send_nak (self, request, STATUS_INVALID);
    return;
  }
  wanted = request->payload[4] | request->payload[5] << 8;
  app->caps = get32 (request->payload) & CAP_ALL;
  app->max_payload = CLAMP (wanted, SMALLEST_BUFFER, largest_payload (self));
  send_ack (self, request);
}

static void
answer_version (HsSimCamera *self, const Packet *request, gint64 now)
{
  guint16 bootloader = self->unit->bootloader_version;
  guint8 payload[16] = { 1, 0, 2, bootloader >> 8, bootloader >> 4 & 15, bootloader & 15 };

  memcpy (payload + 6, self->app.number, 3);
  send_data (self, request, payload, sizeof payload, now);
}

/* dev_id: on STM32 words 2, 1, 0, which print as the bootloader's serial; else the second id. */
static void
put_device_id (HsSimCamera *self, guint8 *at)
{
  gboolean stm32 = self->board->app_scheme == HS_ID_SCHEME_STM32;
  g_autofree char *hex =
      stm32 ? g_strdup (self->unit->id) : g_strconcat (self->unit->eui, "00000000", NULL);

  for (guint i = 0; i < 3; i++) {
    g_autofree char *word = g_strndup (hex + 8 * i, 8);

    put32 (at + 4 * i, g_ascii_strtoull (word, NULL, 16));
  }
}

static void
answer_info (HsSimCamera *self, const Packet *request, gint64 now)
{
  guint8 payload[76] = { 0 };
  const HsUsbId *id = self->board->app_ids;

  put32 (payload, 0x411FC271); /* CPUID of a Cortex-M7 r1p1 */
  put_device_id (self, payload + 4);
  put32 (payload + 16, (guint32) id->vid << 16 | id->pid);
  put32 (payload + 40, 1 << 6); /* CRC unit */
  put32 (payload + 56, 512);
  put32 (payload + 60, 64);
  send_data (self, request, payload, sizeof payload, now);
}

static void
answer_channels (HsSimCamera *self, const Packet *request, gint64 now)
{
  static const char *const names[] = { "usb", "stdin", "stdout", "stream" };
  guint8 payload[16 * G_N_ELEMENTS (names)] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    payload[16 * i] = i;
    g_strlcpy ((char *) payload + 16 * i + 2, names[i], 14);
  }
  send_data (self, request, payload, sizeof payload, now);
}

static void
answer (HsSimCamera *self, const Packet *request, gint64 now)
{
  static const guint8 nothing[32] = { 0 };

  switch (request->opcode) {
  case OP_GET_CAPS:
    answer_caps (self, request, now);
    break;
  case OP_SET_CAPS:
    take_caps (self, request);
    break;
  case OP_STATS:
    send_data (self, request, nothing, 32, now);
    break;
  case OP_VERSION:
    answer_version (self, request, now);
    break;
  case OP_SYS_INFO:
    answer_info (self, request, now);
    break;
  case OP_SYS_RESET:
    hs_sim_app_restart (self, FALSE, now);
    break;
  case OP_SYS_BOOT:
    hs_sim_app_restart (self, TRUE, now);
    break;
  case OP_CHANNEL_LIST:
    answer_channels (self, request, now);
    break;
  case OP_CHANNEL_POLL:
    send_data (self, request, nothing, 4, now);
    break;
  default:
    send_nak (self, request, STATUS_UNKNOWN);
    break;
  }
}

static void
take_packet (HsSimCamera *self, const Packet *packet, gint64 now)
{
  HsSimApp *app = &self->app;

  if (packet->flags & (FLAG_ACK | FLAG_NAK)) {
    g_byte_array_set_size (app->unacked, 0);
    return;
  }
  if (packet->opcode == OP_SYNC && packet->channel == 0) {
    hs_sim_v2_reset (self);
    send_ack (self, packet);
    return;
  }
  if ((app->caps & CAP_SEQUENCE) && packet->sequence != app->sequence) {
    send_nak (self, packet, STATUS_SEQUENCE);
    return;
  }
  g_byte_array_set_size (app->unacked, 0);
  answer (self, packet, now);
}

/* Throws away what stands before the sync word. */
static void
skip_to_packet (GByteArray *in)
{
  guint at = 0;

  while (at < in->len && !(in->data[at] == 0xAA && (at + 1 == in->len || in->data[at + 1] == 0xD5)))
    at++;
  g_byte_array_remove_range (in, 0, at);
}

/* One packet from the start of what came in; FALSE: not all of it is there. */
static gboolean
take_one (HsSimCamera *self, gint64 now)
{
  GByteArray *in = self->app.in;
  Packet packet;
  guint total;

  skip_to_packet (in);
  if (in->len < HEADER_SIZE)
    return FALSE;

  packet = (Packet){ in->data[2], in->data[3], in->data[4], in->data[5] };
  packet.length = in->data[6] | in->data[7] << 8;
  packet.payload = in->data + HEADER_SIZE;
  if (crc16 (in->data, 8) != (in->data[8] | in->data[9] << 8) ||
      packet.length > largest_payload (self)) {
    send_nak (self, &packet, STATUS_CHECKSUM);
    g_byte_array_remove_range (in, 0, 2);
    return TRUE;
  }

  total = HEADER_SIZE + (packet.length > 0 ? packet.length + 4 : 0);
  if (in->len < total)
    return FALSE;
  if (packet.length > 0 && crc32 (packet.payload, packet.length) != get32 (in->data + total - 4))
    send_nak (self, &packet, STATUS_CHECKSUM);
  else
    take_packet (self, &packet, now);
  g_byte_array_remove_range (in, 0, MIN (total, in->len));
  return TRUE;
}

/* Reads what came in; bytes before a sync word are ignored. */
void
hs_sim_v2_feed (HsSimCamera *self, gint64 now)
{
  while (self->leave_at == HS_SIM_NEVER && take_one (self, now))
    ;
}
