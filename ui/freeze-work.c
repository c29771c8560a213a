/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/freeze-work.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>

enum { LIBRARY_DEPTH = 4 }; /* micropython-lib/python-stdlib/logging */

/* -- wishes ----------------------------------------------------------------------------------- */

static GPtrArray *
texts_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

void
hs_freeze_wish_init (HsFreezeWish *self)
{
  *self =
      (HsFreezeWish){ .modules = texts_new (), .packages = texts_new (), .requires = texts_new () };
}

void
hs_freeze_wish_clear (HsFreezeWish *self)
{
  g_clear_pointer (&self->main, g_free);
  g_clear_pointer (&self->boot, g_free);
  g_clear_pointer (&self->modules, g_ptr_array_unref);
  g_clear_pointer (&self->packages, g_ptr_array_unref);
  g_clear_pointer (&self->requires, g_ptr_array_unref);
}

void
hs_freeze_add_unique (GPtrArray *list, const char *text)
{
  if (!g_ptr_array_find_with_equal_func (list, text, g_str_equal, NULL))
    g_ptr_array_add (list, g_strdup (text));
}

static void
copy_texts (GPtrArray *to, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_strdup (g_ptr_array_index (from, i)));
}

/* -- questions -------------------------------------------------------------------------------- */

typedef struct {
  HsTree *tree;
  char *target;
  HsFreezeWish wish;
} Question;

gpointer
hs_freeze_question_new (HsTree *tree, const char *target, const HsFreezeWish *wish)
{
  Question *self = g_new0 (Question, 1);

  self->tree = g_object_ref (tree);
  self->target = g_strdup (target);
  hs_freeze_wish_init (&self->wish);
  if (wish == NULL)
    return self;

  self->wish.main = g_strdup (wish->main);
  self->wish.boot = g_strdup (wish->boot);
  self->wish.thin = wish->thin;
  copy_texts (self->wish.modules, wish->modules);
  copy_texts (self->wish.packages, wish->packages);
  copy_texts (self->wish.requires, wish->requires);
  return self;
}

void
hs_freeze_question_free (gpointer question)
{
  Question *self = question;

  g_object_unref (self->tree);
  g_free (self->target);
  hs_freeze_wish_clear (&self->wish);
  g_free (self);
}

/* -- the tree --------------------------------------------------------------------------------- */

void
hs_freeze_tree_free (gpointer tree)
{
  HsFreezeTree *self = tree;

  g_clear_object (&self->tree);
  g_clear_error (&self->error);
  g_free (self);
}

gpointer
hs_freeze_work_tree (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const char *root = data;
  HsFreezeTree *self = g_new0 (HsFreezeTree, 1);

  if (hs_tree_edits_recover (root, &self->n_taken_back, &self->error))
    self->tree = hs_tree_new (root, cancellable, &self->error);
  return self;
}

/* -- what is there already -------------------------------------------------------------------- */

void
hs_freeze_before_free (gpointer before)
{
  HsFreezeBefore *self = before;

  hs_freeze_wish_clear (&self->wish);
  g_strfreev (self->library);
  g_free (self);
}

static const char *
text_member (JsonObject *json, const char *name)
{
  JsonNode *node = json_object_get_member (json, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

static char *
absolute (HsTree *tree, const char *path)
{
  if (path == NULL)
    return NULL;
  return g_path_is_absolute (path) ? g_strdup (path)
                                   : g_build_filename (hs_tree_get_root (tree), path, NULL);
}

static void
read_texts (GPtrArray *list, JsonObject *json, const char *name, HsTree *tree)
{
  JsonNode *node = json_object_get_member (json, name);
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    const char *text = json_array_get_string_element (array, i);

    if (text != NULL)
      g_ptr_array_add (list, tree != NULL ? absolute (tree, text) : g_strdup (text));
  }
}

/* With a thin main.py the application lies in ROMFS: app.py, and modules beside it. */
static void
read_rom (HsFreezeWish *wish, JsonObject *json, HsTree *tree)
{
  JsonArray *files =
      json_object_has_member (json, "files") ? json_object_get_array_member (json, "files") : NULL;

  g_clear_pointer (&wish->main, g_free);
  for (guint i = 0; files != NULL && i < json_array_get_length (files); i++) {
    JsonObject *one = json_array_get_object_element (files, i);
    const char *file = text_member (one, "file");
    g_autofree char *name = file != NULL ? g_path_get_basename (file) : NULL;

    if (name == NULL || g_strcmp0 (text_member (one, "kind"), "romfs") != 0)
      continue;
    if (g_str_equal (name, "app.py"))
      wish->main = absolute (tree, file);
    else
      g_ptr_array_add (wish->modules, absolute (tree, file));
  }
}

static void
read_wish (HsFreezeWish *wish, JsonObject *json, HsTree *tree)
{
  wish->main = absolute (tree, text_member (json, "main"));
  wish->boot = absolute (tree, text_member (json, "boot"));
  read_texts (wish->modules, json, "modules", tree);
  read_texts (wish->packages, json, "packages", tree);
  read_texts (wish->requires, json, "requires", NULL);
  if (json_object_has_member (json, "thin"))
    wish->thin = json_object_get_boolean_member (json, "thin");
  if (wish->thin)
    read_rom (wish, json, tree);
}

/* Every folder with a manifest.py below micropython-lib is a name for require(). */
static void
list_library (const char *folder, guint depth, GPtrArray *names)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (folder, name, NULL);
    g_autofree char *manifest = g_build_filename (child, "manifest.py", NULL);

    if (g_file_test (manifest, G_FILE_TEST_IS_REGULAR))
      hs_freeze_add_unique (names, name);
    else if (depth > 1 && *name != '.' && g_file_test (child, G_FILE_TEST_IS_DIR) &&
             !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      list_library (child, depth - 1, names);
  }
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GStrv
dup_library (HsTree *tree)
{
  g_autofree char *micropython = hs_tree_dup_path (tree, HS_TREE_FILE_MICROPYTHON, NULL);
  g_autofree char *folder = g_build_filename (micropython, "lib", "micropython-lib", NULL);
  g_autoptr (GPtrArray) names = texts_new ();

  list_library (folder, LIBRARY_DEPTH, names);
  g_ptr_array_sort (names, compare_texts);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

gpointer
hs_freeze_work_before (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  g_autoptr (GError) problem = NULL;
  g_autoptr (JsonObject) json = hs_freeze_read (question->tree, question->target, &problem);
  HsFreezeBefore *self;

  if (problem != NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return NULL;
  }

  self = g_new0 (HsFreezeBefore, 1);
  hs_freeze_wish_init (&self->wish);
  self->found = json != NULL;
  if (json != NULL)
    read_wish (&self->wish, json, question->tree);
  self->library = dup_library (question->tree);
  return self;
}

/* -- what comes of it ------------------------------------------------------------------------- */

void
hs_freeze_outcome_free (gpointer outcome)
{
  HsFreezeOutcome *self = outcome;

  g_clear_object (&self->edit);
  g_clear_object (&self->manifest);
  g_clear_error (&self->unchecked);
  g_free (self->diff);
  g_free (self);
}

HsFreezeOutcome *
hs_freeze_outcome_steal (HsFreezeOutcome *self)
{
  HsFreezeOutcome *copy = self != NULL ? g_memdup2 (self, sizeof *self) : NULL;

  if (self != NULL)
    *self = (HsFreezeOutcome){ NULL };
  return copy;
}

/* NULL-terminated; the texts stay with @list. */
static const char *const *
view_of (GPtrArray *list, GPtrArray *views)
{
  const char **view = g_new0 (const char *, list->len + 1);

  for (guint i = 0; i < list->len; i++)
    view[i] = g_ptr_array_index (list, i);
  g_ptr_array_add (views, view);
  return list->len > 0 ? view : NULL;
}

static HsTreeEdit *
plan (const Question *question, GError **error)
{
  g_autoptr (GPtrArray) views = g_ptr_array_new_with_free_func (g_free);
  const HsFreezeWish *wish = &question->wish;
  HsFreezeRequest request = { .target = question->target,
                              .main = wish->main,
                              .boot = wish->boot,
                              .modules = view_of (wish->modules, views),
                              .packages = view_of (wish->packages, views),
                              .requires = view_of (wish->requires, views),
                              .thin = wish->thin };

  return hs_freeze_plan (question->tree, &request, error);
}

gpointer
hs_freeze_work_plan (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  HsFreezeOutcome *self = g_new0 (HsFreezeOutcome, 1);
  g_autoptr (HsManifest) compiled = NULL;

  self->edit = plan (question, error);
  if (self->edit != NULL)
    self->diff = hs_tree_edit_dup_diff (self->edit, error);
  if (self->diff != NULL)
    self->manifest = hs_manifest_resolve (
        question->tree, question->target, NULL, self->edit, cancellable, error);
  if (self->manifest == NULL) {
    hs_freeze_outcome_free (self);
    return NULL;
  }

  compiled = hs_manifest_compile (self->manifest, question->tree, cancellable, &self->unchecked);
  if (compiled != NULL)
    g_set_object (&self->manifest, compiled);
  if (g_error_matches (self->unchecked, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&self->unchecked));
    hs_freeze_outcome_free (self);
    return NULL;
  }
  return self;
}

gpointer
hs_freeze_work_write (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  char *id = NULL;

  if (hs_tree_edit_is_empty (data) || !hs_tree_edit_apply (data, &id, error))
    return NULL;
  return id;
}

/* -- what a file is --------------------------------------------------------------------------- */

static void
file_free (gpointer file)
{
  HsFreezeFile *self = file;

  g_free (self->path);
  g_free (self->why);
  g_free (self);
}

static HsFreezeFileKind
kind_of (const char *path, char **why)
{
  g_autofree char *name = g_path_get_basename (path);

  if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
    g_autofree char *init = g_build_filename (path, "__init__.py", NULL);

    if (g_file_test (init, G_FILE_TEST_EXISTS))
      return HS_FREEZE_FILE_PACKAGE;
    *why = g_strdup_printf (_ ("%s has no __init__.py: it is no package"), name);
    return HS_FREEZE_FILE_NONE;
  }
  if (!g_str_has_suffix (name, ".py")) {
    *why = g_strdup_printf (_ ("%s is no Python source"), name);
    return HS_FREEZE_FILE_NONE;
  }
  return g_str_equal (name, "main.py")   ? HS_FREEZE_FILE_MAIN
         : g_str_equal (name, "boot.py") ? HS_FREEZE_FILE_BOOT
                                         : HS_FREEZE_FILE_MODULE;
}

gpointer
hs_freeze_work_classify (HsCatalog *catalog,
                         gpointer data,
                         GCancellable *cancellable,
                         GError **error)
{
  const char *const *paths = data;
  GPtrArray *files = g_ptr_array_new_with_free_func (file_free);

  for (guint i = 0; paths[i] != NULL; i++) {
    HsFreezeFile *file = g_new0 (HsFreezeFile, 1);

    file->path = g_strdup (paths[i]);
    file->kind = kind_of (paths[i], &file->why);
    g_ptr_array_add (files, file);
  }
  return files;
}
