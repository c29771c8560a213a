/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sample-image.h"

#include "tests/dfuse-rig.h"

/* ST's ROM, for recovery: one board of each family. In virtual time. */

#define METHOD (&hs_method_stm_rom)
#define BIT(r) (G_GUINT64_CONSTANT (1) << (r))

static const char *const boards[] = { "OPENMV2", "OPENMV3", "OPENMV4", "OPENMV4P" };

static void
rom_init (DfuseRig *rig, const char *board, HsFault *fault)
{
  g_autofree char *spec = g_strconcat (board, "@rom", NULL);

  dfuse_rig_init (rig, spec, fault);
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

/* Bootloader, firmware and what else is in the chip; nothing beside it. */
static void
test_flash (gconstpointer board)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GBytes) bootloader = NULL, firmware = NULL;
  g_autoptr (GError) error = NULL;
  HsWriteResult result;

  rom_init (&rig, board, NULL);
  before = dfuse_rig_dup_all (&rig);
  bootloader = hs_sample_bootloader (rig.board, 0x0104);
  firmware = hs_sample_firmware (rig.board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 3, 200 * 1024 + 7);

  g_assert_true (enter (&rig, &error));
  g_assert_no_error (error);
  g_assert_true (write_role (&rig, HS_ROLE_BOOTLOADER, bootloader, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (result.n_differ, >, 0);
  g_assert_true (write_role (&rig, HS_ROLE_FIRMWARE, firmware, &result, &error));
  g_assert_no_error (error);
  g_assert_true (verify (&rig, HS_ROLE_BOOTLOADER, bootloader, &error));
  g_assert_true (verify (&rig, HS_ROLE_FIRMWARE, firmware, &error));
  g_assert_no_error (error);
  dfuse_rig_assert_holds (&rig, HS_ROLE_BOOTLOADER, 0, bootloader, 0);
  dfuse_rig_assert_holds (&rig, HS_ROLE_FIRMWARE, 0, firmware, 0);
  dfuse_rig_assert_only (&rig, before, BIT (HS_ROLE_BOOTLOADER) | BIT (HS_ROLE_FIRMWARE));

  g_assert_true (write_role (&rig, HS_ROLE_FIRMWARE, firmware, &result, &error));
  g_assert_cmpuint (result.n_differ, ==, 0);
  g_assert_false (METHOD->leave (rig.camera, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
}

/* The first erase unit, whatever its size. */
static void
test_erase (gconstpointer board)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (4096), 4096);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GError) error = NULL;
  const HsPartition *partition;

  rom_init (&rig, board, NULL);
  before = dfuse_rig_dup_all (&rig);
  partition = hs_board_find_named (rig.board, "FILESYSTEM");
  g_assert_true (METHOD->erase (rig.camera, partition, NULL, NULL, &error));
  g_assert_no_error (error);
  dfuse_rig_assert_holds (&rig, partition->role, 0, zeros, partition->erase[0].size);
  dfuse_rig_assert_only (&rig, before, BIT (partition->role));
}

/* What is in another chip can't be reached. */
static void
test_external (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) image = dfuse_rig_make_bytes (100, 1);
  g_autoptr (GError) error = NULL;

  rom_init (&rig, "OPENMV4P", NULL);
  g_assert_true (enter (&rig, &error));
  g_assert_false (write_role (&rig, HS_ROLE_ROMFS0, image, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_false (verify (&rig, HS_ROLE_ROMFS0, image, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
}

/* Nothing of ours could put Arduino's bootloader back. */
static void
test_foreign_bootloader (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) image = dfuse_rig_make_bytes (4096, 1);
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GError) error = NULL;

  rom_init (&rig, "ARDUINO_PORTENTA_H7", NULL);
  before = dfuse_rig_dup_all (&rig);
  g_assert_true (enter (&rig, &error));
  g_assert_no_error (error);
  g_assert_false (write_role (&rig, HS_ROLE_BOOTLOADER, image, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
  dfuse_rig_assert_only (&rig, before, 0);
}

/* The model that somebody named has another chip, or none was named. */
static void
test_other_family (void)
{
  const struct {
    const char *real;
    const char *named; /* NULL: none */
    HsFlashError code;
  } cases[] = {
    { "OPENMV2", "OPENMV3", HS_FLASH_ERROR_WRONG_BOARD },
    { "OPENMV3", "OPENMV4", HS_FLASH_ERROR_WRONG_BOARD },
    { "OPENMV4", "OPENMV2", HS_FLASH_ERROR_WRONG_BOARD },
    { "OPENMV4", NULL, HS_FLASH_ERROR_UNSUPPORTED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (DfuseRig) rig = { 0 };
    g_autoptr (GBytes) image = dfuse_rig_make_bytes (4096, 1);
    g_autoptr (GPtrArray) before = NULL;
    g_autoptr (HsUsbInfo) info = NULL;
    g_autoptr (GError) error = NULL;
    const HsBoard *named = cases[i].named != NULL ? hs_board_by_id (cases[i].named) : NULL;

    rom_init (&rig, cases[i].real, NULL);
    before = dfuse_rig_dup_all (&rig);
    info = hs_camera_dup_info (rig.camera);
    g_clear_object (&rig.camera);
    rig.camera = hs_camera_new (HS_BUS (rig.bus), info, named, NULL);
    g_assert_false (enter (&rig, &error));
    g_assert_error (error, HS_FLASH_ERROR, cases[i].code);
    dfuse_rig_assert_only (&rig, before, 0);
  }
}

static void
test_protected (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GError) error = NULL;

  dfuse_rig_init_protected (&rig, "OPENMV4");
  before = dfuse_rig_dup_all (&rig);
  image = hs_sample_bootloader (rig.board, 0x0104);
  g_assert_false (write_role (&rig, HS_ROLE_BOOTLOADER, image, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
  g_clear_error (&error);
  g_assert_false (verify (&rig, HS_ROLE_BOOTLOADER, image, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
  dfuse_rig_assert_only (&rig, before, 0);
}

/* Everything is accepted and nothing happens: only reading back tells. */
static void
test_write_protected (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GError) error = NULL;

  rom_init (&rig, "OPENMV3", NULL);
  hs_sim_bus_set_fault (rig.bus, 0, "write_protected", 1);
  before = dfuse_rig_dup_all (&rig);
  image = hs_sample_bootloader (rig.board, 0x0104);
  g_assert_true (write_role (&rig, HS_ROLE_BOOTLOADER, image, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (verify (&rig, HS_ROLE_BOOTLOADER, image, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_VERIFY);
  dfuse_rig_assert_only (&rig, before, 0);
}

static void
test_quirks (void)
{
  const char *const quirks[] = { "stays_busy", "stalls_early" };

  for (guint i = 0; i < G_N_ELEMENTS (quirks); i++) {
    g_auto (DfuseRig) rig = { 0 };
    g_autoptr (GBytes) image = NULL;
    g_autoptr (GError) error = NULL;

    rom_init (&rig, "OPENMV4", NULL);
    hs_sim_bus_set_fault (rig.bus, 0, quirks[i], 1);
    image = hs_sample_firmware (rig.board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 3, 300 * 1024);
    g_assert_true (write_role (&rig, HS_ROLE_FIRMWARE, image, NULL, &error));
    g_assert_no_error (error);
    g_assert_true (verify (&rig, HS_ROLE_FIRMWARE, image, &error));
  }
}

/* The jumper is set by hand; nothing else gets there. */
static void
test_enter (void)
{
  g_auto (DfuseRig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  dfuse_rig_init (&rig, "OPENMV4", NULL);
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  dfuse_rig_clear (&rig);

  rom_init (&rig, "OPENMV4", NULL);
  g_assert_true (METHOD->enter (rig.camera, TRUE, NULL, NULL, &error));
  g_assert_no_error (error);
}

static void
test_describe (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autofree char *line =
      METHOD->describe (board, hs_board_find (board, HS_ROLE_BOOTLOADER), NULL, "bootloader.bin");

  g_assert_cmpstr (line, ==, "dfu-util -w -d ,0483:df11 -a 0 -s 0x08000000 -D bootloader.bin");
}

static gboolean
run_all (DfuseRig *rig, GBytes *image, GError **error)
{
  return enter (rig, error) && write_role (rig, HS_ROLE_BOOTLOADER, image, NULL, error) &&
         verify (rig, HS_ROLE_BOOTLOADER, image, error);
}

/* Fails request n in that way until the whole gets through; then the next attempt works. */
static void
test_every_request (gconstpointer data)
{
  guint how = GPOINTER_TO_UINT (data);
  gboolean passed_once = FALSE;

  for (guint n = 1, step = 1; !passed_once; n += step, step = 1 + n / 24) {
    g_autoptr (HsFault) fault = hs_fault_new (n, how & 0xff);
    g_auto (DfuseRig) rig = { 0 };
    g_autoptr (GBytes) image = NULL;
    g_autoptr (GPtrArray) before = NULL;
    g_autoptr (GError) error = NULL;
    gboolean passed;

    fault->late = (how & 0x100) != 0;
    rom_init (&rig, "OPENMV3", fault);
    before = dfuse_rig_dup_starts (&rig, 128 * 1024);
    image = hs_sample_bootloader (rig.board, 0x0104);
    passed = run_all (&rig, image, &error);
    g_assert_true (passed == (error == NULL));
    passed_once = fault->n_requests < (int) n;
    g_assert_true (passed || !passed_once);
    if (!passed) {
      rig.fault = NULL;
      g_clear_error (&error);
      dfuse_rig_look_again (&rig);
      g_assert_true (run_all (&rig, image, &error));
      g_assert_no_error (error);
    }
    dfuse_rig_assert_holds (&rig, HS_ROLE_BOOTLOADER, 0, image, 32 * 1024);
    dfuse_rig_assert_only (&rig, before, BIT (HS_ROLE_BOOTLOADER));
  }
}

/* The cable comes out at any request: the ROM is still there with the jumper set, and writes again
 * what is half written, without reading it first. */
static void
test_cable (void)
{
  for (guint n = 2; n < 90; n += 7) {
    g_auto (DfuseRig) rig = { 0 };
    g_autoptr (GBytes) image = NULL;
    g_autoptr (HsSource) source = NULL;
    g_autoptr (GError) error = NULL;
    const HsWriteOptions options = { .full = TRUE, .dont_read = TRUE };
    HsWriteResult result = { 0 };

    rom_init (&rig, "OPENMV4", NULL);
    image = hs_sample_bootloader (rig.board, 0x0104);
    source = hs_source_new_bytes (image);
    hs_sim_bus_set_fault (rig.bus, 0, "unplug_at", n);
    hs_sim_bus_set_fault (rig.bus, 0, "torn_reads_hang", 1);
    g_assert_false (METHOD->write (rig.camera,
                                   dfuse_rig_find (&rig, HS_ROLE_BOOTLOADER),
                                   source,
                                   &options,
                                   &result,
                                   NULL,
                                   NULL,
                                   &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
    hs_write_result_clear (&result);
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
    g_autofree char *flash = g_strdup_printf ("/stm-rom/flash/%s", boards[i]);
    g_autofree char *erase = g_strdup_printf ("/stm-rom/erase/%s", boards[i]);

    g_test_add_data_func (flash, boards[i], test_flash);
    g_test_add_data_func (erase, boards[i], test_erase);
  }
  g_test_add_func ("/stm-rom/external", test_external);
  g_test_add_func ("/stm-rom/foreign-bootloader", test_foreign_bootloader);
  g_test_add_func ("/stm-rom/other-family", test_other_family);
  g_test_add_func ("/stm-rom/protected", test_protected);
  g_test_add_func ("/stm-rom/write-protected", test_write_protected);
  g_test_add_func ("/stm-rom/quirks", test_quirks);
  g_test_add_func ("/stm-rom/enter", test_enter);
  g_test_add_func ("/stm-rom/describe", test_describe);
  g_test_add_func ("/stm-rom/cable", test_cable);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree char *path = g_strconcat ("/stm-rom/every-request/", faults[i].name, NULL);

    g_test_add_data_func (path, GUINT_TO_POINTER (faults[i].how), test_every_request);
  }

  return g_test_run ();
}
