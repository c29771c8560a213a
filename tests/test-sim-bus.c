/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-bus.h"

#include "flash/error.h"
#include "flash/protocol/debug.h"
#include "flash/protocol/dfu.h"
#include "flash/protocol/repl.h"
#include "flash/sim/sample-image.h"

#include <glib/gstdio.h>
#include <string.h>

/* Simulated cameras on the bus that the rest of the program sees. */

static HsSimBus *
make_bus (const char *spec)
{
  g_autoptr (GError) error = NULL;
  HsSimBus *bus = hs_sim_bus_new (spec, NULL, TRUE, &error);

  g_assert_no_error (error);
  return bus;
}

static HsTransport *
open_port (HsSimBus *bus, const char *port, HsOpenKind kind, GError **error)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (bus), port);

  g_assert_nonnull (info);
  return hs_bus_open (HS_BUS (bus), info, kind, error);
}

static void
await_mode (HsSimBus *bus, guint n, HsMode mode)
{
  g_autofree char *port = hs_sim_bus_dup_port (bus, n);
  gint64 deadline = hs_bus_now (HS_BUS (bus), port) + 10 * G_USEC_PER_SEC;

  while (hs_sim_camera_get_mode (hs_sim_bus_get_camera (bus, n)) != mode) {
    guint64 seen = hs_bus_serial (HS_BUS (bus));

    g_assert_cmpint (hs_bus_now (HS_BUS (bus), port), <, deadline);
    hs_bus_wait (HS_BUS (bus), port, seen, deadline, NULL);
  }
}

static void
test_spec (void)
{
  static const char *const wrong[] = { "NOBODY",           "OPENMV4@sleep", "OPENMV4*0",
                                       "OPENMV4*x",        "OPENMV4,,",     "OPENMV4*999",
                                       "OPENMV_RT1060@nap" };
  g_autoptr (HsSimBus) bus = make_bus ("OPENMV4*2, OPENMV_N6@dfu,OPENMV4");
  g_autoptr (GPtrArray) list = hs_bus_list (HS_BUS (bus));
  g_autofree char *third = hs_sim_camera_make_id (hs_board_by_id ("OPENMV4"), 3);

  g_assert_cmpuint (list->len, ==, 4);
  g_assert_cmpstr (((HsUsbInfo *) list->pdata[0])->port, ==, "1-1");
  g_assert_cmphex (((HsUsbInfo *) list->pdata[0])->pid, ==, 0x1204);
  g_assert_cmpstr (((HsUsbInfo *) list->pdata[2])->port, ==, "1-3");
  g_assert_cmphex (((HsUsbInfo *) list->pdata[2])->pid, ==, 0x9206);
  g_assert_cmpstr (hs_sim_camera_get_id (hs_sim_bus_get_camera (bus, 3)), ==, third);

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsSimBus) none = hs_sim_bus_new (wrong[i], NULL, TRUE, &error);

    g_assert_null (none);
    g_assert_nonnull (error);
  }
}

/* Who may open, and what becomes of an open camera that leaves. */
static void
test_open (void)
{
  g_autoptr (HsSimBus) bus = make_bus ("OPENMV4@dfu");
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (bus), "1-1");
  g_autoptr (HsTransport) first = NULL;
  g_autoptr (GError) error = NULL;
  const HsRequest status = { 0x21, 3, 0, 0 };
  guint8 data[6];

  g_assert_null (hs_bus_open (HS_BUS (bus), info, HS_OPEN_SERIAL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  hs_sim_bus_set_fault (bus, 0, "no_access", 1);
  g_assert_null (hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION);
  g_clear_error (&error);
  {
    g_autoptr (HsUsbInfo) now = hs_bus_find_port (HS_BUS (bus), "1-1");

    g_assert_true (now->no_access);
    g_assert_true (now->instance == info->instance);
  }
  hs_sim_bus_set_fault (bus, 0, "no_access", 0);

  hs_sim_bus_set_fault (bus, 0, "held_elsewhere", 1);
  g_assert_null (hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  g_clear_error (&error);
  hs_sim_bus_set_fault (bus, 0, "held_elsewhere", 0);

  first = hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error);
  g_assert_no_error (error);
  g_assert_null (hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  g_clear_error (&error);
  g_assert_cmpint (hs_transport_receive (first, &status, data, 6, 1000, &error), ==, 6);

  hs_sim_bus_unplug (bus, 0);
  g_assert_cmpint (hs_transport_receive (first, &status, data, 6, 1000, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);
  g_assert_false (hs_bus_is_attached (HS_BUS (bus), info));

  hs_sim_bus_plug (bus, 0);
  g_assert_null (hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_assert_cmpint (hs_transport_receive (first, &status, data, 6, 1000, NULL), ==, -1);
}

/* A busy camera answers late, and a time-out is a time-out, in its own time. */
static void
test_time (void)
{
  g_autoptr (HsSimBus) bus = make_bus ("OPENMV4@dfu,OPENMV4@dfu");
  g_autoptr (HsTransport) transport = open_port (bus, "1-1", HS_OPEN_USB, NULL);
  g_autoptr (GError) error = NULL;
  const HsRequest download = { 0x21, 1, 0, 0 };
  const HsRequest status = { 0x21, 3, 0, 0 };
  guint8 data[4096] = { 0 };
  gint64 began = hs_transport_now (transport);
  gint64 other = hs_bus_now (HS_BUS (bus), "1-2");

  g_assert_true (hs_transport_set_alternate (transport, 1, NULL));
  g_assert_true (hs_transport_send (transport, &download, data, 4096, 5000, NULL));
  g_assert_cmpint (hs_transport_now (transport) - began, >=, 4000);
  g_assert_cmpint (hs_transport_now (transport) - began, <, 6000);
  g_assert_cmpint (hs_transport_receive (transport, &status, data, 6, 5000, NULL), ==, 6);
  g_assert_cmpint (data[4], ==, 4);

  began = hs_transport_now (transport);
  g_assert_cmpint (hs_transport_receive (transport, &status, data, 6, 100, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  g_assert_cmpint (hs_transport_now (transport) - began, ==, 100000);
  g_assert_cmpint (hs_transport_receive (transport, &status, data, 6, 5000, NULL), ==, 6);
  g_assert_cmpint (data[4], ==, 5);
  g_assert_cmpint (hs_transport_now (transport) - began, >, 1000000);
  g_assert_cmpint (hs_bus_now (HS_BUS (bus), "1-2"), ==, other);

  hs_transport_sleep (transport, 5000000);
  g_assert_cmpint (hs_transport_now (transport) - began, >, 6000000);
}

static void
count_cb (HsBus *bus, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_changed (void)
{
  g_autoptr (HsSimBus) bus = make_bus ("OPENMV4*2");
  guint64 serial = hs_bus_serial (HS_BUS (bus));
  guint n_changes = 0;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (bus, "changed", G_CALLBACK (count_cb), &n_changes);
  hs_sim_bus_unplug (bus, 0);
  hs_sim_bus_unplug (bus, 1);
  g_assert_cmpuint (hs_bus_serial (HS_BUS (bus)), ==, serial + 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_changes, ==, 1);
}

/* Through the firmware into the bootloader, with the program's own protocols; both ways to ask. */
static void
enter (HsSimBus *bus, gboolean by_repl)
{
  g_autoptr (HsTransport) transport = open_port (bus, "1-1", HS_OPEN_SERIAL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (transport);
  if (by_repl) {
    g_autofree char *version = NULL;

    g_assert_true (hs_repl_enter (transport, NULL, &error));
    g_assert_no_error (error);
    version = hs_repl_run (transport, HS_REPL_SYS_VERSION, NULL, &error);
    g_assert_no_error (error);
    g_assert_nonnull (strstr (version, "OpenMV v4.8.1;"));
    hs_repl_run_last (transport, HS_REPL_BOOTLOADER, NULL);
  } else {
    g_autoptr (HsDebug) debug = hs_debug_probe (transport, NULL, &error);
    g_autofree char *version = NULL;
    g_autofree char *id = NULL;

    g_assert_no_error (error);
    version = hs_debug_dup_version (debug);
    g_assert_cmpstr (version, ==, "4.8.1");
    id = hs_debug_get_board_id (debug, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (id, ==, hs_sim_camera_get_id (hs_sim_bus_get_camera (bus, 0)));
    g_assert_true (hs_debug_boot (debug, NULL));
  }
  await_mode (bus, 0, HS_MODE_DFU);
}

static void
test_protocols (void)
{
  for (guint i = 0; i < 3; i++) {
    g_autoptr (HsSimBus) bus = make_bus ("OPENMV4");
    g_autoptr (HsTransport) transport = NULL;
    g_autoptr (HsDfu) dfu = NULL;
    g_autoptr (HsUsbInfo) info = NULL;
    g_autoptr (GError) error = NULL;
    guint8 block[4096];

    hs_sim_bus_set_fault (bus, 0, "app_legacy", i == 1);
    enter (bus, i == 2);
    info = hs_bus_find_port (HS_BUS (bus), "1-1");
    transport = hs_bus_open (HS_BUS (bus), info, HS_OPEN_USB, &error);
    g_assert_no_error (error);
    dfu = hs_dfu_new (transport, info, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (hs_dfu_get_name (dfu, 2, NULL), ==, "FIRMWARE");
    g_assert_true (hs_dfu_select (dfu, 2, &error));
    g_assert_cmpint (hs_dfu_upload_block (dfu, 0, block, &error), ==, 4096);
    g_assert_true (hs_dfu_detach (dfu, &error));
    g_assert_no_error (error);
    await_mode (bus, 0, HS_MODE_APP);
    g_assert_cmpuint (hs_sim_camera_get_n_late (hs_sim_bus_get_camera (bus, 0)), ==, 0);
  }
}

/* Two cameras leave at once and come back at each other's port. */
static void
test_swap (void)
{
  g_autoptr (HsSimBus) bus = make_bus ("OPENMV4@dfu*2");
  g_autoptr (HsUsbInfo) before = hs_bus_find_port (HS_BUS (bus), "1-1");
  g_autoptr (HsUsbInfo) after = NULL;

  hs_sim_bus_swap_ports (bus, 0, 1);
  await_mode (bus, 1, HS_MODE_DFU);
  after = hs_bus_find_port (HS_BUS (bus), "1-1");
  g_assert_cmpstr (after->serial, ==, hs_sim_camera_get_id (hs_sim_bus_get_camera (bus, 1)));
  g_assert_cmpstr (after->serial, !=, before->serial);
}

static gpointer
replug_thread (gpointer data)
{
  g_usleep (20000);
  hs_sim_bus_unplug (data, 0);
  g_usleep (20000);
  hs_sim_bus_plug (data, 0);
  return NULL;
}

/* Without a deadline a wait ends when hands move, in virtual and in real time. */
static void
test_hands (void)
{
  for (guint fast = 0; fast < 2; fast++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsSimBus) bus = hs_sim_bus_new ("OPENMV4", NULL, fast, &error);
    guint64 seen = hs_bus_serial (HS_BUS (bus));
    GThread *thread = g_thread_new ("hands", replug_thread, bus);

    while (hs_sim_camera_get_mode (hs_sim_bus_get_camera (bus, 0)) != HS_MODE_DFU)
      seen = hs_bus_wait (HS_BUS (bus), "1-1", seen, G_MAXINT64, NULL);
    g_thread_join (thread);
  }
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (20000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancelled_wait (void)
{
  for (guint fast = 0; fast < 2; fast++) {
    g_autoptr (HsSimBus) bus = hs_sim_bus_new ("OPENMV4", NULL, fast, NULL);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
    guint64 seen = hs_bus_serial (HS_BUS (bus));

    g_assert_cmpuint (hs_bus_wait (HS_BUS (bus), "1-1", seen, G_MAXINT64, cancellable), ==, seen);
    g_thread_join (thread);
  }
}

/* In real time the window passes by itself. */
static void
test_real_time (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSimBus) bus = hs_sim_bus_new ("OPENMV4", NULL, FALSE, &error);
  gint64 began;

  g_assert_no_error (error);
  hs_sim_bus_unplug (bus, 0);
  hs_sim_bus_plug (bus, 0);
  began = g_get_monotonic_time ();
  await_mode (bus, 0, HS_MODE_DFU);
  await_mode (bus, 0, HS_MODE_APP);
  g_assert_cmpint (g_get_monotonic_time () - began, >=, 1500000);
}

static guint
count_on_bus (HsSimBus *bus, guint16 vid)
{
  g_autoptr (GPtrArray) infos = hs_bus_list (HS_BUS (bus));
  guint n = 0;

  for (guint i = 0; i < infos->len; i++)
    n += ((HsUsbInfo *) g_ptr_array_index (infos, i))->vid == vid;
  return n;
}

/* The debug adapter is there as long as the maintenance switch is on and there is power; its serial
 * port tells of the button. */
static void
test_bridge (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hotshoe-bridge-XXXXXX", NULL);
  g_autoptr (HsSimBus) bus = hs_sim_bus_new ("OPENMV_AE3@no-bootloader", dir, TRUE, NULL);
  g_autofree char *id = g_strdup (hs_sim_camera_get_id (hs_sim_bus_get_camera (bus, 0)));
  g_autofree char *isp = g_build_filename (dir, id, "isp", NULL);
  g_autofree char *text = NULL;
  g_autoptr (HsUsbInfo) bridge = NULL;
  guint64 serial = hs_bus_serial (HS_BUS (bus));

  g_assert_cmpuint (count_on_bus (bus, 0x0403), ==, 0);
  hs_sim_bus_set_jumper (bus, 0, TRUE);
  g_assert_cmpuint (hs_bus_serial (HS_BUS (bus)), >, serial);
  bridge = hs_bus_find_port (HS_BUS (bus), "2-1.1");
  g_assert_nonnull (bridge);
  g_assert_cmpuint (bridge->pid, ==, 0x6015);
  g_assert_cmpstr (bridge->tty, ==, isp);
  g_assert_cmpuint (count_on_bus (bus, 0x1366), ==, 1);

  hs_sim_bus_press_button (bus, 0);
  g_assert_true (g_file_get_contents (isp, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "presses 1\n");

  hs_sim_bus_set_fault (bus, 0, "no_jlink", 1);
  g_assert_cmpuint (count_on_bus (bus, 0x1366), ==, 0);
  hs_sim_bus_unplug (bus, 0);
  g_assert_cmpuint (count_on_bus (bus, 0x0403), ==, 0);
  g_assert_false (g_file_test (isp, G_FILE_TEST_EXISTS));
  hs_sim_bus_plug (bus, 0);
  g_assert_cmpuint (count_on_bus (bus, 0x0403), ==, 1);
  hs_sim_bus_set_jumper (bus, 0, FALSE);
  g_assert_cmpuint (count_on_bus (bus, 0x0403), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sim-bus/spec", test_spec);
  g_test_add_func ("/sim-bus/bridge", test_bridge);
  g_test_add_func ("/sim-bus/open", test_open);
  g_test_add_func ("/sim-bus/time", test_time);
  g_test_add_func ("/sim-bus/changed", test_changed);
  g_test_add_func ("/sim-bus/protocols", test_protocols);
  g_test_add_func ("/sim-bus/swap", test_swap);
  g_test_add_func ("/sim-bus/hands", test_hands);
  g_test_add_func ("/sim-bus/cancelled-wait", test_cancelled_wait);
  g_test_add_func ("/sim-bus/real-time", test_real_time);
  return g_test_run ();
}
