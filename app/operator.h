/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/recipe.h"
#include "app/session.h"
#include "store/release.h"

G_BEGIN_DECLS

typedef enum {
  HS_TILE_IDLE, /* "Plug in a camera" */
  HS_TILE_SCAN, /* a camera is there, its number has to be scanned first */
  HS_TILE_WORK,
  HS_TILE_PASS,
  HS_TILE_FAIL,
  HS_TILE_REFUSED, /* "NOT THIS ONE": wrong board, withdrawn, shipped, scrapped */
  HS_TILE_LOOK,    /* unproven, unknown unit, access, not recorded: somebody must look */
} HsTileState;

/**
 * HsTile:
 *
 * One slot in operator mode. Main thread. ::changed after anything changed; properties with
 * notify: "state". The verdict stays until the next camera on that slot.
 */
#define HS_TYPE_TILE (hs_tile_get_type ())
G_DECLARE_FINAL_TYPE (HsTile, hs_tile, HS, TILE, GObject)

HsSlot *hs_tile_get_slot (HsTile *self);
HsTileState hs_tile_get_state (HsTile *self);
HsJob *hs_tile_get_job (HsTile *self);         /* nullable; for the strip */
const char *hs_tile_get_number (HsTile *self); /* product serial; nullable */
gboolean hs_tile_get_already (HsTile *self);   /* passed without writing anything */
/* Words for the screen, (transfer full): "PASS" "FAIL" "UNPROVEN" "NOT THIS ONE" "Writing"; what to
 * do ("Plug it in again."); why ("The cable came off while writing."); all may be "". */
char *hs_tile_dup_word (HsTile *self);
char *hs_tile_dup_todo (HsTile *self);
char *hs_tile_dup_why (HsTile *self);
char *hs_tile_dup_time (HsTile *self); /* "0:14"; NULL */
char *hs_tile_dup_unit (HsTile *self); /* serial for people, "…0035 0021"; nullable */

typedef struct {
  guint passed; /* units, this batch */
  guint failed;
  guint unproven;
  guint already;   /* of the passed */
  guint quantity;  /* 0: open end */
  guint left;      /* of quantity */
  double yield;    /* 0 … 1; < 0: none yet */
  double per_hour; /* < 0: not known yet */
} HsOperatorCounts;

/**
 * HsOperator:
 *
 * The bench locked to one release: every camera that is plugged in and fits is run by itself, once
 * per plugging in. Owns nothing that must survive: counts and numbers are in the journal. Main
 * thread. ::counts-changed; ::verdict (HsTile) when one ends (for the sound); ::scanned (text,
 * gboolean understood).
 */
#define HS_TYPE_OPERATOR (hs_operator_get_type ())
G_DECLARE_FINAL_TYPE (HsOperator, hs_operator, HS, OPERATOR, GObject)

/* @quantity: opens a new batch of so many if none is open (0: open end); an open batch goes on.
 * Fails as hs_release_check() does. */
HsOperator *
hs_operator_new (HsSession *session, const char *release, guint quantity, GError **error);
HsRelease *hs_operator_get_release (HsOperator *self);
const HsRecipe *hs_operator_get_recipe (HsOperator *self);
const char *hs_operator_get_batch (HsOperator *self);
GListModel *hs_operator_get_tiles (HsOperator *self); /* HsTile, in the bench's order */
/* Whether the journal is being asked, so that the counts are about to change. */
gboolean hs_operator_is_counting (HsOperator *self);
void hs_operator_get_counts (HsOperator *self, HsOperatorCounts *counts);
/* One line of a scanner, without its Enter. "OPERATOR:NAME" (also "OP:"), "UNIT:LABEL" (label for
 * the unit last passed or waiting), else a product serial if the rule is scan, else a known unit
 * (tells its state). @understood: (out) (transfer full) a sentence. */
gboolean hs_operator_scan (HsOperator *self, const char *line, char **understood);
guint hs_operator_retry_failed (HsOperator *self); /* how many were started */
/* No new runs from now on; running ones go on. */
void hs_operator_stop (HsOperator *self);
/* Ends the batch, in the journal. */
gboolean hs_operator_close_batch (HsOperator *self, GError **error);

G_END_DECLS
