/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/version.h"
#include "tests/method-rig.h"

#include <string.h>

/* The method against the simulated second bootloader of the RT1062, in virtual time. */

#define METHOD (&hs_method_imx)
#define BOARD  "OPENMV_RT1060"
#define SECTOR 4096

typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  const HsBoard *board;
  HsCamera *camera;
  GBytes *untouchable[2]; /* FCB and SBL as they were */
  GThread *hands;
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
  for (guint i = 0; i < 2; i++)
    self->untouchable[i] = hs_sim_camera_dup_partition (self->sim, &self->board->partitions[i]);
  look_again (self);
}

/* Whatever happened, the flash configuration and the bootloader are as they were. */
static void
assert_untouched (Bench *self)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GBytes) now = hs_sim_camera_dup_partition (self->sim, &self->board->partitions[i]);

    g_assert_true (g_bytes_equal (now, self->untouchable[i]));
  }
}

static void
bench_clear (Bench *self)
{
  assert_untouched (self);
  g_clear_pointer (&self->untouchable[0], g_bytes_unref);
  g_clear_pointer (&self->untouchable[1], g_bytes_unref);
  g_clear_object (&self->camera);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static const HsPartition *
partition (Bench *self, HsRole role)
{
  return hs_board_find (self->board, role);
}

static gboolean
enter (Bench *self, GError **error)
{
  return METHOD->enter (self->camera, FALSE, NULL, NULL, error);
}

static gboolean
write_role (Bench *self,
            HsRole role,
            GBytes *image,
            gboolean full,
            HsWriteResult *result,
            GError **error)
{
  const HsWriteOptions options = { .full = full };

  return method_write (
      METHOD, self->camera, partition (self, role), image, &options, result, NULL, NULL, error);
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
verify_role (Bench *self, HsRole role, GBytes *image, GError **error)
{
  return method_read (METHOD,
                      self->camera,
                      partition (self, role),
                      g_bytes_get_size (image),
                      compare,
                      image,
                      HS_ACTIVITY_VERIFYING,
                      NULL,
                      NULL,
                      error);
}

static gboolean
holds (Bench *self, HsRole role, GBytes *image)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (image, &size);
  g_autoptr (GBytes) flash = hs_sim_camera_dup_start (self->sim, partition (self, role), size);

  return memcmp (g_bytes_get_data (flash, NULL), data, size) == 0;
}

static GBytes *
make_firmware (Bench *self, gsize size)
{
  return hs_sample_firmware (self->board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 7, size);
}

static void
test_whole_way (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) firmware = NULL;
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 60001);
  g_autoptr (GBytes) drive = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result = { 0 };
  HsVersion version = { 0 };

  bench_init (&bench, BOARD);
  firmware = make_firmware (&bench, 300 * 1024 + 77);
  enter (&bench, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_DFU);
  METHOD->check (bench.camera, &error);
  g_assert_no_error (error);

  write_role (&bench, HS_ROLE_FIRMWARE, firmware, FALSE, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_units, ==, 76);
  g_assert_cmpuint (result.n_differ, ==, 76);
  verify_role (&bench, HS_ROLE_FIRMWARE, firmware, &error);
  g_assert_no_error (error);
  write_role (&bench, HS_ROLE_ROMFS0, romfs, TRUE, &result, &error);
  g_assert_no_error (error);
  verify_role (&bench, HS_ROLE_ROMFS0, romfs, &error);
  g_assert_no_error (error);
  METHOD->erase (bench.camera, partition (&bench, HS_ROLE_FILESYSTEM), NULL, NULL, &error);
  g_assert_no_error (error);
  drive = hs_sim_camera_dup_start (bench.sim, partition (&bench, HS_ROLE_FILESYSTEM), 512);
  g_assert_cmphex (((const guint8 *) g_bytes_get_data (drive, NULL))[510], ==, 0xFF);

  METHOD->leave (bench.camera, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_APP);
  g_assert_true (holds (&bench, HS_ROLE_FIRMWARE, firmware));
  g_assert_true (holds (&bench, HS_ROLE_ROMFS0, romfs));
  hs_version_ask (bench.camera, HS_VERSION_TEXT, &version, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (version.text, ==, "v5.0.0");
  hs_version_clear (&version);
}

/* What a full write and its proof take, beside what the camera itself is busy with. */
static void
test_overhead (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 1024 * 1024);
  g_autoptr (GError) error = NULL;
  gint64 start, took_us;
  guint64 busy_us;

  bench_init (&bench, BOARD);
  enter (&bench, &error);
  g_assert_no_error (error);
  busy_us = hs_sim_camera_get_busy_us (bench.sim);
  start = hs_bus_now (HS_BUS (bench.bus), "1-1");
  write_role (&bench, HS_ROLE_ROMFS0, romfs, TRUE, NULL, &error);
  g_assert_no_error (error);
  verify_role (&bench, HS_ROLE_ROMFS0, romfs, &error);
  g_assert_no_error (error);
  took_us = hs_bus_now (HS_BUS (bench.bus), "1-1") - start;
  busy_us = hs_sim_camera_get_busy_us (bench.sim) - busy_us;
  g_test_message ("%.3f s, of which the camera was busy %.3f s", took_us / 1e6, busy_us / 1e6);
  g_assert_cmpfloat (took_us, <=, 1.03 * busy_us);
}

/* The same image again, and one with a byte changed. */
static void
test_only_what_changed (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) first = hs_sample_romfs (3, 100000);
  g_autoptr (GBytes) second = NULL;
  g_autoptr (HsSource) source = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result = { 0 };
  guint8 *data;

  bench_init (&bench, BOARD);
  enter (&bench, &error);
  g_assert_no_error (error);
  write_role (&bench, HS_ROLE_ROMFS0, first, TRUE, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, ==, 25);
  write_role (&bench, HS_ROLE_ROMFS0, first, FALSE, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, ==, 0);
  g_assert_cmpuint (result.wrote_bytes, ==, 0);

  data = g_memdup2 (g_bytes_get_data (first, NULL), 100000);
  data[9 * SECTOR + 11] ^= 1;
  second = g_bytes_new_take (data, 100000);
  source = hs_source_new_bytes (second);
  METHOD->compare (
      bench.camera, partition (&bench, HS_ROLE_ROMFS0), source, &result, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, ==, 1);
  g_assert_false (result.equal[9]);
  hs_write_result_clear (&result);
  write_role (&bench, HS_ROLE_ROMFS0, second, FALSE, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.wrote_bytes, ==, SECTOR);
  g_assert_true (holds (&bench, HS_ROLE_ROMFS0, second));
}

/* It shows the id of the flashloader, too: nothing is sent to what was there before. */
static void
test_met_without_reset (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 5000);
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@dfu+ram_loader");
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);
  g_assert_false (METHOD->check (bench.camera, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);
  g_assert_false (write_role (&bench, HS_ROLE_ROMFS0, romfs, TRUE, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_assert_cmpuint (hs_sim_camera_get_n_requests (bench.sim), ==, 0);
}

/* A resident one that was just plugged in goes on by itself, and is asked for. */
static void
test_met_in_window (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 5000);
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@dfu");
  enter (&bench, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_DFU);
  write_role (&bench, HS_ROLE_ROMFS0, romfs, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (holds (&bench, HS_ROLE_ROMFS0, romfs));
}

static gpointer
replug_thread (gpointer data)
{
  Bench *bench = data;

  g_usleep (20000);
  hs_sim_bus_unplug (bench->bus, 0);
  g_usleep (20000);
  hs_sim_bus_plug (bench->bus, 0);
  return NULL;
}

static void
replug (Bench *self)
{
  g_autoptr (GError) error = NULL;

  self->hands = g_thread_new ("hands", replug_thread, self);
  METHOD->enter (self->camera, TRUE, NULL, NULL, &error);
  g_thread_join (g_steal_pointer (&self->hands));
  g_assert_no_error (error);
}

/* It leaves after a second of silence; a re-plug brings it back. */
static void
test_window (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 5000);
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD);
  enter (&bench, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 5; i++) {
    hs_bus_sleep (HS_BUS (bench.bus), "1-1", 900 * 1000);
    METHOD->check (bench.camera, &error);
    g_assert_no_error (error);
  }
  hs_bus_sleep (HS_BUS (bench.bus), "1-1", 1100 * 1000);
  g_assert_false (write_role (&bench, HS_ROLE_ROMFS0, romfs, TRUE, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);

  hs_sim_bus_settle (bench.bus, 0);
  look_again (&bench);
  replug (&bench);
  write_role (&bench, HS_ROLE_ROMFS0, romfs, TRUE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (holds (&bench, HS_ROLE_ROMFS0, romfs));
}

/* Firmware that is half there does not start; the window comes first. */
static void
test_interrupted_firmware (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) firmware = NULL;
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD);
  firmware = make_firmware (&bench, 40 * 1024);
  enter (&bench, &error);
  g_assert_no_error (error);
  hs_sim_bus_set_fault (bench.bus, 0, "unplug_at", 400);
  g_assert_false (write_role (&bench, HS_ROLE_FIRMWARE, firmware, TRUE, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);
  hs_sim_bus_set_fault (bench.bus, 0, "unplug_at", 0);

  hs_sim_bus_plug (bench.bus, 0);
  hs_sim_bus_settle (bench.bus, 0);
  g_assert_true (hs_sim_camera_is_hung (bench.sim));
  replug (&bench);
  write_role (&bench, HS_ROLE_FIRMWARE, firmware, TRUE, NULL, &error);
  g_assert_no_error (error);
  METHOD->leave (bench.camera, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (holds (&bench, HS_ROLE_FIRMWARE, firmware));
}

static void
test_forbidden (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = hs_sample_blob (1, 4096);
  g_autoptr (GError) error = NULL;
  HsPartition lie;

  bench_init (&bench, BOARD);
  enter (&bench, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++) {
    g_assert_false (
        write_role (&bench, bench.board->partitions[i].role, image, TRUE, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    g_clear_error (&error);
  }

  /* Also if a table were wrong. */
  lie = bench.board->partitions[1];
  lie.flags = HS_PARTITION_WRITABLE;
  lie.role = HS_ROLE_FILESYSTEM;
  g_assert_false (method_write (METHOD, bench.camera, &lie, image, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_false (METHOD->erase (bench.camera, &lie, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_clear_error (&error);
  g_assert_false (
      METHOD->erase (bench.camera, partition (&bench, HS_ROLE_ROMFS0), NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
}

/* Write and proof, as a job does them. */
static gboolean
write_and_prove (Bench *self, GBytes *image, gboolean full, GError **error)
{
  return write_role (self, HS_ROLE_ROMFS0, image, full, NULL, error) &&
         verify_role (self, HS_ROLE_ROMFS0, image, error);
}

/* At every request of the first block, and at some of those that repeat it: never proven with wrong
 * bytes, nothing touched that must not be, and the next attempt gets through. */
static void
test_faults (gconstpointer data)
{
  const char *fault = data;
  g_autoptr (GBytes) image = hs_sample_romfs (5, SECTOR + 300);

  for (guint nth = 1;; nth += nth < 24 ? 1 : 11) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GError) error = NULL;
    gboolean ok;
    guint before;

    bench_init (&bench, BOARD);
    enter (&bench, &error);
    g_assert_no_error (error);
    before = hs_sim_camera_get_n_requests (bench.sim);
    hs_sim_bus_set_fault (bench.bus, 0, fault, nth);
    ok = write_and_prove (&bench, image, FALSE, &error);
    g_assert_cmpint (ok, ==, error == NULL);
    g_assert_true (!ok || holds (&bench, HS_ROLE_ROMFS0, image));
    assert_untouched (&bench);
    if (ok && hs_sim_camera_get_n_requests (bench.sim) - before < nth)
      return;

    g_clear_error (&error);
    hs_sim_bus_set_fault (bench.bus, 0, fault, 0);
    if (!hs_sim_camera_is_plugged (bench.sim))
      hs_sim_bus_plug (bench.bus, 0);
    hs_sim_bus_settle (bench.bus, 0);
    look_again (&bench);
    enter (&bench, &error);
    g_assert_no_error (error);
    write_and_prove (&bench, image, TRUE, &error);
    g_assert_no_error (error);
    g_assert_true (holds (&bench, HS_ROLE_ROMFS0, image));
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
    { "short_report", 1, HS_FLASH_ERROR_PROTOCOL },
    { "long_report", 1, HS_FLASH_ERROR_PROTOCOL },
    { "write_error_block", 1, HS_FLASH_ERROR_STATUS },
    { "corrupt_block", 1, HS_FLASH_ERROR_VERIFY },
    { "write_protected", 1, HS_FLASH_ERROR_STATUS },
  };
  g_autoptr (GBytes) image = hs_sample_romfs (5, 2 * SECTOR + 300);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GError) error = NULL;

    bench_init (&bench, BOARD);
    enter (&bench, &error);
    g_assert_no_error (error);
    hs_sim_bus_set_fault (bench.bus, 0, cases[i].fault, cases[i].value);
    g_assert_false (write_and_prove (&bench, image, TRUE, &error));
    g_assert_error (error, HS_FLASH_ERROR, (int) cases[i].code);
  }
}

static void
test_slow_sector (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) bytes = hs_sample_romfs (5, 3 * SECTOR);
  g_autoptr (HsSource) image = hs_source_new_bytes (bytes);
  g_autoptr (GError) error = NULL;
  const HsWriteOptions full = { .full = TRUE };
  HsWriteResult result = { 0 };
  g_autofree char *spec = g_strdup (BOARD);

  bench_init (&bench, spec);
  enter (&bench, &error);
  g_assert_no_error (error);
  hs_sim_bus_set_fault (bench.bus, 0, "slow_block", 1);
  METHOD->write (
      bench.camera, partition (&bench, HS_ROLE_ROMFS0), image, &full, &result, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.slow->len, ==, 1);
  g_assert_cmpuint (g_array_index (result.slow, HsSlowUnit, 0).ms, >=, 8000);
  hs_write_result_clear (&result);
}

static void
test_cancelled (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = hs_sample_romfs (5, 2 * SECTOR);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD);
  enter (&bench, &error);
  g_assert_no_error (error);
  g_cancellable_cancel (cancellable);
  g_assert_false (method_write (METHOD,
                                bench.camera,
                                partition (&bench, HS_ROLE_ROMFS0),
                                image,
                                NULL,
                                NULL,
                                NULL,
                                cancellable,
                                &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_describe (void)
{
  const HsBoard *board = hs_board_by_id (BOARD);
  g_autofree char *command =
      METHOD->describe (board, hs_board_find (board, HS_ROLE_FIRMWARE), NULL, "my firmware.bin");

  g_assert_nonnull (strstr (command, "blhost -u 0x15A2,0x0073"));
  g_assert_nonnull (strstr (command, "flash-erase-region 0x60040000"));
  g_assert_nonnull (strstr (command, "write-memory 0x60040000 'my firmware.bin'"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imx/whole-way", test_whole_way);
  g_test_add_func ("/imx/overhead", test_overhead);
  g_test_add_func ("/imx/only-what-changed", test_only_what_changed);
  g_test_add_func ("/imx/met-without-reset", test_met_without_reset);
  g_test_add_func ("/imx/met-in-window", test_met_in_window);
  g_test_add_func ("/imx/window", test_window);
  g_test_add_func ("/imx/interrupted-firmware", test_interrupted_firmware);
  g_test_add_func ("/imx/forbidden", test_forbidden);
  g_test_add_data_func ("/imx/faults/unplugged", "unplug_at", test_faults);
  g_test_add_data_func ("/imx/faults/stalled", "stall_at", test_faults);
  g_test_add_data_func ("/imx/faults/silent", "lose_answer_at", test_faults);
  g_test_add_func ("/imx/broken-answers", test_broken_answers);
  g_test_add_func ("/imx/slow-sector", test_slow_sector);
  g_test_add_func ("/imx/cancelled", test_cancelled);
  g_test_add_func ("/imx/describe", test_describe);
  return g_test_run ();
}
