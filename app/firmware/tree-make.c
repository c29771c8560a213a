/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-private.h"

#include <string.h>

/* $(error "what it says $(BRACKET)") */
static void
take_error (GHashTable *values, const char *line)
{
  g_autofree char *text = g_strdup (line + strlen ("$(error"));
  char *reference;

  while ((reference = strstr (text, "$(")) != NULL) {
    char *end = strchr (reference, ')');

    if (end == NULL)
      break;
    memmove (reference, end + 1, strlen (end + 1) + 1);
  }
  if (g_str_has_suffix (text, ")"))
    text[strlen (text) - 1] = '\0';
  g_strdelimit (text, "\"", ' ');
  g_hash_table_replace (values, g_strdup ("error"), g_strdup (g_strstrip (text)));
}

/* NAME = value, also with :=, ?= and +=. */
static void
take_line (GHashTable *values, const char *line)
{
  const char *equals = strchr (line, '=');
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;
  const char *old = NULL;

  if (equals == NULL || equals == line)
    return;
  name = g_strndup (line, equals - line);
  g_strstrip (name);
  if (name[0] == '\0')
    return;
  if (strchr (":?+", name[strlen (name) - 1]) != NULL) {
    char sign = name[strlen (name) - 1];

    name[strlen (name) - 1] = '\0';
    g_strstrip (name);
    old = sign != ':' ? g_hash_table_lookup (values, name) : NULL;
    if (sign == '?' && old != NULL)
      return;
  }
  value = g_strstrip (g_strdup (equals + 1));
  g_hash_table_replace (values,
                        g_strdup (name),
                        old != NULL ? g_strdup_printf ("%s %s", old, value) : g_strdup (value));
}

GHashTable *
hs_tree_make_read (const char *path)
{
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_utf8_validate (text, -1, NULL))
    return NULL;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (GString) line = g_string_new (g_strchomp (lines[i]));

    while (lines[i + 1] != NULL && line->len > 0 && line->str[line->len - 1] == '\\') {
      g_string_truncate (line, line->len - 1);
      g_string_append_printf (line, " %s", g_strstrip (lines[++i]));
    }
    if (strchr (line->str, '#') != NULL)
      g_string_truncate (line, strcspn (line->str, "#"));
    if (g_str_has_prefix (line->str, "$(error"))
      take_error (values, line->str);
    else if (line->str[0] != '\t')
      take_line (values, line->str);
  }
  return g_steal_pointer (&values);
}
