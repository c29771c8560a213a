/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/releases-page.h"

#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

GtkWidget *
hs_releases_page_new (HsSession *session)
{
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("New Release…"));
  GtkWidget *why =
      hs_piece_label (_ ("This Hotshoe flashes builds; releases come later."), "dim-label");
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  hs_piece_set_classes (header, "top");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header),
                                   adw_window_title_new (_ ("Releases"), ""));
  hs_piece_set_classes (button, "pill suggested-action");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (button, FALSE);
  gtk_label_set_xalign (GTK_LABEL (why), .5f);
  gtk_box_append (GTK_BOX (column), button);
  gtk_box_append (GTK_BOX (column), why);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "hs-releases-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("No releases yet"));
  adw_status_page_set_description (
      ADW_STATUS_PAGE (status),
      _ ("A release locks what goes on a camera, so that anyone can flash it."));
  adw_status_page_set_child (ADW_STATUS_PAGE (status), column);
  gtk_widget_set_vexpand (status, TRUE);
  gtk_box_append (GTK_BOX (page), header);
  gtk_box_append (GTK_BOX (page), status);
  return page;
}
