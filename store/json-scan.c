/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/json-scan.h"

#include <string.h>

enum { MAX_DEPTH = 64 };

/* Skips when it has nowhere to put what it reads. */
typedef struct {
  const char *at;
  guint depth;
  GString *text; /* of the string read last, unescaped; NULL: strings are only skipped */
} Scan;

/* What is looked for in the outermost object. */
typedef struct {
  const char *name;
  gboolean found;
  char *text; /* nullable */
} Wanted;

static void
skip_space (Scan *self)
{
  while (*self->at == ' ' || *self->at == '\t' || *self->at == '\n' || *self->at == '\r')
    self->at++;
}

static gboolean
skip_char (Scan *self, char c)
{
  if (*self->at != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
read_hex (Scan *self, gunichar *unit)
{
  *unit = 0;
  for (guint i = 0; i < 4; i++) {
    if (!g_ascii_isxdigit (*self->at))
      return FALSE;
    *unit = *unit << 4 | (gunichar) g_ascii_xdigit_value (*self->at++);
  }
  return TRUE;
}

/* After "\u": one code point, of one or two units. */
static gboolean
read_code_point (Scan *self)
{
  gunichar unit, second;

  if (!read_hex (self, &unit))
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00) {
    if (!skip_char (self, '\\') || !skip_char (self, 'u') || !read_hex (self, &second) ||
        second < 0xdc00 || second > 0xdfff)
      return FALSE;
    unit = 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
  }
  if (unit == 0 || !g_unichar_validate (unit))
    return FALSE;
  if (self->text != NULL)
    g_string_append_unichar (self->text, unit);
  return TRUE;
}

static gboolean
read_escape (Scan *self)
{
  static const char from[] = "\"\\/bfnrt";
  static const char to[] = "\"\\/\b\f\n\r\t";
  const char *known;

  if (skip_char (self, 'u'))
    return read_code_point (self);
  known = *self->at != '\0' ? strchr (from, *self->at) : NULL;
  if (known == NULL)
    return FALSE;
  self->at++;
  if (self->text != NULL)
    g_string_append_c (self->text, to[known - from]);
  return TRUE;
}

static gboolean
read_string (Scan *self)
{
  if (!skip_char (self, '"'))
    return FALSE;
  if (self->text != NULL)
    g_string_truncate (self->text, 0);

  for (;;) {
    const char *start = self->at;

    while ((guchar) *self->at >= 0x20 && *self->at != '"' && *self->at != '\\')
      self->at++;
    if (self->text != NULL)
      g_string_append_len (self->text, start, self->at - start);
    if (skip_char (self, '"'))
      return TRUE;
    if (!skip_char (self, '\\') || !read_escape (self))
      return FALSE;
  }
}

static gboolean
skip_digits (Scan *self)
{
  const char *start = self->at;

  while (g_ascii_isdigit (*self->at))
    self->at++;
  return self->at > start;
}

/* @whole: whether it is an integer */
static gboolean
skip_number (Scan *self, gboolean *whole)
{
  *whole = TRUE;
  skip_char (self, '-');
  if (!skip_char (self, '0') && !skip_digits (self))
    return FALSE;
  if (skip_char (self, '.')) {
    *whole = FALSE;
    if (!skip_digits (self))
      return FALSE;
  }
  if (*self->at == 'e' || *self->at == 'E') {
    *whole = FALSE;
    self->at++;
    if (!skip_char (self, '-'))
      skip_char (self, '+');
    return skip_digits (self);
  }
  return TRUE;
}

static gboolean
skip_word (Scan *self, const char *word)
{
  gsize length = strlen (word);

  if (strncmp (self->at, word, length) != 0)
    return FALSE;
  self->at += length;
  return TRUE;
}

static gboolean read_value (Scan *self, JsonNode **node);

static gboolean
read_array (Scan *self, JsonNode **node)
{
  g_autoptr (JsonArray) array = node != NULL ? json_array_new () : NULL;

  self->at++;
  skip_space (self);
  if (!skip_char (self, ']'))
    for (;;) {
      g_autoptr (JsonNode) value = NULL;

      if (!read_value (self, node != NULL ? &value : NULL))
        return FALSE;
      if (node != NULL)
        json_array_add_element (array, g_steal_pointer (&value));
      skip_space (self);
      if (skip_char (self, ']'))
        break;
      if (!skip_char (self, ','))
        return FALSE;
    }
  if (node != NULL)
    *node = json_node_init_array (json_node_alloc (), array);
  return TRUE;
}

static gboolean
read_member (Scan *self, JsonObject *object)
{
  g_autoptr (JsonNode) value = NULL;
  g_autofree char *name = NULL;

  skip_space (self);
  if (!read_string (self))
    return FALSE;
  if (object != NULL)
    name = g_strndup (self->text->str, self->text->len);
  skip_space (self);
  if (!skip_char (self, ':') || !read_value (self, object != NULL ? &value : NULL))
    return FALSE;
  if (object != NULL)
    json_object_set_member (object, name, g_steal_pointer (&value));
  return TRUE;
}

static gboolean
read_object (Scan *self, JsonObject *object)
{
  self->at++;
  skip_space (self);
  if (skip_char (self, '}'))
    return TRUE;
  for (;;) {
    if (!read_member (self, object))
      return FALSE;
    skip_space (self);
    if (skip_char (self, '}'))
      return TRUE;
    if (!skip_char (self, ','))
      return FALSE;
  }
}

static gboolean
read_object_value (Scan *self, JsonNode **node)
{
  g_autoptr (JsonObject) object = node != NULL ? json_object_new () : NULL;

  if (!read_object (self, object))
    return FALSE;
  if (node != NULL)
    *node = json_node_init_object (json_node_alloc (), object);
  return TRUE;
}

static gboolean
read_number (Scan *self, JsonNode **node)
{
  const char *start = self->at;
  gboolean whole;

  if (!skip_number (self, &whole))
    return FALSE;
  if (node != NULL && whole)
    *node = json_node_init_int (json_node_alloc (), g_ascii_strtoll (start, NULL, 10));
  else if (node != NULL)
    *node = json_node_init_double (json_node_alloc (), g_ascii_strtod (start, NULL));
  return TRUE;
}

static gboolean
read_word (Scan *self, JsonNode **node)
{
  gboolean is_true = *self->at == 't';

  if (skip_word (self, "null")) {
    if (node != NULL)
      *node = json_node_init_null (json_node_alloc ());
    return TRUE;
  }
  if (!skip_word (self, is_true ? "true" : "false"))
    return FALSE;
  if (node != NULL)
    *node = json_node_init_boolean (json_node_alloc (), is_true);
  return TRUE;
}

static gboolean
read_string_value (Scan *self, JsonNode **node)
{
  if (!read_string (self))
    return FALSE;
  if (node != NULL)
    *node = json_node_init_string (json_node_alloc (), self->text->str);
  return TRUE;
}

static gboolean
read_value (Scan *self, JsonNode **node)
{
  gboolean read;

  skip_space (self);
  if (self->depth >= MAX_DEPTH)
    return FALSE;
  self->depth++;
  if (*self->at == '"')
    read = read_string_value (self, node);
  else if (*self->at == '{')
    read = read_object_value (self, node);
  else if (*self->at == '[')
    read = read_array (self, node);
  else if (*self->at == '-' || g_ascii_isdigit (*self->at))
    read = read_number (self, node);
  else
    read = read_word (self, node);
  self->depth--;
  return read;
}

/* -- without building anything -------------------------------------------------------------- */

/* Names without escapes are compared where they stand; the others are read. */
static gboolean
read_name (Scan *self, const char *name, gboolean *same)
{
  const char *start = self->at + 1;
  gsize length = strlen (name);

  self->text = NULL;
  if (!read_string (self))
    return FALSE;
  *same = (gsize) (self->at - 1 - start) == length && strncmp (start, name, length) == 0;
  return TRUE;
}

static gboolean
take_value (Scan *self, Wanted *wanted)
{
  g_autoptr (GString) text = NULL;
  gboolean read;

  wanted->found = TRUE;
  g_clear_pointer (&wanted->text, g_free);
  skip_space (self);
  if (*self->at != '"')
    return read_value (self, NULL);

  text = g_string_sized_new (80);
  self->text = text;
  read = read_string (self);
  self->text = NULL;
  if (read && text->len > 0)
    wanted->text = g_string_free (g_steal_pointer (&text), FALSE);
  return read;
}

/* As with json-glib, the last of several members of one name counts. */
static gboolean
look_for (const char *text, Wanted *wanted)
{
  Scan scan = { .at = text };
  gboolean same;

  skip_space (&scan);
  if (!skip_char (&scan, '{'))
    return FALSE;
  skip_space (&scan);
  if (skip_char (&scan, '}'))
    return TRUE;
  for (;;) {
    skip_space (&scan);
    if (!read_name (&scan, wanted->name, &same))
      return FALSE;
    skip_space (&scan);
    if (!skip_char (&scan, ':') || !(same ? take_value (&scan, wanted) : read_value (&scan, NULL)))
      return FALSE;
    skip_space (&scan);
    if (skip_char (&scan, '}'))
      return TRUE;
    if (!skip_char (&scan, ','))
      return FALSE;
  }
}

gboolean
hs_json_is_object (const char *text)
{
  Scan scan = { .at = text };

  skip_space (&scan);
  if (*scan.at != '{' || !read_object (&scan, NULL))
    return FALSE;
  skip_space (&scan);
  return *scan.at == '\0';
}

char *
hs_json_find_text (const char *text, const char *name)
{
  Wanted wanted = { .name = name };

  if (look_for (text, &wanted))
    return wanted.text;
  g_free (wanted.text);
  return NULL;
}

gboolean
hs_json_has_member (const char *text, const char *name)
{
  Wanted wanted = { .name = name };
  gboolean read = look_for (text, &wanted);

  g_free (wanted.text);
  return read && wanted.found;
}

JsonObject *
hs_json_read_object (const char *text)
{
  g_autoptr (GString) string = g_string_sized_new (256);
  g_autoptr (JsonObject) object = NULL;
  Scan scan = { .at = text, .text = string };

  if (!g_utf8_validate (text, -1, NULL))
    return NULL;
  skip_space (&scan);
  if (*scan.at != '{')
    return NULL;
  object = json_object_new ();
  if (!read_object (&scan, object))
    return NULL;
  skip_space (&scan);
  return *scan.at == '\0' ? g_steal_pointer (&object) : NULL;
}
