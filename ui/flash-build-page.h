/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/flash-choice.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* Which build: those of the catalog, the ones that fit a chosen camera first. */
#define HS_TYPE_FLASH_BUILD_PAGE (hs_flash_build_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashBuildPage, hs_flash_build_page, HS, FLASH_BUILD_PAGE, HsWizardPage)

HsWizardPage *hs_flash_build_page_new (HsFlashChoice *choice);

G_END_DECLS
