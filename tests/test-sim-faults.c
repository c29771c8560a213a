/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/sim/sim-faults.h"
#include "tests/method-rig.h"

#include <string.h>

/* One thing goes wrong at request 1, 2, 3 … of a whole conversation, until nothing does. After
 * each: no lie, nothing booted that is not whole, and a second try heals. */

#define KIB 1024u

static const HsEraseRun run_8k_1[] = { { 8 * KIB, 1 } };
static const HsEraseRun run_8k_3[] = { { 8 * KIB, 3 } };
static const HsEraseRun run_8k_4[] = { { 8 * KIB, 4 } };

/* clang-format off */
static const HsPartition small_layout[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x08000000, 32 * KIB, HS_PARTITION_NEVER, run_8k_4, 1 },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 1, 0x08008000, 8 * KIB, HS_PARTITION_WRITABLE, run_8k_1, 1 },
  { HS_ROLE_FIRMWARE, "FIRMWARE", 2, 0x0800A000, 24 * KIB, HS_PARTITION_WRITABLE, run_8k_3, 1 },
};
/* clang-format on */

typedef struct {
  HsBoard board;
  HsSimBus *bus;
  HsSimCamera *sim;
  GBytes *image;
} Bench;

static void
bench_clear (Bench *bench)
{
  g_clear_object (&bench->bus);
  g_clear_pointer (&bench->image, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Bench, bench_clear)

static void
bench_init (Bench *bench)
{
  g_autoptr (GError) error = NULL;

  bench->board = *hs_board_by_id ("OPENMV4");
  bench->board.partitions = small_layout;
  bench->board.n_partitions = G_N_ELEMENTS (small_layout);
  bench->board.firmware_address = 0x0800A000;
  bench->bus = hs_sim_bus_new ("", NULL, TRUE, &error);
  g_assert_no_error (error);
  bench->sim = hs_sim_bus_add_board (bench->bus, &bench->board, HS_MODE_APP, &error);
  g_assert_no_error (error);
  bench->image = hs_sample_firmware (&bench->board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 1, 20000);
}

static gboolean
compare (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  const guint8 *bytes = g_bytes_get_data (user_data, NULL);

  if (memcmp (data, bytes + offset, length) == 0)
    return TRUE;
  g_set_error (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_VERIFY, "differs at %" G_GUINT64_FORMAT, offset);
  return FALSE;
}

/* What a job does with one camera. */
static gboolean
run (Bench *bench, GError **error)
{
  const HsMethod *method = bench->board.method;
  const HsPartition *partition = hs_board_find (&bench->board, HS_ROLE_FIRMWARE);
  const HsWriteOptions options = { .full = TRUE, .dont_read = TRUE };
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (bench->bus), "1-1");
  g_autoptr (HsCamera) camera = NULL;
  HsWriteResult result = { 0 };

  g_assert_nonnull (info);
  camera = hs_camera_new (HS_BUS (bench->bus), info, &bench->board, NULL);
  return method->enter (camera, FALSE, NULL, NULL, error) && method->check (camera, error) &&
         method_write (
             method, camera, partition, bench->image, &options, &result, NULL, NULL, error) &&
         method_read (method,
                      camera,
                      partition,
                      g_bytes_get_size (bench->image),
                      compare,
                      bench->image,
                      HS_ACTIVITY_VERIFYING,
                      NULL,
                      NULL,
                      error) &&
         method->leave (camera, NULL, NULL, error);
}

static gboolean
holds_image (Bench *bench)
{
  const HsPartition *partition = hs_board_find (&bench->board, HS_ROLE_FIRMWARE);
  g_autoptr (GBytes) holds = hs_sim_camera_dup_partition (bench->sim, partition);
  gsize size;
  const guint8 *data = g_bytes_get_data (bench->image, &size);

  return memcmp (g_bytes_get_data (holds, NULL), data, size) == 0;
}

/* Cures the fault, and plugs the camera in again unless its bootloader was kept. */
static void
heal (Bench *bench, const char *fault, int off)
{
  hs_sim_bus_set_fault (bench->bus, 0, fault, off);
  if (hs_sim_camera_get_mode (bench->sim) != HS_MODE_DFU || hs_sim_camera_is_hung (bench->sim)) {
    hs_sim_bus_unplug (bench->bus, 0);
    hs_sim_bus_plug (bench->bus, 0);
  }
}

static void
assert_done (Bench *bench)
{
  g_assert_true (holds_image (bench));
  g_assert_cmpint (hs_sim_camera_get_mode (bench->sim), ==, HS_MODE_APP);
  g_assert_cmpuint (hs_sim_camera_get_n_late (bench->sim), ==, 0);
}

/* Returns at which request nothing happened any more. */
static guint
break_everywhere (const char *fault)
{
  for (guint n = 1;; n++) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;
    gboolean ok, over;

    bench_init (&bench);
    hs_sim_bus_set_fault (bench.bus, 0, "torn_reads_hang", TRUE);
    hs_sim_bus_set_fault (bench.bus, 0, fault, n);
    ok = run (&bench, &error);
    over = hs_sim_camera_get_n_requests (bench.sim) < n;

    if (ok) {
      g_assert_no_error (error);
      assert_done (&bench);
    } else {
      g_assert_nonnull (error);
      heal (&bench, fault, 0);
      run (&bench, &again);
      g_assert_no_error (again);
      assert_done (&bench);
    }
    if (over)
      return n;
    g_assert_cmpuint (n, <, 120);
  }
}

static void
test_unplugged_anywhere (void)
{
  guint n = break_everywhere ("unplug_at");

  g_test_message ("%u requests", n - 1);
  g_assert_cmpuint (n, >, 30);
  g_assert_cmpuint (n, <=, 61);
}

static void
test_stalled_anywhere (void)
{
  break_everywhere ("stall_at");
}

static void
test_unanswered_anywhere (void)
{
  break_everywhere ("lose_answer_at");
}

static void
test_blocks (void)
{
  static const char *const faults[] = { "write_error_block", "corrupt_block" };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    for (int block = 0; block < 5; block++) {
      g_auto (Bench) bench = { 0 };
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) again = NULL;

      bench_init (&bench);
      hs_sim_bus_set_fault (bench.bus, 0, faults[i], block);
      g_assert_false (run (&bench, &error));
      g_assert_cmpint (error->code, ==, i == 0 ? HS_FLASH_ERROR_STATUS : HS_FLASH_ERROR_VERIFY);
      g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_DFU);
      heal (&bench, faults[i], -1);
      run (&bench, &again);
      g_assert_no_error (again);
      assert_done (&bench);
    }
}

/* Every fault has a name, and the name works. */
static void
test_names (void)
{
  g_auto (Bench) bench = { 0 };
  const HsSimFault *fault;
  guint n = 0;

  bench_init (&bench);
  for (; (fault = hs_sim_fault_nth (n)) != NULL; n++) {
    g_assert_cmpint (hs_sim_bus_get_fault (bench.bus, 0, fault->name),
                     ==,
                     fault->kind == HS_SIM_FAULT_BLOCK ? -1 : 0);
    hs_sim_bus_set_fault (bench.bus, 0, fault->name, 1);
    g_assert_cmpint (hs_sim_bus_get_fault (bench.bus, 0, fault->name), ==, 1);
  }
  g_assert_cmpuint (n * sizeof (int), ==, sizeof (HsSimFaults));
  g_assert_false (hs_sim_camera_set_fault (bench.sim, "nothing", 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim-faults/unplugged-anywhere", test_unplugged_anywhere);
  g_test_add_func ("/sim-faults/stalled-anywhere", test_stalled_anywhere);
  g_test_add_func ("/sim-faults/unanswered-anywhere", test_unanswered_anywhere);
  g_test_add_func ("/sim-faults/blocks", test_blocks);
  g_test_add_func ("/sim-faults/names", test_names);
  return g_test_run ();
}
