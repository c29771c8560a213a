/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsPlaceRow:
 *
 * One place of the window's sidebar: an icon, its name, and a live count. On the rail of a narrow
 * window only the icon stays, and a live count becomes a dot.
 */
#define HS_TYPE_PLACE_ROW (hs_place_row_get_type ())
G_DECLARE_FINAL_TYPE (HsPlaceRow, hs_place_row, HS, PLACE_ROW, GtkListBoxRow)

GtkWidget *hs_place_row_new (const char *id, const char *title, const char *icon_name);
const char *hs_place_row_get_id (HsPlaceRow *self);
void hs_place_row_set_badge (HsPlaceRow *self, const char *text, gboolean live);
void hs_place_row_set_rail (HsPlaceRow *self, gboolean rail);

G_END_DECLS
