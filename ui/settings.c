/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/settings.h"

static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) built = NULL;
  GSettingsSchema *schema = NULL;

  if (installed != NULL)
    schema = g_settings_schema_source_lookup (installed, HS_APP_ID, TRUE);
  if (schema != NULL)
    return schema;

  built = g_settings_schema_source_new_from_directory (HS_BUILD_UI_DIR, installed, TRUE, NULL);
  return built != NULL ? g_settings_schema_source_lookup (built, HS_APP_ID, FALSE) : NULL;
}

/**
 * hs_settings_new:
 *
 * Returns: (transfer full) (nullable): the settings; %NULL if their schema is not there
 */
GSettings *
hs_settings_new (void)
{
  g_autoptr (GSettingsSchema) schema = find_schema ();

  if (schema == NULL) {
    g_info ("The schema of the settings was not found: nothing is remembered");
    return NULL;
  }
  return g_settings_new_full (schema, NULL, NULL);
}

int
hs_settings_get_int (GSettings *settings, const char *key, int fallback)
{
  return settings != NULL ? g_settings_get_int (settings, key) : fallback;
}

gboolean
hs_settings_get_boolean (GSettings *settings, const char *key, gboolean fallback)
{
  return settings != NULL ? g_settings_get_boolean (settings, key) : fallback;
}

char *
hs_settings_dup_string (GSettings *settings, const char *key, const char *fallback)
{
  return settings != NULL ? g_settings_get_string (settings, key) : g_strdup (fallback);
}

void
hs_settings_set_int (GSettings *settings, const char *key, int value)
{
  if (settings != NULL)
    g_settings_set_int (settings, key, value);
}

void
hs_settings_set_boolean (GSettings *settings, const char *key, gboolean value)
{
  if (settings != NULL)
    g_settings_set_boolean (settings, key, value);
}

void
hs_settings_set_string (GSettings *settings, const char *key, const char *value)
{
  if (settings != NULL)
    g_settings_set_string (settings, key, value);
}
