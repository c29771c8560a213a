/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"
#include "store/story.h"

G_BEGIN_DECLS

/* Which units; all members nullable. Strings are borrowed. */
typedef struct {
  const char *query;         /* as in hs_catalog_list_units(): also product serial, customer,
                                order, notes */
  const char *const *states; /* NULL-terminated */
  const char *const *boards;
  const char *release; /* id: carries it, as last proven */
  const char *party;
  gboolean changed_outside; /* only those */
  gboolean mixed;           /* only those: hs_unit_is_mixed() */
} HsUnitFilter;

GPtrArray *hs_catalog_list_units_filtered (HsCatalog *self,
                                           const HsUnitFilter *filter,
                                           guint limit,
                                           guint *total,
                                           GError **error); /* char* ids, last seen first */
/* Pages for long lists: up to @limit ids after (older than) unit @after (NULL: from the start). */
GPtrArray *hs_catalog_page_units (HsCatalog *self,
                                  const HsUnitFilter *filter,
                                  const char *after,
                                  guint limit,
                                  GError **error);
HsStory *hs_catalog_get_story (HsCatalog *self, const char *unit, GError **error);

/**
 * HsRecall:
 *
 * What is looked for: exactly one is set. Ids are whole.
 */
typedef struct {
  const char *build;
  const char *release;
  const char *sha256; /* of an artifact, or of a bootloader as read */
} HsRecall;

/* Units that carry it now come first, then those that ever did; within that by last seen.
 * (element-type HsRecallRow) */
GPtrArray *hs_catalog_recall (HsCatalog *self,
                              const HsRecall *recall,
                              guint limit,
                              guint offset,
                              guint *n_now,
                              guint *n_ever,
                              GError **error);

GPtrArray *hs_catalog_list_conflicts (HsCatalog *self, GError **error); /* HsConflict */
GPtrArray *hs_catalog_list_unit_conflicts (HsCatalog *self, const char *unit, GError **error);

/* Parties. Finds by exact name (case folded), else makes one; id, (transfer full). */
char *hs_catalog_put_party (HsCatalog *self, const char *name, GError **error);
gboolean
hs_catalog_rename_party (HsCatalog *self, const char *id, const char *name, GError **error);
/* Names that begin so, for completion: char *. */
GPtrArray *
hs_catalog_list_parties (HsCatalog *self, const char *start, guint limit, GError **error);

/* How many units of each state and board, today's passes …: for `stats`. */
typedef struct {
  char *board;
  char *state;
  guint n;
} HsUnitCount;
void hs_unit_count_free (HsUnitCount *self);
GPtrArray *hs_catalog_count_units (HsCatalog *self, GError **error); /* HsUnitCount */

G_END_DECLS
