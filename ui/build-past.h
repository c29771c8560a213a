/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-before.h"

G_BEGIN_DECLS

/* What the catalog knows around a build: the one before, what is kept beside it, whether it was
 * built again. */
typedef struct {
  HsBuild *before;    /* owned; nullable */
  GPtrArray *kept;    /* HsArtifact: files that are not dropped */
  JsonNode *repeated; /* payload of the newest build.repeated, an object; nullable */
} HsBuildPast;

/* Blocks on the catalog. (transfer full) */
HsBuildPast *hs_build_past_read (HsCatalog *catalog, HsBuild *build, GCancellable *cancellable);
void hs_build_past_free (HsBuildPast *self);
/* The first kept file of that name's ending: ".log", ".diff", ".map". (nullable); @self too */
const HsArtifact *hs_build_past_find (const HsBuildPast *self, const char *ending);

G_END_DECLS
