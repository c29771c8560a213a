/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-private.h"

#include <string.h>

void
hs_tree_range_free (HsTreeRange *self)
{
  g_free (self->name);
  g_free (self);
}

static GPtrArray *
new_ranges (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hs_tree_range_free);
}

/* What stands behind "KEY =" in @line, to the next comma or brace. (transfer full) (nullable) */
static char *
dup_value (const char *line, const char *key)
{
  const char *at = line;

  while ((at = strstr (at, key)) != NULL) {
    const char *after = at + strlen (key);

    while (g_ascii_isspace (*after))
      after++;
    if (*after == '=' && (at == line || !g_ascii_isalnum (at[-1])))
      return g_strndup (after + 1, strcspn (after + 1, ",}\n"));
    at = after;
  }
  return NULL;
}

static gboolean
get_value (HsMacros *macros, const char *line, const char *key, guint64 *number)
{
  g_autofree char *text = dup_value (line, key);

  return text != NULL && hs_macros_evaluate (macros, text, number);
}

/* NAME (xrw) : ORIGIN = …, LENGTH = … */
static HsTreeRange *
read_region (HsMacros *macros, const char *line)
{
  const char *colon = strchr (line, ':');
  const char *bracket = strchr (line, '(');
  gsize length = strcspn (line, " \t(:");
  guint64 start, size;
  HsTreeRange *range;

  if (colon == NULL || length == 0)
    return NULL;
  if (!get_value (macros, colon, "ORIGIN", &start) || !get_value (macros, colon, "LENGTH", &size))
    return NULL;
  range = g_new0 (HsTreeRange, 1);
  range->name = g_strndup (line, length);
  range->start = start;
  range->length = size;
  for (const char *c = bracket; c != NULL && c < colon && *c != ')'; c++)
    range->writable = range->writable || *c == 'w' || *c == 'W';
  return range;
}

GPtrArray *
hs_tree_regions_read (HsMacros *macros, const char *script)
{
  g_autoptr (GPtrArray) ranges = new_ranges ();
  const char *memory = g_str_has_prefix (script, "MEMORY") ? script : strstr (script, "\nMEMORY");
  const char *open = memory != NULL ? strchr (memory, '{') : NULL;
  const char *close = open != NULL ? strchr (open, '}') : NULL;
  g_autofree char *body = close != NULL ? g_strndup (open + 1, close - open - 1) : NULL;
  g_auto (GStrv) lines = body != NULL ? g_strsplit (body, "\n", -1) : NULL;

  for (guint i = 0; lines != NULL && lines[i] != NULL; i++) {
    HsTreeRange *range = read_region (macros, g_strstrip (lines[i]));

    if (range != NULL)
      g_ptr_array_add (ranges, range);
  }
  return g_steal_pointer (&ranges);
}

/* "BOOTLOADER", "FILESYSTEM" */
static GStrv
split_names (const char *text)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  while (text != NULL && (text = strchr (text, '"')) != NULL) {
    const char *end = strchr (text + 1, '"');
    g_autofree char *name = end != NULL ? g_strndup (text + 1, end - text - 1) : NULL;

    if (name == NULL)
      break;
    g_strv_builder_add (names, name);
    text = end + 1;
  }
  return g_strv_builder_end (names);
}

static HsTreeRange *
read_partition (HsMacros *macros, const char *entry, const char *name)
{
  guint64 start, limit, read_only = 0;
  HsTreeRange *range;

  if (!get_value (macros, entry, ".start", &start) ||
      !get_value (macros, entry, ".limit", &limit) || limit < start)
    return NULL;
  get_value (macros, entry, ".rdonly", &read_only);
  range = g_new0 (HsTreeRange, 1);
  range->name = g_strdup (name);
  range->start = start;
  range->length = limit - start;
  range->writable = read_only == 0;
  return range;
}

GPtrArray *
hs_tree_partitions_read (HsMacros *macros, const char *header)
{
  g_autoptr (GPtrArray) ranges = new_ranges ();
  g_auto (GStrv) names = split_names (hs_macros_get_text (macros, "OMV_BOOT_DFU_PARTITIONS_STR"));
  const char *table = strstr (header, "OMV_BOOT_DFU_PARTITIONS[]");
  const char *end = table != NULL ? strstr (table, "};") : NULL;
  const char *at = end != NULL ? strchr (table, '{') : NULL;

  for (guint i = 0; at != NULL && names[i] != NULL; i++) {
    const char *open = strchr (at + 1, '{');
    const char *close = open != NULL ? strchr (open, '}') : NULL;
    g_autofree char *entry = NULL;
    HsTreeRange *range;

    if (close == NULL || close > end)
      break;
    entry = g_strndup (open, close - open + 1);
    range = read_partition (macros, entry, names[i]);
    if (range == NULL)
      break;
    g_ptr_array_add (ranges, range);
    at = close;
  }
  return g_steal_pointer (&ranges);
}
