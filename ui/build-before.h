/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The build of @board that came before @build: the newest that was imported earlier, of which the
 * same is known (memory, or the same artifacts). @build: (nullable): the newest of all. Blocks on
 * the catalog. (transfer full) (nullable) */
HsBuild *hs_build_before_read (HsCatalog *catalog,
                               const char *board,
                               HsBuild *build,
                               GCancellable *cancellable);
/* What the import found besides: (transfer full) (nullable): an object. */
JsonNode *hs_build_details_parse (HsBuild *build);

G_END_DECLS
