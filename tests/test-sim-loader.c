/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sim-bus.h"
#include "flash/sim/sim-faults.h"
#include "flash/sim/sim-loader.h"

#include <glib/gstdio.h>

/* What all simulated bootloaders have in common, whoever they are. */

static HsSimCamera *
make (const HsBoard *board, HsMode mode)
{
  g_autoptr (GError) error = NULL;
  HsSimCamera *camera = hs_sim_camera_new (board, 1, mode, NULL, TRUE, &error);

  g_assert_no_error (error);
  return camera;
}

/* Lets time pass until nothing happens by itself any more. */
static gint64
settle (HsSimCamera *camera, gint64 now)
{
  gint64 next;

  for (guint i = 0; i < 100 && (next = hs_sim_camera_advance (camera, now)) != G_MAXINT64; i++)
    now = MAX (next, now + 1);
  return now;
}

/* The same until it is on the bus. */
static gint64
await_bus (HsSimCamera *camera, gint64 now)
{
  for (guint i = 0; i < 100 && hs_sim_camera_get_enumeration (camera) == 0; i++) {
    gint64 next = hs_sim_camera_advance (camera, now);

    g_assert_cmpint (next, !=, G_MAXINT64);
    now = MAX (now, next);
    hs_sim_camera_advance (camera, now);
  }
  return now;
}

/* Power-up passes through some bootloaders; the others come when they are asked for. */
static void
test_power (gconstpointer data)
{
  const HsBoard *board = data;
  g_autoptr (HsSimCamera) camera = make (board, HS_MODE_APP);
  const HsSimLoader *loader = hs_sim_camera_find_loader (camera, HS_SIM_PHASE_DFU);
  gint64 now;

  hs_sim_camera_plug (camera, 0);
  g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_APP);
  hs_sim_camera_unplug (camera, 10);
  g_assert_cmpuint (hs_sim_camera_get_enumeration (camera), ==, 0);
  hs_sim_camera_plug (camera, 20);
  now = await_bus (camera, 20);
  g_assert_cmpint (
      hs_sim_camera_get_mode (camera), ==, loader->starts_at_power ? HS_MODE_DFU : HS_MODE_APP);
  now = settle (camera, now);
  g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_APP);

  hs_sim_camera_hand_enter (camera, now);
  g_assert_cmpuint (hs_sim_camera_get_enumeration (camera), ==, 0);
  await_bus (camera, now);
  g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_DFU);
}

/* Firmware that is not whole does not start: who looks first stays, the others hang. */
static void
test_no_firmware (gconstpointer data)
{
  const HsBoard *board = data;
  g_autoptr (HsSimCamera) camera = make (board, HS_MODE_APP);
  const HsPartition *firmware = hs_board_find (board, HS_ROLE_FIRMWARE);
  const HsSimLoader *loader = hs_sim_camera_find_loader (camera, HS_SIM_PHASE_DFU);
  gint64 now;

  g_assert_true (hs_sim_flash_erase (camera->own.flash, firmware, 0, firmware->size));
  hs_sim_camera_plug (camera, 0);
  hs_sim_camera_unplug (camera, 10);
  hs_sim_camera_plug (camera, 20);
  now = settle (camera, 20);
  if (loader->starts_at_power) {
    g_assert_true (hs_sim_camera_is_hung (camera));
    g_assert_cmpuint (hs_sim_camera_get_enumeration (camera), ==, 0);
  } else {
    g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_DFU);
  }

  hs_sim_camera_hand_enter (camera, now);
  await_bus (camera, now);
  g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_DFU);
}

/* What the bus tells of it is what its descriptors say, and its id is the board table's. */
static void
test_descriptors (gconstpointer data)
{
  const HsBoard *board = data;
  g_autoptr (HsSimCamera) camera = make (board, HS_MODE_DFU);
  const HsSimLoader *loader = hs_sim_camera_find_loader (camera, HS_SIM_PHASE_DFU);
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (HsIdentity) identity = NULL;
  const guint8 setup[8] = { 0x80, 6, 0, 2, 0, 0, 0, 4 };
  guint8 config[1024];
  guint64 busy_us;
  int n;

  hs_sim_camera_plug (camera, 0);
  info = hs_sim_camera_get_info (camera, "1-1");
  g_assert_nonnull (info);
  g_assert_cmpint (hs_board_get_mode (board, info->vid, info->pid), ==, HS_MODE_DFU);
  g_assert_cmpuint (info->alts->len, >, 0);
  g_assert_true ((info->tty != NULL) == (loader->serial_write != NULL));
  n = hs_sim_camera_control (camera, setup, config, 0, &busy_us);
  g_assert_cmpint (n, >, 9);
  g_assert_cmpint (config[2] | config[3] << 8, ==, n);

  identity = hs_identity_new (board, HS_MODE_DFU, info->serial);
  g_assert_cmpint (identity->strength == HS_IDENTITY_PROVEN,
                   ==,
                   (board->method->flags & HS_METHOD_IDENTIFIES) != 0);
}

/* Faults by number hit every kind of request, and time that it was busy adds up. */
static void
test_requests (gconstpointer data)
{
  const HsBoard *board = data;
  g_autoptr (HsSimCamera) camera = make (board, HS_MODE_DFU);
  const guint8 setup[8] = { 0x80, 8, 0, 0, 0, 0, 1, 0 };
  guint8 config;
  guint64 busy_us;

  hs_sim_camera_plug (camera, 0);
  g_assert_cmpuint (hs_sim_camera_get_busy_us (camera), ==, 0);
  g_assert_cmpint (hs_sim_camera_control (camera, setup, &config, 1, &busy_us), ==, 1);
  g_assert_cmpuint (hs_sim_camera_get_busy_us (camera), >, 0);
  g_assert_true (hs_sim_camera_set_fault (camera, "stall_at", 1));
  g_assert_cmpint (hs_sim_camera_transfer (camera, 0x81, &config, 1, 2, &busy_us), ==, -32);
  g_assert_true (hs_sim_camera_set_fault (camera, "unplug_at", 1));
  g_assert_cmpint (hs_sim_camera_transfer (camera, 0x81, &config, 1, 3, &busy_us), ==, -19);
  g_assert_false (hs_sim_camera_is_plugged (camera));
}

/* One that was asked for its bootloader is found there by the next process. */
static void
test_kept (gconstpointer data)
{
  const HsBoard *board = data;
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-loader-XXXXXX", NULL);
  g_autofree char *rm = g_strdup_printf ("rm -r '%s'", folder);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsSimCamera) camera =
        hs_sim_camera_new (board, 1, i == 0 ? HS_MODE_DFU : HS_MODE_APP, folder, FALSE, &error);

    g_assert_no_error (error);
    hs_sim_camera_plug (camera, 0);
    g_assert_cmpint (hs_sim_camera_get_mode (camera), ==, HS_MODE_DFU);
  }
  g_assert_true (g_spawn_command_line_sync (rm, NULL, NULL, NULL, NULL));
}

/* The kernel drops DTR when the last program closes the port; the firmware takes that for the
 * touch.
 */
static void
test_touch_by_closing (gconstpointer data)
{
  const HsBoard *board = data;
  g_autoptr (HsSimBus) bus = hs_sim_bus_new ("", NULL, TRUE, NULL);
  HsSimCamera *camera = hs_sim_bus_add_board (bus, board, HS_MODE_APP, NULL);
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (bus), "1-1");
  HsTransport *transport;

  transport = hs_bus_open (HS_BUS (bus), info, HS_OPEN_SERIAL, NULL);
  g_assert_true (hs_transport_set_line (transport, 1200, TRUE, NULL));
  g_object_unref (transport);
  hs_bus_sleep (HS_BUS (bus), "1-1", G_USEC_PER_SEC);
  g_assert_cmpint (hs_sim_camera_get_mode (camera),
                   ==,
                   board->enter & HS_ENTER_TOUCH ? HS_MODE_DFU : HS_MODE_APP);
}

static void
add_test (const char *what, const HsBoard *board, GTestDataFunc test)
{
  g_autofree char *path = g_strdup_printf ("/sim-loader/%s/%s", what, board->id);

  g_test_add_data_func (path, board, test);
}

int
main (int argc, char **argv)
{
  const HsBoard *board;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    if (hs_sim_board_find_loader (board, HS_MODE_DFU) == NULL) {
      g_assert_null (board->method);
      continue;
    }
    add_test ("power", board, test_power);
    add_test ("no-firmware", board, test_no_firmware);
    add_test ("descriptors", board, test_descriptors);
    add_test ("requests", board, test_requests);
    add_test ("kept", board, test_kept);
    add_test ("touch-by-closing", board, test_touch_by_closing);
  }
  return g_test_run ();
}
