/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/release.h"
#include "app/session.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/**
 * HsReleaseDraft:
 *
 * A recipe that is being written. All pages of the editor look at and change this one object; they
 * say so with hs_release_draft_changed(), which emits ::changed. Main thread.
 */
#define HS_TYPE_RELEASE_DRAFT (hs_release_draft_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseDraft, hs_release_draft, HS, RELEASE_DRAFT, GObject)

HsReleaseDraft *hs_release_draft_new (HsSession *session, const char *id, const HsRecipe *recipe);
HsSession *hs_release_draft_get_session (HsReleaseDraft *self);
const char *hs_release_draft_get_id (HsReleaseDraft *self); /* NULL until it is saved */
HsRecipe *hs_release_draft_get_recipe (HsReleaseDraft *self);
gboolean hs_release_draft_is_dirty (HsReleaseDraft *self);
void hs_release_draft_changed (HsReleaseDraft *self);

/* Which build each board gets; kept so that pages can show its artifacts. */
HsBuild *hs_release_draft_get_build (HsReleaseDraft *self, const char *board);
void hs_release_draft_take_build (HsReleaseDraft *self, HsBuild *build, guint64 roles);
void hs_release_draft_drop_board (HsReleaseDraft *self, const char *board);
/* A build that the catalog has of a board the recipe has already: nothing changes. */
void hs_release_draft_know_build (HsReleaseDraft *self, HsBuild *build);

/* @callback: GAsyncReadyCallback; the id, (transfer full). */
void
hs_release_draft_save_async (HsReleaseDraft *self, GAsyncReadyCallback callback, gpointer data);
char *hs_release_draft_save_finish (HsReleaseDraft *self, GAsyncResult *result, GError **error);

/* The editor's pages, in their order. */
HsWizardPage *hs_release_name_page_new (HsReleaseDraft *draft);
HsWizardPage *hs_release_write_page_new (HsReleaseDraft *draft);
HsWizardPage *hs_release_proof_page_new (HsReleaseDraft *draft);
HsWizardPage *hs_release_numbers_page_new (HsReleaseDraft *draft);
HsWizardPage *hs_release_files_page_new (HsReleaseDraft *draft);
HsWizardPage *hs_release_review_page_new (HsReleaseDraft *draft);

G_END_DECLS
