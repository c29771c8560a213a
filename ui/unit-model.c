/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/unit-model.h"

struct _HsUnitModel {
  HsPagedModel parent_instance;
};

G_DEFINE_FINAL_TYPE (HsUnitModel, hs_unit_model, HS_TYPE_PAGED_MODEL)

static HsUnitFilter
filter_of (const HsPagedQuery *query)
{
  return (HsUnitFilter){
    .query = query->text,
    .states = (const char *const *) query->states,
    .boards = (const char *const *) query->boards,
    .release = query->release,
    .party = query->party,
    .changed_outside = query->changed_outside,
    .mixed = query->mixed,
  };
}

static GPtrArray *
list_units (HsCatalog *catalog,
            const HsPagedQuery *query,
            guint limit,
            guint *total,
            GError **error)
{
  HsUnitFilter filter = filter_of (query);

  return hs_catalog_list_units_filtered (catalog, &filter, limit, total, error);
}

static GPtrArray *
page_units (HsCatalog *catalog,
            const HsPagedQuery *query,
            const char *after,
            guint limit,
            GError **error)
{
  HsUnitFilter filter = filter_of (query);

  return hs_catalog_page_units (catalog, &filter, after, limit, error);
}

static gpointer
load_unit (HsCatalog *catalog, const char *id, GError **error)
{
  return hs_catalog_get_unit (catalog, id, error);
}

static guint64
count_units (HsCatalog *catalog)
{
  guint n = 0;

  hs_catalog_count (catalog, &n, NULL, NULL);
  return n;
}

static void
hs_unit_model_class_init (HsUnitModelClass *klass)
{
  HsPagedModelClass *model_class = HS_PAGED_MODEL_CLASS (klass);

  model_class->list = list_units;
  model_class->page = page_units;
  model_class->load = load_unit;
  model_class->count = count_units;
}

static void
hs_unit_model_init (HsUnitModel *self)
{
}

HsPagedModel *
hs_unit_model_new (HsCatalog *catalog)
{
  return g_object_new (HS_TYPE_UNIT_MODEL, "catalog", catalog, NULL);
}
