/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsOperatorPreferences:
 *
 * The group of the preferences about operator mode: the PIN that leaving it asks for, and how loud
 * it is.
 */
#define HS_TYPE_OPERATOR_PREFERENCES (hs_operator_preferences_get_type ())
G_DECLARE_FINAL_TYPE (HsOperatorPreferences,
                      hs_operator_preferences,
                      HS,
                      OPERATOR_PREFERENCES,
                      AdwPreferencesGroup)

GtkWidget *hs_operator_preferences_new (void);

G_END_DECLS
