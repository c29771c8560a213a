/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/manifest.h"
#include "tests/own-dirs.h"

#include <glib/gstdio.h>
#include <string.h>

/* A firmware tree in small, with a home of its own, for tests of what is frozen. */
typedef struct {
  char *root;
  HsTree *tree;
} FreezeRig;

static inline void
rig_run (const char *const *argv)
{
  int status = -1;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL,
                (char **) argv,
                NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL,
                NULL,
                NULL,
                NULL,
                NULL,
                &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static inline void
rig_remove (const char *path)
{
  const char *argv[] = { "rm", "-rf", path, NULL };

  rig_run (argv);
}

static inline void
rig_write (FreezeRig *self, const char *file, const char *text)
{
  g_autofree char *path = g_build_filename (self->root, file, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static inline char *
rig_read (FreezeRig *self, const char *file)
{
  g_autofree char *path = g_build_filename (self->root, file, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* Looks at it again: after something was written that a tree is asked for. */
static inline void
rig_reload (FreezeRig *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->tree);
  self->tree = hs_tree_new (self->root, NULL, &error);
  g_assert_no_error (error);
}

static inline void
rig_up_with (FreezeRig *self, const char *boards, const char *layout)
{
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "model-tree", "make.py", NULL);
  const char *argv[] = { "python3",  program, NULL,       "--no-git", "--no-mpy-cross",
                         "--boards", boards,  "--layout", layout,     NULL };

  self->root = g_dir_make_tmp ("hotshoe-freeze-XXXXXX", NULL);
  argv[2] = self->root;
  rig_run (argv);
  rig_write (self,
             g_str_equal (layout, "top") ? "ports/stm32/main.c" : "src/omv/ports/stm32/main.c",
             g_str_equal (layout, "top")
                 ? "pyexec_frozen_module(\"_boot.py\", false);\n"
                 : "pyexec_frozen_module(\"_boot.py\");\nmp_vfs_import_stat(\"main.py\")\n");
  rig_reload (self);
}

static inline void
rig_up (FreezeRig *self)
{
  rig_up_with (self, "OPENMV2,OPENMV4,OPENMV_AE3", "top");
}

static inline void
rig_down (FreezeRig *self)
{
  g_clear_object (&self->tree);
  rig_remove (self->root);
  g_clear_pointer (&self->root, g_free);
}

/* An application outside of the tree. (transfer full) */
static inline char *
rig_source (FreezeRig *self, const char *name, const char *text)
{
  g_autofree char *file = g_build_filename ("mine", name, NULL);

  rig_write (self, file, text);
  return g_build_filename (self->root, file, NULL);
}

static inline HsManifest *
rig_resolve (FreezeRig *self, const char *target, HsTreeEdit *edit)
{
  g_autoptr (GError) error = NULL;
  HsManifest *manifest = hs_manifest_resolve (self->tree, target, NULL, edit, NULL, &error);

  g_assert_no_error (error);
  return manifest;
}

static inline const HsFinding *
rig_find (HsManifest *manifest, const char *code)
{
  GPtrArray *findings = hs_manifest_get_findings (manifest);

  for (guint i = 0; i < findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (findings, i);

    if (g_str_equal (finding->code, code))
      return finding;
  }
  return NULL;
}
