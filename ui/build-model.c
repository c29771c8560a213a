/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/build-model.h"

struct _HsBuildModel {
  HsPagedModel parent_instance;
};

G_DEFINE_FINAL_TYPE (HsBuildModel, hs_build_model, HS_TYPE_PAGED_MODEL)

static GPtrArray *
list_builds (HsCatalog *catalog,
             const HsPagedQuery *query,
             guint limit,
             guint *total,
             GError **error)
{
  return hs_catalog_list_builds (catalog, query->text, limit, total, error);
}

static gpointer
load_build (HsCatalog *catalog, const char *id, GError **error)
{
  return hs_catalog_get_build (catalog, id, error);
}

static guint64
count_builds (HsCatalog *catalog)
{
  guint n = 0;

  hs_catalog_count (catalog, NULL, &n, NULL);
  return n;
}

static void
hs_build_model_class_init (HsBuildModelClass *klass)
{
  HsPagedModelClass *model_class = HS_PAGED_MODEL_CLASS (klass);

  model_class->list = list_builds;
  model_class->load = load_build;
  model_class->count = count_builds;
}

static void
hs_build_model_init (HsBuildModel *self)
{
}

HsPagedModel *
hs_build_model_new (HsCatalog *catalog)
{
  return g_object_new (HS_TYPE_BUILD_MODEL, "catalog", catalog, NULL);
}
