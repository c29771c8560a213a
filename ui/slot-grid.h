/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/slot-card.h"

G_BEGIN_DECLS

typedef enum { HS_DENSITY_AUTOMATIC, HS_DENSITY_LARGE, HS_DENSITY_COMPACT } HsDensity;

/**
 * HsSlotGrid:
 *
 * The cards of the bench, in the bench's order of slots. One camera has a card 720 pixels wide;
 * two to six have two columns; seven and more are compact, with as many columns as fit, four at
 * most. The grid is one tab stop: arrow keys go from card to card, Tab into a card's buttons.
 * ::changed, coalesced, after anything on a slot changed.
 */
#define HS_TYPE_SLOT_GRID (hs_slot_grid_get_type ())
G_DECLARE_FINAL_TYPE (HsSlotGrid, hs_slot_grid, HS, SLOT_GRID, GtkWidget)

void hs_slot_grid_set_session (HsSlotGrid *self, HsSession *session);
void hs_slot_grid_set_density (HsSlotGrid *self, HsDensity density);
guint hs_slot_grid_get_n_cards (HsSlotGrid *self);
HsSlotCard *hs_slot_grid_get_card (HsSlotGrid *self, guint n);
HsSlotCard *hs_slot_grid_get_focused (HsSlotGrid *self);

G_END_DECLS
