/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session-fixture.h"
#include "ui/places.h"

#include <string.h>

typedef struct {
  char *folder;
  char *catalog;
  char *cameras;
  HsSessionOptions options;
} Place;

static void
place_set_up (Place *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("hotshoe-window-XXXXXX", NULL);
  self->catalog = g_build_filename (self->folder, "catalog.db", NULL);
  self->cameras = g_build_filename (self->folder, "cameras", NULL);
  self->options = (HsSessionOptions){ .simulate = "OPENMV4*2",
                                      .simulate_fast = TRUE,
                                      .simulate_dir = self->cameras,
                                      .catalog = self->catalog,
                                      .practice_builds = TRUE };
}

static void
place_tear_down (Place *self, gconstpointer data)
{
  remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->catalog);
  g_free (self->cameras);
}

static int
run (const HsSessionOptions *options, const char *pictures)
{
  char name[] = "hotshoe";
  char *argv[] = { name, NULL };

  return hs_application_run (NULL, options, pictures, 1, argv);
}

/* The program opens, shows every place, leaves a picture of each, and ends by itself. */
static void
test_pictures (Place *self, gconstpointer data)
{
  g_assert_cmpint (run (&self->options, self->folder), ==, 0);

  for (guint i = 0; i < hs_place_count (); i++) {
    g_autofree char *name = g_strdup_printf ("%s.png", hs_place_nth (i)->id);
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GdkTexture) picture = gdk_texture_new_from_filename (path, &error);

    g_assert_no_error (error);
    g_assert_cmpint (gdk_texture_get_width (picture), >=, 900);
  }
}

static gboolean
look_cb (gpointer data)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
    GtkWidget *quit = find_button (window, "Quit");

    if (quit == NULL || find_label (window, "The catalog is damaged") == NULL)
      continue;
    *(gboolean *) data = TRUE;
    gtk_widget_activate (quit);
    return G_SOURCE_REMOVE;
  }
  return G_SOURCE_CONTINUE;
}

/* A catalog that can't be opened is said in a window with one way out, and left as it is. */
static void
test_no_catalog (Place *self, gconstpointer data)
{
  static const char garbage[] = "this is no catalog, and it must stay as it is";
  g_autofree char *after = NULL;
  gboolean said = FALSE;

  g_assert_true (g_file_set_contents (self->catalog, garbage, -1, NULL));
  g_timeout_add (100, look_cb, &said);
  g_assert_cmpint (run (&self->options, NULL), ==, 0);
  g_assert_true (said);
  g_assert_true (g_file_get_contents (self->catalog, &after, NULL, NULL));
  g_assert_cmpstr (after, ==, garbage);
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);

  g_test_add ("/application/pictures", Place, NULL, place_set_up, test_pictures, place_tear_down);
  g_test_add (
      "/application/no-catalog", Place, NULL, place_set_up, test_no_catalog, place_tear_down);

  return g_test_run ();
}
