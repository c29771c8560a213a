/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/romfs-source.h"
#include "tests/own-dirs.h"

#include <glib/gstdio.h>
#include <string.h>

/* Against the tools of a real firmware tree that HOTSHOE_FIRMWARE_TREE names: every board's
 * configuration, and every cascade. What converters of an NPU would change is left out on both
 * sides. */

/* The tree's own tools, in one process, each cascade once. */
static const char tools[] =
    "import concurrent.futures, glob, os, shutil, sys\n"
    "top, out = sys.argv[1:3]\n"
    "sys.dont_write_bytecode = True\n"
    "sys.path.insert(0, top + '/tools')\n"
    "sys.stdout = open(os.devnull, 'w')\n"
    "import haar2c, mkromfs\n"
    "cache = out + '/cascades'\n"
    "os.makedirs(cache)\n"
    "for path in glob.glob(top + '/lib/haar/*.xml'):\n"
    "    haar2c.cascade_binary_universal(path, 0, cache + '/' + os.path.basename(path)[:-4])\n"
    "class Now:\n"
    "    def __init__(self, *args, **kwargs): pass\n"
    "    def __enter__(self): return self\n"
    "    def __exit__(self, *args): pass\n"
    "    def submit(self, call, *args):\n"
    "        future = concurrent.futures.Future()\n"
    "        future.set_result(call(*args))\n"
    "        return future\n"
    "def convert(path, stages, name):\n"
    "    shutil.copy(cache + '/' + os.path.basename(path)[:-4] + '.cascade', name + '.cascade')\n"
    "mkromfs.ProcessPoolExecutor, mkromfs.as_completed = Now, list\n"
    "mkromfs.cascade_binary_universal = convert\n"
    "for config in glob.glob(top + '/boards/*/romfs*.json'):\n"
    "    board = os.path.basename(os.path.dirname(config))\n"
    "    folder = out + '/' + board\n"
    "    os.makedirs(folder)\n"
    "    sys.argv = ['mkromfs', '--config', config, '--top-dir', top, '--out-dir', folder,\n"
    "                '--build-dir', folder + '/build']\n"
    "    mkromfs.main()\n";

typedef struct {
  HsTree *tree; /* NULL: none is named */
  char *out;    /* what the tools left */
} Rig;

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

static gboolean
is_there (const Rig *rig)
{
  if (rig->tree == NULL)
    g_test_skip ("HOTSHOE_FIRMWARE_TREE names no tree");
  return rig->tree != NULL;
}

static void
run_tools (Rig *rig)
{
  g_autoptr (GSubprocess) python = NULL;
  g_autofree char *tool =
      g_build_filename (hs_tree_get_root (rig->tree), "tools", "mkromfs.py", NULL);

  rig->out = g_dir_make_tmp ("hotshoe-mkromfs-XXXXXX", NULL);
  if (!g_file_test (tool, G_FILE_TEST_EXISTS)) /* before v4.8 */
    return;
  python = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE,
                             NULL,
                             "python3",
                             "-I",
                             "-c",
                             tools,
                             hs_tree_get_root (rig->tree),
                             rig->out,
                             NULL);
  g_assert_true (g_subprocess_wait_check (python, NULL, NULL));
}

static gboolean
compare_partition (const Rig *rig, const char *target, const char *config, guint core)
{
  const HsRomfsWay way = { .tree = rig->tree, .target = target, .core = core };
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  g_autofree char *name = g_strdup_printf ("romfs%u.img", core);
  g_autofree char *path = g_build_filename (rig->out, target, name, NULL);
  g_autofree char *wanted = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRomfs) romfs = NULL;
  g_autoptr (HsRomfs) read = NULL;
  g_autoptr (GBytes) image = NULL;
  guint64 limit;
  gsize length;

  if (!g_file_get_contents (path, &wanted, &length, NULL))
    return FALSE;
  romfs = hs_romfs_new_from_config (config, &way, &limit, findings, NULL, &error);
  g_assert_no_error (error);
  image = hs_romfs_pack (romfs, limit, &error);
  g_assert_no_error (error);
  g_test_message ("%s %u: %u files, %" G_GSIZE_FORMAT " bytes of %" G_GUINT64_FORMAT,
                  target,
                  core,
                  hs_romfs_get_n_files (romfs),
                  length,
                  limit);
  g_assert_cmpuint (g_bytes_get_size (image), ==, length);
  g_assert_true (memcmp (g_bytes_get_data (image, NULL), wanted, length) == 0);
  g_assert_cmpuint (limit, ==, hs_romfs_find_limit (rig->tree, target, core));

  read = hs_romfs_parse (image, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_romfs_get_n_files (read), ==, hs_romfs_get_n_files (romfs));
  return TRUE;
}

static void
test_configs (gconstpointer data)
{
  const Rig *rig = data;
  GPtrArray *boards;
  guint n = 0, n_configs = 0;

  if (!is_there (rig))
    return;
  boards = hs_tree_get_boards (rig->tree);
  for (guint i = 0; i < boards->len; i++) {
    const HsTreeBoard *board = g_ptr_array_index (boards, i);
    g_autofree char *config = hs_romfs_find_config (rig->tree, board->target);
    guint core = 0;

    if (config == NULL)
      continue;
    n_configs++;
    while (compare_partition (rig, board->target, config, core))
      core++;
    g_assert_cmpuint (core, >, 0);
    n += core;
  }
  g_test_message ("%u boards, %u partitions", n_configs, n);
}

/* Today's default image, as it was measured with the tree's tool. */
static void
test_digest (gconstpointer data)
{
  const Rig *rig = data;
  const HsRomfsWay way = { .tree = rig->tree, .target = "OPENMV4", .convert = TRUE };
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  g_autoptr (HsRomfs) romfs = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *config = NULL;
  g_autofree char *sum = NULL;
  guint64 limit;

  if (!is_there (rig))
    return;
  config = hs_romfs_find_config (rig->tree, "OPENMV4");
  if (config == NULL || !g_str_has_suffix (config, "romfs_config.json")) {
    g_test_skip ("an older tree");
    return;
  }
  romfs = hs_romfs_new_from_config (config, &way, &limit, findings, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (findings->len, ==, 0);
  image = hs_romfs_pack (romfs, limit, NULL);
  g_assert_cmpuint (g_bytes_get_size (image), ==, 128676);
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, image);
  g_assert_cmpstr (sum, ==, "61d1809c172887a1ef285d47c8f7fd191a29852357893ffad436d46a53ed2af1");
}

static void
test_cascades (gconstpointer data)
{
  const Rig *rig = data;
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  if (!is_there (rig))
    return;
  folder = g_build_filename (rig->out, "cascades", NULL);
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *stem = g_strndup (name, strlen (name) - strlen (".cascade"));
    g_autofree char *xml_name = g_strconcat (stem, ".xml", NULL);
    g_autofree char *xml_path =
        g_build_filename (hs_tree_get_root (rig->tree), "lib", "haar", xml_name, NULL);
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *xml = NULL;
    g_autofree char *wanted = NULL;
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;
    gsize length, xml_length;

    g_assert_true (g_file_get_contents (path, &wanted, &length, NULL));
    g_assert_true (g_file_get_contents (xml_path, &xml, &xml_length, NULL));
    bytes = hs_haar_convert (xml, xml_length, 0, &error);
    g_assert_no_error (error);
    g_test_message ("%s: %" G_GSIZE_FORMAT " bytes", name, length);
    g_assert_cmpuint (g_bytes_get_size (bytes), ==, length);
    g_assert_true (memcmp (g_bytes_get_data (bytes, NULL), wanted, length) == 0);
    n++;
  }
  g_test_message ("%u cascades", n);
}

/* What goes to Vela and ST Edge AI, for the boards that have an NPU. */
static void
test_arguments (gconstpointer data)
{
  const Rig *rig = data;
  g_autofree char *hp = NULL;
  g_autofree char *he = NULL;
  g_autofree char *n6 = NULL;
  g_autofree char *h7 = NULL;

  if (!is_there (rig) || hs_tree_find_board (rig->tree, "OPENMV_AE3") == NULL)
    return;
  hp = hs_romfs_make_value (rig->tree, "OPENMV_AE3", 0, "VELA_ARGS");
  he = hs_romfs_make_value (rig->tree, "OPENMV_AE3", 1, "VELA_ARGS");
  n6 = hs_romfs_make_value (rig->tree, "OPENMV_N6", 0, "STEDGEAI_ARGS");
  if (n6 == NULL) /* v4.8 */
    n6 = hs_romfs_make_value (rig->tree, "OPENMV_N6", 0, "STEDGE_ARGS");
  h7 = hs_romfs_make_value (rig->tree, "OPENMV4", 0, "STEDGEAI_ARGS");
  g_test_message ("%s\n%s\n%s", hp, he, n6);
  g_assert_nonnull (strstr (hp, "ethos-u55-256"));
  g_assert_nonnull (strstr (he, "ethos-u55-128"));
  g_assert_nonnull (strstr (n6, "--target stm32n6"));
  g_assert_null (h7);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  const char *path = g_getenv ("HOTSHOE_FIRMWARE_TREE");
  Rig rig = { NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  if (path != NULL && *path != '\0') {
    g_autoptr (GError) error = NULL;

    rig.tree = hs_tree_new (path, NULL, &error);
    g_assert_no_error (error);
    run_tools (&rig);
  }
  g_test_add_data_func ("/real-romfs/configs", &rig, test_configs);
  g_test_add_data_func ("/real-romfs/digest", &rig, test_digest);
  g_test_add_data_func ("/real-romfs/cascades", &rig, test_cascades);
  g_test_add_data_func ("/real-romfs/arguments", &rig, test_arguments);
  status = g_test_run ();
  g_clear_object (&rig.tree);
  if (rig.out != NULL)
    remove_all (rig.out);
  g_free (rig.out);
  remove_all (home);
  return status;
}
