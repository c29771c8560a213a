/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"
#include "store/release.h"

G_BEGIN_DECLS

/* Releases, keys, policy, batches: questions. Facts enter by hs_catalog_append(). All block, as
 * everything in catalog.h. */

/* ids: drafts first, then by name and newest first. @query as in hs_catalog_list_builds(). */
GPtrArray *hs_catalog_list_releases (HsCatalog *self,
                                     const char *query,
                                     guint limit,
                                     guint *total,
                                     GError **error);
HsRelease *hs_catalog_get_release (HsCatalog *self, const char *id, GError **error);
/* "gate-counter" (its newest that is locked; if none is, the newest withdrawn; else the draft),
 * "gate-counter 1.4.2", "gate-counter@1.4.2", or any unique prefix of an id. */
char *hs_catalog_resolve_release (HsCatalog *self, const char *typed, GError **error);
guint hs_catalog_count_releases (HsCatalog *self);

GPtrArray *hs_catalog_list_keys (HsCatalog *self, GError **error); /* HsKey */
/* NULL without error if never set; (transfer full). */
char *hs_catalog_get_policy (HsCatalog *self, const char *name, GError **error);

HsBatch *hs_catalog_get_batch (HsCatalog *self, const char *id, GError **error);
GPtrArray *hs_catalog_list_batches (HsCatalog *self, const char *release, GError **error);
/* Its newest open one; NULL without error: none. */
HsBatch *hs_catalog_find_open_batch (HsCatalog *self, const char *release, GError **error);

G_END_DECLS
