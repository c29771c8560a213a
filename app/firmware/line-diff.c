/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/line-diff.h"

#include <string.h>

#define CONTEXT 3
/* Differences that are looked for one by one; beyond, all that is between the first and the last
 * counts as replaced. Bounds the memory: 4 bytes times the square. */
#define MOST_STEPS 2000

/* One side: its lines, numbered so that equal lines have equal numbers. */
typedef struct {
  GPtrArray *lines; /* char *, with its line end where it has one */
  GArray *numbers;  /* guint */
  gboolean *kept;   /* for each line: it stands on the other side too */
} Side;

static void
side_clear (Side *self)
{
  g_clear_pointer (&self->lines, g_ptr_array_unref);
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->kept, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

/* @known: line -> its number; borrows the lines. */
static void
side_init (Side *self, GBytes *bytes, GHashTable *known)
{
  gsize length = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
  const char *end = text + length;

  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->numbers = g_array_new (FALSE, FALSE, sizeof (guint));
  while (text < end) {
    const char *stop = memchr (text, '\n', end - text);
    gsize n = stop != NULL ? (gsize) (stop - text) + 1 : (gsize) (end - text);
    char *line = g_strndup (text, n);
    gpointer found = NULL;
    guint number = g_hash_table_size (known);

    g_ptr_array_add (self->lines, line);
    if (g_hash_table_lookup_extended (known, line, NULL, &found))
      number = GPOINTER_TO_UINT (found);
    else
      g_hash_table_insert (known, line, GUINT_TO_POINTER (number));
    g_array_append_val (self->numbers, number);
    text += n;
  }
  self->kept = g_new0 (gboolean, self->lines->len + 1);
}

static guint
number_at (const Side *self, guint n)
{
  return g_array_index (self->numbers, guint, n);
}

/* Walks back from the end along what was noted, marking the lines both have. */
static void
mark_kept (Side *a, Side *b, GPtrArray *trace, int x, int y, guint from)
{
  for (int d = trace->len - 1; d >= 0; d--) {
    const int *v = (const int *) g_ptr_array_index (trace, d) + d + 1; /* v[-d - 1 … d + 1] */
    int k = x - y;
    int before = k == -d || (k != d && v[k - 1] < v[k + 1]) ? k + 1 : k - 1;
    int old_x = d == 0 ? 0 : v[before];
    int old_y = d == 0 ? 0 : old_x - before;

    while (x > old_x && y > old_y) {
      x--;
      y--;
      a->kept[from + x] = TRUE;
      b->kept[from + y] = TRUE;
    }
    x = old_x;
    y = old_y;
  }
}

/* The shortest way from one to the other (E. W. Myers, "An O(ND) Difference Algorithm", 1986),
 * between line @from and @n and @m lines further. */
static void
compare (Side *a, Side *b, guint from, int n, int m)
{
  g_autoptr (GPtrArray) trace = g_ptr_array_new_with_free_func (g_free);
  int most = MIN (n + m, MOST_STEPS);
  g_autofree int *space = g_new0 (int, 2 * most + 3);
  int *v = space + most + 1;

  for (int d = 0; d <= most; d++) {
    g_ptr_array_add (trace, g_memdup2 (v - d - 1, (2 * d + 3) * sizeof (int)));
    for (int k = -d; k <= d; k += 2) {
      int x = k == -d || (k != d && v[k - 1] < v[k + 1]) ? v[k + 1] : v[k - 1] + 1;
      int y = x - k;

      if (d == 0)
        x = y = 0;
      while (x < n && y < m && number_at (a, from + x) == number_at (b, from + y)) {
        x++;
        y++;
      }
      v[k] = x;
      if (x >= n && y >= m) {
        mark_kept (a, b, trace, n, m, from);
        return;
      }
    }
  }
}

static void
mark (Side *a, Side *b)
{
  guint n = a->lines->len;
  guint m = b->lines->len;
  guint from = 0;

  while (from < n && from < m && number_at (a, from) == number_at (b, from)) {
    a->kept[from] = b->kept[from] = TRUE;
    from++;
  }
  while (n > from && m > from && number_at (a, n - 1) == number_at (b, m - 1)) {
    a->kept[--n] = TRUE;
    b->kept[--m] = TRUE;
  }
  compare (a, b, from, n - from, m - from);
}

/* One line of the whole comparison. */
typedef struct {
  char mark; /* ' ', '-', '+' */
  const char *line;
} Op;

static GArray *
list_ops (const Side *a, const Side *b)
{
  GArray *ops = g_array_new (FALSE, FALSE, sizeof (Op));
  guint i = 0, j = 0;

  while (i < a->lines->len || j < b->lines->len) {
    Op op = { ' ', NULL };

    if (i < a->lines->len && !a->kept[i]) {
      op = (Op){ '-', g_ptr_array_index (a->lines, i++) };
    } else if (j < b->lines->len && !b->kept[j]) {
      op = (Op){ '+', g_ptr_array_index (b->lines, j++) };
    } else {
      op.line = g_ptr_array_index (a->lines, i++);
      j++;
    }
    g_array_append_val (ops, op);
  }
  return ops;
}

static void
put_line (GString *out, const Op *op)
{
  g_string_append_c (out, op->mark);
  g_string_append (out, op->line);
  if (!g_str_has_suffix (op->line, "\n"))
    g_string_append (out, "\n\\ No newline at end of file\n");
}

/* "12,3" as diff writes it: a range of no lines names the line before. */
static void
put_range (GString *out, char sign, guint from, guint n)
{
  g_string_append_printf (out, " %c%u", sign, n == 0 ? from : from + 1);
  if (n != 1)
    g_string_append_printf (out, ",%u", n);
}

/* @i, @j: lines before this hunk on either side; moved behind it. */
static void
put_hunk (GString *out, GArray *ops, guint from, guint to, guint *i, guint *j)
{
  guint n_a = 0, n_b = 0;

  for (guint n = from; n < to; n++) {
    n_a += g_array_index (ops, Op, n).mark != '+';
    n_b += g_array_index (ops, Op, n).mark != '-';
  }
  g_string_append (out, "@@");
  put_range (out, '-', *i, n_a);
  put_range (out, '+', *j, n_b);
  g_string_append (out, " @@\n");
  for (guint n = from; n < to; n++)
    put_line (out, &g_array_index (ops, Op, n));
  *i += n_a;
  *j += n_b;
}

/* Where the hunk with the difference at @from ends: CONTEXT lines after the last one that has no
 * more than twice that between it and the one before. */
static guint
find_end (GArray *ops, guint from)
{
  guint last = from;

  for (guint n = from; n < ops->len && n <= last + 2 * CONTEXT + 1; n++)
    if (g_array_index (ops, Op, n).mark != ' ')
      last = n;
  return MIN (last + 1 + CONTEXT, ops->len);
}

static void
put_hunks (GString *out, GArray *ops)
{
  guint i = 0, j = 0, done = 0;

  for (guint n = 0; n < ops->len; n++) {
    guint from, to;

    if (g_array_index (ops, Op, n).mark == ' ')
      continue;
    from = n - MIN (CONTEXT, n - done);
    to = find_end (ops, n);
    i += from - done;
    j += from - done;
    put_hunk (out, ops, from, to, &i, &j);
    done = to;
    n = to - 1;
  }
}

static gboolean
is_text (GBytes *bytes)
{
  gsize length = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  /* g_utf8_validate() takes no zero byte where a length is given. */
  return length == 0 || g_utf8_validate (text, length, NULL);
}

/* With the tab that tells patch where a name with blanks ends. */
static void
put_name (GString *out, const char *arrow, const char *side, const char *file, gboolean is_there)
{
  const char *end = strchr (file, ' ') != NULL ? "\t" : "";

  if (is_there)
    g_string_append_printf (out, "%s %s/%s%s\n", arrow, side, file, end);
  else
    g_string_append_printf (out, "%s /dev/null\n", arrow);
}

char *
hs_line_diff (const char *file, GBytes *before, GBytes *after)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GArray) ops = NULL;
  g_auto (Side) a = { 0 };
  g_auto (Side) b = { 0 };

  if ((before == NULL && after == NULL) ||
      (before != NULL && after != NULL && g_bytes_equal (before, after)))
    return g_string_free (g_steal_pointer (&out), FALSE);

  if (before == NULL || after == NULL)
    g_string_append_printf (out,
                            "diff --git a/%s b/%s\n%s file mode 100644\n",
                            file,
                            file,
                            before == NULL ? "new" : "deleted");
  if (!is_text (before) || !is_text (after)) {
    g_string_append_printf (out,
                            "Binary files %s%s and %s%s differ\n",
                            before != NULL ? "a/" : "/dev/null",
                            before != NULL ? file : "",
                            after != NULL ? "b/" : "/dev/null",
                            after != NULL ? file : "");
    return g_string_free (g_steal_pointer (&out), FALSE);
  }

  side_init (&a, before, known);
  side_init (&b, after, known);
  mark (&a, &b);
  ops = list_ops (&a, &b);
  if (ops->len > 0) {
    put_name (out, "---", "a", file, before != NULL);
    put_name (out, "+++", "b", file, after != NULL);
    put_hunks (out, ops);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}
