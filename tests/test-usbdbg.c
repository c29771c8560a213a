/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/debug.h"
#include "flash/protocol/usbdbg.h"

#include "tests/script-port.h"

#include <string.h>

#define FW_VERSION      "30 80 0C 00 00 00"
#define FW_VERSION_4_6  "04 00 00 00 06 00 00 00 14 00 00 00"
#define ARCH_STR        "30 83 40 00 00 00"
#define SYS_RESET_TO_BL "30 0E 00 00 00 00"
#define V2_SYNC         "AA D5 00 00 00 00 00 00 B0 AC"
#define V2_SYNC_ACK     "AA D5 00 00 01 00 00 00 08 46"
#define V2_SET_CAPS_ACK "AA D5 00 00 01 02 00 00 EE A4"
#define V2_VERSION      "AA D5 01 00 00 04 00 00 7D F7"
#define V2_SET_CAPS                                                                                \
  "AA D5 00 00 00 02 10 00 86 28 03 00 00 00 F2 01 00 00 00 00 00 00 00 00 00 00 A6 5E 97 53"
#define V2_VERSION_REPLY                                                                           \
  "AA D5 01 00 00 04 10 00 AD 91 01 00 02 01 00 03 05 00 00 00 00 00 00 00 00 00 65 5C F2 99"

static GByteArray *
make_arch (const char *text)
{
  GByteArray *reply = g_byte_array_new ();

  g_byte_array_append (reply, (const guint8 *) text, strlen (text) + 1);
  while (reply->len < 64)
    g_byte_array_append (reply, (const guint8 *) "\xff", 1);
  return reply;
}

static void
test_worked_bytes (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GByteArray) arch_reply = make_arch ("OMV4 H7 1024 [H7:34323437303351060033001F]");
  g_autoptr (GError) error = NULL;
  g_autofree char *arch = NULL;
  g_autofree char *id = NULL;
  guint8 version[3];

  script_port_put (port, "68 65 6C 6C 6F 0A"); /* what a script printed before */
  script_port_expect (port, FW_VERSION, FW_VERSION_4_6);
  script_port_expect_reply (port, ARCH_STR, arch_reply);
  script_port_expect (port, SYS_RESET_TO_BL, "");

  g_assert_true (hs_usbdbg_get_version (HS_TRANSPORT (port), version, &error));
  g_assert_cmpuint (version[0], ==, 4);
  g_assert_cmpuint (version[1], ==, 6);
  g_assert_cmpuint (version[2], ==, 20);
  arch = hs_usbdbg_get_arch (HS_TRANSPORT (port), &error);
  g_assert_cmpstr (arch, ==, "OMV4 H7 1024 [H7:34323437303351060033001F]");
  id = hs_usbdbg_board_id_from_arch (arch);
  g_assert_cmpstr (id, ==, "34323437303351060033001F");
  g_assert_true (hs_usbdbg_boot (HS_TRANSPORT (port), &error));
  g_assert_no_error (error);
  script_port_assert_done (port);
}

static void
test_board_id_forms (void)
{
  const char *without[] = { "",
                            "OMV4 H7 1024",
                            "OMV4 H7 1024 [H7:3432]",
                            "OMV4 H7 1024 [H7:34323437303351060033001G]",
                            "OMV4 H7 1024 [H7:34323437303351060033001F",
                            "H7:34323437303351060033001F]" };

  for (guint i = 0; i < G_N_ELEMENTS (without); i++)
    g_assert_null (hs_usbdbg_board_id_from_arch (without[i]));
}

/* The legacy command comes first: anything else would stop 4.x firmware for good. */
static void
test_probe_legacy (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsDebug) debug = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *version = NULL;

  script_port_expect (port, FW_VERSION, FW_VERSION_4_6);
  script_port_expect (port, SYS_RESET_TO_BL, "");
  debug = hs_debug_probe (HS_TRANSPORT (port), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (script_port_get_baud (port), ==, 921600);
  version = hs_debug_dup_version (debug);
  g_assert_cmpstr (version, ==, "4.6.20");
  g_assert_true (hs_debug_boot (debug, &error));
  script_port_assert_done (port);
}

static void
test_probe_v2 (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsDebug) debug = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *version = NULL;

  script_port_expect (port, FW_VERSION, "");
  script_port_expect (port, V2_SYNC, V2_SYNC_ACK);
  script_port_expect (port, V2_SET_CAPS, V2_SET_CAPS_ACK);
  script_port_expect (port, V2_VERSION, V2_VERSION_REPLY);
  debug = hs_debug_probe (HS_TRANSPORT (port), NULL, &error);
  g_assert_no_error (error);
  version = hs_debug_dup_version (debug);
  g_assert_cmpstr (version, ==, "5.0.0");
  script_port_assert_done (port);
}

/* Twelve bytes that are no version are no legacy firmware. */
static void
test_probe_rubbish (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (HsDebug) debug = NULL;
  g_autoptr (GError) error = NULL;

  script_port_expect (port, FW_VERSION, "4D 69 63 72 6F 50 79 74 68 6F 6E 20 76");
  for (guint i = 0; i < 3; i++)
    script_port_expect (port, V2_SYNC, "");
  debug = hs_debug_probe (HS_TRANSPORT (port), NULL, &error);
  g_assert_null (debug);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  script_port_assert_done (port);
}

static void
test_probe_unplugged (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GError) error = NULL;

  script_port_unplug (port);
  g_assert_null (hs_debug_probe (HS_TRANSPORT (port), NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/usbdbg/worked-bytes", test_worked_bytes);
  g_test_add_func ("/usbdbg/board-id-forms", test_board_id_forms);
  g_test_add_func ("/debug/probe-legacy", test_probe_legacy);
  g_test_add_func ("/debug/probe-v2", test_probe_v2);
  g_test_add_func ("/debug/probe-rubbish", test_probe_rubbish);
  g_test_add_func ("/debug/probe-unplugged", test_probe_unplugged);

  return g_test_run ();
}
