/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/wizard.h"

G_BEGIN_DECLS

/**
 * HsBuildWizard:
 *
 * Firmware trees, boards, options; then what will run. Starts the builds and shows them in the
 * window. Nothing is installed, cloned or changed by it.
 */
#define HS_TYPE_BUILD_WIZARD (hs_build_wizard_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildWizard, hs_build_wizard, HS, BUILD_WIZARD, HsWizard)

/* @tree, @target: (nullable): what is known already; the wizard opens at the first question that is
 * open. */
void
hs_build_wizard_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

G_END_DECLS
