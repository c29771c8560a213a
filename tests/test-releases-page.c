/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/keys.h"
#include "app/release.h"
#include "store/catalog-numbers.h"
#include "tests/session-fixture.h"
#include "ui/release-draft.h"
#include "ui/release-editor.h"
#include "ui/release-lock.h"
#include "ui/release-preferences.h"
#include "ui/releases-page.h"
#include "ui/typed-proof.h"

enum { MANY = 200 };

static GtkWidget *
present (GtkWidget *page)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 1060, 760);
  adw_window_set_content (ADW_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* -- releases -------------------------------------------------------------------------------- */

static HsBuild *
first_build (HsSession *session)
{
  HsCatalog *catalog = hs_session_get_catalog (session);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = hs_catalog_list_builds (catalog, NULL, 1, NULL, &error);
  HsBuild *build;

  g_assert_no_error (error);
  g_assert_cmpuint (ids->len, ==, 1);
  build = hs_catalog_get_build (catalog, g_ptr_array_index (ids, 0), &error);
  g_assert_no_error (error);
  return build;
}

static HsRecipe *
recipe_new (HsSession *session, const char *name, const char *version)
{
  g_autoptr (HsBuild) build = first_build (session);
  HsRecipe *recipe = hs_recipe_new ();

  g_free (recipe->name);
  recipe->name = g_strdup (name);
  g_free (recipe->version);
  recipe->version = g_strdup (version);
  recipe->rule = HS_NUMBER_COUNTER;
  g_free (recipe->prefix);
  recipe->prefix = g_strdup ("GATE-");
  recipe->digits = 4;
  recipe->first = 1;
  recipe->last = 9999;
  hs_recipe_take_build (recipe, build, 0);
  return recipe;
}

static char *
add_draft (HsSession *session, const char *name, const char *version)
{
  g_autoptr (HsRecipe) recipe = recipe_new (session, name, version);
  g_autoptr (GError) error = NULL;
  char *id = hs_release_save_draft (hs_session_get_catalog (session), NULL, recipe, &error);

  g_assert_no_error (error);
  return id;
}

static char *
add_locked (HsSession *session, const char *name, const char *version)
{
  g_autofree char *draft = add_draft (session, name, version);
  g_autoptr (GError) error = NULL;
  char *id = hs_release_lock (hs_session_get_catalog (session), draft, &error);

  g_assert_no_error (error);
  return id;
}

/* -- the page -------------------------------------------------------------------------------- */

static void
test_none (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page = hs_releases_page_new (self->session);
  GtkWidget *window = present (page);

  wait_for_label (page, "No releases yet");
  while (!gtk_widget_is_sensitive (find_button (page, "New Release…")))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (find_label (page, "Import a build first"));
  assert_named (page);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_no_builds (SessionFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "empty.db", NULL);
  g_autofree char *cameras = g_build_filename (self->folder, "more-cameras", NULL);
  HsSessionOptions options = {
    .catalog = path, .simulate = "OPENMV4", .simulate_dir = cameras, .simulate_fast = TRUE
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsSession) session = hs_session_new (&options, &error);
  GtkWidget *page;
  GtkWidget *window;

  g_assert_no_error (error);
  page = hs_releases_page_new (session);
  window = present (page);
  wait_for_label (page, "Import a build first");
  g_assert_false (gtk_widget_is_sensitive (find_button (page, "New Release…")));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_draft (SessionFixture *self, gconstpointer data)
{
  g_autofree char *id = add_draft (self->session, "gate-counter", "1.4.2");
  GtkWidget *page = hs_releases_page_new (self->session);
  GtkWidget *window = present (page);

  wait_for_label (page, "1 of 1 release");
  wait_for_label (page, "Before it can be locked");
  wait_for_label (page, "Nothing stands against locking it.");
  wait_for_label (page, "Counted: GATE-0001 to GATE-9999");
  wait_for_label (page, "firmware.bin");
  g_assert_nonnull (find_button (page, "Edit…"));
  g_assert_true (gtk_widget_is_sensitive (find_button (page, "Lock Release…")));
  g_assert_null (find_button (page, "Operator Mode…"));
  assert_named (page);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Without a version it can't be locked; the page says so. */
static void
test_draft_unready (SessionFixture *self, gconstpointer data)
{
  g_autofree char *id = add_draft (self->session, "gate-counter", "");
  GtkWidget *page = hs_releases_page_new (self->session);
  GtkWidget *window = present (page);

  wait_for_label (page, "Before it can be locked");
  spin_for (200);
  g_assert_false (gtk_widget_is_sensitive (find_button (page, "Lock Release…")));
  g_assert_null (find_label (page, "Nothing stands against locking it."));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_locked (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *id = add_locked (self->session, "gate-counter", "1.4.2");
  g_autoptr (GError) error = NULL;
  g_autofree char *key = hs_keys_create (catalog, "release-desk", &error);
  GtkWidget *page = hs_releases_page_new (self->session);
  GtkWidget *window = present (page);

  g_assert_no_error (error);
  wait_for_label (page, "Signatures");
  wait_for_label (page, "Not signed");
  wait_for_label (page, "None: take numbers before units are flashed");
  g_assert_null (find_button (page, "Edit…"));
  g_assert_nonnull (find_button (page, "Operator Mode…"));
  g_assert_nonnull (find_button (page, "Take Numbers…"));

  /* What happens elsewhere shows up by itself. */
  g_assert_true (hs_release_sign (catalog, id, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (hs_catalog_take_lease (catalog, "gate-counter", 1, 500, id, NULL, NULL, &error));
  g_assert_no_error (error);
  wait_for_label (page, "release-desk");
  wait_for_label (page, "trusted here");
  wait_for_label (page, "GATE-0001 to GATE-0500 · 0 used, 500 left");
  assert_named (page);

  gtk_widget_activate_action (
      gtk_widget_get_parent (find_button (page, "Flash…")), "release.flash", NULL);
  g_assert_nonnull (hs_session_get_release (self->session));
  g_assert_nonnull (hs_session_get_loaded (self->session));
  wait_for_label (page, "on the bench");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_withdrawn (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *id = add_locked (self->session, "gate-counter", "1.3.0");
  g_autoptr (GError) error = NULL;
  GtkWidget *page;
  GtkWidget *window;

  g_assert_true (hs_release_withdraw (catalog, id, "loses frames after 9 days", &error));
  g_assert_no_error (error);
  page = hs_releases_page_new (self->session);
  window = present (page);
  wait_for_label (page, "Withdrawn: loses frames after 9 days");
  wait_for_label (page, "It can't be flashed. No unit carries it.");
  g_assert_null (find_button (page, "Flash…"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_many (SessionFixture *self, gconstpointer data)
{
  GtkWidget *page;
  GtkWidget *window;

  for (guint i = 0; i < MANY; i++) {
    g_autofree char *name = g_strdup_printf ("product-%03u", i);
    g_autofree char *id = add_draft (self->session, name, "1.0");
  }
  page = hs_releases_page_new (self->session);
  window = present (page);
  wait_for_label (page, "200 of 200 releases");
  wait_for_label (page, "product-");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* -- locking --------------------------------------------------------------------------------- */

static void
shown_cb (gpointer owner, const char *id)
{
  g_object_set_data_full (owner, "shown", g_strdup (id), g_free);
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

static void
type (GtkWidget *entry, const char *text)
{
  int position = 0;

  for (const char *at = text; *at != '\0'; at++) {
    position = g_utf8_strlen (gtk_editable_get_text (GTK_EDITABLE (entry)), -1);
    gtk_editable_insert_text (GTK_EDITABLE (entry), at, 1, &position);
  }
}

/* It is typed, not pasted, and Enter does nothing. */
static void
test_lock (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *draft = add_draft (self->session, "gate-counter", "1.4.2");
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GError) error = NULL;
  HsReleaseDetail *detail = hs_release_detail_read (catalog, draft, NULL, &error);
  GtkWindow *window = hs_release_lock_new (self->session, detail, shown_cb, owner);
  GtkWidget *proof = find_type (GTK_WIDGET (window), HS_TYPE_TYPED_PROOF);
  GtkWidget *entry = find_type (proof, GTK_TYPE_ENTRY);
  g_autoptr (HsRelease) release = NULL;
  const char *id;

  g_assert_no_error (error);
  gtk_window_present (window);
  wait_for_label (window, "Lock gate-counter 1.4.2?");
  wait_for_label (window, "This bench gives out GATE-0001 to GATE-9999");
  gtk_editable_set_text (GTK_EDITABLE (entry), "1.4.2");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  wait_for_label (window, "type it");
  type (entry, "1.4");
  wait_for_label (window, "2 more");
  g_assert_false (
      gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), "_Lock gate-counter 1.4.2")));
  type (entry, "x");
  wait_for_label (window, "does not match");
  gtk_editable_delete_text (GTK_EDITABLE (entry), 3, -1);
  type (entry, ".2");
  wait_for_label (window, "matches");
  g_assert_true (
      gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), "_Lock gate-counter 1.4.2")));
  assert_named (GTK_WIDGET (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "wizard.next", NULL);
  while ((id = g_object_get_data (owner, "shown")) == NULL)
    g_main_context_iteration (NULL, TRUE);

  release = hs_catalog_get_release (catalog, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hs_release_get_state (release), ==, "locked");
  g_assert_cmpuint (hs_catalog_count_numbers_left (catalog, "gate-counter"), ==, 9999);
  hs_release_detail_free (detail);
}

/* -- the editor ------------------------------------------------------------------------------ */

static GtkWidget *
find_row (GtkWidget *widget, const char *title)
{
  if (ADW_IS_PREFERENCES_ROW (widget) && gtk_widget_get_mapped (widget) &&
      g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_row (child, title);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
go_on (GtkWindow *window, const char *title)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "wizard.next", NULL);
  wait_for_label (window, title);
}

static gboolean
can_go_on (GtkWindow *window, const char *verb)
{
  return gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), verb));
}

static void
test_editor (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  GtkWindow *window = hs_release_editor_new (self->session, NULL, NULL, shown_cb, owner);
  GtkWidget *top = GTK_WIDGET (window);
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (HsRecipe) recipe = NULL;
  g_autoptr (GError) error = NULL;
  const HsRecipeFile *file;
  const char *id;

  gtk_window_present (window);
  wait_for_label (window, "What is it called, and for which boards?");
  wait_for_label (window, "OpenMV Cam H7");
  g_assert_false (can_go_on (window, "_Next"));
  gtk_editable_set_text (GTK_EDITABLE (find_row (top, "Name")), "gate-counter");
  gtk_editable_set_text (GTK_EDITABLE (find_row (top, "Version")), "1.4.2");
  g_assert_false (can_go_on (window, "_Next"));
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (top, "OpenMV Cam H7")), 1);
  g_assert_true (can_go_on (window, "_Next"));
  assert_named (top);

  go_on (window, "What goes on a camera?");
  wait_for_label (window, "firmware.bin");
  assert_named (top);
  go_on (window, "When has a camera passed?");
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (top, "Version that must come back")), 1);
  assert_named (top);

  go_on (window, "Which product number does a unit get?");
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_row (top, "Product number")), 1);
  gtk_editable_set_text (GTK_EDITABLE (find_row (top, "Begins with")), "GATE-");
  wait_for_label (window, "GATE-0001 … GATE-9999");
  gtk_editable_set_text (GTK_EDITABLE (find_row (top, "Last number")), "10000");
  wait_for_label (window, "The last number has more digits than that.");
  g_assert_false (can_go_on (window, "_Next"));
  gtk_editable_set_text (GTK_EDITABLE (find_row (top, "Last number")), "500");
  wait_for_label (window, "GATE-0001 … GATE-0500");
  assert_named (top);

  go_on (window, "Which files does every unit get?");
  g_signal_emit_by_name (find_button (top, "Add a File"), "clicked");
  g_assert_false (can_go_on (window, "_Next"));
  gtk_editable_set_text (GTK_EDITABLE (find_row (top, "Path on the camera's drive")), "../x");
  g_assert_false (can_go_on (window, "_Next"));
  gtk_editable_set_text (GTK_EDITABLE (find_row (top, "Path on the camera's drive")), "unit.json");
  gtk_text_buffer_set_text (
      gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_type (top, GTK_TYPE_TEXT_VIEW))),
      "{\"serial\":\"{serial}\"}",
      -1);
  g_assert_true (can_go_on (window, "_Next"));
  assert_named (top);

  go_on (window, "Is it what you mean?");
  wait_for_label (window, "Nothing stands against locking it.");
  assert_named (top);
  gtk_widget_activate_action (top, "wizard.next", NULL);
  while ((id = g_object_get_data (owner, "shown")) == NULL)
    g_main_context_iteration (NULL, TRUE);

  release = hs_catalog_get_release (catalog, id, &error);
  g_assert_no_error (error);
  recipe = hs_recipe_parse (hs_release_get_recipe (release), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (recipe->name, ==, "gate-counter");
  g_assert_cmpstr (recipe->version, ==, "1.4.2");
  g_assert_cmpint (recipe->confirm, ==, HS_VERSION_TEXT);
  g_assert_cmpint (recipe->rule, ==, HS_NUMBER_COUNTER);
  g_assert_cmpint (recipe->last, ==, 500);
  g_assert_cmpuint (recipe->boards->len, ==, 1);
  g_assert_cmpuint (recipe->files->len, ==, 1);
  file = g_ptr_array_index (recipe->files, 0);
  g_assert_cmpstr (file->path, ==, "unit.json");
  g_assert_cmpstr (file->text, ==, "{\"serial\":\"{serial}\"}");
}

/* What was not saved is not thrown away without a question. */
static void
test_editor_asks (SessionFixture *self, gconstpointer data)
{
  g_autoptr (HsRecipe) recipe = recipe_new (self->session, "gate-counter", "1.4.2");
  GtkWindow *window = hs_release_editor_new (self->session, NULL, recipe, NULL, self->session);
  gpointer weak = window;

  g_object_add_weak_pointer (weak, &weak);
  gtk_window_present (window);
  wait_for_label (window, "OpenMV Cam H7");
  gtk_editable_set_text (GTK_EDITABLE (find_row (GTK_WIDGET (window), "Name")), "other");
  gtk_window_close (window);
  spin_for (50);
  g_assert_nonnull (weak);
  gtk_window_destroy (window);

  window = hs_release_editor_new (self->session, NULL, recipe, NULL, self->session);
  weak = window;
  g_object_add_weak_pointer (weak, &weak);
  gtk_window_present (window);
  wait_for_label (window, "OpenMV Cam H7");
  gtk_window_close (window);
  spin_for (100);
  g_assert_null (weak);
}

/* -- keys ------------------------------------------------------------------------------------ */

static void
test_preferences (SessionFixture *self, gconstpointer data)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  AdwPreferencesPage *page = hs_release_preferences_new (self->session);
  GtkWidget *window = present (GTK_WIDGET (page));
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  wait_for_label (page, "No keys yet");
  key = hs_keys_create (catalog, "release-desk", &error);
  g_assert_no_error (error);
  wait_for_label (page, "release-desk");
  g_assert_nonnull (find_button (GTK_WIDGET (page), "Export…"));
  while (find_button (GTK_WIDGET (page), "Distrust…") == NULL)
    g_main_context_iteration (NULL, TRUE);
  assert_named (GTK_WIDGET (page));
  gtk_switch_set_active (GTK_SWITCH (find_type (GTK_WIDGET (page), GTK_TYPE_SWITCH)), TRUE);
  while (!hs_keys_get_required (catalog))
    g_main_context_iteration (NULL, FALSE);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
#define ADD(path, func)                                                                            \
  g_test_add (                                                                                     \
      path, SessionFixture, "OPENMV4", session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/releases/none", test_none);
  ADD ("/releases/no-builds", test_no_builds);
  ADD ("/releases/draft", test_draft);
  ADD ("/releases/draft-unready", test_draft_unready);
  ADD ("/releases/locked", test_locked);
  ADD ("/releases/withdrawn", test_withdrawn);
  ADD ("/releases/many", test_many);
  ADD ("/releases/lock", test_lock);
  ADD ("/releases/editor", test_editor);
  ADD ("/releases/editor-asks", test_editor_asks);
  ADD ("/releases/preferences", test_preferences);
#undef ADD
  return g_test_run ();
}
