/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/flash-choice.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* What is written, how it is proven, what is kept. */
#define HS_TYPE_FLASH_WRITE_PAGE (hs_flash_write_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashWritePage, hs_flash_write_page, HS, FLASH_WRITE_PAGE, HsWizardPage)

HsWizardPage *hs_flash_write_page_new (HsFlashChoice *choice);

G_END_DECLS
