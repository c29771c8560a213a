/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog-units.h"

G_BEGIN_DECLS

/* What happens to units after the bench: each is a journal entry. All block and may run on the
 * catalog's reading thread. Unit keys are whole. */

/* One sending; all or none. Refused for units that are scrapped or already shipped
 * (HS_APP_ERROR_UNIT_SHIPPED, _UNIT_SCRAPPED), naming the first. @date: YYYY-MM-DD, NULL: today */
gboolean hs_units_ship (HsCatalog *catalog,
                        const char *const *units,
                        const char *customer,
                        const char *order,
                        const char *date,
                        char **shipment,
                        GError **error);
gboolean hs_unit_return (HsCatalog *catalog, const char *unit, const char *reason, GError **error);
gboolean hs_unit_scrap (HsCatalog *catalog, const char *unit, const char *reason, GError **error);
/* What people call it; NULL or "": nothing any more. Refused if another unit is called so. A unit
 * that the catalog does not know yet may have one. */
gboolean hs_unit_label (HsCatalog *catalog, const char *unit, const char *label, GError **error);
gboolean hs_unit_note (HsCatalog *catalog, const char *unit, const char *text, GError **error);
/* Copies the file in; up to 64 MB. */
gboolean hs_unit_attach (HsCatalog *catalog, const char *unit, GFile *file, GError **error);
/* Takes back an earlier entry about this unit. */
gboolean hs_unit_correct (HsCatalog *catalog,
                          const char *unit,
                          const char *entry,
                          const char *reason,
                          GError **error);
/* A day of the calendar, written YYYY-MM-DD. */
gboolean hs_date_is_valid (const char *text);
/* A pasted or scanned text: one unit a line or word, in any form. @unknown: (out) (element-type
 * utf8) what was not understood. (element-type utf8) keys, each once. */
GPtrArray *hs_units_parse (HsCatalog *catalog, const char *text, GPtrArray **unknown);

/* "What would an update to this release change on this unit": (element-type utf8) sentences, empty:
 * nothing. */
GPtrArray *
hs_unit_compare_release (HsCatalog *catalog, const char *unit, const char *release, GError **error);

G_END_DECLS
