/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-draft.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* Which boards, what each is refused for, and what their builds need here. */
#define HS_TYPE_BUILD_TARGET_PAGE (hs_build_target_page_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildTargetPage, hs_build_target_page, HS, BUILD_TARGET_PAGE, HsWizardPage)

HsWizardPage *hs_build_target_page_new (HsBuildDraft *draft);

G_END_DECLS
