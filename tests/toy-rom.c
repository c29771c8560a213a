/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/toy-rom.h"

#include "flash/error.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (TestRom, test_rom, HS_TYPE_TRANSPORT)

enum { DNLOAD = 1, UPLOAD, GETSTATUS, CLRSTATUS, ABORT = 6 };
enum { IDLE = 2, SYNC = 3, BUSY = 4, DNLOAD_IDLE = 5, UPLOAD_IDLE = 9, FAILED = 10 };
enum { ERR_TARGET = 1, ERR_VENDOR = 11, ERR_UNKNOWN = 14, ERR_STALLED = 15 };

#define FLASH 0x08000000u

static const char *const f4[] = { "@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg",
                                  "@Option Bytes  /0x1FFFC000/01*016 e",
                                  "@OTP Memory /0x1FFF7800/01*512 e,01*016 e",
                                  "@Device Feature/0xFFFF0000/01*004 e",
                                  NULL };
static const char *const f427[] = { "@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg",
                                    "@Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e",
                                    "@OTP Memory /0x1FFF7800/01*512 e,01*016 e",
                                    "@Device Feature/0xFFFF0000/01*004 e",
                                    NULL };
static const char *const f7[] = { "@Internal Flash  /0x08000000/04*032Kg,01*128Kg,07*256Kg",
                                  "@Option Bytes  /0x1FFF0000/01*032 e",
                                  "@OTP Memory /0x1FF0F000/01*1024 e",
                                  "@Device Feature/0xFFFF0000/01*004 e",
                                  NULL };
static const char *const h7[] = { "@Internal Flash   /0x08000000/16*128Kg",
                                  "@Option Bytes   /0x5200201C/01*128 e",
                                  NULL };

/* facts of the parts as they are delivered */
static const guint8 f4_options[16] = { 0xff, 0xaa, 0, 0, 0, 0, 0, 0, 0xff, 0x0f, 0, 0, 0, 0, 0, 0 };
static const guint8 f427_second[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0x0f, 0, 0, 0, 0, 0, 0 };
static const guint8 f7_options[32] = { 0xff, 0xaa, 0x00, 0x55, 0, 0, 0, 0,
                                       0xff, 0xff, 0x00, 0x00, 0, 0, 0, 0,
                                       0x80, 0x00, 0x7f, 0xff, 0, 0, 0, 0,
                                       0x40, 0x00, 0xbf, 0xff, 0, 0, 0, 0 };

TestRom *
test_rom_new (const char *mcu)
{
  TestRom *self = g_object_new (TEST_TYPE_ROM, NULL);

  self->transfer_size = 2048;
  self->resets = TRUE;
  self->state = FAILED; /* met with an error that nobody made */
  self->status = ERR_UNKNOWN;
  self->options_at = 0x1fffc000;
  self->n_options = 16;
  memcpy (self->options, f4_options, sizeof f4_options);
  if (g_str_equal (mcu, "STM32F427")) {
    self->names = g_strdupv ((char **) f427);
    self->second_at = 0x1ffec000;
    memcpy (self->second, f427_second, sizeof f427_second);
  } else if (g_str_equal (mcu, "STM32F767")) {
    self->names = g_strdupv ((char **) f7);
    self->options_at = 0x1fff0000;
    self->n_options = 32;
    memcpy (self->options, f7_options, sizeof f7_options);
  } else if (g_str_equal (mcu, "STM32H743")) {
    self->names = g_strdupv ((char **) h7);
    self->transfer_size = 1024;
    self->resets = FALSE;
    self->options_at = 0x5200201c;
    self->n_options = 128;
    for (guint i = 0; i < 128; i++)
      self->options[i] = i * 3;
    memcpy (self->options, "\xf0\xaa\x86\x0b\xf0\xaa\x86\x0b", 8);
  } else {
    self->names = g_strdupv ((char **) f4);
  }
  return self;
}

HsUsbInfo *
test_rom_dup_info (TestRom *self)
{
  HsUsbInfo *info = hs_usb_info_new ();
  const guint8 function[9] = {
    9, 0x21, 0x0b, 0xff, 0, self->transfer_size & 0xff, self->transfer_size >> 8, 0x1a, 0x01
  };

  info->vid = 0x0483;
  info->pid = 0xdf11;
  info->port = g_strdup ("1-1");
  for (guint i = 0; self->names[i] != NULL; i++) {
    HsUsbAlt alt = { .alt = i, .class = 0xfe, .subclass = 1, .protocol = 2, .name_index = 4 + i };

    if (self->names[i + 1] == NULL) {
      alt.n_extra = sizeof function;
      memcpy (alt.extra, function, sizeof function);
    }
    g_array_append_val (info->alts, alt);
  }
  return info;
}

static gboolean
goes (TestRom *self, GError **error)
{
  self->n_requests++;
  if (self->gone || self->n_requests == self->fail_at) {
    self->gone = TRUE;
    g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, "unplugged");
    return FALSE;
  }
  return TRUE;
}

static gboolean
stall (TestRom *self, guint8 status, GError **error)
{
  self->state = FAILED;
  self->status = status;
  self->waits = FALSE;
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED, "stalled");
  return FALSE;
}

static gboolean
test_rom_send (HsTransport *transport,
               const HsRequest *request,
               const guint8 *data,
               guint16 length,
               guint timeout_ms,
               GError **error)
{
  TestRom *self = TEST_ROM (transport);

  if (!goes (self, error))
    return FALSE;
  switch (request->request) {
  case CLRSTATUS:
    g_string_append (self->log, "C\n");
    self->status = self->state == FAILED ? 0 : ERR_UNKNOWN;
    self->state = self->state == FAILED ? IDLE : FAILED;
    return TRUE;
  case ABORT:
    g_string_append (self->log, "A\n");
    if (self->state != FAILED)
      self->state = IDLE;
    self->waits = FALSE;
    return TRUE;
  default:
    break;
  }

  g_assert_cmpuint (request->request, ==, DNLOAD);
  g_assert_cmpuint (length, <=, sizeof self->pending);
  g_string_append_printf (self->log, "D%u ", request->value);
  for (guint i = 0; i < length; i++)
    g_string_append_printf (self->log, "%02x", data[i]);
  g_string_append_c (self->log, '\n');
  if (self->state != IDLE && self->state != DNLOAD_IDLE)
    return stall (self, ERR_STALLED, error);
  self->waits = TRUE;
  self->block = request->value;
  self->length = length;
  memcpy (self->pending, data, length);
  self->state = SYNC;
  return TRUE;
}

static guint8
carry_out (TestRom *self)
{
  guint32 address;

  if (self->block == 0 && self->pending[0] == 0x92 && self->length == 1) {
    self->n_erased++;
    self->is_protected = FALSE;
    self->options[1] = 0xaa;
    self->gone = !self->stays;
    return 0;
  }
  if (self->block == 0 && self->pending[0] == 0x21 && self->length == 5) {
    if (self->is_protected && self->refuses_pointer)
      return ERR_VENDOR;
    memcpy (&address, self->pending + 1, 4);
    self->pointer = GUINT32_FROM_LE (address);
    return 0;
  }
  if (self->is_protected)
    return ERR_VENDOR;
  if (self->block == 2 && self->pointer == self->options_at && self->length == self->n_options) {
    memcpy (self->options, self->pending, self->length);
    self->is_protected = self->options[1] != 0xaa;
    self->gone = self->resets;
    return 0;
  }
  return ERR_TARGET;
}

static gssize
get_status (TestRom *self, guint8 *data)
{
  guint8 state = self->state;

  g_string_append (self->log, "S\n");
  if (state == DNLOAD_IDLE && self->n_busy > 0) {
    self->n_busy--;
    state = BUSY;
  }
  if (self->waits) {
    self->waits = FALSE;
    self->status = carry_out (self);
    state = self->status == 0 ? BUSY : FAILED;
    self->state = self->status == 0 ? DNLOAD_IDLE : FAILED;
  }
  memset (data, 0, 6);
  data[0] = self->status;
  data[1] = state == BUSY ? 10 : 0;
  data[4] = state;
  return 6;
}

static gssize
test_rom_receive (HsTransport *transport,
                  const HsRequest *request,
                  guint8 *data,
                  guint16 length,
                  guint timeout_ms,
                  GError **error)
{
  TestRom *self = TEST_ROM (transport);

  if (!goes (self, error))
    return -1;
  if (request->request == GETSTATUS && self->waits && self->block == 2 && self->stalls_start) {
    get_status (self, data);
    g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED, "stalled");
    return -1;
  }
  if (request->request == GETSTATUS)
    return get_status (self, data);

  g_assert_cmpuint (request->request, ==, UPLOAD);
  g_string_append_printf (self->log, "U%u %u\n", request->value, length);
  if (self->state != IDLE && self->state != UPLOAD_IDLE)
    return stall (self, ERR_STALLED, error) - 1;
  if (self->is_protected)
    return stall (self, ERR_VENDOR, error) - 1;
  self->state = UPLOAD_IDLE;
  if (self->pointer == FLASH)
    memset (data, 0x5a, length);
  else if (self->pointer == self->options_at && length <= self->n_options)
    memcpy (data, self->options, length);
  else if (self->second_at != 0 && self->pointer == self->second_at && length <= 16)
    memcpy (data, self->second, length);
  else
    return stall (self, ERR_TARGET, error) - 1;
  return length;
}

static gboolean
test_rom_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  TestRom *self = TEST_ROM (transport);

  if (!goes (self, error))
    return FALSE;
  g_string_append_printf (self->log, "I%u\n", alt);
  self->alt = alt;
  return TRUE;
}

static char *
test_rom_get_string (HsTransport *transport, guint8 index, GError **error)
{
  return g_strdup (TEST_ROM (transport)->names[index - 4]);
}

static void
test_rom_sleep (HsTransport *transport, guint64 us)
{
  TEST_ROM (transport)->slept_us += us;
}

static gint64
test_rom_now (HsTransport *transport)
{
  return TEST_ROM (transport)->slept_us;
}

static void
test_rom_finalize (GObject *object)
{
  TestRom *self = TEST_ROM (object);

  g_strfreev (self->names);
  g_string_free (self->log, TRUE);
  G_OBJECT_CLASS (test_rom_parent_class)->finalize (object);
}

static void
test_rom_class_init (TestRomClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_rom_finalize;
  transport_class->send = test_rom_send;
  transport_class->receive = test_rom_receive;
  transport_class->set_alternate = test_rom_set_alternate;
  transport_class->get_string = test_rom_get_string;
  transport_class->sleep = test_rom_sleep;
  transport_class->now = test_rom_now;
}

static void
test_rom_init (TestRom *self)
{
  self->log = g_string_new (NULL);
}
