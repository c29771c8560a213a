/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-edit-private.h"

#include "app/app-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOST_BYTES (64u * 1024u * 1024u) /* more is no source file */

gboolean
hs_edit_fail (GError **error, const char *path, int reason)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               /* Translators: a file, what the system says */
               _ ("%s can't be written: %s"),
               path,
               g_strerror (reason));
  return FALSE;
}

void
hs_edit_state_clear (HsEditState *self)
{
  g_clear_pointer (&self->digest, g_free);
  self->exists = FALSE;
  self->mode = 0;
}

gboolean
hs_edit_state_equal (const HsEditState *self, const HsEditState *other)
{
  if (!self->exists || !other->exists)
    return self->exists == other->exists;
  return self->mode == other->mode && g_str_equal (self->digest, other->digest);
}

static gboolean
fail_name (GError **error, const char *file, const char *why)
{
  g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE, "“%s”: %s", file, why);
  return FALSE;
}

static gboolean
check_name (const char *file, GStrv parts, GError **error)
{
  if (file[0] == '\0' || file[0] == '/' || !g_utf8_validate (file, -1, NULL))
    return fail_name (error, file, _ ("that is no name of a file in a tree."));
  for (const char *c = file; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return fail_name (error, file, _ ("that is no name of a file in a tree."));
  for (guint i = 0; parts[i] != NULL; i++)
    if (parts[i][0] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
      return fail_name (error, file, _ ("that is no name of a file in a tree."));
  return TRUE;
}

/* A link is followed as long as it stays inside. */
static char *
follow (const char *root, const char *link, const char *file, GError **error)
{
  char *target = realpath (link, NULL);
  g_autofree char *copy = g_strdup (target);
  g_autofree char *inside = g_strconcat (root, "/", NULL);

  free (target);
  if (copy != NULL && g_str_has_prefix (copy, g_str_equal (root, "/") ? root : inside))
    return g_steal_pointer (&copy);
  fail_name (error, file, _ ("a symbolic link leads out of the tree; nothing is written there."));
  return NULL;
}

char *
hs_edit_resolve (const char *root, const char *file, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (file, "/", -1);
  g_autofree char *path = g_strdup (root);

  if (!check_name (file, parts, error))
    return NULL;
  for (guint i = 0; parts[i] != NULL; i++) {
    char *next = g_build_filename (path, parts[i], NULL);
    GStatBuf info;

    g_free (path);
    path = next;
    if (g_lstat (path, &info) != 0 || !S_ISLNK (info.st_mode))
      continue;
    next = follow (root, path, file, error);
    g_free (path);
    path = next;
    if (path == NULL)
      return NULL;
  }
  if (g_utf8_validate (path + strlen (root), -1, NULL)) /* a link may lead to another name */
    return g_steal_pointer (&path);
  fail_name (error, file, _ ("that is no name of a file in a tree."));
  return NULL;
}

static GBytes *
read_all (const char *path, int fd, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[65536];
  gssize n;

  while ((n = read (fd, buffer, sizeof buffer)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_FILE,
                   _ ("%s can't be read: %s"),
                   path,
                   g_strerror (errno));
      return NULL;
    }
    g_byte_array_append (bytes, buffer, n);
    if (bytes->len > MOST_BYTES) {
      fail_name (error, path, _ ("that is far more than a source file."));
      return NULL;
    }
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gboolean
hs_edit_state_read (HsEditState *self, const char *path, GBytes **bytes, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  g_autoptr (GBytes) content = NULL;
  struct stat info;

  hs_edit_state_clear (self);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return TRUE;
  if (fd < 0 || fstat (fd, &info) != 0) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FILE,
                 _ ("%s can't be read: %s"),
                 path,
                 g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return FALSE;
  }
  if (S_ISREG (info.st_mode))
    content = read_all (path, fd, error);
  else
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE, _ ("%s is no file."), path);
  close (fd);
  if (content == NULL)
    return FALSE;

  self->exists = TRUE;
  self->mode = info.st_mode & 07777;
  self->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  if (bytes != NULL)
    *bytes = g_steal_pointer (&content);
  return TRUE;
}

static gboolean
write_all (int fd, GBytes *bytes)
{
  gsize left;
  const guint8 *data = g_bytes_get_data (bytes, &left);

  while (left > 0) {
    gssize n = write (fd, data, left);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    left -= n;
  }
  return TRUE;
}

gboolean
hs_edit_stage_file (const char *temporary, GBytes *bytes, guint mode, GError **error)
{
  int fd, reason = 0;

  if (g_unlink (temporary) != 0 && errno != ENOENT)
    return hs_edit_fail (error, temporary, errno);
  fd = open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return hs_edit_fail (error, temporary, errno);
  if (!write_all (fd, bytes) || fchmod (fd, mode) != 0 || fsync (fd) != 0)
    reason = errno;
  if (close (fd) != 0 && reason == 0)
    reason = errno;
  if (reason == 0)
    return TRUE;

  g_unlink (temporary);
  return hs_edit_fail (error, temporary, reason);
}

gboolean
hs_edit_sync_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int reason = fd < 0 ? errno : 0;

  /* Some file systems have no such thing for folders. */
  if (fd >= 0 && fsync (fd) != 0 && errno != EINVAL)
    reason = errno;
  if (fd >= 0)
    close (fd);
  return reason == 0 || hs_edit_fail (error, path, reason);
}

gboolean
hs_edit_put_file (const char *path, GBytes *bytes, guint mode, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  if (!hs_edit_stage_file (temporary, bytes, mode, error))
    return FALSE;
  if (g_rename (temporary, path) != 0)
    return hs_edit_fail (error, path, errno);
  return hs_edit_sync_folder (folder, error);
}
