/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/model-row.h"
#include "ui/paged-query.h"

G_BEGIN_DECLS

/**
 * HsPagedModelClass:
 * @list: ids in display order, at most @limit; @total: how many there are
 * @page: (nullable): up to @limit ids that follow @after. A list that has it is read on as somebody
 *   looks further down; one that has not is read whole
 * @load: one row's data
 * @count: how many rows the catalog has without any query
 *
 * All run on the catalog's reading thread and must not touch the model.
 */
#define HS_TYPE_PAGED_MODEL (hs_paged_model_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsPagedModel, hs_paged_model, HS, PAGED_MODEL, GObject)

struct _HsPagedModelClass {
  GObjectClass parent_class;

  GPtrArray *(*list) (HsCatalog *catalog,
                      const HsPagedQuery *query,
                      guint limit,
                      guint *total,
                      GError **error);
  GPtrArray *(*page) (HsCatalog *catalog,
                      const HsPagedQuery *query,
                      const char *after,
                      guint limit,
                      GError **error);
  gpointer (*load) (HsCatalog *catalog, const char *id, GError **error);
  guint64 (*count) (HsCatalog *catalog);
};

void hs_paged_model_set_query (HsPagedModel *self, const char *text, const char *const *kinds);
void hs_paged_model_set_before (HsPagedModel *self, gint64 before);
void hs_paged_model_set_units (HsPagedModel *self, const HsUnitFilter *filter);
const HsPagedQuery *hs_paged_model_get_query (HsPagedModel *self);
void hs_paged_model_refresh (HsPagedModel *self);
gboolean hs_paged_model_get_ready (HsPagedModel *self);
guint hs_paged_model_get_total (HsPagedModel *self);
guint64 hs_paged_model_get_count (HsPagedModel *self);
gboolean hs_paged_model_find (HsPagedModel *self, const char *id, guint *position);
const char *hs_paged_model_get_id (HsPagedModel *self, guint position);

G_END_DECLS
