/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/release-model.h"

#include "store/catalog-releases.h"

struct _HsReleaseModel {
  HsPagedModel parent_instance;
};

G_DEFINE_FINAL_TYPE (HsReleaseModel, hs_release_model, HS_TYPE_PAGED_MODEL)

static GPtrArray *
list_releases (HsCatalog *catalog,
               const HsPagedQuery *query,
               guint limit,
               guint *total,
               GError **error)
{
  return hs_catalog_list_releases (catalog, query->text, limit, total, error);
}

static gpointer
load_release (HsCatalog *catalog, const char *id, GError **error)
{
  return hs_catalog_get_release (catalog, id, error);
}

static guint64
count_releases (HsCatalog *catalog)
{
  return hs_catalog_count_releases (catalog);
}

static void
hs_release_model_class_init (HsReleaseModelClass *klass)
{
  HsPagedModelClass *model_class = HS_PAGED_MODEL_CLASS (klass);

  model_class->list = list_releases;
  model_class->load = load_release;
  model_class->count = count_releases;
}

static void
hs_release_model_init (HsReleaseModel *self)
{
}

HsPagedModel *
hs_release_model_new (HsCatalog *catalog)
{
  return g_object_new (HS_TYPE_RELEASE_MODEL, "catalog", catalog, NULL);
}
