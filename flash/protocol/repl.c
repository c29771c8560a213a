/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/repl.h"

#include "flash/error.h"

#include <string.h>

#define RAW_PROMPT "raw REPL; CTRL-B to exit\r\n>"

enum {
  REPL_BAUD = 115200, /* any rate but those that mean something to the firmware */
  WRITE_TIMEOUT_MS = 1000,
  PROMPT_TIMEOUT_MS = 1000,
  ANSWER_TIMEOUT_MS = 3000,
  N_TRIES = 2,
  LONGEST_ANSWER = 64 * 1024,
};

static gboolean
put (HsTransport *transport, const char *text, GError **error)
{
  return hs_transport_write (
      transport, (const guint8 *) text, strlen (text), WRITE_TIMEOUT_MS, error);
}

/* Reads until @input ends with @end; FALSE without @error set on time-out. */
static gboolean
read_until (HsTransport *transport,
            GString *input,
            const char *end,
            guint timeout_ms,
            GCancellable *cancellable,
            GError **error)
{
  gint64 deadline = hs_transport_now (transport) + timeout_ms * 1000LL;
  gsize n_end = strlen (end);

  for (;;) {
    gint64 left_us = deadline - hs_transport_now (transport);
    guint8 buffer[256];
    gssize n;

    if (input->len >= n_end && memcmp (input->str + input->len - n_end, end, n_end) == 0)
      return TRUE;
    if (left_us <= 0 || input->len > LONGEST_ANSWER ||
        g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    n = hs_transport_read (transport, buffer, sizeof buffer, MAX (left_us / 1000, 1), error);
    if (n < 0)
      return FALSE;
    g_string_append_len (input, (const char *) buffer, n);
  }
}

static gboolean
fail_silent (const char *what, GError **error)
{
  g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT, "REPL: no answer to %s", what);
  return FALSE;
}

/**
 * hs_repl_enter:
 * @transport: a serial port
 * @cancellable: (nullable)
 * @error: %HS_FLASH_ERROR_TIMED_OUT if no REPL answers
 *
 * Stops the running script with Ctrl-C and enters the raw REPL: the product stands still until it
 * is reset. Blocks.
 */
gboolean
hs_repl_enter (HsTransport *transport, GCancellable *cancellable, GError **error)
{
  if (!hs_transport_set_line (transport, REPL_BAUD, TRUE, error))
    return FALSE;

  for (guint n = 0; n < N_TRIES; n++) {
    g_autoptr (GError) local = NULL;
    g_autoptr (GString) input = g_string_new (NULL);

    if (!put (transport, "\r\x03\x03", error) || !put (transport, "\r\x01", error))
      return FALSE;
    if (read_until (transport, input, RAW_PROMPT, PROMPT_TIMEOUT_MS, cancellable, &local))
      return TRUE;
    if (local != NULL) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  }
  return fail_silent ("Ctrl-C", error);
}

/* OK <stdout> 0x04 <stderr> 0x04 >; takes @input apart. */
static char *
take_answer (GString *input, const char *line, GError **error)
{
  char *out = strstr (input->str, "OK");
  char *out_end = out != NULL ? strchr (out, '\x04') : NULL;
  char *err_end = out_end != NULL ? strchr (out_end + 1, '\x04') : NULL;

  if (err_end == NULL) {
    g_set_error (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, "REPL: garbled answer to %s", line);
    return NULL;
  }
  *out_end = *err_end = '\0';
  if (out_end[1] != '\0') {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_FAILED,
                 "REPL: %s: %s",
                 line,
                 g_strstrip (out_end + 1));
    return NULL;
  }
  return g_strdup (g_strstrip (out + 2));
}

/**
 * hs_repl_run:
 * @transport: a serial port in the raw REPL
 * @line: what to run
 * @cancellable: (nullable)
 * @error: %HS_FLASH_ERROR_FAILED with the traceback if it raised; other #HsFlashError
 *
 * Blocks for 3 s at most.
 *
 * Returns: (transfer full): what it printed, without white space around it
 */
char *
hs_repl_run (HsTransport *transport, const char *line, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) input = g_string_new (NULL);
  g_autoptr (GError) local = NULL;

  if (!put (transport, line, error) || !put (transport, "\x04", error))
    return NULL;
  if (read_until (transport, input, "\x04>", ANSWER_TIMEOUT_MS, cancellable, &local))
    return take_answer (input, line, error);

  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  else
    fail_silent (line, error);
  return NULL;
}

/* Runs a line that ends the connection (reset, bootloader): no answer is awaited, and that the
 * camera is gone is no error. */
gboolean
hs_repl_run_last (HsTransport *transport, const char *line, GError **error)
{
  g_autoptr (GError) local = NULL;

  if ((put (transport, line, &local) && put (transport, "\x04", &local)) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
