/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/diff-model.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_LINE = 600 }; /* bytes that are shown of one line */

/* One row, as a piece of the text. */
typedef struct {
  HsDiffKind kind;
  HsDiffFate fate;
  const char *text;
  guint length;
  guint number;
  guint n_added;
  guint n_removed;
} Row;

/* -- a row that is looked at ------------------------------------------------------------------ */

struct _HsDiffLine {
  GObject parent_instance;

  Row row; /* its text lies in @copy */
  char *copy;
};

G_DEFINE_FINAL_TYPE (HsDiffLine, hs_diff_line, G_TYPE_OBJECT)

static void
hs_diff_line_finalize (GObject *object)
{
  g_free (HS_DIFF_LINE (object)->copy);
  G_OBJECT_CLASS (hs_diff_line_parent_class)->finalize (object);
}

static void
hs_diff_line_class_init (HsDiffLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_diff_line_finalize;
}

static void
hs_diff_line_init (HsDiffLine *self)
{
}

static HsDiffLine *
line_new (const Row *row)
{
  HsDiffLine *self = g_object_new (HS_TYPE_DIFF_LINE, NULL);
  gboolean cut = row->length > LONGEST_LINE;
  g_autofree char *valid = g_utf8_make_valid (row->text, cut ? LONGEST_LINE : row->length);

  self->row = *row;
  self->copy = cut ? g_strconcat (valid, "…", NULL) : g_steal_pointer (&valid);
  return self;
}

HsDiffKind
hs_diff_line_get_kind (HsDiffLine *self)
{
  g_return_val_if_fail (HS_IS_DIFF_LINE (self), HS_DIFF_NOTE);

  return self->row.kind;
}

const char *
hs_diff_line_get_text (HsDiffLine *self)
{
  g_return_val_if_fail (HS_IS_DIFF_LINE (self), NULL);

  return self->copy;
}

guint
hs_diff_line_get_number (HsDiffLine *self)
{
  g_return_val_if_fail (HS_IS_DIFF_LINE (self), 0);

  return self->row.number;
}

HsDiffFate
hs_diff_line_get_fate (HsDiffLine *self)
{
  g_return_val_if_fail (HS_IS_DIFF_LINE (self), HS_DIFF_CHANGED);

  return self->row.fate;
}

guint
hs_diff_line_get_n_added (HsDiffLine *self)
{
  g_return_val_if_fail (HS_IS_DIFF_LINE (self), 0);

  return self->row.n_added;
}

guint
hs_diff_line_get_n_removed (HsDiffLine *self)
{
  g_return_val_if_fail (HS_IS_DIFF_LINE (self), 0);

  return self->row.n_removed;
}

/* -- the list --------------------------------------------------------------------------------- */

struct _HsDiffModel {
  GObject parent_instance;

  char *text;
  GArray *rows; /* Row */
  guint n_files;
  guint n_added;
  guint n_removed;
};

static GType
model_get_item_type (GListModel *list)
{
  return HS_TYPE_DIFF_LINE;
}

static guint
model_get_n_items (GListModel *list)
{
  return HS_DIFF_MODEL (list)->rows->len;
}

static gpointer
model_get_item (GListModel *list, guint position)
{
  HsDiffModel *self = HS_DIFF_MODEL (list);

  return position < self->rows->len ? line_new (&g_array_index (self->rows, Row, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = model_get_item_type;
  iface->get_n_items = model_get_n_items;
  iface->get_item = model_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HsDiffModel,
                               hs_diff_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
hs_diff_model_finalize (GObject *object)
{
  HsDiffModel *self = HS_DIFF_MODEL (object);

  g_free (self->text);
  g_array_unref (self->rows);
  G_OBJECT_CLASS (hs_diff_model_parent_class)->finalize (object);
}

static void
hs_diff_model_class_init (HsDiffModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_diff_model_finalize;
}

static void
hs_diff_model_init (HsDiffModel *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
}

/* -- reading ---------------------------------------------------------------------------------- */

/* Where the reader is: inside a hunk nothing but the hunk's lines is looked for. */
typedef struct {
  HsDiffModel *model;
  int file;                 /* index of the heading; -1: none yet */
  guint old_line, new_line; /* of the next lines */
  guint old_left, new_left; /* lines of the hunk that are still to come */
  const char *old_name;     /* of "--- name"; nullable */
  guint old_length;
  const char *git_name; /* of a file that comes or goes and had no lines so far; nullable */
  guint git_length;
  HsDiffFate git_fate;
} Reader;

static void
add_row (Reader *self, HsDiffKind kind, const char *text, gsize length, guint number)
{
  Row row = { .kind = kind, .text = text, .length = length, .number = number };

  g_array_append_val (self->model->rows, row);
}

/* Without the time behind a tab. */
static guint
name_length (const char *name, gsize length)
{
  const char *tab = memchr (name, '\t', length);

  return tab != NULL ? tab - name : length;
}

static gboolean
is_name (const char *text, guint length, const char *name)
{
  return length == strlen (name) && strncmp (text, name, length) == 0;
}

static void
add_file (Reader *self, const char *name, guint length, HsDiffFate fate)
{
  self->file = self->model->rows->len;
  self->model->n_files++;
  add_row (self, HS_DIFF_FILE, name, length, 0);
  g_array_index (self->model->rows, Row, self->file).fate = fate;
}

/* A file without a line has no line in a diff but git's. */
static void
end_git_file (Reader *self)
{
  if (self->git_name != NULL && self->git_fate != HS_DIFF_CHANGED)
    add_file (self, self->git_name, self->git_length, self->git_fate);
  self->git_name = NULL;
}

static void
begin_file (Reader *self, const char *name, guint length)
{
  gboolean gone = is_name (name, length, "/dev/null");
  gboolean fresh =
      self->old_name != NULL && is_name (self->old_name, self->old_length, "/dev/null");

  if (gone && self->old_name != NULL) {
    name = self->old_name;
    length = self->old_length;
  }
  if (length > 2 && name[1] == '/' && (name[0] == 'a' || name[0] == 'b')) {
    name += 2;
    length -= 2;
  }
  if (self->git_name != NULL && self->git_length == length &&
      strncmp (self->git_name, name, length) == 0)
    self->git_name = NULL;
  end_git_file (self);
  add_file (self, name, length, gone ? HS_DIFF_GONE : fresh ? HS_DIFF_NEW : HS_DIFF_CHANGED);
  self->old_name = NULL;
}

static void
count (Reader *self, gboolean added)
{
  Row *file = self->file >= 0 ? &g_array_index (self->model->rows, Row, self->file) : NULL;

  if (added)
    self->model->n_added++;
  else
    self->model->n_removed++;
  if (file != NULL && added)
    file->n_added++;
  else if (file != NULL)
    file->n_removed++;
}

static void
read_hunk_line (Reader *self, const char *line, gsize length)
{
  if (length == 0) { /* some editors take the blank of an empty line away */
    self->old_left -= self->old_left > 0;
    self->new_left -= self->new_left > 0;
    self->old_line++;
    add_row (self, HS_DIFF_SAME, line, 0, self->new_line++);
    return;
  }

  if (line[0] == '+' && self->new_left > 0) {
    self->new_left--;
    count (self, TRUE);
    add_row (self, HS_DIFF_ADDED, line + 1, length - 1, self->new_line++);
  } else if (line[0] == '-' && self->old_left > 0) {
    self->old_left--;
    count (self, FALSE);
    add_row (self, HS_DIFF_REMOVED, line + 1, length - 1, self->old_line++);
  } else if (line[0] == ' ') {
    self->old_left -= self->old_left > 0;
    self->new_left -= self->new_left > 0;
    self->old_line++;
    add_row (self, HS_DIFF_SAME, line + 1, length - 1, self->new_line++);
  } else {
    add_row (self, HS_DIFF_NOTE, line, length, 0);
  }
}

/* "@@ -12,7 +12,9 @@"; a length that is not said is 1. */
static gboolean
read_hunk_head (Reader *self, const char *line)
{
  guint old_start, new_start, n_old = 1, n_new = 1;

  if (sscanf (line, "@@ -%u,%u +%u,%u @@", &old_start, &n_old, &new_start, &n_new) != 4) {
    n_old = n_new = 1;
    if (sscanf (line, "@@ -%u,%u +%u @@", &old_start, &n_old, &new_start) != 3) {
      n_old = n_new = 1;
      if (sscanf (line, "@@ -%u +%u,%u @@", &old_start, &new_start, &n_new) != 3) {
        n_new = 1;
        if (sscanf (line, "@@ -%u +%u @@", &old_start, &new_start) != 2)
          return FALSE;
      }
    }
  }
  self->old_line = old_start;
  self->new_line = new_start;
  self->old_left = n_old;
  self->new_left = n_new;
  return TRUE;
}

/* "Binary files a/x and b/x differ" */
static gboolean
read_binary (Reader *self, const char *line, gsize length)
{
  const char *first = line + strlen ("Binary files ");
  const char *end = line + length - strlen (" differ");
  const char *middle;

  if (!g_str_has_prefix (line, "Binary files ") || end <= first ||
      strncmp (end, " differ", strlen (" differ")) != 0)
    return FALSE;
  middle = g_strstr_len (first, end - first, " and ");
  if (middle == NULL)
    return FALSE;

  self->old_name = first;
  self->old_length = middle - first;
  begin_file (self, middle + strlen (" and "), end - middle - strlen (" and "));
  add_row (self, HS_DIFF_NOTE, line, length, 0);
  return TRUE;
}

/* "diff --git a/NAME b/NAME", and what git says of it. TRUE: it is no line of a file. */
static gboolean
read_git (Reader *self, const char *line, gsize length)
{
  static const char *const heads[] = { "diff ", "index ", "old mode ", "new mode ", "Only in " };
  const gsize begin = strlen ("diff --git a/");

  if (g_str_has_prefix (line, "diff --git a/") && length > begin + strlen (" b/")) {
    end_git_file (self);
    self->git_name = line + begin;
    self->git_length = (length - begin - strlen (" b/")) / 2;
    self->git_fate = HS_DIFF_CHANGED;
    return TRUE;
  }
  if (g_str_has_prefix (line, "new file mode ") || g_str_has_prefix (line, "deleted file mode ")) {
    self->git_fate = line[0] == 'n' ? HS_DIFF_NEW : HS_DIFF_GONE;
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    if (g_str_has_prefix (line, heads[i]))
      return TRUE;
  return FALSE;
}

static void
read_line (Reader *self, const char *line, gsize length)
{
  if (self->old_left > 0 || self->new_left > 0) {
    read_hunk_line (self, line, length);
    return;
  }

  if (g_str_has_prefix (line, "--- ")) {
    self->old_name = line + 4;
    self->old_length = name_length (line + 4, length - 4);
  } else if (g_str_has_prefix (line, "+++ ")) {
    begin_file (self, line + 4, name_length (line + 4, length - 4));
  } else if (g_str_has_prefix (line, "@@ ") && read_hunk_head (self, line)) {
    add_row (self, HS_DIFF_HUNK, line, length, 0);
  } else if (length > 0 && !read_binary (self, line, length) && !read_git (self, line, length)) {
    add_row (self, HS_DIFF_NOTE, line, length, 0);
  }
}

HsDiffModel *
hs_diff_model_new (const char *diff)
{
  HsDiffModel *self = g_object_new (HS_TYPE_DIFF_MODEL, NULL);
  Reader reader = { .model = self, .file = -1 };
  const char *line, *end;

  self->text = g_strdup (diff != NULL ? diff : "");
  for (line = self->text; *line != '\0'; line = *end == '\n' ? end + 1 : end) {
    end = strchr (line, '\n');
    if (end == NULL)
      end = line + strlen (line);
    read_line (&reader, line, end - line);
  }
  end_git_file (&reader);
  return self;
}

const char *
hs_diff_model_get_text (HsDiffModel *self)
{
  g_return_val_if_fail (HS_IS_DIFF_MODEL (self), NULL);

  return self->text;
}

guint
hs_diff_model_get_n_files (HsDiffModel *self)
{
  g_return_val_if_fail (HS_IS_DIFF_MODEL (self), 0);

  return self->n_files;
}

guint
hs_diff_model_get_n_added (HsDiffModel *self)
{
  g_return_val_if_fail (HS_IS_DIFF_MODEL (self), 0);

  return self->n_added;
}

guint
hs_diff_model_get_n_removed (HsDiffModel *self)
{
  g_return_val_if_fail (HS_IS_DIFF_MODEL (self), 0);

  return self->n_removed;
}
