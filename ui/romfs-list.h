/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/romfs.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsRomfsItem:
 *
 * One file of an image as the list shows it. Immutable.
 */
#define HS_TYPE_ROMFS_ITEM (hs_romfs_item_get_type ())
G_DECLARE_FINAL_TYPE (HsRomfsItem, hs_romfs_item, HS, ROMFS_ITEM, GObject)

const char *hs_romfs_item_get_name (HsRomfsItem *self);
guint hs_romfs_item_get_alignment (HsRomfsItem *self); /* that was asked for */

/* Items of all files, in the image's order. (transfer full) */
GListModel *hs_romfs_items_new (HsRomfs *romfs);
/* A table of them: name, kind, size, alignment. (transfer floating) */
GtkWidget *hs_romfs_list_new (GtkSelectionModel *model);
/* A drag of what is chosen out of the window, as files; they are made when they are wanted. */
typedef GStrv (*HsRomfsNames) (gpointer owner);
void hs_romfs_drag_install (GtkWidget *view,
                            HsRomfs *(*romfs) (gpointer owner),
                            HsRomfsNames names,
                            gpointer owner);

G_END_DECLS
