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
