/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sim-rig.h"

#include "flash/sim/sample-image.h"

#include <errno.h>
#include <string.h>

/* The firmware on a simulated camera: its serial port, both debug protocols, the REPL. */

static GBytes *
from_hex (const char *hex)
{
  GByteArray *array = g_byte_array_new ();

  for (; *hex != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
    g_byte_array_append (array, &byte, 1);
    hex++;
  }
  return g_byte_array_free_to_bytes (array);
}

static void
send_bytes (SimRig *rig, const void *data, gsize length)
{
  g_assert_cmpint (hs_sim_camera_serial_write (rig->camera, data, length, rig->now), ==, length);
}

static void
send_hex (SimRig *rig, const char *hex)
{
  g_autoptr (GBytes) bytes = from_hex (hex);

  send_bytes (rig, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
expect_hex (SimRig *rig, const char *hex)
{
  g_autoptr (GBytes) bytes = from_hex (hex);
  guint8 data[512];
  int n = hs_sim_camera_serial_read (rig->camera, data, sizeof data, rig->now);

  g_assert_cmpmem (data, MAX (n, 0), g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
expect_text (SimRig *rig, const char *text)
{
  char data[1024] = "";
  int n = hs_sim_camera_serial_read (rig->camera, (guint8 *) data, sizeof data - 1, rig->now);

  g_assert_cmpint (n, >=, 0);
  data[n] = '\0';
  g_assert_cmpstr (data, ==, text);
}

static void
say (SimRig *rig, const char *text)
{
  send_bytes (rig, text, strlen (text));
}

static void
start_app (SimRig *rig, const char *board, guint baud)
{
  sim_rig_init (rig, board, HS_MODE_APP);
  hs_sim_camera_set_line (rig->camera, baud, TRUE, rig->now);
}

/* A camera that runs @tag, as somebody flashed it. */
static void
start_firmware (SimRig *rig, const char *board, const char *tag, const char *number, guint baud)
{
  g_autoptr (GBytes) image =
      hs_sample_firmware (hs_board_by_id (board), HS_ROLE_FIRMWARE, tag, number, 3, 30000);

  sim_rig_init (rig, board, HS_MODE_DFU);
  sim_rig_flash (rig, HS_ROLE_FIRMWARE, image);
  sim_rig_control (rig, 0x21, DETACH, 1000, 0);
  sim_rig_settle (rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig->camera), ==, HS_MODE_APP);
  hs_sim_camera_set_line (rig->camera, baud, TRUE, rig->now);
}

/* Facts 6.3, byte by byte. */
static void
test_v2_worked_bytes (void)
{
  g_auto (SimRig) rig = { 0 };

  start_firmware (&rig, "OPENMV4", "v5.0.0", "5.0.0", 921600);
  send_hex (&rig, "AA D5 00 00 00 00 00 00 B0 AC");
  expect_hex (&rig, "AA D5 00 00 01 00 00 00 08 46");
  send_hex (&rig,
            "AA D5 00 00 00 02 10 00 86 28 03 00 00 00 F2 01 00 00 00 00 00 00 00 00 00 00 "
            "A6 5E 97 53");
  expect_hex (&rig, "AA D5 00 00 01 02 00 00 EE A4");
  send_hex (&rig, "AA D5 01 00 00 04 00 00 7D F7");
  expect_hex (&rig,
              "AA D5 01 00 00 04 10 00 AD 91 01 00 02 01 00 03 05 00 00 00 00 00 00 00 00 00 "
              "65 5C F2 99");
  send_hex (&rig, "AA D5 02 00 00 12 00 00 C6 72");
  {
    guint8 data[200];
    int n = hs_sim_camera_serial_read (rig.camera, data, sizeof data, rig.now);
    g_autofree char *id = g_strdup_printf ("%02X%02X%02X%02X%02X%02X%02X%02X%02X%02X%02X%02X",
                                           data[17],
                                           data[16],
                                           data[15],
                                           data[14],
                                           data[21],
                                           data[20],
                                           data[19],
                                           data[18],
                                           data[25],
                                           data[24],
                                           data[23],
                                           data[22]);

    g_assert_cmpint (n, ==, 10 + 76 + 4);
    g_assert_cmpstr (id, ==, hs_sim_camera_get_id (rig.camera));
    g_assert_cmphex (
        data[26] | data[27] << 8 | data[28] << 16 | (guint) data[29] << 24, ==, 0x37C51204);
  }

  send_hex (&rig, "AA D5 03 00 00 11 00 00 1D 86"); /* SYS_BOOT: no reply */
  rig.now += 20000;
  expect_hex (&rig, "");
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
}

static void
test_v2_defaults (void)
{
  g_auto (SimRig) rig = { 0 };
  gint64 next;
  guint8 data[100];

  start_firmware (&rig, "OPENMV4", "v5.0.0", "5.0.0", 921600);
  send_hex (&rig, "30 80 0C 00 00 00 AA"); /* what is not the sync word is ignored */
  send_hex (&rig, "D5 00 00 00 00 00 00 B0 AC");
  expect_hex (&rig, "AA D5 00 00 01 00 00 00 08 46");
  send_hex (&rig, "AA D5 00 00 00 04 00 00 33 90");
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 10, rig.now), ==, 10);
  g_assert_cmphex (data[4], ==, 0x08); /* ACK_REQ */
  g_assert_cmphex (data[8] | data[9] << 8, ==, 0x461F);
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 20);

  /* No ACK: three times more, with RTX, then a reset of the protocol. */
  for (guint i = 0; i < 3; i++) {
    next = hs_sim_camera_advance (rig.camera, rig.now);
    g_assert_cmpint (next - rig.now, ==, 500000 << i);
    rig.now = next;
    g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 30);
    g_assert_cmphex (data[4], ==, 0x0C);
  }
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 0);

  send_hex (&rig, "AA D5 00 00 00 04 00 00 33 90"); /* sequence 0 is right again */
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 30);
  send_hex (&rig, "AA D5 00 00 01 04 00 00 8B 7A"); /* the host's ACK */
  g_assert_cmpint (hs_sim_camera_advance (rig.camera, rig.now), ==, G_MAXINT64);
}

static void
test_v2_naks (void)
{
  g_auto (SimRig) rig = { 0 };
  guint8 data[100];

  start_app (&rig, "OPENMV4", 921600);
  send_hex (&rig, "AA D5 00 00 00 00 00 00 B0 AC");
  expect_hex (&rig, "AA D5 00 00 01 00 00 00 08 46");
  send_hex (&rig, "AA D5 00 00 00 04 00 00 33 90");
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 30);
  send_hex (&rig, "AA D5 00 00 01 04 00 00 8B 7A");
  send_hex (&rig, "AA D5 00 00 00 04 00 00 33 90"); /* the old sequence */
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 16);
  g_assert_cmphex (data[4], ==, 0x02);
  g_assert_cmphex (data[10], ==, 6);
  send_hex (&rig, "AA D5 01 00 00 04 00 00 7D F8"); /* wrong checksum */
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 16);
  g_assert_cmphex (data[10], ==, 5);
}

/* A factory camera says 4.8.1, one without a tag 0.0.0, a foreign one what its tag says. */
static void
test_versions (void)
{
  static const struct {
    const char *tag;
    const char *number;
    guint8 bytes[3];
  } rows[] = {
    { "v4.8.1", "4.8.1", { 4, 8, 1 } },
    { "v5.0.0-34.gcbbb877eda.dirty", "5.0.0", { 5, 0, 0 } },
    { NULL, "5.1.2", { 5, 1, 2 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (SimRig) rig = { 0 };
    g_autofree char *text = NULL;
    guint8 data[100];

    start_firmware (&rig, "OPENMV_N6", rows[i].tag, rows[i].number, 921600);
    send_hex (&rig, "AA D5 00 00 00 00 00 00 B0 AC");
    send_hex (&rig, "AA D5 00 00 00 04 00 00 33 90");
    g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, 100, rig.now), ==, 40);
    g_assert_cmpmem (data + 26, 3, rows[i].bytes, 3);

    hs_sim_camera_set_line (rig.camera, 115200, TRUE, rig.now);
    say (&rig, "\r\x03\x03");
    hs_sim_camera_serial_read (rig.camera, data, sizeof data, rig.now);
    while (hs_sim_camera_serial_read (rig.camera, data, sizeof data, rig.now) > 0)
      ;
    say (&rig, "\r\x01");
    expect_text (&rig, "\r\n>>> \r\nraw REPL; CTRL-B to exit\r\n>");
    say (&rig, "import sys;print(sys.version)\x04");
    text = g_strdup_printf ("OK3.4.0; OpenMV %s; MicroPython v1.28.0-22.g7aaa17e5ed\r\n\x04\x04>",
                            rows[i].tag != NULL ? rows[i].tag : "None");
    expect_text (&rig, text);
  }
}

static void
test_repl (void)
{
  g_auto (SimRig) rig = { 0 };
  g_autofree char *id = NULL;
  char data[1024];
  int n;

  start_app (&rig, "OPENMV4", 115200);
  say (&rig, "\r\x01print(1)\x04"); /* a script runs: nobody listens */
  expect_text (&rig, "");
  say (&rig, "\r\x03\x03");
  n = hs_sim_camera_serial_read (rig.camera, (guint8 *) data, sizeof data - 1, rig.now);
  data[n] = '\0';
  g_assert_nonnull (strstr (data, "KeyboardInterrupt"));
  g_assert_true (g_str_has_suffix (data, "\r\n>>> "));

  say (&rig, "\x01");
  expect_text (&rig, "\r\nraw REPL; CTRL-B to exit\r\n>");
  say (&rig, "import omv;print(omv.version_string())\x04");
  expect_text (&rig, "OK4.8.1\r\n\x04\x04>");
  id = g_strdup_printf ("OK%s\r\n\x04\x04>", hs_sim_camera_get_id (rig.camera));
  say (&rig, "import omv;print(omv.board_id())");
  say (&rig, "\x04");
  expect_text (&rig, id);
  say (&rig, "launch(7)\x04");
  expect_text (&rig,
               "OK\x04Traceback (most recent call last):\r\n  File \"<stdin>\", line 1, in "
               "<module>\r\nNameError: name 'launch' isn't defined\r\n\x04>");
  say (&rig, "\x02");
  n = hs_sim_camera_serial_read (rig.camera, (guint8 *) data, sizeof data - 1, rig.now);
  data[n] = '\0';
  g_assert_nonnull (strstr (data, "OPENMV4 with STM32H743"));

  /* USB is gone before anything could be answered; the bootloader stays. */
  say (&rig, "\x01");
  while (hs_sim_camera_serial_read (rig.camera, (guint8 *) data, sizeof data, rig.now) > 0)
    ;
  say (&rig, "import machine;machine.bootloader()\x04");
  expect_text (&rig, "");
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
  g_assert_cmpint (
      hs_sim_camera_serial_read (rig.camera, (guint8 *) data, 10, rig.now), ==, -ENODEV);
}

/* A reset goes through the bootloader's window. */
static void
test_reset (void)
{
  g_auto (SimRig) rig = { 0 };
  gint64 began;

  start_app (&rig, "OPENMV4", 115200);
  began = rig.now;
  say (&rig, "\x03\x01import machine;machine.reset()\x04");
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  hs_sim_camera_advance (rig.camera, rig.now);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
  g_assert_cmpint (rig.now - began, >=, 1500000);
}

/* Facts 6.4 */
static void
test_legacy (void)
{
  g_auto (SimRig) rig = { 0 };
  g_autofree char *arch = NULL;
  char data[65] = "";

  start_app (&rig, "OPENMV4", 921600);
  hs_sim_camera_get_faults (rig.camera)->app_legacy = TRUE;
  send_hex (&rig, "30 80 0C 00 00 00");
  expect_hex (&rig, "04 00 00 00 08 00 00 00 01 00 00 00");
  send_hex (&rig, "30 83 40 00 00 00");
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, (guint8 *) data, 64, rig.now), ==, 64);
  arch = g_strdup_printf ("OMV4 H7 1024 [H7:%s]", hs_sim_camera_get_id (rig.camera));
  g_assert_cmpstr (data, ==, arch);
  send_hex (&rig, "AA D5 00 00 00 00 00 00 B0 AC"); /* ignored here */
  expect_hex (&rig, "");
  send_hex (&rig, "30 0E 00 00 00 00");
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
}

/* Legacy firmware on TinyUSB stops for good at a first byte that is none of its own. */
static void
test_legacy_fatal (void)
{
  g_auto (SimRig) rig = { 0 };

  start_app (&rig, "OPENMV_AE3", 921600);
  hs_sim_camera_get_faults (rig.camera)->app_legacy = TRUE;
  send_hex (&rig, "30 80 0C 00 00 00");
  expect_hex (&rig, "04 00 00 00 08 00 00 00 01 00 00 00");
  send_hex (&rig, "AA D5 00 00 00 00 00 00 B0 AC");
  send_hex (&rig, "30 80 0C 00 00 00");
  expect_hex (&rig, "");
}

static void
test_silent (void)
{
  g_auto (SimRig) rig = { 0 };

  start_app (&rig, "OPENMV4", 921600);
  hs_sim_camera_get_faults (rig.camera)->app_silent = TRUE;
  send_hex (&rig, "AA D5 00 00 00 00 00 00 B0 AC");
  expect_hex (&rig, "");
}

/* How the application shows itself on the bus; facts 1.6 and 6.1. */
static void
test_bus (void)
{
  static const struct {
    const char *board;
    guint16 bcd;
    guint shortest;
    guint longest;
    guint8 bulk_out;
  } rows[] = {
    { "OPENMV4", 0x0200, 12, 14, 0x03 },      { "OPENMV_N6", 0x0100, 24, 24, 0x02 },
    { "OPENMV_AE3", 0x0100, 16, 16, 0x02 },   { "OPENMV_RT1060", 0x0100, 16, 16, 0x02 },
    { "ARDUINO_GIGA", 0x0200, 12, 14, 0x03 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (SimRig) rig = { 0 };
    g_autoptr (HsUsbInfo) info = NULL;
    gboolean found = FALSE;

    sim_rig_init (&rig, rows[i].board, HS_MODE_APP);
    info = hs_sim_camera_get_info (rig.camera, "1-4");
    g_assert_cmpuint (info->vid, ==, hs_board_by_id (rows[i].board)->app_ids[0].vid);
    g_assert_cmphex (info->bcd_device, ==, rows[i].bcd);
    g_assert_cmpuint (strlen (info->serial), >=, rows[i].shortest);
    g_assert_cmpuint (strlen (info->serial), <=, rows[i].longest);
    g_assert_cmpstr (info->tty, ==, "sim:1-4");
    g_assert_true (info->simulated);
    for (guint k = 0; k < info->endpoints->len; k++)
      found |= g_array_index (info->endpoints, HsUsbEndpoint, k).address == rows[i].bulk_out;
    g_assert_true (found);
  }
}

/* Boards with other bootloaders are there and nothing more. */
static void
test_other_boards (void)
{
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    g_autoptr (HsSimCamera) camera = NULL;
    g_autoptr (HsSimCamera) dfu = NULL;
    g_autoptr (GError) error = NULL;

    if (board->retired)
      continue;
    camera = hs_sim_camera_new (board, 2, HS_MODE_APP, NULL, TRUE, &error);
    g_assert_no_error (error);
    hs_sim_camera_plug (camera, 0);
    g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_APP);
    hs_sim_camera_unplug (camera, 10);
    hs_sim_camera_plug (camera, 20);
    for (gint64 next, now = 20; (next = hs_sim_camera_advance (camera, now)) != G_MAXINT64;)
      now = next;
    g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_APP);

    dfu = hs_sim_camera_new (board, 2, HS_MODE_DFU, NULL, TRUE, &error);
    g_assert_true ((dfu != NULL) == (board->method != NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim-app/v2-worked-bytes", test_v2_worked_bytes);
  g_test_add_func ("/sim-app/v2-defaults", test_v2_defaults);
  g_test_add_func ("/sim-app/v2-naks", test_v2_naks);
  g_test_add_func ("/sim-app/versions", test_versions);
  g_test_add_func ("/sim-app/repl", test_repl);
  g_test_add_func ("/sim-app/reset", test_reset);
  g_test_add_func ("/sim-app/legacy", test_legacy);
  g_test_add_func ("/sim-app/legacy-fatal", test_legacy_fatal);
  g_test_add_func ("/sim-app/silent", test_silent);
  g_test_add_func ("/sim-app/bus", test_bus);
  g_test_add_func ("/sim-app/other-boards", test_other_boards);
  return g_test_run ();
}
