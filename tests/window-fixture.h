/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/hs-ui-resources.h"

#include <adwaita.h>
#include <stdlib.h>

/* For tests that show widgets. Without a display they are skipped, and say so. */
static inline void
window_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ()) {
    g_print ("1..0 # SKIP no display\n");
    exit (0);
  }
  adw_init ();
  g_resources_register (hs_ui_get_resource ());
}

/* For pictures: what the application loads by itself. */
static inline void
window_test_load_style (void)
{
  static const char *const names[] = { "style.css", "style-hc.css" };
  GdkDisplay *display = gdk_display_get_default ();
  gboolean high_contrast = adw_style_manager_get_high_contrast (adw_style_manager_get_default ());

  for (guint i = 0; i <= (guint) high_contrast; i++) {
    g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();
    g_autofree char *path = g_strconcat ("/io/github/hotshoe/Hotshoe/", names[i], NULL);

    gtk_css_provider_load_from_resource (css, path);
    gtk_style_context_add_provider_for_display (
        display, GTK_STYLE_PROVIDER (css), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  }
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display),
                                    "/io/github/hotshoe/Hotshoe/icons");
}

static inline gboolean
flag_cb (gpointer flag)
{
  *(gboolean *) flag = TRUE;
  return G_SOURCE_REMOVE;
}

/* Lets the main loop go on for so many milliseconds. */
static inline void
spin_for (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, flag_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

/* The button that is shown with this very label below @widget; NULL if there is none. */
static inline GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_button (child, label);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* Who takes the focus must have a name, or nobody who listens knows where they are. Entries and
 * rows pass the focus on to a part of theirs. */
static inline void
assert_named (GtkWidget *widget)
{
  gboolean asks = GTK_IS_BUTTON (widget) || GTK_IS_CHECK_BUTTON (widget) ||
                  GTK_IS_SWITCH (widget) || GTK_IS_LIST_VIEW (widget) ||
                  GTK_IS_SEARCH_ENTRY (widget) ||
                  g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkListItemWidget");
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  if (!gtk_widget_get_mapped (widget) || ADW_IS_COMBO_ROW (widget) ||
      GTK_IS_DROP_DOWN (widget)) /* have a list of their own inside */
    return;
  if (asks && gtk_widget_is_sensitive (widget) &&
      !gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL) &&
      !gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY)) {
    g_test_message ("%s in %s has no name",
                    G_OBJECT_TYPE_NAME (widget),
                    G_OBJECT_TYPE_NAME (gtk_widget_get_parent (widget)));
    g_test_fail ();
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    assert_named (child);
}

/* Tab by Tab through all of @window until it comes round: wherever it stands can be seen and used.
 * Returns how many places there are. */
static inline guint
walk_by_keyboard (GtkWidget *window)
{
  GtkWidget *first = NULL;
  guint n = 0;

  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  while (gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD)) {
    GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (window));

    g_assert_nonnull (focus);
    if (!GTK_IS_LIST_VIEW (gtk_widget_get_parent (focus)) && /* drawn with the next frame */
        (!gtk_widget_get_mapped (focus) || !gtk_widget_is_sensitive (focus))) {
      g_test_message ("%s in %s can’t be used",
                      G_OBJECT_TYPE_NAME (focus),
                      G_OBJECT_TYPE_NAME (gtk_widget_get_parent (focus)));
      g_test_fail ();
    }
    if (focus == first)
      break;
    if (first == NULL)
      first = focus;
    g_assert_cmpuint (n++, <, 500);
  }
  return n;
}
