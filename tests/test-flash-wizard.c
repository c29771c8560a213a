/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session-fixture.h"
#include "ui/flash-wizard.h"

static gpointer
first_build (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) ids = hs_catalog_list_builds (catalog, NULL, 1, NULL, error);

  return hs_catalog_get_build (catalog, g_ptr_array_index (ids, 0), error);
}

static void
load_first_build (HsSession *session)
{
  g_autoptr (HsBuild) build = first_build (hs_session_get_catalog (session), NULL, NULL, NULL);

  g_assert_nonnull (build);
  hs_session_set_loaded (session, build);
}

static void
press (GtkWindow *wizard, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (wizard), action, NULL);
}

/* Loaded, it opens at Confirm; the plan comes from the catalog's own thread, and without it there
 * is nothing to press. */
static GtkWindow *
open_wizard (HsSession *session, guint n)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (session, n);
  GtkWindow *wizard = hs_flash_wizard_new (session, slots);

  gtk_window_present (wizard);
  wait_for_label (wizard, "Never touch");
  return wizard;
}

static void
assert_closes (GtkWindow *wizard)
{
  gpointer weak = wizard;

  g_object_add_weak_pointer (weak, &weak);
  gtk_window_destroy (wizard);
  spin_for (50);
  g_assert_null (weak);
}

/* With cameras and a build it opens at Confirm, and one press later two cameras are flashed. */
static void
test_two_cameras (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard;

  load_first_build (self->session);
  wizard = open_wizard (self->session, 2);
  wait_for_label (wizard, "Flash 2 cameras with");
  g_assert_nonnull (find_button (GTK_WIDGET (wizard), "_Flash 2 Cameras"));
  g_assert_nonnull (find_label (GTK_WIDGET (wizard), "Never touch"));
  press (wizard, "wizard.next");
  wait_for_label (wizard, "All 2 cameras passed");
  g_assert_null (find_button (GTK_WIDGET (wizard), "_Back"));
  g_assert_nonnull (find_button (GTK_WIDGET (wizard), "_Close"));
  gtk_expander_set_expanded (GTK_EXPANDER (gtk_widget_get_ancestor (
                                 find_label (GTK_WIDGET (wizard), "Details"), GTK_TYPE_EXPANDER)),
                             TRUE);
  wait_for_label (wizard, "dfu-util");
  assert_named (GTK_WIDGET (wizard));
  assert_closes (wizard);
}

/* It opens at the first open question; each page leads to the next. */
static void
test_questions (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 2);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GtkWindow *wizard = hs_flash_wizard_new (self->session, none);

  gtk_window_present (wizard);
  wait_for_label (wizard, "Which cameras?");
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (wizard), "_Next")));
  assert_closes (wizard);

  hs_session_set_loaded (self->session, NULL);
  wizard = hs_flash_wizard_new (self->session, slots);
  gtk_window_present (wizard);
  wait_for_label (wizard, "Which build?");
  wait_for_label (wizard, "Today");
  assert_named (GTK_WIDGET (wizard));
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (wizard), "_Next")));
  press (wizard, "wizard.back");
  wait_for_label (wizard, "Which cameras?");
  assert_named (GTK_WIDGET (wizard));
  assert_closes (wizard);

  load_first_build (self->session);
  wizard = hs_flash_wizard_new (self->session, slots);
  gtk_window_present (wizard);
  wait_for_label (wizard, "Flash 2 cameras with");
  press (wizard, "wizard.back");
  wait_for_label (wizard, "What to write?");
  assert_named (GTK_WIDGET (wizard));
  press (wizard, "wizard.next");
  wait_for_label (wizard, "Flash 2 cameras with");
  assert_closes (wizard);
}

static GtkWidget *
find_switch_of_row (GtkWidget *widget, const char *title)
{
  if (ADW_IS_ACTION_ROW (widget) &&
      g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return adw_action_row_get_activatable_widget (ADW_ACTION_ROW (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_switch_of_row (child, title);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Erasing makes the verb red, names the loss, and "Keep Them" takes it back. */
static void
test_loss (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard;
  GtkWidget *erase;
  GtkWidget *verb;

  load_first_build (self->session);
  wizard = open_wizard (self->session, 2);
  press (wizard, "wizard.back");
  wait_for_label (wizard, "What to write?");
  erase = find_switch_of_row (GTK_WIDGET (wizard), "Erase the filesystem");
  gtk_switch_set_active (GTK_SWITCH (erase), TRUE);
  press (wizard, "wizard.next");
  wait_for_label (wizard, "The filesystems of all 2 cameras are erased.");
  verb = find_button (GTK_WIDGET (wizard), "_Flash and Erase 2 Cameras");
  g_assert_true (gtk_widget_has_css_class (verb, "destructive-action"));
  g_assert_null (gtk_window_get_default_widget (wizard));

  g_signal_emit_by_name (find_button (GTK_WIDGET (wizard), "Keep Them"), "clicked");
  g_assert_nonnull (find_button (GTK_WIDGET (wizard), "_Flash 2 Cameras"));
  g_assert_null (find_label (GTK_WIDGET (wizard), "The filesystems"));
  assert_closes (wizard);
}

/* One of two fails: one shape for the whole, the failed one goes again, and passes. */
static void
test_retry (SessionFixture *self, gconstpointer data)
{
  HsSimBus *bus = hs_session_get_sim_bus (self->session);
  GtkWindow *wizard;

  hs_sim_camera_get_faults (hs_sim_bus_get_camera (bus, 1))->corrupt_block = 40;
  load_first_build (self->session);
  wizard = open_wizard (self->session, 2);
  press (wizard, "wizard.next");
  wait_for_label (wizard, "1 of 2 cameras passed");
  wait_for_label (wizard, "Failed: ");
  g_assert_nonnull (find_button (GTK_WIDGET (wizard), "_Retry 1 Failed"));

  hs_sim_camera_get_faults (hs_sim_bus_get_camera (bus, 1))->corrupt_block = -1;
  press (wizard, "wizard.next");
  wait_for_label (wizard, "The camera passed");
  assert_closes (wizard);
}

/* Closed while it runs: the jobs go on and end on the bench. */
static void
test_closed_early (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard;

  load_first_build (self->session);
  wizard = open_wizard (self->session, 2);
  press (wizard, "wizard.next");
  assert_closes (wizard);
  while (hs_session_get_n_running (self->session) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (hs_session_get_jobs (self->session)), ==, 2);
}

static AdwMessageDialog *
find_dialog (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *l = windows; l != NULL; l = l->next)
    if (ADW_IS_MESSAGE_DIALOG (l->data) && gtk_widget_get_visible (l->data))
      return l->data;
  return NULL;
}

static void
click (AdwMessageDialog *dialog, const char *label)
{
  wait_for_label (dialog, label + 1);
  g_signal_emit_by_name (find_button (GTK_WIDGET (dialog), label), "clicked");
}

/* Stop asks once, keeps going if told so, and then ends the run as stopped, not as failed. */
static void
test_stop (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard;
  g_autoptr (HsJob) job = NULL;

  load_first_build (self->session);
  wizard = open_wizard (self->session, 1);
  press (wizard, "wizard.next");
  wait_for_label (wizard, "Writing firmware, sector 2");
  press (wizard, "wizard.next");
  g_assert_nonnull (find_dialog ());
  click (find_dialog (), "_Keep Going");
  spin_for (200);
  g_assert_null (find_dialog ());
  g_assert_cmpuint (hs_session_get_n_running (self->session), ==, 1);

  press (wizard, "wizard.next");
  click (find_dialog (), "_Stop");
  wait_for_label (wizard, "The camera did not pass");
  job = g_list_model_get_item (hs_session_get_jobs (self->session), 0);
  g_assert_cmpint (hs_job_get_outcome (job), ==, HS_OUTCOME_CANCELLED);
  g_assert_nonnull (find_button (GTK_WIDGET (wizard), "_Retry 1 Failed"));
  assert_closes (wizard);
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
#define ADD(path, func)                                                                            \
  g_test_add (                                                                                     \
      path, SessionFixture, "OPENMV4*2", session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/flash-wizard/two-cameras", test_two_cameras);
  ADD ("/flash-wizard/questions", test_questions);
  ADD ("/flash-wizard/loss", test_loss);
  ADD ("/flash-wizard/retry", test_retry);
  ADD ("/flash-wizard/closed-early", test_closed_early);
#undef ADD
  g_test_add ("/flash-wizard/stop",
              SessionFixture,
              "!OPENMV4",
              session_fixture_set_up,
              test_stop,
              session_fixture_tear_down);
  return g_test_run ();
}
