/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"
#include "tests/catalog-tables.h"

#include <string.h>

/* Files that earlier programs really wrote, kept for ever: two cameras flashed by format 2 (the
 * second one's cores from different builds), and a run that broke off in its firmware. */

#define KEY_AE3 "alif-eui64:0011223344556677"

static char *
unpack (const char *folder)
{
  g_autofree char *from = g_test_build_filename (G_TEST_DIST, "data", "format-2.db.gz", NULL);
  g_autofree char *path = g_build_filename (folder, "catalog.db", NULL);
  g_autoptr (GFile) packed = g_file_new_for_path (from);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GConverter) gunzip =
      G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) input = G_INPUT_STREAM (g_file_read (packed, NULL, &error));
  g_autoptr (GInputStream) plain = g_converter_input_stream_new (input, gunzip);
  g_autoptr (GOutputStream) output =
      G_OUTPUT_STREAM (g_file_create (file, G_FILE_CREATE_NONE, NULL, &error));

  g_output_stream_splice (output,
                          plain,
                          G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                          NULL,
                          &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

static gint64
ask (const char *path, const char *sql)
{
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_QUERY_ONLY, NULL);
  g_autoptr (GError) error = NULL;
  gint64 answer = -1;

  hs_statement_read_int (database, &answer, &error, sql, "");
  g_assert_no_error (error);
  return answer;
}

static void
assert_content (HsCatalog *catalog, const char *key, const char *role, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, key, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hs_unit_find_content (unit, role)->state, ==, state);
}

/* It is what it was, and tells what only the newer folding finds in the same journal. */
static void
test_format_2 (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "old", NULL);
  g_autofree char *path = NULL;
  g_autofree char *before = NULL;
  g_autofree char *opened = NULL;
  g_autofree char *rebuilt = NULL;
  g_autoptr (HsCatalog) catalog = NULL;
  g_autoptr (HsUnit) mixed = NULL;
  g_autoptr (GError) error = NULL;
  guint n_interrupted;

  g_mkdir (folder, 0700);
  path = unpack (folder);
  before = g_strconcat (path, ".before-3", NULL);
  g_assert_cmpint (ask (path, "PRAGMA user_version"), ==, 2);

  catalog = open_fast (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ask (path, "PRAGMA user_version"), >=, 3);
  g_assert_cmpint (ask (before, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (ask (before, "SELECT count(*) FROM journal"), ==, 27);
  assert_content (catalog, KEY_A, "firmware", "verified");
  mixed = hs_catalog_get_unit (catalog, KEY_AE3, NULL);
  g_assert_true (hs_unit_is_mixed (mixed));
  assert_whole (catalog);

  g_assert_true (hs_catalog_begin_session (catalog, &n_interrupted, &error));
  g_assert_cmpuint (n_interrupted, ==, 1);
  assert_content (catalog, KEY_B, "firmware", "unknown");
  assert_content (catalog, KEY_AE3, "firmware-he", "verified");

  opened = dump (path);
  g_assert_true (hs_catalog_rebuild (catalog, &error));
  rebuilt = dump (path);
  g_assert_cmpstr (opened, ==, rebuilt);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add (
      "/old-catalog/format-2", Fixture, NULL, fixture_set_up, test_format_2, fixture_tear_down);
  return g_test_run ();
}
