/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/operator-tile.h"

G_BEGIN_DECLS

/**
 * HsOperatorGrid:
 *
 * The tiles of operator mode: one alone, two by two, three by two, four by four; an empty bench has
 * one idle tile. How large words are follows from the room a tile has. ::tile-changed (HsTile)
 * after its state or its camera changed.
 */
#define HS_TYPE_OPERATOR_GRID (hs_operator_grid_get_type ())
G_DECLARE_FINAL_TYPE (HsOperatorGrid, hs_operator_grid, HS, OPERATOR_GRID, GtkGrid)

void hs_operator_grid_set_tiles (HsOperatorGrid *self, GListModel *tiles);
HsTileScale hs_operator_grid_fit (HsOperatorGrid *self, int width, int height);

G_END_DECLS
