/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/paged-model.h"

G_BEGIN_DECLS

/**
 * HsJournalItem:
 *
 * One journal entry with the names that people know its subject by, as the catalog has them now.
 */
#define HS_TYPE_JOURNAL_ITEM (hs_journal_item_get_type ())
G_DECLARE_FINAL_TYPE (HsJournalItem, hs_journal_item, HS, JOURNAL_ITEM, GObject)

HsEntry *hs_journal_item_get_entry (HsJournalItem *self);
const char *hs_journal_item_get_name (HsJournalItem *self);  /* of its subject; nullable */
const char *hs_journal_item_get_build (HsJournalItem *self); /* of its run; nullable */

/* In place of a kind: runs that did not pass. */
#define HS_FILTER_FAILED "run.finished!"

/* The journal, newest first; the "item" of a row is an #HsJournalItem. */
#define HS_TYPE_JOURNAL_MODEL (hs_journal_model_get_type ())
G_DECLARE_FINAL_TYPE (HsJournalModel, hs_journal_model, HS, JOURNAL_MODEL, HsPagedModel)

HsPagedModel *hs_journal_model_new (HsCatalog *catalog);
GPtrArray *hs_journal_filter_kinds (const HsPagedQuery *query, HsJournalFilter *filter);

G_END_DECLS
