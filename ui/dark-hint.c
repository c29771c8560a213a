/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/dark-hint.h"

#include <adwaita.h>

static void
dark_cb (AdwStyleManager *manager, GParamSpec *pspec, GtkWidget *self)
{
  if (adw_style_manager_get_dark (manager))
    gtk_widget_add_css_class (self, "dark-hint");
  else
    gtk_widget_remove_css_class (self, "dark-hint");
}

void
hs_dark_hint_follow (GtkWidget *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (dark_cb), self, 0);
  dark_cb (manager, NULL, self);
}
