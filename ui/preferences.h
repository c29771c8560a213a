/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsPreferences:
 *
 * What a bench is called, who works there, how large its cards are.
 */
#define HS_TYPE_PREFERENCES (hs_preferences_get_type ())
G_DECLARE_FINAL_TYPE (HsPreferences, hs_preferences, HS, PREFERENCES, AdwPreferencesWindow)

GtkWidget *hs_preferences_new (GtkWindow *parent, HsSession *session);

G_END_DECLS
