/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/samba.h"

#include "flash/error.h"

#include <string.h>

/* SAM-BA as Arduino extended it, in the dialect of the nRF52840's bootloader: commands of one
 * letter that end with '#', answers that end with "\n\r" (or are as long as they must be). Read off
 * arduino/BOSSA, branch nrf: src/Samba.cpp. Addresses are the bootloader's own. */

#define LONGEST_COMMAND 32
#define LONGEST_LINE    256
#define READ_PIECE      63u /* 64 bytes and more come back wrong over USB */

/* Milliseconds. */
enum {
  ANSWER_MS = 1000,
  PROGRAM_MS = 5000,
  ERASE_MS = 60000, /* three times 218 pages of 85 ms each (nRF52840 PS 1.7, NVMC) */
  DRAIN_MS = 20,
};

/* One packet must not hold a command and the data behind it; nothing tells that the first is out.
 */
#define BETWEEN_PACKETS_US 1000u

struct _HsSamba {
  GObject parent_instance;

  HsTransport *transport;
  char *version;        /* nullable: not connected yet */
  char *device;         /* nullable */
  gboolean out_of_step; /* something may still come that nobody waits for */
};

G_DEFINE_FINAL_TYPE (HsSamba, hs_samba, G_TYPE_OBJECT)

static void
hs_samba_finalize (GObject *object)
{
  HsSamba *self = HS_SAMBA (object);

  g_clear_object (&self->transport);
  g_free (self->version);
  g_free (self->device);

  G_OBJECT_CLASS (hs_samba_parent_class)->finalize (object);
}

static void
hs_samba_class_init (HsSambaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_samba_finalize;
}

static void
hs_samba_init (HsSamba *self)
{
}

/**
 * hs_samba_new:
 * @transport: an open serial port
 *
 * Begins a conversation; sends nothing. Call hs_samba_connect() first.
 */
HsSamba *
hs_samba_new (HsTransport *transport)
{
  HsSamba *self;

  g_return_val_if_fail (HS_IS_TRANSPORT (transport), NULL);

  self = g_object_new (HS_TYPE_SAMBA, NULL);
  self->transport = g_object_ref (transport);
  return self;
}

/* What V# answered; (nullable): not connected. */
const char *
hs_samba_get_version (HsSamba *self)
{
  g_return_val_if_fail (HS_IS_SAMBA (self), NULL);

  return self->version;
}

/* What I# answered: "nRF52840-QIAA"; (nullable): it does not tell. */
const char *
hs_samba_get_device (HsSamba *self)
{
  g_return_val_if_fail (HS_IS_SAMBA (self), NULL);

  return self->device;
}

/* CRC-16, polynomial 0x1021, from 0, most significant bit first: what Z answers. */
guint16
hs_samba_crc16 (const guint8 *data, gsize length)
{
  guint16 crc = 0;

  for (gsize i = 0; i < length; i++) {
    crc ^= data[i] << 8;
    for (guint bit = 0; bit < 8; bit++)
      crc = crc << 1 ^ (crc & 0x8000 ? 0x1021 : 0);
  }
  return crc;
}

/* Reads away what came without being asked for. */
static gboolean
drain (HsSamba *self, GError **error)
{
  guint8 bytes[256];
  gssize n;

  for (guint i = 0; i < 64; i++) {
    n = hs_transport_read (self->transport, bytes, sizeof bytes, DRAIN_MS, error);
    if (n < 0)
      return FALSE;
    if (n == 0)
      break;
  }
  return TRUE;
}

static gboolean send_command (HsSamba *self, GError **error, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

static gboolean
send_command (HsSamba *self, GError **error, const char *format, ...)
{
  char command[LONGEST_COMMAND];
  va_list arguments;

  if (self->out_of_step && !drain (self, error))
    return FALSE;
  self->out_of_step = TRUE;

  va_start (arguments, format);
  g_vsnprintf (command, sizeof command, format, arguments);
  va_end (arguments);
  return hs_transport_write (
      self->transport, (const guint8 *) command, strlen (command), ANSWER_MS, error);
}

/* Exactly @length bytes within @timeout_ms. */
static gboolean
receive (HsSamba *self, guint8 *data, gsize length, guint timeout_ms, GError **error)
{
  gint64 deadline = hs_transport_now (self->transport) + timeout_ms * G_TIME_SPAN_MILLISECOND;

  for (gsize got = 0; got < length;) {
    gint64 left_us = deadline - hs_transport_now (self->transport);
    gssize n = left_us > 0
                   ? hs_transport_read (
                         self->transport, data + got, length - got, (left_us + 999) / 1000, error)
                   : 0;

    if (n < 0)
      return FALSE;
    if (n == 0) {
      g_set_error (error,
                   HS_FLASH_ERROR,
                   HS_FLASH_ERROR_TIMED_OUT,
                   "%" G_GSIZE_FORMAT " bytes of %" G_GSIZE_FORMAT " within %u ms",
                   got,
                   length,
                   timeout_ms);
      return FALSE;
    }
    got += n;
  }
  return TRUE;
}

static gboolean
expect (HsSamba *self, const char *answer, guint timeout_ms, GError **error)
{
  char found[16] = { 0 };
  g_autofree char *escaped = NULL;
  gsize length = strlen (answer);

  g_return_val_if_fail (length < sizeof found, FALSE);

  if (!receive (self, (guint8 *) found, length, timeout_ms, error))
    return FALSE;
  if (memcmp (found, answer, length) == 0) {
    self->out_of_step = FALSE;
    return TRUE;
  }

  escaped = g_strescape (found, NULL);
  g_set_error (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, "the bootloader answers “%s”", escaped);
  return FALSE;
}

/* One line up to its "\n\r"; (transfer full). */
static char *
receive_line (HsSamba *self, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  while (line->len < LONGEST_LINE) {
    guint8 byte;

    if (!receive (self, &byte, 1, ANSWER_MS, error))
      return NULL;
    g_string_append_c (line, byte);
    if (g_str_has_suffix (line->str, "\n\r")) {
      g_string_truncate (line, line->len - 2);
      self->out_of_step = FALSE;
      return g_string_free (g_steal_pointer (&line), FALSE);
    }
  }
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, "an answer without an end");
  return NULL;
}

/* The letters behind "[Arduino:" are the commands that go beyond Atmel's. */
static gboolean
has_letters (const char *version, const char *letters)
{
  const char *list = strstr (version, "[Arduino:");
  gsize length = list != NULL ? strcspn (list, "]") : 0;

  for (; list != NULL && *letters != '\0'; letters++)
    if (memchr (list + 9, *letters, MAX (length, 9) - 9) == NULL)
      return FALSE;
  return list != NULL;
}

static gboolean
ask_version (HsSamba *self, GError **error)
{
  g_autofree char *version = NULL;

  if (!send_command (self, error, "N#") || !expect (self, "\n\r", ANSWER_MS, error) ||
      !send_command (self, error, "V#") || (version = receive_line (self, error)) == NULL)
    return FALSE;

  if (!has_letters (version, "XYZK")) {
    g_autofree char *escaped = g_strescape (version, NULL);

    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 "“%s” is not Arduino's bootloader, or one that lacks commands",
                 escaped);
    return FALSE;
  }
  g_free (self->version);
  self->version = g_steal_pointer (&version);
  return TRUE;
}

static gboolean
ask_device (HsSamba *self, GError **error)
{
  char *device;

  if (!has_letters (self->version, "I"))
    return TRUE;
  if (!send_command (self, error, "I#") || (device = receive_line (self, error)) == NULL)
    return FALSE;
  g_free (self->device);
  self->device = device;
  return TRUE;
}

/**
 * hs_samba_connect:
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if what answers is no such bootloader, _TIMED_OUT if nothing
 *   does
 *
 * Binary mode, version and device. Harmless; may be repeated. To something else that has the serial
 * port it is a few letters of text. Blocks.
 */
gboolean
hs_samba_connect (HsSamba *self, GError **error)
{
  g_return_val_if_fail (HS_IS_SAMBA (self), FALSE);

  self->out_of_step = TRUE; /* whatever it said to the last one */
  return hs_transport_set_line (self->transport, 115200, TRUE, error) &&
         ask_version (self, error) && ask_device (self, error);
}

/**
 * hs_samba_erase:
 * @address: begins a page
 * @took_us: (out) (optional): in microseconds of the camera's time
 * @error: a #HsFlashError; the message names the address
 *
 * Erases everything from @address **to the end** of what the bootloader lets be written. Blocks, up
 * to 60 s.
 */
gboolean
hs_samba_erase (HsSamba *self, guint32 address, guint64 *took_us, GError **error)
{
  gint64 start;

  g_return_val_if_fail (HS_IS_SAMBA (self), FALSE);

  start = hs_transport_now (self->transport);
  if (!send_command (self, error, "X%08X#", address) || !expect (self, "X\n\r", ERASE_MS, error)) {
    g_prefix_error (error, "Erasing from 0x%08X: ", address);
    return FALSE;
  }
  if (took_us != NULL)
    *took_us = hs_transport_now (self->transport) - start;
  return TRUE;
}

/* Into the bootloader's buffer, then from there into the flash. */
static gboolean
write_page (HsSamba *self, guint32 address, const guint8 *data, guint32 length, GError **error)
{
  if (!send_command (self, error, "S%08X,%08X#", 0u, length))
    return FALSE;
  hs_transport_sleep (self->transport, BETWEEN_PACKETS_US);
  if (!hs_transport_write (self->transport, data, length, PROGRAM_MS, error))
    return FALSE;

  hs_transport_sleep (self->transport, BETWEEN_PACKETS_US);
  self->out_of_step = FALSE; /* S answers nothing */
  return send_command (self, error, "Y%08X,0#", 0u) && expect (self, "Y\n\r", ANSWER_MS, error) &&
         send_command (self, error, "Y%08X,%08X#", address, length) &&
         expect (self, "Y\n\r", PROGRAM_MS, error);
}

/**
 * hs_samba_write:
 * @data: (array length=length)
 * @length: in bytes, at most %HS_SAMBA_PAGE, a multiple of 4
 * @took_us: (out) (optional): in microseconds of the camera's time
 * @error: a #HsFlashError; the message names the address
 *
 * Writes one page of erased flash. The bootloader never says that it failed: read back. Blocks.
 */
gboolean
hs_samba_write (HsSamba *self,
                guint32 address,
                const guint8 *data,
                guint32 length,
                guint64 *took_us,
                GError **error)
{
  gint64 start;

  g_return_val_if_fail (HS_IS_SAMBA (self), FALSE);
  g_return_val_if_fail (length > 0 && length <= HS_SAMBA_PAGE, FALSE);

  start = hs_transport_now (self->transport);
  if (!write_page (self, address, data, length, error)) {
    g_prefix_error (error, "Writing 0x%08X: ", address);
    return FALSE;
  }
  if (took_us != NULL)
    *took_us = hs_transport_now (self->transport) - start;
  return TRUE;
}

/**
 * hs_samba_read:
 * @data: (out) (array length=length)
 * @length: in bytes
 * @error: a #HsFlashError; the message names the address
 *
 * Reads in pieces of 63 bytes, each a command of its own: about a millisecond each. Blocks.
 */
gboolean
hs_samba_read (HsSamba *self, guint32 address, guint8 *data, guint32 length, GError **error)
{
  g_return_val_if_fail (HS_IS_SAMBA (self), FALSE);

  for (guint32 at = 0; at < length; at += READ_PIECE) {
    guint32 n = MIN (READ_PIECE, length - at);

    if (!send_command (self, error, "R%08X,%08X#", address + at, n) ||
        !receive (self, data + at, n, ANSWER_MS, error)) {
      g_prefix_error (error, "Reading 0x%08X: ", address + at);
      return FALSE;
    }
    self->out_of_step = FALSE;
  }
  return TRUE;
}

static gboolean
ask_checksum (HsSamba *self, guint32 address, guint32 length, guint16 *crc, GError **error)
{
  char answer[13] = { 0 };
  char *end;
  guint64 value;

  if (!send_command (self, error, "Z%08X,%08X#", address, length) ||
      !receive (self, (guint8 *) answer, 12, PROGRAM_MS, error))
    return FALSE;

  value = g_ascii_strtoull (answer + 1, &end, 16);
  if (answer[0] != 'Z' || end != answer + 9 || strcmp (end, "#\n\r") != 0 || value > G_MAXUINT16) {
    g_autofree char *escaped = g_strescape (answer, NULL);

    g_set_error (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, "the bootloader answers “%s”", escaped);
    return FALSE;
  }
  self->out_of_step = FALSE;
  *crc = value;
  return TRUE;
}

/**
 * hs_samba_checksum:
 * @length: in bytes, at most %HS_SAMBA_PAGE
 * @crc: (out): hs_samba_crc16() of what stands there
 * @error: a #HsFlashError; the message names the address
 *
 * 16 bits prove nothing; they tell quickly that something differs. Blocks.
 */
gboolean
hs_samba_checksum (HsSamba *self, guint32 address, guint32 length, guint16 *crc, GError **error)
{
  g_return_val_if_fail (HS_IS_SAMBA (self), FALSE);

  if (ask_checksum (self, address, length, crc, error))
    return TRUE;
  g_prefix_error (error, "Checksum of 0x%08X: ", address);
  return FALSE;
}

/**
 * hs_samba_reset:
 * @error: a #HsFlashError
 *
 * Restarts the chip, which starts the firmware. Nothing is answered; that it is gone counts as
 * success. Send nothing afterwards. Blocks.
 */
gboolean
hs_samba_reset (HsSamba *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (HS_IS_SAMBA (self), FALSE);

  if (send_command (self, &local, "K#") ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Reset: ");
  return FALSE;
}
