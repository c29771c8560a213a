/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"
#include "app/firmware/sdk.h"
#include "app/session.h"

G_BEGIN_DECLS

/**
 * HsBuildDraft:
 *
 * What the pages of the build wizard have asked so far: tree, targets, options. ::changed when any
 * of it changes. Options are remembered for each tree. Main thread; trees and needs are read on
 * another.
 */
#define HS_TYPE_BUILD_DRAFT (hs_build_draft_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildDraft, hs_build_draft, HS, BUILD_DRAFT, GObject)

HsBuildDraft *hs_build_draft_new (HsSession *session);
HsSession *hs_build_draft_get_session (HsBuildDraft *self);

/* The tree. Until it is read, hs_build_draft_get_tree() is NULL. */
void hs_build_draft_set_root (HsBuildDraft *self, const char *root);
const char *hs_build_draft_get_root (HsBuildDraft *self);         /* nullable */
HsTree *hs_build_draft_get_tree (HsBuildDraft *self);             /* nullable */
const GError *hs_build_draft_get_tree_error (HsBuildDraft *self); /* nullable */
void hs_build_draft_read_again (HsBuildDraft *self); /* tree and needs: something was mended */

/* Targets, in the order in which they were chosen: the order of the builds. */
void hs_build_draft_choose (HsBuildDraft *self, const char *target, gboolean chosen);
gboolean hs_build_draft_is_chosen (HsBuildDraft *self, const char *target);
GPtrArray *hs_build_draft_get_targets (HsBuildDraft *self); /* char *; borrowed */
/* What a target needs here; (element-type HsNeed) (nullable): not known yet. @reading: (out)
 * (optional) */
GPtrArray *hs_build_draft_get_needs (HsBuildDraft *self, const char *target, gboolean *reading);
/* The first thing without which the chosen targets can't be built here; (nullable). */
const HsNeed *hs_build_draft_find_block (HsBuildDraft *self);

/* Options. */
const char *hs_build_draft_get_option (HsBuildDraft *self, const char *name); /* NULL: not set */
void hs_build_draft_set_option (HsBuildDraft *self, const char *name, const char *value);
const char *hs_build_draft_get_lines (HsBuildDraft *self); /* free text, NAME=value */
void hs_build_draft_set_lines (HsBuildDraft *self, const char *lines);
/* All of them as the build takes them; NULL with @error if a line is refused. */
GStrv hs_build_draft_dup_options (HsBuildDraft *self, GError **error);

typedef struct {
  guint jobs; /* 0: as many as cores */
  gboolean clean;
  HsBuildEngine engine;
  char *sdk_dir; /* nullable */
  char *name;    /* nullable */
} HsBuildChoice;
const HsBuildChoice *hs_build_draft_get_choice (HsBuildDraft *self);
/* Strings are copied; "" is as NULL. */
void hs_build_draft_set_choice (HsBuildDraft *self, const HsBuildChoice *choice);

/* @options: of hs_build_draft_dup_options(); borrowed by @request as all else. */
void hs_build_draft_fill_request (HsBuildDraft *self,
                                  const char *target,
                                  const char *const *options,
                                  HsBuildRequest *request);
void hs_build_draft_remember (HsBuildDraft *self);

G_END_DECLS
