/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/manifest-private.h"

#include "app/app-error.h"
#include "app/firmware/python.h"
#include "app/private-folder.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

static const char *const cores[] = { "hp", "he", NULL };

/* --- what the manifest is told --- */

/* Whether a makefile of this port gives $(MCU_CORE) to the manifest. */
static gboolean
folder_names_core (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *text = NULL;

    if (g_str_has_suffix (name, ".mk") && g_file_get_contents (path, &text, NULL, NULL) &&
        strstr (text, "MICROPY_MANIFEST_MCU_CORE") != NULL)
      return TRUE;
  }
  return FALSE;
}

static char *
port_folder (HsTree *tree, const char *port)
{
  const char *root = hs_tree_get_root (tree);

  if (hs_tree_get_layout (tree) == HS_TREE_LAYOUT_SRC)
    return g_build_filename (root, "src", "omv", "ports", port, NULL);
  return g_build_filename (root, "ports", port, NULL);
}

/* Whether the port's main.c has these words. */
static gboolean
main_has (const char *folder, const char *words)
{
  g_autofree char *path = g_build_filename (folder, "main.c", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, words) != NULL;
}

static void
learn_port (HsManifest *self, HsTree *tree, const char *port, const char *variant)
{
  g_autofree char *ours = port_folder (tree, port);
  g_autofree char *theirs = g_build_filename (self->micropython, "ports", port, NULL);

  self->boot_file = main_has (ours, "pyexec_frozen_module(\"_boot.py\"");
  /* Older firmware, and some ports still, look for a main.py on the drive before they run any. */
  self->main_needs_file = main_has (ours, "mp_vfs_import_stat(\"main.py\")");
  if (folder_names_core (ours) || folder_names_core (theirs))
    self->core = g_strdup (variant != NULL ? variant : cores[0]);
}

/* As py/manifest.mk and the tree's own makefiles set them. */
static JsonObject *
make_variables (HsManifest *self, HsTree *tree, const char *port)
{
  g_autofree char *libraries = hs_tree_dup_path (tree, HS_TREE_FILE_LIBRARIES, self->target);
  g_autofree char *lib = g_build_filename (self->micropython, "lib", "micropython-lib", NULL);
  g_autofree char *ports = g_build_filename (self->micropython, "ports", port, NULL);
  g_autofree char *board = g_build_filename (ports, "boards", self->target, NULL);
  JsonObject *variables = json_object_new ();

  hs_json_set_string (variables, "MPY_DIR", self->micropython);
  hs_json_set_string (variables, "MPY_LIB_DIR", lib);
  hs_json_set_string (variables, "PORT_DIR", ports);
  hs_json_set_string (variables, "BOARD_DIR", board);
  hs_json_set_string (variables, "OMV_LIB_DIR", libraries);
  if (self->core != NULL)
    hs_json_set_string (variables, "MCU_CORE", self->core);
  return variables;
}

static JsonObject *
make_request (HsManifest *self, HsTree *tree, const char *port)
{
  g_autofree char *tools = g_build_filename (self->micropython, "tools", NULL);
  JsonObject *request = json_object_new ();
  JsonArray *named = json_array_new ();

  for (guint i = 0; self->core != NULL && cores[i] != NULL; i++)
    json_array_add_string_element (named, cores[i]);
  hs_json_set_string (request, "root", self->root);
  hs_json_set_string (request, "tools", tools);
  hs_json_set_string (request, "manifest", self->manifest);
  json_object_set_object_member (request, "vars", make_variables (self, tree, port));
  json_object_set_array_member (request, "cores", named);
  return request;
}

/* --- as if an edit were written --- */

/* What it would change, for the key: names and digests. */
static gboolean
take_edit (HsManifest *self, HsTreeEdit *edit, JsonObject *request, GError **error)
{
  g_auto (GStrv) files = edit != NULL ? hs_tree_edit_dup_files (edit) : NULL;
  JsonArray *changes = json_array_new ();

  json_object_set_array_member (request, "overlay", changes);
  for (guint i = 0; files != NULL && files[i] != NULL; i++) {
    g_autoptr (GError) cause = NULL;
    g_autoptr (GBytes) bytes = hs_tree_edit_dup_bytes (edit, files[i], &cause);
    g_autofree char *digest =
        bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
    JsonObject *change = json_object_new ();

    json_array_add_object_element (changes, change);
    hs_json_set_string (change, "path", files[i]);
    hs_json_set_string (change, "file", digest);
    if (cause != NULL) {
      g_propagate_error (error, g_steal_pointer (&cause));
      return FALSE;
    }
    if (bytes != NULL)
      g_hash_table_insert (
          self->texts, g_build_filename (self->root, files[i], NULL), g_steal_pointer (&bytes));
  }
  return TRUE;
}

/* Puts the new bytes where python can read them; names instead of digests. */
static gboolean
lay_out (HsManifest *self, JsonObject *request, HsPrivateFolder *folder, GError **error)
{
  JsonArray *changes = json_object_get_array_member (request, "overlay");

  for (guint i = 0; i < json_array_get_length (changes); i++) {
    JsonObject *change = json_array_get_object_element (changes, i);
    const char *digest = hs_manifest_fact (change, "file");
    g_autofree char *path = NULL;
    g_autofree char *full = NULL;

    if (digest == NULL)
      continue;
    full = g_build_filename (self->root, hs_manifest_fact (change, "path"), NULL);
    if (!hs_private_folder_put (folder, digest, g_hash_table_lookup (self->texts, full), error))
      return FALSE;
    path = hs_private_folder_build (folder, digest);
    hs_json_set_string (change, "file", path);
  }
  return TRUE;
}

/* --- reading sources --- */

GBytes *
hs_manifest_read (HsManifest *self, const char *path, GError **error)
{
  GBytes *bytes = g_hash_table_lookup (self->texts, path);
  char *text;
  gsize length;

  if (bytes != NULL)
    return g_bytes_ref (bytes);
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  return g_bytes_new_take (text, length);
}

static gboolean
lies_below (const char *path, const char *folder)
{
  g_autofree char *real = realpath (folder, NULL);
  gsize length = real != NULL ? strlen (real) : 0;

  return length > 0 && strncmp (path, real, length) == 0 && path[length] == '/';
}

/* MicroPython's own modules are nobody's application. */
gboolean
hs_manifest_is_application (HsManifest *self, const char *path)
{
  g_autofree char *libraries = g_build_filename (self->micropython, "lib", "micropython-lib", NULL);
  g_autofree char *real = realpath (path, NULL);
  const char *where = real != NULL ? real : path;

  return !lies_below (where, self->micropython) && !lies_below (where, libraries);
}

static JsonObject *
source_entry (HsManifest *self, const HsFrozen *frozen, HsPrivateFolder *folder, GError **error)
{
  GBytes *bytes = g_hash_table_lookup (self->texts, frozen->path);
  g_autoptr (JsonObject) entry = json_object_new ();

  hs_json_set_string (entry, "name", frozen->name);
  hs_json_set_string (entry, "path", frozen->path);
  json_object_set_boolean_member (
      entry, "application", hs_manifest_is_application (self, frozen->path));
  if (bytes != NULL) {
    g_autofree char *name = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
    g_autofree char *path = hs_private_folder_build (folder, name);

    if (!g_file_test (path, G_FILE_TEST_EXISTS) &&
        !hs_private_folder_put (folder, name, bytes, error))
      return NULL;
    hs_json_set_string (entry, "path", path);
  }
  return g_steal_pointer (&entry);
}

JsonObject *
hs_manifest_read_sources (HsManifest *self,
                          gboolean ready,
                          GCancellable *cancellable,
                          GError **error)
{
  static const char *const scripts[] = { "read-sources.py", "check-ready.py", NULL };
  g_autoptr (HsPrivateFolder) folder = hs_private_folder_new (error);
  g_autoptr (JsonObject) input = json_object_new ();
  JsonArray *files = json_array_new ();

  json_object_set_array_member (input, "files", files);
  json_object_set_boolean_member (input, "ready", ready);
  if (folder == NULL)
    return NULL;
  for (guint i = 0; i < self->frozen->len; i++) {
    const HsFrozen *frozen = g_ptr_array_index (self->frozen, i);
    JsonObject *entry;

    if (g_str_equal (frozen->kind, "mpy"))
      continue;
    entry = source_entry (self, frozen, folder, error);
    if (entry == NULL)
      return NULL;
    json_array_add_object_element (files, entry);
  }
  return hs_python_run (scripts, hs_private_folder_get_path (folder), input, cancellable, error);
}

/* --- both programs --- */

static void
take_frozen (HsManifest *self, JsonObject *resolved)
{
  JsonArray *files = hs_facts_array (resolved, "files");

  for (guint i = 0; i < json_array_get_length (files); i++) {
    JsonObject *file = json_array_get_object_element (files, i);
    HsFrozen *frozen = hs_frozen_new ();

    frozen->name = g_strdup (hs_manifest_fact (file, "name"));
    frozen->path = g_strdup (hs_manifest_fact (file, "path"));
    frozen->kind = g_strdup (hs_manifest_fact (file, "kind"));
    frozen->by = g_strdup (hs_manifest_fact (file, "by"));
    frozen->manifest = g_strdup (hs_manifest_fact (file, "manifest"));
    frozen->opt = json_object_get_int_member_with_default (file, "opt", -1);
    frozen->line = hs_manifest_fact_number (file, "line");
    frozen->size = hs_manifest_fact_number (file, "size");
    g_ptr_array_add (self->frozen, frozen);
  }
}

static char *
make_key (JsonObject *request)
{
  g_autofree char *text = hs_json_object_to_text (request);
  g_autofree char *resolve = hs_python_dup_script ("resolve-manifest.py");
  g_autofree char *read = hs_python_dup_script ("read-sources.py");
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (checksum, (const guchar *) resolve, -1);
  g_checksum_update (checksum, (const guchar *) read, -1);
  g_checksum_update (checksum, (const guchar *) text, -1);
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
fail_manifest (HsManifest *self, JsonObject *wrong, GError **error)
{
  const char *path = hs_manifest_fact (wrong, "file");
  g_autofree char *file = hs_manifest_shorten (self, path != NULL ? path : self->manifest);
  guint line = hs_manifest_fact_number (wrong, "line");
  const char *text = hs_manifest_fact (wrong, "text");

  if (line > 0)
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST, "%s:%u: %s", file, line, text);
  else
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST, "%s: %s", file, text);
  return FALSE;
}

/* It never answered: ended itself, or had to be ended. That is the manifest's fault. */
static void
fail_python (HsManifest *self, GError *cause, GError **error)
{
  g_autofree char *file = hs_manifest_shorten (self, self->manifest);

  if (g_error_matches (cause, HS_APP_ERROR, HS_APP_ERROR_FAILED)) {
    cause->code = HS_APP_ERROR_BAD_MANIFEST;
    g_prefix_error (&cause, "%s: ", file);
  }
  g_propagate_error (error, cause);
}

static gboolean
check_tools (HsManifest *self, GError **error)
{
  g_autofree char *program = g_build_filename (self->micropython, "tools", "manifestfile.py", NULL);
  g_autofree char *submodule = hs_manifest_shorten (self, self->micropython);

  if (g_file_test (program, G_FILE_TEST_IS_REGULAR))
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_MANIFEST,
               /* Translators: a folder, twice */
               _ ("The submodule %s is not there, and with it the program that reads manifests. "
                  "This gets it: git submodule update --init --depth=1 %s"),
               submodule,
               submodule);
  return FALSE;
}

static JsonObject *
ask_python (HsManifest *self, JsonObject *request, GCancellable *cancellable, GError **error)
{
  static const char *const scripts[] = { "resolve-manifest.py", NULL };
  g_autoptr (HsPrivateFolder) folder = hs_private_folder_new (error);
  g_autoptr (JsonObject) answers = json_object_new ();
  g_autoptr (GError) cause = NULL;
  JsonObject *resolved, *facts;

  if (folder == NULL || !lay_out (self, request, folder, error))
    return NULL;
  resolved =
      hs_python_run (scripts, hs_private_folder_get_path (folder), request, cancellable, &cause);
  if (resolved == NULL) {
    fail_python (self, g_steal_pointer (&cause), error);
    return NULL;
  }
  json_object_set_object_member (answers, "resolved", resolved);
  if (!json_object_get_null_member (resolved, "error")) {
    fail_manifest (self, json_object_get_object_member (resolved, "error"), error);
    return NULL;
  }
  take_frozen (self, resolved);
  facts = hs_manifest_read_sources (self, FALSE, cancellable, error);
  if (facts == NULL)
    return NULL;
  json_object_set_object_member (answers, "facts", facts);
  return g_steal_pointer (&answers);
}

JsonObject *
hs_manifest_ask (HsManifest *self,
                 HsTree *tree,
                 HsTreeEdit *edit,
                 GCancellable *cancellable,
                 GError **error)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, self->target);
  const char *port = board->port != NULL ? board->port : "stm32";
  g_autoptr (JsonObject) request = NULL;
  g_autofree char *key = NULL;
  JsonObject *answers;

  if (!check_tools (self, error))
    return NULL;
  request = make_request (self, tree, port);
  if (!take_edit (self, edit, request, error))
    return NULL;
  key = make_key (request);
  answers = hs_manifest_cache_get (key);
  if (answers != NULL) {
    take_frozen (self, json_object_get_object_member (answers, "resolved"));
    return answers;
  }
  answers = ask_python (self, request, cancellable, error);
  if (answers != NULL)
    hs_manifest_cache_put (key, answers);
  return answers;
}

void
hs_manifest_learn_port (HsManifest *self, HsTree *tree, const char *variant)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, self->target);

  learn_port (self, tree, board->port != NULL ? board->port : "stm32", variant);
}
