/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"

G_BEGIN_DECLS

/* What is asked before and after a chip is locked. */
GPtrArray *hs_catalog_list_about (HsCatalog *self,
                                  const char *unit,
                                  const char *kind,
                                  guint limit,
                                  GError **error);
GPtrArray *hs_catalog_list_with_ending (HsCatalog *self,
                                        const char *unit,
                                        const char *board,
                                        const char *ending,
                                        GError **error);

G_END_DECLS
