/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/script-port.h"

#include "flash/error.h"

#include <string.h>

typedef struct {
  GByteArray *write;
  GByteArray *reply;
} Line;

struct _ScriptPort {
  HsTransport parent_instance;

  GPtrArray *lines; /* Line, in order */
  guint next;
  GByteArray *readable;
  gint64 now_us;
  guint baud;
  gboolean unplugged;
};

G_DEFINE_FINAL_TYPE (ScriptPort, script_port, HS_TYPE_TRANSPORT)

static void
line_free (gpointer data)
{
  Line *line = data;

  g_byte_array_unref (line->write);
  g_byte_array_unref (line->reply);
  g_free (line);
}

static gboolean
fail_gone (GError **error)
{
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "unplugged");
  return FALSE;
}

static gboolean
script_port_set_line (HsTransport *transport, guint baud, gboolean dtr, GError **error)
{
  ScriptPort *self = SCRIPT_PORT (transport);

  g_assert_true (dtr);
  self->baud = baud;
  return self->unplugged ? fail_gone (error) : TRUE;
}

static gboolean
script_port_write (HsTransport *transport,
                   const guint8 *data,
                   gsize length,
                   guint timeout_ms,
                   GError **error)
{
  ScriptPort *self = SCRIPT_PORT (transport);
  Line *line;

  if (self->unplugged)
    return fail_gone (error);

  g_assert_cmpuint (self->next, <, self->lines->len);
  line = self->lines->pdata[self->next++];
  g_assert_cmpmem (data, length, line->write->data, line->write->len);
  g_byte_array_append (self->readable, line->reply->data, line->reply->len);
  return TRUE;
}

/* In small pieces, as a real port would. */
static gssize
script_port_read (HsTransport *transport,
                  guint8 *data,
                  gsize length,
                  guint timeout_ms,
                  GError **error)
{
  ScriptPort *self = SCRIPT_PORT (transport);
  gsize n = MIN (MIN (length, self->readable->len), 7);

  if (self->unplugged) {
    fail_gone (error);
    return -1;
  }
  if (n == 0) {
    self->now_us += timeout_ms * 1000ll;
    return 0;
  }
  memcpy (data, self->readable->data, n);
  g_byte_array_remove_range (self->readable, 0, n);
  return n;
}

static void
script_port_sleep (HsTransport *transport, guint64 us)
{
  SCRIPT_PORT (transport)->now_us += us;
}

static gint64
script_port_now (HsTransport *transport)
{
  return SCRIPT_PORT (transport)->now_us;
}

static void
script_port_finalize (GObject *object)
{
  ScriptPort *self = SCRIPT_PORT (object);

  g_ptr_array_unref (self->lines);
  g_byte_array_unref (self->readable);

  G_OBJECT_CLASS (script_port_parent_class)->finalize (object);
}

static void
script_port_class_init (ScriptPortClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = script_port_finalize;
  transport_class->set_line = script_port_set_line;
  transport_class->write = script_port_write;
  transport_class->read = script_port_read;
  transport_class->sleep = script_port_sleep;
  transport_class->now = script_port_now;
}

static void
script_port_init (ScriptPort *self)
{
  self->lines = g_ptr_array_new_with_free_func (line_free);
  self->readable = g_byte_array_new ();
}

ScriptPort *
script_port_new (void)
{
  return g_object_new (SCRIPT_TYPE_PORT, NULL);
}

GByteArray *
script_port_bytes (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  return bytes;
}

static void
add_line (ScriptPort *self, GByteArray *write, GByteArray *reply)
{
  Line *line = g_new0 (Line, 1);

  line->write = write;
  line->reply = reply;
  g_ptr_array_add (self->lines, line);
}

void
script_port_expect (ScriptPort *self, const char *write_hex, const char *reply_hex)
{
  add_line (self, script_port_bytes (write_hex), script_port_bytes (reply_hex));
}

void
script_port_expect_reply (ScriptPort *self, const char *write_hex, GByteArray *reply)
{
  add_line (self, script_port_bytes (write_hex), g_byte_array_ref (reply));
}

void
script_port_expect_bytes (ScriptPort *self, GByteArray *write, const char *reply_hex)
{
  add_line (self, g_byte_array_ref (write), script_port_bytes (reply_hex));
}

void
script_port_expect_text (ScriptPort *self, const char *write, const char *reply)
{
  GByteArray *bytes[2] = { g_byte_array_new (), g_byte_array_new () };

  g_byte_array_append (bytes[0], (const guint8 *) write, strlen (write));
  g_byte_array_append (bytes[1], (const guint8 *) reply, strlen (reply));
  add_line (self, bytes[0], bytes[1]);
}

void
script_port_put (ScriptPort *self, const char *hex)
{
  g_autoptr (GByteArray) bytes = script_port_bytes (hex);

  g_byte_array_append (self->readable, bytes->data, bytes->len);
}

void
script_port_unplug (ScriptPort *self)
{
  self->unplugged = TRUE;
}

guint
script_port_get_baud (ScriptPort *self)
{
  return self->baud;
}

void
script_port_assert_done (ScriptPort *self)
{
  g_assert_cmpuint (self->next, ==, self->lines->len);
}
