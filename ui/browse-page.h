/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/list-detail.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsBrowsePageClass:
 * @fill_row: shows one item of the list; @typed is what is searched for, "" for nothing
 * @count_text: "7 of 1 204 units"; (transfer full)
 * @nothing_text: said in place of a list in which nothing fits; (transfer full)
 * @read_detail: what the detail shows of the row with the id that is its data; runs on the
 *   catalog's reading thread
 * @free_detail: frees what @read_detail returns
 * @show_detail: shows it; %NULL: no row is picked, or it could not be read
 *
 * A place of the window that has a list beside a detail: header, practice ribbon, search, the words
 * for an empty catalog. In a template of a subclass a child of type "start" or "end" goes into the
 * header, one of type "empty" is what is shown as long as there is nothing to list.
 */
#define HS_TYPE_BROWSE_PAGE (hs_browse_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsBrowsePage, hs_browse_page, HS, BROWSE_PAGE, GtkBox)

struct _HsBrowsePageClass {
  GtkBoxClass parent_class;

  void (*fill_row) (HsBrowsePage *self, HsListRow *row, gpointer item, const char *typed);
  char *(*count_text) (guint64 found, guint64 all);
  char *(*nothing_text) (const char *typed);
  HsCatalogFunc read_detail;
  GDestroyNotify free_detail;
  void (*show_detail) (HsBrowsePage *self, gpointer detail);
};

void hs_browse_page_set_words (HsBrowsePage *self,
                               const char *title,
                               const char *list_name,
                               const char *placeholder,
                               int width);
void hs_browse_page_set_up (HsBrowsePage *self,
                            HsSession *session,
                            HsPagedModel *model,
                            GtkWidget *detail);
HsSession *hs_browse_page_get_session (HsBrowsePage *self);
HsPagedModel *hs_browse_page_get_model (HsBrowsePage *self);
HsListDetail *hs_browse_page_get_list (HsBrowsePage *self);
void hs_browse_page_set_subtitle (HsBrowsePage *self, const char *subtitle);
void hs_browse_page_show (HsBrowsePage *self, const char *id);
void hs_browse_page_focus_search (HsBrowsePage *self);

G_END_DECLS
