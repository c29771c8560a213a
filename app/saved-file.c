/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/saved-file.h"

#include "app/app-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

struct _HsSavedFile {
  char *path;
  char *temporary; /* NULL once it has its name */
  gboolean replace;
  int fd; /* -1: closed */
  GChecksum *checksum;
};

static gboolean
fail_to_write (const char *path, int reason, GError **error)
{
  if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG)
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FILE,
                 _ ("There is no room for %s. Nothing of it is left."),
                 path);
  else
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FILE,
                 _ ("%s can't be written: %s. Nothing of it is left."),
                 path,
                 g_strerror (reason));
  return FALSE;
}

static gboolean
fail_as_it_exists (const char *path, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE_EXISTS,
               _ ("%s exists already, and was not touched."),
               path);
  return FALSE;
}

/**
 * hs_saved_file_check:
 * @file: where it will be written
 * @replace: a file that is there may go
 * @error: %HS_APP_ERROR_FILE_EXISTS, %HS_APP_ERROR_FILE
 *
 * Returns: whether it may be written there, as far as that can be told now
 */
gboolean
hs_saved_file_check (GFile *file, gboolean replace, GError **error)
{
  const char *path = g_file_peek_path (file);
  g_autofree char *folder = NULL;

  if (path == NULL) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("Only files of this machine can be written."));
    return FALSE;
  }

  folder = g_path_get_dirname (path);
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR)) {
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("There is no folder %s to write to."), folder);
    return FALSE;
  }
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("%s is no file."), path);
    return FALSE;
  }
  return replace || fail_as_it_exists (path, error);
}

/**
 * hs_saved_file_new:
 * @file: where it will be
 * @replace: a file that is there may go
 * @error: as hs_saved_file_check()
 *
 * Returns: (transfer full): the file, empty, under a temporary name
 */
HsSavedFile *
hs_saved_file_new (GFile *file, gboolean replace, GError **error)
{
  g_autoptr (HsSavedFile) self = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *name = NULL;
  g_autofree char *hidden = NULL;

  if (!hs_saved_file_check (file, replace, error))
    return NULL;

  self = g_new0 (HsSavedFile, 1);
  self->path = g_file_get_path (file);
  self->replace = replace;
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  folder = g_path_get_dirname (self->path);
  name = g_path_get_basename (self->path);
  hidden = g_strdup_printf (".%.200s.XXXXXX", name);
  self->temporary = g_build_filename (folder, hidden, NULL);
  self->fd = g_mkstemp_full (self->temporary, O_RDWR | O_CLOEXEC, 0666);
  if (self->fd >= 0)
    return g_steal_pointer (&self);

  g_clear_pointer (&self->temporary, g_free);
  fail_to_write (self->path, errno, error);
  return NULL;
}

void
hs_saved_file_free (HsSavedFile *self)
{
  if (self == NULL)
    return;

  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    g_unlink (self->temporary);
  g_checksum_free (self->checksum);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}

/**
 * hs_saved_file_write:
 * @data: (array length=length): what comes next
 * @length: in bytes
 * @error: %HS_APP_ERROR_FILE; the file is then good for hs_saved_file_free() only
 */
gboolean
hs_saved_file_write (HsSavedFile *self, const guint8 *data, gsize length, GError **error)
{
  g_checksum_update (self->checksum, data, length);
  while (length > 0) {
    gssize n = write (self->fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail_to_write (self->path, errno, error);
    data += n;
    length -= n;
  }
  return TRUE;
}

/* Gives it the name; without @replace only if nobody has it. Not every file system can link. */
static gboolean
take_name (HsSavedFile *self, GError **error)
{
  if (!self->replace) {
    if (link (self->temporary, self->path) == 0) {
      g_unlink (self->temporary);
      return TRUE;
    }
    if (errno == EEXIST || g_file_test (self->path, G_FILE_TEST_EXISTS))
      return fail_as_it_exists (self->path, error);
  }
  return g_rename (self->temporary, self->path) == 0 || fail_to_write (self->path, errno, error);
}

/**
 * hs_saved_file_finish:
 * @error: %HS_APP_ERROR_FILE_EXISTS, %HS_APP_ERROR_FILE
 *
 * Makes it durable, then gives it its name.
 */
gboolean
hs_saved_file_finish (HsSavedFile *self, GError **error)
{
  int fd = self->fd;

  if (fsync (fd) != 0)
    return fail_to_write (self->path, errno, error);
  self->fd = -1;
  if (close (fd) != 0)
    return fail_to_write (self->path, errno, error);
  if (!take_name (self, error))
    return FALSE;

  g_clear_pointer (&self->temporary, g_free);
  return TRUE;
}

const char *
hs_saved_file_get_digest (HsSavedFile *self)
{
  return g_checksum_get_string (self->checksum);
}
