/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-edit-private.h"

#include "app/app-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define NEW_FOLDER_MODE 0755

static char *
path_of (HsEdit *self, guint n)
{
  HsEditFile *file = g_ptr_array_index (self->files, n);

  return g_build_filename (self->root, file->file, NULL);
}

/* Beside the file, and the same after a crash, so that it can be found and removed. */
static char *
temporary_of (HsEdit *self, guint n)
{
  g_autofree char *path = path_of (self, n);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *name = g_strdup_printf (".hotshoe-%.8s-%u", self->id, n);

  return g_build_filename (folder, name, NULL);
}

static void
remove_temporaries (HsEdit *self)
{
  for (guint i = 0; i < self->files->len; i++) {
    g_autofree char *temporary = temporary_of (self, i);

    g_unlink (temporary);
  }
}

/* With every folder above it, each on the disk. */
static gboolean
make_folder (const char *path, GError **error)
{
  g_autofree char *above = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return TRUE;
  above = g_path_get_dirname (path);
  if (!make_folder (above, error))
    return FALSE;
  if (g_mkdir (path, NEW_FOLDER_MODE) != 0 && errno != EEXIST)
    return hs_edit_fail (error, path, errno);
  return hs_edit_sync_folder (above, error);
}

/* What will be renamed lies beside: a full disk shows before the first file is touched. */
static gboolean
stage (HsEdit *self, guint n, gboolean after, GError **error)
{
  HsEditFile *file = g_ptr_array_index (self->files, n);
  const HsEditState *wanted = after ? &file->after : &file->before;
  g_autofree char *temporary = temporary_of (self, n);
  g_autofree char *folder = g_path_get_dirname (temporary);
  g_autoptr (GBytes) bytes = NULL;

  if (!wanted->exists)
    return TRUE;
  bytes = hs_edit_load_bytes (self, n, after, error);
  return bytes != NULL && make_folder (folder, error) &&
         hs_edit_stage_file (temporary, bytes, wanted->mode, error);
}

static gboolean
fail_as_changed (GError **error, const char *file)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_TREE_CHANGED,
               _ ("%s was changed by somebody else since it was looked at."),
               file);
  return FALSE;
}

/* Gives the name to what was staged, if the other side is still there. */
static gboolean
put (HsEdit *self, guint n, gboolean after, GError **error)
{
  HsEditFile *file = g_ptr_array_index (self->files, n);
  const HsEditState *wanted = after ? &file->after : &file->before;
  const HsEditState *expected = after ? &file->before : &file->after;
  g_autofree char *path = path_of (self, n);
  g_autofree char *temporary = temporary_of (self, n);
  HsEditState found = { 0 };
  gboolean same;

  if (!hs_edit_state_read (&found, path, NULL, error))
    return FALSE;
  same = hs_edit_state_equal (&found, expected);
  hs_edit_state_clear (&found);
  if (!same)
    return fail_as_changed (error, file->file);

  if (wanted->exists && g_rename (temporary, path) != 0)
    return hs_edit_fail (error, path, errno);
  if (!wanted->exists && g_unlink (path) != 0)
    return hs_edit_fail (error, path, errno);
  return TRUE;
}

static gboolean
sync_folder_of (HsEdit *self, guint n, GError **error)
{
  g_autofree char *path = path_of (self, n);
  g_autofree char *folder = g_path_get_dirname (path);

  return !g_file_test (folder, G_FILE_TEST_IS_DIR) || hs_edit_sync_folder (folder, error);
}

gboolean
hs_edit_write (HsEdit *self, GError **error)
{
  for (guint i = 0; i < self->files->len; i++)
    if (!stage (self, i, TRUE, error))
      return FALSE;
  for (guint i = 0; i < self->files->len; i++)
    if (!put (self, i, TRUE, error))
      return FALSE;
  for (guint i = 0; i < self->files->len; i++)
    if (!sync_folder_of (self, i, error))
      return FALSE;
  return TRUE;
}

/* Folders that were made for new files, as long as nobody else put something there. */
static void
remove_folders (HsEdit *self)
{
  for (guint i = self->folders->len; i > 0; i--) {
    g_autofree char *path =
        g_build_filename (self->root, g_ptr_array_index (self->folders, i - 1), NULL);
    g_autofree char *above = g_path_get_dirname (path);

    if (g_rmdir (path) == 0)
      hs_edit_sync_folder (above, NULL);
  }
}

/* Whether the new side is there; %FALSE without @error: the old one is, or neither. */
static gboolean
is_ours (HsEdit *self, guint n, GPtrArray *left, GError **error)
{
  HsEditFile *file = g_ptr_array_index (self->files, n);
  g_autofree char *path = path_of (self, n);
  g_autoptr (GError) local = NULL;
  HsEditState found = { 0 };
  gboolean before, after;

  if (!hs_edit_state_read (&found, path, NULL, &local)) {
    /* Neither a file nor nothing: somebody put it there. */
    if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
      g_ptr_array_add (left, g_strdup (file->file));
    else
      g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  before = hs_edit_state_equal (&found, &file->before);
  after = hs_edit_state_equal (&found, &file->after);
  hs_edit_state_clear (&found);
  if (!before && !after)
    g_ptr_array_add (left, g_strdup (file->file));
  return after && !before;
}

gboolean
hs_edit_take_back (HsEdit *self, GPtrArray *left, GError **error)
{
  g_autoptr (GArray) ours = g_array_new (FALSE, FALSE, sizeof (guint));

  remove_temporaries (self);
  for (guint i = 0; i < self->files->len; i++) {
    g_autoptr (GError) local = NULL;

    if (is_ours (self, i, left, &local))
      g_array_append_val (ours, i);
    if (local != NULL) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  }

  for (guint i = 0; i < ours->len; i++)
    if (!stage (self, g_array_index (ours, guint, i), FALSE, error)) {
      remove_temporaries (self);
      return FALSE;
    }
  for (guint i = 0; i < ours->len; i++)
    if (!put (self, g_array_index (ours, guint, i), FALSE, error)) {
      remove_temporaries (self);
      return FALSE;
    }
  for (guint i = 0; i < ours->len; i++)
    if (!sync_folder_of (self, g_array_index (ours, guint, i), error))
      return FALSE;
  remove_folders (self);
  return TRUE;
}

gboolean
hs_edit_fail_as_left (GPtrArray *left, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_TREE_CHANGED,
               _ ("A change that broke off was taken back, but %s was changed by somebody else "
                  "meanwhile and was left as it is. Look at it."),
               (const char *) g_ptr_array_index (left, 0));
  return FALSE;
}
