/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/sdk.h"
#include "tests/edit-tree.h"
#include "tests/own-dirs.h"

/* A tree that wants SDK 1.6.0, and a PATH with nothing but what a test puts there. */
typedef struct {
  char *root;
  char *bin;
  char *home;
} Fixture;

static void
program (const char *folder, const char *name, const char *says)
{
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\n%s\n", says);

  put (folder, name, script, 0755);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const programs[] = { "make", "python3", "cc", "git" };

  self->root = make_tree ();
  self->bin = make_tree ();
  self->home = g_strdup (g_get_home_dir ());
  put (self->root, "Makefile", "build/$(TARGET)\n", 0644);
  put (self->root, "SDK_VERSION", "1.6.0\n", 0644);
  put (self->root,
       "boards/OPENMV4/board_config.mk",
       "PORT=stm32\nCPU=cortex-m7\nMICROPY_PY_ML_TFLM=1\nMICROPY_SSL_MBEDTLS = 1\n"
       "MICROPY_PY_LWIP = 0\n",
       0644);
  put (self->root, "boards/OPENMV4/manifest.py", "require(\"time\")\n", 0644);
  put (self->root,
       "boards/OPENMV_N6/board_config.mk",
       "PORT=stm32\nCPU=cortex-m55\nMICROPY_PY_ML_STAI=1\n",
       0644);
  put (self->root, "boards/OPENMV_AE3/board_config.mk", "PORT=alif\nCPU=cortex-m55\n", 0644);
  put (self->root,
       ".gitmodules",
       "[submodule \"a\"]\n\tpath = lib/micropython\n[submodule \"b\"]\n\tpath = tools/alif\n"
       "[submodule \"c\"]\n\tpath = scripts/libraries/microdot\n",
       0644);
  put (self->root, "docker/Makefile", "all:\n", 0644);
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    program (self->bin, programs[i], "echo some 1.0");
  program (self->bin,
           "arm-none-eabi-gcc",
           "case $1 in -dumpversion) echo 12.2.1;; *) echo /lib/libc.a;; esac");
  program (self->bin, "arm-none-eabi-g++", "echo libstdc++.a");
  g_setenv ("PATH", self->bin, TRUE);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *sdks = g_build_filename (self->home, NULL);

  remove_all (self->root);
  remove_all (self->bin);
  remove_all (sdks);
  g_free (self->root);
  g_free (self->bin);
  g_free (self->home);
}

static const HsNeed *
need (GPtrArray *needs, const char *id)
{
  const HsNeed *found = hs_sdk_find (needs, id);

  g_test_message ("%s: %s", id, found != NULL ? found->text : "not asked");
  g_assert_nonnull (found);
  g_assert_nonnull (found->text);
  return found;
}

static GPtrArray *
check (Fixture *self, const char *target)
{
  g_autoptr (HsTree) tree = hs_tree_new (self->root, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GPtrArray *needs = hs_sdk_check (tree, target, NULL, &error);

  g_assert_no_error (error);
  return needs;
}

static void
test_sdk (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) missing = check (self, "OPENMV4");
  g_autoptr (GPtrArray) other = NULL;
  g_autoptr (GPtrArray) met = NULL;
  g_autoptr (GPtrArray) none = NULL;
  const HsNeed *sdk = need (missing, "sdk");
  g_autofree char *version = g_build_filename (self->root, "SDK_VERSION", NULL);

  g_assert_cmpint (sdk->state, ==, HS_NEED_MISSING);
  g_assert_true (sdk->blocks);
  g_assert_cmpstr (sdk->wanted, ==, "1.6.0");
  g_assert_null (sdk->found);
  g_assert_cmpstr (sdk->command, ==, "make sdk");

  put (self->home, "openmv-sdk-1.5.0/sdk.version", "1.5.0\n", 0644);
  other = check (self, "OPENMV4");
  sdk = need (other, "sdk");
  g_assert_cmpint (sdk->state, ==, HS_NEED_OTHER_VERSION);
  g_assert_true (sdk->blocks);
  g_assert_cmpstr (sdk->found, ==, "1.5.0");

  put (self->home, "openmv-sdk-1.6.0/sdk.version", "1.6.0\n", 0644);
  met = check (self, NULL);
  sdk = need (met, "sdk");
  g_assert_cmpint (sdk->state, ==, HS_NEED_MET);
  g_assert_false (sdk->blocks);
  g_assert_null (sdk->command);

  g_remove (version);
  none = check (self, "OPENMV4");
  g_assert_null (hs_sdk_find (none, "sdk"));
}

/* The SDK's own compiler goes before the machine's. */
static void
test_path (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) old = check (self, "OPENMV_N6");
  g_autoptr (GPtrArray) met = NULL;
  const HsNeed *compiler = need (old, "compiler");
  g_autofree char *bin = g_build_filename (self->home, "openmv-sdk-1.6.0/gcc/bin", NULL);
  g_autofree char *path = NULL;
  g_autoptr (HsTree) tree = hs_tree_new (self->root, NULL, NULL);

  g_assert_cmpint (compiler->state, ==, HS_NEED_OLD);
  g_assert_true (compiler->blocks);
  g_assert_true (g_str_has_prefix (compiler->found, "12.2.1"));
  g_assert_nonnull (strstr (compiler->wanted, "14.3"));

  program (bin, "arm-none-eabi-gcc", "echo 14.3.1");
  met = check (self, "OPENMV_N6");
  g_assert_cmpint (need (met, "compiler")->state, ==, HS_NEED_MET);
  path = hs_sdk_dup_path (tree, NULL);
  g_assert_true (g_str_has_prefix (path, bin));
  g_assert_true (g_str_has_suffix (path, self->bin));
}

static void
test_tools (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) h7 = check (self, "OPENMV4");
  g_autoptr (GPtrArray) n6 = check (self, "OPENMV_N6");
  g_autoptr (GPtrArray) ae3 = check (self, "OPENMV_AE3");
  g_autoptr (GPtrArray) bare = NULL;
  g_autoptr (HsTree) tree = hs_tree_new (self->root, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (need (h7, "make")->state, ==, HS_NEED_MET);
  g_assert_cmpint (need (h7, "compiler")->state, ==, HS_NEED_MET);
  g_assert_cmpint (need (h7, "newlib")->state, ==, HS_NEED_MET);
  g_assert_cmpint (need (h7, "libstdc++")->state, ==, HS_NEED_MISSING);
  g_assert_true (need (h7, "libstdc++")->blocks);
  g_assert_cmpint (need (h7, "engine")->state, ==, HS_NEED_MISSING);
  g_assert_false (need (h7, "engine")->blocks);
  g_assert_null (hs_sdk_find (h7, "vela"));
  g_assert_null (hs_sdk_find (h7, "clang"));
  g_assert_cmpint (need (n6, "stedgeai")->state, ==, HS_NEED_MISSING);
  g_assert_cmpint (need (n6, "signing-tool")->state, ==, HS_NEED_MISSING);
  g_assert_true (need (ae3, "vela")->blocks);
  g_assert_null (hs_sdk_find (ae3, "stedgeai"));

  g_setenv ("PATH", self->root, TRUE);
  bare = check (self, "OPENMV4");
  g_assert_cmpint (need (bare, "make")->state, ==, HS_NEED_MISSING);
  g_assert_true (need (bare, "make")->blocks);
  g_assert_true (need (bare, "compiler")->blocks);
  g_assert_true (need (bare, "python3")->blocks);
  g_assert_false (need (bare, "git")->blocks);

  g_assert_null (hs_sdk_check (tree, "NOBODY", NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TREE);
}

/* What one board needs another need not. */
static void
test_submodules (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) h7 = check (self, "OPENMV4");
  g_autoptr (GPtrArray) ae3 = check (self, "OPENMV_AE3");
  g_autoptr (GPtrArray) inner = NULL;

  g_assert_true (need (h7, "submodule:lib/micropython")->blocks);
  g_assert_cmpint (need (h7, "submodule:tools/alif")->state, ==, HS_NEED_MISSING);
  g_assert_false (need (h7, "submodule:tools/alif")->blocks);
  g_assert_false (need (h7, "submodule:scripts/libraries/microdot")->blocks);
  g_assert_true (need (ae3, "submodule:tools/alif")->blocks);
  /* No checkout: git can't get anything. */
  g_assert_null (need (h7, "submodule:lib/micropython")->command);

  put (self->root, "lib/micropython/py/py.c", "x\n", 0644);
  put (self->root,
       "lib/micropython/.gitmodules",
       "\tpath = lib/mbedtls\n\tpath = lib/lwip\n\tpath = lib/micropython-lib\n",
       0644);
  put (self->root, "lib/micropython/lib/micropython-lib/README", "x\n", 0644);
  inner = check (self, "OPENMV4");
  g_assert_cmpint (need (inner, "submodule:lib/micropython")->state, ==, HS_NEED_MET);
  g_assert_true (need (inner, "submodule:lib/micropython/lib/mbedtls")->blocks);
  g_assert_null (hs_sdk_find (inner, "submodule:lib/micropython/lib/lwip"));
  g_assert_null (hs_sdk_find (inner, "submodule:lib/micropython/lib/micropython-lib"));
}

#define CROSS "lib/micropython/mpy-cross/build/mpy-cross"
#define HEAD  "7aaa17e5ed00112233445566778899aabbccddee"

static gboolean
is_current (Fixture *self, HsNeedState expected)
{
  g_autoptr (GPtrArray) needs = check (self, "OPENMV4");
  g_autoptr (HsTree) tree = hs_tree_new (self->root, NULL, NULL);

  g_assert_cmpint (need (needs, "mpy-cross")->state, ==, expected);
  g_assert_false (need (needs, "mpy-cross")->blocks);
  return hs_sdk_mpy_cross_is_current (tree);
}

static void
test_mpy_cross (Fixture *self, gconstpointer data)
{
  g_autoptr (HsTree) tree = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (is_current (self, HS_NEED_MISSING));
  put (self->root, "lib/micropython/py/py.c", "x\n", 0644);
  program (self->root, CROSS, "echo MicroPython v1.28.0 on 2026-11-21");
  g_assert_true (is_current (self, HS_NEED_MET)); /* can't be told */

  /* From here on a commit is checked out. */
  put (self->root, "lib/micropython/.git", "gitdir: ../../modules\n", 0644);
  program (self->bin, "git", "case $* in *rev-parse*HEAD) echo " HEAD ";; esac");
  program (self->root, CROSS, "echo MicroPython v1.28.0-22.g1234567890 on 2026-11-21");
  g_assert_false (is_current (self, HS_NEED_OTHER_VERSION));
  program (self->root, CROSS, "echo MicroPython v1.28.0-22.g7aaa17e5ed.dirty on 2026-11-21");
  g_assert_true (is_current (self, HS_NEED_MET));

  /* What Hotshoe noted goes before what the program says; a new program makes it void. */
  program (self->root, CROSS, "echo MicroPython v1.28.0-22.g1234567890 on 2026-11-21");
  tree = hs_tree_new (self->root, NULL, NULL);
  g_assert_true (hs_sdk_mpy_cross_note (tree, &error));
  g_assert_no_error (error);
  g_assert_true (is_current (self, HS_NEED_MET));
  program (self->root, CROSS, "echo MicroPython v1.28.0-22.g123456789a on 2026-11-21");
  g_assert_false (is_current (self, HS_NEED_OTHER_VERSION));
  program (self->root, CROSS, "exit 1");
  g_assert_false (is_current (self, HS_NEED_MISSING));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int result;

  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/sdk/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("sdk", test_sdk);
  ADD ("path", test_path);
  ADD ("tools", test_tools);
  ADD ("submodules", test_submodules);
  ADD ("mpy-cross", test_mpy_cross);
  result = g_test_run ();
  remove_all (home);
  return result;
}
