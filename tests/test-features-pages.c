/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/own-dirs.h"
#include "tests/window-tree.h"
#include "ui/features-window.h"
#include "ui/memory-window.h"
#include "ui/models-window.h"

#define IMLIB  "boards/OPENMV4/imlib_config.h"
#define HEADER "boards/OPENMV4/board_config.h"

static const char *const one_board[] = { "--boards", "OPENMV4", NULL };

typedef void (*Opener) (HsSession *, GtkWindow *, const char *, const char *);

static GtkWidget *
open_window (TreeFixture *self, Opener opener, const char *first)
{
  GtkWidget *window;

  opener (self->session.session, NULL, self->root, "OPENMV4");
  window = newest_window ();
  wait_for_label (window, "Reading the firmware tree…");
  wait_for_label (window, first);
  assert_named (window);
  g_assert_cmpuint (walk_by_keyboard (window), >, 2);
  return window;
}

/* Writes what the dialog shows. */
static void
write_changes (GtkWidget *window)
{
  GtkWidget *dialog;

  press (window, "Changes…");
  while (newest_window () == window)
    spin_for (20);
  dialog = newest_window ();
  wait_for_label (dialog, "1 file · ");
  assert_named (dialog);
  press (dialog, "_Write 1 File");
  wait_until_closed (dialog);
  wait_for_label (window, "Written");
}

/* Switched, looked at, written, and taken back byte for byte. */
static void
test_features (TreeFixture *self, gconstpointer data)
{
  g_autofree char *before = tree_fixture_read (self, IMLIB);
  g_autofree char *written = NULL;
  g_autofree char *after = NULL;
  GtkWidget *window = open_window (self, hs_features_window_open, "Nothing is switched yet.");
  GtkWidget *button = find_shown (window, GTK_TYPE_SWITCH, 0);

  g_assert_false (gtk_widget_is_sensitive (find_button (window, "Changes…")));
  gtk_switch_set_active (GTK_SWITCH (button), FALSE);
  wait_for_label (window, "1 switched.");
  press (window, "As They Were");
  wait_for_label (window, "Nothing is switched yet.");
  gtk_switch_set_active (GTK_SWITCH (button), FALSE);
  write_changes (window);
  written = tree_fixture_read (self, IMLIB);
  g_assert_cmpstr (written, !=, before);
  wait_for_label (window, "Nothing is switched yet.");
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (find_shown (window, GTK_TYPE_SWITCH, 0))));

  press (window, "Undo");
  wait_for_label (window, "Undone: every file is as it was");
  after = tree_fixture_read (self, IMLIB);
  g_assert_cmpstr (after, ==, before);
  spin_for (300);
  assert_goes (window);
}

static void
test_search (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window = open_window (self, hs_features_window_open, "Nothing is switched yet.");
  GtkWidget *search = find_shown (window, GTK_TYPE_SEARCH_ENTRY, 0);

  wait_for_label (window, "IMLIB_ENABLE_QRCODES");
  gtk_editable_set_text (GTK_EDITABLE (search), "apriltag");
  wait_for_label (window, "IMLIB_ENABLE_APRILTAGS");
  spin_for (300);
  g_assert_null (find_label (window, "IMLIB_ENABLE_QRCODES"));
  gtk_editable_set_text (GTK_EDITABLE (search), "zzzz");
  wait_for_label (window, "No feature has this in its name.");
  assert_goes (window);
}

/* Closed before anything is written: the tree is as it was. */
static void
test_not_written (TreeFixture *self, gconstpointer data)
{
  g_autofree char *before = tree_fixture_read (self, IMLIB);
  g_autofree char *after = NULL;
  GtkWidget *window = open_window (self, hs_features_window_open, "Nothing is switched yet.");
  GtkWidget *dialog;

  gtk_switch_set_active (GTK_SWITCH (find_shown (window, GTK_TYPE_SWITCH, 0)), FALSE);
  press (window, "Changes…");
  while (newest_window () == window)
    spin_for (20);
  dialog = newest_window ();
  wait_for_label (dialog, "1 file · ");
  gtk_widget_activate_action (dialog, "window.close", NULL);
  wait_until_closed (dialog);
  after = tree_fixture_read (self, IMLIB);
  g_assert_cmpstr (after, ==, before);
  wait_for_label (window, "1 switched.");
  assert_goes (window);
}

/* Somebody was faster: nothing is written, and that is said where it happened. */
static void
test_changed_meanwhile (TreeFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->root, IMLIB, NULL);
  g_autofree char *after = NULL;
  GtkWidget *window = open_window (self, hs_features_window_open, "Nothing is switched yet.");
  GtkWidget *dialog;

  gtk_switch_set_active (GTK_SWITCH (find_shown (window, GTK_TYPE_SWITCH, 0)), FALSE);
  press (window, "Changes…");
  while (newest_window () == window)
    spin_for (20);
  dialog = newest_window ();
  wait_for_label (dialog, "1 file · ");
  g_assert_true (g_file_set_contents (path, "// somebody's\n", -1, NULL));
  press (dialog, "_Write 1 File");
  while (find_button (dialog, "Details") == NULL)
    spin_for (20);
  after = tree_fixture_read (self, IMLIB);
  g_assert_cmpstr (after, ==, "// somebody's\n");
  gtk_window_destroy (GTK_WINDOW (dialog));
  assert_goes (window);
}

static GtkWidget *
widest_spin (GtkWidget *window, guint *nth)
{
  GtkWidget *best = NULL;
  double most = 0;

  for (guint i = 0; find_shown (window, GTK_TYPE_SPIN_BUTTON, i) != NULL; i++) {
    GtkWidget *spin = find_shown (window, GTK_TYPE_SPIN_BUTTON, i);
    double value = gtk_spin_button_get_value (GTK_SPIN_BUTTON (spin));

    if (value > most) {
      most = value;
      best = spin;
      *nth = i;
    }
  }
  return best;
}

static void
test_memory (TreeFixture *self, gconstpointer data)
{
  g_autofree char *before = tree_fixture_read (self, HEADER);
  g_autofree char *written = NULL;
  GtkWidget *window = open_window (self, hs_memory_window_open, "Nothing is changed yet.");
  guint nth = 0;
  GtkWidget *spin = widest_spin (window, &nth);
  double value;

  g_assert_nonnull (spin);
  value = gtk_spin_button_get_value (GTK_SPIN_BUTTON (spin));
  gtk_spin_button_spin (GTK_SPIN_BUTTON (spin), GTK_SPIN_END, 0);
  wait_for_label (window, "1 region has less room than its blocks take.");
  g_assert_false (gtk_widget_is_sensitive (find_button (window, "Changes…")));
  press (window, "As It Was");
  wait_for_label (window, "Nothing is changed yet.");
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (spin)), ==, value);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value - 32);
  wait_for_label (window, "1 block is another size.");
  write_changes (window);
  written = tree_fixture_read (self, HEADER);
  g_assert_cmpstr (written, !=, before);
  wait_for_label (window, "Nothing is changed yet.");
  spin = find_shown (window, GTK_TYPE_SPIN_BUTTON, nth);
  g_assert_cmpfloat (gtk_spin_button_get_value (GTK_SPIN_BUTTON (spin)), ==, value - 32);
  assert_goes (window);
}

static void
test_models (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window = open_window (self, hs_models_window_open, "/rom/");
  GtkWidget *dialog;

  wait_for_label (window, "romfs0.img");
  g_assert_nonnull (find_button (window, "Add…"));
  press (window, "Remove…");
  while (newest_window () == window)
    spin_for (20);
  dialog = newest_window ();
  wait_for_label (dialog, "1 file · ");
  press (dialog, "_Write 1 File");
  wait_until_closed (dialog);
  wait_for_label (window, "Written");
  press (window, "Undo");
  wait_for_label (window, "Undone");
  spin_for (300);
  assert_goes (window);
}

/* No tree there: said in its place, and tried again. */
static void
test_no_tree (TreeFixture *self, gconstpointer data)
{
  static const Opener openers[] = { hs_features_window_open,
                                    hs_memory_window_open,
                                    hs_models_window_open };

  for (guint i = 0; i < G_N_ELEMENTS (openers); i++) {
    GtkWidget *window;

    openers[i](self->session.session, NULL, self->folder, "OPENMV4");
    window = newest_window ();
    wait_for_label (window, "No firmware tree.");
    assert_named (window);
    press (window, "Try Again");
    wait_for_label (window, "No firmware tree.");
    assert_goes (window);
  }
}

/* It goes while it still reads. */
static void
test_gone_early (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window;

  hs_features_window_open (self->session.session, NULL, self->root, "OPENMV4");
  window = newest_window ();
  assert_goes (window);
}

static void
add (const char *path, void (*test) (TreeFixture *, gconstpointer))
{
  g_test_add (path, TreeFixture, one_board, tree_fixture_set_up, test, tree_fixture_tear_down);
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = own_dirs_make ();
  int status;

  window_test_init (&argc, &argv);
  add ("/features-pages/features", test_features);
  add ("/features-pages/search", test_search);
  add ("/features-pages/not-written", test_not_written);
  add ("/features-pages/changed-meanwhile", test_changed_meanwhile);
  add ("/features-pages/memory", test_memory);
  add ("/features-pages/models", test_models);
  add ("/features-pages/no-tree", test_no_tree);
  add ("/features-pages/gone-early", test_gone_early);
  status = g_test_run ();
  remove_folder (home);
  return status;
}
