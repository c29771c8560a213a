/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/sdk.h"

G_BEGIN_DECLS

/* Where needs are collected, for one tree and target. */
typedef struct {
  HsTree *tree;
  const HsTreeBoard *board; /* nullable: any */
  GHashTable *make;         /* of the board's .mk file; nullable */
  const char *sdk_dir;      /* nullable */
  char *folder;             /* of the SDK; nullable: this tree has none */
  char *path;               /* where programs are looked for */
  GPtrArray *needs;         /* HsNeed */
} HsNeeds;

/* Takes @found, @wanted, @text and @command; all but @text are nullable. */
void hs_needs_add (HsNeeds *self,
                   const char *id,
                   HsNeedState state,
                   gboolean blocks,
                   char *found,
                   char *wanted,
                   char *text,
                   char *command);
/* On for this board: not empty, not 0. */
gboolean hs_needs_has (HsNeeds *self, const char *variable);
char *hs_needs_find_program (HsNeeds *self, const char *name); /* (transfer full) (nullable) */
/* What installs @packages of Debian, where that is how it is done; (transfer full) (nullable) */
char *hs_needs_dup_install (const char *packages);
/* As a shell takes it for one word; (transfer full) */
char *hs_needs_dup_word (const char *text);
/* "make sdk", where the tree knows it; (transfer full) (nullable) */
char *hs_needs_dup_sdk_command (HsNeeds *self);

/* -- sdk-tools.c, sdk-submodules.c -- */

void hs_needs_check_tools (HsNeeds *self);
void hs_needs_check_models (HsNeeds *self);
void hs_needs_check_submodules (HsNeeds *self);

/* -- sdk-mpy-cross.c -- */

typedef enum {
  HS_MPY_CROSS_MISSING,
  HS_MPY_CROSS_CURRENT,
  HS_MPY_CROSS_OTHER,   /* made from another commit */
  HS_MPY_CROSS_UNKNOWN, /* from which can't be told */
} HsMpyCross;

const HsTreeSubmodule *hs_sdk_find_micropython (HsTree *tree);
/* @version: (out) (optional) (nullable) (transfer full): what it says of itself. */
HsMpyCross hs_sdk_look_at_mpy_cross (HsTree *tree, char **version);

G_END_DECLS
