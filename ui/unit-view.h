/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsUnitView:
 *
 * What the catalog knows of one unit: what is in its flash and how that is known, every form of its
 * identity, its runs, the notes on it.
 */
#define HS_TYPE_UNIT_VIEW (hs_unit_view_get_type ())
G_DECLARE_FINAL_TYPE (HsUnitView, hs_unit_view, HS, UNIT_VIEW, GtkBox)

GtkWidget *hs_unit_view_new (HsSession *session);
void hs_unit_view_set_unit (HsUnitView *self, HsUnit *unit, GPtrArray *runs, GPtrArray *notes);

HsSlot *hs_unit_find_slot (HsSession *session, const char *unit);
const char *hs_unit_chip_text (HsUnit *unit, const char **meaning);

G_END_DECLS
