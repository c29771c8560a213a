/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/picoboot.h"
#include "flash/transport/failing-transport.h"

#include <string.h>

#define FLASH      0x10000000u
#define FLASH_SIZE 32768u
#define OUT        0x03
#define IN         0x84

/* --- a ROM that does what the datasheet says, seen from its endpoints --- */

#define TOY_TYPE_ROM (toy_rom_get_type ())
G_DECLARE_FINAL_TYPE (ToyRom, toy_rom, TOY, ROM, HsTransport)

struct _ToyRom {
  HsTransport parent_instance;

  GString *log; /* one letter per transfer: c command, d data, a acknowledgement, s status, r reset,
                   h halt cleared */
  guint8 flash[FLASH_SIZE];
  guint8 command[32];
  guint32 left;     /* bytes of data to come */
  gboolean waiting; /* for the acknowledgement */
  gboolean halted;
  guint32 status;
  guint8 exclusive;
  gboolean xip;
  gboolean gone;
  gint64 now_us;
  guint short_by;       /* bytes fewer than asked for */
  gboolean byte_as_ack; /* one byte instead of none */
  gboolean dumb;        /* no status */
};

G_DEFINE_FINAL_TYPE (ToyRom, toy_rom, HS_TYPE_TRANSPORT)

static guint32
word (const guint8 *at)
{
  return at[0] | at[1] << 8 | at[2] << 16 | (guint32) at[3] << 24;
}

static gssize
fail (HsFlashError code, GError **error)
{
  g_set_error_literal (error, HS_FLASH_ERROR, code, "toy");
  return -1;
}

static gssize
stall (ToyRom *self, guint32 status, GError **error)
{
  self->halted = TRUE;
  self->status = status;
  self->left = 0;
  self->waiting = FALSE;
  return fail (HS_FLASH_ERROR_STALLED, error);
}

/* 0, or why it is refused. */
static guint32
judge (ToyRom *self, const guint8 *command)
{
  guint32 address = word (command + 16) - FLASH, size = word (command + 20);
  guint32 length = word (command + 12);

  switch (command[8]) {
  case 0x01:
    return command[9] != 1 ? 2 : 0;
  case 0x02:
    return command[9] != 12 ? 2 : 0;
  case 0x06:
  case 0x07:
    return command[9] != 0 ? 2 : 0;
  case 0x03:
  case 0x05:
  case 0x84:
    break;
  default:
    return 1;
  }

  if (command[9] != 8)
    return 2;
  if (length != (command[8] == 0x03 ? 0 : size))
    return 3;
  if (address > FLASH_SIZE || size > FLASH_SIZE - address)
    return 4;
  if ((command[8] == 0x03 && (address | size) % 4096 != 0) ||
      (command[8] == 0x05 && (address | size) % 256 != 0))
    return 5;
  return self->exclusive && !self->xip ? 0 : 6; /* stricter than the ROM */
}

static void
do_command (ToyRom *self)
{
  guint32 address = word (self->command + 16) - FLASH;

  switch (self->command[8]) {
  case 0x01:
    self->exclusive = self->command[16];
    break;
  case 0x03:
    memset (self->flash + address, 0xff, word (self->command + 20));
    self->now_us += 50000;
    break;
  case 0x06:
  case 0x07:
    self->xip = self->command[8] == 0x07;
    break;
  case 0x02:
    self->gone = TRUE;
    break;
  default:
    break;
  }
}

static gssize
take_command (ToyRom *self, const guint8 *data, gsize length, GError **error)
{
  guint32 reason;

  g_string_append_c (self->log, 'c');
  if (length != 32 || word (data) != 0x431FD10B || data[10] != 0 || data[11] != 0)
    return stall (self, 1, error);
  memcpy (self->command, data, 32);
  self->status = 0;
  reason = judge (self, data);
  if (reason != 0)
    return stall (self, reason, error);
  self->left = word (data + 12);
  self->waiting = TRUE;
  return length;
}

static gssize
take_data (ToyRom *self, const guint8 *data, gsize length, GError **error)
{
  guint32 address = word (self->command + 16) - FLASH;

  g_string_append_c (self->log, 'd');
  if (self->command[8] == 0x84 || length != self->left)
    return stall (self, 3, error);
  for (gsize i = 0; i < length; i++)
    self->flash[address + i] &= data[i];
  self->left = 0;
  return length;
}

static gssize
give_data (ToyRom *self, guint8 *data, gsize length, GError **error)
{
  guint32 address = word (self->command + 16) - FLASH;
  gsize n = MIN (length, self->left) - MIN (self->short_by, self->left);

  g_string_append_c (self->log, 'd');
  memcpy (data, self->flash + address, n);
  self->left = 0;
  return n;
}

static gssize
toy_rom_transfer (HsTransport *transport,
                  guint8 endpoint,
                  guint8 *data,
                  gsize length,
                  guint timeout_ms,
                  GError **error)
{
  ToyRom *self = TOY_ROM (transport);
  gboolean reading = self->waiting && self->command[8] == 0x84;

  g_assert_true (endpoint == OUT || endpoint == IN);
  if (self->gone)
    return fail (HS_FLASH_ERROR_GONE, error);
  if (self->halted)
    return fail (HS_FLASH_ERROR_STALLED, error);
  if (endpoint == OUT && !self->waiting)
    return take_command (self, data, length, error);
  if (self->left > 0 && endpoint == (reading ? IN : OUT))
    return reading ? give_data (self, data, length, error) : take_data (self, data, length, error);
  if (!self->waiting || self->left > 0 || endpoint == (reading ? IN : OUT))
    return fail (HS_FLASH_ERROR_TIMED_OUT, error);

  g_string_append_c (self->log, 'a');
  self->waiting = FALSE;
  do_command (self);
  return reading ? (gssize) length : self->byte_as_ack;
}

static gboolean
toy_rom_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  g_assert_true (endpoint == OUT || endpoint == IN);
  g_string_append_c (TOY_ROM (transport)->log, 'h');
  return !TOY_ROM (transport)->gone || fail (HS_FLASH_ERROR_GONE, error) > 0;
}

static gboolean
toy_rom_send (HsTransport *transport,
              const HsRequest *request,
              const guint8 *data,
              guint16 length,
              guint timeout_ms,
              GError **error)
{
  ToyRom *self = TOY_ROM (transport);

  g_assert_cmphex (request->kind, ==, 0x41);
  g_assert_cmphex (request->request, ==, 0x41);
  g_assert_cmpuint (request->index, ==, 1);
  if (self->gone)
    return fail (HS_FLASH_ERROR_GONE, error) > 0;
  g_string_append_c (self->log, 'r');
  self->halted = self->waiting = FALSE;
  self->left = self->status = self->exclusive = 0;
  return TRUE;
}

static gssize
toy_rom_receive (HsTransport *transport,
                 const HsRequest *request,
                 guint8 *data,
                 guint16 length,
                 guint timeout_ms,
                 GError **error)
{
  ToyRom *self = TOY_ROM (transport);

  g_assert_cmphex (request->kind, ==, 0x41);
  g_assert_cmphex (request->request, ==, 0x42);
  g_assert_cmpuint (request->index, ==, 1);
  g_assert_cmpuint (length, ==, 16);
  g_string_append_c (self->log, 's');
  if (self->gone)
    return fail (HS_FLASH_ERROR_GONE, error);
  if (self->dumb)
    return fail (HS_FLASH_ERROR_STALLED, error);
  memset (data, 0, 16);
  memcpy (data, self->command + 4, 4);
  data[4] = self->status;
  data[8] = self->command[8];
  return 16;
}

static gint64
toy_rom_now (HsTransport *transport)
{
  return TOY_ROM (transport)->now_us;
}

static void
toy_rom_finalize (GObject *object)
{
  g_string_free (TOY_ROM (object)->log, TRUE);

  G_OBJECT_CLASS (toy_rom_parent_class)->finalize (object);
}

static void
toy_rom_class_init (ToyRomClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = toy_rom_finalize;
  transport_class->transfer = toy_rom_transfer;
  transport_class->clear_halt = toy_rom_clear_halt;
  transport_class->send = toy_rom_send;
  transport_class->receive = toy_rom_receive;
  transport_class->now = toy_rom_now;
}

static void
toy_rom_init (ToyRom *self)
{
  self->log = g_string_new (NULL);
  self->xip = TRUE;
}

/* --- */

typedef struct {
  ToyRom *rom;
  HsPicoboot *picoboot;
} Fixture;

static HsUsbInfo *
make_info (guint8 class, guint8 endpoint_out)
{
  const HsUsbAlt alts[] = { { .class = 8, .subclass = 6, .protocol = 0x50 },
                            { .number = 1, .class = class } };
  const HsUsbEndpoint endpoints[] = {
    { 0x81, 2, 0, 64 }, { 0x02, 2, 0, 64 }, { endpoint_out, 2, 1, 64 }, { IN, 2, 1, 64 }
  };
  HsUsbInfo *info = hs_usb_info_new ();

  g_array_append_vals (info->alts, alts, G_N_ELEMENTS (alts));
  g_array_append_vals (info->endpoints, endpoints, G_N_ELEMENTS (endpoints));
  return info;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (HsUsbInfo) info = make_info (0xff, OUT);
  g_autoptr (GError) error = NULL;

  self->rom = g_object_new (TOY_TYPE_ROM, NULL);
  self->picoboot = hs_picoboot_new (HS_TRANSPORT (self->rom), info, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->picoboot);
  g_clear_object (&self->rom);
}

static void
fill (guint8 *bytes, gsize size, guint seed)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = i * 11 + seed;
}

/* Reset, exclusive, out of XIP; then each command with what belongs to it. */
static void
test_order (Fixture *self, gconstpointer data)
{
  guint8 bytes[4096], back[4096];
  g_autoptr (GError) error = NULL;
  guint64 took_us;

  fill (bytes, sizeof bytes, 5);
  g_assert_true (hs_picoboot_erase (self->picoboot, FLASH + 4096, 4096, &took_us, &error));
  g_assert_cmpuint (took_us, ==, 50000);
  g_assert_true (
      hs_picoboot_write (self->picoboot, FLASH + 4096, bytes, sizeof bytes, NULL, &error));
  g_assert_true (hs_picoboot_read (self->picoboot, FLASH + 4096, back, sizeof back, &error));
  g_assert_cmpmem (back, sizeof back, bytes, sizeof bytes);
  g_assert_true (hs_picoboot_reboot (self->picoboot, 500, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (self->rom->log->str,
                   ==,
                   "hhr"
                   "ca"
                   "ca"
                   "ca"
                   "cda"
                   "cda"
                   "ca");
}

/* The erase command of the datasheet's table, byte by byte, and the reboot's arguments. */
static void
test_bytes (Fixture *self, gconstpointer data)
{
  static const guint8 erase[32] = { 0x0B, 0xD1, 0x1F, 0x43, 3, 0, 0, 0, 0x03, 0x08, 0,
                                    0,    0,    0,    0,    0, 0, 0, 0, 0x10, 0,    0x10 };
  static const guint8 reboot[32] = {
    0x0B, 0xD1, 0x1F, 0x43, 4, 0, 0, 0, 0x02, 0x0C, 0, 0,    0,
    0,    0,    0,    0,    0, 0, 0, 0, 0,    0,    0, 0xF4, 0x01
  };

  g_assert_true (hs_picoboot_erase (self->picoboot, FLASH, 4096, NULL, NULL));
  g_assert_cmpmem (self->rom->command, 32, erase, 32);
  g_assert_true (hs_picoboot_reboot (self->picoboot, 500, NULL));
  g_assert_cmpmem (self->rom->command, 32, reboot, 32);
}

/* Both kinds of acknowledgement are in use. */
static void
test_byte_as_acknowledgement (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->rom->byte_as_ack = TRUE;
  g_assert_true (hs_picoboot_erase (self->picoboot, FLASH, 4096, NULL, &error));
  g_assert_no_error (error);
}

/* The reason is asked for, and the next command works: reset, claimed anew. */
static void
test_refusals (Fixture *self, gconstpointer data)
{
  const struct {
    guint32 address, size;
    const char *reason;
  } cases[] = {
    { FLASH + 1, 4096, "BAD_ALIGNMENT" },
    { FLASH, 100, "BAD_ALIGNMENT" },
    { FLASH + FLASH_SIZE, 4096, "INVALID_ADDRESS" },
    { 0x20000000, 4096, "INVALID_ADDRESS" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (
        hs_picoboot_erase (self->picoboot, cases[i].address, cases[i].size, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
    g_assert_nonnull (strstr (error->message, cases[i].reason));
    g_clear_error (&error);

    g_string_truncate (self->rom->log, 0);
    g_assert_true (hs_picoboot_erase (self->picoboot, FLASH, 4096, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (self->rom->log->str,
                     ==,
                     "hhr"
                     "ca"
                     "ca"
                     "ca");
  }
}

static void
test_no_reason (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->rom->dumb = TRUE;
  g_assert_false (hs_picoboot_erase (self->picoboot, FLASH + 1, 4096, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED);
}

static void
test_short_answer (Fixture *self, gconstpointer data)
{
  guint8 back[256];

  for (guint short_by = 1; short_by <= 256; short_by += 85) {
    g_autoptr (GError) error = NULL;

    self->rom->short_by = short_by;
    g_assert_false (hs_picoboot_read (self->picoboot, FLASH, back, sizeof back, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
    g_clear_error (&error);

    self->rom->short_by = 0;
    g_assert_true (hs_picoboot_read (self->picoboot, FLASH, back, sizeof back, &error));
    g_assert_no_error (error);
  }
}

static void
test_reboot_when_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_picoboot_prepare (self->picoboot, &error));
  self->rom->gone = TRUE;
  g_assert_true (hs_picoboot_reboot (self->picoboot, 500, &error));
  g_assert_no_error (error);
}

static void
test_other_devices (void)
{
  const struct {
    guint8 class, out;
  } cases[] = { { 0x03, OUT }, { 0xff, 0x85 } };
  g_autoptr (ToyRom) rom = g_object_new (TOY_TYPE_ROM, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsUsbInfo) info = make_info (cases[i].class, cases[i].out);
    g_autoptr (GError) error = NULL;

    g_assert_null (hs_picoboot_new (HS_TRANSPORT (rom), info, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  }
}

/* One sector, with one request failing; then once more, which must make it right. */
static guint
work_with_fault (HsFlashError code, guint nth, gboolean late)
{
  g_autoptr (ToyRom) rom = g_object_new (TOY_TYPE_ROM, NULL);
  g_autoptr (HsFault) fault = hs_fault_new (nth, code);
  g_autoptr (HsTransport) failing = hs_failing_transport_new (HS_TRANSPORT (rom), fault);
  g_autoptr (HsUsbInfo) info = make_info (0xff, OUT);
  g_autoptr (HsPicoboot) picoboot = hs_picoboot_new (failing, info, NULL);
  guint8 bytes[4096], back[4096];
  gboolean ok = FALSE;
  guint n;

  fault->late = late;
  fill (bytes, sizeof bytes, nth);
  for (guint attempt = 0; attempt < 2 && !ok; attempt++) {
    g_autoptr (GError) error = NULL;

    ok = hs_picoboot_erase (picoboot, FLASH, 4096, NULL, &error) &&
         hs_picoboot_write (picoboot, FLASH, bytes, sizeof bytes, NULL, &error) &&
         hs_picoboot_read (picoboot, FLASH, back, sizeof back, &error);
    g_assert_true (ok == (error == NULL));
    g_assert_true (ok || error->domain == HS_FLASH_ERROR);
    if (ok)
      g_assert_cmpmem (back, sizeof back, bytes, sizeof bytes);
  }
  g_assert_true (ok || code == HS_FLASH_ERROR_GONE);
  n = hs_fault_get_n_requests (fault);
  return n;
}

static void
test_faults (void)
{
  static const HsFlashError codes[] = {
    HS_FLASH_ERROR_GONE, HS_FLASH_ERROR_STALLED, HS_FLASH_ERROR_TIMED_OUT, HS_FLASH_ERROR_PROTOCOL
  };
  guint n = work_with_fault (HS_FLASH_ERROR_GONE, 0, FALSE);

  g_assert_cmpuint (n, >=, 13);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    for (guint nth = 1; nth <= n; nth++) {
      work_with_fault (codes[i], nth, FALSE);
      work_with_fault (codes[i], nth, TRUE);
    }
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/picoboot/order", test_order);
  ADD ("/picoboot/bytes", test_bytes);
  ADD ("/picoboot/byte-as-acknowledgement", test_byte_as_acknowledgement);
  ADD ("/picoboot/refusals", test_refusals);
  ADD ("/picoboot/no-reason", test_no_reason);
  ADD ("/picoboot/short-answer", test_short_answer);
  ADD ("/picoboot/reboot-when-gone", test_reboot_when_gone);
  g_test_add_func ("/picoboot/other-devices", test_other_devices);
  g_test_add_func ("/picoboot/faults", test_faults);

  return g_test_run ();
}
