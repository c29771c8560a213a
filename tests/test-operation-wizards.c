/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/session-fixture.h"
#include "ui/flash-wizard.h"
#include "ui/operation.h"

static void
load_first_build (HsSession *session)
{
  HsCatalog *catalog = hs_session_get_catalog (session);
  g_autoptr (GPtrArray) ids = hs_catalog_list_builds (catalog, NULL, 1, NULL, NULL);
  g_autoptr (HsBuild) build = hs_catalog_get_build (catalog, g_ptr_array_index (ids, 0), NULL);

  g_assert_nonnull (build);
  hs_session_set_loaded (session, build);
}

static void
press (GtkWindow *wizard, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (wizard), action, NULL);
}

static void
click (GtkWindow *wizard, const char *label)
{
  g_signal_emit_by_name (find_button (GTK_WIDGET (wizard), label), "clicked");
}

static GtkWindow *
open_wizard (HsSession *session, const char *what, guint n)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (session, n);
  GtkWindow *wizard = hs_flash_wizard_new_for (session, slots, what, NULL);

  gtk_window_present (wizard);
  return wizard;
}

static void
wait_for_button (GtkWindow *wizard, const char *label)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  GtkWidget *button;

  while ((button = find_button (GTK_WIDGET (wizard), label)) == NULL ||
         !gtk_widget_is_sensitive (button)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
  }
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

/* It says what erasing is before it asks, and the verb is red. */
static void
test_erase (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard = open_wizard (self->session, "erase", 2);

  wait_for_label (wizard, "How to erase?");
  g_assert_nonnull (find_label (GTK_WIDGET (wizard), "It is a re-format, not a wipe"));
  assert_named (GTK_WIDGET (wizard));
  press (wizard, "wizard.next");
  wait_for_label (wizard, "The filesystems of all 2 cameras are erased.");
  wait_for_button (wizard, "_Erase 2 Filesystems");
  g_assert_true (gtk_widget_has_css_class (
      find_button (GTK_WIDGET (wizard), "_Erase 2 Filesystems"), "destructive-action"));
  g_assert_null (gtk_window_get_default_widget (wizard));
  assert_named (GTK_WIDGET (wizard));
  press (wizard, "wizard.next");
  wait_for_label (wizard, "2 filesystems are erased");
  assert_named (GTK_WIDGET (wizard));
  assert_closes (wizard);
}

/* A practice camera does not hold the practice build; once it is flashed, it does. */
static void
test_compare (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard;

  load_first_build (self->session);
  wizard = open_wizard (self->session, "compare", 2);
  wait_for_label (wizard, "Compare 2 cameras with");
  wait_for_button (wizard, "_Compare 2 Cameras");
  g_assert_null (find_label (GTK_WIDGET (wizard), "Never touch"));
  press (wizard, "wizard.next");
  wait_for_label (wizard, "0 of 2 cameras hold exactly this");
  wait_for_label (wizard, "Differs");
  g_assert_nonnull (find_button (GTK_WIDGET (wizard), "_Flash the Difference…"));
  assert_named (GTK_WIDGET (wizard));
  assert_closes (wizard);

  wizard = open_wizard (self->session, "flash", 2);
  wait_for_button (wizard, "_Flash 2 Cameras");
  press (wizard, "wizard.next");
  wait_for_label (wizard, "All 2 cameras passed");
  assert_closes (wizard);
  wizard = open_wizard (self->session, "compare", 2);
  wait_for_button (wizard, "_Compare 2 Cameras");
  press (wizard, "wizard.next");
  wait_for_label (wizard, "All 2 cameras hold exactly this");
  assert_closes (wizard);
}

/* Nothing is written, and the way back leads to Confirm. */
static void
test_dry_run (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard;

  load_first_build (self->session);
  wizard = open_wizard (self->session, "flash", 1);
  wait_for_button (wizard, "_Try It Without Writing");
  click (wizard, "_Try It Without Writing");
  wait_for_label (wizard, "Nothing was written");
  assert_named (GTK_WIDGET (wizard));
  press (wizard, "wizard.back");
  wait_for_label (wizard, "Flash 1 camera with");
  assert_closes (wizard);
}

static void
test_reset_romfs (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard;

  load_first_build (self->session);
  wizard = open_wizard (self->session, "reset-romfs", 1);
  wait_for_label (wizard, "Reset ROMFS of 1 camera to");
  wait_for_label (wizard, "What is in its ROMFS is replaced.");
  wait_for_button (wizard, "_Reset ROMFS of 1 Camera");
  press (wizard, "wizard.next");
  wait_for_label (wizard, "ROMFS is reset");
  assert_closes (wizard);
}

/* No file, no reading; one camera at a time. */
static void
test_read (SessionFixture *self, gconstpointer data)
{
  GtkWindow *wizard = open_wizard (self->session, "read", 2);
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 2);
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  wait_for_label (wizard, "Which cameras?");
  wait_for_label (wizard, "One at a time");
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (wizard), "_Next")));
  assert_closes (wizard);

  g_ptr_array_add (one, g_ptr_array_index (slots, 0));
  wizard = hs_flash_wizard_new_for (self->session, one, "read", NULL);
  gtk_window_present (wizard);
  wait_for_label (wizard, "What to read?");
  wait_for_label (wizard, "Not chosen yet");
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (wizard), "_Read FIRMWARE")));
  assert_named (GTK_WIDGET (wizard));
  assert_closes (wizard);
}

/* Whole sentences for every operation and any number of cameras. */
static void
test_words (void)
{
  static const char *const all[] = { "flash", "erase", "reset-romfs", "compare", "read" };
  const HsRequestOptions options = { .overwrite = TRUE };
  g_autofree char *overwrite = hs_operation_verb ("erase", 3, &options);

  g_assert_cmpstr (overwrite, ==, "_Overwrite 3 Filesystems");
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    for (guint n = 1; n < 4; n++) {
      g_autofree char *title = hs_operation_title (all[i], n, "gate 1.0");
      g_autofree char *verb = hs_operation_verb (all[i], n, &options);
      g_autofree char *running = hs_operation_running (all[i], n);
      g_autofree char *result = hs_operation_result (all[i], n, n);

      g_assert_cmpstr (title, !=, "");
      g_assert_nonnull (strchr (verb, '_'));
      g_assert_cmpstr (running, !=, "");
      g_assert_cmpstr (result, !=, "");
      g_assert_cmpint (hs_operation_loses (all[i], &options), ==, i == 1 || i == 2);
    }
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/operation-wizards/words", test_words);
#define ADD(path, spec, func)                                                                      \
  g_test_add (path, SessionFixture, spec, session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/operation-wizards/erase", "OPENMV4*2", test_erase);
  ADD ("/operation-wizards/compare", "OPENMV4*2", test_compare);
  ADD ("/operation-wizards/dry-run", "OPENMV4", test_dry_run);
  ADD ("/operation-wizards/reset-romfs", "OPENMV4P", test_reset_romfs);
  ADD ("/operation-wizards/read", "OPENMV4*2", test_read);
#undef ADD
  return g_test_run ();
}
