/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsOperatorLeave:
 *
 * The panel over the tiles that lets somebody out of operator mode: it asks for the PIN if one is
 * set, and says what still runs. Part of the operator window, so that a scanner's keys come the
 * same way. ::leave when the way out is free, ::stay otherwise.
 */
#define HS_TYPE_OPERATOR_LEAVE (hs_operator_leave_get_type ())
G_DECLARE_FINAL_TYPE (HsOperatorLeave, hs_operator_leave, HS, OPERATOR_LEAVE, GtkBox)

GtkWidget *hs_operator_leave_new (void);
void hs_operator_leave_ask (HsOperatorLeave *self, gboolean with_pin, const char *running);
/* Where a person types; NULL if nothing is asked for. */
GtkEditable *hs_operator_leave_get_entry (HsOperatorLeave *self);

G_END_DECLS
