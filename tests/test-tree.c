/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/macros.h"
#include "app/firmware/tree.h"
#include "tests/edit-tree.h"
#include "tests/own-dirs.h"

/* --- macros --- */

static void
assert_number (HsMacros *macros, const char *expression, guint64 expected)
{
  guint64 number = 0;

  g_assert_true (hs_macros_evaluate (macros, expression, &number));
  g_assert_cmpuint (number, ==, expected);
}

static void
assert_no_number (HsMacros *macros, const char *expression)
{
  guint64 number = 4711;

  g_assert_false (hs_macros_evaluate (macros, expression, &number));
  g_assert_cmpuint (number, ==, 4711);
}

static void
test_expressions (void)
{
  g_autoptr (HsMacros) macros = hs_macros_new ();
  g_autoptr (GString) deep = g_string_new (NULL);

  hs_macros_define (macros, "SIZE", "(3 * 1024)");
  hs_macros_define (macros, "TWICE", "SIZE * 2");
  hs_macros_define (macros, "LOOP", "POOL");
  hs_macros_define (macros, "POOL", "LOOP + 1");
  hs_macros_define (macros, "TEXT", "\"H7\"");
  hs_macros_define (macros, "EMPTY", "");
  assert_number (macros, "128K", 131072);
  assert_number (macros, "(64K)", 65536);
  assert_number (macros, "27M", 27 * 1024 * 1024);
  assert_number (macros, "4096M", G_GUINT64_CONSTANT (4294967296));
  assert_number (macros, "0x081E0000", 0x081E0000);
  assert_number (macros, "0x2001FFFCU", 0x2001FFFC);
  assert_number (macros, "SIZE", 3072);
  assert_number (macros, " ( TWICE + 4 ) / 2 - 1", 3073);
  assert_number (macros, "1 << 4 | 2 & 3", 18);
  assert_number (macros, "!(1 == 2) && (3 > 2 || 0)", 1);
  assert_number (macros, "~0 & 0xFF", 0xFF);
  assert_number (macros, "10 % 4", 2);
  assert_no_number (macros, "NOBODY");
  assert_no_number (macros, "LOOP");
  assert_no_number (macros, "TEXT");
  assert_no_number (macros, "EMPTY");
  assert_no_number (macros, "1 / 0");
  assert_no_number (macros, "1 +");
  assert_no_number (macros, "(1");
  assert_no_number (macros, "12monkeys");
  assert_no_number (macros, "1 2");
  assert_no_number (macros, "");
  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '(');
  assert_no_number (macros, deep->str);
}

static void
test_conditions (void)
{
  g_autoptr (HsMacros) macros = hs_macros_new ();
  g_autofree char *left = NULL;
  guint64 number;

  hs_macros_define (macros, "CORE_HP", "1");
  left =
      hs_macros_read (macros,
                      "#ifndef HEAD /* #define NO 1 */\n"
                      "#define HEAD\n"
                      "#if BOOT\n#define WHO 1\n#elif CORE_HP\n#define WHO 2\n"
                      "  # if defined(HEAD) && !defined NOBODY\n#define INNER (WHO + 1)\n#endif\n"
                      "#else\n#define WHO 3\n#endif\n"
                      "#define LONG 1 + \\\n  2 // and a comment\n"
                      "#define F(x) (x)\n#define GONE 1\n#undef GONE\n"
                      "#define PATH \"a//b\"\n"
                      "seen\n#if 0\nunseen\n#endif\n#endif\n");
  g_assert_nonnull (strstr (left, "seen\n"));
  g_assert_null (strstr (left, "unseen"));
  g_assert_true (hs_macros_get_number (macros, "WHO", &number));
  g_assert_cmpuint (number, ==, 2);
  g_assert_true (hs_macros_get_number (macros, "INNER", &number));
  g_assert_cmpuint (number, ==, 3);
  g_assert_true (hs_macros_get_number (macros, "LONG", &number));
  g_assert_cmpuint (number, ==, 3);
  g_assert_false (hs_macros_has (macros, "F"));
  g_assert_false (hs_macros_has (macros, "GONE"));
  g_assert_false (hs_macros_has (macros, "NO"));
  g_assert_true (hs_macros_has (macros, "HEAD"));
  g_assert_cmpstr (hs_macros_get_text (macros, "PATH"), ==, "\"a//b\"");
}

/* What is open or closed too often breaks nothing. */
static void
test_odd_headers (void)
{
  const char *const texts[] = { "#endif\n#else\n#elif 1\n#define A 1\n",
                                "#if\n#if 1\n#if (\n",
                                "/* never closed",
                                "\"never closed",
                                "#define\n#define 1\n#define A\\",
                                "#if 1\\\n+1\n#define B 2\n#endif",
                                "#\n##\n# \n",
                                "\\\n\\\n\\" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (HsMacros) macros = hs_macros_new ();
    g_autofree char *left = hs_macros_read (macros, texts[i]);

    g_assert_nonnull (left);
  }
}

/* --- trees --- */

#define LINKER                                                                                     \
  "MEMORY\n{\n  DTCM (xrw) : ORIGIN = OMV_DTCM_ORIGIN, LENGTH = OMV_DTCM_LENGTH\n"                 \
  "  #if defined(OMV_SRAM7_ORIGIN)\n  SRAM7 (xrw) : ORIGIN = 1, LENGTH = 2\n  #endif\n"            \
  "  FLASH_TEXT (rx) : ORIGIN = OMV_FLASH_TXT_ORIGIN, LENGTH = OMV_FLASH_TXT_LENGTH\n}\n"          \
  "SECTIONS { .text : { *(.text) } >FLASH_TEXT }\n"

#define MEMORY                                                                                     \
  "#define OMV_DTCM_ORIGIN 0x20000000 // here\n#define OMV_DTCM_LENGTH 128K\n"                     \
  "#define OMV_FLASH_TXT_ORIGIN 0x08040000\n"

#define BOOT                                                                                       \
  "static const partition_t OMV_BOOT_DFU_PARTITIONS[] = {\n"                                       \
  "  { .type = A, .rdonly = 1, .start = 0x08000000, .limit = 0x08020000 }, // Boot\n"              \
  "  { .type = A, .rdonly = 0, .start = 0x08020000, .limit = (0x08020000 + 128 * 1024) },\n};\n"   \
  "#define OMV_BOOT_DFU_PARTITIONS_STR \"BOOTLOADER\", \"FILESYSTEM\"\n"

static void
make_top (const char *root)
{
  put (root, "Makefile", "export BUILD:=$(TOP_DIR)/build/$(TARGET)\n", 0644);
  put (root,
       "boards/OPENMV4/board_config.mk",
       "MCU=STM32H743xx\nCPU = cortex-m7\nPORT=stm32\nOMV_USB_VID=0x37C5\nOMV_USB_PID=0x1204\n"
       "OMV_ENABLE_BL=1 # yes\nOMV_BOARD_CFLAGS = -DA \\\n -DB\nOMV_JLINK_ARGS=--device X\n",
       0644);
  put (root,
       "boards/OPENMV4/board_config.h",
       MEMORY "#define OMV_FLASH_TXT_LENGTH 1664K\n#define OMV_UMA_BLOCK0_SIZE (480K)\n"
              "#define OMV_ROMFS_PART0_LENGTH 128K\n",
       0644);
  put (root, "boards/OPENMV4/boot_config.h", BOOT, 0644);
  put (root,
       "boards/OPENMV4/romfs_config.json",
       "{\"0\": {\"size\": \"0x20000\", \"entries\": []}, \"1\": {\"size\": 4096}}",
       0644);
  put (root, "boards/OWN_BOARD/board_config.mk", "PORT=stm32\n", 0644);
  put (root,
       "boards/OPENMV1/board_config.mk",
       "PORT=stm32\n$(error \"No longer supported :O $(BRACKET)\")\n",
       0644);
  put (root, "boards/README/readme.txt", "no board\n", 0644);
  put (root, "ports/stm32/stm.ld.S", LINKER, 0644);
  put (root,
       "protocol/omv_protocol.h",
       "#define OMV_FIRMWARE_VERSION_MAJOR (5)\n#define OMV_FIRMWARE_VERSION_MINOR (1)\n"
       "#define OMV_FIRMWARE_VERSION_PATCH (2)\n",
       0644);
}

static void
assert_range (GPtrArray *ranges,
              guint n,
              const char *name,
              guint64 start,
              guint64 length,
              gboolean writable)
{
  const HsTreeRange *range;

  g_assert_cmpuint (n, <, ranges->len);
  range = g_ptr_array_index (ranges, n);
  g_assert_cmpstr (range->name, ==, name);
  g_assert_cmphex (range->start, ==, start);
  g_assert_cmpuint (range->length, ==, length);
  g_assert_cmpint (range->writable, ==, writable);
}

static void
assert_path (HsTree *tree, HsTreeFile file, const char *target, const char *expected)
{
  g_autofree char *path = hs_tree_dup_path (tree, file, target);
  g_autofree char *whole = g_build_filename (hs_tree_get_root (tree), expected, NULL);

  g_assert_cmpstr (path, ==, whole);
}

static void
test_top (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *inside = g_build_filename (root, "boards/OPENMV4", NULL);
  g_autoptr (HsTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  const HsTreeBoard *board;

  make_top (root);
  tree = hs_tree_new (inside, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (hs_tree_get_root (tree), ==, root);
  g_assert_cmpint (hs_tree_get_layout (tree), ==, HS_TREE_LAYOUT_TOP);
  g_assert_cmpstr (hs_tree_get_number (tree), ==, "5.1.2");
  g_assert_null (hs_tree_get_commit (tree));
  g_assert_null (hs_tree_get_changed (tree)[0]);
  g_assert_cmpuint (hs_tree_get_boards (tree)->len, ==, 3);
  g_assert_null (hs_tree_find_board (tree, "README"));
  g_assert_null (hs_tree_find_board (tree, NULL));

  board = hs_tree_find_board (tree, "OPENMV4");
  g_assert_nonnull (board->board);
  g_assert_null (board->refused);
  g_assert_cmpstr (board->mcu, ==, "STM32H743xx");
  g_assert_cmpstr (board->cpu, ==, "cortex-m7");
  g_assert_cmpstr (board->port, ==, "stm32");
  g_assert_cmpstr (board->jlink, ==, "--device X");
  g_assert_cmphex (board->vid, ==, 0x37C5);
  g_assert_cmphex (board->pid, ==, 0x1204);
  g_assert_true (board->bootloader);
  g_assert_cmphex (board->firmware_start, ==, 0x08040000);
  g_assert_cmpuint (board->firmware_length, ==, 1664 * 1024);
  g_assert_cmpint (board->memory, ==, HS_TREE_MEMORY_UMA);
  g_assert_cmpuint (board->partitions->len, ==, 2);
  assert_range (board->partitions, 0, "BOOTLOADER", 0x08000000, 0x20000, FALSE);
  assert_range (board->partitions, 1, "FILESYSTEM", 0x08020000, 0x20000, TRUE);
  g_assert_cmpuint (board->regions->len, ==, 2);
  assert_range (board->regions, 0, "DTCM", 0x20000000, 128 * 1024, TRUE);
  assert_range (board->regions, 1, "FLASH_TEXT", 0x08040000, 1664 * 1024, FALSE);
  g_assert_cmpuint (board->romfs->len, ==, 2);
  g_assert_cmpuint (g_array_index (board->romfs, HsTreeRomfs, 0).length, ==, 0x20000);
  g_assert_cmpuint (g_array_index (board->romfs, HsTreeRomfs, 0).config_limit, ==, 0x20000);
  g_assert_cmpuint (g_array_index (board->romfs, HsTreeRomfs, 1).length, ==, 0);
  g_assert_cmpuint (g_array_index (board->romfs, HsTreeRomfs, 1).config_limit, ==, 4096);

  board = hs_tree_find_board (tree, "OWN_BOARD");
  g_assert_null (board->board);
  g_assert_cmpuint (board->firmware_length, ==, 0);
  g_assert_cmpint (board->memory, ==, HS_TREE_MEMORY_NONE);
  board = hs_tree_find_board (tree, "OPENMV1");
  g_assert_nonnull (strstr (board->refused, "No longer supported :O"));
  g_assert_null (strchr (board->refused, '$'));

  assert_path (tree, HS_TREE_FILE_MANIFEST, "OPENMV4", "boards/OPENMV4/manifest.py");
  assert_path (tree, HS_TREE_FILE_BOARD_CONFIG, "NEW", "boards/NEW/board_config.h");
  assert_path (tree, HS_TREE_FILE_BOARD_FOLDER, "OPENMV4", "boards/OPENMV4");
  assert_path (tree, HS_TREE_FILE_BIN, "OPENMV4", "build/OPENMV4/bin");
  assert_path (tree, HS_TREE_FILE_MODELS, NULL, "lib/models");
  assert_path (tree, HS_TREE_FILE_MPY_CROSS, NULL, "lib/micropython/mpy-cross/build/mpy-cross");
  remove_all (root);
}

static void
test_src (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (HsTree) tree = NULL;
  g_autoptr (GError) error = NULL;
  const HsTreeBoard *board;

  put (root, "src/Makefile", "BUILD=$(TOP_DIR)/build\n", 0644);
  put (root,
       "src/omv/boards/OPENMV4/omv_boardconfig.mk",
       "MCU=STM32H743xx\nPORT=stm32\nMAIN_APP_ADDR=0x08040000\n",
       0644);
  put (root,
       "src/omv/boards/OPENMV4/omv_boardconfig.h",
       MEMORY "#define OMV_FLASH_TXT_LENGTH 1792K\n#define OMV_FB_SIZE (400K)\n",
       0644);
  put (root, "src/omv/ports/stm32/stm32fxxx.ld.S", LINKER, 0644);
  put (root, "src/micropython/README.md", "here\n", 0644);
  put (root,
       "src/omv/common/usbdbg.h",
       "#define FIRMWARE_VERSION_MAJOR (4)\n#define FIRMWARE_VERSION_MINOR (5)\n"
       "#define FIRMWARE_VERSION_PATCH (9)\n",
       0644);
  tree = hs_tree_new (root, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_tree_get_layout (tree), ==, HS_TREE_LAYOUT_SRC);
  g_assert_cmpstr (hs_tree_get_number (tree), ==, "4.5.9");
  board = hs_tree_find_board (tree, "OPENMV4");
  g_assert_cmpuint (board->firmware_length, ==, 1792 * 1024);
  g_assert_cmpint (board->memory, ==, HS_TREE_MEMORY_FB);
  g_assert_cmpuint (board->partitions->len, ==, 0);
  g_assert_cmpuint (board->romfs->len, ==, 0);
  assert_path (
      tree, HS_TREE_FILE_BOARD_CONFIG, "OPENMV4", "src/omv/boards/OPENMV4/omv_boardconfig.h");
  assert_path (tree, HS_TREE_FILE_BUILD, "OPENMV4", "src/build");
  assert_path (tree, HS_TREE_FILE_BIN, "OPENMV4", "src/build/bin");
  assert_path (tree, HS_TREE_FILE_MAKE_FOLDER, NULL, "src");
  assert_path (tree, HS_TREE_FILE_MICROPYTHON, NULL, "src/micropython");
  assert_path (tree, HS_TREE_FILE_MODELS, NULL, "src/lib/tflm/models");
  remove_all (root);
}

static void
test_no_tree (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (GError) error = NULL;

  put (root, "Makefile", "all:\n", 0644);
  put (root, "boards/OPENMV4/readme", "x\n", 0644);
  g_assert_null (hs_tree_new (root, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TREE);
  g_assert_nonnull (strstr (error->message, "board_config.mk"));
  g_clear_error (&error);
  g_assert_null (hs_tree_new ("/nowhere/at/all", NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TREE);
  remove_all (root);
}

static void
run_git (const char *folder, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_strconcat (
      "git -c protocol.file.allow=always -c user.name=n -c user.email=e@e -c commit.gpgsign=false "
      "-c tag.gpgsign=false -c init.defaultBranch=main ",
      words,
      NULL);
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_successful (process));
}

static void
test_git (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *other = make_tree ();
  g_autofree char *inner = g_build_filename (root, "lib/micropython", NULL);
  g_autofree char *add = g_strdup_printf ("submodule add %s lib/micropython", other);
  g_autoptr (HsTree) tree = NULL;
  const HsTreeSubmodule *submodule;
  g_autofree char *wanted = NULL;

  put (other, "py/py.c", "int x;\n", 0644);
  run_git (other, "init -q");
  run_git (other, "add -A");
  run_git (other, "commit -qm one");
  make_top (root);
  run_git (root, "init -q");
  run_git (root, add);
  run_git (root, "add -A");
  run_git (root, "commit -qm first");
  run_git (root, "tag v5.1.1");
  run_git (root, "commit -q --allow-empty -m second");
  run_git (root, "tag nightly");

  tree = hs_tree_new (root, NULL, NULL);
  g_assert_cmpuint (strlen (hs_tree_get_commit (tree)), ==, 40);
  g_assert_true (g_str_has_prefix (hs_tree_get_describe (tree), "v5.1.1-1-g"));
  g_assert_cmpstr (hs_tree_get_tag (tree), ==, "nightly");
  g_assert_cmpstr (hs_tree_get_branch (tree), ==, "main");
  g_assert_null (hs_tree_get_changed (tree)[0]);
  g_assert_cmpuint (hs_tree_get_submodules (tree)->len, ==, 1);
  submodule = g_ptr_array_index (hs_tree_get_submodules (tree), 0);
  g_assert_cmpstr (submodule->path, ==, "lib/micropython");
  g_assert_cmpuint (strlen (submodule->commit), ==, 40);
  g_assert_true (submodule->present);
  g_assert_true (submodule->needed);
  g_assert_false (submodule->different);
  wanted = g_strdup (submodule->commit);

  run_git (inner, "commit -q --allow-empty -m more");
  run_git (root, "mv Makefile Makefile.old");
  run_git (root, "mv Makefile.old Makefile");
  put (root, "boards/OPENMV4/imlib config.h", "x\n", 0644);
  put (root, "protocol/omv_protocol.h", "x\n", 0644);
  run_git (root, "checkout -q --detach");
  g_clear_object (&tree);
  tree = hs_tree_new (root, NULL, NULL);
  g_assert_null (hs_tree_get_branch (tree));
  g_assert_null (hs_tree_get_number (tree));
  submodule = g_ptr_array_index (hs_tree_get_submodules (tree), 0);
  g_assert_true (submodule->different);
  g_assert_cmpstr (submodule->commit, ==, wanted);
  g_assert_true (g_strv_contains (hs_tree_get_changed (tree), "boards/OPENMV4/imlib config.h"));
  g_assert_true (g_strv_contains (hs_tree_get_changed (tree), "protocol/omv_protocol.h"));
  g_assert_true (g_strv_contains (hs_tree_get_changed (tree), "lib/micropython"));

  remove_all (inner);
  g_assert_cmpint (g_mkdir_with_parents (inner, 0755), ==, 0);
  g_clear_object (&tree);
  tree = hs_tree_new (root, NULL, NULL);
  submodule = g_ptr_array_index (hs_tree_get_submodules (tree), 0);
  g_assert_false (submodule->present);
  g_assert_false (submodule->different);
  remove_all (root);
  remove_all (other);
}

/* Unpacked inside somebody's repository: that one's commit says nothing about it. */
static void
test_inside_another (void)
{
  g_autofree char *outer = make_tree ();
  g_autofree char *root = g_build_filename (outer, "firmware", NULL);
  g_autoptr (HsTree) tree = NULL;

  make_top (root);
  run_git (outer, "init -q");
  run_git (outer, "commit -q --allow-empty -m first");
  tree = hs_tree_new (root, NULL, NULL);
  g_assert_nonnull (tree);
  g_assert_null (hs_tree_get_commit (tree));
  remove_all (outer);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/macros/expressions", test_expressions);
  g_test_add_func ("/macros/conditions", test_conditions);
  g_test_add_func ("/macros/odd-headers", test_odd_headers);
  g_test_add_func ("/tree/top", test_top);
  g_test_add_func ("/tree/src", test_src);
  g_test_add_func ("/tree/no-tree", test_no_tree);
  g_test_add_func ("/tree/git", test_git);
  g_test_add_func ("/tree/inside-another", test_inside_another);
  result = g_test_run ();
  remove_all (home);
  return result;
}
