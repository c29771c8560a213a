/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/imx-rom.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"
#include "flash/sim/sim-camera-private.h"
#include "flash/transport/recording-bus.h"
#include "tests/method-rig.h"

#include <string.h>

/* Bringing back a simulated RT1062 by its ROM, in virtual time. */

#define METHOD (&hs_method_imx_rom)
#define BOARD  "OPENMV_RT1060"
#define PORT   "1-1"

typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  const HsBoard *board;
  HsCamera *camera;
  GBytes *loader, *sbl;
} Bench;

static void
look_again (Bench *self)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (self->bus), PORT);

  g_clear_object (&self->camera);
  g_assert_nonnull (info);
  self->camera = hs_camera_new (HS_BUS (self->bus), info, self->board, NULL);
  hs_imx_rom_set_loader (self->camera, self->loader);
}

static void
bench_init (Bench *self, const char *spec)
{
  g_autoptr (GError) error = NULL;

  self->bus = hs_sim_bus_new (spec, NULL, TRUE, &error);
  g_assert_no_error (error);
  self->sim = hs_sim_bus_get_camera (self->bus, 0);
  self->board = hs_sim_camera_get_board (self->sim);
  self->loader = hs_sample_rt1062_flashloader ();
  self->sbl = hs_sample_rt1062_sbl ();
  hs_sim_bus_settle (self->bus, 0);
  look_again (self);
}

static void
bench_clear (Bench *self)
{
  g_clear_object (&self->camera);
  g_clear_object (&self->bus);
  g_clear_pointer (&self->loader, g_bytes_unref);
  g_clear_pointer (&self->sbl, g_bytes_unref);
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
write_role (Bench *self, HsRole role, GBytes *image, GError **error)
{
  return method_write (
      METHOD, self->camera, partition (self, role), image, NULL, NULL, NULL, NULL, error);
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
verify_role (Bench *self, HsRole role, GBytes *image, GError **error)
{
  return method_read (METHOD,
                      self->camera,
                      partition (self, role),
                      g_bytes_get_size (image),
                      equals,
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

/* All that brings the bootloader back. */
static gboolean
rescue (Bench *self, gboolean burn, GError **error)
{
  guint32 fuse = 0;

  return enter (self, error) && hs_imx_rom_make_config (self->camera, NULL, NULL, error) &&
         write_role (self, HS_ROLE_BOOTLOADER, self->sbl, error) &&
         verify_role (self, HS_ROLE_BOOTLOADER, self->sbl, error) &&
         (!burn || hs_imx_rom_burn_fuse (self->camera, &fuse, error));
}

static void
power_cycle (Bench *self, gboolean jumper)
{
  hs_sim_bus_unplug (self->bus, 0);
  hs_sim_bus_set_jumper (self->bus, 0, jumper);
  hs_sim_bus_plug (self->bus, 0);
  hs_sim_bus_settle (self->bus, 0);
}

/* Nothing but the boot fuse was ever asked for. */
static void
assert_burns (Bench *self, const char *wanted)
{
  g_autofree char *burns = hs_sim_camera_dup_burns (self->sim);

  g_assert_cmpstr (burns, ==, wanted);
}

/* The jumper set on a camera whose flash is fine, except for its bootloader. */
static void
test_whole_way (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) config = hs_sample_rt1062_config ();
  g_autoptr (GError) error = NULL;
  guint32 fuse = 0;

  bench_init (&bench, BOARD "@no-bootloader");
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_ROM);
  g_assert_true (METHOD->check (bench.camera, &error));
  g_assert_no_error (error);
  g_assert_true (rescue (&bench, TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (holds (&bench, HS_ROLE_BOOTLOADER, bench.sbl));
  g_assert_true (holds (&bench, HS_ROLE_CONFIG, config));
  g_assert_true (hs_imx_rom_read_fuse (bench.camera, &fuse, &error));
  g_assert_cmphex (fuse, ==, 0x10);
  assert_burns (&bench, ""); /* it was burnt already */

  power_cycle (&bench, FALSE);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_APP);
}

/* A chip as it came: alone in its ROM, without the fuse. */
static void
test_blank (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) firmware = NULL;
  g_autoptr (GBytes) romfs = hs_sample_romfs (3, 60001);
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@blank");
  g_assert_false (hs_sim_bus_get_jumper (bench.bus, 0));
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_ROM);
  g_assert_true (rescue (&bench, FALSE, &error));
  g_assert_no_error (error);
  power_cycle (&bench, FALSE);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_ROM); /* the fuse is missing */

  look_again (&bench);
  g_assert_true (rescue (&bench, TRUE, &error));
  g_assert_no_error (error);
  assert_burns (&bench, "6:00000010 ");
  g_assert_cmphex (hs_sim_camera_get_fuse (bench.sim, 6), ==, 0x10);

  firmware = hs_sample_firmware (bench.board, HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 7, 90000);
  g_assert_true (write_role (&bench, HS_ROLE_FIRMWARE, firmware, &error));
  g_assert_true (verify_role (&bench, HS_ROLE_FIRMWARE, firmware, &error));
  g_assert_true (write_role (&bench, HS_ROLE_ROMFS0, romfs, &error));
  g_assert_true (verify_role (&bench, HS_ROLE_ROMFS0, romfs, &error));
  g_assert_no_error (error);

  g_assert_true (METHOD->leave (bench.camera, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_APP);
}

/* With the jumper still set a restart comes back to the ROM. */
static void
test_leave_with_jumper (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@rom");
  g_assert_true (hs_sim_bus_get_jumper (bench.bus, 0));
  g_assert_true (rescue (&bench, FALSE, &error));
  g_assert_no_error (error);
  g_assert_false (METHOD->leave (bench.camera, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "jumper"));
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_ROM);
}

/* A later job of this process goes on with the loader that this one put there; nobody else's. */
static void
test_same_loader (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsBus) recording = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUsbInfo) info = NULL;
  guint32 fuse = 0;

  bench_init (&bench, BOARD "@rom");
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  info = hs_bus_find_port (HS_BUS (bench.bus), PORT);
  recording = hs_recording_bus_new (HS_BUS (bench.bus), capture);
  g_assert_true (hs_imx_rom_is_ram_loader (HS_BUS (bench.bus), info));
  g_assert_true (hs_imx_rom_is_ram_loader (recording, info)); /* as another job has it */

  look_again (&bench);
  hs_imx_rom_set_loader (bench.camera, NULL);
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  g_assert_true (hs_imx_rom_read_fuse (bench.camera, &fuse, &error));
  g_assert_true (rescue (&bench, FALSE, &error));
  g_assert_no_error (error);
}

/* The resident bootloader shows the same id, and so does somebody else's loader: nothing is sent
 * to them. */
static void
test_other_loader (void)
{
  const char *const specs[] = { BOARD "@dfu", BOARD "@dfu+ram_loader" };

  for (guint i = 0; i < G_N_ELEMENTS (specs); i++) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (HsUsbInfo) info = NULL;
    guint32 fuse = 0;

    bench.bus = hs_sim_bus_new (specs[i], NULL, TRUE, &error);
    g_assert_no_error (error);
    bench.sim = hs_sim_bus_get_camera (bench.bus, 0);
    bench.board = hs_sim_camera_get_board (bench.sim);
    bench.loader = hs_sample_rt1062_flashloader ();
    bench.sbl = hs_sample_rt1062_sbl ();
    look_again (&bench);

    info = hs_bus_find_port (HS_BUS (bench.bus), PORT);
    g_assert_false (hs_imx_rom_is_ram_loader (HS_BUS (bench.bus), info));
    g_assert_false (enter (&bench, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
    g_clear_error (&error);
    g_assert_false (hs_imx_rom_make_config (bench.camera, NULL, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
    g_clear_error (&error);
    g_assert_false (hs_imx_rom_burn_fuse (bench.camera, &fuse, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
    g_clear_error (&error);
    g_assert_false (write_role (&bench, HS_ROLE_BOOTLOADER, bench.sbl, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
    g_assert_cmpuint (hs_sim_camera_get_n_requests (bench.sim), ==, 0);
    assert_burns (&bench, "");
  }
}

/* The process that put it there died, and the camera kept its power: nobody knows any more whose
 * loader that is. Unplugged it is gone. */
static void
test_other_process (void)
{
  g_auto (Bench) bench = { 0 };
  g_autofree char *dir = g_dir_make_tmp ("hotshoe-imx-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  bench.bus = hs_sim_bus_new (BOARD "@rom", dir, TRUE, &error);
  g_assert_no_error (error);
  bench.board = hs_board_by_id (BOARD);
  bench.loader = hs_sample_rt1062_flashloader ();
  look_again (&bench);
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  g_clear_object (&bench.camera);
  g_clear_object (&bench.bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;

  bench.bus = hs_sim_bus_new (BOARD, dir, TRUE, &error);
  g_assert_no_error (error);
  bench.sim = hs_sim_bus_get_camera (bench.bus, 0);
  hs_sim_bus_settle (bench.bus, 0);
  look_again (&bench);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_DFU);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);

  power_cycle (&bench, TRUE);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_ROM);
  look_again (&bench);
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  hs_sim_drive_remove_tree (dir);
}

/* The everyday method keeps away from it. */
static void
test_everyday_keeps_away (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;
  guint n_requests;

  bench_init (&bench, BOARD "@rom");
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  look_again (&bench);
  n_requests = hs_sim_camera_get_n_requests (bench.sim);
  g_assert_false (hs_method_imx.enter (bench.camera, FALSE, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_assert_cmpuint (hs_sim_camera_get_n_requests (bench.sim), ==, n_requests);
}

static void
test_closed (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@rom");
  hs_sim_bus_set_fault (bench.bus, 0, "hab_closed", 1);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_ROM);
}

static void
test_wrong_files (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GBytes) foreign = hs_sample_blob (3, 9000);
  g_autoptr (GBytes) cut = NULL;
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@rom");
  hs_imx_rom_set_loader (bench.camera, NULL);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_clear_error (&error);
  hs_imx_rom_set_loader (bench.camera, foreign);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_clear_error (&error);
  hs_imx_rom_set_loader (bench.camera, bench.sbl); /* the names are much alike */
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_clear_error (&error);
  g_assert_cmpuint (hs_sim_camera_get_n_requests (bench.sim), ==, 0);

  /* The ROM starts what is there of it, and nothing comes up. */
  cut = g_bytes_new_from_bytes (bench.loader, 0, 40000);
  look_again (&bench);
  hs_imx_rom_set_loader (bench.camera, cut);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_clear_error (&error);

  power_cycle (&bench, TRUE);
  look_again (&bench);
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  g_assert_false (write_role (&bench, HS_ROLE_BOOTLOADER, foreign, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_clear_error (&error);
  g_assert_false (write_role (&bench, HS_ROLE_BOOTLOADER, bench.loader, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_clear_error (&error);
  g_assert_false (write_role (&bench, HS_ROLE_CONFIG, bench.sbl, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
}

/* No jumper: the firmware or nothing is there. */
static void
test_no_jumper (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_assert_nonnull (strstr (error->message, "SBL and 3.3V"));
}

/* Other fuses of that word are burnt: the chip is not what anybody described. */
static void
test_other_fuses (void)
{
  g_auto (Bench) bench = { 0 };
  g_autofree char *dir = g_dir_make_tmp ("hotshoe-imx-XXXXXX", NULL);
  g_autofree char *id = hs_sim_camera_make_id (hs_board_by_id (BOARD), 1);
  g_autofree char *folder = g_build_filename (dir, id, NULL);
  g_autofree char *path = g_build_filename (folder, "state.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) json = NULL;
  g_autoptr (HsSimBus) first = NULL;
  g_autoptr (GError) error = NULL;
  guint32 fuse = 0;

  first = hs_sim_bus_new (BOARD "@blank", dir, TRUE, &error);
  g_assert_no_error (error);
  g_clear_object (&first);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (g_file_get_contents (path, &text, NULL, &error));
  json = g_string_new (text);
  g_assert_cmpuint (
      g_string_replace (json, "\"fuses\": \"\"", "\"fuses\": \"6:00000002 \"", 0), ==, 1);
  g_assert_true (g_file_set_contents (path, json->str, -1, &error));

  bench.bus = hs_sim_bus_new (BOARD, dir, TRUE, &error);
  g_assert_no_error (error);
  bench.sim = hs_sim_bus_get_camera (bench.bus, 0);
  bench.board = hs_sim_camera_get_board (bench.sim);
  bench.loader = hs_sample_rt1062_flashloader ();
  hs_sim_bus_settle (bench.bus, 0);
  look_again (&bench);
  g_assert_true (enter (&bench, &error));
  g_assert_no_error (error);
  g_assert_false (hs_imx_rom_burn_fuse (bench.camera, &fuse, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_SURPRISE);
  g_assert_cmphex (fuse, ==, 2);
  assert_burns (&bench, "");
  hs_sim_drive_remove_tree (dir);
}

/* Wherever it breaks: nothing is believed that is not there, no other fuse is touched, and with the
 * jumper set and the cable in again the next attempt gets through. */
static void
test_faults (gconstpointer data)
{
  const char *fault = data;

  for (guint nth = 1;; nth += nth < 20 ? 1 : nth < 110 ? 17 : nth < 140 ? 1 : 61) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GBytes) config = hs_sample_rt1062_config ();
    g_autofree char *burns = NULL;
    g_autoptr (GError) error = NULL;
    guint before;
    gboolean ok;

    bench_init (&bench, BOARD "@blank");
    before = hs_sim_camera_get_n_requests (bench.sim);
    hs_sim_bus_set_fault (bench.bus, 0, fault, nth);
    ok = rescue (&bench, TRUE, &error);
    g_assert_true (ok == (error == NULL));
    if (ok) {
      g_assert_true (holds (&bench, HS_ROLE_BOOTLOADER, bench.sbl));
      g_assert_true (holds (&bench, HS_ROLE_CONFIG, config));
      g_assert_cmphex (hs_sim_camera_get_fuse (bench.sim, 6), ==, 0x10);
    }
    burns = hs_sim_camera_dup_burns (bench.sim);
    g_assert_true (*burns == '\0' || g_str_equal (burns, "6:00000010 "));
    if (ok && hs_sim_camera_get_n_requests (bench.sim) - before < nth)
      return;

    g_clear_error (&error);
    hs_sim_bus_set_fault (bench.bus, 0, fault, 0);
    power_cycle (&bench, TRUE);
    look_again (&bench);
    g_assert_true (rescue (&bench, TRUE, &error));
    g_assert_no_error (error);
    g_assert_true (holds (&bench, HS_ROLE_BOOTLOADER, bench.sbl));
    assert_burns (&bench, "6:00000010 ");
  }
}

/* The last requests are the fuse's: every one of them fails once. */
static void
test_fuse_faults (gconstpointer data)
{
  const char *fault = data;

  for (guint nth = 1;; nth++) {
    g_auto (Bench) bench = { 0 };
    g_autoptr (GError) error = NULL;
    guint32 fuse = 0;
    guint before;
    gboolean ok;

    bench_init (&bench, BOARD "@blank");
    g_assert_true (enter (&bench, &error));
    before = hs_sim_camera_get_n_requests (bench.sim);
    hs_sim_bus_set_fault (bench.bus, 0, fault, nth);
    ok = hs_imx_rom_burn_fuse (bench.camera, &fuse, &error);
    g_assert_true (ok == (error == NULL));
    g_assert_true (!ok || hs_sim_camera_get_fuse (bench.sim, 6) == 0x10);
    if (ok && hs_sim_camera_get_n_requests (bench.sim) - before < nth)
      return;

    g_clear_error (&error);
    hs_sim_bus_set_fault (bench.bus, 0, fault, 0);
    power_cycle (&bench, TRUE);
    look_again (&bench);
    g_assert_true (enter (&bench, &error) && hs_imx_rom_burn_fuse (bench.camera, &fuse, &error));
    g_assert_no_error (error);
    assert_burns (&bench, "6:00000010 ");
  }
}

static void
test_cancelled (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@rom");
  g_cancellable_cancel (cancellable);
  g_assert_false (METHOD->enter (bench.camera, FALSE, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (hs_sim_camera_get_mode (bench.sim), ==, HS_MODE_ROM);
}

/* Its loader does not come up again after the chip restarted: RAM is lost. */
static void
test_does_not_come (void)
{
  g_auto (Bench) bench = { 0 };
  g_autoptr (GError) error = NULL;

  bench_init (&bench, BOARD "@rom");
  hs_sim_bus_set_fault (bench.bus, 0, "stay_away", 1);
  g_assert_false (enter (&bench, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/imx-rom/whole-way", test_whole_way);
  g_test_add_func ("/imx-rom/blank", test_blank);
  g_test_add_func ("/imx-rom/leave-with-jumper", test_leave_with_jumper);
  g_test_add_func ("/imx-rom/same-loader", test_same_loader);
  g_test_add_func ("/imx-rom/other-loader", test_other_loader);
  g_test_add_func ("/imx-rom/other-process", test_other_process);
  g_test_add_func ("/imx-rom/everyday-keeps-away", test_everyday_keeps_away);
  g_test_add_func ("/imx-rom/closed", test_closed);
  g_test_add_func ("/imx-rom/wrong-files", test_wrong_files);
  g_test_add_func ("/imx-rom/no-jumper", test_no_jumper);
  g_test_add_func ("/imx-rom/other-fuses", test_other_fuses);
  g_test_add_data_func ("/imx-rom/faults/unplugged", "unplug_at", test_faults);
  g_test_add_data_func ("/imx-rom/faults/stalled", "stall_at", test_faults);
  g_test_add_data_func ("/imx-rom/faults/silent", "lose_answer_at", test_faults);
  g_test_add_data_func ("/imx-rom/fuse-faults/unplugged", "unplug_at", test_fuse_faults);
  g_test_add_data_func ("/imx-rom/fuse-faults/stalled", "stall_at", test_fuse_faults);
  g_test_add_data_func ("/imx-rom/fuse-faults/silent", "lose_answer_at", test_fuse_faults);
  g_test_add_func ("/imx-rom/cancelled", test_cancelled);
  g_test_add_func ("/imx-rom/does-not-come", test_does_not_come);
  return g_test_run ();
}
