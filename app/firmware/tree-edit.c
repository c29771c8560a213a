/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-edit.h"

#include "app/app-error.h"
#include "app/firmware/line-diff.h"
#include "app/firmware/tree-edit-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NEW_FILE_MODE 0644

/* A file that was looked at. */
typedef struct {
  char *file;         /* as it was called */
  char *path;         /* NULL: that name can't be */
  GError *error;      /* why it can't be read or written; nullable */
  HsEditState before; /* when it was looked at first */
  GBytes *old;        /* nullable: nothing there */
  gboolean is_set;
  GBytes *bytes; /* what it shall hold; nullable: nothing */
} Entry;

/* All that was looked at, by its name. */
struct _HsTreeEdit {
  GObject parent_instance;

  char *root; /* without symbolic links, if it is there */
  char *title;
  GPtrArray *entries; /* Entry, sorted by name */
};

G_DEFINE_FINAL_TYPE (HsTreeEdit, hs_tree_edit, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_free (self->file);
  g_free (self->path);
  g_clear_error (&self->error);
  hs_edit_state_clear (&self->before);
  g_clear_pointer (&self->old, g_bytes_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static char *
real_path (const char *path)
{
  char *found = realpath (path, NULL);
  char *copy = found != NULL ? g_strdup (found) : g_canonicalize_filename (path, NULL);

  free (found);
  return copy;
}

static gint
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *const *first = a;
  const Entry *const *second = b;

  return strcmp ((*first)->file, (*second)->file);
}

/* Looks at @file if nobody did so far. */
static Entry *
look_at (HsTreeEdit *self, const char *file)
{
  Entry *entry;

  for (guint i = 0; i < self->entries->len; i++) {
    entry = g_ptr_array_index (self->entries, i);
    if (g_str_equal (entry->file, file))
      return entry;
  }

  entry = g_new0 (Entry, 1);
  entry->file = g_strdup (file);
  entry->path = hs_edit_resolve (self->root, file, &entry->error);
  if (entry->path != NULL)
    hs_edit_state_read (&entry->before, entry->path, &entry->old, &entry->error);
  g_ptr_array_add (self->entries, entry);
  g_ptr_array_sort (self->entries, compare_entries);
  return entry;
}

static gboolean
would_change (const Entry *entry)
{
  if (!entry->is_set)
    return FALSE;
  if (entry->old == NULL || entry->bytes == NULL)
    return entry->old != entry->bytes;
  return !g_bytes_equal (entry->old, entry->bytes);
}

static void
hs_tree_edit_finalize (GObject *object)
{
  HsTreeEdit *self = HS_TREE_EDIT (object);

  g_free (self->root);
  g_free (self->title);
  g_ptr_array_unref (self->entries);

  G_OBJECT_CLASS (hs_tree_edit_parent_class)->finalize (object);
}

static void
hs_tree_edit_class_init (HsTreeEditClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_tree_edit_finalize;
}

static void
hs_tree_edit_init (HsTreeEdit *self)
{
  self->entries = g_ptr_array_new_with_free_func (entry_free);
}

HsTreeEdit *
hs_tree_edit_new (const char *root, const char *title)
{
  HsTreeEdit *self = g_object_new (HS_TYPE_TREE_EDIT, NULL);

  self->root = real_path (root);
  self->title = g_utf8_make_valid (title, -1);
  return self;
}

void
hs_tree_edit_set (HsTreeEdit *self, const char *file, GBytes *bytes)
{
  Entry *entry;

  g_return_if_fail (HS_IS_TREE_EDIT (self) && file != NULL);

  entry = look_at (self, file);
  entry->is_set = TRUE;
  g_clear_pointer (&entry->bytes, g_bytes_unref);
  entry->bytes = bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

void
hs_tree_edit_set_text (HsTreeEdit *self, const char *file, const char *text)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;

  hs_tree_edit_set (self, file, bytes);
}

static gboolean
entry_is_good (const Entry *entry, GError **error)
{
  if (entry->error == NULL)
    return TRUE;
  if (error != NULL)
    *error = g_error_copy (entry->error);
  return FALSE;
}

GBytes *
hs_tree_edit_dup_bytes (HsTreeEdit *self, const char *file, GError **error)
{
  Entry *entry;
  GBytes *bytes;

  g_return_val_if_fail (HS_IS_TREE_EDIT (self) && file != NULL, NULL);

  entry = look_at (self, file);
  if (!entry_is_good (entry, error))
    return NULL;
  bytes = entry->is_set ? entry->bytes : entry->old;
  return bytes != NULL ? g_bytes_ref (bytes) : NULL;
}

const char *
hs_tree_edit_get_title (HsTreeEdit *self)
{
  return self->title;
}

GStrv
hs_tree_edit_dup_files (HsTreeEdit *self)
{
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();

  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);

    if (would_change (entry))
      g_strv_builder_add (files, entry->file);
  }
  return g_strv_builder_end (files);
}

gboolean
hs_tree_edit_is_empty (HsTreeEdit *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    if (would_change (g_ptr_array_index (self->entries, i)))
      return FALSE;
  return TRUE;
}

static gboolean
check_entries (HsTreeEdit *self, GError **error)
{
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);

    if (entry->is_set && !entry_is_good (entry, error))
      return FALSE;
  }
  return TRUE;
}

char *
hs_tree_edit_dup_diff (HsTreeEdit *self, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!check_entries (self, error))
    return NULL;
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = g_ptr_array_index (self->entries, i);
    g_autofree char *part = NULL;

    if (!would_change (entry))
      continue;
    part = hs_line_diff (entry->file, entry->old, entry->bytes);
    g_string_append (out, part);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* --- writing --- */

/* Those folders above @file that are not there yet, outer ones first. */
static void
note_folders (HsEdit *edit, const char *file)
{
  g_auto (GStrv) parts = g_strsplit (file, "/", -1);
  g_autoptr (GString) folder = g_string_new (NULL);

  for (guint i = 0; parts[i + 1] != NULL; i++) {
    g_autofree char *path = NULL;

    g_string_append_printf (folder, "%s%s", i > 0 ? "/" : "", parts[i]);
    path = g_build_filename (edit->root, folder->str, NULL);
    if (!g_file_test (path, G_FILE_TEST_EXISTS) &&
        !g_ptr_array_find_with_equal_func (edit->folders, folder->str, g_str_equal, NULL))
      g_ptr_array_add (edit->folders, g_strdup (folder->str));
  }
}

static gboolean
fail_as_same (GError **error, const char *file)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("%s is written under two names, of which one is a symbolic link to the other."),
               file);
  return FALSE;
}

static gboolean
add_entry (HsEdit *edit, const Entry *entry, GError **error)
{
  const char *file = entry->path + strlen (edit->root) + 1;
  HsEditFile *added;

  for (guint i = 0; i < edit->files->len; i++) {
    const HsEditFile *other = g_ptr_array_index (edit->files, i);

    if (g_str_equal (other->file, file))
      return fail_as_same (error, file);
  }

  added = hs_edit_add_file (edit, file);
  added->before = entry->before;
  added->before.digest = g_strdup (entry->before.digest);
  if (entry->bytes == NULL)
    return TRUE;
  note_folders (edit, file);
  added->after.exists = TRUE;
  added->after.mode = entry->before.exists ? entry->before.mode : NEW_FILE_MODE;
  added->after.digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, entry->bytes);
  return TRUE;
}

static HsEdit *
make_edit (HsTreeEdit *self, GPtrArray *changed, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autoptr (HsEdit) edit = hs_edit_new (self->root, id, self->title);

  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = g_ptr_array_index (self->entries, i);

    if (!would_change (entry))
      continue;
    if (!add_entry (edit, entry, error))
      return NULL;
    g_ptr_array_add (changed, entry);
  }
  return g_steal_pointer (&edit);
}

/* All that undoing needs, on the disk; nothing of the tree is touched. */
static gboolean
save_edit (HsEdit *edit, GPtrArray *changed, GError **error)
{
  for (guint i = 0; i < changed->len; i++) {
    const Entry *entry = g_ptr_array_index (changed, i);

    if (entry->old != NULL && !hs_edit_save_bytes (edit, i, FALSE, entry->old, error))
      return FALSE;
    if (entry->bytes != NULL && !hs_edit_save_bytes (edit, i, TRUE, entry->bytes, error))
      return FALSE;
  }
  return hs_edit_save (edit, HS_EDIT_WRITING, error);
}

/* What was kept is all that is left of a file that somebody else wrote over ours. */
static void
keep_broken_off (HsEdit *edit, GPtrArray *left, GError **error)
{
  g_autoptr (GError) said = NULL;
  g_autofree char *why = error != NULL && *error != NULL ? g_strdup ((*error)->message) : NULL;

  edit->broken_off = TRUE;
  if (hs_edit_save (edit, HS_EDIT_UNDONE, NULL))
    hs_edit_set_busy (edit->root, NULL, NULL);
  hs_edit_fail_as_left (left, &said);
  if (why == NULL)
    return;
  g_clear_error (error);
  g_set_error (error, said->domain, said->code, "%s %s", why, said->message);
}

/* As if it never was. If not even that works, the next hs_tree_edits_recover() tries again. */
static void
abandon (HsEdit *edit, GError **error)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_free);

  if (edit->stage == HS_EDIT_WRITTEN)
    hs_edit_save (edit, HS_EDIT_WRITING, NULL);
  if (!hs_edit_take_back (edit, left, NULL))
    return;
  if (left->len > 0) {
    keep_broken_off (edit, left, error);
    return;
  }
  hs_edit_forget (edit);
  hs_edit_set_busy (edit->root, NULL, NULL);
}

static gboolean
apply_locked (HsTreeEdit *self, HsEdit *edit, GPtrArray *changed, GError **error)
{
  if (!hs_edit_set_busy (self->root, edit->id, error))
    return FALSE;
  if (!save_edit (edit, changed, error) || !hs_edit_write (edit, error) ||
      !hs_edit_save (edit, HS_EDIT_WRITTEN, error)) {
    abandon (edit, error);
    return FALSE;
  }
  hs_edit_set_busy (self->root, NULL, NULL); /* if not, the next recovery finds it is all there */
  return TRUE;
}

/* Nothing of it may have changed before the first byte is kept. */
static gboolean
check_unchanged (GPtrArray *changed, GError **error)
{
  for (guint i = 0; i < changed->len; i++) {
    const Entry *entry = g_ptr_array_index (changed, i);
    HsEditState found = { 0 };
    gboolean same;

    if (!hs_edit_state_read (&found, entry->path, NULL, error))
      return FALSE;
    same = hs_edit_state_equal (&found, &entry->before);
    hs_edit_state_clear (&found);
    if (same)
      continue;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_TREE_CHANGED,
                 _ ("%s was changed by somebody else since it was looked at. Nothing was written."),
                 entry->file);
    return FALSE;
  }
  return TRUE;
}

/* What broke off before is for hs_tree_edits_recover(), which says so; written over it would be
 * lost. */
static gboolean
check_idle (const char *root, GError **error)
{
  g_autofree char *busy = hs_edit_get_busy (root);

  if (busy == NULL)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_TREE_CHANGED,
               _ ("An earlier change of %s broke off and has to be taken back first: “hotshoe "
                  "tree” does that, "
                  "and opening it in the window."),
               root);
  return FALSE;
}

gboolean
hs_tree_edit_apply (HsTreeEdit *self, char **id, GError **error)
{
  g_autoptr (GPtrArray) changed = g_ptr_array_new ();
  g_autoptr (HsEdit) edit = NULL;
  gboolean ok;
  int lock;

  g_return_val_if_fail (HS_IS_TREE_EDIT (self), FALSE);

  if (id != NULL)
    *id = NULL;
  if (!check_entries (self, error))
    return FALSE;
  if (hs_tree_edit_is_empty (self))
    return TRUE;
  if (!g_file_test (self->root, G_FILE_TEST_IS_DIR)) {
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("There is no folder %s."), self->root);
    return FALSE;
  }

  lock = hs_edit_lock (self->root, error);
  if (lock < 0)
    return FALSE;
  edit = make_edit (self, changed, error);
  ok = edit != NULL && check_idle (self->root, error) && check_unchanged (changed, error) &&
       apply_locked (self, edit, changed, error);
  close (lock);
  if (ok && id != NULL)
    *id = g_strdup (edit->id);
  if (ok)
    g_ptr_array_set_size (self->entries, 0);
  return ok;
}
