/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsSimRow:
 *
 * One simulated camera in the simulator's panel: whether it is plugged in, and what is broken.
 */
#define HS_TYPE_SIM_ROW (hs_sim_row_get_type ())
G_DECLARE_FINAL_TYPE (HsSimRow, hs_sim_row, HS, SIM_ROW, AdwActionRow)

GtkWidget *hs_sim_row_new (HsSession *session, guint n);
void hs_sim_row_update (HsSimRow *self);

G_END_DECLS
