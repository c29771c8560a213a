/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/dfuse-map.h"

#include "flash/error.h"

#include <string.h>

/* The memory map that a DfuSe device has in the name of an alternate setting (UM0424, section 10):
 *
 *   @Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg
 *   @Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e
 *
 * name, then one or more of address and segments; a segment is count*size, unit (blank or B, K, M)
 * and a letter whose three low bits say what may be done with it. The unit may be left out. */

#define ADDRESS_END 0x100000000u

static gboolean
fail (const char *name, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_PROTOCOL,
               "\"%s\" is no memory map of a DfuSe device",
               name);
  return FALSE;
}

static void
skip_blanks (const char **at)
{
  while (**at == ' ')
    (*at)++;
}

/* At most 8 digits, so that nothing can overflow. */
static gboolean
take_number (const char **at, guint base, guint64 *value)
{
  guint n = 0;

  *value = 0;
  for (; n < 8; n++, (*at)++) {
    int digit = base == 16 ? g_ascii_xdigit_value (**at) : g_ascii_digit_value (**at);

    if (digit < 0)
      break;
    *value = *value * base + digit;
  }
  return n > 0 && !g_ascii_isxdigit (**at);
}

/* "0x08000000/"; the slash before it is behind us. */
static gboolean
take_address (const char **at, guint64 *address)
{
  skip_blanks (at);
  if ((*at)[0] != '0' || ((*at)[1] != 'x' && (*at)[1] != 'X'))
    return FALSE;
  *at += 2;
  if (!take_number (at, 16, address))
    return FALSE;
  skip_blanks (at);
  return *(*at)++ == '/';
}

static guint64
take_unit (const char **at)
{
  switch (**at) {
  case ' ':
  case 'B':
    (*at)++;
    return 1;
  case 'K':
    (*at)++;
    return 1024;
  case 'M':
    (*at)++;
    return 1024 * 1024;
  default:
    return 1;
  }
}

static gboolean
take_decimal (const char **at, guint64 *value)
{
  guint n = 0;

  *value = 0;
  for (; n < 6 && g_ascii_isdigit (**at); n++, (*at)++)
    *value = *value * 10 + g_ascii_digit_value (**at);
  return n > 0 && !g_ascii_isdigit (**at);
}

/* "04*016Kg"; moves @address behind it. A segment without units (0*4Kg is how Arduino shows its
 * version) is no memory. */
static gboolean
take_segment (const char **at, guint64 *address, GArray *map)
{
  HsDfuseRange range = { .start = *address };
  guint64 count, size;

  skip_blanks (at);
  if (!take_decimal (at, &count) || *(*at)++ != '*' || !take_decimal (at, &size))
    return FALSE;
  size *= take_unit (at);
  if (**at < 'a' || **at > 'g')
    return FALSE;
  range.access = *(*at)++ & 7;

  if (size > G_MAXUINT32 || *address + count * size > ADDRESS_END)
    return FALSE;
  *address += count * size;
  range.unit = size;
  range.count = count;
  if (count > 0 && size > 0)
    g_array_append_val (map, range);
  return TRUE;
}

static gboolean
parse (const char *at, GArray *map)
{
  while (*at == '/') {
    guint64 address;

    at++;
    if (!take_address (&at, &address))
      return FALSE;
    do
      if (!take_segment (&at, &address, map))
        return FALSE;
    while (*at == ',' && *++at != '\0');
    skip_blanks (&at);
  }
  return *at == '\0';
}

/**
 * hs_dfuse_map_parse:
 * @name: of an alternate setting, as the device tells it
 * @error: %HS_FLASH_ERROR_PROTOCOL
 *
 * Returns: (transfer full) (element-type HsDfuseRange) (nullable): in the order of the name; empty
 *   where it describes no memory
 */
GArray *
hs_dfuse_map_parse (const char *name, GError **error)
{
  g_autoptr (GArray) map = g_array_new (FALSE, FALSE, sizeof (HsDfuseRange));
  const char *slash = strchr (name, '/');

  if (name[0] != '@' || slash == NULL || !parse (slash, map)) {
    fail (name, error);
    return NULL;
  }
  return g_steal_pointer (&map);
}

/* The erase unit that holds @address; out arguments may be NULL. */
gboolean
hs_dfuse_map_find_unit (GArray *map,
                        guint64 address,
                        guint64 *start,
                        guint32 *size,
                        HsDfuseAccess *access)
{
  for (guint i = 0; i < map->len; i++) {
    const HsDfuseRange *range = &g_array_index (map, HsDfuseRange, i);
    guint64 length = (guint64) range->unit * range->count;

    if (address < range->start || address - range->start >= length)
      continue;
    if (start != NULL)
      *start = address - (address - range->start) % range->unit;
    if (size != NULL)
      *size = range->unit;
    if (access != NULL)
      *access = range->access;
    return TRUE;
  }
  return FALSE;
}

/**
 * hs_dfuse_map_covers:
 * @start: address where an erase unit should begin
 * @size: bytes
 * @unit: bytes; that each erase unit should have
 * @access: what must be allowed
 *
 * Whether all of it is there, in units of that very size, and may be used so.
 */
gboolean
hs_dfuse_map_covers (GArray *map, guint64 start, guint64 size, guint32 unit, HsDfuseAccess access)
{
  for (guint64 at = start; at < start + size; at += unit) {
    HsDfuseAccess allowed;
    guint64 found;
    guint32 found_size;

    if (!hs_dfuse_map_find_unit (map, at, &found, &found_size, &allowed) || found != at ||
        found_size != unit || (allowed & access) != access)
      return FALSE;
  }
  return TRUE;
}
