/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/macro-lines.h"

#include <string.h>

#define MOST_LINES 20000
#define DEEPEST    32 /* conditions, brackets, names that stand for names */
#define MOST_STEPS 10000
#define KIB        G_GUINT64_CONSTANT (1024)
#define MIB        (KIB * KIB)

/* One "#if" that is open. */
typedef struct {
  char *text; /* its condition, "!(…)" in its else; nullable: the include guard */
  gboolean taken;
  gboolean any; /* a branch was taken before */
} Condition;

typedef struct {
  const char *text;
  GPtrArray *lines; /* HsMacroLine */
  GArray *open;     /* Condition */
  const char *const *given;
  GString *comment;
  gboolean comment_used; /* it stands above a define already */
} Reader;

static void
line_free (gpointer data)
{
  HsMacroLine *self = data;

  g_free (self->name);
  g_free (self->within);
  g_free (self->comment);
  g_free (self);
}

static void
condition_clear (gpointer data)
{
  g_free (((Condition *) data)->text);
}

/* --- numbers and conditions: what the preprocessor and the linker have in common --- */

typedef struct {
  const char *at;
  GPtrArray *lines;
  const char *text;
  const char *const *given; /* nullable */
  gboolean condition;       /* names that are not known are 0 */
  gboolean bad;
  guint depth;
  guint steps;
} Sum;

static gint64 sum_or (Sum *self);

static void
skip_spaces (Sum *self)
{
  while (g_ascii_isspace (*self->at))
    self->at++;
}

static gboolean
take (Sum *self, const char *word)
{
  skip_spaces (self);
  if (!g_str_has_prefix (self->at, word))
    return FALSE;
  self->at += strlen (word);
  return TRUE;
}

static char *
take_name (Sum *self)
{
  const char *start;

  skip_spaces (self);
  start = self->at;
  while (g_ascii_isalnum (*self->at) || *self->at == '_')
    self->at++;
  return g_strndup (start, self->at - start);
}

static gboolean
is_given (Sum *self, const char *name)
{
  return self->given != NULL && g_strv_contains (self->given, name);
}

static gint64
sum_defined (Sum *self)
{
  gboolean bracket = take (self, "(");
  g_autofree char *name = take_name (self);

  if (bracket && !take (self, ")"))
    self->bad = TRUE;
  return is_given (self, name) || hs_macro_lines_find (self->lines, name) != NULL;
}

static gint64
sum_name (Sum *self)
{
  g_autofree char *name = take_name (self);
  const HsMacroLine *line;
  g_autofree char *value = NULL;
  Sum inner = *self;
  gint64 number;

  if (g_str_equal (name, "defined"))
    return sum_defined (self);
  if (is_given (self, name))
    return 1;
  line = hs_macro_lines_find (self->lines, name);
  if (line == NULL || line->value == line->value_end) {
    self->bad |= !self->condition;
    return 0;
  }

  value = hs_macro_line_dup_value (line, self->text);
  inner.at = value;
  inner.depth++;
  number = inner.depth < DEEPEST ? sum_or (&inner) : 0;
  skip_spaces (&inner);
  self->bad |= inner.bad || *inner.at != '\0' || inner.depth >= DEEPEST;
  self->steps = inner.steps;
  return number;
}

/* 480K, 4M, 0x20000, 12u */
static gint64
sum_number (Sum *self)
{
  char *end;
  guint64 number = g_ascii_strtoull (self->at, &end, 0);

  self->at = end;
  if (*self->at == 'K' || *self->at == 'k')
    number *= KIB;
  else if (*self->at == 'M')
    number *= MIB;
  if (*self->at == 'K' || *self->at == 'k' || *self->at == 'M')
    self->at++;
  while (*self->at == 'u' || *self->at == 'U' || *self->at == 'l' || *self->at == 'L')
    self->at++;
  self->bad |= g_ascii_isalnum (*self->at) || number > G_MAXINT64 / 4;
  return number > G_MAXINT64 / 4 ? 0 : (gint64) number;
}

static gint64
sum_unary (Sum *self)
{
  gint64 number;

  skip_spaces (self);
  if (++self->depth > DEEPEST || ++self->steps > MOST_STEPS)
    self->bad = TRUE;
  if (self->bad)
    return 0;
  if (*self->at == '!' && self->at[1] != '=') {
    self->at++;
    number = !sum_unary (self);
  } else if (*self->at == '(') {
    self->at++;
    number = sum_or (self);
    self->bad |= !take (self, ")");
  } else if (g_ascii_isdigit (*self->at)) {
    number = sum_number (self);
  } else if (g_ascii_isalpha (*self->at) || *self->at == '_') {
    number = sum_name (self);
  } else {
    self->bad = TRUE;
    number = 0;
  }
  self->depth--;
  return number;
}

static gint64
sum_product (Sum *self)
{
  gint64 number = sum_unary (self);

  while (!self->bad) {
    gint64 other;

    if (take (self, "*")) {
      other = sum_unary (self);
      self->bad |= __builtin_mul_overflow (number, other, &number);
    } else if (take (self, "/")) {
      other = sum_unary (self);
      self->bad |= other <= 0;
      number = self->bad ? 0 : number / other;
    } else {
      break;
    }
  }
  return number;
}

static gint64
sum_plus (Sum *self)
{
  gint64 number = sum_product (self);

  while (!self->bad) {
    if (take (self, "+"))
      self->bad |= __builtin_add_overflow (number, sum_product (self), &number);
    else if (take (self, "-"))
      self->bad |= __builtin_sub_overflow (number, sum_product (self), &number);
    else
      break;
  }
  return number;
}

static gint64
sum_compare (Sum *self)
{
  gint64 number = sum_plus (self);

  if (take (self, "=="))
    return number == sum_plus (self);
  if (take (self, "!="))
    return number != sum_plus (self);
  if (take (self, ">="))
    return number >= sum_plus (self);
  if (take (self, "<="))
    return number <= sum_plus (self);
  if (take (self, ">"))
    return number > sum_plus (self);
  if (take (self, "<"))
    return number < sum_plus (self);
  return number;
}

static gint64
sum_and (Sum *self)
{
  gint64 number = sum_compare (self);

  while (!self->bad && take (self, "&&"))
    number = (sum_compare (self) != 0) & (number != 0);
  return number;
}

static gint64
sum_or (Sum *self)
{
  gint64 number = sum_and (self);

  while (!self->bad && take (self, "||"))
    number = (sum_and (self) != 0) | (number != 0);
  return number;
}

gboolean
hs_macro_number (GPtrArray *lines, const char *text, const char *value, guint64 *number)
{
  Sum sum = { .at = value, .lines = lines, .text = text };
  gint64 result = sum_or (&sum);

  skip_spaces (&sum);
  if (sum.bad || *sum.at != '\0' || result < 0)
    return FALSE;
  *number = result;
  return TRUE;
}

/* --- reading --- */

static gboolean
holds (Reader *self, const char *condition)
{
  Sum sum = { .at = condition,
              .lines = self->lines,
              .text = self->text,
              .given = self->given,
              .condition = TRUE };

  return sum_or (&sum) != 0 && !sum.bad;
}

static gboolean
is_taken (Reader *self)
{
  for (guint i = 0; i < self->open->len; i++)
    if (!g_array_index (self->open, Condition, i).taken)
      return FALSE;
  return TRUE;
}

static char *
dup_within (Reader *self)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < self->open->len; i++) {
    const char *text = g_array_index (self->open, Condition, i).text;

    if (text != NULL)
      g_string_append_printf (all, "%s%s", all->len > 0 ? " && " : "", text);
  }
  return all->len > 0 ? g_string_free (g_steal_pointer (&all), FALSE) : NULL;
}

/* "#ifndef X" as the first thing of a file, with "#define X" below it */
static gboolean
is_guard (Reader *self, const char *line, const char *end, const char *name)
{
  const char *next = end;
  g_autofree char *define = g_strdup_printf ("#define %s", name);

  if (self->open->len > 0 || self->lines->len > 0)
    return FALSE;
  while (*next == '\r' || *next == '\n')
    next++;
  return g_str_has_prefix (next, define) && strchr ("\r\n \t", next[strlen (define)]) != NULL;
}

static void
open_condition (Reader *self, const char *line, const char *end, const char *word, char *rest)
{
  Condition condition = { 0 };

  if (self->open->len >= DEEPEST * 4)
    return;
  if (g_str_equal (word, "ifndef") && is_guard (self, line, end, rest))
    condition.taken = condition.any = TRUE;
  else if (g_str_equal (word, "ifdef"))
    condition.text = g_strdup_printf ("defined(%s)", rest);
  else if (g_str_equal (word, "ifndef"))
    condition.text = g_strdup_printf ("!defined(%s)", rest);
  else
    condition.text = g_strdup (rest);

  if (condition.text != NULL)
    condition.taken = condition.any = holds (self, condition.text);
  g_array_append_val (self->open, condition);
}

static void
turn_condition (Reader *self, const char *word, const char *rest)
{
  Condition *last;

  if (self->open->len == 0)
    return;
  last = &g_array_index (self->open, Condition, self->open->len - 1);
  if (g_str_equal (word, "elif")) {
    g_free (last->text);
    last->text = g_strdup (rest);
    last->taken = !last->any && holds (self, rest);
  } else {
    char *text = last->text != NULL ? g_strdup_printf ("!(%s)", last->text) : NULL;

    g_free (last->text);
    last->text = text;
    last->taken = !last->any;
  }
  last->any |= last->taken;
}

/* Where what follows on a line ends: before a comment, and before the spaces before that. */
static const char *
find_value_end (const char *at, const char *end)
{
  const char *stop = at;

  for (; at < end; at++) {
    if (*at == '/' && at + 1 < end && (at[1] == '/' || at[1] == '*'))
      break;
    if (!g_ascii_isspace (*at))
      stop = at + 1;
  }
  return stop;
}

static void
add_define (Reader *self, const char *start, const char *hash, const char *at, const char *end)
{
  HsMacroLine *line;
  const char *name;

  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  name = at;
  while (at < end && (g_ascii_isalnum (*at) || *at == '_'))
    at++;
  if (at == name || self->lines->len >= MOST_LINES || (at < end && *at == '('))
    return;

  line = g_new0 (HsMacroLine, 1);
  line->name = g_strndup (name, at - name);
  line->on = hash == start;
  line->define = hash - self->text;
  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  line->value_end = find_value_end (at, end) - self->text;
  line->value = MIN ((gsize) (at - self->text), line->value_end);
  line->end = end - self->text;
  line->within = dup_within (self);
  line->taken = is_taken (self);
  self->comment_used = TRUE;
  line->comment = self->comment->len > 0 ? g_strdup (self->comment->str) : NULL;
  g_ptr_array_add (self->lines, line);
}

/* What stands behind "//": a switch that is off, or words. */
static void
read_comment (Reader *self, const char *start, const char *end)
{
  const char *at = start + 2;
  const char *text;

  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  text = at;
  if (at < end && *at == '#') {
    const char *hash = at++;

    while (at < end && (*at == ' ' || *at == '\t'))
      at++;
    if (end - at > 6 && strncmp (at, "define", 6) == 0 && g_ascii_isspace (at[6])) {
      add_define (self, start, hash, at + 6, end);
      return;
    }
  }
  if (self->comment_used)
    g_string_truncate (self->comment, 0);
  self->comment_used = FALSE;
  g_string_append_printf (
      self->comment, "%s%.*s", self->comment->len > 0 ? " " : "", (int) (end - text), text);
}

static void
read_directive (Reader *self, const char *start, const char *end)
{
  const char *at = start + 1;
  const char *begin;
  g_autofree char *word = NULL;
  g_autofree char *rest = NULL;

  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  begin = at;
  while (at < end && g_ascii_isalpha (*at))
    at++;
  word = g_strndup (begin, at - begin);
  if (g_str_equal (word, "define")) {
    add_define (self, start, start, at, end);
    return;
  }
  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  rest = g_strndup (at, find_value_end (at, end) - at);
  if (g_str_has_prefix (word, "if"))
    open_condition (self, start, end, word, rest);
  else if (g_str_equal (word, "elif") || g_str_equal (word, "else"))
    turn_condition (self, word, rest);
  else if (g_str_equal (word, "endif") && self->open->len > 0)
    g_array_set_size (self->open, self->open->len - 1);
}

/* The line from @line to @end; %TRUE while a block comment goes on. */
static gboolean
read_line (Reader *self, const char *line, const char *end, gboolean in_block)
{
  const char *at = line;
  const char *open;

  while (at < end && (*at == ' ' || *at == '\t'))
    at++;
  if (in_block)
    return g_strstr_len (at, end - at, "*/") == NULL;
  if (at == end) {
    g_string_truncate (self->comment, 0);
    return FALSE;
  }
  if (end - at >= 2 && at[0] == '/' && at[1] == '/') {
    read_comment (self, at, end);
    return FALSE;
  }
  if (*at == '#')
    read_directive (self, at, end);
  else
    g_string_truncate (self->comment, 0);
  open = g_strrstr_len (at, end - at, "/*");
  return open != NULL && g_strstr_len (open, end - open, "*/") == NULL;
}

GPtrArray *
hs_macro_lines_read (const char *text, gsize length, const char *const *given)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (line_free);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (Condition));
  g_autoptr (GString) comment = g_string_new (NULL);
  Reader reader = {
    .text = text, .lines = lines, .open = open, .given = given, .comment = comment
  };
  gboolean in_block = FALSE;
  guint number = 0;

  g_array_set_clear_func (open, condition_clear);
  for (gsize at = 0; at < length;) {
    const char *line = text + at;
    const char *feed = memchr (line, '\n', length - at);
    const char *end = feed != NULL ? feed : text + length;
    guint before = lines->len;

    at = end - text + (feed != NULL);
    number++;
    if (end > line && end[-1] == '\r')
      end--;
    in_block = read_line (&reader, line, end, in_block);
    if (lines->len > before) {
      HsMacroLine *last = g_ptr_array_index (lines, lines->len - 1);

      last->start = line - text;
      last->line = number;
    }
  }
  return g_steal_pointer (&lines);
}

const HsMacroLine *
hs_macro_lines_find (GPtrArray *lines, const char *name)
{
  for (guint i = lines->len; i > 0; i--) {
    const HsMacroLine *line = g_ptr_array_index (lines, i - 1);

    if (line->on && line->taken && g_str_equal (line->name, name))
      return line;
  }
  return NULL;
}

char *
hs_macro_line_dup_value (const HsMacroLine *line, const char *text)
{
  return g_strndup (text + line->value, line->value_end - line->value);
}

/* --- writing --- */

char *
hs_macro_dup_styled (const char *value, guint64 bytes)
{
  gboolean bracket = *value == '(';
  g_autofree char *number = NULL;

  if (strstr (value, "1024") != NULL && strchr (value, '*') != NULL && bytes % KIB == 0)
    number = g_strdup_printf ("%" G_GUINT64_FORMAT " * 1024", bytes / KIB);
  else if (g_str_has_prefix (value, "0x"))
    number = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "X", bytes);
  else if (strchr (value, 'M') != NULL && bytes % MIB == 0)
    number = g_strdup_printf ("%" G_GUINT64_FORMAT "M", bytes / MIB);
  else if (bytes % KIB == 0)
    number = g_strdup_printf ("%" G_GUINT64_FORMAT "K", bytes / KIB);
  else
    return NULL;
  return bracket ? g_strdup_printf ("(%s)", number) : g_steal_pointer (&number);
}
