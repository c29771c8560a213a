/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/browse-page.h"

G_BEGIN_DECLS

/**
 * HsReleasesPage:
 *
 * Every release of the catalog, one of them in detail, and the way in for new ones.
 */
#define HS_TYPE_RELEASES_PAGE (hs_releases_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleasesPage, hs_releases_page, HS, RELEASES_PAGE, HsBrowsePage)

GtkWidget *hs_releases_page_new (HsSession *session);

G_END_DECLS
