/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/freeze-private.h"

#include "app/app-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_FILES 500               /* of a package */
#define MOST_BYTES (4 * 1024 * 1024) /* of a source: no firmware has room for more */
#define MOST_DEPTH 16

static gboolean
refuse (GError **error, HsAppError code, char *text)
{
  g_set_error_literal (error, HS_APP_ERROR, code, text);
  g_free (text);
  return FALSE;
}

char *
hs_freeze_relative (HsTree *tree, const char *path)
{
  const char *root = hs_tree_get_root (tree);
  gsize length = strlen (root);

  if (g_str_has_prefix (path, root) && path[length] == '/')
    return g_strdup (path + length + 1);
  return g_strdup (path);
}

/* --- names --- */

static gboolean
is_keyword (const char *name)
{
  static const char *const keywords[] = {
    "False", "None",     "True",  "and",    "as",   "assert", "async",  "await",    "break",
    "class", "continue", "def",   "del",    "elif", "else",   "except", "finally",  "for",
    "from",  "global",   "if",    "import", "in",   "is",     "lambda", "nonlocal", "not",
    "or",    "pass",     "raise", "return", "try",  "while",  "with",   "yield",    NULL,
  };

  return g_strv_contains (keywords, name);
}

gboolean
hs_freeze_is_name (const char *name)
{
  if (!g_ascii_isalpha (*name) && *name != '_')
    return FALSE;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && *c != '_')
      return FALSE;
  return !is_keyword (name);
}

gboolean
hs_freeze_check_module (const char *path, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;

  if (!g_str_has_suffix (base, ".py"))
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup_printf (_ ("%s is no Python file: its name has to end in .py"), path));
  name = g_strndup (base, strlen (base) - 3);
  if (g_str_equal (base, "_boot.py") || g_str_equal (base, "__init__.py"))
    return refuse (
        error,
        HS_APP_ERROR_BAD_MANIFEST,
        g_strdup_printf (_ ("%s can't be frozen: that name belongs to the firmware"), path));
  if (!hs_freeze_is_name (name))
    return refuse (
        error,
        HS_APP_ERROR_BAD_MANIFEST,
        g_strdup_printf (_ ("%s can't be imported: “%s” is no name in Python"), path, name));
  return TRUE;
}

/* --- one file --- */

GBytes *
hs_freeze_load (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  GStatBuf info;
  char *text = NULL;
  gsize length;

  if (g_stat (path, &info) == 0 && (!S_ISREG (info.st_mode) || info.st_size > MOST_BYTES)) {
    refuse (error,
            HS_APP_ERROR_BAD_MANIFEST,
            S_ISREG (info.st_mode) ? g_strdup_printf (_ ("%s is too large for any firmware"), path)
                                   : g_strdup_printf (_ ("%s is no file"), path));
    return NULL;
  }
  if (!g_file_get_contents (path, &text, &length, &cause)) {
    gboolean missing = g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOENT);

    g_set_error (error,
                 G_IO_ERROR,
                 missing ? G_IO_ERROR_NOT_FOUND : G_IO_ERROR_FAILED,
                 missing ? _ ("“%s” is not there.") : _ ("%s can't be read."),
                 path);
    return NULL;
  }
  return g_bytes_new_take (text, length);
}

static char *
digest_of (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

/* Whether @file may become @digest: nobody's, ours, or so already. */
static gboolean
check_place (HsFreezePlan *self, const char *file, const char *digest, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = hs_tree_edit_dup_bytes (self->edit, file, &cause);
  const char *ours = g_hash_table_lookup (self->block->files, file);
  g_autofree char *now = NULL;

  if (ours == NULL)
    ours = g_hash_table_lookup (self->block->rom, file);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (bytes == NULL)
    return TRUE;
  now = digest_of (bytes);
  if (g_str_equal (now, digest) && (ours != NULL || g_hash_table_contains (self->others, file)))
    return TRUE;
  if (ours == NULL)
    return refuse (
        error,
        HS_APP_ERROR_FILE_EXISTS,
        g_strdup_printf (_ ("%s is there already, and this board's manifest does not say "
                            "that Hotshoe put it there. If it is left over from a "
                            "freeze whose lines are gone, remove it"),
                         file));
  if (g_str_equal (now, ours))
    return TRUE;
  return refuse (error,
                 HS_APP_ERROR_FILE_EXISTS,
                 g_strdup_printf (_ ("%s was changed since Hotshoe put it there; its changes would "
                                     "be lost. Take them over into your own file, then remove it"),
                                  file));
}

gboolean
hs_freeze_place (HsFreezePlan *self, const char *file, GBytes *bytes, GError **error)
{
  g_autofree char *digest = digest_of (bytes);

  if (!check_place (self, file, digest, error))
    return FALSE;
  hs_tree_edit_set (self->edit, file, bytes);
  g_hash_table_insert (self->written, g_strdup (file), g_steal_pointer (&digest));
  return TRUE;
}

/* Another board's freeze has a file of that name, and it is another file. */
static gboolean
is_taken (HsFreezePlan *self, const char *name, GBytes *bytes)
{
  g_autofree char *file = g_build_filename (self->libraries, name, NULL);
  g_autofree char *digest = digest_of (bytes);
  const char *other = g_hash_table_lookup (self->others, file);

  return other != NULL && !g_str_equal (other, digest);
}

static char *
place_of (HsFreezePlan *self, const char *folder, const char *name)
{
  return g_build_filename (self->libraries, *folder != '\0' ? folder + 1 : "", name, NULL);
}

gboolean
hs_freeze_add_text (HsFreezePlan *self,
                    GBytes *bytes,
                    const char *name,
                    char **folder,
                    GError **error)
{
  g_autofree char *base =
      is_taken (self, name, bytes) ? g_strconcat ("/", self->request->target, NULL) : g_strdup ("");
  g_autofree char *file = place_of (self, base, name);

  if (!hs_freeze_place (self, file, bytes, error))
    return FALSE;
  *folder = g_steal_pointer (&base);
  return TRUE;
}

/* What lies there already is taken where it lies; it does not become ours. */
static gboolean
lies_there (HsFreezePlan *self, const char *path, const char *name)
{
  g_autofree char *file = g_build_filename (self->libraries, name, NULL);
  g_autofree char *there = g_build_filename (hs_tree_get_root (self->tree), file, NULL);
  GStatBuf one, other;

  return g_stat (path, &one) == 0 && g_stat (there, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

/* One that we put there, and that is given as it lies there, stays ours. */
static void
keep_ours (HsFreezePlan *self, const char *name, GBytes *bytes)
{
  g_autofree char *file = g_build_filename (self->libraries, name, NULL);

  if (g_hash_table_contains (self->block->files, file))
    g_hash_table_insert (self->written, g_strdup (file), digest_of (bytes));
}

gboolean
hs_freeze_add_file (HsFreezePlan *self,
                    const char *path,
                    const char *name,
                    char **folder,
                    GError **error)
{
  g_autoptr (GBytes) bytes = hs_freeze_load (path, error);

  if (bytes == NULL)
    return FALSE;
  if (lies_there (self, path, name)) {
    keep_ours (self, name, bytes);
    *folder = g_strdup ("");
    return TRUE;
  }
  return hs_freeze_add_text (self, bytes, name, folder, error);
}

/* --- a package --- */

typedef struct {
  GPtrArray *names; /* "my_lib/helpers.py" */
  GPtrArray *bytes; /* GBytes, beside them */
} Package;

static gboolean
read_folder (Package *self, const char *path, const char *name, guint depth, GError **error);

static gboolean
read_entry (Package *self, const char *path, const char *name, guint depth, GError **error)
{
  g_autofree char *base = g_path_get_basename (path);
  GBytes *bytes;

  if (*base == '.' || g_str_equal (base, "__pycache__"))
    return TRUE;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return read_folder (self, path, name, depth + 1, error);
  if (!g_str_has_suffix (base, ".py"))
    return TRUE; /* package() takes no others */
  if (self->names->len >= MOST_FILES)
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup_printf (_ ("%s has more files than any package"), name));
  bytes = hs_freeze_load (path, error);
  if (bytes == NULL)
    return FALSE;
  g_ptr_array_add (self->names, g_strdup (name));
  g_ptr_array_add (self->bytes, bytes);
  return TRUE;
}

static gboolean
read_folder (Package *self, const char *path, const char *name, guint depth, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  const char *entry;

  if (dir == NULL)
    return FALSE;
  if (depth > MOST_DEPTH)
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup_printf (_ ("%s lies too deep, or leads back to itself"), path));
  while ((entry = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, entry, NULL);
    g_autofree char *inner_name = g_build_filename (name, entry, NULL);

    if (!read_entry (self, inner, inner_name, depth, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_package (const char *path, const char *name, GError **error)
{
  g_autofree char *init = g_build_filename (path, "__init__.py", NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup_printf (_ ("%s is no folder: a package is one"), path));
  if (!hs_freeze_is_name (name))
    return refuse (
        error,
        HS_APP_ERROR_BAD_MANIFEST,
        g_strdup_printf (
            _ ("The package %s can't be imported: “%s” is no name in Python"), path, name));
  if (!g_file_test (init, G_FILE_TEST_IS_REGULAR))
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup_printf (_ ("%s has no __init__.py, which makes a folder a package. An "
                                       "empty one will do; single files are frozen as modules"),
                                    path));
  return TRUE;
}

/* All of it lies in one folder: that of the libraries, or one of this board. */
static gboolean
place_package (HsFreezePlan *self, Package *package, char **folder, GError **error)
{
  gboolean taken = FALSE;
  g_autofree char *base = NULL;

  for (guint i = 0; i < package->names->len; i++)
    taken = taken || is_taken (self,
                               g_ptr_array_index (package->names, i),
                               g_ptr_array_index (package->bytes, i));
  base = taken ? g_strconcat ("/", self->request->target, NULL) : g_strdup ("");
  for (guint i = 0; i < package->names->len; i++) {
    g_autofree char *file = place_of (self, base, g_ptr_array_index (package->names, i));

    if (!hs_freeze_place (self, file, g_ptr_array_index (package->bytes, i), error))
      return FALSE;
  }
  *folder = g_steal_pointer (&base);
  return TRUE;
}

static gboolean
is_nobodys (HsFreezePlan *self, const char *name, GError **error)
{
  g_autofree char *folder =
      g_build_filename (hs_tree_get_root (self->tree), self->libraries, name, NULL);
  g_autofree char *prefix = g_build_filename (self->libraries, name, "", NULL);
  GHashTable *tables[] = { self->block->files, self->others };

  if (!g_file_test (folder, G_FILE_TEST_EXISTS))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    GHashTableIter iter;
    gpointer file;

    g_hash_table_iter_init (&iter, tables[i]);
    while (g_hash_table_iter_next (&iter, &file, NULL))
      if (g_str_has_prefix (file, prefix))
        return TRUE;
  }
  return refuse (error,
                 HS_APP_ERROR_FILE_EXISTS,
                 g_strdup_printf (_ ("%s/%s is there already, and Hotshoe did not put it there. "
                                     "Give yours another name"),
                                  self->libraries,
                                  name));
}

gboolean
hs_freeze_add_package (HsFreezePlan *self, const char *path, char **folder, GError **error)
{
  g_autofree char *real = g_canonicalize_filename (path, NULL);
  g_autofree char *name = g_path_get_basename (real);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) bytes = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  Package package = { names, bytes };

  if (!check_package (real, name, error) || !read_folder (&package, real, name, 0, error))
    return FALSE;
  if (lies_there (self, real, name)) {
    for (guint i = 0; i < names->len; i++)
      keep_ours (self, g_ptr_array_index (names, i), g_ptr_array_index (bytes, i));
    *folder = g_strdup ("");
    return TRUE;
  }
  return is_nobodys (self, name, error) && place_package (self, &package, folder, error);
}

/* --- what was there before --- */

static gboolean
remove_if_same (HsFreezePlan *self, const char *file, const char *digest, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *now = NULL;

  if (g_hash_table_contains (self->written, file) || g_hash_table_contains (self->others, file))
    return TRUE;
  bytes = hs_tree_edit_dup_bytes (self->edit, file, &cause);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  now = bytes != NULL ? digest_of (bytes) : NULL;
  if (g_strcmp0 (now, digest) == 0)
    hs_tree_edit_set (self->edit, file, NULL);
  return TRUE;
}

gboolean
hs_freeze_remove_old (HsFreezePlan *self, GError **error)
{
  GHashTable *tables[] = { self->block->files, self->block->rom };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    GHashTableIter iter;
    gpointer file, digest;

    g_hash_table_iter_init (&iter, tables[i]);
    while (g_hash_table_iter_next (&iter, &file, &digest))
      if (!remove_if_same (self, file, digest, error))
        return FALSE;
  }
  return TRUE;
}
