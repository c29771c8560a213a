/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "tests/session-fixture.h"
#include "ui/builds-page.h"
#include "ui/day-jump.h"
#include "ui/format.h"
#include "ui/journal-page.h"
#include "ui/units-page.h"

enum { MANY = 500 };

static const struct {
  const char *name;
  GtkWidget *(*new_page) (HsSession *session);
  const char *empty; /* what it says without a row; NULL: it never is */
} pages[] = {
  { "builds", hs_builds_page_new, NULL },
  { "units", hs_units_page_new, "No units yet" },
  { "journal", hs_journal_page_new, NULL },
};

static GtkWidget *
present (GtkWidget *page)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 1000, 640);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static void
append (HsSession *session, const char *kind, const char *subject, const char *payload)
{
  g_autoptr (GError) error = NULL;
  HsFact fact = { kind, subject, payload };

  hs_catalog_append (hs_session_get_catalog (session), &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

static void
add_units (HsSession *session, guint n, const char *label)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *subject = g_strdup_printf ("unit:stm32:3046534563033125%08X", i);
    g_autofree char *payload = g_strdup_printf ("{\"v\":1,\"label\":\"%s %u\"}", label, i);
    g_autofree char *seen = g_strdup_printf (
        "{\"v\":1,\"board\":\"OPENMV4\",\"identities\":[{\"scheme\":\"stm32\",\"value\":"
        "\"3046534563033125%08X\",\"strength\":\"proven\",\"evidence\":\"usb\"}]}",
        i);

    append (session, HS_KIND_UNIT_SEEN, subject, seen);
    append (session, HS_KIND_UNIT_LABELLED, subject, payload);
  }
}

/* Every page comes up without a critical, shows something, and goes when its window goes. */
static void
test_come_and_go (SessionFixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    gpointer page = pages[i].new_page (self->session);
    GtkWidget *window = present (page);

    g_test_message ("%s", pages[i].name);
    spin_for (150);
    if (pages[i].empty != NULL)
      wait_for_label (page, pages[i].empty);
    g_object_add_weak_pointer (page, &page);
    gtk_window_destroy (GTK_WINDOW (window));
    spin_for (50);
    g_assert_null (page);
  }
}

/* A page that goes while the catalog still works on its question. */
static void
test_gone_early (SessionFixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    gpointer page = pages[i].new_page (self->session);
    GtkWidget *window = present (page);

    g_object_add_weak_pointer (page, &page);
    gtk_window_destroy (GTK_WINDOW (window));
    spin_for (100);
    g_assert_null (page);
  }
}

static void
test_units (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page;
  GtkWidget *window;

  add_units (self->session, MANY, "GATE");
  page = hs_units_page_new (self->session);
  window = present (page);
  wait_for_label (page, "500 of 500 units");
  hs_browse_page_show (HS_BROWSE_PAGE (page), "stm32:304653456303312500000007");
  wait_for_label (page, "What is in its flash");
  wait_for_label (page, "GATE 7");
  g_assert_nonnull (find_button (page, "Compare…"));
  assert_named (page);

  /* What is written down later shows up by itself. */
  append (self->session,
          HS_KIND_UNIT_NOTED,
          "unit:stm32:304653456303312500000007",
          "{\"v\":1,\"text\":\"lens is scratched\"}");
  wait_for_label (page, "lens is scratched");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A label of any length leaves the page as wide as it is. */
static void
test_long_names (SessionFixture *self, gconstpointer data)
{
  g_autofree char *label = g_strnfill (400, 'W');
  GtkWidget *page;
  GtkWidget *window;
  int natural;

  add_units (self->session, 1, label);
  page = hs_units_page_new (self->session);
  window = present (page);
  wait_for_label (page, "1 of 1 unit");
  wait_for_label (page, "What is in its flash");
  gtk_widget_measure (page, GTK_ORIENTATION_HORIZONTAL, -1, &natural, NULL, NULL, NULL);
  g_assert_cmpint (natural, <=, 900);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_builds (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page = hs_builds_page_new (self->session);
  GtkWidget *window = present (page);

  wait_for_label (page, "Artifacts");
  wait_for_label (page, "firmware.bin");
  hs_session_set_loaded (self->session, NULL);
  gtk_widget_activate_action (
      gtk_widget_get_parent (find_button (page, "Load on Bench")), "build.load", NULL);
  g_assert_nonnull (hs_session_get_loaded (self->session));
  g_assert_false (gtk_widget_is_sensitive (find_button (page, "Load on Bench")));
  assert_named (page);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_journal (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page;
  GtkWidget *window;

  add_units (self->session, 1, "GATE");
  page = hs_journal_page_new (self->session);
  window = present (page);
  wait_for_label (page, "A unit is called GATE 0 now");
  wait_for_label (page, "Chain unbroken to entry");
  assert_named (page);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_button (page, "Failures")), TRUE);
  wait_for_label (page, "No entry fits");
  g_assert_false (
      gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_button (page, "Everything"))));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_button (page, "Everything")), TRUE);
  wait_for_label (page, "A unit is called GATE 0 now");
  gtk_window_destroy (GTK_WINDOW (window));
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_type (child, type);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* A button whose label is a widget of its own. */
static GtkWidget *
button_around (GtkWidget *label)
{
  return gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON);
}

/* The chosen day is the last one listed; the page says so until that is taken back. */
static void
test_journal_day (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();
  g_autoptr (GDateTime) old = g_date_time_new_local (2021, 11, 3, 18, 0, 0);
  GtkWidget *page = hs_journal_page_new (self->session);
  GtkWidget *window = present (page);
  GtkWidget *jump = find_type (page, HS_TYPE_DAY_JUMP);
  GtkWidget *calendar;

  add_units (self->session, 1, "GATE");
  wait_for_label (page, "A unit is called GATE 0 now");
  hs_journal_page_ask_day (HS_JOURNAL_PAGE (page));
  wait_for_label (jump, "Up to ");
  assert_named (page);
  g_assert_false (gtk_widget_is_sensitive (find_button (jump, "Newest")));
  calendar = find_type (jump, GTK_TYPE_CALENDAR);
  g_assert_true (
      gtk_test_accessible_has_property (GTK_ACCESSIBLE (calendar), GTK_ACCESSIBLE_PROPERTY_LABEL));
  gtk_calendar_select_day (GTK_CALENDAR (calendar), old);
  g_signal_emit_by_name (find_button (jump, "Go"), "clicked");
  wait_for_label (page, "No entry fits");
  wait_for_label (page, "Up to 3 November 2021");
  wait_for_label (page, "Try other words, “Everything”, or a later day.");

  hs_day_jump_go (HS_DAY_JUMP (jump), today);
  wait_for_label (page, "A unit is called GATE 0 now");
  assert_named (page);
  g_signal_emit_by_name (button_around (find_label (page, "Up to ")), "clicked");
  g_assert_cmpint (hs_day_jump_get_before (HS_DAY_JUMP (jump)), ==, 0);
  g_assert_null (find_label (page, "Up to "));
  wait_for_label (page, "A unit is called GATE 0 now");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Where summer time begins or ends, a day has 23 or 25 hours. */
static void
test_day_end (SessionFixture *self, gconstpointer data)
{
  const struct {
    int month, day, hours;
  } days[] = { { 3, 28, 23 }, { 10, 31, 25 }, { 12, 31, 24 } };
  g_autofree char *zone = g_strdup (g_getenv ("TZ"));

  g_setenv ("TZ", "Europe/Berlin", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (days); i++) {
    g_autoptr (GDateTime) begin = g_date_time_new_local (2021, days[i].month, days[i].day, 0, 0, 0);
    g_autoptr (GDateTime) late =
        g_date_time_new_local (2021, days[i].month, days[i].day, 23, 59, 59);
    gint64 end = hs_local_day_end_us (begin);

    g_assert_cmpint (end, ==, hs_local_day_end_us (late));
    g_assert_cmpint (
        end - g_date_time_to_unix (begin) * G_USEC_PER_SEC, ==, days[i].hours * G_TIME_SPAN_HOUR);
  }
  if (zone != NULL)
    g_setenv ("TZ", zone, TRUE);
  else
    g_unsetenv ("TZ");
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
#define ADD(path, func)                                                                            \
  g_test_add (                                                                                     \
      path, SessionFixture, "OPENMV4", session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/pages/come-and-go", test_come_and_go);
  ADD ("/pages/gone-early", test_gone_early);
  ADD ("/pages/units", test_units);
  ADD ("/pages/long-names", test_long_names);
  ADD ("/pages/builds", test_builds);
  ADD ("/pages/journal", test_journal);
  ADD ("/pages/journal-day", test_journal_day);
  ADD ("/pages/day-end", test_day_end);
#undef ADD
  return g_test_run ();
}
