/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/unit-life.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsUnitFilters:
 *
 * Which units are listed: a menu with states, boards and filters that were saved by name, and the
 * pills that say what is in force. ::changed when another filter is; a saved one also sets what is
 * searched for.
 */
#define HS_TYPE_UNIT_FILTERS (hs_unit_filters_get_type ())
G_DECLARE_FINAL_TYPE (HsUnitFilters, hs_unit_filters, HS, UNIT_FILTERS, AdwBin)

void hs_unit_filters_set_up (HsUnitFilters *self, HsSession *session, GtkEditable *search);
/* Its strings are borrowed until the next change; without the query. */
HsUnitFilter hs_unit_filters_get (HsUnitFilters *self);
gboolean hs_unit_filters_is_set (HsUnitFilters *self);
GtkWidget *hs_unit_filters_get_pills (HsUnitFilters *self); /* to be placed once */
void hs_unit_filters_show_release (HsUnitFilters *self, const char *id, const char *title);
void hs_unit_filters_clear (HsUnitFilters *self);

G_END_DECLS
