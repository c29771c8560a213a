/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/repl.h"

#include "tests/script-port.h"

#include <string.h>

#define PROMPT "raw REPL; CTRL-B to exit\r\n>"

static void
expect_enter (ScriptPort *port)
{
  script_port_expect_text (port, "\r\x03\x03", "\r\nKeyboardInterrupt: \r\n>>> ");
  script_port_expect_text (port, "\r\x01", "\r\n>>> \r\n" PROMPT);
}

static void
expect_line (ScriptPort *port, const char *line, const char *answer)
{
  script_port_expect_text (port, line, "");
  script_port_expect_text (port, "\x04", answer);
}

static void
test_run (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *version = NULL;
  g_autofree char *number = NULL;

  expect_enter (port);
  expect_line (port,
               "import sys;print(sys.version)",
               "OK3.4.0; OpenMV v5.0.0; MicroPython v1.26.0\r\n\x04\x04>");
  expect_line (port, "import omv;print(omv.version_string())", "OK5.0.0\r\n\x04\x04>");
  expect_line (port, "import machine;machine.reset()", "");

  g_assert_true (hs_repl_enter (HS_TRANSPORT (port), NULL, &error));
  g_assert_cmpuint (script_port_get_baud (port), ==, 115200);
  version = hs_repl_run (HS_TRANSPORT (port), HS_REPL_SYS_VERSION, NULL, &error);
  g_assert_cmpstr (version, ==, "3.4.0; OpenMV v5.0.0; MicroPython v1.26.0");
  number = hs_repl_run (HS_TRANSPORT (port), HS_REPL_VERSION_STRING, NULL, &error);
  g_assert_cmpstr (number, ==, "5.0.0");
  g_assert_true (hs_repl_run_last (HS_TRANSPORT (port), HS_REPL_RESET, &error));
  g_assert_no_error (error);
  script_port_assert_done (port);
}

static void
test_traceback (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GError) error = NULL;

  expect_line (port,
               "import omv;print(omv.board_id())",
               "OK\x04Traceback (most recent call last):\r\nImportError: no module\r\n\x04>");
  g_assert_null (hs_repl_run (HS_TRANSPORT (port), HS_REPL_BOARD_ID, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "ImportError"));
}

/* A product that does not let itself be interrupted. */
static void
test_silent (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++) {
    script_port_expect_text (port, "\r\x03\x03", "frame 12\r\n");
    script_port_expect_text (port, "\r\x01", "frame 13\r\n");
  }
  g_assert_false (hs_repl_enter (HS_TRANSPORT (port), NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  script_port_assert_done (port);
}

static void
test_no_answer_and_garbled (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GError) error = NULL;

  expect_line (port, HS_REPL_SYS_VERSION, "OK3.4.0");
  g_assert_null (hs_repl_run (HS_TRANSPORT (port), HS_REPL_SYS_VERSION, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  g_clear_error (&error);

  expect_line (port, HS_REPL_SYS_VERSION, "R\x01\x04>");
  g_assert_null (hs_repl_run (HS_TRANSPORT (port), HS_REPL_SYS_VERSION, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
}

/* machine.bootloader() takes USB away before it answers. */
static void
test_gone_is_success (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GError) error = NULL;

  script_port_unplug (port);
  g_assert_true (hs_repl_run_last (HS_TRANSPORT (port), HS_REPL_BOOTLOADER, &error));
  g_assert_no_error (error);
  g_assert_false (hs_repl_enter (HS_TRANSPORT (port), NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
}

static void
test_cancelled (void)
{
  g_autoptr (ScriptPort) port = script_port_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  script_port_expect_text (port, "\r\x03\x03", "");
  script_port_expect_text (port, "\r\x01", "");
  g_cancellable_cancel (cancellable);
  g_assert_false (hs_repl_enter (HS_TRANSPORT (port), cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/repl/run", test_run);
  g_test_add_func ("/repl/traceback", test_traceback);
  g_test_add_func ("/repl/silent", test_silent);
  g_test_add_func ("/repl/no-answer-and-garbled", test_no_answer_and_garbled);
  g_test_add_func ("/repl/gone-is-success", test_gone_is_success);
  g_test_add_func ("/repl/cancelled", test_cancelled);

  return g_test_run ();
}
