/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-draft.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* Which firmware tree. */
#define HS_TYPE_BUILD_TREE_PAGE (hs_build_tree_page_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildTreePage, hs_build_tree_page, HS, BUILD_TREE_PAGE, HsWizardPage)

HsWizardPage *hs_build_tree_page_new (HsBuildDraft *draft);

G_END_DECLS
