/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/tools.h"
#include "tests/catalog-fixture.h"
#include "tests/own-dirs.h"

#include <string.h>

/* A home, a PATH and a folder of one's own, made up. */
typedef struct {
  char *root;
  char *home;
  char *path;
} Rig;

static void
rig_init (Rig *self)
{
  self->root = g_dir_make_tmp ("hotshoe-tools-XXXXXX", NULL);
  self->home = g_strdup (g_get_home_dir ());
  self->path = g_build_filename (self->root, "path", NULL);
  g_mkdir_with_parents (self->path, 0700);
  g_mkdir_with_parents (self->home, 0700);
  g_setenv ("PATH", self->path, TRUE);
  g_unsetenv ("HOTSHOE_TOOLS");
  g_unsetenv ("OPENMV_SDK");
  for (guint i = 0; i < HS_N_TOOLS; i++)
    g_assert_true (hs_tool_choose (i, NULL, NULL));
}

static void
rig_clear (Rig *self)
{
  remove_tree (self->root);
  remove_tree (self->home);
  g_free (self->root);
  g_free (self->home);
  g_free (self->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rig, rig_clear)

/* A file, with its folders; what it says if it is started. */
static char *
put (const char *folder, const char *name, const char *says)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\necho '%s'\n", says);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (path, script, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  return g_steal_pointer (&path);
}

static void
put_text (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = put (folder, name, "");

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
assert_found (HsTool tool, const char *path)
{
  g_autofree char *why = NULL;
  g_autoptr (GFile) file = hs_tool_find (tool, &why);

  g_assert_nonnull (file);
  g_assert_cmpstr (g_file_peek_path (file), ==, path);
  g_assert_null (why);
}

static void
assert_version (HsTool tool, const char *version)
{
  g_autoptr (GFile) file = hs_tool_find (tool, NULL);
  g_autofree char *found = NULL;

  g_assert_nonnull (file);
  found = hs_tool_get_version (tool, file, NULL);
  g_assert_cmpstr (found, ==, version);
}

static void
test_order (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *in_sdk = NULL, *in_path = NULL, *own = NULL, *chosen = NULL, *folder = NULL;
  g_autoptr (GFile) file = NULL;

  rig_init (&rig);
  folder = g_build_filename (rig.root, "own", NULL);
  put_text (rig.home, "openmv-sdk-1.6.0/sdk.version", "1.6.0\n");
  in_sdk = put (rig.home, "openmv-sdk-1.6.0/stcubeprog/bin/STM32_Programmer_CLI", "");
  assert_found (HS_TOOL_STM32_PROGRAMMER, in_sdk);

  in_path = put (rig.path, "STM32_Programmer_CLI", "STM32CubeProgrammer version: 2.19.0 ");
  assert_found (HS_TOOL_STM32_PROGRAMMER, in_path);
  assert_version (HS_TOOL_STM32_PROGRAMMER, "2.19.0");

  own = put (folder, "STM32_Programmer_CLI", "none of your business");
  g_setenv ("HOTSHOE_TOOLS", folder, TRUE);
  assert_found (HS_TOOL_STM32_PROGRAMMER, own);
  assert_version (HS_TOOL_STM32_PROGRAMMER, NULL);

  chosen = put (rig.root, "chosen/STM32_Programmer_CLI", "");
  file = g_file_new_for_path (chosen);
  g_assert_true (hs_tool_choose (HS_TOOL_STM32_PROGRAMMER, file, NULL));
  assert_found (HS_TOOL_STM32_PROGRAMMER, chosen);

  /* What was chosen and is gone is none. */
  g_assert_true (g_file_delete (file, NULL, NULL));
  assert_found (HS_TOOL_STM32_PROGRAMMER, own);
}

static void
test_sdk (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *newer = NULL, *layout = NULL, *elsewhere = NULL;

  rig_init (&rig);
  put_text (rig.home, "openmv-sdk-1.6.0/sdk.version", "1.6.0\n");
  put_text (rig.home, "openmv-sdk-1.10.0/sdk.version", "1.10.0\n");
  put_text (rig.home, "openmv-sdk-2.0.0/README", "not unpacked whole\n");
  newer = g_build_filename (rig.home, "openmv-sdk-1.10.0", NULL);
  assert_found (HS_TOOL_SDK, newer);
  assert_version (HS_TOOL_SDK, "1.10.0");

  put_text (newer, "OPENMV_N6/FlashLayout.tsv", "#Opt\n");
  layout = g_build_filename (newer, "OPENMV_N6", NULL);
  assert_found (HS_TOOL_N6_LAYOUT, layout);
  assert_version (HS_TOOL_N6_LAYOUT, NULL);

  elsewhere = g_build_filename (rig.root, "sdk", NULL);
  put_text (elsewhere, "sdk.version", "1.7.0");
  g_setenv ("OPENMV_SDK", elsewhere, TRUE);
  assert_found (HS_TOOL_SDK, elsewhere);
}

static void
test_ide (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *ide = NULL, *alif = NULL, *loader = NULL, *sbl = NULL, *mram = NULL;
  g_autofree char *maintenance = NULL, *update = NULL;

  rig_init (&rig);
  ide = g_build_filename (rig.home, "openmvide-4.8.6", NULL);
  alif = g_build_filename (ide, "share/qtcreator/alif/linux-x86_64", NULL);
  loader = put (ide, "share/qtcreator/firmware/OPENMV_RT1060/sdphost_flash_loader.bin", "");
  sbl = put (ide, "share/qtcreator/firmware/OPENMV_RT1060/blhost_flash_loader.bin", "");
  assert_found (HS_TOOL_IDE, ide);
  assert_version (HS_TOOL_IDE, "4.8.6");
  assert_found (HS_TOOL_RT1062_FLASHLOADER, loader);
  assert_found (HS_TOOL_RT1062_SBL, sbl);

  mram = put (alif, "app-write-mram", "");
  maintenance = put (alif, "maintenance", "");
  update = put (alif, "updateSystemPackage", "");
  assert_found (HS_TOOL_SE_TOOLS, alif);
  assert_version (HS_TOOL_SE_TOOLS, NULL);
  put_text (alif,
            "version.json",
            "{ \"version_major\": 1, \"version_minor\": 107, \"version_patch\": 2 }");
  assert_version (HS_TOOL_SE_TOOLS, "1.107.2");
}

/* Alif's own archive, or its fork: scripts, and a file that is named by the version. */
static void
test_scripts (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *folder = NULL;

  rig_init (&rig);
  folder = g_build_filename (rig.home, "alif-security-toolkit/toolkit", NULL);
  put_text (folder, "app-write-mram.py", "");
  put_text (folder, "maintenance.py", "");
  put_text (folder, "SETOOLS_version_SE_FW_1.110.00_DEV", "");
  g_assert_null (hs_tool_find (HS_TOOL_SE_TOOLS, NULL));
  put_text (folder, "updateSystemPackage.py", "");
  assert_found (HS_TOOL_SE_TOOLS, folder);
  assert_version (HS_TOOL_SE_TOOLS, "1.110.00");
}

static void
test_none (void)
{
  g_auto (Rig) rig = { 0 };

  rig_init (&rig);
  for (guint i = 0; i < HS_N_TOOLS; i++) {
    g_autofree char *why = NULL;
    g_autoptr (GFile) file = hs_tool_find (i, &why);

    if (file == NULL)
      g_assert_true (g_str_has_suffix (why, "."));
    g_assert_nonnull (hs_tool_name (i));
    g_assert_nonnull (hs_tool_title (i));
  }
}

static void
test_choose_wrong (void)
{
  g_auto (Rig) rig = { 0 };
  g_autofree char *path = NULL, *script = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;

  rig_init (&rig);
  path = put (rig.root, "bin/something", "");
  file = g_file_new_for_path (path);
  g_assert_false (hs_tool_choose (HS_TOOL_OPENOCD, file, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL);
  g_assert_nonnull (strstr (error->message, "openocd"));
  g_clear_error (&error);
  g_assert_false (hs_tool_choose (HS_TOOL_SE_TOOLS, file, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL);

  /* A folder that has it will do. */
  script = put (rig.root, "bin/openocd", "Open On-Chip Debugger 0.12.0");
  folder = g_file_get_parent (file);
  g_assert_true (hs_tool_choose (HS_TOOL_OPENOCD, folder, NULL));
  assert_found (HS_TOOL_OPENOCD, script);
  assert_version (HS_TOOL_OPENOCD, "0.12.0");
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/order", test_order);
  g_test_add_func ("/tools/sdk", test_sdk);
  g_test_add_func ("/tools/ide", test_ide);
  g_test_add_func ("/tools/scripts", test_scripts);
  g_test_add_func ("/tools/none", test_none);
  g_test_add_func ("/tools/choose-wrong", test_choose_wrong);
  status = g_test_run ();
  remove_tree (home);
  return status;
}
