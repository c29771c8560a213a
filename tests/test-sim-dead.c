/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sim-rig.h"

#include "flash/error.h"
#include "flash/sim/sample-image.h"
#include "flash/sim/sim-bus.h"

#include <glib/gstdio.h>
#include <string.h>

/* Cameras that are dead in one way or another, and what hands can do about it. */

static void
make (SimRig *rig, const char *board, HsSimCondition condition)
{
  g_autoptr (GError) error = NULL;

  rig->camera =
      hs_sim_camera_new_in (hs_board_by_id (board), 1, HS_MODE_APP, condition, NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->now = G_USEC_PER_SEC;
  hs_sim_camera_plug (rig->camera, rig->now);
}

static void
replug (SimRig *rig)
{
  hs_sim_camera_unplug (rig->camera, rig->now);
  rig->now += G_USEC_PER_SEC;
  hs_sim_camera_plug (rig->camera, rig->now);
}

/* Up to where something shows itself, or nothing is to come. */
static HsMode
await (SimRig *rig)
{
  gint64 next = hs_sim_camera_advance (rig->camera, rig->now);

  while (next != G_MAXINT64 && hs_sim_camera_get_enumeration (rig->camera) == 0) {
    rig->now = next;
    next = hs_sim_camera_advance (rig->camera, rig->now);
  }
  return hs_sim_camera_get_mode (rig->camera);
}

static HsMode
settle (SimRig *rig)
{
  sim_rig_settle (rig);
  return hs_sim_camera_get_mode (rig->camera);
}

static void
put (SimRig *rig, HsRole role, GBytes *image)
{
  sim_rig_flash (rig, role, image);
  g_assert_cmpint (sim_rig_control (rig, 0x21, DETACH, 1000, 0), ==, 0);
}

/* Nothing without the jumper; the ROM with it; what counts is power. */
static void
test_no_bootloader (gconstpointer board)
{
  g_auto (SimRig) rig = { 0 };

  make (&rig, board, HS_SIM_CONDITION_NO_BOOTLOADER);
  g_assert_cmpint (await (&rig), ==, HS_MODE_UNKNOWN);
  g_assert_true (hs_sim_camera_is_hung (rig.camera));
  hs_sim_camera_set_jumper (rig.camera, TRUE);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_UNKNOWN);
  replug (&rig);
  g_assert_cmpint (await (&rig), ==, HS_MODE_ROM);
  hs_sim_camera_set_jumper (rig.camera, FALSE);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_ROM);
  replug (&rig);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_UNKNOWN);
}

/* The window is there, then nothing; in the window it can be mended. */
static void
test_half_written (gconstpointer board)
{
  g_auto (SimRig) rig = { 0 };
  g_autoptr (GBytes) image =
      hs_sample_firmware (hs_board_by_id (board), HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 7, 40000);

  make (&rig, board, HS_SIM_CONDITION_HALF_WRITTEN);
  g_assert_cmpint (await (&rig), ==, HS_MODE_DFU);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_UNKNOWN);
  g_assert_true (hs_sim_camera_is_hung (rig.camera));

  replug (&rig);
  g_assert_cmpint (await (&rig), ==, HS_MODE_DFU);
  put (&rig, HS_ROLE_FIRMWARE, image);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_APP);
}

/* The same, but all bytes of the firmware are right. */
static void
test_bad_main (gconstpointer board)
{
  g_auto (SimRig) rig = { 0 };
  g_autoptr (GBytes) image =
      hs_sample_firmware (hs_board_by_id (board), HS_ROLE_FIRMWARE, "v5.0.0", "5.0.0", 7, 40000);
  g_autoptr (GBytes) zeros = g_bytes_new_take (g_malloc0 (BLOCK), BLOCK);

  make (&rig, board, HS_SIM_CONDITION_BAD_MAIN);
  g_assert_cmpint (await (&rig), ==, HS_MODE_DFU);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_UNKNOWN);
  replug (&rig);
  g_assert_cmpint (await (&rig), ==, HS_MODE_DFU);
  put (&rig, HS_ROLE_FIRMWARE, image);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_UNKNOWN);
  replug (&rig);
  g_assert_cmpint (await (&rig), ==, HS_MODE_DFU);
  put (&rig, HS_ROLE_FILESYSTEM, zeros);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_APP);
  replug (&rig);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_APP);
}

static void
test_blank (void)
{
  g_auto (SimRig) rig = { 0 };

  make (&rig, "OPENMV4", HS_SIM_CONDITION_BLANK);
  g_assert_cmpint (await (&rig), ==, HS_MODE_UNKNOWN);
  for (guint i = 0; i < hs_board_by_id ("OPENMV4")->n_partitions; i++)
    sim_rig_assert_starts (&rig, hs_board_by_id ("OPENMV4")->partitions[i].role, 0xff, BLOCK);
  hs_sim_camera_set_jumper (rig.camera, TRUE);
  replug (&rig);
  g_assert_cmpint (await (&rig), ==, HS_MODE_ROM);
}

/* Chips that look first come up in their ROM by themselves, and so does one without a bootloader.
 */
static void
test_comes_alone (gconstpointer board)
{
  static const HsSimCondition conditions[] = {
    HS_SIM_CONDITION_BLANK,
    HS_SIM_CONDITION_NO_BOOTLOADER,
  };

  for (guint i = 0; i < G_N_ELEMENTS (conditions); i++) {
    g_auto (SimRig) rig = { 0 };

    make (&rig, board, conditions[i]);
    g_assert_cmpint (settle (&rig), ==, HS_MODE_ROM);
    g_assert_false (hs_sim_camera_get_jumper (rig.camera));
  }
}

/* The power goes while Arduino's bootloader writes the firmware: it is still there afterwards. */
static void
test_arduino_firmware_torn (void)
{
  g_auto (SimRig) rig = { 0 };

  sim_rig_init (&rig, "ARDUINO_PORTENTA_H7", HS_MODE_DFU);
  memcpy (rig.data, "\x21\x00\x00\x04\x08", 5);
  g_assert_cmpint (sim_rig_control (&rig, 0x21, DNLOAD, 0, 5), ==, 5);
  sim_rig_control (&rig, 0xA1, GETSTATUS, 0, 6);
  sim_rig_control (&rig, 0xA1, GETSTATUS, 0, 6);
  g_assert_cmpint (sim_rig_download (&rig, 2, 0x11, BLOCK), ==, BLOCK);
  sim_rig_control (&rig, 0xA1, GETSTATUS, 0, 6);
  rig.now -= rig.busy;
  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_hand_enter (rig.camera, rig.now);
  g_assert_cmpint (await (&rig), ==, HS_MODE_DFU);
}

/* An RP2040 has its bootloader in ROM. */
static void
test_blank_pico (void)
{
  g_auto (SimRig) rig = { 0 };

  make (&rig, "RPI_PICO", HS_SIM_CONDITION_BLANK);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_DFU);
}

/* One word of the bootloader is neither: it does not start. */
static void
test_torn_bootloader (void)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  g_autoptr (GBytes) image = hs_sample_bootloader (board, 0x0103);
  gsize size;
  const guint8 *data = g_bytes_get_data (image, &size);
  g_autofree guint8 *copy = g_memdup2 (data, size);

  g_assert_true (hs_sample_bootloader_starts (board, data, size));
  g_assert_false (hs_sample_bootloader_starts (board, data, size - 1));
  for (gsize i = 0; i < size; i += 997) {
    copy[i] ^= 0x10;
    g_assert_false (hs_sample_bootloader_starts (board, copy, size));
    copy[i] ^= 0x10;
  }
  memset (copy, 0xff, size);
  g_assert_false (hs_sample_bootloader_starts (board, copy, size));
}

/* All alternate settings but ROMFS0, and version 2.0. */
static void
test_old_loader (gconstpointer id)
{
  const HsBoard *board = hs_board_by_id (id);
  g_auto (SimRig) rig = { 0 };
  g_autoptr (HsUsbInfo) info = NULL;

  make (&rig, id, HS_SIM_CONDITION_OLD_LOADER);
  g_assert_cmpint (settle (&rig), ==, HS_MODE_APP);
  replug (&rig);
  g_assert_cmpint (await (&rig), ==, HS_MODE_DFU);
  info = hs_sim_camera_get_info (rig.camera, "1-1");
  g_assert_cmphex (info->bcd_device, ==, 0x0200);
  g_assert_cmpuint (info->alts->len, ==, board->n_partitions - 1);
  for (guint i = 0; i + 1 < board->n_partitions; i++)
    g_assert_cmpint (sim_rig_select (&rig, i), ==, 0);
  g_assert_cmpint (sim_rig_select (&rig, board->n_partitions - 1), <, 0);
  g_assert_cmpint (sim_rig_select (&rig, 0), ==, 0);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, BLOCK);
}

/* Nothing that a board can't be. */
static void
test_what_fits (void)
{
  const struct {
    const char *board;
    HsSimCondition condition;
    gboolean fits;
  } cases[] = {
    { "OPENMV2", HS_SIM_CONDITION_OLD_LOADER, TRUE },
    { "OPENMV_N6", HS_SIM_CONDITION_OLD_LOADER, FALSE },
    { "OPENMV_N6", HS_SIM_CONDITION_NO_BOOTLOADER, TRUE },
    { "OPENMV_AE3", HS_SIM_CONDITION_NO_BOOTLOADER, TRUE },
    { "OPENMV_RT1060", HS_SIM_CONDITION_BLANK, TRUE },
    { "RPI_PICO", HS_SIM_CONDITION_NO_BOOTLOADER, FALSE },
    { "RPI_PICO", HS_SIM_CONDITION_BAD_MAIN, FALSE },
    { "ARDUINO_PORTENTA_H7", HS_SIM_CONDITION_NO_BOOTLOADER, TRUE },
    { "ARDUINO_NANO_33_BLE_SENSE", HS_SIM_CONDITION_NO_BOOTLOADER, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsSimCamera) camera = hs_sim_camera_new_in (
        hs_board_by_id (cases[i].board), 1, HS_MODE_APP, cases[i].condition, NULL, FALSE, &error);

    g_test_message ("%s %s", cases[i].board, hs_sim_condition_name (cases[i].condition));
    g_assert_true ((camera != NULL) == cases[i].fits);
    if (camera == NULL)
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  }
}

static void
test_spec (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSimBus) bus =
      hs_sim_bus_new ("OPENMV4@no-bootloader,OPENMV3@half-written*2", NULL, TRUE, &error);
  g_autoptr (HsSimBus) none = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (hs_sim_bus_get_n_cameras (bus), ==, 3);
  g_assert_cmpint (hs_sim_camera_get_mode (hs_sim_bus_get_camera (bus, 0)), ==, HS_MODE_UNKNOWN);
  g_assert_cmpint (hs_sim_camera_get_mode (hs_sim_bus_get_camera (bus, 1)), ==, HS_MODE_DFU);

  g_assert_false (hs_sim_bus_get_jumper (bus, 0));
  hs_sim_bus_unplug (bus, 0);
  hs_sim_bus_set_jumper (bus, 0, TRUE);
  g_assert_true (hs_sim_bus_get_jumper (bus, 0));
  hs_sim_bus_plug (bus, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (hs_sim_bus_get_camera (bus, 0)), ==, HS_MODE_ROM);
  hs_sim_bus_press_button (bus, 0);
  g_assert_cmpuint (hs_sim_camera_get_n_presses (hs_sim_bus_get_camera (bus, 0)), ==, 1);

  none = hs_sim_bus_new ("OPENMV4@asleep", NULL, TRUE, &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* A folder remembers the jumper and what is broken; the mode in SPEC counts only at creation. */
static void
test_kept (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hotshoe-dead-XXXXXX", NULL);
  g_autofree char *rm = g_strdup_printf ("rm -r '%s'", dir);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsSimBus) bus =
        hs_sim_bus_new (i == 0 ? "OPENMV4@no-bootloader" : "OPENMV4", dir, TRUE, &error);

    g_assert_no_error (error);
    g_assert_cmpint (hs_sim_bus_get_jumper (bus, 0), ==, i);
    g_assert_cmpint (hs_sim_camera_get_mode (hs_sim_bus_get_camera (bus, 0)),
                     ==,
                     i == 0 ? HS_MODE_UNKNOWN : HS_MODE_ROM);
    hs_sim_bus_unplug (bus, 0);
    hs_sim_bus_set_jumper (bus, 0, TRUE);
    g_clear_object (&bus);
    while (g_main_context_iteration (NULL, FALSE))
      ;
  }
  g_assert_true (g_spawn_command_line_sync (rm, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  static const char *const st[] = { "OPENMV2", "OPENMV3", "OPENMV4", "OPENMV4P", "OPENMVPT" };
  static const char *const all[] = { "OPENMV3", "OPENMV4", "OPENMV4P", "OPENMV_N6", "OPENMV_AE3" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (st); i++) {
    g_autofree char *first = g_strconcat ("/sim-dead/no-bootloader/", st[i], NULL);
    g_autofree char *second = g_strconcat ("/sim-dead/old-loader/", st[i], NULL);

    g_test_add_data_func (first, st[i], test_no_bootloader);
    g_test_add_data_func (second, st[i], test_old_loader);
  }
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autofree char *first = g_strconcat ("/sim-dead/half-written/", all[i], NULL);
    g_autofree char *second = g_strconcat ("/sim-dead/bad-main/", all[i], NULL);

    g_test_add_data_func (first, all[i], test_half_written);
    g_test_add_data_func (second, all[i], test_bad_main);
  }
  g_test_add_func ("/sim-dead/blank", test_blank);
  g_test_add_func ("/sim-dead/blank-pico", test_blank_pico);
  g_test_add_data_func ("/sim-dead/comes-alone/rt1062", "OPENMV_RT1060", test_comes_alone);
  g_test_add_data_func ("/sim-dead/comes-alone/n6", "OPENMV_N6", test_comes_alone);
  g_test_add_func ("/sim-dead/arduino-firmware-torn", test_arduino_firmware_torn);
  g_test_add_func ("/sim-dead/torn-bootloader", test_torn_bootloader);
  g_test_add_func ("/sim-dead/what-fits", test_what_fits);
  g_test_add_func ("/sim-dead/spec", test_spec);
  g_test_add_func ("/sim-dead/kept", test_kept);
  return g_test_run ();
}
