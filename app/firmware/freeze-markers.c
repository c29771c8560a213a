/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/freeze-markers.h"

#include "app/app-error.h"
#include "app/firmware/python.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MARK  "# hotshoe:"
#define BEGIN "# hotshoe: begin"
#define END   "# hotshoe: end"
#define LINES "# hotshoe: lines " /* and the digest of those between the two */
/* Stands in people's files: not translated. */
#define BEGIN_LINE BEGIN " (these lines are Hotshoe's; the next freeze replaces them)"

/* --- lines --- */

typedef struct {
  const char *start;
  gsize length; /* with its end */
  guint number; /* from 1 */
} Line;

static gboolean
next_line (const char *text, gsize length, Line *line)
{
  const char *end = text + length;
  const char *start = line->start == NULL ? text : line->start + line->length;
  const char *newline;

  if (start >= end)
    return FALSE;
  newline = memchr (start, '\n', end - start);
  line->start = start;
  line->length = newline != NULL ? (gsize) (newline - start) + 1 : (gsize) (end - start);
  line->number++;
  return TRUE;
}

static gboolean
begins_with (const Line *line, const char *word)
{
  gsize length = strlen (word);

  return line->length >= length && strncmp (line->start, word, length) == 0;
}

/* "# hotshoe: file PATH DIGEST"; the path may have blanks. */
static void
take_file (const Line *line, const char *kind, GHashTable *files)
{
  g_autofree char *prefix = g_strconcat (MARK " ", kind, " ", NULL);
  g_autofree char *rest = NULL;
  char *blank;

  if (!begins_with (line, prefix))
    return;
  rest = g_strndup (line->start + strlen (prefix), line->length - strlen (prefix));
  g_strstrip (rest);
  blank = strrchr (rest, ' ');
  if (blank == NULL || strlen (blank + 1) != 64)
    return;
  *blank = '\0';
  g_hash_table_insert (files, g_strdup (rest), g_strdup (blank + 1));
}

char *
hs_freeze_block_file_line (const char *kind, const char *file, const char *digest)
{
  return g_strdup_printf (MARK " %s %s %s", kind, file, digest);
}

GHashTable *
hs_freeze_block_files (const char *text)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Line line = { NULL };
  gboolean inside = FALSE;

  while (next_line (text, strlen (text), &line)) {
    if (begins_with (&line, BEGIN))
      inside = TRUE;
    else if (begins_with (&line, END))
      inside = FALSE;
    else if (inside)
      take_file (&line, "file", files);
  }
  return files;
}

/* --- whose the lines are --- */

static void
add_line (GChecksum *sum, const char *start, gsize length)
{
  while (length > 0 && (start[length - 1] == '\n' || start[length - 1] == '\r'))
    length--;
  g_checksum_update (sum, (const guchar *) start, length);
  g_checksum_update (sum, (const guchar *) "\n", 1);
}

static char *
digest_line (const char *const *lines)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; lines[i] != NULL; i++)
    add_line (sum, lines[i], strlen (lines[i]));
  return g_strconcat (LINES, g_checksum_get_string (sum), NULL);
}

/* Blocks of before there were digests have none. */
static void
check_lines (HsFreezeBlock *self)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *digest = NULL;
  Line line = { NULL };

  while (next_line (self->text, strlen (self->text), &line)) {
    if (line.number <= self->first || line.number >= self->last)
      continue;
    if (!begins_with (&line, LINES)) {
      add_line (sum, line.start, line.length);
      continue;
    }
    g_free (digest);
    digest = g_strndup (line.start + strlen (LINES), line.length - strlen (LINES));
    g_strchomp (digest);
  }
  self->altered = digest != NULL && strcmp (digest, g_checksum_get_string (sum)) != 0;
}

/* --- reading --- */

static gboolean
refuse (const char *file, guint line, const char *why, GError **error)
{
  g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST, "%s:%u: %s", file, line, why);
  return FALSE;
}

JsonObject *
hs_freeze_parse (const char *text, GError **error)
{
  static const char *const scripts[] = { "read-manifest.py", NULL };
  g_autoptr (JsonObject) input = json_object_new ();
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  hs_json_set_string (input, "text", valid);
  return hs_python_run (scripts, g_get_tmp_dir (), input, NULL, error);
}

/* One line that belongs to us, or should. */
static gboolean
take_marker (HsFreezeBlock *self,
             const char *file,
             const Line *line,
             gboolean *inside,
             GError **error)
{
  gsize at = line->start - self->text;

  if (begins_with (line, BEGIN)) {
    if (self->first != 0)
      return refuse (
          file, line->number, _ ("a second “hotshoe: begin”; only one can be right"), error);
    self->start = at;
    self->first = line->number;
    *inside = TRUE;
  } else if (begins_with (line, END)) {
    if (!*inside)
      return refuse (
          file, line->number, _ ("“hotshoe: end” without a “hotshoe: begin” above it"), error);
    self->end = at + line->length;
    self->last = line->number;
    *inside = FALSE;
  } else if (*inside) {
    take_file (line, "file", self->files);
    take_file (line, "rom", self->rom);
  }
  return TRUE;
}

static gboolean
find_markers (HsFreezeBlock *self, const char *file, gsize length, GError **error)
{
  Line line = { NULL };
  gboolean inside = FALSE;

  while (next_line (self->text, length, &line))
    if (!take_marker (self, file, &line, &inside, error))
      return FALSE;
  if (inside)
    return refuse (file, self->first, _ ("“hotshoe: begin” without its “hotshoe: end”"), error);
  return TRUE;
}

static gboolean
is_comment (const Line *line)
{
  return line->start != NULL && line->length > 0 && line->start[0] == '#';
}

/* Before the line that freezes _boot.py, and the comment right above it; else at the end. */
static void
find_place (HsFreezeBlock *self, gsize length)
{
  guint boot = json_object_get_int_member_with_default (self->parsed, "boot", 0);
  gsize place = length;
  gsize comment = length;
  gboolean in_comment = FALSE;
  Line line = { NULL };

  while (next_line (self->text, length, &line)) {
    if (line.number == boot) {
      place = in_comment ? comment : (gsize) (line.start - self->text);
      break;
    }
    if (is_comment (&line) && !in_comment)
      comment = line.start - self->text;
    in_comment = is_comment (&line);
  }
  self->start = self->end = place;
}

static gboolean
is_marked_end (const HsFreezeBlock *self)
{
  return self->end > self->start && self->text[self->end - 1] != '\n';
}

static gboolean
check_parsed (HsFreezeBlock *self, const char *file, GError **error)
{
  JsonObject *wrong;

  if (json_object_get_null_member (self->parsed, "error"))
    return TRUE;
  wrong = json_object_get_object_member (self->parsed, "error");
  return refuse (file,
                 json_object_get_int_member (wrong, "line"),
                 json_object_get_string_member (wrong, "text"),
                 error);
}

HsFreezeBlock *
hs_freeze_block_read (const char *file, const char *text, gsize length, GError **error)
{
  g_autoptr (HsFreezeBlock) self = g_new0 (HsFreezeBlock, 1);

  self->text = g_strndup (text, length);
  self->line_end = strstr (self->text, "\r\n") != NULL ? "\r\n" : "\n";
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->rom = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (strlen (self->text) != length) {
    refuse (file, 1, _ ("this is no text: it has a zero byte"), error);
    return NULL;
  }
  if (!find_markers (self, file, length, error))
    return NULL;
  check_lines (self);
  self->parsed = hs_freeze_parse (self->text, error);
  if (self->parsed == NULL || !check_parsed (self, file, error))
    return NULL;
  if (self->first == 0)
    find_place (self, length);
  /* At the very end of a file whose last line had no end, the one before our part is ours. */
  else if (is_marked_end (self) && self->start > 0)
    self->start -= self->start >= 2 && self->text[self->start - 2] == '\r' ? 2 : 1;
  return g_steal_pointer (&self);
}

void
hs_freeze_block_free (HsFreezeBlock *self)
{
  g_free (self->text);
  g_clear_pointer (&self->files, g_hash_table_unref);
  g_clear_pointer (&self->rom, g_hash_table_unref);
  g_clear_pointer (&self->parsed, json_object_unref);
  g_free (self);
}

/* --- writing --- */

char *
hs_freeze_block_replace (HsFreezeBlock *self, const char *const *lines)
{
  GString *text = g_string_new_len (self->text, self->start);
  gboolean open_end = text->len > 0 && text->str[text->len - 1] != '\n';

  if (lines != NULL) {
    g_autofree char *digest = digest_line (lines);

    if (open_end)
      g_string_append (text, self->line_end);
    g_string_append_printf (text, "%s%s", BEGIN_LINE, self->line_end);
    g_string_append_printf (text, "%s%s", digest, self->line_end);
    for (guint i = 0; lines[i] != NULL; i++)
      g_string_append_printf (text, "%s%s", lines[i], self->line_end);
    g_string_append_printf (text, "%s%s", END, open_end ? "" : self->line_end);
  }
  g_string_append (text, self->text + self->end);
  return g_string_free (text, FALSE);
}
