/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-work.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLOCK_US   (2 * G_TIME_SPAN_SECOND) /* coarse clocks of file systems */
#define MOST_DEPTH 64                       /* folders inside folders */

/* Whether @path, followed to its end, lies in the tree; what is not there yet does. */
static gboolean
lies_in_tree (HsBuildWork *self, const char *path)
{
  g_autofree char *root = g_strconcat (hs_tree_get_root (self->tree), "/", NULL);
  char *real = realpath (path, NULL);
  gboolean inside = real == NULL ? errno == ENOENT : g_str_has_prefix (real, root);

  free (real);
  return inside;
}

/* By errno. As a rule it was a container that left them. */
static gboolean
fail_removal (HsBuildWork *self, const char *folder, int why)
{
  if (why != EACCES && why != EPERM)
    return hs_build_work_fail (
        self, "other", NULL, _ ("Files of an earlier build can't be removed."));
  hs_build_work_fail (self, "not-yours", folder, NULL);
  if (hs_tree_get_layout (self->tree) == HS_TREE_LAYOUT_SRC && self->problem != NULL) {
    g_free (self->problem->command);
    self->problem->command = g_strdup ("sudo chown -R \"$USER\" src/build");
  }
  return FALSE;
}

static gboolean
is_folder (const char *path)
{
  GStatBuf status;

  return g_lstat (path, &status) == 0 && S_ISDIR (status.st_mode);
}

/* The first folder in @folder that we may not change. (nullable) */
static char *
dup_foreign (const char *folder, guint depth)
{
  g_autoptr (GDir) dir = depth < MOST_DEPTH ? g_dir_open (folder, 0, NULL) : NULL;
  char *found = NULL;
  const char *name;

  if (g_access (folder, W_OK | X_OK) != 0)
    return errno == EACCES || errno == EPERM ? g_strdup (folder) : NULL;
  while (found == NULL && dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (is_folder (path))
      found = dup_foreign (path, depth + 1);
  }
  return found;
}

/* Before make says the same of one file among many. */
gboolean
hs_build_bin_check_owner (HsBuildWork *self)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
  g_autofree char *above = g_path_get_dirname (build);
  g_autofree char *found = dup_foreign (above, MOST_DEPTH); /* that alone */

  if (found == NULL)
    found = dup_foreign (build, 0);
  return found == NULL || fail_removal (self, found, EACCES);
}

/* Returns: 0, or the first reason, by errno */
static int
remove_files (int folder)
{
  int copy = dup (folder);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", copy);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  int why = dir != NULL ? 0 : errno;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  for (guint i = 0; i < names->len; i++) {
    const char *file = g_ptr_array_index (names, i);
    struct stat status;

    if (fstatat (copy, file, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR (status.st_mode) &&
        unlinkat (copy, file, 0) != 0 && why == 0) /* of a link: itself, never what it names */
      why = errno;
  }
  close (copy);
  return why;
}

/* Images and stamps of earlier builds: what stands there after make is from this one. */
gboolean
hs_build_bin_empty (HsBuildWork *self)
{
  int folder, why;

  if (!lies_in_tree (self, self->bin))
    return hs_build_work_fail (
        self, "other", NULL, _ ("The folder of the images is a link that leads out of the tree."));

  folder = open (self->bin, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return errno == ENOENT || fail_removal (self, self->bin, errno);
  why = remove_files (folder);
  close (folder);
  return why == 0 || fail_removal (self, self->bin, why);
}

/* In the folder of one core's objects, or of the only one's. */
static gboolean
forget_frozen_in (HsBuildWork *self, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "lib", "micropython", "frozen_content.c", NULL);

  if (!g_file_test (path, G_FILE_TEST_EXISTS) || !lies_in_tree (self, path))
    return TRUE;
  return g_unlink (path) == 0 || fail_removal (self, folder, errno);
}

/* MicroPython joins the frozen files anew only if one of them is newer than what it made before
 * (tools/makemanifest.py): one that is no longer in the manifest, or another by that name, would
 * go unnoticed. */
gboolean
hs_build_bin_forget_frozen (HsBuildWork *self)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
  g_autoptr (GDir) dir = g_dir_open (build, 0, NULL);
  gboolean ok;
  const char *name;

  if (self->request.engine == HS_ENGINE_DOCKER)
    return TRUE; /* begins from nothing */
  ok = forget_frozen_in (self, build);
  while (ok && dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *core = g_build_filename (build, name, NULL);

    ok = forget_frozen_in (self, core);
  }
  return ok;
}

/* Whether something was built here before. */
gboolean
hs_build_bin_has_objects (HsBuildWork *self)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
  g_autoptr (GDir) dir = g_dir_open (build, 0, NULL);

  return dir != NULL && g_dir_read_name (dir) != NULL;
}

static gint64
newest_in (const char *folder, guint depth)
{
  g_autoptr (GDir) dir = depth < MOST_DEPTH ? g_dir_open (folder, 0, NULL) : NULL;
  gint64 newest = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    GStatBuf status;
    gint64 written;

    if (g_lstat (path, &status) != 0)
      continue;
    written = S_ISDIR (status.st_mode)
                  ? newest_in (path, depth + 1)
                  : status.st_mtim.tv_sec * G_TIME_SPAN_SECOND + status.st_mtim.tv_nsec / 1000;
    newest = MAX (newest, written);
  }
  return newest;
}

gint64
hs_build_bin_newest (HsBuildWork *self)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);

  return newest_in (build, 0);
}

/* --- after make --- */

static gboolean
is_image (const char *name)
{
  static const char *const endings[] = { ".bin", ".img", ".dfu", ".uf2", ".hex", ".toc" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (name, endings[i]))
      return TRUE;
  return FALSE;
}

static gboolean
check_file (HsBuildWork *self, const char *name, gboolean *firmware)
{
  g_autofree char *path = g_build_filename (self->bin, name, NULL);
  GStatBuf status;
  gint64 written;

  if (!is_image (name) || g_lstat (path, &status) != 0)
    return TRUE;
  if (!S_ISREG (status.st_mode))
    return hs_build_work_fail (self, "no-image", name, NULL);
  if (status.st_size == 0)
    return hs_build_work_fail (self, "empty-image", name, NULL);
  written = status.st_mtim.tv_sec * G_TIME_SPAN_SECOND + status.st_mtim.tv_nsec / 1000;
  if (written + CLOCK_US < self->began)
    return hs_build_work_fail (self, "no-image", name, NULL);
  *firmware |= g_str_has_prefix (name, "firmware") && !g_str_has_suffix (name, ".toc");
  return TRUE;
}

/* A ROMFS that the board's configuration asks for. */
static gboolean
check_romfs (HsBuildWork *self)
{
  g_autofree char *config =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_ROMFS_CONFIG, self->request.target);
  GArray *romfs = self->board->romfs;

  if (!g_file_test (config, G_FILE_TEST_EXISTS))
    return TRUE;
  for (guint i = 0; romfs != NULL && i < romfs->len; i++) {
    const HsTreeRomfs *partition = &g_array_index (romfs, HsTreeRomfs, i);
    g_autofree char *name = g_strdup_printf ("romfs%u.img", partition->index);
    g_autofree char *path = g_build_filename (self->bin, name, NULL);

    if (partition->config_limit > 0 && !g_file_test (path, G_FILE_TEST_EXISTS))
      return hs_build_work_fail (self, "no-image", name, NULL);
  }
  return TRUE;
}

/* Only after make ended with 0. */
gboolean
hs_build_bin_check (HsBuildWork *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->bin, 0, NULL);
  gboolean firmware = FALSE;
  const char *name;

  if (!lies_in_tree (self, self->bin))
    return hs_build_work_fail (self, "no-image", "firmware.bin", NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!check_file (self, name, &firmware))
      return FALSE;
  if (!firmware)
    return hs_build_work_fail (self, "no-image", "firmware.bin", NULL);
  return check_romfs (self);
}
