/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/leases.h"

static void
add_range (GArray *ranges, gint64 first, gint64 last)
{
  HsRange range = { first, last };

  if (first <= last)
    g_array_append_val (ranges, range);
}

/* Comes in the order of first values; what touches the last one makes it longer. */
static void
join_range (GArray *ranges, gint64 first, gint64 last)
{
  HsRange *end = ranges->len > 0 ? &g_array_index (ranges, HsRange, ranges->len - 1) : NULL;

  if (end != NULL && first <= end->last + 1)
    end->last = MAX (end->last, last);
  else
    add_range (ranges, first, last);
}

static GArray *
cut (GArray *ranges, gint64 first, gint64 last)
{
  GArray *rest = g_array_new (FALSE, FALSE, sizeof (HsRange));

  for (guint i = 0; i < ranges->len; i++) {
    const HsRange *range = &g_array_index (ranges, HsRange, i);

    add_range (rest, range->first, MIN (range->last, first - 1));
    add_range (rest, MAX (range->first, last + 1), range->last);
  }
  g_array_unref (ranges);
  return rest;
}

GArray *
hs_leases_read (HsDatabase *database, const char *series, const char *chain, GError **error)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (HsRange));
  g_autoptr (HsStatement) row =
      hs_statement_new (database,
                        "SELECT state = 'given', first, last FROM lease WHERE series = ?1 "
                        "AND chain = ?2 AND state <> 'replaced' ORDER BY state = 'given', first",
                        "ss",
                        series,
                        chain);

  while (hs_statement_next (row)) {
    gint64 first = hs_statement_get_int (row, 1);
    gint64 last = hs_statement_get_int (row, 2);

    if (first > last || first < 1)
      continue;
    if (hs_statement_get_int (row, 0) == 0)
      join_range (ranges, first, last);
    else
      ranges = cut (g_steal_pointer (&ranges), first, last);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&ranges) : NULL;
}

GArray *
hs_leases_read_usable (HsDatabase *database, const char *series, const char *chain, GError **error)
{
  g_autoptr (GArray) ranges = hs_leases_read (database, series, chain, error);
  g_autoptr (HsStatement) row =
      hs_statement_new (database,
                        "SELECT DISTINCT chain FROM lease WHERE series = ?1 AND chain <> ?2 "
                        "AND state = 'taken'",
                        "ss",
                        series,
                        chain);

  while (ranges != NULL && hs_statement_next (row)) {
    g_autoptr (GArray) held =
        hs_leases_read (database, series, hs_statement_get_text (row, 0), error);

    if (held == NULL)
      return NULL;
    for (guint i = 0; i < held->len; i++) {
      const HsRange *range = &g_array_index (held, HsRange, i);

      ranges = cut (g_steal_pointer (&ranges), range->first, range->last);
    }
  }
  if (ranges == NULL || !hs_statement_finish (row, error))
    return NULL;
  return g_steal_pointer (&ranges);
}
