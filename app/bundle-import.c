/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/bundle-private.h"

#include "app/app-error.h"
#include "app/keys.h"
#include "app/release.h"
#include "app/run-json.h"
#include "app/strict-json.h"
#include "store/catalog-numbers.h"
#include "store/kinds.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The newest bundle that this version reads. */
#define READER 1

/* A bundle on its way in. Nothing of it reaches the catalog before all of it was looked at. */
typedef struct {
  HsCatalog *catalog;
  char *file_name;
  GHashTable *files;   /* name -> GBytes */
  GHashTable *digests; /* sha256 -> GBytes, borrowed from files */
  JsonObject *manifest;
  char *id;
  HsRecipe *recipe;
  HsRelease *known;    /* it was here; nullable */
  gboolean vouched;    /* a key that is trusted here signed the manifest */
  GPtrArray *kinds;    /* const char *, the facts to append … */
  GPtrArray *subjects; /* char * */
  GPtrArray *payloads; /* char * */
} Import;

static void
import_clear (Import *self)
{
  g_clear_pointer (&self->file_name, g_free);
  g_clear_pointer (&self->digests, g_hash_table_unref);
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_clear_pointer (&self->manifest, json_object_unref);
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->recipe, hs_recipe_free);
  g_clear_object (&self->known);
  g_clear_pointer (&self->kinds, g_ptr_array_unref);
  g_clear_pointer (&self->subjects, g_ptr_array_unref);
  g_clear_pointer (&self->payloads, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

static gboolean
fail_altered (GError **error, const char *name)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BUNDLE_ALTERED,
               _ ("In the bundle, %s was altered since it was made."),
               name);
  return FALSE;
}

static gboolean
fail_missing (GError **error, const char *name)
{
  g_set_error (
      error, HS_APP_ERROR, HS_APP_ERROR_BUNDLE_ALTERED, _ ("In the bundle, %s is missing."), name);
  return FALSE;
}

/* --- manifest and signatures --- */

static JsonObject *
parse_file (Import *self, const char *name, GError **error)
{
  GBytes *bytes = g_hash_table_lookup (self->files, name);
  JsonObject *object;
  gsize size;
  const char *text;

  if (bytes == NULL) {
    fail_missing (error, name);
    return NULL;
  }
  text = g_bytes_get_data (bytes, &size);
  object = hs_strict_json_parse (text, size, HS_BUNDLE_MAX_MANIFEST);
  if (object == NULL)
    fail_altered (error, name);
  return object;
}

static gboolean
is_newer (JsonObject *manifest)
{
  return hs_payload_get_int (manifest, "minimum_reader") > READER;
}

static gboolean
fail_newer (Import *self, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BUNDLE_NEWER,
               _ ("The bundle %s was made by a newer Hotshoe."),
               self->file_name);
  return FALSE;
}

static gboolean
check_signature (GBytes *manifest, JsonObject *signature)
{
  g_autoptr (GBytes) text = hs_bundle_signed_text (manifest);
  gsize size;
  const guint8 *bytes = g_bytes_get_data (text, &size);

  return signature != NULL && hs_keys_verify (hs_payload_get_text (signature, "key"),
                                              bytes,
                                              size,
                                              hs_payload_get_text (signature, "signature"));
}

static gboolean
is_trusted (GPtrArray *keys, JsonObject *signature)
{
  for (guint i = 0; i < keys->len; i++) {
    const HsKey *key = g_ptr_array_index (keys, i);

    if (key->trusted && g_strcmp0 (key->key, hs_payload_get_text (signature, "key")) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Its digest, and every signature over it. */
static gboolean
check_manifest (Import *self, JsonObject *signatures, GError **error)
{
  GBytes *manifest = g_hash_table_lookup (self->files, HS_BUNDLE_MANIFEST);
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, manifest);
  const char *said = hs_payload_get_text (signatures, "manifest_sha256");
  JsonArray *array = hs_payload_get_array (signatures, "signatures");
  g_autoptr (GPtrArray) keys = hs_catalog_list_keys (self->catalog, error);

  if (keys == NULL)
    return FALSE;
  if (said == NULL || strlen (said) != strlen (sha256) || array == NULL)
    return fail_altered (error, HS_BUNDLE_SIGNATURES);
  if (strcmp (said, sha256) != 0)
    return fail_altered (error, HS_BUNDLE_MANIFEST);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonObject *signature = hs_payload_nth (array, i);

    if (check_signature (manifest, signature)) {
      self->vouched = self->vouched || is_trusted (keys, signature);
      continue;
    }
    g_set_error_literal (
        error,
        HS_APP_ERROR,
        HS_APP_ERROR_BUNDLE_ALTERED,
        _ ("In the bundle, manifest.json was altered, or its signature in signatures.json was."));
    return FALSE;
  }
  return TRUE;
}

/* What a later version wrote is said to be so, even if this one can't read its signatures. */
static gboolean
read_manifest (Import *self, GError **error)
{
  g_autoptr (JsonObject) signatures = NULL;
  g_autoptr (GError) local = NULL;

  self->manifest = parse_file (self, HS_BUNDLE_MANIFEST, error);
  if (self->manifest == NULL)
    return FALSE;

  signatures = parse_file (self, HS_BUNDLE_SIGNATURES, &local);
  if (signatures == NULL && is_newer (self->manifest))
    return fail_newer (self, error);
  if (signatures == NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (!check_manifest (self, signatures, error))
    return FALSE;
  if (is_newer (self->manifest))
    return fail_newer (self, error);
  return hs_payload_get_int (self->manifest, "format") >= 1 ||
         fail_altered (error, HS_BUNDLE_MANIFEST);
}

/* --- files --- */

static gboolean
check_file (Import *self, JsonObject *said, GError **error)
{
  const char *name = hs_payload_get_text (said, "name");
  const char *sha256 = hs_payload_get_text (said, "sha256");
  g_autofree char *found = NULL;
  GBytes *bytes;

  if (name == NULL || sha256 == NULL || !g_str_has_prefix (name, HS_BUNDLE_ARTIFACTS))
    return fail_altered (error, HS_BUNDLE_MANIFEST);
  bytes = g_hash_table_lookup (self->files, name);
  if (bytes == NULL)
    return fail_missing (error, name);

  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (found, sha256) != 0 ||
      (gint64) g_bytes_get_size (bytes) != hs_payload_get_int (said, "size"))
    return fail_altered (error, name);
  g_hash_table_insert (self->digests, g_steal_pointer (&found), bytes);
  return TRUE;
}

/* Nothing came along that the manifest does not know. */
static gboolean
check_strangers (Import *self, JsonArray *said, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer name;

  for (guint i = 0; i < json_array_get_length (said); i++)
    g_hash_table_add (names, (gpointer) hs_payload_get_text (hs_payload_nth (said, i), "name"));

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &name, NULL)) {
    if (strcmp (name, HS_BUNDLE_MANIFEST) == 0 || strcmp (name, HS_BUNDLE_SIGNATURES) == 0 ||
        g_hash_table_contains (names, name))
      continue;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BUNDLE_ALTERED,
                 _ ("In the bundle, %s was not there when it was made."),
                 (const char *) name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_files (Import *self, GError **error)
{
  JsonArray *said = hs_payload_get_array (self->manifest, "files");

  if (said == NULL)
    return fail_altered (error, HS_BUNDLE_MANIFEST);
  for (guint i = 0; i < json_array_get_length (said); i++) {
    JsonObject *file = hs_payload_nth (said, i);

    if (file == NULL)
      return fail_altered (error, HS_BUNDLE_MANIFEST);
    if (!check_file (self, file, error))
      return FALSE;
  }
  return check_strangers (self, said, error);
}

/* --- facts --- */

static void
add_fact (Import *self, const char *kind, char *subject, JsonObject *payload)
{
  g_ptr_array_add (self->kinds, (gpointer) kind);
  g_ptr_array_add (self->subjects, subject);
  g_ptr_array_add (self->payloads, hs_json_object_to_text (payload));
}

/* --- builds --- */

static JsonObject *
find_build (Import *self, const char *id)
{
  JsonArray *builds = hs_payload_get_array (self->manifest, "builds");

  for (guint i = 0; builds != NULL && i < json_array_get_length (builds); i++) {
    JsonObject *build = hs_payload_nth (builds, i);

    if (build != NULL && g_strcmp0 (hs_payload_get_text (build, "id"), id) == 0)
      return build;
  }
  return NULL;
}

/* The digest of what it says it consists of; NULL: it says nothing of the kind. (transfer full) */
static char *
compute_build_id (JsonObject *build)
{
  JsonArray *array = hs_payload_get_array (build, "artifacts");
  guint n = array != NULL ? json_array_get_length (array) : 0;
  g_autofree HsArtifact *artifacts = g_new0 (HsArtifact, MAX (n, 1));

  if (n == 0 || hs_payload_get_text (build, "board") == NULL)
    return NULL;
  for (guint i = 0; i < n; i++) {
    JsonObject *artifact = hs_payload_nth (array, i);

    if (artifact == NULL)
      return NULL;
    artifacts[i].role = (char *) hs_payload_get_text (artifact, "role");
    artifacts[i].sha256 = (char *) hs_payload_get_text (artifact, "sha256");
    if (artifacts[i].role == NULL || artifacts[i].sha256 == NULL)
      return NULL;
  }
  return hs_build_compute_id (hs_payload_get_text (build, "board"), artifacts, n);
}

static gboolean
check_practice (Import *self, JsonObject *build, GError **error)
{
  if (g_strcmp0 (hs_payload_get_text (build, "origin"), "practice") != 0 ||
      hs_catalog_get_purpose (self->catalog) == HS_PURPOSE_PRACTICE)
    return TRUE;
  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_PURPOSE,
               _ ("The bundle %s is for practice: its images would not run on a real camera."),
               self->file_name);
  return FALSE;
}

static gboolean
take_build (Import *self, const HsRecipeBoard *board, GError **error)
{
  g_autoptr (HsBuild) known = hs_catalog_get_build (self->catalog, board->build, NULL);
  JsonObject *build = find_build (self, board->build);
  g_autofree char *id = build != NULL ? compute_build_id (build) : NULL;

  if (g_strcmp0 (id, board->build) != 0 ||
      g_strcmp0 (hs_payload_get_text (build, "board"), board->board) != 0)
    return fail_altered (error, HS_BUNDLE_MANIFEST);
  if (!check_practice (self, build, error))
    return FALSE;
  if (known == NULL)
    add_fact (self, HS_KIND_BUILD_IMPORTED, g_strconcat ("build:", id, NULL), build);
  return TRUE;
}

static gboolean
check_board (Import *self, const HsRecipeBoard *board, GError **error)
{
  for (guint i = 0; i < board->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (board->artifacts, i);
    GBytes *bytes = g_hash_table_lookup (self->digests, artifact->sha256);

    if (bytes == NULL)
      return fail_missing (error, artifact->file);
    if (g_bytes_get_size (bytes) != artifact->size)
      return fail_altered (error, artifact->file);
  }
  return take_build (self, board, error);
}

/* --- the release --- */

static void
add_locked (Import *self, const char *text)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "name", self->recipe->name);
  json_object_set_string_member (payload, "version", self->recipe->version);
  json_object_set_string_member (payload, "recipe", text);
  json_object_set_null_member (payload, "draft");
  hs_json_set_string (payload, "supersedes", self->recipe->supersedes);
  json_object_set_string_member (payload, "origin", "bundle");
  add_fact (self, HS_KIND_RELEASE_LOCKED, g_strconcat ("release:", self->id, NULL), payload);
}

static gboolean
read_release (Import *self, GError **error)
{
  const char *said = hs_payload_get_text (self->manifest, "release");
  const char *text = hs_payload_get_text (self->manifest, "recipe");

  if (said == NULL || text == NULL)
    return fail_altered (error, HS_BUNDLE_MANIFEST);
  self->id = hs_recipe_compute_id (text);
  if (strcmp (self->id, said) != 0)
    return fail_altered (error, HS_BUNDLE_MANIFEST);
  self->recipe = hs_recipe_parse (text, error);
  if (self->recipe == NULL)
    return FALSE;

  self->known = hs_catalog_get_release (self->catalog, self->id, NULL);
  for (guint i = 0; i < self->recipe->boards->len; i++)
    if (!check_board (self, g_ptr_array_index (self->recipe->boards, i), error))
      return FALSE;
  if (self->recipe->list_sha256 != NULL &&
      !g_hash_table_contains (self->digests, self->recipe->list_sha256))
    return fail_missing (error, _ ("the list of product numbers"));
  if (self->known == NULL)
    add_locked (self, text);
  return TRUE;
}

static gboolean
knows_signature (Import *self, const char *key)
{
  for (guint i = 0; self->known != NULL && i < hs_release_get_n_signatures (self->known); i++)
    if (g_strcmp0 (hs_release_get_signature (self->known, i)->key, key) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
take_signature (Import *self, JsonObject *said, GError **error)
{
  const char *key = said != NULL ? hs_payload_get_text (said, "key") : NULL;
  const char *signature = said != NULL ? hs_payload_get_text (said, "signature") : NULL;
  g_autofree char *text = hs_release_signed_text (self->id);
  g_autoptr (JsonObject) payload = json_object_new ();

  if (!hs_keys_verify (key, (const guint8 *) text, strlen (text), signature))
    return fail_altered (error, HS_BUNDLE_MANIFEST);
  if (knows_signature (self, key))
    return TRUE;

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "key", key);
  json_object_set_string_member (payload, "signature", signature);
  add_fact (self, HS_KIND_RELEASE_SIGNED, g_strconcat ("release:", self->id, NULL), payload);
  return TRUE;
}

static gboolean
read_signatures (Import *self, GError **error)
{
  JsonArray *array = hs_payload_get_array (self->manifest, "signatures");

  if (array == NULL)
    return fail_altered (error, HS_BUNDLE_MANIFEST);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!take_signature (self, hs_payload_nth (array, i), error))
      return FALSE;
  return TRUE;
}

/* --- product numbers --- */

/* Whether the bench that holds @held gave all of these numbers away since. */
static gboolean
was_given (GPtrArray *leases, const HsLease *held, gint64 first, gint64 last)
{
  for (guint i = 0; i < leases->len; i++) {
    const HsLease *lease = g_ptr_array_index (leases, i);

    if (g_strcmp0 (lease->state, "given") == 0 && strcmp (lease->chain, held->chain) == 0 &&
        lease->first <= first && lease->last >= last)
      return TRUE;
  }
  return FALSE;
}

/* Whether the lease came in before, or is the one that this bench gave; @clash: what it overlaps,
 * but for what its giver held. */
static gboolean
find_lease (GPtrArray *leases, JsonObject *said, const HsLease **clash)
{
  const char *id = hs_payload_get_text (said, "lease");
  const char *from = hs_payload_get_text (said, "from");
  gint64 first = hs_payload_get_int (said, "first");
  gint64 last = hs_payload_get_int (said, "last");

  for (guint i = 0; i < leases->len; i++) {
    const HsLease *lease = g_ptr_array_index (leases, i);

    if (strcmp (lease->id, id) == 0 || (lease->ours && g_strcmp0 (lease->chain, from) == 0))
      return TRUE;
    if (g_strcmp0 (lease->state, "taken") == 0 && lease->first <= last && lease->last >= first &&
        g_strcmp0 (lease->chain, from) != 0 && !was_given (leases, lease, first, last))
      *clash = lease;
  }
  return FALSE;
}

static void
add_lease (Import *self, JsonObject *said)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  json_object_set_int_member (payload, "v", 1);
  json_object_set_string_member (payload, "lease", hs_payload_get_text (said, "lease"));
  json_object_set_string_member (payload, "series", self->recipe->series);
  json_object_set_int_member (payload, "first", hs_payload_get_int (said, "first"));
  json_object_set_int_member (payload, "last", hs_payload_get_int (said, "last"));
  json_object_set_string_member (payload, "release", self->id);
  json_object_set_array_member (payload, "replaces", json_array_new ());
  json_object_set_string_member (payload, "reason", "bundle");
  hs_payload_set_text (payload, "from", hs_payload_get_text (said, "from"));
  add_fact (
      self, HS_KIND_LEASE_TAKEN, g_strconcat ("series:", self->recipe->series, NULL), payload);
}

/* The release's own signature covers the recipe, not the numbers that come along. */
static gboolean
check_vouched (Import *self, GError **error)
{
  gboolean required;

  if (!hs_keys_read_required (self->catalog, &required, error))
    return FALSE;
  if (!required || self->vouched)
    return TRUE;

  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_UNSIGNED,
                       _ ("The bundle brings product numbers, but no key that this bench trusts "
                          "signed it as a whole. Nothing was taken from it."));
  return FALSE;
}

static gboolean
read_lease (Import *self, GError **error)
{
  JsonObject *said = hs_payload_get_object (self->manifest, "lease");
  g_autoptr (GPtrArray) leases = NULL;
  const HsLease *clash = NULL;

  if (said == NULL)
    return TRUE;
  if (hs_payload_get_text (said, "lease") == NULL || hs_payload_get_int (said, "first") < 0 ||
      hs_payload_get_int (said, "last") < hs_payload_get_int (said, "first") ||
      g_strcmp0 (hs_payload_get_text (said, "series"), self->recipe->series) != 0)
    return fail_altered (error, HS_BUNDLE_MANIFEST);

  leases = hs_catalog_list_leases (self->catalog, self->recipe->series, error);
  if (leases == NULL)
    return FALSE;
  if (find_lease (leases, said, &clash))
    return TRUE;
  if (!check_vouched (self, error))
    return FALSE;
  if (clash != NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 _ ("The bundle brings product numbers that are taken already (%ld to %ld)."),
                 (glong) clash->first,
                 (glong) clash->last);
    return FALSE;
  }
  add_lease (self, said);
  return TRUE;
}

/* --- taking it in --- */

/* Blobs first: what a journal entry names is there. Without the entry they are nothing. */
static gboolean
store_files (Import *self, GError **error)
{
  GHashTableIter iter;
  gpointer bytes;

  g_hash_table_iter_init (&iter, self->digests);
  while (g_hash_table_iter_next (&iter, NULL, &bytes))
    if (!hs_catalog_put_blob (self->catalog, bytes, NULL, error))
      return FALSE;
  return TRUE;
}

static gboolean
append_facts (Import *self, GError **error)
{
  guint n = self->kinds->len;
  g_autofree HsFact *facts = g_new0 (HsFact, MAX (n, 1));

  for (guint i = 0; i < n; i++) {
    facts[i].kind = g_ptr_array_index (self->kinds, i);
    facts[i].subject = g_ptr_array_index (self->subjects, i);
    facts[i].payload = g_ptr_array_index (self->payloads, i);
  }
  return n == 0 || hs_catalog_append (self->catalog, facts, n, NULL, error);
}

/* Reads no more than a bundle may have. */
static GBytes *
load (GFile *source, GError **error)
{
  g_autoptr (GFileInfo) info =
      g_file_query_info (source, G_FILE_ATTRIBUTE_STANDARD_SIZE, 0, NULL, error);

  if (info == NULL)
    return NULL;
  if (g_file_info_get_size (info) > 2 * (goffset) HS_BUNDLE_MAX_BYTES) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_BUNDLE_ALTERED,
                         _ ("The file is larger than any release: it is no bundle."));
    return NULL;
  }
  return g_file_load_bytes (source, NULL, NULL, error);
}

static gboolean
read_all (Import *self, GFile *source, GError **error)
{
  g_autoptr (GBytes) zip = load (source, error);

  if (zip == NULL)
    return FALSE;
  self->file_name = g_file_get_basename (source);
  self->files = hs_bundle_zip_read (zip, self->file_name, error);
  return self->files != NULL && read_manifest (self, error) && check_files (self, error) &&
         read_release (self, error) && read_signatures (self, error) && read_lease (self, error);
}

/**
 * hs_bundle_import:
 * @catalog: a catalog
 * @source: a .hotshoe file
 * @existing: (out) (optional): the release was here before
 * @error: %HS_APP_ERROR_BUNDLE_ALTERED names the file that is not as it was packed;
 *   %HS_APP_ERROR_BUNDLE_NEWER, %HS_APP_ERROR_BAD_RECIPE, %HS_APP_ERROR_FAILED if its product
 *   numbers are taken, %HS_STORE_ERROR_PURPOSE, a #GIOError, or another #HsStoreError
 *
 * Looks at all of it, then takes all of it in at once, or nothing. Whether the release may run is
 * asked by hs_release_check(), not here. Blocks.
 *
 * Returns: (transfer full): the release's id
 */
char *
hs_bundle_import (HsCatalog *catalog, GFile *source, gboolean *existing, GError **error)
{
  g_auto (Import) self = {
    .catalog = catalog,
    .digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .kinds = g_ptr_array_new (),
    .subjects = g_ptr_array_new_with_free_func (g_free),
    .payloads = g_ptr_array_new_with_free_func (g_free),
  };

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && G_IS_FILE (source), NULL);

  if (!read_all (&self, source, error) || !store_files (&self, error) ||
      !append_facts (&self, error))
    return NULL;
  if (existing != NULL)
    *existing = self.known != NULL;
  return g_steal_pointer (&self.id);
}
