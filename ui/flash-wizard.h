/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/wizard.h"

G_BEGIN_DECLS

/**
 * HsFlashWizard:
 *
 * Flashes one or several cameras: Cameras, Build, What to write, Confirm, running, result. Opens at
 * the first open question.
 */
#define HS_TYPE_FLASH_WIZARD (hs_flash_wizard_get_type ())
G_DECLARE_FINAL_TYPE (HsFlashWizard, hs_flash_wizard, HS, FLASH_WIZARD, HsWizard)

/* @slots: (element-type HsSlot): what was chosen on the bench; may be empty. */
GtkWindow *hs_flash_wizard_new (HsSession *session, GPtrArray *slots);
GtkWindow *
hs_flash_wizard_new_for (HsSession *session, GPtrArray *slots, const char *what, HsBuild *build);
void hs_flash_wizard_set_full (HsFlashWizard *self, gboolean full);

G_END_DECLS
