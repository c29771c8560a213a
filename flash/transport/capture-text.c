/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/transport/capture-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The file: a head line with the format's version, a line per note, then a line per entry:
 *
 *   hotshoe-capture 1 received=whole requests=whole
 *   note board=OPENMV4
 *   device at=0 instance=3 port=1-4 usb=37c5:9204 …
 *   open at=0 us=812 connection=1 instance=3 number=0
 *   receive at=900 us=140 connection=1 setup=a1:03:0000:0000 timeout=30000 asked=6 length=6 data=…
 *
 * Words are separated by one space, values escaped as in URIs, numbers decimal, bytes hexadecimal.
 * Unknown names of values are skipped, so that a later version may add some. */

#define MAGIC "hotshoe-capture 1"

enum { MAX_FILE_BYTES = 64 * 1024 * 1024 };

static void
write_hex (GString *out, const guint8 *bytes, gsize length)
{
  static const char digits[] = "0123456789abcdef";

  for (gsize i = 0; i < length; i++) {
    g_string_append_c (out, digits[bytes[i] >> 4]);
    g_string_append_c (out, digits[bytes[i] & 15]);
  }
}

static void
write_text (GString *out, const char *name, const char *value)
{
  g_autofree char *escaped = NULL;

  if (value == NULL)
    return;

  escaped = g_uri_escape_string (value, "/:,;()'+", FALSE);
  g_string_append_printf (out, " %s=%s", name, escaped);
}

static void
write_alts (GString *out, GArray *alts)
{
  g_string_append (out, " alts=");
  for (guint i = 0; i < alts->len; i++) {
    const HsUsbAlt *alt = &g_array_index (alts, HsUsbAlt, i);
    guint8 fixed[] = { alt->number,   alt->alt,      alt->class,
                       alt->subclass, alt->protocol, alt->name_index };

    if (i > 0)
      g_string_append_c (out, ',');
    write_hex (out, fixed, sizeof fixed);
    write_hex (out, alt->extra, alt->n_extra);
  }
}

static void
write_endpoints (GString *out, GArray *endpoints)
{
  g_string_append (out, " endpoints=");
  for (guint i = 0; i < endpoints->len; i++) {
    const HsUsbEndpoint *endpoint = &g_array_index (endpoints, HsUsbEndpoint, i);
    guint8 fixed[] = { endpoint->address,
                       endpoint->attributes,
                       endpoint->interface,
                       endpoint->max_packet & 0xff,
                       endpoint->max_packet >> 8 };

    if (i > 0)
      g_string_append_c (out, ',');
    write_hex (out, fixed, sizeof fixed);
  }
}

static void
write_info (GString *out, const HsUsbInfo *info)
{
  write_text (out, "port", info->port);
  g_string_append_printf (out,
                          " bus=%u address=%u usb=%04x:%04x bcd=%04x high-speed=%d"
                          " no-access=%d simulated=%d",
                          info->bus,
                          info->address,
                          info->vid,
                          info->pid,
                          info->bcd_device,
                          info->high_speed,
                          info->no_access,
                          info->simulated);
  write_text (out, "manufacturer", info->manufacturer);
  write_text (out, "product", info->product);
  write_text (out, "serial", info->serial);
  write_text (out, "node", info->node);
  write_text (out, "tty", info->tty);
  write_alts (out, info->alts);
  write_endpoints (out, info->endpoints);
}

static void
write_payload (GString *out, const HsCaptureEntry *self)
{
  if (self->length == 0)
    return;

  g_string_append_printf (out, " length=%u", self->length);
  if (self->data != NULL) {
    g_string_append (out, " data=");
    write_hex (out, g_bytes_get_data (self->data, NULL), self->length);
  } else {
    g_string_append_printf (out, " sha256=%s head=", self->sha256);
    write_hex (out, self->head, MIN (self->length, sizeof self->head));
  }
}

void
hs_capture_entry_write (const HsCaptureEntry *self, GString *out)
{
  const HsRequest *r = &self->request;

  g_string_append_printf (
      out, "%s at=%" G_GINT64_FORMAT, hs_capture_op_name (self->op), self->at_us);
  if (self->connection > 0)
    g_string_append_printf (
        out, " us=%" G_GUINT64_FORMAT " connection=%u", self->us, self->connection);
  if (self->op == HS_CAPTURE_SEND || self->op == HS_CAPTURE_RECEIVE)
    g_string_append_printf (
        out, " setup=%02x:%02x:%04x:%04x", r->kind, r->request, r->value, r->index);
  if (self->timeout_ms > 0)
    g_string_append_printf (out, " timeout=%u", self->timeout_ms);
  if (self->asked > 0)
    g_string_append_printf (out, " asked=%u", self->asked);
  if (self->number > 0)
    g_string_append_printf (out, " number=%u", self->number);
  if (self->dtr)
    g_string_append (out, " dtr=1");
  if (self->info != NULL)
    g_string_append_printf (out, " instance=%" G_GUINT64_FORMAT, self->info->instance);
  if (self->op == HS_CAPTURE_DEVICE)
    write_info (out, self->info);
  write_payload (out, self);
  if (self->code >= 0)
    write_text (out, "error", hs_flash_error_name (self->code));
  write_text (out, "message", self->message);
}

/* The values of one line, by name; both strings point into @words. */
typedef struct {
  char **words;
  GHashTable *values;
} Line;

static void
line_clear (Line *line)
{
  g_clear_pointer (&line->values, g_hash_table_unref);
  g_clear_pointer (&line->words, g_strfreev);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Line, line_clear)

static void
line_init (Line *line, const char *text)
{
  line->words = g_strsplit (text, " ", -1);
  line->values = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 1; line->words[0] != NULL && line->words[i] != NULL; i++) {
    char *equals = strchr (line->words[i], '=');

    if (equals == NULL)
      continue;
    *equals = '\0';
    g_hash_table_insert (line->values, line->words[i], equals + 1);
  }
}

/* 0 where it is missing or no number. */
static guint64
get_number (const Line *line, const char *name, guint64 max)
{
  const char *text = g_hash_table_lookup (line->values, name);
  guint64 value = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, max, &value, NULL))
    return 0;
  return value;
}

/* (transfer full) (nullable) */
static char *
get_text (const Line *line, const char *name)
{
  const char *text = g_hash_table_lookup (line->values, name);

  return text != NULL ? g_uri_unescape_string (text, NULL) : NULL;
}

/* (transfer full) (nullable): NULL if it is missing or not made of pairs of digits */
static GByteArray *
parse_hex (const char *text)
{
  g_autoptr (GByteArray) bytes = NULL;
  gsize length = text != NULL ? strlen (text) : 1;

  if (length % 2 != 0)
    return NULL;

  bytes = g_byte_array_sized_new (length / 2);
  for (gsize i = 0; i < length; i += 2) {
    int high = g_ascii_xdigit_value (text[i]);
    int low = g_ascii_xdigit_value (text[i + 1]);
    guint8 byte = high << 4 | low;

    if (high < 0 || low < 0)
      return NULL;
    g_byte_array_append (bytes, &byte, 1);
  }
  return g_steal_pointer (&bytes);
}

/* Four or two hexadecimal numbers with colons between; FALSE if it isn't. */
static gboolean
parse_colons (const char *text, guint *numbers, guint n)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, ":", -1) : NULL;

  if (parts == NULL || g_strv_length (parts) != n)
    return FALSE;

  for (guint i = 0; i < n; i++) {
    guint64 value;

    if (!g_ascii_string_to_unsigned (parts[i], 16, 0, 0xffff, &value, NULL))
      return FALSE;
    numbers[i] = value;
  }
  return TRUE;
}

static gboolean
parse_alts (HsUsbInfo *info, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    g_autoptr (GByteArray) bytes = parse_hex (parts[i]);
    HsUsbAlt alt = { 0 };

    if (bytes == NULL || bytes->len < 6 || bytes->len > 6 + sizeof alt.extra)
      return FALSE;
    alt.number = bytes->data[0];
    alt.alt = bytes->data[1];
    alt.class = bytes->data[2];
    alt.subclass = bytes->data[3];
    alt.protocol = bytes->data[4];
    alt.name_index = bytes->data[5];
    alt.n_extra = bytes->len - 6;
    memcpy (alt.extra, bytes->data + 6, alt.n_extra);
    g_array_append_val (info->alts, alt);
  }
  return TRUE;
}

static gboolean
parse_endpoints (HsUsbInfo *info, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    g_autoptr (GByteArray) bytes = parse_hex (parts[i]);
    HsUsbEndpoint endpoint = { 0 };

    if (bytes == NULL || (bytes->len != 3 && bytes->len != 5)) /* 3: earlier versions */
      return FALSE;
    endpoint.address = bytes->data[0];
    endpoint.attributes = bytes->data[1];
    endpoint.interface = bytes->data[2];
    if (bytes->len == 5)
      endpoint.max_packet = bytes->data[3] | bytes->data[4] << 8;
    g_array_append_val (info->endpoints, endpoint);
  }
  return TRUE;
}

/* (transfer full) (nullable) */
static HsUsbInfo *
parse_info (const Line *line)
{
  g_autoptr (HsUsbInfo) info = hs_usb_info_new ();
  guint usb[2];
  guint bcd;

  info->instance = get_number (line, "instance", G_MAXUINT64);
  info->port = get_text (line, "port");
  info->bus = get_number (line, "bus", 255);
  info->address = get_number (line, "address", 255);
  info->high_speed = get_number (line, "high-speed", 1) != 0;
  info->no_access = get_number (line, "no-access", 1) != 0;
  info->simulated = get_number (line, "simulated", 1) != 0;
  info->manufacturer = get_text (line, "manufacturer");
  info->product = get_text (line, "product");
  info->serial = get_text (line, "serial");
  info->node = get_text (line, "node");
  info->tty = get_text (line, "tty");
  if (info->port == NULL || !parse_colons (g_hash_table_lookup (line->values, "usb"), usb, 2) ||
      !parse_colons (g_hash_table_lookup (line->values, "bcd"), &bcd, 1) ||
      !parse_alts (info, g_hash_table_lookup (line->values, "alts")) ||
      !parse_endpoints (info, g_hash_table_lookup (line->values, "endpoints")))
    return NULL;

  info->vid = usb[0];
  info->pid = usb[1];
  info->bcd_device = bcd;
  return g_steal_pointer (&info);
}

static gboolean
parse_payload (const Line *line, HsCaptureEntry *entry)
{
  const char *digest = g_hash_table_lookup (line->values, "sha256");
  const char *hex = g_hash_table_lookup (line->values, digest != NULL ? "head" : "data");
  g_autoptr (GByteArray) bytes = NULL;

  entry->length = get_number (line, "length", G_MAXINT);
  if (entry->length == 0)
    return TRUE;

  bytes = parse_hex (hex);
  if (bytes == NULL)
    return FALSE;
  if (digest == NULL) {
    if (bytes->len != entry->length)
      return FALSE;
    entry->data = g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
    return TRUE;
  }

  if (strlen (digest) != 64 || bytes->len > sizeof entry->head)
    return FALSE;
  entry->sha256 = g_ascii_strdown (digest, -1);
  memcpy (entry->head, bytes->data, bytes->len);
  return TRUE;
}

static gboolean
parse_result (const Line *line, HsCaptureEntry *entry)
{
  g_autofree char *error = get_text (line, "error");

  entry->message = get_text (line, "message");
  if (error == NULL)
    return TRUE;

  for (int code = 0; code <= HS_FLASH_ERROR_FAILED; code++)
    if (g_strcmp0 (hs_flash_error_name (code), error) == 0)
      entry->code = code;
  return entry->code >= 0;
}

static gboolean
parse_setup (const Line *line, HsCaptureEntry *entry)
{
  guint setup[4];

  if (entry->op != HS_CAPTURE_SEND && entry->op != HS_CAPTURE_RECEIVE)
    return TRUE;
  if (!parse_colons (g_hash_table_lookup (line->values, "setup"), setup, 4))
    return FALSE;

  entry->request =
      (HsRequest){ .kind = setup[0], .request = setup[1], .value = setup[2], .index = setup[3] };
  return TRUE;
}

/* Which enumeration the line is about: one it introduces, or one introduced before. */
static gboolean
parse_device (const Line *line, HsCaptureEntry *entry, GHashTable *infos)
{
  guint64 instance = get_number (line, "instance", G_MAXUINT64);
  HsUsbInfo *known;

  if (entry->op == HS_CAPTURE_DEVICE) {
    entry->info = parse_info (line);
    if (entry->info == NULL)
      return FALSE;
    g_hash_table_insert (infos, &entry->info->instance, hs_usb_info_ref (entry->info));
    return TRUE;
  }
  if (entry->op != HS_CAPTURE_OPEN && entry->op != HS_CAPTURE_ARRIVED &&
      entry->op != HS_CAPTURE_LEFT)
    return TRUE;

  known = g_hash_table_lookup (infos, &instance);
  entry->info = known != NULL ? hs_usb_info_ref (known) : NULL;
  return entry->info != NULL;
}

HsCaptureEntry *
hs_capture_entry_parse (const char *text, GHashTable *infos)
{
  g_auto (Line) line = { 0 };
  g_autoptr (HsCaptureEntry) entry = NULL;

  line_init (&line, text);
  for (guint op = 0; op < HS_CAPTURE_N_OPS && entry == NULL; op++)
    if (g_strcmp0 (line.words[0], hs_capture_op_name (op)) == 0)
      entry = hs_capture_entry_new (op);
  if (entry == NULL)
    return NULL;

  entry->at_us = (gint64) get_number (&line, "at", G_MAXINT64);
  entry->us = get_number (&line, "us", G_MAXINT64);
  entry->connection = get_number (&line, "connection", G_MAXUINT);
  entry->timeout_ms = get_number (&line, "timeout", G_MAXUINT);
  entry->asked = get_number (&line, "asked", G_MAXUINT);
  entry->number = get_number (&line, "number", G_MAXUINT);
  entry->dtr = get_number (&line, "dtr", 1) != 0;
  if (!parse_setup (&line, entry) || !parse_device (&line, entry, infos) ||
      !parse_payload (&line, entry) || !parse_result (&line, entry))
    return NULL;
  return g_steal_pointer (&entry);
}

/**
 * hs_capture_to_bytes:
 * @self: a capture; may still grow
 *
 * Returns: (transfer full): the text of the file
 */
GBytes *
hs_capture_to_bytes (HsCapture *self)
{
  GString *out = g_string_new (MAGIC);
  g_autoptr (GPtrArray) entries = hs_capture_dup_entries (self);
  g_auto (GStrv) notes = hs_capture_dup_notes (self);
  gboolean received;
  gboolean requests;

  hs_capture_get_cuts (self, &received, &requests);
  g_string_append_printf (
      out, " received=%s requests=%s\n", received ? "cut" : "whole", requests ? "cut" : "whole");
  for (guint i = 0; notes[i] != NULL; i++)
    g_string_append_printf (out, "note %s\n", notes[i]);
  for (guint i = 0; i < entries->len; i++) {
    hs_capture_entry_write (g_ptr_array_index (entries, i), out);
    g_string_append_c (out, '\n');
  }
  return g_string_free_to_bytes (out);
}

static gboolean
take_line (HsCapture *self, const char *text, guint number, GHashTable *infos, GError **error)
{
  HsCaptureEntry *entry;
  const char *equals = strchr (text, '=');

  if (g_str_has_prefix (text, "note ") && equals != NULL) {
    g_autofree char *name = g_strndup (text + 5, equals - text - 5);
    g_autofree char *value = g_uri_unescape_string (equals + 1, NULL);

    hs_capture_set_note (self, name, value != NULL ? value : "");
    return TRUE;
  }

  entry = hs_capture_entry_parse (text, infos);
  if (entry == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BAD_FILE,
                 _ ("Line %u of the capture is damaged. Use an unchanged copy of the file."),
                 number);
    return FALSE;
  }
  entry->line = number;
  hs_capture_restore (self, entry);
  return TRUE;
}

/**
 * hs_capture_new_for_bytes:
 * @bytes: the text of a file
 * @error: %HS_FLASH_ERROR_BAD_FILE
 *
 * Returns: (transfer full): the capture, for replay; adding to it is not meant
 */
HsCapture *
hs_capture_new_for_bytes (GBytes *bytes, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  g_autoptr (HsCapture) self = hs_capture_new ();
  g_autoptr (GHashTable) infos =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) hs_usb_info_unref);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (size > MAX_FILE_BYTES || size < strlen (MAGIC) + 1 ||
      memcmp (data, MAGIC " ", strlen (MAGIC) + 1) != 0 || memchr (data, '\0', size) != NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BAD_FILE,
                 _ ("This is not a capture that this version of Hotshoe can read."));
    return NULL;
  }

  text = g_strndup (data, size);
  lines = g_strsplit (text, "\n", -1);
  if (strstr (lines[0], "=cut") != NULL)
    hs_capture_restore_cut (self);
  for (guint i = 1; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && !take_line (self, lines[i], i + 1, infos, error))
      return NULL;
  return g_steal_pointer (&self);
}

/**
 * hs_capture_save:
 * @self: a capture; may still grow
 * @file: where to; replaced
 * @error: a #GIOError
 *
 * Writes the file at once, whole or not at all. Blocks.
 */
gboolean
hs_capture_save (HsCapture *self, GFile *file, GError **error)
{
  g_autoptr (GBytes) bytes = hs_capture_to_bytes (self);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_file_replace_contents (
      file, data, size, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, NULL, error);
}

/* Reads what hs_capture_save() wrote. Blocks; %HS_FLASH_ERROR_BAD_FILE or a #GIOError. */
HsCapture *
hs_capture_load (GFile *file, GError **error)
{
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, error);

  return bytes != NULL ? hs_capture_new_for_bytes (bytes, error) : NULL;
}
