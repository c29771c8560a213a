/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/sim/sim-picoboot.h"
#include "flash/transport/failing-transport.h"
#include "flash/version.h"
#include "tests/method-rig.h"

#include <string.h>

#define PICO  "RPI_PICO"
#define NANO  "ARDUINO_NANO_RP2040_CONNECT"
#define SIZE  (9 * 4096 + 300)
#define SMALL (5 * 4096 + 77) /* for the fault loops */

typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  HsCamera *camera;
  const HsBoard *board;
  const HsPartition *firmware;
} Rig;

static void
rig_clear (Rig *rig)
{
  g_clear_object (&rig->camera);
  g_clear_object (&rig->bus);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static void
rig_init (Rig *rig, const char *spec)
{
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  rig->bus = hs_sim_bus_new (spec, NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->sim = hs_sim_bus_get_camera (rig->bus, 0);
  rig->board = hs_sim_camera_get_board (rig->sim);
  rig->firmware = hs_board_find (rig->board, HS_ROLE_FIRMWARE);
  info = hs_bus_find_port (HS_BUS (rig->bus), "1-1");
  rig->camera = hs_camera_new (HS_BUS (rig->bus), info, rig->board, NULL);
}

static GBytes *
make_firmware (const HsBoard *board, guint seed, gsize size)
{
  return hs_sample_firmware (board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", seed, size);
}

static gboolean
collect (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  GByteArray *array = user_data;

  g_assert_cmpuint (offset, ==, array->len);
  g_byte_array_append (array, data, length);
  return TRUE;
}

/* Whether reading back gives exactly @image; FALSE with @error if it can't be read. */
static gboolean
reads_back (Rig *rig, GBytes *image, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  gsize size = g_bytes_get_size (image);

  return method_read (rig->board->method,
                      rig->camera,
                      rig->firmware,
                      size,
                      collect,
                      array,
                      HS_ACTIVITY_VERIFYING,
                      NULL,
                      NULL,
                      error) &&
         memcmp (array->data, g_bytes_get_data (image, NULL), size) == 0;
}

static gboolean
write_image (Rig *rig, GBytes *image, HsWriteResult *result, GError **error)
{
  return method_write (
      rig->board->method, rig->camera, rig->firmware, image, NULL, result, NULL, NULL, error);
}

static void
assert_flash_holds (Rig *rig, GBytes *image)
{
  gsize size = g_bytes_get_size (image);
  g_autoptr (GBytes) holds = hs_sim_camera_dup_start (rig->sim, rig->firmware, size);

  g_assert_true (g_bytes_equal (holds, image));
}

/* From the application through the ROM into the new application. */
static void
test_round (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (HsSource) source = NULL;
  HsWriteResult result = { 0 };
  HsVersion version = { 0 };

  rig_init (&rig, data);
  image = make_firmware (rig.board, 1, SIZE);
  source = hs_source_new_bytes (image);
  rig.board->method->enter (rig.camera, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_DFU);
  rig.board->method->check (rig.camera, &error);
  g_assert_no_error (error);

  write_image (&rig, image, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.wrote_bytes, ==, SIZE);
  g_assert_cmpuint (result.n_units, ==, 10);
  g_assert_true (reads_back (&rig, image, &error));
  g_assert_no_error (error);
  assert_flash_holds (&rig, image);

  rig.board->method->compare (rig.camera, rig.firmware, source, &result, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, ==, 0);
  hs_write_result_clear (&result);

  rig.board->method->leave (rig.camera, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
  hs_version_ask (rig.camera, HS_VERSION_TEXT, &version, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (version.text, ==, "v5.0.0");
  hs_version_clear (&version);
}

/* What a full write and its proof take, beside what the camera itself is busy with. */
static void
test_overhead (void)
{
  const HsWriteOptions full = { .full = TRUE };
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;
  gint64 start, took_us;
  guint64 busy_us;

  rig_init (&rig, PICO "@dfu");
  image = make_firmware (rig.board, 1, 600 * 1024);
  busy_us = hs_sim_camera_get_busy_us (rig.sim);
  start = hs_bus_now (HS_BUS (rig.bus), "1-1");
  method_write (
      rig.board->method, rig.camera, rig.firmware, image, &full, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (reads_back (&rig, image, &error));
  took_us = hs_bus_now (HS_BUS (rig.bus), "1-1") - start;
  busy_us = hs_sim_camera_get_busy_us (rig.sim) - busy_us;
  g_test_message ("%.3f s, of which the camera was busy %.3f s", took_us / 1e6, busy_us / 1e6);
  g_assert_cmpfloat (took_us, <=, 1.03 * busy_us);
  g_assert_cmpfloat (took_us, >, 1e6);
}

/* One changed sector is one erased and written; what lies behind the image stays. */
static void
test_only_what_changed (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GBytes) changed = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autofree guint8 *bytes = NULL;
  HsWriteResult result = { 0 };
  gsize size;

  rig_init (&rig, PICO "@dfu");
  image = make_firmware (rig.board, 1, SIZE);
  write_image (&rig, image, NULL, &error);
  g_assert_no_error (error);
  before = hs_sim_camera_dup_partition (rig.sim, rig.firmware);

  bytes = g_memdup2 (g_bytes_get_data (image, NULL), SIZE);
  bytes[5 * 4096 + 9] ^= 0xff;
  changed = g_bytes_new (bytes, SIZE);
  write_image (&rig, changed, &result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, ==, 1);
  g_assert_cmpuint (result.wrote_bytes, ==, 4096);
  g_assert_cmpuint (result.skipped_bytes, ==, SIZE - 4096);
  assert_flash_holds (&rig, changed);

  after = hs_sim_camera_dup_partition (rig.sim, rig.firmware);
  size = g_bytes_get_size (after);
  g_assert_cmpmem ((const guint8 *) g_bytes_get_data (after, NULL) + 10 * 4096,
                   size - 10 * 4096,
                   (const guint8 *) g_bytes_get_data (before, NULL) + 10 * 4096,
                   size - 10 * 4096);
}

/* Firmware that listens to nobody: BOOTSEL, held while plugging. */
static void
test_by_hand (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, PICO);
  hs_sim_bus_set_fault (rig.bus, 0, "app_silent", 1);
  g_assert_false (rig.board->method->enter (rig.camera, FALSE, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);

  hs_sim_bus_hand_enter (rig.bus, 0);
  rig.board->method->enter (rig.camera, TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  rig.board->method->check (rig.camera, &error);
  g_assert_no_error (error);
}

/* The serial of the ROM is everybody's: it proves no unit. */
static void
test_identifies_nothing (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (HsIdentity) identity = NULL;

  rig_init (&rig, PICO "@dfu");
  info = hs_camera_dup_info (rig.camera);
  identity = hs_identity_new (rig.board, HS_MODE_DFU, info->serial);
  g_assert_cmpstr (info->serial, ==, "E0C9125B0D9B");
  g_assert_true (identity == NULL || identity->strength != HS_IDENTITY_PROVEN);
  g_assert_false ((rig.board->method->flags & HS_METHOD_IDENTIFIES) != 0);
  g_assert_true ((rig.board->method->flags & HS_METHOD_HOLDS) != 0);
}

/* What does not start leaves the camera in its bootloader, where the next attempt finds it. */
static void
test_nothing_to_start (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GBytes) broken = NULL;
  g_autofree guint8 *bytes = NULL;

  rig_init (&rig, PICO "@dfu");
  image = make_firmware (rig.board, 1, SIZE);
  bytes = g_memdup2 (g_bytes_get_data (image, NULL), SIZE);
  bytes[40] ^= 1; /* of the second stage */
  broken = g_bytes_new (bytes, SIZE);
  write_image (&rig, broken, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (rig.board->method->leave (rig.camera, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
  g_clear_error (&error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_DFU);

  hs_camera_await_mode (rig.camera, HS_MODE_DFU, 1000, NULL, &error);
  write_image (&rig, image, NULL, &error);
  rig.board->method->leave (rig.camera, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
}

static void
test_sick_flash (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (HsSource) source = NULL;
  HsWriteResult result = { 0 };

  rig_init (&rig, PICO "@dfu");
  image = make_firmware (rig.board, 1, SIZE);
  source = hs_source_new_bytes (image);

  hs_sim_bus_set_fault (rig.bus, 0, "write_error_block", 3);
  g_assert_false (write_image (&rig, image, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_assert_nonnull (strstr (error->message, "UNKNOWN_ERROR"));
  g_assert_nonnull (strstr (error->message, "sectors 1 to 8"));
  g_clear_error (&error);

  hs_sim_bus_set_fault (rig.bus, 0, "write_error_block", -1);
  hs_sim_bus_set_fault (rig.bus, 0, "corrupt_block", 4);
  g_assert_true (write_image (&rig, image, NULL, &error));
  g_assert_false (reads_back (&rig, image, &error));
  g_assert_no_error (error);

  hs_sim_bus_set_fault (rig.bus, 0, "corrupt_block", -1);
  hs_sim_bus_set_fault (rig.bus, 0, "slow_block", 4);
  rig.board->method->write (rig.camera, rig.firmware, source, NULL, &result, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, ==, 1);
  g_assert_cmpuint (result.slow->len, ==, 1);
  g_assert_cmpuint (g_array_index (result.slow, HsSlowUnit, 0).unit, ==, 4);
  g_assert_cmpuint (g_array_index (result.slow, HsSlowUnit, 0).ms, >=, 8000);
  hs_write_result_clear (&result);
  g_assert_true (reads_back (&rig, image, &error));
}

/* Answers that are too short are no answers. */
static void
test_short_answers (void)
{
  const HsWriteOptions full = { .full = TRUE };
  g_auto (Rig) rig = { 0 };
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;

  rig_init (&rig, PICO "@dfu");
  image = make_firmware (rig.board, 1, SIZE);
  hs_sim_bus_set_fault (rig.bus, 0, "short_report", 1);
  g_assert_false (reads_back (&rig, image, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
  g_clear_error (&error);

  /* Nothing is written on them, unless all shall be; and that is not proven. */
  before = hs_sim_camera_dup_start (rig.sim, rig.firmware, SIZE);
  g_assert_false (write_image (&rig, image, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
  g_clear_error (&error);
  assert_flash_holds (&rig, before);
  g_assert_true (method_write (
      rig.board->method, rig.camera, rig.firmware, image, &full, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_flash_holds (&rig, image);
  g_assert_false (reads_back (&rig, image, NULL));
  hs_sim_bus_set_fault (rig.bus, 0, "short_report", 0);
  hs_sim_bus_set_fault (rig.bus, 0, "long_report", 1); /* a byte as acknowledgement */
  g_assert_true (reads_back (&rig, image, &error));
}

/* The drive beside PICOBOOT takes files again when a job has ended without a restart. */
static void
test_drive_afterwards (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  const HsSimPicoboot *rom;

  rig_init (&rig, PICO "@dfu");
  g_assert_true (rig.board->method->check (rig.camera, &error));
  g_assert_no_error (error);
  rom = rig.sim->loader_state;
  g_assert_cmpuint (rom->exclusive, ==, 1);
  hs_camera_close (rig.camera);
  g_assert_cmpuint (rom->exclusive, ==, 0);
}

static void
test_refusals (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) large = NULL;

  rig_init (&rig, PICO);
  g_assert_false (rig.board->method->check (rig.camera, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  rig.board->method->enter (rig.camera, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  large = g_bytes_new_take (g_malloc0 (rig.firmware->size + 1), rig.firmware->size + 1);
  g_assert_false (write_image (&rig, large, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TOO_LARGE);
  g_clear_error (&error);

  g_assert_false (rig.board->method->erase (rig.camera, rig.firmware, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
}

/* The drive of the Nano: one sector of zeros, and the firmware formats it. */
static void
test_erase (void)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) firmware = NULL;
  g_autoptr (GBytes) holds = NULL;
  const HsPartition *filesystem;
  const guint8 *bytes;

  rig_init (&rig, NANO "@dfu");
  filesystem = hs_board_find (rig.board, HS_ROLE_FILESYSTEM);
  g_assert_cmphex (filesystem->start, ==, 0x10200000);
  firmware = hs_sim_camera_dup_partition (rig.sim, rig.firmware);
  rig.board->method->erase (rig.camera, filesystem, NULL, NULL, &error);
  g_assert_no_error (error);
  holds = hs_sim_camera_dup_start (rig.sim, filesystem, 4096);
  bytes = g_bytes_get_data (holds, NULL);
  for (guint i = 0; i < 4096; i++)
    g_assert_cmpuint (bytes[i], ==, 0);
  assert_flash_holds (&rig, firmware);
}

static void
test_describe (void)
{
  const HsBoard *board = hs_board_by_id (PICO);
  g_autofree char *text =
      board->method->describe (board, board->partitions, "E0C9125B0D9B", "firmware.bin");

  g_assert_cmpstr (text, ==, "picotool load -v -x -o 0x10000000 -t bin 'firmware.bin'");
}

/* --- bad days --- */

/* Writes and proves, whatever it takes: at most one more attempt than there are faults. */
static void
recover (Rig *rig, GBytes *image)
{
  g_autoptr (GError) error = NULL;

  if (!hs_sim_camera_is_plugged (rig->sim) || hs_sim_camera_get_mode (rig->sim) != HS_MODE_DFU)
    hs_sim_bus_hand_enter (rig->bus, 0);
  hs_camera_close (rig->camera);
  rig->board->method->enter (rig->camera, TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  write_image (rig, image, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (reads_back (rig, image, &error));
  assert_flash_holds (rig, image);
}

/* TRUE if all went through without the fault. */
static gboolean
try_with_fault (const char *fault, guint n)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;
  gboolean ok;

  rig_init (&rig, PICO "@dfu");
  image = make_firmware (rig.board, n, SIZE);
  hs_sim_bus_set_fault (rig.bus, 0, fault, n);
  ok = rig.board->method->enter (rig.camera, FALSE, NULL, NULL, &error) &&
       write_image (&rig, image, NULL, &error) && reads_back (&rig, image, &error);
  g_assert_true (ok || error != NULL);
  g_assert_true (ok || error->domain == HS_FLASH_ERROR);
  if (ok)
    assert_flash_holds (&rig, image);

  ok = ok && hs_sim_camera_get_n_requests (rig.sim) < n;
  hs_sim_bus_set_fault (rig.bus, 0, fault, 0);
  recover (&rig, image);
  return ok;
}

static void
test_faults (gconstpointer data)
{
  guint n = 1;

  while (!try_with_fault (data, n))
    n++;
  g_assert_cmpuint (n, >, 20);
}

static HsTransport *
wrap (HsTransport *transport, HsUsbInfo *info, gpointer user_data)
{
  HsTransport *failing = hs_failing_transport_new (transport, user_data);

  g_object_unref (transport);
  return failing;
}

static gboolean
try_with_code (HsFlashError code, guint n)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (HsFault) fault = hs_fault_new (n, code);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) image = NULL;
  gboolean ok;

  rig_init (&rig, PICO "@dfu");
  hs_camera_set_wrap (rig.camera, wrap, fault, NULL);
  image = make_firmware (rig.board, n, SIZE);
  ok = rig.board->method->enter (rig.camera, FALSE, NULL, NULL, &error) &&
       write_image (&rig, image, NULL, &error) && reads_back (&rig, image, &error);
  g_assert_true (ok || (error != NULL && error->domain == HS_FLASH_ERROR));
  if (ok)
    assert_flash_holds (&rig, image);
  ok = ok && hs_fault_get_n_requests (fault) < n;
  fault->nth = 0;
  recover (&rig, image);
  hs_camera_close (rig.camera);
  return ok;
}

static void
test_codes (void)
{
  static const HsFlashError codes[] = {
    HS_FLASH_ERROR_GONE, HS_FLASH_ERROR_STALLED, HS_FLASH_ERROR_TIMED_OUT, HS_FLASH_ERROR_PROTOCOL
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    for (guint n = 1; !try_with_code (codes[i], n); n++)
      ;
}

/* Every request of leaving may fail; then it is still there, or it has left. */
static void
test_leaving (void)
{
  for (guint n = 1; n < 12; n++) {
    g_auto (Rig) rig = { 0 };
    g_autoptr (GError) error = NULL;
    guint before;

    rig_init (&rig, PICO "@dfu");
    rig.board->method->check (rig.camera, &error);
    g_assert_no_error (error);
    before = hs_sim_camera_get_n_requests (rig.sim);
    hs_sim_bus_set_fault (rig.bus, 0, "lose_answer_at", before + n);
    if (rig.board->method->leave (rig.camera, NULL, NULL, &error))
      g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
    else
      g_assert_cmpint (error->domain, ==, HS_FLASH_ERROR);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/method-picoboot/round/pico", PICO, test_round);
  g_test_add_data_func ("/method-picoboot/round/nano", NANO, test_round);
  g_test_add_func ("/method-picoboot/overhead", test_overhead);
  g_test_add_func ("/method-picoboot/only-what-changed", test_only_what_changed);
  g_test_add_func ("/method-picoboot/by-hand", test_by_hand);
  g_test_add_func ("/method-picoboot/identifies-nothing", test_identifies_nothing);
  g_test_add_func ("/method-picoboot/nothing-to-start", test_nothing_to_start);
  g_test_add_func ("/method-picoboot/sick-flash", test_sick_flash);
  g_test_add_func ("/method-picoboot/short-answers", test_short_answers);
  g_test_add_func ("/method-picoboot/drive-afterwards", test_drive_afterwards);
  g_test_add_func ("/method-picoboot/refusals", test_refusals);
  g_test_add_func ("/method-picoboot/erase", test_erase);
  g_test_add_func ("/method-picoboot/describe", test_describe);
  g_test_add_data_func ("/method-picoboot/faults/unplug", "unplug_at", test_faults);
  g_test_add_data_func ("/method-picoboot/faults/stall", "stall_at", test_faults);
  g_test_add_data_func ("/method-picoboot/faults/lose-answer", "lose_answer_at", test_faults);
  g_test_add_func ("/method-picoboot/faults/codes", test_codes);
  g_test_add_func ("/method-picoboot/leaving", test_leaving);

  return g_test_run ();
}
