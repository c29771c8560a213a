/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-settings.h"

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

GSettings *
hs_app_settings_new (void)
{
  g_autoptr (GSettingsSchema) schema = find_schema ();

  if (schema == NULL) {
    g_info ("The schema of the settings was not found: nothing is remembered");
    return NULL;
  }
  return g_settings_new_full (schema, NULL, NULL);
}
