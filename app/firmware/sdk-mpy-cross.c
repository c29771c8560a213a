/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/sdk-private.h"

#include "app/app-error.h"
#include "app/command.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define MOST_WORDS 4096 /* bytes of what it says */
#define PATIENCE_S 5

/* STATE/hotshoe/mpy-cross/DIGEST OF THE ROOT: commit, size and time of the program that was made.
 */
static char *
stamp_path (HsTree *tree)
{
  g_autofree char *digest =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, hs_tree_get_root (tree), -1);

  return g_build_filename (g_get_user_state_dir (), "hotshoe", "mpy-cross", digest, NULL);
}

const HsTreeSubmodule *
hs_sdk_find_micropython (HsTree *tree)
{
  GPtrArray *submodules = hs_tree_get_submodules (tree);

  for (guint i = 0; i < submodules->len; i++) {
    const HsTreeSubmodule *submodule = g_ptr_array_index (submodules, i);
    g_autofree char *name = g_path_get_basename (submodule->path);

    if (g_str_equal (name, "micropython"))
      return submodule;
  }
  return NULL;
}

/* (transfer full) (nullable): nothing is known, or there is no program */
static char *
make_stamp (HsTree *tree)
{
  g_autofree char *program = hs_tree_dup_path (tree, HS_TREE_FILE_MPY_CROSS, NULL);
  const HsTreeSubmodule *micropython = hs_sdk_find_micropython (tree);
  GStatBuf info;

  if (micropython == NULL || micropython->head == NULL || g_stat (program, &info) != 0)
    return NULL;
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld\n",
                          micropython->head,
                          (gint64) info.st_size,
                          (gint64) info.st_mtim.tv_sec,
                          info.st_mtim.tv_nsec);
}

gboolean
hs_sdk_mpy_cross_note (HsTree *tree, GError **error)
{
  g_autofree char *path = stamp_path (tree);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *stamp = make_stamp (tree);
  g_autoptr (GError) local = NULL;

  if (stamp == NULL)
    return TRUE;
  if (g_mkdir_with_parents (folder, 0700) == 0 && g_file_set_contents (path, stamp, -1, &local))
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("%s can't be written: %s"),
               path,
               local != NULL ? local->message : g_strerror (errno));
  return FALSE;
}

/* The commit in "MicroPython v1.28.0-22.g7aaa17e5ed.dirty on …"; NULL: it stands on a tag. */
static char *
commit_of (const char *version)
{
  const char *at = strstr (version, "g");

  for (; at != NULL; at = strstr (at + 1, "g")) {
    gsize length = strspn (at + 1, "0123456789abcdef");

    if (length >= 7 && at > version && strchr (".-", at[-1]) != NULL)
      return g_strndup (at + 1, MIN (length, 40));
  }
  return NULL;
}

HsMpyCross
hs_sdk_look_at_mpy_cross (HsTree *tree, char **version)
{
  g_autofree char *program = hs_tree_dup_path (tree, HS_TREE_FILE_MPY_CROSS, NULL);
  const char *const argv[] = { program, "--version", NULL };
  const HsTreeSubmodule *micropython = hs_sdk_find_micropython (tree);
  g_autofree char *path = stamp_path (tree);
  g_autofree char *stamp = make_stamp (tree);
  g_autofree char *noted = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autofree char *said = NULL;
  g_autofree char *commit = NULL;

  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return HS_MPY_CROSS_MISSING;
  answer = hs_command_bytes (argv, MOST_WORDS, PATIENCE_S, NULL, NULL);
  if (answer == NULL)
    return HS_MPY_CROSS_MISSING; /* of another machine, half made, or it hangs */
  said = g_utf8_make_valid (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer));
  g_strstrip (said);
  if (version != NULL)
    *version = g_strdup (said);
  if (stamp != NULL && g_file_get_contents (path, &noted, NULL, NULL) && g_str_equal (noted, stamp))
    return HS_MPY_CROSS_CURRENT;

  commit = commit_of (said);
  if (micropython == NULL || micropython->head == NULL || commit == NULL)
    return HS_MPY_CROSS_UNKNOWN;
  return g_str_has_prefix (micropython->head, commit) ? HS_MPY_CROSS_CURRENT : HS_MPY_CROSS_OTHER;
}

gboolean
hs_sdk_mpy_cross_is_current (HsTree *tree)
{
  HsMpyCross state = hs_sdk_look_at_mpy_cross (tree, NULL);

  return state == HS_MPY_CROSS_CURRENT || state == HS_MPY_CROSS_UNKNOWN;
}
