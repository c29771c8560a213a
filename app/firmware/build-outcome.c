/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-work.h"
#include "app/import.h"
#include "app/run-json.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_EARLIER 2000 /* builds of a board that are looked at for the same inputs */

/* --- the files --- */

static gboolean
add_file (HsImport *import, const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    return TRUE;
  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  return hs_import_add_bytes (import, name, bytes, error);
}

/* Those of @folder that a build's images and what belongs to them are called; @ending: only with
 * that; nullable. */
static gboolean
add_folder (HsImport *import, const char *folder, const char *ending, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (hs_import_is_interesting (name) && (ending == NULL || g_str_has_suffix (name, ending)) &&
        !add_file (import, folder, name, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_files (HsBuildWork *self, HsImport *import, GError **error)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
  g_autoptr (GBytes) log = hs_build_log_dup_text (self->log, NULL);

  if (!add_folder (import, self->bin, NULL, error))
    return FALSE;
  add_folder (import, build, ".map", NULL); /* nothing to flash: without them will do */
  if (log != NULL && !hs_import_add_bytes (import, "build.log", log, error))
    return FALSE;
  return self->diff == NULL || hs_import_add_bytes (import, "changes.diff", self->diff, error);
}

static void
add_details (HsBuildWork *self, HsImport *import)
{
  g_autoptr (GList) names = NULL;

  hs_build_provenance_add_results (self, self->origin);
  names = json_object_get_members (self->origin);
  for (GList *at = names; at != NULL; at = at->next)
    hs_import_take_detail (
        import, at->data, json_node_copy (json_object_get_member (self->origin, at->data)));
}

/* --- the same inputs, earlier --- */

static char *
dup_inputs (HsBuild *build)
{
  g_autoptr (JsonNode) node = hs_build_get_details (build) != NULL
                                  ? json_from_string (hs_build_get_details (build), NULL)
                                  : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return g_strdup (
      json_object_get_string_member_with_default (json_node_get_object (node), "inputs", NULL));
}

/* The newest build of these inputs but @self's own; when that was there before, itself. */
static HsBuild *
find_earlier (HsBuildWork *self, const char *inputs, gboolean existing)
{
  const char *own = hs_build_get_id (self->build);
  g_autofree char *own_inputs = existing ? dup_inputs (self->build) : NULL;
  g_autoptr (GPtrArray) ids = NULL;

  if (g_strcmp0 (own_inputs, inputs) == 0)
    return g_object_ref (self->build);
  ids = hs_catalog_list_builds (
      self->catalog, hs_build_get_board (self->build), MOST_EARLIER, NULL, NULL);
  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    const char *id = g_ptr_array_index (ids, i);
    g_autoptr (HsBuild) build =
        strcmp (id, own) != 0 ? hs_catalog_get_build (self->catalog, id, NULL) : NULL;
    g_autofree char *its = build != NULL ? dup_inputs (build) : NULL;

    if (g_strcmp0 (its, inputs) == 0 &&
        strcmp (hs_build_get_board (build), hs_build_get_board (self->build)) == 0)
      return g_steal_pointer (&build);
  }
  return NULL;
}

/* Files that one of the two has not, or has with other bytes. */
static JsonArray *
compare (HsBuildWork *self, HsBuild *earlier, GStrvBuilder *files)
{
  JsonArray *differs = json_array_new ();

  for (guint i = 0; i < hs_build_get_n_artifacts (self->build); i++) {
    const HsArtifact *ours = hs_build_get_artifact (self->build, i);
    const HsArtifact *other = hs_build_find_artifact (earlier, ours->role);
    JsonObject *row;

    if (other != NULL && strcmp (other->sha256, ours->sha256) == 0)
      continue;
    row = json_object_new ();
    json_object_set_string_member (row, "role", ours->role);
    json_object_set_string_member (row, "file", ours->file);
    json_object_set_string_member (row, "sha256", ours->sha256);
    json_object_set_string_member (row, "other", hs_build_get_id (earlier));
    json_array_add_object_element (differs, row);
    g_strv_builder_add (files, ours->file);
  }
  return differs;
}

static void
record_repeated (HsBuildWork *self, const char *inputs, HsBuild *earlier)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  g_autofree char *subject = g_strconcat ("build:", hs_build_get_id (self->build), NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  JsonArray *differs = compare (self, earlier, files);
  gboolean equal = json_array_get_length (differs) == 0;
  HsFact fact = { HS_KIND_BUILD_REPEATED, subject };

  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "inputs", inputs);
  json_object_set_boolean_member (object, "equal", equal);
  json_object_set_array_member (object, "differs", differs);
  text = hs_json_object_to_text (object);
  fact.payload = text;
  if (!hs_catalog_append (self->catalog, &fact, 1, NULL, &error)) {
    hs_build_work_say (self, error->message);
    return;
  }
  self->repeated = equal ? "equal" : "differs";
  self->differing = equal ? NULL : g_strv_builder_end (files);
}

/* The build is in the catalog by now, whatever becomes of this. */
static void
settle_repeated (HsBuildWork *self, gboolean existing)
{
  const char *inputs = json_object_get_string_member_with_default (self->origin, "inputs", NULL);
  g_autoptr (HsBuild) earlier = inputs != NULL ? find_earlier (self, inputs, existing) : NULL;

  if (earlier == NULL)
    self->repeated = "first";
  else
    record_repeated (self, inputs, earlier);
}

static gboolean
fail_import (HsBuildWork *self, const GError *error)
{
  hs_build_work_say (self, error->message);
  return hs_build_work_fail (self, "not-imported", NULL, error->message);
}

/**
 * hs_build_outcome_import:
 * @self: a build whose images were checked
 *
 * Takes all of it into the catalog as one build: one append. A cancellation is looked for before
 * it, not after.
 *
 * Returns: %FALSE if it was cancelled or could not be taken
 */
gboolean
hs_build_outcome_import (HsBuildWork *self)
{
  g_autoptr (HsImport) import = hs_import_new (self->catalog);
  g_autoptr (GError) error = NULL;
  gboolean existing = FALSE;

  hs_import_set_origin (import, "build", self->request.name);
  hs_import_set_target (import, self->request.target);
  if (!add_files (self, import, &error))
    return fail_import (self, error);
  add_details (self, import);
  if (hs_build_work_is_cancelled (self))
    return FALSE;

  self->build = hs_import_finish (import, self->request.target, &existing, &error);
  if (self->build == NULL)
    return fail_import (self, error);
  settle_repeated (self, existing);
  return TRUE;
}
