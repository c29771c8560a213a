/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session-fixture.h"
#include "ui/boot-window.h"
#include "ui/diff-view.h"
#include "ui/features-window.h"
#include "ui/freeze-wizard.h"
#include "ui/memory-window.h"
#include "ui/models-window.h"
#include "ui/readiness-window.h"
#include "ui/tree-window.h"
#include "ui/wizard.h"

/* Pictures of the pages about one board of a firmware tree, to be looked at:
 *
 *     xvfb-run -s '-screen 0 1280x800x24' freeze-shots DIR light|dark WIDTH HEIGHT TREE TARGET
 * [MAIN]
 *
 * What is written to the tree is taken back. ADW_DEBUG_HIGH_CONTRAST=1 in the environment: in high
 * contrast.
 */

typedef struct {
  SessionFixture fixture;
  const char *dir;
  int width;
  int height;
  const char *tree;
  const char *target;
  const char *main;
} Shots;

static void
save (Shots *self, GtkWidget *window, const char *name)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  int width = gdk_paintable_get_intrinsic_width (paintable);
  int height = gdk_paintable_get_intrinsic_height (paintable);
  g_autofree char *file = g_strdup_printf ("%s.png", name);
  g_autofree char *path = g_build_filename (self->dir, file, NULL);
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderNode *node = NULL;

  for (guint i = 0; node == NULL && i < 50; i++) { /* until there is a frame */
    GtkSnapshot *snapshot = gtk_snapshot_new ();

    spin_for (100);
    gdk_paintable_snapshot (paintable, snapshot, width, height);
    node = gtk_snapshot_free_to_node (snapshot);
  }
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)),
                                         node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gsk_render_node_unref (node);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static GtkWidget *
newest (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GtkWidget) window =
      g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);

  return window;
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_type (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static GtkWidget *
open_and_wait (Shots *self,
               void (*open) (HsSession *, GtkWindow *, const char *, const char *),
               const char *tree)
{
  GtkWidget *window;

  open (self->fixture.session, NULL, tree, self->target);
  window = newest ();
  gtk_window_set_default_size (GTK_WINDOW (window), self->width, self->height);
  spin_for (150);
  for (guint i = 0; i < 100 && HS_IS_TREE_WINDOW (window) &&
                    hs_tree_window_get_result (HS_TREE_WINDOW (window)) == NULL &&
                    find_button (window, "Try Again") == NULL;
       i++)
    spin_for (100);
  spin_for (300);
  return window;
}

static void
shoot_windows (Shots *self)
{
  static const struct {
    const char *name;
    void (*open) (HsSession *, GtkWindow *, const char *, const char *);
  } windows[] = {
    { "features", hs_features_window_open },   { "memory", hs_memory_window_open },
    { "models", hs_models_window_open },       { "boot", hs_boot_window_open },
    { "readiness", hs_readiness_window_open },
  };

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    GtkWidget *window = open_and_wait (self, windows[i].open, self->tree);

    save (self, window, windows[i].name);
    gtk_window_destroy (GTK_WINDOW (window));
  }
}

static void
fill_spins (GtkWidget *widget)
{
  if (GTK_IS_SPIN_BUTTON (widget))
    gtk_spin_button_spin (GTK_SPIN_BUTTON (widget), GTK_SPIN_END, 0);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    fill_spins (child);
}

/* Something is chosen, and looked at. */
static void
shoot_changes (Shots *self)
{
  GtkWidget *window = open_and_wait (self, hs_features_window_open, self->tree);
  GtkWidget *button = find_type (window, GTK_TYPE_SWITCH);

  if (button != NULL) {
    gtk_switch_set_active (GTK_SWITCH (button), !gtk_switch_get_active (GTK_SWITCH (button)));
    spin_for (400);
    save (self, window, "features-changed");
    g_signal_emit_by_name (find_button (window, "Changes…"), "clicked");
    spin_for (1500);
    gtk_window_set_default_size (GTK_WINDOW (newest ()), self->width, self->height);
    spin_for (300);
    save (self, newest (), "edit-dialog");
    if (newest () != window)
      gtk_window_destroy (GTK_WINDOW (newest ()));
  }
  gtk_window_destroy (GTK_WINDOW (window));

  window = open_and_wait (self, hs_memory_window_open, self->tree);
  fill_spins (window);
  spin_for (300);
  save (self, window, "memory-too-much");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
wait_until_complete (HsWizard *wizard)
{
  for (guint i = 0; i < 300 && !hs_wizard_page_get_look (hs_wizard_get_page (wizard))->complete;
       i++)
    spin_for (100);
  spin_for (500);
}

/* What was written, and that it is taken back. */
static void
shoot_result (Shots *self, HsWizard *wizard)
{
  HsWizardPage *changes = hs_wizard_get_page (wizard);

  gtk_widget_activate_action (GTK_WIDGET (wizard), "wizard.next", NULL);
  for (guint i = 0; i < 100 && hs_wizard_get_page (wizard) == changes; i++)
    spin_for (100);
  wait_until_complete (wizard);
  save (self, GTK_WIDGET (wizard), "freeze-5-result");
  if (find_button (GTK_WIDGET (wizard), "Undo") == NULL)
    return;
  g_signal_emit_by_name (find_button (GTK_WIDGET (wizard), "Undo"), "clicked");
  spin_for (1500);
  save (self, GTK_WIDGET (wizard), "freeze-6-undone");
}

static void
shoot_wizard (Shots *self)
{
  static const char *const names[] = { "freeze-2-app", "freeze-3-image", "freeze-4-changes" };
  GtkWidget *window = open_and_wait (self, hs_freeze_wizard_open, self->tree);
  HsWizard *wizard = HS_WIZARD (window);

  spin_for (3000);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    if (i == 0 && self->main != NULL) {
      const char *const paths[] = { self->main, NULL };

      hs_freeze_draft_take_files (hs_freeze_wizard_get_draft (GTK_WINDOW (window)), paths);
      spin_for (500);
    }
    save (self, window, names[i]);
    if (!hs_wizard_page_get_look (hs_wizard_get_page (wizard))->complete)
      break;
    if (i + 1 < G_N_ELEMENTS (names))
      hs_wizard_go_next (wizard);
    wait_until_complete (wizard);
  }
  gtk_widget_activate_action (window, "wizard.back", NULL);
  gtk_widget_activate_action (window, "wizard.back", NULL);
  gtk_widget_activate_action (window, "wizard.back", NULL);
  spin_for (500);
  save (self, window, "freeze-1-board");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    hs_wizard_go_next (wizard);
    wait_until_complete (wizard);
  }
  if (hs_wizard_page_get_look (hs_wizard_get_page (wizard))->complete)
    shoot_result (self, wizard);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Where there is no tree. */
static void
shoot_errors (Shots *self)
{
  GtkWidget *window = open_and_wait (self, hs_features_window_open, "/");

  save (self, window, "error-window");
  gtk_window_destroy (GTK_WINDOW (window));
  window = open_and_wait (self, hs_freeze_wizard_open, "/");
  spin_for (500);
  save (self, window, "error-wizard");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  Shots shots = { .fixture = { NULL } };

  window_test_init (&argc, &argv);
  if (argc < 7)
    return 2;
  shots.dir = argv[1];
  shots.width = (int) g_ascii_strtoll (argv[3], NULL, 10);
  shots.height = (int) g_ascii_strtoll (argv[4], NULL, 10);
  shots.tree = argv[5];
  shots.target = argv[6];
  shots.main = argc > 7 ? argv[7] : NULL;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (argv[2], "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                    : ADW_COLOR_SCHEME_FORCE_LIGHT);
  window_test_load_style ();
  session_fixture_set_up (&shots.fixture, "OPENMV4");
  shoot_windows (&shots);
  shoot_changes (&shots);
  shoot_errors (&shots);
  shoot_wizard (&shots);
  session_fixture_tear_down (&shots.fixture, NULL);
  return 0;
}
