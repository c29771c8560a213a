/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/version.h"
#include "tests/method-rig.h"

#include <string.h>

/* The method and the version question against the simulated cameras, in virtual time. */

#define METHOD  (&hs_method_openmv_dfu)
#define BLOCK   4096
#define NUMBER  "5.0.0"
#define OMV_TAG "v5.0.0-34.gcbbb877eda"

typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  const HsBoard *board;
  HsCamera *camera;
  HsProgress *progress;
} Bench;

/* The job begins anew with what is on the port now. */
static void
look_again (Bench *self)
{
  g_autofree char *port = hs_sim_bus_dup_port (self->bus, 0);
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (self->bus), port);

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
  self->progress = hs_progress_new ();
  look_again (self);
}

static void
bench_clear (Bench *self)
{
  g_clear_object (&self->camera);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->progress);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static void
set_fault (Bench *self, const char *name, int value)
{
  hs_sim_bus_set_fault (self->bus, 0, name, value);
}

static GBytes *
make_image (const HsBoard *board, HsRole role, guint seed)
{
  if (role == HS_ROLE_FIRMWARE || role == HS_ROLE_FIRMWARE_HE)
    return hs_sample_firmware (board, role, OMV_TAG, NUMBER, seed, 300 * 1024);
  return hs_sample_romfs (seed, 20 * 1024);
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
enter (Bench *self, GError **error)
{
  return METHOD->enter (self->camera, FALSE, self->progress, NULL, error);
}

static gboolean
write_role (Bench *self,
            HsRole role,
            GBytes *image,
            const HsWriteOptions *options,
            HsWriteResult *result,
            GError **error)
{
  return method_write (METHOD,
                       self->camera,
                       hs_board_find (self->board, role),
                       image,
                       options,
                       result,
                       self->progress,
                       NULL,
                       error);
}

static gboolean
verify_role (Bench *self, HsRole role, GBytes *image, GError **error)
{
  return method_read (METHOD,
                      self->camera,
                      hs_board_find (self->board, role),
                      g_bytes_get_size (image),
                      compare,
                      image,
                      HS_ACTIVITY_VERIFYING,
                      self->progress,
                      NULL,
                      error);
}

static gboolean
leave (Bench *self, GError **error)
{
  return METHOD->leave (self->camera, self->progress, NULL, error);
}

static void
flash_roles (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  for (const HsRole *role = bench->board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsPartition *partition = hs_board_find (bench->board, *role);
    g_autoptr (GBytes) image = NULL;
    g_autoptr (GBytes) holds = NULL;

    if (partition == NULL || (partition->flags & HS_PARTITION_NEVER))
      continue;
    image = make_image (bench->board, *role, 7);
    g_assert_true (write_role (bench, *role, image, NULL, NULL, &error));
    g_assert_no_error (error);
    g_assert_true (verify_role (bench, *role, image, &error));
    g_assert_no_error (error);
    holds = hs_sim_camera_dup_partition (bench->sim, partition);
    g_assert_cmpmem (g_bytes_get_data (holds, NULL),
                     g_bytes_get_size (image),
                     g_bytes_get_data (image, NULL),
                     g_bytes_get_size (image));
  }
}

/* From the application into the bootloader, everything written and read back, and out again. */
static void
test_board (gconstpointer data)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;
  HsVersion version;

  bench_init (&bench, data);
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  g_assert_nonnull (hs_camera_get_key (bench.camera));
  flash_roles (&bench);
  g_assert_true (leave (&bench, &error));
  g_assert_no_error (error);

  g_assert_true (hs_version_ask (bench.camera, HS_VERSION_NUMBER, &version, NULL, &error));
  g_assert_cmpint (version.kind, ==, HS_VERSION_NUMBER);
  g_assert_cmpstr (version.text, ==, NUMBER);
  if (version.board_key != NULL)
    g_assert_cmpstr (version.board_key, ==, hs_camera_get_key (bench.camera));
  hs_version_clear (&version);

  g_assert_true (hs_version_ask (bench.camera, HS_VERSION_TEXT, &version, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (version.kind, ==, HS_VERSION_TEXT);
  g_assert_cmpstr (version.text, ==, OMV_TAG);
  hs_version_clear (&version);
  g_assert_cmpint (hs_camera_get_mode (bench.camera), ==, HS_MODE_APP);
  g_assert_true (hs_camera_is_attached (bench.camera));
}

static void
test_counts (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  const HsWriteOptions full = { .full = TRUE };
  guint n_blocks, before;

  bench_init (&bench, "OPENMV4@dfu");
  image = make_image (bench.board, HS_ROLE_FIRMWARE, 1);
  n_blocks = (g_bytes_get_size (image) + BLOCK - 1) / BLOCK;
  g_assert_true (enter (&bench, &error));

  before = hs_sim_camera_get_n_requests (bench.sim);
  g_assert_true (write_role (&bench, HS_ROLE_FIRMWARE, image, &full, NULL, &error));
  g_assert_cmpuint (hs_sim_camera_get_n_requests (bench.sim) - before, <=, 3 * n_blocks + 8);

  before = hs_sim_camera_get_n_requests (bench.sim);
  g_assert_true (verify_role (&bench, HS_ROLE_FIRMWARE, image, &error));
  g_assert_cmpuint (hs_sim_camera_get_n_requests (bench.sim) - before, ==, n_blocks);
  g_assert_no_error (error);
}

static void
test_legacy_application (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, "OPENMV3");
  set_fault (&bench, "app_legacy", 1);
  set_fault (&bench, "old_bootloader", 1);
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  g_assert_true (leave (&bench, &error));
  g_assert_no_error (error);
}

/* Pulled in the middle of a block: reading that word hangs an H7 until its power is cut. It is
 * written in full, unread, and is well again. */
static void
test_torn_write (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  const HsWriteOptions unread = { .full = TRUE, .dont_read = TRUE };

  bench_init (&bench, "OPENMV4@dfu");
  image = make_image (bench.board, HS_ROLE_FIRMWARE, 9);
  set_fault (&bench, "torn_reads_hang", 1);
  g_assert_true (enter (&bench, &error));
  set_fault (&bench, "unplug_at", hs_sim_camera_get_n_requests (bench.sim) + 2 + 3 * 40 + 3);
  g_assert_false (write_role (&bench, HS_ROLE_FIRMWARE, image, &unread, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);

  set_fault (&bench, "unplug_at", 0);
  hs_sim_bus_plug (bench.bus, 0);
  look_again (&bench);
  g_assert_true (enter (&bench, &error));
  g_assert_false (write_role (&bench, HS_ROLE_FIRMWARE, image, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  g_clear_error (&error);

  hs_sim_bus_unplug (bench.bus, 0);
  hs_sim_bus_plug (bench.bus, 0);
  look_again (&bench);
  g_assert_true (enter (&bench, &error));
  g_assert_true (write_role (&bench, HS_ROLE_FIRMWARE, image, &unread, NULL, &error));
  g_assert_true (verify_role (&bench, HS_ROLE_FIRMWARE, image, &error));
  g_assert_true (leave (&bench, &error));
  g_assert_no_error (error);
}

static void
test_wrong_unit (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, "OPENMV4");
  set_fault (&bench, "wrong_unit", 1);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
}

static void
test_stays_away (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, "OPENMV4");
  set_fault (&bench, "stay_away", 1);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
}

static void
test_silent_application (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;
  HsVersion version;

  bench_init (&bench, "OPENMV4");
  set_fault (&bench, "app_silent", 1);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);

  g_assert_true (hs_version_ask (bench.camera, HS_VERSION_NUMBER, &version, NULL, &error));
  g_assert_cmpint (version.kind, ==, HS_VERSION_USB);
  hs_version_clear (&version);
}

static void
test_no_upload (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;

  bench_init (&bench, "OPENMV4");
  set_fault (&bench, "no_upload", 1);
  image = make_image (bench.board, HS_ROLE_FIRMWARE, 2);
  g_assert_true (enter (&bench, &error));
  g_assert_true (write_role (&bench, HS_ROLE_FIRMWARE, image, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (verify_role (&bench, HS_ROLE_FIRMWARE, image, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
}

static gboolean
keep_all (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  g_byte_array_append (user_data, data, length);
  return TRUE;
}

static void
test_swapped (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GByteArray) back = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  HsWriteResult result;

  bench_init (&bench, "OPENMV_AE3@dfu");
  set_fault (&bench, "swapped", 1);
  image = make_image (bench.board, HS_ROLE_ROMFS0, 2);
  g_assert_true (enter (&bench, &error));
  g_assert_true (write_role (&bench, HS_ROLE_ROMFS0, image, NULL, NULL, &error));
  g_assert_true (method_read (METHOD,
                              bench.camera,
                              hs_board_find (bench.board, HS_ROLE_ROMFS0),
                              g_bytes_get_size (image),
                              keep_all,
                              back,
                              HS_ACTIVITY_VERIFYING,
                              NULL,
                              NULL,
                              &error));
  g_assert_true (hs_method_bytes_swapped (back->data, g_bytes_get_data (image, NULL), back->len));
  g_assert_true (write_role (&bench, HS_ROLE_ROMFS0, image, NULL, &result, &error));
  g_assert_cmpuint (result.wrote_bytes, ==, 0);
  g_assert_no_error (error);
}

/* What must never be written is refused before anything is sent. */
static void
test_never (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) image = g_bytes_new_static ("0123456789abcdef", 16);
  const HsRole never[] = { HS_ROLE_BOOTLOADER, HS_ROLE_TOC, HS_ROLE_RECOVERY };

  bench_init (&bench, "OPENMV_AE3@dfu");
  for (guint i = 0; i < G_N_ELEMENTS (never); i++) {
    g_autoptr (GError) error = NULL;
    guint before = hs_sim_camera_get_n_requests (bench.sim);

    g_assert_false (write_role (&bench, never[i], image, NULL, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    g_assert_cmpuint (hs_sim_camera_get_n_requests (bench.sim), ==, before);
  }
}

static gpointer
hands_thread (gpointer data)
{
  Bench *bench = data;
  HsProgressState state = { 0 };

  while (state.activity != HS_ACTIVITY_WAITING) {
    g_usleep (1000);
    hs_progress_peek (bench->progress, &state);
  }
  g_usleep (5000);
  hs_sim_bus_unplug (bench->bus, 0);
  g_usleep (5000);
  hs_sim_bus_plug (bench->bus, 0);
  return NULL;
}

/* A person cuts its power and plugs it in; the window is caught with one UPLOAD. */
static void
test_replug (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GThread) thread = NULL;
  g_autoptr (GError) error = NULL;

  bench_init (&bench, "OPENMV4");
  set_fault (&bench, "app_silent", 1);
  thread = g_thread_new ("hands", hands_thread, &bench);
  g_assert_true (METHOD->enter (bench.camera, TRUE, bench.progress, NULL, &error));
  g_assert_no_error (error);
  g_thread_join (g_steal_pointer (&thread));
  hs_sim_bus_settle (bench.bus, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_DFU);
}

static void
test_cancel_replug (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  bench_init (&bench, "OPENMV4");
  g_cancellable_cancel (cancellable);
  g_assert_false (METHOD->enter (bench.camera, TRUE, bench.progress, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_erase (void)
{
  const char *specs[] = { "OPENMV4@dfu", "OPENMV4P@dfu", "OPENMV_N6@dfu", "OPENMV_AE3@dfu" };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GBytes) holds = NULL;
    g_autoptr (GError) error = NULL;
    const HsPartition *partition;

    bench_init (&bench, specs[i]);
    partition = hs_board_find (bench.board, HS_ROLE_FILESYSTEM);
    g_assert_true (enter (&bench, &error));
    g_assert_true (METHOD->erase (bench.camera, partition, bench.progress, NULL, &error));
    g_assert_no_error (error);
    holds = hs_sim_camera_dup_partition (bench.sim, partition);
    for (guint n = 0; n < BLOCK; n++)
      g_assert_cmphex (((const guint8 *) g_bytes_get_data (holds, NULL))[n], ==, 0);
  }
}

int
main (int argc, char **argv)
{
  const char *boards[] = { "OPENMV2",  "OPENMV3",   "OPENMV4",   "OPENMV4P",
                           "OPENMVPT", "OPENMV_N6", "OPENMV_AE3" };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    g_autofree char *path = g_strdup_printf ("/on-sim/board/%s", boards[i]);

    g_test_add_data_func (path, boards[i], test_board);
  }
  g_test_add_func ("/on-sim/counts", test_counts);
  g_test_add_func ("/on-sim/legacy-application", test_legacy_application);
  g_test_add_func ("/on-sim/torn-write", test_torn_write);
  g_test_add_func ("/on-sim/wrong-unit", test_wrong_unit);
  g_test_add_func ("/on-sim/stays-away", test_stays_away);
  g_test_add_func ("/on-sim/silent-application", test_silent_application);
  g_test_add_func ("/on-sim/no-upload", test_no_upload);
  g_test_add_func ("/on-sim/swapped", test_swapped);
  g_test_add_func ("/on-sim/never", test_never);
  g_test_add_func ("/on-sim/replug", test_replug);
  g_test_add_func ("/on-sim/cancel-replug", test_cancel_replug);
  g_test_add_func ("/on-sim/erase", test_erase);

  return g_test_run ();
}
