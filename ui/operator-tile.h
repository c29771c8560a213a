/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/operator.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How much room a tile has; sizes of words follow from the same class on the root. */
typedef enum {
  HS_TILE_SCALE_FULL,
  HS_TILE_SCALE_S,
  HS_TILE_SCALE_XS,
  HS_TILE_SCALE_XXS,
} HsTileScale;

/**
 * HsOperatorTile:
 *
 * One slot as the operator sees it from two metres: verdict as word, shape, brightness and
 * stripes; what to do, larger than why. Its accessible name is the whole: "Slot left 2: PASS,
 * GATE-0473".
 */
#define HS_TYPE_OPERATOR_TILE (hs_operator_tile_get_type ())
G_DECLARE_FINAL_TYPE (HsOperatorTile, hs_operator_tile, HS, OPERATOR_TILE, GtkBox)

GtkWidget *hs_operator_tile_new (HsTile *tile);
HsTile *hs_operator_tile_get_tile (HsOperatorTile *self);
void hs_operator_tile_set_look (HsOperatorTile *self,
                                gboolean alone,
                                HsTileScale scale,
                                gboolean with_strip);
const char *hs_tile_scale_class (HsTileScale scale);

G_END_DECLS
