/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/flash-choice.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* How the filesystem is erased: as a re-format or every byte of it, with or without a copy. */
#define HS_TYPE_ERASE_PAGE (hs_erase_page_get_type ())
G_DECLARE_FINAL_TYPE (HsErasePage, hs_erase_page, HS, ERASE_PAGE, HsWizardPage)

HsWizardPage *hs_erase_page_new (HsFlashChoice *choice);

G_END_DECLS
