/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/journal-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Shows a journal entry whole, with the very text that was hashed. */
void hs_entry_dialog_present (GtkWindow *parent, HsJournalItem *item);

G_END_DECLS
