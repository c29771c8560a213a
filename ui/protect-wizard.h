/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"
#include "ui/wizard.h"

G_BEGIN_DECLS

/**
 * HsProtectWizard:
 *
 * Says what setting or removing readout protection does to one unit, asks which way, and has it
 * confirmed; then the guide leads through it.
 */
#define HS_TYPE_PROTECT_WIZARD (hs_protect_wizard_get_type ())
G_DECLARE_FINAL_TYPE (HsProtectWizard, hs_protect_wizard, HS, PROTECT_WIZARD, HsWizard)

/* @parent, @port: (nullable). @purpose: %HS_GUIDE_PROTECT or %HS_GUIDE_UNPROTECT. @unit: its key */
GtkWindow *hs_protect_wizard_new (GtkWindow *parent,
                                  HsSession *session,
                                  HsGuidePurpose purpose,
                                  const HsBoard *board,
                                  const char *unit,
                                  const char *port);

G_END_DECLS
