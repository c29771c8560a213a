/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/paged-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsListRow:
 *
 * A row of a list beside a detail: a title, a grey second line, a chip. A throw-away view of one
 * #HsModelRow: it fills itself again whenever that row's data arrives or changes.
 */
#define HS_TYPE_LIST_ROW (hs_list_row_get_type ())
G_DECLARE_FINAL_TYPE (HsListRow, hs_list_row, HS, LIST_ROW, GtkBox)

/* Shows @item, which is never NULL, in @self; @page is what the factory was made with. */
typedef void (*HsListRowFill) (HsListRow *self, gpointer item, gpointer page);

GtkListItemFactory *hs_list_row_factory_new (HsListRowFill fill, gpointer page);
void hs_list_row_set (HsListRow *self,
                      const char *title_markup,
                      const char *sub_markup,
                      const char *chip,
                      const char *chip_meaning,
                      const char *name);
void hs_list_row_set_icon (HsListRow *self, const char *icon_name);

G_END_DECLS
