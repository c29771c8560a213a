/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-edit-private.h"

#include "app/app-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT     1
#define LOCK_TRIES 200 /* of 50 ms */

/* STATE/hotshoe/tree-edits/DIGEST OF THE ROOT/
 *   lock     flock: who holds it may write to the tree
 *   busy     the id of the edit that is at work; there only while one is, or was when it died
 *   ID/      edit.json, before/N, after/N: the N-th file of edit.json */

static const char *const stages[] = { "writing", "written", "undoing", "undone" };

static void
file_free (gpointer data)
{
  HsEditFile *self = data;

  g_free (self->file);
  hs_edit_state_clear (&self->before);
  hs_edit_state_clear (&self->after);
  g_free (self);
}

HsEdit *
hs_edit_new (const char *root, const char *id, const char *title)
{
  HsEdit *self = g_new0 (HsEdit, 1);

  self->root = g_strdup (root);
  self->id = g_strdup (id);
  self->title = g_strdup (title);
  self->time = g_get_real_time ();
  self->files = g_ptr_array_new_with_free_func (file_free);
  self->folders = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
hs_edit_free (HsEdit *self)
{
  if (self == NULL)
    return;

  g_free (self->root);
  g_free (self->id);
  g_free (self->title);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->folders);
  g_free (self);
}

HsEditFile *
hs_edit_add_file (HsEdit *self, const char *file)
{
  HsEditFile *added = g_new0 (HsEditFile, 1);

  added->file = g_strdup (file);
  g_ptr_array_add (self->files, added);
  return added;
}

char *
hs_edit_store_folder (const char *root)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);

  return g_build_filename (g_get_user_state_dir (), "hotshoe", "tree-edits", digest, NULL);
}

static char *
edit_folder (const char *root, const char *id)
{
  g_autofree char *store = hs_edit_store_folder (root);

  return g_build_filename (store, id, NULL);
}

static char *
bytes_path (HsEdit *self, guint n, gboolean after)
{
  g_autofree char *folder = edit_folder (self->root, self->id);
  g_autofree char *name = g_strdup_printf ("%u", n);

  return g_build_filename (folder, after ? "after" : "before", name, NULL);
}

/* --- edit.json --- */

static void
build_state (JsonBuilder *builder, const char *name, const HsEditState *state)
{
  json_builder_set_member_name (builder, name);
  if (!state->exists) {
    json_builder_add_null_value (builder);
    return;
  }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "sha256");
  json_builder_add_string_value (builder, state->digest);
  json_builder_set_member_name (builder, "mode");
  json_builder_add_int_value (builder, state->mode);
  json_builder_end_object (builder);
}

static void
build_files (JsonBuilder *builder, HsEdit *self)
{
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->files->len; i++) {
    HsEditFile *file = g_ptr_array_index (self->files, i);

    json_builder_begin_object (builder);
    json_builder_set_member_name (builder, "file");
    json_builder_add_string_value (builder, file->file);
    build_state (builder, "before", &file->before);
    build_state (builder, "after", &file->after);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);

  json_builder_set_member_name (builder, "folders");
  json_builder_begin_array (builder);
  for (guint i = 0; i < self->folders->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (self->folders, i));
  json_builder_end_array (builder);
}

/* JSON is UTF-8. The store's name stands for the root, whatever its bytes: what is written of it
 * here only helps to find a tree that was moved. */
static char *
edit_to_text (HsEdit *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *root = g_utf8_make_valid (self->root, -1);
  g_autoptr (JsonNode) node = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_int_value (builder, FORMAT);
  json_builder_set_member_name (builder, "root");
  json_builder_add_string_value (builder, root);
  json_builder_set_member_name (builder, "title");
  json_builder_add_string_value (builder, self->title);
  json_builder_set_member_name (builder, "time");
  json_builder_add_int_value (builder, self->time);
  json_builder_set_member_name (builder, "stage");
  json_builder_add_string_value (builder, stages[self->stage]);
  json_builder_set_member_name (builder, "broken_off");
  json_builder_add_boolean_value (builder, self->broken_off);
  build_files (builder, self);
  json_builder_end_object (builder);
  node = json_builder_get_root (builder);
  return json_to_string (node, TRUE);
}

gboolean
hs_edit_save (HsEdit *self, HsEditStage stage, GError **error)
{
  g_autofree char *folder = edit_folder (self->root, self->id);
  g_autofree char *path = g_build_filename (folder, "edit.json", NULL);
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  self->stage = stage;
  text = edit_to_text (self);
  bytes = g_bytes_new_take (text, strlen (text));
  return hs_edit_put_file (path, bytes, 0600, error);
}

static gboolean
parse_state (HsEditState *state, JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  JsonObject *inner;

  if (node == NULL)
    return FALSE;
  if (JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  inner = json_node_get_object (node);
  state->exists = TRUE;
  state->digest = g_strdup (json_object_get_string_member_with_default (inner, "sha256", NULL));
  state->mode = json_object_get_int_member_with_default (inner, "mode", 0) & 07777;
  return state->digest != NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static gboolean
parse_files (HsEdit *self, JsonArray *files, JsonArray *folders)
{
  for (guint i = 0; i < json_array_get_length (files); i++) {
    JsonNode *node = json_array_get_element (files, i);
    JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    HsEditFile *file;

    if (object == NULL)
      return FALSE;
    file =
        hs_edit_add_file (self, json_object_get_string_member_with_default (object, "file", NULL));
    if (file->file == NULL || !parse_state (&file->before, object, "before") ||
        !parse_state (&file->after, object, "after"))
      return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (folders); i++) {
    const char *folder = json_array_get_string_element (folders, i);

    if (folder == NULL)
      return FALSE;
    g_ptr_array_add (self->folders, g_strdup (folder));
  }
  return TRUE;
}

static gboolean
parse_edit (HsEdit *self, JsonObject *object)
{
  const char *stage = json_object_get_string_member_with_default (object, "stage", "");
  JsonArray *files = get_array (object, "files");
  JsonArray *folders = get_array (object, "folders");

  if (json_object_get_int_member_with_default (object, "format", 0) != FORMAT || files == NULL ||
      folders == NULL)
    return FALSE;
  self->title = g_strdup (json_object_get_string_member_with_default (object, "title", ""));
  self->time = json_object_get_int_member_with_default (object, "time", 0);
  self->broken_off = json_object_get_boolean_member_with_default (object, "broken_off", FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    if (g_str_equal (stages[i], stage)) {
      self->stage = i;
      return parse_files (self, files, folders);
    }
  return FALSE;
}

/* (nullable) (transfer full) */
static JsonParser *
parse_file (const char *path)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *node;

  if (!json_parser_load_from_file (parser, path, NULL))
    return NULL;
  node = json_parser_get_root (parser);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? g_steal_pointer (&parser) : NULL;
}

static HsEdit *
fail_load (GError **error, const char *path)
{
  g_set_error (
      error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("%s is no record of an edit any more."), path);
  return NULL;
}

gboolean
hs_edit_is_kept (const char *root, const char *id)
{
  g_autofree char *folder = edit_folder (root, id);
  g_autofree char *path = g_build_filename (folder, "edit.json", NULL);

  return g_uuid_string_is_valid (id) && g_file_test (path, G_FILE_TEST_EXISTS);
}

HsEdit *
hs_edit_load (const char *root, const char *id, GError **error)
{
  g_autofree char *folder = edit_folder (root, id);
  g_autofree char *path = g_build_filename (folder, "edit.json", NULL);
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (HsEdit) self = NULL;

  if (!hs_edit_is_kept (root, id)) {
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("There is no edit %s of this tree."), id);
    return NULL;
  }
  parser = parse_file (path);
  if (parser == NULL)
    return fail_load (error, path);

  self = hs_edit_new (root, id, NULL);
  if (!parse_edit (self, json_node_get_object (json_parser_get_root (parser))))
    return fail_load (error, path);
  return g_steal_pointer (&self);
}

/* --- bytes --- */

static gboolean
make_folder (const char *path, GError **error)
{
  return g_mkdir_with_parents (path, 0700) == 0 || hs_edit_fail (error, path, errno);
}

gboolean
hs_edit_save_bytes (HsEdit *self, guint n, gboolean after, GBytes *bytes, GError **error)
{
  g_autofree char *path = bytes_path (self, n, after);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *above = g_path_get_dirname (folder);

  return make_folder (folder, error) && hs_edit_sync_folder (above, error) &&
         hs_edit_put_file (path, bytes, 0600, error);
}

GBytes *
hs_edit_load_bytes (HsEdit *self, guint n, gboolean after, GError **error)
{
  HsEditFile *file = g_ptr_array_index (self->files, n);
  const HsEditState *wanted = after ? &file->after : &file->before;
  g_autofree char *path = bytes_path (self, n, after);
  g_autoptr (GBytes) bytes = NULL;
  HsEditState found = { 0 };
  gboolean good;

  if (!hs_edit_state_read (&found, path, &bytes, error))
    return NULL;
  good = found.exists && g_str_equal (found.digest, wanted->digest);
  hs_edit_state_clear (&found);
  if (good)
    return g_steal_pointer (&bytes);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("What was kept of %s is lost or altered (%s)."),
               file->file,
               path);
  return NULL;
}

/* edit.json goes first: what is left without it counts for nothing. */
void
hs_edit_forget (HsEdit *self)
{
  g_autofree char *folder = edit_folder (self->root, self->id);
  const char *const names[] = { "edit.json", "edit.json.new", "before", "after" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);
    g_autoptr (GDir) dir = i < 2 ? NULL : g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      g_unlink (inner);
    }
    g_remove (path);
  }
  g_rmdir (folder);
}

/* --- who is at work --- */

static char *
busy_path (const char *root)
{
  g_autofree char *store = hs_edit_store_folder (root);

  return g_build_filename (store, "busy", NULL);
}

char *
hs_edit_get_busy (const char *root)
{
  g_autofree char *path = busy_path (root);
  char *id = NULL;

  return g_file_get_contents (path, &id, NULL, NULL) ? g_strstrip (id) : NULL;
}

char *
hs_edit_dup_busy_root (const char *store)
{
  g_autofree char *busy = g_build_filename (store, "busy", NULL);
  g_autofree char *id = NULL;
  g_autofree char *path = NULL;
  g_autofree char *again = NULL;
  g_autoptr (JsonParser) parser = NULL;
  const char *root;

  if (!g_file_get_contents (busy, &id, NULL, NULL) || !g_uuid_string_is_valid (g_strstrip (id)))
    return NULL;
  path = g_build_filename (store, id, "edit.json", NULL);
  parser = parse_file (path);
  if (parser == NULL)
    return NULL;
  root = json_object_get_string_member_with_default (
      json_node_get_object (json_parser_get_root (parser)), "root", NULL);
  again = root != NULL ? hs_edit_store_folder (root) : NULL;
  return g_strcmp0 (again, store) == 0 ? g_strdup (root) : NULL;
}

gboolean
hs_edit_set_busy (const char *root, const char *id, GError **error)
{
  g_autofree char *path = busy_path (root);
  g_autofree char *store = hs_edit_store_folder (root);
  g_autoptr (GBytes) bytes = NULL;

  if (id == NULL) {
    if (g_unlink (path) != 0 && errno != ENOENT)
      return hs_edit_fail (error, path, errno);
    return hs_edit_sync_folder (store, error);
  }
  bytes = g_bytes_new (id, strlen (id));
  return hs_edit_put_file (path, bytes, 0600, error);
}

int
hs_edit_lock (const char *root, GError **error)
{
  g_autofree char *store = hs_edit_store_folder (root);
  g_autofree char *above = g_path_get_dirname (store);
  g_autofree char *path = g_build_filename (store, "lock", NULL);
  int fd;

  if (!make_folder (store, error) || !hs_edit_sync_folder (above, error))
    return -1;
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    hs_edit_fail (error, path, errno);
    return -1;
  }
  for (guint i = 0; i < LOCK_TRIES; i++) {
    if (flock (fd, LOCK_EX | LOCK_NB) == 0)
      return fd;
    if (errno != EWOULDBLOCK && errno != EINTR)
      break;
    g_usleep (50 * 1000);
  }
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("Another Hotshoe is writing to %s. Try again when it is done."),
               root);
  close (fd);
  return -1;
}
