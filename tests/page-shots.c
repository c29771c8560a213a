/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-run.h"
#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"
#include "tests/own-dirs.h"
#include "tests/session-fixture.h"
#include "ui/build-wizard.h"
#include "ui/clone-dialog.h"
#include "ui/cloud-window.h"
#include "ui/debug-window.h"
#include "ui/edits-window.h"
#include "ui/firmware-window.h"
#include "ui/romfs-window.h"
#include "ui/tree-window.h"
#include "ui/window.h"

/* Pictures of builds, firmware trees and what is done with them, to be looked at:
 *
 *     GSETTINGS_BACKEND=memory xvfb-run -s '-screen 0 1280x800x24' \
 *         page-shots DIR light|dark WIDTH HEIGHT TREE TARGET SDK [FACTOR]
 *
 * TREE is one of tests/model-tree/make.py: it is built in. FACTOR: of the text, 1.5 is large.
 * ADW_DEBUG_HIGH_CONTRAST=1 in the environment: in high contrast.
 */

typedef struct {
  SessionFixture fixture;
  const char *dir;
  int width;
  int height;
  const char *tree;
  const char *target;
  const char *sdk;
} Shots;

static GtkWidget *
newest (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr (GtkWidget) window =
      g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);

  return window;
}

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

  if (width > self->width || height > self->height)
    g_printerr ("%s: %d × %d\n", name, width, height);
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

/* As large as the screen, if it would be larger. */
static void
fit (Shots *self, GtkWidget *window)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (window), &width, &height);
  gtk_window_set_default_size (
      GTK_WINDOW (window), MIN (width, self->width), height > 0 ? MIN (height, self->height) : -1);
}

static void
shoot_and_close (Shots *self, const char *name, guint ms)
{
  GtkWidget *window = newest ();

  fit (self, window);
  spin_for (ms);
  save (self, window, name);
  gtk_window_destroy (GTK_WINDOW (window));
  spin_for (50);
}

static GtkWidget *
find_type (GtkWidget *widget, const char *type)
{
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), type) && gtk_widget_get_mapped (widget))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_type (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* More files than a screen has rows, one of them with a long name. */
static void
shoot_full_romfs (Shots *self)
{
  g_autofree char *folder = g_build_filename (self->fixture.folder, "romfs", NULL);

  g_mkdir (folder, 0755);
  for (guint i = 0; i < 300; i++) {
    g_autofree char *name = g_strdup_printf (
        i == 7
            ? "a-network-%03u-whose-name-says-all-that-was-tried-to-make-it-fit-int8-192x192.tflite"
            : "asset-%03u.txt",
        i);
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_file_set_contents (path, name, -1, NULL);
  }
  hs_romfs_window_open (self->fixture.session, NULL, folder);
  shoot_and_close (self, "romfs-many", 2500);
}

static void
shoot_trees (Shots *self)
{
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (self->tree, "Freeze main.py for OPENMV4");
  g_autoptr (HsTreeEdit) more =
      hs_tree_edit_new (self->tree,
                        "Switch find_apriltags, find_datamatrices, find_barcodes and 12 more off "
                        "for OPENMV4 and OPENMV4P");
  g_autofree char *id = NULL;
  g_autofree char *other = NULL;

  hs_firmware_window_open (self->fixture.session, NULL);
  shoot_and_close (self, "trees-none", 300);
  hs_trees_add (self->tree);
  hs_firmware_window_open (self->fixture.session, NULL);
  shoot_and_close (self, "trees-one", 4000);
  hs_trees_add ("/var/lib/somewhere/far/away/with-a-long-name-that-nobody-reads/openmv-not-there");
  hs_firmware_window_open (self->fixture.session, NULL);
  shoot_and_close (self, "trees-gone", 1500);
  hs_trees_remove (
      "/var/lib/somewhere/far/away/with-a-long-name-that-nobody-reads/openmv-not-there");

  hs_edits_window_open (self->fixture.session, NULL, self->tree, self->target);
  shoot_and_close (self, "edits-none", 600);
  hs_tree_edit_set_text (edit, "scripts/main.py", "print(1)\n");
  hs_tree_edit_apply (edit, &id, NULL);
  hs_tree_edit_set_text (more, "scripts/a-rather-long-name-of-a-script.py", "print(2)\n");
  hs_tree_edit_apply (more, &other, NULL);
  hs_edits_window_open (self->fixture.session, NULL, self->tree, self->target);
  shoot_and_close (self, "edits-two", 600);
  hs_tree_edits_undo (self->tree, other, NULL);
  hs_edits_window_open (self->fixture.session, NULL, self->tree, self->target);
  shoot_and_close (self, "edits-undone", 600);
  hs_tree_edits_undo (self->tree, id, NULL);

  hs_clone_dialog_open (self->fixture.session, NULL, NULL, NULL);
  shoot_and_close (self, "clone", 400);
  hs_debug_window_open (self->fixture.session, NULL, self->tree, self->target);
  shoot_and_close (self, "debug", 2500);
  hs_debug_window_open (self->fixture.session, NULL, "/", self->target);
  shoot_and_close (self, "debug-error", 1500);
  hs_cloud_window_open (self->fixture.session, NULL, self->tree, self->target);
  shoot_and_close (self, "cloud", 1500);
  hs_romfs_window_open (self->fixture.session, NULL, NULL);
  shoot_and_close (self, "romfs-empty", 500);
  hs_romfs_window_open_board (self->fixture.session, NULL, self->tree, self->target);
  shoot_and_close (self, "romfs-board", 1500);
  shoot_full_romfs (self);
  shoot_full_romfs (self);
}

static void
shoot_wizard (Shots *self)
{
  static const char *const names[] = { "build-1", "build-2", "build-3", "build-4" };
  GtkWidget *window;

  hs_build_wizard_open (self->fixture.session, NULL, NULL, NULL);
  window = newest ();
  fit (self, window);
  spin_for (1500);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    save (self, window, names[i]);
    if (!hs_wizard_page_get_look (hs_wizard_get_page (HS_WIZARD (window)))->complete &&
        find_type (window, "GtkCheckButton") != NULL)
      gtk_widget_activate (find_type (window, "GtkCheckButton"));
    spin_for (300);
    if (!hs_wizard_page_get_look (hs_wizard_get_page (HS_WIZARD (window)))->complete)
      break;
    if (i + 1 < G_N_ELEMENTS (names))
      hs_wizard_go_next (HS_WIZARD (window));
    spin_for (2000);
  }
  gtk_window_destroy (GTK_WINDOW (window));
  hs_build_wizard_open (self->fixture.session, NULL, "/", NULL);
  shoot_and_close (self, "build-error", 1500);
}

static void
wait_until (HsBuildQueue *queue, guint n_left)
{
  gint64 end = g_get_monotonic_time () + 90 * G_TIME_SPAN_SECOND;

  while (hs_build_queue_get_n_running (queue) > n_left && g_get_monotonic_time () < end)
    spin_for (50);
  spin_for (600);
}

static HsBuildRun *
add (Shots *self, const char *name, const char *target)
{
  const HsBuildRequest request = {
    .tree = self->tree, .target = target, .name = name, .clean = TRUE, .sdk_dir = self->sdk
  };

  return hs_build_queue_add (hs_session_get_build_queue (self->fixture.session), &request);
}

static void
shoot_runs (Shots *self, GtkWidget *window)
{
  static const char overflow[] = "arm-none-eabi-ld: region ‘FLASH_TEXT’ overflowed by 14352 bytes";
  HsBuildQueue *queue = hs_session_get_build_queue (self->fixture.session);
  HsBuildRun *run;

  run = add (self, "gate 1.4.1", self->target);
  wait_until (queue, 0);
  gtk_widget_activate_action (window, "win.show-build-run", "u", 0);
  spin_for (800);
  save (self, window, "run-done");
  if (hs_build_run_get_build (run) != NULL) {
    gtk_widget_activate_action (
        window, "win.show-build", "s", hs_build_get_id (hs_build_run_get_build (run)));
    spin_for (1500);
    save (self, window, "builds-one");
  }

  g_setenv ("MODEL_LINES", "200", TRUE);
  g_setenv ("MODEL_DELAY", "0.05", TRUE);
  add (self, "gate 1.4.2", self->target);
  add (self, "a build whose name is rather long because people write stories here", "OPENMV_N6");
  add (self, NULL, "OPENMV_AE3");
  gtk_widget_activate_action (window, "win.show-build-run", "u", 1);
  spin_for (5000);
  save (self, window, "run-running");
  gtk_widget_activate_action (window, "win.show-build-run", "u", 2);
  spin_for (500);
  save (self, window, "run-waiting");
  hs_window_show_place (HS_WINDOW (window), "builds");
  gtk_widget_activate_action (window, "win.place", "s", "bench");
  spin_for (500);
  save (self, window, "bench-while-building");
  gtk_widget_activate_action (window, "win.place", "s", "builds");
  spin_for (500);
  save (self, window, "builds-while-building");
  {
    g_autoptr (HsBuildRun) second = g_list_model_get_item (G_LIST_MODEL (queue), 1);

    hs_build_run_cancel (second);
    spin_for (200);
    gtk_widget_activate_action (window, "win.show-build-run", "u", 1);
    wait_until (queue, 2);
    save (self, window, "run-stopped");
  }
  g_unsetenv ("MODEL_LINES");
  g_unsetenv ("MODEL_DELAY");
  wait_until (queue, 0);
  g_setenv ("MODEL_FAIL", overflow, TRUE);
  add (self, "gate 1.4.3", self->target);
  wait_until (queue, 0);
  g_unsetenv ("MODEL_FAIL");
  gtk_widget_activate_action (window, "win.show-build-run", "u", 4);
  spin_for (900);
  save (self, window, "run-failed");
  add (self, "gate 1.4.4", self->target);
  wait_until (queue, 0);
  gtk_widget_activate_action (window, "win.show-build-run", "u", 5);
  spin_for (900);
  save (self, window, "run-done-many");
  run = g_list_model_get_item (G_LIST_MODEL (queue), 5);
  if (hs_build_run_get_build (run) != NULL) {
    gtk_widget_activate_action (
        window, "win.show-build", "s", hs_build_get_id (hs_build_run_get_build (run)));
    spin_for (1500);
    save (self, window, "builds-many");
    gtk_widget_activate_action (find_type (window, "HsBuildView"), "build.log", NULL);
    shoot_and_close (self, "build-log", 900);
    gtk_widget_activate_action (find_type (window, "HsBuildView"), "build.weigh", NULL);
    spin_for (300);
    if (newest () != window)
      shoot_and_close (self, "build-weights", 1200);
  }
  g_object_unref (run);
}

/* Every menu that a button of the page opens. */
static void
shoot_menus (Shots *self, GtkWidget *widget, guint *n)
{
  if (GTK_IS_MENU_BUTTON (widget) && gtk_widget_get_mapped (widget)) {
    g_autofree char *name = g_strdup_printf ("menu-%u", ++*n);
    GtkWidget *popover;

    gtk_menu_button_popup (GTK_MENU_BUTTON (widget));
    spin_for (500);
    popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (widget)));
    if (popover != NULL)
      save (self, popover, name);
    gtk_menu_button_popdown (GTK_MENU_BUTTON (widget));
    spin_for (200);
    return;
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    shoot_menus (self, child, n);
}

/* Neither a build nor a tree. */
static void
shoot_nothing (Shots *self, GtkApplication *application)
{
  g_autofree char *folder = g_build_filename (self->fixture.folder, "nothing", NULL);
  g_autofree char *catalog = g_build_filename (folder, "catalog.db", NULL);
  HsSessionOptions options = { .catalog = catalog, .operator_name = "operator 1" };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSession) session = NULL;
  GtkWidget *window;

  g_mkdir (folder, 0755);
  session = hs_session_new (&options, &error);
  g_assert_no_error (error);
  window = hs_window_new (application, session);
  gtk_window_set_default_size (GTK_WINDOW (window), self->width, self->height);
  gtk_window_present (GTK_WINDOW (window));
  hs_window_show_place (HS_WINDOW (window), "builds");
  spin_for (800);
  save (self, window, "builds-empty");
  gtk_window_destroy (GTK_WINDOW (window));
  spin_for (100);
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = own_dirs_make ();
  Shots self = { .fixture = { NULL } };
  g_autoptr (AdwApplication) application = NULL;
  GtkWidget *window;
  guint n_menus = 0;

  window_test_init (&argc, &argv);
  g_log_set_always_fatal (G_LOG_FATAL_MASK); /* there may be no session bus */
  if (argc < 8)
    return 2;
  self.dir = argv[1];
  self.width = (int) g_ascii_strtoll (argv[3], NULL, 10);
  self.height = (int) g_ascii_strtoll (argv[4], NULL, 10);
  self.tree = argv[5];
  self.target = argv[6];
  self.sdk = argv[7];
  if (argc > 8)
    g_object_set (gtk_settings_get_default (),
                  "gtk-xft-dpi",
                  (int) (96 * 1024 * g_ascii_strtod (argv[8], NULL)),
                  NULL);
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (argv[2], "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                                                    : ADW_COLOR_SCHEME_FORCE_LIGHT);
  window_test_load_style ();
  session_fixture_set_up (&self.fixture, "OPENMV4");
  application = adw_application_new ("io.github.hotshoe.PageShots", G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  shoot_nothing (&self, GTK_APPLICATION (application));
  shoot_trees (&self);
  shoot_wizard (&self);
  window = hs_window_new (GTK_APPLICATION (application), self.fixture.session);
  gtk_window_set_default_size (GTK_WINDOW (window), self.width, self.height);
  gtk_window_present (GTK_WINDOW (window));
  hs_window_show_place (HS_WINDOW (window), "builds");
  spin_for (800);
  save (&self, window, "builds-none");
  shoot_menus (&self, window, &n_menus);
  shoot_runs (&self, window);
  gtk_window_destroy (GTK_WINDOW (window));
  spin_for (100);
  session_fixture_tear_down (&self.fixture, NULL);
  remove_folder (home);
  return 0;
}
