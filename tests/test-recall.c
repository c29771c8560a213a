/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/catalog-fixture.h"

#include "store/catalog-units.h"

#define SHA_C "3333333333333333333333333333333333333333333333333333333333333333"

/* Six units: A to C have a build of two images, as a whole, in part, and once; D has another; E
 * and F are of another board, with that board's part of the release. */
static const char facts[] =
    "INSERT INTO unit (row, key, board, label, state, first_seen, last_seen, changed_outside, "
    "serial, party, order_) VALUES "
    "(901, 'stm32:A', 'OPENMV4', 'GATE-1', 'shipped', 1, 100, 0, 'S-1', 'p1', 'PO 7'),"
    "(902, 'stm32:B', 'OPENMV4', NULL, 'ready', 1, 300, 0, NULL, NULL, NULL),"
    "(903, 'stm32:C', 'OPENMV4', NULL, 'ready', 1, 900, 0, NULL, NULL, NULL),"
    "(904, 'stm32:D', 'OPENMV4', NULL, 'ready', 1, 500, 0, NULL, NULL, NULL),"
    "(905, 'stm32:E', 'NICLAV', NULL, 'ready', 1, 200, 0, NULL, NULL, NULL),"
    "(906, 'stm32:F', 'NICLAV', NULL, 'ready', 1, 200, 0, NULL, NULL, NULL);"
    "INSERT INTO held (unit, partition, since, until, role, sha256) VALUES "
    "('stm32:A', 'FIRMWARE', 10, 0, 'firmware', '" SHA_A "'),"
    "('stm32:A', 'ROMFS0', 12, 0, 'romfs0', '" SHA_B "'),"
    "('stm32:B', 'FIRMWARE', 20, 25, 'firmware', '" SHA_A "'),"
    "('stm32:B', 'FIRMWARE', 30, 0, 'firmware', '" SHA_C "'),"
    "('stm32:B', 'ROMFS0', 20, 0, 'romfs0', '" SHA_B "'),"
    "('stm32:C', 'FIRMWARE', 40, 45, 'firmware', '" SHA_A "'),"
    "('stm32:C', 'ROMFS0', 41, 46, 'romfs0', '" SHA_B "'),"
    "('stm32:C', 'FIRMWARE', 60, 65, 'firmware', '" SHA_A "'),"
    "('stm32:D', 'FIRMWARE', 50, 0, 'firmware', '" SHA_C "'),"
    "('stm32:E', 'FIRMWARE', 70, 0, 'firmware', '" SHA_C "'),"
    "('stm32:F', 'FIRMWARE', 70, 0, 'firmware', '" SHA_A "');"
    "INSERT INTO party (id, name, changed) VALUES ('p1', 'Acme', 1);"
    "INSERT INTO shipment (unit, entry, id, party, order_, date, time, returned) VALUES "
    "('stm32:A', 'e1', 's1', 'p1', 'PO 6', '2026-01-02', 1, 3),"
    "('stm32:A', 'e2', 's2', 'p1', 'PO 7', '2026-03-04', 5, 0);"
    "INSERT INTO release_artifact (release, board, role, sha256, build) VALUES "
    "('rel', 'OPENMV4', 'firmware', '" SHA_A "', '" BUILD_A "'),"
    "('rel', 'OPENMV4', 'romfs0', '" SHA_B "', '" BUILD_A "'),"
    "('rel', 'NICLAV', 'firmware', '" SHA_C "', '" BUILD_B "');";

static void
set_up (Fixture *self, gconstpointer data)
{
  fixture_set_up (self, NULL);
  add_build (self->catalog);
  tamper (self->path, facts);
}

static GPtrArray *
recall (Fixture *self, const HsRecall *what, guint limit, guint offset, guint now, guint ever)
{
  g_autoptr (GError) error = NULL;
  guint n_now = 99;
  guint n_ever = 99;
  GPtrArray *rows = hs_catalog_recall (self->catalog, what, limit, offset, &n_now, &n_ever, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (n_now, ==, now);
  g_assert_cmpuint (n_ever, ==, ever);
  return rows;
}

static void
assert_row (GPtrArray *rows,
            guint n,
            const char *unit,
            gboolean now,
            gboolean part,
            const char *what)
{
  const HsRecallRow *row = rows->pdata[n];

  g_assert_cmpstr (row->unit, ==, unit);
  g_assert_cmpint (row->now, ==, now);
  g_assert_cmpint (row->part, ==, part);
  g_assert_cmpstr (row->what, ==, what);
}

static void
test_build (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = recall (self, &(HsRecall){ .build = BUILD_A }, 0, 0, 3, 4);
  const HsRecallRow *shipped;
  const HsRecallRow *once;

  g_assert_cmpuint (rows->len, ==, 4);
  assert_row (rows, 0, "stm32:B", TRUE, TRUE, "romfs0");
  assert_row (rows, 1, "stm32:F", TRUE, TRUE, "firmware");
  assert_row (rows, 2, "stm32:A", TRUE, FALSE, "firmware, romfs0");
  assert_row (rows, 3, "stm32:C", FALSE, FALSE, "firmware, romfs0");

  shipped = rows->pdata[2];
  g_assert_cmpstr (shipped->label, ==, "GATE-1");
  g_assert_cmpstr (shipped->serial, ==, "S-1");
  g_assert_cmpstr (shipped->board, ==, "OPENMV4");
  g_assert_cmpstr (shipped->state, ==, "shipped");
  g_assert_cmpstr (shipped->party_name, ==, "Acme");
  g_assert_cmpstr (shipped->order, ==, "PO 7");
  g_assert_cmpstr (shipped->date, ==, "2026-03-04");
  g_assert_cmpint (shipped->since, ==, 12);
  g_assert_cmpint (shipped->until, ==, 0);
  once = rows->pdata[3];
  g_assert_cmpint (once->since, ==, 60);
  g_assert_cmpint (once->until, ==, 65);
  g_assert_null (once->party_name);
}

/* Each board by its own images: what the other board has is no part of it. */
static void
test_release (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = recall (self, &(HsRecall){ .release = "rel" }, 0, 0, 3, 4);

  assert_row (rows, 0, "stm32:B", TRUE, TRUE, "romfs0");
  assert_row (rows, 1, "stm32:E", TRUE, FALSE, "firmware");
  assert_row (rows, 2, "stm32:A", TRUE, FALSE, "firmware, romfs0");
  assert_row (rows, 3, "stm32:C", FALSE, FALSE, "firmware, romfs0");
}

static void
test_digest (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = recall (self, &(HsRecall){ .sha256 = SHA_A }, 0, 0, 2, 4);
  g_autoptr (GPtrArray) none = recall (self, &(HsRecall){ .sha256 = BUILD_B }, 0, 0, 0, 0);

  assert_row (rows, 0, "stm32:F", TRUE, FALSE, "firmware");
  assert_row (rows, 1, "stm32:A", TRUE, FALSE, "firmware");
  assert_row (rows, 2, "stm32:C", FALSE, FALSE, "firmware");
  assert_row (rows, 3, "stm32:B", FALSE, FALSE, "firmware");
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_pages (Fixture *self, gconstpointer data)
{
  const HsRecall what = { .build = BUILD_A };
  g_autoptr (GPtrArray) first = recall (self, &what, 2, 0, 3, 4);
  g_autoptr (GPtrArray) second = recall (self, &what, 2, 2, 3, 4);
  g_autoptr (GPtrArray) behind = recall (self, &what, 2, 4, 3, 4);

  g_assert_cmpuint (first->len, ==, 2);
  g_assert_cmpuint (second->len, ==, 2);
  g_assert_cmpuint (behind->len, ==, 0);
  assert_row (first, 1, "stm32:F", TRUE, TRUE, "firmware");
  assert_row (second, 0, "stm32:A", TRUE, FALSE, "firmware, romfs0");
}

#define RECALL_TEST(name, func)                                                                    \
  g_test_add ("/recall/" name, Fixture, NULL, set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  RECALL_TEST ("build", test_build);
  RECALL_TEST ("release", test_release);
  RECALL_TEST ("digest", test_digest);
  RECALL_TEST ("pages", test_pages);
  return g_test_run ();
}
