/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/blobs.h"

#include "store/catalog.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_PREFIX "tmp-"
#define CHUNK_SIZE       (256u * 1024u)
#define STALE_S          3600

struct _HsBlobs {
  char *folder;
};

/* A file being written; removed unless it was put in its place. */
typedef struct {
  char *path;
  int fd;
  GChecksum *sum;
  guint64 size; /* bytes */
} Draft;

HsBlobs *
hs_blobs_new (const char *folder)
{
  HsBlobs *self = g_new0 (HsBlobs, 1);

  self->folder = g_strdup (folder);
  return self;
}

void
hs_blobs_free (HsBlobs *self)
{
  if (self == NULL)
    return;

  g_free (self->folder);
  g_free (self);
}

gboolean
hs_blobs_is_digest (const char *text)
{
  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

static char *
path_of (HsBlobs *self, const char *sha256)
{
  g_autofree char *first = g_strndup (sha256, 2);

  return g_build_filename (self->folder, first, sha256 + 2, NULL);
}

static gboolean
fail (GError **error, const char *path, int number)
{
  if (number == ENOSPC || number == EDQUOT || number == EFBIG)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_FULL,
                 _ ("The file can't be kept: the disk is full. Nothing was kept. (%s: %s)"),
                 path,
                 g_strerror (number));
  else
    g_set_error (error,
                 HS_STORE_ERROR,
                 number == EACCES || number == EPERM || number == EROFS ? HS_STORE_ERROR_PERMISSION
                                                                        : HS_STORE_ERROR_FAILED,
                 _ ("The file can't be kept. (%s: %s)"),
                 path,
                 g_strerror (number));
  return FALSE;
}

static void
draft_clear (Draft *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->path != NULL)
    unlink (self->path);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->sum, g_checksum_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Draft, draft_clear)

static gboolean
draft_open (Draft *self, HsBlobs *blobs, GError **error)
{
  g_autofree char *path = g_build_filename (blobs->folder, TEMPORARY_PREFIX "XXXXXX", NULL);

  if (g_mkdir_with_parents (blobs->folder, 0700) != 0)
    return fail (error, blobs->folder, errno);

  self->fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (self->fd < 0)
    return fail (error, path, errno);
  self->path = g_steal_pointer (&path);
  self->sum = g_checksum_new (G_CHECKSUM_SHA256);
  return TRUE;
}

static gboolean
draft_write (Draft *self, const guint8 *bytes, gsize size, GError **error)
{
  g_checksum_update (self->sum, bytes, size);
  self->size += size;
  while (size > 0) {
    gssize n = write (self->fd, bytes, size);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail (error, self->path, errno);
    bytes += n;
    size -= n;
  }
  return TRUE;
}

static gboolean
sync_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;
  int number = errno;

  if (fd >= 0)
    close (fd);
  return synced || fail (error, path, number);
}

/* Syncs the bytes, then gives them their name, then syncs the name. */
static char *
draft_keep (Draft *self, HsBlobs *blobs, GError **error)
{
  g_autofree char *sha256 = g_strdup (g_checksum_get_string (self->sum));
  g_autofree char *path = path_of (blobs, sha256);
  g_autofree char *folder = g_path_get_dirname (path);

  if (fsync (self->fd) != 0 || g_mkdir_with_parents (folder, 0700) != 0 ||
      g_rename (self->path, path) != 0) {
    fail (error, path, errno);
    return NULL;
  }

  g_clear_pointer (&self->path, g_free);
  if (!sync_folder (folder, error) || !sync_folder (blobs->folder, error))
    return NULL;
  return g_steal_pointer (&sha256);
}

/**
 * hs_blobs_put:
 * @self: a folder of blobs
 * @bytes: what to keep
 * @error: a #HsStoreError
 *
 * Keeps @bytes, durably. The same bytes are kept once; a file that was altered since is replaced.
 * Leaves nothing behind if it fails.
 *
 * Returns: (transfer full): the digest, 64 hex digits
 */
char *
hs_blobs_put (HsBlobs *self, GBytes *bytes, GError **error)
{
  g_auto (Draft) draft = { .fd = -1 };
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (GBytes) there = hs_blobs_get (self, sha256, NULL);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (there != NULL)
    return g_steal_pointer (&sha256);
  if (!draft_open (&draft, self, error) || !draft_write (&draft, data, size, error))
    return NULL;
  return draft_keep (&draft, self, error);
}

static gboolean
copy_into (Draft *draft, GFile *file, GError **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree guint8 *chunk = g_malloc (CHUNK_SIZE);
  gssize n = 0;

  if (stream == NULL)
    return FALSE;
  while ((n = g_input_stream_read (G_INPUT_STREAM (stream), chunk, CHUNK_SIZE, NULL, error)) > 0)
    if (!draft_write (draft, chunk, n, error))
      return FALSE;
  return n == 0;
}

/**
 * hs_blobs_put_file:
 * @self: a folder of blobs
 * @file: what to copy
 * @size: (out) (optional): bytes
 * @error: a #HsStoreError, or a #GIOError if @file can't be read
 *
 * Like hs_blobs_put(), without holding the file in memory.
 *
 * Returns: (transfer full): the digest
 */
char *
hs_blobs_put_file (HsBlobs *self, GFile *file, guint64 *size, GError **error)
{
  g_auto (Draft) draft = { .fd = -1 };
  g_autoptr (GBytes) there = NULL;

  if (!draft_open (&draft, self, error) || !copy_into (&draft, file, error))
    return NULL;

  if (size != NULL)
    *size = draft.size;
  there = hs_blobs_get (self, g_checksum_get_string (draft.sum), NULL);
  if (there != NULL)
    return g_strdup (g_checksum_get_string (draft.sum));
  return draft_keep (&draft, self, error);
}

struct _HsBlobDraft {
  Draft draft;
  HsBlobs *blobs; /* borrowed */
};

void
hs_blob_draft_free (HsBlobDraft *self)
{
  if (self == NULL)
    return;

  draft_clear (&self->draft);
  g_free (self);
}

/* (transfer full): an empty blob */
HsBlobDraft *
hs_blobs_begin (HsBlobs *self, GError **error)
{
  g_autoptr (HsBlobDraft) draft = g_new0 (HsBlobDraft, 1);

  draft->draft.fd = -1;
  draft->blobs = self;
  return draft_open (&draft->draft, self, error) ? g_steal_pointer (&draft) : NULL;
}

gboolean
hs_blob_draft_append (HsBlobDraft *self, const guint8 *data, gsize length, GError **error)
{
  return draft_write (&self->draft, data, length, error);
}

/**
 * hs_blob_draft_keep:
 * @self: a draft; it can only be freed afterwards
 * @size: (out) (optional): bytes
 * @error: a #HsStoreError
 *
 * Returns: (transfer full): the digest; it is kept durably
 */
char *
hs_blob_draft_keep (HsBlobDraft *self, guint64 *size, GError **error)
{
  if (size != NULL)
    *size = self->draft.size;
  return draft_keep (&self->draft, self->blobs, error);
}

/**
 * hs_blobs_get:
 * @self: a folder of blobs
 * @sha256: a digest
 * @error: %HS_STORE_ERROR_NOT_FOUND, %HS_STORE_ERROR_ALTERED, or another
 *
 * Reads a blob and hashes what was read.
 *
 * Returns: (transfer full): bytes that have that digest
 */
GBytes *
hs_blobs_get (HsBlobs *self, const char *sha256, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *found = NULL;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data = NULL;
  gsize size = 0;

  if (!hs_blobs_is_digest (sha256)) {
    g_set_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("“%s” is no digest."), sha256);
    return NULL;
  }

  path = path_of (self, sha256);
  if (!g_file_get_contents (path, &data, &size, &cause)) {
    gboolean missing = g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT);

    g_set_error (error,
                 HS_STORE_ERROR,
                 missing ? HS_STORE_ERROR_NOT_FOUND : HS_STORE_ERROR_PERMISSION,
                 _ ("The stored file %.8s… can't be read. (%s)"),
                 sha256,
                 cause->message);
    return NULL;
  }

  bytes = g_bytes_new_take (data, size);
  found = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  if (strcmp (found, sha256) == 0)
    return g_steal_pointer (&bytes);

  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_ALTERED,
               _ ("The stored file %.8s… has changed since it was imported."),
               sha256);
  return NULL;
}

static gboolean
digest_file (int fd, char **digest, guint64 *size)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *block = g_malloc (CHUNK_SIZE);
  gssize n;

  *size = 0;
  while ((n = read (fd, block, CHUNK_SIZE)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0) {
      g_checksum_update (checksum, block, n);
      *size += n;
    }
  *digest = g_strdup (g_checksum_get_string (checksum));
  return n == 0;
}

/**
 * hs_blobs_open:
 * @sha256: digest of the file
 * @size: (out): bytes
 * @error: a #HsStoreError
 *
 * Opens a stored file for reading, after all of it was read and still has its digest. It never lies
 * in memory. Blocks.
 *
 * Returns: (transfer full): a file descriptor, or -1
 */
int
hs_blobs_open (HsBlobs *self, const char *sha256, guint64 *size, GError **error)
{
  g_autofree char *path = hs_blobs_is_digest (sha256) ? path_of (self, sha256) : NULL;
  g_autofree char *found = NULL;
  int fd = path != NULL ? g_open (path, O_RDONLY | O_CLOEXEC, 0) : -1;
  int number = errno;

  if (fd >= 0 && digest_file (fd, &found, size) && strcmp (found, sha256) == 0)
    return fd;

  if (fd >= 0 && found != NULL && strcmp (found, sha256) != 0)
    g_set_error (error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_ALTERED,
                 _ ("The stored file %.8s… has changed since it was imported."),
                 sha256);
  else
    g_set_error (error,
                 HS_STORE_ERROR,
                 path == NULL || number == ENOENT ? HS_STORE_ERROR_NOT_FOUND
                                                  : HS_STORE_ERROR_PERMISSION,
                 _ ("The stored file %.8s… can't be read. (%s)"),
                 sha256,
                 path != NULL ? g_strerror (number) : _ ("no such digest"));
  if (fd >= 0)
    close (fd);
  return -1;
}

gboolean
hs_blobs_has (HsBlobs *self, const char *sha256)
{
  g_autofree char *path = NULL;

  if (!hs_blobs_is_digest (sha256))
    return FALSE;
  path = path_of (self, sha256);
  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

/* Nothing may need it any more. */
void
hs_blobs_remove (HsBlobs *self, const char *sha256)
{
  g_autofree char *path = hs_blobs_is_digest (sha256) ? path_of (self, sha256) : NULL;

  if (path != NULL)
    unlink (path);
}

void
hs_blobs_tidy (HsBlobs *self)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    GStatBuf info;

    if (g_str_has_prefix (name, TEMPORARY_PREFIX) && g_stat (path, &info) == 0 &&
        info.st_mtime < now - STALE_S)
      unlink (path);
  }
}
