/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/json-span.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DEEPEST 64

typedef struct {
  const char *text;
  gsize at, length;
  guint depth;
} Reader;

void
hs_json_span_free (HsJsonSpan *self)
{
  g_free (self->key);
  g_free (self->text);
  g_clear_pointer (&self->children, g_ptr_array_unref);
  g_free (self);
}

/* --- reading --- */

static int
peek (const Reader *self)
{
  return self->at < self->length ? (guchar) self->text[self->at] : -1;
}

static void
skip_comment (Reader *self)
{
  gboolean block = self->text[self->at + 1] == '*';
  const char *rest = self->text + self->at + 2;
  gsize n = self->length - self->at - 2;
  const char *end = block ? g_strstr_len (rest, n, "*/") : memchr (rest, '\n', n);

  self->at = end != NULL ? (gsize) (end - self->text) + (block ? 2 : 0) : self->length;
}

static void
skip_space (Reader *self)
{
  for (;;) {
    int c = peek (self);

    if (c == '/' && self->at + 1 < self->length &&
        (self->text[self->at + 1] == '/' || self->text[self->at + 1] == '*'))
      skip_comment (self);
    else if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
      self->at++;
    else
      return;
  }
}

static gboolean
fail (const Reader *self, GError **error)
{
  guint line = 1;

  for (gsize i = 0; i < MIN (self->at, self->length); i++)
    line += self->text[i] == '\n';
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_MANIFEST,
               _ ("This is no JSON that Hotshoe can change: look at line %u."),
               line);
  return FALSE;
}

/* "text", from the first quote to behind the last; (transfer full) */
static char *
read_string (Reader *self, GError **error)
{
  gsize start = self->at++;
  g_autofree char *quoted = NULL;
  g_autoptr (JsonNode) node = NULL;

  while (self->at < self->length && self->text[self->at] != '"' && self->text[self->at] != '\n')
    self->at += self->text[self->at] == '\\' ? 2 : 1;
  if (self->at >= self->length || self->text[self->at] != '"') {
    fail (self, error);
    return NULL;
  }
  self->at++;
  quoted = g_strndup (self->text + start, self->at - start);
  node = json_from_string (quoted, NULL);
  if (node == NULL || json_node_get_value_type (node) != G_TYPE_STRING) {
    fail (self, error);
    return NULL;
  }
  return json_node_dup_string (node);
}

static HsJsonSpan *read_value (Reader *self, GError **error);

/* "key": value, or a value */
static gboolean
read_child (Reader *self, HsJsonSpan *container, GError **error)
{
  gsize key_start = self->at;
  g_autofree char *key = NULL;
  HsJsonSpan *child;

  if (container->kind == HS_SPAN_OBJECT) {
    if (peek (self) != '"')
      return fail (self, error);
    key = read_string (self, error);
    if (key == NULL)
      return FALSE;
    skip_space (self);
    if (peek (self) != ':')
      return fail (self, error);
    self->at++;
    skip_space (self);
  }
  child = read_value (self, error);
  if (child == NULL)
    return FALSE;
  child->key_start = key_start;
  child->key = g_steal_pointer (&key);
  g_ptr_array_add (container->children, child);
  return TRUE;
}

static gboolean
read_children (Reader *self, HsJsonSpan *container, GError **error)
{
  int closing = container->kind == HS_SPAN_OBJECT ? '}' : ']';

  container->children = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_json_span_free);
  self->at++;
  for (;;) {
    skip_space (self);
    if (peek (self) == closing)
      break;
    if (container->children->len > 0) {
      if (peek (self) != ',')
        return fail (self, error);
      self->at++;
      skip_space (self);
      if (peek (self) == closing)
        break;
    }
    if (!read_child (self, container, error))
      return FALSE;
  }
  self->at++;
  return TRUE;
}

static gboolean
read_other (Reader *self, HsJsonSpan *span, GError **error)
{
  gsize start = self->at;

  while (self->at < self->length &&
         (g_ascii_isalnum (self->text[self->at]) || strchr ("+-.", self->text[self->at]) != NULL) &&
         self->text[self->at] != '\0')
    self->at++;
  span->text = g_strndup (self->text + start, self->at - start);
  return self->at > start || fail (self, error);
}

static HsJsonSpan *
read_value (Reader *self, GError **error)
{
  g_autoptr (HsJsonSpan) span = g_new0 (HsJsonSpan, 1);
  gboolean ok;

  span->start = span->key_start = self->at;
  if (++self->depth > DEEPEST) {
    fail (self, error);
    return NULL;
  }
  if (peek (self) == '{' || peek (self) == '[') {
    span->kind = peek (self) == '{' ? HS_SPAN_OBJECT : HS_SPAN_ARRAY;
    ok = read_children (self, span, error);
  } else if (peek (self) == '"') {
    span->kind = HS_SPAN_STRING;
    span->text = read_string (self, error);
    ok = span->text != NULL;
  } else {
    span->kind = HS_SPAN_OTHER;
    ok = read_other (self, span, error);
  }
  self->depth--;
  span->end = self->at;
  return ok ? g_steal_pointer (&span) : NULL;
}

HsJsonSpan *
hs_json_span_read (const char *text, gsize length, GError **error)
{
  Reader reader = { .text = text, .length = length };
  g_autoptr (HsJsonSpan) span = NULL;

  if (length >= 3 && memcmp (text, "\xEF\xBB\xBF", 3) == 0)
    reader.at = 3;
  skip_space (&reader);
  span = read_value (&reader, error);
  if (span == NULL)
    return NULL;
  skip_space (&reader);
  if (reader.at < length) {
    fail (&reader, error);
    return NULL;
  }
  return g_steal_pointer (&span);
}

JsonObject *
hs_json_span_parse (const char *text, gsize length, GError **error)
{
  g_autoptr (HsJsonSpan) span = hs_json_span_read (text, length, error);
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (span == NULL)
    return NULL;
  if (span->kind != HS_SPAN_OBJECT || !g_utf8_validate_len (text, length, NULL)) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("it is no JSON object in UTF-8"));
    return NULL;
  }
  if (!json_parser_load_from_data (parser, text, length, error))
    return NULL;
  root = json_parser_get_root (parser);
  return json_object_ref (json_node_get_object (root));
}

const HsJsonSpan *
hs_json_span_member (const HsJsonSpan *self, const char *key)
{
  for (guint i = 0; self->kind == HS_SPAN_OBJECT && i < self->children->len; i++) {
    const HsJsonSpan *child = g_ptr_array_index (self->children, i);

    if (g_str_equal (child->key, key))
      return child;
  }
  return NULL;
}

const char *
hs_json_span_string (const HsJsonSpan *self, const char *key)
{
  const HsJsonSpan *member = hs_json_span_member (self, key);

  return member != NULL && member->kind == HS_SPAN_STRING ? member->text : NULL;
}

/* --- changing --- */

/* What stands before @at on its line, if that is only space: the indentation; (transfer full),
 * NULL: something else stands there. */
static char *
dup_indent (const char *text, gsize at)
{
  gsize start = at;

  while (start > 0 && text[start - 1] != '\n')
    start--;
  for (gsize i = start; i < at; i++)
    if (text[i] != ' ' && text[i] != '\t')
      return NULL;
  return g_strndup (text + start, at - start);
}

static char *
dup_line_indent (const char *text, gsize at)
{
  gsize start = at, end;

  while (start > 0 && text[start - 1] != '\n')
    start--;
  for (end = start; text[end] == ' ' || text[end] == '\t';)
    end++;
  return g_strndup (text + start, end - start);
}

static const char *
line_end (const GString *text)
{
  return strstr (text->str, "\r\n") != NULL ? "\r\n" : "\n";
}

/* How much further a child of a child stands: from what is there, else two spaces. */
static char *
dup_step (const char *text, const HsJsonSpan *container)
{
  for (guint i = 0; i < container->children->len; i++) {
    const HsJsonSpan *child = g_ptr_array_index (container->children, i);
    g_autofree char *outer = dup_indent (text, child->key_start);
    g_autofree char *inner = NULL;

    if (outer == NULL || child->children == NULL || child->children->len == 0)
      continue;
    inner = dup_indent (text, ((HsJsonSpan *) child->children->pdata[0])->key_start);
    if (inner != NULL && g_str_has_prefix (inner, outer) && strlen (inner) > strlen (outer))
      return g_strdup (inner + strlen (outer));
  }
  return NULL;
}

/* The lines of @value, but for the first, behind @indent; two spaces become @step. */
static char *
dup_indented (const char *value, const char *indent, const char *step, const char *end)
{
  g_auto (GStrv) lines = g_strsplit (value, "\n", -1);
  GString *all = g_string_new (lines[0]);

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
    gsize spaces = strspn (lines[i], " ");

    g_string_append_printf (all, "%s%s", end, indent);
    for (gsize n = 0; n + 1 < spaces; n += 2)
      g_string_append (all, step);
    g_string_append (all, lines[i] + spaces);
  }
  return g_string_free (all, FALSE);
}

void
hs_json_span_append (GString *text, const HsJsonSpan *container, const char *key, const char *value)
{
  guint n = container->children->len;
  const HsJsonSpan *last = n > 0 ? g_ptr_array_index (container->children, n - 1) : NULL;
  const char *end = line_end (text);
  g_autofree char *outer = dup_line_indent (text->str, container->start);
  g_autofree char *known = dup_step (text->str, container);
  const char *step = known != NULL ? known : strchr (outer, '\t') != NULL ? "\t" : "  ";
  g_autofree char *indent = last != NULL ? dup_indent (text->str, last->key_start) : NULL;
  g_autofree char *quoted = key != NULL ? hs_json_quote (key) : NULL;
  g_autofree char *lines = NULL;
  g_autoptr (GString) added = g_string_new (last != NULL ? "," : "");
  gsize at = last != NULL ? last->end : container->start + 1;

  if (indent == NULL && last != NULL && strchr (value, '\n') == NULL) {
    g_string_append (added, " "); /* all on one line */
    indent = g_strdup (outer);
  } else {
    if (indent == NULL)
      indent = g_strconcat (outer, step, NULL);
    g_string_append_printf (added, "%s%s", end, indent);
  }
  lines = dup_indented (value, indent, step, end);
  if (quoted != NULL)
    g_string_append_printf (added, "%s: ", quoted);
  g_string_append (added, lines);
  if (last == NULL && memchr (text->str + at, '\n', container->end - at) == NULL)
    g_string_append_printf (added, "%s%s", end, outer);
  g_string_insert (text, at, added->str);
}

void
hs_json_span_replace (GString *text, const HsJsonSpan *old, const char *value)
{
  g_autofree char *indent = dup_line_indent (text->str, old->key_start);
  g_autofree char *step = NULL;
  g_autofree char *lines = NULL;

  if (old->children != NULL && old->children->len > 0) {
    g_autofree char *inner =
        dup_indent (text->str, ((HsJsonSpan *) old->children->pdata[0])->key_start);

    if (inner != NULL && g_str_has_prefix (inner, indent) && strlen (inner) > strlen (indent))
      step = g_strdup (inner + strlen (indent));
  }
  lines = dup_indented (value, indent, step != NULL ? step : "  ", line_end (text));
  g_string_erase (text, old->start, old->end - old->start);
  g_string_insert (text, old->start, lines);
}

void
hs_json_span_remove (GString *text, const HsJsonSpan *container, guint child)
{
  const HsJsonSpan *span = g_ptr_array_index (container->children, child);
  gboolean is_last = child + 1 == container->children->len;
  gsize start = span->key_start, end = span->end;

  if (!is_last) {
    end = ((HsJsonSpan *) container->children->pdata[child + 1])->key_start;
  } else if (child > 0) {
    start = ((HsJsonSpan *) container->children->pdata[child - 1])->end;
  } else {
    while (start > container->start + 1 && g_ascii_isspace (text->str[start - 1]))
      start--;
    while (end < container->end - 1 && (g_ascii_isspace (text->str[end]) || text->str[end] == ','))
      end++;
  }
  g_string_erase (text, start, end - start);
}

char *
hs_json_quote (const char *text)
{
  g_autoptr (JsonNode) node = json_node_alloc ();

  json_node_init_string (node, text);
  return json_to_string (node, FALSE);
}
