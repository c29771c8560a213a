/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/build-past.h"

#include "store/kinds.h"

enum { MOST_ENTRIES = 40 };

static void
artifact_free (gpointer data)
{
  HsArtifact *artifact = data;

  g_free (artifact->role);
  g_free (artifact->file);
  g_free (artifact->sha256);
  g_free (artifact);
}

void
hs_build_past_free (HsBuildPast *self)
{
  g_clear_object (&self->before);
  g_clear_pointer (&self->kept, g_ptr_array_unref);
  g_clear_pointer (&self->repeated, json_node_unref);
  g_free (self);
}

static const char *
text_of (JsonObject *object, const char *member)
{
  return json_object_get_string_member_with_default (object, member, "");
}

/* Newer entries are read first: a file that is there already stays. */
static void
take_kept (HsBuildPast *self, JsonObject *payload)
{
  JsonNode *node = json_object_get_member (payload, "files");
  JsonArray *files =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++) {
    JsonNode *element = json_array_get_element (files, i);
    JsonObject *file = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
    HsArtifact *artifact;

    if (file == NULL || hs_build_past_find (self, text_of (file, "file")) != NULL)
      continue;
    artifact = g_new0 (HsArtifact, 1);
    artifact->role = g_strdup (text_of (file, "role"));
    artifact->file = g_strdup (text_of (file, "file"));
    artifact->sha256 = g_strdup (text_of (file, "sha256"));
    artifact->size = (guint64) json_object_get_int_member_with_default (file, "size", 0);
    g_ptr_array_add (self->kept, artifact);
  }
}

static void
take_entry (HsBuildPast *self, HsEntry *entry)
{
  g_autoptr (JsonNode) node = json_from_string (hs_entry_get_payload (entry), NULL);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;
  if (g_str_equal (hs_entry_get_kind (entry), HS_KIND_BUILD_KEPT))
    take_kept (self, json_node_get_object (node));
  else if (self->repeated == NULL)
    self->repeated = g_steal_pointer (&node);
}

/* What was archived is not there any more. */
static void
drop_missing (HsBuildPast *self, HsCatalog *catalog)
{
  for (guint i = self->kept->len; i > 0; i--) {
    const HsArtifact *artifact = g_ptr_array_index (self->kept, i - 1);

    if (!hs_catalog_has_blob (catalog, artifact->sha256))
      g_ptr_array_remove_index (self->kept, i - 1);
  }
}

HsBuildPast *
hs_build_past_read (HsCatalog *catalog, HsBuild *build, GCancellable *cancellable)
{
  static const char *const kinds[] = { HS_KIND_BUILD_KEPT, HS_KIND_BUILD_REPEATED, NULL };
  g_autofree char *subject = g_strconcat ("build:", hs_build_get_id (build), NULL);
  HsJournalFilter filter = { .kinds = kinds, .subject = subject };
  g_autoptr (GArray) rows = hs_catalog_list_journal (catalog, &filter, MOST_ENTRIES, NULL, NULL);
  HsBuildPast *self = g_new0 (HsBuildPast, 1);

  self->kept = g_ptr_array_new_with_free_func (artifact_free);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (catalog, g_array_index (rows, gint64, i), NULL);

    if (entry != NULL)
      take_entry (self, entry);
  }
  drop_missing (self, catalog);
  self->before = hs_build_before_read (catalog, hs_build_get_board (build), build, cancellable);
  return self;
}

const HsArtifact *
hs_build_past_find (const HsBuildPast *self, const char *ending)
{
  for (guint i = 0; self != NULL && i < self->kept->len; i++) {
    const HsArtifact *artifact = g_ptr_array_index (self->kept, i);

    if (g_str_has_suffix (artifact->file, ending))
      return artifact;
  }
  return NULL;
}
