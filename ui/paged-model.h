/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

/* What a list shows. Crosses threads by copy. */
typedef struct {
  char *text;    /* as typed; nullable */
  char **kinds;  /* nullable: all; of journal entries only */
  gint64 before; /* µs, 0: no limit; of journal entries only */
} HsPagedQuery;

/**
 * HsModelRow:
 *
 * One row of a list. It exists before its data does; "item" notifies when the data has been read.
 */
#define HS_TYPE_MODEL_ROW (hs_model_row_get_type ())
G_DECLARE_FINAL_TYPE (HsModelRow, hs_model_row, HS, MODEL_ROW, GObject)

const char *hs_model_row_get_id (HsModelRow *self);
gpointer hs_model_row_get_item (HsModelRow *self); /* nullable; borrowed */

/**
 * HsPagedModelClass:
 * @list: ids in display order, at most @limit; @total: how many there are
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
  gpointer (*load) (HsCatalog *catalog, const char *id, GError **error);
  guint64 (*count) (HsCatalog *catalog);
};

void hs_paged_model_set_query (HsPagedModel *self, const char *text, const char *const *kinds);
void hs_paged_model_set_before (HsPagedModel *self, gint64 before);
void hs_paged_model_refresh (HsPagedModel *self);
gboolean hs_paged_model_get_ready (HsPagedModel *self);
guint hs_paged_model_get_total (HsPagedModel *self);
guint64 hs_paged_model_get_count (HsPagedModel *self);
gboolean hs_paged_model_find (HsPagedModel *self, const char *id, guint *position);
const char *hs_paged_model_get_id (HsPagedModel *self, guint position);

G_END_DECLS
