/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"
#include "tests/edit-tree.h"
#include "tests/own-dirs.h"
#include "tests/session-fixture.h"
#include "tests/window-fixture.h"
#include "ui/edits-window.h"
#include "ui/firmware-window.h"
#include "ui/freeze-wizard.h"

static GtkWindow *
newest_window (void)
{
  g_autoptr (GListModel) windows = g_object_ref (gtk_window_get_toplevels ());

  return g_list_model_get_item (windows, 0); /* the list owns it */
}

static void
fill_tree (const char *root)
{
  put (root, "Makefile", "build/$(TARGET)\n", 0644);
  put (root, "SDK_VERSION", "9.9.9\n", 0644);
  put (root,
       "boards/OPENMV4/board_config.mk",
       "MCU=STM32H743xx\nPORT=stm32\nOMV_ENABLE_BL=1\n",
       0644);
  put (root,
       "boards/OPENMV4/board_config.h",
       "#define OMV_FLASH_TXT_ORIGIN 0\n#define OMV_FLASH_TXT_LENGTH 1664K\n"
       "#define OMV_ROMFS_PART0_LENGTH 128K\n",
       0644);
  put (root, "boards/OPENMV4/manifest.py", "freeze(\"a\")\n", 0644);
  put (root, "boards/OPENMV1/board_config.mk", "PORT=stm32\n$(error \"gone for good\")\n", 0644);
  put (root,
       "ports/stm32/stm.ld.S",
       "MEMORY\n{\n  FLASH_TEXT (rx) : ORIGIN = OMV_FLASH_TXT_ORIGIN, LENGTH = "
       "OMV_FLASH_TXT_LENGTH\n}\n",
       0644);
}

static GtkWindow *
open_window (SessionFixture *fixture)
{
  GtkWindow *window;

  hs_firmware_window_open (fixture->session, NULL);
  window = newest_window ();
  spin_for (50);
  return window;
}

static void
close_window (GtkWindow *window)
{
  gtk_window_destroy (window);
  spin_for (50);
}

static void
test_empty (SessionFixture *fixture, gconstpointer data)
{
  GtkWindow *window = open_window (fixture);

  wait_for_label (GTK_WIDGET (window), "No firmware tree yet");
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Add a Folder…"));
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Clone One…"));
  assert_named (GTK_WIDGET (window));
  close_window (window);
}

static void
test_tree (SessionFixture *fixture, gconstpointer data)
{
  g_autofree char *root = make_tree ();
  g_autofree char *name = g_path_get_basename (root);
  GtkWindow *window;

  fill_tree (root);
  hs_trees_add (root);
  window = open_window (fixture);
  wait_for_label (GTK_WIDGET (window), name);
  wait_for_label (GTK_WIDGET (window), root);
  wait_for_label (GTK_WIDGET (window), "1664 KB");
  wait_for_label (GTK_WIDGET (window), "make sdk");
  wait_for_label (GTK_WIDGET (window), "What a build of OPENMV4 needs");
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Freeze an Application…"));
  assert_named (GTK_WIDGET (window));
  g_assert_cmpuint (walk_by_keyboard (GTK_WIDGET (window)), >, 10);

  /* It is no tree any more: said in its place, and it can go from the list. */
  remove_all (root);
  gtk_widget_activate_action (GTK_WIDGET (window), "firmware.reload", NULL);
  spin_for (300);
  g_assert_null (find_button (GTK_WIDGET (window), "Freeze an Application…"));
  g_assert_nonnull (find_button (GTK_WIDGET (window), "_Remove From List"));
  gtk_widget_activate_action (GTK_WIDGET (window), "firmware.forget", NULL);
  wait_for_label (GTK_WIDGET (window), "No firmware tree yet");
  close_window (window);
}

static void
test_edits (SessionFixture *fixture, gconstpointer data)
{
  g_autofree char *root = make_tree ();
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *text = NULL;
  g_autofree char *path = g_build_filename (root, "boards/OPENMV4/manifest.py", NULL);
  GtkWindow *window;
  GtkWidget *undo;

  fill_tree (root);
  hs_edits_window_open (fixture->session, NULL, root, "OPENMV4");
  window = newest_window ();
  wait_for_label (GTK_WIDGET (window), "Nothing written");

  edit = hs_tree_edit_new (root, "Freeze main.py for OPENMV4");
  hs_tree_edit_set_text (edit, "boards/OPENMV4/manifest.py", "freeze(\"b\")\n");
  g_assert_true (hs_tree_edit_apply (edit, NULL, NULL));
  gtk_widget_activate_action (GTK_WIDGET (window), "tree.reload", NULL);
  wait_for_label (GTK_WIDGET (window), "Freeze main.py for OPENMV4");
  spin_for (200);
  assert_named (GTK_WIDGET (window));
  undo = find_button (GTK_WIDGET (window), "_Undo…");
  g_assert_nonnull (undo);
  g_assert_true (gtk_widget_is_sensitive (undo));

  gtk_widget_activate_action (
      GTK_WIDGET (window), "tree.undo", "s", "00000000-0000-4000-8000-000000000000");
  spin_for (200);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "freeze(\"b\")\n");
  close_window (window);
  remove_all (root);
}

/* As kill -9 leaves it: all is written, and the record says that it is not. */
static void
leave_half (const char *root)
{
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (root, "Freeze main.py for OPENMV4");
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);
  g_autofree char *store =
      g_build_filename (g_get_user_state_dir (), "hotshoe", "tree-edits", digest, NULL);
  g_autofree char *id = NULL;
  g_autofree char *file = NULL;
  g_autofree char *text = NULL;
  char *stage;

  hs_tree_edit_set_text (edit, "boards/OPENMV4/manifest.py", "freeze(\"half\")\n");
  g_assert_true (hs_tree_edit_apply (edit, &id, NULL));
  file = g_build_filename (id, "edit.json", NULL);
  text = get (store, file);
  stage = strstr (text, "\"written\"");
  g_assert_nonnull (stage);
  memcpy (stage, "\"writing\"", strlen ("\"writing\""));
  put (store, file, text, 0600);
  put (store, "busy", id, 0600);
}

/* Every window that opens a tree says that it took an edit back, even if it gets no further. */
static void
test_taken_back (SessionFixture *fixture, gconstpointer data)
{
  static const char said[] = "A change of this tree that broke off was taken back";
  g_autofree char *root = make_tree ();
  g_autofree char *makefile = g_build_filename (root, "Makefile", NULL);
  g_autofree char *text = NULL;
  GtkWindow *window;

  fill_tree (root);
  leave_half (root);
  hs_edits_window_open (fixture->session, NULL, root, "OPENMV4");
  window = newest_window ();
  wait_for_label (GTK_WIDGET (window), said);
  close_window (window);

  leave_half (root);
  hs_freeze_wizard_open (fixture->session, NULL, root, NULL);
  window = newest_window ();
  wait_for_label (GTK_WIDGET (window), said);
  close_window (window);

  leave_half (root);
  hs_trees_add (root);
  g_assert_cmpint (g_unlink (makefile), ==, 0); /* no tree any more */
  window = open_window (fixture);
  wait_for_label (GTK_WIDGET (window), said);
  g_assert_nonnull (find_button (GTK_WIDGET (window), "_Remove From List"));
  gtk_widget_activate_action (GTK_WIDGET (window), "firmware.forget", NULL);
  close_window (window);

  text = get (root, "boards/OPENMV4/manifest.py");
  g_assert_cmpstr (text, ==, "freeze(\"a\")\n");
  forget_edits (root);
  remove_all (root);
}

static void
test_moved (SessionFixture *fixture, gconstpointer data)
{
  g_autofree char *root = make_tree ();
  g_autofree char *moved = g_strconcat (root, "-moved", NULL);
  GtkWindow *window;

  fill_tree (root);
  leave_half (root);
  g_assert_cmpint (g_rename (root, moved), ==, 0);
  hs_trees_add (moved);
  window = open_window (fixture);
  wait_for_label (GTK_WIDGET (window), "A change of this tree broke off when it stood at");
  gtk_widget_activate_action (GTK_WIDGET (window), "firmware.forget", NULL);
  close_window (window);
  forget_edits (root);
  remove_all (moved);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int result;

  window_test_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/firmware-window/" name,                                                            \
              SessionFixture,                                                                      \
              "OPENMV4",                                                                           \
              session_fixture_set_up,                                                              \
              func,                                                                                \
              session_fixture_tear_down)
  ADD ("empty", test_empty);
  ADD ("tree", test_tree);
  ADD ("edits", test_edits);
  ADD ("taken-back", test_taken_back);
  ADD ("moved", test_moved);
  result = g_test_run ();
  remove_all (home);
  return result;
}
