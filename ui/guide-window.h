/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsGuideWindow:
 *
 * A window for one walk through a guide. Cancel at the left, the other drawing at the right; it
 * asks before it closes while a job runs.
 */
#define HS_TYPE_GUIDE_WINDOW (hs_guide_window_get_type ())
G_DECLARE_FINAL_TYPE (HsGuideWindow, hs_guide_window, HS, GUIDE_WINDOW, AdwWindow)

/* For a guide that is chosen already; the window starts it. */
GtkWindow *hs_guide_window_new (GtkWindow *parent, HsSession *session, HsGuide *guide);
/* Asks first which board, build and slot; what is known is chosen. All three are nullable. */
GtkWindow *hs_guide_window_new_recover (GtkWindow *parent,
                                        HsSession *session,
                                        const HsBoard *board,
                                        const char *port,
                                        const char *unit);
/* The same for the camera on a slot: as much as it shows. */
void hs_guide_window_recover_slot (GtkWindow *parent, HsSession *session, HsSlot *slot);
void hs_guide_window_show (HsGuideWindow *self, HsSession *session, HsGuide *guide);
HsGuide *hs_guide_window_get_guide (HsGuideWindow *self); /* nullable: not started */

G_END_DECLS
