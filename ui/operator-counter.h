/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/operator.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsOperatorCounter:
 *
 * The figures below the tiles: passed, failed, unproven if there are any, yield, an hour, left of
 * the ordered quantity.
 */
#define HS_TYPE_OPERATOR_COUNTER (hs_operator_counter_get_type ())
G_DECLARE_FINAL_TYPE (HsOperatorCounter, hs_operator_counter, HS, OPERATOR_COUNTER, GtkBox)

GtkWidget *hs_operator_counter_new (void);
void hs_operator_counter_set (HsOperatorCounter *self, const HsOperatorCounts *counts);
void hs_operator_counter_set_small (HsOperatorCounter *self, gboolean small);

G_END_DECLS
