/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

/**
 * HsOffer:
 * @build: nullable with a release
 * @release: locked; NULL: a build by itself
 * @builds: (element-type HsBuild): the release's, one a board; NULL without a release
 *
 * Something that can be loaded on the bench.
 */
typedef struct {
  HsBuild *build;
  HsRelease *release;
  GPtrArray *builds;
} HsOffer;

/* Locked releases, then builds, newest first, at most @limit of each; runs on the catalog's reading
 * thread. (element-type HsOffer), with a free function. */
GPtrArray *hs_offers_read (HsCatalog *catalog,
                           const char *query,
                           guint limit,
                           GCancellable *cancellable,
                           GError **error);
gboolean hs_offer_fits (const HsOffer *self, const char *board);
char *hs_offer_dup_title (const HsOffer *self);
char *hs_offer_dup_boards (const HsOffer *self);
gboolean hs_offer_is_loaded (const HsOffer *self, HsSession *session);
void hs_offer_load (const HsOffer *self, HsSession *session);

G_END_DECLS
