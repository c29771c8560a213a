/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/features.h"

#include "app/app-error.h"
#include "app/firmware/board-file.h"
#include "app/firmware/json-span.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define TOP            "{TOP}/"
#define MODEL          ".tflite"
#define BUILTIN        "IMLIB_ENABLE_TFLM_BUILTIN_"
#define MOST_BYTES     (64 * 1024 * 1024) /* no camera has room for more */
#define ALIGNMENT      16
#define ALIGNMENT_WIDE 32 /* what an STM32 with a neural network unit reads its models by */

void
hs_model_free (HsModel *self)
{
  g_free (self->name);
  g_free (self->file);
  g_free (self->type);
  g_free (self);
}

static guint64
size_of (const char *root, const char *file)
{
  g_autofree char *path = g_build_filename (root, file, NULL);
  g_autoptr (GFile) at = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info =
      g_file_query_info (at, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info != NULL ? (guint64) g_file_info_get_size (info) : 0;
}

static char *
dup_labels (const char *model)
{
  return g_str_has_suffix (model, MODEL)
             ? g_strdup_printf ("%.*s.txt", (int) (strlen (model) - strlen (MODEL)), model)
             : NULL;
}

static char *
dup_stem (const char *file)
{
  g_autofree char *base = g_path_get_basename (file);
  char *dot = strrchr (base, '.');

  if (dot != NULL)
    *dot = '\0';
  return g_steal_pointer (&base);
}

static gboolean
refuse (GError **error, HsAppError code, char *text)
{
  g_set_error_literal (error, HS_APP_ERROR, code, text);
  g_free (text);
  return FALSE;
}

/* --- romfs_config.json --- */

static gboolean
is_on (const HsJsonSpan *entry)
{
  const HsJsonSpan *enabled = hs_json_span_member (entry, "enabled");

  return enabled == NULL || g_strcmp0 (enabled->text, "false") != 0;
}

/* A Haar cascade is converted on the way and named anew. */
static char *
dup_rom_name (const char *type, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *stem = dup_stem (path);

  return g_str_equal (type, "haar") ? g_strdup_printf ("/rom/%s.cascade", stem)
                                    : g_strdup_printf ("/rom/%s", base);
}

static HsModel *
read_entry (const char *root, const HsJsonSpan *entry, guint core)
{
  const char *path = hs_json_span_string (entry, "path");
  const char *type = hs_json_span_string (entry, "type");
  HsModel *model;

  if (path == NULL)
    return NULL;
  model = g_new0 (HsModel, 1);
  model->type = g_strdup (type != NULL ? type : "data");
  model->name = dup_rom_name (model->type, path);
  model->file = g_strdup (g_str_has_prefix (path, TOP) ? path + strlen (TOP) : path);
  model->size = size_of (root, model->file);
  model->on = is_on (entry);
  model->core = core;
  return model;
}

static const HsJsonSpan *
find_entries (const HsJsonSpan *all, guint core)
{
  g_autofree char *key = g_strdup_printf ("%u", core);
  const HsJsonSpan *partition = hs_json_span_member (all, key);
  const HsJsonSpan *entries = partition != NULL ? hs_json_span_member (partition, "entries") : NULL;

  return entries != NULL && entries->kind == HS_SPAN_ARRAY ? entries : NULL;
}

static void
read_partition (GPtrArray *models, const char *root, const HsJsonSpan *all, guint core)
{
  const HsJsonSpan *entries = find_entries (all, core);

  for (guint i = 0; entries != NULL && i < entries->children->len; i++) {
    HsModel *model = read_entry (root, entries->children->pdata[i], core);

    if (model != NULL)
      g_ptr_array_add (models, model);
  }
}

static GPtrArray *
read_config (HsTree *tree, const HsBoardFile *file, GError **error)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_model_free);
  g_autoptr (HsJsonSpan) all = hs_json_span_read (file->text, file->length, error);

  if (all == NULL) {
    g_prefix_error (error, "%s: ", file->file);
    return NULL;
  }
  for (guint i = 0; all->kind == HS_SPAN_OBJECT && i < all->children->len; i++) {
    const HsJsonSpan *partition = g_ptr_array_index (all->children, i);

    read_partition (
        models, hs_tree_get_root (tree), all, g_ascii_strtoull (partition->key, NULL, 10));
  }
  return g_steal_pointer (&models);
}

/* --- models of older trees: every model of a folder, unless index.csv hands it to a switch --- */

static gboolean
is_in_index (const char *folder, const char *stem)
{
  g_autofree char *path = g_build_filename (folder, "index.csv", NULL);
  g_autofree char *text = NULL;
  g_autofree char *name = g_strconcat (stem, MODEL ",", NULL);
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  lines = g_strsplit_set (text, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], name))
      return TRUE;
  return FALSE;
}

static char *
dup_switch (const char *stem)
{
  g_autofree char *upper = g_ascii_strup (stem, -1);

  return g_strconcat (BUILTIN, upper, NULL);
}

static const HsFeature *
find_switch (GPtrArray *features, const char *stem)
{
  g_autofree char *macro = dup_switch (stem);

  for (guint i = 0; i < features->len; i++) {
    const HsFeature *feature = g_ptr_array_index (features, i);

    if (g_str_equal (feature->macro, macro))
      return feature;
  }
  return NULL;
}

static int
compare_models (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(HsModel *const *) a)->name, (*(HsModel *const *) b)->name);
}

static GPtrArray *
read_folder (HsTree *tree, const char *target, GError **error)
{
  g_autofree char *folder = hs_tree_dup_path (tree, HS_TREE_FILE_MODELS, target);
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_model_free);
  g_autoptr (GPtrArray) features = hs_features_read (tree, target, error);
  g_autoptr (GDir) dir = features != NULL ? g_dir_open (folder, 0, error) : NULL;
  const char *name;

  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    HsModel *model;

    if (!g_str_has_suffix (name, MODEL))
      continue;
    model = g_new0 (HsModel, 1);
    model->name = dup_stem (name);
    model->type = g_strdup ("tflite");
    model->file = hs_board_file_dup_relative (tree, path);
    model->size = size_of (hs_tree_get_root (tree), model->file);
    model->on = TRUE;
    if (is_in_index (folder, model->name)) {
      const HsFeature *feature = find_switch (features, model->name);

      model->on = feature != NULL && feature->on;
    }
    g_ptr_array_add (models, model);
  }
  g_ptr_array_sort (models, compare_models);
  return g_steal_pointer (&models);
}

static gboolean
has_config (HsTree *tree, const char *target)
{
  g_autofree char *path = hs_tree_dup_path (tree, HS_TREE_FILE_ROMFS_CONFIG, target);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

GPtrArray *
hs_models_read (HsTree *tree, const char *target, GError **error)
{
  g_auto (HsBoardFile) file = { 0 };

  if (hs_tree_get_layout (tree) == HS_TREE_LAYOUT_SRC && !has_config (tree, target))
    return read_folder (tree, target, error);
  if (!hs_board_file_read (&file, tree, HS_TREE_FILE_ROMFS_CONFIG, target, error))
    return NULL;
  return read_config (tree, &file, error);
}

/* --- adding --- */

/* What is done, and to what. */
typedef struct {
  HsTree *tree;
  const HsTreeBoard *board;
  HsTreeEdit *edit;
  GString *text; /* romfs_config.json as it will be; nullable: an older tree */
  GPtrArray *models;
  GPtrArray *on; /* switches of imlib_config.h that an older tree's models wait for */
} Plan;

/* "1:FILE": for romfs1 */
static const char *
split_core (const char *add, guint *core)
{
  *core = 0;
  if (g_ascii_isdigit (add[0]) && add[1] == ':') {
    *core = add[0] - '0';
    return add + 2;
  }
  return add;
}

static GBytes *
read_model (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *base = g_path_get_basename (path);
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  if (length > MOST_BYTES || length == 0) {
    refuse (error,
            HS_APP_ERROR_ROMFS_FULL,
            g_strdup_printf (length == 0 ? _ ("%s is empty.") : _ ("%s has no room on any camera."),
                             base));
    return NULL;
  }
  /* The identifier of a TensorFlow Lite file stands behind its first word. */
  if (g_str_has_suffix (path, MODEL) && (length < 8 || memcmp (text + 4, "TFL3", 4) != 0)) {
    refuse (error,
            HS_APP_ERROR_BAD_ROMFS,
            g_strdup_printf (_ ("%s is no TensorFlow Lite model: “TFL3” does not stand at its "
                                "start."),
                             base));
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&text), length);
}

/* Copies @path into the tree unless it lies there; the place, relative. */
static char *
put_file (Plan *self, const char *path, GError **error)
{
  g_autofree char *folder = hs_tree_dup_path (self->tree, HS_TREE_FILE_MODELS, self->board->target);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *to = g_build_filename (folder, base, NULL);
  g_autofree char *full = realpath (path, NULL);
  g_autofree char *relative = NULL;
  g_autoptr (GBytes) bytes = read_model (path, error);
  g_autoptr (GBytes) old = NULL;

  if (bytes == NULL)
    return NULL;
  if (full != NULL) {
    relative = hs_board_file_dup_relative (self->tree, full);
    if (!g_path_is_absolute (relative) && self->text != NULL)
      return g_steal_pointer (&relative);
    g_clear_pointer (&relative, g_free);
  }
  relative = hs_board_file_dup_relative (self->tree, to);
  old = hs_tree_edit_dup_bytes (self->edit, relative, NULL);
  if (old != NULL && !g_bytes_equal (old, bytes)) {
    refuse (error,
            HS_APP_ERROR_FILE_EXISTS,
            g_strdup_printf (_ ("%s is in the tree with other contents. Name yours differently."),
                             relative));
    return NULL;
  }
  hs_tree_edit_set (self->edit, relative, bytes);
  return g_steal_pointer (&relative);
}

static gboolean
put_labels (Plan *self, const char *path, GError **error)
{
  g_autofree char *labels = dup_labels (path);
  g_autofree char *put = NULL;

  if (labels == NULL || !g_file_test (labels, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  put = put_file (self, labels, error);
  return put != NULL;
}

/* The settings that models of this partition have: its neighbours know them. */
static const HsJsonSpan *
find_neighbour (const HsJsonSpan *entries)
{
  for (guint i = 0; i < entries->children->len; i++)
    if (g_strcmp0 (hs_json_span_string (entries->children->pdata[i], "type"), "tflite") == 0)
      return entries->children->pdata[i];
  return NULL;
}

static char *
dup_entry (const Plan *self, const HsJsonSpan *entries, const char *relative)
{
  const HsJsonSpan *neighbour = find_neighbour (entries);
  gboolean model = g_str_has_suffix (relative, MODEL);
  gboolean haar = g_str_has_suffix (relative, ".xml");
  gboolean unit = g_strcmp0 (self->board->port, "stm32") == 0 &&
                  g_strcmp0 (self->board->cpu, "cortex-m55") == 0;
  g_autofree char *path = g_strconcat (TOP, relative, NULL);
  g_autofree char *quoted = hs_json_quote (path);
  GString *entry = g_string_new ("{\n");

  g_string_append_printf (entry,
                          "  \"type\": \"%s\",\n  \"path\": %s",
                          model  ? "tflite"
                          : haar ? "haar"
                                 : "data",
                          quoted);
  if (haar)
    g_string_append (entry, ",\n  \"stages\": 0");
  for (guint i = 0; model && neighbour != NULL && i < neighbour->children->len; i++) {
    const HsJsonSpan *member = g_ptr_array_index (neighbour->children, i);
    gboolean own = g_str_equal (member->key, "type") || g_str_equal (member->key, "path") ||
                   g_str_equal (member->key, "enabled");

    if (!own && member->text != NULL)
      g_string_append_printf (entry,
                              ",\n  \"%s\": %.*s",
                              member->key,
                              (int) (member->end - member->start),
                              self->text->str + member->start);
  }
  if (model && neighbour == NULL)
    g_string_append_printf (entry,
                            ",\n  \"alignment\": %d,\n  \"%s\": \"%s\"",
                            unit ? ALIGNMENT_WIDE : ALIGNMENT,
                            unit ? "profile" : "optimize",
                            unit ? "default" : "Performance");
  g_string_append (entry, "\n}");
  return g_string_free (entry, FALSE);
}

static gboolean
is_entry_named (const HsJsonSpan *entry, const char *name)
{
  const char *path = hs_json_span_string (entry, "path");
  const char *type = hs_json_span_string (entry, "type");
  g_autofree char *rom = NULL;
  g_autofree char *stem = NULL;

  if (path == NULL)
    return FALSE;
  rom = dup_rom_name (type != NULL ? type : "data", path);
  stem = dup_stem (path);
  return g_str_equal (rom, name) || g_str_equal (rom + strlen ("/rom/"), name) ||
         g_str_equal (stem, name) || g_str_equal (path, name) ||
         (g_str_has_prefix (path, TOP) && g_str_equal (path + strlen (TOP), name));
}

/* TRUE: it stands there already; switched on if it was off. */
static gboolean
switch_on (Plan *self, const HsJsonSpan *entries, const char *relative)
{
  for (guint i = 0; i < entries->children->len; i++) {
    const HsJsonSpan *entry = g_ptr_array_index (entries->children, i);

    if (!is_entry_named (entry, relative))
      continue;
    if (!is_on (entry))
      hs_json_span_replace (self->text, hs_json_span_member (entry, "enabled"), "true");
    return TRUE;
  }
  return FALSE;
}

static gboolean
add_to_config (Plan *self, const char *add, GError **error)
{
  guint core;
  const char *path = split_core (add, &core);
  g_autofree char *relative = put_file (self, path, error);
  g_autoptr (HsJsonSpan) all = NULL;
  const HsJsonSpan *entries;
  g_autofree char *entry = NULL;

  if (relative == NULL || !put_labels (self, path, error))
    return FALSE;
  all = hs_json_span_read (self->text->str, self->text->len, error);
  if (all == NULL)
    return FALSE;
  entries = find_entries (all, core);
  if (entries == NULL)
    return refuse (
        error,
        HS_APP_ERROR_USAGE,
        g_strdup_printf (_ ("%s has no ROMFS partition %u."), self->board->target, core));
  if (switch_on (self, entries, relative))
    return TRUE;
  entry = dup_entry (self, entries, relative);
  hs_json_span_append (self->text, entries, NULL, entry);
  return TRUE;
}

/* In C its name stands in identifiers. */
static gboolean
add_to_folder (Plan *self, const char *path, GError **error)
{
  g_autofree char *folder = hs_tree_dup_path (self->tree, HS_TREE_FILE_MODELS, self->board->target);
  g_autofree char *stem = dup_stem (path);
  g_autofree char *macro = dup_switch (stem);
  g_autofree char *put = NULL;

  if (!g_str_has_suffix (path, MODEL) ||
      strspn (stem, G_CSET_a_2_z G_CSET_A_2_Z "0123456789_") != strlen (stem))
    return refuse (error,
                   HS_APP_ERROR_USAGE,
                   g_strdup_printf (_ ("%s can't be built into this firmware: it has to be a "
                                       ".tflite file named with letters, digits and “_” only."),
                                    path));
  put = put_file (self, path, error);
  if (put == NULL || !put_labels (self, path, error))
    return FALSE;
  if (!is_in_index (folder, stem))
    return TRUE;

  /* index.csv has it wait for a switch of the board. */
  g_ptr_array_add (self->on, g_steal_pointer (&macro));
  return TRUE;
}

static gboolean
switch_features (Plan *self, GError **error)
{
  g_autofree char *header =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_IMLIB_CONFIG, self->board->target);
  g_autofree char *file = hs_board_file_dup_relative (self->tree, header);
  g_autoptr (HsTreeEdit) switched = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (self->on->len == 0)
    return TRUE;
  g_ptr_array_add (self->on, NULL);
  switched = hs_features_plan (
      self->tree, self->board->target, (const char *const *) self->on->pdata, NULL, error);
  bytes = switched != NULL ? hs_tree_edit_dup_bytes (switched, file, error) : NULL;
  if (bytes == NULL)
    return FALSE;
  hs_tree_edit_set (self->edit, file, bytes);
  return TRUE;
}

/* --- removing --- */

static gboolean
not_there (const Plan *self, const char *name, GError **error)
{
  return refuse (error,
                 HS_APP_ERROR_USAGE,
                 g_strdup_printf (_ ("%s has no model %s. “hotshoe models %s” lists them."),
                                  self->board->target,
                                  name,
                                  self->board->target));
}

static gboolean
remove_from_config (Plan *self, const char *remove, GError **error)
{
  guint core;
  const char *name = split_core (remove, &core);
  g_autoptr (HsJsonSpan) all = hs_json_span_read (self->text->str, self->text->len, error);
  const HsJsonSpan *entries = all != NULL ? find_entries (all, core) : NULL;

  if (all == NULL)
    return FALSE;
  for (guint i = 0; entries != NULL && i < entries->children->len; i++)
    if (is_entry_named (entries->children->pdata[i], name)) {
      hs_json_span_remove (self->text, entries, i);
      return TRUE;
    }
  return not_there (self, name, error);
}

/* One that the tree brings is switched off for this board; any other is taken out of the folder. */
static gboolean
remove_from_folder (Plan *self, const char *name, GError **error)
{
  g_autofree char *folder = hs_tree_dup_path (self->tree, HS_TREE_FILE_MODELS, self->board->target);

  for (guint i = 0; i < self->models->len; i++) {
    const HsModel *model = g_ptr_array_index (self->models, i);
    g_autofree char *labels = dup_labels (model->file);
    g_autofree char *macro = dup_switch (model->name);

    if (!g_str_equal (model->name, name))
      continue;
    if (is_in_index (folder, name))
      return refuse (error,
                     HS_APP_ERROR_NOT_OFFERED,
                     g_strdup_printf (_ ("%s is one of the tree's own models. Switch it off: "
                                         "hotshoe features %s --off %s"),
                                      name,
                                      self->board->target,
                                      macro));
    hs_tree_edit_set (self->edit, model->file, NULL);
    hs_tree_edit_set (self->edit, labels, NULL);
    return TRUE;
  }
  return not_there (self, name, error);
}

/* --- all of it --- */

/* What is sure not to fit: models go in as they are where nothing converts them. */
static gboolean
check_room (Plan *self, GError **error)
{
  HsBoardFile file = { .file = (char *) "", .text = self->text->str, .length = self->text->len };
  g_autoptr (GPtrArray) models = read_config (self->tree, &file, error);

  if (models == NULL)
    return FALSE;
  if (g_strcmp0 (self->board->cpu, "cortex-m55") == 0)
    return TRUE;
  for (guint r = 0; r < self->board->romfs->len; r++) {
    const HsTreeRomfs *romfs = &g_array_index (self->board->romfs, HsTreeRomfs, r);
    guint64 limit = romfs->length > 0 ? romfs->length : romfs->config_limit;
    guint64 total = 0;

    for (guint i = 0; i < models->len; i++) {
      const HsModel *model = g_ptr_array_index (models, i);
      g_autoptr (GBytes) bytes = hs_tree_edit_dup_bytes (self->edit, model->file, NULL);

      if (model->on && model->core == romfs->index && !g_str_equal (model->type, "haar") &&
          bytes != NULL)
        total += g_bytes_get_size (bytes);
    }
    if (limit > 0 && total > limit)
      return refuse (
          error,
          HS_APP_ERROR_ROMFS_FULL,
          g_strdup_printf (_ ("The files of romfs%u.img are %" G_GUINT64_FORMAT
                              " bytes, without the cascades: %" G_GUINT64_FORMAT
                              " bytes more than its partition has (%" G_GUINT64_FORMAT " KB)."),
                           romfs->index,
                           total,
                           total - limit,
                           limit / 1024));
  }
  return TRUE;
}

static gboolean
plan_all (Plan *self, const char *const *add, const char *const *remove, GError **error)
{
  for (guint i = 0; remove != NULL && remove[i] != NULL; i++)
    if (self->text != NULL ? !remove_from_config (self, remove[i], error)
                           : !remove_from_folder (self, remove[i], error))
      return FALSE;
  for (guint i = 0; add != NULL && add[i] != NULL; i++)
    if (self->text != NULL ? !add_to_config (self, add[i], error)
                           : !add_to_folder (self, add[i], error))
      return FALSE;
  return self->text != NULL ? check_room (self, error) : switch_features (self, error);
}

HsTreeEdit *
hs_models_plan (HsTree *tree,
                const char *target,
                const char *const *add,
                const char *const *remove,
                GError **error)
{
  g_autoptr (GPtrArray) models = hs_models_read (tree, target, error);
  g_autofree char *title = g_strdup_printf (_ ("Change the models of %s"), target);
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (hs_tree_get_root (tree), title);
  g_autoptr (GString) text = NULL;
  g_autoptr (GPtrArray) on = g_ptr_array_new_with_free_func (g_free);
  g_auto (HsBoardFile) file = { 0 };
  Plan plan = { .tree = tree, .edit = edit, .models = models, .on = on };

  if (models == NULL)
    return NULL;
  plan.board = hs_tree_find_board (tree, target);
  if (has_config (tree, target)) {
    if (!hs_board_file_read (&file, tree, HS_TREE_FILE_ROMFS_CONFIG, target, error))
      return NULL;
    text = g_string_new_len (file.text, file.length);
    plan.text = text;
  }
  if (!plan_all (&plan, add, remove, error))
    return NULL;
  if (text != NULL) {
    g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);

    hs_tree_edit_set (edit, file.file, bytes);
  }
  return g_steal_pointer (&edit);
}
