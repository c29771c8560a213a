/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* A folder that is edited, and what it looks like. */

static inline char *
make_tree (void)
{
  char *root = g_dir_make_tmp ("hotshoe-edit-XXXXXX", NULL);

  return root;
}

static inline void
put (const char *root, const char *file, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (root, file, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static inline char *
get (const char *root, const char *file)
{
  g_autofree char *path = g_build_filename (root, file, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static inline gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static inline void
collect (const char *root, const char *below, GPtrArray *lines)
{
  g_autofree char *path = g_build_filename (root, below, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file =
        below[0] != '\0' ? g_build_filename (below, name, NULL) : g_strdup (name);
    g_autofree char *whole = g_build_filename (root, file, NULL);
    g_autofree char *text = NULL;
    GStatBuf info;

    g_assert_cmpint (g_lstat (whole, &info), ==, 0);
    if (S_ISDIR (info.st_mode))
      collect (root, file, lines);
    else
      g_file_get_contents (whole, &text, NULL, NULL);
    g_ptr_array_add (lines,
                     g_strdup_printf ("%s %o %s", file, (guint) info.st_mode, text ? text : ""));
  }
}

/* Every name below @root with its kind, mode and content. */
static inline char *
snapshot (const char *root)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  collect (root, "", lines);
  g_ptr_array_sort (lines, compare_names);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static inline void
remove_all (const char *path)
{
  g_autoptr (GDir) dir =
      g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    remove_all (inner);
  }
  g_remove (path);
}

/* What edits of @root left in the state folder. */
static inline void
forget_edits (const char *root)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);
  g_autofree char *store =
      g_build_filename (g_get_user_state_dir (), "hotshoe", "tree-edits", digest, NULL);

  remove_all (store);
}
