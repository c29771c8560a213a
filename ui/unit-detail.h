/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/release.h"
#include "app/unit-life.h"

G_BEGIN_DECLS

/* All that a unit's page shows. Counted references; nobody changes it. */
typedef struct {
  HsUnit *unit;
  GPtrArray *runs;    /* HsRun, newest first; may be the first of many */
  HsStory *story;     /* nullable: it could not be read */
  HsRelease *release; /* that it carries; nullable */
  char *conflict;     /* a sentence about facts that can't both be true; nullable */
} HsUnitDetail;

gpointer
hs_unit_detail_read (HsCatalog *catalog, gpointer id, GCancellable *cancellable, GError **error);
HsUnitDetail *hs_unit_detail_ref (HsUnitDetail *self);
void hs_unit_detail_unref (gpointer self);
char *hs_conflict_dup_sentence (const HsConflict *conflict);

G_END_DECLS
