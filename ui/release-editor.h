/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/release-dialogs.h"
#include "ui/wizard.h"

G_BEGIN_DECLS

/**
 * HsReleaseEditor:
 *
 * Writes the recipe of a draft: Name, What to write, Proof, Numbers, Files, Review.
 */
#define HS_TYPE_RELEASE_EDITOR (hs_release_editor_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseEditor, hs_release_editor, HS, RELEASE_EDITOR, HsWizard)

/* @id, @recipe: (nullable): the draft that is edited; %NULL: a new one. @show gets it as soon as it
 * is saved; @owner is not kept alive. */
GtkWindow *hs_release_editor_new (HsSession *session,
                                  const char *id,
                                  const HsRecipe *recipe,
                                  HsReleaseShow show,
                                  gpointer owner);

G_END_DECLS
