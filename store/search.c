/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/project.h"

#include <string.h>

#define LONG_WORD 3 /* characters; what a trigram index can find */

/* Words as people type them: serials come in groups, with colons and hyphens. */
static char **
split (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv) pieces = g_strsplit_set (folded, " \t\n:_-./,;()", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (char **piece = pieces; *piece != NULL; piece++)
    if (**piece != '\0')
      g_strv_builder_add (words, *piece);
  return g_strv_builder_end (words);
}

static gboolean
add_start (HsDatabase *database,
           gint64 row,
           const char *what,
           const char *word,
           glong length,
           GError **error)
{
  g_autofree char *start = g_utf8_substring (word, 0, length);

  return hs_statement_run (database,
                           error,
                           "INSERT OR IGNORE INTO search_start (start, what, row) "
                           "VALUES (?1, ?2, ?3)",
                           "ssi",
                           start,
                           what,
                           row);
}

/* The first one and two characters of every word; ?-char searches are then one look-up. */
static gboolean
add_starts (HsDatabase *database, gint64 row, const char *what, const char *text, GError **error)
{
  g_auto (GStrv) words = split (text);

  for (char **word = words; *word != NULL; word++) {
    glong length = g_utf8_strlen (*word, -1);

    if (!add_start (database, row, what, *word, 1, error))
      return FALSE;
    if (length > 1 && !add_start (database, row, what, *word, 2, error))
      return FALSE;
  }
  return TRUE;
}

/* The index holds no text of its own: to forget a row it must be told what it held. */
static gboolean
forget (HsDatabase *database, gint64 row, const char *old, GError **error)
{
  return hs_statement_run (database,
                           error,
                           "INSERT INTO search_text (search_text, rowid, text) "
                           "VALUES ('delete', ?1, ?2)",
                           "is",
                           row,
                           old) &&
         hs_statement_run (database, error, "DELETE FROM search_start WHERE row = ?1", "i", row) &&
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
  if (old != NULL && !forget (database, row, old, error))
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
