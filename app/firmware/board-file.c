/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/board-file.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
hs_board_file_clear (HsBoardFile *self)
{
  g_clear_pointer (&self->file, g_free);
  g_clear_pointer (&self->text, g_free);
}

char *
hs_board_file_dup_relative (HsTree *tree, const char *path)
{
  const char *root = hs_tree_get_root (tree);
  gsize length = strlen (root);

  if (strncmp (path, root, length) != 0 || path[length] != '/')
    return g_strdup (path);
  return g_strdup (path + length + 1);
}

gboolean
hs_board_file_read (HsBoardFile *self,
                    HsTree *tree,
                    HsTreeFile which,
                    const char *target,
                    GError **error)
{
  g_autofree char *path = NULL;

  if (hs_tree_find_board (tree, target) == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_TREE,
                 _ ("There is no board %s in %s."),
                 target,
                 hs_tree_get_root (tree));
    return FALSE;
  }
  path = hs_tree_dup_path (tree, which, target);
  self->file = hs_board_file_dup_relative (tree, path);
  if (!g_file_get_contents (path, &self->text, &self->length, error))
    return FALSE;
  if (strlen (self->text) == self->length)
    return TRUE;
  g_clear_pointer (&self->text, g_free);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("%s has a zero byte in it: that is no text, and is not read."),
               self->file);
  return FALSE;
}
