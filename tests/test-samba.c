/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/samba.h"

#include "tests/script-port.h"

#include <string.h>

#define VERSION "Arduino Bootloader (SAM-BA extended) 2.0 [Arduino:IKXYZ]\n\r"

typedef struct {
  ScriptPort *port;
  HsSamba *samba;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->port = script_port_new ();
  self->samba = hs_samba_new (HS_TRANSPORT (self->port));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->samba);
  g_clear_object (&self->port);
}

static void
expect_connect (Fixture *self)
{
  script_port_expect_text (self->port, "N#", "\n\r");
  script_port_expect_text (self->port, "V#", VERSION);
  script_port_expect_text (self->port, "I#", "nRF52840-QIAA\n\r");
}

static void
test_connect (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  script_port_put (self->port, "676172626167650d0a"); /* said to somebody else */
  expect_connect (self);
  g_assert_true (hs_samba_connect (self->samba, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (hs_samba_get_device (self->samba), ==, "nRF52840-QIAA");
  g_assert_true (g_str_has_prefix (hs_samba_get_version (self->samba), "Arduino"));
  script_port_assert_done (self->port);
}

static void
test_not_a_bootloader (Fixture *self, gconstpointer data)
{
  const struct {
    const char *version;
    HsFlashError code;
  } cases[] = {
    { "OpenMV 5.0; MicroPython\n\r", HS_FLASH_ERROR_UNSUPPORTED },
    { "v1.1 [Arduino:IK]\n\r", HS_FLASH_ERROR_UNSUPPORTED },
    { "v1.1 [Arduino:]\n\r", HS_FLASH_ERROR_UNSUPPORTED },
    { "[Arduino:\n\r", HS_FLASH_ERROR_UNSUPPORTED },
    { "v2.0 [Arduino:IKXYZ]", HS_FLASH_ERROR_TIMED_OUT },
    { "", HS_FLASH_ERROR_TIMED_OUT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    script_port_expect_text (self->port, "N#", "\n\r");
    script_port_expect_text (self->port, "V#", cases[i].version);
    g_assert_false (hs_samba_connect (self->samba, &error));
    g_assert_error (error, HS_FLASH_ERROR, (int) cases[i].code);
  }
  script_port_expect_text (self->port, "N#", ">>> ");
  {
    g_autoptr (GError) error = NULL;

    g_assert_false (hs_samba_connect (self->samba, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
  }
}

static void
test_write (Fixture *self, gconstpointer data)
{
  g_autoptr (GByteArray) page = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint64 took_us = 0;

  g_byte_array_set_size (page, HS_SAMBA_PAGE);
  memset (page->data, '#', page->len);
  expect_connect (self);
  script_port_expect_text (self->port, "X00016000#", "X\n\r");
  script_port_expect_text (self->port, "S00000000,00001000#", "");
  script_port_expect_bytes (self->port, page, "");
  script_port_expect_text (self->port, "Y00000000,0#", "Y\n\r");
  script_port_expect_text (self->port, "Y00016000,00001000#", "Y\n\r");
  script_port_expect_text (self->port, "K#", "");

  g_assert_true (hs_samba_connect (self->samba, &error));
  g_assert_true (hs_samba_erase (self->samba, 0x16000, &took_us, &error));
  g_assert_true (hs_samba_write (self->samba, 0x16000, page->data, page->len, &took_us, &error));
  g_assert_true (hs_samba_reset (self->samba, &error));
  g_assert_no_error (error);
  script_port_assert_done (self->port);
}

/* 150 bytes are three commands. */
static void
test_read (Fixture *self, gconstpointer data)
{
  g_autofree char *first = g_strnfill (63, 'a');
  g_autofree char *last = g_strnfill (24, 'c');
  g_autoptr (GError) error = NULL;
  guint8 bytes[150];
  guint16 crc = 0;

  expect_connect (self);
  script_port_expect_text (self->port, "R00016000,0000003F#", first);
  script_port_expect_text (self->port, "R0001603F,0000003F#", first);
  script_port_expect_text (self->port, "R0001607E,00000018#", last);
  script_port_expect_text (self->port, "Z00016000,00000096#", "Z0000BEEF#\n\r");
  g_assert_true (hs_samba_connect (self->samba, &error));
  g_assert_true (hs_samba_read (self->samba, 0x16000, bytes, sizeof bytes, &error));
  g_assert_cmpuint (bytes[125], ==, 'a');
  g_assert_cmpuint (bytes[126], ==, 'c');
  g_assert_true (hs_samba_checksum (self->samba, 0x16000, 150, &crc, &error));
  g_assert_no_error (error);
  g_assert_cmphex (crc, ==, 0xBEEF);
  script_port_assert_done (self->port);
}

/* What is wrong with one answer does not spoil the next. */
static void
test_wrong_answers (Fixture *self, gconstpointer data)
{
  const struct {
    const char *answer;
    HsFlashError code;
  } cases[] = {
    { "Z0000BEE", HS_FLASH_ERROR_TIMED_OUT },
    { "Y0000BEEF#\n\r", HS_FLASH_ERROR_PROTOCOL },
    { "Z0001BEEF#\n\r", HS_FLASH_ERROR_PROTOCOL },
    { "Z0000BEEG#\n\r", HS_FLASH_ERROR_PROTOCOL },
    { "Z0000BEEF\n\r#and more of it", HS_FLASH_ERROR_PROTOCOL },
    { "", HS_FLASH_ERROR_TIMED_OUT },
  };
  guint16 crc;

  expect_connect (self);
  g_assert_true (hs_samba_connect (self->samba, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    script_port_expect_text (self->port, "Z00016000,00001000#", cases[i].answer);
    g_assert_false (hs_samba_checksum (self->samba, 0x16000, 4096, &crc, &error));
    g_assert_error (error, HS_FLASH_ERROR, (int) cases[i].code);
    g_clear_error (&error);
    script_port_expect_text (self->port, "Z00016000,00001000#", "Z00001234#\n\r");
    g_assert_true (hs_samba_checksum (self->samba, 0x16000, 4096, &crc, &error));
    g_assert_no_error (error);
    g_assert_cmphex (crc, ==, 0x1234);
  }

  script_port_expect_text (self->port, "X00016000#", "Y\n\r");
  {
    g_autoptr (GError) error = NULL;

    g_assert_false (hs_samba_erase (self->samba, 0x16000, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
    g_assert_nonnull (strstr (error->message, "0x00016000"));
  }
}

static void
test_unplugged (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  expect_connect (self);
  g_assert_true (hs_samba_connect (self->samba, &error));
  script_port_unplug (self->port);
  g_assert_false (hs_samba_erase (self->samba, 0x16000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);
  g_assert_true (hs_samba_reset (self->samba, &error));
  g_assert_no_error (error);
}

/* CRC-16/XMODEM's check value. */
static void
test_crc (void)
{
  g_assert_cmphex (hs_samba_crc16 ((const guint8 *) "123456789", 9), ==, 0x31C3);
  g_assert_cmphex (hs_samba_crc16 (NULL, 0), ==, 0);
}

#define ADD(path, test) g_test_add (path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/samba/connect", test_connect);
  ADD ("/samba/not-a-bootloader", test_not_a_bootloader);
  ADD ("/samba/write", test_write);
  ADD ("/samba/read", test_read);
  ADD ("/samba/wrong-answers", test_wrong_answers);
  ADD ("/samba/unplugged", test_unplugged);
  g_test_add_func ("/samba/crc", test_crc);
  return g_test_run ();
}
