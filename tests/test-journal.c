/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A known entry has a known hash: the form must never change by accident. */
static void
test_hash_is_fixed (void)
{
  HsRecord record = {
    .chain = "c",
    .n = 1,
    .id = "i",
    .hlc = 5,
    .time = 4,
    .bench = "b",
    .operator_name = "",
    .kind = "k",
    .subject = "s",
    .payload = "{}",
    .payload_length = -1,
    .previous = "",
  };
  g_autofree char *hash = hs_journal_hash (&record);
  g_autofree char *expected = g_compute_checksum_for_string (
      G_CHECKSUM_SHA256, "17:hotshoe journal 11:c1:11:i1:51:41:b0:1:k1:s2:{}0:", -1);

  g_assert_cmpstr (hash, ==, expected);
  record.operator_name = "x";
  record.bench = "";
  g_free (hash);
  hash = hs_journal_hash (&record);
  g_assert_cmpstr (hash, !=, expected);
}

static void
test_ids_sort_as_made (void)
{
  g_autofree char *first = hs_journal_new_id (1700000000123456);
  g_autofree char *second = hs_journal_new_id (1700000000123457);
  g_autofree char *third = hs_journal_new_id (1700000000124000);

  g_assert_cmpuint (strlen (first), ==, 36);
  g_assert_cmpint (first[14], ==, '7');
  g_assert_nonnull (strchr ("89ab", first[19]));
  g_assert_cmpstr (first, <, second);
  g_assert_cmpstr (second, <, third);
}

static void
test_whole (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (HsEntry) newest = NULL;
  g_autoptr (HsEntry) before = NULL;
  guint total;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  flash_unit (self->catalog, KEY_A, "run-1");
  assert_whole (self->catalog);

  rows = hs_catalog_list_journal (self->catalog, NULL, 2, &total, NULL);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpuint (total, ==, 9);
  newest = hs_catalog_get_entry (self->catalog, g_array_index (rows, gint64, 0), NULL);
  before = hs_catalog_get_entry (self->catalog, g_array_index (rows, gint64, 1), NULL);
  g_assert_cmpstr (hs_entry_get_kind (newest), ==, HS_KIND_RUN_FINISHED);
  g_assert_cmpint (hs_entry_get_n (newest), ==, 9);
  g_assert_cmpstr (hs_entry_get_previous (newest), ==, hs_entry_get_hash (before));
}

/* Each is done to a fresh catalog; the chain's name and the entry must be told. */
typedef struct {
  const char *name;
  const char *sql;
  gint64 n;
} Tampering;

static const Tampering tamperings[] = {
  { "payload",
    "UPDATE journal SET payload = replace (payload, 'proven', 'prOven') WHERE n = 4",
    4 },
  { "no-json", "UPDATE journal SET payload = substr (payload, 2) WHERE n = 5", 5 },
  { "operator", "UPDATE journal SET operator = 'nobody' WHERE n = 6", 6 },
  { "time", "UPDATE journal SET time = time + 1 WHERE n = 2", 2 },
  { "hlc", "UPDATE journal SET hlc = hlc + 1 WHERE n = 2", 2 },
  { "hash", "UPDATE journal SET hash = previous WHERE n = 3", 3 },
  { "gap", "DELETE FROM journal WHERE n = 5", 5 },
  { "tail", "DELETE FROM journal WHERE n = 9", 8 },
  { "forged-head",
    "DELETE FROM journal WHERE n = 9;"
    "UPDATE chain SET n = 8, hash = (SELECT hash FROM journal WHERE n = 8)",
    8 },
  { "all", "DELETE FROM journal", 1 },
  { "purpose", "UPDATE meta SET value = 'production' WHERE key = 'purpose'", 2 },
};

static void
test_tampering (gconstpointer data)
{
  const Tampering *what = data;
  Fixture self = { 0 };
  HsVerifyReport report;
  g_autoptr (GError) error = NULL;
  g_autofree char *chain = NULL;

  fixture_set_up (&self, NULL);
  add_build (self.catalog);
  see_unit (self.catalog, KEY_A);
  flash_unit (self.catalog, KEY_A, "run-1");
  chain = g_strdup (self.catalog->chain->id);
  tamper (self.path, what->sql);

  hs_catalog_verify (self.catalog, &report, &error);
  g_assert_no_error (error);
  g_assert_nonnull (report.problem);
  g_test_message ("%s", report.problem);
  g_assert_cmpstr (report.problem_chain, ==, chain);
  g_assert_cmpint (report.problem_n, ==, what->n);
  hs_verify_report_clear (&report);
  fixture_tear_down (&self, NULL);
}

/* A clock that goes back reorders nothing. */
static void
test_clock_set_back (Fixture *self, gconstpointer data)
{
  g_autoptr (GArray) rows = NULL;
  g_autoptr (HsUnit) unit = NULL;

  see_unit (self->catalog, KEY_A);
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"first\"}");
  self->catalog->tweaks.clock_offset = -3600 * (gint64) G_USEC_PER_SEC;
  add (self->catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"second\"}");

  unit = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_label (unit), ==, "second");
  assert_whole (self->catalog);
}

/* What could not be folded later does not get in, nor what came with it. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  static const HsFact bad[] = {
    { "unit.stolen", "unit:" KEY_A, "{}" },
    { HS_KIND_UNIT_LABELLED, "build:" BUILD_A, "{\"label\":\"x\"}" },
    { HS_KIND_UNIT_LABELLED, "unit:", "{\"label\":\"x\"}" },
    { HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "[]" },
    { HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{" },
    { HS_KIND_RUN_STARTED, "unit:" KEY_A, "{\"run\":\"r\"}" },
  };
  guint64 before, after;

  hs_catalog_count (self->catalog, NULL, NULL, &before);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;
    HsFact facts[] = { { HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"label\":\"x\"}" }, bad[i] };

    g_assert_false (hs_catalog_append (self->catalog, facts, 2, NULL, &error));
    g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED);
  }
  hs_catalog_count (self->catalog, NULL, NULL, &after);
  g_assert_cmpuint (before, ==, after);
  assert_whole (self->catalog);
}

static void
write_many (const char *path, guint who, guint n)
{
  g_autoptr (HsCatalog) catalog = open_fast (path, NULL);

  if (catalog == NULL)
    _exit (1);
  for (guint i = 0; i < n; i++) {
    g_autofree char *subject = g_strdup_printf ("slot:%u-%u", who, i);
    g_autofree char *payload =
        g_strdup_printf ("{\"v\":1,\"port\":\"%u-%u\",\"name\":\"slot\"}", who, i);
    HsFact fact = { HS_KIND_SLOT_NAMED, subject, payload };

    if (!hs_catalog_append (catalog, &fact, 1, NULL, NULL))
      _exit (2);
  }
}

/* Four processes write at once: one chain, no gaps, nothing lost. The children are started before
 * any thread of ours is. */
static void
test_processes (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-processes-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "catalog.db", NULL);
  g_autoptr (HsCatalog) catalog = NULL;
  g_autoptr (GPtrArray) slots = NULL;
  pid_t children[4];

  for (guint i = 0; i < G_N_ELEMENTS (children); i++) {
    children[i] = fork ();
    if (children[i] == 0) {
      write_many (path, i, 25);
      _exit (0);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (children); i++) {
    int status = -1;

    waitpid (children[i], &status, 0);
    g_assert_cmpint (status, ==, 0);
  }

  catalog = open_fast (path, NULL);
  slots = hs_catalog_list_slots (catalog, NULL);
  g_assert_cmpuint (slots->len, ==, 100);
  assert_whole (catalog);
  g_clear_object (&catalog);
  remove_tree (folder);
}

/* A copied file, one put back over a newer state, and a backup start a chain of their own, which
 * names where it comes from. */
static void
assert_new_chain (const char *path, const char *old_chain, const char *reason)
{
  g_autoptr (HsCatalog) catalog = open_fast (path, NULL);
  g_autoptr (GArray) rows = NULL;
  g_autoptr (HsEntry) entry = NULL;
  const char *const kinds[] = { HS_KIND_CHAIN_STARTED, NULL };
  HsJournalFilter filter = { .kinds = kinds };
  g_autoptr (JsonObject) payload = NULL;

  g_assert_cmpstr (catalog->chain->id, !=, old_chain);
  rows = hs_catalog_list_journal (catalog, &filter, 1, NULL, NULL);
  entry = hs_catalog_get_entry (catalog, g_array_index (rows, gint64, 0), NULL);
  payload = hs_payload_parse (hs_entry_get_payload (entry));
  g_assert_cmpstr (hs_payload_get_text (payload, "chain"), ==, catalog->chain->id);
  g_assert_cmpstr (hs_payload_get_text (payload, "reason"), ==, reason);
  g_assert_nonnull (hs_payload_get_text (payload, "previous_head"));
  assert_whole (catalog);
}

static void
copy_over (const char *from, const char *to)
{
  g_autofree char *bytes = NULL;
  gsize size;
  int fd;

  g_assert_true (g_file_get_contents (from, &bytes, &size, NULL));
  fd = g_open (to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  g_assert_cmpint (write (fd, bytes, size), ==, size);
  close (fd);
}

static void
test_copies (Fixture *self, gconstpointer data)
{
  g_autofree char *chain = g_strdup (self->catalog->chain->id);
  g_autofree char *old = g_build_filename (self->folder, "old.db", NULL);
  g_autofree char *backup = g_build_filename (self->folder, "saved", "backup.db", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (backup);
  g_autoptr (GError) error = NULL;

  add_build (self->catalog);
  g_clear_object (&self->catalog);
  copy_over (self->path, old);
  fixture_reopen (self);
  g_assert_cmpstr (self->catalog->chain->id, ==, chain);
  see_unit (self->catalog, KEY_A);
  hs_catalog_backup (self->catalog, target, &error);
  g_assert_no_error (error);
  g_assert_false (hs_catalog_backup (self->catalog, target, NULL));
  g_clear_object (&self->catalog);

  assert_new_chain (backup, chain, "restored");
  copy_over (old, self->path);
  assert_new_chain (self->path, chain, "restored");
  assert_new_chain (old, chain, "copied");
}

/* A day is asked for by what the entries say. A clock that was a day ahead for one entry puts the
 * hlc of all later ones there, but not their days. */
static void
test_before (Fixture *self, gconstpointer data)
{
  const gint64 noons[] = { 12, 36, 60 }; /* hours */
  const guint expected[] = { 1, 3, 4 };

  tamper (self->path, "DELETE FROM journal");
  tamper (self->path,
          "INSERT INTO journal (chain, n, id, hlc, time, bench, operator, kind, subject, payload, "
          "previous, hash) SELECT 'c', column1, column1, column2 * 3600000000, "
          "column3 * 3600000000, 'b', 'o', 'session.ended', 'session:x', '{}', '', '' "
          "FROM (VALUES (1, 1, 1), (2, 50, 50), (3, 51, 25), (4, 52, 26))");
  for (guint i = 0; i < G_N_ELEMENTS (noons); i++) {
    HsJournalFilter filter = { .before = noons[i] * 60 * G_TIME_SPAN_MINUTE };
    g_autoptr (GArray) rows = hs_catalog_list_journal (self->catalog, &filter, 0, NULL, NULL);

    g_assert_cmpuint (rows->len, ==, expected[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal/processes", test_processes);
  g_test_add_func ("/journal/hash-is-fixed", test_hash_is_fixed);
  g_test_add_func ("/journal/ids-sort-as-made", test_ids_sort_as_made);
  g_test_add ("/journal/whole", Fixture, NULL, fixture_set_up, test_whole, fixture_tear_down);
  for (guint i = 0; i < G_N_ELEMENTS (tamperings); i++) {
    g_autofree char *path = g_strconcat ("/journal/tampering/", tamperings[i].name, NULL);

    g_test_add_data_func (path, &tamperings[i], test_tampering);
  }
  g_test_add (
      "/journal/clock", Fixture, NULL, fixture_set_up, test_clock_set_back, fixture_tear_down);
  g_test_add ("/journal/before", Fixture, NULL, fixture_set_up, test_before, fixture_tear_down);
  g_test_add ("/journal/refused", Fixture, NULL, fixture_set_up, test_refused, fixture_tear_down);
  g_test_add ("/journal/copies", Fixture, NULL, fixture_set_up, test_copies, fixture_tear_down);
  return g_test_run ();
}
