/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/macros.h"
#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* -- tree-git.c: what git says of a tree; nothing where it is no checkout -- */

typedef struct {
  char *commit;   /* 40 hex; nullable */
  char *describe; /* nullable */
  char *tag;      /* nullable */
  char *branch;   /* nullable */
  GStrv changed;
  GPtrArray *submodules; /* HsTreeSubmodule */
} HsTreeGit;

void hs_tree_git_clear (HsTreeGit *self);
gboolean
hs_tree_git_read (HsTreeGit *self, const char *root, GCancellable *cancellable, GError **error);

/* -- tree-board.c: one folder of boards/ -- */

HsTreeBoard *hs_tree_board_read (HsTree *tree, const char *target);
void hs_tree_board_free (HsTreeBoard *self);
void hs_tree_range_free (HsTreeRange *self);

/* -- tree-make.c: a board's .mk file -- */

/* name -> value; "error" -> what $(error …) says. (transfer full) (nullable) */
GHashTable *hs_tree_make_read (const char *path);

/* -- tree-layout.c: what the linker and the bootloader are told -- */

/* MEMORY of a linker script that was read with @macros. (element-type HsTreeRange) */
GPtrArray *hs_tree_regions_read (HsMacros *macros, const char *script);
/* The table of the bootloader. (element-type HsTreeRange) */
GPtrArray *hs_tree_partitions_read (HsMacros *macros, const char *header);

G_END_DECLS
