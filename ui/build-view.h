/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-past.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBuildView:
 *
 * One build: its artifacts and where they go, where it comes from, what is frozen into it, which
 * units carry it.
 */
#define HS_TYPE_BUILD_VIEW (hs_build_view_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildView, hs_build_view, HS, BUILD_VIEW, GtkBox)

GtkWidget *hs_build_view_new (HsSession *session);
void
hs_build_view_set_build (HsBuildView *self, HsBuild *build, HsBuildPast *past, GPtrArray *carriers);

G_END_DECLS
