/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-report.h"

#include <string.h>

#define MOST_OBJECTS 50000 /* different ones; what comes after is left out */
#define MOST_REGIONS 64
#define MOST_NAME    1000 /* bytes of an object's name */

typedef struct {
  char name[64];
  guint64 start, length;
} Region;

typedef struct {
  const char *region; /* asked for; nullable */
  Region regions[MOST_REGIONS];
  guint n_regions;
  gboolean in_regions; /* between the heads of the table and of the map */
  gboolean in_map;
  gboolean counts;    /* the output section lies in the region */
  gboolean continued; /* a section's name stood on the line before */
  gboolean pending;   /* the same, of an output section */
  GHashTable *bytes;  /* char * -> guint64 * */
} Map;

/* --- one line --- */

typedef struct {
  const char *text;
  gsize length;
} Word;

/* The next word of [*at, @end), and moves behind it. */
static Word
next_word (const char **at, const char *end)
{
  Word word;

  while (*at < end && (**at == ' ' || **at == '\t'))
    (*at)++;
  word.text = *at;
  while (*at < end && **at != ' ' && **at != '\t')
    (*at)++;
  word.length = *at - word.text;
  return word;
}

static gboolean
is_word (const Word *word, const char *text)
{
  return word->length == strlen (text) && memcmp (word->text, text, word->length) == 0;
}

static gboolean
parse_hex (const Word *word, guint64 *number)
{
  guint64 value = 0;

  if (word->length < 3 || word->length > 18 || word->text[0] != '0' || word->text[1] != 'x')
    return FALSE;
  for (gsize i = 2; i < word->length; i++) {
    int digit = g_ascii_xdigit_value (word->text[i]);

    if (digit < 0)
      return FALSE;
    value = value << 4 | digit;
  }
  *number = value;
  return TRUE;
}

/* --- the regions --- */

/* "FLASH_TEXT       0x08040000         0x001a0000         xr" */
static void
take_region (Map *map, const char *line, const char *end)
{
  Region *region = &map->regions[map->n_regions];
  Word name = next_word (&line, end), start = next_word (&line, end),
       length = next_word (&line, end);

  if (map->n_regions == MOST_REGIONS || name.length == 0 || name.length >= sizeof region->name ||
      is_word (&name, "*default*") || !parse_hex (&start, &region->start) ||
      !parse_hex (&length, &region->length))
    return;
  memcpy (region->name, name.text, name.length);
  region->name[name.length] = '\0';
  map->n_regions++;
}

static gboolean
lies_in (const Map *map, guint64 address)
{
  if (map->region == NULL)
    return TRUE;
  for (guint i = 0; i < map->n_regions; i++) {
    const Region *region = &map->regions[i];

    if (strcmp (region->name, map->region) == 0 && address >= region->start &&
        address - region->start < region->length)
      return TRUE;
  }
  return FALSE;
}

/* --- the map --- */

/* "/long/way/build/BOARD/lib/imlib/apriltag.o" -> "lib/imlib/apriltag.o";
 * "/x/libc.a(printf.o)" -> "libc.a(printf.o)". */
static char *
dup_object (const char *from, const char *end)
{
  g_autofree char *name = g_strndup (from, MIN (end - from, MOST_NAME));
  const char *bracket = strchr (name, '(');
  const char *slash = bracket != NULL ? g_strrstr_len (name, bracket - name, "/") : NULL;
  const char *build = strstr (name, "/build/");
  const char *behind = build != NULL ? strchr (build + strlen ("/build/"), '/') : NULL;

  if (slash != NULL)
    return g_utf8_make_valid (slash + 1, -1);
  return g_utf8_make_valid (behind != NULL && bracket == NULL ? behind + 1 : name, -1);
}

static void
count_object (Map *map, const char *from, const char *end, guint64 size)
{
  g_autofree char *name = NULL;
  guint64 *bytes;

  while (from < end && *from == ' ')
    from++;
  while (end > from && g_ascii_isspace (end[-1]))
    end--;
  if (from == end || size > G_MAXUINT32)
    return;

  name = dup_object (from, end);
  bytes = g_hash_table_lookup (map->bytes, name);
  if (bytes == NULL && g_hash_table_size (map->bytes) < MOST_OBJECTS) {
    bytes = g_new0 (guint64, 1);
    g_hash_table_insert (map->bytes, g_steal_pointer (&name), bytes);
  }
  if (bytes != NULL)
    *bytes += size;
}

/* ".text           0x08040000    0x12345": @line is behind the name. Constants that are copied to
 * RAM at the start take flash: "load address 0x…". */
static void
take_output (Map *map, const char *line, const char *end)
{
  Word address = next_word (&line, end), size = next_word (&line, end),
       load = next_word (&line, end), at = next_word (&line, end), loaded = next_word (&line, end);
  guint64 number;

  map->counts = FALSE;
  map->pending = address.length == 0;
  if (!parse_hex (&address, &number) || size.length == 0)
    return;
  map->counts = lies_in (map, number);
  if (is_word (&load, "load") && is_word (&at, "address") && parse_hex (&loaded, &number))
    map->counts |= lies_in (map, number);
}

/* " .text.main     0x08040300       0x48 /x/main.o": @line is behind the name. */
static void
take_input (Map *map, const char *line, const char *end)
{
  Word address = next_word (&line, end), size = next_word (&line, end);
  guint64 number, bytes;

  map->continued = address.length == 0;
  if (map->counts && parse_hex (&address, &number) && parse_hex (&size, &bytes) && bytes > 0)
    count_object (map, line, end, bytes);
}

static void
take_map_line (Map *map, const char *line, const char *end)
{
  const char *at = line;
  gboolean continued = map->continued, pending = map->pending;
  Word first;

  map->continued = map->pending = FALSE;
  if (line == end)
    return;
  if (*line != ' ') {
    first = next_word (&at, end);
    if (*line == '.' || (*line == '_' && first.length > 0))
      take_output (map, at, end);
    return;
  }
  if (pending) {
    take_output (map, line, end);
    return;
  }
  first = next_word (&at, end);
  if (continued && first.length > 2 && first.text[0] == '0')
    take_input (map, line, end);
  else if (first.length > 0 && (first.text[0] == '.' || is_word (&first, "COMMON")))
    take_input (map, at, end);
}

static void
take_line (Map *map, const char *line, const char *end)
{
  static const char regions[] = "Memory Configuration", head[] = "Linker script and memory map";
  Word all = { line, end - line };

  if (is_word (&all, regions))
    map->in_regions = TRUE;
  else if (is_word (&all, head))
    map->in_map = TRUE;
  else if (map->in_map)
    take_map_line (map, line, end);
  else if (map->in_regions)
    take_region (map, line, end);
}

static int
compare_hints (gconstpointer a, gconstpointer b)
{
  const HsBuildHint *one = *(HsBuildHint *const *) a, *other = *(HsBuildHint *const *) b;

  if (one->bytes != other->bytes)
    return one->bytes > other->bytes ? -1 : 1;
  return strcmp (one->what, other->what);
}

static GPtrArray *
list_biggest (GHashTable *bytes, guint most)
{
  GPtrArray *hints = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_build_hint_free);
  GHashTableIter iter;
  gpointer name, size;

  g_hash_table_iter_init (&iter, bytes);
  while (g_hash_table_iter_next (&iter, &name, &size)) {
    HsBuildHint *hint = g_new0 (HsBuildHint, 1);

    hint->what = g_strdup (name);
    hint->bytes = *(guint64 *) size;
    hint->how = g_strdup ("");
    hint->where = "";
    g_ptr_array_add (hints, hint);
  }
  g_ptr_array_sort (hints, compare_hints);
  if (hints->len > most)
    g_ptr_array_set_size (hints, most);
  return hints;
}

/**
 * hs_map_file_read:
 * @text: (array length=length): what ld wrote with -Map; whatever bytes
 * @length: in bytes, or -1
 * @region: (nullable): name of a memory region
 * @most: how many
 *
 * Returns: (transfer full) (element-type HsBuildHint): the biggest objects
 */
GPtrArray *
hs_map_file_read (const char *text, gssize length, const char *region, guint most)
{
  g_autoptr (GHashTable) bytes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree Map *map = g_new0 (Map, 1);
  const char *end = text + (length < 0 ? strlen (text) : (gsize) length);

  map->region = region;
  map->bytes = bytes;
  for (const char *at = text; at < end;) {
    const char *newline = memchr (at, '\n', end - at);
    const char *stop = newline != NULL ? newline : end;

    take_line (map, at, stop > at && stop[-1] == '\r' ? stop - 1 : stop);
    at = stop + 1;
  }
  return list_biggest (bytes, most);
}
