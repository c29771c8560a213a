/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"

G_BEGIN_DECLS

/* Ends a batch without running anything: what comes later counts in another one. Blocks for one
 * append. Batches are opened by HsOperator. */
gboolean hs_batch_close (HsCatalog *catalog, const char *batch, GError **error);

G_END_DECLS
