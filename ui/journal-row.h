/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/paged-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsJournalRow:
 *
 * One journal entry: time, shape, sentence, who, the hash's beginning; above it the day, if the
 * entry before it in the list is of another day.
 */
#define HS_TYPE_JOURNAL_ROW (hs_journal_row_get_type ())
G_DECLARE_FINAL_TYPE (HsJournalRow, hs_journal_row, HS, JOURNAL_ROW, GtkBox)

GtkWidget *hs_journal_row_new (void);
void hs_journal_row_set (HsJournalRow *self, HsModelRow *row, HsModelRow *above);

G_END_DECLS
