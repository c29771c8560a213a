/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/romfs-source.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* How fast images are packed and listed. Beside the tree's own mkromfs.py, if HOTSHOE_FIRMWARE_TREE
 * names a tree. Figures, nothing that can fail. */

enum { N_FILES = 200, FILE_BYTES = 8 * 1024 * 1024 / N_FILES, ROUNDS = 5 };

static double
seconds_since (gint64 start)
{
  return (g_get_monotonic_time () - start) / 1e6;
}

static void
fill (guint8 *bytes, gsize size, guint32 seed)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = (seed = seed * 1103515245 + 12345) >> 16;
}

static char *
make_files (const char *root)
{
  g_autofree guint8 *bytes = g_malloc (FILE_BYTES);
  g_autofree char *data = g_build_filename (root, "data", NULL);
  g_autofree char *board = g_build_filename (root, "boards", "X", NULL);
  char *config = g_build_filename (board, "romfs_config.json", NULL);

  g_mkdir_with_parents (data, 0755);
  g_mkdir_with_parents (board, 0755);
  for (guint i = 0; i < N_FILES; i++) {
    g_autofree char *path = g_strdup_printf ("%s/file%03u.bin", data, i);

    fill (bytes, FILE_BYTES, i);
    g_file_set_contents (path, (const char *) bytes, FILE_BYTES, NULL);
  }
  g_file_set_contents (config,
                       "{\"0\": {\"size\": \"0x1000000\", \"entries\": [{\"type\": \"data\", "
                       "\"path\": \"{TOP}/data/*\", \"alignment\": 16}]}}",
                       -1,
                       NULL);
  return config;
}

static double
pack_ours (const char *config, const char *out)
{
  const HsRomfsWay way = { .convert = TRUE };
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr (GPtrArray) findings =
        g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
    gint64 start = g_get_monotonic_time ();
    guint64 limit;
    g_autoptr (HsRomfs) romfs =
        hs_romfs_new_from_config (config, &way, &limit, findings, NULL, NULL);
    g_autoptr (GBytes) image = hs_romfs_pack (romfs, limit, NULL);

    g_file_set_contents_full (out,
                              g_bytes_get_data (image, NULL),
                              g_bytes_get_size (image),
                              G_FILE_SET_CONTENTS_NONE, /* the tool does not sync, either */
                              0644,
                              NULL);
    best = MIN (best, seconds_since (start));
  }
  return best;
}

/* -1: there is no tree to ask */
static double
pack_theirs (const char *root, const char *config)
{
  const char *tree = g_getenv ("HOTSHOE_FIRMWARE_TREE");
  g_autofree char *tool =
      tree != NULL ? g_build_filename (tree, "tools", "mkromfs.py", NULL) : NULL;
  double best = G_MAXDOUBLE;

  if (tool == NULL || !g_file_test (tool, G_FILE_TEST_EXISTS))
    return -1;
  g_setenv ("PYTHONDONTWRITEBYTECODE", "1", TRUE);
  for (guint i = 0; i < ROUNDS; i++) {
    gint64 start = g_get_monotonic_time ();
    g_autoptr (GSubprocess) python = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE,
                                                       NULL,
                                                       "python3",
                                                       tool,
                                                       "--config",
                                                       config,
                                                       "--top-dir",
                                                       root,
                                                       "--out-dir",
                                                       root,
                                                       "--build-dir",
                                                       root,
                                                       NULL);

    if (python == NULL || !g_subprocess_wait_check (python, NULL, NULL))
      return -1;
    best = MIN (best, seconds_since (start));
  }
  return best;
}

static gboolean
is_equal (const char *root, const char *out)
{
  g_autofree char *theirs = g_build_filename (root, "romfs0.img", NULL);
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  gsize a_length, b_length;

  return g_file_get_contents (theirs, &a, &a_length, NULL) &&
         g_file_get_contents (out, &b, &b_length, NULL) && a_length == b_length &&
         memcmp (a, b, a_length) == 0;
}

/* The image of the largest partition, with as many files as a busy one has. */
static void
list_large (const char *root)
{
  const gsize size = 60 * 1024;
  g_autofree char *path = g_build_filename (root, "large.img", NULL);
  g_autofree guint8 *bytes = g_malloc (size);
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  double best = G_MAXDOUBLE;
  g_autoptr (GBytes) image = NULL;

  fill (bytes, size, 1);
  for (guint i = 0; i < 400; i++) {
    g_autofree char *name = g_strdup_printf ("folder%u/file%u.bin", i % 20, i);
    g_autoptr (GBytes) content = g_bytes_new (bytes, size);

    hs_romfs_add (romfs, name, content, 16, NULL, NULL);
  }
  image = hs_romfs_pack (romfs, 0, NULL);
  g_file_set_contents (path, g_bytes_get_data (image, NULL), g_bytes_get_size (image), NULL);

  for (guint i = 0; i < ROUNDS; i++) {
    gint64 start = g_get_monotonic_time ();
    g_autoptr (GMappedFile) mapped = g_mapped_file_new (path, FALSE, NULL);
    g_autoptr (GBytes) read = g_mapped_file_get_bytes (mapped);
    g_autoptr (HsRomfs) listed = hs_romfs_parse (read, NULL);

    g_assert_cmpuint (hs_romfs_get_n_files (listed), ==, 400);
    best = MIN (best, seconds_since (start));
  }
  g_print ("list: %.1f MB in 400 files in %.2f ms (20 ms are wanted)\n",
           g_bytes_get_size (image) / 1048576.0,
           best * 1000);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    remove_all (inner);
  }
  g_remove (path);
}

int
main (int argc, char **argv)
{
  g_autofree char *root = g_dir_make_tmp ("hotshoe-bench-XXXXXX", NULL);
  g_autofree char *config = make_files (root);
  g_autofree char *out = g_build_filename (root, "ours.img", NULL);
  double ours = pack_ours (config, out);
  double theirs = pack_theirs (root, config);

  g_print ("pack: 8 MB in %d files in %.2f ms\n", N_FILES, ours * 1000);
  if (theirs >= 0)
    g_print ("pack: mkromfs.py takes %.0f ms, %.0f times as long (20 are wanted); the images are "
             "%s\n",
             theirs * 1000,
             theirs / ours,
             is_equal (root, out) ? "equal" : "NOT equal");
  else
    g_print ("pack: HOTSHOE_FIRMWARE_TREE names no tree with a mkromfs.py to compare with\n");
  list_large (root);
  remove_all (root);
  return 0;
}
