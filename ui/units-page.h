/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsUnitsPage:
 *
 * Every unit that the catalog knows: searched while typing, one of them in detail.
 */
#define HS_TYPE_UNITS_PAGE (hs_units_page_get_type ())
G_DECLARE_FINAL_TYPE (HsUnitsPage, hs_units_page, HS, UNITS_PAGE, GtkBox)

GtkWidget *hs_units_page_new (HsSession *session);
void hs_units_page_show_unit (HsUnitsPage *self, const char *id);
void hs_units_page_focus_search (HsUnitsPage *self);

G_END_DECLS
