/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/image-parts.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* System V ABI, 32 bit, little endian: offsets in the file header. */
#define HEADER_SIZE      52
#define CLASS_AT         4
#define DATA_AT          5
#define MACHINE_AT       18
#define PROGRAMS_AT      28
#define SECTIONS_AT      32
#define PROGRAM_SIZE_AT  42
#define PROGRAM_COUNT_AT 44
#define SECTION_SIZE_AT  46
#define SECTION_COUNT_AT 48
#define MACHINE_ARM      40

static guint
half (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8;
}

static guint32
word (const guint8 *bytes)
{
  return half (bytes) | (guint32) half (bytes + 2) << 16;
}

gboolean
hs_elf_is (const guint8 *bytes, gsize size)
{
  return size >= 4 && memcmp (bytes,
                              "\x7F"
                              "ELF",
                              4) == 0;
}

static gboolean
table_fits (const guint8 *bytes, gsize size, guint offset_at, guint size_at, guint count_at)
{
  guint64 length = (guint64) half (bytes + size_at) * half (bytes + count_at);

  return word (bytes + offset_at) + length <= size;
}

/**
 * hs_elf_check:
 * @arm: (out): whether it is for a 32-bit ARM, little endian
 *
 * Errors are %HS_FLASH_ERROR_BAD_FILE for a file that is cut short.
 */
gboolean
hs_elf_check (const guint8 *bytes, gsize size, gboolean *arm, GError **error)
{
  *arm = size >= HEADER_SIZE && bytes[CLASS_AT] == 1 && bytes[DATA_AT] == 1 &&
         half (bytes + MACHINE_AT) == MACHINE_ARM;
  if (size >= HEADER_SIZE &&
      (!*arm || (table_fits (bytes, size, PROGRAMS_AT, PROGRAM_SIZE_AT, PROGRAM_COUNT_AT) &&
                 table_fits (bytes, size, SECTIONS_AT, SECTION_SIZE_AT, SECTION_COUNT_AT))))
    return TRUE;

  g_set_error_literal (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE, _ ("The ELF file is cut short."));
  return FALSE;
}
