/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/catalog-pace.h"

#include "store/catalog-private.h"

/* clang-format off */
/* Seconds come as whole microseconds; runs recorded before there were such fields have none. */
#define PART(name)   "coalesce (json_extract (value, '$." name "'), 0)"
#define MICROS(name) "CAST (1000000 * " PART (name) " AS INTEGER)"

#define PARTS_OF_LAST_RUNS                                                                         \
  "SELECT " PART ("units_written") ", " PART ("wrote_bytes") ", " MICROS ("seconds_write") ", "    \
  PART ("read_bytes") ", " MICROS ("seconds_compare") " + " MICROS ("seconds_verify") " "          \
  "FROM (SELECT result FROM run WHERE board = ?1 AND what = 'flash' AND outcome = 'passed' "       \
  "ORDER BY started DESC LIMIT 30), "                                                              \
  "json_each (CASE WHEN json_valid (result) THEN result ELSE '{}' END, '$.partitions') "           \
  "WHERE json_extract (value, '$.role') = ?2"
/* clang-format on */

/**
 * hs_catalog_get_pace:
 * @self: a catalog
 * @board: id of a board
 * @role: of the partition
 * @error: a #HsStoreError
 *
 * Blocks.
 *
 * Returns: (transfer full) (element-type HsPaceSample): of the last 30 runs on any unit of that
 *   board that passed, newest first; those that neither wrote nor read it are left out
 */
GArray *
hs_catalog_get_pace (HsCatalog *self, const char *board, const char *role, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GArray) samples = g_array_new (FALSE, TRUE, sizeof (HsPaceSample));
  g_autoptr (HsStatement) row =
      hs_statement_new (self->read_db, PARTS_OF_LAST_RUNS, "ss", board, role);

  while (hs_statement_next (row)) {
    HsPaceSample sample = {
      .units_written = hs_statement_get_int (row, 0),
      .wrote_bytes = hs_statement_get_int (row, 1),
      .seconds_write = hs_statement_get_int (row, 2) / (double) G_USEC_PER_SEC,
      .read_bytes = hs_statement_get_int (row, 3),
      .seconds_read = hs_statement_get_int (row, 4) / (double) G_USEC_PER_SEC,
    };

    if (sample.seconds_write > 0 || sample.seconds_read > 0)
      g_array_append_val (samples, sample);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&samples) : NULL;
}
