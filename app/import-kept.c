/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/import-kept.h"

#include "app/run-json.h"

const char *
hs_kept_role (const char *file)
{
  g_autofree char *folded = g_ascii_strdown (file, -1);

  if (g_str_has_suffix (folded, ".elf"))
    return "elf";
  if (g_str_has_suffix (folded, ".map"))
    return "map";
  if (g_str_has_suffix (folded, ".diff"))
    return "diff";
  return g_str_has_suffix (folded, ".log") ? "log" : NULL;
}

HsKeptFile *
hs_kept_file_new (const char *role, const char *file, GBytes *bytes)
{
  HsKeptFile *self = g_new0 (HsKeptFile, 1);

  self->role = role;
  self->file = g_strdup (file);
  self->bytes = g_bytes_ref (bytes);
  return self;
}

void
hs_kept_file_free (HsKeptFile *self)
{
  if (self == NULL)
    return;

  g_free (self->file);
  g_bytes_unref (self->bytes);
  g_free (self);
}

gboolean
hs_kept_files_store (GPtrArray *files, HsCatalog *catalog, char **payload, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonArray) array = json_array_new ();

  *payload = NULL;
  for (guint i = 0; i < files->len; i++) {
    const HsKeptFile *kept = g_ptr_array_index (files, i);
    g_autofree char *sha256 = NULL;
    JsonObject *file;

    if (!hs_catalog_put_blob (catalog, kept->bytes, &sha256, error))
      return FALSE;
    file = json_object_new ();
    json_object_set_string_member (file, "role", kept->role);
    json_object_set_string_member (file, "file", kept->file);
    json_object_set_int_member (file, "size", g_bytes_get_size (kept->bytes));
    json_object_set_string_member (file, "sha256", sha256);
    json_array_add_object_element (array, file);
  }
  if (files->len == 0)
    return TRUE;

  json_object_set_int_member (object, "v", 1);
  json_object_set_array_member (object, "files", g_steal_pointer (&array));
  *payload = hs_json_object_to_text (object);
  return TRUE;
}
