/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/shortcuts.h"

#include "ui/piece.h"

void
hs_shortcuts_present (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (HS_UI_TEMPLATE ("shortcuts"));
  GSList *objects = gtk_builder_get_objects (builder);

  for (GSList *item = objects; item != NULL; item = item->next) {
    if (!GTK_IS_SHORTCUTS_WINDOW (item->data))
      continue;
    gtk_window_set_transient_for (item->data, parent);
    gtk_window_present (item->data);
  }
  g_slist_free (objects);
}
