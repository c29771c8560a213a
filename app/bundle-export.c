/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/bundle-private.h"

#include "app/app-error.h"
#include "app/keys.h"
#include "app/release.h"
#include "app/run-json.h"
#include "app/strict-json.h"
#include "store/catalog-numbers.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A bundle while it is put together. */
typedef struct {
  HsCatalog *catalog;
  HsRelease *release; /* owned */
  HsRecipe *recipe;   /* owned */
  GPtrArray *files;   /* HsBundleFile: the artifacts */
  JsonArray *builds;
  gint64 lease_first;
  gint64 lease_last;
} Export;

static void
export_clear (Export *self)
{
  g_clear_object (&self->release);
  g_clear_pointer (&self->recipe, hs_recipe_free);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->builds, json_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Export, export_clear)

static gboolean
has_digest (Export *self, const char *sha256)
{
  for (guint i = 0; i < self->files->len; i++) {
    const HsBundleFile *file = g_ptr_array_index (self->files, i);

    if (strcmp (file->sha256, sha256) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Files are found again by their digests; names are for people who look into the zip. */
static gboolean
add_blob (Export *self, const char *folder, const char *role, const char *sha256, GError **error)
{
  HsBundleFile *file;
  GBytes *bytes;

  if (has_digest (self, sha256))
    return TRUE;
  bytes = hs_catalog_get_blob (self->catalog, sha256, error);
  if (bytes == NULL)
    return FALSE;

  file = g_new0 (HsBundleFile, 1);
  file->name = g_strdup_printf (HS_BUNDLE_ARTIFACTS "%s/%s-%.12s.bin", folder, role, sha256);
  file->sha256 = g_strdup (sha256);
  file->bytes = bytes;
  g_ptr_array_add (self->files, file);
  return TRUE;
}

/* Paths on the machine where it was built are nobody else's business. */
static JsonObject *
describe_details (HsBuild *build)
{
  static const char *const private[] = { "folder", "tree", "zip", "changed_files" };
  const char *text = hs_build_get_details (build);
  JsonObject *details = text != NULL ? hs_payload_parse (text) : json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (private); i++)
    json_object_remove_member (details, private[i]);
  return details;
}

static JsonArray *
describe_artifacts (HsBuild *build)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++) {
    const HsArtifact *artifact = hs_build_get_artifact (build, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "role", artifact->role);
    json_object_set_string_member (object, "file", artifact->file);
    json_object_set_int_member (object, "size", artifact->size);
    json_object_set_string_member (object, "sha256", artifact->sha256);
    json_array_add_object_element (array, object);
  }
  return array;
}

/* As build.imported has it. */
static JsonObject *
describe_build (HsBuild *build)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "id", hs_build_get_id (build));
  json_object_set_string_member (object, "name", hs_build_get_name (build));
  json_object_set_string_member (object, "board", hs_build_get_board (build));
  hs_json_set_string (object, "version", hs_build_get_version (build));
  hs_json_set_string (object, "number", hs_build_get_number (build));
  hs_json_set_string (object, "mpy_version", hs_build_get_mpy_version (build));
  hs_json_set_string (object, "built", hs_build_get_built (build));
  hs_json_set_string (object, "origin", hs_build_get_origin (build));
  hs_json_set_string (object, "commit", hs_build_get_commit (build));
  json_object_set_boolean_member (object, "dirty", hs_build_get_dirty (build));
  json_object_set_object_member (object, "details", describe_details (build));
  json_object_set_array_member (object, "artifacts", describe_artifacts (build));
  return object;
}

/* The whole build goes along, as far as it is still here; what the recipe names must be. */
static gboolean
add_board (Export *self, const HsRecipeBoard *board, GError **error)
{
  g_autoptr (HsBuild) build = hs_catalog_get_build (self->catalog, board->build, error);

  if (build == NULL)
    return FALSE;
  json_array_add_object_element (self->builds, describe_build (build));
  for (guint i = 0; i < board->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (board->artifacts, i);

    if (!add_blob (self, board->board, artifact->role, artifact->sha256, error))
      return FALSE;
  }
  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++) {
    const HsArtifact *artifact = hs_build_get_artifact (build, i);

    if (hs_catalog_has_blob (self->catalog, artifact->sha256) &&
        !add_blob (self, board->board, artifact->role, artifact->sha256, error))
      return FALSE;
  }
  return TRUE;
}

/* --- the manifest --- */

static JsonArray *
describe_files (Export *self)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->files->len; i++) {
    const HsBundleFile *file = g_ptr_array_index (self->files, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "name", file->name);
    json_object_set_string_member (object, "sha256", file->sha256);
    json_object_set_int_member (object, "size", g_bytes_get_size (file->bytes));
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
describe_signatures (HsRelease *release)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hs_release_get_n_signatures (release); i++) {
    const HsSignature *signature = hs_release_get_signature (release, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "key", signature->key);
    hs_json_set_string (object, "name", signature->key_name);
    json_object_set_string_member (object, "signature", signature->signature);
    json_array_add_object_element (array, object);
  }
  return array;
}

/* Which writer of the journal gives the numbers: its own bundle gives it nothing. */
static char *
find_own_chain (HsCatalog *catalog, const char *series)
{
  g_autoptr (GPtrArray) leases = hs_catalog_list_leases (catalog, series, NULL);

  for (guint i = 0; leases != NULL && i < leases->len; i++) {
    const HsLease *lease = g_ptr_array_index (leases, i);

    if (lease->ours)
      return g_strdup (lease->chain);
  }
  return NULL;
}

static JsonObject *
describe_lease (Export *self)
{
  JsonObject *object = json_object_new ();
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *from = find_own_chain (self->catalog, self->recipe->series);

  json_object_set_string_member (object, "lease", id);
  json_object_set_string_member (object, "series", self->recipe->series);
  json_object_set_int_member (object, "first", self->lease_first);
  json_object_set_int_member (object, "last", self->lease_last);
  hs_json_set_string (object, "from", from);
  return object;
}

static GBytes *
make_manifest (Export *self)
{
  g_autoptr (JsonObject) manifest = json_object_new ();
  char *text;

  json_object_set_array_member (manifest, "builds", json_array_ref (self->builds));
  json_object_set_array_member (manifest, "files", describe_files (self));
  json_object_set_int_member (manifest, "format", HS_BUNDLE_FORMAT);
  json_object_set_string_member (manifest, "generator", "Hotshoe " HS_VERSION);
  if (self->lease_last > 0)
    json_object_set_object_member (manifest, "lease", describe_lease (self));
  else
    json_object_set_null_member (manifest, "lease");
  json_object_set_int_member (manifest, "minimum_reader", 1);
  json_object_set_string_member (manifest, "recipe", hs_release_get_recipe (self->release));
  json_object_set_string_member (manifest, "release", hs_release_get_id (self->release));
  json_object_set_array_member (manifest, "signatures", describe_signatures (self->release));
  text = hs_json_object_to_text (manifest);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
has_signed (HsRelease *release, const char *key)
{
  for (guint i = 0; i < hs_release_get_n_signatures (release); i++)
    if (g_strcmp0 (hs_release_get_signature (release, i)->key, key) == 0)
      return TRUE;
  return FALSE;
}

/* Whoever signed the release and has the key here also signs what goes along with it. */
static JsonArray *
sign_manifest (Export *self, GBytes *manifest)
{
  g_auto (GStrv) names = hs_keys_list_secret (self->catalog);
  g_autoptr (GBytes) text = hs_bundle_signed_text (manifest);
  JsonArray *array = json_array_new ();
  gsize size;
  const guint8 *bytes = g_bytes_get_data (text, &size);

  for (char **name = names; *name != NULL; name++) {
    g_autofree char *key = NULL;
    g_autofree char *signature = hs_keys_sign (self->catalog, *name, bytes, size, &key, NULL);
    JsonObject *object;

    if (signature == NULL || !has_signed (self->release, key))
      continue;
    object = json_object_new ();
    json_object_set_string_member (object, "key", key);
    json_object_set_string_member (object, "signature", signature);
    json_array_add_object_element (array, object);
  }
  return array;
}

static GBytes *
make_signatures (Export *self, GBytes *manifest)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, manifest);
  char *text;

  json_object_set_string_member (object, "manifest_sha256", sha256);
  json_object_set_array_member (object, "signatures", sign_manifest (self, manifest));
  text = hs_json_object_to_text (object);
  return g_bytes_new_take (text, strlen (text));
}

static void
add_front (GPtrArray *files, guint position, const char *name, GBytes *bytes)
{
  HsBundleFile *file = g_new0 (HsBundleFile, 1);

  file->name = g_strdup (name);
  file->bytes = bytes;
  g_ptr_array_insert (files, position, file);
}

/* --- writing it --- */

static gboolean
prepare (Export *self, const char *id, GError **error)
{
  self->release = hs_catalog_get_release (self->catalog, id, error);
  if (self->release == NULL || !hs_release_check (self->catalog, self->release, error))
    return FALSE;
  self->recipe = hs_recipe_parse (hs_release_get_recipe (self->release), error);
  if (self->recipe == NULL)
    return FALSE;

  for (guint i = 0; i < self->recipe->boards->len; i++)
    if (!add_board (self, g_ptr_array_index (self->recipe->boards, i), error))
      return FALSE;
  return self->recipe->list_sha256 == NULL ||
         add_blob (self, "numbers", "list", self->recipe->list_sha256, error);
}

static gboolean
check_lease (Export *self, GError **error)
{
  if (self->lease_last == 0)
    return TRUE;
  if ((self->recipe->rule == HS_NUMBER_COUNTER || self->recipe->rule == HS_NUMBER_LIST) &&
      self->lease_first <= self->lease_last && self->lease_first >= self->recipe->first &&
      self->lease_last <= self->recipe->last)
    return TRUE;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_USAGE,
                       _ ("These product numbers are not in the range of the release."));
  return FALSE;
}

static gboolean
write_part (Export *self, GFile *part, GError **error)
{
  g_autoptr (GFileOutputStream) stream =
      g_file_replace (part, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error);

  return stream != NULL && hs_bundle_zip_write (G_OUTPUT_STREAM (stream), self->files, error) &&
         g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error);
}

static gboolean
give_lease (Export *self, const char *to, GError **error)
{
  return self->lease_last == 0 ||
         hs_catalog_give_lease (
             self->catalog, self->recipe->series, self->lease_first, self->lease_last, to, error);
}

/* The numbers are given away before the bundle gets its name: a bundle that was lost wastes
 * numbers, one whose numbers are still ours would give them out twice. */
static gboolean
write_bundle (Export *self, GFile *target, GError **error)
{
  g_autofree char *name = g_file_get_basename (target);
  g_autofree char *part_name = g_strdup_printf (".%s.part", name);
  g_autoptr (GFile) parent = g_file_get_parent (target);
  g_autoptr (GFile) part = NULL;

  if (parent == NULL) {
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("A bundle can't be called “%s”."), name);
    return FALSE;
  }
  part = g_file_get_child (parent, part_name);
  if (write_part (self, part, error) && give_lease (self, name, error) &&
      g_file_move (part, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
    return TRUE;
  g_file_delete (part, NULL, NULL);
  return FALSE;
}

/* A bundle that is there may be all there is of the numbers in it: it is never written over. */
static gboolean
check_target (GFile *target, GError **error)
{
  GFileType type = g_file_query_file_type (target, G_FILE_QUERY_INFO_NONE, NULL);

  if (type == G_FILE_TYPE_UNKNOWN)
    return TRUE;

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               type == G_FILE_TYPE_DIRECTORY
                   ? _ ("%s is a folder. Name the file that the bundle becomes.")
                   : _ ("%s exists already. Choose another name, or delete it first."),
               g_file_peek_path (target));
  return FALSE;
}

/**
 * hs_bundle_export:
 * @catalog: a catalog
 * @release: id of a locked release
 * @target: the file to write; must not be there yet
 * @lease_first: first of the product numbers that the other bench may give out; 0: none
 * @lease_last: the last of them
 * @error: as hs_release_check(); %HS_APP_ERROR_USAGE, a #GIOError, or an #HsStoreError
 *
 * Writes the release with all that another bench needs to flash it. Blocks.
 */
gboolean
hs_bundle_export (HsCatalog *catalog,
                  const char *release,
                  GFile *target,
                  gint64 lease_first,
                  gint64 lease_last,
                  GError **error)
{
  g_auto (Export) self = { .catalog = catalog,
                           .files = g_ptr_array_new_with_free_func (
                               (GDestroyNotify) hs_bundle_file_free),
                           .builds = json_array_new (),
                           .lease_first = lease_first,
                           .lease_last = lease_last };
  GBytes *manifest;

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && release != NULL && G_IS_FILE (target), FALSE);

  if (!prepare (&self, release, error) || !check_lease (&self, error) ||
      !check_target (target, error))
    return FALSE;
  manifest = make_manifest (&self);
  add_front (self.files, 0, HS_BUNDLE_MANIFEST, manifest);
  add_front (self.files, 1, HS_BUNDLE_SIGNATURES, make_signatures (&self, manifest));
  return write_bundle (&self, target, error);
}
