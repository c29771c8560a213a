/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-edit.h"

#include "app/app-error.h"
#include "app/firmware/line-diff.h"
#include "app/firmware/tree-edit-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <unistd.h>

static char *
real_path (const char *path)
{
  char *found = realpath (path, NULL);
  char *copy = found != NULL ? g_strdup (found) : g_canonicalize_filename (path, NULL);

  free (found);
  return copy;
}

void
hs_tree_edit_record_free (HsTreeEditRecord *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->title);
  g_strfreev (self->files);
  g_free (self);
}

static HsTreeEditRecord *
record_of (const HsEdit *edit)
{
  HsTreeEditRecord *record = g_new0 (HsTreeEditRecord, 1);
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();

  record->id = g_strdup (edit->id);
  record->title = g_strdup (edit->title);
  record->time = edit->time;
  record->undone = edit->stage == HS_EDIT_UNDONE;
  record->broken_off = edit->broken_off;
  for (guint i = 0; i < edit->files->len; i++) {
    const HsEditFile *file = g_ptr_array_index (edit->files, i);

    g_strv_builder_add (files, file->file);
  }
  record->files = g_strv_builder_end (files);
  return record;
}

static gint
compare_times (gconstpointer a, gconstpointer b)
{
  const HsTreeEditRecord *const *first = a;
  const HsTreeEditRecord *const *second = b;

  if ((*first)->time == (*second)->time)
    return g_strcmp0 ((*second)->id, (*first)->id);
  return (*first)->time < (*second)->time ? 1 : -1;
}

GPtrArray *
hs_tree_edits_list (const char *root, GError **error)
{
  g_autofree char *real = real_path (root);
  g_autofree char *store = hs_edit_store_folder (real);
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_tree_edit_record_free);
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) dir = g_dir_open (store, 0, &local);
  const char *name;

  if (dir == NULL && !g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_FILE, local->message);
    return NULL;
  }
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autoptr (HsEdit) edit =
        g_uuid_string_is_valid (name) ? hs_edit_load (real, name, NULL) : NULL;

    if (edit != NULL && edit->stage != HS_EDIT_WRITING)
      g_ptr_array_add (list, record_of (edit));
  }
  g_ptr_array_sort (list, compare_times);
  return g_steal_pointer (&list);
}

/* --- undo --- */

/* Says which newer edit of ours it was, if one: that can be undone first. */
static gboolean
fail_as_changed (const HsEdit *edit, const char *file, GError **error)
{
  g_autoptr (GPtrArray) list = hs_tree_edits_list (edit->root, NULL);

  for (guint i = 0; list != NULL && i < list->len; i++) {
    const HsTreeEditRecord *other = g_ptr_array_index (list, i);

    if (other->undone || other->time <= edit->time ||
        !g_strv_contains ((const char *const *) other->files, file))
      continue;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_TREE_CHANGED,
                 _ ("%s was changed again by “%s”. Undo that first. Nothing was touched."),
                 file,
                 other->title);
    return FALSE;
  }
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_TREE_CHANGED,
               _ ("%s was changed by somebody else since Hotshoe wrote it. Nothing was touched."),
               file);
  return FALSE;
}

/* All that will be written must be there, and all that will be written over must be ours. */
static gboolean
check_undo (HsEdit *edit, GError **error)
{
  for (guint i = 0; i < edit->files->len; i++) {
    const HsEditFile *file = g_ptr_array_index (edit->files, i);
    g_autofree char *path = hs_edit_resolve (edit->root, file->file, error);
    g_autoptr (GBytes) kept = NULL;
    HsEditState found = { 0 };
    gboolean same;

    if (path == NULL)
      return FALSE;
    if (!hs_edit_state_read (&found, path, NULL, NULL))
      return fail_as_changed (edit, file->file, error);
    same = hs_edit_state_equal (&found, &file->after);
    hs_edit_state_clear (&found);
    if (!same)
      return fail_as_changed (edit, file->file, error);
    if (!file->before.exists)
      continue;
    kept = hs_edit_load_bytes (edit, i, FALSE, error);
    if (kept == NULL)
      return FALSE;
  }
  return TRUE;
}

/* Everything that still is ours goes back; @edit is over after that. */
static gboolean
finish (HsEdit *edit, GPtrArray *left, GError **error)
{
  return hs_edit_take_back (edit, left, error) && hs_edit_save (edit, HS_EDIT_UNDONE, error) &&
         hs_edit_set_busy (edit->root, NULL, error);
}

static gboolean
undo_locked (const char *root, const char *id, GError **error)
{
  g_autoptr (HsEdit) edit = hs_edit_load (root, id, error);
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_free);

  if (edit == NULL)
    return FALSE;
  if (edit->stage == HS_EDIT_UNDONE) {
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("“%s” was undone already."), edit->title);
    return FALSE;
  }
  if (!check_undo (edit, error) || !hs_edit_set_busy (root, id, error))
    return FALSE;
  if (!hs_edit_save (edit, HS_EDIT_UNDOING, error)) {
    hs_edit_set_busy (root, NULL, NULL);
    return FALSE;
  }
  return finish (edit, left, error) && (left->len == 0 || hs_edit_fail_as_left (left, error));
}

/* @n: how many broke off. */
static gboolean
recover_locked (const char *root, guint *n, GError **error)
{
  g_autofree char *id = hs_edit_get_busy (root);
  g_autoptr (GPtrArray) left = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsEdit) edit = NULL;

  if (id == NULL)
    return TRUE;
  if (hs_edit_is_kept (root, id)) {
    /* One that can't be read any more may have touched the tree: what is kept of it stays. */
    edit = hs_edit_load (root, id, error);
    if (edit == NULL)
      return FALSE;
  } else {
    /* It died before it touched anything. */
    edit = g_uuid_string_is_valid (id) ? hs_edit_new (root, id, NULL) : NULL;
    if (edit != NULL)
      hs_edit_forget (edit);
    return hs_edit_set_busy (root, NULL, error);
  }
  if (edit->stage == HS_EDIT_WRITTEN || edit->stage == HS_EDIT_UNDONE)
    return hs_edit_set_busy (root, NULL, error);

  edit->broken_off = edit->stage == HS_EDIT_WRITING;
  if (!finish (edit, left, error))
    return FALSE;
  *n = 1;
  return left->len == 0 || hs_edit_fail_as_left (left, error);
}

gboolean
hs_tree_edits_recover (const char *root, guint *n, GError **error)
{
  g_autofree char *real = real_path (root);
  g_autofree char *busy = hs_edit_get_busy (real);
  guint found = 0;
  gboolean ok;
  int lock;

  if (n != NULL)
    *n = 0;
  if (busy == NULL)
    return TRUE;

  lock = hs_edit_lock (real, error);
  if (lock < 0)
    return FALSE;
  ok = recover_locked (real, &found, error);
  close (lock);
  if (n != NULL)
    *n = found;
  return ok;
}

gboolean
hs_tree_edits_undo (const char *root, const char *id, GError **error)
{
  g_autofree char *real = real_path (root);
  guint n = 0;
  gboolean ok;
  int lock = hs_edit_lock (real, error);

  if (lock < 0)
    return FALSE;
  ok = recover_locked (real, &n, error) && undo_locked (real, id, error);
  close (lock);
  return ok;
}

char *
hs_tree_edits_dup_diff (const char *root, const char *id, GError **error)
{
  g_autofree char *real = real_path (root);
  g_autoptr (HsEdit) edit = hs_edit_load (real, id, error);
  g_autoptr (GString) out = g_string_new (NULL);

  if (edit == NULL)
    return NULL;
  for (guint i = 0; i < edit->files->len; i++) {
    const HsEditFile *file = g_ptr_array_index (edit->files, i);
    g_autoptr (GBytes) before = NULL;
    g_autoptr (GBytes) after = NULL;
    g_autofree char *part = NULL;

    if (file->before.exists) {
      before = hs_edit_load_bytes (edit, i, FALSE, error);
      if (before == NULL)
        return NULL;
    }
    if (file->after.exists) {
      after = hs_edit_load_bytes (edit, i, TRUE, error);
      if (after == NULL)
        return NULL;
    }
    part = hs_line_diff (file->file, before, after);
    g_string_append (out, part);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* --- a tree that was moved --- */

/* Every file as it was or as it shall be, and one as it shall be. */
static gboolean
is_half_written (const char *old, const char *root)
{
  g_autofree char *id = hs_edit_get_busy (old);
  g_autoptr (HsEdit) edit = id != NULL ? hs_edit_load (old, id, NULL) : NULL;
  gboolean any = FALSE;

  if (edit == NULL || edit->stage == HS_EDIT_WRITTEN || edit->stage == HS_EDIT_UNDONE)
    return FALSE;
  for (guint i = 0; i < edit->files->len; i++) {
    const HsEditFile *file = g_ptr_array_index (edit->files, i);
    g_autofree char *path = hs_edit_resolve (root, file->file, NULL);
    HsEditState found = { 0 };
    gboolean before, after;

    if (path == NULL || !hs_edit_state_read (&found, path, NULL, NULL))
      return FALSE;
    before = hs_edit_state_equal (&found, &file->before);
    after = hs_edit_state_equal (&found, &file->after);
    hs_edit_state_clear (&found);
    if (!before && !after)
      return FALSE;
    any = any || (after && !before);
  }
  return any;
}

char *
hs_tree_edits_dup_moved (const char *root)
{
  g_autofree char *real = real_path (root);
  g_autofree char *store = hs_edit_store_folder (real);
  g_autofree char *stores = g_path_get_dirname (store);
  g_autoptr (GDir) dir = g_dir_open (stores, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *other = g_build_filename (stores, name, NULL);
    g_autofree char *old = hs_edit_dup_busy_root (other);

    if (old != NULL && !g_file_test (old, G_FILE_TEST_EXISTS) && is_half_written (old, real))
      return g_strdup_printf (_ ("A change of this tree broke off when it stood at %s, and is half "
                                 "written. Move it back there and open it once."),
                              old);
  }
  return NULL;
}
