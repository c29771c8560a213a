/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsSlotCard:
 *
 * One slot of the bench: who is there, in what state, what is in its flash, what to do next.
 * What its buttons do are the actions "card.…".
 */
#define HS_TYPE_SLOT_CARD (hs_slot_card_get_type ())
G_DECLARE_FINAL_TYPE (HsSlotCard, hs_slot_card, HS, SLOT_CARD, GtkBox)

GtkWidget *hs_slot_card_new (HsSession *session, HsSlot *slot);
HsSlot *hs_slot_card_get_slot (HsSlotCard *self);
void hs_slot_card_set_compact (HsSlotCard *self, gboolean compact);
void hs_slot_card_retry (HsSlotCard *self);

G_END_DECLS
