/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/catalog-units.h"
#include "store/values-private.h"

#include <string.h>

static char *
dup_text (HsStatement *row, int column)
{
  return g_strdup (hs_statement_get_text (row, column));
}

static gboolean
read_shipments (HsStory *story, HsDatabase *database, const char *unit, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT entry, id, party, coalesce ((SELECT name FROM party WHERE party.id = "
      "shipment.party), ''), order_, date, time, returned, returned_why FROM shipment "
      "WHERE unit = ?1 ORDER BY time DESC, entry DESC",
      "s",
      unit);

  while (hs_statement_next (row)) {
    HsShipment *shipment = g_new0 (HsShipment, 1);

    shipment->entry = dup_text (row, 0);
    shipment->id = dup_text (row, 1);
    shipment->party = dup_text (row, 2);
    shipment->party_name = dup_text (row, 3);
    shipment->order = dup_text (row, 4);
    shipment->date = dup_text (row, 5);
    shipment->time = hs_statement_get_int (row, 6);
    shipment->returned = hs_statement_get_int (row, 7);
    shipment->returned_why = dup_text (row, 8);
    g_ptr_array_add (story->shipments, shipment);
  }
  return hs_statement_finish (row, error);
}

static gboolean
read_remarks (HsStory *story, HsDatabase *database, const char *unit, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT entry, kind, time, operator, text, sha256, size, CASE WHEN corrected IS NOT NULL "
      "THEN coalesce ((SELECT json_extract (payload, '$.reason') FROM journal WHERE id = corrected "
      "AND json_valid (payload)), '') END FROM remark WHERE unit = ?1 "
      "ORDER BY time DESC, entry DESC",
      "s",
      unit);

  while (hs_statement_next (row)) {
    HsRemark *remark = g_new0 (HsRemark, 1);

    remark->entry = dup_text (row, 0);
    remark->kind = dup_text (row, 1);
    remark->time = hs_statement_get_int (row, 2);
    remark->operator_name = dup_text (row, 3);
    remark->text = dup_text (row, 4);
    remark->sha256 = dup_text (row, 5);
    remark->size = hs_statement_get_int (row, 6);
    remark->corrected = dup_text (row, 7);
    g_ptr_array_add (story->remarks, remark);
  }
  return hs_statement_finish (row, error);
}

static gboolean
read_numbers (HsStory *story, HsDatabase *database, const char *unit, GError **error)
{
  g_autoptr (HsStatement) row =
      hs_statement_new (database,
                        "SELECT series, number, state, release, time FROM number WHERE unit = ?1 "
                        "ORDER BY time DESC, series, number",
                        "s",
                        unit);

  while (hs_statement_next (row)) {
    HsNumber *number = g_new0 (HsNumber, 1);

    number->series = dup_text (row, 0);
    number->number = dup_text (row, 1);
    number->state = dup_text (row, 2);
    number->release = dup_text (row, 3);
    number->time = hs_statement_get_int (row, 4);
    g_ptr_array_add (story->numbers, number);
  }
  return hs_statement_finish (row, error);
}

/* The build as recorded, else the oldest one for the board with that digest, as for contents. */
static gboolean
read_held (HsStory *story, HsDatabase *database, const char *unit, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT partition, role, sha256, found, (SELECT name FROM build WHERE id = found), since, "
      "until FROM (SELECT partition, role, sha256, since, until, "
      "coalesce ((SELECT id FROM build WHERE id = held.build), "
      "(SELECT build.id FROM artifact JOIN build ON build.id = artifact.build "
      "WHERE artifact.sha256 = held.sha256 AND artifact.role = held.role "
      "AND build.board = (SELECT board FROM unit WHERE key = ?1) "
      "ORDER BY build.imported, build.row LIMIT 1), held.build) AS found "
      "FROM held WHERE unit = ?1) ORDER BY since DESC, partition",
      "s",
      unit);

  while (hs_statement_next (row)) {
    HsHeld *held = g_new0 (HsHeld, 1);

    held->partition = dup_text (row, 0);
    held->role = dup_text (row, 1);
    held->sha256 = dup_text (row, 2);
    held->build = dup_text (row, 3);
    held->build_name = dup_text (row, 4);
    held->since = hs_statement_get_int (row, 5);
    held->until = hs_statement_get_int (row, 6);
    g_ptr_array_add (story->held, held);
  }
  return hs_statement_finish (row, error);
}

/* A sector that was slow in many runs is told once, as it was last. */
static gboolean
read_slow (HsStory *story, HsDatabase *database, const char *unit, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT run, partition, sector, sectors, ms, max (time) FROM slow WHERE unit = ?1 "
      "GROUP BY partition, sector, sectors ORDER BY max (time) DESC, partition, sector",
      "s",
      unit);

  while (hs_statement_next (row)) {
    HsSlowSector *slow = g_new0 (HsSlowSector, 1);

    slow->run = dup_text (row, 0);
    slow->partition = dup_text (row, 1);
    slow->sector = hs_statement_get_int (row, 2);
    slow->n_sectors = hs_statement_get_int (row, 3);
    slow->ms = hs_statement_get_int (row, 4);
    slow->time = hs_statement_get_int (row, 5);
    g_ptr_array_add (story->slow, slow);
  }
  return hs_statement_finish (row, error);
}

static HsStory *
read_story (HsDatabase *database, const char *id, GError **error)
{
  g_autofree char *unit = hs_project_resolve (database, id, error);
  g_autoptr (HsStory) story = hs_story_new ();

  if (unit == NULL || !read_shipments (story, database, unit, error) ||
      !read_remarks (story, database, unit, error) ||
      !read_numbers (story, database, unit, error) || !read_held (story, database, unit, error) ||
      !read_slow (story, database, unit, error))
    return NULL;
  return g_steal_pointer (&story);
}

/**
 * hs_catalog_get_story:
 * @self: a catalog
 * @unit: a key or an alias of it
 * @error: a #HsStoreError
 *
 * What only a unit's own page shows. Of a unit that is not known, nothing: five empty lists.
 *
 * Returns: (transfer full): as it is known now
 */
HsStory *
hs_catalog_get_story (HsCatalog *self, const char *unit, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  HsStory *story;

  if (!hs_database_begin_read (self->read_db, error))
    return NULL;
  story = read_story (self->read_db, unit, error);
  hs_database_rollback (self->read_db);
  return story;
}

void
hs_unit_count_free (HsUnitCount *self)
{
  if (self == NULL)
    return;

  g_free (self->board);
  g_free (self->state);
  g_free (self);
}

/**
 * hs_catalog_count_units:
 * @self: a catalog
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type HsUnitCount): by board, then state
 */
GPtrArray *
hs_catalog_count_units (HsCatalog *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) counts =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_unit_count_free);
  g_autoptr (HsStatement) row = hs_statement_new (
      self->read_db,
      "SELECT board, state, count(*) FROM unit GROUP BY board, state ORDER BY board, state",
      "");

  while (hs_statement_next (row)) {
    HsUnitCount *count = g_new0 (HsUnitCount, 1);

    count->board = dup_text (row, 0);
    count->state = dup_text (row, 1);
    count->n = hs_statement_get_int (row, 2);
    g_ptr_array_add (counts, count);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&counts) : NULL;
}
