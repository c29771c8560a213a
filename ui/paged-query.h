/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/unit-life.h"

G_BEGIN_DECLS

/* What a list shows. Crosses threads by copy. */
typedef struct {
  char *text;    /* as typed; nullable */
  char **kinds;  /* nullable: all; of journal entries only */
  gint64 before; /* µs, 0: no limit; of journal entries only */

  /* Of units only; all nullable. */
  char **states;
  char **boards;
  char *release;
  char *party;
  gboolean changed_outside;
  gboolean mixed;
} HsPagedQuery;

HsPagedQuery *hs_paged_query_copy (const HsPagedQuery *other);
void hs_paged_query_free (HsPagedQuery *self);
void hs_paged_query_set_units (HsPagedQuery *self, const HsUnitFilter *filter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPagedQuery, hs_paged_query_free)

G_END_DECLS
