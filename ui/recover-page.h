/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsRecoverPage:
 *
 * Asks what a recovery has to know: which board, which build in the end, where the camera is. A
 * board that can't be recovered says so, and where to go. Property: "ready", whether all is known.
 */
#define HS_TYPE_RECOVER_PAGE (hs_recover_page_get_type ())
G_DECLARE_FINAL_TYPE (HsRecoverPage, hs_recover_page, HS, RECOVER_PAGE, GtkBox)

/* @board, @port, @unit: (nullable): what is known already; without a board the last one is taken */
GtkWidget *
hs_recover_page_new (HsSession *session, const HsBoard *board, const char *port, const char *unit);
gboolean hs_recover_page_get_ready (HsRecoverPage *self);
const char *hs_recover_page_get_unit (HsRecoverPage *self); /* nullable */
HsGuide *hs_recover_page_new_guide (HsRecoverPage *self, GError **error);

G_END_DECLS
