/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsReleasePreferences:
 *
 * The page of the preferences about releases: whose signatures count here, and whether anything
 * else may run.
 */
#define HS_TYPE_RELEASE_PREFERENCES (hs_release_preferences_get_type ())
G_DECLARE_FINAL_TYPE (HsReleasePreferences,
                      hs_release_preferences,
                      HS,
                      RELEASE_PREFERENCES,
                      AdwPreferencesPage)

AdwPreferencesPage *hs_release_preferences_new (HsSession *session);

G_END_DECLS
