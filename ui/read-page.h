/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/flash-choice.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* Which partition is read, and to which file. ::start when the verb was pressed. */
#define HS_TYPE_READ_PAGE (hs_read_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReadPage, hs_read_page, HS, READ_PAGE, HsWizardPage)

HsWizardPage *hs_read_page_new (HsFlashChoice *choice);

G_END_DECLS
