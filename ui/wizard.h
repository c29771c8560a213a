/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/wizard-page.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsWizard:
 *
 * A window with a header (Back at the left, the verb at the right), a line that names the steps,
 * and one page after another. All buttons follow from the page that is shown, in one function.
 */
#define HS_TYPE_WIZARD (hs_wizard_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsWizard, hs_wizard, HS, WIZARD, AdwWindow)

struct _HsWizardClass {
  AdwWindowClass parent_class;
};

void hs_wizard_add_page (HsWizard *self, HsWizardPage *page);
HsWizardPage *hs_wizard_get_page (HsWizard *self);
void hs_wizard_go_to (HsWizard *self, HsWizardPage *page);
void hs_wizard_go_next (HsWizard *self);
void hs_wizard_go_previous (HsWizard *self);

G_END_DECLS
