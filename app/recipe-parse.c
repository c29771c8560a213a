/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/recipe-private.h"

#include "app/app-error.h"
#include "app/strict-json.h"

#include <glib/gi18n-lib.h>

/* Far above what anybody needs, far below what would hurt. */
#define MAX_TEXT     (512 * 1024)
#define MAX_NAME     128
#define MAX_NOTES    (16 * 1024)
#define MAX_TEMPLATE (32 * 1024)
#define MAX_REASON   2048
#define MAX_PATH     200
#define MAX_ITEMS    64
#define MAX_DIGITS   18
#define MAX_SIZE     (G_GINT64_CONSTANT (1) << 40)
#define MAX_VALUE    G_GINT64_CONSTANT (999999999999999999)

static const char *const recipe_members[] = {
  "allow_unproven", "boards", "checks",  "confirm", "erase_filesystem", "files",   "format",
  "name",           "notes",  "reasons", "serial",  "supersedes",       "version", NULL
};
static const char *const board_members[] = { "artifacts", "board",   "build", "build_name",
                                             "number",    "version", NULL };
static const char *const artifact_members[] = { "file", "role", "sha256", "size", NULL };
static const char *const file_members[] = { "file", "path", "source", "text", NULL };
static const char *const serial_members[] = { "digits", "first",  "last",   "list_sha256", "prefix",
                                              "rule",   "series", "suffix", NULL };

static gboolean
fail (GError **error, const char *member)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_RECIPE,
               _ ("The recipe makes no sense at “%s”."),
               member);
  return FALSE;
}

static gboolean
fail_newer (GError **error, const char *what)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_RECIPE,
               _ ("The recipe was made by a newer Hotshoe: this one does not know “%s”. Update "
                  "Hotshoe."),
               what);
  return FALSE;
}

/* All of @names and no other. */
static gboolean
check_members (JsonObject *object, const char *const *names, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (object);

  for (GList *member = members; member != NULL; member = member->next)
    if (!g_strv_contains (names, member->data))
      return fail_newer (error, member->data);
  for (; *names != NULL; names++)
    if (!json_object_has_member (object, *names))
      return fail (error, *names);
  return TRUE;
}

/* --- members: FALSE if it is not of that kind; names exist by then --- */

typedef enum { TEXT_LINE, TEXT_LINE_OR_NULL, TEXT_ANY, TEXT_ANY_OR_NULL } TextKind;

static gboolean
is_line (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

static gboolean
take_text (JsonObject *object,
           const char *name,
           TextKind kind,
           gsize most,
           char **text,
           GError **error)
{
  JsonNode *node = json_object_get_member (object, name);
  gboolean nullable = kind == TEXT_LINE_OR_NULL || kind == TEXT_ANY_OR_NULL;
  gboolean line = kind == TEXT_LINE || kind == TEXT_LINE_OR_NULL;
  const char *value;

  g_clear_pointer (text, g_free);
  if (JSON_NODE_HOLDS_NULL (node))
    return nullable || fail (error, name);
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return fail (error, name);

  value = json_node_get_string (node);
  if (strlen (value) > most || (line && !is_line (value)))
    return fail (error, name);
  *text = g_strdup (value);
  return TRUE;
}

static gboolean
is_digest (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

static gboolean
take_digest (JsonObject *object, const char *name, gboolean nullable, char **digest, GError **error)
{
  if (!take_text (object, name, nullable ? TEXT_LINE_OR_NULL : TEXT_LINE, 64, digest, error))
    return FALSE;
  return *digest == NULL || is_digest (*digest) || fail (error, name);
}

static gboolean
take_int (JsonObject *object, const char *name, gint64 most, gint64 *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
    return fail (error, name);
  *value = json_node_get_int (node);
  return (*value >= 0 && *value <= most) || fail (error, name);
}

static gboolean
take_flag (JsonObject *object, const char *name, gboolean *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return fail (error, name);
  *value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
take_array (JsonObject *object, const char *name, JsonArray **array, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return fail (error, name);
  *array = json_node_get_array (node);
  return json_array_get_length (*array) <= MAX_ITEMS || fail (error, name);
}

static gboolean
take_object (JsonObject *object, const char *name, JsonObject **member, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail (error, name);
  *member = json_node_get_object (node);
  return TRUE;
}

/* Calls @take for each object of an array, with all of @names and no other members. */
static gboolean
take_each (JsonObject *object,
           const char *name,
           const char *const *names,
           gpointer into,
           gboolean (*take) (JsonObject *item, gpointer into, GError **error),
           GError **error)
{
  JsonArray *array;

  if (!take_array (object, name, &array, error))
    return FALSE;

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (!JSON_NODE_HOLDS_OBJECT (node))
      return fail (error, name);
    if (!check_members (json_node_get_object (node), names, error) ||
        !take (json_node_get_object (node), into, error))
      return FALSE;
  }
  return TRUE;
}

/* --- boards --- */

static gboolean
has_role (const HsRecipeBoard *board, const char *role)
{
  for (guint i = 0; i < board->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (board->artifacts, i);

    if (g_strcmp0 (artifact->role, role) == 0)
      return TRUE;
  }
  return FALSE;
}

/* A file's own name, without folders: it names a file in bundles and exported folders. */
static gboolean
is_file_name (const char *text)
{
  return *text != '\0' && *text != '.' && strpbrk (text, "/\\") == NULL;
}

static gboolean
take_artifact (JsonObject *item, gpointer into, GError **error)
{
  HsRecipeBoard *board = into;
  HsRecipeArtifact *artifact;
  g_autofree char *role = NULL;
  gint64 size = 0;

  if (!take_text (item, "role", TEXT_LINE, MAX_NAME, &role, error))
    return FALSE;
  if (hs_role_from_name (role) == HS_ROLE_NONE)
    return fail_newer (error, role);
  if (has_role (board, role))
    return fail (error, "role");

  artifact = hs_recipe_board_add_artifact (board);
  artifact->role = g_steal_pointer (&role);
  if (!take_text (item, "file", TEXT_LINE, MAX_NAME, &artifact->file, error) ||
      !take_digest (item, "sha256", FALSE, &artifact->sha256, error) ||
      !take_int (item, "size", MAX_SIZE, &size, error))
    return FALSE;
  artifact->size = size;
  return is_file_name (artifact->file) || fail (error, "file");
}

/* It names folders too. */
static gboolean
is_board_id (const char *text)
{
  return *text != '\0' &&
         strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-") == strlen (text);
}

static gboolean
take_board (JsonObject *item, gpointer into, GError **error)
{
  HsRecipe *self = into;
  HsRecipeBoard *board;
  g_autofree char *id = NULL;

  if (!take_text (item, "board", TEXT_LINE, MAX_NAME, &id, error))
    return FALSE;
  if (!is_board_id (id) || hs_recipe_find_board (self, id) != NULL)
    return fail (error, "board");

  board = hs_recipe_add_board (self);
  board->board = g_steal_pointer (&id);
  return take_digest (item, "build", FALSE, &board->build, error) &&
         take_text (item, "build_name", TEXT_LINE, 4 * MAX_NAME, &board->build_name, error) &&
         take_text (item, "version", TEXT_LINE_OR_NULL, MAX_NAME, &board->version, error) &&
         take_text (item, "number", TEXT_LINE_OR_NULL, MAX_NAME, &board->number, error) &&
         take_each (item, "artifacts", artifact_members, board, take_artifact, error);
}

/* --- files for the drive --- */

/**
 * hs_recipe_path_is_sane:
 * @path: a path on the camera's drive
 *
 * Returns: whether a file may be called so: relative, folders separated by "/", nothing that leads
 *   elsewhere or that a FAT refuses
 */
gboolean
hs_recipe_path_is_sane (const char *path)
{
  g_auto (GStrv) parts = NULL;

  if (*path == '\0' || strlen (path) > MAX_PATH || !is_line (path) ||
      strpbrk (path, "\\:*?\"<>|") != NULL)
    return FALSE;

  parts = g_strsplit (path, "/", -1);
  for (char **part = parts; *part != NULL; part++)
    if (**part == '\0' || strcmp (*part, ".") == 0 || strcmp (*part, "..") == 0 ||
        g_str_has_suffix (*part, " ") || (*part)[strlen (*part) - 1] == '.')
      return FALSE;
  return TRUE;
}

/* The name of a folder or command in the bench's own place for them. */
static gboolean
is_own_name (const char *text)
{
  return is_file_name (text) &&
         strspn (text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-") == strlen (text);
}

static gboolean
has_path (const HsRecipe *self, const char *path)
{
  for (guint i = 0; i < self->files->len; i++) {
    const HsRecipeFile *file = g_ptr_array_index (self->files, i);

    if (g_ascii_strcasecmp (file->path, path) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
take_file (JsonObject *item, gpointer into, GError **error)
{
  HsRecipe *self = into;
  g_autofree char *path = NULL;
  g_autofree char *word = NULL;
  g_autofree char *text = NULL;
  g_autofree char *file = NULL;
  HsFileSource source;

  if (!take_text (item, "path", TEXT_LINE, MAX_PATH, &path, error) ||
      !take_text (item, "source", TEXT_LINE, MAX_NAME, &word, error) ||
      !take_text (item, "text", TEXT_ANY, MAX_TEMPLATE, &text, error) ||
      !take_text (item, "file", TEXT_LINE_OR_NULL, MAX_PATH, &file, error))
    return FALSE;

  if (!hs_file_source_from_name (word, &source))
    return fail_newer (error, word);
  if (!hs_recipe_path_is_sane (path) || has_path (self, path))
    return fail (error, "path");
  if (source != HS_FILE_TEMPLATE && !is_own_name (text))
    return fail (error, "text");
  if (file != NULL && (source != HS_FILE_FOLDER || !hs_recipe_path_is_sane (file)))
    return fail (error, "file");
  hs_recipe_add_file (self, path, source, text, file);
  return TRUE;
}

/* --- the rest --- */

static gboolean
take_rule (HsRecipe *self, JsonObject *serial, GError **error)
{
  g_autofree char *rule = NULL;

  if (!take_text (serial, "rule", TEXT_LINE, MAX_NAME, &rule, error))
    return FALSE;
  self->rule = hs_number_rule_from_name (rule);
  return strcmp (hs_number_rule_name (self->rule), rule) == 0 || fail_newer (error, rule);
}

static gboolean
take_serial (HsRecipe *self, JsonObject *object, GError **error)
{
  JsonObject *serial;
  gint64 digits = 0;

  if (!take_object (object, "serial", &serial, error) ||
      !check_members (serial, serial_members, error) || !take_rule (self, serial, error) ||
      !take_int (serial, "digits", MAX_DIGITS, &digits, error) ||
      !take_int (serial, "first", MAX_VALUE, &self->first, error) ||
      !take_int (serial, "last", MAX_VALUE, &self->last, error) ||
      !take_digest (serial, "list_sha256", TRUE, &self->list_sha256, error) ||
      !take_text (serial, "prefix", TEXT_LINE, MAX_NAME, &self->prefix, error) ||
      !take_text (serial, "suffix", TEXT_LINE, MAX_NAME, &self->suffix, error) ||
      !take_text (serial, "series", TEXT_LINE_OR_NULL, MAX_NAME, &self->series, error))
    return FALSE;

  self->digits = digits;
  if (self->series == NULL)
    self->series = g_strdup (self->name);
  return TRUE;
}

static gboolean
take_reasons (HsRecipe *self, JsonObject *object, GError **error)
{
  g_autoptr (GList) codes = NULL;
  JsonObject *reasons;

  if (!take_object (object, "reasons", &reasons, error))
    return FALSE;
  if (json_object_get_size (reasons) > MAX_ITEMS)
    return fail (error, "reasons");

  codes = json_object_get_members (reasons);
  for (GList *code = codes; code != NULL; code = code->next) {
    g_autofree char *reason = NULL;

    if (strlen (code->data) > MAX_NAME || !is_line (code->data))
      return fail (error, "reasons");
    if (!take_text (reasons, code->data, TEXT_ANY, MAX_REASON, &reason, error))
      return FALSE;
    g_hash_table_insert (self->reasons, g_strdup (code->data), g_steal_pointer (&reason));
  }
  return TRUE;
}

static gboolean
take_confirm (HsRecipe *self, JsonObject *object, GError **error)
{
  g_autofree char *confirm = NULL;

  if (!take_text (object, "confirm", TEXT_LINE, MAX_NAME, &confirm, error))
    return FALSE;

  self->confirm_none = strcmp (confirm, "none") == 0;
  if (self->confirm_none)
    return TRUE;
  self->confirm = hs_version_kind_from_name (confirm);
  return self->confirm != HS_VERSION_NONE || fail_newer (error, confirm);
}

/* What later versions may want to have checked; this one can't skip it in silence. */
static gboolean
take_checks (JsonObject *object, GError **error)
{
  JsonArray *checks;

  return take_array (object, "checks", &checks, error) &&
         (json_array_get_length (checks) == 0 || fail_newer (error, "checks"));
}

/* The format first: of a later one nothing else may be believed. */
static gboolean
take_format (JsonObject *object, GError **error)
{
  JsonNode *node = json_object_get_member (object, "format");
  gint64 format = 0;

  if (node == NULL)
    return fail (error, "format");
  if (!take_int (object, "format", G_MAXINT64, &format, error))
    return FALSE;
  if (format > HS_RECIPE_FORMAT)
    return fail_newer (error, "format");
  return format == HS_RECIPE_FORMAT || fail (error, "format");
}

static gboolean
take_all (HsRecipe *self, JsonObject *object, GError **error)
{
  return take_format (object, error) && check_members (object, recipe_members, error) &&
         take_text (object, "name", TEXT_LINE, MAX_NAME, &self->name, error) &&
         take_text (object, "version", TEXT_LINE, MAX_NAME, &self->version, error) &&
         take_text (object, "notes", TEXT_ANY_OR_NULL, MAX_NOTES, &self->notes, error) &&
         take_digest (object, "supersedes", TRUE, &self->supersedes, error) &&
         take_flag (object, "allow_unproven", &self->allow_unproven, error) &&
         take_flag (object, "erase_filesystem", &self->erase_filesystem, error) &&
         take_confirm (self, object, error) && take_checks (object, error) &&
         take_serial (self, object, error) && take_reasons (self, object, error) &&
         take_each (object, "boards", board_members, self, take_board, error) &&
         take_each (object, "files", file_members, self, take_file, error);
}

/**
 * hs_recipe_parse:
 * @text: what hs_recipe_to_text() made, here or on another bench
 * @error: %HS_APP_ERROR_BAD_RECIPE
 *
 * Takes only the canonical form, so that one text has one meaning whoever reads it: members twice,
 * comments or another order are errors.
 *
 * Returns: (transfer full): the recipe
 */
HsRecipe *
hs_recipe_parse (const char *text, GError **error)
{
  g_autoptr (HsRecipe) self = hs_recipe_new ();
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *again = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  object = hs_strict_json_parse (text, strlen (text), MAX_TEXT);
  if (object == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_BAD_RECIPE,
                         _ ("The recipe is damaged: it can't be read as JSON."));
    return NULL;
  }
  if (!take_all (self, object, error))
    return NULL;

  again = hs_recipe_to_text (self);
  if (strcmp (again, text) != 0) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_BAD_RECIPE,
                         _ ("The recipe is not written as Hotshoe writes it."));
    return NULL;
  }
  return g_steal_pointer (&self);
}
