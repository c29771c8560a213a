/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "tests/guide-rig.h"

/* --- tables --- */

static gboolean
has_step (const HsGuideTable *table, const char *id)
{
  for (guint i = 0; table->steps[i].id != NULL; i++)
    if (g_str_equal (table->steps[i].id, id))
      return TRUE;
  return FALSE;
}

static void
check_way (const HsGuideTable *table, const HsGuideStep *step, const char *id)
{
  if (id != NULL && !has_step (table, id))
    g_error ("%s: step %s leads to %s, which is none", table->title, step->id, id);
}

static void
check_step (const HsGuideTable *table, const HsGuideStep *step)
{
  const HsGuideSurprise *surprise = step->surprises;
  const HsGuideChoice *choice = step->choices;

  g_assert_nonnull (step->sentence);
  g_assert_nonnull (step->drawing);
  g_assert_true (step->other_drawing == NULL || strstr (step->sentence, "%s") != NULL);
  g_assert_true (step->wait == HS_SIGHT_ANY || step->wait == HS_SIGHT_NOTHING ||
                 step->waits_for != NULL);
  g_assert_true (step->wants != HS_GUIDE_WANTS_CHOICE || choice != NULL);
  check_way (table, step, step->then);
  check_way (table, step, step->if_failed);
  check_way (table, step, step->if_silent);
  check_way (table, step, step->if_late);
  for (; surprise != NULL && surprise->sight != HS_SIGHT_ANY; surprise++) {
    g_assert_cmpint (surprise->sight, !=, step->wait);
    g_assert_true (surprise->meaning != NULL || surprise->then != NULL);
    check_way (table, step, surprise->then);
  }
  for (; choice != NULL && choice->label != NULL; choice++)
    check_way (table, step, choice->then);
}

static void
test_tables (void)
{
  const HsGuideTable *table;

  for (guint n = 0; (table = hs_guide_nth_table (n)) != NULL; n++) {
    g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal);

    for (guint i = 0; table->steps[i].id != NULL; i++) {
      g_assert_true (g_hash_table_add (ids, (gpointer) table->steps[i].id));
      check_step (table, &table->steps[i]);
    }
    g_assert_true (table->purpose != HS_GUIDE_RECOVER || has_step (table, "done"));
  }
}

static void
test_every_board (void)
{
  const HsBoard *board;

  for (guint n = 0; (board = hs_board_nth (n)) != NULL; n++) {
    gboolean offered =
        board->recovery != HS_RECOVERY_NONE && board->recovery != HS_RECOVERY_FOREIGN;

    g_test_message ("%s", board->id);
    g_assert_true ((hs_guide_find_table (HS_GUIDE_RECOVER, board) != NULL) == offered);
  }
}

static void
test_not_offered (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  HsRequestOptions options = { NULL };
  const char *const ids[] = { "ARDUINO_PORTENTA_H7", "ARDUINO_NANO_RP2040_CONNECT", "OPENMV1" };
  const char *const words[] = { "Arduino", "BOOTSEL", "no firmware" };

  guide_rig_set_up (&rig, "OPENMV4");
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (GError) error = NULL;
    const HsBoard *board = hs_board_by_id (ids[i]);

    g_assert_nonnull (board);
    g_assert_null (
        hs_guide_new (rig.bench.session, HS_GUIDE_RECOVER, board, NULL, &options, &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
    g_assert_nonnull (strstr (error->message, words[i]));
  }
}

/* --- the cheap rescues --- */

static void
test_firmware_runs (void)
{
  g_auto (GuideRig) rig = { { NULL } };

  guide_rig_set_up (&rig, "OPENMV4");
  guide_rig_begin (&rig);
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_true (guide_rig_was_at (&rig, "write-firmware"));
  g_assert_false (guide_rig_was_at (&rig, "replug"));
  g_assert_null (hs_guide_get_problem (rig.guide));
}

static void
test_window_is_caught (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  guint n_steps;

  guide_rig_set_up (&rig, "OPENMV4");
  hs_sim_bus_unplug (rig.bench.bus, 0);
  guide_rig_run (20);
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "replug");
  g_assert_cmpuint (hs_guide_get_position (rig.guide, &n_steps), ==, 2);
  guide_rig_run (50);
  guide_rig_plug (&rig);
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_true (guide_rig_was_at (&rig, "write-firmware"));
}

static void
test_unplugged_mid_write (void)
{
  g_auto (GuideRig) rig = { { NULL } };

  guide_rig_set_up (&rig, "OPENMV4");
  hs_sim_bus_set_fault (rig.bench.bus, 0, "unplug_at", 60);
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "replug");
  g_assert_nonnull (hs_guide_get_problem (rig.guide));
  g_assert_cmpstr (hs_guide_get_problem (rig.guide)->code, ==, "camera-gone");
  hs_sim_bus_set_fault (rig.bench.bus, 0, "unplug_at", 0);
  guide_rig_run (20);
  {
    g_autofree char *sentence = hs_guide_dup_sentence (rig.guide);

    g_assert_cmpstr (sentence, ==, "Plug the camera in again.");
  }
  guide_rig_plug (&rig);
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_null (hs_guide_get_problem (rig.guide));
}

/* --- waiting --- */

static void
test_late (void)
{
  g_auto (GuideRig) rig = { { NULL } };

  guide_rig_set_up (&rig, "OPENMV4");
  hs_sim_bus_unplug (rig.bench.bus, 0);
  guide_rig_run (20);
  guide_rig_begin (&rig);
  hs_guide_set_patience (rig.guide, 100);
  hs_guide_wait_patiently (rig.guide);
  guide_rig_await_step (&rig, "replug");
  while (!hs_guide_get_late (rig.guide))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (hs_guide_get_n_causes (rig.guide), ==, 3);
  g_assert_nonnull (hs_guide_get_cause (rig.guide, 0)->checked);
  g_assert_cmpuint (hs_guide_get_n_choices (rig.guide), ==, 1);
  /* Nobody has to say that nothing came. */
  guide_rig_await_step (&rig, "set-jumper");
  g_assert_false (hs_guide_get_late (rig.guide));
}

static void
test_choice (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  g_autofree char *plain = NULL;
  g_autofree char *other = NULL;

  guide_rig_set_up (&rig, "OPENMV4");
  hs_sim_bus_unplug (rig.bench.bus, 0);
  guide_rig_run (20);
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "replug");
  hs_guide_choose (rig.guide, 0);
  guide_rig_await_step (&rig, "set-jumper");
  plain = hs_guide_dup_sentence (rig.guide);
  g_assert_nonnull (strstr (plain, "BOOT and RST"));
  g_assert_true (hs_guide_has_other (rig.guide));
  hs_guide_set_other (rig.guide, TRUE);
  other = hs_guide_dup_sentence (rig.guide);
  g_assert_nonnull (strstr (other, "BOOT and 3.3V"));

  /* The camera turns out to be alive. */
  guide_rig_plug (&rig);
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_nonnull (guide_rig_meaning (&rig, HS_SIGHT_BOOTLOADER));
}

static void
test_cancel (void)
{
  g_auto (GuideRig) rig = { { NULL } };

  guide_rig_set_up (&rig, "OPENMV4");
  hs_sim_bus_unplug (rig.bench.bus, 0);
  guide_rig_run (20);
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "replug");
  guide_rig_run (20);
  hs_guide_cancel (rig.guide);
  guide_rig_await_state (&rig, HS_GUIDE_STOPPED);
}

/* --- the boot jumper --- */

/* The ROM is there from the beginning; what it was written is joined to the unit by proof. */
static void
test_joined_by_proof (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  g_autofree char *run_id = NULL;
  g_autofree char *key = NULL;
  g_autoptr (HsRun) run = NULL;
  g_autoptr (HsUnit) unit = NULL;
  g_autoptr (GError) error = NULL;
  const HsContent *content;

  guide_rig_set_up (&rig, "OPENMV4@rom");
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "remove-jumper");
  g_assert_null (hs_guide_get_problem (rig.guide));
  run_id = g_strdup (rig.guide->options.rom_run);
  g_assert_nonnull (run_id);
  run = hs_catalog_get_run (rig.bench.catalog, run_id, &error);
  g_assert_no_error (error);
  g_assert_null (hs_run_get_unit (run));

  guide_rig_unplug (&rig);
  guide_rig_await_step (&rig, "plug-in-again");

  /* The jumper is still on. */
  guide_rig_plug (&rig);
  guide_rig_await_step (&rig, "remove-jumper");
  g_assert_nonnull (guide_rig_meaning (&rig, HS_SIGHT_ROM));
  guide_rig_unplug (&rig);
  guide_rig_await_step (&rig, "plug-in-again");
  hs_sim_bus_set_jumper (rig.bench.bus, 0, FALSE);
  guide_rig_plug (&rig);
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_null (hs_guide_get_problem (rig.guide));

  g_clear_object (&run);
  run = hs_catalog_get_run (rig.bench.catalog, run_id, &error);
  g_assert_no_error (error);
  key =
      g_strconcat ("stm32:", hs_sim_camera_get_id (hs_sim_bus_get_camera (rig.bench.bus, 0)), NULL);
  g_assert_cmpstr (hs_run_get_unit (run), ==, key);
  unit = hs_catalog_get_unit (rig.bench.catalog, key, &error);
  g_assert_no_error (error);
  content = hs_unit_find_content (unit, "bootloader");
  g_assert_nonnull (content);
}

/* --- surprises --- */

static void
test_other_board (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  guint second = 1;

  guide_rig_set_up (&rig, "OPENMV4,OPENMV2");
  hs_sim_bus_unplug (rig.bench.bus, 0);
  guide_rig_run (20);
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "replug");
  guide_rig_run (20);
  hs_sim_bus_plug_at (rig.bench.bus, second, "1-1");
  guide_rig_await_sight (&rig, HS_SIGHT_OTHER_BOARD);
  g_assert_nonnull (guide_rig_meaning (&rig, HS_SIGHT_OTHER_BOARD));
  guide_rig_run (50);
  g_assert_cmpstr (hs_guide_get_step (rig.guide)->id, ==, "replug");

  /* The right one is plugged in after all. */
  hs_sim_bus_unplug (rig.bench.bus, second);
  guide_rig_await_sight (&rig, HS_SIGHT_NOTHING);
  guide_rig_run (50);
  hs_sim_bus_plug_at (rig.bench.bus, 0, "1-1");
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
}

static void
test_no_access (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  guint n;

  guide_rig_set_up (&rig, "OPENMV4+no_access");
  guide_rig_begin (&rig);
  guide_rig_await_sight (&rig, HS_SIGHT_NO_ACCESS);
  guide_rig_run (20);
  g_assert_true (hs_guide_get_late (rig.guide));
  n = hs_guide_get_n_causes (rig.guide);
  g_assert_cmpuint (n, ==, 3);
  g_assert_true (hs_guide_get_cause (rig.guide, n - 1)->is_it);
  g_assert_cmpint (hs_guide_get_state (rig.guide), ==, HS_GUIDE_WAITING);
}

/* Without a port the first one counts on which something that fits newly appears. */
static void
test_first_port (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  HsRequestOptions options;

  guide_rig_set_up (&rig, "OPENMV4*3");
  options = (HsRequestOptions){ .build = rig.build, .confirm = HS_VERSION_NUMBER };
  hs_sim_bus_unplug (rig.bench.bus, 1);
  guide_rig_run (20);
  guide_rig_start (&rig, NULL, &options);
  guide_rig_await_step (&rig, "replug");
  guide_rig_run (50);
  g_assert_null (hs_guide_get_port (rig.guide));
  hs_sim_bus_plug (rig.bench.bus, 1);
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_cmpstr (hs_guide_get_port (rig.guide), ==, "1-2");
}

/* Whoever is asked for must come; another unit is left as it is. */
static void
test_other_unit (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  HsRequestOptions options;

  guide_rig_set_up (&rig, "OPENMV4");
  options = (HsRequestOptions){ .build = rig.build,
                                .unit = (char *) "stm32:000000000000000000000001",
                                .confirm = HS_VERSION_NUMBER };
  guide_rig_start (&rig, "1-1", &options);
  guide_rig_await_sight (&rig, HS_SIGHT_OTHER_BOARD);
  guide_rig_run (50);
  g_assert_cmpint (hs_guide_get_state (rig.guide), ==, HS_GUIDE_WAITING);
  g_assert_nonnull (hs_guide_get_problem (rig.guide));
  g_assert_cmpstr (hs_guide_get_problem (rig.guide)->code, ==, "another-unit");
  hs_guide_cancel (rig.guide);
  guide_rig_await_state (&rig, HS_GUIDE_STOPPED);
}

/* The camera behind the jumper is another one than before: nothing is written to it. */
static void
test_other_bootloader (void)
{
  g_auto (GuideRig) rig = { { NULL } };

  guide_rig_set_up (&rig, "OPENMV4@rom,OPENMV4");
  hs_sim_bus_unplug (rig.bench.bus, 1);
  guide_rig_run (20);
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "remove-jumper");
  guide_rig_unplug (&rig);
  guide_rig_await_step (&rig, "plug-in-again");
  guide_rig_run (50);
  hs_sim_bus_plug_at (rig.bench.bus, 1, "1-1");
  guide_rig_await_sight (&rig, HS_SIGHT_OTHER_BOARD);
  guide_rig_run (50);
  g_assert_cmpint (hs_guide_get_state (rig.guide), ==, HS_GUIDE_WAITING);
  g_assert_cmpstr (hs_guide_get_problem (rig.guide)->code, ==, "other-bootloader");

  /* The right one. */
  hs_sim_bus_unplug (rig.bench.bus, 1);
  guide_rig_run (50);
  hs_sim_bus_set_jumper (rig.bench.bus, 0, FALSE);
  hs_sim_bus_plug_at (rig.bench.bus, 0, "1-1");
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_null (hs_guide_get_problem (rig.guide));
}

/* --- what is not proven is not green --- */

static void
test_unproven_end (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  g_autofree char *sentence = NULL;

  guide_rig_set_up (&rig, "OPENMV4");
  hs_sim_bus_set_fault (rig.bench.bus, 0, "no_upload", 1);
  guide_rig_begin (&rig);
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_nonnull (hs_guide_get_problem (rig.guide));
  g_assert_cmpstr (hs_guide_get_problem (rig.guide)->code, ==, "no-read-back");
  g_assert_false (hs_guide_get_proven (rig.guide));
  sentence = hs_guide_dup_sentence (rig.guide);
  g_assert_null (strstr (sentence, "The camera is back"));
}

/* --- two cameras of one model, and the very same bootloader --- */

static char *
dup_key (GuideRig *self, guint camera)
{
  return g_strconcat (
      "stm32:", hs_sim_camera_get_id (hs_sim_bus_get_camera (self->bench.bus, camera)), NULL);
}

/* The other one was on the bus while this one's ROM was written to. */
static void
test_other_camera (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  g_autoptr (HsRun) run = NULL;
  g_autofree char *key = NULL;
  g_autofree char *elsewhere = NULL;

  guide_rig_set_up (&rig, "OPENMV4@rom,OPENMV4");
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "remove-jumper");
  guide_rig_unplug (&rig);
  guide_rig_await_step (&rig, "plug-in-again");
  elsewhere = hs_sim_bus_dup_port (rig.bench.bus, 1);
  hs_sim_bus_unplug (rig.bench.bus, 1);
  guide_rig_run (20);
  hs_sim_bus_plug_at (rig.bench.bus, 1, "1-1");
  while (hs_guide_get_problem (rig.guide) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (hs_guide_get_problem (rig.guide)->code, ==, "other-bootloader");
  run = hs_catalog_get_run (rig.bench.catalog, rig.guide->options.rom_run, NULL);
  g_assert_null (hs_run_get_unit (run));

  /* The right one again. */
  hs_sim_bus_unplug (rig.bench.bus, 1);
  guide_rig_run (20);
  hs_sim_bus_set_jumper (rig.bench.bus, 0, FALSE);
  hs_sim_bus_plug_at (rig.bench.bus, 0, "1-1");
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_true (hs_guide_get_proven (rig.guide));
  key = dup_key (&rig, 0);
  g_clear_object (&run);
  run = hs_catalog_get_run (rig.bench.catalog, rig.guide->options.rom_run, NULL);
  g_assert_cmpstr (hs_run_get_unit (run), ==, key);
}

/* Half written, then another one is plugged in: that one is left alone. */
static void
test_stays_with_one (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  g_autofree char *key = NULL;

  guide_rig_set_up (&rig, "OPENMV4,OPENMV4");
  key = dup_key (&rig, 0);
  hs_sim_bus_set_fault (rig.bench.bus, 0, "unplug_at", 60);
  guide_rig_begin (&rig);
  guide_rig_await_step (&rig, "replug");
  g_assert_cmpstr (rig.guide->options.unit, ==, key);
  hs_sim_bus_set_fault (rig.bench.bus, 0, "unplug_at", 0);
  hs_sim_bus_unplug (rig.bench.bus, 1);
  guide_rig_run (20);
  hs_sim_bus_plug_at (rig.bench.bus, 1, "1-1");
  while (hs_guide_get_problem (rig.guide) == NULL ||
         !g_str_equal (hs_guide_get_problem (rig.guide)->code, "another-unit"))
    g_main_context_iteration (NULL, TRUE);
  hs_sim_bus_unplug (rig.bench.bus, 1);
  guide_rig_run (20);
  hs_sim_bus_plug_at (rig.bench.bus, 0, "1-1");
  guide_rig_await_state (&rig, HS_GUIDE_DONE);
  g_assert_true (hs_guide_get_proven (rig.guide));
}

/* --- stopping, and looking before asking --- */

/* However the job ends that somebody has stopped, nothing new is begun. */
static void
test_cancel_at_work (void)
{
  g_auto (GuideRig) rig = { { NULL } };

  guide_rig_set_up (&rig, "OPENMV4");
  guide_rig_begin (&rig);
  guide_rig_await_state (&rig, HS_GUIDE_WORKING);
  hs_sim_bus_unplug (rig.bench.bus, 0);
  hs_guide_cancel (rig.guide);
  guide_rig_await_state (&rig, HS_GUIDE_STOPPED);
}

static void
count_questions_cb (HsGuide *guide, guint *n)
{
  *n += hs_guide_get_state (guide) == HS_GUIDE_ASKING;
}

/* The build that was chosen has no bootloader, another one in the catalog has. */
static void
test_finds_loader (void)
{
  g_auto (GuideRig) rig = { { NULL } };
  g_autoptr (HsBuild) without = NULL;
  HsRequestOptions options = { .confirm = HS_VERSION_NUMBER };
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  guint n_questions = 0;

  guide_rig_set_up (&rig, "OPENMV4@rom");
  without = guide_rig_import (&rig, "OPENMV4", 2, FALSE);
  options.build = without;
  rig.guide = hs_guide_new (rig.bench.session, HS_GUIDE_RECOVER, board, "1-1", &options, NULL);
  g_signal_connect (rig.guide, "changed", G_CALLBACK (count_questions_cb), &n_questions);
  hs_guide_start (rig.guide);
  guide_rig_await_step (&rig, "remove-jumper");
  g_assert_cmpuint (n_questions, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/guide/tables", test_tables);
  g_test_add_func ("/guide/every-board", test_every_board);
  g_test_add_func ("/guide/not-offered", test_not_offered);
  g_test_add_func ("/guide/firmware-runs", test_firmware_runs);
  g_test_add_func ("/guide/window-is-caught", test_window_is_caught);
  g_test_add_func ("/guide/unplugged-mid-write", test_unplugged_mid_write);
  g_test_add_func ("/guide/late", test_late);
  g_test_add_func ("/guide/choice", test_choice);
  g_test_add_func ("/guide/cancel", test_cancel);

  g_test_add_func ("/guide/joined-by-proof", test_joined_by_proof);
  g_test_add_func ("/guide/other-board", test_other_board);
  g_test_add_func ("/guide/no-access", test_no_access);
  g_test_add_func ("/guide/first-port", test_first_port);
  g_test_add_func ("/guide/other-unit", test_other_unit);
  g_test_add_func ("/guide/other-bootloader", test_other_bootloader);
  g_test_add_func ("/guide/unproven-end", test_unproven_end);
  g_test_add_func ("/guide/other-camera", test_other_camera);
  g_test_add_func ("/guide/stays-with-one", test_stays_with_one);
  g_test_add_func ("/guide/cancel-at-work", test_cancel_at_work);
  g_test_add_func ("/guide/finds-loader", test_finds_loader);

  return g_test_run ();
}
