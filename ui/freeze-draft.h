/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/manifest.h"
#include "app/session.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* What is frozen, as it is being chosen. Paths are absolute. */
typedef struct {
  char *main;          /* nullable */
  char *boot;          /* nullable */
  GPtrArray *modules;  /* (element-type utf8): files */
  GPtrArray *packages; /* (element-type utf8): folders */
  GPtrArray *requires; /* (element-type utf8): names of micropython-lib */
  gboolean thin;
} HsFreezeWish;

/* What comes of a wish. */
typedef struct {
  HsTreeEdit *edit;
  char *diff;
  HsManifest *manifest; /* with sizes if @unchecked is NULL */
  GError *unchecked;    /* why nothing was compiled; nullable */
} HsFreezeOutcome;

/**
 * HsFreezeDraft:
 *
 * One freezing of one application into one board of a tree. All pages of the wizard look at and
 * change this one object. ::changed when the tree, the wish or the outcome is another. Main thread.
 */
#define HS_TYPE_FREEZE_DRAFT (hs_freeze_draft_get_type ())
G_DECLARE_FINAL_TYPE (HsFreezeDraft, hs_freeze_draft, HS, FREEZE_DRAFT, GObject)

HsFreezeDraft *hs_freeze_draft_new (HsSession *session, const char *root, const char *target);
HsSession *hs_freeze_draft_get_session (HsFreezeDraft *self);
const char *hs_freeze_draft_get_root (HsFreezeDraft *self);
const char *hs_freeze_draft_get_target (HsFreezeDraft *self);         /* nullable */
HsTree *hs_freeze_draft_get_tree (HsFreezeDraft *self);               /* nullable: not read yet */
const HsTreeBoard *hs_freeze_draft_get_board (HsFreezeDraft *self);   /* nullable */
HsFreezeWish *hs_freeze_draft_get_wish (HsFreezeDraft *self);         /* to be changed */
const char *const *hs_freeze_draft_get_library (HsFreezeDraft *self); /* names; nullable */
const HsFreezeOutcome *hs_freeze_draft_get_outcome (HsFreezeDraft *self); /* nullable */
const GError *
hs_freeze_draft_get_error (HsFreezeDraft *self); /* of what was asked last; nullable */
gboolean hs_freeze_draft_is_busy (HsFreezeDraft *self);
/* Something is between our markers already. */
gboolean hs_freeze_draft_has_before (HsFreezeDraft *self);
gboolean hs_freeze_draft_is_empty (HsFreezeDraft *self);  /* nothing is wished for */
const char *hs_freeze_draft_get_id (HsFreezeDraft *self); /* of the edit; NULL: not written */

void hs_freeze_draft_set_target (HsFreezeDraft *self, const char *target);
void hs_freeze_draft_wish_changed (HsFreezeDraft *self);
/* Puts files and folders where they belong: main.py, boot.py, modules, packages. What fits nowhere
 * is told by ::refused, with a sentence. */
void hs_freeze_draft_take_files (HsFreezeDraft *self, const char *const *paths);

/* Each runs on a thread of its own and ends in ::changed. ::taken-back: half an edit was found in
 * the tree. */
void hs_freeze_draft_read_tree (HsFreezeDraft *self);
void hs_freeze_draft_read_before (HsFreezeDraft *self); /* once for each target */
void hs_freeze_draft_plan (HsFreezeDraft *self);
void hs_freeze_draft_write (HsFreezeDraft *self);
void hs_freeze_draft_undo (HsFreezeDraft *self);

/* The wizard's pages, in their order. The last one has the signal ::open (id of what is opened). */
HsWizardPage *hs_freeze_board_page_new (HsFreezeDraft *draft);
HsWizardPage *hs_freeze_app_page_new (HsFreezeDraft *draft);
HsWizardPage *hs_freeze_image_page_new (HsFreezeDraft *draft);
HsWizardPage *hs_freeze_changes_page_new (HsFreezeDraft *draft);
HsWizardPage *hs_freeze_result_page_new (HsFreezeDraft *draft);

G_END_DECLS
