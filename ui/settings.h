/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the window remembers. Works from the build folder too; where the schema can't be found
 * nothing is remembered, and nothing breaks: @settings may be NULL everywhere. */
GSettings *hs_settings_new (void);
int hs_settings_get_int (GSettings *settings, const char *key, int fallback);
gboolean hs_settings_get_boolean (GSettings *settings, const char *key, gboolean fallback);
char *hs_settings_dup_string (GSettings *settings, const char *key, const char *fallback);
void hs_settings_set_int (GSettings *settings, const char *key, int value);
void hs_settings_set_boolean (GSettings *settings, const char *key, gboolean value);
void hs_settings_set_string (GSettings *settings, const char *key, const char *value);

G_END_DECLS
