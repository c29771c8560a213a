/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/guide-poses.h"
#include "ui/guide-window.h"

/* Pictures of every step of every guide, to be looked at:
 *
 *     xvfb-run -s '-screen 0 1280x800x24' guide-shots DIR light|dark WIDTH HEIGHT
 */

typedef struct {
  SessionFixture fixture;
  const char *dir;
  int width;
  int height;
  guint n;
} Shots;

static void
save (Shots *self, GtkWidget *window, const char *name)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int width = gdk_paintable_get_intrinsic_width (paintable);
  int height = gdk_paintable_get_intrinsic_height (paintable);
  g_autofree char *file = g_strdup_printf ("%s.png", name);
  g_autofree char *path = g_build_filename (self->dir, file, NULL);
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderNode *node;

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)),
                                         node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gsk_render_node_unref (node);
  g_assert_true (gdk_texture_save_to_png (texture, path));
  self->n++;
}

static GtkWidget *
show (Shots *self, GtkWindow *window)
{
  gtk_window_set_default_size (window, self->width, self->height);
  gtk_window_present (window);
  spin_for (350);
  return GTK_WIDGET (window);
}

static void
shoot (Shots *self, HsGuide *guide, const char *name)
{
  GtkWindow *window =
      g_object_new (HS_TYPE_GUIDE_WINDOW, NULL); /* not started: it stands where it was put */

  hs_guide_window_show (HS_GUIDE_WINDOW (window), self->fixture.session, guide);
  save (self, show (self, window), name);
  g_clear_object (&guide->session); /* a guide that is not alive stops no job */
  guide->session = g_object_ref (self->fixture.session);
  gtk_window_destroy (window);
}

static void
shoot_steps (Shots *self, const HsGuideTable *table, guint t)
{
  const HsBoard *board = pose_board (table);

  for (guint n = 0; table->steps[n].id != NULL; n++) {
    g_autoptr (HsGuide) guide = pose_new (self->fixture.session, table, board, n);
    g_autofree char *name = g_strdup_printf ("%u-%s-%02u-%s", t, board->id, n, table->steps[n].id);

    shoot (self, guide, name);
    if (table->steps[n].other_drawing != NULL) {
      g_autofree char *other = g_strconcat (name, "-other", NULL);

      hs_guide_set_other (guide, TRUE);
      shoot (self, guide, other);
    }
  }
}

static guint
find_step (const HsGuideTable *table, const char *id)
{
  for (guint n = 0; table->steps[n].id != NULL; n++)
    if (g_str_equal (table->steps[n].id, id))
      return n;
  return 0;
}

static void
shoot_states (Shots *self)
{
  const HsGuideTable *table = hs_guide_nth_table (0);
  const HsBoard *board = pose_board (table);
  guint n = find_step (table, "set-jumper");
  g_autoptr (HsGuide) late = pose_new (self->fixture.session, table, board, n);
  g_autoptr (HsGuide) wrong = pose_new (self->fixture.session, table, board, n);
  g_autoptr (HsGuide) stopped = pose_new (self->fixture.session, table, board, n);
  g_autoptr (HsGuide) asks = pose_new (self->fixture.session, table, board, n);

  pose_late (late);
  shoot (self, late, "state-late");
  pose_sight (wrong, HS_SIGHT_BOOTLOADER, "Bootloader on left 1", NULL);
  pose_sight (wrong, HS_SIGHT_NOTHING, "Nothing on left 1", NULL);
  pose_sight (wrong,
              HS_SIGHT_APP,
              "Firmware on left 1",
              "The firmware started: the jumper is not in place.");
  hs_guide_changed (wrong);
  shoot (self, wrong, "state-surprise");
  pose_problem (stopped, HS_GUIDE_STOPPED);
  shoot (self, stopped, "state-stopped");
  hs_guide_ask (asks,
                HS_GUIDE_WANTS_CONFIRMATION,
                "The boot fuse of this camera is not burnt yet. Without it the camera does not "
                "start from its flash. Burning it can't be undone.");
  shoot (self, asks, "state-confirm");
}

static void
shoot_start (Shots *self, const char *board, const char *name)
{
  GtkWindow *window = hs_guide_window_new_recover (
      NULL, self->fixture.session, hs_board_by_id (board), "1-1", NULL);

  save (self, show (self, window), name);
  gtk_window_destroy (window);
}

/* A real walk in the time of real cameras: work, then the end. */
static void
shoot_walk (Shots *self)
{
  GtkWindow *window = hs_guide_window_new_recover (
      NULL, self->fixture.session, hs_board_by_id ("OPENMV4"), "1-1", NULL);
  HsGuide *guide;

  show (self, window);
  gtk_widget_activate_action (GTK_WIDGET (window), "guide.start", NULL);
  guide = hs_guide_window_get_guide (HS_GUIDE_WINDOW (window));
  g_assert_nonnull (guide);
  while (hs_guide_get_state (guide) != HS_GUIDE_WORKING)
    g_main_context_iteration (NULL, TRUE);
  spin_for (3000);
  save (self, GTK_WIDGET (window), "walk-working");
  while (hs_guide_get_state (guide) < HS_GUIDE_DONE)
    g_main_context_iteration (NULL, TRUE);
  spin_for (300);
  save (self, GTK_WIDGET (window), "walk-end");
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  Shots self = { .dir = argc > 4 ? argv[1] : NULL };
  AdwStyleManager *manager;
  const HsGuideTable *table;

  if (self.dir == NULL || !gtk_init_check ())
    return EXIT_FAILURE;

  self.width = (int) g_ascii_strtoll (argv[3], NULL, 10);
  self.height = (int) g_ascii_strtoll (argv[4], NULL, 10);
  adw_init ();
  g_resources_register (hs_ui_get_resource ());
  window_test_load_style ();
  manager = adw_style_manager_get_default ();
  adw_style_manager_set_color_scheme (manager,
                                      g_str_equal (argv[2], "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                    : ADW_COLOR_SCHEME_FORCE_LIGHT);
  g_mkdir_with_parents (self.dir, 0755);
  session_fixture_set_up (&self.fixture, "!OPENMV4");
  g_ptr_array_unref (wait_for_slots (self.fixture.session, 1));
  for (guint i = 0; (table = hs_guide_nth_table (i)) != NULL; i++)
    shoot_steps (&self, table, i);
  shoot_states (&self);
  shoot_start (&self, "OPENMV4", "start");
  shoot_start (&self, "ARDUINO_PORTENTA_H7", "start-not-offered");
  shoot_walk (&self);
  session_fixture_tear_down (&self.fixture, NULL);
  g_print ("%u pictures\n", self.n);
  return EXIT_SUCCESS;
}
