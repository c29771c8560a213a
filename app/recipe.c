/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/recipe-private.h"

#include "app/strict-json.h"

static const char *const rule_names[] = { "none", "counter", "list", "scan", "chip" };
static const char *const source_names[] = { "template", "folder", "command" };

/* The rule's word in recipes and on the command line. */
const char *
hs_number_rule_name (HsNumberRule rule)
{
  g_return_val_if_fail (rule < G_N_ELEMENTS (rule_names), rule_names[0]);

  return rule_names[rule];
}

/* %HS_NUMBER_NONE if @name is no rule. */
HsNumberRule
hs_number_rule_from_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (rule_names); i++)
    if (g_strcmp0 (rule_names[i], name) == 0)
      return i;
  return HS_NUMBER_NONE;
}

/* The source's word in recipes and on the command line. */
const char *
hs_file_source_name (HsFileSource source)
{
  g_return_val_if_fail (source < G_N_ELEMENTS (source_names), source_names[0]);

  return source_names[source];
}

gboolean
hs_file_source_from_name (const char *name, HsFileSource *source)
{
  for (guint i = 0; i < G_N_ELEMENTS (source_names); i++)
    if (g_strcmp0 (source_names[i], name) == 0) {
      *source = i;
      return TRUE;
    }
  return FALSE;
}

/* --- life --- */

static void
artifact_free (gpointer data)
{
  HsRecipeArtifact *self = data;

  g_free (self->role);
  g_free (self->file);
  g_free (self->sha256);
  g_free (self);
}

static void
board_free (gpointer data)
{
  HsRecipeBoard *self = data;

  g_free (self->board);
  g_free (self->build);
  g_free (self->build_name);
  g_free (self->version);
  g_free (self->number);
  g_ptr_array_unref (self->artifacts);
  g_free (self);
}

static void
file_free (gpointer data)
{
  HsRecipeFile *self = data;

  g_free (self->path);
  g_free (self->text);
  g_free (self->file);
  g_free (self);
}

/**
 * hs_recipe_new:
 *
 * Returns: (transfer full): a recipe without boards that expects the version's number
 */
HsRecipe *
hs_recipe_new (void)
{
  HsRecipe *self = g_new0 (HsRecipe, 1);

  self->name = g_strdup ("");
  self->version = g_strdup ("");
  self->boards = g_ptr_array_new_with_free_func (board_free);
  self->confirm = HS_VERSION_NUMBER;
  self->prefix = g_strdup ("");
  self->suffix = g_strdup ("");
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
hs_recipe_free (HsRecipe *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->version);
  g_ptr_array_unref (self->boards);
  g_free (self->series);
  g_free (self->prefix);
  g_free (self->suffix);
  g_free (self->list_sha256);
  g_ptr_array_unref (self->files);
  g_hash_table_unref (self->reasons);
  g_free (self->supersedes);
  g_free (self->notes);
  g_free (self);
}

/* A board without artifacts at the end of the recipe; borrowed. */
HsRecipeBoard *
hs_recipe_add_board (HsRecipe *self)
{
  HsRecipeBoard *board = g_new0 (HsRecipeBoard, 1);

  board->artifacts = g_ptr_array_new_with_free_func (artifact_free);
  g_ptr_array_add (self->boards, board);
  return board;
}

/* An empty artifact at the end of the board; borrowed. */
HsRecipeArtifact *
hs_recipe_board_add_artifact (HsRecipeBoard *board)
{
  HsRecipeArtifact *artifact = g_new0 (HsRecipeArtifact, 1);

  g_ptr_array_add (board->artifacts, artifact);
  return artifact;
}

/**
 * hs_recipe_add_file:
 * @self: a recipe
 * @path: where on the camera's drive
 * @source: where its content comes from
 * @text: the template, or the folder's or command's name
 * @file: (nullable): which file of the unit's folder
 *
 * Adds a file that every unit gets on its drive.
 */
void
hs_recipe_add_file (HsRecipe *self,
                    const char *path,
                    HsFileSource source,
                    const char *text,
                    const char *file)
{
  HsRecipeFile *entry = g_new0 (HsRecipeFile, 1);

  entry->path = g_strdup (path);
  entry->source = source;
  entry->text = g_strdup (text);
  entry->file = g_strdup (file);
  g_ptr_array_add (self->files, entry);
}

static void
copy_board (HsRecipe *to, const HsRecipeBoard *from)
{
  HsRecipeBoard *board = hs_recipe_add_board (to);

  board->board = g_strdup (from->board);
  board->build = g_strdup (from->build);
  board->build_name = g_strdup (from->build_name);
  board->version = g_strdup (from->version);
  board->number = g_strdup (from->number);
  for (guint i = 0; i < from->artifacts->len; i++) {
    const HsRecipeArtifact *old = g_ptr_array_index (from->artifacts, i);
    HsRecipeArtifact *artifact = hs_recipe_board_add_artifact (board);

    artifact->role = g_strdup (old->role);
    artifact->file = g_strdup (old->file);
    artifact->sha256 = g_strdup (old->sha256);
    artifact->size = old->size;
  }
}

static void
set_text (char **field, const char *text)
{
  g_free (*field);
  *field = g_strdup (text);
}

static void
copy_numbers (HsRecipe *to, const HsRecipe *from)
{
  to->rule = from->rule;
  set_text (&to->series, from->series);
  set_text (&to->prefix, from->prefix);
  set_text (&to->suffix, from->suffix);
  to->digits = from->digits;
  to->first = from->first;
  to->last = from->last;
  set_text (&to->list_sha256, from->list_sha256);
}

/* (transfer full) */
HsRecipe *
hs_recipe_copy (const HsRecipe *self)
{
  HsRecipe *copy = hs_recipe_new ();
  GHashTableIter iter;
  gpointer code, reason;

  set_text (&copy->name, self->name);
  set_text (&copy->version, self->version);
  set_text (&copy->supersedes, self->supersedes);
  set_text (&copy->notes, self->notes);
  copy->erase_filesystem = self->erase_filesystem;
  copy->confirm = self->confirm;
  copy->confirm_none = self->confirm_none;
  copy->allow_unproven = self->allow_unproven;
  copy_numbers (copy, self);
  for (guint i = 0; i < self->boards->len; i++)
    copy_board (copy, g_ptr_array_index (self->boards, i));
  for (guint i = 0; i < self->files->len; i++) {
    const HsRecipeFile *file = g_ptr_array_index (self->files, i);

    hs_recipe_add_file (copy, file->path, file->source, file->text, file->file);
  }
  g_hash_table_iter_init (&iter, self->reasons);
  while (g_hash_table_iter_next (&iter, &code, &reason))
    g_hash_table_insert (copy->reasons, g_strdup (code), g_strdup (reason));
  return copy;
}

/* --- as text --- */

/* Members are added in the order of their names by whoever calls. */
static void
append_name (GString *out, const char *name)
{
  char before = out->str[out->len - 1];

  if (before != '{' && before != '[')
    g_string_append_c (out, ',');
  if (name != NULL)
    g_string_append_printf (out, "\"%s\":", name);
}

static void
append_text (GString *out, const char *name, const char *text)
{
  append_name (out, name);
  hs_strict_json_append (out, text);
}

static void
append_int (GString *out, const char *name, gint64 value)
{
  append_name (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}

static void
append_flag (GString *out, const char *name, gboolean value)
{
  append_name (out, name);
  g_string_append (out, value ? "true" : "false");
}

static void
open_part (GString *out, const char *name, char bracket)
{
  append_name (out, name);
  g_string_append_c (out, bracket);
}

static void
append_artifact (GString *out, gconstpointer data)
{
  const HsRecipeArtifact *artifact = data;

  append_text (out, "file", artifact->file);
  append_text (out, "role", artifact->role);
  append_text (out, "sha256", artifact->sha256);
  append_int (out, "size", artifact->size);
}

static int
compare_artifacts (gconstpointer a, gconstpointer b)
{
  const HsRecipeArtifact *first = *(const HsRecipeArtifact *const *) a;
  const HsRecipeArtifact *second = *(const HsRecipeArtifact *const *) b;

  return g_strcmp0 (first->role, second->role);
}

static int
compare_boards (gconstpointer a, gconstpointer b)
{
  const HsRecipeBoard *first = *(const HsRecipeBoard *const *) a;
  const HsRecipeBoard *second = *(const HsRecipeBoard *const *) b;

  return g_strcmp0 (first->board, second->board);
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  const HsRecipeFile *first = *(const HsRecipeFile *const *) a;
  const HsRecipeFile *second = *(const HsRecipeFile *const *) b;

  return g_strcmp0 (first->path, second->path);
}

static void
append_sorted (GString *out,
               const char *name,
               GPtrArray *items,
               GCompareFunc compare,
               void (*append) (GString *out, gconstpointer item))
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < items->len; i++)
    g_ptr_array_add (sorted, g_ptr_array_index (items, i));
  g_ptr_array_sort (sorted, compare);

  open_part (out, name, '[');
  for (guint i = 0; i < sorted->len; i++) {
    open_part (out, NULL, '{');
    append (out, g_ptr_array_index (sorted, i));
    g_string_append_c (out, '}');
  }
  g_string_append_c (out, ']');
}

static void
append_board (GString *out, gconstpointer data)
{
  const HsRecipeBoard *board = data;

  append_sorted (out, "artifacts", board->artifacts, compare_artifacts, append_artifact);
  append_text (out, "board", board->board);
  append_text (out, "build", board->build);
  append_text (out, "build_name", board->build_name);
  append_text (out, "number", board->number);
  append_text (out, "version", board->version);
}

static void
append_file (GString *out, gconstpointer data)
{
  const HsRecipeFile *file = data;

  append_text (out, "file", file->file);
  append_text (out, "path", file->path);
  append_text (out, "source", hs_file_source_name (file->source));
  append_text (out, "text", file->text);
}

static void
append_reasons (GString *out, GHashTable *reasons)
{
  g_autoptr (GList) codes = g_list_sort (g_hash_table_get_keys (reasons), (GCompareFunc) strcmp);

  open_part (out, "reasons", '{');
  for (GList *code = codes; code != NULL; code = code->next) {
    append_name (out, NULL);
    hs_strict_json_append (out, code->data);
    g_string_append_c (out, ':');
    hs_strict_json_append (out, g_hash_table_lookup (reasons, code->data));
  }
  g_string_append_c (out, '}');
}

/* The series that is the name anyway is not said: then it is the same recipe. */
static void
append_serial (GString *out, const HsRecipe *self)
{
  gboolean usual = self->series == NULL || g_strcmp0 (self->series, self->name) == 0;

  open_part (out, "serial", '{');
  append_int (out, "digits", self->digits);
  append_int (out, "first", self->first);
  append_int (out, "last", self->last);
  append_text (out, "list_sha256", self->list_sha256);
  append_text (out, "prefix", self->prefix != NULL ? self->prefix : "");
  append_text (out, "rule", hs_number_rule_name (self->rule));
  append_text (out, "series", usual ? NULL : self->series);
  append_text (out, "suffix", self->suffix != NULL ? self->suffix : "");
  g_string_append_c (out, '}');
}

/**
 * hs_recipe_to_text:
 * @self: a recipe
 *
 * Returns: (transfer full): JSON, format 1: members sorted by name, boards, artifacts and files
 *   sorted too, no white space
 */
char *
hs_recipe_to_text (const HsRecipe *self)
{
  GString *out = g_string_new ("{");

  g_return_val_if_fail (self != NULL, NULL);

  append_flag (out, "allow_unproven", self->allow_unproven);
  append_sorted (out, "boards", self->boards, compare_boards, append_board);
  open_part (out, "checks", '[');
  g_string_append_c (out, ']');
  append_text (out, "confirm", self->confirm_none ? "none" : hs_version_kind_name (self->confirm));
  append_flag (out, "erase_filesystem", self->erase_filesystem);
  append_sorted (out, "files", self->files, compare_files, append_file);
  append_int (out, "format", HS_RECIPE_FORMAT);
  append_text (out, "name", self->name);
  append_text (out, "notes", self->notes);
  append_reasons (out, self->reasons);
  append_serial (out, self);
  append_text (out, "supersedes", self->supersedes);
  append_text (out, "version", self->version);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}

char *
hs_recipe_compute_id (const char *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/* --- boards --- */

/* What the recipe has for @board, its id; NULL: nothing. */
const HsRecipeBoard *
hs_recipe_find_board (const HsRecipe *self, const char *board)
{
  for (guint i = 0; i < self->boards->len; i++) {
    const HsRecipeBoard *entry = g_ptr_array_index (self->boards, i);

    if (g_strcmp0 (entry->board, board) == 0)
      return entry;
  }
  return NULL;
}

static void
drop_board (HsRecipe *self, const char *board)
{
  for (guint i = 0; i < self->boards->len; i++) {
    const HsRecipeBoard *entry = g_ptr_array_index (self->boards, i);

    if (g_strcmp0 (entry->board, board) == 0)
      g_ptr_array_remove_index (self->boards, i--);
  }
}

static void
take_artifact (HsRecipeBoard *entry, const HsArtifact *artifact)
{
  HsRecipeArtifact *copy = hs_recipe_board_add_artifact (entry);

  copy->role = g_strdup (artifact->role);
  copy->file = g_strdup (artifact->file);
  copy->size = artifact->size;
  copy->sha256 = g_strdup (artifact->sha256);
}

/**
 * hs_recipe_take_build:
 * @self: a recipe
 * @build: a build
 * @roles: bits 1 << #HsRole; 0: all that the build has and the board takes when flashing
 *
 * Adds the build's board, or replaces what the recipe had for it.
 */
void
hs_recipe_take_build (HsRecipe *self, HsBuild *build, guint64 roles)
{
  const HsBoard *board;
  HsRecipeBoard *entry;

  g_return_if_fail (self != NULL);
  g_return_if_fail (HS_IS_BUILD (build));

  board = hs_board_by_id (hs_build_get_board (build));
  drop_board (self, hs_build_get_board (build));
  entry = hs_recipe_add_board (self);
  entry->board = g_strdup (hs_build_get_board (build));
  entry->build = g_strdup (hs_build_get_id (build));
  entry->build_name = g_strdup (hs_build_get_name (build));
  entry->version = g_strdup (hs_build_get_version (build));
  entry->number = g_strdup (hs_build_get_number (build));

  for (const HsRole *role = board != NULL ? board->flash_order : NULL;
       role != NULL && *role != HS_ROLE_NONE;
       role++) {
    const HsArtifact *artifact = hs_build_find_artifact (build, hs_role_name (*role));

    if (artifact != NULL && (roles == 0 || (roles & (G_GUINT64_CONSTANT (1) << *role))))
      take_artifact (entry, artifact);
  }
}

/**
 * hs_recipe_split_list:
 * @bytes: the blob that @list_sha256 names
 *
 * One number a line; white space around it does not count, nor do empty lines at the end. The
 * position in the array, from 1, is the number's value.
 *
 * Returns: (transfer full) (array zero-terminated=1): may be empty
 */
char **
hs_recipe_split_list (GBytes *bytes)
{
  gsize size = g_bytes_get_size (bytes);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), size);
  char **lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);

  for (guint i = 0; i < n; i++)
    g_strstrip (lines[i]);
  while (n > 0 && *lines[n - 1] == '\0')
    g_clear_pointer (&lines[--n], g_free);
  return lines;
}
