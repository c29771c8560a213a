/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/romfs-source.h"
#include "tests/own-dirs.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* A tree of the layout of today: just what sources of ROMFS look at. */
typedef struct {
  char *root;
  HsTree *tree; /* nullable */
  GPtrArray *findings;
} Rig;

static void
put (Rig *rig, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (rig->root, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
put_program (Rig *rig, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (rig->root, name, NULL);

  put (rig, name, text);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}

static const char port[] = "ifeq ($(MCU_CORE),M55_HP)\n"
                           "CORE = 1\n"
                           "else ifeq ($(MCU_CORE),M55_HE)\n"
                           "VELA_ARGS=\"--system-config HE\"\n"
                           "else\n"
                           "$(error what)\n"
                           "endif\n"
                           "ifeq ($(MCU_CORE),M55_HP)\n"
                           "VELA_ARGS=\"--system-config HP \\\n"
                           "           --memory-mode Shared_Sram\"\n"
                           "endif\n";

static const char stm32[] = "ifdef NOTHING_KNOWN\nX = 1\nendif\n"
                            "ifeq ($(MCU_SERIES),$(filter $(MCU_SERIES),n6 n7))\n"
                            "STEDGEAI_ARGS ?= --stedge-args \"--target stm32n6\"\n"
                            "endif\n";

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

static void
set_up (Rig *rig, gconstpointer data)
{
  rig->root = g_dir_make_tmp ("hotshoe-source-XXXXXX", NULL);
  rig->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
}

/* Boards of our own: nothing here is about a real one. */
static void
make_tree (Rig *rig)
{
  g_autoptr (GError) error = NULL;

  put (rig, "boards/PLAIN/board_config.mk", "MCU=STM32H743xx\nCPU=cortex-m7\nPORT=stm32\n");
  put (rig, "boards/NPU/board_config.mk", "MCU=STM32N657xx\nCPU=cortex-m55\nPORT=stm32\n");
  put (rig, "boards/TWO/board_config.mk", "MCU=AE302F\nCPU=cortex-m55\nPORT=alif\n");
  put (rig,
       "boards/OWN/board_config.mk",
       "MCU=mps3\nCPU=cortex-m55\nPORT=stm32\nVELA_ARGS = \"--own $(TOP_DIR)/x\"\n");
  for (guint i = 0; i < 4; i++) {
    static const char *const boards[] = { "PLAIN", "NPU", "TWO", "OWN" };
    g_autofree char *header = g_strdup_printf ("boards/%s/board_config.h", boards[i]);
    g_autofree char *manifest = g_strdup_printf ("boards/%s/manifest.py", boards[i]);

    put (rig, header, "#define OMV_BOARD_ARCH \"X\"\n");
    put (rig, manifest, "");
  }
  put (rig, "ports/alif/alif.mk", port);
  put (rig, "ports/stm32/port_config.mk", stm32);
  put (rig, "Makefile", "all:\n");
  put (rig, "protocol/omv_protocol.h", "#define OMV_PROTOCOL_FIRMWARE_VERSION_MAJOR 5\n");
  put (rig, "common/x.h", "");
  put (rig, "tools/mkromfs.py", "");
  put (rig, "scripts/libraries/x.py", "");
  put (rig, "modules/x.c", "");
  put (rig, "lib/micropython/py/x.c", "");
  rig->tree = hs_tree_new (rig->root, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Rig *rig, gconstpointer data)
{
  g_clear_object (&rig->tree);
  remove_all (rig->root);
  g_ptr_array_unref (rig->findings);
  g_free (rig->root);
}

static guint
count (Rig *rig, const char *code)
{
  guint n = 0;

  for (guint i = 0; i < rig->findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (rig->findings, i);

    g_test_message ("%s %s: %s", finding->code, finding->file, finding->text);
    n += g_str_equal (finding->code, code);
  }
  return n;
}

static void
assert_file (HsRomfs *romfs, guint n, const char *name, const char *text)
{
  const HsRomfsFile *file = hs_romfs_get_file (romfs, n);

  g_assert_nonnull (file);
  g_assert_cmpstr (file->name, ==, name);
  if (text != NULL)
    g_assert_cmpmem (
        g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes), text, strlen (text));
}

/* --- folders --- */

static HsRomfs *
read_folder (Rig *rig, const HsRomfsWay *way)
{
  g_autofree char *folder = g_build_filename (rig->root, "in", NULL);
  g_autoptr (GError) error = NULL;
  HsRomfs *romfs = hs_romfs_new_from_folder (folder, way, rig->findings, NULL, &error);

  g_assert_no_error (error);
  return romfs;
}

static void
test_folder (Rig *rig, gconstpointer data)
{
  const HsRomfsWay way = { .compile = TRUE, .convert = TRUE };
  g_autoptr (HsRomfs) romfs = NULL;

  put (rig, "in/b.py", "b");
  put (rig, "in/a.txt", "a");
  put (rig, "in/lib/c.py", "c");
  put (rig, "in/m.tflite", "model");
  put (rig, "in/m.txt", "labels");
  put (rig, "in/some.xml", "<no-cascade/>");
  put (rig, "in/bad.xml", "<opencv_storage>");
  put (rig, "in/.git/x", "x");
  romfs = read_folder (rig, &way);
  g_assert_cmpuint (hs_romfs_get_n_files (romfs), ==, 7);
  assert_file (romfs, 0, "a.txt", "a");
  assert_file (romfs, 1, "b.py", "b");
  assert_file (romfs, 3, "lib/c.py", "c");
  assert_file (romfs, 4, "m.tflite", "model");
  assert_file (romfs, 5, "m.txt", "labels");
  assert_file (romfs, 6, "some.xml", NULL);
  g_assert_cmpuint (hs_romfs_get_file (romfs, 4)->alignment, ==, 16);
  g_assert_cmpuint (count (rig, "no-mpy-cross"), ==, 1);
  g_assert_cmpuint (count (rig, "hidden"), ==, 1);
  g_assert_cmpuint (count (rig, "bad-cascade"), ==, 1);
  g_assert_cmpuint (count (rig, "not-converted"), ==, 1);
}

/* A program that stands for mpy-cross: it refuses what says so. */
static const char mpy_cross[] =
    "#!/bin/sh\n"
    "while [ $# -gt 1 ]; do case $1 in -o) out=$2; shift;; -s) name=$2; shift;;"
    " -march=*) arch=$1;; esac; shift; done\n"
    "if grep -q BROKEN \"$1\"; then echo 'SyntaxError: invalid syntax' >&2; exit 1; fi\n"
    "printf 'M\\006%s %s' \"$name\" \"$arch\" >\"$out\"\n";

static void
test_compile (Rig *rig, gconstpointer data)
{
  HsRomfsWay way = { .target = "PLAIN", .compile = TRUE };
  g_autoptr (HsRomfs) romfs = NULL;

  put (rig, "in/good.py", "x = 1\n");
  put (rig, "in/lib/bad.py", "BROKEN\n");
  put_program (rig, "lib/micropython/mpy-cross/build/mpy-cross", mpy_cross);
  make_tree (rig);
  way.tree = rig->tree;
  romfs = read_folder (rig, &way);
  assert_file (romfs, 0, "good.mpy", "M\006good.py -march=armv7m");
  assert_file (romfs, 1, "lib/bad.py", "BROKEN\n");
  g_assert_cmpuint (count (rig, "not-compiled"), ==, 1);
}

/* The labels beside a model come along, once. */
static void
test_add_file (Rig *rig, gconstpointer data)
{
  const HsRomfsWay way = { .convert = TRUE };
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autofree char *model = g_build_filename (rig->root, "m.tflite", NULL);
  g_autofree char *nothing = g_build_filename (rig->root, "nothing", NULL);
  g_autoptr (GError) error = NULL;

  put (rig, "m.tflite", "model");
  put (rig, "m.txt", "labels");
  hs_romfs_add_file (romfs, model, "face.tflite", &way, rig->findings, NULL, &error);
  g_assert_no_error (error);
  assert_file (romfs, 0, "face.tflite", "model");
  assert_file (romfs, 1, "face.txt", "labels");
  g_assert_cmpuint (hs_romfs_get_n_files (romfs), ==, 2);
  g_assert_false (hs_romfs_add_file (romfs, model, "face.tflite", &way, rig->findings, NULL, NULL));
  g_assert_false (hs_romfs_add_file (romfs, nothing, NULL, &way, rig->findings, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- configurations --- */

static HsRomfs *
read_config (Rig *rig, const char *text, GError **error)
{
  const HsRomfsWay way = { .convert = TRUE };
  g_autofree char *path = g_build_filename (rig->root, "boards", "X", "c.json", NULL);
  guint64 limit = 0;
  HsRomfs *romfs;

  put (rig, "boards/X/c.json", text);
  romfs = hs_romfs_new_from_config (path, &way, &limit, rig->findings, NULL, error);
  if (romfs != NULL)
    g_assert_cmpuint (limit, ==, 0x20000);
  return romfs;
}

static void
test_config (Rig *rig, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRomfs) romfs = NULL;

  put (rig, "data/b", "b");
  put (rig, "data/a", "a");
  put (rig, "data/.hidden", "h");
  put (rig, "data/folder/x", "x");
  put (rig, "m.tflite", "model");
  put (rig, "m.txt", "labels");
  romfs = read_config (rig,
                       "{\"0\": {\"size\": \"0x20000\", \"entries\": ["
                       "{\"type\": \"tflite\", \"path\": \"{TOP}/m.tflite\", \"alignment\": 64},"
                       "{\"type\": \"data\", \"path\": \"{TOP}/data/*\", \"alignment\": 8},"
                       "{\"type\": \"data\", \"path\": \"{TOP}/gone\", \"enabled\": false},"
                       "{\"type\": \"data\", \"path\": \"{TOP}/none/*\"},"
                       "{\"type\": \"data\", \"path\": \"{TOP}/data/a\"}]}}",
                       &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_romfs_get_n_files (romfs), ==, 5);
  assert_file (romfs, 0, "m.tflite", "model");
  assert_file (romfs, 1, "m.txt", "labels");
  assert_file (romfs, 2, "a", "a");
  assert_file (romfs, 3, "b", "b");
  assert_file (romfs, 4, "a", "a");
  g_assert_cmpuint (hs_romfs_get_file (romfs, 0)->alignment, ==, 64);
  g_assert_cmpuint (hs_romfs_get_file (romfs, 1)->alignment, ==, 4);
  g_assert_cmpuint (hs_romfs_get_file (romfs, 3)->alignment, ==, 8);
  g_assert_cmpuint (count (rig, "nothing-matches"), ==, 1);
  hs_romfs_check (romfs, NULL, 64, rig->findings);
  g_assert_cmpuint (count (rig, "romfs-twice"), ==, 1);
  g_assert_cmpuint (count (rig, "romfs-full"), ==, 1);
}

static void
test_bad_config (Rig *rig, gconstpointer data)
{
  static const char *const bad[] = {
    "",
    "[]",
    "{",
    "{\"1\": {}}",
    "{\"0\": 1}",
    "{\"0\": {\"entries\": []}}",
    "{\"0\": {\"size\": 131072, \"entries\": []}}",
    "{\"0\": {\"size\": \"many\", \"entries\": []}}",
    "{\"0\": {\"size\": \"0x20000\"}}",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [1]}}",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": \"data\", \"path\": \"*/../*\"}]}}",
    "{\"0\": /* \" */ "
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": \"data\"}]}}",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": 1, \"path\": \"x\"}]}}",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": \"data\", \"path\": \"{WHAT}/x\"}]}}",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": \"haar\", \"path\": \"x\"}]}}",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": \"data\", \"path\": "
    "\"{TOP}/data\", \"alignment\": 3}]}}",
    "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": \"haar\", \"path\": "
    "\"{TOP}/data\", \"stages\": 0}]}}",
  };
  g_autoptr (GString) deep = g_string_new ("{\"0\": ");
  g_autoptr (GError) error = NULL;

  put (rig, "data", "no cascade");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_assert_null (read_config (rig, bad[i], &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
    g_test_message ("%s", error->message);
    g_clear_error (&error);
  }
  for (guint i = 0; i < 200000; i++)
    g_string_append_c (deep, '[');
  g_assert_null (read_config (rig, deep->str, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
  g_clear_error (&error);

  g_assert_null (read_config (rig,
                              "{\"0\": {\"size\": \"0x20000\", \"entries\": [{\"type\": \"data\", "
                              "\"path\": \"{TOP}/gone\"}]}}",
                              &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- models --- */

static void
assert_value (Rig *rig, const char *target, guint core, const char *name, const char *wanted)
{
  g_autofree char *value = hs_romfs_make_value (rig->tree, target, core, name);

  g_assert_cmpstr (value, ==, wanted);
}

static void
test_make (Rig *rig, gconstpointer data)
{
  g_autofree char *own = NULL;

  make_tree (rig);
  own = g_strdup_printf ("\"--own %s/x\"", hs_tree_get_root (rig->tree));
  assert_value (rig, "PLAIN", 0, "VELA_ARGS", NULL);
  assert_value (rig, "PLAIN", 0, "STEDGEAI_ARGS", NULL);
  assert_value (rig, "NPU", 0, "STEDGEAI_ARGS", "--stedge-args \"--target stm32n6\"");
  assert_value (rig, "NPU", 0, "VELA_ARGS", NULL);
  assert_value (rig, "TWO", 1, "VELA_ARGS", "\"--system-config HE\"");
  assert_value (
      rig, "TWO", 0, "VELA_ARGS", "\"--system-config HP             --memory-mode Shared_Sram\"");
  assert_value (rig, "OWN", 0, "VELA_ARGS", own);
}

/* Both programs write down what they were called with. */
static const char vela[] =
    "#!/bin/sh\n"
    "all=$*\nwhile [ $# -gt 1 ]; do case $1 in --output-dir) out=$2;; esac; shift; done\n"
    "[ \"$1\" = \"${1%bad.tflite}\" ] || { echo 'no such operator' >&2; exit 1; }\n"
    "printf '%s' \"$all\" | sed \"s|$out|OUT|; s| /[^ ]*/| |g\" >\"$out/m_vela.tflite\"\n";
static const char stedgeai[] =
    "#!/bin/sh\n"
    "all=$*\nwhile [ $# -gt 1 ]; do case $1 in --workspace) out=$2;; esac; shift; done\n"
    "mkdir -p \"$out/network_npu_reloc_build\"\n"
    "printf '%s' \"$all\" | sed 's|[^ ]*/||g' >\"$out/network_npu_reloc_build/network_rel.bin\"\n";

static void
add_model (Rig *rig, const char *target, const char *name, const char *wanted)
{
  const HsRomfsWay way = { .tree = rig->tree, .target = target, .convert = TRUE };
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autofree char *path = g_build_filename (rig->root, name, NULL);
  g_autoptr (GError) error = NULL;

  hs_romfs_add_file (romfs, path, NULL, &way, rig->findings, NULL, &error);
  g_assert_no_error (error);
  assert_file (romfs, 0, name, wanted);
}

static void
test_models (Rig *rig, gconstpointer data)
{
  g_autofree char *bin = g_build_filename (rig->root, "bin", NULL);
  g_autofree char *path = g_strdup_printf ("%s:/usr/bin:/bin", bin);

  put (rig, "m.tflite", "model");
  put (rig, "bad.tflite", "model");
  make_tree (rig);
  g_setenv ("PATH", "/usr/bin:/bin", TRUE);
  add_model (rig, "PLAIN", "m.tflite", "model");
  g_assert_cmpuint (rig->findings->len, ==, 0);
  add_model (rig, "TWO", "m.tflite", "model");
  g_assert_cmpuint (count (rig, "no-vela"), ==, 1);
  add_model (rig, "NPU", "m.tflite", "model");
  g_assert_cmpuint (count (rig, "no-stedgeai"), ==, 1);

  put_program (rig, "bin/vela", vela);
  put_program (rig, "bin/stedgeai", stedgeai);
  g_setenv ("PATH", path, TRUE);
  g_ptr_array_set_size (rig->findings, 0);
  add_model (rig,
             "TWO",
             "m.tflite",
             "--system-config HP --memory-mode Shared_Sram --optimise Performance --output-dir "
             "OUT --config vela.ini m.tflite");
  add_model (rig,
             "NPU",
             "m.tflite",
             "generate --target stm32n6 --model m.tflite --relocatable --st-neural-art "
             "neuralart.json --workspace workspace --output gen --verbosity 1 --quiet");
  g_assert_cmpuint (rig->findings->len, ==, 0);
  add_model (rig, "TWO", "bad.tflite", "model");
  g_assert_cmpuint (count (rig, "model-failed"), ==, 1);
}

/* --- surprises --- */

static void
test_check (Rig *rig, gconstpointer data)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GBytes) bytes = g_bytes_new ("M\005xxxxxx", 8);
  g_autoptr (GBytes) good = g_bytes_new ("M\006xxxxxx", 8);

  hs_romfs_add (romfs, "main.mpy", good, 0, NULL, NULL);
  hs_romfs_add (romfs, "old.mpy", bytes, 0, NULL, NULL);
  hs_romfs_add (romfs, "lib/main.py", bytes, 0, NULL, NULL);
  hs_romfs_add (romfs, "bad.tflite", bytes, 4, NULL, NULL);
  hs_romfs_add (romfs, "good.tflite", bytes, 32, NULL, NULL);
  hs_romfs_check (romfs, "OPENMV_N6", 0, rig->findings);
  g_assert_cmpuint (count (rig, "romfs-main"), ==, 1);
  g_assert_cmpuint (count (rig, "mpy-version"), ==, 1);
  g_assert_cmpuint (count (rig, "not-compiled"), ==, 1);
  g_assert_cmpuint (count (rig, "model-alignment"), ==, 1);
}

static void
test_limit (Rig *rig, gconstpointer data)
{
  g_assert_cmpuint (hs_romfs_find_limit (NULL, "OPENMV4", 0), ==, 128 * 1024);
  g_assert_cmpuint (hs_romfs_find_limit (NULL, "OPENMV_AE3", 1), ==, 1024 * 1024);
  g_assert_cmpuint (hs_romfs_find_limit (NULL, NULL, 0), ==, 0);
  g_assert_cmpuint (hs_romfs_find_limit (NULL, "NONE", 0), ==, 0);
}

#define ADD(path, test) g_test_add (path, Rig, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);
  ADD ("/romfs-source/folder", test_folder);
  ADD ("/romfs-source/compile", test_compile);
  ADD ("/romfs-source/add-file", test_add_file);
  ADD ("/romfs-source/config", test_config);
  ADD ("/romfs-source/bad-config", test_bad_config);
  ADD ("/romfs-source/make", test_make);
  ADD ("/romfs-source/models", test_models);
  ADD ("/romfs-source/check", test_check);
  ADD ("/romfs-source/limit", test_limit);
  status = g_test_run ();
  remove_all (home);
  return status;
}
