/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/own-dirs.h"
#include "tests/window-tree.h"
#include "ui/cloud-window.h"
#include "ui/debug-window.h"

static const char *const one_board[] = { "--boards", "OPENMV4", NULL };

/* Options, what stands in the way, the diff, the files, and all of it taken back. */
static void
test_debug (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window, *dialog;
  g_autofree char *path = g_build_filename (self->root, ".vscode", "launch.json", NULL);
  g_autofree char *text = NULL;

  hs_debug_window_open (self->session.session, NULL, self->root, "OPENMV4");
  window = newest_window ();
  wait_for_label (window, "There is no build of OPENMV4 to debug yet.");
  assert_named (window);
  g_assert_nonnull (find_button (window, "Start Debugger in a Terminal"));

  press (window, "Write…");
  while (newest_window () == window)
    spin_for (20);
  dialog = newest_window ();
  wait_for_label (dialog, "3 files · ");
  press (dialog, "_Write 3 Files");
  wait_until_closed (dialog);
  wait_for_label (window, "Written");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "\"Hotshoe: OPENMV4, J-Link\""));
  press (window, "Undo");
  wait_for_label (window, "Undone: every file is as it was");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  spin_for (300);
  assert_goes (window);
}

/* A server that this board can't have is said in place of the pitfalls. */
static void
test_refused (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window;

  hs_debug_window_open (self->session.session, NULL, self->root, "OPENMV4");
  window = newest_window ();
  wait_for_label (window, "There is no build of OPENMV4 to debug yet.");
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_shown (window, ADW_TYPE_COMBO_ROW, 0)), 1);
  wait_for_label (window, "Not offered.");
  g_assert_false (gtk_widget_is_sensitive (find_button (window, "Write…")));
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_shown (window, ADW_TYPE_COMBO_ROW, 0)), 2);
  wait_for_label (window, "There is no build of OPENMV4 to debug yet.");
  assert_named (window);
  assert_goes (window);
}

static void
test_cloud (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window, *row, *button;

  hs_cloud_window_open (self->session.session, NULL, self->root, "OPENMV4");
  window = newest_window ();
  wait_for_label (window, "Step by step");
  assert_named (window);
  wait_for_label (window, "Enable Actions");
  row = find_shown (window, ADW_TYPE_ENTRY_ROW, 0);
  button = find_button (window, "Open Page");
  g_assert_true (gtk_widget_is_sensitive (button)); /* the fork of the project itself */
  gtk_editable_set_text (GTK_EDITABLE (row), "me/openmv");
  spin_for (50);
  g_assert_true (gtk_widget_is_sensitive (button));
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
  add ("/debug-pages/debug", test_debug);
  add ("/debug-pages/refused", test_refused);
  add ("/debug-pages/cloud", test_cloud);
  status = g_test_run ();
  remove_folder (home);
  return status;
}
