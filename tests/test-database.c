/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"

#include "store/schema.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Opens and expects a refusal; the file must be what it was, byte for byte. */
static void
assert_refused (const char *path, int purpose, const HsCatalogTweaks *tweaks, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before = 0, n_after = 0;
  HsCatalog *catalog;

  g_file_get_contents (path, &before, &n_before, NULL);
  catalog = hs_catalog_open_full (path, purpose, tweaks, &error);
  g_assert_null (catalog);
  g_assert_error (error, HS_STORE_ERROR, code);
  g_test_message ("%s", error->message);
  g_file_get_contents (path, &after, &n_after, NULL);
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
test_new (Fixture *self, gconstpointer data)
{
  g_autofree char *deep = g_build_filename (self->folder, "a", "b", "c.db", NULL);
  g_autofree char *folder = g_path_get_dirname (deep);
  g_autoptr (HsCatalog) catalog = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  catalog = hs_catalog_open (deep, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (hs_catalog_get_purpose (catalog), ==, HS_PURPOSE_PRODUCTION);
  g_assert_cmpint (g_stat (deep, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  see_unit (catalog, KEY_A);
  assert_whole (catalog);
}

static void
test_purpose (Fixture *self, gconstpointer data)
{
  g_autoptr (HsCatalog) any = NULL;

  g_clear_object (&self->catalog);
  assert_refused (self->path, HS_PURPOSE_PRODUCTION, NULL, HS_STORE_ERROR_PURPOSE);
  any = hs_catalog_open (self->path, -1, NULL);
  g_assert_cmpint (hs_catalog_get_purpose (any), ==, HS_PURPOSE_PRACTICE);
}

static void
test_newer (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->catalog);
  tamper (self->path, "PRAGMA user_version = 99");
  assert_refused (self->path, -1, NULL, HS_STORE_ERROR_NEWER);
}

static void
test_no_catalog (Fixture *self, gconstpointer data)
{
  g_autofree char *text = g_build_filename (self->folder, "text", NULL);
  g_autofree char *other = g_build_filename (self->folder, "other.db", NULL);
  g_autofree char *folder = g_build_filename (self->folder, "folder", NULL);

  g_file_set_contents (text, "This is a letter.", -1, NULL);
  assert_refused (text, -1, NULL, HS_STORE_ERROR_CORRUPT);
  tamper (other, "CREATE TABLE letter (text)");
  assert_refused (other, -1, NULL, HS_STORE_ERROR_CORRUPT);
  g_mkdir (folder, 0700);
  assert_refused (folder, -1, NULL, HS_STORE_ERROR_CORRUPT);
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize size;

  add_build (self->catalog);
  g_clear_object (&self->catalog);
  g_assert_true (g_file_get_contents (self->path, &bytes, &size, NULL));
  memset (bytes + 4096, 0xa5, size - 4096);
  g_file_set_contents (self->path, bytes, size, NULL);
  assert_refused (self->path, -1, NULL, HS_STORE_ERROR_CORRUPT);
  g_file_set_contents (self->path, bytes, 5000, NULL);
  assert_refused (self->path, -1, NULL, HS_STORE_ERROR_CORRUPT);
}

static void
test_network (Fixture *self, gconstpointer data)
{
  static const guint64 types[] = { 0x6969, 0xff534d42, 0x65735546, 0x01021997 };

  g_clear_object (&self->catalog);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    HsCatalogTweaks tweaks = { .fast = TRUE, .file_system = types[i] };

    assert_refused (self->path, -1, &tweaks, HS_STORE_ERROR_NETWORK);
  }
}

static GArray *
make_migrations (guint n)
{
  static const HsMigration all[] = {
    { 1, "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (7); PRAGMA user_version = 1;" },
    { 2, "ALTER TABLE a ADD y INTEGER; UPDATE a SET y = x + 1; PRAGMA user_version = 2;" },
    { 3, "CREATE TABLE b (x); DROP TABLE nowhere; PRAGMA user_version = 3;" },
  };
  GArray *migrations = g_array_new (FALSE, FALSE, sizeof (HsMigration));

  return g_array_append_vals (migrations, all, n);
}

static gboolean
migrate (const char *path, guint n, guint fail_at, GError **error)
{
  g_autoptr (GArray) migrations = make_migrations (n);
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_FAST, error);

  g_assert_nonnull (database);
  hs_database_fail_at (database, fail_at);
  return hs_schema_migrate (database, migrations, error);
}

static gint64
ask (const char *path, const char *sql)
{
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_FAST, NULL);
  g_autoptr (GError) error = NULL;
  gint64 answer = -1;

  hs_statement_read_int (database, &answer, &error, sql, "");
  g_assert_no_error (error);
  return answer;
}

static void
test_migrations (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "m.db", NULL);
  g_autofree char *copy = g_strconcat (path, ".before-2", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) newer = NULL;

  g_assert_true (migrate (path, 1, 0, NULL));
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_true (migrate (path, 2, 0, NULL));
  g_assert_cmpint (ask (path, "SELECT y FROM a"), ==, 8);
  g_assert_cmpint (ask (copy, "SELECT x FROM a"), ==, 7);
  g_assert_cmpint (ask (copy, "PRAGMA user_version"), ==, 1);

  /* One that does not get through changes nothing. */
  g_assert_false (migrate (path, 3, 0, &error));
  g_assert_cmpint (ask (path, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (ask (path, "SELECT count(*) FROM sqlite_schema"), ==, 1);
  g_assert_false (migrate (path, 1, 0, &newer));
  g_assert_error (newer, HS_STORE_ERROR, HS_STORE_ERROR_NEWER);
}

/* Of a file that is made just now there is nothing to keep. */
static void
test_no_copy_of_nothing (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "new.db", NULL);
  g_autofree char *copy = g_strconcat (path, ".before-2", NULL);

  g_assert_true (migrate (path, 2, 0, NULL));
  g_assert_cmpint (ask (path, "PRAGMA user_version"), ==, 2);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
}

static void
test_migration_fails_anywhere (Fixture *self, gconstpointer data)
{
  for (guint fail_at = 1;; fail_at++) {
    g_autofree char *name = g_strdup_printf ("m%u.db", fail_at);
    g_autofree char *path = g_build_filename (self->folder, name, NULL);
    gboolean migrated;

    g_assert_true (migrate (path, 1, 0, NULL));
    migrated = migrate (path, 2, fail_at, NULL);
    g_assert_cmpint (ask (path, "PRAGMA user_version"), ==, migrated ? 2 : 1);
    g_assert_true (migrate (path, 2, 0, NULL));
    g_assert_cmpint (ask (path, "SELECT y FROM a"), ==, 8);
    if (migrated)
      return;
  }
}

/* Text with quotes and percent signs is data, whatever it looks like. */
static void
test_parameters (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "p.db", NULL);
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_FAST, NULL);
  const char *nasty = "x'); DROP TABLE t; -- %s \"";
  g_autofree char *back = NULL;
  g_autoptr (GError) error = NULL;
  gint64 large = 0;

  g_assert_true (hs_database_exec (database, "CREATE TABLE t (a, b, c)", NULL));
  g_assert_true (hs_statement_run (
      database, &error, "INSERT INTO t VALUES (?1, ?2, ?3)", "ssi", nasty, NULL, G_MAXINT64));
  hs_statement_read_text (database, &back, NULL, "SELECT a FROM t WHERE b IS NULL", "");
  g_assert_cmpstr (back, ==, nasty);
  hs_statement_read_int (database, &large, NULL, "SELECT c FROM t", "");
  g_assert_cmpint (large, ==, G_MAXINT64);
  g_assert_false (hs_statement_run (database, &error, "SELECT nonsense FROM t", ""));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED);
}

#define COUNT_ROWS "SELECT count(*) FROM t"

/* The other process: execl() makes it one that shares nothing with us. */
static int
count_rows_of (const char *path)
{
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_FAST, NULL);
  gint64 n = 0;

  if (!hs_database_use_wal (database, NULL) ||
      !hs_statement_read_int (database, &n, NULL, COUNT_ROWS, ""))
    return 255;
  return n;
}

static int
count_elsewhere (const char *path)
{
  int status = 0;
  pid_t child = fork ();

  if (child == 0) {
    execl ("/proc/self/exe", "test-database", "--count", path, NULL);
    _exit (254);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* A file chooser opens each file of a folder, to tell its type, and closes it. */
static void
look_at (const char *path)
{
  static const char *const endings[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *name = g_strconcat (path, endings[i], NULL);
    g_autofree char *bytes = NULL;

    g_assert_true (g_file_get_contents (name, &bytes, NULL, NULL));
  }
}

/* What is written after that is seen by everybody. */
static void
test_looked_at (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "l.db", NULL);
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_FAST, NULL);
  gint64 n = 0;

  g_assert_true (hs_database_use_wal (database, NULL));
  g_assert_true (hs_database_exec (database, "CREATE TABLE t (x)", NULL));
  for (int round = 1; round <= 4; round++) {
    look_at (path);
    g_assert_cmpint (count_elsewhere (path), ==, round - 1);
    g_assert_true (hs_database_exec (database, "INSERT INTO t VALUES (1)", NULL));
    g_assert_cmpint (count_elsewhere (path), ==, round);
    g_assert_true (hs_statement_read_int (database, &n, NULL, COUNT_ROWS, ""));
    g_assert_cmpint (n, ==, round);
  }
}

#define DATABASE_TEST(name, func)                                                                  \
  g_test_add ("/database/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--count"))
    return count_rows_of (argv[2]);

  g_test_init (&argc, &argv, NULL);
  DATABASE_TEST ("new", test_new);
  DATABASE_TEST ("purpose", test_purpose);
  DATABASE_TEST ("newer", test_newer);
  DATABASE_TEST ("no-catalog", test_no_catalog);
  DATABASE_TEST ("damaged", test_damaged);
  DATABASE_TEST ("network", test_network);
  DATABASE_TEST ("migrations", test_migrations);
  DATABASE_TEST ("no-copy-of-nothing", test_no_copy_of_nothing);
  DATABASE_TEST ("migration-fails-anywhere", test_migration_fails_anywhere);
  DATABASE_TEST ("parameters", test_parameters);
  DATABASE_TEST ("looked-at", test_looked_at);
  return g_test_run ();
}
