/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/browse-page.h"

G_BEGIN_DECLS

/**
 * HsUnitsPage:
 *
 * Every unit that the catalog knows: searched while typing, one of them in detail.
 */
#define HS_TYPE_UNITS_PAGE (hs_units_page_get_type ())
G_DECLARE_FINAL_TYPE (HsUnitsPage, hs_units_page, HS, UNITS_PAGE, HsBrowsePage)

GtkWidget *hs_units_page_new (HsSession *session);
/* Only units that carry the release @id, which is called @title. */
void hs_units_page_show_release (HsUnitsPage *self, const char *id, const char *title);

G_END_DECLS
