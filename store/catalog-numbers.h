/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"
#include "store/release.h"

G_BEGIN_DECLS

/**
 * HsNumberRequest:
 * @series: numbers are unique within
 * @unit: key
 * @wanted: the number that was scanned; nullable. With it @list and the counter are not looked at
 * @list: NULL-terminated; nullable: the numbers themselves, position 1 is value 1
 * @prefix, @digits, @suffix: how a counted value is written: "GATE-" 0471 ""
 * @first, @last: the recipe's own range of values, inclusive
 *
 * A product number for one unit.
 */
typedef struct {
  const char *series;
  const char *unit;
  const char *release;
  const char *run;
  const char *batch; /* nullable */
  const char *wanted;
  const char *const *list;
  const char *prefix;
  const char *suffix;
  guint digits;
  gint64 first;
  gint64 last;
  gint64 *value; /* (out), nullable: of the answer, as the series counts it; 0: it does not */
} HsNumberRequest;

/* In one write transaction: the number this unit already has in the series (committed or
 * reserved), else the lowest free one of our leases, appended as number.reserved before it returns.
 * The same unit gets the same number for ever; two processes never get one twice.
 * HS_STORE_ERROR_FULL never; HS_STORE_ERROR_NO_NUMBER: the leases are used up, there is none, or
 * @wanted belongs to another unit (the message says which). (transfer full) */
char *hs_catalog_reserve_number (HsCatalog *self, const HsNumberRequest *request, GError **error);
/* Only a reserved one of that unit; a committed one stays. */
gboolean hs_catalog_free_number (HsCatalog *self,
                                 const char *unit,
                                 const char *series,
                                 const char *number,
                                 const char *reason,
                                 GError **error);
/* Refused if it overlaps a lease of any chain known here; with @replace_reason those of other
 * chains end herewith, if no number of the range is known as used. @id: (out) (optional) */
gboolean hs_catalog_take_lease (HsCatalog *self,
                                const char *series,
                                gint64 first,
                                gint64 last,
                                const char *release,
                                const char *replace_reason,
                                char **id,
                                GError **error);
/* Takes FIRST to LAST out of our own leases, for another bench; none of it may be used. */
gboolean hs_catalog_give_lease (HsCatalog *self,
                                const char *series,
                                gint64 first,
                                gint64 last,
                                const char *to,
                                GError **error);
GPtrArray *
hs_catalog_list_leases (HsCatalog *self, const char *series, GError **error); /* HsLease */
/* How many numbers our leases of the series still have. */
guint64 hs_catalog_count_numbers_left (HsCatalog *self, const char *series);
/* Whose it is: key, (transfer full); NULL without error: nobody's. */
char *
hs_catalog_find_number (HsCatalog *self, const char *series, const char *number, GError **error);

G_END_DECLS
