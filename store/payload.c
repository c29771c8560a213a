/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/payload.h"

#include "store/json-scan.h"

static JsonNode *
get_node (JsonObject *self, const char *name, JsonNodeType type)
{
  JsonNode *node = json_object_get_member (self, name);

  return node != NULL && JSON_NODE_TYPE (node) == type ? node : NULL;
}

JsonObject *
hs_payload_parse (const char *text)
{
  JsonObject *object = hs_json_read_object (text);
  g_autoptr (JsonNode) node = NULL;

  if (object != NULL)
    return object;
  node = json_from_string (text, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return json_object_new ();
  return json_node_dup_object (node);
}

const char *
hs_payload_get_text (JsonObject *self, const char *name)
{
  JsonNode *node = get_node (self, name, JSON_NODE_VALUE);
  const char *text;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  text = json_node_get_string (node);
  return text != NULL && *text != '\0' ? text : NULL;
}

gint64
hs_payload_get_int (JsonObject *self, const char *name)
{
  JsonNode *node = get_node (self, name, JSON_NODE_VALUE);

  return node != NULL ? json_node_get_int (node) : 0;
}

gboolean
hs_payload_get_flag (JsonObject *self, const char *name)
{
  JsonNode *node = get_node (self, name, JSON_NODE_VALUE);

  return node != NULL && json_node_get_boolean (node);
}

JsonArray *
hs_payload_get_array (JsonObject *self, const char *name)
{
  JsonNode *node = get_node (self, name, JSON_NODE_ARRAY);

  return node != NULL ? json_node_get_array (node) : NULL;
}

JsonObject *
hs_payload_get_object (JsonObject *self, const char *name)
{
  JsonNode *node = get_node (self, name, JSON_NODE_OBJECT);

  return node != NULL ? json_node_get_object (node) : NULL;
}

JsonObject *
hs_payload_nth (JsonArray *array, guint n)
{
  JsonNode *node = json_array_get_element (array, n);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

char *
hs_payload_to_text (JsonObject *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_set_object (node, self);
  return json_to_string (node, FALSE);
}

void
hs_payload_set_text (JsonObject *self, const char *name, const char *value)
{
  if (value == NULL)
    json_object_set_null_member (self, name);
  else
    json_object_set_string_member (self, name, value);
}
