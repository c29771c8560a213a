/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a catalog as years of work would leave it, always the same:
 *
 *     bench-catalog-make FILE [UNITS]
 *
 * 1,000,000 units unless told otherwise, about ten journal entries each, a build for each 2,000
 * units of which one is carried by exactly a hundredth of all units, 300 customers. All of it goes
 * through the store's own appending and folding; only the waiting for the disk is left out. */
#include "store/catalog-private.h"
#include "store/kinds.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  CACHE_KB = 256 * 1024,
  UNITS_AT_A_TIME = 1000,
  N_PARTIES = 300,
  FACTS_PER_UNIT = 16,
  ONE_IN = 100
};

#define FIRST_TIME G_GINT64_CONSTANT (1704067200000000) /* 2024-01-01, µs */
#define VISIT      G_GINT64_CONSTANT (40000000)         /* µs from one unit to the next */

typedef struct {
  HsCatalog *catalog;
  GRand *random;
  guint n_units;
  guint n_builds;
  guint next;     /* unit */
  gint64 n_ids;   /* given so far */
  GArray *facts;  /* HsFact, all text owned */
  GArray *times;  /* gint64 */
  GPtrArray *ids; /* char * */
  gint64 time;
  char *release; /* id */
  char *quoted_release;
} Make;

/* One unit while its entries are made. */
typedef struct {
  guint n;
  char *subject;
  const char *board;
  const char *scheme;
  char serial[33];
  guint build;
  char run[40];
} Unit;

typedef struct {
  const char *board;
  const char *scheme;
  guint share; /* of a hundred */
} Model;

static const Model models[] = {
  { "OPENMV4", "stm32", 40 },  { "OPENMV4P", "stm32", 25 }, { "NICLAV", "stm32", 15 },
  { "OPENMV_N6", "stm32", 8 }, { "OPENMV_RT", "ocotp", 8 }, { "OPENMV_AE3", "alif-eui64", 4 },
};

static const char *const first_names[] = { "Acme",  "Borealis", "Cedar",  "Delta", "Elbe",
                                           "Fjord", "Granit",   "Helios", "Iris",  "Jura",
                                           "Kite",  "Lumen",    "Monte",  "Nord",  "Orbit" };
static const char *const last_names[] = { "Gates",    "Optics",  "Logistics", "Robotik", "Vision",
                                          "Farming",  "Parking", "Sorting",   "Labs",    "Werke",
                                          "Controls", "Rail",    "Dairy",     "Print",   "Zählung",
                                          "Harbour",  "Mining",  "Textiles",  "Energy",  "Toys" };

static char *
digest_of (const char *what, guint n)
{
  g_autofree char *text = g_strdup_printf ("%s %u", what, n);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

/* @payload: (transfer full) */
static void
add (Make *self, const char *kind, const char *subject, char *payload)
{
  HsFact fact = { kind, g_strdup (subject), payload };
  gint64 n = self->n_ids++;

  g_array_append_val (self->facts, fact);
  g_array_append_val (self->times, self->time);
  g_ptr_array_add (self->ids,
                   g_strdup_printf ("%08x-%04x-7%03x-8000-%012" G_GINT64_MODIFIER "x",
                                    (guint) (self->time / 1000 >> 16),
                                    (guint) (self->time / 1000 & 0xffff),
                                    (guint) (self->time % 1000),
                                    n));
  self->time += 1000000;
}

static void
fact_clear (gpointer data)
{
  HsFact *fact = data;

  g_free ((char *) fact->subject);
  g_free ((char *) fact->payload);
}

static gboolean
write_facts (HsCatalog *catalog, HsDatabase *database, gpointer data, GError **error)
{
  Make *self = data;
  g_auto (HsHead) head = { 0 };
  HsWriter writer = { .chain = catalog->chain,
                      .bench = "bench-1",
                      .operator_name = "maria",
                      .now = FIRST_TIME,
                      .ids = (const char *const *) self->ids->pdata,
                      .times = (const gint64 *) (gpointer) self->times->data };

  hs_database_set_cache (database, CACHE_KB);
  return hs_journal_append (database,
                            &writer,
                            (const HsFact *) (gpointer) self->facts->data,
                            self->facts->len,
                            NULL,
                            &head,
                            error);
}

static gboolean
flush (Make *self, GError **error)
{
  gboolean done =
      self->facts->len == 0 || hs_catalog_write (self->catalog, write_facts, self, error);

  g_array_set_size (self->facts, 0);
  g_array_set_size (self->times, 0);
  g_ptr_array_set_size (self->ids, 0);
  return done;
}

/* -- builds, customers ---------------------------------------------------------------------- */

static void
add_build (Make *self, guint n)
{
  g_autofree char *id = digest_of ("build", n);
  g_autofree char *firmware = digest_of ("firmware", n);
  g_autofree char *romfs = digest_of ("romfs", n);
  g_autofree char *subject = g_strconcat ("build:", id, NULL);

  add (
      self,
      HS_KIND_BUILD_IMPORTED,
      subject,
      g_strdup_printf (
          "{\"v\":1,\"id\":\"%s\",\"name\":\"%s "
          "%u.%u.%u\",\"board\":\"%s\",\"version\":\"v4.%u.%u\","
          "\"number\":\"4.%u.%u\",\"mpy_version\":\"1.24\",\"built\":\"2024-%02u-%02u\",\"origin\":"
          "\"folder\",\"commit\":\"%.10s\",\"dirty\":false,\"details\":{},\"artifacts\":["
          "{\"role\":\"firmware\",\"file\":\"firmware.bin\",\"size\":1769472,\"sha256\":\"%s\"},"
          "{\"role\":\"romfs0\",\"file\":\"romfs0.img\",\"size\":4194304,\"sha256\":\"%s\"}]}",
          id,
          n % 3 == 0   ? "gate-counter"
          : n % 3 == 1 ? "line-scanner"
                       : "parcel-reader",
          1 + n / 200,
          n / 20 % 10,
          n % 20,
          models[n % 4].board,
          n / 100,
          n % 100,
          n / 100,
          n % 100,
          1 + n % 12,
          1 + n % 28,
          id,
          firmware,
          romfs));
}

/* A release's id is the digest of its recipe. */
static void
add_release (Make *self)
{
  g_autofree char *build = digest_of ("build", 0);
  g_autofree char *firmware = digest_of ("firmware", 0);
  g_autofree char *recipe =
      g_strdup_printf ("{\"v\":1,\"boards\":[{\"board\":\"OPENMV4\",\"artifacts\":[{\"role\":"
                       "\"firmware\",\"build\":\"%s\",\"sha256\":\"%s\"}]}]}",
                       build,
                       firmware);
  g_autofree char *escaped = g_strescape (recipe, NULL);
  g_autofree char *subject = NULL;

  self->release = g_compute_checksum_for_string (G_CHECKSUM_SHA256, recipe, -1);
  self->quoted_release = g_strdup_printf ("\"%s\"", self->release);
  subject = g_strconcat ("release:", self->release, NULL);
  add (
      self,
      HS_KIND_RELEASE_LOCKED,
      subject,
      g_strdup_printf ("{\"v\":1,\"name\":\"gate-counter\",\"version\":\"1.0.0\",\"recipe\":\"%s\","
                       "\"draft\":null,\"supersedes\":null,\"origin\":\"bench\"}",
                       escaped));
}

static char *
party_id (guint n)
{
  return g_strdup_printf ("0190a000-0000-7000-8000-%012x", n);
}

static gboolean
put_parties (HsCatalog *catalog, HsDatabase *database, gpointer data, GError **error)
{
  for (guint i = 0; i < N_PARTIES; i++) {
    g_autofree char *id = party_id (i);
    g_autofree char *name = g_strdup_printf ("%s %s", first_names[i % 15], last_names[i / 15]);

    if (!hs_statement_run (database,
                           error,
                           "INSERT INTO party (id, name, changed) VALUES (?1, ?2, ?3)",
                           "ssi",
                           id,
                           name,
                           FIRST_TIME))
      return FALSE;
  }
  return TRUE;
}

/* -- units ---------------------------------------------------------------------------------- */

/* ST's unique id: coordinates on the wafer, the wafer, seven characters of the lot. */
static void
make_serial (Make *self, Unit *unit)
{
  guint lot = unit->n / 2500;
  guint x = unit->n % 50;
  guint y = unit->n / 50 % 50;

  if (strcmp (unit->scheme, "stm32") == 0)
    g_snprintf (unit->serial,
                sizeof unit->serial,
                "%04X%04X%02X%02X%02X%02X3%u3%u3%u3%u",
                x,
                y,
                1 + lot % 25,
                0x30 + lot % 10,
                0x30 + lot / 10 % 10,
                0x51 + lot % 5,
                g_rand_int_range (self->random, 0, 10),
                lot / 100 % 10,
                lot / 7 % 10,
                lot / 3 % 10);
  else
    g_snprintf (unit->serial,
                sizeof unit->serial,
                "%08X%08X",
                g_rand_int (self->random),
                unit->n * 2654435761u);
}

static void
make_unit (Make *self, Unit *unit)
{
  guint dice = g_rand_int_range (self->random, 0, 100);
  guint i = 0;

  *unit = (Unit){ .n = self->next++ };
  while (dice >= models[i].share)
    dice -= models[i++].share;
  unit->board = models[i].board;
  unit->scheme = models[i].scheme;
  make_serial (self, unit);
  unit->subject = g_strdup_printf ("unit:%s:%s", unit->scheme, unit->serial);
  /* Every hundredth has the build that is looked for, the others any other one. */
  unit->build = unit->n % ONE_IN == 0 || self->n_builds < 2
                    ? 0
                    : 1 + g_rand_int_range (self->random, 0, self->n_builds - 1);
  g_snprintf (unit->run, sizeof unit->run, "0190b000-0000-7000-8000-%012x", unit->n);
}

static void
add_seen (Make *self, const Unit *unit)
{
  char folded[13];

  g_snprintf (folded, sizeof folded, "%.4s%.8s", unit->serial + 4, unit->serial + 8);
  add (self,
       HS_KIND_UNIT_SEEN,
       unit->subject,
       g_strdup_printf ("{\"v\":1,\"board\":\"%s\",\"port\":\"1-%u\",\"identities\":[{\"scheme\":"
                        "\"%s\",\"value\":"
                        "\"%s\",\"strength\":\"proven\",\"evidence\":\"usb\"},{\"scheme\":\"usb\","
                        "\"value\":\"%s\","
                        "\"strength\":\"suggested\",\"evidence\":\"usb\"}]}",
                        unit->board,
                        1 + unit->n % 4,
                        unit->scheme,
                        unit->serial,
                        folded));
}

static void
add_start (Make *self, const Unit *unit, const char *firmware)
{
  g_autofree char *build = digest_of ("build", unit->build);

  add (
      self,
      HS_KIND_RUN_STARTED,
      unit->subject,
      g_strdup_printf (
          "{\"v\":1,\"run\":\"%s\",\"session\":\"0190c000-0000-7000-8000-%012x\",\"what\":"
          "\"flash\","
          "\"board\":\"%s\",\"port\":\"1-%u\",\"slot\":\"slot %u\",\"build\":\"%s\",\"release\":%s,"
          "\"batch\":null,\"number\":null,\"steps\":[\"enter\",\"identify\",\"write firmware\","
          "\"verify firmware\",\"leave\",\"confirm\"],\"partitions\":[{\"role\":\"firmware\","
          "\"partition\":\"FIRMWARE\",\"sha256\":\"%s\",\"length\":1769472}]}",
          unit->run,
          unit->n / 1000,
          unit->board,
          1 + unit->n % 4,
          1 + unit->n % 4,
          build,
          unit->build == 0 ? self->quoted_release : "null",
          firmware));
}

static void
add_image (Make *self,
           const Unit *unit,
           const char *role,
           const char *partition,
           const char *sha256)
{
  g_autofree char *common = g_strdup_printf (
      "{\"v\":1,\"run\":\"%s\",\"role\":\"%s\",\"partition\":\"%s\",\"sha256\":\"%s\",\"length\":"
      "1769472",
      unit->run,
      role,
      partition,
      sha256);
  g_autofree char *build = digest_of ("build", unit->build);

  add (self, HS_KIND_PARTITION_BEGUN, unit->subject, g_strdup_printf ("%s}", common));
  add (self,
       HS_KIND_PARTITION_WROTE,
       unit->subject,
       g_strdup_printf ("%s,\"wrote_bytes\":1769472,\"skipped_bytes\":0}", common));
  add (self,
       HS_KIND_PARTITION_HOLDS,
       unit->subject,
       g_strdup_printf ("%s,\"build\":\"%s\",\"evidence\":\"read back\"}", common, build));
}

static void
add_end (Make *self, const Unit *unit)
{
  add (
      self,
      HS_KIND_UNIT_REPORTED,
      unit->subject,
      g_strdup_printf ("{\"v\":1,\"kind\":\"number\",\"version\":\"4.%u.%u\",\"verdict\":\"equal\","
                       "\"expected\":\"4.%u.%u\",\"run\":\"%s\"}",
                       unit->build / 100,
                       unit->build % 100,
                       unit->build / 100,
                       unit->build % 100,
                       unit->run));
  add (self,
       HS_KIND_RUN_FINISHED,
       unit->subject,
       g_strdup_printf (
           "{\"v\":1,\"run\":\"%s\",\"outcome\":\"%s\",\"unit\":\"%s\",\"board\":\"%s\","
           "\"duration_ms\":21400,\"bytes_written\":1769472,\"release\":%s,\"steps\":[{\"step\":"
           "\"enter\",\"ms\":1800},{\"step\":\"write\",\"ms\":14200},{\"step\":\"verify\",\"ms\":"
           "4100},{\"step\":\"leave\",\"ms\":1300}],\"confirmed\":{\"kind\":\"number\",\"verdict\":"
           "\"equal\"},\"error\":null}",
           unit->run,
           unit->n % 97 == 0 ? "failed" : "passed",
           unit->subject + strlen ("unit:"),
           unit->board,
           unit->build == 0 ? self->quoted_release : "null"));
}

static void
add_shipment (Make *self, const Unit *unit)
{
  g_autofree char *party = party_id (g_rand_int_range (self->random, 0, N_PARTIES));

  add (self,
       HS_KIND_UNIT_SHIPPED,
       unit->subject,
       g_strdup_printf (
           "{\"v\":1,\"shipment\":\"0190d000-0000-7000-8000-%012x\",\"party\":\"%s\",\"order\":"
           "\"PO-%05u\",\"date\":\"2025-%02u-%02u\"}",
           unit->n / 40,
           party,
           10000 + unit->n / 40,
           1 + unit->n / 50 % 12,
           1 + unit->n % 28));
  if (g_rand_int_range (self->random, 0, 40) == 0)
    add (self,
         HS_KIND_UNIT_RETURNED,
         unit->subject,
         g_strdup ("{\"v\":1,\"reason\":\"does not start\",\"date\":\"2025-12-01\"}"));
}

static void
add_unit (Make *self)
{
  g_autofree char *subject = NULL;
  g_autofree char *firmware = NULL;
  g_autofree char *romfs = NULL;
  Unit unit;

  make_unit (self, &unit);
  self->time = FIRST_TIME + (gint64) unit.n * VISIT;
  subject = unit.subject;
  firmware = digest_of ("firmware", unit.build);
  romfs = digest_of ("romfs", unit.build);

  add_seen (self, &unit);
  if (unit.n % 10 != 0)
    add (self,
         HS_KIND_UNIT_LABELLED,
         unit.subject,
         g_strdup_printf ("{\"v\":1,\"label\":\"GATE-%07u\"}", unit.n));
  add_start (self, &unit, firmware);
  add_image (self, &unit, "firmware", "FIRMWARE", firmware);
  if (g_rand_int_range (self->random, 0, 10) < 3)
    add_image (self, &unit, "romfs0", "ROMFS0", romfs);
  add_end (self, &unit);
  if (unit.n % 5 < 3)
    add (self,
         HS_KIND_NUMBER_COMMITTED,
         unit.subject,
         g_strdup_printf ("{\"v\":1,\"series\":\"GATE\",\"number\":\"SN%08u\",\"value\":%u,"
                          "\"release\":\"%s\",\"run\":\"%s\",\"batch\":null}",
                          unit.n,
                          unit.n + 1,
                          self->release,
                          unit.run));
  if (unit.n % 2 == 0)
    add_shipment (self, &unit);
  if (unit.n % 200 == 7)
    add (self,
         HS_KIND_UNIT_CHANGED,
         unit.subject,
         g_strdup_printf ("{\"v\":1,\"expected_sha256\":\"%s\",\"found\":\"other version\","
                          "\"partition\":\"FIRMWARE\"}",
                          firmware));
  if (unit.n % 250 == 9)
    add (self,
         HS_KIND_UNIT_NOTED,
         unit.subject,
         g_strdup ("{\"v\":1,\"text\":\"lens replaced, focus set anew\"}"));
}

static gboolean
make_all (Make *self, GError **error)
{
  self->time = FIRST_TIME - G_TIME_SPAN_DAY;
  for (guint i = 0; i < self->n_builds; i++)
    add_build (self, i);
  add_release (self);
  if (!hs_catalog_write (self->catalog, put_parties, NULL, error) || !flush (self, error))
    return FALSE;

  while (self->next < self->n_units) {
    for (guint i = 0; i < UNITS_AT_A_TIME && self->next < self->n_units; i++)
      add_unit (self);
    if (!flush (self, error))
      return FALSE;
    if (self->next % 50000 == 0)
      g_printerr ("%u units, %" G_GINT64_FORMAT " entries\n", self->next, self->n_ids);
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  const HsCatalogTweaks tweaks = { .fast = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) facts = g_array_new (FALSE, FALSE, sizeof (HsFact));
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  g_autoptr (HsCatalog) catalog = NULL;
  g_autoptr (GTimer) timer = g_timer_new ();
  Make make = { .random = random, .facts = facts, .times = times, .ids = ids };

  if (argc < 2 || argc > 3) {
    g_printerr ("usage: bench-catalog-make FILE [UNITS]\n");
    return 2;
  }
  make.n_units = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 1000000;
  make.n_builds = MAX (2, make.n_units / 2000);
  g_array_set_clear_func (facts, fact_clear);
  make.catalog = catalog = hs_catalog_open_full (argv[1], HS_PURPOSE_PRODUCTION, &tweaks, &error);
  if (catalog == NULL || !make_all (&make, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  g_free (make.release);
  g_free (make.quoted_release);
  g_print ("%u units, %u builds, %" G_GINT64_FORMAT " entries in %.1f s, %.1f us an entry\n",
           make.n_units,
           make.n_builds,
           make.n_ids,
           g_timer_elapsed (timer, NULL),
           1e6 * g_timer_elapsed (timer, NULL) / make.n_ids);
  return 0;
}
