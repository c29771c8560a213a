/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* What happens to each camera now. ::finished when the last one has ended. */
#define HS_TYPE_FLASH_RUN_PAGE (hs_flash_run_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashRunPage, hs_flash_run_page, HS, FLASH_RUN_PAGE, HsWizardPage)

HsWizardPage *hs_flash_run_page_new (HsSession *session);
void hs_flash_run_page_set_jobs (HsFlashRunPage *self, GPtrArray *jobs);

G_END_DECLS
