/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/dfuse.h"

#include "tests/dfuse-rig.h"

/* The conversation, against the models of Arduino's bootloader and ST's ROM. */

#define INTERNAL 0x08040000u
#define EXTERNAL 0x90B00000u
#define PORTENTA "ARDUINO_PORTENTA_H7@dfu"

typedef struct {
  DfuseRig rig;
  HsTransport *transport;
  HsDfuse *dfuse;
} Talk;

static void
talk_clear (Talk *self)
{
  g_clear_object (&self->dfuse);
  dfuse_rig_clear (&self->rig);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

static void
talk_begin (Talk *self)
{
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  self->transport = hs_camera_open (self->rig.camera, HS_OPEN_USB, &error);
  g_assert_no_error (error);
  info = hs_camera_dup_info (self->rig.camera);
  self->dfuse = hs_dfuse_new (self->transport, info, &error);
  g_assert_no_error (error);
  g_assert_true (hs_dfuse_select (self->dfuse, 0, &error));
  g_assert_no_error (error);
}

static void
talk_init (Talk *self, const char *spec)
{
  dfuse_rig_init (&self->rig, spec, NULL);
  talk_begin (self);
}

static void
set_fault (Talk *self, const char *name, int value)
{
  hs_sim_bus_set_fault (self->rig.bus, 0, name, value);
}

static guint
count_requests (Talk *self)
{
  return hs_sim_camera_get_n_requests (self->rig.sim);
}

/* "start unit count access; …", numbers in hexadecimal */
static char *
print_map (GArray *map)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < map->len; i++) {
    const HsDfuseRange *range = &g_array_index (map, HsDfuseRange, i);

    g_string_append_printf (text,
                            "%s%" G_GINT64_MODIFIER "x %x %x %x",
                            i > 0 ? "; " : "",
                            range->start,
                            range->unit,
                            range->count,
                            range->access);
  }
  return g_strdup (text->str);
}

static void
test_map (void)
{
  const struct {
    const char *name;
    const char *map;
  } cases[] = {
    { "@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg",
      "8000000 4000 4 7; 8010000 10000 1 7; 8020000 20000 7 7" },
    { "@Internal Flash   /0x08000000/01*128Ka,15*128Kg", "8000000 20000 1 1; 8020000 20000 f 7" },
    { "@Internal Flash 2MB   /0x08000000/1*128Ka,15*128Kg",
      "8000000 20000 1 1; 8020000 20000 f 7" },
    { "@Ext RAW  Flash 16MB   /0x90000000/4096*4Kg", "90000000 1000 1000 7" },
    { "@Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e",
      "1fffc000 10 1 5; 1ffec000 10 1 5" },
    { "@OTP Memory /0x1FFF7800/01*512 e,01*016 e", "1fff7800 200 1 5; 1fff7a00 10 1 5" },
    { "@OTP Memory /0x1FFF7800/01*512e", "1fff7800 200 1 5" },
    { "@Device Feature/0xFFFF0000/01*004 e", "ffff0000 4 1 5" },
    { "@x/0x0/1*1Mg, 2*32Ba", "0 100000 1 7; 100000 20 2 1" },
    { "@Bootloader version 23 /0x00000000/0*4Kg", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GArray) map = hs_dfuse_map_parse (cases[i].name, &error);
    g_autofree char *text = NULL;

    g_assert_no_error (error);
    text = print_map (map);
    g_assert_cmpstr (text, ==, cases[i].map);
  }
}

static void
test_map_refused (void)
{
  const char *const names[] = {
    "",
    "@",
    "FIRMWARE",
    "@Internal Flash",
    "@Internal Flash /",
    "@Internal Flash /0x/1*1Kg",
    "@Internal Flash /08000000/1*1Kg",
    "@Internal Flash /0x08000000",
    "@Internal Flash /0x08000000/",
    "@Internal Flash /0x08000000/1*1K",
    "@Internal Flash /0x08000000/1*1Kh",
    "@Internal Flash /0x08000000/1*1KG",
    "@Internal Flash /0x08000000/*1Kg",
    "@Internal Flash /0x08000000/1*Kg",
    "@Internal Flash /0x08000000/1x1Kg",
    "@Internal Flash /0x08000000/-1*1Kg",
    "@Internal Flash /0x08000000/1*1Kg1*1Kg",
    "@Internal Flash /0x08000000/1*1Kg/",
    "@Internal Flash /0x108000000/1*1Kg",
    "@Internal Flash /0xFFFFF000/2*4Kg",
    "@Internal Flash /0x08000000/999999*999999Mg",
    "@Internal Flash /0x08000000/9999999*1Kg",
    "Internal Flash /0x08000000/1*1Kg",
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GArray) map = hs_dfuse_map_parse (names[i], &error);

    g_test_message ("%s", names[i]);
    g_assert_null (map);
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
  }
}

static void
test_map_covers (void)
{
  g_autoptr (GArray) map =
      hs_dfuse_map_parse ("@Internal Flash   /0x08000000/01*128Ka,15*128Kg", NULL);
  const HsDfuseAccess all = HS_DFUSE_READABLE | HS_DFUSE_ERASABLE | HS_DFUSE_WRITABLE;
  const guint32 unit = 128 * 1024;
  guint64 start;
  guint32 size;

  g_assert_true (hs_dfuse_map_covers (map, 0x08020000, 15 * unit, unit, all));
  g_assert_true (hs_dfuse_map_covers (map, 0x08000000, 16 * unit, unit, HS_DFUSE_READABLE));
  g_assert_false (hs_dfuse_map_covers (map, 0x08000000, 2 * unit, unit, all));
  g_assert_false (hs_dfuse_map_covers (map, 0x08020000, 16 * unit, unit, all));
  g_assert_false (hs_dfuse_map_covers (map, 0x08020000, unit, unit / 2, all));
  g_assert_false (hs_dfuse_map_covers (map, 0x08021000, unit, unit, all));
  g_assert_true (hs_dfuse_map_find_unit (map, 0x0803ffff, &start, &size, NULL));
  g_assert_cmphex (start, ==, 0x08020000);
  g_assert_cmpuint (size, ==, unit);
  g_assert_false (hs_dfuse_map_find_unit (map, 0x08200000, NULL, NULL, NULL));
}

/* How much a transfer has says the descriptor. */
static void
test_descriptor (void)
{
  const struct {
    const char *spec;
    guint16 block_size;
  } cases[] = {
    { "OPENMV2@rom", 2048 }, { "OPENMV3@rom", 2048 }, { "OPENMV4@rom", 1024 }, { PORTENTA, 4096 }
  };
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (HsDfuse) plain = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Talk) talk = { 0 };

    talk_init (&talk, cases[i].spec);
    g_assert_cmpuint (hs_dfuse_get_block_size (talk.dfuse), ==, cases[i].block_size);
    g_assert_true (hs_dfuse_can_upload (talk.dfuse));
  }

  dfuse_rig_init (&rig, "OPENMV4@dfu", NULL);
  info = hs_camera_dup_info (rig.camera);
  plain = hs_dfuse_new (hs_camera_open (rig.camera, HS_OPEN_USB, NULL), info, &error);
  g_assert_null (plain);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
}

static void
test_names (void)
{
  g_auto (Talk) talk = { 0 };
  g_autoptr (GError) error = NULL;

  talk_init (&talk, "OPENMV3@rom");
  g_assert_cmpuint (hs_dfuse_get_n_alternates (talk.dfuse), ==, 4);
  g_assert_cmpuint (hs_dfuse_get_alternate (talk.dfuse, 2), ==, 2);
  g_assert_cmpstr (
      hs_dfuse_get_name (talk.dfuse, 1, &error), ==, "@Option Bytes  /0x1FFF0000/01*032 e");
}

/* Erase, write and read at addresses; what is not erased keeps its zeros. */
static void
test_flash (void)
{
  g_auto (Talk) talk = { 0 };
  g_autoptr (GBytes) bytes = dfuse_rig_make_bytes (4096, 1);
  g_autoptr (GBytes) other = dfuse_rig_make_bytes (4096, 2);
  g_autoptr (GError) error = NULL;
  const guint8 *a = g_bytes_get_data (bytes, NULL), *b = g_bytes_get_data (other, NULL);
  guint8 back[4096];

  talk_init (&talk, PORTENTA);
  g_assert_true (hs_dfuse_erase (talk.dfuse, INTERNAL + 0x20100, NULL, &error));
  g_assert_true (hs_dfuse_write_block (talk.dfuse, INTERNAL + 0x20000, a, 4096, NULL, &error));
  g_assert_true (hs_dfuse_write_block (talk.dfuse, INTERNAL + 0x23000, b, 2, NULL, &error));
  g_assert_true (hs_dfuse_read_block (talk.dfuse, INTERNAL + 0x20000, back, 4096, &error));
  g_assert_cmpmem (back, 4096, a, 4096);
  dfuse_rig_assert_holds (&talk.rig, HS_ROLE_FIRMWARE, 0x20000, bytes, 0x23000);

  g_assert_true (hs_dfuse_write_block (talk.dfuse, INTERNAL + 0x20000, b, 4096, NULL, &error));
  g_assert_true (hs_dfuse_read_block (talk.dfuse, INTERNAL + 0x20000, back, 4096, &error));
  for (guint i = 0; i < 4096; i++)
    g_assert_cmphex (back[i], ==, a[i] & b[i]);

  g_assert_true (hs_dfuse_select (talk.dfuse, 1, &error));
  g_assert_true (hs_dfuse_erase (talk.dfuse, EXTERNAL, NULL, &error));
  g_assert_true (hs_dfuse_write_block (talk.dfuse, EXTERNAL, a, 4096, NULL, &error));
  g_assert_no_error (error);
  dfuse_rig_assert_holds (&talk.rig, HS_ROLE_ROMFS0, 0, bytes, 4096);
}

/* Reading on is one request; elsewhere the pointer is set and dfuIDLE entered anew. */
static void
test_requests_of_reading (void)
{
  g_auto (Talk) talk = { 0 };
  g_autoptr (GError) error = NULL;
  guint8 back[4096];
  guint before;

  talk_init (&talk, PORTENTA);
  before = count_requests (&talk);
  g_assert_true (hs_dfuse_read_block (talk.dfuse, INTERNAL, back, 4096, &error));
  g_assert_cmpuint (
      count_requests (&talk) - before, ==, 5); /* DNLOAD, 2 GETSTATUS, ABORT, UPLOAD */
  before = count_requests (&talk);
  for (guint i = 1; i < 9; i++)
    g_assert_true (hs_dfuse_read_block (talk.dfuse, INTERNAL + i * 4096, back, 4096, &error));
  g_assert_cmpuint (count_requests (&talk) - before, ==, 8);

  before = count_requests (&talk);
  g_assert_true (hs_dfuse_read_block (talk.dfuse, INTERNAL + 0x40000, back, 100, &error));
  g_assert_cmpuint (count_requests (&talk) - before, ==, 6); /* ABORT first */
  before = count_requests (&talk);
  g_assert_true (hs_dfuse_read_block (talk.dfuse, INTERNAL + 0x40000 + 100, back, 100, &error));
  g_assert_cmpuint (count_requests (&talk) - before, ==, 6); /* the last was no whole block */
  g_assert_true (hs_dfuse_erase (talk.dfuse, INTERNAL, NULL, &error));
  g_assert_no_error (error);
}

static void
test_protected (void)
{
  g_auto (Talk) talk = { 0 };
  g_autoptr (GError) error = NULL;
  guint8 data[64] = { 0 };

  dfuse_rig_init_protected (&talk.rig, "OPENMV4");
  talk_begin (&talk);
  g_assert_false (hs_dfuse_read_block (talk.dfuse, 0x08000000, data, sizeof data, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
  g_clear_error (&error);
  g_assert_true (hs_dfuse_select (talk.dfuse, 0, &error));
  g_assert_false (hs_dfuse_erase (talk.dfuse, 0x08000000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
  g_clear_error (&error);
  g_assert_true (hs_dfuse_select (talk.dfuse, 0, &error));
  g_assert_false (hs_dfuse_write_block (talk.dfuse, 0x08000000, data, sizeof data, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
}

/* What the device refuses is told, and the next attempt begins clean. */
static void
test_refused (void)
{
  g_auto (Talk) talk = { 0 };
  g_autoptr (GError) error = NULL;
  guint8 data[64] = { 0 };

  talk_init (&talk, PORTENTA);
  g_assert_false (hs_dfuse_erase (talk.dfuse, 0x08000000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_cmpstr (error->message,
                   ==,
                   "Erasing at 0x08000000: the bootloader reports errTARGET (status 1) in state "
                   "dfuERROR");
  g_clear_error (&error);

  g_assert_true (hs_dfuse_select (talk.dfuse, 0, &error));
  g_assert_false (hs_dfuse_write_block (talk.dfuse, 0x08000000, data, sizeof data, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_clear_error (&error);
  g_assert_true (hs_dfuse_select (talk.dfuse, 0, &error));
  g_assert_false (hs_dfuse_read_block (talk.dfuse, 0x20000000, data, sizeof data, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_clear_error (&error);
  g_assert_true (hs_dfuse_select (talk.dfuse, 0, &error));
  g_assert_true (hs_dfuse_read_block (talk.dfuse, 0x08000000, data, sizeof data, &error));
  g_assert_no_error (error);
}

/* H743 rev V; L4. */
static void
test_quirks (void)
{
  const char *const quirks[] = { "stays_busy", "stalls_early" };

  for (guint i = 0; i < G_N_ELEMENTS (quirks); i++) {
    g_auto (Talk) talk = { 0 };
    g_autoptr (GBytes) bytes = dfuse_rig_make_bytes (1024, i);
    g_autoptr (GError) error = NULL;

    talk_init (&talk, "OPENMV4@rom");
    set_fault (&talk, quirks[i], 1);
    g_assert_true (hs_dfuse_erase (talk.dfuse, 0x08040000, NULL, &error));
    g_assert_true (hs_dfuse_write_block (
        talk.dfuse, 0x08040000, g_bytes_get_data (bytes, NULL), 1024, NULL, &error));
    g_assert_no_error (error);
    dfuse_rig_assert_holds (&talk.rig, HS_ROLE_FIRMWARE, 0, bytes, 128 * 1024);
  }
}

/* It is believed to be busy for as long as a good sector may take, whatever it says about the time;
 * how long that one took nobody knows. */
static void
test_endless_erase (void)
{
  g_auto (Talk) talk = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 begun;
  guint64 took_us;

  talk_init (&talk, "OPENMV4@rom");
  set_fault (&talk, "stays_busy", 1);
  begun = hs_transport_now (talk.transport);
  g_assert_true (hs_dfuse_erase (talk.dfuse, 0x08040000, &took_us, &error));
  g_assert_no_error (error);
  g_assert_cmpint (hs_transport_now (talk.transport) - begun, >=, 4 * G_USEC_PER_SEC);
  g_assert_cmpuint (took_us, ==, 0);
}

static void
test_leave (void)
{
  g_auto (Talk) talk = { 0 };
  g_autoptr (GError) error = NULL;

  talk_init (&talk, PORTENTA);
  g_assert_true (hs_dfuse_leave (talk.dfuse, INTERNAL, &error));
  hs_sim_bus_settle (talk.rig.bus, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (talk.rig.sim), ==, HS_MODE_APP);
  g_assert_cmpuint (hs_sim_camera_get_n_late (talk.rig.sim), ==, 0);
}

/* F4 and F7 start what is there, or the ROM comes back; the H7 goes dark. */
static void
test_leave_rom (void)
{
  const struct {
    const char *spec;
    guint32 address;
    HsMode mode;
  } cases[] = {
    { "OPENMV2@rom", 0x08000000, HS_MODE_APP },
    { "OPENMV3@rom", 0x08000000, HS_MODE_APP },
    { "OPENMV3@rom", 0x081FF000, HS_MODE_ROM },
    { "OPENMV4@rom", 0x08000000, HS_MODE_UNKNOWN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Talk) talk = { 0 };
    g_autoptr (GError) error = NULL;

    talk_init (&talk, cases[i].spec);
    g_assert_true (hs_dfuse_leave (talk.dfuse, cases[i].address, &error));
    g_assert_no_error (error);
    hs_sim_bus_settle (talk.rig.bus, 0);
    g_assert_cmpint (hs_sim_camera_get_mode (talk.rig.sim), ==, cases[i].mode);
  }
}

/* With real timings an erase takes what the model says, and hardly more. */
static void
test_time (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSimBus) bus = hs_sim_bus_new (PORTENTA, NULL, FALSE, &error);
  g_autofree char *port = hs_sim_bus_dup_port (bus, 0);
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (bus), port);
  g_autoptr (HsTransport) transport = hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error);
  g_autoptr (HsDfuse) dfuse = hs_dfuse_new (transport, info, &error);
  guint64 us = 0;

  g_assert_no_error (error);
  g_assert_true (hs_dfuse_select (dfuse, 1, &error));
  g_assert_true (hs_dfuse_erase (dfuse, EXTERNAL, &us, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (us, >=, 50000);
  g_assert_cmpuint (us, <, 500000);
  hs_transport_close (transport);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dfuse/map", test_map);
  g_test_add_func ("/dfuse/map-refused", test_map_refused);
  g_test_add_func ("/dfuse/map-covers", test_map_covers);
  g_test_add_func ("/dfuse/descriptor", test_descriptor);
  g_test_add_func ("/dfuse/names", test_names);
  g_test_add_func ("/dfuse/flash", test_flash);
  g_test_add_func ("/dfuse/requests-of-reading", test_requests_of_reading);
  g_test_add_func ("/dfuse/protected", test_protected);
  g_test_add_func ("/dfuse/refused", test_refused);
  g_test_add_func ("/dfuse/quirks", test_quirks);
  g_test_add_func ("/dfuse/endless-erase", test_endless_erase);
  g_test_add_func ("/dfuse/leave", test_leave);
  g_test_add_func ("/dfuse/leave-rom", test_leave_rom);
  g_test_add_func ("/dfuse/time", test_time);

  return g_test_run ();
}
