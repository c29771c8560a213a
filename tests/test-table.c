/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/table.h"
#include "app/unit-life.h"
#include "tests/catalog-fixture.h"

#include <json-glib/json-glib.h>

#define ID_1 "3046534563033125523046A1"
#define ID_2 "3046534563033125523046A2"
#define ID_3 "3046534563033125523046A3"

static HsTableReport *
import_text (HsCatalog *catalog, const char *text, gboolean apply, GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (text, strlen (text), NULL);

  return hs_table_import_units (catalog, stream, apply, NULL, error);
}

static HsTableReport *
take (HsCatalog *catalog, const char *text, gboolean apply)
{
  g_autoptr (GError) error = NULL;
  HsTableReport *report = import_text (catalog, text, apply, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < report->rejects->len; i++) {
    const HsReject *reject = g_ptr_array_index (report->rejects, i);

    g_test_message ("%" G_GUINT64_FORMAT ": %s", reject->line, reject->why);
  }
  return report;
}

static void
assert_report (HsTableReport *report, guint n_new, guint n_changes, guint n_same, guint n_rejects)
{
  g_autoptr (HsTableReport) owned = report;

  g_assert_cmpuint (owned->n_new, ==, n_new);
  g_assert_cmpuint (owned->n_changes, ==, n_changes);
  g_assert_cmpuint (owned->n_same, ==, n_same);
  g_assert_cmpuint (owned->n_rejects, ==, n_rejects);
}

static guint64
count_entries (HsCatalog *catalog)
{
  guint64 n;

  hs_catalog_count (catalog, NULL, NULL, &n);
  return n;
}

static const char good[] =
    "Unit;Board;label;serial;customer;order;date;note\r\n"
    "stm32:" ID_1 ";OPENMV4;Gate 1;GATE-1;Köln GmbH;4500;2026-11-20;\r\n" ID_2
    ";OPENMV4;;;;;;\"two\r\nlines\"\r\n"
    "stm32:" ID_3 ";OPENMV4;'=Gate;GATE-3;Köln GmbH;4500;2026-11-20;\r\n";

static void
test_preview_and_import (Fixture *self, gconstpointer data)
{
  guint64 before = count_entries (self->catalog);
  g_autoptr (HsUnit) unit = NULL;
  g_autoptr (HsUnit) other = NULL;
  g_autoptr (HsStory) story = NULL;
  g_autoptr (HsStory) other_story = NULL;
  const HsShipment *shipment;
  const HsShipment *other_shipment;

  assert_report (take (self->catalog, good, FALSE), 3, 10, 0, 0);
  g_assert_cmpuint (count_entries (self->catalog), ==, before);
  assert_report (take (self->catalog, good, TRUE), 3, 10, 0, 0);
  g_assert_cmpuint (count_entries (self->catalog), ==, before + 10);
  assert_report (take (self->catalog, good, FALSE), 0, 0, 3, 0);
  assert_report (take (self->catalog, good, TRUE), 0, 0, 3, 0);
  g_assert_cmpuint (count_entries (self->catalog), ==, before + 10);

  unit = hs_catalog_get_unit (self->catalog, "stm32:" ID_1, NULL);
  g_assert_cmpstr (hs_unit_get_state (unit), ==, "shipped");
  g_assert_cmpstr (hs_unit_get_serial (unit), ==, "GATE-1");
  g_assert_cmpstr (hs_unit_get_party_name (unit), ==, "Köln GmbH");
  g_assert_cmpuint (hs_unit_get_n_identities (unit), >=, 3); /* by which it is recognised */
  other = hs_catalog_get_unit (self->catalog, "stm32:" ID_3, NULL);
  g_assert_cmpstr (hs_unit_get_label (other), ==, "=Gate");

  /* What goes to one customer on one day is one sending. */
  story = hs_catalog_get_story (self->catalog, "stm32:" ID_1, NULL);
  other_story = hs_catalog_get_story (self->catalog, "stm32:" ID_3, NULL);
  shipment = g_ptr_array_index (story->shipments, 0);
  other_shipment = g_ptr_array_index (other_story->shipments, 0);
  g_assert_cmpstr (shipment->id, ==, other_shipment->id);
  g_assert_cmpstr (shipment->date, ==, "2026-11-20");
  assert_whole (self->catalog);
}

/* Each line that can't be taken, and the line of the file it is on; the others are taken. */
static void
test_rejects (Fixture *self, gconstpointer data)
{
  static const char text[] =
      "unit,board,label,serial,series,customer,order,date,note\n" /* 1 */
      ",OPENMV4,,,,,,,\n"                                         /* 2: no unit */
      "stm32:" ID_1 ",NOSUCH,,,,,,,\n"                            /* 3: board */
      "stm32:" ID_1 ",,,,,,,,\n"                                  /* 4: new, without a board */
      "stm32:3046,OPENMV4,,,,,,,\n"                               /* 5: a beginning */
      "ficr:" ID_1 ",OPENMV4,,,,,,,\n"                            /* 6: another chip's id */
      "000000000000000000000000,OPENMV4,,,,,,,\n"                 /* 7: a placeholder */
      "stm32:" ID_1 ",OPENMV4,,,,Somebody,,,\n"                   /* 8: no date */
      "stm32:" ID_1 ",OPENMV4,,,,,4500,2026-11-20,\n"             /* 9: no customer */
      "stm32:" ID_1 ",OPENMV4,,,,Somebody,,2026-02-30,\n"         /* 10: no such day */
      "stm32:" ID_1 ",OPENMV4,,,gate,,,,\n"                       /* 11: series, no serial */
      "stm32:" ID_1 ",OPENMV4,a\x01\x62,,,,,,\n"                  /* 12: control character */
      "stm32:" ID_1 ",OPENMV4,x\n"                                /* 13: cells are missing */
      "stm32:" ID_1 ",OPENMV4,Gate,G-1,,,,,\n"                    /* 14: taken */
      "stm32:" ID_1 ",OPENMV4,Gate,G-1,,,,,\n"                    /* 15: the same */
      "stm32:" ID_1 ",OPENMV4,Other,G-1,,,,,\n"                   /* 16: says something else */
      "stm32:" ID_2 ",OPENMV4,gate,,,,,,\n"                       /* 17: label of line 14 */
      "stm32:" ID_2 ",OPENMV4,,g-1,,,,,\n"                        /* 18: serial of line 14 */
      "stm32:" ID_2 ",OPENMV4,\"x\"y,,,,,,\n"                     /* 19: quotes */
      "stm32:" ID_2 ",OPENMV4,K\xf6ln,,,,,,\n"                    /* 20: Latin-1 */
      "stm32:" ID_2 ",OPENMV4,,,,,,,fine\n";                      /* 21: taken */
  static const guint64 lines[] = { 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 18, 19, 20 };
  g_autoptr (HsTableReport) report = take (self->catalog, text, TRUE);

  g_assert_cmpuint (report->n_rejects, ==, G_N_ELEMENTS (lines));
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    const HsReject *reject = g_ptr_array_index (report->rejects, i);

    g_assert_cmpuint (reject->line, ==, lines[i]);
    g_assert_true (g_str_has_suffix (reject->why, "."));
  }
  g_assert_cmpuint (report->n_lines, ==, 20);
  g_assert_cmpuint (report->n_new, ==, 2);
  g_assert_cmpuint (report->n_same, ==, 1);
  assert_whole (self->catalog);
}

/* What the catalog knows stands against a table that says otherwise. */
static void
test_known_units (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  const char *const shipped[] = { "stm32:" ID_2, NULL };
  g_autoptr (GError) error = NULL;

  assert_report (
      take (catalog, "unit,board,label,serial\n" ID_1 ",OPENMV4,Gate,G-1\n", TRUE), 1, 3, 0, 0);
  assert_report (take (catalog, "unit,label,serial\n" ID_1 ",,\n", TRUE), 0, 0, 0, 1);
  assert_report (take (catalog, "unit,label,serial\nstm32:" ID_1 ",,\n", TRUE), 0, 0, 1, 0);
  assert_report (take (catalog, "unit,board\nstm32:" ID_1 ",OPENMV3\n", TRUE), 0, 0, 0, 1);
  assert_report (take (catalog, "unit,serial\nstm32:" ID_1 ",G-2\n", TRUE), 0, 0, 0, 1);
  assert_report (take (catalog, "unit,label\nstm32:" ID_1 ",New name\n", TRUE), 0, 1, 0, 0);
  assert_report (take (catalog, "unit,board,serial\n" ID_2 ",OPENMV4,G-1\n", TRUE), 0, 0, 0, 1);
  assert_report (take (catalog, "unit,board,label\n" ID_2 ",OPENMV4,new name\n", TRUE), 0, 0, 0, 1);

  assert_report (take (catalog, "unit,board,note\n" ID_2 ",OPENMV4,fine\n", TRUE), 1, 2, 0, 0);
  hs_units_ship (catalog, shipped, "Example Ltd", "1", "2026-11-20", NULL, &error);
  g_assert_no_error (error);
  assert_report (
      take (catalog, "unit,customer,order,date\nstm32:" ID_2 ",example ltd,1,2026-11-20\n", TRUE),
      0,
      0,
      1,
      0);
  assert_report (
      take (catalog, "unit,customer,order,date\nstm32:" ID_2 ",Other,1,2026-11-20\n", TRUE),
      0,
      0,
      0,
      1);
  hs_unit_return (catalog, "stm32:" ID_2, "broken", &error);
  g_assert_no_error (error);
  hs_unit_scrap (catalog, "stm32:" ID_2, "broken", &error);
  g_assert_no_error (error);
  assert_report (
      take (catalog, "unit,customer,order,date\nstm32:" ID_2 ",Example Ltd,1,2026-11-20\n", TRUE),
      0,
      0,
      1,
      0);
  assert_report (
      take (catalog, "unit,customer,order,date\nstm32:" ID_2 ",Other,1,2026-11-22\n", TRUE),
      0,
      0,
      0,
      1);
  assert_whole (catalog);
}

static void
test_headings (Fixture *self, gconstpointer data)
{
  static const char *const bad[] = {
    "",        "\n\n",           "board,label\n", "unit,colour\n", "unit,unit\n",
    "unit,\n", "\"unit,board\n", "\xff\n",
  };
  g_autoptr (HsTableReport) report = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (import_text (self->catalog, bad[i], TRUE, &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
    g_assert_nonnull (strstr (error->message, "customer"));
  }
  report = take (self->catalog, "state, UNIT ,runs\n", TRUE);
  g_assert_cmpuint (report->n_lines, ==, 0);
  g_assert_cmpuint (report->ignored->len, ==, 2);
}

static char *
export_units (HsCatalog *catalog, HsTableFormat format, gsize *size)
{
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  const HsUnitFilter all = { NULL };

  hs_table_export_units (catalog, &all, format, stream, NULL, &error);
  g_assert_no_error (error);
  *size = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (stream));
  g_output_stream_write (stream, "", 1, NULL, NULL);
  g_output_stream_close (stream, NULL, NULL);
  return g_memory_output_stream_steal_data (G_MEMORY_OUTPUT_STREAM (stream));
}

/* Out of one catalog, into another: the same table comes out of it. */
static void
test_round_trip (Fixture *self, gconstpointer data)
{
  g_autofree char *csv = NULL;
  g_autofree char *again = NULL;
  g_autofree char *path = g_build_filename (self->folder, "other", "catalog.db", NULL);
  g_autoptr (HsCatalog) other = open_fast (path, NULL);
  gsize size;

  assert_report (take (self->catalog, good, TRUE), 3, 10, 0, 0);
  csv = export_units (self->catalog, HS_TABLE_CSV, &size);
  g_assert_nonnull (strstr (csv, ",'=Gate,"));
  assert_report (take (self->catalog, csv, TRUE), 0, 0, 3, 0);
  assert_report (take (other, csv, TRUE), 3, 9, 0, 0); /* notes are not in it */
  again = export_units (other, HS_TABLE_CSV, &size);
  assert_report (take (self->catalog, again, TRUE), 0, 0, 3, 0);
  assert_report (take (other, again, TRUE), 0, 0, 3, 0);
}

/* Cut anywhere, a table brings nothing that was not in it. */
static void
test_cut_anywhere (Fixture *self, gconstpointer data)
{
  for (gsize length = 0; length < sizeof good; length++) {
    g_autofree char *text = g_strndup (good, length);
    g_autoptr (GError) error = NULL;
    g_autoptr (HsTableReport) report = import_text (self->catalog, text, FALSE, &error);

    g_assert_true ((report == NULL) == (error != NULL));
    if (report != NULL)
      g_assert_cmpuint (report->n_new, <=, 3);
  }
}

static void
test_json (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *json = NULL;
  JsonArray *array;
  JsonObject *unit;
  gsize size;

  json = export_units (self->catalog, HS_TABLE_JSON, &size);
  json_parser_load_from_data (parser, json, size, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (
      json_array_get_length (json_node_get_array (json_parser_get_root (parser))), ==, 0);

  assert_report (take (self->catalog, good, TRUE), 3, 10, 0, 0);
  add (self->catalog,
       HS_KIND_UNIT_LABELLED,
       "unit:stm32:" ID_2,
       "{\"v\":1,\"label\":\"a\\\"b\\\\c\\nd\"}");
  g_free (json);
  json = export_units (self->catalog, HS_TABLE_JSON, &size);
  json_parser_load_from_data (parser, json, size, &error);
  g_assert_no_error (error);
  array = json_node_get_array (json_parser_get_root (parser));
  g_assert_cmpuint (json_array_get_length (array), ==, 3);
  for (guint i = 0; i < 3; i++) {
    unit = json_array_get_object_element (array, i);
    if (g_str_equal (json_object_get_string_member (unit, "unit"), "stm32:" ID_2))
      g_assert_cmpstr (json_object_get_string_member (unit, "label"), ==, "a\"b\\c\nd");
  }
}

/* Runs and journal go out page by page, every one once. */
static void
test_runs_and_journal (Fixture *self, gconstpointer data)
{
  g_autoptr (GOutputStream) runs = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) journal = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  const HsJournalFilter all = { NULL };
  g_autoptr (GPtrArray) payloads = g_ptr_array_new_with_free_func (g_free);
  HsFact facts[1203];

  see_unit (self->catalog, KEY_A);
  /* In one append: each folds all that is known of its unit. */
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++) {
    char *payload = g_strdup_printf ("{\"v\":1,\"run\":\"run-%04u\",\"session\":\"dead\","
                                     "\"what\":\"flash\",\"board\":\"OPENMV4\","
                                     "\"port\":\"1-4\",\"build\":\"" BUILD_A "\"}",
                                     i);

    g_ptr_array_add (payloads, payload);
    facts[i] = (HsFact){ HS_KIND_RUN_STARTED, "unit:" KEY_A, payload };
  }
  hs_catalog_append (self->catalog, facts, G_N_ELEMENTS (facts), NULL, &error);
  g_assert_no_error (error);
  hs_table_export_runs (self->catalog, KEY_A, HS_TABLE_CSV, runs, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write (runs, "", 1, NULL, NULL);
  lines = g_strsplit (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (runs)), "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 1205); /* heading, and after the last line end */
  for (guint i = 0; i < 1203; i++) {
    g_autofree char *run = g_strdup_printf ("run-%04u,", 1202 - i);

    g_assert_true (g_str_has_prefix (lines[1 + i], run));
  }

  hs_table_export_journal (self->catalog, &all, HS_TABLE_CSV, journal, NULL, &error);
  g_assert_no_error (error);
}

/* A table of 2500 units in batches; how fast a large one is, the benchmark says. */
static void
test_batches (Fixture *self, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new ("unit,board,serial,customer,date\n");
  gint64 start = g_get_monotonic_time ();
  guint n = g_test_slow () ? 100000 : 2500;
  guint n_units;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (
        text, "stm32:30465345630331255%07X,OPENMV4,G-%06u,Example Ltd,2026-11-20\n", i, i);
  assert_report (take (self->catalog, text->str, TRUE), n, 3 * n, 0, 0);
  g_test_message ("%u units took %.1f s", n, (g_get_monotonic_time () - start) / 1e6);
  hs_catalog_count (self->catalog, &n_units, NULL, NULL);
  g_assert_cmpuint (n_units, ==, n);
  assert_report (take (self->catalog, text->str, TRUE), 0, 0, n, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/table/preview-and-import", test_preview_and_import);
  ADD ("/table/rejects", test_rejects);
  ADD ("/table/known-units", test_known_units);
  ADD ("/table/headings", test_headings);
  ADD ("/table/round-trip", test_round_trip);
  ADD ("/table/cut-anywhere", test_cut_anywhere);
  ADD ("/table/json", test_json);
  ADD ("/table/runs-and-journal", test_runs_and_journal);
  ADD ("/table/batches", test_batches);
  return g_test_run ();
}
