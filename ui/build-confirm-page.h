/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-draft.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* What will run, what is emptied before, and why. ::start when it is wanted. */
#define HS_TYPE_BUILD_CONFIRM_PAGE (hs_build_confirm_page_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildConfirmPage,
                      hs_build_confirm_page,
                      HS,
                      BUILD_CONFIRM_PAGE,
                      HsWizardPage)

HsWizardPage *hs_build_confirm_page_new (HsBuildDraft *draft);

G_END_DECLS
