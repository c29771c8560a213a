/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-source.h"

#include <string.h>

/* Just enough of make to find what the tree passes to a converter: assignments, lines that go on,
 * ifeq, ifneq, else and endif around them, $(NAME) and $(filter …) in conditions. What a condition
 * of another kind says is not known: its first branch counts. */

typedef struct {
  const char *name; /* of the variable that is looked for */
  const char *core; /* MCU_CORE */
  char *series;     /* MCU_SERIES; owned */
  const char *root; /* TOP_DIR */
  const char *cpu;  /* CPU; nullable */
  GArray *skipped;  /* gboolean of each condition around: its lines don't count */
  char *value;      /* owned; NULL: not found */
} Make;

static void
make_clear (Make *self)
{
  g_free (self->series);
  g_free (self->value);
  g_array_unref (self->skipped);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Make, make_clear)

static const char *
find_variable (const Make *self, const char *name)
{
  if (g_str_equal (name, "MCU_CORE"))
    return self->core;
  if (g_str_equal (name, "MCU_SERIES"))
    return self->series;
  if (g_str_equal (name, "TOP_DIR"))
    return self->root;
  return g_str_equal (name, "CPU") ? self->cpu : NULL;
}

/* The end of "$(…" that begins at @at: its bracket. */
static const char *
find_bracket (const char *at)
{
  int depth = 0;

  for (; *at != '\0'; at++) {
    if (*at == '(')
      depth++;
    else if (*at == ')' && --depth == 0)
      return at;
  }
  return NULL;
}

static char *expand (const Make *self, const char *text, guint depth, gboolean *known);

/* "filter PATTERNS,WORDS" without its name: the words that are among the patterns. */
static char *
filter (const Make *self, const char *arguments, guint depth, gboolean *known)
{
  g_autofree char *expanded = expand (self, arguments, depth, known);
  g_auto (GStrv) sides = g_strsplit (expanded, ",", 2);
  g_autoptr (GString) out = g_string_new (NULL);

  if (g_strv_length (sides) == 2) {
    g_auto (GStrv) patterns = g_strsplit_set (sides[0], " \t", -1);
    g_auto (GStrv) words = g_strsplit_set (sides[1], " \t", -1);

    for (char **word = words; *word != NULL; word++)
      if (**word != '\0' && g_strv_contains ((const char *const *) patterns, *word))
        g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", *word);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* @known: (inout): becomes FALSE where something is not known */
static char *
expand (const Make *self, const char *text, guint depth, gboolean *known)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text != '\0') {
    const char *end = text[0] == '$' && text[1] == '(' ? find_bracket (text + 1) : NULL;
    g_autofree char *inner = NULL;

    if (end == NULL || depth > 8) {
      g_string_append_c (out, *text++);
      continue;
    }
    inner = g_strndup (text + 2, end - text - 2);
    text = end + 1;
    if (g_str_has_prefix (inner, "filter ")) {
      g_autofree char *words = filter (self, inner + 7, depth + 1, known);

      g_string_append (out, words);
    } else if (find_variable (self, inner) != NULL) {
      g_string_append (out, find_variable (self, inner));
    } else {
      *known = FALSE;
    }
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* "(A,B)" of ifeq. */
static gboolean
is_equal (const Make *self, const char *arguments, gboolean *known)
{
  const char *end = find_bracket (arguments);
  int depth = 0;

  for (const char *at = arguments; end != NULL && at < end; at++) {
    if (*at == '(')
      depth++;
    else if (*at == ')')
      depth--;
    if (*at == ',' && depth == 1) {
      g_autofree char *left = g_strndup (arguments + 1, at - arguments - 1);
      g_autofree char *right = g_strndup (at + 1, end - at - 1);
      g_autofree char *a = expand (self, left, 0, known);
      g_autofree char *b = expand (self, right, 0, known);

      return g_str_equal (g_strstrip (a), g_strstrip (b));
    }
  }
  *known = FALSE;
  return FALSE;
}

/* Whether the lines behind this condition are skipped. */
static gboolean
is_skipped (const Make *self, const char *condition)
{
  gboolean known = TRUE;
  gboolean equal;

  if (g_str_has_prefix (condition, "ifeq "))
    equal = is_equal (self, strchr (condition, '(') ?: "", &known);
  else if (g_str_has_prefix (condition, "ifneq "))
    equal = !is_equal (self, strchr (condition, '(') ?: "", &known);
  else
    return FALSE; /* ifdef … */
  return known && !equal;
}

/* TRUE: @line was a condition. */
static gboolean
follow_condition (Make *self, const char *line)
{
  gboolean *innermost = self->skipped->len > 0
                            ? &g_array_index (self->skipped, gboolean, self->skipped->len - 1)
                            : NULL;

  if (g_str_has_prefix (line, "if")) {
    gboolean skipped = is_skipped (self, line);

    if (strncmp (line, "ifeq", 4) != 0 && strncmp (line, "ifneq", 5) != 0 &&
        strncmp (line, "ifdef", 5) != 0 && strncmp (line, "ifndef", 6) != 0)
      return FALSE;
    g_array_append_val (self->skipped, skipped);
    return TRUE;
  }
  if (g_str_has_prefix (line, "endif")) {
    if (innermost != NULL)
      g_array_set_size (self->skipped, self->skipped->len - 1);
    return TRUE;
  }
  if (g_str_has_prefix (line, "else") && (line[4] == '\0' || line[4] == ' ')) {
    const char *condition = line + 4 + strspn (line + 4, " ");

    if (innermost != NULL) /* a branch was taken: no other one is */
      *innermost = *innermost ? *condition != '\0' && is_skipped (self, condition) : TRUE;
    return TRUE;
  }
  return FALSE;
}

static void
take_line (Make *self, const char *line)
{
  gsize length = strlen (self->name);
  gboolean known = TRUE;
  gboolean weak;

  if (follow_condition (self, line))
    return;
  for (guint i = 0; i < self->skipped->len; i++)
    if (g_array_index (self->skipped, gboolean, i))
      return;
  if (strncmp (line, self->name, length) != 0)
    return;
  line += length;
  line += strspn (line, " \t");
  weak = *line == '?';
  line += strspn (line, "?:");
  if (*line != '=' || (weak && self->value != NULL))
    return;

  line++;
  g_free (self->value);
  self->value = expand (self, line + strspn (line, " \t"), 0, &known);
}

static void
take_file (Make *self, const char *path)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) joined = g_string_new (NULL);

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_utf8_validate (text, -1, NULL))
    return;
  g_array_set_size (self->skipped, 0);
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++) {
    gsize length = strlen (g_strchomp (*line));

    if (length > 0 && (*line)[length - 1] == '\\') {
      (*line)[length - 1] = ' ';
      g_string_append (joined, *line);
      continue;
    }
    g_string_append (joined, *line);
    take_line (self, joined->str + strspn (joined->str, " "));
    g_string_truncate (joined, 0);
  }
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* All *.mk of the port's folder, by name. */
static void
take_port (Make *self, const char *port)
{
  g_autofree char *folder = g_build_filename (self->root, "ports", port, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".mk"))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_paths);
  for (guint i = 0; i < names->len; i++)
    take_file (self, g_ptr_array_index (names, i));
}

/* "STM32H743xx" -> "h7" */
static char *
series_of (const char *mcu)
{
  g_autofree char *part = NULL;

  if (mcu == NULL || strlen (mcu) < 7)
    return g_strdup ("");
  part = g_strndup (mcu + 5, 2);
  return g_ascii_strdown (part, -1);
}

char *
hs_romfs_make_value (HsTree *tree, const char *target, guint core, const char *name)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, target);
  g_autofree char *config = hs_tree_dup_path (tree, HS_TREE_FILE_BOARD_MAKE, target);
  g_auto (Make) make = { .name = name,
                         .core = core == 0 ? "M55_HP" : "M55_HE",
                         .root = hs_tree_get_root (tree),
                         .skipped = g_array_new (FALSE, FALSE, sizeof (gboolean)) };

  make.series = series_of (board != NULL ? board->mcu : NULL);
  make.cpu = board != NULL ? board->cpu : NULL;
  take_file (&make, config);
  if (make.value == NULL && board != NULL && board->port != NULL)
    take_port (&make, board->port);
  return g_steal_pointer (&make.value);
}
