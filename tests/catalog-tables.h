/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/database.h"

/* Every table but those of the search's own index, row by row. */
static const char *const tables[] = {
  "SELECT json_array ('alias', key, target) FROM alias",
  "SELECT json_array ('artifact', build, position, role, file, size, sha256) FROM artifact",
  "SELECT json_array ('batch', id, release, quantity, name, opened, closed) FROM batch",
  "SELECT json_array ('build', row, id, name, board, version, number, mpy_version, built, origin, "
  "revision, dirty, details, imported, archived) FROM build",
  "SELECT json_array ('chain', chain, n, hash, signature, foreign_) FROM chain",
  "SELECT json_array ('content', unit, partition, role, sha256, length, build, since, state, run) "
  "FROM content",
  "SELECT json_array ('held', unit, partition, since, until, role, sha256, build) FROM held",
  "SELECT json_array ('identity', unit, scheme, value, strength, evidence) FROM identity",
  "SELECT json_array ('journal', row, chain, n, id, hlc, time, bench, operator, kind, subject, "
  "payload, previous, hash) FROM journal",
  "SELECT json_array ('kept', build, role, file, size, sha256, dropped) FROM kept",
  "SELECT json_array ('lease', id, series, chain, first, last, state, to_, time) FROM lease",
  "SELECT json_array ('meta', key, value) FROM meta",
  "SELECT json_array ('number', unit, series, number, value, state, release, run, time) FROM "
  "number",
  "SELECT json_array ('party', id, name, changed) FROM party",
  "SELECT json_array ('policy', name, value, operator, time) FROM policy",
  "SELECT json_array ('release', row, id, name, version, state, recipe, supersedes, reason, "
  "origin, chain, operator, time) FROM release",
  "SELECT json_array ('release_artifact', release, board, role, sha256, build) FROM "
  "release_artifact",
  "SELECT json_array ('remark', unit, entry, kind, time, operator, text, sha256, size, corrected) "
  "FROM remark",
  "SELECT json_array ('run', row, id, unit, board, port, slot, build, what, outcome, operator, "
  "session, subject, chain, started, finished, result, release, batch, number) FROM run",
  "SELECT json_array ('run_entry', run, entry) FROM run_entry",
  "SELECT json_array ('search', row, what, key, text) FROM search",
  "SELECT json_array ('search_start', start, what, row) FROM search_start",
  "SELECT json_array ('shipment', unit, entry, id, party, order_, date, time, returned, "
  "returned_why) FROM shipment",
  "SELECT json_array ('signature', release, key, signature, time) FROM signature",
  "SELECT json_array ('signing_key', key, name, trusted, time) FROM signing_key",
  "SELECT json_array ('slow', unit, run, partition, sector, sectors, ms, time) FROM slow",
  "SELECT json_array ('slot', port, name, position, ignored) FROM slot",
  "SELECT json_array ('unit', row, key, board, label, state, first_seen, last_seen, "
  "changed_outside, last_version, serial, release, party, order_, shipped, mixed) FROM unit",
  "SELECT json_array ('unit_count', board, state, n) FROM unit_count",
  "SELECT json_array ('unit_join', entry, hlc, key, other) FROM unit_join",
};

static inline char *
dump (const char *path)
{
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_QUERY_ONLY, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gint64 n_tables = 0;

  hs_statement_read_int (database,
                         &n_tables,
                         NULL,
                         "SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
                         "AND substr (name, 1, 11) <> 'search_text'",
                         "");
  g_assert_cmpint (n_tables, ==, G_N_ELEMENTS (tables));
  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autoptr (HsStatement) row = hs_statement_new (database, tables[i], "");

    while (hs_statement_next (row))
      g_string_append_printf (text, "%s\n", hs_statement_get_text (row, 0));
    hs_statement_finish (row, &error);
    g_assert_no_error (error);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
