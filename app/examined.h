/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "flash/source.h"
#include "store/catalog.h"

G_BEGIN_DECLS

/* Which images of a catalog were found fit for which partition: bytes that have a digest stay what
 * they are. Of many cameras that take one image, one looks at it, and the others take its word. */

/* Once, on the main thread, before jobs ask. */
void hs_examined_prepare (HsCatalog *catalog);
gboolean hs_examined_check (HsCatalog *catalog,
                            HsSource *image,
                            const char *sha256,
                            HsRole role,
                            const HsBoard *board,
                            const HsPartition *partition,
                            GError **error);

G_END_DECLS
