/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/romfs.h"
#include "tests/session-fixture.h"
#include "ui/romfs-window.h"

#include <string.h>

static char *
write_image (SessionFixture *self, guint n_files)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GBytes) image = NULL;
  char *path = g_build_filename (self->folder, "test.img", NULL);

  for (guint i = 0; i < n_files; i++) {
    g_autofree char *name = g_strdup_printf ("file-%03u.%s", i, i == 1 ? "py" : "bin");
    g_autoptr (GBytes) bytes = g_bytes_new (name, strlen (name));

    g_assert_true (hs_romfs_add (romfs, name, bytes, 0, NULL, NULL));
  }
  image = hs_romfs_pack (romfs, 0, NULL);
  g_assert_true (
      g_file_set_contents (path, g_bytes_get_data (image, NULL), g_bytes_get_size (image), NULL));
  return path;
}

static GtkWindow *
newest_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (g_str_equal (G_OBJECT_TYPE_NAME (window), "HsRomfsWindow"))
      return window;
  }
  return NULL;
}

static GtkWindow *
open_window (SessionFixture *self, const char *path)
{
  GtkWindow *window;

  hs_romfs_window_open (self->session, NULL, path);
  window = newest_window ();
  g_assert_nonnull (window);
  return window;
}

static void
press (GtkWindow *window, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (window), action, NULL);
}

static void
assert_closes (GtkWindow *window)
{
  gpointer weak = window;

  g_object_add_weak_pointer (weak, &weak);
  gtk_window_destroy (window);
  spin_for (50);
  g_assert_null (weak);
}

static GtkWidget *
find_view (GtkWidget *widget)
{
  if (GTK_IS_COLUMN_VIEW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_view (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
choose (GtkWindow *window, guint n)
{
  GtkWidget *view = find_view (GTK_WIDGET (window));

  gtk_selection_model_select_item (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)), n, TRUE);
}

/* As the program has it; HOTSHOE_TEST_SHOTS names a folder for pictures to be looked at. */
static void
use_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/io/github/hotshoe/Hotshoe/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
shoot (GtkWindow *window, const char *name)
{
  const char *folder = g_getenv ("HOTSHOE_TEST_SHOTS");
  g_autofree char *path = NULL;
  g_autofree char *file = NULL;
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GtkSnapshot) snapshot = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  int width, height;

  if (folder == NULL)
    return;
  spin_for (300);
  width = gtk_widget_get_width (GTK_WIDGET (window));
  height = gtk_widget_get_height (GTK_WIDGET (window));
  paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  snapshot = gtk_snapshot_new ();
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)), node, NULL);
  file = g_strconcat (name, ".png", NULL);
  path = g_build_filename (folder, file, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static void
test_empty (SessionFixture *self, gconstpointer data)
{
  GtkWindow *window = open_window (self, NULL);

  wait_for_label (GTK_WIDGET (window), "Nothing in it yet");
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), "Save Image…")));
  assert_named (GTK_WIDGET (window));
  shoot (window, "romfs-empty");
  assert_closes (window);
}

static void
test_edit (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = write_image (self, 3);
  GtkWindow *window = open_window (self, path);

  wait_for_label (GTK_WIDGET (window), "3 files");
  wait_for_label (GTK_WIDGET (window), "file-000.bin");
  wait_for_label (GTK_WIDGET (window), "test.img");
  assert_named (GTK_WIDGET (window));
  choose (window, 1);
  press (window, "romfs.remove");
  wait_for_label (GTK_WIDGET (window), "2 files");
  wait_for_label (GTK_WIDGET (window), "test.img · not saved");
  press (window, "romfs.undo");
  wait_for_label (GTK_WIDGET (window), "3 files");
  press (window, "romfs.undo"); /* nothing more */
  wait_for_label (GTK_WIDGET (window), "file-001.py");
  shoot (window, "romfs-three");

  /* What is changed is asked for before it is lost. */
  choose (window, 0);
  press (window, "romfs.remove");
  gtk_window_close (window);
  spin_for (50);
  g_assert_true (newest_window () == window);
  wait_for_label (GTK_WIDGET (window), "2 files");
  assert_closes (window);
}

static void
test_many (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = write_image (self, 500);
  GtkWindow *window = open_window (self, path);

  wait_for_label (GTK_WIDGET (window), "500 files");
  wait_for_label (GTK_WIDGET (window), "file-000.bin");
  g_assert_null (find_label (GTK_WIDGET (window), "file-499.bin")); /* only what is seen */
  shoot (window, "romfs-many");
  assert_closes (window);
}

static void
test_damaged (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "bad.img", NULL);
  GtkWindow *window;

  g_file_set_contents (path, "\xd2\xcd\x31\x05x", 5, NULL);
  window = open_window (self, path);
  wait_for_label (GTK_WIDGET (window), "Not for ROMFS. The ROMFS image is damaged at byte 0");
  assert_named (GTK_WIDGET (window));
  shoot (window, "romfs-damaged");
  assert_closes (window);
}

/* -- a board of a tree -- */

static void
put (SessionFixture *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->folder, "tree", name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static GtkDropDown *
find_drop_down (GtkWidget *widget)
{
  if (GTK_IS_DROP_DOWN (widget))
    return GTK_DROP_DOWN (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkDropDown *found = find_drop_down (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* What a build puts into it, partition by partition. */
static void
test_board (SessionFixture *self, gconstpointer data)
{
  g_autofree char *root = g_build_filename (self->folder, "tree", NULL);
  GtkWindow *window;
  GtkDropDown *boards;

  put (self,
       "boards/OPENMV_AE3/romfs_config.json",
       "{\"0\": {\"size\": \"0x100\", \"entries\": [{\"type\": \"data\", \"path\": "
       "\"{TOP}/data/*\"}]}, \"1\": {\"size\": \"0x80\", \"entries\": [{\"type\": \"data\", "
       "\"path\": \"{TOP}/data/b.txt\"}]}}");
  put (self, "boards/OPENMV_AE3/board_config.mk", "MCU=AE302F\nCPU=cortex-m55\nPORT=alif\n");
  put (self, "boards/OPENMV_AE3/board_config.h", "#define OMV_BOARD_ARCH \"X\"\n");
  put (self, "boards/OPENMV_AE3/manifest.py", "");
  put (self, "ports/alif/alif.mk", "");
  put (self, "Makefile", "all:\n");
  put (self, "protocol/omv_protocol.h", "");
  put (self, "tools/mkromfs.py", "");
  put (self, "data/a.txt", "a");
  put (self, "data/b.txt", "b");
  hs_romfs_window_open_board (self->session, NULL, root, "OPENMV_AE3");
  window = newest_window ();
  wait_for_label (GTK_WIDGET (window), "2 files");
  wait_for_label (GTK_WIDGET (window), "a.txt");
  g_assert_nonnull (find_label (GTK_WIDGET (window), "2 files · 53 bytes of 256 bytes"));
  assert_named (GTK_WIDGET (window));
  shoot (window, "romfs-board");

  boards = find_drop_down (GTK_WIDGET (window));
  gtk_drop_down_set_selected (boards, gtk_drop_down_get_selected (boards) + 1);
  wait_for_label (GTK_WIDGET (window), "1 file · ");
  g_assert_nonnull (find_label (GTK_WIDGET (window), "b.txt"));
  assert_closes (window);
}

/* A new camera has nothing there, or what it was made with: it is read over its bootloader. */
static void
test_camera (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  GtkWindow *window = open_window (self, NULL);
  HsSlot *slot = g_ptr_array_index (slots, 0);

  gtk_widget_activate_action (GTK_WIDGET (window), "romfs.read", "s", hs_slot_get_port (slot));
  wait_for_label (GTK_WIDGET (window), "ROMFS of ");
  assert_named (GTK_WIDGET (window));
  shoot (window, "romfs-camera");
  assert_closes (window);
}

#define ADD(path, cameras, test)                                                                   \
  g_test_add (                                                                                     \
      path, SessionFixture, cameras, session_fixture_set_up, test, session_fixture_tear_down)

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  use_style ();
  ADD ("/romfs-window/empty", "OPENMV4", test_empty);
  ADD ("/romfs-window/edit", "OPENMV4", test_edit);
  ADD ("/romfs-window/many", "OPENMV4", test_many);
  ADD ("/romfs-window/damaged", "OPENMV4", test_damaged);
  ADD ("/romfs-window/board", "OPENMV4", test_board);
  ADD ("/romfs-window/camera", "OPENMV4", test_camera);
  return g_test_run ();
}
