/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsJournalPage:
 *
 * All that happened, newest first, and the truth about the chain. Nothing here can be edited.
 */
#define HS_TYPE_JOURNAL_PAGE (hs_journal_page_get_type ())
G_DECLARE_FINAL_TYPE (HsJournalPage, hs_journal_page, HS, JOURNAL_PAGE, GtkBox)

GtkWidget *hs_journal_page_new (HsSession *session);
void hs_journal_page_focus_search (HsJournalPage *self);
void hs_journal_page_ask_day (HsJournalPage *self);

G_END_DECLS
