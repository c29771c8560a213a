/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sentence-facts.h"

/* "" if the entry does not say. */
const char *
hs_facts_text (const HsFacts *facts, const char *member)
{
  const char *text = "";

  if (json_object_has_member (facts->payload, member)) {
    JsonNode *node = json_object_get_member (facts->payload, member);

    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      text = json_node_get_string (node);
  }
  return text != NULL ? text : "";
}

gint64
hs_facts_number (const HsFacts *facts, const char *member)
{
  return json_object_get_int_member_with_default (facts->payload, member, 0);
}

char *
hs_facts_bold (const char *text)
{
  return g_markup_printf_escaped ("<b>%s</b>", text);
}

/* "a · b · c" without the empty ones. */
char *
hs_facts_join (const char *a, const char *b, const char *c)
{
  const char *parts[] = { a, b, c };
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (parts[i] == NULL || *parts[i] == '\0')
      continue;
    if (all->len > 0)
      g_string_append (all, " · ");
    g_string_append (all, parts[i]);
  }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

/* @markup, @more: (transfer full) */
HsSentence *
hs_facts_say (const char *icon, const char *meaning, char *markup, char *more)
{
  HsSentence *self = g_new0 (HsSentence, 1);

  self->icon = icon;
  self->meaning = meaning;
  self->markup = markup;
  self->more = more;
  return self;
}
