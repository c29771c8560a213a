/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-rig.h"

#include "app/bundle-private.h"
#include "store/catalog-numbers.h"

#include <json-glib/json-glib.h>

/* A bundle brings exactly what was packed, or nothing and says which file is not as it was. */

typedef struct {
  Fixture ours;
  Fixture theirs;
  GFile *file; /* of a bundle */
  char *id;    /* of the release in it */
} Rig;

static void
rig_set_up (Rig *self, gconstpointer data)
{
  g_autofree char *path = NULL;

  fixture_set_up (&self->ours, NULL);
  fixture_set_up (&self->theirs, NULL);
  path = g_build_filename (self->ours.folder, "gate.hotshoe", NULL);
  self->file = g_file_new_for_path (path);
}

static void
rig_tear_down (Rig *self, gconstpointer data)
{
  g_clear_object (&self->file);
  g_clear_pointer (&self->id, g_free);
  fixture_tear_down (&self->ours, NULL);
  fixture_tear_down (&self->theirs, NULL);
}

static void
put_small_release (Rig *self)
{
  RigFile files[] = {
    { "firmware.bin",
      hs_sample_firmware (
          hs_board_by_id ("OPENMV2"), HS_ROLE_FIRMWARE, RELEASE_TAG, "5.0.0", 1, 6000) },
    { "romfs0.img", hs_sample_romfs (3, 256) },
    { NULL },
  };
  g_autoptr (HsBuild) build = rig_import (self->ours.catalog, "OPENMV2", "folder", files);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");

  recipe->rule = HS_NUMBER_COUNTER;
  recipe->digits = 4;
  recipe->first = 1;
  recipe->last = 1000;
  self->id = rig_lock (self->ours.catalog, recipe);
}

static void
sign (Rig *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = hs_keys_list_secret (self->ours.catalog);

  if (names[0] == NULL)
    g_free (hs_keys_create (self->ours.catalog, "anna", &error));
  g_assert_no_error (error);
  hs_release_sign (self->ours.catalog, self->id, NULL, &error);
  g_assert_no_error (error);
}

static void export(Rig *self, gint64 first, gint64 last)
{
  g_autoptr (GError) error = NULL;

  g_file_delete (self->file, NULL, NULL);
  hs_bundle_export (self->ours.catalog, self->id, self->file, first, last, &error);
  g_assert_no_error (error);
}

static void
take_lease (HsCatalog *catalog, gint64 first, gint64 last)
{
  g_autoptr (GError) error = NULL;

  hs_catalog_take_lease (catalog, "gate-counter", first, last, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static char *
import (Rig *self, gboolean *existing)
{
  g_autoptr (GError) error = NULL;
  char *id = hs_bundle_import (self->theirs.catalog, self->file, existing, &error);

  g_assert_no_error (error);
  return id;
}

/* Everything that the first has of the release, the second has too. */
static void
assert_same (Rig *self)
{
  g_autoptr (HsRelease) here = rig_release (self->ours.catalog, self->id);
  g_autoptr (HsRelease) there = rig_release (self->theirs.catalog, self->id);

  g_assert_cmpstr (hs_release_get_recipe (here), ==, hs_release_get_recipe (there));
  g_assert_cmpstr (hs_release_get_state (there), ==, "locked");
  g_assert_cmpuint (hs_release_get_n_signatures (here), ==, hs_release_get_n_signatures (there));
  for (guint i = 0; i < hs_release_get_n_artifacts (here); i++) {
    const HsReleaseArtifact *artifact = hs_release_get_artifact (here, i);
    g_autoptr (HsBuild) build = hs_catalog_get_build (self->theirs.catalog, artifact->build, NULL);
    g_autoptr (GBytes) a = hs_catalog_get_blob (self->ours.catalog, artifact->sha256, NULL);
    g_autoptr (GBytes) b = hs_catalog_get_blob (self->theirs.catalog, artifact->sha256, NULL);

    g_assert_nonnull (build);
    g_assert_true (a != NULL && b != NULL && g_bytes_equal (a, b));
  }
}

static void
test_there_and_back (Rig *self, gconstpointer data)
{
  gboolean existing;
  g_autofree char *id = NULL;
  g_autofree char *again = NULL;
  g_autoptr (HsRelease) release = NULL;
  guint64 before;

  put_small_release (self);
  sign (self);
  export(self, 0, 0);
  id = import (self, &existing);
  g_assert_false (existing);
  g_assert_cmpstr (id, ==, self->id);
  assert_same (self);
  release = rig_release (self->theirs.catalog, id);
  g_assert_cmpstr (hs_release_get_origin (release), ==, "bundle");
  g_assert_false (hs_release_is_trusted (release));
  rig_check (self->theirs.catalog, id, -1);

  before = rig_entries (self->theirs.catalog);
  again = import (self, &existing);
  g_assert_true (existing);
  g_assert_cmpuint (rig_entries (self->theirs.catalog), ==, before);
  assert_whole (self->theirs.catalog);
}

/* The same content is the same file. */
static void
test_same_bytes (Rig *self, gconstpointer data)
{
  g_autofree char *one = NULL;
  g_autofree char *two = NULL;
  gsize n_one, n_two;

  put_small_release (self);
  sign (self);
  export(self, 0, 0);
  g_assert_true (g_file_load_contents (self->file, NULL, &one, &n_one, NULL, NULL));
  export(self, 0, 0);
  g_assert_true (g_file_load_contents (self->file, NULL, &two, &n_two, NULL, NULL));
  g_assert_cmpmem (one, n_one, two, n_two);
}

static void
test_policy (Rig *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *signed_id = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  put_small_release (self);
  export(self, 0, 0);
  hs_keys_set_required (self->theirs.catalog, TRUE, NULL);
  id = import (self, NULL); /* unsigned: taken in, not run */
  rig_check (self->theirs.catalog, id, HS_APP_ERROR_UNSIGNED);

  sign (self);
  export(self, 0, 0);
  signed_id = import (self, NULL); /* the signature is new */
  rig_check (self->theirs.catalog, id, HS_APP_ERROR_UNSIGNED);
  key = hs_keys_sign (self->ours.catalog, NULL, (const guint8 *) "", 0, NULL, NULL);
  g_clear_pointer (&key, g_free);
  g_free (hs_keys_sign (self->ours.catalog, NULL, (const guint8 *) "", 0, &key, NULL));
  g_free (hs_keys_trust (self->theirs.catalog, key, "anna", &error));
  g_assert_no_error (error);
  rig_check (self->theirs.catalog, id, -1);

  /* What may not be run may not be passed on. */
  hs_keys_distrust (self->theirs.catalog, key, "lost", NULL);
  g_assert_false (hs_bundle_export (self->theirs.catalog, id, self->file, 0, 0, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNSIGNED);
}

static void
test_lease (Rig *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autofree char *again = NULL;
  g_autofree char *home = NULL;
  g_autoptr (GError) error = NULL;

  put_small_release (self);
  g_assert_false (hs_bundle_export (self->ours.catalog, self->id, self->file, 1, 10, &error));
  g_clear_error (&error); /* nothing is ours yet */
  g_assert_false (g_file_query_exists (self->file, NULL));
  take_lease (self->ours.catalog, 1, 100);
  g_assert_false (hs_bundle_export (self->ours.catalog, self->id, self->file, 1, 5000, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);

  export(self, 51, 60);
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->ours.catalog, "gate-counter"), ==, 90);
  id = import (self, NULL);
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->theirs.catalog, "gate-counter"), ==, 10);
  again = import (self, NULL);
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->theirs.catalog, "gate-counter"), ==, 10);

  /* Back home it brings nothing. */
  home = hs_bundle_import (self->ours.catalog, self->file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->ours.catalog, "gate-counter"), ==, 90);
}

static void
test_lease_clash (Rig *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 before;

  put_small_release (self);
  take_lease (self->ours.catalog, 1, 100);
  take_lease (self->theirs.catalog, 55, 56);
  export(self, 51, 60);
  before = rig_entries (self->theirs.catalog);
  g_assert_null (hs_bundle_import (self->theirs.catalog, self->file, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (rig_entries (self->theirs.catalog), ==, before);
}

static void
test_not_exported (Rig *self, gconstpointer data)
{
  g_autoptr (HsRecipe) recipe = rig_recipe (NULL, "2");
  g_autofree char *draft = rig_draft (self->ours.catalog, recipe);
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_bundle_export (self->ours.catalog, draft, self->file, 0, 0, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_RELEASE_DRAFT);
  g_clear_error (&error);
  put_small_release (self);
  export(self, 0, 0);
  g_assert_false (hs_bundle_export (self->ours.catalog, self->id, self->file, 0, 0, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE); /* it is there already */
  g_clear_error (&error);
  hs_release_withdraw (self->ours.catalog, self->id, "x", NULL);
  g_assert_false (hs_bundle_export (self->ours.catalog, self->id, self->file, 0, 0, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_RELEASE_WITHDRAWN);
}

/* --- tampering --- */

/* Without waiting for the disk. */
static void
write_raw (Rig *self, const guint8 *bytes, gsize size)
{
  g_autofree char *path = g_file_get_path (self->file);
  FILE *stream = fopen (path, "wb");

  g_assert_nonnull (stream);
  g_assert_cmpuint (fwrite (bytes, 1, size, stream), ==, size);
  g_assert_cmpint (fclose (stream), ==, 0);
}

static char *
try_import (Rig *self, const guint8 *bytes, gsize size, GError **error)
{
  write_raw (self, bytes, size);
  return hs_bundle_import (self->theirs.catalog, self->file, NULL, error);
}

/* The files in a zip are still those of @files. */
static void
assert_unchanged (GHashTable *files, const guint8 *zip, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (zip, size);
  g_autoptr (GHashTable) now = hs_bundle_zip_read (bytes, "x", NULL);
  GHashTableIter iter;
  gpointer name, content;

  g_assert_nonnull (now);
  g_assert_cmpuint (g_hash_table_size (now), ==, g_hash_table_size (files));
  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &name, &content))
    g_assert_true (g_bytes_equal (content, g_hash_table_lookup (files, name)));
}

/* Which file of the zip a byte belongs to: name of the entry whose stored content it is in. */
static const char *
file_at (GHashTable *files, const guint8 *zip, gsize size, gsize offset)
{
  GHashTableIter iter;
  gpointer name, content;

  g_hash_table_iter_init (&iter, files);
  while (g_hash_table_iter_next (&iter, &name, &content)) {
    gsize length;
    const guint8 *bytes = g_bytes_get_data (content, &length);
    const guint8 *found = memmem (zip, size, bytes, length);

    if (found != NULL && offset >= (gsize) (found - zip) && offset < (gsize) (found - zip) + length)
      return name;
  }
  return NULL;
}

static gboolean
is_sampled (gsize offset, const char *name, gsize size)
{
  /* All of the manifest, the signatures and the zip's own bytes; of images every 97th. */
  return name == NULL || !g_str_has_prefix (name, "artifacts/") || offset % 97 == 0;
}

/* Refused, and nothing recorded; or it was a byte that carries nothing (times, attributes), and
 * what comes in is exactly what was packed. */
static void
assert_refused_or_whole (Rig *self,
                         GHashTable *files,
                         const guint8 *zip,
                         gsize size,
                         const char *name,
                         guint *n_harmless)
{
  guint64 before = rig_entries (self->theirs.catalog);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = try_import (self, zip, size, &error);

  if (id == NULL) {
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BUNDLE_ALTERED);
    g_assert_cmpuint (rig_entries (self->theirs.catalog), ==, before);
    g_assert_true (name == NULL || strstr (error->message, name) != NULL);
    return;
  }
  g_assert_null (name);
  g_assert_cmpstr (id, ==, self->id);
  assert_unchanged (files, zip, size);
  if ((*n_harmless)++ > 3)
    return;
  assert_same (self);
  fixture_tear_down (&self->theirs, NULL);
  fixture_set_up (&self->theirs, NULL);
}

static void
test_every_byte (Rig *self, gconstpointer data)
{
  g_autofree guint8 *zip = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GHashTable) files = NULL;
  guint n_harmless = 0;
  gsize size;

  put_small_release (self);
  sign (self);
  export(self, 0, 0);
  g_assert_true (g_file_load_contents (self->file, NULL, (char **) &zip, &size, NULL, NULL));
  whole = g_bytes_new (zip, size);
  files = hs_bundle_zip_read (whole, "x", NULL);
  g_assert_nonnull (files);

  for (gsize i = 0; i < size; i++) {
    const char *name = file_at (files, g_bytes_get_data (whole, NULL), size, i);
    guint8 bit = i % 2 ? 0x01 : 0x40;

    if (!is_sampled (i, name, size))
      continue;
    zip[i] ^= bit;
    assert_refused_or_whole (self, files, zip, size, name, &n_harmless);
    zip[i] ^= bit;
  }
  g_test_message ("%u bytes of the zip carry nothing", n_harmless);
  g_assert_cmpuint (n_harmless, <, 600);
}

/* Also where only the zip's own list at the end is gone, and all that was packed is there. */
static void
test_cut_short (Rig *self, gconstpointer data)
{
  g_autofree guint8 *zip = NULL;
  guint64 before;
  gsize size;

  put_small_release (self);
  export(self, 0, 0);
  g_assert_true (g_file_load_contents (self->file, NULL, (char **) &zip, &size, NULL, NULL));
  before = rig_entries (self->theirs.catalog);
  for (gsize i = 1; i < size; i += i < 100 ? 7 : 131) {
    g_autoptr (GError) error = NULL;

    g_assert_null (try_import (self, zip, size - i, &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BUNDLE_ALTERED);
  }
  g_assert_cmpuint (rig_entries (self->theirs.catalog), ==, before);
}

/* --- bundles put together by others --- */

static void
put_file (GPtrArray *files, const char *name, const char *text, gssize length)
{
  HsBundleFile *file = g_new0 (HsBundleFile, 1);

  file->name = g_strdup (name);
  file->bytes = g_bytes_new (text, length < 0 ? strlen (text) : (gsize) length);
  g_ptr_array_add (files, file);
}

static void
write_zip (Rig *self, GPtrArray *files)
{
  g_autoptr (GFileOutputStream) stream =
      g_file_replace (self->file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL);

  g_assert_true (hs_bundle_zip_write (G_OUTPUT_STREAM (stream), files, NULL));
  g_assert_true (g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, NULL));
}

/* The bundle's files, with the manifest changed by @change and its digest made to fit. */
static void
rewrite (Rig *self, void (*change) (JsonObject *manifest), const char *extra)
{
  g_autoptr (GPtrArray) files =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_bundle_file_free);
  g_autoptr (GBytes) zip = g_file_load_bytes (self->file, NULL, NULL, NULL);
  g_autoptr (GHashTable) old = hs_bundle_zip_read (zip, "x", NULL);
  GBytes *manifest = g_hash_table_lookup (old, HS_BUNDLE_MANIFEST);
  g_autofree char *said =
      g_strndup (g_bytes_get_data (manifest, NULL), g_bytes_get_size (manifest));
  g_autoptr (JsonNode) node = json_from_string (said, NULL);
  g_autofree char *text = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *signatures = NULL;
  GHashTableIter iter;
  gpointer name, bytes;

  change (json_node_get_object (node));
  text = json_to_string (node, FALSE);
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  signatures =
      g_strdup_printf ("{\"manifest_sha256\":\"%s\",\"signatures\":[],\"later\":1.5}", sha256);
  put_file (files, HS_BUNDLE_MANIFEST, text, -1);
  put_file (files, HS_BUNDLE_SIGNATURES, signatures, -1);
  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    if (g_str_has_prefix (name, "artifacts/"))
      put_file (files, name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (extra != NULL)
    put_file (files, extra, "x", 1);
  write_zip (self, files);
}

static void
import_fails (Rig *self, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  guint64 before = rig_entries (self->theirs.catalog);

  g_assert_null (hs_bundle_import (self->theirs.catalog, self->file, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, HS_APP_ERROR, code);
  if (words != NULL)
    g_assert_nonnull (strstr (error->message, words));
  g_assert_cmpuint (rig_entries (self->theirs.catalog), ==, before);
}

static void
change_nothing (JsonObject *manifest)
{
}

static void
add_members (JsonObject *manifest)
{
  json_object_set_string_member (manifest, "colour", "blue");
  json_object_set_int_member (manifest, "format", 2); /* minimum_reader is what counts */
}

static void
need_newer (JsonObject *manifest)
{
  json_object_set_int_member (manifest, "minimum_reader", 2);
}

static void
change_recipe (JsonObject *manifest)
{
  const char *was = json_object_get_string_member (manifest, "recipe");
  g_autoptr (GString) text = g_string_new (was);

  g_string_replace (text, "\"erase_filesystem\":false", "\"erase_filesystem\":true", 0);
  json_object_set_string_member (manifest, "recipe", text->str);
}

/* Recipe and id fit each other; the signatures are of another release. */
static void
forge (JsonObject *manifest)
{
  g_autofree char *id = NULL;

  change_recipe (manifest);
  id = hs_recipe_compute_id (json_object_get_string_member (manifest, "recipe"));
  json_object_set_string_member (manifest, "release", id);
}

static void
drop_file (JsonObject *manifest)
{
  json_array_remove_element (json_object_get_array_member (manifest, "files"), 0);
}

static void
change_build (JsonObject *manifest)
{
  JsonArray *builds = json_object_get_array_member (manifest, "builds");
  JsonObject *build = json_array_get_object_element (builds, 0);

  json_object_set_string_member (build, "board", "OPENMV3");
}

static void
newer_recipe (JsonObject *manifest)
{
  const char *was = json_object_get_string_member (manifest, "recipe");
  g_autoptr (GString) text = g_string_new (was);
  g_autofree char *id = NULL;

  g_string_replace (text, "\"checks\":[]", "\"checks\":[\"audit\"]", 0);
  id = hs_recipe_compute_id (text->str);
  json_object_set_string_member (manifest, "recipe", text->str);
  json_object_set_string_member (manifest, "release", id);
}

static void
test_made_by_others (Rig *self, gconstpointer data)
{
  static const struct {
    void (*change) (JsonObject *manifest);
    const char *extra;
    int code;
    const char *words;
  } cases[] = {
    { need_newer, NULL, HS_APP_ERROR_BUNDLE_NEWER, "newer Hotshoe" },
    { newer_recipe, NULL, HS_APP_ERROR_BAD_RECIPE, "newer Hotshoe" },
    { change_recipe, NULL, HS_APP_ERROR_BUNDLE_ALTERED, "manifest.json" },
    { forge, NULL, HS_APP_ERROR_BUNDLE_ALTERED, "manifest.json" },
    { drop_file, NULL, HS_APP_ERROR_BUNDLE_ALTERED, "artifacts/" },
    { change_build, NULL, HS_APP_ERROR_BUNDLE_ALTERED, "manifest.json" },
    { change_nothing, "artifacts/extra.bin", HS_APP_ERROR_BUNDLE_ALTERED, "artifacts/extra.bin" },
    { change_nothing, "../../evil", HS_APP_ERROR_BUNDLE_ALTERED, "evil" },
    { change_nothing, "artifacts/../x", HS_APP_ERROR_BUNDLE_ALTERED, NULL },
    { change_nothing, "manifest.json", HS_APP_ERROR_BUNDLE_ALTERED, "manifest.json" },
  };

  put_small_release (self);
  sign (self);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    export(self, 0, 0);
    rewrite (self, cases[i].change, cases[i].extra);
    import_fails (self, cases[i].code, cases[i].words);
  }

  /* What a later version adds without need of a newer reader is passed over. */
  export(self, 0, 0);
  rewrite (self, add_members, NULL);
  g_free (import (self, NULL));
  assert_same (self);
}

static void
test_no_bundle (Rig *self, gconstpointer data)
{
  g_autoptr (GPtrArray) empty =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_bundle_file_free);
  g_autoptr (GPtrArray) many =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_bundle_file_free);
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_bundle_import (self->theirs.catalog, self->file, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  write_raw (self, (const guint8 *) "no zip", 6);
  import_fails (self, HS_APP_ERROR_BUNDLE_ALTERED, "gate.hotshoe");
  write_zip (self, empty);
  import_fails (self, HS_APP_ERROR_BUNDLE_ALTERED, "gate.hotshoe");

  put_file (empty, HS_BUNDLE_MANIFEST, "[]", -1);
  write_zip (self, empty);
  import_fails (self, HS_APP_ERROR_BUNDLE_ALTERED, "manifest.json");

  for (guint i = 0; i < HS_BUNDLE_MAX_FILES + 1; i++) {
    g_autofree char *name = g_strdup_printf ("artifacts/%u", i);

    put_file (many, name, "", 0);
  }
  write_zip (self, many);
  import_fails (self, HS_APP_ERROR_BUNDLE_ALTERED, "larger");
}

/* --- promises --- */

/* A bundle of format 1 as the first version made it. HOTSHOE_WRITE_FIXTURE=FILE makes another. */
static void
test_format_one (Rig *self, gconstpointer data)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "format-1.hotshoe", NULL);
  const char *write = g_getenv ("HOTSHOE_WRITE_FIXTURE");
  g_autofree char *id = NULL;
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (HsBuild) build = NULL;

  if (write != NULL) {
    g_clear_object (&self->file);
    self->file = g_file_new_for_path (write);
    put_small_release (self);
    sign (self);
    take_lease (self->ours.catalog, 1, 100);
    export(self, 51, 60);
    g_test_skip ("A fixture was written");
    return;
  }

  g_clear_object (&self->file);
  self->file = g_file_new_for_path (path);
  id = import (self, NULL);
  release = rig_release (self->theirs.catalog, id);
  g_assert_cmpstr (hs_release_get_name (release), ==, "gate-counter");
  g_assert_cmpstr (hs_release_get_version (release), ==, "1.0.0");
  g_assert_cmpuint (hs_release_get_n_signatures (release), ==, 1);
  g_assert_cmpuint (hs_release_get_n_artifacts (release), ==, 2);
  g_assert_cmpuint (hs_catalog_count_numbers_left (self->theirs.catalog, "gate-counter"), ==, 10);
  build = hs_catalog_get_build (
      self->theirs.catalog, hs_release_get_artifact (release, 0)->build, NULL);
  g_assert_cmpstr (hs_build_get_version (build), ==, RELEASE_TAG);
  rig_check (self->theirs.catalog, id, -1);
}

/* Where somebody built it is not told. */
static void
test_nothing_private (Rig *self, gconstpointer data)
{
  g_autoptr (HsImport) files = hs_import_new (self->ours.catalog);
  g_autoptr (GBytes) code = firmware ("OPENMV4", HS_ROLE_FIRMWARE, RELEASE_TAG);
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (HsRecipe) recipe = NULL;
  g_autoptr (GBytes) zip = NULL;
  gsize size;
  const void *bytes;

  hs_import_set_origin (files, "folder", NULL);
  hs_import_set_detail (files, "folder", "/srv/anna/secret-project");
  hs_import_set_detail (files, "tree", "/srv/anna/secret-project");
  hs_import_set_detail (files, "sdk", "1.4.0");
  hs_import_add_bytes (files, "firmware.bin", code, NULL);
  build = hs_import_finish (files, "OPENMV4", NULL, NULL);
  recipe = rig_recipe (build, "1.0.0");
  self->id = rig_lock (self->ours.catalog, recipe);
  export(self, 0, 0);
  zip = g_file_load_bytes (self->file, NULL, NULL, NULL);
  bytes = g_bytes_get_data (zip, &size);
  g_assert_null (memmem (bytes, size, "anna", 4));
  g_assert_nonnull (memmem (bytes, size, "1.4.0", 5));
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Rig *self, gconstpointer data);
  } tests[] = {
    { "/bundle/there-and-back", test_there_and_back },
    { "/bundle/same-bytes", test_same_bytes },
    { "/bundle/policy", test_policy },
    { "/bundle/lease", test_lease },
    { "/bundle/lease-clash", test_lease_clash },
    { "/bundle/not-exported", test_not_exported },
    { "/bundle/every-byte", test_every_byte },
    { "/bundle/cut-short", test_cut_short },
    { "/bundle/made-by-others", test_made_by_others },
    { "/bundle/no-bundle", test_no_bundle },
    { "/bundle/format-one", test_format_one },
    { "/bundle/nothing-private", test_nothing_private },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Rig, NULL, rig_set_up, tests[i].test, rig_tear_down);
  return g_test_run ();
}
