/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/paged-model.h"

G_BEGIN_DECLS

/* The builds of the catalog; the "item" of a row is an #HsBuild. */
#define HS_TYPE_BUILD_MODEL (hs_build_model_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildModel, hs_build_model, HS, BUILD_MODEL, HsPagedModel)

HsPagedModel *hs_build_model_new (HsCatalog *catalog);

G_END_DECLS
