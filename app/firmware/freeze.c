/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/freeze-private.h"

#include "app/app-error.h"
#include "app/firmware/manifest-private.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
plan_clear (HsFreezePlan *self)
{
  g_clear_object (&self->tree);
  g_clear_object (&self->edit);
  g_clear_pointer (&self->block, hs_freeze_block_free);
  g_clear_pointer (&self->manifest, g_free);
  g_clear_pointer (&self->libraries, g_free);
  g_clear_pointer (&self->others, g_hash_table_unref);
  g_clear_pointer (&self->written, g_hash_table_unref);
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->rom, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsFreezePlan, plan_clear)

/* --- beginning --- */

/* What other boards' markers name: it is not ours to change or to remove. */
static GHashTable *
find_others (HsTree *tree, const char *target)
{
  GHashTable *others = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GPtrArray *boards = hs_tree_get_boards (tree);

  for (guint i = 0; i < boards->len; i++) {
    const HsTreeBoard *board = g_ptr_array_index (boards, i);
    g_autofree char *path = hs_tree_dup_path (tree, HS_TREE_FILE_MANIFEST, board->target);
    g_autofree char *text = NULL;
    g_autoptr (GHashTable) files = NULL;
    GHashTableIter iter;
    gpointer file, digest;

    if (g_str_equal (board->target, target) || !g_file_get_contents (path, &text, NULL, NULL))
      continue;
    files = hs_freeze_block_files (text);
    g_hash_table_iter_init (&iter, files);
    while (g_hash_table_iter_next (&iter, &file, &digest))
      g_hash_table_insert (others, g_strdup (file), g_strdup (digest));
  }
  return others;
}

static HsFreezeBlock *
load_block (HsTreeEdit *edit, const char *manifest, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = hs_tree_edit_dup_bytes (edit, manifest, &cause);

  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  if (bytes == NULL) {
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST, _ ("%s is not there"), manifest);
    return NULL;
  }
  return hs_freeze_block_read (
      manifest, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

static char *
make_title (const HsFreezeRequest *request)
{
  const char *entry = request->main != NULL ? request->main : request->boot;
  g_autofree char *name = entry != NULL ? g_path_get_basename (entry) : NULL;

  if (name != NULL)
    return g_strdup_printf (_ ("Freeze %s for %s"), name, request->target);
  return g_strdup_printf (_ ("Freeze for %s"), request->target);
}

static gboolean
check_board (HsTree *tree, const char *target, GError **error)
{
  if (hs_tree_find_board (tree, target) != NULL)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_TREE,
               _ ("There is no board %s in %s"),
               target,
               hs_tree_get_root (tree));
  return FALSE;
}

static gboolean
fail_as_altered (HsFreezePlan *self, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_TREE_CHANGED,
               _ ("%s: the lines %u to %u are Hotshoe's, but somebody changed them, which would be "
                  "lost. Move what is yours above or below, or take all of them out."),
               self->manifest,
               self->block->first,
               self->block->last);
  return FALSE;
}

static gboolean
begin (HsFreezePlan *self, HsTree *tree, const HsFreezeRequest *request, GError **error)
{
  g_autofree char *manifest = NULL;
  g_autofree char *libraries = NULL;
  g_autofree char *title = make_title (request);

  if (!check_board (tree, request->target, error))
    return FALSE;
  manifest = hs_tree_dup_path (tree, HS_TREE_FILE_MANIFEST, request->target);
  libraries = hs_tree_dup_path (tree, HS_TREE_FILE_LIBRARIES, request->target);
  self->tree = g_object_ref (tree);
  self->request = request;
  self->manifest = hs_freeze_relative (tree, manifest);
  self->libraries = hs_freeze_relative (tree, libraries);
  self->edit = hs_tree_edit_new (hs_tree_get_root (tree), title);
  self->block = load_block (self->edit, self->manifest, error);
  if (self->block != NULL && self->block->altered)
    return fail_as_altered (self, error);
  self->others = find_others (tree, request->target);
  self->written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->rom = g_ptr_array_new_with_free_func (g_free);
  return self->block != NULL;
}

/* --- what is asked for --- */

/* A model or a picture under the name of a script would be found out by the build only. */
static gboolean
check_entry (const char *path, const char *name, GError **error)
{
  if (path == NULL || g_str_has_suffix (path, ".py"))
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_MANIFEST,
               _ ("%s can't be %s: its name does not end in .py. Nothing was written."),
               path,
               name);
  return FALSE;
}

static gboolean
add_script (HsFreezePlan *self, const char *path, const char *name, GError **error)
{
  g_autofree char *folder = NULL;

  if (path == NULL)
    return TRUE;
  if (!hs_freeze_add_file (self, path, name, &folder, error))
    return FALSE;
  g_ptr_array_add (self->lines,
                   g_strdup_printf ("freeze(\"$(OMV_LIB_DIR)%s\", \"%s\")",
                                    *folder != '\0' ? folder : "/",
                                    name));
  return TRUE;
}

static gboolean
add_modules (HsFreezePlan *self, GError **error)
{
  const char *const *modules = self->request->modules;

  for (guint i = 0; modules != NULL && modules[i] != NULL; i++) {
    g_autofree char *name = g_path_get_basename (modules[i]);

    if (!hs_freeze_check_module (modules[i], error))
      return FALSE;
    if (g_str_equal (name, "main.py") || g_str_equal (name, "boot.py")) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_BAD_MANIFEST,
                   _ ("%s is no module: name it as what runs at boot"),
                   modules[i]);
      return FALSE;
    }
    if (!add_script (self, modules[i], name, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_packages (HsFreezePlan *self, GError **error)
{
  const char *const *packages = self->request->packages;

  for (guint i = 0; packages != NULL && packages[i] != NULL; i++) {
    g_autofree char *real = g_canonicalize_filename (packages[i], NULL);
    g_autofree char *name = g_path_get_basename (real);
    g_autofree char *folder = NULL;

    if (!hs_freeze_add_package (self, packages[i], &folder, error))
      return FALSE;
    g_ptr_array_add (
        self->lines,
        g_strdup_printf ("package(\"%s\", base_path=\"$(OMV_LIB_DIR)%s\")", name, folder));
  }
  return TRUE;
}

/* "collections-defaultdict", "aioble": names of folders in micropython-lib. */
static gboolean
is_require_name (const char *name)
{
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("-_.", *c) == NULL)
      return FALSE;
  return *name != '\0' && *name != '.';
}

static gboolean
add_requires (HsFreezePlan *self, GError **error)
{
  const char *const *requires = self->request->requires;

  for (guint i = 0; requires != NULL && requires[i] != NULL; i++) {
    if (!is_require_name (requires[i])) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_BAD_MANIFEST,
                   _ ("“%s” is no name of a package in micropython-lib"),
                   requires[i]);
      return FALSE;
    }
    g_ptr_array_add (self->lines, g_strdup_printf ("require(\"%s\")", requires[i]));
  }
  return TRUE;
}

static gboolean
add_all (HsFreezePlan *self, GError **error)
{
  if (!check_entry (self->request->boot, "boot.py", error) ||
      !check_entry (self->request->main, "main.py", error) ||
      !add_script (self, self->request->boot, "boot.py", error))
    return FALSE;
  if (self->request->thin)
    return hs_freeze_thin (self, error) && add_requires (self, error);
  return add_script (self, self->request->main, "main.py", error) && add_modules (self, error) &&
         add_packages (self, error) && add_requires (self, error);
}

/* --- ending --- */

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* What was put where, with digests: so the next freeze, or another computer, knows whose it is. */
static void
add_digests (HsFreezePlan *self)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer file, digest;

  g_hash_table_iter_init (&iter, self->written);
  while (g_hash_table_iter_next (&iter, &file, &digest)) {
    gboolean rom = g_ptr_array_find_with_equal_func (self->rom, file, g_str_equal, NULL);

    g_ptr_array_add (notes, hs_freeze_block_file_line (rom ? "rom" : "file", file, digest));
  }
  g_ptr_array_sort (notes, compare_text);
  for (guint i = 0; i < notes->len; i++)
    g_ptr_array_insert (self->lines, i, g_strdup (g_ptr_array_index (notes, i)));
}

static gboolean
finish (HsFreezePlan *self, GError **error)
{
  g_autofree char *text = NULL;

  if (!hs_freeze_remove_old (self, error) || !hs_freeze_rom_config (self, error))
    return FALSE;
  add_digests (self);
  g_ptr_array_add (self->lines, NULL);
  text = hs_freeze_block_replace (
      self->block, self->lines->len > 1 ? (const char *const *) self->lines->pdata : NULL);
  hs_tree_edit_set_text (self->edit, self->manifest, text);
  return TRUE;
}

HsTreeEdit *
hs_freeze_plan (HsTree *tree, const HsFreezeRequest *request, GError **error)
{
  g_auto (HsFreezePlan) plan = { NULL };

  g_return_val_if_fail (HS_IS_TREE (tree), NULL);
  g_return_val_if_fail (request != NULL && request->target != NULL, NULL);

  if (!begin (&plan, tree, request, error) || !add_all (&plan, error) || !finish (&plan, error))
    return NULL;
  return g_steal_pointer (&plan.edit);
}

/* --- what stands there now --- */

static const char *
text_argument (JsonObject *call, guint n, const char *name)
{
  JsonArray *args = json_object_get_array_member (call, "args");
  JsonObject *named = json_object_get_object_member (call, "named");
  JsonNode *node = n < json_array_get_length (args) ? json_array_get_element (args, n)
                                                    : json_object_get_member (named, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
}

/* Where it lies in the tree: "$(OMV_LIB_DIR)/main.py" as "scripts/libraries/main.py". */
static char *
lies_at (const char *libraries, const char *base, const char *name)
{
  const char *rest = base != NULL && g_str_has_prefix (base, "$(OMV_LIB_DIR)")
                         ? base + strlen ("$(OMV_LIB_DIR)")
                         : "";

  return g_build_filename (libraries, rest, name, NULL);
}

static void
read_call (JsonObject *call, const char *libraries, JsonObject *answer)
{
  const char *word = json_object_get_string_member (call, "name");
  gboolean is_package = g_str_equal (word, "package");
  const char *name = text_argument (call,
                                    is_package || g_str_equal (word, "require") ? 0 : 1,
                                    is_package ? "package_path" : "script");
  g_autofree char *file = NULL;

  if (name == NULL)
    return;
  if (g_str_equal (word, "require")) {
    json_array_add_string_element (hs_facts_array (answer, "requires"), name);
    return;
  }
  file = lies_at (
      libraries, text_argument (call, is_package ? 2 : 0, is_package ? "base_path" : "path"), name);
  if (is_package)
    json_array_add_string_element (hs_facts_array (answer, "packages"), file);
  else if (g_str_equal (name, "main.py") || g_str_equal (name, "boot.py"))
    hs_json_set_string (answer, g_str_equal (name, "main.py") ? "main" : "boot", file);
  else
    json_array_add_string_element (hs_facts_array (answer, "modules"), file);
}

static void
read_files (HsTree *tree, GHashTable *files, const char *kind, JsonArray *array)
{
  g_autoptr (GList) names = g_hash_table_get_keys (files);

  names = g_list_sort (g_steal_pointer (&names), (GCompareFunc) g_strcmp0);
  for (GList *l = names; l != NULL; l = l->next) {
    g_autofree char *path = g_build_filename (hs_tree_get_root (tree), l->data, NULL);
    g_autoptr (GBytes) bytes = hs_freeze_load (path, NULL);
    g_autofree char *now =
        bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
    JsonObject *object = json_object_new ();

    hs_json_set_string (object, "file", l->data);
    hs_json_set_string (object, "kind", kind);
    hs_json_set_string (object,
                        "state",
                        now == NULL                                               ? "missing"
                        : g_str_equal (now, g_hash_table_lookup (files, l->data)) ? "unchanged"
                                                                                  : "changed");
    json_array_add_object_element (array, object);
  }
}

JsonObject *
hs_freeze_read (HsTree *tree, const char *target, GError **error)
{
  static const char *const lists[] = { "modules", "packages", "requires", "files" };
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsFreezeBlock) block = NULL;
  g_autofree char *path = NULL;
  g_autofree char *manifest = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *libraries = NULL;
  JsonObject *answer;
  JsonArray *calls;

  g_return_val_if_fail (HS_IS_TREE (tree) && target != NULL, NULL);

  if (!check_board (tree, target, error))
    return NULL;
  path = hs_tree_dup_path (tree, HS_TREE_FILE_MANIFEST, target);
  manifest = hs_freeze_relative (tree, path);
  folder = hs_tree_dup_path (tree, HS_TREE_FILE_LIBRARIES, target);
  libraries = hs_freeze_relative (tree, folder);
  edit = hs_tree_edit_new (hs_tree_get_root (tree), "");
  block = load_block (edit, manifest, error);
  if (block == NULL || block->first == 0)
    return NULL;

  answer = json_object_new ();
  hs_json_set_string (answer, "target", target);
  hs_json_set_string (answer, "manifest", manifest);
  json_object_set_int_member (answer, "line", block->first);
  json_object_set_boolean_member (answer, "thin", g_hash_table_size (block->rom) > 0);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    json_object_set_array_member (answer, lists[i], json_array_new ());
  calls = json_object_get_array_member (block->parsed, "calls");
  for (guint i = 0; i < json_array_get_length (calls); i++) {
    JsonObject *call = json_array_get_object_element (calls, i);
    gint64 line = json_object_get_int_member (call, "line");

    if (line > block->first && line < block->last)
      read_call (call, libraries, answer);
  }
  read_files (tree, block->files, "frozen", hs_facts_array (answer, "files"));
  read_files (tree, block->rom, "romfs", hs_facts_array (answer, "files"));
  return answer;
}
