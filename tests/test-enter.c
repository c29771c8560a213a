/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/enter.h"

#include "flash/error.h"
#include "flash/method.h"
#include "flash/sim/sim-bus.h"

#include <string.h>

/* Into the bootloader of every board that can be flashed, from every state a firmware is met in. */

typedef struct {
  HsSimBus *bus;
  HsSimCamera *sim;
  HsCamera *camera;
  HsProgress *progress;
  const HsMethod *method;
} Rig;

static void
rig_init (Rig *rig, const HsBoard *board)
{
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  rig->bus = hs_sim_bus_new ("", NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->sim = hs_sim_bus_add_board (rig->bus, board, HS_MODE_APP, &error);
  g_assert_no_error (error);
  hs_sim_bus_settle (rig->bus, 0);
  info = hs_bus_find_port (HS_BUS (rig->bus), "1-1");
  g_assert_nonnull (info);
  rig->camera = hs_camera_new (HS_BUS (rig->bus), info, board, NULL);
  rig->progress = hs_progress_new ();
  rig->method = board->method;
}

static void
rig_clear (Rig *rig)
{
  g_clear_object (&rig->camera);
  g_clear_object (&rig->progress);
  g_clear_object (&rig->bus);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

static void
break_it (Rig *rig, const char *fault)
{
  hs_sim_bus_set_fault (rig->bus, 0, fault, 1);
}

static gboolean
enter (Rig *rig, GError **error)
{
  return rig->method->enter (rig->camera, FALSE, rig->progress, NULL, error);
}

static void
assert_enters (Rig *rig)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (enter (rig, &error));
  g_assert_no_error (error);
  g_assert_cmpint (hs_sim_camera_get_mode (rig->sim), ==, HS_MODE_DFU);
  g_assert_true (rig->method->check (rig->camera, &error));
  g_assert_no_error (error);
  g_assert_true (hs_camera_saw_arrival (rig->camera));
  g_assert_cmpuint (hs_sim_camera_get_n_late (rig->sim), ==, 0);
}

static void
test_protocol_v2 (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, data);
  assert_enters (&rig);
}

static void
test_legacy (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig, data);
  break_it (&rig, "app_legacy");
  assert_enters (&rig);
}

/* A script runs, which only Ctrl-C stops. */
static void
test_repl (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, board);
  break_it (&rig, "app_no_debug");
  if (board->enter & HS_ENTER_REPL) {
    assert_enters (&rig);
    return;
  }
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
}

/* Somebody else's sketch runs: it has a serial port and knows nothing but the touch. */
static void
test_touch (gconstpointer data)
{
  const HsBoard *board = data;
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, board);
  break_it (&rig, "app_no_debug");
  break_it (&rig, "app_no_repl");
  if (board->enter & HS_ENTER_TOUCH) {
    assert_enters (&rig);
    return;
  }
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
}

/* A person, who looks what the program waits for. */
static gpointer
hands (gpointer data)
{
  Rig *rig = data;
  HsProgressState state;

  do {
    g_usleep (1000);
    hs_progress_peek (rig->progress, &state);
  } while (state.activity != HS_ACTIVITY_WAITING);
  g_usleep (10000);
  hs_sim_bus_hand_enter (rig->bus, 0);
  return NULL;
}

/* It hangs: it can't be asked, and hands bring it there. */
static void
test_hangs (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;
  GThread *thread;

  rig_init (&rig, data);
  break_it (&rig, "app_silent");
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
  g_assert_true (hs_camera_is_attached (rig.camera));
  g_assert_null (hs_camera_get_transport (rig.camera));
  g_clear_error (&error);

  thread = g_thread_new ("hands", hands, &rig);
  g_assert_true (rig.method->enter (rig.camera, TRUE, rig.progress, NULL, &error));
  g_assert_no_error (error);
  g_thread_join (thread);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_DFU);
  g_assert_true (hs_camera_saw_arrival (rig.camera));
}

/* It says that it restarts, and the firmware is back. */
static void
test_comes_back_wrong (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, data);
  break_it (&rig, "wrong_mode");
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
}

static void
test_stays_away (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, data);
  break_it (&rig, "stay_away");
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_AWAY);
}

static void
test_serial_held (gconstpointer data)
{
  g_auto (Rig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  rig_init (&rig, data);
  break_it (&rig, "serial_held");
  g_assert_false (enter (&rig, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  g_assert_cmpuint (hs_sim_camera_get_n_requests (rig.sim), ==, 0);
  g_clear_error (&error);

  hs_sim_bus_set_fault (rig.bus, 0, "serial_held", 0);
  assert_enters (&rig);
}

/* The cable is pulled at every request in turn. Afterwards the camera is where a next attempt finds
 * it. */
static void
test_unplugged_anywhere (gconstpointer data)
{
  for (guint n = 1;; n++) {
    g_auto (Rig) rig = { 0 };
    g_autoptr (GError) error = NULL;

    rig_init (&rig, data);
    hs_sim_bus_set_fault (rig.bus, 0, "unplug_at", n);
    if (enter (&rig, &error)) {
      g_assert_cmpuint (n, >, 1);
      g_assert_cmpuint (hs_sim_camera_get_n_requests (rig.sim), <, n);
      return;
    }
    g_assert_nonnull (error);
    g_assert_cmpuint (n, <, 500);
    hs_sim_bus_plug (rig.bus, 0);
    hs_sim_bus_settle (rig.bus, 0);
    g_assert_cmpint (hs_sim_camera_get_mode (rig.sim), ==, HS_MODE_APP);
  }
}

static void
add (const char *what, const HsBoard *board, GTestDataFunc function)
{
  g_autofree char *path = g_strdup_printf ("/enter/%s/%s", what, board->id);

  g_test_add_data_func (path, board, function);
}

static gboolean
can_be_simulated (const HsBoard *board)
{
  g_autoptr (HsSimCamera) camera =
      board->method != NULL ? hs_sim_camera_new (board, 1, HS_MODE_DFU, NULL, FALSE, NULL) : NULL;

  return camera != NULL;
}

int
main (int argc, char **argv)
{
  const HsBoard *board;

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++) {
    if (!can_be_simulated (board))
      continue;
    add ("protocol-v2", board, test_protocol_v2);
    add ("legacy", board, test_legacy);
    add ("repl", board, test_repl);
    add ("touch", board, test_touch);
    add ("hangs", board, test_hangs);
    add ("comes-back-wrong", board, test_comes_back_wrong);
    add ("stays-away", board, test_stays_away);
    add ("serial-held", board, test_serial_held);
    add ("unplugged-anywhere", board, test_unplugged_anywhere);
  }
  return g_test_run ();
}
