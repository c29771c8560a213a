/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/source.h"

#include "flash/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 65536 };

struct _HsSource {
  gatomicrefcount refs;
  GBytes *bytes; /* nullable */
  int fd;        /* -1: not a file */
  guint8 value;  /* of a fill */
  guint64 size;
};

static HsSource *
source_new (guint64 size)
{
  HsSource *self = g_new0 (HsSource, 1);

  g_atomic_ref_count_init (&self->refs);
  self->fd = -1;
  self->size = size;
  return self;
}

/* (transfer full); keeps a reference on @bytes */
HsSource *
hs_source_new_bytes (GBytes *bytes)
{
  HsSource *self;

  g_return_val_if_fail (bytes != NULL, NULL);

  self = source_new (g_bytes_get_size (bytes));
  self->bytes = g_bytes_ref (bytes);
  return self;
}

/**
 * hs_source_new_file:
 * @fd: (transfer full): a file that is open for reading
 * @size: how many bytes of it, from its start, are the image
 *
 * Returns: (transfer full): reads the file as it is asked for
 */
HsSource *
hs_source_new_file (int fd, guint64 size)
{
  HsSource *self;

  g_return_val_if_fail (fd >= 0, NULL);

  self = source_new (size);
  self->fd = fd;
  return self;
}

/* (transfer full): @size times @value */
HsSource *
hs_source_new_fill (guint8 value, guint64 size)
{
  HsSource *self = source_new (size);

  self->value = value;
  return self;
}

HsSource *
hs_source_ref (HsSource *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
hs_source_unref (HsSource *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_clear_pointer (&self->bytes, g_bytes_unref);
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/* In bytes. */
guint64
hs_source_get_size (HsSource *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->size;
}

static gboolean
fail_short (int number, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_BAD_FILE,
               _ ("The image can't be read any more: %s"),
               number != 0 ? g_strerror (number) : _ ("the file has become shorter"));
  return FALSE;
}

static gboolean
read_file (HsSource *self, guint64 offset, guint8 *data, gsize length, GError **error)
{
  while (length > 0) {
    gssize n = pread (self->fd, data, length, offset);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail_short (n < 0 ? errno : 0, error);
    data += n;
    offset += n;
    length -= n;
  }
  return TRUE;
}

/**
 * hs_source_read:
 * @offset: in bytes
 * @data: (out) (array length=length)
 * @length: in bytes; all within the image
 * @error: %HS_FLASH_ERROR_BAD_FILE if the file was cut or can't be read
 *
 * Any thread.
 */
gboolean
hs_source_read (HsSource *self, guint64 offset, guint8 *data, gsize length, GError **error)
{
  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (offset <= self->size && length <= self->size - offset, FALSE);

  if (self->fd >= 0)
    return read_file (self, offset, data, length, error);
  if (self->bytes == NULL)
    memset (data, self->value, length);
  else if (length > 0)
    memcpy (data, (const guint8 *) g_bytes_get_data (self->bytes, NULL) + offset, length);
  return TRUE;
}

/**
 * hs_source_hash:
 * @start: in bytes
 * @end: where it ends
 * @checksum: gets those bytes
 * @error: %HS_FLASH_ERROR_BAD_FILE
 *
 * Any thread; little of it lies in memory at a time.
 */
gboolean
hs_source_hash (HsSource *self, guint64 start, guint64 end, GChecksum *checksum, GError **error)
{
  g_autofree guint8 *data = g_malloc (CHUNK);

  for (guint64 at = start; at < end; at += CHUNK) {
    gsize n = MIN (CHUNK, end - at);

    if (!hs_source_read (self, at, data, n, error))
      return FALSE;
    g_checksum_update (checksum, data, n);
  }
  return TRUE;
}

/**
 * hs_source_dup_bytes:
 * @error: %HS_FLASH_ERROR_BAD_FILE
 *
 * All of it as one piece, for who has to look at the whole image before anything is written; give
 * it back soon. A file is read into memory, not mapped: it could be cut meanwhile.
 *
 * Returns: (transfer full)
 */
GBytes *
hs_source_dup_bytes (HsSource *self, GError **error)
{
  g_autofree guint8 *data = NULL;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->bytes != NULL)
    return g_bytes_ref (self->bytes);
  data = g_malloc (self->size);
  if (!hs_source_read (self, 0, data, self->size, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), self->size);
}
