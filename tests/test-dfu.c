/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/protocol/dfu.h"

#include "tests/toy-bus.h"

#include <string.h>

#define BLOCK    4096
#define FIRMWARE 2 /* alternate setting of toy_layout */

typedef struct {
  ToyBus *bus;
  ToyCamera *camera;
  HsTransport *transport;
  HsDfu *dfu;
} Fixture;

static HsDfu *
open_dfu (Fixture *self, GError **error)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (self->bus), "1-1");

  g_clear_object (&self->transport);
  self->transport = hs_bus_open (HS_BUS (self->bus), info, HS_OPEN_USB, error);
  g_assert_nonnull (self->transport);
  return hs_dfu_new (self->transport, info, error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->bus = toy_bus_new ();
  self->camera = toy_bus_add (self->bus, "1-1", &toy_board, toy_layout);
  self->dfu = open_dfu (self, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->dfu);
  g_clear_object (&self->transport);
  g_clear_object (&self->bus);
}

static void
fill (guint8 *block, guint seed)
{
  for (guint i = 0; i < BLOCK; i++)
    block[i] = (i * 7 + seed * 31) & 0xff;
}

/* The bytes of "write 4097 bytes, read them back, leave": which requests, in which order. */
static void
test_order_of_requests (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 block[BLOCK], back[BLOCK];

  g_assert_true (hs_dfu_select (self->dfu, FIRMWARE, &error));
  g_assert_true (hs_dfu_make_idle (self->dfu, &error));
  for (guint i = 0; i < 2; i++) {
    fill (block, i);
    g_assert_true (hs_dfu_write_block (self->dfu, i, block, NULL, &error));
  }
  g_assert_true (hs_dfu_finish (self->dfu, 2, &error));
  g_assert_cmpint (hs_dfu_upload_block (self->dfu, 0, back, &error), ==, BLOCK);
  g_assert_cmpint (hs_dfu_upload_block (self->dfu, 1, back, &error), ==, BLOCK);
  g_assert_cmpmem (back, BLOCK, block, BLOCK);
  g_assert_true (hs_dfu_detach (self->dfu, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (self->camera->log->str, ==, "ASDSSDSSZSSUUL");
}

static void
test_descriptor (Fixture *self, gconstpointer data)
{
  const struct {
    guint16 bcd;
    guint16 block_size;
    gboolean good;
  } cases[] = {
    { 0x0101, 4096, TRUE },  { 0x0110, 4096, TRUE },  { 0x0100, 4096, TRUE }, { 0x0110, 64, TRUE },
    { 0x011a, 2048, FALSE }, { 0x0101, 8192, FALSE }, { 0x0101, 0, FALSE },
  };

  g_assert_cmpuint (hs_dfu_get_block_size (self->dfu), ==, 4096);
  g_assert_true (hs_dfu_can_upload (self->dfu));
  g_assert_cmpuint (hs_dfu_get_n_alternates (self->dfu), ==, 6);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsDfu) dfu = NULL;
    g_autoptr (GError) error = NULL;

    self->camera->bcd_dfu = cases[i].bcd;
    self->camera->block_size = cases[i].block_size;
    dfu = open_dfu (self, &error);
    if (cases[i].good) {
      g_assert_no_error (error);
      g_assert_cmpuint (hs_dfu_get_block_size (dfu), ==, cases[i].block_size);
    } else {
      g_assert_null (dfu);
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
    }
  }
}

static void
test_not_in_dfu_mode (Fixture *self, gconstpointer data)
{
  g_autoptr (HsDfu) dfu = NULL;
  g_autoptr (GError) error = NULL;

  toy_camera_show (toy_bus_get_clock (self->bus), self->camera, HS_MODE_APP);
  dfu = open_dfu (self, &error);
  g_assert_null (dfu);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
}

static void
test_names (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 alt;

  g_assert_cmpstr (hs_dfu_get_name (self->dfu, 0, &error), ==, "BOOTLOADER");
  g_assert_true (hs_dfu_find_alternate (self->dfu, "ROMFS0", &alt, &error));
  g_assert_cmpuint (alt, ==, 3);
  g_assert_false (hs_dfu_find_alternate (self->dfu, "TOC", &alt, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE);
}

/* A block beyond the end, a read-only partition, a flash that fails: block and status are named,
 * and the next download starts clean. */
static void
test_error_status (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 block[BLOCK] = { 0 };

  g_assert_true (hs_dfu_select (self->dfu, FIRMWARE, &error));
  g_assert_false (hs_dfu_write_block (self->dfu, 6, block, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_cmpstr (error->message,
                   ==,
                   "Block 6: the bootloader reports errADDRESS (status 8) in state dfuERROR");
  g_clear_error (&error);

  g_assert_true (hs_dfu_make_idle (self->dfu, &error));
  g_assert_true (hs_dfu_select (self->dfu, 0, &error));
  g_assert_false (hs_dfu_write_block (self->dfu, 0, block, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_nonnull (strstr (error->message, "errWRITE"));
  g_clear_error (&error);

  g_assert_true (hs_dfu_select (self->dfu, FIRMWARE, &error));
  g_assert_true (hs_dfu_make_idle (self->dfu, &error));
  g_assert_true (hs_dfu_write_block (self->dfu, 5, block, NULL, &error));
  g_assert_no_error (error);
}

/* In the middle of somebody's download: ABORT; in dfuERROR: CLRSTATUS. */
static void
test_make_idle (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->camera->state = HS_DFU_STATE_DNLOAD_IDLE;
  g_assert_true (hs_dfu_make_idle (self->dfu, &error));
  g_assert_cmpstr (self->camera->log->str, ==, "SXS");

  g_string_set_size (self->camera->log, 0);
  self->camera->state = HS_DFU_STATE_ERROR;
  self->camera->status = 3;
  g_assert_true (hs_dfu_make_idle (self->dfu, &error));
  g_assert_cmpstr (self->camera->log->str, ==, "SCS");
  g_assert_no_error (error);
}

static void
test_past_the_end (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 back[BLOCK];

  g_assert_true (hs_dfu_select (self->dfu, FIRMWARE, &error));
  g_assert_cmpint (hs_dfu_upload_block (self->dfu, 6, back, &error), ==, 4);
}

static void
test_slow_block_is_measured (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint8 block[BLOCK] = { 0 };
  guint64 took_us = 0;

  self->camera->slow_block = 2;
  g_assert_true (hs_dfu_select (self->dfu, FIRMWARE, &error));
  g_assert_true (hs_dfu_write_block (self->dfu, 2, block, &took_us, &error));
  g_assert_cmpuint (took_us, >=, 5 * G_USEC_PER_SEC);
}

/* Gone, stalled or unanswered: only the bus can tell whether it worked. */
static void
test_detach (Fixture *self, gconstpointer data)
{
  const int codes[] = { HS_FLASH_ERROR_STALLED, HS_FLASH_ERROR_TIMED_OUT, HS_FLASH_ERROR_GONE };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    self->camera->fail_at = self->camera->n_requests + 1;
    self->camera->fail_code = codes[i];
    g_assert_true (hs_dfu_detach (self->dfu, &error));
    g_assert_no_error (error);
  }

  toy_camera_show (toy_bus_get_clock (self->bus), self->camera, HS_MODE_DFU);
  g_clear_object (&self->dfu);
  self->dfu = open_dfu (self, &error);
  self->camera->fail_at = self->camera->n_requests + 1;
  self->camera->fail_code = HS_FLASH_ERROR_PERMISSION;
  g_assert_false (hs_dfu_detach (self->dfu, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION);
}

static void
test_unplugged_anywhere (void)
{
  guint8 blocks[3][BLOCK];

  for (guint i = 0; i < 3; i++)
    fill (blocks[i], i);

  /* Pull the plug at request 1, 2, 3 … until the download survives. */
  for (guint fail_at = 1;; fail_at++) {
    Fixture fixture = { 0 };
    g_autoptr (GError) error = NULL;
    gboolean done;

    set_up (&fixture, NULL);
    fixture.camera->fail_at = fail_at;
    fixture.camera->fail_code = HS_FLASH_ERROR_GONE;
    done = hs_dfu_select (fixture.dfu, FIRMWARE, &error) && hs_dfu_make_idle (fixture.dfu, &error);
    for (guint i = 0; done && i < 3; i++)
      done = hs_dfu_write_block (fixture.dfu, i, blocks[i], NULL, &error);
    done = done && hs_dfu_finish (fixture.dfu, 3, &error);
    if (!done)
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
    else
      g_assert_cmpuint (fail_at, ==, fixture.camera->n_requests + 1);
    tear_down (&fixture, NULL);
    if (done)
      return;
  }
}

static void
test_status_names (void)
{
  g_assert_cmpstr (hs_dfu_status_name (0), ==, "OK");
  g_assert_cmpstr (hs_dfu_status_name (8), ==, "errADDRESS");
  g_assert_cmpstr (hs_dfu_status_name (15), ==, "errSTALLEDPKT");
  g_assert_cmpstr (hs_dfu_status_name (16), ==, "an unknown status");
  g_assert_cmpstr (hs_dfu_state_name (10), ==, "dfuERROR");
  g_assert_cmpstr (hs_dfu_state_name (11), ==, "an unknown state");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/dfu/order-of-requests", test_order_of_requests);
  ADD ("/dfu/descriptor", test_descriptor);
  ADD ("/dfu/not-in-dfu-mode", test_not_in_dfu_mode);
  ADD ("/dfu/names", test_names);
  ADD ("/dfu/error-status", test_error_status);
  ADD ("/dfu/make-idle", test_make_idle);
  ADD ("/dfu/past-the-end", test_past_the_end);
  ADD ("/dfu/slow-block-is-measured", test_slow_block_is_measured);
  ADD ("/dfu/detach", test_detach);
  g_test_add_func ("/dfu/unplugged-anywhere", test_unplugged_anywhere);
  g_test_add_func ("/dfu/status-names", test_status_names);

  return g_test_run ();
}
