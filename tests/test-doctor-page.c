/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/doctor.h"
#include "tests/session-fixture.h"
#include "ui/dialogs.h"
#include "ui/doctor-list.h"
#include "ui/doctor-window.h"
#include "ui/rules-dialog.h"
#include "ui/trouble-bar.h"

static GPtrArray *
new_findings (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hs_doctor_finding_free);
}

static HsDoctorFinding *
add (GPtrArray *findings, const char *id, HsDoctorGroup group, HsDoctorState state)
{
  HsDoctorFinding *finding = g_new0 (HsDoctorFinding, 1);

  finding->id = g_strdup (id);
  finding->group = group;
  finding->state = state;
  finding->title = g_strdup_printf ("title of %s", id);
  g_ptr_array_add (findings, finding);
  return finding;
}

static GtkWidget *
present (GtkWidget *child)
{
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 700, 600);
  adw_window_set_content (ADW_WINDOW (window), child);
  gtk_window_present (GTK_WINDOW (window));
  spin_for (50);
  return window;
}

/* Every state, with and without what can be done about it. */
static void
test_states (void)
{
  g_autoptr (GPtrArray) findings = new_findings ();
  HsDoctorFinding *finding;
  GtkWidget *window;

  finding = add (findings, "rules", HS_DOCTOR_RULES, HS_DOCTOR_TROUBLE);
  finding->text = g_strdup ("what was seen");
  finding->action = g_strdup ("what to do");
  finding->command = g_strdup ("sudo something");
  add (findings, "rules:openmv-ide", HS_DOCTOR_RULES, HS_DOCTOR_NOTE);
  add (findings, "disk", HS_DOCTOR_MACHINE, HS_DOCTOR_OK);
  window = present (hs_doctor_list_new (findings));

  wait_for_label (window, hs_doctor_group_title (HS_DOCTOR_RULES));
  wait_for_label (window, "title of rules:openmv-ide");
  wait_for_label (window, "what was seen");
  wait_for_label (window, "what to do");
  wait_for_label (window, "sudo something");
  g_assert_nonnull (find_button (window, "Install Rules…"));
  g_assert_nonnull (find_button (window, "Copy"));
  g_assert_nonnull (find_button (window, "Open Folder"));
  assert_named (window);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Rules that are in place offer nothing to install. */
static void
test_fine (void)
{
  g_autoptr (GPtrArray) findings = new_findings ();
  GtkWidget *window;

  add (findings, "rules", HS_DOCTOR_RULES, HS_DOCTOR_OK);
  window = present (hs_doctor_list_new (findings));
  g_assert_null (find_button (window, "Install Rules…"));
  g_assert_null (find_button (window, "Copy"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_none_and_many (void)
{
  g_autoptr (GPtrArray) findings = new_findings ();
  GtkWidget *window = present (hs_doctor_list_new (findings));
  GtkWidget *scroller = gtk_scrolled_window_new ();

  for (guint i = 0; i < 200; i++) {
    g_autofree char *id = g_strdup_printf ("other:%u", i);
    HsDoctorFinding *finding = add (findings, id, HS_DOCTOR_OTHERS, i % 3);

    finding->text = g_strnfill (300, 'W');
  }
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), hs_doctor_list_new (findings));
  adw_window_set_content (ADW_WINDOW (window), scroller);
  spin_for (50);
  wait_for_label (window, "title of other:199");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The page itself, about this machine: something is said, and it can be asked again. */
static void
test_page (SessionFixture *self, gconstpointer data)
{
  gpointer window = hs_doctor_window_new (NULL, self->session);

  gtk_window_present (window);
  wait_for_label (window, hs_doctor_group_title (HS_DOCTOR_MACHINE));
  g_assert_true (gtk_widget_is_sensitive (find_button (window, "Check Again")));
  g_assert_null (find_label (window, "Looking…"));
  assert_named (window);
  gtk_widget_activate_action (window, "doctor.check", NULL);
  g_assert_false (gtk_widget_is_sensitive (find_button (window, "Check Again")));
  while (!gtk_widget_is_sensitive (find_button (window, "Check Again")))
    g_main_context_iteration (NULL, TRUE);
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  spin_for (50);
  g_assert_null (window);
}

/* It goes while it still looks. */
static void
test_gone_early (SessionFixture *self, gconstpointer data)
{
  gpointer window = hs_doctor_window_new (NULL, self->session);
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  gtk_window_present (window);
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  while (window != NULL && g_get_monotonic_time () < end)
    spin_for (20);
  g_assert_null (window);
}

static GtkWindow *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (ADW_IS_MESSAGE_DIALOG (window))
      return window;
  }
  return NULL;
}

static void
count_cb (gpointer owner)
{
  g_object_set_data (owner, "yes", GINT_TO_POINTER (1));
}

/* What will be written is shown, and nothing happens unless somebody agrees. */
static void
test_rules_dialog (void)
{
  HsRulesChange change = {
    (char *) "/etc/udev/rules.d/60-hotshoe.rules", (char *) "SUBSYSTEM==\"usb\"\n", NULL, FALSE
  };
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  GtkWidget *window = present (gtk_label_new ("page"));

  hs_rules_dialog_present (GTK_WINDOW (window), &change, count_cb, owner);
  spin_for (50);
  wait_for_label (find_dialog (), "SUBSYSTEM==\"usb\"");
  wait_for_label (find_dialog (), "This is written to /etc/udev/rules.d/60-hotshoe.rules");
  gtk_window_close (find_dialog ());
  spin_for (50);
  g_assert_null (find_dialog ());
  g_assert_null (g_object_get_data (owner, "yes"));

  change.diff = (char *) "+SUBSYSTEM";
  hs_rules_dialog_present (GTK_WINDOW (window), &change, count_cb, owner);
  spin_for (50);
  wait_for_label (find_dialog (), "+SUBSYSTEM");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (find_dialog ()), "install");
  spin_for (50);
  g_assert_nonnull (g_object_get_data (owner, "yes"));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Whoever may not open a camera is led to the doctor; whoever has another trouble is not. */
static void
test_led_there (void)
{
  HsProblem problem = {
    (char *) "no-permission", (char *) "no access", (char *) "It may not.", NULL, NULL
  };
  GtkWidget *bar = g_object_new (HS_TYPE_TROUBLE_BAR, NULL);
  GtkWidget *window = present (bar);

  hs_trouble_bar_set_problem (HS_TROUBLE_BAR (bar), &problem);
  spin_for (400);
  g_assert_nonnull (find_button (window, "Doctor…"));
  problem.code = (char *) "camera-gone";
  hs_trouble_bar_set_problem (HS_TROUBLE_BAR (bar), &problem);
  spin_for (50);
  g_assert_null (find_button (window, "Doctor…"));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char *argv[])
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/doctor-page/states", test_states);
  g_test_add_func ("/doctor-page/fine", test_fine);
  g_test_add_func ("/doctor-page/none-and-many", test_none_and_many);
  g_test_add ("/doctor-page/page",
              SessionFixture,
              "OPENMV4",
              session_fixture_set_up,
              test_page,
              session_fixture_tear_down);
  g_test_add ("/doctor-page/gone-early",
              SessionFixture,
              "OPENMV4",
              session_fixture_set_up,
              test_gone_early,
              session_fixture_tear_down);
  g_test_add_func ("/doctor-page/rules-dialog", test_rules_dialog);
  g_test_add_func ("/doctor-page/led-there", test_led_there);
  return g_test_run ();
}
