/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/log-line-private.h"

#include <string.h>

#define MOST_CHARACTERS 2000

/**
 * HsLogLine:
 *
 * One line of a build's log, as it is shown.
 */
struct _HsLogLine {
  GObject parent_instance;

  guint number; /* from 1 */
  HsLogKind kind;
  char *text;
};

G_DEFINE_FINAL_TYPE (HsLogLine, hs_log_line, G_TYPE_OBJECT)

static void
hs_log_line_finalize (GObject *object)
{
  HsLogLine *self = HS_LOG_LINE (object);

  g_free (self->text);

  G_OBJECT_CLASS (hs_log_line_parent_class)->finalize (object);
}

static void
hs_log_line_class_init (HsLogLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_log_line_finalize;
}

static void
hs_log_line_init (HsLogLine *self)
{
}

/* Valid UTF-8 of at most MOST_CHARACTERS, then "…". */
static char *
dup_shown (const char *bytes, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (bytes, length);
  const char *end;

  if (length <= MOST_CHARACTERS || g_utf8_strlen (valid, -1) <= MOST_CHARACTERS)
    return g_steal_pointer (&valid);
  end = g_utf8_offset_to_pointer (valid, MOST_CHARACTERS);
  return g_strdup_printf ("%.*s…", (int) (end - valid), valid);
}

/**
 * hs_log_line_new:
 * @number: from 1
 * @kind: what it is
 * @bytes: its text, whatever bytes these are; (array length=length)
 * @length: in bytes; more than %HS_LOG_LINE_ENOUGH are never looked at
 */
HsLogLine *
hs_log_line_new (guint number, HsLogKind kind, const char *bytes, gsize length)
{
  HsLogLine *self = g_object_new (HS_TYPE_LOG_LINE, NULL);

  self->number = number;
  self->kind = kind;
  self->text = dup_shown (bytes, MIN (length, HS_LOG_LINE_ENOUGH));
  return self;
}

guint
hs_log_line_get_number (HsLogLine *self)
{
  g_return_val_if_fail (HS_IS_LOG_LINE (self), 0);

  return self->number;
}

const char *
hs_log_line_get_text (HsLogLine *self)
{
  g_return_val_if_fail (HS_IS_LOG_LINE (self), NULL);

  return self->text;
}

HsLogKind
hs_log_line_get_kind (HsLogLine *self)
{
  g_return_val_if_fail (HS_IS_LOG_LINE (self), HS_LOG_PLAIN);

  return self->kind;
}

/* --- what a line is --- */

static gboolean
has (const char *line, gsize length, const char *word)
{
  return memmem (line, length, word, strlen (word)) != NULL;
}

static gboolean
begins (const char *line, gsize length, const char *word)
{
  gsize n = strlen (word);

  return length >= n && memcmp (line, word, n) == 0;
}

static gboolean
has_any (const char *line, gsize length, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (has (line, length, words[i]))
      return TRUE;
  return FALSE;
}

static gboolean
begins_any (const char *line, gsize length, const char *const *words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (begins (line, length, words[i]))
      return TRUE;
  return FALSE;
}

/* What make prints without V=1; each stands for a file that was made. */
static gboolean
is_step (const char *line, gsize length)
{
  static const char *const words[] = { "CC ",  "CXX ", "AS ",   "CL ",        "MPY ",
                                       "GEN ", "AR ",  "LINK ", "PreProcess", NULL };

  return begins_any (line, length, words);
}

static gboolean
is_error (const char *line, gsize length, gboolean is_stderr)
{
  static const char *const anywhere[] = {
    ": error:",
    ": fatal error:",
    ": *** ",
    "] Error ",
    "will not fit in region",
    " overflowed by ",
    "undefined reference to",
    "multiple definition of",
    "romfs partition overflow",
    " error executing \"",
    "command not found",
    "No space left on device",
    NULL,
  };
  static const char *const front[] = {
    "error compiling ", "error: ", "Error: ", "ERROR: ", "fatal: ", "OSError: ", NULL,
  };
  static const char *const python[] = {
    "SyntaxError: ",
    "FileNotFoundError: ",
    "ModuleNotFoundError: ",
    "ImportError: ",
    "Exception: ",
    "IndentationError: ",
    "TabError: ",
    NULL,
  };

  /* The compiler's whole command, many kB: what it is about comes after it. */
  if (begins (line, length, "Command '"))
    return FALSE;
  return has_any (line, length, anywhere) || begins_any (line, length, front) ||
         begins_any (line, length, python) ||
         (is_stderr && has (line, length, ": No such file or directory"));
}

static gboolean
is_note (const char *line, gsize length)
{
  static const char *const words[] = {
    "Memory region",
    "QSTR updated",
    "Module registrations",
    "Root pointer registrations",
    "Compressed data",
    "romfs image:",
    "Including User C Module",
    "Use make V=1",
    "   text\t   data",
    "== ",
    "make: Entering",
    "make: Leaving",
    "   text    data",
    "Partition size",
    NULL,
  };

  if (begins_any (line, length, words))
    return TRUE;
  return length > 2 && line[length - 1] == '%' && line[0] == ' ' && has (line, length, "B  ");
}

/**
 * hs_log_classify:
 * @line: (array length=length): without colour codes and line end; need not be UTF-8
 * @length: in bytes
 * @is_stderr: it came by standard error
 */
HsLogKind
hs_log_classify (const char *line, gsize length, gboolean is_stderr)
{
  if (is_step (line, length))
    return HS_LOG_STEP;
  if (is_error (line, length, is_stderr))
    return HS_LOG_ERROR;
  if (has (line, length, "warning: ") || has (line, length, "Warning: "))
    return HS_LOG_WARNING;
  return is_note (line, length) ? HS_LOG_NOTE : HS_LOG_PLAIN;
}
