/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/paged-model.h"

G_BEGIN_DECLS

/* HsRelease of a catalog: drafts first, then by name and newest first. */
#define HS_TYPE_RELEASE_MODEL (hs_release_model_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseModel, hs_release_model, HS, RELEASE_MODEL, HsPagedModel)

HsPagedModel *hs_release_model_new (HsCatalog *catalog);

G_END_DECLS
