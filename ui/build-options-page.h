/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-draft.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* Options of the firmware and of the build. */
#define HS_TYPE_BUILD_OPTIONS_PAGE (hs_build_options_page_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildOptionsPage,
                      hs_build_options_page,
                      HS,
                      BUILD_OPTIONS_PAGE,
                      HsWizardPage)

HsWizardPage *hs_build_options_page_new (HsBuildDraft *draft);

G_END_DECLS
