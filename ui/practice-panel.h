/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsPracticePanel:
 *
 * The hands at the practice bench: plug and unplug simulated cameras, break them, add one. A small
 * window beside the bench, so that it can be used while cameras are flashed.
 */
#define HS_TYPE_PRACTICE_PANEL (hs_practice_panel_get_type ())
G_DECLARE_FINAL_TYPE (HsPracticePanel, hs_practice_panel, HS, PRACTICE_PANEL, GtkWindow)

GtkWidget *hs_practice_panel_new (GtkWindow *parent, HsSession *session);

G_END_DECLS
