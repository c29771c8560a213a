/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/flash-choice.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* Which cameras: every one on the bench, with the reason where one can't be flashed now. */
#define HS_TYPE_FLASH_CAMERAS_PAGE (hs_flash_cameras_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashCamerasPage,
                      hs_flash_cameras_page,
                      HS,
                      FLASH_CAMERAS_PAGE,
                      HsWizardPage)

HsWizardPage *hs_flash_cameras_page_new (HsFlashChoice *choice);

G_END_DECLS
