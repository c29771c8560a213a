/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/unit-detail.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsUnitView:
 *
 * What the catalog knows of one unit: what is in its flash and how that is known, every form of its
 * identity, its runs, where it was shipped, what people wrote down about it. Actions: "unit.flash",
 * "unit.repair", "unit.compare", "unit.ship", "unit.return", "unit.scrap", "unit.label",
 * "unit.note", "unit.attach", "unit.correct", "unit.copy" (s), "unit.recall" (s, a digest),
 * "unit.open-file" and "unit.save-file" (ss, digest and name).
 */
#define HS_TYPE_UNIT_VIEW (hs_unit_view_get_type ())
G_DECLARE_FINAL_TYPE (HsUnitView, hs_unit_view, HS, UNIT_VIEW, GtkBox)

GtkWidget *hs_unit_view_new (HsSession *session);
void hs_unit_view_set_detail (HsUnitView *self, HsUnitDetail *detail);
HsSession *hs_unit_view_get_session (HsUnitView *self);
HsUnitDetail *hs_unit_view_get_detail (HsUnitView *self); /* nullable */

/* Puts the actions on the class: unit-actions.c */
void hs_unit_view_class_install_actions (GtkWidgetClass *klass);
void hs_unit_view_update_actions (HsUnitView *self, gboolean here);

G_END_DECLS
