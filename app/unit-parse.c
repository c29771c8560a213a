/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/unit-life.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Out of a line of several words, shorter ones must be a whole label or product serial: "12" of
 * "Bench 12" begins some serial by chance. */
#define MIN_WORD 4

/* Two lists that grow while a text is read. */
typedef struct {
  HsCatalog *catalog;
  GPtrArray *keys;
  GHashTable *seen; /* of the keys' own strings */
  GPtrArray *unknown;
} Parse;

static void
take (Parse *self, char *key)
{
  if (g_hash_table_contains (self->seen, key)) {
    g_free (key);
    return;
  }
  g_hash_table_add (self->seen, key);
  g_ptr_array_add (self->keys, key);
}

static gboolean
equals (const char *one, const char *other)
{
  g_autofree char *a = one != NULL ? g_utf8_casefold (one, -1) : NULL;
  g_autofree char *b = g_utf8_casefold (other, -1);

  return g_strcmp0 (a, b) == 0;
}

static gboolean
is_named (HsCatalog *catalog, const char *key, const char *word)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, key, NULL);

  return unit != NULL &&
         (equals (hs_unit_get_label (unit), word) || equals (hs_unit_get_serial (unit), word));
}

static void
take_word (Parse *self, const char *word)
{
  g_autoptr (GError) error = NULL;
  char *key = hs_catalog_resolve_unit (self->catalog, word, &error);

  if (key != NULL && g_utf8_strlen (word, -1) < MIN_WORD && !is_named (self->catalog, key, word)) {
    g_clear_pointer (&key, g_free);
    g_set_error (&error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_AMBIGUOUS,
                 _ ("“%s” is too short to be sure which unit is meant."),
                 word);
  }
  if (key != NULL)
    take (self, key);
  else
    g_ptr_array_add (self->unknown, g_strdup (error->message));
}

/* Labels and grouped serials have spaces within: the whole comes first. */
static void
take_line (Parse *self, char *line)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;
  const char *text = g_strstrip (line);
  char *key;

  if (*text == '\0')
    return;
  key = hs_catalog_resolve_unit (self->catalog, text, &error);
  if (key != NULL) {
    take (self, key);
    return;
  }
  if (strpbrk (text, " \t,;") == NULL) {
    g_ptr_array_add (self->unknown, g_strdup (error->message));
    return;
  }
  words = g_strsplit_set (text, " \t,;", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      take_word (self, words[i]);
}

/**
 * hs_units_parse:
 * @catalog: a catalog
 * @text: (nullable): pasted or scanned: one unit a line, or several parted by white space, commas
 *   or semicolons, in any form hs_catalog_resolve_unit() takes
 * @unknown: (out) (optional) (transfer container) (element-type utf8): a sentence for each word
 *   that is no unit, or could be several
 *
 * Blocks.
 *
 * Returns: (transfer container) (element-type utf8): keys, each once, in the order of the text
 */
GPtrArray *
hs_units_parse (HsCatalog *catalog, const char *text, GPtrArray **unknown)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) dropped = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  g_auto (GStrv) lines = g_strsplit_set (valid, "\r\n", -1);
  Parse parse = {
    .catalog = catalog,
    .keys = g_ptr_array_new_with_free_func (g_free),
    .seen = seen,
    .unknown = dropped,
  };

  for (guint i = 0; lines[i] != NULL; i++)
    take_line (&parse, lines[i]);
  if (unknown != NULL)
    *unknown = g_steal_pointer (&dropped);
  return parse.keys;
}
