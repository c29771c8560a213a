/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session-fixture.h"
#include "ui/bench-page.h"
#include "ui/drawing.h"
#include "ui/practice-panel.h"
#include "ui/preferences.h"
#include "ui/releases-page.h"
#include "ui/shortcuts.h"
#include "ui/slot-grid.h"
#include "ui/window.h"

static GtkWidget *
present (GtkWidget *page, int width)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, 640);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static gpointer
find_type (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    gpointer found = find_type (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Every template has all its children, and nobody keeps a page or a window that was closed. */
static void
test_come_and_go (SessionFixture *self, gconstpointer data)
{
  gpointer page = hs_bench_page_new (self->session);
  GtkWidget *parent = present (page, 1068);
  gpointer others[] = { hs_window_new (NULL, self->session),
                        hs_practice_panel_new (GTK_WINDOW (parent), self->session),
                        hs_preferences_new (GTK_WINDOW (parent), self->session) };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    gtk_window_present (others[i]);
    g_object_add_weak_pointer (others[i], &others[i]);
  }
  hs_shortcuts_present (GTK_WINDOW (parent));
  spin_for (300);
  assert_named (page);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    assert_named (others[i]);
    gtk_window_destroy (others[i]);
  }

  g_object_add_weak_pointer (page, &page);
  gtk_window_destroy (GTK_WINDOW (parent));
  spin_for (100);
  g_assert_null (page);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_null (others[i]);
}

/* While the catalog still works on the question of what ran today. */
static void
test_gone_early (SessionFixture *self, gconstpointer data)
{
  gpointer page = hs_bench_page_new (self->session);
  gpointer window = hs_window_new (NULL, self->session);

  g_object_ref_sink (page);
  g_object_add_weak_pointer (page, &page);
  g_object_add_weak_pointer (window, &window);
  g_object_unref (page);
  gtk_window_destroy (window);
  spin_for (100);
  g_assert_null (page);
  g_assert_null (window);
}

static void
assert_grid (HsSlotGrid *grid, guint columns, int least_height)
{
  HsSlotCard *first = hs_slot_grid_get_card (grid, 0);
  guint in_row = 0;
  graphene_rect_t one, other;

  g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (first), GTK_WIDGET (grid), &one));
  for (guint i = 0; i < hs_slot_grid_get_n_cards (grid); i++) {
    GtkWidget *card = GTK_WIDGET (hs_slot_grid_get_card (grid, i));

    g_assert_true (gtk_widget_compute_bounds (card, GTK_WIDGET (grid), &other));
    in_row += other.origin.y == one.origin.y;
    g_assert_cmpfloat (other.size.width, ==, one.size.width);
    g_assert_cmpfloat (
        other.origin.x + other.size.width, <=, gtk_widget_get_width (GTK_WIDGET (grid)));
  }
  g_test_message (
      "card %.0f wide, grid %d", one.size.width, gtk_widget_get_width (GTK_WIDGET (grid)));
  g_assert_cmpuint (in_row, ==, columns);
  g_assert_cmpfloat (one.size.height, >=, least_height);
}

/* How many cards stand beside one another follows from how many there are. */
static void
test_density (SessionFixture *self, gconstpointer data)
{
  static const struct {
    guint n_cameras;
    int width;
    guint columns;
    int least_height;
  } cases[] = {
    { 1, 1068, 1, 200 }, { 2, 1068, 2, 200 }, { 4, 790, 2, 200 },
    { 6, 500, 1, 200 },  { 7, 1068, 4, 100 }, { 7, 830, 3, 100 },
  };
  HsSimBus *bus = hs_session_get_sim_bus (self->session);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    GtkWidget *window;
    HsSlotGrid *grid;

    while (hs_sim_bus_get_n_cameras (bus) < cases[i].n_cameras) {
      g_assert_nonnull (hs_sim_bus_add_camera (bus, "OPENMV4", NULL));
      hs_sim_bus_plug (bus, hs_sim_bus_get_n_cameras (bus) - 1);
    }
    g_ptr_array_unref (wait_for_slots (self->session, cases[i].n_cameras));
    window = present (hs_bench_page_new (self->session), cases[i].width);
    spin_for (200);
    grid = find_type (window, HS_TYPE_SLOT_GRID);
    g_test_message ("%u cameras, %d pixels", cases[i].n_cameras, cases[i].width);
    assert_grid (grid, cases[i].columns, cases[i].least_height);
    gtk_window_destroy (GTK_WINDOW (window));
  }
}

/* A camera that goes and comes back finds the same card: nobody's focus jumps. */
static void
test_unplugged (SessionFixture *self, gconstpointer data)
{
  HsSimBus *bus = hs_session_get_sim_bus (self->session);
  GtkWidget *window = present (hs_bench_page_new (self->session), 1068);
  HsSlotGrid *grid = find_type (window, HS_TYPE_SLOT_GRID);

  g_ptr_array_unref (wait_for_slots (self->session, 1));
  wait_for_label (window, "OpenMV Cam H7");
  hs_sim_bus_unplug (bus, 0);
  while (find_label (window, "OpenMV Cam H7") != NULL)
    g_main_context_iteration (NULL, TRUE);
  hs_sim_bus_plug (bus, 0);
  wait_for_label (window, "OpenMV Cam H7");
  g_assert_cmpuint (hs_slot_grid_get_n_cards (grid), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_drawing_theme (SessionFixture *self, gconstpointer data)
{
  g_autofree char *light = hs_drawing_apply_theme ("a/*theme*/x/*end*/b", FALSE, FALSE);
  g_autofree char *dark = hs_drawing_apply_theme ("a/*theme*/x/*end*/b", TRUE, FALSE);
  g_autofree char *contrast = hs_drawing_apply_theme ("a/*theme*/x/*end*/b", FALSE, TRUE);
  g_autofree char *plain = hs_drawing_apply_theme ("no marks", TRUE, FALSE);

  g_assert_true (g_str_has_prefix (light, "a.ink{fill:#2e2a38}"));
  g_assert_true (g_str_has_prefix (dark, "a.ink{fill:#f2f0f6}"));
  g_assert_true (g_str_has_prefix (contrast, "a.ink{fill:#000000}"));
  g_assert_true (g_str_has_suffix (dark, "b"));
  g_assert_cmpstr (plain, ==, "no marks");
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
#define ADD(path, func)                                                                            \
  g_test_add (                                                                                     \
      path, SessionFixture, "OPENMV4", session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/bench/come-and-go", test_come_and_go);
  ADD ("/bench/gone-early", test_gone_early);
  ADD ("/bench/density", test_density);
  ADD ("/bench/unplugged", test_unplugged);
  ADD ("/bench/drawing-theme", test_drawing_theme);
#undef ADD
  return g_test_run ();
}
