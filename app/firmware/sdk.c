/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/sdk-private.h"

#include "app/app-error.h"
#include "app/firmware/tree-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Below the SDK's folder, in the order in which the tree's Makefile puts them before PATH. */
static const char *const bin_folders[] = {
  "gcc/bin", "llvm/bin", "cmake/bin", "python/bin", "stcubeprog/bin", "stedgeai/Utilities/linux",
  "bin",     "fvp/bin"
};

void
hs_need_free (HsNeed *self)
{
  if (self == NULL)
    return;

  g_free (self->found);
  g_free (self->wanted);
  g_free (self->text);
  g_free (self->command);
  g_free (self);
}

void
hs_needs_add (HsNeeds *self,
              const char *id,
              HsNeedState state,
              gboolean blocks,
              char *found,
              char *wanted,
              char *text,
              char *command)
{
  HsNeed *need = g_new0 (HsNeed, 1);

  need->id = g_intern_string (id);
  need->state = state;
  need->blocks = blocks && state != HS_NEED_MET;
  need->found = found;
  need->wanted = wanted;
  need->text = text;
  need->command = command;
  g_ptr_array_add (self->needs, need);
}

gboolean
hs_needs_has (HsNeeds *self, const char *variable)
{
  const char *text = self->make != NULL ? g_hash_table_lookup (self->make, variable) : NULL;

  return text != NULL && text[0] != '\0' && !g_str_equal (text, "0");
}

char *
hs_needs_find_program (HsNeeds *self, const char *name)
{
  g_auto (GStrv) folders = g_strsplit (self->path, G_SEARCHPATH_SEPARATOR_S, -1);

  for (guint i = 0; folders[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (folders[i], name, NULL);

    if (folders[i][0] == '/' && g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
        g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return NULL;
}

char *
hs_needs_dup_install (const char *packages)
{
  g_autofree char *apt = g_find_program_in_path ("apt-get");

  return apt != NULL ? g_strdup_printf ("sudo apt-get install %s", packages) : NULL;
}

char *
hs_needs_dup_word (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum (*c) && strchr ("/._-+=:,@%", *c) == NULL)
      return g_shell_quote (text);
  return g_strdup (text);
}

char *
hs_needs_dup_sdk_command (HsNeeds *self)
{
  g_autofree char *word = self->sdk_dir != NULL ? hs_needs_dup_word (self->sdk_dir) : NULL;

  if (self->folder == NULL)
    return NULL;
  return word != NULL ? g_strdup_printf ("make sdk SDK_DIR=%s", word) : g_strdup ("make sdk");
}

/* --- the SDK --- */

static char *
read_line (const char *path)
{
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  g_strstrip (text);
  if (text[0] != '\0' && g_utf8_validate (text, -1, NULL))
    return text;
  g_free (text);
  return NULL;
}

static char *
dup_wanted (HsTree *tree)
{
  g_autofree char *path = g_build_filename (hs_tree_get_root (tree), "SDK_VERSION", NULL);

  return read_line (path);
}

char *
hs_sdk_dup_folder (HsTree *tree, const char *sdk_dir)
{
  g_autofree char *wanted = dup_wanted (tree);
  g_autofree char *name = NULL;

  if (wanted == NULL)
    return NULL;
  if (sdk_dir != NULL)
    return g_canonicalize_filename (sdk_dir, NULL);
  name = g_strconcat ("openmv-sdk-", wanted, NULL);
  return g_build_filename (g_get_home_dir (), name, NULL);
}

char *
hs_sdk_dup_path (HsTree *tree, const char *sdk_dir)
{
  g_autofree char *folder = hs_sdk_dup_folder (tree, sdk_dir);
  g_autoptr (GString) path = g_string_new (NULL);
  const char *rest = g_getenv ("PATH");

  for (guint i = 0; folder != NULL && i < G_N_ELEMENTS (bin_folders); i++)
    g_string_append_printf (path, "%s/%s:", folder, bin_folders[i]);
  g_string_append (path, rest != NULL ? rest : "/usr/local/bin:/usr/bin:/bin");
  return g_string_free (g_steal_pointer (&path), FALSE);
}

/* The version of an SDK beside the one that is wanted. */
static char *
find_sibling (const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  char *found = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *stamp = g_build_filename (parent, name, "sdk.version", NULL);
    char *version = g_str_has_prefix (name, "openmv-sdk-") ? read_line (stamp) : NULL;

    if (version != NULL && g_strcmp0 (version, found) > 0) {
      g_free (found);
      found = g_steal_pointer (&version);
    }
    g_free (version);
  }
  return found;
}

static void
check_sdk (HsNeeds *self)
{
  g_autofree char *wanted = dup_wanted (self->tree);
  g_autofree char *stamp = NULL;
  g_autofree char *found = NULL;

  if (wanted == NULL)
    return;
  stamp = g_build_filename (self->folder, "sdk.version", NULL);
  found = read_line (stamp);
  if (g_strcmp0 (found, wanted) == 0) {
    hs_needs_add (self,
                  "sdk",
                  HS_NEED_MET,
                  FALSE,
                  g_steal_pointer (&found),
                  g_strdup (wanted),
                  g_strdup_printf (_ ("The OpenMV SDK %s is in %s."), wanted, self->folder),
                  NULL);
    return;
  }
  if (found == NULL)
    found = find_sibling (self->folder);
  /* The right one lies beside a folder that was named, and is not in it. */
  if (g_strcmp0 (found, wanted) == 0)
    g_clear_pointer (&found, g_free);
  if (found != NULL)
    hs_needs_add (self,
                  "sdk",
                  HS_NEED_OTHER_VERSION,
                  TRUE,
                  g_strdup (found),
                  g_strdup (wanted),
                  g_strdup_printf (
                      _ ("The OpenMV SDK %s is installed, but this tree wants %s."), found, wanted),
                  hs_needs_dup_sdk_command (self));
  else
    hs_needs_add (
        self,
        "sdk",
        HS_NEED_MISSING,
        TRUE,
        NULL,
        g_strdup (wanted),
        g_strdup_printf (_ ("The OpenMV SDK %s is not installed: there is no %s."), wanted, stamp),
        hs_needs_dup_sdk_command (self));
}

static void
check_mpy_cross (HsNeeds *self)
{
  g_autofree char *version = NULL;
  HsMpyCross state = hs_sdk_look_at_mpy_cross (self->tree, &version);
  g_autofree char *folder = hs_tree_dup_path (self->tree, HS_TREE_FILE_MICROPYTHON, NULL);
  const char *inside = folder + strlen (hs_tree_get_root (self->tree)) + 1;
  g_autofree char *word = hs_needs_dup_word (inside);
  g_autofree char *command = g_strdup_printf ("make -C %s/mpy-cross", word);

  if (state == HS_MPY_CROSS_MISSING)
    hs_needs_add (
        self,
        "mpy-cross",
        HS_NEED_MISSING,
        FALSE,
        NULL,
        NULL,
        g_strdup (_ ("mpy-cross, which compiles frozen scripts, has not been built yet. A "
                     "build by Hotshoe makes it first.")),
        g_steal_pointer (&command));
  else if (state == HS_MPY_CROSS_OTHER)
    hs_needs_add (
        self,
        "mpy-cross",
        HS_NEED_OTHER_VERSION,
        FALSE,
        g_steal_pointer (&version),
        NULL,
        g_strdup (_ ("mpy-cross was built from another commit of MicroPython than the one that is "
                     "checked out. A build by Hotshoe makes it anew.")),
        g_steal_pointer (&command));
  else
    hs_needs_add (self,
                  "mpy-cross",
                  HS_NEED_MET,
                  FALSE,
                  g_steal_pointer (&version),
                  NULL,
                  g_strdup (state == HS_MPY_CROSS_CURRENT
                                ? _ ("mpy-cross is built from the MicroPython that is checked out.")
                                : _ ("mpy-cross is built; from which commit can't be told.")),
                  NULL);
}

GPtrArray *
hs_sdk_check (HsTree *tree, const char *target, const char *sdk_dir, GError **error)
{
  HsNeeds needs = { .tree = tree, .sdk_dir = sdk_dir };
  g_autofree char *make = NULL;

  g_return_val_if_fail (HS_IS_TREE (tree), NULL);

  needs.board = hs_tree_find_board (tree, target);
  if (target != NULL && needs.board == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_TREE,
                 _ ("There is no board %s in %s."),
                 target,
                 hs_tree_get_root (tree));
    return NULL;
  }
  if (target != NULL) {
    make = hs_tree_dup_path (tree, HS_TREE_FILE_BOARD_MAKE, target);
    needs.make = hs_tree_make_read (make);
  }
  needs.folder = hs_sdk_dup_folder (tree, sdk_dir);
  needs.path = hs_sdk_dup_path (tree, sdk_dir);
  needs.needs = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_need_free);

  check_sdk (&needs);
  hs_needs_check_tools (&needs);
  hs_needs_check_submodules (&needs);
  check_mpy_cross (&needs);
  hs_needs_check_models (&needs);

  g_free (needs.folder);
  g_free (needs.path);
  g_clear_pointer (&needs.make, g_hash_table_unref);
  return needs.needs;
}

const HsNeed *
hs_sdk_find (GPtrArray *needs, const char *id)
{
  for (guint i = 0; i < needs->len; i++) {
    const HsNeed *need = g_ptr_array_index (needs, i);

    if (g_str_equal (need->id, id))
      return need;
  }
  return NULL;
}
