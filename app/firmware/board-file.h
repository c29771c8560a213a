/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* A file of a board, as it is on disk. */
typedef struct {
  char *file; /* relative to the tree's root */
  char *text; /* with a NUL behind it; nullable: not read */
  gsize length;
} HsBoardFile;

void hs_board_file_clear (HsBoardFile *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsBoardFile, hs_board_file_clear)

/* @self: all 0 before. @error: %HS_APP_ERROR_NO_TREE: no such board; %HS_APP_ERROR_FILE: a
 * zero byte in it; #GFileError. Blocks. */
gboolean hs_board_file_read (HsBoardFile *self,
                             HsTree *tree,
                             HsTreeFile which,
                             const char *target,
                             GError **error);
/* The path without the tree's root; (transfer full). */
char *hs_board_file_dup_relative (HsTree *tree, const char *path);

G_END_DECLS
