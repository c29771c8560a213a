/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/private-folder.h"

#include "app/app-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Of a folder that is copied: more than that is no folder of tools. */
#define MOST_FILES 20000
#define MOST_BYTES (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024)
#define MOST_DEPTH 12

struct _HsPrivateFolder {
  char *path;
};

/* How much was copied already. */
typedef struct {
  GCancellable *cancellable;
  guint n_files;
  guint64 n_bytes;
} Copying;

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               /* Translators: a file, what the system says */
               _ ("%s can't be written: %s"),
               path,
               why);
  return FALSE;
}

HsPrivateFolder *
hs_private_folder_new (GError **error)
{
  g_autoptr (HsPrivateFolder) self = g_new0 (HsPrivateFolder, 1);
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "hotshoe", "tools", NULL);
  g_autofree char *path = g_build_filename (parent, "run-XXXXXX", NULL);

  if (g_mkdir_with_parents (parent, 0700) != 0 || g_mkdtemp (path) == NULL) {
    fail (parent, g_strerror (errno), error);
    return NULL;
  }
  self->path = g_steal_pointer (&path);
  return g_steal_pointer (&self);
}

/* Links are removed, not followed. */
static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    remove_tree (inner);
  }
  g_remove (path);
}

void
hs_private_folder_free (HsPrivateFolder *self)
{
  if (self->path != NULL)
    remove_tree (self->path);
  g_free (self->path);
  g_free (self);
}

const char *
hs_private_folder_get_path (HsPrivateFolder *self)
{
  return self->path;
}

/* (transfer full): the path of @name in it */
char *
hs_private_folder_build (HsPrivateFolder *self, const char *name)
{
  return g_build_filename (self->path, name, NULL);
}

/* A new file, with the folders it needs; what was there under that name goes first. */
static gboolean
make_room (const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);

  if (g_mkdir_with_parents (parent, 0700) != 0)
    return fail (parent, g_strerror (errno), error);
  g_remove (path);
  return TRUE;
}

gboolean
hs_private_folder_put (HsPrivateFolder *self, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = hs_private_folder_build (self, name);
  g_autoptr (GError) local = NULL;
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  if (!make_room (path, error))
    return FALSE;
  return g_file_set_contents_full (path, data, length, G_FILE_SET_CONTENTS_NONE, 0600, &local) ||
         fail (path, local->message, error);
}

gboolean
hs_private_folder_put_text (HsPrivateFolder *self,
                            const char *name,
                            const char *text,
                            GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return hs_private_folder_put (self, name, bytes, error);
}

static gboolean
copy_file (const char *from, const char *to, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) source = g_file_new_for_path (from);
  g_autoptr (GFile) copy = g_file_new_for_path (to);
  g_autoptr (GError) local = NULL;

  if (!make_room (to, error))
    return FALSE;
  if (g_file_copy (source, copy, G_FILE_COPY_NOFOLLOW_SYMLINKS, cancellable, NULL, NULL, &local))
    return TRUE;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  return fail (to, local->message, error);
}

/* The file at @path, as @name. */
gboolean
hs_private_folder_copy (HsPrivateFolder *self, const char *path, const char *name, GError **error)
{
  g_autofree char *to = hs_private_folder_build (self, name);

  return copy_file (path, to, NULL, error);
}

static gboolean
count (Copying *copying, const char *path, GError **error)
{
  GStatBuf status;

  copying->n_files++;
  if (g_lstat (path, &status) == 0)
    copying->n_bytes += status.st_size;
  if (copying->n_files <= MOST_FILES && copying->n_bytes <= MOST_BYTES)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_TOOL,
               _ ("There is far more in that folder than a vendor's tools (%s)."),
               path);
  return FALSE;
}

static gboolean
copy_tree (Copying *copying, const char *from, const char *to, guint depth, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (from, name, NULL);
    g_autofree char *copy = g_build_filename (to, name, NULL);
    gboolean is_folder =
        g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK);

    if (!count (copying, inner, error))
      return FALSE;
    if (is_folder ? depth < MOST_DEPTH && !copy_tree (copying, inner, copy, depth + 1, error)
                  : !copy_file (inner, copy, copying->cancellable, error))
      return FALSE;
  }
  return TRUE;
}

/* All of @folder. Copies and no links: some tools write into their own files. */
gboolean
hs_private_folder_copy_tree (HsPrivateFolder *self,
                             const char *folder,
                             GCancellable *cancellable,
                             GError **error)
{
  Copying copying = { .cancellable = cancellable };

  return copy_tree (&copying, folder, self->path, 0, error);
}
