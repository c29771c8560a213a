/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-private.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Numbers are groups of 7 bits, the most significant first, the top bit set on all but the last;
 * they may be padded in front with 0x80. */

typedef struct {
  HsRomfs *romfs;
  GBytes *image;
  const guint8 *bytes; /* of the image */
  gsize payload;       /* where it begins: what data pointers count from */
  gsize end;           /* of it */
  guint64 total;       /* bytes of files so far */
} Parser;

/* What a record is, and where its payload lies in the image. */
typedef struct {
  gsize start, payload, end;
  gsize kind;
} Record;

static gboolean
fail (gsize at, const char *why, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_ROMFS,
               _ ("The ROMFS image is damaged at byte %" G_GSIZE_FORMAT ": %s."),
               at,
               why);
  return FALSE;
}

/* @end: nothing from there on is looked at */
static gboolean
take_number (const Parser *self, gsize *at, gsize end, gsize *value, GError **error)
{
  gsize start = *at;

  *value = 0;
  while (*at < end) {
    guint8 byte = self->bytes[(*at)++];

    *value = *value << 7 | (byte & 0x7f);
    if (*value > G_MAXUINT32)
      return fail (start, _ ("a number is larger than any image"), error);
    if ((byte & 0x80) == 0)
      return TRUE;
  }
  return fail (start, _ ("a number does not end"), error);
}

static gboolean
take_record (const Parser *self, gsize *at, gsize end, Record *record, GError **error)
{
  gsize length;

  record->start = *at;
  if (!take_number (self, at, end, &record->kind, error) ||
      !take_number (self, at, end, &length, error))
    return FALSE;
  if (record->kind == HS_ROMFS_KIND_UNUSED)
    return fail (record->start, _ ("a record of a kind that is never used"), error);
  if (length > end - *at)
    return fail (record->start, _ ("a record is longer than what it lies in"), error);
  record->payload = *at;
  record->end = *at + length;
  *at = record->end;
  return TRUE;
}

/* @folder: (nullable): path of what it lies in */
static char *
take_name (const Parser *self, const char *folder, Record *record, GError **error)
{
  gsize at = record->payload;
  g_autofree char *name = NULL;
  const char *fault;
  gsize length;

  if (!take_number (self, &at, record->end, &length, error))
    return NULL;
  if (length > record->end - at) {
    fail (record->start, _ ("a name is longer than what it lies in"), error);
    return NULL;
  }
  fault = memchr (self->bytes + at, '/', length) != NULL
              ? _ ("a name has a slash")
              : hs_romfs_find_fault ((const char *) self->bytes + at, length);
  if (fault != NULL) {
    g_autofree char *why = g_strdup_printf (_ ("a name is none: %s"), fault);

    fail (at, why, error);
    return NULL;
  }

  record->payload = at + length;
  name = g_strndup ((const char *) self->bytes + at, length);
  if (folder == NULL)
    return g_steal_pointer (&name);
  if (strlen (folder) + 1 + length > HS_ROMFS_MAX_PATH) {
    fail (at, _ ("a path is too long"), error);
    return NULL;
  }
  return g_strconcat (folder, "/", name, NULL);
}

/* A pointer's data: anywhere in the payload of the image. */
static gboolean
follow (const Parser *self, const Record *record, gsize *offset, gsize *size, GError **error)
{
  gsize at = record->payload;

  if (!take_number (self, &at, record->end, size, error) ||
      !take_number (self, &at, record->end, offset, error))
    return FALSE;
  if (*offset > self->end - self->payload || *size > self->end - self->payload - *offset)
    return fail (record->start, _ ("data lies outside of the image"), error);
  *offset += self->payload;
  return TRUE;
}

/* The smallest alignment that would put data there which would begin at @unpadded without any. */
static guint
guess_alignment (gsize offset, gsize padding)
{
  guint most = hs_romfs_alignment_of (offset);
  guint alignment = MIN (HS_ROMFS_ALIGNMENT, most);

  while (alignment <= padding && alignment < most)
    alignment *= 2;
  return alignment;
}

/* Of a record: how much longer its head is than it needs to be. */
static gsize
count_padding (const Record *record)
{
  gsize needed = 2;

  for (gsize length = (record->end - record->payload) >> 7; length != 0; length >>= 7)
    needed++;
  return record->payload - record->start - MIN (needed, record->payload - record->start);
}

/* The first record of data counts, as on the camera. */
static gboolean
parse_file (Parser *self, const char *folder, Record *file, GError **error)
{
  g_autofree char *name = take_name (self, folder, file, error);
  gsize offset = 0, size = 0, at = file->payload, padding = 0;
  gboolean found = FALSE;

  if (name == NULL)
    return FALSE;
  while (at < file->end) {
    Record record;

    if (!take_record (self, &at, file->end, &record, error))
      return FALSE;
    if (found)
      continue;
    if (record.kind == HS_ROMFS_KIND_DATA) {
      offset = record.payload;
      size = record.end - record.payload;
      padding = count_padding (&record);
      found = TRUE;
    } else if (record.kind == HS_ROMFS_KIND_POINTER) {
      if (!follow (self, &record, &offset, &size, error))
        return FALSE;
      padding = HS_ROMFS_MAX_ALIGN; /* keeps the alignment that it has */
      found = TRUE;
    }
  }
  if (!found)
    return fail (file->start, _ ("a file has no data"), error);
  if (self->romfs->files->len >= HS_ROMFS_MAX_FILES)
    return fail (file->start, _ ("there are too many files"), error);
  self->total += size; /* pointers may share bytes, but not make a world out of a few */
  if (self->total > 8 * (guint64) self->end + 65536)
    return fail (file->start, _ ("files share the same bytes too often"), error);

  hs_romfs_append (self->romfs,
                   g_steal_pointer (&name),
                   g_bytes_new_from_bytes (self->image, offset, size),
                   guess_alignment (offset, padding),
                   offset);
  return TRUE;
}

static gboolean
parse_folder (Parser *self, const char *folder, gsize at, gsize end, guint depth, GError **error);

static gboolean
parse_directory (Parser *self, const char *folder, Record *record, guint depth, GError **error)
{
  g_autofree char *path = NULL;

  if (depth >= HS_ROMFS_MAX_DEPTH)
    return fail (record->start, _ ("there are too many folders in each other"), error);
  path = take_name (self, folder, record, error);
  return path != NULL && parse_folder (self, path, record->payload, record->end, depth + 1, error);
}

/* Padding, and kinds that are not known, are skipped as the camera does. */
static gboolean
parse_folder (Parser *self, const char *folder, gsize at, gsize end, guint depth, GError **error)
{
  while (at < end) {
    Record record;

    if (!take_record (self, &at, end, &record, error))
      return FALSE;
    if (record.kind == HS_ROMFS_KIND_FILE && !parse_file (self, folder, &record, error))
      return FALSE;
    if (record.kind == HS_ROMFS_KIND_DIRECTORY &&
        !parse_directory (self, folder, &record, depth, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_erased (const guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (bytes[i] != 0xff)
      return FALSE;
  return size > 0;
}

static gboolean
parse_header (Parser *self, gsize size, GError **error)
{
  static const guint8 header[] = { 0xd2, 0xcd, 0x31 };
  gsize at = sizeof header, length;

  if (size < sizeof header || memcmp (self->bytes, header, sizeof header) != 0) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_BAD_ROMFS,
                         is_erased (self->bytes, MIN (size, 4096))
                             ? _ ("There is no ROMFS image: only erased flash.")
                             : _ ("This is no ROMFS image: it does not begin with D2 CD 31."));
    return FALSE;
  }
  if (!take_number (self, &at, size, &length, error))
    return FALSE;
  if (length > size - at)
    return fail (0, _ ("it is cut off: its header promises more"), error);
  self->payload = at;
  self->end = at + length;
  return TRUE;
}

/**
 * hs_romfs_parse:
 * @image: a file, or what was read from a ROMFS partition; what follows the image does not count
 * @error: %HS_APP_ERROR_BAD_ROMFS, with the byte at which it makes no sense
 *
 * Time and memory are bounded by the image's size; directories are followed 16 deep.
 */
HsRomfs *
hs_romfs_parse (GBytes *image, GError **error)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  Parser self = { .romfs = romfs, .image = image };
  gsize size;

  self.bytes = g_bytes_get_data (image, &size);
  if (!parse_header (&self, size, error) ||
      !parse_folder (&self, NULL, self.payload, self.end, 0, error))
    return NULL;
  return g_steal_pointer (&romfs);
}
