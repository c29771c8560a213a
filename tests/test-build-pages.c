/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "tests/session-fixture.h"
#include "ui/build-memory.h"
#include "ui/build-problem-view.h"
#include "ui/build-wizard.h"
#include "ui/builds-place.h"

static GtkWidget *
present (GtkWidget *page)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 640);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* -- explanation, memory --------------------------------------------------------------------- */

static void
add_hint (GPtrArray *hints, const char *what, guint64 bytes, const char *how, const char *where)
{
  HsBuildHint *hint = g_new0 (HsBuildHint, 1);

  *hint = (HsBuildHint){ g_strdup (what), bytes, g_strdup (how), where };
  g_ptr_array_add (hints, hint);
}

static void
hint_free (gpointer data)
{
  HsBuildHint *hint = data;

  g_free (hint->what);
  g_free (hint->how);
  g_free (hint);
}

static void
test_problem (void)
{
  g_autoptr (GPtrArray) hints = g_ptr_array_new_with_free_func (hint_free);
  HsBuildProblem problem = { .code = "flash-overflow",
                             .title = (char *) "The firmware is 14 352 bytes too large for OPENMV4",
                             .text = (char *) "Leave out one of these, or freeze less:",
                             .command = (char *) "make -C lib/micropython/mpy-cross",
                             .hints = hints };
  GtkWidget *view;
  GtkWidget *window;

  add_hint (hints, "AprilTags", 65536, "imlib_config.h, switch off", "features");
  add_hint (hints, "gate/fonts.py", 41984, "frozen; could lie in ROMFS", "freeze");
  add_hint (hints, "find_rects", 0, "not enough by itself", "");
  view = hs_build_problem_view_new (&problem);
  window = present (view);
  wait_for_label (view, "The firmware is 14 352 bytes too large");
  wait_for_label (view, "Leave out one of these");
  wait_for_label (view, "make -C lib/micropython/mpy-cross");
  wait_for_label (view, "AprilTags");
  wait_for_label (view, "64 KB");
  wait_for_label (view, "frozen; could lie in ROMFS");
  assert_named (view);
  gtk_window_destroy (GTK_WINDOW (window));
}

static GPtrArray *
read_memory (const char *json)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  return hs_build_memory_read (json_node_get_object (node));
}

static void
test_memory (void)
{
  g_autoptr (GPtrArray) now = read_memory (
      "{\"memory\":[{\"elf\":\"bootloader\",\"region\":\"RAM\",\"used\":100,\"length\":1000},"
      "{\"elf\":\"firmware\",\"region\":\"FLASH_TEXT\",\"used\":1700000,\"length\":1703936},"
      "{\"elf\":\"firmware\",\"region\":\"SRAM1\",\"used\":286720,\"length\":286720}]}");
  g_autoptr (GPtrArray) before = read_memory (
      "{\"memory\":[{\"elf\":\"firmware\",\"region\":\"FLASH_TEXT\",\"used\":1670000,"
      "\"length\":1703936},7,"
      "{\"elf\":\"firmware\",\"region\":\"SRAM1\",\"used\":286720,\"length\":286720}]}");
  g_autoptr (GPtrArray) nothing = hs_build_memory_read (NULL);
  GtkWidget *picture = hs_build_memory_new (now, before);
  GtkWidget *window = present (picture);

  wait_for_label (picture, "FLASH_TEXT");
  wait_for_label (picture, "99.8 %");
  wait_for_label (picture, "+29");
  wait_for_label (picture, "same");
  g_assert_null (find_label (picture, "bootloader"));
  /* Full RAM is by design; a full flash is not. */
  g_assert_cmpstr (hs_build_memory_find_tight (now)->region, ==, "FLASH_TEXT");
  g_assert_null (hs_build_memory_find_tight (nothing));
  g_assert_null (hs_build_memory_new (nothing, NULL));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* -- the build's page ------------------------------------------------------------------------ */

static const char DETAILS[] =
    "{\"tree\":\"openmv\",\"commit\":\"cbbb877eda000000000000000000000000000000\","
    "\"upstream\":\"origin/master\",\"merge_base\":\"1111111111000000000000000000000000000000\","
    "\"commits\":[{\"commit\":\"cbbb877eda000000000000000000000000000000\",\"subject\":"
    "\"gate: Count twice\"}],\"changed_files\":\"boards/OPENMV4/manifest.py\\nlib/a.c\","
    "\"options\":\"DEBUG=1\",\"sdk\":\"1.6.0\",\"compiler\":\"14.3.1\",\"inputs\":\"ab\","
    "\"memory\":[{\"elf\":\"firmware\",\"region\":\"FLASH_TEXT\",\"used\":%u,"
    "\"length\":1703936},{\"elf\":\"firmware\",\"region\":\"SRAM1\",\"used\":%u,\"length\":286720}]"
    ","
    "\"readiness\":[{\"id\":\"watchdog\",\"state\":\"found\",\"title\":\"Watchdog\"},"
    "{\"id\":\"entry\",\"state\":\"not-found\",\"title\":\"Entry point\"}],"
    "\"frozen\":[\"gate/counter.py\",\"main.py\"]}";

static char *
keep (HsCatalog *catalog, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  char *sha256 = NULL;

  hs_catalog_put_blob (catalog, bytes, &sha256, &error);
  g_assert_no_error (error);
  return sha256;
}

static void
append_fact (HsCatalog *catalog, const char *kind, const char *id, const char *payload)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *subject = g_strconcat ("build:", id, NULL);
  HsFact fact = { kind, subject, payload };

  hs_catalog_append (catalog, &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

/* A build of one file of @size bytes, and what it left of memory. Returns its id. */
static char *
add_build (HsCatalog *catalog, const char *name, const char *role, guint size, guint memory)
{
  g_autofree char *details = g_strdup_printf (DETAILS, size, memory);
  g_autofree char *sha256 = keep (catalog, name);
  g_autofree char *file = g_strconcat (role, ".bin", NULL);
  HsArtifact artifact = { (char *) role, file, size, sha256 };
  char *id = hs_build_compute_id ("OPENMV4", &artifact, 1);
  g_autofree char *payload = g_strdup_printf (
      "{\"v\":1,\"id\":\"%s\",\"name\":\"%s\",\"board\":\"OPENMV4\",\"version\":\"v5.0.0-34\","
      "\"number\":\"5.0.0\",\"mpy_version\":null,\"built\":null,\"origin\":\"build\","
      "\"commit\":\"cbbb877eda000000000000000000000000000000\",\"dirty\":true,\"details\":%s,"
      "\"artifacts\":[{\"role\":\"%s\",\"file\":\"%s\",\"size\":%u,"
      "\"sha256\":\"%s\"}]}",
      id,
      name,
      details,
      role,
      file,
      size,
      sha256);

  append_fact (catalog, HS_KIND_BUILD_IMPORTED, id, payload);
  return id;
}

static void
add_kept (HsCatalog *catalog, const char *id)
{
  g_autofree char *log = keep (catalog, "CC lib/a.c\nerror: what a log says\n");
  g_autofree char *diff = keep (catalog, "--- a/lib/a.c\n+++ b/lib/a.c\n@@ -1 +1 @@\n-old\n+new\n");
  g_autofree char *payload = g_strdup_printf (
      "{\"v\":1,\"files\":[{\"role\":\"log\",\"file\":\"build.log\",\"size\":33,\"sha256\":\"%s\"},"
      "{\"role\":\"diff\",\"file\":\"changes.diff\",\"size\":50,\"sha256\":\"%s\"}]}",
      log,
      diff);

  append_fact (catalog, HS_KIND_BUILD_KEPT, id, payload);
}

static GtkWidget *
newest_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  return g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);
}

/* The window that shows @text; it is closed again. */
static void
expect_window (const char *text)
{
  g_autoptr (GtkWidget) window = newest_window ();

  wait_for_label (window, text);
  assert_named (window);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_build_page (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *old = add_build (catalog, "gate 1.4.1", "firmware", 1670000, 280000);
  g_autofree char *id = add_build (catalog, "gate 1.4.2", "firmware", 1690000, 280000);
  GtkWidget *page, *window;

  add_kept (catalog, id);
  append_fact (catalog,
               HS_KIND_BUILD_REPEATED,
               id,
               "{\"v\":1,\"inputs\":\"ab\",\"equal\":false,\"differs\":[{\"role\":\"romfs0\","
               "\"file\":\"romfs0.img\",\"sha256\":\"cd\",\"other\":\"ef\"}]}");
  page = hs_builds_page_new (self->session);
  window = present (page);
  hs_browse_page_show (HS_BROWSE_PAGE (page), id);
  wait_for_label (page, "gate 1.4.2");
  wait_for_label (page, "the thin line above each bar is gate 1.4.1");
  wait_for_label (page, "SRAM1");
  wait_for_label (page, "same");
  wait_for_label (page, "FIRMWARE is nearly full.");
  wait_for_label (page, "cbbb877ed + 2 changed files");
  wait_for_label (page, "origin/master at 111111111, 1 commit since");
  wait_for_label (page, "differs: romfs0.img");
  wait_for_label (page, "1 of 2 found");
  wait_for_label (page, "built here");
  wait_for_label (page, "main.py  starts by itself");
  assert_named (page);

  gtk_widget_activate_action (find_label (page, "FIRMWARE is nearly full."), "build.log", NULL);
  expect_window ("Log");
  g_signal_emit_by_name (
      gtk_widget_get_ancestor (find_label (page, "cbbb877ed + 2"), GTK_TYPE_BUTTON), "clicked");
  expect_window ("lib/a.c");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What fills a ROMFS are its files, not objects of the firmware. */
static void
test_full_romfs (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *id = add_build (catalog, "gate 2", "romfs0", 130000, 280000);
  GtkWidget *page = hs_builds_page_new (self->session);
  GtkWidget *window = present (page);
  GtkWidget *panel;

  hs_browse_page_show (HS_BROWSE_PAGE (page), id);
  wait_for_label (page, "ROMFS0 is nearly full.");
  panel = gtk_widget_get_parent (find_label (page, "ROMFS0 is nearly full."));
  g_assert_null (find_button (panel, "What Takes It?"));
  g_assert_true (gtk_widget_is_sensitive (find_button (panel, "Open ROMFS…")));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* -- a build that comes to nothing, and the wizard ------------------------------------------- */

static void
wait_until_idle (HsBuildQueue *queue)
{
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  while (hs_build_queue_get_n_running (queue) > 0) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    spin_for (20);
  }
  spin_for (300);
}

/* There is no tree in that folder: it is explained, and can be tried again. */
static void
test_failed_run (SessionFixture *self, gconstpointer data)
{
  HsBuildQueue *queue = hs_session_get_build_queue (self->session);
  const HsBuildRequest request = { .tree = self->folder, .target = "OPENMV4", .name = "gate 9" };
  gpointer place = hs_builds_place_new (self->session);
  GtkWidget *window = present (place);

  hs_build_queue_add (queue, &request);
  hs_builds_place_show_run (place, 0);
  wait_for_label (place, "Building gate 9");
  wait_until_idle (queue);
  wait_for_label (place, "stopped after");
  g_assert_nonnull (find_button (place, "Build Again"));
  g_assert_null (find_button (place, "Load on Bench"));
  assert_named (place);
  g_signal_emit_by_name (find_button (place, "Build Again"), "clicked");
  wait_until_idle (queue);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (queue)), ==, 2);
  assert_named (place);

  g_object_add_weak_pointer (place, &place);
  gtk_window_destroy (GTK_WINDOW (window));
  spin_for (50);
  g_assert_null (place);
}

static void
test_wizard (SessionFixture *self, gconstpointer data)
{
  gpointer wizard;

  hs_build_wizard_open (self->session, NULL, self->folder, NULL);
  wizard = newest_window ();
  g_object_unref (wizard); /* the toolkit holds it */
  g_assert_true (HS_IS_BUILD_WIZARD (wizard));
  wait_for_label (wizard, "Which firmware tree?");
  spin_for (600); /* it is looked at: there is none */
  assert_named (wizard);
  g_assert_false (gtk_widget_get_sensitive (find_button (wizard, "_Next")));
  g_object_add_weak_pointer (wizard, &wizard);
  gtk_window_destroy (GTK_WINDOW (wizard));
  spin_for (50);
  g_assert_null (wizard);
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/build-pages/problem", test_problem);
  g_test_add_func ("/build-pages/memory", test_memory);
  g_test_add ("/build-pages/build",
              SessionFixture,
              "OPENMV4",
              session_fixture_set_up,
              test_build_page,
              session_fixture_tear_down);
  g_test_add ("/build-pages/full-romfs",
              SessionFixture,
              "OPENMV4",
              session_fixture_set_up,
              test_full_romfs,
              session_fixture_tear_down);
  g_test_add ("/build-pages/failed-run",
              SessionFixture,
              "OPENMV4",
              session_fixture_set_up,
              test_failed_run,
              session_fixture_tear_down);
  g_test_add ("/build-pages/wizard",
              SessionFixture,
              "OPENMV4",
              session_fixture_set_up,
              test_wizard,
              session_fixture_tear_down);
  return g_test_run ();
}
