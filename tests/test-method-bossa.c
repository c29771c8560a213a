/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "tests/method-rig.h"

#include <string.h>

/* The method against the simulated bootloader of the Nano 33 BLE, in virtual time. */

#define METHOD (&hs_method_bossa)
#define BOARD  "ARDUINO_NANO_33_BLE_SENSE"
#define PAGE   4096

typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  const HsBoard *board;
  const HsPartition *firmware;
  HsCamera *camera;
} Bench;

/* The job begins anew with what is on the port now. */
static void
look_again (Bench *self)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (self->bus), "1-1");

  g_clear_object (&self->camera);
  g_assert_nonnull (info);
  self->camera = hs_camera_new (HS_BUS (self->bus), info, self->board, NULL);
}

static void
bench_init (Bench *self, const char *spec)
{
  g_autoptr (GError) error = NULL;

  self->bus = hs_sim_bus_new (spec, NULL, TRUE, &error);
  g_assert_no_error (error);
  self->sim = hs_sim_bus_get_camera (self->bus, 0);
  self->board = hs_sim_camera_get_board (self->sim);
  self->firmware = hs_board_find (self->board, HS_ROLE_FIRMWARE);
  look_again (self);
}

/* A camera whose SoftDevice was erased hangs. */
static void
bench_clear (Bench *self)
{
  g_assert_false (hs_sim_camera_is_hung (self->sim));
  g_clear_object (&self->camera);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static GBytes *
make_firmware (Bench *self, guint seed, gsize size)
{
  return hs_sample_firmware (self->board, HS_ROLE_FIRMWARE, "v4.8.1", "4.8.1", seed, size);
}

static gboolean
enter (Bench *self, GError **error)
{
  return METHOD->enter (self->camera, FALSE, NULL, NULL, error);
}

static gboolean
write_firmware (Bench *self, GBytes *image, gboolean full, HsWriteResult *result, GError **error)
{
  const HsWriteOptions options = { .full = full };

  return method_write (
      METHOD, self->camera, self->firmware, image, &options, result, NULL, NULL, error);
}

static gboolean
compare (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  const guint8 *bytes = g_bytes_get_data (user_data, NULL);

  if (memcmp (bytes + offset, data, length) == 0)
    return TRUE;
  g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_VERIFY, "differs");
  return FALSE;
}

static gboolean
verify (Bench *self, GBytes *image, GError **error)
{
  return method_read (METHOD,
                      self->camera,
                      self->firmware,
                      g_bytes_get_size (image),
                      compare,
                      image,
                      HS_ACTIVITY_VERIFYING,
                      NULL,
                      NULL,
                      error);
}

static gboolean
holds (Bench *self, GBytes *image)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (image, &size);
  g_autoptr (GBytes) flash = hs_sim_camera_dup_start (self->sim, self->firmware, size);

  return memcmp (g_bytes_get_data (flash, NULL), data, size) == 0;
}

static void
test_whole_way (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result = { 0 };
  gint64 before;

  bench_init (&bench, BOARD);
  image = make_firmware (&bench, 9, 90 * 1024 + 13);
  enter (&bench, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_DFU);
  METHOD->check (bench.camera, &error);
  g_assert_no_error (error);

  write_firmware (&bench, image, FALSE, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.wrote_bytes, ==, g_bytes_get_size (image));
  g_assert_cmpuint (result.n_units, ==, 1);
  before = hs_bus_now (HS_BUS (bench.bus), "1-1");
  verify (&bench, image, &error);
  g_assert_no_error (error);
  g_test_message ("reading back: %.1f KB/s",
                  g_bytes_get_size (image) / 1024.0 /
                      ((hs_bus_now (HS_BUS (bench.bus), "1-1") - before + 1) / 1e6));
  METHOD->leave (bench.camera, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_APP);
  g_assert_true (holds (&bench, image));
}

/* The eraser knows no less than everything: one byte that differs writes all, none writes
 * nothing. */
static void
test_all_or_nothing (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (HsSource) source = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result = { 0 };
  guint8 *data;

  bench_init (&bench, BOARD "@dfu");
  first = make_firmware (&bench, 9, 10 * PAGE);
  write_firmware (&bench, first, TRUE, &result, &error);
  g_assert_no_error (error);
  write_firmware (&bench, first, FALSE, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.wrote_bytes, ==, 0);
  g_assert_cmpuint (result.n_differ, ==, 0);

  data = g_memdup2 (g_bytes_get_data (first, NULL), 10 * PAGE);
  data[7 * PAGE] ^= 1;
  second = g_bytes_new_take (data, 10 * PAGE);
  source = hs_source_new_bytes (second);
  METHOD->compare (bench.camera, bench.firmware, source, &result, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, ==, 1);
  hs_write_result_clear (&result);
  write_firmware (&bench, second, FALSE, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.wrote_bytes, ==, 10 * PAGE);
  g_assert_true (holds (&bench, second));
}

static gpointer
double_tap (gpointer data)
{
  Bench *bench = data;

  g_usleep (20000);
  hs_sim_bus_hand_enter (bench->bus, 0);
  return NULL;
}

/* Firmware that does not answer at all. */
static void
test_double_tap (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;
  GThread *hands;

  bench_init (&bench, BOARD);
  hands = g_thread_new ("hands", double_tap, &bench);
  METHOD->enter (bench.camera, TRUE, NULL, NULL, &error);
  g_thread_join (hands);
  g_assert_no_error (error);
  METHOD->check (bench.camera, &error);
  g_assert_no_error (error);
}

static void
test_interrupted (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD);
  image = make_firmware (&bench, 9, 10 * PAGE);
  enter (&bench, &error);
  g_assert_no_error (error);
  hs_sim_bus_set_fault (bench.bus, 0, "unplug_at", 20);
  g_assert_false (write_firmware (&bench, image, TRUE, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);

  hs_sim_bus_set_fault (bench.bus, 0, "unplug_at", 0);
  hs_sim_bus_hand_enter (bench.bus, 0);
  hs_sim_bus_settle (bench.bus, 0);
  look_again (&bench);
  enter (&bench, &error);
  g_assert_no_error (error);
  write_firmware (&bench, image, TRUE, NULL, &error);
  g_assert_no_error (error);
  METHOD->leave (bench.camera, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
test_port_held (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD);
  hs_sim_bus_set_fault (bench.bus, 0, "serial_held", 1);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
}

static void
test_forbidden (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = hs_sample_blob (1, PAGE);
  g_autoptr (GError) error = NULL;
  HsPartition lie;

  bench_init (&bench, BOARD "@dfu");
  METHOD->check (bench.camera, &error);
  g_assert_no_error (error);
  lie = *bench.firmware;
  lie.start = 0x15000;
  g_assert_false (method_write (METHOD, bench.camera, &lie, image, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_false (METHOD->erase (bench.camera, bench.firmware, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
}

static gboolean
write_and_prove (Bench *self, GBytes *image, gboolean full, GError **error)
{
  return write_firmware (self, image, full, NULL, error) && verify (self, image, error);
}

/* At every command: never proven with wrong bytes, and the next attempt gets through. */
static void
test_faults (gconstpointer data)
{
  const char *fault = data;

  for (guint nth = 1;; nth += nth < 40 ? 1 : 29) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GBytes) image = NULL;
    g_autoptr (GError) error = NULL;
    gboolean ok;
    guint before;

    bench_init (&bench, BOARD "@dfu");
    image = make_firmware (&bench, 5, 4 * PAGE + 100);
    before = hs_sim_camera_get_n_requests (bench.sim);
    hs_sim_bus_set_fault (bench.bus, 0, fault, nth);
    ok = write_and_prove (&bench, image, FALSE, &error);
    g_assert_cmpint (ok, ==, error == NULL);
    g_assert_true (!ok || holds (&bench, image));
    if (ok && hs_sim_camera_get_n_requests (bench.sim) - before < nth)
      return;

    g_clear_error (&error);
    hs_sim_bus_set_fault (bench.bus, 0, fault, 0);
    hs_sim_bus_hand_enter (bench.bus, 0);
    hs_sim_bus_settle (bench.bus, 0);
    look_again (&bench);
    enter (&bench, &error);
    g_assert_no_error (error);
    write_and_prove (&bench, image, TRUE, &error);
    g_assert_no_error (error);
    g_assert_true (holds (&bench, image));
  }
}

static void
test_broken_answers (void)
{
  const struct {
    const char *fault;
    int value;
    HsFlashError code;
  } cases[] = {
    { "short_report", 1, HS_FLASH_ERROR_TIMED_OUT },
    { "long_report", 1, HS_FLASH_ERROR_PROTOCOL },
    { "write_error_block", 2, HS_FLASH_ERROR_TIMED_OUT },
    { "corrupt_block", 2, HS_FLASH_ERROR_VERIFY },
    { "write_protected", 1, HS_FLASH_ERROR_VERIFY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GBytes) image = NULL;
    g_autoptr (GError) error = NULL;

    bench_init (&bench, BOARD "@dfu");
    image = make_firmware (&bench, 5, 5 * PAGE);
    hs_sim_bus_set_fault (bench.bus, 0, cases[i].fault, cases[i].value);
    g_assert_false (write_and_prove (&bench, image, TRUE, &error));
    if (!g_error_matches (error, HS_FLASH_ERROR, (int) cases[i].code))
      g_error ("%s: %s", cases[i].fault, error->message);
  }
}

static void
test_describe (void)
{
  const HsBoard *board = hs_board_by_id (BOARD);
  g_autofree char *command =
      METHOD->describe (board, hs_board_find (board, HS_ROLE_FIRMWARE), NULL, "firmware.bin");

  g_assert_cmpstr (command, ==, "bossac -e -w -v -R --offset=0x16000 'firmware.bin'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bossa/whole-way", test_whole_way);
  g_test_add_func ("/bossa/all-or-nothing", test_all_or_nothing);
  g_test_add_func ("/bossa/double-tap", test_double_tap);
  g_test_add_func ("/bossa/interrupted", test_interrupted);
  g_test_add_func ("/bossa/port-held", test_port_held);
  g_test_add_func ("/bossa/forbidden", test_forbidden);
  g_test_add_data_func ("/bossa/faults/unplugged", "unplug_at", test_faults);
  g_test_add_data_func ("/bossa/faults/stalled", "stall_at", test_faults);
  g_test_add_data_func ("/bossa/faults/silent", "lose_answer_at", test_faults);
  g_test_add_func ("/bossa/broken-answers", test_broken_answers);
  g_test_add_func ("/bossa/describe", test_describe);
  return g_test_run ();
}
