/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/import.h"

#include "app/app-error.h"
#include "app/artifact-list.h"
#include "app/import-kept.h"
#include "app/run-json.h"
#include "flash/error.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* No build of a camera has larger files; a disk image dropped by mistake should not be hashed. */
#define MAX_FILE_BYTES (256 * 1024 * 1024)

typedef struct {
  char *file; /* name without folders */
  HsImage *image;
  HsRole role;   /* after resolving */
  gboolean kept; /* the catalog has its payload; the image has only its size and digest */
} Candidate;

/**
 * HsImport:
 *
 * Files on their way into the catalog as one build. Nothing is stored before hs_import_finish()
 * has looked at all of them together. Blocks on files and on the catalog.
 */
struct _HsImport {
  GObject parent_instance;

  HsCatalog *catalog;
  GPtrArray *candidates; /* (element-type Candidate) */
  JsonObject *details;
  char *origin;
  char *name;      /* nullable: made from the version */
  char *target;    /* TARGET of folder or zip; nullable */
  GPtrArray *zips; /* paths; they wait for the board */
  GPtrArray *kept; /* HsKeptFile */
};

G_DEFINE_FINAL_TYPE (HsImport, hs_import, G_TYPE_OBJECT)

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_free (candidate->file);
  hs_image_free (candidate->image);
  g_free (candidate);
}

static void
hs_import_finalize (GObject *object)
{
  HsImport *self = HS_IMPORT (object);

  g_object_unref (self->catalog);
  g_ptr_array_unref (self->candidates);
  json_object_unref (self->details);
  g_free (self->origin);
  g_free (self->name);
  g_free (self->target);
  g_ptr_array_unref (self->zips);
  g_ptr_array_unref (self->kept);

  G_OBJECT_CLASS (hs_import_parent_class)->finalize (object);
}

static void
hs_import_class_init (HsImportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_import_finalize;
}

static void
hs_import_init (HsImport *self)
{
  self->candidates = g_ptr_array_new_with_free_func (candidate_free);
  self->zips = g_ptr_array_new_with_free_func (g_free);
  self->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_kept_file_free);
  self->details = json_object_new ();
  self->origin = g_strdup ("file");
}

HsImport *
hs_import_new (HsCatalog *catalog)
{
  HsImport *self = g_object_new (HS_TYPE_IMPORT, NULL);

  self->catalog = g_object_ref (catalog);
  return self;
}

/* @name: (nullable): what people call the build; @origin as in hs_build_get_origin(). */
void
hs_import_set_origin (HsImport *self, const char *origin, const char *name)
{
  g_free (self->origin);
  self->origin = g_strdup (origin);
  if (name != NULL) {
    g_free (self->name);
    self->name = g_strdup (name);
  }
}

void
hs_import_set_target (HsImport *self, const char *target)
{
  g_free (self->target);
  self->target = g_strdup (target);
}

/* A fact about where the build comes from, kept as it is. */
void
hs_import_set_detail (HsImport *self, const char *name, const char *value)
{
  hs_json_set_string (self->details, name, value);
}

void
hs_import_take_detail (HsImport *self, const char *name, JsonNode *value)
{
  json_object_set_member (self->details, name, value);
}

static Candidate *
add_candidate (HsImport *self, const char *file, HsImage *image, HsRole role)
{
  Candidate *candidate = g_new0 (Candidate, 1);

  candidate->file = g_path_get_basename (file);
  candidate->image = image;
  candidate->role = role;
  g_ptr_array_add (self->candidates, candidate);
  return candidate;
}

/**
 * hs_import_add_kept:
 * @self: an import
 * @file: a name for it
 * @role: what it was read as
 * @sha256: of a blob that the catalog already has
 * @size: of it, in bytes
 *
 * Read from a camera: the role is known, the bytes are kept whatever they look like. Only code is
 * looked into, for its version: other images can be as large as the flash.
 */
void
hs_import_add_kept (HsImport *self, const char *file, HsRole role, const char *sha256, guint64 size)
{
  gboolean code = role == HS_ROLE_FIRMWARE || role == HS_ROLE_FIRMWARE_HE;
  g_autoptr (GBytes) bytes = code ? hs_catalog_get_blob (self->catalog, sha256, NULL) : NULL;
  HsImage *image = bytes != NULL ? hs_image_new (bytes, file, NULL) : NULL;

  if (image == NULL)
    image = g_new0 (HsImage, 1);
  g_clear_pointer (&image->payload, g_bytes_unref);
  g_free (image->payload_sha256);
  g_free (image->sha256);
  image->size = size;
  image->sha256 = g_strdup (sha256);
  image->payload_sha256 = g_strdup (sha256);
  add_candidate (self, file, image, role)->kept = TRUE;
}

static gboolean
ends_with (const char *file, const char *ending)
{
  gsize length = strlen (file), n = strlen (ending);

  return length >= n && g_ascii_strcasecmp (file + length - n, ending) == 0;
}

/**
 * hs_import_is_interesting:
 * @file: a name, with or without folders
 *
 * Returns: whether a build makes files that are named so; stamps and notes are passed over without
 * a word
 */
gboolean
hs_import_is_interesting (const char *file)
{
  static const char *const endings[] = { ".bin", ".img", ".dfu", ".elf", ".uf2", ".toc" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (ends_with (file, endings[i]))
      return TRUE;
  return hs_kept_role (file) != NULL;
}

/**
 * hs_import_add_bytes:
 * @self: an import
 * @file: its name; folders in it are ignored
 * @bytes: its content
 * @error: %HS_FLASH_ERROR_BAD_FILE, naming the file
 *
 * Adds one file of a build. Names that no build makes are passed over.
 */
gboolean
hs_import_add_bytes (HsImport *self, const char *file, GBytes *bytes, GError **error)
{
  g_autofree char *base = g_path_get_basename (file);
  const char *kept = hs_kept_role (base);
  HsImage *image;

  if (!hs_import_is_interesting (base))
    return TRUE;
  if (kept != NULL && g_bytes_get_size (bytes) > 0)
    g_ptr_array_add (self->kept, hs_kept_file_new (kept, base, bytes));
  if (kept != NULL && !ends_with (base, ".elf"))
    return TRUE;

  if (g_bytes_get_size (bytes) == 0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BAD_FILE,
                 _ ("%s is empty: the build that made it did not finish."),
                 base);
    return FALSE;
  }

  image = hs_image_new (bytes, base, error);
  if (image == NULL) {
    g_prefix_error (error, "%s: ", base);
    return FALSE;
  }
  add_candidate (self, base, image, HS_ROLE_NONE);
  return TRUE;
}

static GBytes *
read_file (const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, &local);

  if (mapped == NULL) {
    g_set_error (error,
                 G_FILE_ERROR,
                 local->code,
                 local->code == G_FILE_ERROR_NOENT ? _ ("There is no file %s.")
                                                   : _ ("%s can't be read."),
                 path);
    return NULL;
  }

  if (g_mapped_file_get_length (mapped) > MAX_FILE_BYTES) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BAD_FILE,
                 _ ("%s is larger than any image of a camera."),
                 path);
    return NULL;
  }

  /* A copy: a mapped file that is cut short meanwhile would end the program. */
  return g_bytes_new (g_mapped_file_get_contents (mapped), g_mapped_file_get_length (mapped));
}

static gboolean
add_file (HsImport *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (ends_with (path, ".zip")) {
    g_ptr_array_add (self->zips, g_strdup (path));
    hs_import_set_origin (self, "cloud", NULL);
    return TRUE;
  }

  bytes = read_file (path, error);
  return bytes != NULL && hs_import_add_bytes (self, path, bytes, error);
}

/* build/<TARGET>/bin: the second last part of the path is the TARGET. */
static void
take_target (HsImport *self, const char *folder)
{
  g_autofree char *full = g_canonicalize_filename (folder, NULL);
  g_autofree char *last = g_path_get_basename (full);
  g_autofree char *parent = g_path_get_dirname (full);
  g_autofree char *second = g_path_get_basename (parent);

  if (hs_board_by_id (second) != NULL)
    hs_import_set_target (self, second);
  else if (hs_board_by_id (last) != NULL)
    hs_import_set_target (self, last);
}

static gboolean
add_files_of (HsImport *self, const char *path, GDir *dir, guint *n_files, GError **error)
{
  const char *name;

  *n_files = 0;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    if (!hs_import_is_interesting (name) || !g_file_test (file, G_FILE_TEST_IS_REGULAR))
      continue;
    if (!add_file (self, file, error))
      return FALSE;
    *n_files += hs_kept_role (name) == NULL;
  }
  return TRUE;
}

/* @path/bin is tried if @path itself has nothing: build/<TARGET> is what people see first. */
static gboolean
add_folder (HsImport *self, const char *path, gboolean deeper, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  g_autofree char *bin = g_build_filename (path, "bin", NULL);
  guint n_files;

  if (dir == NULL || !add_files_of (self, path, dir, &n_files, error))
    return FALSE;
  if (n_files == 0 && deeper && g_file_test (bin, G_FILE_TEST_IS_DIR))
    return add_folder (self, bin, FALSE, error);

  take_target (self, path);
  hs_import_set_origin (self, "folder", NULL);
  hs_import_set_detail (self, "folder", path);
  hs_import_add_provenance (self, path);
  return TRUE;
}

/**
 * hs_import_add_path:
 * @self: an import
 * @path: a build folder (`build/<TARGET>/bin`), a zip of the cloud build, or one file
 * @error: a #GFileError, or %HS_FLASH_ERROR_BAD_FILE
 *
 * Reads and examines it; stores nothing yet.
 */
gboolean
hs_import_add_path (HsImport *self, const char *path, GError **error)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return add_folder (self, path, TRUE, error);
  return add_file (self, path, error);
}

/* --- all files together --- */

/* The board that the files agree on: asked for, named by folder or zip, or told by the bytes. */
static const HsBoard *
resolve_board (HsImport *self, const char *asked, GError **error)
{
  const char *id = asked != NULL ? asked : self->target;
  const HsBoard *board = id != NULL ? hs_board_by_id (id) : NULL;

  if (id != NULL && board == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 asked != NULL ? HS_APP_ERROR_USAGE : HS_APP_ERROR_MIXED,
                 _ ("There is no board named %s."),
                 id);
    return NULL;
  }

  for (guint i = 0; board == NULL && i < self->candidates->len; i++) {
    HsImage *image = ((Candidate *) g_ptr_array_index (self->candidates, i))->image;

    if (image->boards != NULL && image->boards[0] != NULL && image->boards[1] == NULL)
      board = image->boards[0];
  }

  if (board == NULL)
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_MIXED,
                         _ ("Nothing in these files tells which board they are for. Name it with "
                            "--board."));
  return board;
}

/* The bytes of a ROMFS don't tell which of a board's two it is for; the name does. */
static gboolean
is_romfs (HsRole role)
{
  return role == HS_ROLE_ROMFS0 || role == HS_ROLE_ROMFS1;
}

/* A firmware cut short, or something else by that name, would be refused when it is flashed: it is
 * better said now. */
static gboolean
check_bytes (Candidate *candidate, HsRole by_bytes, GError **error)
{
  HsRole role = candidate->role;

  if (by_bytes != HS_ROLE_NONE || candidate->image->kind == HS_IMAGE_ELF ||
      (role != HS_ROLE_FIRMWARE && role != HS_ROLE_FIRMWARE_HE && !is_romfs (role)))
    return TRUE;

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_BAD_FILE,
               _ ("%s is no image of an OpenMV camera, or only the front of one."),
               candidate->file);
  return FALSE;
}

static gboolean
resolve_role (Candidate *candidate, const HsBoard *board, GError **error)
{
  HsRole by_name = hs_role_from_file_name (candidate->file, board);
  HsRole by_bytes = candidate->image->role;

  if (candidate->role != HS_ROLE_NONE)
    return TRUE;

  if (!hs_image_allows_board (candidate->image, board)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_MIXED,
                 _ ("%s is not for %s: its bytes are for %s."),
                 candidate->file,
                 board->id,
                 candidate->image->boards[0]->id);
    return FALSE;
  }

  if (by_name != HS_ROLE_NONE && by_bytes != HS_ROLE_NONE && by_name != by_bytes &&
      !(is_romfs (by_name) && is_romfs (by_bytes))) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_WRONG_ROLE,
                 _ ("%s is named like %s but its bytes are %s."),
                 candidate->file,
                 hs_role_name (by_name),
                 hs_role_name (by_bytes));
    return FALSE;
  }

  candidate->role = by_name != HS_ROLE_NONE ? by_name : by_bytes;
  return check_bytes (candidate, by_bytes, error);
}

/* The image that names the build: the firmware, else the first that has a version. */
static HsImage *
find_leading (HsImport *self)
{
  HsImage *leading = NULL;

  for (guint i = 0; i < self->candidates->len; i++) {
    Candidate *candidate = g_ptr_array_index (self->candidates, i);

    if (candidate->role == HS_ROLE_FIRMWARE && candidate->image->kind != HS_IMAGE_ELF)
      return candidate->image;
    if (leading == NULL && candidate->image->omv_version != NULL)
      leading = candidate->image;
  }
  return leading;
}

/* The build has the same image in two kinds of file, as .bin and as .uf2: the one that is left out
 * is named in the details, with the one that stands for it. */
static void
note_left_out (HsImport *self, Candidate *candidate, const char *twin)
{
  if (g_strcmp0 (candidate->file, twin) == 0)
    return;
  if (!json_object_has_member (self->details, "left_out"))
    json_object_set_object_member (self->details, "left_out", json_object_new ());
  json_object_set_string_member (
      json_object_get_object_member (self->details, "left_out"), candidate->file, twin);
}

/* Of an image that is there with padding and without, the longer ones are left out. */
static void
drop_padded (HsImport *self)
{
  for (guint i = 0; i < self->candidates->len; i++) {
    Candidate *longer = g_ptr_array_index (self->candidates, i);
    Candidate *twin = NULL;

    for (guint n = 0; longer->image->payload != NULL && n < self->candidates->len; n++) {
      Candidate *other = g_ptr_array_index (self->candidates, n);

      if (other->role == longer->role && other->image->payload != NULL &&
          hs_payload_is_padded (longer->image->payload, other->image->payload))
        twin = other;
    }
    if (twin == NULL)
      continue;
    note_left_out (self, longer, twin->file);
    g_ptr_array_remove_index (self->candidates, i--);
  }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(Candidate *const *) a)->file, (*(Candidate *const *) b)->file);
}

/* Puts one file's payload among the blobs and its description into @artifacts. */
static gboolean
store_artifact (HsImport *self, Candidate *candidate, JsonArray *artifacts, GError **error)
{
  HsImage *image = candidate->image;
  const char *role = hs_role_name (candidate->role);
  const char *twin;
  g_autofree char *sha256 = NULL;
  JsonObject *artifact;

  if (image->payload == NULL && !candidate->kept)
    return TRUE;
  twin = hs_artifact_list_find (artifacts, role, image->payload_sha256);
  if (twin != NULL) {
    note_left_out (self, candidate, twin);
    return TRUE;
  }
  if (!hs_artifact_list_check_unique (artifacts, candidate->role, candidate->file, error) ||
      (!candidate->kept && !hs_catalog_put_blob (self->catalog, image->payload, &sha256, error)))
    return FALSE;
  if (candidate->kept)
    sha256 = g_strdup (image->payload_sha256);

  artifact = json_object_new ();
  json_object_set_string_member (artifact, "role", role);
  json_object_set_string_member (artifact, "file", candidate->file);
  json_object_set_int_member (
      artifact, "size", candidate->kept ? image->size : g_bytes_get_size (image->payload));
  json_object_set_string_member (artifact, "sha256", sha256);
  if (g_strcmp0 (sha256, image->sha256) != 0)
    json_object_set_string_member (artifact, "sha256_container", image->sha256);
  json_array_add_object_element (artifacts, artifact);
  return TRUE;
}

static const char *
get_detail (HsImport *self, const char *name)
{
  return json_object_get_string_member_with_default (self->details, name, NULL);
}

static JsonObject *
describe_build (HsImport *self, const HsBoard *board, JsonArray *artifacts, const char *id)
{
  HsImage *leading = find_leading (self);
  JsonObject *object = json_object_new ();
  const char *version = leading != NULL ? leading->omv_version : NULL;
  g_autofree char *number = hs_tag_dup_number (version);
  g_autofree char *commit = hs_tag_dup_commit (version);
  Candidate *first = g_ptr_array_index (self->candidates, 0);

  json_object_set_int_member (object, "v", 1);
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object,
                                 "name",
                                 self->name != NULL ? self->name
                                 : version != NULL  ? version
                                                    : first->file);
  json_object_set_string_member (object, "board", board->id);
  hs_json_set_string (object, "version", version);
  hs_json_set_string (
      object, "number", get_detail (self, "number") != NULL ? get_detail (self, "number") : number);
  hs_json_set_string (object, "mpy_version", leading != NULL ? leading->mpy_version : NULL);
  hs_json_set_string (object, "built", leading != NULL ? leading->built : NULL);
  json_object_set_string_member (object, "origin", self->origin);
  hs_json_set_string (
      object, "commit", get_detail (self, "commit") != NULL ? get_detail (self, "commit") : commit);
  json_object_set_boolean_member (object, "dirty", leading != NULL && leading->dirty);
  json_object_set_array_member (object, "artifacts", json_array_ref (artifacts));
  json_object_set_object_member (object, "details", json_object_ref (self->details));
  return object;
}

static void
add_frozen (HsImport *self)
{
  HsImage *leading = find_leading (self);
  JsonArray *names;

  if (leading == NULL || leading->frozen == NULL)
    return;

  names = json_array_new ();
  for (char **name = leading->frozen; *name != NULL; name++)
    json_array_add_string_element (names, *name);
  json_object_set_array_member (self->details, "frozen", names);
}

static gboolean
resolve_all (HsImport *self, const HsBoard *board, GError **error)
{
  for (guint i = 0; i < self->candidates->len;) {
    Candidate *candidate = g_ptr_array_index (self->candidates, i);

    if (!resolve_role (candidate, board, error))
      return FALSE;
    if (candidate->role == HS_ROLE_NONE)
      g_ptr_array_remove_index (self->candidates, i);
    else
      i++;
  }
  return TRUE;
}

static gboolean
fail_nothing (GError **error)
{
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NOTHING,
                       _ ("There is no firmware, ROMFS or bootloader image in there."));
  return FALSE;
}

/* Everything that is in there, with its role, for one board. */
static gboolean
resolve (HsImport *self, const char *board_id, const HsBoard **board, GError **error)
{
  for (guint i = 0; i < self->zips->len; i++)
    if (!hs_import_add_zip (self, g_ptr_array_index (self->zips, i), board_id, error))
      return FALSE;
  g_ptr_array_set_size (self->zips, 0);

  if (self->candidates->len == 0)
    return fail_nothing (error);
  *board = resolve_board (self, board_id, error);
  return *board != NULL && resolve_all (self, *board, error) &&
         (self->candidates->len > 0 || fail_nothing (error));
}

static gboolean
append_build (HsImport *self, JsonObject *build, const char *id, GError **error)
{
  g_autofree char *subject = g_strconcat ("build:", id, NULL);
  g_autofree char *text = hs_json_object_to_text (build);
  g_autofree char *kept = NULL;
  HsFact facts[] = { { HS_KIND_BUILD_IMPORTED, subject, text }, { HS_KIND_BUILD_KEPT, subject } };

  if (!hs_kept_files_store (self->kept, self->catalog, &kept, error))
    return FALSE;
  facts[1].payload = kept;
  return hs_catalog_append (self->catalog, facts, kept != NULL ? 2 : 1, NULL, error);
}

/**
 * hs_import_finish:
 * @self: an import
 * @board: (nullable): the TARGET asked for
 * @existing: (out) (optional): the same content was imported before
 * @error: %HS_APP_ERROR_NOTHING, %HS_APP_ERROR_MIXED, %HS_FLASH_ERROR_BAD_FILE,
 *   %HS_FLASH_ERROR_WRONG_ROLE or an #HsStoreError
 *
 * Looks at all files together, stores their bytes, then records the build: an import that fails
 * leaves no build behind.
 *
 * Returns: (transfer full): the build
 */
HsBuild *
hs_import_finish (HsImport *self, const char *board_id, gboolean *existing, GError **error)
{
  g_autoptr (JsonArray) artifacts = json_array_new ();
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *id = NULL;
  const HsBoard *board = NULL;
  HsBuild *known;

  if (!resolve (self, board_id, &board, error))
    return NULL;
  drop_padded (self);
  g_ptr_array_sort (self->candidates, compare_names); /* a folder has no order */

  for (guint i = 0; i < self->candidates->len; i++)
    if (!store_artifact (self, g_ptr_array_index (self->candidates, i), artifacts, error))
      return NULL;
  if (json_array_get_length (artifacts) == 0) {
    fail_nothing (error);
    return NULL;
  }

  id = hs_artifact_list_make_id (board->id, artifacts);
  known = hs_catalog_get_build (self->catalog, id, NULL);
  if (existing != NULL)
    *existing = known != NULL;
  if (known != NULL)
    return known;

  add_frozen (self);
  object = describe_build (self, board, artifacts, id);
  if (!append_build (self, object, id, error))
    return NULL;
  return hs_catalog_get_build (self->catalog, id, error);
}
