/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* HsSimHandsRow: what hands do to one simulated camera besides its plug: the boot jumper or the
 * maintenance switch, the user button; and how it can be broken for a rescue to be practised. */
#define HS_TYPE_SIM_HANDS_ROW (hs_sim_hands_row_get_type ())
G_DECLARE_FINAL_TYPE (HsSimHandsRow, hs_sim_hands_row, HS, SIM_HANDS_ROW, AdwActionRow)

/* @n: of the bus's cameras */
GtkWidget *hs_sim_hands_row_new (HsSession *session, guint n);
void hs_sim_hands_row_update (HsSimHandsRow *self);
void hs_sim_hands_row_set_wanted (HsSimHandsRow *self, gboolean wanted);

G_END_DECLS
