/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"

G_BEGIN_DECLS

/* Questions of tables that go out of a catalog and come in. All block, as everything in catalog.h.
 */

/* Pages for long lists: up to @limit ids of runs, newest first, older than run @after (NULL: from
 * the start); of @unit (key), NULL: of all. */
GPtrArray *hs_catalog_page_runs (HsCatalog *self,
                                 const char *unit,
                                 const char *after,
                                 guint limit,
                                 GError **error);
/* The unit that has this product serial, or this label; case does not count. (transfer full), NULL
 * without error: none. */
char *hs_catalog_find_unit_by_serial (HsCatalog *self, const char *serial, GError **error);
char *hs_catalog_find_unit_by_label (HsCatalog *self, const char *label, GError **error);

G_END_DECLS
