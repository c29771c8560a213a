/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-changes.h"

#include "app/command.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DIFF      (64 * 1024 * 1024) /* bytes, of one repository */
#define MOST_UNTRACKED 500                /* files whose bytes are looked at */
#define MOST_FILE      (16 * 1024 * 1024) /* of one of these */
#define MOST_DEPTH     64                 /* folders inside folders */
#define PATIENCE_S     120

static void
part_free (gpointer data)
{
  HsBuildPart *self = data;

  g_free (self->path);
  g_free (self->commit);
  g_free (self);
}

void
hs_build_changes_free (HsBuildChanges *self)
{
  if (self == NULL)
    return;

  g_free (self->commit);
  g_ptr_array_unref (self->submodules);
  g_byte_array_unref (self->tracked);
  g_ptr_array_unref (self->untracked);
  g_string_free (self->loose, TRUE);
  g_hash_table_unref (self->files);
  g_free (self);
}

/* Looks only: no lock, no program that the repository's configuration names. NULL: it ended badly;
 * else its bytes with a NUL behind them. */
static GByteArray *
git (const char *folder, const char *const *words, GCancellable *cancellable)
{
  const char *const head[] = { "git", "--no-optional-locks",  "-c", "core.fsmonitor=false",
                               "-c",  "core.quotePath=false", "-C", folder };
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  GByteArray *answer;

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    g_ptr_array_add (argv, (gpointer) head[i]);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) words[i]);
  g_ptr_array_add (argv, NULL);
  bytes = hs_command_bytes (
      (const char *const *) argv->pdata, MOST_DIFF, PATIENCE_S, cancellable, NULL);
  if (bytes == NULL)
    return NULL;
  answer = g_bytes_unref_to_array (g_steal_pointer (&bytes));
  g_byte_array_append (answer, (const guint8 *) "", 1);
  return answer;
}

#define GIT(folder, cancellable, ...)                                                              \
  git ((folder), (const char *const[]){ __VA_ARGS__, NULL }, (cancellable))

/* --- what git can't tell --- */

static gboolean
is_left_by_builds (const char *name)
{
  return strcmp (name, ".git") == 0 || strcmp (name, "build") == 0 ||
         strcmp (name, "__pycache__") == 0;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Names, sizes and times: two that are equal are so; others may be. */
typedef struct {
  GChecksum *sum;
  GHashTable *files; /* path in the tree, and that of it; borrowed */
  gsize front;       /* bytes of the paths that are not of the tree */
} Walk;

static void add_folder (Walk *walk, const char *path, guint depth);

static void
add_name (Walk *walk, const char *folder, const char *name, guint depth)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *line = NULL;
  GStatBuf status;

  if (g_lstat (path, &status) != 0)
    return;
  if (S_ISDIR (status.st_mode)) {
    g_checksum_update (walk->sum, (const guchar *) name, strlen (name) + 1);
    add_folder (walk, path, depth + 1);
    return;
  }
  line = g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%ld\n",
                          name,
                          (gint64) status.st_size,
                          (gint64) status.st_mtim.tv_sec,
                          status.st_mtim.tv_nsec);
  g_checksum_update (walk->sum, (const guchar *) line, -1);
  g_hash_table_replace (
      walk->files, g_strdup (path + walk->front), g_strdup (line + strlen (name) + 1));
}

static void
add_folder (Walk *walk, const char *path, guint depth)
{
  g_autoptr (GDir) dir = depth < MOST_DEPTH ? g_dir_open (path, 0, NULL) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!is_left_by_builds (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    add_name (walk, path, g_ptr_array_index (names, i), depth);
  g_checksum_update (walk->sum, (const guchar *) "\n", 1);
}

static void
add_loose (HsBuildChanges *self, const char *root, const char *path)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *whole = g_canonicalize_filename (root, NULL);
  g_autofree char *folder = g_canonicalize_filename (path, whole);
  Walk walk = { sum, self->files, strlen (whole) + 1 };

  add_folder (&walk, folder, 0);
  g_string_append_printf (self->loose, "%s files %s\n", path, g_checksum_get_string (sum));
}

/* --- one repository --- */

static void
add_untracked_file (HsBuildChanges *self, const char *root, const char *name)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *digest = NULL;
  GStatBuf status = { 0 };
  gsize length;

  if (g_str_has_suffix (name, "/")) /* somebody's repository inside this one */
    add_loose (self, root, name);
  else if (g_lstat (path, &status) == 0 && self->untracked->len < MOST_UNTRACKED &&
           S_ISREG (status.st_mode) && status.st_size <= MOST_FILE &&
           g_file_get_contents (path, &bytes, &length, NULL))
    digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (guchar *) bytes, length);
  if (digest == NULL && !g_str_has_suffix (name, "/"))
    digest = g_strdup_printf ("not read, %" G_GINT64_FORMAT " bytes of %" G_GINT64_FORMAT ".%09ld",
                              (gint64) status.st_size,
                              (gint64) status.st_mtim.tv_sec,
                              status.st_mtim.tv_nsec);
  g_ptr_array_add (
      self->untracked,
      g_strdup_printf ("untracked %s sha256 %s\n", name, digest != NULL ? digest : "not read"));
}

/* Files that git does not know have no diff: their digests stand for them. */
static void
add_untracked (HsBuildChanges *self, const char *root, const char *path, GCancellable *cancellable)
{
  g_autofree char *folder = g_build_filename (root, path, NULL);
  g_autoptr (GByteArray) answer =
      GIT (folder, cancellable, "ls-files", "-z", "--others", "--exclude-standard");

  if (answer == NULL) {
    self->whole = FALSE;
    return;
  }
  for (gsize at = 0; at + 1 < answer->len; at += strlen ((char *) answer->data + at) + 1) {
    g_autofree char *name = *path != '\0'
                                ? g_build_filename (path, (char *) answer->data + at, NULL)
                                : g_strdup ((char *) answer->data + at);

    add_untracked_file (self, root, name);
  }
}

/* Submodules are gone into one by one: a diff names no more than their commits. */
static void
add_repository (HsBuildChanges *self, const char *root, const char *path, GCancellable *cancellable)
{
  g_autofree char *folder = g_build_filename (root, path, NULL);
  g_autofree char *source = g_strconcat ("--src-prefix=a/", path, *path != '\0' ? "/" : "", NULL);
  g_autofree char *target = g_strconcat ("--dst-prefix=b/", path, *path != '\0' ? "/" : "", NULL);
  g_autoptr (GByteArray) diff = GIT (folder,
                                     cancellable,
                                     "diff",
                                     "HEAD",
                                     "--binary",
                                     "--no-ext-diff",
                                     "--no-textconv",
                                     "--no-color",
                                     "--no-renames",
                                     "--submodule=short",
                                     "--ignore-submodules=dirty",
                                     source,
                                     target);

  if (diff == NULL)
    self->whole = FALSE;
  else
    g_byte_array_append (self->tracked, diff->data, diff->len - 1);
  add_untracked (self, root, path, cancellable);
}

/* --- submodules --- */

/* A line of “git submodule status”: what it is like, its commit, its path, and what git describe
 * says in parentheses. */
static HsBuildPart *
parse_part (const char *line)
{
  HsBuildPart *part;
  const char *end;

  if (strlen (line) < 43 || line[41] != ' ')
    return NULL;
  end = line[0] != '-' && g_str_has_suffix (line, ")") ? g_strrstr (line, " (") : NULL;
  part = g_new0 (HsBuildPart, 1);
  part->different = line[0] == '+';
  part->missing = line[0] == '-';
  part->commit = g_strndup (line + 1, 40);
  part->path = end > line + 42 ? g_strndup (line + 42, end - line - 42) : g_strdup (line + 42);
  return part;
}

static gboolean
add_part (HsBuildChanges *self, const char *root, const char *line, GCancellable *cancellable)
{
  HsBuildPart *part = parse_part (line);

  if (part == NULL)
    return FALSE;
  g_ptr_array_add (self->submodules, part);
  if (part->missing)
    add_loose (self, root, part->path); /* a copy that is no repository may lie there */
  else
    add_repository (self, root, part->path, cancellable);
  return TRUE;
}

static void
add_parts (HsBuildChanges *self, const char *root, GCancellable *cancellable)
{
  g_autoptr (GByteArray) answer = GIT (root, cancellable, "submodule", "status", "--recursive");
  g_auto (GStrv) lines = NULL;

  /* A submodule that .gitmodules does not know, and the like: then for its first level. */
  if (answer == NULL) {
    add_loose (self, root, "");
    return;
  }
  lines = g_strsplit ((char *) answer->data, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && !add_part (self, root, lines[i], cancellable))
      self->whole = FALSE;
}

/* --- all of it --- */

static char *
dup_commit (const char *root, GCancellable *cancellable)
{
  g_autoptr (GByteArray) top = GIT (root, cancellable, "rev-parse", "--show-toplevel");
  g_autoptr (GByteArray) head = GIT (root, cancellable, "rev-parse", "--verify", "-q", "HEAD");
  char *own, *above;
  gboolean same;

  if (top == NULL || head == NULL)
    return NULL;
  own = realpath (root, NULL);
  above = realpath (g_strchomp ((char *) top->data), NULL);
  same = own != NULL && g_strcmp0 (own, above) == 0; /* not one that it only lies in */
  free (own);
  free (above);
  return same ? g_strdup (g_strchomp ((char *) head->data)) : NULL;
}

/**
 * hs_build_changes_read:
 * @root: a tree
 * @cancellable: (nullable): after it nothing is whole
 *
 * Blocks on git, for a second or so.
 */
HsBuildChanges *
hs_build_changes_read (const char *root, GCancellable *cancellable)
{
  HsBuildChanges *self = g_new0 (HsBuildChanges, 1);

  self->submodules = g_ptr_array_new_with_free_func (part_free);
  self->tracked = g_byte_array_new ();
  self->untracked = g_ptr_array_new_with_free_func (g_free);
  self->loose = g_string_new (NULL);
  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->whole = TRUE;
  self->commit = dup_commit (root, cancellable);
  if (self->commit == NULL) {
    add_loose (self, root, "");
  } else {
    add_repository (self, root, "", cancellable);
    add_parts (self, root, cancellable);
  }
  if (g_cancellable_is_cancelled (cancellable))
    self->whole = FALSE;
  return self;
}

/**
 * hs_build_changes_dup_diff:
 * @self: what was read
 *
 * Returns: (transfer full) (nullable): all that differs from the commits, as text; %NULL: nothing
 *   does, or the tree is no repository
 */
GBytes *
hs_build_changes_dup_diff (HsBuildChanges *self)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();

  g_byte_array_append (all, self->tracked->data, self->tracked->len);
  for (guint i = 0; i < self->untracked->len; i++) {
    const char *line = g_ptr_array_index (self->untracked, i);

    g_byte_array_append (all, (const guint8 *) line, strlen (line));
  }
  return all->len > 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&all)) : NULL;
}

/* --- two moments --- */

/* One file's part of a diff each. */
static GHashTable *
split_files (GByteArray *diff, GPtrArray *order)
{
  GHashTable *files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *at = (const char *) diff->data;
  const char *end = at + diff->len;

  while (at < end) {
    const char *next = g_strstr_len (at + 1, end - at - 1, "\ndiff --git ");
    char *part = g_strndup (at, (next != NULL ? next + 1 : end) - at);

    if (g_hash_table_contains (files, part)) {
      g_free (part);
    } else {
      g_ptr_array_add (order, part);
      g_hash_table_add (files, part);
    }
    at = next != NULL ? next + 1 : end;
  }
  return files;
}

/* "diff --git a/FILE b/FILE": the same name twice, as renames are not looked for. */
static char *
dup_file (const char *part)
{
  gsize length = strcspn (part, "\n");
  gsize front = strlen ("diff --git a/");

  if (length < front + 4 || !g_str_has_prefix (part, "diff --git a/"))
    return g_strndup (part, length);
  return g_strndup (part + front, (length - front - 3) / 2);
}

static char *
find_moved (GByteArray *before, GByteArray *after)
{
  g_autoptr (GPtrArray) order = g_ptr_array_new ();
  g_autoptr (GPtrArray) later = g_ptr_array_new ();
  g_autoptr (GHashTable) one = split_files (before, order);
  g_autoptr (GHashTable) two = split_files (after, later);

  for (guint i = 0; i < order->len; i++)
    if (!g_hash_table_contains (two, g_ptr_array_index (order, i)))
      return dup_file (g_ptr_array_index (order, i));
  for (guint i = 0; i < later->len; i++)
    if (!g_hash_table_contains (one, g_ptr_array_index (later, i)))
      return dup_file (g_ptr_array_index (later, i));
  return NULL;
}

static const HsBuildPart *
find_part (HsBuildChanges *self, const char *path)
{
  for (guint i = 0; i < self->submodules->len; i++) {
    const HsBuildPart *part = g_ptr_array_index (self->submodules, i);

    if (strcmp (part->path, path) == 0)
      return part;
  }
  return NULL;
}

static char *
find_moved_file (HsBuildChanges *self, HsBuildChanges *later)
{
  GHashTableIter iter;
  gpointer path, file;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &path, &file))
    if (g_strcmp0 (file, g_hash_table_lookup (later->files, path)) != 0)
      return g_strdup (path);
  return NULL;
}

/**
 * hs_build_changes_dup_moved:
 * @self: before a build
 * @later: after it
 *
 * Files that are new and that git does not know are left out of account: builds leave such.
 *
 * Returns: (transfer full) (nullable): the name of something that is not what it was
 */
char *
hs_build_changes_dup_moved (HsBuildChanges *self, HsBuildChanges *later)
{
  if (g_strcmp0 (self->commit, later->commit) != 0)
    return g_strdup ("HEAD");
  for (guint i = 0; i < self->submodules->len; i++) {
    const HsBuildPart *part = g_ptr_array_index (self->submodules, i);
    const HsBuildPart *now = find_part (later, part->path);

    if (now == NULL || strcmp (now->commit, part->commit) != 0)
      return g_strdup (part->path);
  }
  for (guint i = 0; i < self->untracked->len; i++) {
    const char *line = g_ptr_array_index (self->untracked, i);
    const char *name = line + strlen ("untracked ");

    if (!g_ptr_array_find_with_equal_func (later->untracked, line, g_str_equal, NULL))
      return g_strndup (name, g_strrstr (name, " sha256 ") - name);
  }
  return find_moved (self->tracked, later->tracked) ?: find_moved_file (self, later);
}
