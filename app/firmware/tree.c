/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree.h"

#include "app/app-error.h"
#include "app/firmware/tree-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

struct _HsTree {
  GObject parent_instance;

  char *root;
  HsTreeLayout layout;
  gboolean one_build; /* all targets share one folder build/ */
  char *number;       /* nullable */
  char *micropython;  /* its folder in the tree */
  HsTreeGit git;
  GPtrArray *boards; /* HsTreeBoard, by name */
};

G_DEFINE_FINAL_TYPE (HsTree, hs_tree, G_TYPE_OBJECT)

static void
hs_tree_finalize (GObject *object)
{
  HsTree *self = HS_TREE (object);

  g_free (self->root);
  g_free (self->number);
  g_free (self->micropython);
  hs_tree_git_clear (&self->git);
  g_clear_pointer (&self->boards, g_ptr_array_unref);

  G_OBJECT_CLASS (hs_tree_parent_class)->finalize (object);
}

static void
hs_tree_class_init (HsTreeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_tree_finalize;
}

static void
hs_tree_init (HsTree *self)
{
  self->boards = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_tree_board_free);
}

/* --- where things are --- */

static char *
boards_folder (const char *root, HsTreeLayout layout)
{
  return g_build_filename (root, layout == HS_TREE_LAYOUT_TOP ? "boards" : "src/omv/boards", NULL);
}

static const char *const make_names[] = { "board_config.mk", "omv_boardconfig.mk", NULL };
static const char *const header_names[] = { "board_config.h", "omv_boardconfig.h", NULL };
static const char *const boot_names[] = { "boot_config.h", "omv_bootconfig.h", NULL };
static const char *const romfs_names[] = { "romfs_config.json", "romfs.json", NULL };

/* The first that is there; none: the name of that layout. (transfer full) */
static char *
dup_one_of (HsTree *self, const char *folder, const char *const *names)
{
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (folder, names[i], NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  return g_build_filename (folder, names[self->layout == HS_TREE_LAYOUT_TOP ? 0 : 1], NULL);
}

static gboolean
is_board (const char *folder)
{
  for (guint i = 0; make_names[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (folder, make_names[i], NULL);

    if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return TRUE;
  }
  return FALSE;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* (element-type utf8) */
static GPtrArray *
list_targets (const char *root, HsTreeLayout layout)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *boards = boards_folder (root, layout);
  g_autoptr (GDir) dir = g_dir_open (boards, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *folder = g_build_filename (boards, name, NULL);

    if (g_utf8_validate (name, -1, NULL) && is_board (folder))
      g_ptr_array_add (targets, g_strdup (name));
  }
  g_ptr_array_sort (targets, compare_names);
  return g_steal_pointer (&targets);
}

static gboolean
has_makefile (const char *root, HsTreeLayout layout)
{
  g_autofree char *path =
      g_build_filename (root, layout == HS_TREE_LAYOUT_TOP ? "Makefile" : "src/Makefile", NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static gboolean
is_root (const char *folder, HsTreeLayout layout)
{
  g_autoptr (GPtrArray) targets =
      has_makefile (folder, layout) ? list_targets (folder, layout) : NULL;

  return targets != NULL && targets->len > 0;
}

/* @folder or one above. (transfer full) (nullable) */
static char *
find_root (const char *folder, HsTreeLayout *found)
{
  g_autofree char *path = g_strdup (folder);

  for (;;) {
    g_autofree char *above = g_path_get_dirname (path);

    for (HsTreeLayout layout = HS_TREE_LAYOUT_SRC; layout <= HS_TREE_LAYOUT_TOP; layout++)
      if (is_root (path, layout)) {
        *found = layout;
        return g_steal_pointer (&path);
      }
    if (g_str_equal (above, path))
      return NULL;
    g_free (path);
    path = g_steal_pointer (&above);
  }
}

/* --- reading --- */

static void
read_number (HsTree *self)
{
  static const struct {
    const char *file;
    const char *prefix;
  } places[] = { { "protocol/omv_protocol.h", "OMV_FIRMWARE_VERSION" },
                 { "common/usbdbg.h", "FIRMWARE_VERSION" },
                 { "src/omv/common/usbdbg.h", "FIRMWARE_VERSION" } };
  static const char *const parts[] = { "MAJOR", "MINOR", "PATCH" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *path = g_build_filename (self->root, places[i].file, NULL);
    g_autoptr (HsMacros) macros = hs_macros_new ();
    g_autofree char *text = hs_macros_read_file (macros, path);
    guint64 numbers[3];
    guint n = 0;

    for (; n < G_N_ELEMENTS (parts); n++) {
      g_autofree char *name = g_strdup_printf ("%s_%s", places[i].prefix, parts[n]);

      if (!hs_macros_get_number (macros, name, &numbers[n]))
        break;
    }
    if (n < G_N_ELEMENTS (parts))
      continue;
    self->number =
        g_strdup_printf ("%u.%u.%u", (guint) numbers[0], (guint) numbers[1], (guint) numbers[2]);
    return;
  }
}

/* v4.8 builds all targets in one folder build/, as the older ones do in src/build. */
static void
read_makefile (HsTree *self)
{
  g_autofree char *path = g_build_filename (self->root, "Makefile", NULL);
  g_autofree char *text = NULL;

  self->one_build = TRUE;
  if (self->layout == HS_TREE_LAYOUT_TOP && g_file_get_contents (path, &text, NULL, NULL))
    self->one_build = strstr (text, "build/$(TARGET)") == NULL;
}

static void
find_micropython (HsTree *self)
{
  static const char *const places[] = { "lib/micropython",
                                        "src/lib/micropython",
                                        "src/micropython" };

  for (guint i = 0; i < self->git.submodules->len && self->micropython == NULL; i++) {
    const HsTreeSubmodule *submodule = g_ptr_array_index (self->git.submodules, i);
    g_autofree char *name = g_path_get_basename (submodule->path);

    if (g_str_equal (name, "micropython"))
      self->micropython = g_strdup (submodule->path);
  }
  for (guint i = 0; i < G_N_ELEMENTS (places) && self->micropython == NULL; i++) {
    g_autofree char *path = g_build_filename (self->root, places[i], NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      self->micropython = g_strdup (places[i]);
  }
  if (self->micropython == NULL)
    self->micropython = g_strdup (places[self->layout == HS_TREE_LAYOUT_TOP ? 0 : 1]);
}

static gboolean
read_boards (HsTree *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) targets = list_targets (self->root, self->layout);

  for (guint i = 0; i < targets->len; i++) {
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    g_ptr_array_add (self->boards, hs_tree_board_read (self, g_ptr_array_index (targets, i)));
  }
  return TRUE;
}

static void
fail_as_no_tree (const char *folder, GError **error)
{
  if (!g_file_test (folder, G_FILE_TEST_EXISTS)) {
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TREE, _ ("There is no folder “%s”."), folder);
    return;
  }
  g_set_error (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_NO_TREE,
      _ ("%s is no OpenMV firmware tree: neither a Makefile with "
         "boards/TARGET/board_config.mk (omv_boardconfig.mk in v4.8) nor src/Makefile with "
         "src/omv/boards/TARGET/omv_boardconfig.mk (older) is there or above."),
      folder);
}

static char *
find_real_root (const char *folder, HsTreeLayout *layout)
{
  char *real = realpath (folder, NULL);
  char *root =
      real != NULL && g_file_test (real, G_FILE_TEST_IS_DIR) ? find_root (real, layout) : NULL;

  free (real);
  return root;
}

char *
hs_tree_find_root (const char *folder)
{
  HsTreeLayout layout;

  return find_real_root (folder, &layout);
}

HsTree *
hs_tree_new (const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (HsTree) self = g_object_new (HS_TYPE_TREE, NULL);

  self->root = find_real_root (folder, &self->layout);
  if (self->root == NULL) {
    fail_as_no_tree (folder, error);
    return NULL;
  }
  if (!hs_tree_git_read (&self->git, self->root, cancellable, error))
    return NULL;
  find_micropython (self);
  read_makefile (self);
  read_number (self);
  if (!read_boards (self, cancellable, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- asking --- */

const char *
hs_tree_get_root (HsTree *self)
{
  return self->root;
}

HsTreeLayout
hs_tree_get_layout (HsTree *self)
{
  return self->layout;
}

const char *
hs_tree_get_commit (HsTree *self)
{
  return self->git.commit;
}

const char *
hs_tree_get_describe (HsTree *self)
{
  return self->git.describe;
}

const char *
hs_tree_get_tag (HsTree *self)
{
  return self->git.tag;
}

const char *
hs_tree_get_branch (HsTree *self)
{
  return self->git.branch;
}

const char *
hs_tree_get_number (HsTree *self)
{
  return self->number;
}

const char *const *
hs_tree_get_changed (HsTree *self)
{
  return (const char *const *) self->git.changed;
}

GPtrArray *
hs_tree_get_boards (HsTree *self)
{
  return self->boards;
}

GPtrArray *
hs_tree_get_submodules (HsTree *self)
{
  return self->git.submodules;
}

const HsTreeBoard *
hs_tree_find_board (HsTree *self, const char *target)
{
  for (guint i = 0; target != NULL && i < self->boards->len; i++) {
    const HsTreeBoard *board = g_ptr_array_index (self->boards, i);

    if (g_str_equal (board->target, target))
      return board;
  }
  return NULL;
}

static char *
dup_board_path (HsTree *self, HsTreeFile file, const char *target)
{
  g_autofree char *boards = boards_folder (self->root, self->layout);
  g_autofree char *folder = g_build_filename (boards, target, NULL);

  switch (file) {
  case HS_TREE_FILE_BOARD_CONFIG:
    return dup_one_of (self, folder, header_names);
  case HS_TREE_FILE_BOARD_MAKE:
    return dup_one_of (self, folder, make_names);
  case HS_TREE_FILE_BOOT_CONFIG:
    return dup_one_of (self, folder, boot_names);
  case HS_TREE_FILE_ROMFS_CONFIG:
    return dup_one_of (self, folder, romfs_names);
  case HS_TREE_FILE_IMLIB_CONFIG:
    return g_build_filename (folder, "imlib_config.h", NULL);
  case HS_TREE_FILE_MANIFEST:
    return g_build_filename (folder, "manifest.py", NULL);
  default:
    return g_steal_pointer (&folder);
  }
}

char *
hs_tree_dup_path (HsTree *self, HsTreeFile file, const char *target)
{
  const char *source = self->layout == HS_TREE_LAYOUT_TOP ? "." : "src";
  g_autofree char *make = g_canonicalize_filename (source, self->root);
  g_autofree char *build = g_build_filename (make, "build", NULL);

  g_return_val_if_fail (HS_IS_TREE (self), NULL);

  if (file <= HS_TREE_FILE_BOARD_FOLDER)
    return dup_board_path (self, file, target);
  if (!self->one_build && target != NULL) {
    g_free (build);
    build = g_build_filename (make, "build", target, NULL);
  }

  switch (file) {
  case HS_TREE_FILE_LIBRARIES:
    return g_build_filename (self->root, "scripts", "libraries", NULL);
  case HS_TREE_FILE_MICROPYTHON:
    return g_build_filename (self->root, self->micropython, NULL);
  case HS_TREE_FILE_MPY_CROSS:
    return g_build_filename (
        self->root, self->micropython, "mpy-cross", "build", "mpy-cross", NULL);
  case HS_TREE_FILE_MODELS:
    return g_build_filename (
        make, self->layout == HS_TREE_LAYOUT_TOP ? "lib/models" : "lib/tflm/models", NULL);
  case HS_TREE_FILE_BUILD:
    return g_steal_pointer (&build);
  case HS_TREE_FILE_BIN:
    return g_build_filename (build, "bin", NULL);
  default:
    return g_steal_pointer (&make);
  }
}
