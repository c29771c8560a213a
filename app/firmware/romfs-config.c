/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-source-private.h"

#include "app/app-error.h"
#include "app/firmware/json-span.h"

#include <glib/gi18n-lib.h>
#include <glob.h>
#include <string.h>

#define MAX_CONFIG (1024 * 1024)

/* What is read from one partition of romfs_config.json. */
typedef struct {
  HsRomfs *romfs;
  const char *path; /* of the config */
  const HsRomfsWay *way;
  char *top, *build; /* what {TOP} and {BUILD} stand for; owned; nullable */
  guint n;           /* of the entry, from 1 */
  GPtrArray *findings;
  GCancellable *cancellable;
} Config;

static void
config_clear (Config *self)
{
  g_clear_object (&self->romfs);
  g_free (self->top);
  g_free (self->build);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Config, config_clear)

G_GNUC_PRINTF (3, 4)
static gboolean
fail (const char *path, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS, "%s: %s", path, text);
  return FALSE;
}

/* --- JSON --- */

static JsonObject *
load (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = hs_convert_read (path, error);
  g_autoptr (GError) local = NULL;
  JsonObject *root;

  if (bytes == NULL)
    return NULL;
  if (g_bytes_get_size (bytes) > MAX_CONFIG) {
    fail (path, error, _ ("it is too large to be a configuration"));
    return NULL;
  }
  root =
      hs_json_span_parse (g_bytes_get_data (bytes, NULL) ?: "", g_bytes_get_size (bytes), &local);
  if (root == NULL)
    fail (path, error, "%s", local->message);
  return root;
}

/* @value: NULL if it is not there. FALSE: there, but no text. */
static gboolean
take_text (const Config *self,
           JsonObject *entry,
           const char *name,
           const char **value,
           GError **error)
{
  JsonNode *node = json_object_get_member (entry, name);

  *value = NULL;
  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return fail (self->path, error, _ ("entry %u: “%s” is no text"), self->n, name);
  *value = json_node_get_string (node);
  return TRUE;
}

static gboolean
take_number (const Config *self,
             JsonObject *entry,
             const char *name,
             guint missing,
             guint *value,
             GError **error)
{
  JsonNode *node = json_object_get_member (entry, name);
  gint64 number;

  *value = missing;
  if (node == NULL)
    return TRUE;
  number = json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : -1;
  if (number < 0 || number > G_MAXINT32)
    return fail (self->path, error, _ ("entry %u: “%s” is no number that fits"), self->n, name);
  *value = number;
  return TRUE;
}

/* As python takes it: false, 0, null and "" switch an entry off. */
static gboolean
is_enabled (JsonObject *entry)
{
  JsonNode *node = json_object_get_member (entry, "enabled");

  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_NULL (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return *json_node_get_string (node) != '\0';
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  return json_node_get_value_type (node) != G_TYPE_INT64 || json_node_get_int (node) != 0;
}

/* --- paths --- */

/* {TOP} and {BUILD}, and doubled braces, as python's format() has them. */
static char *
resolve (const Config *self, const char *path, GError **error)
{
  const struct {
    const char *word, *value;
  } words[] = { { "{{", "{" }, { "}}", "}" }, { "{TOP}", self->top }, { "{BUILD}", self->build } };
  g_autoptr (GString) out = g_string_new (NULL);

  while (*path != '\0') {
    guint i;

    for (i = 0; i < G_N_ELEMENTS (words); i++)
      if (words[i].value != NULL && g_str_has_prefix (path, words[i].word))
        break;
    if (i < G_N_ELEMENTS (words)) {
      g_string_append (out, words[i].value);
      path += strlen (words[i].word);
      continue;
    }
    if (*path == '{' || *path == '}') {
      fail (self->path,
            error,
            _ ("entry %u: what “%s” stands for is not known; {TOP} and {BUILD} are, in a "
               "firmware tree"),
            self->n,
            path);
      return NULL;
    }
    g_string_append_c (out, *path++);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* With “..” behind a star, looking would go round and round. */
static gboolean
is_tame (const char *pattern)
{
  const char *star = strchr (pattern, '*');

  return strstr (star, "/..") == NULL;
}

/* The files that a path with stars means, sorted. */
static GPtrArray *
match (const char *pattern)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  glob_t found = { 0 };

  if (glob (pattern, GLOB_NOSORT | GLOB_NOESCAPE, NULL, &found) == 0)
    for (gsize i = 0; i < found.gl_pathc; i++)
      if (g_file_test (found.gl_pathv[i], G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (paths, g_strdup (found.gl_pathv[i]));
  globfree (&found);
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

/* --- entries --- */

static gboolean
add_entry (Config *self, HsRomfsEntry *entry, const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *labels = entry->model ? hs_romfs_find_labels (path) : NULL;
  HsRomfsEntry label = { .alignment = HS_ROMFS_ALIGNMENT };
  g_autofree char *label_name = NULL;

  entry->path = path;
  entry->name = name;
  if (!hs_romfs_take_entry (
          self->romfs, entry, self->way, self->findings, self->cancellable, error)) {
    g_prefix_error (error, _ ("%s, entry %u: "), self->path, self->n);
    return FALSE;
  }
  if (labels == NULL)
    return TRUE;
  label_name = g_path_get_basename (labels);
  label.path = labels;
  label.name = label_name;
  return hs_romfs_take_entry (
      self->romfs, &label, self->way, self->findings, self->cancellable, error);
}

static gboolean
add_matches (Config *self, HsRomfsEntry *entry, const char *pattern, GError **error)
{
  g_autoptr (GPtrArray) paths = NULL;

  if (!is_tame (pattern))
    return fail (self->path, error, _ ("entry %u has “..” behind a star"), self->n);
  paths = match (pattern);
  if (paths->len == 0)
    hs_convert_tell (self->findings,
                     HS_FINDING_WARNING,
                     "nothing-matches",
                     self->path,
                     g_strdup_printf (_ ("Entry %u: there is no file like %s."), self->n, pattern),
                     NULL);
  for (guint i = 0; i < paths->len; i++)
    if (!add_entry (self, entry, g_ptr_array_index (paths, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
take_entry (Config *self, JsonObject *object, GError **error)
{
  const char *type, *path;
  g_autofree char *resolved = NULL;
  HsRomfsEntry entry = { 0 };

  if (!is_enabled (object))
    return TRUE;
  if (!take_text (self, object, "type", &type, error) ||
      !take_text (self, object, "path", &path, error) ||
      !take_text (self, object, "optimize", &entry.options.optimize, error) ||
      !take_text (self, object, "profile", &entry.options.profile, error) ||
      !take_number (self, object, "alignment", HS_ROMFS_ALIGNMENT, &entry.alignment, error) ||
      !take_number (self, object, "stages", 0, &entry.stages, error))
    return FALSE;
  if (type == NULL || path == NULL)
    return fail (self->path, error, _ ("entry %u needs “type” and “path”"), self->n);

  entry.alignment = MAX (entry.alignment, 1);
  entry.haar = g_str_equal (type, "haar");
  entry.model = g_str_equal (type, "tflite");
  if (entry.haar && !json_object_has_member (object, "stages"))
    return fail (self->path, error, _ ("entry %u needs “stages”; 0 takes all"), self->n);
  resolved = resolve (self, path, error);
  if (resolved == NULL)
    return FALSE;
  return strchr (resolved, '*') != NULL ? add_matches (self, &entry, resolved, error)
                                        : add_entry (self, &entry, resolved, error);
}

/* "0x20000" */
static gboolean
take_size (const Config *self, JsonObject *partition, guint64 *limit, GError **error)
{
  JsonNode *node = json_object_get_member (partition, "size");
  const char *text = node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
                         ? json_node_get_string (node)
                         : "";
  gboolean prefixed = g_ascii_strncasecmp (text, "0x", 2) == 0;

  return g_ascii_string_to_unsigned (text + (prefixed ? 2 : 0), 16, 1, G_MAXUINT32, limit, NULL) ||
         fail (self->path, error, _ ("“size” has to be a text like “0x20000”"));
}

static gboolean
take_partition (Config *self, JsonObject *root, guint64 *limit, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%u", self->way->core);
  JsonNode *node = json_object_get_member (root, key);
  JsonObject *partition =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonArray *entries;

  if (partition == NULL)
    return fail (self->path, error, _ ("it has no partition %s"), key);
  if (!take_size (self, partition, limit, error))
    return FALSE;
  node = json_object_get_member (partition, "entries");
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return fail (self->path, error, _ ("partition %s has no “entries”"), key);

  entries = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (entries); i++) {
    JsonNode *entry = json_array_get_element (entries, i);

    self->n = i + 1;
    if (!JSON_NODE_HOLDS_OBJECT (entry))
      return fail (self->path, error, _ ("entry %u is no object"), self->n);
    if (!take_entry (self, json_node_get_object (entry), error))
      return FALSE;
  }
  return TRUE;
}

/* boards/TARGET/romfs_config.json: the tree is three levels above. */
static char *
guess_top (const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *board = g_path_get_dirname (absolute);
  g_autofree char *boards = g_path_get_dirname (board);
  g_autofree char *name = g_path_get_basename (boards);

  return g_str_equal (name, "boards") ? g_path_get_dirname (boards) : NULL;
}

/**
 * hs_romfs_new_from_config:
 * @path: romfs_config.json of a board
 * @way: its core is the partition; its tree is what {TOP} stands for, else the folder above the
 *   boards folder in which @path lies. Only @way->convert is looked at: nothing is compiled.
 * @limit: (out): what the partition may have, bytes
 * @findings: (element-type HsFinding): gets what could not be done
 * @error: %HS_APP_ERROR_BAD_ROMFS; %G_IO_ERROR_NOT_FOUND for a file that is not there
 *
 * As tools/mkromfs.py does it: the order of the entries, stars sorted, labels behind their model.
 */
HsRomfs *
hs_romfs_new_from_config (const char *path,
                          const HsRomfsWay *way,
                          guint64 *limit,
                          GPtrArray *findings,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (JsonObject) root = load (path, error);
  g_auto (Config) self = { .romfs = hs_romfs_new (),
                           .path = path,
                           .way = way,
                           .findings = findings,
                           .cancellable = cancellable };

  if (root == NULL)
    return NULL;
  self.top = way->tree != NULL ? g_strdup (hs_tree_get_root (way->tree)) : guess_top (path);
  if (way->tree != NULL && way->target != NULL)
    self.build = hs_tree_dup_path (way->tree, HS_TREE_FILE_BUILD, way->target);
  if (!take_partition (&self, root, limit, error))
    return NULL;
  return g_steal_pointer (&self.romfs);
}

char *
hs_romfs_find_config (HsTree *tree, const char *target)
{
  g_autofree char *path = hs_tree_dup_path (tree, HS_TREE_FILE_ROMFS_CONFIG, target);

  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR) ? g_steal_pointer (&path)
                                                                    : NULL;
}
