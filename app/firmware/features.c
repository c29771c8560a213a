/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/features.h"

#include "app/app-error.h"
#include "app/firmware/board-file.h"
#include "app/firmware/macro-lines.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PREFIX "IMLIB_"

void
hs_feature_free (HsFeature *self)
{
  g_free (self->macro);
  g_free (self->comment);
  g_free (self->within);
  g_free (self->file);
  g_free (self);
}

/* --- reading --- */

/* "(64 KB)", "(75KBs)" in a comment */
static guint64
size_of_comment (const char *comment)
{
  g_autoptr (GRegex) regex = g_regex_new ("\\((\\d{1,5}) ?KBs?\\)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *digits = NULL;

  if (comment == NULL || !g_regex_match (regex, comment, 0, &match))
    return 0;
  digits = g_match_info_fetch (match, 1);
  return g_ascii_strtoull (digits, NULL, 10) * 1024;
}

static HsFeature *
feature_new (const char *macro, const char *file, gboolean on, guint line)
{
  const HsFeatureFact *fact = hs_feature_fact (macro);
  HsFeature *self = g_new0 (HsFeature, 1);

  self->macro = g_strdup (macro);
  self->group = fact != NULL ? fact->group : hs_feature_other_group ();
  self->title = fact != NULL ? fact->title : NULL;
  self->saves = fact != NULL ? fact->saves : 0;
  self->hold = fact != NULL ? fact->hold : NULL;
  self->on = on;
  self->line = line;
  self->file = g_strdup (file);
  return self;
}

static void
add_header (GPtrArray *features, const HsBoardFile *source)
{
  g_autoptr (GPtrArray) lines = hs_macro_lines_read (source->text, source->length, NULL);
  const char *sized = NULL; /* a size in a comment is that of the first switch below it */

  for (guint i = 0; i < lines->len; i++) {
    const HsMacroLine *line = g_ptr_array_index (lines, i);
    gboolean first = g_strcmp0 (sized, line->comment) != 0;
    HsFeature *feature;

    sized = line->comment;
    if (!g_str_has_prefix (line->name, PREFIX))
      continue;
    feature = feature_new (line->name, source->file, line->on, line->line);
    if (first && size_of_comment (line->comment) > 0)
      feature->saves = size_of_comment (line->comment);
    feature->comment = g_strdup (line->comment);
    feature->within = g_strdup (line->within);
    g_ptr_array_add (features, feature);
  }
}

/* "MICROPY_PY_TV = 1": where the digit is. */
typedef struct {
  char *name;
  gsize digit;
  gboolean on;
  guint line;
} MakeSwitch;

static gboolean
parse_switch (const HsBoardFile *source, gsize start, gsize end, MakeSwitch *found)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("^(MICROPY_\\w+)[ \\t]*:?=[ \\t]*([01])[ \\t\\r]*$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *line = g_strndup (source->text + start, end - start);
  int at;

  if (!g_regex_match (regex, line, 0, &match))
    return FALSE;
  g_match_info_fetch_pos (match, 2, &at, NULL);
  found->name = g_match_info_fetch (match, 1);
  found->digit = start + at;
  found->on = line[at] == '1';
  return TRUE;
}

/* From *@at on; %FALSE: there are no more. */
static gboolean
next_switch (const HsBoardFile *source, gsize *at, guint *number, MakeSwitch *found)
{
  while (*at < source->length) {
    const char *feed = memchr (source->text + *at, '\n', source->length - *at);
    gsize start = *at;
    gsize end = feed != NULL ? (gsize) (feed - source->text) : source->length;

    *at = end + 1;
    found->line = ++*number;
    if (parse_switch (source, start, end, found))
      return TRUE;
  }
  return FALSE;
}

/* Of the board's modules only those that are known to go, or known to stay, are shown. */
static void
add_modules (GPtrArray *features, const HsBoardFile *source)
{
  MakeSwitch found = { 0 };
  gsize at = 0;
  guint number = 0;

  while (next_switch (source, &at, &number, &found)) {
    if (hs_feature_fact (found.name) != NULL)
      g_ptr_array_add (features, feature_new (found.name, source->file, found.on, found.line));
    g_clear_pointer (&found.name, g_free);
  }
}

/* A tree need not have one. */
static gboolean
read_make (HsBoardFile *self, HsTree *tree, const char *target, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (hs_board_file_read (self, tree, HS_TREE_FILE_BOARD_MAKE, target, &local) ||
      g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

GPtrArray *
hs_features_read (HsTree *tree, const char *target, GError **error)
{
  g_autoptr (GPtrArray) features =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_feature_free);
  g_auto (HsBoardFile) header = { 0 };
  g_auto (HsBoardFile) make = { 0 };

  if (!hs_board_file_read (&header, tree, HS_TREE_FILE_IMLIB_CONFIG, target, error) ||
      !read_make (&make, tree, target, error))
    return NULL;
  add_header (features, &header);
  if (make.text != NULL)
    add_modules (features, &make);
  return g_steal_pointer (&features);
}

/* --- switching --- */

static gboolean
is_named (const char *const *macros, const char *name)
{
  return macros != NULL && g_strv_contains (macros, name);
}

/* Whether most switches that are off in this file say "// #define" or "//#define". */
static const char *
comment_style (GPtrArray *lines, const char *text)
{
  int spaced = 0;

  for (guint i = 0; i < lines->len; i++) {
    const HsMacroLine *line = g_ptr_array_index (lines, i);

    if (!line->on)
      spaced += text[line->define - 1] == ' ' ? 1 : -1;
  }
  return spaced > 0 ? "// " : "//";
}

/* Where "//" begins on a line that is off. */
static gsize
find_slashes (const HsMacroLine *line, const char *text)
{
  gsize at = line->start;

  while (text[at] != '/')
    at++;
  return at;
}

static char *
switch_header (const HsBoardFile *source, const char *const *on, const char *const *off)
{
  g_autoptr (GPtrArray) lines = hs_macro_lines_read (source->text, source->length, NULL);
  const char *style = comment_style (lines, source->text);
  GString *text = g_string_new_len (source->text, source->length);

  /* From the end: what stands before keeps its place. */
  for (guint i = lines->len; i > 0; i--) {
    const HsMacroLine *line = g_ptr_array_index (lines, i - 1);

    if (!g_str_has_prefix (line->name, PREFIX))
      continue;
    if (line->on && is_named (off, line->name)) {
      g_string_insert (text, line->define, style);
    } else if (!line->on && is_named (on, line->name)) {
      gsize slashes = find_slashes (line, source->text);

      g_string_erase (text, slashes, line->define - slashes);
    }
  }
  return g_string_free (text, FALSE);
}

static char *
switch_make (const HsBoardFile *source, const char *const *on, const char *const *off)
{
  char *text = g_strndup (source->text, source->length);
  MakeSwitch found = { 0 };
  gsize at = 0;
  guint number = 0;

  while (next_switch (source, &at, &number, &found)) {
    if (is_named (on, found.name))
      text[found.digit] = '1';
    else if (is_named (off, found.name))
      text[found.digit] = '0';
    g_clear_pointer (&found.name, g_free);
  }
  return text;
}

static gboolean
check_macro (GPtrArray *features,
             const char *target,
             const char *macro,
             gboolean on,
             GError **error)
{
  for (guint i = 0; i < features->len; i++) {
    const HsFeature *feature = g_ptr_array_index (features, i);

    if (!g_str_equal (feature->macro, macro))
      continue;
    if (feature->hold == NULL || feature->on == on)
      return TRUE;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NOT_OFFERED,
                 _ ("%s stays as it is. %s"),
                 macro,
                 _ (feature->hold));
    return FALSE;
  }
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               _ ("%s has no switch %s. “hotshoe features %s” lists them."),
               target,
               macro,
               target);
  return FALSE;
}

static gboolean
check_macros (GPtrArray *features,
              const char *target,
              const char *const *macros,
              gboolean on,
              GError **error)
{
  for (guint i = 0; macros != NULL && macros[i] != NULL; i++)
    if (!check_macro (features, target, macros[i], on, error))
      return FALSE;
  return TRUE;
}

static void
set_source (HsTreeEdit *edit, const HsBoardFile *source, char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  hs_tree_edit_set (edit, source->file, bytes);
}

HsTreeEdit *
hs_features_plan (HsTree *tree,
                  const char *target,
                  const char *const *on,
                  const char *const *off,
                  GError **error)
{
  g_autoptr (GPtrArray) features = hs_features_read (tree, target, error);
  g_autofree char *title = g_strdup_printf (_ ("Switch features of %s"), target);
  g_auto (HsBoardFile) header = { 0 };
  g_auto (HsBoardFile) make = { 0 };
  HsTreeEdit *edit;

  if (features == NULL || !check_macros (features, target, on, TRUE, error) ||
      !check_macros (features, target, off, FALSE, error) ||
      !hs_board_file_read (&header, tree, HS_TREE_FILE_IMLIB_CONFIG, target, error) ||
      !read_make (&make, tree, target, error))
    return NULL;

  edit = hs_tree_edit_new (hs_tree_get_root (tree), title);
  set_source (edit, &header, switch_header (&header, on, off));
  if (make.text != NULL)
    set_source (edit, &make, switch_make (&make, on, off));
  return edit;
}
