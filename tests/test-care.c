/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"

#include "store/catalog-care.h"
#include "store/catalog-numbers.h"

#include <string.h>

static char *
put_blob (HsCatalog *catalog, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  char *sha256 = NULL;

  g_assert_true (hs_catalog_put_blob (catalog, bytes, &sha256, NULL));
  return sha256;
}

static char *
blob_path (Fixture *self, const char *sha256)
{
  g_autofree char *first = g_strndup (sha256, 2);

  return g_build_filename (self->folder, "blobs", first, sha256 + 2, NULL);
}

static void
live (HsCatalog *catalog)
{
  add_build (catalog);
  see_unit (catalog, KEY_A);
  flash_unit (catalog, KEY_A, "run-1");
  add (catalog, HS_KIND_UNIT_NOTED, "unit:" KEY_A, "{\"v\":1,\"text\":\"lens replaced\"}");
  see_unit (catalog, KEY_B);
}

static void
assert_deep (HsCatalog *catalog, const char *problem)
{
  g_autoptr (GError) error = NULL;
  HsVerifyReport report;

  hs_catalog_verify_deep (catalog, &report, &error);
  g_assert_no_error (error);
  g_test_message ("%s", report.problem != NULL ? report.problem : "whole");
  if (problem == NULL)
    g_assert_null (report.problem);
  else
    g_assert_nonnull (strstr (report.problem, problem));
  hs_verify_report_clear (&report);
}

/* What is kept is what counting gives. */
static void
test_counts (Fixture *self, gconstpointer data)
{
  g_autoptr (HsDatabase) database = NULL;
  gint64 n = -1;

  live (self->catalog);
  add (self->catalog, HS_KIND_UNIT_SCRAPPED, "unit:" KEY_B, "{\"v\":1,\"reason\":\"broken\"}");
  database = hs_database_open (self->path, HS_DATABASE_QUERY_ONLY, NULL);
  hs_statement_read_int (
      database,
      &n,
      NULL,
      "SELECT count(*) FROM (SELECT board, state, count(*) AS n FROM unit GROUP BY 1, 2 "
      "EXCEPT SELECT board, state, n FROM unit_count)",
      "");
  g_assert_cmpint (n, ==, 0);
  hs_statement_read_int (database, &n, NULL, "SELECT sum (n) FROM unit_count", "");
  g_assert_cmpint (n, ==, 2);
}

static void
test_tables (Fixture *self, gconstpointer data)
{
  live (self->catalog);
  assert_deep (self->catalog, NULL);
  tamper (self->path, "UPDATE unit SET state = 'shipped' WHERE key = '" KEY_A "'");
  assert_deep (self->catalog, "“unit");
  g_assert_true (hs_catalog_rebuild (self->catalog, NULL));
  assert_deep (self->catalog, NULL);
  tamper (self->path, "DELETE FROM held");
  assert_deep (self->catalog, "“held”");
  g_assert_true (hs_catalog_rebuild (self->catalog, NULL));
  tamper (self->path, "UPDATE search SET text = 'something else' WHERE what = 'unit'");
  assert_deep (self->catalog, "search");
}

static void
test_blob (Fixture *self, gconstpointer data)
{
  g_autofree char *sha256 = put_blob (self->catalog, "the very bytes");
  g_autofree char *path = blob_path (self, sha256);
  g_autofree char *payload =
      g_strdup_printf ("{\"v\":1,\"file\":\"photo.jpg\",\"size\":14,\"sha256\":\"%s\"}", sha256);

  live (self->catalog);
  add (self->catalog, HS_KIND_UNIT_ATTACHED, "unit:" KEY_A, payload);
  assert_deep (self->catalog, NULL);
  g_chmod (path, 0600);
  g_assert_true (g_file_set_contents (path, "the Very bytes", -1, NULL));
  assert_deep (self->catalog, sha256);
}

/* Another bench's files need not be here: it is said, and is no damage. */
static void
test_missing_blob (Fixture *self, gconstpointer data)
{
  g_autofree char *sha256 = put_blob (self->catalog, "the very bytes");
  g_autofree char *path = blob_path (self, sha256);
  g_autofree char *payload =
      g_strdup_printf ("{\"v\":1,\"file\":\"photo.jpg\",\"size\":14,\"sha256\":\"%s\"}", sha256);
  HsVerifyReport report;
  guint n_missing;

  live (self->catalog);
  add (self->catalog, HS_KIND_UNIT_ATTACHED, "unit:" KEY_A, payload);
  g_assert_true (hs_catalog_verify_deep (self->catalog, &report, NULL));
  n_missing = report.n_missing;
  hs_verify_report_clear (&report);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_true (hs_catalog_verify_deep (self->catalog, &report, NULL));
  g_assert_null (report.problem);
  g_assert_cmpuint (report.n_missing, ==, n_missing + 1);
  if (n_missing == 0)
    g_assert_cmpstr (report.missing, ==, sha256);
  hs_verify_report_clear (&report);
}

static char *
check_points (HsCatalog *catalog, GFile *folder, guint64 n_files)
{
  g_autoptr (GError) error = NULL;
  HsVerifyReport report;
  char *problem;

  hs_catalog_check_checkpoints (catalog, folder, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_entries, ==, n_files);
  problem = g_strdup (report.problem);
  hs_verify_report_clear (&report);
  return problem;
}

/* The file's own signature can be made again by who has its key; what lies elsewhere can't. */
static void
test_checkpoints (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "elsewhere", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autofree char *none = NULL;
  g_autofree char *cut = NULL;
  g_autofree char *rewritten = NULL;

  live (self->catalog);
  g_assert_true (hs_catalog_write_checkpoint (self->catalog, folder, NULL));
  see_unit (self->catalog, KEY_A);
  g_assert_true (hs_catalog_write_checkpoint (self->catalog, folder, NULL));
  g_assert_true (hs_catalog_write_checkpoint (self->catalog, folder, NULL));
  none = check_points (self->catalog, folder, 2);
  g_assert_null (none);

  tamper (self->path, "UPDATE journal SET hash = 'abc' WHERE n = (SELECT max (n) FROM journal)");
  rewritten = check_points (self->catalog, folder, 2);
  g_assert_nonnull (strstr (rewritten, "rewritten"));
  tamper (self->path, "DELETE FROM journal WHERE n = (SELECT max (n) FROM journal)");
  cut = check_points (self->catalog, folder, 2);
  g_assert_nonnull (strstr (cut, "cut"));
}

static void
test_forged (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "elsewhere", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GDir) dir = NULL;
  g_autofree char *file = NULL;
  g_autofree char *text = NULL;
  g_autofree char *problem = NULL;
  char *hash;

  g_assert_true (hs_catalog_write_checkpoint (self->catalog, folder, NULL));
  dir = g_dir_open (path, 0, NULL);
  file = g_build_filename (path, g_dir_read_name (dir), NULL);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  hash = strstr (text, "\"hash\":\"") + strlen ("\"hash\":\"");
  *hash = *hash == '0' ? '1' : '0';
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
  problem = check_points (self->catalog, folder, 1);
  g_assert_nonnull (strstr (problem, "not signed"));
}

/* Written where the policy says when a session ends. */
static void
test_policy (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "by-policy", NULL);
  g_autofree char *payload =
      g_strdup_printf ("{\"v\":1,\"name\":\"checkpoint-folder\",\"value\":\"%s\"}", path);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autofree char *problem = NULL;

  add (self->catalog, HS_KIND_POLICY_SET, "policy:checkpoint-folder", payload);
  hs_catalog_begin_session (self->catalog, NULL, NULL);
  fixture_reopen (self);
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
  g_assert_null (problem);
}

static void
rename_segment (Fixture *self, const char *day)
{
  g_autofree char *folder = g_build_filename (self->folder, "segments", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *from = g_build_filename (folder, name, NULL);
    g_autofree char *new_name = g_strconcat (day, name + strlen (today), NULL);
    g_autofree char *to = g_build_filename (folder, new_name, NULL);

    if (g_str_has_prefix (name, today))
      g_assert_cmpint (g_rename (from, to), ==, 0);
  }
}

/* Each day's file goes on where the one before ended; together they are the journal. */
static void
test_daily (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "segments", NULL);
  g_autofree char *other_path = g_build_filename (self->folder, "other", "catalog.db", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (HsCatalog) other = open_fast (other_path, NULL);
  g_autoptr (HsUnit) unit = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  live (self->catalog);
  g_assert_true (hs_catalog_write_daily_segment (self->catalog, &n, &error));
  g_assert_cmpuint (n, ==, 11);
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"one\"}");
  g_assert_true (hs_catalog_write_daily_segment (self->catalog, &n, &error));
  g_assert_cmpuint (n, ==, 0);

  rename_segment (self, "2026-01-01");
  g_assert_true (hs_catalog_write_daily_segment (self->catalog, &n, &error));
  g_assert_cmpuint (n, ==, 1);
  rename_segment (self, "2026-01-02");
  g_assert_true (hs_catalog_write_daily_segment (self->catalog, &n, &error));
  g_assert_cmpuint (n, ==, 0); /* nothing new */
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"two\"}");
  g_assert_true (hs_catalog_write_daily_segment (self->catalog, &n, &error));
  g_assert_cmpuint (n, ==, 1);

  g_assert_true (hs_catalog_import (other, folder, &n, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 13);
  g_assert_true (hs_catalog_import (other, folder, &n, &error));
  g_assert_cmpuint (n, ==, 0);
  unit = hs_catalog_get_unit (other, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_label (unit), ==, "two");
  assert_whole (other);
}

static void
test_gap (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "segments", NULL);
  g_autofree char *other_path = g_build_filename (self->folder, "other", "catalog.db", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (HsCatalog) other = open_fast (other_path, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  live (self->catalog);
  hs_catalog_write_daily_segment (self->catalog, NULL, NULL);
  rename_segment (self, "2026-01-01");
  see_unit (self->catalog, KEY_A);
  hs_catalog_write_daily_segment (self->catalog, NULL, NULL);
  dir = g_dir_open (path, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *file = g_build_filename (path, name, NULL);

    if (g_str_has_prefix (name, "2026-01-01"))
      g_unlink (file);
  }
  g_assert_false (hs_catalog_import (other, folder, NULL, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
  assert_whole (other);
}

static void
test_archive (Fixture *self, gconstpointer data)
{
  g_autofree char *elf = put_blob (self->catalog, "an elf");
  g_autofree char *log = put_blob (self->catalog, "a log");
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (GError) again = NULL;
  g_autoptr (GError) unknown = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *attached = NULL;

  live (self->catalog);
  kept = g_strdup_printf (
      "{\"v\":1,\"files\":[{\"role\":\"elf\",\"file\":\"firmware.elf\",\"size\":6,\"sha256\":"
      "\"%s\"},{\"role\":\"log\",\"file\":\"build.log\",\"size\":5,\"sha256\":\"%s\"}]}",
      elf,
      log);
  attached = g_strdup_printf ("{\"v\":1,\"file\":\"build.log\",\"size\":5,\"sha256\":\"%s\"}", log);
  add (self->catalog, HS_KIND_BUILD_KEPT, "build:" BUILD_A, kept);
  add (self->catalog, HS_KIND_UNIT_ATTACHED, "unit:" KEY_A, attached);

  g_assert_true (hs_catalog_archive_build (self->catalog, BUILD_A, "old", NULL));
  g_assert_false (hs_catalog_has_blob (self->catalog, elf));
  g_assert_true (hs_catalog_has_blob (self->catalog, log)); /* a unit has it, too */
  build = hs_catalog_get_build (self->catalog, BUILD_A, NULL);
  g_assert_true (hs_build_get_archived (build));
  g_assert_false (hs_catalog_archive_build (self->catalog, BUILD_A, "old", &again));
  g_assert_error (again, HS_STORE_ERROR, HS_STORE_ERROR_FAILED);
  g_assert_false (hs_catalog_archive_build (self->catalog, BUILD_B, "old", &unknown));
  g_assert_error (unknown, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
  assert_deep (self->catalog, NULL);
}

/* A copy goes on by itself: another chain, which numbers nothing out of the original's lease. */
static void
test_restored (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "copy", "catalog.db", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (HsCatalog) copy = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) no_number = NULL;
  g_autofree char *number = NULL;
  g_autofree char *twice = NULL;
  const HsNumberRequest first = { .series = "GATE",
                                  .unit = KEY_A,
                                  .prefix = "G-",
                                  .suffix = "",
                                  .digits = 4,
                                  .first = 1,
                                  .last = 99 };
  HsNumberRequest other = first;

  other.unit = KEY_B;
  live (self->catalog);
  hs_catalog_take_lease (self->catalog, "GATE", 1, 99, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  number = hs_catalog_reserve_number (self->catalog, &first, &error);
  g_assert_cmpstr (number, ==, "G-0001");
  hs_catalog_begin_session (self->catalog, NULL, NULL); /* while it runs */
  g_assert_true (hs_catalog_backup (self->catalog, target, &error));
  g_assert_no_error (error);

  copy = open_fast (path, &error);
  g_assert_no_error (error);
  see_unit (copy, KEY_B);
  assert_whole (copy);
  assert_deep (copy, NULL);
  twice = hs_catalog_reserve_number (copy, &other, &no_number);
  g_assert_null (twice);
  g_assert_error (no_number, HS_STORE_ERROR, HS_STORE_ERROR_NO_NUMBER);
}

#define CARE_TEST(name, func)                                                                      \
  g_test_add ("/care/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CARE_TEST ("counts", test_counts);
  CARE_TEST ("tables", test_tables);
  CARE_TEST ("blob", test_blob);
  CARE_TEST ("missing-blob", test_missing_blob);
  CARE_TEST ("checkpoints", test_checkpoints);
  CARE_TEST ("forged", test_forged);
  CARE_TEST ("policy", test_policy);
  CARE_TEST ("daily", test_daily);
  CARE_TEST ("gap", test_gap);
  CARE_TEST ("archive", test_archive);
  CARE_TEST ("restored", test_restored);
  return g_test_run ();
}
