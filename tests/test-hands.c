/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cli/hands.h"

#include <glib/gstdio.h>

/* Scripts of hands outside of operator mode: along a guide. */

#define PATIENCE_MS 5000

typedef struct {
  HsSimBus *bus;
  char *path;
  HsHands *hands;
} Fixture;

static void
set_up (Fixture *self, const char *script)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("hotshoe-hands-XXXXXX", &self->path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (self->path, script, -1, &error));
  self->bus = hs_sim_bus_new ("OPENMV4@no-bootloader", NULL, TRUE, &error);
  g_assert_no_error (error);
  self->hands = hs_hands_new (NULL, self->bus, self->path, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self)
{
  hs_hands_free (self->hands);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (g_unlink (self->path), ==, 0);
  g_free (self->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, tear_down)

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Lets it work for some time, or until it is done. */
static void
run_for (Fixture *self, guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_GINT64_CONSTANT (1000);
  guint wake = g_timeout_add (10, wake_cb, NULL);

  while (!hs_hands_are_done (self->hands) && g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
}

static HsMode
get_mode (Fixture *self)
{
  return hs_sim_camera_get_mode (hs_sim_bus_get_camera (self->bus, 0));
}

static void
test_moves (void)
{
  g_auto (Fixture) f = { 0 };

  set_up (&f, "# a jumper\nunplug 1\njumper 1 on\nplug 1\nbutton 1\n");
  run_for (&f, PATIENCE_MS);
  g_assert_true (hs_hands_are_done (f.hands));
  g_assert_cmpstr (hs_hands_get_complaint (f.hands), ==, NULL);
  g_assert_cmpint (get_mode (&f), ==, HS_MODE_ROM);
  g_assert_true (hs_sim_bus_get_jumper (f.bus, 0));
  g_assert_cmpuint (hs_sim_camera_get_n_presses (hs_sim_bus_get_camera (f.bus, 0)), ==, 1);
}

/* Nothing moves before the guide is there; a step that is reached already is not waited for. */
static void
test_steps (void)
{
  g_auto (Fixture) f = { 0 };

  set_up (&f, "step set-jumper\njumper 1 on\nstep plug\nstep plug\nunplug 1\nplug 1\nstep end\n");
  run_for (&f, 100);
  g_assert_false (hs_sim_bus_get_jumper (f.bus, 0));
  hs_hands_note_step (f.hands, "look");
  run_for (&f, 100);
  g_assert_false (hs_sim_bus_get_jumper (f.bus, 0));
  hs_hands_note_step (f.hands, "set-jumper");
  run_for (&f, 200);
  g_assert_true (hs_sim_bus_get_jumper (f.bus, 0));
  g_assert_cmpint (get_mode (&f), ==, HS_MODE_UNKNOWN);
  hs_hands_note_step (f.hands, "plug");
  run_for (&f, 300);
  g_assert_cmpint (get_mode (&f), ==, HS_MODE_ROM);
  g_assert_false (hs_hands_are_done (f.hands));
  hs_hands_note_step (f.hands, NULL);
  run_for (&f, 50);
  g_assert_false (hs_hands_are_done (f.hands));
  hs_hands_note_step (f.hands, "end");
  run_for (&f, PATIENCE_MS);
  g_assert_true (hs_hands_are_done (f.hands));
  g_assert_cmpstr (hs_hands_get_complaint (f.hands), ==, NULL);
}

static void
test_complaints (void)
{
  static const char *const lines[] = {
    "jumper", "jumper 1", "jumper 2 on", "jumper 1 maybe", "button 7", "button",
    "step",   "retry",    "scan 4711",   "dance",          "plug 0",   "fault 1 no_such 1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_auto (Fixture) f = { 0 };

    g_test_message ("%s", lines[i]);
    set_up (&f, lines[i]);
    run_for (&f, PATIENCE_MS);
    g_assert_nonnull (hs_hands_get_complaint (f.hands));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hands/moves", test_moves);
  g_test_add_func ("/hands/steps", test_steps);
  g_test_add_func ("/hands/complaints", test_complaints);
  return g_test_run ();
}
