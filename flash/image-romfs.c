/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/image.h"

#include <string.h>

/* MicroPython extmod/vfs_rom.c. Numbers are groups of 7 bits, the most significant first, the top
 * bit set on all but the last; they may be padded in front with 0x80. */

#define DEEPEST 16 /* directories */

enum {
  KIND_UNUSED = 0,
  KIND_PADDING = 1,
  KIND_DATA = 2,
  KIND_DATA_POINTER = 3,
  KIND_DIRECTORY = 4,
  KIND_FILE = 5,
};

typedef struct {
  const guint8 *bytes; /* the payload of the image */
  gsize size;
} Romfs;

/* FALSE if the number does not end before @end or is larger than anything in a flash chip. */
static gboolean
take_number (const guint8 *bytes, gsize *at, gsize end, gsize *value)
{
  *value = 0;
  while (*at < end) {
    guint8 byte = bytes[(*at)++];

    *value = *value << 7 | (byte & 0x7F);
    if (*value > G_MAXUINT32)
      return FALSE;
    if ((byte & 0x80) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_name (const Romfs *self, gsize *at, gsize end)
{
  gsize length;

  if (!take_number (self->bytes, at, end, &length) || length == 0 || length > end - *at)
    return FALSE;
  if (memchr (self->bytes + *at, 0, length) != NULL ||
      memchr (self->bytes + *at, '/', length) != NULL)
    return FALSE;
  *at += length;
  return TRUE;
}

static gboolean
check_pointer (const Romfs *self, gsize at, gsize end)
{
  gsize size, offset;

  return take_number (self->bytes, &at, end, &size) &&
         take_number (self->bytes, &at, end, &offset) && at == end && offset <= self->size &&
         size <= self->size - offset;
}

/* Records from @at to @end without a gap, all the way down. */
static gboolean
check_records (const Romfs *self, gsize at, gsize end, guint depth)
{
  while (at < end) {
    gsize kind, length, payload;
    gboolean good = TRUE;

    if (!take_number (self->bytes, &at, end, &kind) ||
        !take_number (self->bytes, &at, end, &length) || length > end - at || kind == KIND_UNUSED)
      return FALSE;
    payload = at;
    at += length;
    if (kind == KIND_DATA_POINTER)
      good = check_pointer (self, payload, at);
    else if (kind == KIND_DIRECTORY || kind == KIND_FILE)
      good = depth < DEEPEST && check_name (self, &payload, at) &&
             check_records (self, payload, at, depth + 1);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

/**
 * hs_romfs_measure:
 * @bytes: a file, or what was read from a ROMFS partition
 *
 * Returns: the length in bytes of the whole and well-formed ROMFS image that @bytes begins with,
 * its header included; 0 if there is none
 */
gsize
hs_romfs_measure (const guint8 *bytes, gsize size)
{
  static const guint8 header[] = { 0xD2, 0xCD, 0x31 };
  gsize at = sizeof header;
  Romfs romfs;

  if (size < sizeof header + 1 || memcmp (bytes, header, sizeof header) != 0 ||
      !take_number (bytes, &at, size, &romfs.size) || romfs.size > size - at)
    return 0;
  romfs.bytes = bytes + at;
  return check_records (&romfs, 0, romfs.size, 0) ? at + romfs.size : 0;
}

/* Looks into directories too; the records were checked before. */
static gboolean
has_file (const Romfs *self, gsize at, gsize end)
{
  gsize kind, length, payload;

  while (at < end) {
    if (!take_number (self->bytes, &at, end, &kind) ||
        !take_number (self->bytes, &at, end, &length) || length > end - at)
      return FALSE;
    payload = at;
    at += length;
    if (kind == KIND_FILE)
      return TRUE;
    if (kind == KIND_DIRECTORY && check_name (self, &payload, at) && has_file (self, payload, at))
      return TRUE;
  }
  return FALSE;
}

/* Whether @bytes begin with a well-formed ROMFS image in which there is at least one file. */
gboolean
hs_romfs_has_files (const guint8 *bytes, gsize size)
{
  gsize at = 3; /* behind the header that hs_romfs_measure() asks for */
  Romfs romfs;

  if (hs_romfs_measure (bytes, size) == 0 || !take_number (bytes, &at, size, &romfs.size))
    return FALSE;
  romfs.bytes = bytes + at;
  return has_file (&romfs, 0, romfs.size);
}
