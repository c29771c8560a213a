/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/window-fixture.h"
#include "ui/diff-model.h"
#include "ui/diff-view.h"

#define DIFF                                                                                       \
  "--- a/boards/OPENMV4/manifest.py\n"                                                             \
  "+++ b/boards/OPENMV4/manifest.py\n"                                                             \
  "@@ -1,4 +1,4 @@\n"                                                                              \
  " one\n"                                                                                         \
  "--- two\n"                                                                                      \
  "+++ three\n"                                                                                    \
  "\n"                                                                                             \
  " five\n"                                                                                        \
  "--- /dev/null\n"                                                                                \
  "+++ b/scripts/libraries/main.py\t2026-01-01\n"                                                  \
  "@@ -0,0 +1,2 @@\n"                                                                              \
  "+import app\n"                                                                                  \
  "+app.run()\n"                                                                                   \
  "\\ No newline at end of file\n"                                                                 \
  "Binary files a/lib/model.tflite and b/lib/model.tflite differ\n"

static HsDiffLine *
nth (HsDiffModel *model, guint i)
{
  return g_list_model_get_item (G_LIST_MODEL (model), i);
}

static void
assert_line (HsDiffModel *model, guint i, HsDiffKind kind, const char *text, guint number)
{
  g_autoptr (HsDiffLine) line = nth (model, i);

  g_assert_nonnull (line);
  g_assert_cmpstr (hs_diff_line_get_text (line), ==, text);
  g_assert_cmpint (hs_diff_line_get_kind (line), ==, kind);
  g_assert_cmpuint (hs_diff_line_get_number (line), ==, number);
}

/* Lines that begin like headings are none inside a hunk. */
static void
test_model (void)
{
  g_autoptr (HsDiffModel) model = hs_diff_model_new (DIFF);
  g_autoptr (HsDiffLine) changed = nth (model, 0);
  g_autoptr (HsDiffLine) fresh = nth (model, 7);

  g_assert_cmpuint (hs_diff_model_get_n_files (model), ==, 3);
  g_assert_cmpuint (hs_diff_model_get_n_added (model), ==, 3);
  g_assert_cmpuint (hs_diff_model_get_n_removed (model), ==, 1);
  assert_line (model, 0, HS_DIFF_FILE, "boards/OPENMV4/manifest.py", 0);
  assert_line (model, 1, HS_DIFF_HUNK, "@@ -1,4 +1,4 @@", 0);
  assert_line (model, 2, HS_DIFF_SAME, "one", 1);
  assert_line (model, 3, HS_DIFF_REMOVED, "-- two", 2);
  assert_line (model, 4, HS_DIFF_ADDED, "++ three", 2);
  assert_line (model, 5, HS_DIFF_SAME, "", 3);
  assert_line (model, 6, HS_DIFF_SAME, "five", 4);
  assert_line (model, 7, HS_DIFF_FILE, "scripts/libraries/main.py", 0);
  assert_line (model, 10, HS_DIFF_ADDED, "app.run()", 2);
  assert_line (model, 11, HS_DIFF_NOTE, "\\ No newline at end of file", 0);
  assert_line (model, 12, HS_DIFF_FILE, "lib/model.tflite", 0);
  g_assert_cmpint (hs_diff_line_get_fate (changed), ==, HS_DIFF_CHANGED);
  g_assert_cmpint (hs_diff_line_get_fate (fresh), ==, HS_DIFF_NEW);
  g_assert_cmpuint (hs_diff_line_get_n_added (fresh), ==, 2);
}

/* What comes or goes without a line is a file, too. */
static void
test_empty_files (void)
{
  g_autoptr (HsDiffModel) model = hs_diff_model_new ("diff --git a/p/__init__.py b/p/__init__.py\n"
                                                     "new file mode 100644\n"
                                                     "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
                                                     "diff --git a/q b/q\n"
                                                     "deleted file mode 100644\n"
                                                     "--- a/q\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
                                                     "diff --git a/r b/r\n"
                                                     "new file mode 100644\n"
                                                     "Binary files /dev/null and b/r differ\n"
                                                     "diff --git a/s b/s\n"
                                                     "deleted file mode 100644\n");

  g_assert_cmpuint (hs_diff_model_get_n_files (model), ==, 5);
  assert_line (model, 0, HS_DIFF_FILE, "p/__init__.py", 0);
  assert_line (model, 1, HS_DIFF_FILE, "x", 0);
  assert_line (model, 5, HS_DIFF_FILE, "q", 0);
  assert_line (model, 8, HS_DIFF_FILE, "r", 0);
  assert_line (model, 10, HS_DIFF_FILE, "s", 0);
}

/* Whatever comes, nothing is read behind its end, and every row is UTF-8. */
static void
test_hostile (void)
{
  static const char *const texts[] = {
    "",
    "\n",
    "@@",
    "@@ -1 +1 @@\n+",
    "+++ ",
    "--- \n+++ ",
    "Binary files  and  differ",
    "Binary files differ",
    "@@ -1,4294967295 +1,9 @@\n-\n+\xff\xfe\n",
    "\\",
    "@@ -a +b @@\nx",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (HsDiffModel) model = hs_diff_model_new (texts[i]);

    for (guint n = 0; n < g_list_model_get_n_items (G_LIST_MODEL (model)); n++) {
      g_autoptr (HsDiffLine) line = nth (model, n);

      g_assert_true (g_utf8_validate (hs_diff_line_get_text (line), -1, NULL));
    }
  }
}

static GtkWidget *
present (GtkWidget *child)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 760, 480);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  spin_for (50);
  return window;
}

static void
test_view (void)
{
  GtkWidget *view = hs_diff_view_new ();
  GtkWidget *window = present (view);
  g_autofree char *verb = NULL;

  g_assert_cmpuint (hs_diff_view_get_n_files (HS_DIFF_VIEW (view)), ==, 0);
  hs_diff_view_set_text (HS_DIFF_VIEW (view), DIFF);
  spin_for (50);
  verb = hs_diff_view_dup_verb (HS_DIFF_VIEW (view));
  g_assert_cmpstr (verb, ==, "_Write 3 Files");
  g_assert_nonnull (find_button (window, "Copy"));
  assert_named (window);
  hs_diff_view_set_text (HS_DIFF_VIEW (view), NULL);
  spin_for (50);
  g_assert_null (find_button (window, "Copy"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Only what is on the screen costs anything. */
static void
test_long (void)
{
  g_autoptr (GString) diff = g_string_new ("--- a/x\n+++ b/x\n@@ -0,0 +1,50000 @@\n");
  GtkWidget *view = hs_diff_view_new ();
  GtkWidget *window = present (view);
  gint64 begin;

  for (guint i = 0; i < 50000; i++)
    g_string_append_printf (diff, "+line %u\n", i);
  begin = g_get_monotonic_time ();
  hs_diff_view_set_text (HS_DIFF_VIEW (view), diff->str);
  g_test_message ("%.1f ms", (g_get_monotonic_time () - begin) / 1e3);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 2 * G_TIME_SPAN_SECOND);
  spin_for (50);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/diff-view/model", test_model);
  g_test_add_func ("/diff-view/empty-files", test_empty_files);
  g_test_add_func ("/diff-view/hostile", test_hostile);
  g_test_add_func ("/diff-view/view", test_view);
  g_test_add_func ("/diff-view/long", test_long);
  return g_test_run ();
}
