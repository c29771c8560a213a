/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/database.h"

G_BEGIN_DECLS

/* Values of a series, both ends included. */
typedef struct {
  gint64 first;
  gint64 last;
} HsRange;

/* What the leases that @chain took leave it, lowest first, apart from each other: without what it
 * gave away and what others replaced. (element-type HsRange) */
GArray *
hs_leases_read (HsDatabase *database, const char *series, const char *chain, GError **error);
/* Of these, what it may give out: not what another chain holds too. */
GArray *
hs_leases_read_usable (HsDatabase *database, const char *series, const char *chain, GError **error);

G_END_DECLS
