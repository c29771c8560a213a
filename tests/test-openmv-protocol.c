/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/crc.h"
#include "flash/protocol/openmv.h"

#include "tests/script-port.h"

#include <string.h>

#define SYNC     "AA D5 00 00 00 00 00 00 B0 AC"
#define SYNC_ACK "AA D5 00 00 01 00 00 00 08 46"
#define SET_CAPS                                                                                   \
  "AA D5 00 00 00 02 10 00 86 28 03 00 00 00 F2 01 00 00 00 00 00 00 00 00 00 00 A6 5E 97 53"
#define SET_CAPS_ACK "AA D5 00 00 01 02 00 00 EE A4"
#define VERSION      "AA D5 01 00 00 04 00 00 7D F7"
#define VERSION_REPLY                                                                              \
  "AA D5 01 00 00 04 10 00 AD 91 01 00 02 01 00 03 05 00 00 00 00 00 00 00 00 00 65 5C F2 99"
#define SYS_INFO    "AA D5 02 00 00 12 00 00 C6 72"
#define SYS_BOOT_3  "AA D5 03 00 00 11 00 00 1D 86"
#define SYS_RESET_3 "AA D5 03 00 00 10 00 00 6E F7"

static void
test_crc (void)
{
  const guint8 *digits = (const guint8 *) "123456789";

  g_assert_cmphex (hs_crc16_openmv (digits, 9), ==, 0xe541);
  g_assert_cmphex (hs_crc32_openmv (digits, 9), ==, 0x41b403d3);
}

static void
assert_packet (const HsOpenmvHeader *header, const char *payload_hex, const char *expected_hex)
{
  g_autoptr (GByteArray) payload = script_port_bytes (payload_hex);
  g_autoptr (GByteArray) expected = script_port_bytes (expected_hex);
  g_autoptr (GByteArray) packet = NULL;
  g_autoptr (GByteArray) decoded = g_byte_array_new ();
  HsOpenmvHeader back;
  HsOpenmvHeader full = *header;

  full.length = payload->len;
  packet = hs_openmv_encode (&full, payload->data);
  g_assert_cmpmem (packet->data, packet->len, expected->data, expected->len);

  g_assert_true (hs_openmv_decode (packet, &back, decoded));
  g_assert_cmpuint (back.sequence, ==, header->sequence);
  g_assert_cmpuint (back.flags, ==, header->flags);
  g_assert_cmpuint (back.opcode, ==, header->opcode);
  g_assert_cmpmem (decoded->data, decoded->len, payload->data, payload->len);
  g_assert_cmpuint (packet->len, ==, 0);
}

/* The worked bytes of the protocol's description. */
static void
test_worked_bytes (void)
{
  assert_packet (&(HsOpenmvHeader){ .opcode = HS_OPENMV_SYNC }, "", SYNC);
  assert_packet (
      &(HsOpenmvHeader){ .flags = HS_OPENMV_ACK, .opcode = HS_OPENMV_SYNC }, "", SYNC_ACK);
  assert_packet (&(HsOpenmvHeader){ .opcode = HS_OPENMV_SET_CAPS },
                 "03 00 00 00 F2 01 00 00 00 00 00 00 00 00 00 00",
                 SET_CAPS);
  assert_packet (&(HsOpenmvHeader){ .sequence = 1, .opcode = HS_OPENMV_VERSION },
                 "01 00 02 01 00 03 05 00 00 00 00 00 00 00 00 00",
                 VERSION_REPLY);
  assert_packet (&(HsOpenmvHeader){ .sequence = 3, .opcode = HS_OPENMV_SYS_BOOT }, "", SYS_BOOT_3);
  assert_packet (&(HsOpenmvHeader){ .flags = HS_OPENMV_ACK, .opcode = HS_OPENMV_VERSION },
                 "",
                 "AA D5 00 00 01 04 00 00 8B 7A");
  assert_packet (&(HsOpenmvHeader){ .flags = HS_OPENMV_NAK, .opcode = HS_OPENMV_SYS_INFO },
                 "06 00",
                 "AA D5 00 00 02 12 02 00 BF 9C 06 00 DE 22 81 9A");
}

/* Rubbish before, half a packet, and a spoilt payload are all survived. */
static void
test_decode_resynchronises (void)
{
  g_autoptr (GByteArray) input = script_port_bytes ("00 AA AA D5 00 11 AA D5");
  g_autoptr (GByteArray) good = script_port_bytes (VERSION_REPLY);
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  HsOpenmvHeader header;

  g_byte_array_append (input, good->data, good->len);
  input->data[input->len - 1] ^= 1;
  g_assert_false (hs_openmv_decode (input, &header, payload));

  g_byte_array_append (input, good->data, 12);
  g_assert_false (hs_openmv_decode (input, &header, payload));
  g_byte_array_append (input, good->data + 12, good->len - 12);
  g_assert_true (hs_openmv_decode (input, &header, payload));
  g_assert_cmpuint (header.opcode, ==, HS_OPENMV_VERSION);
  g_assert_cmpuint (payload->len, ==, 16);
  g_assert_cmpuint (input->len, ==, 0);
}

/* Random bytes never crash it and never make a packet out of nothing. */
static void
test_decode_random (void)
{
  g_autoptr (GByteArray) input = g_byte_array_new ();
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  HsOpenmvHeader header;

  for (guint i = 0; i < 20000; i++) {
    guint8 byte = g_test_rand_bit () ? 0xaa : g_test_rand_int_range (0, 256);

    if (g_test_rand_int_range (0, 4) == 0)
      byte = 0xd5;
    g_byte_array_append (input, &byte, 1);
    while (hs_openmv_decode (input, &header, payload))
      g_assert_cmpuint (header.length, ==, payload->len);
  }
  g_assert_cmpuint (input->len, <=, 10 + 65535 + 4);
}

static void
expect_start (ScriptPort *port)
{
  script_port_expect (port, SYNC, SYNC_ACK);
  script_port_expect (port, SET_CAPS, SET_CAPS_ACK);
}

static void
test_conversation (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsOpenmv) openmv = hs_openmv_new (HS_TRANSPORT (port));
  g_autoptr (GByteArray) info_payload = g_byte_array_new ();
  g_autoptr (GByteArray) info_reply = NULL;
  g_autoptr (GError) error = NULL;
  guint8 raw[76] = { 0 };
  const guint32 ids[] = { 0x34323437, 0x30335106, 0x0033001F, 0x37C51204 };
  HsOpenmvVersion version;
  HsOpenmvInfo info;

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    for (guint b = 0; b < 4; b++)
      raw[4 + 4 * i + b] = ids[i] >> (8 * b);
  info_reply = hs_openmv_encode (
      &(HsOpenmvHeader){ .sequence = 2, .opcode = HS_OPENMV_SYS_INFO, .length = 76 }, raw);

  expect_start (port);
  script_port_expect (port, VERSION, VERSION_REPLY);
  script_port_expect_reply (port, SYS_INFO, info_reply);
  script_port_expect (port, SYS_BOOT_3, "");

  g_assert_true (hs_openmv_begin (openmv, NULL, &error));
  g_assert_true (hs_openmv_get_version (openmv, &version, &error));
  g_assert_cmpuint (version.firmware[0], ==, 5);
  g_assert_cmpuint (version.protocol[2], ==, 2);
  g_assert_cmpuint (version.bootloader[2], ==, 3);
  g_assert_true (hs_openmv_get_info (openmv, &info, &error));
  g_assert_cmpstr (info.board_id, ==, "34323437303351060033001F");
  g_assert_cmphex (info.vid, ==, 0x37c5);
  g_assert_cmphex (info.pid, ==, 0x1204);
  g_assert_true (hs_openmv_boot (openmv, &error));
  g_assert_no_error (error);
  script_port_assert_done (port);
}

/* An event comes in between; the camera wants an acknowledgement; its reply is late. */
static void
test_events_and_acknowledgements (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsOpenmv) openmv = hs_openmv_new (HS_TRANSPORT (port));
  g_autoptr (GByteArray) event = NULL;
  g_autoptr (GByteArray) asking = NULL;
  g_autoptr (GByteArray) ack = NULL;
  g_autoptr (GError) error = NULL;
  guint8 raw[16] = { 1, 0, 2, 1, 0, 3, 5 };
  HsOpenmvVersion version;

  event = hs_openmv_encode (
      &(HsOpenmvHeader){ .flags = HS_OPENMV_EVENT, .opcode = 0x13, .length = 4 }, raw);
  asking = hs_openmv_encode (
      &(HsOpenmvHeader){
          .sequence = 1, .flags = HS_OPENMV_ACK_REQ, .opcode = HS_OPENMV_VERSION, .length = 16 },
      raw);
  ack = hs_openmv_encode (
      &(HsOpenmvHeader){ .sequence = 1, .flags = HS_OPENMV_ACK, .opcode = HS_OPENMV_VERSION },
      NULL);
  g_byte_array_prepend (asking, event->data, event->len);

  expect_start (port);
  script_port_expect_reply (port, VERSION, asking);
  script_port_expect_bytes (port, ack, "");
  g_assert_true (hs_openmv_begin (openmv, NULL, &error));
  g_assert_true (hs_openmv_get_version (openmv, &version, &error));
  g_assert_cmpuint (version.firmware[0], ==, 5);
  script_port_assert_done (port);
}

/* The first reply loses a byte: the request is sent again with RTX. */
static void
test_lost_byte (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsOpenmv) openmv = hs_openmv_new (HS_TRANSPORT (port));
  g_autoptr (GByteArray) cut = script_port_bytes (VERSION_REPLY);
  g_autoptr (GByteArray) again = NULL;
  g_autoptr (GError) error = NULL;
  HsOpenmvVersion version;

  g_byte_array_remove_index (cut, 17);
  again = hs_openmv_encode (
      &(HsOpenmvHeader){ .sequence = 1, .flags = HS_OPENMV_RTX, .opcode = HS_OPENMV_VERSION },
      NULL);
  expect_start (port);
  script_port_expect_reply (port, VERSION, cut);
  script_port_expect_bytes (port, again, VERSION_REPLY);
  g_assert_true (hs_openmv_begin (openmv, NULL, &error));
  g_assert_true (hs_openmv_get_version (openmv, &version, &error));
  g_assert_no_error (error);
  script_port_assert_done (port);
}

/* NAK "sequence" is healed by a new SYNC, NAK "invalid" is told. */
static void
test_nak (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsOpenmv) openmv = hs_openmv_new (HS_TRANSPORT (port));
  g_autoptr (GByteArray) nak_sequence = NULL;
  g_autoptr (GByteArray) nak_invalid = NULL;
  g_autoptr (GError) error = NULL;
  const HsOpenmvHeader nak = {
    .sequence = 1, .flags = HS_OPENMV_NAK, .opcode = HS_OPENMV_VERSION, .length = 2
  };
  HsOpenmvVersion version;

  nak_sequence = hs_openmv_encode (&nak, (const guint8[]){ 6, 0 });
  nak_invalid = hs_openmv_encode (&nak, (const guint8[]){ 2, 0 });
  expect_start (port);
  script_port_expect_reply (port, VERSION, nak_sequence);
  expect_start (port);
  script_port_expect_reply (port, VERSION, nak_invalid);
  g_assert_true (hs_openmv_begin (openmv, NULL, &error));
  g_assert_false (hs_openmv_get_version (openmv, &version, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_nonnull (strstr (error->message, "invalid"));
  script_port_assert_done (port);
}

static void
test_silent (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsOpenmv) openmv = hs_openmv_new (HS_TRANSPORT (port));
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 3; i++)
    script_port_expect (port, SYNC, "");
  g_assert_false (hs_openmv_begin (openmv, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  g_assert_cmpint (hs_transport_now (HS_TRANSPORT (port)), <=, 1600 * 1000);
}

/* The camera is gone before the order to restart was acknowledged: that is what was asked for. */
static void
test_gone_is_success (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsOpenmv) openmv = hs_openmv_new (HS_TRANSPORT (port));
  g_autoptr (GError) error = NULL;

  script_port_unplug (port);
  g_assert_true (hs_openmv_boot (openmv, &error));
  g_assert_false (hs_openmv_begin (openmv, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/openmv/crc", test_crc);
  g_test_add_func ("/openmv/worked-bytes", test_worked_bytes);
  g_test_add_func ("/openmv/decode-resynchronises", test_decode_resynchronises);
  g_test_add_func ("/openmv/decode-random", test_decode_random);
  g_test_add_func ("/openmv/conversation", test_conversation);
  g_test_add_func ("/openmv/events-and-acknowledgements", test_events_and_acknowledgements);
  g_test_add_func ("/openmv/lost-byte", test_lost_byte);
  g_test_add_func ("/openmv/nak", test_nak);
  g_test_add_func ("/openmv/silent", test_silent);
  g_test_add_func ("/openmv/gone-is-success", test_gone_is_success);

  return g_test_run ();
}
