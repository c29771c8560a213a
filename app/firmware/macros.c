/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/macros.h"

#include <string.h>

#define MOST_DEPTH 48
#define MOST_BYTES (4u * 1024u * 1024u)
#define MOST_WORDS 1000000

struct _HsMacros {
  GHashTable *texts; /* name -> text */
  GArray *branches;  /* Branch; the conditions that are open */
  guint words;       /* names that were looked up: A may be B + B, B be C + C, and so on */
};

typedef struct {
  gboolean active; /* these lines count */
  gboolean taken;  /* a branch of it was taken already */
  gboolean outer;  /* the lines around count */
} Branch;

/* An expression as it is read. @in_condition: unknown names are 0. */
typedef struct {
  HsMacros *macros;
  const char *at;
  guint depth;
  gboolean in_condition;
  gboolean bad;
} Reader;

HsMacros *
hs_macros_new (void)
{
  HsMacros *self = g_new0 (HsMacros, 1);

  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->branches = g_array_new (FALSE, FALSE, sizeof (Branch));
  return self;
}

void
hs_macros_free (HsMacros *self)
{
  if (self == NULL)
    return;

  g_hash_table_unref (self->texts);
  g_array_unref (self->branches);
  g_free (self);
}

void
hs_macros_define (HsMacros *self, const char *name, const char *text)
{
  g_hash_table_replace (self->texts, g_strdup (name), g_strstrip (g_strdup (text)));
}

gboolean
hs_macros_has (HsMacros *self, const char *name)
{
  return g_hash_table_contains (self->texts, name);
}

const char *
hs_macros_get_text (HsMacros *self, const char *name)
{
  return g_hash_table_lookup (self->texts, name);
}

/* --- expressions --- */

static guint64 read_or (Reader *reader);
static gboolean
evaluate (HsMacros *self, const char *text, guint depth, gboolean in_condition, guint64 *number);

static void
skip_blanks (Reader *reader)
{
  while (g_ascii_isspace (*reader->at))
    reader->at++;
}

static gboolean
take (Reader *reader, const char *sign)
{
  skip_blanks (reader);
  if (!g_str_has_prefix (reader->at, sign))
    return FALSE;
  reader->at += strlen (sign);
  return TRUE;
}

/* One sign that is not the beginning of a longer one. */
static gboolean
take_alone (Reader *reader, char sign, const char *not_before)
{
  skip_blanks (reader);
  if (*reader->at != sign || (reader->at[1] != '\0' && strchr (not_before, reader->at[1]) != NULL))
    return FALSE;
  reader->at++;
  return TRUE;
}

static gboolean
is_name (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

static char *
read_name (Reader *reader)
{
  const char *start;

  skip_blanks (reader);
  start = reader->at;
  while (is_name (*reader->at))
    reader->at++;
  return g_strndup (start, reader->at - start);
}

/* With what C and the linker put behind: U, L, K, M. */
static guint64
read_number (Reader *reader)
{
  char *end = NULL;
  guint64 number = g_ascii_strtoull (reader->at, &end, 0);

  while (*end != '\0' && strchr ("uUlLkKmM", *end) != NULL) {
    if (*end == 'k' || *end == 'K')
      number *= 1024;
    else if (*end == 'm' || *end == 'M')
      number *= 1024 * 1024;
    end++;
  }
  if (end == reader->at || is_name (*end))
    reader->bad = TRUE;
  reader->at = end;
  return number;
}

static guint64
read_defined (Reader *reader)
{
  gboolean bracket = take (reader, "(");
  g_autofree char *name = read_name (reader);

  if (bracket && !take (reader, ")"))
    reader->bad = TRUE;
  return hs_macros_has (reader->macros, name);
}

static guint64
read_word (Reader *reader)
{
  g_autofree char *name = read_name (reader);
  const char *text = hs_macros_get_text (reader->macros, name);
  guint64 number = 0;

  if (reader->in_condition && g_str_equal (name, "defined"))
    return read_defined (reader);
  if (++reader->macros->words > MOST_WORDS)
    reader->bad = TRUE;
  if (reader->bad)
    return 0;
  if (text == NULL) {
    reader->bad = reader->bad || !reader->in_condition;
    return 0;
  }
  if (!evaluate (reader->macros, text, reader->depth + 1, reader->in_condition, &number))
    reader->bad = TRUE;
  return number;
}

static guint64
read_one (Reader *reader)
{
  guint64 number;

  skip_blanks (reader);
  if (reader->bad || reader->depth++ > MOST_DEPTH) {
    reader->bad = TRUE;
    return 0;
  }
  if (take_alone (reader, '!', "="))
    number = !read_one (reader);
  else if (take (reader, "~"))
    number = ~read_one (reader);
  else if (take (reader, "-"))
    number = -read_one (reader);
  else if (take (reader, "+"))
    number = read_one (reader);
  else if (take (reader, "(")) {
    number = read_or (reader);
    if (!take (reader, ")"))
      reader->bad = TRUE;
  } else if (g_ascii_isdigit (*reader->at))
    number = read_number (reader);
  else if (is_name (*reader->at))
    number = read_word (reader);
  else {
    reader->bad = TRUE;
    number = 0;
  }
  reader->depth--;
  return number;
}

static guint64
read_product (Reader *reader)
{
  guint64 number = read_one (reader);

  while (!reader->bad) {
    gboolean times = take (reader, "*");
    gboolean over = !times && take (reader, "/");
    gboolean rest = !times && !over && take (reader, "%");
    guint64 right = times || over || rest ? read_one (reader) : 0;

    if (!times && !over && !rest)
      break;
    if (!times && right == 0)
      reader->bad = TRUE;
    else
      number = times ? number * right : over ? number / right : number % right;
  }
  return number;
}

static guint64
read_sum (Reader *reader)
{
  guint64 number = read_product (reader);

  while (!reader->bad) {
    if (take (reader, "+"))
      number += read_product (reader);
    else if (take (reader, "-"))
      number -= read_product (reader);
    else
      break;
  }
  return number;
}

static guint64
read_shift (Reader *reader)
{
  guint64 number = read_sum (reader);

  while (!reader->bad) {
    gboolean left = take (reader, "<<");
    gboolean right = !left && take (reader, ">>");
    guint64 by = left || right ? read_sum (reader) : 0;

    if (!left && !right)
      break;
    if (by > 63)
      number = 0;
    else
      number = left ? number << by : number >> by;
  }
  return number;
}

static guint64
read_comparison (Reader *reader)
{
  guint64 number = read_shift (reader);

  while (!reader->bad) {
    if (take (reader, "=="))
      number = number == read_shift (reader);
    else if (take (reader, "!="))
      number = number != read_shift (reader);
    else if (take (reader, "<="))
      number = number <= read_shift (reader);
    else if (take (reader, ">="))
      number = number >= read_shift (reader);
    else if (take (reader, "<"))
      number = number < read_shift (reader);
    else if (take (reader, ">"))
      number = number > read_shift (reader);
    else
      break;
  }
  return number;
}

static guint64
read_bit_and (Reader *reader)
{
  guint64 number = read_comparison (reader);

  while (!reader->bad && take_alone (reader, '&', "&"))
    number &= read_comparison (reader);
  return number;
}

static guint64
read_bits (Reader *reader)
{
  guint64 number = read_bit_and (reader);

  while (!reader->bad) {
    if (take (reader, "^"))
      number ^= read_bit_and (reader);
    else if (take_alone (reader, '|', "|"))
      number |= read_bit_and (reader);
    else
      break;
  }
  return number;
}

static guint64
read_and (Reader *reader)
{
  guint64 number = read_bits (reader);

  while (!reader->bad && take (reader, "&&"))
    number = (read_bits (reader) != 0) & (number != 0);
  return number;
}

static guint64
read_or (Reader *reader)
{
  guint64 number = read_and (reader);

  while (!reader->bad && take (reader, "||"))
    number = (read_and (reader) != 0) | (number != 0);
  return number;
}

static gboolean
evaluate (HsMacros *self, const char *text, guint depth, gboolean in_condition, guint64 *number)
{
  Reader reader = { .macros = self, .at = text, .depth = depth, .in_condition = in_condition };

  if (depth > MOST_DEPTH)
    return FALSE;
  *number = read_or (&reader);
  skip_blanks (&reader);
  return !reader.bad && *reader.at == '\0';
}

gboolean
hs_macros_evaluate (HsMacros *self, const char *expression, guint64 *number)
{
  guint64 found = 0;

  if (!evaluate (self, expression, 0, FALSE, &found))
    return FALSE;
  *number = found;
  return TRUE;
}

gboolean
hs_macros_get_number (HsMacros *self, const char *name, guint64 *number)
{
  const char *text = hs_macros_get_text (self, name);

  return text != NULL && hs_macros_evaluate (self, text, number);
}

/* --- files --- */

/* Comments become one blank; strings are left alone. */
static char *
strip_comments (const char *text)
{
  GString *out = g_string_new (NULL);

  while (*text != '\0') {
    const char *end = text + 1;

    if (g_str_has_prefix (text, "//")) {
      end = text + strcspn (text, "\n");
      g_string_append_c (out, ' ');
    } else if (g_str_has_prefix (text, "/*")) {
      end = strstr (text + 2, "*/");
      end = end != NULL ? end + 2 : text + strlen (text);
      g_string_append_c (out, ' ');
      for (const char *c = text; c < end; c++)
        if (*c == '\n')
          g_string_append_c (out, '\n');
    } else if (*text == '"') {
      while (*end != '\0' && *end != '"' && *end != '\n')
        end += *end == '\\' && end[1] != '\0' ? 2 : 1;
      end += *end == '"';
      g_string_append_len (out, text, end - text);
    } else {
      g_string_append_c (out, *text);
    }
    text = end;
  }
  return g_string_free (out, FALSE);
}

static gboolean
is_active (HsMacros *self)
{
  return self->branches->len == 0 ||
         g_array_index (self->branches, Branch, self->branches->len - 1).active;
}

static void
open_branch (HsMacros *self, gboolean condition)
{
  Branch branch = { .outer = is_active (self) };

  branch.active = branch.taken = branch.outer && condition;
  g_array_append_val (self->branches, branch);
}

static void
next_branch (HsMacros *self, gboolean condition)
{
  Branch *branch;

  if (self->branches->len == 0)
    return;
  branch = &g_array_index (self->branches, Branch, self->branches->len - 1);
  branch->active = branch->outer && !branch->taken && condition;
  branch->taken = branch->taken || branch->active;
}

static gboolean
holds (HsMacros *self, const char *condition)
{
  guint64 number = 0;

  return evaluate (self, condition, 0, TRUE, &number) && number != 0;
}

static void
read_define (HsMacros *self, const char *rest)
{
  gsize length = 0;
  g_autofree char *name = NULL;

  while (is_name (rest[length]))
    length++;
  name = g_strndup (rest, length);
  if (length > 0 && rest[length] != '(')
    hs_macros_define (self, name, rest + length);
}

static void
read_directive (HsMacros *self, const char *line)
{
  gsize length;
  g_autofree char *word = NULL;
  g_autofree char *rest = NULL;

  while (g_ascii_isspace (*line))
    line++;
  length = strspn (line, "abcdefghijklmnopqrstuvwxyz");
  word = g_strndup (line, length);
  rest = g_strstrip (g_strdup (line + length));

  if (g_str_equal (word, "if"))
    open_branch (self, holds (self, rest));
  else if (g_str_equal (word, "ifdef"))
    open_branch (self, hs_macros_has (self, rest));
  else if (g_str_equal (word, "ifndef"))
    open_branch (self, !hs_macros_has (self, rest));
  else if (g_str_equal (word, "elif"))
    next_branch (self, holds (self, rest));
  else if (g_str_equal (word, "else"))
    next_branch (self, TRUE);
  else if (g_str_equal (word, "endif") && self->branches->len > 0)
    g_array_set_size (self->branches, self->branches->len - 1);
  else if (g_str_equal (word, "define") && is_active (self))
    read_define (self, rest);
  else if (g_str_equal (word, "undef") && is_active (self))
    g_hash_table_remove (self->texts, rest);
}

/* Whether the next line belongs to it; what says so goes, and blanks at its end. */
static gboolean
goes_on (GString *line)
{
  gsize length = line->len;

  while (length > 0 && g_ascii_isspace (line->str[length - 1]))
    length--;
  if (length == 0 || line->str[length - 1] != '\\') {
    g_string_truncate (line, length);
    return FALSE;
  }
  g_string_truncate (line, length - 1);
  return TRUE;
}

char *
hs_macros_read (HsMacros *self, const char *text)
{
  g_autofree char *stripped = strip_comments (text);
  g_auto (GStrv) lines = g_strsplit (stripped, "\n", -1);
  GString *out = g_string_new (NULL);

  g_array_set_size (self->branches, 0);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (GString) line = g_string_new (lines[i]);
    const char *start;

    while (goes_on (line) && lines[i + 1] != NULL) {
      g_string_append_c (line, ' ');
      g_string_append (line, lines[++i]);
    }
    for (start = line->str; g_ascii_isspace (*start);)
      start++;
    if (*start == '#')
      read_directive (self, start + 1);
    else if (is_active (self))
      g_string_append_printf (out, "%s\n", line->str);
  }
  return g_string_free (out, FALSE);
}

char *
hs_macros_read_file (HsMacros *self, const char *path)
{
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL) || length > MOST_BYTES ||
      strlen (text) != length)
    return NULL;
  return hs_macros_read (self, text);
}
