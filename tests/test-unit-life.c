/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/unit-life.h"
#include "tests/catalog-fixture.h"

#define KEY_C "stm32:4F46534563033125523046CC"

static void
set_up (Fixture *self, gconstpointer data)
{
  fixture_set_up (self, data);
  see_unit (self->catalog, KEY_A);
  see_unit (self->catalog, KEY_B);
  see_unit (self->catalog, KEY_C);
}

static void
assert_state (HsCatalog *catalog, const char *key, const char *state)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, key, NULL);

  g_assert_cmpstr (hs_unit_get_state (unit), ==, state);
}

static guint64
count_entries (HsCatalog *catalog)
{
  guint64 n;

  hs_catalog_count (catalog, NULL, NULL, &n);
  return n;
}

static void
ship (HsCatalog *catalog, const char *const *units)
{
  g_autoptr (GError) error = NULL;

  hs_units_ship (catalog, units, "Example Ltd", "4500-1", "2026-11-20", NULL, &error);
  g_assert_no_error (error);
}

static void
test_dates (void)
{
  static const char *const good[] = { "2026-11-21", "2024-02-29", "0001-01-01" };
  static const char *const bad[] = {
    "",           "2026-11-31", "2026-02-29", "2026-13-01", "2026-00-10",  "0000-01-01",
    "2026-1-1",   "21.11.2026", "2026/11/21", "2026-11-2x", "2026-11-211", "-026-11-21",
    "2026-11-00", " 2026-11-1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (hs_date_is_valid (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (hs_date_is_valid (bad[i]));
  g_assert_false (hs_date_is_valid (NULL));
}

static void
test_ship_and_return (Fixture *self, gconstpointer data)
{
  const char *const two[] = { KEY_A, KEY_B, KEY_A, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUnit) unit = NULL;
  g_autoptr (HsStory) story = NULL;
  const HsShipment *first;

  ship (self->catalog, two);
  assert_state (self->catalog, KEY_A, "shipped");
  assert_state (self->catalog, KEY_B, "shipped");
  unit = hs_catalog_get_unit (self->catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_party_name (unit), ==, "Example Ltd");
  g_assert_cmpstr (hs_unit_get_order (unit), ==, "4500-1");

  hs_unit_return (self->catalog, KEY_A, "lens scratched", &error);
  g_assert_no_error (error);
  assert_state (self->catalog, KEY_A, "returned");
  story = hs_catalog_get_story (self->catalog, KEY_A, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (story->shipments->len, ==, 1);
  first = g_ptr_array_index (story->shipments, 0);
  g_assert_cmpstr (first->date, ==, "2026-11-20");
  g_assert_cmpstr (first->returned_why, ==, "lens scratched");

  hs_unit_return (self->catalog, KEY_A, "again", &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FAILED);
  assert_whole (self->catalog);
}

/* One that may not be shipped, and nothing is. */
static void
test_all_or_none (Fixture *self, gconstpointer data)
{
  const char *const one[] = { KEY_B, NULL };
  const char *const all[] = { KEY_A, KEY_B, KEY_C, NULL };
  const char *const scrapped[] = { KEY_A, KEY_C, NULL };
  const char *const nobody[] = { NULL };
  const char *const stranger[] = { KEY_A, "stm32:nobody", NULL };
  g_autoptr (GError) error = NULL;
  guint64 n;

  ship (self->catalog, one);
  n = count_entries (self->catalog);
  hs_units_ship (self->catalog, all, "Other", NULL, NULL, NULL, &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_SHIPPED);
  g_assert_nonnull (strstr (error->message, KEY_B));
  g_clear_error (&error);
  hs_units_ship (self->catalog, stranger, "Other", NULL, NULL, NULL, &error);
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  hs_units_ship (self->catalog, nobody, "Other", NULL, NULL, NULL, &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  hs_units_ship (self->catalog, scrapped, " ", NULL, NULL, NULL, &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  hs_units_ship (self->catalog, scrapped, "Other", NULL, "2026-02-30", NULL, &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_cmpuint (count_entries (self->catalog), ==, n);

  hs_unit_scrap (self->catalog, KEY_C, "worn", &error);
  g_assert_no_error (error);
  hs_units_ship (self->catalog, scrapped, "Other", NULL, NULL, NULL, &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_SCRAPPED);
  g_clear_error (&error);
  hs_unit_scrap (self->catalog, KEY_C, "worn", &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_SCRAPPED);
  assert_state (self->catalog, KEY_A, "bench");
}

/* Nobody ships what nobody knows. */
static void
test_unknown (Fixture *self, gconstpointer data)
{
  const char *const one[] = { KEY_A, NULL };
  g_autoptr (GError) error = NULL;

  add_step (self->catalog, HS_KIND_RUN_STARTED, "unit:" KEY_A, "run-7");
  add_step (self->catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, "run-7");
  hs_units_ship (self->catalog, one, "Other", NULL, NULL, NULL, &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_INCOMPLETE);
  assert_state (self->catalog, KEY_A, "bench");

  flash_unit (self->catalog, KEY_A, "run-8");
  ship (self->catalog, one);
}

/* Id of the unit's last entry of that kind. */
static char *
find_entry (HsCatalog *catalog, const char *key, const char *kind)
{
  const char *const kinds[] = { kind, NULL };
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  const HsJournalFilter filter = { .kinds = kinds, .subject = subject };
  g_autoptr (GArray) rows = hs_catalog_list_journal (catalog, &filter, 1, NULL, NULL);
  g_autoptr (HsEntry) entry = hs_catalog_get_entry (catalog, g_array_index (rows, gint64, 0), NULL);

  return g_strdup (hs_entry_get_id (entry));
}

static void
test_corrections (Fixture *self, gconstpointer data)
{
  const char *const one[] = { KEY_A, NULL };
  g_autoptr (GError) error = NULL;
  g_autofree char *shipped = NULL;
  g_autofree char *scrapped = NULL;
  g_autofree char *seen = NULL;

  ship (self->catalog, one);
  shipped = find_entry (self->catalog, KEY_A, HS_KIND_UNIT_SHIPPED);
  hs_unit_correct (self->catalog, KEY_A, shipped, "wrong box", &error);
  g_assert_no_error (error);
  assert_state (self->catalog, KEY_A, "bench");
  hs_unit_correct (self->catalog, KEY_A, shipped, "twice", &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FAILED);
  g_clear_error (&error);

  hs_unit_scrap (self->catalog, KEY_B, "wrong unit", &error);
  scrapped = find_entry (self->catalog, KEY_B, HS_KIND_UNIT_SCRAPPED);
  hs_unit_correct (self->catalog, KEY_A, scrapped, "not about this one", &error);
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  hs_unit_correct (self->catalog, KEY_B, "01a", "too short", &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  scrapped[30] = '\0'; /* a beginning is enough */
  hs_unit_correct (self->catalog, KEY_B, scrapped, "mistyped", &error);
  g_assert_no_error (error);
  assert_state (self->catalog, KEY_B, "bench");

  seen = find_entry (self->catalog, KEY_A, HS_KIND_UNIT_SEEN);
  hs_unit_correct (self->catalog, KEY_A, seen, "what was proven stays", &error);
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
  assert_whole (self->catalog);
}

static void
test_notes_and_files (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "report.txt", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) missing = g_file_new_for_path ("/nonexistent");
  g_autoptr (HsStory) story = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  const HsRemark *remark;

  hs_unit_note (self->catalog, KEY_A, "looks \"fine\"\nsays Köln", &error);
  g_assert_no_error (error);
  hs_unit_note (self->catalog, KEY_A, " \n", &error);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);

  g_file_set_contents (path, "focus 17", -1, &error);
  g_assert_no_error (error);
  hs_unit_attach (self->catalog, KEY_A, file, &error);
  g_assert_no_error (error);
  hs_unit_attach (self->catalog, KEY_A, missing, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  story = hs_catalog_get_story (self->catalog, KEY_A, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (story->remarks->len, ==, 2);
  remark = g_ptr_array_index (story->remarks, 0);
  g_assert_cmpstr (remark->text, ==, "report.txt");
  g_assert_cmpuint (remark->size, ==, 8);
  bytes = hs_catalog_get_blob (self->catalog, remark->sha256, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 8);
  remark = g_ptr_array_index (story->remarks, 1);
  g_assert_cmpstr (remark->text, ==, "looks \"fine\"\nsays Köln");
}

static void
assert_parsed (HsCatalog *catalog, const char *text, const char *expected, guint n_unknown)
{
  g_autoptr (GPtrArray) unknown = NULL;
  g_autoptr (GPtrArray) keys = hs_units_parse (catalog, text, &unknown);
  g_autofree char *joined = NULL;

  g_ptr_array_add (keys, NULL);
  joined = g_strjoinv (" ", (char **) keys->pdata);
  g_assert_cmpstr (joined, ==, expected);
  g_assert_cmpuint (unknown->len, ==, n_unknown);
}

static void
test_pasted_lists (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;

  add (catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"Bench 3\"}");
  add (catalog,
       HS_KIND_NUMBER_COMMITTED,
       "unit:" KEY_B,
       "{\"v\":1,\"series\":\"gate\",\"number\":\"GATE-0471\",\"value\":471}");

  assert_parsed (catalog, NULL, "", 0);
  assert_parsed (catalog, " \r\n\n", "", 0);
  assert_parsed (catalog, KEY_A "\n" KEY_B "\n" KEY_A, KEY_A " " KEY_B, 0);
  assert_parsed (catalog, "bench 3", KEY_A, 0);
  assert_parsed (catalog, "gate-0471", KEY_B, 0);
  assert_parsed (catalog, "GATE-0471, Bench, 4F46", KEY_B " " KEY_A " " KEY_C, 0);
  assert_parsed (catalog, "3046 5345 6303 3125 5230 46BB", KEY_B, 0);
  assert_parsed (catalog, "4f46534563033125523046cc;" KEY_A, KEY_C " " KEY_A, 0);
  /* A folded form that all three show, a beginning that two have, and nobody's. */
  assert_parsed (catalog, "346534563033\n304653\nnobody\n" KEY_C, KEY_C, 3);
  /* "4F" would fit one, but nobody types that into a list on purpose. */
  assert_parsed (catalog, "shelf 4F", "", 2);
  assert_parsed (catalog, "\xff\xfe", "", 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unit-life/dates", test_dates);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, fixture_tear_down)
  ADD ("/unit-life/ship-and-return", test_ship_and_return);
  ADD ("/unit-life/unknown", test_unknown);
  ADD ("/unit-life/all-or-none", test_all_or_none);
  ADD ("/unit-life/corrections", test_corrections);
  ADD ("/unit-life/notes-and-files", test_notes_and_files);
  ADD ("/unit-life/pasted-lists", test_pasted_lists);
  return g_test_run ();
}
