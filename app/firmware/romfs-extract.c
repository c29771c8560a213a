/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-private.h"

#include "app/app-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* All files are written into a hidden folder within the target first, and moved into their places
 * at the end. Nothing is believed of names, though the reader looked at them already. */
typedef struct {
  const char *folder;
  char *stage;   /* owned; NULL: not made yet */
  gboolean made; /* @folder was not there before */
  gboolean replace;
  GPtrArray *files;   /* HsRomfsFile, borrowed */
  GPtrArray *staged;  /* paths; owned */
  GPtrArray *folders; /* made in @folder, outermost first; owned */
  GPtrArray *moved;   /* targets where nothing was before; owned */
} Extraction;

static void
extraction_clear (Extraction *self)
{
  for (guint i = 0; i < self->staged->len; i++)
    g_unlink (g_ptr_array_index (self->staged, i));
  for (guint i = 0; i < self->moved->len; i++)
    g_unlink (g_ptr_array_index (self->moved, i));
  if (self->stage != NULL)
    g_rmdir (self->stage);
  for (guint i = self->folders->len; i-- > 0;)
    g_rmdir (g_ptr_array_index (self->folders, i));
  if (self->made)
    g_rmdir (self->folder);
  g_free (self->stage);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->staged);
  g_ptr_array_unref (self->folders);
  g_ptr_array_unref (self->moved);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Extraction, extraction_clear)

static gboolean
fail (GError **error, int reason, const char *path)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("%s can't be written: %s. Nothing was extracted."),
               path,
               g_strerror (reason));
  return FALSE;
}

/* Each folder on the way is a folder, not a link to elsewhere; makes those that are not there. */
static gboolean
check_way (Extraction *self, const char *name, gboolean make, GError **error)
{
  for (const char *slash = strchr (name, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    g_autofree char *part = g_strndup (name, slash - name);
    g_autofree char *path = g_build_filename (self->folder, part, NULL);
    GStatBuf info;

    if (g_lstat (path, &info) == 0) {
      if (!S_ISDIR (info.st_mode)) {
        g_set_error (error,
                     HS_APP_ERROR,
                     HS_APP_ERROR_FILE_EXISTS,
                     _ ("%s is in the way: it is no folder. Nothing was extracted."),
                     path);
        return FALSE;
      }
      continue;
    }
    if (!make)
      return TRUE;
    if (g_mkdir (path, 0777) != 0)
      return fail (error, errno, path);
    g_ptr_array_add (self->folders, g_steal_pointer (&path));
  }
  return TRUE;
}

static gboolean
check_target (Extraction *self, const HsRomfsFile *file, GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, file->name, NULL);
  GStatBuf info;

  if (!hs_romfs_check_name (file->name, strlen (file->name), error) ||
      !check_way (self, file->name, FALSE, error))
    return FALSE;
  if (g_lstat (path, &info) != 0 || (self->replace && S_ISREG (info.st_mode)))
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE_EXISTS,
               _ ("%s exists already. Nothing was extracted."),
               path);
  return FALSE;
}

/* Twice the same name, or a file with the name of a folder: both can't be on a disk. */
static gboolean
check_names (Extraction *self, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->files->len; i++) {
    const HsRomfsFile *file = g_ptr_array_index (self->files, i);

    if (!g_hash_table_add (names, file->name)) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_BAD_ROMFS,
                   _ ("“%s” is there twice; a camera sees the first one only. Nothing was "
                      "extracted; name the files that you want."),
                   file->name);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
stage_all (Extraction *self, GCancellable *cancellable, GError **error)
{
  self->stage = g_build_filename (self->folder, ".hotshoe-XXXXXX", NULL);
  if (g_mkdtemp (self->stage) == NULL) {
    int reason = errno;

    g_clear_pointer (&self->stage, g_free);
    return fail (error, reason, self->folder);
  }

  for (guint i = 0; i < self->files->len; i++) {
    const HsRomfsFile *file = g_ptr_array_index (self->files, i);
    g_autofree char *number = g_strdup_printf ("%u", i);
    g_autofree char *path = g_build_filename (self->stage, number, NULL);
    g_autoptr (GError) local = NULL;
    gsize size;
    const char *bytes = g_bytes_get_data (file->bytes, &size);
    gboolean ok;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    ok = g_file_set_contents_full (
        path, size > 0 ? bytes : "", size, G_FILE_SET_CONTENTS_NONE, 0666, &local);
    g_ptr_array_add (self->staged, g_steal_pointer (&path));
    if (!ok) {
      g_set_error (
          error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("%s. Nothing was extracted."), local->message);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
move_all (Extraction *self, GError **error)
{
  for (guint i = 0; i < self->files->len; i++) {
    const HsRomfsFile *file = g_ptr_array_index (self->files, i);
    g_autofree char *target = g_build_filename (self->folder, file->name, NULL);
    gboolean fresh = !g_file_test (target, G_FILE_TEST_EXISTS);

    if (!check_way (self, file->name, TRUE, error))
      return FALSE;
    if (g_rename (g_ptr_array_index (self->staged, i), target) != 0)
      return fail (error, errno, target);
    if (fresh)
      g_ptr_array_add (self->moved, g_steal_pointer (&target));
  }
  return TRUE;
}

/* NULL, and @error is set: there is no such file */
static gboolean
choose (Extraction *self, HsRomfs *romfs, const char *const *names, GError **error)
{
  if (names == NULL) {
    for (guint i = 0; i < romfs->files->len; i++)
      g_ptr_array_add (self->files, g_ptr_array_index (romfs->files, i));
    return TRUE;
  }
  for (; *names != NULL; names++) {
    const HsRomfsFile *file = hs_romfs_find (romfs, *names);

    if (file == NULL) {
      g_set_error (
          error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS, _ ("There is no file “%s” in it."), *names);
      return FALSE;
    }
    g_ptr_array_add (self->files, (gpointer) file);
  }
  return TRUE;
}

/**
 * hs_romfs_extract:
 * @folder: made if it is not there
 * @names: (nullable): of files in the image; %NULL: all
 * @replace: files that are there may go
 * @error: %HS_APP_ERROR_FILE_EXISTS, %HS_APP_ERROR_FILE, %HS_APP_ERROR_BAD_ROMFS
 *
 * Files below @folder, folders where names have slashes. All of them appear, or none; of those that
 * were replaced the new ones stay if a later one can't take its place.
 */
gboolean
hs_romfs_extract (HsRomfs *self,
                  const char *folder,
                  const char *const *names,
                  gboolean replace,
                  GCancellable *cancellable,
                  GError **error)
{
  g_auto (Extraction) extraction = { .folder = folder,
                                     .replace = replace,
                                     .files = g_ptr_array_new (),
                                     .staged = g_ptr_array_new_with_free_func (g_free),
                                     .folders = g_ptr_array_new_with_free_func (g_free),
                                     .moved = g_ptr_array_new_with_free_func (g_free) };

  if (!choose (&extraction, self, names, error) || !check_names (&extraction, error))
    return FALSE;
  for (guint i = 0; i < extraction.files->len; i++)
    if (!check_target (&extraction, g_ptr_array_index (extraction.files, i), error))
      return FALSE;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    if (g_mkdir (folder, 0777) != 0)
      return fail (error, errno, folder);
    extraction.made = TRUE;
  }
  if (!stage_all (&extraction, cancellable, error) || !move_all (&extraction, error))
    return FALSE;

  g_ptr_array_set_size (extraction.moved, 0);
  g_ptr_array_set_size (extraction.folders, 0);
  extraction.made = FALSE;
  return TRUE;
}
