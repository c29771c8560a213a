/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-facts.h"

#include "store/schema.h"

#include <sodium.h>
#include <string.h>

#define DRAFT "0f0e0d0c-0b0a-4908-8706-050403020100"

/* A key of somebody. */
typedef struct {
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
  char hex[65];
} Keys;

static void
make_keys (Keys *keys)
{
  crypto_sign_keypair (keys->public_key, keys->secret_key);
  sodium_bin2hex (keys->hex, sizeof keys->hex, keys->public_key, sizeof keys->public_key);
}

static void
add_signature (HsCatalog *catalog, const char *id, const Keys *keys, gboolean true_one)
{
  g_autofree char *text = hs_release_signed_text (true_one ? id : "another");
  g_autofree char *subject = g_strconcat ("release:", id, NULL);
  guint8 signature[crypto_sign_BYTES];
  char hex[129];
  JsonObject *payload = json_object_new ();

  crypto_sign_detached (signature, NULL, (const guint8 *) text, strlen (text), keys->secret_key);
  sodium_bin2hex (hex, sizeof hex, signature, sizeof signature);
  json_object_set_string_member (payload, "key", keys->hex);
  json_object_set_string_member (payload, "signature", hex);
  add_object (catalog, HS_KIND_RELEASE_SIGNED, subject, payload);
}

static void
trust (HsCatalog *catalog, const Keys *keys, gboolean trusted)
{
  g_autofree char *subject = g_strconcat ("key:", keys->hex, NULL);
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "key", keys->hex);
  json_object_set_string_member (payload, "name", "workshop");
  add_object (catalog, trusted ? HS_KIND_KEY_TRUSTED : HS_KIND_KEY_DISTRUSTED, subject, payload);
}

static void
withdraw (HsCatalog *catalog, const char *id)
{
  g_autofree char *subject = g_strconcat ("release:", id, NULL);

  add (catalog, HS_KIND_RELEASE_WITHDRAWN, subject, "{\"v\":1,\"reason\":\"reboots\"}");
}

static void
assert_list (HsCatalog *catalog, const char *query, guint expected)
{
  guint total = 99;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids = hs_catalog_list_releases (catalog, query, 1, &total, &error);

  g_assert_no_error (error);
  g_test_message ("%s: %u", query, total);
  g_assert_cmpuint (total, ==, expected);
  g_assert_cmpuint (ids->len, ==, MIN (expected, 1));
}

static void
test_draft (Fixture *self, gconstpointer data)
{
  g_autofree char *recipe = make_recipe ("1.4.2", SHA_A);
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (GPtrArray) builds = NULL;
  g_autoptr (GError) error = NULL;

  add_recipe (self->catalog, HS_KIND_RELEASE_DRAFTED, DRAFT, "1.4", "{}", "bench");
  add_recipe (self->catalog, HS_KIND_RELEASE_DRAFTED, DRAFT, "1.4.2", recipe, "bench");
  release = hs_catalog_get_release (self->catalog, DRAFT, NULL);
  g_assert_cmpstr (hs_release_get_state (release), ==, "draft");
  g_assert_cmpstr (hs_release_get_version (release), ==, "1.4.2");
  g_assert_cmpstr (hs_release_get_recipe (release), ==, recipe);
  assert_list (self->catalog, NULL, 1);
  assert_list (self->catalog, "gate 1.4", 1);
  assert_list (self->catalog, "OPENMV4", 1);
  assert_list (self->catalog, "ga", 1);
  assert_list (self->catalog, "at", 0);
  assert_list (self->catalog, "gate 1.5", 0);

  add (
      self->catalog, HS_KIND_RELEASE_DROPPED, "release:" DRAFT, "{\"v\":1,\"as\":\"" BUILD_A "\"}");
  assert_list (self->catalog, NULL, 0);
  assert_list (self->catalog, "gate", 0);
  g_assert_null (hs_catalog_get_release (self->catalog, DRAFT, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
}

static void
test_locked (Fixture *self, gconstpointer data)
{
  g_autofree char *id = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  g_autoptr (HsRelease) release = hs_catalog_get_release (self->catalog, id, NULL);
  g_autoptr (HsRelease) gone = NULL;

  g_assert_cmpstr (hs_release_get_state (release), ==, "locked");
  g_assert_cmpstr (hs_release_get_name (release), ==, "gate-counter");
  g_assert_cmpstr (hs_release_get_chain (release), ==, self->catalog->chain->id);
  g_assert_cmpuint (hs_release_get_n_artifacts (release), ==, 1);
  g_assert_cmpstr (hs_release_get_artifact (release, 0)->sha256, ==, SHA_A);
  g_assert_cmpuint (hs_catalog_count_releases (self->catalog), ==, 1);

  withdraw (self->catalog, id);
  gone = hs_catalog_get_release (self->catalog, id, NULL);
  g_assert_cmpstr (hs_release_get_state (gone), ==, "withdrawn");
  g_assert_cmpstr (hs_release_get_reason (gone), ==, "reboots");
  g_assert_cmpint (hs_release_get_time (gone), ==, hs_release_get_time (release));
}

static void
assert_refused (HsCatalog *catalog, const char *kind, const char *subject, const char *payload)
{
  HsFact fact = { kind, subject, payload };
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_catalog_append (catalog, &fact, 1, NULL, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FAILED);
}

static void
test_nonsense (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;

  assert_refused (catalog,
                  HS_KIND_RELEASE_LOCKED,
                  "release:" BUILD_A,
                  "{\"v\":1,\"name\":\"x\",\"version\":\"1\",\"recipe\":\"{}\"}");
  assert_refused (
      catalog, HS_KIND_KEY_TRUSTED, "key:" BUILD_A, "{\"v\":1,\"key\":\"12\",\"name\":\"x\"}");
  assert_refused (catalog,
                  HS_KIND_KEY_TRUSTED,
                  "key:" BUILD_A,
                  "{\"v\":1,\"key\":\"" BUILD_B "\",\"name\":\"x\"}");
  assert_refused (
      catalog, HS_KIND_LEASE_TAKEN, "series:s", "{\"v\":1,\"lease\":\"l\",\"first\":5,\"last\":4}");
  assert_refused (catalog,
                  HS_KIND_UNIT_SHIPPED,
                  "unit:" KEY_A,
                  "{\"v\":1,\"shipment\":\"s\",\"party\":\"p\",\"date\":\"2026-02-30\"}");
  assert_refused (catalog,
                  HS_KIND_UNIT_ATTACHED,
                  "unit:" KEY_A,
                  "{\"v\":1,\"file\":\"f\",\"size\":1,\"sha256\":\"x\"}");
  assert_refused (catalog,
                  HS_KIND_NUMBER_RESERVED,
                  "unit:" KEY_A,
                  "{\"v\":1,\"series\":\"s\",\"number\":\"\"}");
}

/* What came past the check, from another program's journal, makes no release. */
static void
test_false_recipe (Fixture *self, gconstpointer data)
{
  g_autofree char *id = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  g_autoptr (HsRelease) release = NULL;

  tamper (self->path,
          "UPDATE journal SET payload = replace (payload, '1.4.2', '1.4.3') "
          "WHERE kind = 'release.locked'");
  hs_catalog_rebuild (self->catalog, NULL);
  release = hs_catalog_get_release (self->catalog, id, NULL);
  g_assert_null (release);
}

static void
test_signed (Fixture *self, gconstpointer data)
{
  g_autofree char *id = lock_release (self->catalog, "1.4.2", SHA_A, "bench");
  g_autoptr (HsRelease) unsigned_ = NULL;
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (HsRelease) later = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  Keys mine;

  make_keys (&mine);
  add_signature (self->catalog, id, &mine, FALSE);
  unsigned_ = hs_catalog_get_release (self->catalog, id, NULL);
  g_assert_false (hs_release_is_trusted (unsigned_));
  add_signature (self->catalog, id, &mine, TRUE);
  add_signature (self->catalog, id, &mine, FALSE);
  trust (self->catalog, &mine, TRUE);
  release = hs_catalog_get_release (self->catalog, id, NULL);
  g_assert_true (hs_release_is_trusted (release));
  g_assert_cmpuint (hs_release_get_n_signatures (release), ==, 1);
  g_assert_cmpstr (hs_release_get_signature (release, 0)->key_name, ==, "workshop");
  g_assert_cmpstr (hs_release_get_signature (release, 0)->signature,
                   !=,
                   hs_release_get_signature (unsigned_, 0)->signature);

  trust (self->catalog, &mine, FALSE);
  later = hs_catalog_get_release (self->catalog, id, NULL);
  g_assert_false (hs_release_is_trusted (later));
  keys = hs_catalog_list_keys (self->catalog, NULL);
  g_assert_cmpuint (keys->len, ==, 1);
  g_assert_false (((const HsKey *) keys->pdata[0])->trusted);
}

static void
carry (Fixture *self, HsCatalog *from, HsCatalog *to)
{
  g_autofree char *path = g_build_filename (self->folder, "export", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  hs_catalog_export (from, folder, NULL, &error);
  g_assert_no_error (error);
  hs_catalog_import (to, folder, NULL, &error);
  g_assert_no_error (error);
}

/* Whom another bench trusts decides nothing here, also after a rebuild. */
static void
test_trust_stays (Fixture *self, gconstpointer data)
{
  g_autofree char *value = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  Fixture other = { 0 };
  Keys theirs;

  make_keys (&theirs);
  fixture_set_up (&other, NULL);
  trust (other.catalog, &theirs, TRUE);
  add (other.catalog,
       HS_KIND_POLICY_SET,
       "policy:require-signature",
       "{\"v\":1,\"name\":\"require-signature\",\"value\":\"no\"}");
  add (self->catalog,
       HS_KIND_POLICY_SET,
       "policy:require-signature",
       "{\"v\":1,\"name\":\"require-signature\",\"value\":\"yes\"}");
  add (other.catalog,
       HS_KIND_POLICY_SET,
       "policy:require-signature",
       "{\"v\":1,\"name\":\"require-signature\",\"value\":\"no\"}");
  carry (self, other.catalog, self->catalog);
  hs_catalog_rebuild (self->catalog, NULL);
  value = hs_catalog_get_policy (self->catalog, "require-signature", NULL);
  g_assert_cmpstr (value, ==, "yes");
  g_assert_null (hs_catalog_get_policy (self->catalog, "other", NULL));
  keys = hs_catalog_list_keys (self->catalog, NULL);
  g_assert_cmpuint (keys->len, ==, 1);
  g_assert_false (((const HsKey *) keys->pdata[0])->trusted);
  fixture_tear_down (&other, NULL);
}

static void
assert_resolves (HsCatalog *catalog, const char *typed, const char *expected, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = hs_catalog_resolve_release (catalog, typed, &error);

  g_test_message ("%s", typed);
  g_assert_cmpstr (id, ==, expected);
  if (expected == NULL)
    g_assert_error (error, HS_STORE_ERROR, code);
}

static void
test_resolve (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  g_autofree char *recipe = make_recipe ("1.6", SHA_A);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *twin = NULL;
  g_autofree char *start = NULL;

  add_recipe (catalog, HS_KIND_RELEASE_DRAFTED, DRAFT, "1.6", recipe, "bench");
  assert_resolves (catalog, "gate-counter", DRAFT, 0);
  first = lock_release (catalog, "1.4.2", SHA_A, "bench");
  second = lock_release (catalog, "1.5", SHA_A, "bench");
  assert_resolves (catalog, "gate-counter", second, 0);
  assert_resolves (catalog, " Gate-Counter@1.4.2 ", first, 0);
  assert_resolves (catalog, "gate-counter 1.6", DRAFT, 0);
  assert_resolves (catalog, "0f0e", DRAFT, 0);
  start = g_ascii_strup (first, 10);
  assert_resolves (catalog, start, first, 0);
  assert_resolves (catalog, "gate-counter 9", NULL, HS_STORE_ERROR_NOT_FOUND);
  assert_resolves (catalog, "", NULL, HS_STORE_ERROR_NOT_FOUND);

  withdraw (catalog, second);
  assert_resolves (catalog, "gate-counter", first, 0);
  assert_resolves (catalog, "gate-counter 1.5", second, 0);
  twin = lock_release (catalog, "1.4.2", SHA_B, "bundle");
  assert_resolves (catalog, "gate-counter 1.4.2", NULL, HS_STORE_ERROR_AMBIGUOUS);
}

/* One run of the batch on a unit. */
static void
run_in_batch (HsCatalog *catalog, const char *unit, const char *run, const char *outcome, int wrote)
{
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  g_autofree char *started = g_strdup_printf (
      "{\"v\":1,\"run\":\"%s\",\"session\":\"s\",\"what\":\"flash\",\"board\":\"OPENMV4\","
      "\"port\":\"1-4\",\"release\":\"" BUILD_B "\",\"batch\":\"b1\",\"number\":\"GATE-0001\"}",
      run);
  g_autofree char *finished =
      g_strdup_printf ("{\"v\":1,\"run\":\"%s\",\"outcome\":\"%s\",\"partitions\":[{"
                       "\"role\":\"firmware\",\"wrote_bytes\":%d}]}",
                       run,
                       outcome,
                       wrote);

  add (catalog, HS_KIND_RUN_STARTED, subject, started);
  add (catalog, HS_KIND_RUN_FINISHED, subject, finished);
}

static void
test_batch (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  HsBatch *batch;
  g_autoptr (GPtrArray) batches = NULL;
  g_autoptr (HsRun) run = NULL;
  g_autoptr (GError) error = NULL;

  add (catalog,
       HS_KIND_BATCH_OPENED,
       "batch:b1",
       "{\"v\":1,\"batch\":\"b1\",\"release\":\"" BUILD_B "\",\"quantity\":3,\"name\":\"May\"}");
  run_in_batch (catalog, KEY_A, "run-1", "failed", 100);
  run_in_batch (catalog, KEY_A, "run-2", "passed", 100);
  run_in_batch (catalog, KEY_B, "run-3", "passed", 0);
  run_in_batch (catalog, "stm32:30465345630331255230CCCC", "run-4", "interrupted", 0);
  run_in_batch (catalog, "stm32:30465345630331255230DDDD", "run-5", "refused", 0);

  batch = hs_catalog_find_open_batch (catalog, BUILD_B, NULL);
  g_assert_cmpstr (batch->name, ==, "May");
  g_assert_cmpuint (batch->quantity, ==, 3);
  g_assert_cmpuint (batch->n_passed, ==, 2);
  g_assert_cmpuint (batch->n_already, ==, 1);
  g_assert_cmpuint (batch->n_failed, ==, 1);
  g_assert_cmpuint (batch->n_refused, ==, 1);
  g_assert_cmpint (batch->first_pass, <, batch->last_pass);
  hs_batch_free (batch);
  run = hs_catalog_get_run (catalog, "run-2", NULL);
  g_assert_cmpstr (hs_run_get_release (run), ==, BUILD_B);
  g_assert_cmpstr (hs_run_get_batch (run), ==, "b1");
  g_assert_cmpstr (hs_run_get_number (run), ==, "GATE-0001");

  add (catalog, HS_KIND_BATCH_CLOSED, "batch:b1", "{\"v\":1,\"batch\":\"b1\"}");
  g_assert_null (hs_catalog_find_open_batch (catalog, BUILD_B, &error));
  g_assert_no_error (error);
  batches = hs_catalog_list_batches (catalog, NULL, NULL);
  g_assert_cmpuint (batches->len, ==, 1);
  g_assert_null (hs_catalog_get_batch (catalog, "b2", &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
}

static char *
put (HsCatalog *catalog, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  char *sha256 = NULL;

  g_assert_true (hs_catalog_put_blob (catalog, bytes, &sha256, NULL));
  return sha256;
}

/* A backup takes with it what any fact names, and not what was archived. */
static void
test_blobs (Fixture *self, gconstpointer data)
{
  HsCatalog *catalog = self->catalog;
  g_autofree char *elf = put (catalog, "elf");
  g_autofree char *map = put (catalog, "map");
  g_autofree char *photo = put (catalog, "photo");
  g_autofree char *list = put (catalog, "1\n2\n");
  g_autofree char *path = g_build_filename (self->folder, "backup", "catalog.db", NULL);
  g_autofree char *kept = g_strdup_printf (
      "{\"v\":1,\"files\":[{\"role\":\"elf\",\"file\":\"a.elf\",\"size\":3,\"sha256\":\"%s\"},"
      "{\"role\":\"map\",\"file\":\"a.map\",\"size\":3,\"sha256\":\"%s\"}]}",
      elf,
      map);
  g_autofree char *archived = g_strdup_printf ("{\"v\":1,\"dropped\":[\"%s\"]}", elf);
  g_autofree char *attached =
      g_strdup_printf ("{\"v\":1,\"file\":\"photo.jpg\",\"size\":5,\"sha256\":\"%s\"}", photo);
  g_autofree char *recipe = g_strdup_printf ("{\"serial\":{\"list_sha256\":\"%s\"}}", list);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (HsBuild) build = NULL;
  g_autoptr (HsCatalog) copy = NULL;

  add_build (catalog);
  add (catalog, HS_KIND_BUILD_KEPT, "build:" BUILD_A, kept);
  build = hs_catalog_get_build (catalog, BUILD_A, NULL);
  g_assert_false (hs_build_get_archived (build));
  g_clear_object (&build);
  add (catalog, HS_KIND_BUILD_ARCHIVED, "build:" BUILD_A, archived);
  build = hs_catalog_get_build (catalog, BUILD_A, NULL);
  g_assert_true (hs_build_get_archived (build));
  see_unit (catalog, KEY_A);
  add (catalog, HS_KIND_UNIT_ATTACHED, "unit:" KEY_A, attached);
  add_recipe (catalog, HS_KIND_RELEASE_DRAFTED, DRAFT, "1", recipe, "bench");

  g_assert_true (hs_catalog_backup (catalog, target, NULL));
  copy = open_fast (path, NULL);
  g_assert_true (hs_catalog_has_blob (copy, map));
  g_assert_true (hs_catalog_has_blob (copy, photo));
  g_assert_true (hs_catalog_has_blob (copy, list));
  g_assert_false (hs_catalog_has_blob (copy, elf));
}

/* A file of the first format, with a journal. */
static void
make_old_file (const char *path, const char *from)
{
  g_autoptr (GArray) migrations = hs_schema_get_migrations ();
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_FAST, NULL);
  g_autoptr (GError) error = NULL;

  g_array_set_size (migrations, 1);
  hs_schema_migrate (database, migrations, &error);
  g_assert_no_error (error);
  hs_statement_run (database, &error, "ATTACH ?1 AS source", "s", from);
  g_assert_no_error (error);
  hs_database_exec (database,
                    "INSERT INTO meta SELECT * FROM source.meta WHERE key <> 'fold';"
                    "INSERT INTO chain SELECT * FROM source.chain;"
                    "INSERT INTO journal SELECT * FROM source.journal;",
                    &error);
  g_assert_no_error (error);
}

/* Its tables are folded anew, once, and the file as it was is kept. */
static void
test_migrated (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "old.db", NULL);
  g_autofree char *before = g_strconcat (path, ".before-2", NULL);
  g_autoptr (HsCatalog) old = NULL;
  g_autoptr (HsUnit) unit = NULL;
  g_autoptr (HsStory) story = NULL;

  add_build (self->catalog);
  see_unit (self->catalog, KEY_A);
  flash_unit (self->catalog, KEY_A, "run-1");
  make_old_file (path, self->path);

  old = open_fast (path, NULL);
  g_assert_true (g_file_test (before, G_FILE_TEST_EXISTS));
  unit = hs_catalog_get_unit (old, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_state (unit), ==, "ready");
  story = hs_catalog_get_story (old, KEY_A, NULL);
  g_assert_cmpuint (story->held->len, ==, 1);
  assert_whole (old);

  /* Once: what is wrong now stays until somebody asks for a rebuild. */
  g_clear_object (&old);
  tamper (path, "UPDATE unit SET state = 'x'");
  old = open_fast (path, NULL);
  g_clear_object (&unit);
  unit = hs_catalog_get_unit (old, KEY_A, NULL);
  g_assert_cmpstr (hs_unit_get_state (unit), ==, "x");
}

#define RELEASES_TEST(name, func)                                                                  \
  g_test_add ("/releases/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  RELEASES_TEST ("draft", test_draft);
  RELEASES_TEST ("locked", test_locked);
  RELEASES_TEST ("nonsense", test_nonsense);
  RELEASES_TEST ("false-recipe", test_false_recipe);
  RELEASES_TEST ("signed", test_signed);
  RELEASES_TEST ("trust-stays", test_trust_stays);
  RELEASES_TEST ("resolve", test_resolve);
  RELEASES_TEST ("batch", test_batch);
  RELEASES_TEST ("blobs", test_blobs);
  RELEASES_TEST ("migrated", test_migrated);
  return g_test_run ();
}
