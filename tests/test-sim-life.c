/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sim-rig.h"

#include "flash/sim/sample-image.h"
#include "flash/sim/sim-faults.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* How a simulated camera starts, stays, leaves, breaks and lasts. */

static GBytes *
make_firmware (const char *board, const char *tag)
{
  return hs_sample_firmware (hs_board_by_id (board), HS_ROLE_FIRMWARE, tag, "5.0.0", 7, 40000);
}

/* Only real work holds the window; facts 1.2. */
static void
test_window (void)
{
  g_auto (SimRig) rig = { 0 };
  gint64 shown;

  sim_rig_init (&rig, "OPENMV4", HS_MODE_APP);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_plug (rig.camera, rig.now);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_UNKNOWN);
  shown = rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  hs_sim_camera_advance (rig.camera, rig.now);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);

  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  sim_rig_select (&rig, 2);
  sim_rig_control (&rig, 0x21, ABORT, 0, 0);
  sim_rig_control (&rig, 0xA1, GETSTATE, 0, 1);
  g_assert_cmpint (hs_sim_camera_advance (rig.camera, rig.now), ==, shown + 1500000);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);

  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_plug (rig.camera, rig.now);
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  hs_sim_camera_advance (rig.camera, rig.now);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, BLOCK);
  g_assert_cmpint (hs_sim_camera_advance (rig.camera, rig.now), ==, G_MAXINT64);

  hs_sim_camera_bus_reset (rig.camera, rig.now);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
}

/* So does a host that takes the configuration away. */
static void
test_unconfigured (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  g_assert_cmpint (sim_rig_control (&rig, 0x00, 9, 1, 0), ==, 0);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
  g_assert_cmpint (sim_rig_control (&rig, 0x00, 9, 0, 0), ==, 0);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
}

/* DETACH leaves; what comes after it meets nobody. */
static void
test_detach (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  g_assert_cmpint (sim_rig_control (&rig, 0x21, DETACH, 1000, 0), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, -ENODEV);
  g_assert_cmpuint (hs_sim_camera_get_n_late (rig.camera), ==, 1);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
}

static void
test_old_bootloader (void)
{
  g_auto (SimRig) rig = { 0 };
  g_autoptr (HsUsbInfo) info = NULL;

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  hs_sim_camera_get_faults (rig.camera)->old_bootloader = TRUE;
  info = hs_sim_camera_get_info (rig.camera, "1-1");
  g_assert_cmphex (info->bcd_device, ==, 0x0200);

  g_assert_cmpint (sim_rig_control (&rig, 0x21, DETACH, 1000, 0), ==, 0);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
  hs_sim_camera_bus_reset (rig.camera, rig.now);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);

  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_plug (rig.camera, rig.now);
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  g_assert_cmpint (sim_rig_upload (&rig, 0, 16), ==, 16);
  g_assert_cmpint (sim_rig_control (&rig, 0x21, DETACH, 1000, 0), ==, 0);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, -ETIMEDOUT);
  sim_rig_settle (&rig);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, -ETIMEDOUT);
  g_assert_true (hs_sim_camera_is_hung (rig.camera));
}

/* A complete image boots, half a one hangs until power is cut, and the window is there again. */
static void
test_boots_only_what_is_whole (void)
{
  static const char *const boards[] = { "OPENMV2",  "OPENMV3",   "OPENMV4",   "OPENMV4P",
                                        "OPENMVPT", "OPENMV_N6", "OPENMV_AE3" };

  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    g_auto (SimRig) rig = { 0 };
    g_autoptr (GBytes) whole = make_firmware (boards[i], "v5.0.0");
    g_autoptr (GBytes) half = g_bytes_new_from_bytes (whole, 0, 20000);

    sim_rig_init (&rig, boards[i], HS_MODE_DFU);
    sim_rig_flash (&rig, HS_ROLE_FIRMWARE, half);
    sim_rig_control (&rig, 0x21, DETACH, 1000, 0);
    sim_rig_settle (&rig);
    g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_UNKNOWN);
    g_assert_true (hs_sim_camera_is_hung (rig.camera));

    hs_sim_camera_unplug (rig.camera, rig.now);
    hs_sim_camera_plug (rig.camera, rig.now);
    rig.now = hs_sim_camera_advance (rig.camera, rig.now);
    g_assert_cmpint (sim_rig_upload (&rig, 0, 16), ==, 16);
    sim_rig_flash (&rig, HS_ROLE_FIRMWARE, whole);
    sim_rig_control (&rig, 0x21, DETACH, 1000, 0);
    sim_rig_settle (&rig);
    g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
  }
}

/* A firmware of which nothing is known but its vectors: it boots if its download was ended. */
static void
test_foreign_firmware (void)
{
  g_auto (SimRig) rig = { 0 };
  g_autofree guint8 *bytes = g_malloc (9000);
  g_autoptr (GBytes) image = NULL;
  static const char strings[] = "3.4.0; OpenMV v4.7.0-3.gabcdef; MicroPython v1.25.0";
  static const guint8 vectors[] = { 0, 0, 1, 0, 0x01, 0x03, 0x04, 0x08 };

  memset (bytes, 0x80, 9000);
  memcpy (bytes, vectors, sizeof vectors);
  memcpy (bytes + 1000, strings, sizeof strings);
  image = g_bytes_new (bytes, 9000);

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  sim_rig_flash (&rig, HS_ROLE_FIRMWARE, image);
  sim_rig_select (&rig, 2);
  sim_rig_write_block (&rig, 0, 0x80, BLOCK); /* a second download begins and is given up */
  sim_rig_select (&rig, 2);
  sim_rig_control (&rig, 0x21, DETACH, 1000, 0);
  sim_rig_settle (&rig);
  g_assert_true (hs_sim_camera_is_hung (rig.camera));

  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_plug (rig.camera, rig.now);
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  sim_rig_flash (&rig, HS_ROLE_FIRMWARE, image);
  sim_rig_control (&rig, 0x21, DETACH, 1000, 0);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
}

/* Power cut while a block is written: half of it, and on H7 a word that can't be read. */
static void
test_torn (void)
{
  g_auto (SimRig) rig = { 0 };
  HsSimFaults *faults;

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  faults = hs_sim_camera_get_faults (rig.camera);
  faults->torn_reads_hang = TRUE;
  sim_rig_select (&rig, 2);
  sim_rig_write_block (&rig, 0, 0x44, BLOCK);
  faults->unplug_at = hs_sim_camera_get_n_requests (rig.camera) + 3;
  g_assert_cmpint (sim_rig_download (&rig, 1, 0x55, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, BUSY);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, -ENODEV);
  g_assert_false (hs_sim_camera_is_plugged (rig.camera));

  for (guint i = 0; i < 2; i++) {
    hs_sim_camera_plug (rig.camera, rig.now);
    rig.now = hs_sim_camera_advance (rig.camera, rig.now);
    sim_rig_select (&rig, 2);
    g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, BLOCK);
    if (i == 0) {
      g_assert_cmpint (sim_rig_upload (&rig, 1, BLOCK), ==, -ETIMEDOUT);
      g_assert_cmpint (sim_rig_get_status (&rig), ==, -ETIMEDOUT);
      hs_sim_camera_unplug (rig.camera, rig.now);
    }
  }

  sim_rig_write_block (&rig, 0, 0x44, BLOCK); /* erases the sector, which heals it */
  g_assert_cmpint (sim_rig_upload (&rig, 1, BLOCK), ==, BLOCK);
  g_assert_cmphex (rig.data[0], ==, 0xff);
}

static void
test_another_comes_back (void)
{
  g_auto (SimRig) rig = { 0 };
  g_autoptr (HsUsbInfo) before = NULL;
  g_autoptr (HsUsbInfo) after = NULL;
  const char *id;

  sim_rig_init (&rig, "OPENMV4", HS_MODE_APP);
  id = hs_sim_camera_get_id (rig.camera);
  before = hs_sim_camera_get_info (rig.camera, "1-1");
  hs_sim_camera_get_faults (rig.camera)->wrong_unit = TRUE;
  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_plug (rig.camera, rig.now);
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  hs_sim_camera_advance (rig.camera, rig.now);
  after = hs_sim_camera_get_info (rig.camera, "1-1");
  g_assert_cmpstr (after->serial, !=, id);
  g_assert_cmpint (after->instance, !=, before->instance);

  /* What is written now is written to that other camera. */
  sim_rig_select (&rig, 1);
  sim_rig_write_block (&rig, 0, 0x99, BLOCK);
  g_assert_cmpint (sim_rig_upload (&rig, 0, 1), ==, 1);
  g_assert_cmphex (rig.data[0], ==, 0x99);
  {
    g_autoptr (GBytes) own = hs_sim_camera_dup_partition (
        rig.camera, hs_board_find (hs_board_by_id ("OPENMV4"), HS_ROLE_FILESYSTEM));

    g_assert_cmphex (((const guint8 *) g_bytes_get_data (own, NULL))[0], !=, 0x99);
  }

  hs_sim_camera_get_faults (rig.camera)->wrong_unit = FALSE;
  hs_sim_camera_get_faults (rig.camera)->stay_away = TRUE;
  sim_rig_control (&rig, 0x21, DETACH, 1000, 0);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_UNKNOWN);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_assert_cmpint (g_unlink (path), ==, 0);
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static HsSimCamera *
open_in (const char *folder, GError **error)
{
  return hs_sim_camera_new (hs_board_by_id ("OPENMV4"), 1, HS_MODE_APP, folder, TRUE, error);
}

/* Its folder holds the true state at every moment, and one process at a time. */
static void
test_folder (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-sim-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "FIRMWARE.bin", NULL);
  g_autoptr (GBytes) image = make_firmware ("OPENMV4", "v5.0.0");
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  g_auto (SimRig) rig = { 0 };
  gsize size;

  rig.camera = open_in (folder, &error);
  g_assert_no_error (error);
  g_assert_null (open_in (folder, &error));
  g_assert_cmpint (error->code, ==, 8); /* HS_FLASH_ERROR_BUSY */
  g_clear_error (&error);

  hs_sim_camera_plug (rig.camera, rig.now);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_plug (rig.camera, rig.now);
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  sim_rig_flash (&rig, HS_ROLE_FIRMWARE, image);
  g_assert_true (g_file_get_contents (file, &contents, &size, NULL));
  g_assert_cmpmem (
      contents, g_bytes_get_size (image), g_bytes_get_data (image, NULL), g_bytes_get_size (image));

  /* Held when the simulator ended: held when it is back, with the flash as it was. */
  g_clear_object (&rig.camera);
  rig.camera = open_in (folder, &error);
  g_assert_no_error (error);
  hs_sim_camera_plug (rig.camera, rig.now);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_DFU);
  g_assert_cmpint (hs_sim_camera_advance (rig.camera, rig.now), ==, G_MAXINT64);
  sim_rig_control (&rig, 0x21, DETACH, 1000, 0);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
  hs_sim_camera_unplug (rig.camera, rig.now);

  /* Without power then: it starts now. */
  g_clear_object (&rig.camera);
  rig.camera = open_in (folder, &error);
  hs_sim_camera_plug (rig.camera, rig.now);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_UNKNOWN);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);

  g_clear_object (&rig.camera);
  remove_folder (folder);
}

/* The drive is formatted by the firmware that finds none; meanwhile it listens to nobody. */
static void
test_format (void)
{
  g_auto (SimRig) rig = { 0 };
  guint8 data[200];
  gint64 shown;

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  sim_rig_select (&rig, 1);
  sim_rig_write_block (&rig, 0, 0, BLOCK);
  sim_rig_assert_starts (&rig, HS_ROLE_FILESYSTEM, 0, BLOCK);
  sim_rig_download (&rig, 1, 0, 0);
  sim_rig_get_status (&rig);
  sim_rig_control (&rig, 0x21, DETACH, 1000, 0);
  for (gint64 next = rig.now; hs_sim_camera_get_mode (rig.camera) != HS_MODE_APP;) {
    rig.now = next;
    next = hs_sim_camera_advance (rig.camera, rig.now);
  }
  sim_rig_assert_starts (&rig, HS_ROLE_FILESYSTEM, 0xEB, 1);

  shown = rig.now;
  hs_sim_camera_set_line (rig.camera, 115200, TRUE, rig.now);
  hs_sim_camera_serial_write (rig.camera, (const guint8 *) "\x03", 1, rig.now);
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, sizeof data, rig.now), ==, 0);
  sim_rig_settle (&rig);
  g_assert_cmpint (rig.now - shown, >=, 1000000);
  g_assert_cmpint (hs_sim_camera_serial_read (rig.camera, data, sizeof data, rig.now), >, 0);
}

/* A request is counted from when the fault is set, and happens once. */
static void
test_fault_numbers (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "OPENMV4", HS_MODE_DFU);
  sim_rig_get_status (&rig);
  sim_rig_get_status (&rig);
  g_assert_true (hs_sim_camera_set_fault (rig.camera, "stall_at", 2));
  g_assert_cmpint (hs_sim_camera_get_fault (rig.camera, "stall_at"), ==, 2);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (hs_sim_camera_get_fault (rig.camera, "stall_at"), ==, 1);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, -EPIPE);
  g_assert_cmpint (sim_rig_get_status (&rig), ==, IDLE);
  g_assert_cmpint (hs_sim_camera_get_fault (rig.camera, "stall_at"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim-life/window", test_window);
  g_test_add_func ("/sim-life/unconfigured", test_unconfigured);
  g_test_add_func ("/sim-life/detach", test_detach);
  g_test_add_func ("/sim-life/old-bootloader", test_old_bootloader);
  g_test_add_func ("/sim-life/boots-only-what-is-whole", test_boots_only_what_is_whole);
  g_test_add_func ("/sim-life/foreign-firmware", test_foreign_firmware);
  g_test_add_func ("/sim-life/torn", test_torn);
  g_test_add_func ("/sim-life/another-comes-back", test_another_comes_back);
  g_test_add_func ("/sim-life/folder", test_folder);
  g_test_add_func ("/sim-life/format", test_format);
  g_test_add_func ("/sim-life/fault-numbers", test_fault_numbers);
  return g_test_run ();
}
