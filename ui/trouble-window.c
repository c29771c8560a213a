/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/trouble-window.h"

#include "ui/dialogs.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

static void
details_cb (GtkButton *button, const HsProblem *problem)
{
  hs_dialog_details (GTK_WIDGET (button), problem);
}

static GtkWidget *
pill (const char *label)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "pill");
  return button;
}

/**
 * hs_trouble_window_new:
 * @application: the application
 * @problem: why there is nothing to show
 *
 * Returns: a window that says so, with Quit
 */
GtkWidget *
hs_trouble_window_new (GtkApplication *application, const HsProblem *problem)
{
  GtkWidget *window = adw_application_window_new (application);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *page = adw_status_page_new ();
  GtkWidget *details = pill (_ ("Details"));
  GtkWidget *quit = pill (_ ("Quit"));
  GtkWidget *buttons = hs_piece_row (12, details, quit, NULL);
  g_autofree char *text =
      g_strdup_printf ("%s %s", problem->message, problem->action != NULL ? problem->action : "");
  g_autofree char *safe = g_markup_escape_text (g_strchomp (text), -1);
  g_autofree char *headline = hs_dialog_dup_headline (problem);
  g_autofree char *title = g_markup_escape_text (headline, -1);

  hs_piece_set_classes (header, "top");
  gtk_widget_add_css_class (quit, "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (quit), "app.quit");
  gtk_widget_set_halign (buttons, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (details, problem->chain != NULL);
  g_signal_connect_data (details,
                         "clicked",
                         G_CALLBACK (details_cb),
                         hs_problem_copy (problem),
                         (GClosureNotify) (void (*) (void)) hs_problem_free,
                         0);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "hs-fail-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (page), safe);
  adw_status_page_set_child (ADW_STATUS_PAGE (page), buttons);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), page);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), box);
  gtk_window_set_title (GTK_WINDOW (window), _ ("Hotshoe"));
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 600);
  return window;
}
