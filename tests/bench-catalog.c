/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How fast a large catalog is, beside what is wanted and what the disk and SQLite do by themselves:
 *
 *     bench-catalog FILE [open|queries|recall|append|verify|import|rebuild|sqlite]…
 *
 * FILE is what bench-catalog-make wrote. "append" leaves some notes in it. Asserts nothing. */
#include "app/table.h"
#include "store/catalog-private.h"
#include "store/catalog-units.h"
#include "store/kinds.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { N_QUERIES = 200, PAGE = 200, SHOWN = 30, N_APPENDS = 200, N_IMPORTED = 100000 };

typedef struct {
  char *path;
  char *folder;
  HsCatalog *catalog;
} Bench;

static gint64
now (void)
{
  return g_get_monotonic_time ();
}

/* Of this process, all threads, µs: on a busy machine what is left of a time. */
static gint64
cpu_time (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &spent);
  return spent.tv_sec * G_USEC_PER_SEC + spent.tv_nsec / 1000;
}

static double
ms_since (gint64 start)
{
  return (now () - start) / 1000.0;
}

/* KB, from the kernel's count of pages. */
static double
resident (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) numbers = NULL;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return 0;
  numbers = g_strsplit (text, " ", 3);
  return g_ascii_strtod (numbers[1], NULL) * sysconf (_SC_PAGESIZE) / 1024;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a;
  double other = *(const double *) b;

  return one < other ? -1 : one > other;
}

static double
median_of (GArray *values)
{
  g_array_sort (values, compare_doubles);
  return values->len > 0 ? g_array_index (values, double, values->len / 2) : 0;
}

static void
check (GError *error)
{
  if (error == NULL)
    return;
  g_printerr ("%s\n", error->message);
  g_error_free (error);
}

/* -- opening -------------------------------------------------------------------------------- */

static double
open_once (const char *path, int purpose, double *kilobytes)
{
  double before = resident ();
  gint64 start = now ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCatalog) catalog = hs_catalog_open (path, purpose, &error);
  const HsUnitFilter all = { NULL };
  double took;

  check (g_steal_pointer (&error));
  if (catalog == NULL)
    return 0;
  g_ptr_array_unref (hs_catalog_list_units_filtered (catalog, &all, PAGE, NULL, NULL));
  hs_catalog_count (catalog, NULL, NULL, NULL);
  took = ms_since (start);
  *kilobytes = resident () - before;
  return took;
}

static void
bench_open (Bench *self)
{
  g_autofree char *path = g_build_filename (self->folder, "empty.db", NULL);
  double empty_kb, full_kb, empty_ms, full_ms;

  g_object_unref (hs_catalog_open (path, HS_PURPOSE_PRODUCTION, NULL));
  empty_ms = open_once (path, HS_PURPOSE_PRODUCTION, &empty_kb);
  full_ms = open_once (self->path, -1, &full_kb);
  g_print (
      "Opening, first page, counts: %.1f ms, an empty catalog %.1f ms; %.1f MB, empty %.1f MB\n",
      full_ms,
      empty_ms,
      full_kb / 1024,
      empty_kb / 1024);
}

/* -- searching ------------------------------------------------------------------------------ */

static char *
key_of (Bench *self, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *label = g_strdup_printf ("GATE-%07u", n);
  char *key = hs_catalog_resolve_unit (self->catalog, label, &error);

  return key != NULL ? key : g_strdup ("stm32:002B00030130305132303030");
}

static void
add_fragments (Bench *self, GPtrArray *queries, guint n_units)
{
  static const guint lengths[] = { 3, 4, 5, 6, 8, 10, 12, 24 };

  for (guint i = 0; i < 64; i++) {
    g_autofree char *key = key_of (self, (i * 15485863u + 1) % n_units);
    const char *value = strchr (key, ':') + 1;
    guint length = MIN (lengths[i % 8], strlen (value));
    guint first = (i * 7) % (strlen (value) - length + 1);

    g_ptr_array_add (queries, g_strndup (value + first, length));
  }
}

/* Always the same: what people type, letter by letter. */
static const char *const fixed[] = {
  "0",
  "1",
  "2",
  "3",
  "4",
  "5",
  "6",
  "7",
  "8",
  "9",
  "a",
  "b",
  "c",
  "g",
  "n",
  "o",
  "p",
  "s",
  "u",
  "z",
  "00",
  "01",
  "0a",
  "10",
  "1f",
  "23",
  "2a",
  "30",
  "3b",
  "42",
  "57",
  "7e",
  "90",
  "a1",
  "be",
  "d0",
  "f0",
  "ga",
  "ac",
  "sn",
  "po",
  "op",
  "st",
  "fj",
  "or",
  "4.",
  "st 0",
  "op ni",
  "ga 00",
  "sn 30",
  "acme",
  "Acme",
  "acm",
  "borealis",
  "Fjord Rail",
  "zählung",
  "ZÄHL",
  "optics",
  "helios robotik",
  "kite toys",
  "granit mining",
  "toys",
  "nord",
  "elbe dairy",
  "iris print",
  "lumen",
  "jura textiles",
  "monte energy",
  "orbit",
  "cedar",
  "delta vision",
  "gates",
  "acme gates",
  "acme 30",
  "fjord openmv4",
  "gate",
  "gate-",
  "gate-0",
  "gate-00",
  "gate-000",
  "gate-0000",
  "GATE-0004711",
  "0004711",
  "4711",
  "471",
  "gate 4711",
  "gate niclav",
  "gate-0012 openmv_n6",
  "sn0",
  "SN00",
  "sn00004711",
  "SN00000042",
  "sn0001",
  "po-1",
  "PO-100",
  "po-10023",
  "10042",
  "po-2",
  "openmv4",
  "OPENMV4P",
  "niclav",
  "openmv_n6",
  "nic",
  "ope",
  "openmv_ae3",
  "ocotp",
  "alif-eui64",
  "stm32:",
  "usb",
  "nosuch",
  "xyz",
  "qq",
  "gate-counter",
  "parcel-reader 1.0.2",
  "line-scanner",
  "v4.0.3",
  "returned",
  "lens",
  "focus set",
};

static GPtrArray *
make_queries (Bench *self, guint n_units)
{
  GPtrArray *queries = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (queries, g_strdup (fixed[i]));
  add_fragments (self, queries, n_units);
  return queries;
}

static const char *const boards[] = { "OPENMV4", "NICLAV", "OPENMV_AE3", "OPENMV4P" };
static const char *const states[] = { "shipped", "ready", "returned", "bench" };

/* The question and the rows that can be seen. */
static double
ask (Bench *self, const HsUnitFilter *filter, guint *total)
{
  gint64 start = now ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids =
      hs_catalog_list_units_filtered (self->catalog, filter, PAGE, total, &error);

  for (guint i = 0; ids != NULL && i < ids->len && i < SHOWN; i++) {
    g_autoptr (HsUnit) unit = hs_catalog_get_unit (self->catalog, ids->pdata[i], NULL);
  }
  check (g_steal_pointer (&error));
  return ms_since (start);
}

static void
bench_queries (Bench *self)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) spent = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GPtrArray) queries = NULL;
  guint n_units = 0;
  double worst = 0;

  hs_catalog_count (self->catalog, &n_units, NULL, NULL);
  queries = make_queries (self, n_units);
  for (guint i = 0; i < N_QUERIES; i++) {
    const char *some_boards[] = { boards[i % 4], i % 3 == 0 ? boards[(i + 1) % 4] : NULL, NULL };
    const char *some_states[] = { states[i / 4 % 4], NULL };
    gboolean words = i < queries->len;
    HsUnitFilter filter = { .query = words        ? queries->pdata[i]
                                     : i % 2 == 0 ? "30"
                                                  : NULL,
                            .boards = words ? NULL : some_boards,
                            .states = words || i % 5 == 0 ? NULL : some_states };
    guint total;
    gint64 cpu = cpu_time ();
    double took = ask (self, &filter, &total);
    double took_cpu = (cpu_time () - cpu) / 1000.0;

    g_array_append_val (times, took);
    g_array_append_val (spent, took_cpu);
    worst = MAX (worst, took);
    if (took > 100 || g_getenv ("HOTSHOE_BENCH_VERBOSE") != NULL)
      g_print ("  %7.1f ms (%.1f)  \"%s\"%s%s: %u\n",
               took,
               took_cpu,
               filter.query != NULL ? filter.query : "",
               words ? "" : " on ",
               words ? "" : some_boards[0],
               total);
  }
  g_array_sort (spent, compare_doubles);
  g_print (
      "A keystroke to the first page, %u questions: median %.1f ms (wanted: 50), worst %.1f ms "
      "(wanted: 150); of the processor's time %.1f and %.1f ms\n",
      times->len,
      median_of (times),
      worst,
      g_array_index (spent, double, spent->len / 2),
      g_array_index (spent, double, spent->len - 1));
}

/* -- recall --------------------------------------------------------------------------------- */

static void
bench_recall (Bench *self)
{
  g_autofree char *build = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "build 0", -1);
  const HsRecall recall = { .build = build };
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  guint n_now = 0, n_ever = 0;
  gint64 start = now ();
  double first;

  rows = hs_catalog_recall (self->catalog, &recall, PAGE, 0, &n_now, &n_ever, &error);
  first = ms_since (start);
  check (g_steal_pointer (&error));
  start = now ();
  hs_table_export_recall (self->catalog, &recall, HS_TABLE_CSV, stream, NULL, &error);
  g_print (
      "Recall of a build carried by %u units: first page %.1f ms (wanted: 300), CSV of %u rows "
      "%.2f s (wanted: 3)\n",
      n_now,
      first,
      n_ever,
      ms_since (start) / 1000);
  check (g_steal_pointer (&error));
}

/* -- writing -------------------------------------------------------------------------------- */

/* One write and fsync of this disk, as a log's are: behind each other. */
static double
measure_fsync (int fd, guint n)
{
  g_autofree char *block = g_malloc0 (8192);
  gint64 start = now ();

  if (pwrite (fd, block, 8192, (off_t) n * 8192) != 8192 || fsync (fd) != 0)
    g_printerr ("fsync fails\n");
  return ms_since (start);
}

static double
measure_append (Bench *self, const char *key)
{
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  g_autoptr (GError) error = NULL;
  HsFact fact = { HS_KIND_UNIT_NOTED, subject, "{\"v\":1,\"text\":\"measured\"}" };
  gint64 start = now ();

  hs_catalog_append (self->catalog, &fact, 1, NULL, &error);
  check (g_steal_pointer (&error));
  return ms_since (start);
}

/* By turns: what else the disk does hits both alike. In the folder of the catalog: the same disk.
 */
static void
bench_append (Bench *self)
{
  g_autofree char *path = g_strconcat (self->path, ".fsync", NULL);
  g_autoptr (GArray) syncs = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) appends = g_array_new (FALSE, FALSE, sizeof (double));
  int fd = g_open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  guint n_units = 0;
  gint64 cpu = 0;

  hs_catalog_count (self->catalog, &n_units, NULL, NULL);
  for (guint i = 0; fd >= 0 && i < N_APPENDS; i++) {
    g_autofree char *key = key_of (self, (i * 7919u + 3) % n_units);
    double sync_ms = measure_fsync (fd, i);
    gint64 before = cpu_time ();
    double append_ms = measure_append (self, key);

    cpu += cpu_time () - before;
    g_array_append_val (syncs, sync_ms);
    g_array_append_val (appends, append_ms);
  }
  close (fd);
  g_unlink (path);
  g_print (
      "A durable append: %.2f ms (of it the processor's %.2f), one fsync of this disk %.2f ms: "
      "%.2f x (wanted: 3)\n",
      median_of (appends),
      cpu / 1000.0 / N_APPENDS,
      median_of (syncs),
      median_of (appends) / median_of (syncs));
}

/* -- reading all of it ---------------------------------------------------------------------- */

static void
bench_verify (Bench *self)
{
  double before = resident ();
  gint64 start = now ();
  gint64 cpu = cpu_time ();
  g_autoptr (GError) error = NULL;
  HsVerifyReport report;
  double seconds;

  hs_catalog_verify (self->catalog, &report, &error);
  seconds = ms_since (start) / 1000;
  check (g_steal_pointer (&error));
  g_print ("journal verify: %" G_GUINT64_FORMAT " entries in %.1f s, %.0f entries/s (wanted: "
           "150000; by the processor's time %.0f), %.1f MB more memory; %s\n",
           report.n_entries,
           seconds,
           report.n_entries / seconds,
           report.n_entries / ((cpu_time () - cpu) / 1e6),
           (resident () - before) / 1024,
           report.problem != NULL ? report.problem : "whole");
  hs_verify_report_clear (&report);
}

static void
bench_rebuild (Bench *self)
{
  gint64 start = now ();
  gint64 cpu = cpu_time ();
  g_autoptr (GError) error = NULL;
  guint64 n_entries = 0;

  hs_catalog_count (self->catalog, NULL, NULL, &n_entries);
  hs_catalog_rebuild (self->catalog, &error);
  check (g_steal_pointer (&error));
  g_print ("catalog rebuild: %.1f s, %.1f us an entry (wanted: 30; of the processor's time %.1f)\n",
           ms_since (start) / 1000,
           1000 * ms_since (start) / n_entries,
           (double) (cpu_time () - cpu) / n_entries);
}

static char *
make_csv (void)
{
  g_autoptr (GString) text = g_string_new ("unit,board,label,serial,customer,order,date,note\n");

  for (guint i = 0; i < N_IMPORTED; i++)
    g_string_append_printf (
        text,
        "stm32:%024X,OPENMV4,CSV-%06u,IMP%06u,Customer %u,PO-%u,2026-01-%02u,\n",
        i * 2654435761u,
        i,
        i,
        i % 300,
        i / 50,
        1 + i % 28);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
bench_import (Bench *self)
{
  g_autofree char *path = g_build_filename (self->folder, "import.db", NULL);
  g_autofree char *csv = make_csv ();
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (csv, -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCatalog) catalog = NULL;
  g_autoptr (HsTableReport) report = NULL;
  gint64 start, cpu;

  g_unlink (path);
  catalog = hs_catalog_open (path, HS_PURPOSE_PRODUCTION, &error);
  start = now ();
  cpu = cpu_time ();
  if (catalog != NULL)
    report = hs_table_import_units (catalog, stream, TRUE, NULL, &error);
  check (g_steal_pointer (&error));
  if (report != NULL)
    g_print ("CSV import of %u units: %.1f s (wanted: 20; of the processor's time %.1f), "
             "%" G_GUINT64_FORMAT " facts, %u rejected\n",
             N_IMPORTED,
             ms_since (start) / 1000,
             (cpu_time () - cpu) / 1e6,
             report->n_changes,
             report->rejects->len);
}

/* What SQLite itself does with rows like ours and no folding, on this machine now. */
static void
bench_sqlite (Bench *self)
{
  g_autofree char *path = g_build_filename (self->folder, "plain.db", NULL);
  g_autoptr (HsDatabase) database = NULL;
  g_autofree char *payload = g_strnfill (300, 'x');
  gint64 start;

  g_unlink (path);
  database = hs_database_open (path, HS_DATABASE_FAST, NULL);
  hs_database_use_wal (database, NULL);
  hs_database_exec (database,
                    "CREATE TABLE plain (row INTEGER PRIMARY KEY, a TEXT, b TEXT, n INTEGER);"
                    "CREATE INDEX plain_by_a ON plain (a)",
                    NULL);
  start = now ();
  hs_database_begin_write (database, NULL);
  for (guint i = 0; i < 200000; i++) {
    g_autofree char *key = g_strdup_printf ("%08x", i * 2654435761u);

    hs_statement_run (database,
                      NULL,
                      "INSERT INTO plain (a, b, n) VALUES (?1, ?2, ?3)",
                      "ssi",
                      key,
                      payload,
                      (gint64) i);
  }
  hs_database_commit (database, NULL);
  g_print ("SQLite's own bulk insert, 300 bytes and an index: %.0f rows/s\n",
           200000 / (ms_since (start) / 1000));
  g_clear_pointer (&database, hs_database_close);
  g_unlink (path);
}

/* -- all ------------------------------------------------------------------------------------ */

static const struct {
  const char *name;
  void (*run) (Bench *self);
} parts[] = {
  { "open", bench_open },     { "queries", bench_queries }, { "recall", bench_recall },
  { "append", bench_append }, { "verify", bench_verify },   { "import", bench_import },
  { "sqlite", bench_sqlite }, { "rebuild", bench_rebuild },
};

static gboolean
is_wanted (const char *name, int argc, char **argv)
{
  for (int i = 2; i < argc; i++)
    if (strcmp (argv[i], name) == 0)
      return TRUE;
  return argc == 2;
}

int
main (int argc, char **argv)
{
  Bench bench = { NULL };
  g_autoptr (GError) error = NULL;

  if (argc < 2) {
    g_printerr ("usage: bench-catalog FILE [PART]...\n");
    return 2;
  }
  bench.path = argv[1];
  bench.folder = g_dir_make_tmp ("hotshoe-bench-XXXXXX", NULL);
  if (is_wanted ("open", argc, argv))
    bench_open (&bench); /* before anything is warm */
  bench.catalog = hs_catalog_open (argv[1], -1, &error);
  check (g_steal_pointer (&error));
  for (guint i = 1; bench.catalog != NULL && i < G_N_ELEMENTS (parts); i++)
    if (is_wanted (parts[i].name, argc, argv))
      parts[i].run (&bench);
  g_clear_object (&bench.catalog);
  g_free (bench.folder);
  return 0;
}
