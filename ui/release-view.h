/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/release-dialogs.h"

G_BEGIN_DECLS

/**
 * HsReleaseView:
 *
 * One release: what goes on which board and how, its numbers, signatures, units; for a draft what
 * stands against locking it. Everything that can be done with it.
 */
#define HS_TYPE_RELEASE_VIEW (hs_release_view_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseView, hs_release_view, HS, RELEASE_VIEW, GtkBox)

/* @show: brings another release into view; @owner is not kept alive. */
GtkWidget *hs_release_view_new (HsSession *session, HsReleaseShow show, gpointer owner);
void hs_release_view_set_detail (HsReleaseView *self, HsReleaseDetail *detail);

G_END_DECLS
