/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/own-dirs.h"
#include "tests/window-tree.h"
#include "ui/boot-window.h"
#include "ui/freeze-wizard.h"
#include "ui/readiness-note.h"
#include "ui/readiness-window.h"
#include "ui/wizard.h"

#define MANIFEST "boards/OPENMV4/manifest.py"

static const char *const one_board[] = { "--boards", "OPENMV4", NULL };
static const char *const two_boards[] = { "--boards", "OPENMV1,OPENMV4", NULL };
static const char *const no_compiler[] = { "--boards", "OPENMV4", "--no-mpy-cross", NULL };

static void
assert_reachable (GtkWidget *window)
{
  assert_named (window);
  g_assert_cmpuint (walk_by_keyboard (window), >, 1);
}

static GtkWidget *
open_wizard (TreeFixture *self, const char *target)
{
  GtkWidget *wizard;

  hs_freeze_wizard_open (self->session.session, NULL, self->root, target);
  wizard = newest_window ();
  wait_for_label (wizard, target != NULL ? "What goes into the firmware?" : "For which board?");
  return wizard;
}

static void
take (GtkWidget *wizard, const char *path)
{
  const char *const paths[] = { path, NULL };

  while (hs_freeze_draft_is_busy (hs_freeze_wizard_get_draft (GTK_WINDOW (wizard))))
    spin_for (20);
  hs_freeze_draft_take_files (hs_freeze_wizard_get_draft (GTK_WINDOW (wizard)), paths);
  spin_for (100);
}

/* Looked at, written, looked at from two sides, and taken back byte for byte. */
static void
test_whole (TreeFixture *self, gconstpointer data)
{
  g_autofree char *before = tree_fixture_read (self, MANIFEST);
  g_autofree char *main = tree_fixture_write (
      self, "app/main.py", "import gate.net\n\nwhile True:\n    gate.net.step()\n");
  g_autofree char *init = tree_fixture_write (self, "app/gate/__init__.py", "");
  g_autofree char *net =
      tree_fixture_write (self, "app/gate/net.py", "def step():\n    return 1\n");
  g_autofree char *package = g_path_get_dirname (net);
  g_autofree char *copy = g_build_filename (self->root, "scripts/libraries/main.py", NULL);
  g_autofree char *written = NULL;
  g_autofree char *after = NULL;
  GtkWidget *wizard = open_wizard (self, "OPENMV4");

  g_assert_false (gtk_widget_is_sensitive (find_button (wizard, "_Next")));
  take (wizard, main);
  wait_for_label (wizard, main);
  take (wizard, package);
  wait_for_label (wizard, "gate");
  assert_reachable (wizard);
  press (wizard, "_Next");
  wait_for_label (wizard, "Frozen into it");
  wait_for_label (wizard, "main.py");
  wait_for_label (wizard, "gate/net.py");
  assert_reachable (wizard);
  press (wizard, "_Next");
  wait_for_label (wizard, "Changes");
  while (hs_wizard_page_get_look (hs_wizard_get_page (HS_WIZARD (wizard)))->verb == NULL)
    spin_for (20);
  spin_for (400);
  assert_reachable (wizard);
  g_assert_cmpstr (hs_wizard_page_get_look (hs_wizard_get_page (HS_WIZARD (wizard)))->verb,
                   ==,
                   "_Write 4 Files");
  press (wizard, "_Write 4 Files");
  wait_for_label (wizard, "Written to the firmware tree");
  spin_for (400);
  assert_reachable (wizard);
  written = tree_fixture_read (self, MANIFEST);
  g_assert_cmpstr (written, !=, before);
  g_assert_true (g_file_test (copy, G_FILE_TEST_IS_REGULAR));

  press (wizard, "Undo");
  wait_for_label (wizard, "Undone");
  after = tree_fixture_read (self, MANIFEST);
  g_assert_cmpstr (after, ==, before);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  assert_goes (wizard);
}

static void
freeze (TreeFixture *self, const char *source, gboolean anyway)
{
  g_autofree char *main = tree_fixture_write (self, "app/main.py", source);
  GtkWidget *wizard = open_wizard (self, "OPENMV4");

  take (wizard, main);
  wait_for_label (wizard, main);
  press (wizard, "_Next");
  wait_for_label (wizard, "Frozen into it");
  press (wizard, "_Next");
  spin_for (400);
  if (anyway) {
    GtkWidget *check = find_shown (wizard, GTK_TYPE_CHECK_BUTTON, 0);

    g_assert_nonnull (check);
    g_assert_false (gtk_widget_is_sensitive (find_button (wizard, "_Write 2 Files")));
    gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  }
  press (wizard, "_Write 2 Files");
  wait_for_label (wizard, "Written to the firmware tree");
  gtk_window_destroy (GTK_WINDOW (wizard));
  spin_for (100);
}

/* What was frozen before stands there again. */
static void
test_prefilled (TreeFixture *self, gconstpointer data)
{
  GtkWidget *wizard;

  freeze (self, "import time\n\nwhile True:\n    time.sleep(1)\n", FALSE);
  wizard = open_wizard (self, "OPENMV4");
  wait_for_label (wizard, "This is what Hotshoe froze here before.");
  g_assert_nonnull (
      hs_freeze_draft_get_wish (hs_freeze_wizard_get_draft (GTK_WINDOW (wizard)))->main);
  press (wizard, "_Next");
  wait_for_label (wizard, "Frozen into it");
  press (wizard, "_Next");
  wait_for_label (wizard, "No file would change");
  press (wizard, "_Next");
  wait_for_label (wizard, "Nothing had to be written");
  assert_goes (wizard);
}

/* A syntax error forbids nothing, but takes a word of its own. */
static void
test_anyway (TreeFixture *self, gconstpointer data)
{
  freeze (self, "while True\n    pass\n", TRUE);
}

/* Without mpy-cross it says what it does not know. */
static void
test_unchecked (TreeFixture *self, gconstpointer data)
{
  g_autofree char *main = tree_fixture_write (self, "app/main.py", "import time\n");
  GtkWidget *wizard = open_wizard (self, "OPENMV4");

  take (wizard, main);
  wait_for_label (wizard, main);
  press (wizard, "_Next");
  wait_for_label (wizard, "Not checked: there is no mpy-cross");
  assert_goes (wizard);
}

/* What fits nowhere is refused with a sentence. */
static void
test_refused (TreeFixture *self, gconstpointer data)
{
  g_autofree char *text = tree_fixture_write (self, "app/notes.txt", "hello\n");
  GtkWidget *wizard = open_wizard (self, "OPENMV4");
  HsFreezeDraft *draft = hs_freeze_wizard_get_draft (GTK_WINDOW (wizard));

  take (wizard, text);
  wait_for_label (wizard, "notes.txt is no Python source");
  g_assert_true (hs_freeze_draft_is_empty (draft));
  assert_goes (wizard);
}

/* A board that can't be built can't be chosen, and says why. */
static void
test_boards (TreeFixture *self, gconstpointer data)
{
  GtkWidget *wizard = open_wizard (self, NULL);

  wait_for_label (wizard, "OPENMV1");
  assert_reachable (wizard);
  g_assert_false (gtk_widget_is_sensitive (find_button (wizard, "_Next")));
  g_assert_false (gtk_widget_is_sensitive (find_label (wizard, "OPENMV1")));
  hs_freeze_draft_set_target (hs_freeze_wizard_get_draft (GTK_WINDOW (wizard)), "OPENMV4");
  press (wizard, "_Next");
  wait_for_label (wizard, "What goes into the firmware?");
  assert_goes (wizard);
}

static void
test_require (TreeFixture *self, gconstpointer data)
{
  GtkWidget *wizard = open_wizard (self, "OPENMV4");
  HsFreezeDraft *draft = hs_freeze_wizard_get_draft (GTK_WINDOW (wizard));
  GtkWidget *entry;

  while (hs_freeze_draft_is_busy (draft))
    spin_for (20);
  entry = find_shown (wizard, ADW_TYPE_ENTRY_ROW, 0);
  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), "logg");
  press (wizard, "logging");
  wait_for_label (wizard, "frozen from micropython-lib");
  g_assert_false (hs_freeze_draft_is_empty (draft));
  press (wizard, "Leave Out");
  spin_for (50);
  g_assert_true (hs_freeze_draft_is_empty (draft));
  assert_goes (wizard);
}

static void
test_boot (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window;

  freeze (self, "import time\n\nwhile True:\n    time.sleep(1)\n", FALSE);
  hs_boot_window_open (self->session.session, NULL, self->root, "OPENMV4");
  window = newest_window ();
  wait_for_label (window, "The frozen main.py starts by itself");
  wait_for_label (window, "your application");
  assert_reachable (window);
  gtk_editable_set_text (GTK_EDITABLE (find_shown (window, GTK_TYPE_ENTRY, 0)), "time");
  wait_for_label (window, "1. ");
  assert_goes (window);
}

static void
test_readiness (TreeFixture *self, gconstpointer data)
{
  GtkWidget *window;

  freeze (self, "import time\n\nwhile True:\n    time.sleep(1)\n", FALSE);
  hs_readiness_window_open (self->session.session, NULL, self->root, "OPENMV4");
  window = newest_window ();
  wait_for_label (window, "not found");
  wait_for_label (window, "not asked for");
  assert_reachable (window);
  gtk_switch_set_active (GTK_SWITCH (find_shown (window, GTK_TYPE_SWITCH, 0)), TRUE);
  g_assert_true (hs_readiness_get_closed (self->root, "OPENMV4"));
  spin_for (500);
  gtk_switch_set_active (GTK_SWITCH (find_shown (window, GTK_TYPE_SWITCH, 0)), FALSE);
  g_assert_false (hs_readiness_get_closed (self->root, "OPENMV4"));
  assert_goes (window);
}

/* No tree there: said in its place, and tried again. */
static void
test_no_tree (TreeFixture *self, gconstpointer data)
{
  GtkWidget *wizard;

  hs_freeze_wizard_open (self->session.session, NULL, self->folder, "OPENMV4");
  wizard = newest_window ();
  wait_for_label (wizard, "No firmware tree.");
  assert_reachable (wizard);
  press (wizard, "_Try Again");
  wait_for_label (wizard, "No firmware tree.");
  assert_goes (wizard);
}

/* It goes while python still resolves. */
static void
test_gone_early (TreeFixture *self, gconstpointer data)
{
  g_autofree char *main = tree_fixture_write (self, "app/main.py", "import time\n");
  GtkWidget *wizard = open_wizard (self, "OPENMV4");

  take (wizard, main);
  wait_for_label (wizard, main);
  press (wizard, "_Next");
  assert_goes (wizard);
}

static void
add (const char *path, const char *const *options, void (*test) (TreeFixture *, gconstpointer))
{
  g_test_add (path, TreeFixture, options, tree_fixture_set_up, test, tree_fixture_tear_down);
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = own_dirs_make ();
  int status;

  window_test_init (&argc, &argv);
  add ("/freeze-pages/whole", one_board, test_whole);
  add ("/freeze-pages/prefilled", one_board, test_prefilled);
  add ("/freeze-pages/anyway", one_board, test_anyway);
  add ("/freeze-pages/unchecked", no_compiler, test_unchecked);
  add ("/freeze-pages/refused", one_board, test_refused);
  add ("/freeze-pages/boards", two_boards, test_boards);
  add ("/freeze-pages/require", one_board, test_require);
  add ("/freeze-pages/boot", one_board, test_boot);
  add ("/freeze-pages/readiness", one_board, test_readiness);
  add ("/freeze-pages/no-tree", one_board, test_no_tree);
  add ("/freeze-pages/gone-early", one_board, test_gone_early);
  status = g_test_run ();
  remove_folder (home);
  return status;
}
