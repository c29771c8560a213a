/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog-private.h"
#include "store/unit-search.h"

G_BEGIN_DECLS

/* Between catalog-find.c, which walks, and catalog-gather.c only. */

typedef struct {
  gint64 row;
  gint64 last_seen;
  char *key;
} HsHit;

typedef struct {
  HsUnitQuestion question;
  gint64 before_seen; /* only units older than that */
  gint64 before_row;
  guint limit;        /* 0: all */
  guint gather_limit; /* rows */
  guint n_looked_at;
  gboolean counts;  /* how many there are is asked, too */
  guint n_known;    /* there are at least so many; 0: not counted */
  GHashTable *seen; /* rows that were gathered, if there are several sources */
  GArray *hits;     /* HsHit */
  guint n_more;     /* that fit behind the page */
  gboolean ended;   /* nothing was left out of hits and n_more */
} HsFind;

/* Every statement on units gives these. */
#define HS_FIND_COLUMNS                                                                            \
  "unit.row, unit.last_seen, unit.key, unit.board, unit.state, unit.release, unit.party, "         \
  "unit.changed_outside, " HS_UNIT_MIXED
enum {
  HS_FIND_ROW,
  HS_FIND_LAST_SEEN,
  HS_FIND_KEY,
  HS_FIND_BOARD,
  HS_FIND_STATE,
  HS_FIND_RELEASE,
  HS_FIND_PARTY,
  HS_FIND_CHANGED,
  HS_FIND_MIXED,
  HS_FIND_TEXT,
};

gboolean hs_find_is_plain (HsFind *self); /* no filter but words */
gboolean hs_find_passes (HsFind *self, HsStatement *row);
void hs_find_add (HsFind *self, HsStatement *row);

/* @too_many: nothing was found out, but maybe how many there are at least. */
gboolean hs_find_gather (HsFind *self, gboolean *too_many, GError **error);

G_END_DECLS
