/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* How it ended, camera by camera. ::retry when those that did not pass are to go again, ::flash
 * when what a comparison found different is to be written, ::again when it was only tried. */
#define HS_TYPE_FLASH_RESULT_PAGE (hs_flash_result_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashResultPage, hs_flash_result_page, HS, FLASH_RESULT_PAGE, HsWizardPage)

HsWizardPage *hs_flash_result_page_new (HsSession *session);
void hs_flash_result_page_set_jobs (HsFlashResultPage *self, GPtrArray *jobs);

/* Words that follow from how jobs ended; (transfer full). */
char *hs_flash_result_title (guint n_passed, guint n);
char *hs_flash_retry_verb (guint n);

G_END_DECLS
