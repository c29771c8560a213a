/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/cli/cli.h"
#include "app/firmware/finding.h"
#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"

G_BEGIN_DECLS

/* Says so if the tree at @root was moved with an edit half written in it. */
void hs_cli_warn_moved (HsCli *cli, const char *root);
/* The tree that --tree names (nullable: the one meant without it), what broke off in it taken back.
 * NULL: said why, @status is the exit status. */
HsTree *hs_cli_open_tree (HsCli *cli, const char *folder, int *status);
/* The board of that name; NULL: said that there is none, and which there are. */
const HsTreeBoard *hs_cli_find_target (HsCli *cli, HsTree *tree, const char *target, int *status);
/* Shows an edit and writes it unless @dry_run; answers with @object (transfer full) and what became
 * of it: "diff", "files", "edit" (for the undo), "written". */
int hs_cli_finish_edit (HsCli *cli, HsTreeEdit *edit, gboolean dry_run, JsonObject *object);

/* What commands about one board of a tree are told. */
typedef struct {
  char *folder; /* --tree; nullable */
  gboolean dry_run;
  HsTree *tree;
  const char *target; /* there is such a board in @tree; of argv */
} HsCliBoard;

void hs_cli_board_clear (HsCliBoard *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsCliBoard, hs_cli_board_clear)
/* Takes --tree, --dry-run, the options of @own besides and the board's name, and opens the tree.
 * FALSE: said why, @status is the exit status. */
gboolean hs_cli_board_parse (HsCliBoard *self,
                             HsCli *cli,
                             const HsCommand *command,
                             const GOptionEntry *own,
                             int argc,
                             char **argv,
                             int *status);
/* hs_cli_finish_edit() of an edit of that board; @edit: NULL with @error. */
int hs_cli_board_finish (HsCliBoard *self, HsCli *cli, HsTreeEdit *edit, const GError *error);

JsonArray *hs_cli_tree_findings_to_json (GPtrArray *findings); /* (transfer full) */
void hs_cli_print_tree_findings (HsCli *cli, GPtrArray *findings);

G_END_DECLS
