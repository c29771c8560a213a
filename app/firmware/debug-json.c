/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/debug-json.h"

#include "app/app-error.h"
#include "app/firmware/json-span.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* --- printing --- */

static void print_node (GString *text, JsonNode *node, guint level);

static void
new_line (GString *text, guint level)
{
  g_string_append_printf (text, "\n%*s", (int) level * 2, "");
}

static void
print_object (GString *text, JsonObject *object, guint level)
{
  g_autoptr (GList) members = json_object_get_members (object);

  g_string_append_c (text, '{');
  for (GList *at = members; at != NULL; at = at->next) {
    g_autofree char *key = hs_json_quote (at->data);

    new_line (text, level + 1);
    g_string_append_printf (text, "%s: ", key);
    print_node (text, json_object_get_member (object, at->data), level + 1);
    g_string_append (text, at->next != NULL ? "," : "");
  }
  if (members != NULL)
    new_line (text, level);
  g_string_append_c (text, '}');
}

static void
print_array (GString *text, JsonArray *array, guint level)
{
  guint n = json_array_get_length (array);

  g_string_append_c (text, '[');
  for (guint i = 0; i < n; i++) {
    new_line (text, level + 1);
    print_node (text, json_array_get_element (array, i), level + 1);
    g_string_append (text, i + 1 < n ? "," : "");
  }
  if (n > 0)
    new_line (text, level);
  g_string_append_c (text, ']');
}

static void
print_node (GString *text, JsonNode *node, guint level)
{
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    print_object (text, json_node_get_object (node), level);
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    print_array (text, json_node_get_array (node), level);
  } else {
    g_autofree char *value = json_to_string (node, FALSE);

    g_string_append (text, value);
  }
}

char *
hs_debug_json_print (JsonNode *node)
{
  GString *text = g_string_new (NULL);

  print_node (text, node, 0);
  return g_string_free (text, FALSE);
}

/* --- merging --- */

static gboolean
is_blank (GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isspace (text[i]))
      return FALSE;
  return TRUE;
}

/* What the file holds; a new one with an empty array otherwise. */
static GString *
read_text (HsTreeEdit *edit,
           const char *file,
           const char *version,
           const char *array,
           GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) bytes = hs_tree_edit_dup_bytes (edit, file, &local);
  GString *text = g_string_new (NULL);

  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    g_string_free (text, TRUE);
    return NULL;
  }
  if (bytes != NULL && !is_blank (bytes)) {
    g_string_append_len (text, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    return text;
  }
  g_string_append (text, "{\n");
  if (version != NULL)
    g_string_append_printf (text, "  \"version\": \"%s\",\n", version);
  g_string_append_printf (text, "  \"%s\": []\n}\n", array);
  return text;
}

static HsJsonSpan *
read_spans (const GString *text, const char *file, GError **error)
{
  g_autoptr (HsJsonSpan) all = hs_json_span_read (text->str, text->len, error);

  if (all == NULL || all->kind != HS_SPAN_OBJECT) {
    if (all != NULL)
      g_set_error_literal (
          error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST, _ ("It holds no JSON object."));
    g_prefix_error (error, "%s: ", file);
    return NULL;
  }
  return g_steal_pointer (&all);
}

/* The array, made if it is not there. %NULL: something else has its name. */
static const HsJsonSpan *
find_array (const HsJsonSpan *all, const char *file, const char *array, GError **error)
{
  const HsJsonSpan *found = hs_json_span_member (all, array);

  if (found != NULL && found->kind == HS_SPAN_ARRAY)
    return found;
  g_set_error (
      error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST, _ ("%s: “%s” is no list."), file, array);
  return NULL;
}

static gboolean
make_array (GString *text, const char *file, const char *array, GError **error)
{
  g_autoptr (HsJsonSpan) all = read_spans (text, file, error);

  if (all == NULL)
    return FALSE;
  if (hs_json_span_member (all, array) == NULL)
    hs_json_span_append (text, all, array, "[]");
  return TRUE;
}

/* Whether both say the same, however they are written. */
static gboolean
is_same (const GString *text, const HsJsonSpan *span, JsonNode *entry)
{
  g_autofree char *piece = g_strndup (text->str + span->start, span->end - span->start);
  g_autoptr (JsonNode) node = json_from_string (piece, NULL);

  return node != NULL && json_node_equal (node, entry);
}

static gboolean
merge_entry (GString *text,
             const char *file,
             const char *array,
             const char *key,
             JsonNode *entry,
             GError **error)
{
  g_autoptr (HsJsonSpan) all = read_spans (text, file, error);
  const HsJsonSpan *list = all != NULL ? find_array (all, file, array, error) : NULL;
  const char *name = json_object_get_string_member (json_node_get_object (entry), key);
  g_autofree char *printed = hs_debug_json_print (entry);

  if (list == NULL)
    return FALSE;
  for (guint i = 0; i < list->children->len; i++) {
    const HsJsonSpan *child = g_ptr_array_index (list->children, i);

    if (g_strcmp0 (hs_json_span_string (child, key), name) != 0)
      continue;
    if (!is_same (text, child, entry))
      hs_json_span_replace (text, child, printed);
    return TRUE;
  }
  hs_json_span_append (text, list, NULL, printed);
  return TRUE;
}

static void
put_text (HsTreeEdit *edit, const char *file, const GString *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text->str, text->len);

  hs_tree_edit_set (edit, file, bytes);
}

gboolean
hs_debug_json_merge (HsTreeEdit *edit,
                     const char *file,
                     const char *version,
                     const char *array,
                     const char *key,
                     GPtrArray *entries,
                     GError **error)
{
  g_autoptr (GString) text = read_text (edit, file, version, array, error);

  if (text == NULL || !make_array (text, file, array, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!merge_entry (text, file, array, key, entries->pdata[i], error))
      return FALSE;
  put_text (edit, file, text);
  return TRUE;
}

static gboolean
has_word (const HsJsonSpan *list, const char *word)
{
  for (guint i = 0; list != NULL && list->kind == HS_SPAN_ARRAY && i < list->children->len; i++) {
    const HsJsonSpan *child = g_ptr_array_index (list->children, i);

    if (child->text != NULL && g_ascii_strcasecmp (child->text, word) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
merge_word (GString *text,
            const char *file,
            const char *array,
            const char *unwanted,
            const char *word,
            GError **error)
{
  g_autoptr (HsJsonSpan) all = read_spans (text, file, error);
  const HsJsonSpan *list = all != NULL ? find_array (all, file, array, error) : NULL;
  g_autofree char *quoted = hs_json_quote (word);

  if (list == NULL)
    return FALSE;
  if (!has_word (list, word) && !has_word (hs_json_span_member (all, unwanted), word))
    hs_json_span_append (text, list, NULL, quoted);
  return TRUE;
}

gboolean
hs_debug_json_merge_words (HsTreeEdit *edit,
                           const char *file,
                           const char *array,
                           const char *unwanted,
                           const char *const *words,
                           GError **error)
{
  g_autoptr (GString) text = read_text (edit, file, NULL, array, error);

  if (text == NULL || !make_array (text, file, array, error))
    return FALSE;
  for (guint i = 0; words[i] != NULL; i++)
    if (!merge_word (text, file, array, unwanted, words[i], error))
      return FALSE;
  put_text (edit, file, text);
  return TRUE;
}
