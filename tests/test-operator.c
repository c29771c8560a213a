/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/unit-life.h"
#include "tests/operator-rig.h"

/* Operator mode without its window: what is plugged in is run, and what the tiles then say. */

static HsOperator *
begin (OperatorRig *rig, const char *release, guint quantity)
{
  g_autoptr (GError) error = NULL;
  HsOperator *bench = hs_operator_new (rig->session, release, quantity, &error);

  g_assert_no_error (error);
  return bench;
}

static char *
key_of (OperatorRig *rig, guint n)
{
  return g_strconcat ("stm32:", hs_sim_camera_get_id (hs_sim_bus_get_camera (rig->bus, n)), NULL);
}

static void
assert_serial (OperatorRig *rig, guint n, const char *serial)
{
  g_autofree char *key = key_of (rig, n);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (rig->catalog, key, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hs_unit_get_serial (unit), ==, serial);
}

static void
test_pass (OperatorRig *rig, gconstpointer data)
{
  g_autofree char *release = NULL;
  g_autoptr (HsOperator) bench = NULL;
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  HsOperatorCounts counts;
  g_autofree char *word = NULL;
  g_autofree char *unit = NULL;
  HsTile *tile;

  operator_rig_number (recipe, HS_NUMBER_COUNTER);
  release = operator_rig_lock (rig, recipe);
  bench = begin (rig, release, 10);

  tile = wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_cmpstr (hs_tile_get_number (tile), ==, "GATE-0001");
  g_assert_false (hs_tile_get_already (tile));
  word = hs_tile_dup_word (tile);
  g_assert_cmpstr (word, ==, "PASS");
  unit = hs_tile_dup_unit (tile);
  g_assert_true (g_str_has_prefix (unit, "…"));
  assert_serial (rig, 0, "GATE-0001");
  wait_for_counts (bench, 1, 0);

  /* Plugged in again: proven by reading, counted once, the same number. */
  replug (rig, 0);
  wait_for_tile (bench, "1-1", HS_TILE_WORK);
  tile = wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_true (hs_tile_get_already (tile));
  g_assert_cmpstr (hs_tile_get_number (tile), ==, "GATE-0001");
  wait_for_counts (bench, 1, 0);

  /* The next camera on the same cable. */
  hs_sim_bus_plug_at (rig->bus, 1, "1-1");
  wait_for_tile (bench, "1-1", HS_TILE_WORK);
  tile = wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_cmpstr (hs_tile_get_number (tile), ==, "GATE-0002");
  wait_for_counts (bench, 2, 0);
  hs_operator_get_counts (bench, &counts);
  g_assert_cmpuint (counts.quantity, ==, 10);
  g_assert_cmpuint (counts.left, ==, 8);
  g_assert_cmpfloat (counts.yield, ==, 1.0);
  assert_whole (rig->catalog);
}

static void
test_wrong_board (OperatorRig *rig, gconstpointer data)
{
  g_autofree char *release = operator_rig_lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  g_autoptr (HsOperator) bench = begin (rig, release, 0);
  HsTile *tile = wait_for_tile (bench, "1-1", HS_TILE_REFUSED);
  g_autofree char *word = hs_tile_dup_word (tile);
  g_autofree char *why = hs_tile_dup_why (tile);

  g_assert_cmpstr (word, ==, "NOT THIS ONE");
  g_assert_cmpstr (
      why,
      ==,
      "Release gate-counter 1.4.2 is for OPENMV4, the camera is OPENMV_N6. Nothing was "
      "written.");
  wait_for_counts (bench, 0, 0);
}

static void
test_dies_halfway (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autofree char *release = NULL;
  g_autoptr (HsOperator) bench = NULL;
  g_autofree char *todo = NULL;
  HsTile *tile;

  operator_rig_number (recipe, HS_NUMBER_COUNTER);
  release = operator_rig_lock (rig, recipe);
  hs_sim_bus_set_fault (rig->bus, 0, "unplug_at", 150);
  bench = begin (rig, release, 2);

  tile = wait_for_tile (bench, "1-1", HS_TILE_FAIL);
  todo = hs_tile_dup_todo (tile);
  g_assert_cmpstr (todo, ==, "Plug it in again.");
  wait_for_counts (bench, 0, 1);

  hs_sim_bus_set_fault (rig->bus, 0, "unplug_at", 0);
  replug (rig, 0);
  tile = wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_cmpstr (hs_tile_get_number (tile), ==, "GATE-0001");
  wait_for_counts (bench, 1, 0);
  assert_whole (rig->catalog);
}

static void
test_retry_failed (OperatorRig *rig, gconstpointer data)
{
  g_autofree char *release = operator_rig_lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  g_autoptr (HsOperator) bench = NULL;

  hs_sim_bus_set_fault (rig->bus, 0, "corrupt_block", 3);
  bench = begin (rig, release, 0);
  g_assert_cmpuint (hs_operator_retry_failed (bench), ==, 0);
  wait_for_tile (bench, "1-1", HS_TILE_FAIL);
  hs_sim_bus_set_fault (rig->bus, 0, "corrupt_block", -1);
  g_assert_cmpuint (hs_operator_retry_failed (bench), ==, 1);
  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  wait_for_counts (bench, 1, 0);
}

static void
test_withdrawn (OperatorRig *rig, gconstpointer data)
{
  g_autofree char *release = operator_rig_lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  g_autoptr (HsOperator) bench = begin (rig, release, 0);
  g_autoptr (HsOperator) late = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *todo = NULL;
  HsTile *tile;

  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_true (hs_release_withdraw (rig->catalog, release, "loses frames", &error));
  g_assert_no_error (error);
  replug (rig, 0);
  tile = wait_for_tile (bench, "1-1", HS_TILE_REFUSED);
  todo = hs_tile_dup_todo (tile);
  g_assert_cmpstr (todo, ==, "Stop, and ask for another release.");

  late = hs_operator_new (rig->session, release, 0, &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_RELEASE_WITHDRAWN);
  g_assert_null (late);
}

static void
ship (OperatorRig *rig, guint n)
{
  g_autofree char *key = key_of (rig, n);
  g_autoptr (GError) error = NULL;

  hs_units_ship (rig->catalog,
                 (const char *const[]){ key, NULL },
                 "a customer",
                 "order 7",
                 "2026-11-11",
                 NULL,
                 &error);
  g_assert_no_error (error);
}

static void
test_shipped_and_scrapped (OperatorRig *rig, gconstpointer data)
{
  g_autofree char *release = operator_rig_lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  g_autoptr (HsOperator) bench = begin (rig, release, 0);
  g_autofree char *key = key_of (rig, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;
  HsTile *tile;

  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  wait_for_tile (bench, "1-2", HS_TILE_PASS);
  ship (rig, 0);
  g_assert_true (hs_unit_scrap (rig->catalog, key, "fell down", &error));
  g_assert_no_error (error);

  replug (rig, 0);
  tile = wait_for_tile (bench, "1-1", HS_TILE_REFUSED);
  why = hs_tile_dup_why (tile);
  g_assert_nonnull (strstr (why, "was shipped on "));
  replug (rig, 1);
  tile = wait_for_tile (bench, "1-2", HS_TILE_REFUSED);
  g_free (why);
  why = hs_tile_dup_why (tile);
  g_assert_nonnull (strstr (why, "was scrapped."));
  assert_whole (rig->catalog);
}

static void
assert_scan (HsOperator *bench, const char *line, gboolean good, const char *sentence)
{
  g_autofree char *understood = NULL;

  g_assert_cmpint (hs_operator_scan (bench, line, &understood), ==, good);
  g_assert_cmpstr (understood, ==, sentence);
}

static void
test_scan (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autofree char *release = NULL;
  g_autoptr (HsOperator) bench = NULL;
  g_autofree char *key = key_of (rig, 0);
  g_autoptr (HsUnit) unit = NULL;
  HsTile *tile;

  operator_rig_number (recipe, HS_NUMBER_SCAN);
  release = operator_rig_lock (rig, recipe);
  bench = begin (rig, release, 0);

  /* First the camera, then its serial. */
  wait_for_tile (bench, "1-1", HS_TILE_SCAN);
  assert_scan (bench, "OP:operator 2", TRUE, "Operator: operator 2");
  g_assert_cmpstr (hs_session_get_operator (rig->session), ==, "operator 2");
  assert_scan (bench, "nonsense", FALSE, "Not understood: nonsense");
  assert_scan (bench, "UNIT:", FALSE, "Not understood: the label is empty.");
  assert_scan (bench, "a\x01z", FALSE, "Not understood: the code is no text.");
  assert_scan (bench, " GATE-0471 ", TRUE, "Serial GATE-0471: for port 1-1");
  assert_scan (bench, "GATE-0471", TRUE, "Serial GATE-0471: scanned before");
  tile = wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_cmpstr (hs_tile_get_number (tile), ==, "GATE-0471");
  assert_scan (bench, "UNIT:shelf 3", TRUE, "Label: shelf 3");
  unit = hs_catalog_get_unit (rig->catalog, key, NULL);
  g_assert_cmpstr (hs_unit_get_label (unit), ==, "shelf 3");

  /* First the serial, then its camera; one that has its number does not take it. */
  assert_scan (bench, "GATE-0472", TRUE, "Serial GATE-0472: plug in its camera");
  assert_scan (bench, "GATE-0472", TRUE, "Serial GATE-0472: scanned before");
  replug (rig, 0);
  wait_for_tile (bench, "1-1", HS_TILE_WORK);
  tile = wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_cmpstr (hs_tile_get_number (tile), ==, "GATE-0471");
  hs_sim_bus_plug (rig->bus, 1);
  tile = wait_for_tile (bench, "1-2", HS_TILE_PASS);
  g_assert_cmpstr (hs_tile_get_number (tile), ==, "GATE-0472");
  assert_serial (rig, 1, "GATE-0472");
}

/* A number that a unit has tells about that unit, and is never taken for another one. */
static void
test_scan_twice (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autofree char *release = NULL;
  g_autoptr (HsOperator) bench = NULL;

  operator_rig_number (recipe, HS_NUMBER_SCAN);
  release = operator_rig_lock (rig, recipe);
  bench = begin (rig, release, 0);
  wait_for_tile (bench, "1-1", HS_TILE_SCAN);
  assert_scan (bench, "GATE-1", TRUE, "Serial GATE-1: for port 1-1");
  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  assert_scan (bench, "GATE-1", TRUE, "GATE-1: ready to ship");
  hs_sim_bus_plug (rig->bus, 1);
  wait_for_tile (bench, "1-2", HS_TILE_SCAN);
  assert_scan (bench, "GATE-1", TRUE, "GATE-1: ready to ship");
  assert_scan (bench, "GATE-2", TRUE, "Serial GATE-2: for port 1-2");
  wait_for_tile (bench, "1-2", HS_TILE_PASS);
  assert_serial (rig, 1, "GATE-2");
  wait_for_counts (bench, 2, 0);
}

/* It fails before it has its number: that stays its own, no other camera gets it. */
static void
test_scan_fails (OperatorRig *rig, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (rig, "OPENMV4");
  g_autofree char *release = NULL;
  g_autoptr (HsOperator) bench = NULL;

  operator_rig_number (recipe, HS_NUMBER_SCAN);
  release = operator_rig_lock (rig, recipe);
  bench = begin (rig, release, 0);
  wait_for_tile (bench, "1-1", HS_TILE_SCAN);
  hs_sim_bus_set_fault (rig->bus, 0, "unplug_at", 1);
  assert_scan (bench, "GATE-1", TRUE, "Serial GATE-1: for port 1-1");
  wait_for_tile (bench, "1-1", HS_TILE_FAIL);
  hs_sim_bus_plug (rig->bus, 1);
  wait_for_tile (bench, "1-2", HS_TILE_SCAN);

  hs_sim_bus_set_fault (rig->bus, 0, "unplug_at", -1);
  replug (rig, 0);
  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  assert_serial (rig, 0, "GATE-1");
  assert_scan (bench, "GATE-2", TRUE, "Serial GATE-2: for port 1-2");
  wait_for_tile (bench, "1-2", HS_TILE_PASS);
  assert_serial (rig, 1, "GATE-2");
}

static void
test_batch (OperatorRig *rig, gconstpointer data)
{
  g_autofree char *release = operator_rig_lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  HsOperator *bench = begin (rig, release, 5);
  g_autofree char *batch = g_strdup (hs_operator_get_batch (bench));
  g_autoptr (GError) error = NULL;
  HsOperatorCounts counts;

  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  wait_for_counts (bench, 1, 0);
  g_object_unref (bench);

  /* The next morning. */
  bench = begin (rig, release, 0);
  g_assert_cmpstr (hs_operator_get_batch (bench), ==, batch);
  hs_operator_get_counts (bench, &counts);
  g_assert_cmpuint (counts.passed, ==, 1);
  g_assert_cmpuint (counts.left, ==, 4);
  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  hs_operator_stop (bench);
  replug (rig, 0);
  for (guint i = 0; i < 50; i++)
    time_is_up (G_MAXINT64);
  g_assert_cmpuint (hs_session_get_n_running (rig->session), ==, 0);
  g_assert_true (hs_operator_close_batch (bench, &error));
  g_assert_no_error (error);
  g_object_unref (bench);

  bench = begin (rig, release, 0);
  g_assert_cmpstr (hs_operator_get_batch (bench), !=, batch);
  wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_object_unref (bench);
}

/* Power-up: it is caught before the firmware starts, which answers nothing. */
static void
test_catches_at_power_up (OperatorRig *rig, gconstpointer data)
{
  g_autofree char *release = operator_rig_lock (rig, operator_rig_recipe (rig, "OPENMV4"));
  g_autoptr (HsOperator) bench = NULL;
  HsTile *tile;

  hs_sim_bus_set_fault (rig->bus, 0, "app_silent", TRUE);
  hs_sim_bus_unplug (rig->bus, 0);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  bench = begin (rig, release, 0);
  hs_sim_bus_plug (rig->bus, 0);
  tile = wait_for_tile (bench, "1-1", HS_TILE_PASS);
  g_assert_cmpint (hs_job_get_verdict (hs_tile_get_job (tile)), ==, HS_VERDICT_NOT_COMPARABLE);
}

int
main (int argc, char **argv)
{
  const struct {
    const char *name, *cameras;
    void (*func) (OperatorRig *, gconstpointer);
  } tests[] = {
    { "/operator/pass", "OPENMV4,OPENMV4@off", test_pass },
    { "/operator/wrong-board", "OPENMV_N6", test_wrong_board },
    { "/operator/dies-halfway", "OPENMV4", test_dies_halfway },
    { "/operator/retry-failed", "OPENMV4", test_retry_failed },
    { "/operator/withdrawn", "OPENMV4", test_withdrawn },
    { "/operator/shipped-and-scrapped", "OPENMV4*2", test_shipped_and_scrapped },
    { "/operator/scan", "OPENMV4,OPENMV4@off", test_scan },
    { "/operator/scan-fails", "OPENMV4,OPENMV4@off", test_scan_fails },
    { "/operator/scan-twice", "OPENMV4,OPENMV4@off", test_scan_twice },
    { "/operator/batch", "OPENMV4", test_batch },
    { "/operator/power-up", "OPENMV4", test_catches_at_power_up },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name,
                OperatorRig,
                tests[i].cameras,
                operator_rig_set_up,
                tests[i].func,
                operator_rig_tear_down);
  return g_test_run ();
}
