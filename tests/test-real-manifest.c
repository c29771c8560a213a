/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against a checkout of openmv/openmv that the user has: HOTSHOE_FIRMWARE_TREE=DIR, with its
 * MicroPython. What each board freezes is held against what the tree's own program says without us
 * in between. */
#include "app/firmware/manifest.h"
#include "tests/edit-tree.h"
#include "tests/own-dirs.h"

static const char ask[] =
    "import sys\n"
    "mpy, lib, board, port, core = sys.argv[1:6]\n"
    "sys.path.insert(0, mpy + '/tools')\n"
    "import manifestfile\n"
    "names = {'MPY_DIR': mpy, 'MPY_LIB_DIR': mpy + '/lib/micropython-lib', 'PORT_DIR': port,\n"
    "         'BOARD_DIR': port + '/boards/' + board.split('/')[-1], 'OMV_LIB_DIR': lib, "
    "'MCU_CORE': core}\n"
    "file = manifestfile.ManifestFile(manifestfile.MODE_FREEZE, names)\n"
    "file.execute(board + '/manifest.py')\n"
    "kinds = {3: 'str', 4: 'py', 5: 'mpy'}\n"
    "for one in file.files():\n"
    "    print(kinds[one.kind], one.target_path)\n";

/* What python says; NULL: it failed. */
static char *
ask_python (HsTree *tree, const HsTreeBoard *board, const char *core)
{
  g_autofree char *mpy = hs_tree_dup_path (tree, HS_TREE_FILE_MICROPYTHON, board->target);
  g_autofree char *libraries = hs_tree_dup_path (tree, HS_TREE_FILE_LIBRARIES, board->target);
  g_autofree char *folder = hs_tree_dup_path (tree, HS_TREE_FILE_BOARD_FOLDER, board->target);
  g_autofree char *port = g_build_filename (mpy, "ports", board->port, NULL);
  const char *argv[] = { "python3", "-B", "-c", ask, mpy, libraries, folder, port, core, NULL };
  char *out = NULL;
  int status;
  g_autoptr (GError) error = NULL;

  if (!g_spawn_sync (NULL,
                     (char **) argv,
                     NULL,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL,
                     NULL,
                     &out,
                     NULL,
                     &status,
                     &error) ||
      !g_spawn_check_wait_status (status, NULL))
    g_clear_pointer (&out, g_free);
  return out;
}

/* What stops a build is a finding where the rest can be read all the same. */
static gboolean
is_stopped (HsManifest *manifest)
{
  GPtrArray *findings = hs_manifest_get_findings (manifest);

  for (guint i = 0; i < findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (findings, i);

    g_test_message ("%s: %s", finding->code, finding->text);
    if (finding->level == HS_FINDING_ERROR)
      return TRUE;
  }
  return FALSE;
}

static void
compare (HsTree *tree, const HsTreeBoard *board, const char *core, guint *n)
{
  g_autofree char *expected = ask_python (tree, board, core);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsManifest) manifest =
      hs_manifest_resolve (tree, board->target, core, NULL, NULL, &error);
  g_autoptr (GString) found = g_string_new (NULL);
  GPtrArray *frozen;

  g_test_message ("%s %s", board->target, core);
  g_assert_true (expected == NULL || manifest != NULL);
  if (expected == NULL) {
    g_assert_true (manifest == NULL || is_stopped (manifest));
    return;
  }
  frozen = hs_manifest_get_frozen (manifest);
  for (guint i = 0; i < frozen->len; i++) {
    const HsFrozen *file = g_ptr_array_index (frozen, i);

    g_string_append_printf (found, "%s %s\n", file->kind, file->name);
    g_assert_true (file->line > 0);
  }
  g_assert_cmpstr (found->str, ==, expected);
  *n += 1;
}

static void
test_boards (void)
{
  const char *folder = g_getenv ("HOTSHOE_FIRMWARE_TREE");
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTree) tree = NULL;
  g_autofree char *tools = NULL;
  guint n = 0;

  if (folder == NULL || folder[0] == '\0') {
    g_test_skip ("HOTSHOE_FIRMWARE_TREE names no checkout");
    return;
  }
  tree = hs_tree_new (folder, NULL, &error);
  g_assert_no_error (error);
  tools = hs_tree_dup_path (tree, HS_TREE_FILE_MICROPYTHON, NULL);
  if (!g_file_test (tools, G_FILE_TEST_IS_DIR) || hs_tree_get_boards (tree)->len == 0) {
    g_test_skip ("without MicroPython");
    return;
  }
  for (guint i = 0; i < hs_tree_get_boards (tree)->len; i++) {
    const HsTreeBoard *board = g_ptr_array_index (hs_tree_get_boards (tree), i);
    g_autofree char *file = hs_tree_dup_path (tree, HS_TREE_FILE_MANIFEST, board->target);

    if (board->refused != NULL || board->port == NULL || !g_file_test (file, G_FILE_TEST_EXISTS))
      continue;
    compare (tree, board, "hp", &n);
    compare (tree, board, "he", &n);
  }
  if (n == 0)
    g_test_skip ("MicroPython's files are not there");
}

/* The board without libraries that a build of every generation has. */
static void
test_boot_script (void)
{
  const char *folder = g_getenv ("HOTSHOE_FIRMWARE_TREE");
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTree) tree = NULL;
  g_autoptr (HsManifest) manifest = NULL;
  const HsFrozen *boot;

  if (folder == NULL || folder[0] == '\0') {
    g_test_skip ("HOTSHOE_FIRMWARE_TREE names no checkout");
    return;
  }
  tree = hs_tree_new (folder, NULL, &error);
  g_assert_no_error (error);
  manifest = hs_manifest_resolve (tree, "OPENMV2", NULL, NULL, NULL, &error);
  if (manifest == NULL) {
    g_test_skip (error->message);
    return;
  }
  boot = hs_manifest_find (manifest, "_boot.py");
  g_assert_nonnull (boot);
  g_assert_cmpstr (boot->kind, ==, "py");
  g_assert_true (g_str_has_suffix (boot->path, "/scripts/libraries/_boot.py"));
  g_assert_null (hs_manifest_find (manifest, "main.py"));
  g_assert_nonnull (hs_manifest_find (manifest, "asyncio/core.py"));
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/real-manifest/boards", test_boards);
  g_test_add_func ("/real-manifest/boot-script", test_boot_script);

  status = g_test_run ();
  remove_all (home);
  return status;
}
