/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session-fixture.h"
#include "ui/build-log-view.h"

static GtkWidget *
present (GtkWidget *page)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 640);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* -- log ------------------------------------------------------------------------------------- */

static const char FAILED_LOG[] = "CC lib/imlib/blob.c\n"
                                 "GEN linker script\n"
                                 "Memory region         Used Size  Region Size  %age Used\n"
                                 "      FLASH_TEXT:     1718288 B      1664 KB    100.84%\n"
                                 "ld: region `FLASH_TEXT' overflowed by 14352 bytes\n"
                                 "collect2: error: ld returned 1 exit status\n"
                                 "make: *** [Makefile:160: all] Error 2\n";

static void
append (HsBuildLog *log, const char *text, gboolean is_stderr)
{
  hs_build_log_append (log, text, strlen (text), is_stderr);
}

static void
append_lines (HsBuildLog *log, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "CC lib/file_%u.c\n", i);
  append (log, text->str, FALSE);
}

static guint
n_shown (HsBuildLog *log)
{
  return g_list_model_get_n_items (G_LIST_MODEL (log));
}

static void
wait_for_lines (HsBuildLog *log, guint n)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (n_shown (log) != n) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, FALSE);
    g_usleep (500);
  }
}

static double
end_of (GtkAdjustment *place)
{
  return gtk_adjustment_get_upper (place) - gtk_adjustment_get_page_size (place);
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_type (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
test_log_empty (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  gpointer view = hs_build_log_view_new ();
  GtkWidget *window = present (view);

  hs_build_log_view_set_log (view, log, "empty");
  wait_for_label (view, "Nothing was printed yet");
  assert_named (view);
  hs_build_log_view_show_first_error (view);
  spin_for (100);
  g_object_add_weak_pointer (view, &view);
  gtk_window_destroy (GTK_WINDOW (window));
  spin_for (50);
  g_assert_null (view);
}

static void
test_log_follows (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  HsBuildLogView *view = HS_BUILD_LOG_VIEW (hs_build_log_view_new ());
  GtkWidget *window = present (GTK_WIDGET (view));
  GtkAdjustment *place = hs_build_log_view_get_place (view);
  double stays;

  hs_build_log_view_set_log (view, log, "many");
  hs_build_log_view_set_live (view, TRUE);
  append_lines (log, 2000);
  wait_for_lines (log, 2000);
  spin_for (300);
  g_assert_true (hs_build_log_view_get_following (view));
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (place), end_of (place), 1);
  g_assert_cmpfloat (end_of (place), >, 10000);

  /* Scrolled up it stays where it is, whatever comes. */
  gtk_adjustment_set_value (place, 4000);
  spin_for (50);
  stays = gtk_adjustment_get_value (place);
  append_lines (log, 3000);
  wait_for_lines (log, 5000);
  spin_for (300);
  g_assert_false (hs_build_log_view_get_following (view));
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (place), stays, 1);

  /* At the end again it follows. */
  gtk_adjustment_set_value (place, end_of (place));
  append_lines (log, 1000);
  wait_for_lines (log, 6000);
  spin_for (300);
  g_assert_true (hs_build_log_view_get_following (view));
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (place), end_of (place), 1);
  assert_named (GTK_WIDGET (view));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A shorter log takes the place of a long one: its end is not where that of the other was. */
static void
test_log_shorter (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  g_autoptr (HsBuildLog) shorter = hs_build_log_new ();
  HsBuildLogView *view = HS_BUILD_LOG_VIEW (hs_build_log_view_new ());
  GtkWidget *window = present (GTK_WIDGET (view));
  GtkAdjustment *place = hs_build_log_view_get_place (view);

  hs_build_log_view_set_log (view, log, "long");
  append_lines (log, 2000);
  append (shorter, FAILED_LOG, FALSE);
  append_lines (shorter, 90);
  hs_build_log_view_set_live (view, TRUE);
  wait_for_lines (log, 2000);
  spin_for (300);
  gtk_adjustment_set_value (place, 4000); /* it does not follow */
  spin_for (50);
  hs_build_log_view_set_log (view, shorter, "shorter");
  spin_for (300);
  g_assert_true (hs_build_log_view_get_following (view));
  g_assert_cmpfloat (end_of (place), >, 0);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (place), end_of (place), 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_log_filter (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  HsBuildLogView *view = HS_BUILD_LOG_VIEW (hs_build_log_view_new ());
  GtkWidget *window = present (GTK_WIDGET (view));
  GtkEditable *search = GTK_EDITABLE (find_type (GTK_WIDGET (view), GTK_TYPE_SEARCH_ENTRY));
  GtkWidget *toggle = NULL;
  g_autofree char *placeholder = NULL;

  append_lines (log, 1500);
  append (log, FAILED_LOG, TRUE);
  hs_build_log_end (log);
  hs_build_log_view_set_log (view, log, "failed");
  wait_for_lines (log, 1507);
  spin_for (300);
  g_object_get (search, "placeholder-text", &placeholder, NULL);
  g_assert_true (g_str_has_prefix (placeholder, "Filter 1") &&
                 g_str_has_suffix (placeholder, "507 lines"));

  gtk_editable_set_text (search, "file_77");
  wait_for_lines (log, 11); /* 77, 770 to 779 */
  gtk_editable_set_text (search, "nothing has this");
  wait_for_lines (log, 0);
  wait_for_label (GTK_WIDGET (view), "No line has “nothing has this”.");

  /* The first error takes away what hides it. */
  hs_build_log_view_show_first_error (view);
  wait_for_lines (log, 1507);
  spin_for (400);
  g_assert_cmpstr (gtk_editable_get_text (search), ==, "");
  g_assert_cmpuint (hs_build_log_get_first_error (log), >, 1500);

  toggle = find_button (GTK_WIDGET (view), "Errors Only");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle), TRUE);
  wait_for_lines (log, hs_build_log_get_n_errors (log));
  g_assert_cmpuint (n_shown (log), >, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A line of the log that is somewhere in the middle comes into sight, selected. */
static void
test_log_jump (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  HsBuildLogView *view = HS_BUILD_LOG_VIEW (hs_build_log_view_new ());
  GtkWidget *window = present (GTK_WIDGET (view));
  GtkListView *list = GTK_LIST_VIEW (find_type (GTK_WIDGET (view), GTK_TYPE_LIST_VIEW));
  GtkAdjustment *place = hs_build_log_view_get_place (view);

  append_lines (log, 3000);
  append (log, "lib/imlib/blob.c:1552:34: error: 'x' undeclared\n", TRUE);
  append_lines (log, 3000);
  hs_build_log_view_set_log (view, log, "jump");
  wait_for_lines (log, 6001);
  spin_for (300);
  gtk_widget_activate_action (GTK_WIDGET (view), "log.first-error", NULL);
  spin_for (300);
  g_assert_true (gtk_selection_model_is_selected (gtk_list_view_get_model (list), 3000));
  g_assert_false (hs_build_log_view_get_following (view));
  g_assert_cmpfloat (gtk_adjustment_get_value (place), >, end_of (place) * .4);
  g_assert_cmpfloat (gtk_adjustment_get_value (place), <, end_of (place) * .6);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/build-log-view/empty", test_log_empty);
  g_test_add_func ("/build-log-view/follows", test_log_follows);
  g_test_add_func ("/build-log-view/shorter", test_log_shorter);
  g_test_add_func ("/build-log-view/filter", test_log_filter);
  g_test_add_func ("/build-log-view/jump", test_log_jump);
  return g_test_run ();
}
