/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/unit-life.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One unit in the answer to a recall. */
#define HS_TYPE_RECALL_ITEM (hs_recall_item_get_type ())
G_DECLARE_FINAL_TYPE (HsRecallItem, hs_recall_item, HS, RECALL_ITEM, GObject)

const HsRecallRow *hs_recall_item_get (HsRecallItem *self);

/**
 * HsRecallModel:
 *
 * The units that carry something, or did: a list of #HsRecallItem, read page by page as somebody
 * looks further down. ::counted when the first page or an error is there.
 */
#define HS_TYPE_RECALL_MODEL (hs_recall_model_get_type ())
G_DECLARE_FINAL_TYPE (HsRecallModel, hs_recall_model, HS, RECALL_MODEL, GObject)

HsRecallModel *hs_recall_model_new (HsCatalog *catalog, const HsRecall *recall);
HsRecall hs_recall_model_get_recall (HsRecallModel *self); /* strings are the model's */
guint hs_recall_model_get_n_now (HsRecallModel *self);
guint hs_recall_model_get_n_ever (HsRecallModel *self);
const char *hs_recall_model_get_error (HsRecallModel *self); /* nullable */

G_END_DECLS
