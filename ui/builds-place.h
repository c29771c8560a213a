/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/builds-page.h"

G_BEGIN_DECLS

/**
 * HsBuildsPlace:
 *
 * The place "Builds": the list of builds, and in its stead a build that runs or ran.
 */
#define HS_TYPE_BUILDS_PLACE (hs_builds_place_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildsPlace, hs_builds_place, HS, BUILDS_PLACE, AdwBin)

GtkWidget *hs_builds_place_new (HsSession *session);
void hs_builds_place_show_run (HsBuildsPlace *self, guint position); /* in the session's queue */
void hs_builds_place_show_build (HsBuildsPlace *self, const char *id);
void hs_builds_place_focus_search (HsBuildsPlace *self);

G_END_DECLS
