/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/operator.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* For operator*.c and tile.c only. */

struct _HsTile {
  GObject parent_instance;

  HsOperator *owner; /* borrowed; NULL once it is gone */
  HsSlot *slot;      /* owned */
  HsTileState state;
  HsJob *job;          /* owned; nullable: running, or whose verdict is shown */
  char *number;        /* scanned for the camera that is there, or failed there; nullable */
  guint64 served;      /* the enumeration that had its run; 0 none */
  gint64 passed_us;    /* when the verdict came, monotonic; 0: it is no pass */
  gint64 waits_since;  /* HS_TILE_SCAN: monotonic µs */
  guint n_fails;       /* of this unit, one after the other */
  GCancellable *asked; /* owned; nullable: the catalog is asked about the camera that is there */
};

struct _HsOperator {
  GObject parent_instance;

  HsSession *session; /* owned */
  HsRelease *release; /* owned */
  HsRecipe *recipe;   /* owned */
  char *batch;
  GListStore *tiles; /* (element-type HsTile), parallel to the session's slots */
  GQueue scanned;    /* (element-type utf8): serials whose cameras are yet to come */
  GHashTable *fails; /* unit -> how often it failed without a pass */
  char *last_unit;   /* nullable: the one that passed last */
  HsOperatorCounts counts;
  gboolean counting;    /* the catalog is being asked … */
  gboolean count_again; /* … and what it will say is old */
  gboolean stopped;
  guint grace_ms;
  GCancellable *cancellable;
};

/* tile.c */
HsTile *hs_tile_new (HsOperator *owner, HsSlot *slot);
void hs_tile_set_state (HsTile *self, HsTileState state);
void hs_tile_set_job (HsTile *self, HsJob *job);
void hs_tile_set_number (HsTile *self, const char *number);

/* operator.c */
HsTile *hs_operator_nth_tile (HsOperator *self, guint n); /* (transfer none) */
void hs_operator_start (HsOperator *self, HsTile *tile, const char *number);

G_END_DECLS
