/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/paged-model.h"

G_BEGIN_DECLS

/* The units of the catalog; the "item" of a row is an #HsUnit. */
#define HS_TYPE_UNIT_MODEL (hs_unit_model_get_type ())
G_DECLARE_FINAL_TYPE (HsUnitModel, hs_unit_model, HS, UNIT_MODEL, HsPagedModel)

HsPagedModel *hs_unit_model_new (HsCatalog *catalog);

G_END_DECLS
