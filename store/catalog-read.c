/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/catalog-private.h"
#include "store/values-private.h"

#include <glib/gi18n-lib.h>

static char *
dup_text (HsStatement *row, int column)
{
  return g_strdup (hs_statement_get_text (row, column));
}

/* The build that bytes belong to: as recorded, else the oldest one for the board with that digest,
 * so that a build imported later names what other tools flashed. */
#define CONTENT_BUILD                                                                              \
  "coalesce ((SELECT id FROM build WHERE id = content.build), "                                    \
  "(SELECT build.id FROM artifact JOIN build ON build.id = artifact.build "                        \
  "WHERE artifact.sha256 = content.sha256 AND artifact.role = content.role AND build.board = ?2 "  \
  "ORDER BY build.imported, build.row LIMIT 1), content.build)"

static gboolean
read_contents (HsUnit *unit, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT partition, role, sha256, length, found, since, state, "
      "(SELECT name FROM build WHERE id = found), (SELECT number FROM build WHERE id = found) FROM "
      "(SELECT partition, role, sha256, length, since, state, " CONTENT_BUILD " AS found "
      "FROM content WHERE unit = ?1) ORDER BY partition",
      "ss",
      unit->id,
      unit->board);

  while (hs_statement_next (row)) {
    HsContent *content = g_new0 (HsContent, 1);

    content->partition = dup_text (row, 0);
    content->role = dup_text (row, 1);
    content->sha256 = dup_text (row, 2);
    content->length = hs_statement_get_int (row, 3);
    content->build = dup_text (row, 4);
    content->since = hs_statement_get_int (row, 5);
    content->state = dup_text (row, 6);
    content->build_name = dup_text (row, 7);
    content->build_number = dup_text (row, 8);
    g_ptr_array_add (unit->contents, content);
  }
  return hs_statement_finish (row, error);
}

static gboolean
read_identities (HsUnit *unit, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) row =
      hs_statement_new (database,
                        "SELECT scheme, value, strength, evidence FROM identity WHERE unit = ?1 "
                        "ORDER BY strength <> 'proven', scheme, value",
                        "s",
                        unit->id);

  while (hs_statement_next (row)) {
    HsUnitIdentity *identity = g_new0 (HsUnitIdentity, 1);

    identity->scheme = dup_text (row, 0);
    identity->value = dup_text (row, 1);
    identity->strength = dup_text (row, 2);
    identity->evidence = dup_text (row, 3);
    g_ptr_array_add (unit->identities, identity);
  }
  return hs_statement_finish (row, error);
}

static gboolean
read_unit (HsUnit *unit, HsDatabase *database, const char *id, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT key, board, label, state, first_seen, last_seen, changed_outside, last_version, "
      "(SELECT count(*) FROM run WHERE run.unit = unit.key), serial, release, party, "
      "(SELECT name FROM party WHERE id = unit.party), order_, shipped, " HS_UNIT_MIXED
      " FROM unit "
      "WHERE key = coalesce ((SELECT target FROM alias WHERE key = ?1), ?1)",
      "s",
      id);

  if (hs_statement_next (row)) {
    unit->id = dup_text (row, 0);
    unit->board = dup_text (row, 1);
    unit->label = dup_text (row, 2);
    unit->state = dup_text (row, 3);
    unit->first_seen = hs_statement_get_int (row, 4);
    unit->last_seen = hs_statement_get_int (row, 5);
    unit->changed_outside = hs_statement_get_int (row, 6) != 0;
    unit->last_version = dup_text (row, 7);
    unit->n_runs = hs_statement_get_int (row, 8);
    unit->serial = dup_text (row, 9);
    unit->release = dup_text (row, 10);
    unit->party = dup_text (row, 11);
    unit->party_name = dup_text (row, 12);
    unit->order = dup_text (row, 13);
    unit->shipped = hs_statement_get_int (row, 14);
    unit->mixed = hs_statement_get_int (row, 15) != 0;
    return read_contents (unit, database, error) && read_identities (unit, database, error);
  }
  if (hs_statement_finish (row, error))
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No unit is known as “%s”."), id);
  return FALSE;
}

/**
 * hs_catalog_get_unit:
 * @self: a catalog
 * @id: a key or an alias of it; what people type goes through hs_catalog_resolve_unit()
 * @error: %HS_STORE_ERROR_NOT_FOUND, or another
 *
 * Returns: (transfer full): the unit as it is known now
 */
HsUnit *
hs_catalog_get_unit (HsCatalog *self, const char *id, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (HsUnit) unit = g_object_new (HS_TYPE_UNIT, NULL);
  gboolean found;

  if (!hs_database_begin_read (self->read_db, error))
    return NULL;
  found = read_unit (unit, self->read_db, id, error);
  hs_database_rollback (self->read_db);
  return found ? g_steal_pointer (&unit) : NULL;
}

static gboolean
read_artifacts (HsBuild *build, HsDatabase *database, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT role, file, size, sha256 FROM artifact WHERE build = ?1 ORDER BY position",
      "s",
      build->id);

  while (hs_statement_next (row)) {
    HsArtifact *artifact = g_new0 (HsArtifact, 1);

    artifact->role = dup_text (row, 0);
    artifact->file = dup_text (row, 1);
    artifact->size = hs_statement_get_int (row, 2);
    artifact->sha256 = dup_text (row, 3);
    g_ptr_array_add (build->artifacts, artifact);
  }
  return hs_statement_finish (row, error);
}

/* A unit carries a build if it holds that build's firmware (its first artifact if it has none). */
static gboolean
count_carriers (HsBuild *build, HsDatabase *database, GError **error)
{
  gint64 n = 0;

  if (!hs_statement_read_int (
          database,
          &n,
          error,
          "SELECT count(DISTINCT content.unit) FROM content JOIN "
          "(SELECT sha256, role FROM artifact WHERE build = ?1 "
          "ORDER BY substr (role, 1, 8) <> 'firmware', position LIMIT 1) AS main "
          "ON content.sha256 = main.sha256 AND content.role = main.role",
          "s",
          build->id))
    return FALSE;
  build->n_units = n;
  return TRUE;
}

static gboolean
read_build (HsBuild *build, HsDatabase *database, const char *id, GError **error)
{
  g_autoptr (HsStatement) row = hs_statement_new (
      database,
      "SELECT id, name, board, version, number, mpy_version, built, origin, revision, dirty, "
      "details, imported, archived FROM build WHERE id = ?1",
      "s",
      id);

  if (hs_statement_next (row)) {
    build->id = dup_text (row, 0);
    build->name = dup_text (row, 1);
    build->board = dup_text (row, 2);
    build->version = dup_text (row, 3);
    build->number = dup_text (row, 4);
    build->mpy_version = dup_text (row, 5);
    build->built = dup_text (row, 6);
    build->origin = dup_text (row, 7);
    build->commit = dup_text (row, 8);
    build->dirty = hs_statement_get_int (row, 9) != 0;
    build->details = dup_text (row, 10);
    build->imported = hs_statement_get_int (row, 11);
    build->archived = hs_statement_get_int (row, 12) != 0;
    return read_artifacts (build, database, error) && count_carriers (build, database, error);
  }
  if (hs_statement_finish (row, error))
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No build is known as “%s”."), id);
  return FALSE;
}

/* Under the lock, in a read transaction or not. */
static HsBuild *
load_build (HsCatalog *self, const char *id, GError **error)
{
  g_autoptr (HsBuild) build = g_object_new (HS_TYPE_BUILD, NULL);

  return read_build (build, self->read_db, id, error) ? g_steal_pointer (&build) : NULL;
}

HsBuild *
hs_catalog_get_build (HsCatalog *self, const char *id, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  HsBuild *build;

  if (!hs_database_begin_read (self->read_db, error))
    return NULL;
  build = load_build (self, id, error);
  hs_database_rollback (self->read_db);
  return build;
}

/**
 * hs_catalog_find_builds_by_digest:
 * @self: a catalog
 * @sha256: of an artifact
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type HsBuild): oldest first
 */
GPtrArray *
hs_catalog_find_builds_by_digest (HsCatalog *self, const char *sha256, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) builds = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (HsStatement) row = hs_statement_new (
      self->read_db,
      "SELECT id FROM build WHERE id IN (SELECT build FROM artifact WHERE sha256 = ?1) "
      "ORDER BY imported, row",
      "s",
      sha256);

  while (hs_statement_next (row)) {
    HsBuild *build = load_build (self, hs_statement_get_text (row, 0), error);

    if (build == NULL)
      return NULL;
    g_ptr_array_add (builds, build);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&builds) : NULL;
}

/**
 * hs_catalog_image_lengths:
 * @self: a catalog
 * @board: a board's id
 * @role: "firmware" …
 * @error: a #HsStoreError
 *
 * Returns: (transfer full) (element-type guint64): bytes, each once, ascending
 */
GArray *
hs_catalog_image_lengths (HsCatalog *self, const char *board, const char *role, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (HsStatement) row = hs_statement_new (
      self->read_db,
      "SELECT DISTINCT artifact.size FROM build JOIN artifact ON artifact.build = build.id "
      "WHERE build.board = ?1 AND artifact.role = ?2 ORDER BY artifact.size",
      "ss",
      board,
      role);

  while (hs_statement_next (row)) {
    guint64 length = hs_statement_get_int (row, 0);

    g_array_append_val (lengths, length);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&lengths) : NULL;
}

/**
 * hs_catalog_get_entry:
 * @self: a catalog
 * @row: from hs_catalog_list_journal()
 * @error: a #HsStoreError
 *
 * Returns: (transfer full): the entry, its payload as the very text that was hashed
 */
HsEntry *
hs_catalog_get_entry (HsCatalog *self, gint64 row, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (HsEntry) entry = g_object_new (HS_TYPE_ENTRY, NULL);
  g_autoptr (HsStatement) statement = hs_statement_new (
      self->read_db, "SELECT " HS_RECORD_COLUMNS " FROM journal WHERE row = ?1", "i", row);
  HsRecord record;

  if (!hs_statement_next (statement)) {
    if (hs_statement_finish (statement, error))
      g_set_error_literal (
          error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("The journal has no such entry."));
    return NULL;
  }

  hs_record_from_row (&record, statement, 0);
  entry->row = row;
  entry->chain = g_strdup (record.chain);
  entry->n = record.n;
  entry->id = g_strdup (record.id);
  entry->time = record.time;
  entry->bench = g_strdup (record.bench);
  entry->operator_name = g_strdup (record.operator_name);
  entry->kind = g_strdup (record.kind);
  entry->subject = g_strdup (record.subject);
  entry->payload = g_strdup (record.payload);
  entry->hash = g_strdup (record.hash);
  entry->previous = g_strdup (record.previous);
  return g_steal_pointer (&entry);
}

#define RUN_COLUMNS                                                                                \
  "run.id, run.unit, (SELECT label FROM unit WHERE key = run.unit), run.board, run.port, "         \
  "run.slot, run.build, (SELECT name FROM build WHERE id = run.build), run.what, run.outcome, "    \
  "run.operator, run.started, run.finished, run.result, run.release, run.batch, run.number"

static HsRun *
run_from_row (HsStatement *row)
{
  HsRun *run = g_object_new (HS_TYPE_RUN, NULL);

  run->id = dup_text (row, 0);
  run->unit = dup_text (row, 1);
  run->unit_label = dup_text (row, 2);
  run->board = dup_text (row, 3);
  run->port = dup_text (row, 4);
  run->slot = dup_text (row, 5);
  run->build = dup_text (row, 6);
  run->build_name = dup_text (row, 7);
  run->what = dup_text (row, 8);
  run->outcome = dup_text (row, 9);
  run->operator_name = dup_text (row, 10);
  run->started = hs_statement_get_int (row, 11);
  run->finished = hs_statement_get_int (row, 12);
  run->result = dup_text (row, 13);
  run->release = dup_text (row, 14);
  run->batch = dup_text (row, 15);
  run->number = dup_text (row, 16);
  return run;
}

HsRun *
hs_catalog_get_run (HsCatalog *self, const char *id, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (HsStatement) row =
      hs_statement_new (self->read_db, "SELECT " RUN_COLUMNS " FROM run WHERE id = ?1", "s", id);

  if (hs_statement_next (row))
    return run_from_row (row);
  if (hs_statement_finish (row, error))
    g_set_error (
        error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND, _ ("No run is known as “%s”."), id);
  return NULL;
}

/**
 * hs_catalog_list_runs:
 * @self: a catalog
 * @unit: (nullable): a unit's key or alias; %NULL: all units
 * @since_us: started at this time or later, µs since 1970; 0: ever
 * @limit: how many at most; 0: all
 * @error: a #HsStoreError
 *
 * Returns: (transfer container) (element-type HsRun): newest first
 */
GPtrArray *
hs_catalog_list_runs (HsCatalog *self,
                      const char *unit,
                      gint64 since_us,
                      guint limit,
                      GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (HsStatement) row = NULL;
  gint64 at_most = limit > 0 ? (gint64) limit : -1;

  if (unit != NULL)
    row = hs_statement_new (self->read_db,
                            "SELECT " RUN_COLUMNS " FROM run WHERE "
                            "unit = coalesce ((SELECT target FROM alias WHERE key = ?1), ?1) "
                            "AND started >= ?2 ORDER BY started DESC, row DESC LIMIT ?3",
                            "sii",
                            unit,
                            since_us,
                            at_most);
  else
    row = hs_statement_new (self->read_db,
                            "SELECT " RUN_COLUMNS " FROM run WHERE started >= ?1 "
                            "ORDER BY started DESC, row DESC LIMIT ?2",
                            "ii",
                            since_us,
                            at_most);
  while (hs_statement_next (row))
    g_ptr_array_add (runs, run_from_row (row));
  return hs_statement_finish (row, error) ? g_steal_pointer (&runs) : NULL;
}

GPtrArray *
hs_catalog_list_slots (HsCatalog *self, GError **error)
{
  g_autoptr (GMutexLocker) locker = hs_catalog_lock_reader (self);
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_slot_name_free);
  g_autoptr (HsStatement) row = hs_statement_new (
      self->read_db,
      "SELECT port, name, position, ignored FROM slot ORDER BY name IS NULL, position, name, port",
      "");

  while (hs_statement_next (row)) {
    HsSlotName *slot = g_new0 (HsSlotName, 1);

    slot->port = dup_text (row, 0);
    slot->name = dup_text (row, 1);
    slot->position = hs_statement_get_int (row, 2);
    slot->ignored = hs_statement_get_int (row, 3) != 0;
    g_ptr_array_add (slots, slot);
  }
  return hs_statement_finish (row, error) ? g_steal_pointer (&slots) : NULL;
}
