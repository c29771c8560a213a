/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/sdp.h"
#include "flash/transport/failing-transport.h"

#include <string.h>

#define ADDRESS 0x20001C00u
#define SIZE    2500u /* two reports of data and a piece */

/**
 * ToyRom:
 *
 * A transport with just enough of a ROM behind it. Time stands still but for time-outs.
 */
#define TOY_TYPE_ROM (toy_rom_get_type ())
G_DECLARE_FINAL_TYPE (ToyRom, toy_rom, TOY, ROM, HsTransport)

struct _ToyRom {
  HsTransport parent_instance;

  guint8 closed, refuses, jumps; /* what it does */
  int odd_report;                /* this one comes with another id, from 1; 0 none */
  int n_reports;
  GQueue reports;   /* GBytes */
  GString *log;     /* commands in hex, "d" per report of data */
  GByteArray *file; /* what came */
  guint32 left;
};

G_DEFINE_FINAL_TYPE (ToyRom, toy_rom, HS_TYPE_TRANSPORT)

static void
put (ToyRom *self, guint8 id, guint32 word)
{
  guint8 report[65] = { id, word >> 24, word >> 16, word >> 8, word };

  g_queue_push_tail (&self->reports, g_bytes_new (report, id == 3 ? 5 : 65));
}

static void
put_both (ToyRom *self, guint32 word)
{
  put (self, 3, self->closed ? 0x12343412 : 0x56787856);
  put (self, 4, word);
}

static void
take_command (ToyRom *self, const guint8 *report)
{
  for (guint i = 1; i < 17; i++)
    g_string_append_printf (self->log, "%02X", report[i]);
  g_string_append_c (self->log, '\n');

  switch (report[1] << 8 | report[2]) {
  case 0x0404:
    self->left = report[10] << 8 | report[11];
    g_byte_array_set_size (self->file, 0);
    break;
  case 0x0505:
    put_both (self, 0xF0F00000);
    break;
  default:
    put (self, 3, self->closed ? 0x12343412 : 0x56787856);
    if (self->refuses)
      put (self, 4, 0x33180000);
    break;
  }
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

  g_assert_cmphex (request->kind, ==, 0x21);
  g_assert_cmphex (request->request, ==, 0x09);
  g_assert_cmphex (request->value, ==, 0x0200 | data[0]);
  if (data[0] == 1) {
    g_assert_cmpuint (length, ==, 17);
    take_command (self, data);
    return TRUE;
  }
  g_assert_cmpuint (data[0], ==, 2);
  g_assert_cmpuint (length, <=, 1025);
  g_string_append_c (self->log, 'd');
  g_byte_array_append (self->file, data + 1, length - 1);
  self->left -= length - 1;
  if (self->left == 0)
    put_both (self, self->refuses ? 0x33220000 : 0x88888888);
  return TRUE;
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
  g_autoptr (GBytes) report = g_queue_pop_head (&self->reports);

  g_assert_cmphex (endpoint, ==, 0x81);
  g_assert_cmpuint (length, ==, 128);
  if (report == NULL) {
    g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT, "silent");
    return -1;
  }
  memcpy (data, g_bytes_get_data (report, NULL), g_bytes_get_size (report));
  if (++self->n_reports == self->odd_report)
    data[0] = 7;
  return g_bytes_get_size (report);
}

static gboolean
toy_rom_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  return TRUE;
}

static void
toy_rom_finalize (GObject *object)
{
  ToyRom *self = TOY_ROM (object);

  g_queue_clear_full (&self->reports, (GDestroyNotify) g_bytes_unref);
  g_string_free (self->log, TRUE);
  g_byte_array_unref (self->file);

  G_OBJECT_CLASS (toy_rom_parent_class)->finalize (object);
}

static void
toy_rom_class_init (ToyRomClass *klass)
{
  HsTransportClass *transport = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = toy_rom_finalize;
  transport->send = toy_rom_send;
  transport->transfer = toy_rom_transfer;
  transport->clear_halt = toy_rom_clear_halt;
}

static void
toy_rom_init (ToyRom *self)
{
  g_queue_init (&self->reports);
  self->log = g_string_new (NULL);
  self->file = g_byte_array_new ();
}

typedef struct {
  ToyRom *rom;
  HsSdp *sdp;
  guint8 file[SIZE];
} Fixture;

static void
open_rom (Fixture *self, HsFault *fault)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUsbInfo) info = hs_usb_info_new ();
  g_autoptr (HsTransport) transport = NULL;
  HsUsbAlt alt = { .class = 0x03 };
  HsUsbEndpoint in = { .address = 0x81, .attributes = 3, .max_packet = 64 };

  g_array_append_val (info->alts, alt);
  g_array_append_val (info->endpoints, in);
  self->rom = g_object_new (TOY_TYPE_ROM, NULL);
  transport = g_object_ref (HS_TRANSPORT (self->rom));
  if (fault != NULL)
    transport = hs_failing_transport_new (g_steal_pointer (&transport), fault);
  self->sdp = hs_sdp_new (transport, info, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < SIZE; i++)
    self->file[i] = i * 7 + 3;
}

static void
fixture_clear (Fixture *self)
{
  g_clear_object (&self->sdp);
  g_clear_object (&self->rom);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static gboolean
do_all (Fixture *self, GError **error)
{
  return hs_sdp_write_file (self->sdp, ADDRESS, self->file, SIZE, error) &&
         hs_sdp_jump (self->sdp, ADDRESS, error);
}

/* The bytes of the sequence that is known to work. */
static void
test_bytes (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;
  HsSdpSecurity security = HS_SDP_CLOSED;
  guint32 status = 0;

  open_rom (&self, NULL);
  g_assert_true (hs_sdp_get_status (self.sdp, &security, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (security, ==, HS_SDP_OPEN);
  g_assert_cmphex (status, ==, 0xF0F00000);
  g_assert_true (do_all (&self, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (self.rom->file->data, self.rom->file->len, self.file, SIZE);
  g_assert_cmpstr (self.rom->log->str,
                   ==,
                   "05050000000000000000000000000000\n"
                   "040420001C0000000009C40000000000\n"
                   "ddd"
                   "0B0B20001C0000000000000000000000\n");
}

static void
test_closed (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;
  HsSdpSecurity security = HS_SDP_OPEN;

  open_rom (&self, NULL);
  self.rom->closed = TRUE;
  g_assert_true (hs_sdp_get_status (self.sdp, &security, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (security, ==, HS_SDP_CLOSED);
  g_assert_false (do_all (&self, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
  g_clear_error (&error);
  g_assert_false (hs_sdp_jump (self.sdp, ADDRESS, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
}

static void
test_refused (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;

  open_rom (&self, NULL);
  self.rom->refuses = TRUE;
  g_assert_false (hs_sdp_write_file (self.sdp, ADDRESS, self.file, SIZE, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_nonnull (strstr (error->message, "0x33220000"));
  g_clear_error (&error);
  g_assert_false (hs_sdp_jump (self.sdp, ADDRESS, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_nonnull (strstr (error->message, "0x33180000"));
}

/* Another report than is due; what follows is right again. */
static void
test_odd_reports (void)
{
  for (int n = 1; n <= 4; n++) {
    g_auto (Fixture) self = { 0 };
    g_autoptr (GError) error = NULL;
    HsSdpSecurity security;

    open_rom (&self, NULL);
    self.rom->odd_report = n;
    if (hs_sdp_get_status (self.sdp, &security, NULL, &error)) {
      g_assert_cmpint (n, >, 2);
      g_assert_false (do_all (&self, &error));
    }
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
    g_clear_error (&error);
    g_assert_true (do_all (&self, &error));
    g_assert_no_error (error);
    g_assert_cmpmem (self.rom->file->data, self.rom->file->len, self.file, SIZE);
  }
}

/* Every request fails once; success is only said of a whole file. */
static void
test_faults (gconstpointer data)
{
  HsFlashError code = GPOINTER_TO_INT (data);

  for (guint nth = 1;; nth++) {
    g_autoptr (HsFault) fault = hs_fault_new (nth, code);
    g_auto (Fixture) self = { 0 };
    g_autoptr (GError) error = NULL;
    gboolean ok;

    open_rom (&self, fault);
    ok = do_all (&self, &error);
    g_assert_true (ok == (error == NULL));
    if (ok)
      g_assert_cmpmem (self.rom->file->data, self.rom->file->len, self.file, SIZE);
    else
      g_assert_error (error, HS_FLASH_ERROR, (int) code);
    if (hs_fault_get_n_requests (fault) < nth)
      return;
  }
}

static void
test_no_endpoint (void)
{
  g_autoptr (ToyRom) rom = g_object_new (TOY_TYPE_ROM, NULL);
  g_autoptr (HsUsbInfo) info = hs_usb_info_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_sdp_new (HS_TRANSPORT (rom), info, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/bytes", test_bytes);
  g_test_add_func ("/sdp/closed", test_closed);
  g_test_add_func ("/sdp/refused", test_refused);
  g_test_add_func ("/sdp/odd-reports", test_odd_reports);
  g_test_add_data_func ("/sdp/faults/gone", GINT_TO_POINTER (HS_FLASH_ERROR_GONE), test_faults);
  g_test_add_data_func (
      "/sdp/faults/stalled", GINT_TO_POINTER (HS_FLASH_ERROR_STALLED), test_faults);
  g_test_add_data_func (
      "/sdp/faults/silent", GINT_TO_POINTER (HS_FLASH_ERROR_TIMED_OUT), test_faults);
  g_test_add_func ("/sdp/no-endpoint", test_no_endpoint);
  return g_test_run ();
}
