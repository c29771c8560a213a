/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/release.h"

#include "app/recipe-private.h"
#include "flash/error.h"
#include "flash/image.h"
#include "store/payload.h"

#include <glib/gi18n-lib.h>

#define MAX_RELEASES 100000
#define MAX_LINE     64 /* of a list of numbers, characters */

typedef struct {
  HsCatalog *catalog;
  const HsRecipe *recipe;
  GPtrArray *findings;
  /* while a board is looked at */
  const HsRecipeBoard *entry;
  const HsBoard *board;
  HsBuild *build;     /* nullable */
  char *core_version; /* of the first core; nullable */
} Examiner;

void
hs_release_finding_free (HsReleaseFinding *self)
{
  if (self == NULL)
    return;

  g_free (self->code);
  g_free (self->board);
  g_free (self->text);
  g_free (self->reason);
  g_free (self);
}

static void
add (Examiner *self, const char *code, gboolean blocks, const char *format, va_list args)
{
  HsReleaseFinding *finding = g_new0 (HsReleaseFinding, 1);
  const char *reason = blocks ? NULL : g_hash_table_lookup (self->recipe->reasons, code);

  finding->code = g_strdup (code);
  finding->board = g_strdup (self->entry != NULL ? self->entry->board : NULL);
  finding->text = g_strdup_vprintf (format, args);
  finding->blocks = blocks;
  if (reason != NULL) {
    finding->reason = g_strstrip (g_strdup (reason));
    if (*finding->reason == '\0')
      g_clear_pointer (&finding->reason, g_free);
  }
  g_ptr_array_add (self->findings, finding);
}

static void block (Examiner *self, const char *code, const char *format, ...) G_GNUC_PRINTF (3, 4);
static void ask (Examiner *self, const char *code, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* No reason helps. */
static void
block (Examiner *self, const char *code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add (self, code, TRUE, format, args);
  va_end (args);
}

/* Somebody has to write why it is all right. */
static void
ask (Examiner *self, const char *code, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  add (self, code, FALSE, format, args);
  va_end (args);
}

/* --- name and version --- */

static gboolean
is_taken_by (HsCatalog *catalog, const char *id, const HsRecipe *recipe, const char *own)
{
  g_autoptr (HsRelease) release = hs_catalog_get_release (catalog, id, NULL);

  return release != NULL && g_strcmp0 (hs_release_get_state (release), "draft") != 0 &&
         g_strcmp0 (hs_release_get_name (release), recipe->name) == 0 &&
         g_strcmp0 (hs_release_get_version (release), recipe->version) == 0 &&
         g_strcmp0 (id, own) != 0;
}

static gboolean
examine_version (Examiner *self, GError **error)
{
  g_autofree char *text = hs_recipe_to_text (self->recipe);
  g_autofree char *own = hs_recipe_compute_id (text);
  g_autoptr (GPtrArray) ids =
      hs_catalog_list_releases (self->catalog, NULL, MAX_RELEASES, NULL, error);

  if (ids == NULL)
    return FALSE;

  for (guint i = 0; i < ids->len; i++) {
    if (!is_taken_by (self->catalog, g_ptr_array_index (ids, i), self->recipe, own))
      continue;
    block (self,
           "version-taken",
           _ ("There is another release %s %s. Give this one a new version."),
           self->recipe->name,
           self->recipe->version);
    return TRUE;
  }
  return TRUE;
}

/* Names go into names of files, and "NAME@VERSION" names a release. */
static gboolean
is_good_name (const char *name)
{
  return *name != '\0' && *name != '.' && *name != ' ' && strpbrk (name, "/\\@:*?\"<>|") == NULL &&
         !g_str_has_suffix (name, " ");
}

static void
examine_name (Examiner *self)
{
  const HsRecipe *recipe = self->recipe;

  if (*recipe->name == '\0')
    block (self, "no-name", _ ("It has no name."));
  else if (!is_good_name (recipe->name))
    block (self, "no-name", _ ("The name “%s” can't name a file."), recipe->name);

  if (*recipe->version == '\0')
    block (self, "no-version", _ ("It has no version."));
  else if (!is_good_name (recipe->version) || strchr (recipe->version, ' ') != NULL)
    block (self, "no-version", _ ("The version “%s” can't name a file."), recipe->version);
}

/* --- product numbers --- */

static guint
count_digits (gint64 value)
{
  guint n = 1;

  while (value >= 10) {
    value /= 10;
    n++;
  }
  return n;
}

static void
examine_counter (Examiner *self)
{
  const HsRecipe *recipe = self->recipe;
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, recipe->last);

  if (recipe->last < recipe->first || recipe->last == 0)
    block (self, "bad-serial-rule", _ ("The range of product numbers is empty."));
  else if (recipe->first < 1)
    block (self, "bad-serial-rule", _ ("Product numbers begin with 1 or a higher number."));
  else if (recipe->digits == 0)
    block (self, "bad-serial-rule", _ ("The product numbers have no digits."));
  else if (count_digits (recipe->last) > recipe->digits)
    block (self,
           "bad-serial-rule",
           ngettext ("%u digit is not enough for product number %s.",
                     "%u digits are not enough for product number %s.",
                     recipe->digits),
           recipe->digits,
           last);
}

static gboolean
is_number (const char *line)
{
  if (!g_utf8_validate (line, -1, NULL) || g_utf8_strlen (line, -1) > MAX_LINE)
    return FALSE;
  for (const char *at = line; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static void
examine_lines (Examiner *self, char **lines)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (*lines == NULL)
    block (self, "bad-serial-rule", _ ("The list of product numbers is empty."));

  for (guint i = 0; lines[i] != NULL; i++) {
    if (*lines[i] == '\0' || !is_number (lines[i])) {
      block (self, "bad-serial-rule", _ ("Line %u of the list is no product number."), i + 1);
      return;
    }
    if (!g_hash_table_add (seen, lines[i])) {
      block (self,
             "bad-serial-rule",
             _ ("Line %u of the list has the product number %s again."),
             i + 1,
             lines[i]);
      return;
    }
  }
}

static void
examine_list (Examiner *self)
{
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;

  if (self->recipe->list_sha256 == NULL) {
    block (self, "bad-serial-rule", _ ("No list of product numbers is chosen."));
    return;
  }

  bytes = hs_catalog_get_blob (self->catalog, self->recipe->list_sha256, NULL);
  if (bytes == NULL) {
    block (self, "bad-serial-rule", _ ("The list of product numbers is missing or was altered."));
    return;
  }
  lines = hs_recipe_split_list (bytes);
  examine_lines (self, lines);
}

static void
examine_numbers (Examiner *self)
{
  const HsRecipe *recipe = self->recipe;

  if (recipe->rule == HS_NUMBER_COUNTER)
    examine_counter (self);
  else if (recipe->rule == HS_NUMBER_LIST)
    examine_list (self);
}

/* --- images --- */

static gboolean
is_core (HsRole role)
{
  return role == HS_ROLE_FIRMWARE || role == HS_ROLE_FIRMWARE_HE;
}

static gboolean
is_romfs (HsRole role)
{
  return role == HS_ROLE_ROMFS0 || role == HS_ROLE_ROMFS1;
}

static gboolean
has_bytes (GBytes *image, const char *needle, gsize length)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (image, &size);

  return memmem (bytes, size, needle, length) != NULL;
}

/* What is compiled in with DEBUG=1 only: assertions (MicroPython's __assert_func is linked without
 * NDEBUG), and error messages that are not compressed. */
static gboolean
looks_debug (GBytes *image)
{
  static const char assertion[] = "Assertion '%s' failed, at file %s:%d";
  static const char message[] = "name '%q' isn't defined";

  return has_bytes (image, assertion, sizeof assertion - 1) ||
         has_bytes (image, message, sizeof message - 1);
}

/* The name of the protocol's channel that PROFILE_ENABLE=1 adds (omv_protocol_channel_profile.c),
 * as a C string of its own. */
static gboolean
looks_profile (GBytes *image)
{
  static const char channel[] = "\0profile";

  return has_bytes (image, channel, sizeof channel);
}

/* What a build said of itself when it was made: "DEBUG=1 …". */
static gboolean
has_option (HsBuild *build, const char *option)
{
  const char *details = build != NULL ? hs_build_get_details (build) : NULL;
  g_autoptr (JsonObject) object = details != NULL ? hs_payload_parse (details) : NULL;
  const char *options = object != NULL ? hs_payload_get_text (object, "options") : NULL;
  g_auto (GStrv) words = options != NULL ? g_strsplit (options, " ", -1) : NULL;

  return words != NULL && g_strv_contains ((const char *const *) words, option);
}

static void
examine_firmware (Examiner *self, const HsRecipeArtifact *artifact, GBytes *payload)
{
  g_autoptr (HsImage) image = hs_image_new (payload, NULL, NULL);

  if (looks_debug (payload) || has_option (self->build, "DEBUG=1"))
    ask (self,
         "debug-build",
         _ ("%s is a DEBUG build: larger, slower, and it halts where others go on."),
         artifact->file);
  if (looks_profile (payload) || has_option (self->build, "PROFILE_ENABLE=1"))
    ask (self,
         "profile-build",
         _ ("%s is a PROFILE build: it measures itself while it works."),
         artifact->file);

  if (image == NULL || image->omv_version == NULL)
    return;
  if (self->core_version == NULL)
    self->core_version = g_strdup (image->omv_version);
  else if (strcmp (self->core_version, image->omv_version) != 0)
    block (self,
           "mixed-cores",
           _ ("The cores of %s are from different builds: %s and %s."),
           _ (self->board->name),
           self->core_version,
           image->omv_version);
}

static void
examine_romfs (Examiner *self, const HsRecipeArtifact *artifact, GBytes *payload)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (payload, &size);

  if (!hs_romfs_has_files (bytes, size))
    ask (self,
         "empty-romfs",
         _ ("%s has no files in it: the camera gets no models and no modules."),
         artifact->file);
}

/* A sentence for each way in which bytes don't belong where the recipe puts them. */
static void
block_image (Examiner *self, const HsRecipeArtifact *artifact, int code)
{
  const char *board = self->board->id;

  if (code == HS_FLASH_ERROR_WRONG_BOARD)
    block (self, "wrong-board", _ ("%s is for another board than %s."), artifact->file, board);
  else if (code == HS_FLASH_ERROR_TOO_LARGE)
    block (self, "too-large", _ ("%s is too large for %s."), artifact->file, board);
  else if (code == HS_FLASH_ERROR_BAD_FILE)
    block (self,
           "bad-file",
           _ ("%s is no image of an OpenMV camera, or only the front of one."),
           artifact->file);
  else
    block (self,
           "wrong-role",
           _ ("%s is not what belongs into %s of %s."),
           artifact->file,
           artifact->role,
           board);
}

/* --- boards --- */

static gboolean
is_flashed (const HsBoard *board, HsRole role)
{
  for (const HsRole *at = board->flash_order; at != NULL && *at != HS_ROLE_NONE; at++)
    if (*at == role)
      return TRUE;
  return FALSE;
}

/* The artifact is one of the build's own. */
static void
examine_source (Examiner *self, const HsRecipeArtifact *artifact, HsRole role)
{
  const HsArtifact *known =
      self->build != NULL ? hs_build_find_artifact (self->build, artifact->role) : NULL;

  if (self->build == NULL || (known != NULL && g_strcmp0 (known->sha256, artifact->sha256) == 0))
    return;
  if (is_core (role))
    block (self,
           "mixed-cores",
           _ ("%s is not from the build %s."),
           artifact->file,
           self->entry->build_name);
  else
    block (self,
           "foreign-artifact",
           _ ("%s is not from the build %s."),
           artifact->file,
           self->entry->build_name);
}

/* NULL: said. */
static GBytes *
read_payload (Examiner *self, const HsRecipeArtifact *artifact)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = NULL;

  if (!hs_catalog_has_blob (self->catalog, artifact->sha256)) {
    block (self, "missing-artifact", _ ("%s is not in the catalog."), artifact->file);
    return NULL;
  }

  payload = hs_catalog_get_blob (self->catalog, artifact->sha256, &error);
  if (payload == NULL && !g_error_matches (error, HS_STORE_ERROR, HS_STORE_ERROR_ALTERED)) {
    block (self,
           "missing-artifact",
           _ ("%s can't be read from the catalog: %s"),
           artifact->file,
           error->message);
    return NULL;
  }
  if (payload == NULL || g_bytes_get_size (payload) != artifact->size) {
    block (self, "altered-artifact", _ ("%s has changed since it was imported."), artifact->file);
    return NULL;
  }
  return g_steal_pointer (&payload);
}

static void
examine_artifact (Examiner *self, const HsRecipeArtifact *artifact)
{
  HsRole role = hs_role_from_name (artifact->role);
  const HsPartition *partition = hs_board_find (self->board, role);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = NULL;

  examine_source (self, artifact, role);
  if (partition == NULL || !is_flashed (self->board, role)) {
    block_image (self, artifact, HS_FLASH_ERROR_WRONG_ROLE);
    return;
  }

  payload = read_payload (self, artifact);
  if (payload == NULL)
    return;
  if (!hs_image_check_payload (payload, role, self->board, partition, &error)) {
    block_image (self, artifact, error->code);
    return;
  }
  if (is_core (role))
    examine_firmware (self, artifact, payload);
  if (is_romfs (role))
    examine_romfs (self, artifact, payload);
}

static gboolean
names_role (const HsRecipeBoard *entry, HsRole role)
{
  for (guint i = 0; i < entry->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (entry->artifacts, i);

    if (g_strcmp0 (artifact->role, hs_role_name (role)) == 0)
      return TRUE;
  }
  return FALSE;
}

/* All of a board's cores, or none. */
static void
examine_cores (Examiner *self)
{
  HsRole missing = HS_ROLE_NONE;
  gboolean some = FALSE;

  for (const HsRole *role = self->board->flash_order; role != NULL && *role != HS_ROLE_NONE;
       role++) {
    if (!is_core (*role))
      continue;
    if (names_role (self->entry, *role))
      some = TRUE;
    else if (missing == HS_ROLE_NONE)
      missing = *role;
  }
  if (some && missing != HS_ROLE_NONE)
    block (self,
           "mixed-cores",
           _ ("%s has several cores, and the firmware of one is left out: it would keep what it "
              "has, from another build (%s)."),
           _ (self->board->name),
           hs_role_name (missing));
}

/* A version that stands exactly on a tag says which sources it was built from. */
static gboolean
is_tag (const char *version)
{
  return version != NULL && g_regex_match_simple ("^v?\\d+\\.\\d+\\.\\d+$", version, 0, 0);
}

static gboolean
has_known_origin (Examiner *self)
{
  const char *origin = hs_build_get_origin (self->build);

  if (g_strcmp0 (origin, "practice") == 0)
    return hs_catalog_get_purpose (self->catalog) == HS_PURPOSE_PRACTICE;
  if (g_strcmp0 (origin, "file") == 0 || g_strcmp0 (origin, "camera") == 0)
    return FALSE;
  return hs_build_get_commit (self->build) != NULL || is_tag (hs_build_get_version (self->build));
}

static void
examine_build (Examiner *self)
{
  if (self->build == NULL || g_strcmp0 (hs_build_get_board (self->build), self->board->id) != 0) {
    block (self,
           "missing-build",
           _ ("There is no build %s for %s in the catalog."),
           self->entry->build_name,
           self->board->id);
    return;
  }

  if (hs_build_get_dirty (self->build))
    ask (self,
         "dirty-tree",
         _ ("%s was built from a tree with changes that are in no commit."),
         self->entry->build_name);
  if (!has_known_origin (self))
    ask (self,
         "unknown-origin",
         _ ("Nobody can tell which sources %s was built from."),
         self->entry->build_name);
}

static void
examine_entry (Examiner *self)
{
  self->board = hs_board_by_id (self->entry->board);
  if (self->board == NULL || self->board->method == NULL) {
    block (self,
           "no-board",
           self->board == NULL ? _ ("There is no board named %s.")
                               : _ ("Hotshoe can't flash %s yet."),
           self->entry->board);
    return;
  }

  self->build = hs_catalog_get_build (self->catalog, self->entry->build, NULL);
  examine_build (self);
  if (self->entry->artifacts->len == 0)
    block (self, "missing-artifact", _ ("Nothing is chosen for %s."), _ (self->board->name));
  examine_cores (self);
  for (guint i = 0; i < self->entry->artifacts->len; i++)
    examine_artifact (self, g_ptr_array_index (self->entry->artifacts, i));
  g_clear_object (&self->build);
  g_clear_pointer (&self->core_version, g_free);
}

/* The templates' and paths' sanity is the parser's; a recipe in memory has not been there yet. */
static void
examine_form (Examiner *self)
{
  g_autofree char *text = hs_recipe_to_text (self->recipe);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRecipe) again = hs_recipe_parse (text, &error);

  if (again == NULL)
    block (self, "bad-recipe", "%s", error->message);
}

static int
rank (const HsReleaseFinding *finding)
{
  if (finding->blocks)
    return 0;
  return finding->reason == NULL ? 1 : 2;
}

static int
compare_findings (gconstpointer a, gconstpointer b)
{
  return rank (*(HsReleaseFinding *const *) a) - rank (*(HsReleaseFinding *const *) b);
}

/**
 * hs_release_examine:
 * @catalog: a catalog
 * @recipe: what shall be locked
 * @error: an #HsStoreError: the catalog itself can't be asked
 *
 * Everything that stands against locking: blocking findings first, then those that need a reason,
 * then those that have one. Blocks: reads and hashes every artifact.
 *
 * Returns: (transfer full) (element-type HsReleaseFinding): may be empty
 */
GPtrArray *
hs_release_examine (HsCatalog *catalog, const HsRecipe *recipe, GError **error)
{
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_release_finding_free);
  Examiner self = { .catalog = catalog, .recipe = recipe, .findings = findings };

  g_return_val_if_fail (HS_IS_CATALOG (catalog) && recipe != NULL, NULL);

  examine_form (&self);
  examine_name (&self);
  if (!examine_version (&self, error))
    return NULL;
  examine_numbers (&self);
  if (recipe->boards->len == 0)
    block (&self, "no-board", _ ("It has no board yet."));
  for (guint i = 0; i < recipe->boards->len; i++) {
    self.entry = g_ptr_array_index (recipe->boards, i);
    examine_entry (&self);
  }
  g_ptr_array_sort (findings, compare_findings); /* stable in GLib */
  return g_steal_pointer (&findings);
}

gboolean
hs_findings_allow_lock (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    if (rank (g_ptr_array_index (findings, i)) < 2)
      return FALSE;
  return TRUE;
}
