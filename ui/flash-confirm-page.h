/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/flash-choice.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* The last look: every unit by tape and serial, what will be written, what is lost. ::start when
 * the verb was pressed, ::try when it is to be tried without writing. */
#define HS_TYPE_FLASH_CONFIRM_PAGE (hs_flash_confirm_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashConfirmPage,
                      hs_flash_confirm_page,
                      HS,
                      FLASH_CONFIRM_PAGE,
                      HsWizardPage)

HsWizardPage *hs_flash_confirm_page_new (HsFlashChoice *choice);

G_END_DECLS
