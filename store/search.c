/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/project.h"

#include <string.h>

#define LONG_WORD 3 /* characters; what a trigram index can find */

/* What separates words as people type them: serials come in groups, with colons and hyphens. */
#define SEPARATORS " \t\n:_-./,;()"

/* The first one and two characters of every word, each once; ?-char searches are then one look-up.
 * (element-type utf8) */
static GHashTable *
find_starts (const char *text)
{
  GHashTable *starts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *folded = g_utf8_casefold (text, -1);

  for (const char *word = folded + strspn (folded, SEPARATORS); *word != '\0';) {
    gsize length = strcspn (word, SEPARATORS);
    const char *second = g_utf8_next_char (word);

    g_hash_table_add (starts, g_strndup (word, second - word));
    if (second < word + length)
      g_hash_table_add (starts, g_strndup (word, g_utf8_next_char (second) - word));
    word += length;
    word += strspn (word, SEPARATORS);
  }
  return starts;
}

static gboolean
add_starts (HsDatabase *database, gint64 row, const char *what, const char *text, GError **error)
{
  g_autoptr (GHashTable) starts = find_starts (text);
  GHashTableIter iter;
  gpointer start;

  g_hash_table_iter_init (&iter, starts);
  while (g_hash_table_iter_next (&iter, &start, NULL))
    if (!hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO search_start (start, what, row) "
                           "VALUES (?1, ?2, ?3)",
                           "ssi",
                           start,
                           what,
                           row))
      return FALSE;
  return TRUE;
}

static gboolean
remove_starts (HsDatabase *database, gint64 row, const char *what, const char *text, GError **error)
{
  g_autoptr (GHashTable) starts = find_starts (text);
  GHashTableIter iter;
  gpointer start;

  g_hash_table_iter_init (&iter, starts);
  while (g_hash_table_iter_next (&iter, &start, NULL))
    if (!hs_statement_run (database,
                           error,
                           "DELETE FROM search_start WHERE start = ?1 AND what = ?2 AND row = ?3",
                           "ssi",
                           start,
                           what,
                           row))
      return FALSE;
  return TRUE;
}

/* The indexes hold no text of their own: to forget a row they must be told what it held. */
static gboolean
forget (HsDatabase *database, gint64 row, const char *what, const char *old, GError **error)
{
  return hs_statement_run (database,
                           error,
                           "INSERT INTO search_text (search_text, rowid, text) "
                           "VALUES ('delete', ?1, ?2)",
                           "is",
                           row,
                           old) &&
         remove_starts (database, row, what, old, error) &&
         hs_statement_run (database, error, "DELETE FROM search WHERE row = ?1", "i", row);
}

gboolean
hs_search_set (HsDatabase *database,
               gint64 row,
               const char *what,
               const char *key,
               const char *text,
               GError **error)
{
  g_autofree char *old = NULL;

  if (!hs_statement_read_text (
          database, &old, error, "SELECT text FROM search WHERE row = ?1", "i", row))
    return FALSE;
  if (old != NULL && !forget (database, row, what, old, error))
    return FALSE;
  if (text == NULL)
    return TRUE;

  return hs_statement_run (database,
                           error,
                           "INSERT INTO search (row, what, key, text) VALUES (?1, ?2, ?3, ?4)",
                           "isss",
                           row,
                           what,
                           key,
                           text) &&
         hs_statement_run (database,
                           error,
                           "INSERT INTO search_text (rowid, text) VALUES (?1, ?2)",
                           "is",
                           row,
                           text) &&
         add_starts (database, row, what, text, error);
}

static void
add_phrase (GString *expression, const char *word)
{
  g_auto (GStrv) parts = g_strsplit (word, "\"", -1);
  g_autofree char *quoted = g_strjoinv ("\"\"", parts);

  g_string_append_printf (expression, "%s\"%s\"", expression->len > 0 ? " " : "", quoted);
}

void
hs_search_parse (const char *query, char **words, char **starts)
{
  g_auto (GStrv) typed = g_strsplit_set (query != NULL ? query : "", " \t\n", -1);
  g_autoptr (GString) expression = g_string_new (NULL);
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  for (char **word = typed; *word != NULL; word++) {
    g_autofree char *folded = g_utf8_casefold (*word, -1);
    glong length = g_utf8_strlen (folded, -1);

    if (length >= LONG_WORD)
      add_phrase (expression, *word);
    else if (length > 0)
      json_array_add_string_element (array, folded);
  }
  json_node_set_array (node, array);
  *starts = json_to_string (node, FALSE);
  *words = expression->len > 0 ? g_string_free (g_steal_pointer (&expression), FALSE) : NULL;
}
