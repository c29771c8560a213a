/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/browse-page.h"
#include "ui/build-watch.h"

G_BEGIN_DECLS

/**
 * HsBuildsPage:
 *
 * Every build of the catalog, one of them in detail, and the way in for new ones.
 */
#define HS_TYPE_BUILDS_PAGE (hs_builds_page_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildsPage, hs_builds_page, HS, BUILDS_PAGE, HsBrowsePage)

GtkWidget *hs_builds_page_new (HsSession *session);
/* Builds that run are shown above the list. */
void hs_builds_page_set_watch (HsBuildsPage *self, HsBuildWatch *watch);

G_END_DECLS
