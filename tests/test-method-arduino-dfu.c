/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"

#include "tests/dfuse-rig.h"

/* Arduino's H7 boards, whole: entered, flashed, compared, read, erased, left. In virtual time. */

#define METHOD (&hs_method_arduino_dfu)
#define BIT(r) (G_GUINT64_CONSTANT (1) << (r))

static const char *const boards[] = {
  "ARDUINO_PORTENTA_H7",
  "ARDUINO_GIGA",
  "ARDUINO_NICLA_VISION",
};

static GBytes *
make_firmware (DfuseRig *rig, guint seed)
{
  return hs_sample_firmware (rig->board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", seed, 300 * 1024);
}

static gboolean
enter (DfuseRig *rig, GError **error)
{
  return METHOD->enter (rig->camera, FALSE, NULL, NULL, error);
}

static gboolean
write_role (DfuseRig *rig, HsRole role, GBytes *image, HsWriteResult *result, GError **error)
{
  return method_write (
      METHOD, rig->camera, dfuse_rig_find (rig, role), image, NULL, result, NULL, NULL, error);
}

static gboolean
equals (guint64 offset, const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  const guint8 *bytes = g_bytes_get_data (user_data, NULL);

  if (memcmp (bytes + offset, data, length) == 0)
    return TRUE;
  g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_VERIFY, "differs");
  return FALSE;
}

static gboolean
verify (DfuseRig *rig, HsRole role, GBytes *image, GError **error)
{
  return method_read (METHOD,
                      rig->camera,
                      dfuse_rig_find (rig, role),
                      g_bytes_get_size (image),
                      equals,
                      image,
                      HS_ACTIVITY_VERIFYING,
                      NULL,
                      NULL,
                      error);
}

/* Entered by the touch; all roles; the bootloader and what was not named stay as they were. */
static void
test_all_roles (gconstpointer board)
{
  const struct {
    HsRole role;
    gsize size;
    guint32 unit;
  } parts[] = {
    { HS_ROLE_FIRMWARE, 300 * 1024, 128 * 1024 },
    { HS_ROLE_ROMFS0, 50001, 4096 },
    { HS_ROLE_WIFI, 421098, 4096 },
    { HS_ROLE_BLUETOOTH, 33333, 4096 },
  };
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GError) error = NULL;
  guint64 roles = 0;

  dfuse_rig_init (&rig, board, NULL);
  before = dfuse_rig_dup_all (&rig);
  g_assert_true (enter (&rig, &error));
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (GBytes) image =
        i == 0 ? make_firmware (&rig, 5) : dfuse_rig_make_bytes (parts[i].size, parts[i].role);
    gsize size = g_bytes_get_size (image);
    guint64 end = (size + parts[i].unit - 1) / parts[i].unit * parts[i].unit;
    HsWriteResult result;

    g_assert_true (write_role (&rig, parts[i].role, image, &result, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (result.wrote_bytes + result.skipped_bytes, ==, size);
    g_assert_cmpuint (result.n_units, ==, end / parts[i].unit);
    g_assert_true (verify (&rig, parts[i].role, image, &error));
    dfuse_rig_assert_holds (&rig, parts[i].role, 0, image, end);
    roles |= BIT (parts[i].role);

    g_assert_true (write_role (&rig, parts[i].role, image, &result, &error));
    g_assert_cmpuint (result.wrote_bytes, ==, 0);
    g_assert_cmpuint (result.n_differ, ==, 0);
  }
  dfuse_rig_assert_only (&rig, before, roles);

  g_assert_true (METHOD->leave (rig.camera, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
  g_assert_cmpuint (hs_sim_camera_get_n_late (rig.sim), ==, 0);
}

/* Only the sectors that differ are erased and written; compare says which and writes nothing. */
static void
test_only_what_changed (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) image = NULL, changed = NULL;
  g_autoptr (HsSource) source = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result = { 0 };
  guint8 *data;

  dfuse_rig_init (&rig, "ARDUINO_GIGA@dfu", NULL);
  image = dfuse_rig_make_bytes (64 * 1024, 1);
  data = g_memdup2 (g_bytes_get_data (image, NULL), 64 * 1024);
  data[5 * 4096 + 17] ^= 1;
  data[9 * 4096] ^= 1;
  changed = g_bytes_new_take (data, 64 * 1024);

  g_assert_true (enter (&rig, &error));
  g_assert_true (write_role (&rig, HS_ROLE_ROMFS0, image, NULL, &error));
  source = hs_source_new_bytes (changed);
  g_assert_true (METHOD->compare (
      rig.camera, dfuse_rig_find (&rig, HS_ROLE_ROMFS0), source, &result, NULL, NULL, &error));
  g_assert_cmpuint (result.n_differ, ==, 2);
  g_assert_false (result.equal[5] || result.equal[9]);
  g_assert_true (result.equal[4] && result.equal[6] && result.equal[15]);
  hs_write_result_clear (&result);
  dfuse_rig_assert_holds (&rig, HS_ROLE_ROMFS0, 0, image, 0);

  g_assert_true (write_role (&rig, HS_ROLE_ROMFS0, changed, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.wrote_bytes, ==, 2 * 4096);
  dfuse_rig_assert_holds (&rig, HS_ROLE_ROMFS0, 0, changed, 0);
}

/* What the conversation adds to the time that the camera is busy: next to nothing. */
static void
test_overhead (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) firmware = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *port = NULL;
  guint64 busy;
  gint64 began;

  dfuse_rig_init (&rig, "ARDUINO_GIGA@dfu", NULL);
  port = hs_sim_bus_dup_port (rig.bus, 0);
  firmware = make_firmware (&rig, 5);
  g_assert_true (enter (&rig, &error));
  began = hs_bus_now (HS_BUS (rig.bus), port);
  busy = hs_sim_camera_get_busy_us (rig.sim);
  g_assert_true (write_role (&rig, HS_ROLE_FIRMWARE, firmware, NULL, &error));
  g_assert_true (verify (&rig, HS_ROLE_FIRMWARE, firmware, &error));
  g_assert_no_error (error);

  busy = hs_sim_camera_get_busy_us (rig.sim) - busy;
  g_test_message ("%" G_GUINT64_FORMAT " us busy", busy);
  g_assert_cmpuint (busy, >, 3 * 1100000);
  g_assert_cmpint (hs_bus_now (HS_BUS (rig.bus), port) - began, <=, busy + busy * 3 / 100);
}

/* The first block of zeros, in an erased sector; the firmware formats what it then finds. */
static void
test_erase (gconstpointer board)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autofree char *spec = g_strconcat (board, "@dfu", NULL);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (4096), 4096);
  g_autoptr (GError) error = NULL;
  guint64 roles = 0;

  dfuse_rig_init (&rig, spec, NULL);
  before = dfuse_rig_dup_all (&rig);
  g_assert_true (enter (&rig, &error));
  for (const HsRole *role = rig.board->erase_order; *role != HS_ROLE_NONE; role++) {
    const HsPartition *partition = dfuse_rig_find (&rig, *role);

    g_assert_true (METHOD->erase (rig.camera, partition, NULL, NULL, &error));
    dfuse_rig_assert_holds (&rig, *role, 0, zeros, partition->erase[0].size);
    roles |= BIT (*role);
  }
  dfuse_rig_assert_only (&rig, before, roles);
  g_assert_false (
      METHOD->erase (rig.camera, dfuse_rig_find (&rig, HS_ROLE_FIRMWARE), NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
}

/* The bootloader is never written, whoever asks. */
static void
test_bootloader (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) image = dfuse_rig_make_bytes (4096, 1);
  g_autoptr (HsSource) source = hs_source_new_bytes (image);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result = { 0 };
  HsPartition lifted;

  dfuse_rig_init (&rig, "ARDUINO_PORTENTA_H7@dfu", NULL);
  before = dfuse_rig_dup_all (&rig);
  g_assert_true (enter (&rig, &error));
  g_assert_false (write_role (&rig, HS_ROLE_BOOTLOADER, image, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  g_clear_error (&error);

  lifted = *dfuse_rig_find (&rig, HS_ROLE_BOOTLOADER);
  lifted.flags = HS_PARTITION_WRITABLE;
  g_assert_false (METHOD->write (rig.camera, &lifted, source, NULL, &result, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  dfuse_rig_assert_only (&rig, before, 0);
  g_assert_true (verify (&rig, HS_ROLE_BOOTLOADER, before->pdata[0], NULL));
}

/* A partition that the bootloader's names say is elsewhere, or has other sectors. */
static void
test_surprise (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) image = dfuse_rig_make_bytes (4096, 1);
  g_autoptr (HsSource) source = hs_source_new_bytes (image);
  static const HsEraseRun other_run[] = { { 64 * 1024, 16 } };
  HsPartition strange[3];

  dfuse_rig_init (&rig, "ARDUINO_PORTENTA_H7@dfu", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (strange); i++)
    strange[i] = *dfuse_rig_find (&rig, HS_ROLE_ROMFS0);
  strange[0].start = 0x91000000;
  strange[1].erase = other_run;
  strange[1].n_erase = 1;
  strange[2].alt = 2;

  for (guint i = 0; i < G_N_ELEMENTS (strange); i++) {
    g_autoptr (GError) error = NULL;
    HsWriteResult result = { 0 };

    g_assert_false (
        METHOD->write (rig.camera, &strange[i], source, NULL, &result, NULL, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE);
  }
}

/* A firmware that answers on nothing: RESET is pressed twice. */
static void
test_by_hand (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  dfuse_rig_init (&rig, "ARDUINO_NICLA_VISION", NULL);
  hs_sim_bus_set_fault (rig.bus, 0, "app_silent", 1);
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);

  hs_sim_bus_hand_enter (rig.bus, 0);
  g_assert_true (METHOD->enter (rig.camera, TRUE, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (hs_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
}

static void
test_wrong_unit (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  dfuse_rig_init (&rig, "ARDUINO_GIGA", NULL);
  hs_sim_bus_set_fault (rig.bus, 0, "wrong_unit", 1);
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
}

static void
test_faults_of_flash (void)
{
  const struct {
    const char *fault;
    int value;
    HsFlashError code; /* -1: written, and found by reading back */
  } cases[] = {
    { "write_error_block", 3, HS_FLASH_ERROR_STATUS },
    { "corrupt_block", 2, -1 },
    { "slow_block", 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (DfuseRig) rig = { 0 };
    g_autoptr (GBytes) image = dfuse_rig_make_bytes (20000, 1);
    g_autoptr (GError) error = NULL;
    HsWriteResult result = { 0 };
    g_autoptr (HsSource) source = hs_source_new_bytes (image);
    gboolean written;

    dfuse_rig_init (&rig, "ARDUINO_GIGA@dfu", NULL);
    hs_sim_bus_set_fault (rig.bus, 0, cases[i].fault, cases[i].value);
    g_assert_true (enter (&rig, &error));
    written = METHOD->write (rig.camera,
                             dfuse_rig_find (&rig, HS_ROLE_ROMFS0),
                             source,
                             NULL,
                             &result,
                             NULL,
                             NULL,
                             &error);
    g_assert_true (written == (i != 0));
    if (i == 0)
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
    else
      g_assert_true (verify (&rig, HS_ROLE_ROMFS0, image, NULL) == (i == 2));
    g_assert_cmpuint (result.slow->len, ==, i == 2 ? 1 : 0);
    hs_write_result_clear (&result);
  }
}

static void
test_describe (void)
{
  const HsBoard *board = hs_board_by_id ("ARDUINO_PORTENTA_H7");
  const HsPartition *firmware = hs_board_find (board, HS_ROLE_FIRMWARE);
  g_autofree char *first = METHOD->describe (board, firmware, "0123", "firmware.bin");
  g_autofree char *last =
      METHOD->describe_last (board, hs_board_find (board, HS_ROLE_ROMFS0), NULL, "my romfs.img");

  g_assert_cmpstr (
      first, ==, "dfu-util -w -d ,2341:035b -S 0123 -a 0 -s 0x08040000 -D firmware.bin");
  g_assert_cmpstr (
      last, ==, "dfu-util -w -d ,2341:035b -a 1 -s 0x90b00000:leave -D 'my romfs.img'");
}

/* Everything that a job asks of the method. */
static gboolean
run_all (DfuseRig *rig, GBytes *firmware, GBytes *romfs, GError **error)
{
  return enter (rig, error) && write_role (rig, HS_ROLE_FIRMWARE, firmware, NULL, error) &&
         write_role (rig, HS_ROLE_ROMFS0, romfs, NULL, error) &&
         verify (rig, HS_ROLE_FIRMWARE, firmware, error) &&
         verify (rig, HS_ROLE_ROMFS0, romfs, error) &&
         METHOD->leave (rig->camera, NULL, NULL, error);
}

/* Fails request n in that way, from n = 1 until the whole gets through; then once more without. It
 * never passes with wrong bytes, the bootloader stays whole, and the next attempt always works. */
static void
test_every_request (gconstpointer data)
{
  guint how = GPOINTER_TO_UINT (data);
  gboolean passed_once = FALSE;

  for (guint n = 1, step = 1; !passed_once; n += step, step = 1 + n / 24) {
    g_autoptr (HsFault) fault = hs_fault_new (n, how & 0xff);
    g_auto (DfuseRig) rig = { 0 };
    g_autoptr (GBytes) firmware = NULL;
    g_autoptr (GBytes) romfs = dfuse_rig_make_bytes (9000, 7);
    g_autoptr (GPtrArray) before = NULL;
    g_autoptr (GError) error = NULL;
    gboolean passed;

    fault->late = (how & 0x100) != 0;
    dfuse_rig_init (&rig, "ARDUINO_PORTENTA_H7", fault);
    before = dfuse_rig_dup_starts (&rig, 128 * 1024);
    firmware = hs_sample_firmware (rig.board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 9, 20 * 1024);

    passed = run_all (&rig, firmware, romfs, &error);
    g_assert_true (passed == (error == NULL));
    passed_once = fault->n_requests < (int) n;
    g_assert_true (passed || !passed_once);
    if (!passed) {
      rig.fault = NULL;
      if (error->code == HS_FLASH_ERROR_GONE) {
        hs_sim_bus_unplug (rig.bus, 0);
        hs_sim_bus_plug (rig.bus, 0);
      }
      g_clear_error (&error);
      dfuse_rig_look_again (&rig);
      g_assert_true (run_all (&rig, firmware, romfs, &error));
      g_assert_no_error (error);
    }
    dfuse_rig_assert_holds (&rig, HS_ROLE_FIRMWARE, 0, firmware, 128 * 1024);
    dfuse_rig_assert_holds (&rig, HS_ROLE_ROMFS0, 0, romfs, 3 * 4096);
    dfuse_rig_assert_only (&rig, before, BIT (HS_ROLE_FIRMWARE) | BIT (HS_ROLE_ROMFS0));
  }
}

/* The cable comes out at request n, also while the flash works: plugged in again it passes, written
 * in full, and nothing of the half written is read. */
static void
test_cable (void)
{
  gboolean passed_once = FALSE;

  for (guint n = 1, step = 1; !passed_once; n += step, step = 1 + n / 16) {
    g_auto (DfuseRig) rig = { 0 };
    g_autoptr (GBytes) firmware = NULL;
    g_autoptr (GBytes) romfs = dfuse_rig_make_bytes (9000, 7);
    g_autoptr (GPtrArray) before = NULL;
    g_autoptr (GError) error = NULL;

    dfuse_rig_init (&rig, "ARDUINO_NICLA_VISION@dfu", NULL);
    before = dfuse_rig_dup_starts (&rig, 128 * 1024);
    firmware = hs_sample_firmware (rig.board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 9, 20 * 1024);
    hs_sim_bus_set_fault (rig.bus, 0, "unplug_at", n);
    hs_sim_bus_set_fault (rig.bus, 0, "torn_reads_hang", 1);

    passed_once = run_all (&rig, firmware, romfs, &error);
    if (!passed_once) {
      const HsWriteOptions options = { .full = TRUE, .dont_read = TRUE };

      g_assert_nonnull (error);
      g_clear_error (&error);
      hs_sim_bus_set_fault (rig.bus, 0, "unplug_at", 0);
      hs_sim_bus_plug (rig.bus, 0);
      dfuse_rig_look_again (&rig);
      g_assert_true (enter (&rig, &error));
      g_assert_no_error (error);
      g_assert_true (method_write (METHOD,
                                   rig.camera,
                                   dfuse_rig_find (&rig, HS_ROLE_FIRMWARE),
                                   firmware,
                                   &options,
                                   NULL,
                                   NULL,
                                   NULL,
                                   &error));
      g_assert_true (run_all (&rig, firmware, romfs, &error));
      g_assert_no_error (error);
    }
    dfuse_rig_assert_holds (&rig, HS_ROLE_FIRMWARE, 0, firmware, 128 * 1024);
    dfuse_rig_assert_holds (&rig, HS_ROLE_ROMFS0, 0, romfs, 3 * 4096);
    dfuse_rig_assert_only (&rig, before, BIT (HS_ROLE_FIRMWARE) | BIT (HS_ROLE_ROMFS0));
  }
}

int
main (int argc, char **argv)
{
  const struct {
    const char *name;
    guint how;
  } faults[] = {
    { "gone", HS_FLASH_ERROR_GONE },
    { "stalled", HS_FLASH_ERROR_STALLED },
    { "timed-out", HS_FLASH_ERROR_TIMED_OUT },
    { "answer-lost", HS_FLASH_ERROR_TIMED_OUT | 0x100 },
  };

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    g_autofree char *all = g_strdup_printf ("/arduino-dfu/all-roles/%s", boards[i]);
    g_autofree char *erase = g_strdup_printf ("/arduino-dfu/erase/%s", boards[i]);

    g_test_add_data_func (all, boards[i], test_all_roles);
    g_test_add_data_func (erase, boards[i], test_erase);
  }
  g_test_add_func ("/arduino-dfu/only-what-changed", test_only_what_changed);
  g_test_add_func ("/arduino-dfu/overhead", test_overhead);
  g_test_add_func ("/arduino-dfu/bootloader", test_bootloader);
  g_test_add_func ("/arduino-dfu/surprise", test_surprise);
  g_test_add_func ("/arduino-dfu/by-hand", test_by_hand);
  g_test_add_func ("/arduino-dfu/wrong-unit", test_wrong_unit);
  g_test_add_func ("/arduino-dfu/faults-of-flash", test_faults_of_flash);
  g_test_add_func ("/arduino-dfu/describe", test_describe);
  g_test_add_func ("/arduino-dfu/cable", test_cable);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree char *path = g_strconcat ("/arduino-dfu/every-request/", faults[i].name, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (faults[i].how), test_every_request);
  }

  return g_test_run ();
}
