/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/camera.h"

#include "flash/error.h"
#include "flash/version.h"

#include "tests/toy-bus.h"

#include <string.h>

#define OTHER_DFU_SERIAL "343234373033510600330020"

typedef struct {
  ToyBus *bus;
  ToyClock *clock;
  ToyCamera *toy;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->bus = toy_bus_new ();
  self->clock = toy_bus_get_clock (self->bus);
  self->toy = toy_bus_add (self->bus, "1-1", &toy_board, toy_layout);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->bus);
}

static HsCamera *
make_camera (Fixture *self, const char *key)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (self->bus), "1-1");

  return hs_camera_new (HS_BUS (self->bus), info, &toy_board, key);
}

static void
test_mode_and_key (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) in_dfu = make_camera (self, NULL);
  g_autoptr (HsCamera) in_app = NULL;

  /* The bootloader's serial proves who it is, the application's does not. */
  g_assert_cmpint (hs_camera_get_mode (in_dfu), ==, HS_MODE_DFU);
  g_assert_cmpstr (hs_camera_get_key (in_dfu), ==, TOY_KEY);
  g_assert_cmpstr (hs_camera_get_port (in_dfu), ==, "1-1");
  g_assert_true (hs_camera_is_attached (in_dfu));

  toy_camera_show (self->clock, self->toy, HS_MODE_APP);
  in_app = make_camera (self, NULL);
  g_assert_cmpint (hs_camera_get_mode (in_app), ==, HS_MODE_APP);
  g_assert_null (hs_camera_get_key (in_app));
  g_assert_false (hs_camera_is_attached (in_dfu));
}

static void
test_learn_key (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, TOY_KEY);
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_camera_learn_key (camera, TOY_KEY, &error));
  g_assert_false (hs_camera_learn_key (camera, "stm32:" OTHER_DFU_SERIAL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
  g_assert_cmpstr (hs_camera_get_key (camera), ==, TOY_KEY);
  g_clear_error (&error);

  /* Ids of another kind don't contradict each other. */
  g_assert_true (hs_camera_learn_key (camera, "alif-se:000000000000000000000001", &error));
  g_assert_cmpstr (hs_camera_get_key (camera), ==, "alif-se:000000000000000000000001");
}

/* It goes through its bootloader on the way; each form of its serial agrees with the other. */
static void
test_comes_back (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GError) error = NULL;

  toy_camera_restart (self->clock, self->toy, HS_MODE_APP);
  g_assert_true (hs_camera_await_gone (camera, 100, NULL, &error));
  g_assert_true (hs_camera_await_mode (camera, HS_MODE_APP, 1000, NULL, &error));
  g_assert_cmpint (hs_camera_get_mode (camera), ==, HS_MODE_APP);
  g_assert_cmpint (self->clock->now_us, ==, 100000);

  toy_camera_restart (self->clock, self->toy, HS_MODE_DFU);
  g_assert_true (hs_camera_await_mode (camera, HS_MODE_UNKNOWN, 0, NULL, &error));
  g_assert_cmpint (hs_camera_get_mode (camera), ==, HS_MODE_DFU);
  g_assert_no_error (error);
}

/* Who was there before the job, and who came after the chip's own bootloader, came unseen. */
static void
test_saw_arrival (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_camera_saw_arrival (camera));
  g_assert_true (hs_camera_await_mode (camera, HS_MODE_DFU, 100, NULL, &error));
  g_assert_false (hs_camera_saw_arrival (camera));

  toy_camera_restart (self->clock, self->toy, HS_MODE_DFU);
  g_assert_true (hs_camera_await_gone (camera, 100, NULL, &error));
  g_assert_true (hs_camera_await_mode (camera, HS_MODE_DFU, 1000, NULL, &error));
  g_assert_true (hs_camera_saw_arrival (camera));

  toy_camera_show (self->clock, self->toy, HS_MODE_ROM);
  g_assert_false (hs_camera_await_mode (camera, HS_MODE_DFU, 10, NULL, &error));
  g_clear_error (&error);
  toy_camera_show (self->clock, self->toy, HS_MODE_DFU);
  g_assert_true (hs_camera_await_mode (camera, HS_MODE_DFU, 100, NULL, &error));
  g_assert_false (hs_camera_saw_arrival (camera));

  toy_camera_restart (self->clock, self->toy, HS_MODE_APP);
  g_assert_true (hs_camera_await_mode (camera, HS_MODE_APP, 1000, NULL, &error));
  g_assert_true (hs_camera_saw_arrival (camera));
  g_assert_no_error (error);
}

static void
test_wrong_unit (Fixture *self, gconstpointer data)
{
  const char *keys[] = { NULL, TOY_KEY };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (HsCamera) camera = NULL;
    g_autoptr (GError) error = NULL;

    g_free (self->toy->app_serial);
    self->toy->app_serial = g_strdup (TOY_APP_SERIAL);
    self->toy->comes_back_as = NULL;
    toy_camera_show (self->clock, self->toy, HS_MODE_APP);
    camera = make_camera (self, keys[i]);
    self->toy->comes_back_as = OTHER_DFU_SERIAL;
    toy_camera_restart (self->clock, self->toy, HS_MODE_DFU);
    g_assert_false (hs_camera_await_mode (camera, HS_MODE_DFU, 1000, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
    g_assert_nonnull (strstr (error->message, "1-1"));
  }
}

/* Its folded serials are all that is known, and they differ. */
static void
test_wrong_unit_as_application (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = NULL;
  g_autoptr (GError) error = NULL;

  toy_camera_show (self->clock, self->toy, HS_MODE_APP);
  camera = make_camera (self, NULL);
  self->toy->comes_back_as = "346534563034";
  toy_camera_restart (self->clock, self->toy, HS_MODE_APP);
  g_assert_true (hs_camera_await_gone (camera, 100, NULL, &error));
  g_assert_false (hs_camera_await_mode (camera, HS_MODE_APP, 1000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
}

static void
test_other_board (Fixture *self, gconstpointer data)
{
  const HsBoard *other = hs_board_by_id ("OPENMV4");
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GError) error = NULL;
  ToyCamera *intruder;

  toy_camera_show (self->clock, self->toy, HS_MODE_UNKNOWN);
  intruder = toy_bus_add (self->bus, "1-1", other, toy_layout);
  toy_camera_show (self->clock, intruder, HS_MODE_DFU);
  g_assert_false (hs_camera_await_mode (camera, HS_MODE_DFU, 1000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
}

/* Two cameras of one model re-enumerate together and come back on each other's ports. */
static void
test_swapped_ports (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GError) error = NULL;
  ToyCamera *second = toy_bus_add (self->bus, "1-2", &toy_board, toy_layout);

  g_free (second->dfu_serial);
  second->dfu_serial = g_strdup (OTHER_DFU_SERIAL);
  toy_camera_restart (self->clock, self->toy, HS_MODE_DFU);
  toy_camera_restart (self->clock, second, HS_MODE_DFU);
  g_free (self->toy->port);
  g_free (second->port);
  self->toy->port = g_strdup ("1-2");
  second->port = g_strdup ("1-1");
  g_assert_false (hs_camera_await_mode (camera, HS_MODE_DFU, 1000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
}

static void
test_away (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_camera_await_gone (camera, 1500, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
  g_assert_cmpint (self->clock->now_us, ==, 1500000);
  g_clear_error (&error);

  toy_camera_show (self->clock, self->toy, HS_MODE_UNKNOWN);
  g_assert_false (hs_camera_await_mode (camera, HS_MODE_APP, 10000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
  g_assert_cmpint (self->clock->now_us, ==, 11500000);
  g_clear_error (&error);

  /* On another port it is not the place that the job holds; the message says where it is. */
  g_free (self->toy->port);
  self->toy->port = g_strdup ("1-3");
  toy_camera_show (self->clock, self->toy, HS_MODE_DFU);
  g_assert_false (hs_camera_await_mode (camera, HS_MODE_DFU, 1000, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
  g_assert_nonnull (strstr (error->message, "1-3"));
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (hs_camera_await_mode (camera, HS_MODE_APP, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (hs_camera_await_gone (camera, 0, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* While it waits, the transport stays open: closing reaches the camera. */
static void
test_closed_after_gone (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (hs_camera_open (camera, HS_OPEN_USB, &error));
  self->toy->detached = TRUE;
  toy_camera_plan (self->clock, self->toy, HS_MODE_APP, 30);
  g_assert_true (hs_camera_await_gone (camera, 1000, NULL, &error));
  g_assert_null (hs_camera_get_transport (camera));
  g_assert_cmpstr (self->toy->log->str, ==, "c");
}

static HsTransport *
count_wrap (HsTransport *transport, HsUsbInfo *info, gpointer user_data)
{
  g_assert_cmpstr (info->port, ==, "1-1");
  (*(guint *) user_data)++;
  return transport;
}

static void
test_wrap (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCamera) camera = make_camera (self, NULL);
  g_autoptr (GError) error = NULL;
  guint n_wrapped = 0;

  hs_camera_set_wrap (camera, count_wrap, &n_wrapped, NULL);
  g_assert_nonnull (hs_camera_open (camera, HS_OPEN_USB, &error));
  g_assert_nonnull (hs_camera_open (camera, HS_OPEN_USB, &error));
  g_assert_cmpuint (n_wrapped, ==, 2);
  hs_camera_close (camera);
  hs_camera_close (camera);
  g_assert_null (hs_camera_get_transport (camera));
}

static void
test_version (Fixture *self, gconstpointer data)
{
  const struct {
    HsVersionKind best;
    gboolean legacy;
    gboolean silent;
    HsVersionKind kind;
    const char *text;
  } cases[] = {
    { HS_VERSION_NONE, FALSE, FALSE, HS_VERSION_NONE, NULL },
    { HS_VERSION_USB, FALSE, FALSE, HS_VERSION_USB, NULL },
    { HS_VERSION_NUMBER, FALSE, FALSE, HS_VERSION_NUMBER, "5.0.0" },
    { HS_VERSION_NUMBER, TRUE, FALSE, HS_VERSION_NUMBER, "4.6.20" },
    { HS_VERSION_NUMBER, FALSE, TRUE, HS_VERSION_USB, NULL },
    { HS_VERSION_TEXT, FALSE, FALSE, HS_VERSION_TEXT, "v5.0.0-34.gcbbb877eda" },
    { HS_VERSION_TEXT, FALSE, TRUE, HS_VERSION_USB, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsCamera) camera = NULL;
    g_autoptr (GError) error = NULL;
    HsVersion version;
    guint64 instance;

    g_test_message ("case %u", i);
    self->toy->legacy_app = cases[i].legacy;
    self->toy->silent_app = cases[i].silent;
    toy_camera_show (self->clock, self->toy, HS_MODE_APP);
    instance = self->toy->instance;
    camera = make_camera (self, TOY_KEY);
    g_assert_true (hs_version_ask (camera, cases[i].best, &version, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (version.kind, ==, cases[i].kind);
    g_assert_cmpstr (version.text, ==, cases[i].text);
    if (cases[i].kind >= HS_VERSION_NUMBER && !cases[i].legacy)
      g_assert_cmpstr (version.board_key, ==, TOY_KEY);
    /* Only the REPL stops the product, and then it is started again. */
    g_assert_true ((self->toy->instance != instance) == (cases[i].kind == HS_VERSION_TEXT));
    g_assert_cmpint (self->toy->mode, ==, HS_MODE_APP);
    hs_version_clear (&version);
  }
}

static void
test_version_gone (Fixture *self, gconstpointer data)
{
  for (guint fail_at = 1;; fail_at++) {
    g_autoptr (HsCamera) camera = NULL;
    g_autoptr (GError) error = NULL;
    HsVersion version;
    gboolean done;

    toy_camera_show (self->clock, self->toy, HS_MODE_APP);
    camera = make_camera (self, TOY_KEY);
    self->toy->n_requests = 0;
    self->toy->fail_at = fail_at;
    self->toy->fail_code = HS_FLASH_ERROR_GONE;
    done = hs_version_ask (camera, HS_VERSION_TEXT, &version, NULL, &error);
    hs_version_clear (&version);
    if (done) {
      g_assert_no_error (error);
      g_assert_cmpuint (fail_at, >, self->toy->n_requests);
      return;
    }
    g_assert_nonnull (error);
  }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/camera/mode-and-key", test_mode_and_key);
  ADD ("/camera/learn-key", test_learn_key);
  ADD ("/camera/comes-back", test_comes_back);
  ADD ("/camera/saw-arrival", test_saw_arrival);
  ADD ("/camera/wrong-unit", test_wrong_unit);
  ADD ("/camera/wrong-unit-as-application", test_wrong_unit_as_application);
  ADD ("/camera/other-board", test_other_board);
  ADD ("/camera/swapped-ports", test_swapped_ports);
  ADD ("/camera/away", test_away);
  ADD ("/camera/cancelled", test_cancelled);
  ADD ("/camera/closed-after-gone", test_closed_after_gone);
  ADD ("/camera/wrap", test_wrap);
  ADD ("/version/ask", test_version);
  ADD ("/version/gone", test_version_gone);

  return g_test_run ();
}
