/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/protect-choice.h"
#include "ui/wizard-page.h"

G_BEGIN_DECLS

/* The pages of the protection wizard; (transfer floating). */

/* What it does, what it does not do, what going back costs, on which unit: protect-meaning-page.c
 */
HsWizardPage *hs_protect_meaning_page_new (HsProtectChoice *choice);
/* Through the chip's ROM, or by a debug probe: protect-way-page.c */
HsWizardPage *hs_protect_way_page_new (HsProtectChoice *choice);
/* What will be lost, the ending to be typed, "I have a spare": protect-confirm-page.c. ::confirmed
 * when all of that is said and the verb was pressed. */
#define HS_TYPE_PROTECT_CONFIRM_PAGE (hs_protect_confirm_page_get_type ())
G_DECLARE_FINAL_TYPE (HsProtectConfirmPage,
                      hs_protect_confirm_page,
                      HS,
                      PROTECT_CONFIRM_PAGE,
                      HsWizardPage)
HsWizardPage *hs_protect_confirm_page_new (HsProtectChoice *choice);
const char *hs_protect_confirm_page_get_typed (HsProtectConfirmPage *self);
gboolean hs_protect_confirm_page_get_spare (HsProtectConfirmPage *self);
void hs_protect_confirm_page_show_error (HsProtectConfirmPage *self, const GError *error);

/* A column in which a page's parts are scrolled. @body: (out): where they go. */
GtkWidget *hs_protect_page_frame (const char *title, GtkWidget **body);
/* Tape, name, serial with what is typed in bold, board. */
GtkWidget *hs_protect_who_new (HsProtectChoice *choice);
/* A picture and a sentence. */
GtkWidget *hs_protect_line_new (GtkWidget *icon, const char *markup);

G_END_DECLS
