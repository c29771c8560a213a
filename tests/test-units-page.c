/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/unit-life.h"
#include "store/kinds.h"
#include "tests/session-fixture.h"
#include "ui/recall-window.h"
#include "ui/saved-filter.h"
#include "ui/settings.h"
#include "ui/ship-dialog.h"
#include "ui/table-import.h"
#include "ui/unit-filters.h"
#include "ui/units-page.h"

enum { MANY = 500 };

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
append (HsSession *session, const char *kind, const char *unit, const char *payload)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  HsFact fact = { kind, subject, payload };

  hs_catalog_append (hs_session_get_catalog (session), &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

static char *
key_of (guint n)
{
  return g_strdup_printf ("stm32:3046534563033125%08X", n);
}

static void
add_units (HsSession *session, guint n, const char *label)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *key = key_of (i);
    g_autofree char *labelled = g_strdup_printf ("{\"v\":1,\"label\":\"%s-%03u\"}", label, i);
    g_autofree char *seen = g_strdup_printf (
        "{\"v\":1,\"board\":\"%s\",\"identities\":[{\"scheme\":\"stm32\",\"value\":\"%s\","
        "\"strength\":\"proven\",\"evidence\":\"usb\"}]}",
        i % 4 == 0 ? "OPENMV4P" : "OPENMV4",
        key + strlen ("stm32:"));

    append (session, HS_KIND_UNIT_SEEN, key, seen);
    append (session, HS_KIND_UNIT_LABELLED, key, labelled);
  }
}

static void
ship (HsSession *session, guint n, const char *customer)
{
  g_autofree char *key = key_of (n);
  const char *keys[] = { key, NULL };
  g_autoptr (GError) error = NULL;

  hs_units_ship (
      hs_session_get_catalog (session), keys, customer, "order 17", "2021-11-03", NULL, &error);
  g_assert_no_error (error);
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

/* The window of this title that is shown. */
static GtkWidget *
find_window (const char *title)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (g_strcmp0 (gtk_window_get_title (window), title) == 0)
      return GTK_WIDGET (window);
  }
  return NULL;
}

static void
test_one (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page;
  GtkWidget *window;

  add_units (self->session, 1, "GATE");
  ship (self->session, 0, "customer 1");
  page = hs_units_page_new (self->session);
  window = present (page);
  wait_for_label (page, "1 of 1 unit");
  wait_for_label (page, "At customer 1 · order order 17");
  wait_for_label (page, "Shipments");
  wait_for_label (page, "never read");
  assert_named (page);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What was taken back stays, with the reason. */
static void
test_story (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *key = key_of (0);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsStory) story = NULL;
  const HsRemark *note;
  GtkWidget *page;
  GtkWidget *window;

  add_units (self->session, 1, "GATE");
  hs_unit_note (catalog, key, "lens is scratched", &error);
  g_assert_no_error (error);
  page = hs_units_page_new (self->session);
  window = present (page);
  wait_for_label (page, "lens is scratched");

  story = hs_catalog_get_story (catalog, key, &error);
  g_assert_no_error (error);
  note = g_ptr_array_index (story->remarks, 0);
  hs_unit_correct (catalog, key, note->entry, "another unit", &error);
  g_assert_no_error (error);
  wait_for_label (page, "lens is scratched\nCorrected: another unit");

  ship (self->session, 0, "customer 1");
  wait_for_label (page, "At customer 1");
  hs_unit_return (catalog, key, "frame rate drops", &error);
  g_assert_no_error (error);
  wait_for_label (page, "Came back: frame rate drops");
  wait_for_label (page, "returned");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_filters (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page;
  GtkWidget *window;
  GtkWidget *filters;
  GtkWidget *button;

  add_units (self->session, MANY, "GATE");
  for (guint i = 0; i < 3; i++)
    ship (self->session, i, "customer 1");
  page = hs_units_page_new (self->session);
  window = present (page);
  wait_for_label (page, "500 of 500 units");

  filters = find_type (page, HS_TYPE_UNIT_FILTERS);
  button = find_type (filters, GTK_TYPE_MENU_BUTTON);
  gtk_menu_button_popup (GTK_MENU_BUTTON (button));
  wait_for_label (button, "OpenMV Cam H7 Plus");
  assert_named (button);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (gtk_widget_get_ancestor (
                                   find_label (button, "shipped"), GTK_TYPE_CHECK_BUTTON)),
                               TRUE);
  wait_for_label (page, "3 of 500 units");
  gtk_check_button_set_active (
      GTK_CHECK_BUTTON (gtk_widget_get_ancestor (find_label (button, "OpenMV Cam H7 Plus"),
                                                 GTK_TYPE_CHECK_BUTTON)),
      TRUE);
  wait_for_label (page, "1 of 500 unit");
  gtk_menu_button_popdown (GTK_MENU_BUTTON (button));

  hs_unit_filters_clear (HS_UNIT_FILTERS (filters));
  wait_for_label (page, "500 of 500 units");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_saved_filters (SessionFixture *self, gconstpointer data)
{
  static const char *const states[] = { "shipped", "returned", NULL };
  g_autoptr (GSettings) settings = hs_settings_new ();
  g_autoptr (GPtrArray) saved = hs_saved_filters_load (settings);
  g_autoptr (GPtrArray) again = NULL;
  const HsSavedFilter *filter;

  g_assert_cmpuint (saved->len, ==, 0);
  hs_saved_filters_add (saved, hs_saved_filter_new ("b", "0042", states, NULL, FALSE, FALSE));
  hs_saved_filters_add (saved, hs_saved_filter_new ("a", "", NULL, NULL, TRUE, FALSE));
  hs_saved_filters_add (saved, hs_saved_filter_new ("b", "0043", states, NULL, FALSE, FALSE));
  hs_saved_filters_store (settings, saved);
  again = hs_saved_filters_load (settings);
  g_assert_cmpuint (again->len, ==, 2);
  g_assert_true (((const HsSavedFilter *) g_ptr_array_index (again, 0))->changed_outside);
  filter = g_ptr_array_index (again, 1);
  g_assert_cmpstr (filter->text, ==, "0043");
  g_assert_cmpstr (filter->states[1], ==, "returned");
}

/* Shift and Ctrl choose several rows; the detail stays with the one that was shown. */
static void
test_several (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page;
  GtkWidget *window;
  GtkWidget *list;
  GtkSelectionModel *selection;

  add_units (self->session, 5, "GATE");
  page = hs_units_page_new (self->session);
  window = present (page);
  wait_for_label (page, "5 of 5 units");
  list = find_type (page, GTK_TYPE_LIST_VIEW);
  selection = gtk_list_view_get_model (GTK_LIST_VIEW (list));
  wait_for_label (page, "What is in its flash");
  gtk_selection_model_select_range (selection, 1, 2, FALSE);
  wait_for_label (page, "3 chosen");
  assert_named (page);
  gtk_widget_activate_action (page, "units.ship", NULL);
  wait_for_label (find_window ("Ship Units"), "3 units found");
  gtk_window_destroy (GTK_WINDOW (find_window ("Ship Units")));
  gtk_widget_activate_action (page, "units.unchoose", NULL);
  spin_for (50);
  g_assert_null (find_label (page, "3 chosen"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Nothing can be shipped before it is known what and to whom; what can't go is said. */
static void
test_ship (SessionFixture *self, gconstpointer data)
{
  g_autofree char *first = key_of (0);
  g_autofree char *second = key_of (1);
  const char *units[] = { first, second, NULL };
  GtkWidget *window = present (gtk_label_new (NULL));
  GtkWidget *dialog;
  GtkWidget *customer;

  add_units (self->session, 2, "GATE");
  ship (self->session, 1, "customer 2");
  hs_ship_dialog_present (GTK_WINDOW (window), self->session, units);
  dialog = find_window ("Ship Units");
  wait_for_label (dialog, "1 unit found");
  wait_for_label (dialog, "already shipped to customer 2");
  wait_for_label (dialog, "Say which customer gets them.");
  g_assert_false (gtk_widget_is_sensitive (find_button (dialog, "Ship 1 Unit")));
  customer = find_type (dialog, GTK_TYPE_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (customer), "customer 1");
  g_assert_true (gtk_widget_is_sensitive (find_button (dialog, "Ship 1 Unit")));
  assert_named (dialog);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  g_signal_emit_by_name (find_button (dialog, "Ship 1 Unit"), "clicked");
  while (dialog != NULL)
    g_main_context_iteration (NULL, TRUE);
  {
    g_autoptr (HsUnit) unit =
        hs_catalog_get_unit (hs_session_get_catalog (self->session), first, NULL);

    g_assert_cmpstr (hs_unit_get_state (unit), ==, "shipped");
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The preview changes nothing; the lines that can't be taken are named. */
static void
test_import (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "units.csv", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GtkWidget *window = present (gtk_label_new (NULL));
  GtkWidget *dialog;
  guint n = 0;

  g_file_set_contents (path,
                       "unit,board,label,customer,date\n"
                       "stm32:304653456303312500000001,OPENMV4,GATE-1,customer 1,2021-11-03\n"
                       "what is this,OPENMV4,GATE-2,,\n",
                       -1,
                       NULL);
  hs_table_import_present (GTK_WINDOW (window), self->session, file);
  dialog = find_window ("Import Units");
  wait_for_label (dialog, "What units.csv would change");
  wait_for_label (dialog, "Line 3: ");
  assert_named (dialog);
  hs_catalog_count (hs_session_get_catalog (self->session), &n, NULL, NULL);
  g_assert_cmpuint (n, ==, 0);
  g_signal_emit_by_name (find_button (dialog, "Import"), "clicked");
  wait_for_label (dialog, "units.csv is imported");
  hs_catalog_count (hs_session_get_catalog (self->session), &n, NULL, NULL);
  g_assert_cmpuint (n, ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_recall_nothing (SessionFixture *self, gconstpointer data)
{
  const HsRecall recall = {
    .sha256 = "1111111111111111111111111111111111111111111111111111111111111111"
  };
  GtkWidget *window = present (gtk_label_new (NULL));

  hs_recall_window_present (GTK_WINDOW (window), self->session, &recall);
  wait_for_label (find_window ("Recall"), "No unit carries it");
  assert_named (find_window ("Recall"));
  gtk_window_destroy (GTK_WINDOW (window));
  spin_for (50);
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
#define ADD(path, func)                                                                            \
  g_test_add (                                                                                     \
      path, SessionFixture, "OPENMV4", session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/units-page/one", test_one);
  ADD ("/units-page/story", test_story);
  ADD ("/units-page/filters", test_filters);
  ADD ("/units-page/saved-filters", test_saved_filters);
  ADD ("/units-page/several", test_several);
  ADD ("/units-page/ship", test_ship);
  ADD ("/units-page/import", test_import);
  ADD ("/units-page/recall-nothing", test_recall_nothing);
#undef ADD
  return g_test_run ();
}
