/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/strict-json.h"

#include <string.h>

/* Deeper than anything Hotshoe writes, and nothing for the stack of a recursive parser. */
#define DEEPEST 16

/* What may stand outside of strings: structure, numbers, true, false, null. */
#define OUTSIDE "{}[],:-+.0123456789Etruefalsn"

static gboolean
is_strict (const char *text, gsize length)
{
  gboolean quoted = FALSE;
  guint depth = 0;

  for (gsize i = 0; i < length; i++) {
    char c = text[i];

    if (quoted) {
      if ((guchar) c < 0x20)
        return FALSE;
      if (c == '\\')
        i++;
      else if (c == '"')
        quoted = FALSE;
      continue;
    }
    if (c == '"')
      quoted = TRUE;
    else if (c == '\0' || strchr (OUTSIDE, c) == NULL)
      return FALSE;
    if (c == '{' || c == '[')
      depth++;
    else if ((c == '}' || c == ']') && depth-- == 0)
      return FALSE;
    if (depth > DEEPEST)
      return FALSE;
  }
  return !quoted && depth == 0;
}

JsonObject *
hs_strict_json_parse (const char *text, gsize length, gsize most)
{
  g_autoptr (JsonParser) parser = NULL;
  JsonNode *root;

  if (length > most || !g_utf8_validate_len (text, length, NULL) || !is_strict (text, length))
    return NULL;

  parser = json_parser_new_immutable ();
  if (!json_parser_load_from_data (parser, text, length, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_dup_object (root) : NULL;
}

void
hs_strict_json_append (GString *out, const char *text)
{
  if (text == NULL) {
    g_string_append (out, "null");
    return;
  }

  g_string_append_c (out, '"');
  for (; *text != '\0'; text++) {
    if (*text == '"' || *text == '\\')
      g_string_append_c (out, '\\');
    if ((guchar) *text < 0x20 || *text == 0x7F)
      g_string_append_printf (out, "\\u%04x", (guint) *text);
    else
      g_string_append_c (out, *text);
  }
  g_string_append_c (out, '"');
}
