/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-private.h"

#include "app/command.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (64u * 1024u * 1024u)
#define TIMEOUT_S  120

static void
submodule_free (gpointer data)
{
  HsTreeSubmodule *self = data;

  g_free (self->path);
  g_free (self->commit);
  g_free (self->head);
  g_free (self);
}

void
hs_tree_git_clear (HsTreeGit *self)
{
  g_clear_pointer (&self->commit, g_free);
  g_clear_pointer (&self->describe, g_free);
  g_clear_pointer (&self->tag, g_free);
  g_clear_pointer (&self->branch, g_free);
  g_clear_pointer (&self->changed, g_strfreev);
  g_clear_pointer (&self->submodules, g_ptr_array_unref);
}

/* Looks only: no lock, no program that the repository's configuration names. */
static GBytes *
git (const char *folder, const char *const *words, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  const char *const head[] = { "git", "--no-optional-locks",  "-c", "core.fsmonitor=false",
                               "-c",  "core.quotePath=false", "-C" };

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    g_ptr_array_add (argv, (gpointer) head[i]);
  g_ptr_array_add (argv, (gpointer) folder);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) words[i]);
  g_ptr_array_add (argv, NULL);
  return hs_command_bytes (
      (const char *const *) argv->pdata, MOST_BYTES, TIMEOUT_S, cancellable, NULL);
}

#define GIT(folder, cancellable, ...)                                                              \
  git ((folder), (const char *const[]){ __VA_ARGS__, NULL }, (cancellable))

/* The first line; NULL: nothing, or it ended badly. (transfer full) */
static char *
take_line (GBytes *bytes)
{
  g_autoptr (GBytes) taken = bytes;
  gsize length = 0;
  const char *data = taken != NULL ? g_bytes_get_data (taken, &length) : NULL;
  const char *end = length > 0 ? memchr (data, '\n', length) : NULL;
  gsize n = end != NULL ? (gsize) (end - data) : length;

  return n > 0 && g_utf8_validate (data, n, NULL) ? g_strndup (data, n) : NULL;
}

/* Of several tags a version's. */
static char *
take_tag (GBytes *bytes)
{
  g_autoptr (GBytes) taken = bytes;
  gsize length = 0;
  const char *data = taken != NULL ? g_bytes_get_data (taken, &length) : NULL;
  g_autofree char *text = g_strndup (length > 0 ? data : "", length);
  g_auto (GStrv) tags = g_strsplit (g_strstrip (text), "\n", -1);

  for (guint i = 0; tags[i] != NULL; i++)
    if (tags[i][0] == 'v' && g_ascii_isdigit (tags[i][1]))
      return g_strdup (tags[i]);
  return tags[0] != NULL && tags[0][0] != '\0' ? g_strdup (tags[0]) : NULL;
}

/* git status --porcelain -z: "XY name", and for a renamed file its old name behind. */
static GStrv
take_changed (GBytes *bytes)
{
  g_autoptr (GBytes) taken = bytes;
  g_autoptr (GStrvBuilder) files = g_strv_builder_new ();
  gsize length = 0;
  const char *data = taken != NULL ? g_bytes_get_data (taken, &length) : NULL;
  const char *end = data + length;

  while (data != NULL && data + 3 < end) {
    const char *stop = memchr (data, '\0', end - data);
    gboolean renamed = data[0] == 'R' || data[0] == 'C';
    g_autofree char *name = NULL;

    if (stop == NULL)
      break;
    name = g_utf8_make_valid (data + 3, stop - data - 3);
    g_strv_builder_add (files, name);
    data = stop + 1;
    if (renamed) {
      stop = memchr (data, '\0', end - data);
      data = stop != NULL ? stop + 1 : end;
    }
  }
  return g_strv_builder_end (files);
}

/* --- submodules --- */

/* Without which the build of some OpenMV board stops; by the last part of their path, as they moved
 * between the layouts. */
static gboolean
is_needed (const char *path)
{
  const char *const names[] = { "micropython", "ulab",     "libtflm", "tinyusb",
                                "alif",        "apriltag", "microdot" };
  g_autofree char *name = g_path_get_basename (path);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i], name))
      return TRUE;
  return FALSE;
}

static gboolean
has_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_str_equal (name, ".git"))
      return TRUE;
  return FALSE;
}

static gboolean
is_safe (const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  if (path[0] == '\0' || path[0] == '/' || !g_utf8_validate (path, -1, NULL))
    return FALSE;
  return !g_strv_contains ((const char *const *) parts, "..");
}

/* The paths in .gitmodules. */
static GPtrArray *
list_submodules (const char *root)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (submodule_free);
  g_autofree char *file = g_build_filename (root, ".gitmodules", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_file_get_contents (file, &text, NULL, NULL);
  lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);
    const char *equals = strchr (line, '=');
    g_autofree char *key = equals != NULL ? g_strndup (line, equals - line) : g_strdup ("");
    g_autofree char *path = NULL;
    HsTreeSubmodule *submodule;

    if (!g_str_equal (g_strstrip (key), "path"))
      continue;
    path = g_strstrip (g_strdup (equals + 1));
    if (!is_safe (path))
      continue;
    submodule = g_new0 (HsTreeSubmodule, 1);
    submodule->path = g_steal_pointer (&path);
    submodule->needed = is_needed (submodule->path);
    g_ptr_array_add (list, submodule);
  }
  return g_steal_pointer (&list);
}

/* "160000 COMMIT 0\tPATH", one for each. */
static void
take_wanted (GPtrArray *submodules, GBytes *bytes)
{
  g_autoptr (GBytes) taken = bytes;
  gsize length = 0;
  const char *data = taken != NULL ? g_bytes_get_data (taken, &length) : NULL;
  const char *end = data + length;

  while (data != NULL && data < end) {
    const char *stop = memchr (data, '\0', end - data);
    g_autofree char *entry = stop != NULL ? g_strndup (data, stop - data) : NULL;
    const char *tab = entry != NULL ? strchr (entry, '\t') : NULL;

    if (stop == NULL)
      break;
    data = stop + 1;
    if (tab == NULL || !g_str_has_prefix (entry, "160000 ") || tab - entry < 47)
      continue;
    for (guint i = 0; i < submodules->len; i++) {
      HsTreeSubmodule *submodule = g_ptr_array_index (submodules, i);

      if (g_str_equal (submodule->path, tab + 1)) {
        g_free (submodule->commit);
        submodule->commit = g_strndup (entry + 7, 40);
      }
    }
  }
}

static void
look_at_submodule (HsTreeSubmodule *self, const char *root, GCancellable *cancellable)
{
  g_autofree char *folder = g_build_filename (root, self->path, NULL);
  g_autofree char *git_file = g_build_filename (folder, ".git", NULL);

  self->present = has_files (folder);
  /* Without its own .git the answer would be the tree's. */
  if (!self->present || !g_file_test (git_file, G_FILE_TEST_EXISTS))
    return;
  self->head = take_line (GIT (folder, cancellable, "rev-parse", "--verify", "HEAD"));
  self->different =
      self->head != NULL && self->commit != NULL && !g_str_equal (self->head, self->commit);
}

static GBytes *
list_wanted (const char *root, GPtrArray *submodules, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  const char *const head[] = { "ls-files", "-s", "-z", "--" };

  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    g_ptr_array_add (words, (gpointer) head[i]);
  for (guint i = 0; i < submodules->len; i++)
    g_ptr_array_add (words, ((HsTreeSubmodule *) g_ptr_array_index (submodules, i))->path);
  g_ptr_array_add (words, NULL);
  return git (root, (const char *const *) words->pdata, cancellable);
}

/* A folder that somebody unpacked inside another repository is none of its own. */
static gboolean
is_top (const char *root, GCancellable *cancellable)
{
  g_autofree char *top = take_line (GIT (root, cancellable, "rev-parse", "--show-toplevel"));
  char *real = top != NULL ? realpath (top, NULL) : NULL;
  gboolean same = g_strcmp0 (real, root) == 0;

  free (real);
  return same;
}

gboolean
hs_tree_git_read (HsTreeGit *self, const char *root, GCancellable *cancellable, GError **error)
{
  self->submodules = list_submodules (root);
  self->changed = g_new0 (char *, 1);
  if (is_top (root, cancellable)) {
    self->commit = take_line (GIT (root, cancellable, "rev-parse", "--verify", "HEAD"));
    self->describe =
        take_line (GIT (root, cancellable, "describe", "--tags", "--match", "v[0-9]*"));
    self->tag = take_tag (GIT (root, cancellable, "tag", "--points-at", "HEAD"));
    self->branch = take_line (GIT (root, cancellable, "symbolic-ref", "-q", "--short", "HEAD"));
    g_strfreev (self->changed);
    self->changed = take_changed (GIT (root,
                                       cancellable,
                                       "status",
                                       "--porcelain",
                                       "-z",
                                       "--untracked-files=normal",
                                       "--ignore-submodules=dirty"));
    if (self->submodules->len > 0)
      take_wanted (self->submodules, list_wanted (root, self->submodules, cancellable));
  }
  for (guint i = 0; i < self->submodules->len; i++)
    look_at_submodule (g_ptr_array_index (self->submodules, i), root, cancellable);
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}
