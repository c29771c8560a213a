/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/saved-filter.h"

#include <json-glib/json-glib.h>

#define KEY "unit-filters"

HsSavedFilter *
hs_saved_filter_new (const char *name,
                     const char *text,
                     const char *const *states,
                     const char *const *boards,
                     gboolean changed_outside,
                     gboolean mixed)
{
  HsSavedFilter *self = g_new0 (HsSavedFilter, 1);

  self->name = g_strdup (name);
  self->text = g_strdup (text);
  self->states = g_strdupv ((char **) states);
  self->boards = g_strdupv ((char **) boards);
  self->changed_outside = changed_outside;
  self->mixed = mixed;
  return self;
}

void
hs_saved_filter_free (HsSavedFilter *self)
{
  g_free (self->name);
  g_free (self->text);
  g_strfreev (self->states);
  g_strfreev (self->boards);
  g_free (self);
}

static void
add_words (JsonObject *object, const char *member, char **words)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; words != NULL && words[i] != NULL; i++)
    json_array_add_string_element (array, words[i]);
  json_object_set_array_member (object, member, array);
}

static char *
to_text (const HsSavedFilter *self)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_object_set_string_member (object, "name", self->name);
  json_object_set_string_member (object, "text", self->text != NULL ? self->text : "");
  add_words (object, "states", self->states);
  add_words (object, "boards", self->boards);
  json_object_set_boolean_member (object, "changed", self->changed_outside);
  json_object_set_boolean_member (object, "mixed", self->mixed);
  json_node_set_object (node, object);
  return json_to_string (node, FALSE);
}

static char **
read_words (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  JsonArray *array;
  GPtrArray *words = g_ptr_array_new ();

  array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *word = json_array_get_element (array, i);

    if (json_node_get_value_type (word) == G_TYPE_STRING)
      g_ptr_array_add (words, g_strdup (json_node_get_string (word)));
  }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (words, FALSE);
}

/* NULL if it is none: settings can be edited by anybody. */
static HsSavedFilter *
from_text (const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object;
  HsSavedFilter *self;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  object = json_node_get_object (node);
  self = g_new0 (HsSavedFilter, 1);
  self->name = g_strdup (json_object_get_string_member_with_default (object, "name", "?"));
  self->text = g_strdup (json_object_get_string_member_with_default (object, "text", ""));
  self->states = read_words (object, "states");
  self->boards = read_words (object, "boards");
  self->changed_outside = json_object_get_boolean_member_with_default (object, "changed", FALSE);
  self->mixed = json_object_get_boolean_member_with_default (object, "mixed", FALSE);
  return self;
}

static void
filter_free (gpointer filter)
{
  hs_saved_filter_free (filter);
}

GPtrArray *
hs_saved_filters_load (GSettings *settings)
{
  GPtrArray *filters = g_ptr_array_new_with_free_func (filter_free);
  g_auto (GStrv) texts = settings != NULL ? g_settings_get_strv (settings, KEY) : NULL;

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++) {
    HsSavedFilter *filter = from_text (texts[i]);

    if (filter != NULL)
      hs_saved_filters_add (filters, filter);
  }
  return filters;
}

void
hs_saved_filters_store (GSettings *settings, GPtrArray *filters)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (settings == NULL)
    return;

  for (guint i = 0; i < filters->len; i++)
    g_ptr_array_add (texts, to_text (g_ptr_array_index (filters, i)));
  g_ptr_array_add (texts, NULL);
  g_settings_set_strv (settings, KEY, (const char *const *) texts->pdata);
}

static int
by_name (gconstpointer a, gconstpointer b)
{
  const HsSavedFilter *left = *(const HsSavedFilter *const *) a;
  const HsSavedFilter *right = *(const HsSavedFilter *const *) b;

  return g_utf8_collate (left->name, right->name);
}

void
hs_saved_filters_add (GPtrArray *filters, HsSavedFilter *filter)
{
  for (guint i = 0; i < filters->len; i++) {
    const HsSavedFilter *other = g_ptr_array_index (filters, i);

    if (g_str_equal (other->name, filter->name)) {
      g_ptr_array_remove_index (filters, i);
      break;
    }
  }
  g_ptr_array_add (filters, filter);
  g_ptr_array_sort (filters, by_name);
}
