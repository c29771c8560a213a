/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/recipe.h"
#include "store/catalog-numbers.h"
#include "store/catalog-releases.h"

G_BEGIN_DECLS

/**
 * HsReleaseDetail:
 * @recipe: what it says; %NULL if it can't be read: then @problem says why
 * @builds: one for each board of the recipe; an entry is %NULL if the catalog has no such build
 * @older: title of the release it supersedes; nullable
 * @newer: the release that supersedes it; nullable
 * @units: the first of those that carry it
 * @leases: of the series its numbers come from
 * @own_keys: names of the secret keys here
 *
 * Everything that is shown of one release, read at one go.
 */
typedef struct {
  HsRelease *release;
  HsRecipe *recipe;
  char *problem;
  GPtrArray *builds;
  char *older;
  HsRelease *newer;
  GPtrArray *units;   /* HsUnit */
  GPtrArray *batches; /* HsBatch */
  GPtrArray *leases;  /* HsLease */
  guint64 n_numbers_left;
  char **own_keys;
  gboolean signature_required;
} HsReleaseDetail;

/* Runs on the catalog's reading thread; @id: a release's. */
gpointer
hs_release_detail_read (HsCatalog *catalog, gpointer id, GCancellable *cancellable, GError **error);
void hs_release_detail_free (gpointer detail);
HsReleaseDetail *hs_release_detail_ref (HsReleaseDetail *self);

G_END_DECLS
