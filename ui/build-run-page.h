/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/build-watch.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsBuildRunPage:
 *
 * A build while it runs and after it: phases with their times, progress, what went wrong on top,
 * memory as a picture, the log. Several builds that were queued are a list to choose from. ::back
 * when the list of builds is wanted again.
 */
#define HS_TYPE_BUILD_RUN_PAGE (hs_build_run_page_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildRunPage, hs_build_run_page, HS, BUILD_RUN_PAGE, GtkBox)

GtkWidget *hs_build_run_page_new (HsSession *session, HsBuildWatch *watch);
void hs_build_run_page_set_run (HsBuildRunPage *self, HsBuildRun *run); /* nullable */
HsBuildRun *hs_build_run_page_get_run (HsBuildRunPage *self);           /* nullable */

G_END_DECLS
