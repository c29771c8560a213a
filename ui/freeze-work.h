/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/ask.h"
#include "ui/freeze-draft.h"

G_BEGIN_DECLS

/* What the freeze wizard has done on threads of their own, for hs_ask_apart(). The catalog is not
 * looked at. */

void hs_freeze_wish_init (HsFreezeWish *self);
void hs_freeze_wish_clear (HsFreezeWish *self);
void hs_freeze_add_unique (GPtrArray *list, const char *text);

/* A tree, a board, and what is wished for. */
gpointer hs_freeze_question_new (HsTree *tree, const char *target, const HsFreezeWish *wish);
void hs_freeze_question_free (gpointer question);

/* What is between our markers, and what there is to require. */
typedef struct {
  gboolean found;
  HsFreezeWish wish;
  GStrv library;
} HsFreezeBefore;
void hs_freeze_before_free (gpointer before);

void hs_freeze_outcome_free (gpointer outcome);
HsFreezeOutcome *hs_freeze_outcome_steal (HsFreezeOutcome *self); /* leaves it empty */

typedef enum {
  HS_FREEZE_FILE_NONE,
  HS_FREEZE_FILE_MAIN,
  HS_FREEZE_FILE_BOOT,
  HS_FREEZE_FILE_MODULE,
  HS_FREEZE_FILE_PACKAGE,
} HsFreezeFileKind;

typedef struct {
  HsFreezeFileKind kind;
  char *path;
  char *why; /* it fits nowhere; nullable */
} HsFreezeFile;

/* A tree that was opened, or why it can't be; and whether half an edit was taken back in it. */
typedef struct {
  HsTree *tree; /* nullable */
  GError *error;
  guint n_taken_back;
} HsFreezeTree;
void hs_freeze_tree_free (gpointer tree);

/* @data: the root. Returns a HsFreezeTree. */
gpointer hs_freeze_work_tree (HsCatalog *, gpointer data, GCancellable *, GError **error);
/* @data: a question. Returns HsFreezeBefore. */
gpointer hs_freeze_work_before (HsCatalog *, gpointer data, GCancellable *, GError **error);
/* @data: a question. Returns HsFreezeOutcome. */
gpointer hs_freeze_work_plan (HsCatalog *, gpointer data, GCancellable *, GError **error);
/* @data: a HsTreeEdit. Returns its id, or NULL if nothing had to be written. */
gpointer hs_freeze_work_write (HsCatalog *, gpointer data, GCancellable *, GError **error);
/* @data: paths. Returns an array of HsFreezeFile. */
gpointer hs_freeze_work_classify (HsCatalog *, gpointer data, GCancellable *, GError **error);

G_END_DECLS
