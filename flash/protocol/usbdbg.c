/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/usbdbg.h"

#include "flash/error.h"

#include <string.h>

/* usbdbg.h of firmware 4.x; bit 7: the camera replies */
enum {
  USBDBG_SYS_RESET_TO_BL = 0x0e,
  USBDBG_FW_VERSION = 0x80,
  USBDBG_ARCH_STR = 0x83,
};

enum {
  COMMAND_BYTE = 0x30,
  ARCH_BYTES = 64,
  VERSION_BYTES = 12,
  HIGHEST_NUMBER = 99, /* no part of a version is larger; text of a script is */
  REPLY_TIMEOUT_MS = 300,
  DRAIN_TIMEOUT_MS = 10,
};

/* What a script printed before the port was switched would be taken for the reply. */
static gboolean
drain (HsTransport *transport, GError **error)
{
  for (guint n = 0; n < 64; n++) {
    guint8 rubbish[512];
    gssize got = hs_transport_read (transport, rubbish, sizeof rubbish, DRAIN_TIMEOUT_MS, error);

    if (got <= 0)
      return got == 0;
  }
  return TRUE;
}

/* The whole command goes in one write, thus in one USB packet, as the firmware wants it. */
static gboolean
send_command (HsTransport *transport, guint8 command, guint32 length, GError **error)
{
  const guint8 bytes[6] = { COMMAND_BYTE,        command,     length & 0xff, length >> 8 & 0xff,
                            length >> 16 & 0xff, length >> 24 };

  return hs_transport_write (transport, bytes, sizeof bytes, REPLY_TIMEOUT_MS, error);
}

static gboolean
ask (HsTransport *transport, guint8 command, guint8 *reply, guint length, GError **error)
{
  gint64 deadline;
  guint got = 0;

  if (!drain (transport, error) || !send_command (transport, command, length, error))
    return FALSE;

  deadline = hs_transport_now (transport) + REPLY_TIMEOUT_MS * 1000LL;
  while (got < length) {
    gint64 left_us = deadline - hs_transport_now (transport);
    gssize n = 0;

    if (left_us > 0)
      n = hs_transport_read (transport, reply + got, length - got, MAX (left_us / 1000, 1), error);
    if (n < 0)
      return FALSE;
    if (n == 0) {
      g_set_error_literal (error,
                           HS_FLASH_ERROR,
                           HS_FLASH_ERROR_TIMED_OUT,
                           "The firmware does not answer the debug protocol of 4.x");
      return FALSE;
    }
    got += n;
  }
  return TRUE;
}

/**
 * hs_usbdbg_get_version:
 * @transport: a serial port at 921600 baud
 * @version: (out): major, minor, patch
 * @error: %HS_FLASH_ERROR_TIMED_OUT if nobody answers within 300 ms, %HS_FLASH_ERROR_PROTOCOL if
 *   the answer is no version
 *
 * FW_VERSION. To be sent before anything of protocol v2: that ignores it, while 4.x on TinyUSB
 * stops for good when the first byte of a command is not 0x30.
 */
gboolean
hs_usbdbg_get_version (HsTransport *transport, guint8 version[3], GError **error)
{
  guint8 reply[VERSION_BYTES];

  if (!ask (transport, USBDBG_FW_VERSION, reply, sizeof reply, error))
    return FALSE;

  for (guint i = 0; i < 3; i++) {
    const guint8 *d = reply + 4 * i;

    if (d[0] > HIGHEST_NUMBER || d[1] != 0 || d[2] != 0 || d[3] != 0) {
      g_set_error_literal (error,
                           HS_FLASH_ERROR,
                           HS_FLASH_ERROR_PROTOCOL,
                           "What came instead of FW_VERSION is no version");
      return FALSE;
    }
    version[i] = d[0];
  }
  return TRUE;
}

/**
 * hs_usbdbg_get_arch:
 * @transport: a serial port at 921600 baud
 * @error: a #HsFlashError
 *
 * ARCH_STR.
 *
 * Returns: (transfer full): like "OMV4 H7 1024 [H7:" + 24 digits + "]"
 */
char *
hs_usbdbg_get_arch (HsTransport *transport, GError **error)
{
  guint8 reply[ARCH_BYTES + 1] = { 0 };

  if (!ask (transport, USBDBG_ARCH_STR, reply, ARCH_BYTES, error))
    return NULL;

  if (!g_utf8_validate ((const char *) reply, -1, NULL)) {
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, "What came instead of ARCH_STR is no text");
    return NULL;
  }
  return g_strdup ((const char *) reply);
}

static gboolean
send_last (HsTransport *transport, guint8 command, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (send_command (transport, command, 0, &local) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE))
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* SYS_RESET_TO_BL: into the bootloader; no reply. */
gboolean
hs_usbdbg_boot (HsTransport *transport, GError **error)
{
  return send_last (transport, USBDBG_SYS_RESET_TO_BL, error);
}

/**
 * hs_usbdbg_board_id_from_arch:
 * @arch: "OMV4 H7 1024 [H7:34323437303351060033001F]"
 *
 * Returns: (transfer full) (nullable): the 24 digits, which equal the serial in the bootloader on
 *   STM32 boards
 */
char *
hs_usbdbg_board_id_from_arch (const char *arch)
{
  const char *colon;

  g_return_val_if_fail (arch != NULL, NULL);

  colon = strrchr (arch, ':');
  if (colon == NULL || strchr (arch, '[') == NULL || strlen (colon) < 26 || colon[25] != ']')
    return NULL;
  for (guint i = 1; i <= 24; i++)
    if (!g_ascii_isxdigit (colon[i]))
      return NULL;
  return g_strndup (colon + 1, 24);
}
