/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-facts.h"

#include <string.h>

#define KEY_C "stm32:3046534563033125523046CC"

static void
assert_state (HsCatalog *catalog, const char *key, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, key, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hs_unit_get_state (unit), ==, state);
}

static void
assert_release (HsCatalog *catalog, const char *key, const char *release)
{
  g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, key, NULL);

  g_assert_cmpstr (hs_unit_get_release (unit), ==, release);
}

static void
return_unit (HsCatalog *catalog, const char *key, const char *reason)
{
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "reason", reason);
  add_object (catalog, HS_KIND_UNIT_RETURNED, subject, payload);
}

static void
note (HsCatalog *catalog, const char *key, const char *text)
{
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "text", text);
  add_object (catalog, HS_KIND_UNIT_NOTED, subject, payload);
}

static void
test_states (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  g_autofree char *party = hs_catalog_put_party (catalog, "Harbour Optics", NULL);
  g_autofree char *shipped = NULL;
  g_autofree char *scrapped = NULL;
  g_autoptr (HsUnit) unit = NULL;
  HsFact fact = { HS_KIND_UNIT_SCRAPPED, "unit:" KEY_A, "{\"v\":1,\"reason\":\"burnt\"}" };

  see_unit (catalog, KEY_A);
  assert_state (catalog, KEY_A, "bench");
  flash_unit (catalog, KEY_A, "run-1");
  assert_state (catalog, KEY_A, "ready");
  add_step (catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, "run-2");
  assert_state (catalog, KEY_A, "bench");
  flash_unit (catalog, KEY_A, "run-3");

  shipped = ship (catalog, KEY_A, "shipment-1", party);
  assert_state (catalog, KEY_A, "shipped");
  unit = hs_catalog_get_unit (catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_party (unit), ==, party);
  g_assert_cmpstr (hs_unit_get_party_name (unit), ==, "Harbour Optics");
  g_assert_cmpstr (hs_unit_get_order (unit), ==, "PO-2231");
  g_assert_cmpint (hs_unit_get_shipped (unit), ==, 1795262400 * (gint64) G_USEC_PER_SEC);
  add_step (catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, "run-4");
  assert_state (catalog, KEY_A, "shipped");

  return_unit (catalog, KEY_A, "no image");
  assert_state (catalog, KEY_A, "returned");
  g_clear_object (&unit);
  unit = hs_catalog_get_unit (catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_party (unit), ==, NULL);
  g_assert_cmpint (hs_unit_get_shipped (unit), ==, 0);
  add_step (catalog, HS_KIND_RUN_FINISHED, "unit:" KEY_A, "run-3");
  assert_state (catalog, KEY_A, "ready");

  g_assert_true (hs_catalog_append (catalog, &fact, 1, &scrapped, NULL));
  flash_unit (catalog, KEY_A, "run-5");
  assert_state (catalog, KEY_A, "scrapped");
  correct (catalog, KEY_A, scrapped);
  assert_state (catalog, KEY_A, "ready");
}

/* The same run that was only looked at, or failed, makes nothing ready. */
static void
test_not_ready (Fixture *self, gconstpointer data)
{
  see_unit (self->catalog, KEY_A);
  add (self->catalog,
       HS_KIND_RUN_FINISHED,
       "unit:" KEY_A,
       "{\"v\":1,\"run\":\"run-1\",\"what\":\"identify\",\"outcome\":\"passed\"}");
  assert_state (self->catalog, KEY_A, "bench");
  add (self->catalog,
       HS_KIND_RUN_FINISHED,
       "unit:" KEY_A,
       "{\"v\":1,\"run\":\"run-2\",\"what\":\"flash\",\"outcome\":\"unproven\"}");
  assert_state (self->catalog, KEY_A, "bench");
}

static void
finish (HsCatalog *catalog, const char *run, const char *release)
{
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "run", run);
  json_object_set_string_member (payload, "what", "flash");
  json_object_set_string_member (payload, "outcome", "passed");
  if (release != NULL)
    json_object_set_string_member (payload, "release", release);
  add_object (catalog, HS_KIND_RUN_FINISHED, "unit:" KEY_A, payload);
}

static void
test_release (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;

  see_unit (catalog, KEY_A);
  add_step (catalog, HS_KIND_PARTITION_HOLDS, "unit:" KEY_A, "run-1");
  finish (catalog, "run-1", BUILD_B);
  assert_release (catalog, KEY_A, BUILD_B);
  finish (catalog, "run-2", NULL);
  assert_release (catalog, KEY_A, BUILD_B);
  add_step (catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, "run-3");
  assert_release (catalog, KEY_A, NULL);
  finish (catalog, "run-3", BUILD_B);
  add (catalog,
       HS_KIND_UNIT_CHANGED,
       "unit:" KEY_A,
       "{\"v\":1,\"expected_sha256\":\"" SHA_A "\",\"found\":\"x\",\"partition\":\"FIRMWARE\"}");
  assert_release (catalog, KEY_A, NULL);
}

static void
add_held (HsCatalog *catalog, const char *partition, const char *role, const char *sha256)
{
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "partition", partition);
  json_object_set_string_member (payload, "role", role);
  json_object_set_string_member (payload, "sha256", sha256);
  add_object (catalog, HS_KIND_PARTITION_HOLDS, "unit:" KEY_A, payload);
}

static void
test_held (Fixture *self, gconstpointer data)
{
  g_autoptr (HsStory) story = NULL;
  const HsHeld *held;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  add_held (self->catalog, "FIRMWARE", "firmware", SHA_A);
  add_held (self->catalog, "FIRMWARE", "firmware", SHA_A);
  add_held (self->catalog, "FILESYSTEM", "filesystem", SHA_A);
  add_held (self->catalog, "ROMFS0", "romfs0", SHA_B);
  add_held (self->catalog, "FIRMWARE", "firmware", SHA_B);
  add_step (self->catalog, HS_KIND_PARTITION_BEGUN, "unit:" KEY_A, "run-1");
  add_held (self->catalog, "FIRMWARE", "firmware", SHA_A);

  story = hs_catalog_get_story (self->catalog, KEY_A, NULL);
  g_assert_cmpuint (story->held->len, ==, 4);
  held = story->held->pdata[0];
  g_assert_cmpstr (held->sha256, ==, SHA_A);
  g_assert_cmpstr (held->build_name, ==, "gate-counter 1.4.2");
  g_assert_cmpint (held->until, ==, 0);
  held = story->held->pdata[1];
  g_assert_cmpstr (held->sha256, ==, SHA_B);
  g_assert_cmpint (held->until, >, held->since);
  held = story->held->pdata[2];
  g_assert_cmpstr (held->role, ==, "romfs0");
  g_assert_cmpint (held->until, ==, 0);
  held = story->held->pdata[3];
  g_assert_cmpstr (held->sha256, ==, SHA_A);
  g_assert_cmpint (held->until, >, 0);
}

static void
assert_finds (HsCatalog *catalog, const char *query, guint expected)
{
  guint total = 99;
  g_autoptr (GPtrArray) ids = hs_catalog_list_units (catalog, query, 0, &total, NULL);

  g_test_message ("%s: %u", query, total);
  g_assert_cmpuint (total, ==, expected);
}

static void
test_parties (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  g_autofree char *party = hs_catalog_put_party (catalog, " Łódź Optyka ", NULL);
  g_autofree char *again = hs_catalog_put_party (catalog, "łódź optyka", NULL);
  g_autofree char *other = hs_catalog_put_party (catalog, "Harbour", NULL);
  g_autofree char *shipped = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (party, ==, again);
  g_assert_cmpstr (party, !=, other);
  names = hs_catalog_list_parties (catalog, "har", 0, NULL);
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_null (hs_catalog_put_party (catalog, "  ", &error));

  see_unit (catalog, KEY_A);
  shipped = ship (catalog, KEY_A, "shipment-1", party);
  note (catalog, KEY_A, "lens is loose");
  commit_number (catalog, KEY_A, "GATE-0471", 471);
  assert_finds (catalog, "optyka", 1);
  assert_finds (catalog, "PO-2231", 1);
  assert_finds (catalog, "loose", 1);
  assert_finds (catalog, "0471", 1);

  g_assert_true (hs_catalog_rename_party (catalog, party, "Northern Lights", NULL));
  assert_finds (catalog, "optyka", 0);
  assert_finds (catalog, "northern", 1);
  g_assert_true (hs_catalog_rename_party (catalog, party, "", NULL));
  assert_finds (catalog, "northern", 0);
  g_assert_false (hs_catalog_rename_party (catalog, "nobody", "x", NULL));
  correct (catalog, KEY_A, shipped);
  assert_finds (catalog, "PO-2231", 0);
  assert_state (catalog, KEY_A, "bench");
}

static char *
find_entry (HsStory *story, const char *kind)
{
  for (guint i = 0; i < story->remarks->len; i++) {
    const HsRemark *remark = story->remarks->pdata[i];

    if (strcmp (remark->kind, kind) == 0)
      return g_strdup (remark->entry);
  }
  g_assert_not_reached ();
}

static void
test_story (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  g_autofree char *party = hs_catalog_put_party (catalog, "Harbour", NULL);
  g_autofree char *shipped = NULL;
  g_autofree char *noted = NULL;
  g_autoptr (HsStory) story = NULL;
  const HsShipment *shipment;
  const HsRemark *remark;

  see_unit (catalog, KEY_A);
  shipped = ship (catalog, KEY_A, "shipment-1", party);
  return_unit (catalog, KEY_A, "no image");
  note (catalog, KEY_A, "lens is loose");
  add (catalog,
       HS_KIND_UNIT_ATTACHED,
       "unit:" KEY_A,
       "{\"v\":1,\"file\":\"photo.jpg\",\"size\":12,\"sha256\":\"" SHA_A "\"}");
  add (catalog,
       HS_KIND_FILE_HOLDS,
       "unit:" KEY_A,
       "{\"v\":1,\"run\":\"run-1\",\"path\":\"tls/key.der\",\"sha256\":\"" SHA_B
       "\",\"length\":121,\"evidence\":\"read-back\"}");
  story = hs_catalog_get_story (catalog, KEY_A, NULL);
  g_assert_cmpuint (story->shipments->len, ==, 1);
  shipment = story->shipments->pdata[0];
  g_assert_cmpstr (shipment->entry, ==, shipped);
  g_assert_cmpstr (shipment->party_name, ==, "Harbour");
  g_assert_cmpint (shipment->returned, >=, shipment->time);
  g_assert_cmpstr (shipment->returned_why, ==, "no image");
  g_assert_cmpuint (story->remarks->len, ==, 4);
  remark = story->remarks->pdata[0];
  g_assert_cmpstr (remark->text, ==, "tls/key.der");
  g_assert_cmpuint (remark->size, ==, 121);

  noted = find_entry (story, HS_KIND_UNIT_NOTED);
  correct (catalog, KEY_A, noted);
  g_clear_pointer (&story, hs_story_free);
  story = hs_catalog_get_story (catalog, KEY_A, NULL);
  g_assert_cmpstr (((const HsRemark *) story->remarks->pdata[2])->corrected, ==, "a slip");
  assert_finds (catalog, "loose", 0);
  g_clear_pointer (&story, hs_story_free);
  story = hs_catalog_get_story (catalog, "stm32:nobody", NULL);
  g_assert_cmpuint (story->remarks->len, ==, 0);
}

/* A label that is taken back gives the place to the one before it; what was proven stays. */
static void
test_corrected (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  HsFact label = { HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"second\"}" };
  HsFact holds = { HS_KIND_PARTITION_HOLDS,
                   "unit:" KEY_A,
                   "{\"v\":1,\"role\":\"firmware\",\"partition\":\"FIRMWARE\",\"sha256\":\"" SHA_A
                   "\"}" };
  g_autofree char *labelled = NULL;
  g_autofree char *held = NULL;
  g_autoptr (HsUnit) unit = NULL;

  see_unit (catalog, KEY_A);
  add (catalog, HS_KIND_UNIT_LABELLED, "unit:" KEY_A, "{\"v\":1,\"label\":\"first\"}");
  hs_catalog_append (catalog, &label, 1, &labelled, NULL);
  hs_catalog_append (catalog, &holds, 1, &held, NULL);
  correct (catalog, KEY_A, labelled);
  correct (catalog, KEY_A, held);
  unit = hs_catalog_get_unit (catalog, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_label (unit), ==, "first");
  g_assert_cmpstr (hs_unit_find_content (unit, "firmware")->sha256, ==, SHA_A);
}

/* What two benches must agree on: all but rows and chains, and whom each of them trusts. */
static const char *const agreed[] = {
  "SELECT json_array ('alias', key, target) FROM alias ORDER BY 1",
  "SELECT json_array ('artifact', build, position, role, sha256) FROM artifact ORDER BY 1",
  "SELECT json_array ('batch', id, release, quantity, name, opened, closed) FROM batch ORDER BY 1",
  "SELECT json_array ('build', id, name, board, imported, archived) FROM build ORDER BY 1",
  "SELECT json_array ('content', unit, partition, role, sha256, length, build, since, state, run) "
  "FROM content ORDER BY 1",
  "SELECT json_array ('held', unit, partition, since, until, role, sha256, build) FROM held "
  "ORDER BY 1",
  "SELECT json_array ('identity', unit, scheme, value, strength, evidence) FROM identity "
  "ORDER BY 1",
  "SELECT json_array ('kept', build, role, file, size, sha256, dropped) FROM kept ORDER BY 1",
  "SELECT json_array ('lease', id, series, chain, first, last, state, to_, time) FROM lease "
  "ORDER BY 1",
  "SELECT json_array ('number', unit, series, number, value, state, release, run, time) "
  "FROM number ORDER BY 1",
  "SELECT json_array ('party', id, name, changed) FROM party ORDER BY 1",
  "SELECT json_array ('release', id, name, version, state, recipe, supersedes, reason, origin, "
  "chain, operator, time) FROM release ORDER BY 1",
  "SELECT json_array ('release_artifact', release, board, role, sha256, build) "
  "FROM release_artifact ORDER BY 1",
  "SELECT json_array ('remark', unit, entry, kind, time, operator, text, sha256, size, corrected) "
  "FROM remark ORDER BY 1",
  "SELECT json_array ('run', id, unit, board, port, build, what, outcome, operator, session, "
  "subject, chain, started, finished, result, release, batch, number) FROM run ORDER BY 1",
  "SELECT json_array ('search', what, key, text) FROM search ORDER BY 1",
  "SELECT json_array ('shipment', unit, entry, id, party, order_, date, time, returned, "
  "returned_why) FROM shipment ORDER BY 1",
  "SELECT json_array ('signature', release, key, signature, time) FROM signature ORDER BY 1",
  "SELECT json_array ('unit', key, board, label, state, first_seen, last_seen, changed_outside, "
  "last_version, serial, release, party, order_, shipped) FROM unit ORDER BY 1",
};

static char *
dump (HsCatalog *catalog)
{
  g_autoptr (HsDatabase) database =
      hs_database_open (hs_catalog_get_path (catalog), HS_DATABASE_QUERY_ONLY, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (agreed); i++) {
    g_autoptr (HsStatement) row = hs_statement_new (database, agreed[i], "");
    g_autoptr (GError) error = NULL;

    while (hs_statement_next (row))
      g_string_append_printf (text, "%s\n", hs_statement_get_text (row, 0));
    hs_statement_finish (row, &error);
    g_assert_no_error (error);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
carry (HsCatalog *from, HsCatalog *to)
{
  g_autofree char *path = g_strconcat (hs_catalog_get_path (from), ".export", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  hs_catalog_export (from, folder, NULL, &error);
  g_assert_no_error (error);
  hs_catalog_import (to, folder, NULL, &error);
  g_assert_no_error (error);
}

static const HsConflict *
find_conflict (GPtrArray *conflicts, const char *kind)
{
  for (guint i = 0; i < conflicts->len; i++)
    if (strcmp (((const HsConflict *) conflicts->pdata[i])->kind, kind) == 0)
      return conflicts->pdata[i];
  g_test_message ("no %s", kind);
  g_assert_not_reached ();
}

/* What each bench does without knowing of the other: at odds in every way there is. */
static void
live (HsCatalog *catalog, const char *name, const char *key, const char *sha256)
{
  g_autofree char *release = lock_release (catalog, "1.4.2", sha256, "bench");
  g_autofree char *party = hs_catalog_put_party (catalog, "Harbour", NULL);
  g_autofree char *labelled = g_strconcat ("unit:", key, NULL);
  g_autofree char *entry = NULL;

  add_build (catalog);
  see_unit (catalog, key);
  see_unit (catalog, KEY_C);
  flash_unit (catalog, key, name);
  assert_reserves (catalog, release, key, "GATE-0001");
  commit_number (catalog, key, "GATE-0001", 1);
  add (catalog, HS_KIND_UNIT_LABELLED, labelled, "{\"v\":1,\"label\":\"twin\"}");
  entry = ship (catalog, KEY_C, name, party);
  note (catalog, KEY_C, name);
  add (catalog,
       HS_KIND_BATCH_OPENED,
       "batch:b1",
       "{\"v\":1,\"batch\":\"b1\",\"release\":\"r\",\"quantity\":5}");
}

static void
assert_conflicts (HsCatalog *catalog)
{
  g_autoptr (GPtrArray) conflicts = hs_catalog_list_conflicts (catalog, NULL);
  const HsConflict *number = find_conflict (conflicts, "number");
  const HsConflict *lease = find_conflict (conflicts, "lease");
  const HsConflict *shipped = find_conflict (conflicts, "shipped-twice");
  const HsConflict *label = find_conflict (conflicts, "label");
  g_auto (GStrv) entries = g_strsplit (number->entries, " ", -1);

  g_assert_cmpuint (conflicts->len, ==, 5);
  g_assert_cmpstr (lease->subject, ==, SERIES " 1–1000");
  g_assert_nonnull (strchr (lease->entries, ' '));
  g_assert_cmpuint (lease->units->len, ==, 0);
  g_assert_cmpstr (number->subject, ==, "GATE-0001");
  g_assert_cmpuint (number->units->len, ==, 2);
  g_assert_cmpstr (number->units->pdata[0], ==, KEY_A);
  g_assert_cmpuint (g_strv_length (entries), ==, 4);
  g_assert_cmpstr (label->subject, ==, "twin");
  g_assert_nonnull (strchr (label->entries, ' '));
  g_assert_cmpstr (shipped->subject, ==, KEY_C);
  g_assert_nonnull (strchr (shipped->entries, ' '));
  g_assert_cmpstr (find_conflict (conflicts, "release-version")->subject, ==, "gate-counter 1.4.2");
}

/* What a unit's own page says of it: the same, without asking about all the others. */
static void
assert_unit_conflicts (HsCatalog *catalog)
{
  static const char *const keys[] = { KEY_A, KEY_B, KEY_C };
  g_autoptr (GPtrArray) all = hs_catalog_list_conflicts (catalog, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autoptr (GPtrArray) own = hs_catalog_list_unit_conflicts (catalog, keys[i], NULL);
    guint n = 0;

    for (guint k = 0; k < all->len; k++) {
      const HsConflict *conflict = all->pdata[k];

      if (!g_ptr_array_find_with_equal_func (conflict->units, keys[i], g_str_equal, NULL))
        continue;
      g_assert_cmpuint (n, <, own->len);
      g_assert_cmpstr (((const HsConflict *) own->pdata[n])->kind, ==, conflict->kind);
      g_assert_cmpstr (((const HsConflict *) own->pdata[n++])->entries, ==, conflict->entries);
    }
    g_assert_cmpuint (n, ==, own->len);
    g_assert_cmpuint (n, >, 0);
  }
}

static void
test_two_benches (void)
{
  Fixture north = { 0 }, south = { 0 }, east = { 0 };
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autoptr (GPtrArray) none = NULL;

  fixture_set_up (&north, NULL);
  fixture_set_up (&south, NULL);
  fixture_set_up (&east, NULL);
  live (north.catalog, "run-n", KEY_A, SHA_A);
  live (south.catalog, "run-s", KEY_B, SHA_B);
  none = hs_catalog_list_conflicts (north.catalog, NULL);
  g_assert_cmpuint (none->len, ==, 0);

  carry (north.catalog, south.catalog);
  carry (south.catalog, east.catalog);
  carry (south.catalog, north.catalog);
  return_unit (north.catalog, KEY_C, "both came back");
  carry (north.catalog, east.catalog);
  carry (east.catalog, south.catalog);
  first = dump (north.catalog);
  second = dump (south.catalog);
  third = dump (east.catalog);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (first, ==, third);
  assert_conflicts (north.catalog);
  assert_unit_conflicts (north.catalog);
  assert_conflicts (east.catalog);
  assert_unit_conflicts (east.catalog);

  hs_catalog_rebuild (south.catalog, NULL);
  g_clear_pointer (&second, g_free);
  second = dump (south.catalog);
  g_assert_cmpstr (first, ==, second);
  fixture_tear_down (&north, NULL);
  fixture_tear_down (&south, NULL);
  fixture_tear_down (&east, NULL);
}

static void
test_counts (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) counts = NULL;

  see_unit (self->catalog, KEY_A);
  see_unit (self->catalog, KEY_B);
  flash_unit (self->catalog, KEY_A, "run-1");
  counts = hs_catalog_count_units (self->catalog, NULL);
  g_assert_cmpuint (counts->len, ==, 2);
  g_assert_cmpstr (((const HsUnitCount *) counts->pdata[1])->state, ==, "ready");
  g_assert_cmpuint (((const HsUnitCount *) counts->pdata[1])->n, ==, 1);
}

#define STATES_TEST(name, func)                                                                    \
  g_test_add ("/unit-states/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  STATES_TEST ("states", test_states);
  STATES_TEST ("not-ready", test_not_ready);
  STATES_TEST ("release", test_release);
  STATES_TEST ("held", test_held);
  STATES_TEST ("parties", test_parties);
  STATES_TEST ("story", test_story);
  STATES_TEST ("corrected", test_corrected);
  g_test_add_func ("/unit-states/two-benches", test_two_benches);
  STATES_TEST ("counts", test_counts);
  return g_test_run ();
}
