/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/which-board.h"
#include "flash/method.h"
#include "store/kinds.h"
#include "tests/operator-rig.h"

/* Cameras of which the bus alone does not tell what they are: which board, which unit. */

static HsDevice *
find_device (OperatorRig *rig, guint n)
{
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, n);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  return hs_monitor_find_port (hs_session_get_monitor (rig->session), port);
}

/* Somebody brings the awaited camera there, in its bootloader. */
static void
lend_a_hand (HsJob *job, OperatorRig *rig)
{
  HsProgressState state;

  hs_job_get_progress (job, &state);
  if (state.activity == HS_ACTIVITY_WAITING && g_object_get_data (G_OBJECT (job), "hand") == NULL) {
    g_object_set_data (G_OBJECT (job), "hand", job);
    hs_sim_bus_hand_enter (rig->bus, 0);
  }
}

/* @code: NULL: it passed */
static void
assert_job (OperatorRig *rig,
            const char *what,
            HsDevice *device,
            const HsRequestOptions *options,
            const char *code)
{
  g_autoptr (HsJob) job = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (device);
  job = hs_session_start (rig->session, what, device, options, &error);
  g_assert_no_error (error);
  g_signal_connect (job, "changed", G_CALLBACK (lend_a_hand), rig);
  hs_session_drain (rig->session);
  if (hs_job_get_problem (job) != NULL)
    g_test_message ("%s", hs_job_get_problem (job)->message);
  g_assert_cmpstr (
      hs_job_get_problem (job) != NULL ? hs_job_get_problem (job)->code : NULL, ==, code);
}

static void
assert_flash (OperatorRig *rig, const HsRequestOptions *options, const char *code)
{
  assert_job (rig, "flash", find_device (rig, 0), options, code);
}

/* Another program of the chip shows that id: it is to be plugged in anew. A job looks whether it
 * leaves by itself, as the bootloader does. */
static void
test_unwatched (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsBuild) build = operator_rig_import (rig, "OPENMV_RT1060", 3);
  const HsRequestOptions options = { .build = build };
  HsDevice *device = find_device (rig, 0);
  HsSlot *slot = hs_session_find_slot (rig->session, hs_device_get_port (device));
  g_autofree char *sentence = hs_slot_dup_sentence (slot);

  g_assert_cmpint (hs_device_get_problem (device), ==, HS_DEVICE_UNWATCHED);
  g_assert_cmpint (hs_slot_get_state (slot), ==, HS_SLOT_WHICH_UNIT);
  g_assert_nonnull (strstr (sentence, "plug it in again"));
  g_assert_false (hs_slot_can_flash (slot, NULL));
  assert_flash (rig, &options, NULL);
}

static HsBuild *
import_firmware (OperatorRig *rig, const char *id)
{
  const HsBoard *board = hs_board_by_id (id);
  g_autoptr (HsImport) files = hs_import_new (rig->catalog);
  g_autoptr (GBytes) firmware = hs_sample_firmware (
      board, HS_ROLE_FIRMWARE, "v" RIG_NUMBER, RIG_NUMBER, 5, 200 * RIG_KIB + 77);
  g_autoptr (GError) error = NULL;
  HsBuild *build;

  hs_import_set_detail (files, "number", RIG_NUMBER);
  hs_import_add_bytes (files, "firmware.bin", firmware, &error);
  g_assert_no_error (error);
  build = hs_import_finish (files, id, NULL, &error);
  g_assert_no_error (error);
  return build;
}

static HsRelease *
lock (OperatorRig *rig, HsRecipe *recipe)
{
  g_autofree char *id = operator_rig_lock (rig, recipe);

  return hs_catalog_get_release (rig->catalog, id, NULL);
}

/* Found in its bootloader it could be any unit, one that was shipped as well. */
static void
test_release (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsBuild) build = import_firmware (rig, "RPI_PICO");
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autoptr (HsRelease) release = NULL;
  HsRequestOptions options = { NULL };
  HsSimCamera *camera = hs_sim_bus_get_camera (rig->bus, 0);
  guint before = hs_sim_camera_get_n_requests (camera);

  hs_recipe_take_build (recipe, build, 0);
  release = lock (rig, recipe);
  options.release = release;
  assert_flash (rig, &options, "unit-unknown");
  g_assert_cmpuint (hs_sim_camera_get_n_requests (camera), ==, before);

  hs_sim_bus_unplug (rig->bus, 0);
  hs_sim_bus_plug (rig->bus, 0);
  hs_sim_bus_settle (rig->bus, 0);
  g_assert_cmpint (hs_device_get_mode (find_device (rig, 0)), ==, HS_MODE_APP);
  assert_flash (rig, &options, NULL);
}

/* Every power-up passes through it for a moment: that is no reason to refuse. */
static void
test_release_in_window (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsRelease) release = lock (rig, operator_rig_recipe (rig, "OPENMV_RT1060"));
  const HsRequestOptions options = { .release = release };

  assert_flash (rig, &options, NULL);
}

/* Pico and Nano RP2040 Connect show the same id there. */
static void
test_which_board (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsBuild) build = import_firmware (rig, "RPI_PICO");
  g_autoptr (HsBuild) other = operator_rig_import (rig, "OPENMV4", 3);
  const HsRequestOptions options = { .build = build };
  const HsRequestOptions wrong = { .build = other };
  HsDevice *device = find_device (rig, 0);
  HsSlot *slot = hs_session_find_slot (rig->session, hs_device_get_port (device));

  g_assert_null (hs_device_get_board (device));
  g_assert_cmpint (hs_slot_get_state (slot), ==, HS_SLOT_WHICH_UNIT);
  g_assert_null (hs_which_board (device, NULL, NULL));
  g_assert_null (hs_which_board (device, other, NULL));
  g_assert_cmpstr (hs_which_board (device, build, NULL)->id, ==, "RPI_PICO");

  hs_session_set_loaded (rig->session, build);
  g_assert_cmpint (hs_slot_get_state (slot), ==, HS_SLOT_HELD);
  g_assert_true (hs_slot_can_flash (slot, NULL));

  assert_flash (rig, &wrong, "not-possible");
  assert_flash (rig, &options, NULL);
  g_assert_cmpint (hs_device_get_mode (find_device (rig, 0)), ==, HS_MODE_APP);
}

static void
assert_firmware (OperatorRig *rig, const char *key, const char *state)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (rig->catalog, key, NULL);

  g_assert_nonnull (unit);
  g_assert_cmpstr (hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE))->state, ==, state);
}

/* Whose it is tells only the firmware, afterwards: then too, reading heals nothing that is torn. */
static void
test_compared_and_torn (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsBuild) build = import_firmware (rig, "RPI_PICO");
  const HsRequestOptions options = { .build = build };
  const HsRequestOptions by_hand = { .build = build, .replug = TRUE };
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, 0);
  g_autoptr (HsDevice) awaited = NULL;
  g_autofree char *key = NULL;
  g_autofree char *subject = NULL;
  g_autoptr (GError) error = NULL;
  HsFact torn = { HS_KIND_PARTITION_UNKNOWN, NULL, NULL };

  assert_flash (rig, &options, NULL);
  key = g_strdup (hs_device_get_key (find_device (rig, 0)));
  assert_firmware (rig, key, "verified");
  subject = g_strconcat ("unit:", key, NULL);
  torn.subject = subject;
  torn.payload = "{\"v\":1,\"role\":\"firmware\",\"partition\":\"FIRMWARE\"}";
  g_assert_true (hs_catalog_append (rig->catalog, &torn, 1, NULL, &error));
  g_assert_no_error (error);
  assert_firmware (rig, key, "unknown");

  hs_sim_bus_unplug (rig->bus, 0);
  awaited = hs_device_new_awaited (hs_board_by_id ("RPI_PICO"), port);
  assert_job (rig, "compare", awaited, &by_hand, NULL);
  assert_firmware (rig, key, "unknown");
  assert_flash (rig, &options, NULL);
  assert_firmware (rig, key, "verified");
}

/* The chip's own bootloader: nobody guesses. */
static void
test_rom (OperatorRig *rig, gconstpointer data)
{
  g_autoptr (HsBuild) build = operator_rig_import (rig, "OPENMV4", 3);
  const HsRequestOptions options = { .build = build };
  HsDevice *device = find_device (rig, 0);
  HsSlot *slot = hs_session_find_slot (rig->session, hs_device_get_port (device));
  g_autofree char *sentence = NULL;

  hs_session_set_loaded (rig->session, build);
  sentence = hs_slot_dup_sentence (slot);
  g_assert_cmpint (hs_slot_get_state (slot), ==, HS_SLOT_WHICH_UNIT);
  g_assert_nonnull (strstr (sentence, "own bootloader"));
  assert_flash (rig, &options, "not-possible");
}

/* Their hub drops off while they are in work; none of them disturbs one on another hub. */
static void
test_hub_drops_off (OperatorRig *rig, gconstpointer data)
{
  static const guint eight[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
  g_autoptr (HsBuild) build = operator_rig_import (rig, "OPENMV4", 3);
  const HsRequestOptions options = { .build = build, .full = TRUE };
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint n = 0; n < 10; n++) {
    g_autoptr (GError) error = NULL;

    if (n < 8)
      hs_sim_bus_set_fault (rig->bus, n, "slow_block", 3);
    g_ptr_array_add (
        jobs, hs_session_start (rig->session, "flash", find_device (rig, n), &options, &error));
    g_assert_no_error (error);
  }
  hs_sim_bus_unplug_many (rig->bus, eight, G_N_ELEMENTS (eight));
  hs_session_drain (rig->session);

  for (guint n = 0; n < jobs->len; n++) {
    HsJob *job = g_ptr_array_index (jobs, n);

    if (n >= 8)
      g_assert_cmpint (hs_job_get_outcome (job), ==, HS_OUTCOME_PASSED);
    else if (hs_job_get_outcome (job) != HS_OUTCOME_PASSED) /* it was faster than the hub */
      g_assert_cmpint (hs_job_get_outcome (job), ==, HS_OUTCOME_FAILED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, spec, test)                                                                      \
  g_test_add (path, OperatorRig, spec, operator_rig_set_up, test, operator_rig_tear_down)
  ADD ("/unknown-unit/release", "RPI_PICO@dfu", test_release);
  ADD ("/unknown-unit/release-in-window", "OPENMV_RT1060@dfu", test_release_in_window);
  ADD ("/unknown-unit/unwatched", "OPENMV_RT1060@dfu", test_unwatched);
  ADD ("/unknown-unit/which-board", "RPI_PICO@dfu", test_which_board);
  ADD ("/unknown-unit/compared-and-torn", "RPI_PICO@dfu", test_compared_and_torn);
  ADD ("/unknown-unit/rom", "OPENMV4@rom", test_rom);
  ADD ("/unknown-unit/hub-drops-off", "OPENMV4*10", test_hub_drops_off);
#undef ADD
  return g_test_run ();
}
