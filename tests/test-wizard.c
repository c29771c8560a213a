/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/window-fixture.h"
#include "ui/wizard.h"

#define TEST_TYPE_PAGE (test_page_get_type ())
G_DECLARE_FINAL_TYPE (TestPage, test_page, TEST, PAGE, HsWizardPage)

/* A page that counts what happens to it. */
struct _TestPage {
  HsWizardPage parent_instance;
  guint n_entered, n_forward;
  gboolean keeps; /* deals with its verb itself */
};

G_DEFINE_FINAL_TYPE (TestPage, test_page, HS_TYPE_WIZARD_PAGE)

static void
test_page_entered (HsWizardPage *page)
{
  TEST_PAGE (page)->n_entered++;
}

static gboolean
test_page_forward (HsWizardPage *page)
{
  TEST_PAGE (page)->n_forward++;
  return TEST_PAGE (page)->keeps;
}

static void
test_page_class_init (TestPageClass *klass)
{
  HS_WIZARD_PAGE_CLASS (klass)->entered = test_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = test_page_forward;
}

static void
test_page_init (TestPage *self)
{
}

static HsWizardPage *
add_page (HsWizard *wizard, const char *step)
{
  HsWizardPage *page = g_object_new (TEST_TYPE_PAGE, NULL);

  hs_wizard_page_set_step (page, step);
  hs_wizard_add_page (wizard, page);
  return page;
}

static GtkWidget *
button (HsWizard *wizard, const char *label)
{
  return find_button (GTK_WIDGET (wizard), label);
}

/* All that the header shows follows from the page that is shown. */
static void
test_buttons (void)
{
  g_autoptr (HsWizard) wizard = g_object_ref_sink (g_object_new (HS_TYPE_WIZARD, NULL));
  HsWizardPage *first = add_page (wizard, "Cameras");
  HsWizardPage *second = add_page (wizard, "Confirm");
  HsWizardPage *third = add_page (wizard, NULL);

  hs_wizard_page_set_verb (first, "_Next", FALSE, FALSE, TRUE);
  hs_wizard_go_to (wizard, first);
  gtk_window_present (GTK_WINDOW (wizard));
  g_assert_cmpuint (TEST_PAGE (first)->n_entered, ==, 1);
  g_assert_null (button (wizard, "_Back"));
  g_assert_false (gtk_widget_is_sensitive (button (wizard, "_Next")));
  hs_wizard_page_set_verb (first, "_Next", TRUE, FALSE, TRUE);
  g_assert_true (gtk_widget_is_sensitive (button (wizard, "_Next")));
  g_assert_true (gtk_widget_has_css_class (button (wizard, "_Next"), "suggested-action"));
  g_assert_true (gtk_window_get_default_widget (GTK_WINDOW (wizard)) == button (wizard, "_Next"));
  gtk_widget_activate_action (GTK_WIDGET (wizard), "wizard.next", NULL);
  g_assert_true (hs_wizard_get_page (wizard) == second);

  /* A red verb: not blue, and nothing that Enter reaches. */
  hs_wizard_page_set_verb (second, "_Flash and Erase 3 Cameras", TRUE, TRUE, TRUE);
  g_assert_true (gtk_widget_has_css_class (button (wizard, "_Flash and Erase 3 Cameras"),
                                           "destructive-action"));
  g_assert_false (
      gtk_widget_has_css_class (button (wizard, "_Flash and Erase 3 Cameras"), "suggested-action"));
  g_assert_null (gtk_window_get_default_widget (GTK_WINDOW (wizard)));
  g_assert_nonnull (button (wizard, "_Back"));
  gtk_widget_activate_action (GTK_WIDGET (wizard), "wizard.back", NULL);
  g_assert_true (hs_wizard_get_page (wizard) == first);

  /* A page may deal with its verb itself, and may have no way back. */
  hs_wizard_page_set_verb (second, "_Go", TRUE, FALSE, TRUE);
  TEST_PAGE (second)->keeps = TRUE;
  hs_wizard_go_to (wizard, second);
  gtk_widget_activate_action (GTK_WIDGET (wizard), "wizard.next", NULL);
  g_assert_true (hs_wizard_get_page (wizard) == second);
  g_assert_cmpuint (TEST_PAGE (second)->n_forward, ==, 1);
  hs_wizard_page_set_back (third, NULL, TRUE);
  hs_wizard_go_to (wizard, third);
  g_assert_null (button (wizard, "_Back"));
  gtk_window_destroy (GTK_WINDOW (wizard));
}

static void
test_gone (void)
{
  gpointer wizard = g_object_new (HS_TYPE_WIZARD, NULL);
  HsWizardPage *page = add_page (wizard, "Cameras");
  gpointer weak_page = page;

  g_object_add_weak_pointer (G_OBJECT (page), &weak_page);
  g_object_add_weak_pointer (wizard, &wizard);
  hs_wizard_go_to (wizard, page);
  gtk_window_destroy (wizard);
  spin_for (50);
  g_assert_null (wizard);
  g_assert_null (weak_page);
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/wizard/buttons", test_buttons);
  g_test_add_func ("/wizard/gone", test_gone);
  return g_test_run ();
}
