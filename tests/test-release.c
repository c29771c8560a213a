/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-rig.h"

#include "store/catalog-numbers.h"

/* What stands against locking, what a lock is, and who may pass the one door. */

static GPtrArray *
examine (HsCatalog *catalog, const HsRecipe *recipe)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *findings = hs_release_examine (catalog, recipe, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++) {
    const HsReleaseFinding *finding = g_ptr_array_index (findings, i);

    g_test_message ("%s %s: %s", finding->board, finding->code, finding->text);
  }
  return findings;
}

static const HsReleaseFinding *
find (GPtrArray *findings, const char *code)
{
  for (guint i = 0; i < findings->len; i++) {
    const HsReleaseFinding *finding = g_ptr_array_index (findings, i);

    if (g_str_equal (finding->code, code))
      return finding;
  }
  return NULL;
}

static void
assert_blocked (HsCatalog *catalog, const HsRecipe *recipe, const char *code)
{
  g_autoptr (GPtrArray) findings = examine (catalog, recipe);
  const HsReleaseFinding *finding = find (findings, code);

  g_assert_nonnull (finding);
  g_assert_true (finding->blocks);
  g_assert_null (finding->reason);
  g_assert_false (hs_findings_allow_lock (findings));
}

/* The one thing that is found; a reason, and only a reason in words, answers it. */
static void
assert_asks (HsCatalog *catalog, HsRecipe *recipe, const char *code)
{
  g_autoptr (GPtrArray) before = examine (catalog, recipe);
  g_autoptr (GPtrArray) empty = NULL;
  g_autoptr (GPtrArray) after = NULL;

  g_assert_cmpuint (before->len, ==, 1);
  g_assert_nonnull (find (before, code));
  g_assert_false (hs_findings_allow_lock (before));

  g_hash_table_insert (recipe->reasons, g_strdup (code), g_strdup ("  "));
  empty = examine (catalog, recipe);
  g_assert_false (hs_findings_allow_lock (empty));

  g_hash_table_insert (recipe->reasons, g_strdup (code), g_strdup ("a trial for one customer"));
  after = examine (catalog, recipe);
  g_assert_cmpstr (find (after, code)->reason, ==, "a trial for one customer");
  g_assert_true (hs_findings_allow_lock (after));
}

static HsRecipeArtifact *
artifact_of (HsRecipe *recipe, guint n)
{
  const HsRecipeBoard *board = g_ptr_array_index (recipe->boards, 0);

  return g_ptr_array_index (board->artifacts, n);
}

static void
test_nothing_stands (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autoptr (GPtrArray) findings = examine (self->catalog, recipe);
  const HsRecipeBoard *board = hs_recipe_find_board (recipe, "OPENMV4");

  g_assert_cmpuint (findings->len, ==, 0);
  /* firmware and ROMFS; the bootloader is in the build, and never in a release */
  g_assert_cmpuint (board->artifacts->len, ==, 2);
  hs_recipe_take_build (recipe, build, 1ull << HS_ROLE_ROMFS0);
  board = hs_recipe_find_board (recipe, "OPENMV4");
  g_assert_cmpuint (recipe->boards->len, ==, 1);
  g_assert_cmpuint (board->artifacts->len, ==, 1);
}

static void
test_name (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  static const struct {
    const char *name, *version, *code;
  } cases[] = { { "", "1", "no-name" },          { "a/b", "1", "no-name" },
                { "a@b", "1", "no-name" },       { "gate", "", "no-version" },
                { "gate", "1/2", "no-version" }, { "gate", "1 2", "no-version" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (HsRecipe) recipe = rig_recipe (build, cases[i].version);

    g_free (recipe->name);
    recipe->name = g_strdup (cases[i].name);
    assert_blocked (self->catalog, recipe, cases[i].code);
  }
}

static void
test_boards (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) none = rig_recipe (NULL, "1");
  g_autoptr (HsRecipe) unknown = rig_recipe (build, "1");
  g_autoptr (HsRecipe) other = rig_recipe (build, "1");
  HsRecipeBoard *board = g_ptr_array_index (unknown->boards, 0);

  assert_blocked (self->catalog, none, "no-board");
  g_free (board->board);
  board->board = g_strdup ("OPENMV9");
  assert_blocked (self->catalog, unknown, "no-board");

  board = g_ptr_array_index (other->boards, 0);
  g_free (board->board);
  board->board = g_strdup ("OPENMV3");
  assert_blocked (self->catalog, other, "wrong-board");
  assert_blocked (self->catalog, other, "missing-build");
}

static char *
blob_path (Fixture *self, const char *sha256)
{
  g_autofree char *folder = g_strndup (sha256, 2);

  return g_build_filename (self->folder, "blobs", folder, sha256 + 2, NULL);
}

static void
test_artifacts (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1");
  HsRecipeArtifact *code = artifact_of (recipe, 0);
  g_autofree char *path = blob_path (self, code->sha256);
  g_autofree char *bytes = NULL;
  g_autofree char *was = g_strdup (code->role);
  gsize length;

  g_free (code->role);
  code->role = g_strdup ("bootloader");
  assert_blocked (self->catalog, recipe, "wrong-role");
  g_free (code->role);
  code->role = g_strdup ("romfs0");
  assert_blocked (self->catalog, recipe, "wrong-role");
  g_free (code->role);
  code->role = g_strdup (was);

  code->size++;
  assert_blocked (self->catalog, recipe, "altered-artifact");
  code->size--;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  bytes[length - 1] ^= 1;
  g_chmod (path, 0600);
  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
  assert_blocked (self->catalog, recipe, "altered-artifact");
  g_remove (path);
  assert_blocked (self->catalog, recipe, "missing-artifact");

  g_ptr_array_set_size (((HsRecipeBoard *) g_ptr_array_index (recipe->boards, 0))->artifacts, 0);
  assert_blocked (self->catalog, recipe, "missing-artifact");
}

static void
test_too_large (Fixture *self, gconstpointer data)
{
  RigFile files[] = { { "romfs0.img", hs_sample_romfs (1, 200 * 1024) }, { NULL } };
  g_autoptr (HsBuild) build = rig_import (self->catalog, "OPENMV4", "folder", files);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1");

  assert_blocked (self->catalog, recipe, "too-large");
}

static HsBuild *
two_cores (HsCatalog *catalog, const char *first_tag, const char *second_tag)
{
  RigFile files[] = {
    { "firmware_M55_HP.bin", firmware ("OPENMV_AE3", HS_ROLE_FIRMWARE, first_tag) },
    { "firmware_M55_HE.bin", firmware ("OPENMV_AE3", HS_ROLE_FIRMWARE_HE, second_tag) },
    { "romfs0.img", hs_sample_romfs (1, 512) },
    { NULL },
  };

  return rig_import (catalog, "OPENMV_AE3", "folder", files);
}

/* One core of a board, or cores of two builds, never pass. */
static void
test_mixed_cores (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = two_cores (self->catalog, RELEASE_TAG, RELEASE_TAG);
  g_autoptr (HsBuild) other = two_cores (self->catalog, "v5.0.1", "v5.0.1");
  g_autoptr (HsBuild) mixed = two_cores (self->catalog, RELEASE_TAG, "v5.0.1");
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1");
  g_autoptr (GPtrArray) findings = examine (self->catalog, recipe);
  HsRecipeArtifact *second;

  g_assert_cmpuint (findings->len, ==, 0);
  g_hash_table_insert (recipe->reasons, g_strdup ("mixed-cores"), g_strdup ("no reason helps"));

  hs_recipe_take_build (recipe, build, 1ull << HS_ROLE_FIRMWARE);
  assert_blocked (self->catalog, recipe, "mixed-cores");
  hs_recipe_take_build (recipe, build, 1ull << HS_ROLE_FIRMWARE_HE | 1ull << HS_ROLE_ROMFS0);
  assert_blocked (self->catalog, recipe, "mixed-cores");
  hs_recipe_take_build (recipe, mixed, 0);
  assert_blocked (self->catalog, recipe, "mixed-cores");

  hs_recipe_take_build (recipe, build, 0);
  second = artifact_of (recipe, 1);
  g_assert_cmpstr (second->role, ==, "firmware-he");
  g_free (second->sha256);
  second->sha256 = g_strdup (hs_build_find_artifact (other, "firmware-he")->sha256);
  assert_blocked (self->catalog, recipe, "mixed-cores");

  /* Without any core it is about something else. */
  hs_recipe_take_build (recipe, build, 1ull << HS_ROLE_ROMFS0);
  g_ptr_array_unref (g_steal_pointer (&findings));
  findings = examine (self->catalog, recipe);
  g_assert_cmpuint (findings->len, ==, 0);
}

static void
test_needs_reason (Fixture *self, gconstpointer data)
{
  static const char assertion[] = "Assertion '%s' failed, at file %s:%d\n";
  static const char channel[] = "\0profile";
  static const struct {
    const char *code, *tag, *origin, *text;
    gsize length;
    gboolean empty;
  } cases[] = {
    { "debug-build", RELEASE_TAG, "folder", assertion, sizeof assertion, FALSE },
    { "profile-build", RELEASE_TAG, "folder", channel, sizeof channel, FALSE },
    { "dirty-tree", "v5.0.0-34.gcbbb877eda.dirty", "folder", "", 0, FALSE },
    { "unknown-origin", RELEASE_TAG, "file", "", 0, FALSE },
    { "unknown-origin", "None", "folder", "", 0, FALSE },
    { "empty-romfs", RELEASE_TAG, "folder", "", 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    RigFile files[] = {
      { "firmware.bin",
        with_text (
            firmware ("OPENMV4", HS_ROLE_FIRMWARE, cases[i].tag), cases[i].text, cases[i].length) },
      { "romfs0.img", cases[i].empty ? empty_romfs () : hs_sample_romfs (i, 512) },
      { NULL },
    };
    g_autoptr (HsBuild) build = rig_import (self->catalog, "OPENMV4", cases[i].origin, files);
    g_autoptr (HsRecipe) recipe = rig_recipe (build, "1");

    assert_asks (self->catalog, recipe, cases[i].code);
  }
}

static void
set_list (Fixture *self, HsRecipe *recipe, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  g_clear_pointer (&recipe->list_sha256, g_free);
  g_assert_true (hs_catalog_put_blob (self->catalog, bytes, &recipe->list_sha256, NULL));
}

static void
test_numbers (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1");
  g_autoptr (GPtrArray) good = NULL;
  static const char *const lists[] = { "", "\n\n", "A\nB\nA\n", "A\n\nB", "A\n\xFF\n", "A\nB\x01" };

  recipe->rule = HS_NUMBER_COUNTER;
  assert_blocked (self->catalog, recipe, "bad-serial-rule");
  recipe->first = 1;
  recipe->last = 1000;
  assert_blocked (self->catalog, recipe, "bad-serial-rule"); /* no digits */
  recipe->digits = 3;
  assert_blocked (self->catalog, recipe, "bad-serial-rule"); /* 1000 has four */
  recipe->digits = 4;
  recipe->first = 1001;
  assert_blocked (self->catalog, recipe, "bad-serial-rule");
  recipe->first = 0;
  assert_blocked (self->catalog, recipe, "bad-serial-rule");
  recipe->first = 1000;
  good = examine (self->catalog, recipe);
  g_assert_cmpuint (good->len, ==, 0);

  recipe->rule = HS_NUMBER_LIST;
  assert_blocked (self->catalog, recipe, "bad-serial-rule");
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    set_list (self, recipe, lists[i]);
    assert_blocked (self->catalog, recipe, "bad-serial-rule");
  }
  set_list (self, recipe, "A-1\r\nB 2\nÄ\n");
  g_ptr_array_unref (g_steal_pointer (&good));
  good = examine (self->catalog, recipe);
  g_assert_cmpuint (good->len, ==, 0);
}

static void
test_lock (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *draft = rig_draft (self->catalog, recipe);
  g_autofree char *id = NULL;
  g_autofree char *again = NULL;
  g_autofree char *text = hs_recipe_to_text (recipe);
  g_autofree char *expected = hs_recipe_compute_id (text);
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  rig_check (self->catalog, draft, HS_APP_ERROR_RELEASE_DRAFT);
  before = rig_entries (self->catalog);
  id = hs_release_lock (self->catalog, draft, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rig_entries (self->catalog), ==, before + 2);
  g_assert_cmpstr (id, ==, expected);
  release = rig_release (self->catalog, id);
  g_assert_cmpstr (hs_release_get_recipe (release), ==, text);
  g_assert_cmpstr (hs_release_get_origin (release), ==, "bench");
  g_assert_cmpuint (hs_release_get_n_artifacts (release), ==, 2);
  g_assert_null (hs_catalog_get_release (self->catalog, draft, NULL));
  rig_check (self->catalog, id, -1);

  /* The same recipe is the same release: only its draft ends. */
  again = rig_lock (self->catalog, recipe);
  g_assert_cmpstr (again, ==, id);
  g_assert_cmpuint (hs_catalog_count_releases (self->catalog), ==, 1);

  /* Locked is locked. */
  g_assert_null (hs_release_save_draft (self->catalog, id, recipe, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_false (hs_release_drop_draft (self->catalog, id, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  assert_whole (self->catalog);
}

static void
test_version_taken (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *id = rig_lock (self->catalog, recipe);
  g_autofree char *draft = NULL;
  g_autoptr (GError) error = NULL;

  recipe->erase_filesystem = TRUE;
  assert_blocked (self->catalog, recipe, "version-taken");
  draft = rig_draft (self->catalog, recipe);
  g_assert_null (hs_release_lock (self->catalog, draft, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_LOCKABLE);
  g_assert_nonnull (strstr (error->message, "another release gate-counter 1.0.0"));
}

static void
test_withdraw (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *draft = rig_draft (self->catalog, recipe);
  g_autofree char *id = rig_lock (self->catalog, recipe);
  g_autoptr (HsRelease) held = rig_release (self->catalog, id);
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_release_withdraw (self->catalog, draft, "x", &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_RELEASE_DRAFT);
  g_clear_error (&error);
  g_assert_false (hs_release_withdraw (self->catalog, id, " ", &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_false (hs_release_withdraw (self->catalog, "nothing", "x", &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_RELEASE);
  g_clear_error (&error);

  g_assert_true (hs_release_withdraw (self->catalog, id, "drops frames", &error));
  rig_check (self->catalog, id, HS_APP_ERROR_RELEASE_WITHDRAWN);
  /* Whoever held it from before is told too. */
  g_assert_false (hs_release_check (self->catalog, held, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_RELEASE_WITHDRAWN);
  g_assert_nonnull (strstr (error->message, "drops frames"));
  g_clear_error (&error);

  /* The same recipe can't come back by locking it again. */
  g_assert_null (hs_release_lock (self->catalog, draft, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_RELEASE_WITHDRAWN);
}

static void
test_derive (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *id = rig_lock (self->catalog, recipe);
  g_autoptr (GError) error = NULL;
  g_autofree char *draft = hs_release_derive (self->catalog, id, &error);
  g_autofree char *next_id = NULL;
  g_autoptr (HsRelease) release = NULL;
  g_autoptr (HsRelease) locked = NULL;
  g_autoptr (HsRecipe) next = NULL;

  g_assert_no_error (error);
  release = rig_release (self->catalog, draft);
  next = hs_recipe_parse (hs_release_get_recipe (release), &error);
  g_assert_cmpstr (next->supersedes, ==, id);
  g_assert_cmpstr (next->version, ==, "");
  assert_blocked (self->catalog, next, "no-version");

  g_free (next->version);
  next->version = g_strdup ("1.0.1");
  g_free (hs_release_save_draft (self->catalog, draft, next, &error));
  g_assert_no_error (error);
  next_id = hs_release_lock (self->catalog, draft, &error);
  g_assert_no_error (error);
  locked = rig_release (self->catalog, next_id);
  g_assert_cmpstr (hs_release_get_supersedes (locked), ==, id);
  g_assert_cmpstr (next_id, !=, id);
}

static void
test_signed (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *id = rig_lock (self->catalog, recipe);
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_release_check_policy (self->catalog, &error));
  g_assert_true (hs_keys_set_required (self->catalog, TRUE, &error));
  g_assert_false (hs_release_check_policy (self->catalog, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_UNSIGNED);
  g_clear_error (&error);
  rig_check (self->catalog, id, HS_APP_ERROR_UNSIGNED);
  g_assert_false (hs_release_sign (self->catalog, id, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
  g_clear_error (&error);

  key = hs_keys_create (self->catalog, "anna", &error);
  g_assert_no_error (error);
  g_assert_true (hs_release_sign (self->catalog, id, NULL, &error));
  rig_check (self->catalog, id, -1);
  g_assert_true (hs_keys_distrust (self->catalog, "anna", "left the company", &error));
  rig_check (self->catalog, id, HS_APP_ERROR_UNSIGNED);
  g_free (hs_keys_trust (self->catalog, key, "anna", &error));
  rig_check (self->catalog, id, -1);
}

/* A signature that is none closes the door, whatever the policy. */
static void
test_false_signature (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *id = rig_lock (self->catalog, recipe);
  g_autofree char *other = NULL;
  g_autofree char *signature = NULL;
  g_autofree char *subject = g_strconcat ("release:", id, NULL);
  g_autofree char *payload = NULL;
  g_autofree char *key = NULL;
  g_autoptr (GError) error = NULL;

  g_free (hs_keys_create (self->catalog, "anna", &error));
  signature = hs_keys_sign (self->catalog, "anna", (const guint8 *) "x", 1, &key, &error);
  g_assert_no_error (error);
  payload = g_strdup_printf ("{\"v\":1,\"key\":\"%s\",\"signature\":\"%s\"}", key, signature);
  add (self->catalog, HS_KIND_RELEASE_SIGNED, subject, payload);
  rig_check (self->catalog, id, HS_APP_ERROR_UNSIGNED);
}

/* Somebody with another program. */
static void
test_tampered_recipe (Fixture *self, gconstpointer data)
{
  g_autoptr (HsBuild) build = rig_build (self->catalog, "OPENMV4", RELEASE_TAG);
  g_autoptr (HsRecipe) recipe = rig_recipe (build, "1.0.0");
  g_autofree char *id = rig_lock (self->catalog, recipe);

  tamper (self->path,
          "UPDATE release SET recipe = replace (recipe, '\"erase_filesystem\":false', "
          "'\"erase_filesystem\":true')");
  rig_check (self->catalog, id, HS_APP_ERROR_BAD_RECIPE);
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/release/nothing-stands", test_nothing_stands },
    { "/release/name", test_name },
    { "/release/boards", test_boards },
    { "/release/artifacts", test_artifacts },
    { "/release/too-large", test_too_large },
    { "/release/mixed-cores", test_mixed_cores },
    { "/release/needs-reason", test_needs_reason },
    { "/release/numbers", test_numbers },
    { "/release/lock", test_lock },
    { "/release/version-taken", test_version_taken },
    { "/release/withdraw", test_withdraw },
    { "/release/derive", test_derive },
    { "/release/signed", test_signed },
    { "/release/false-signature", test_false_signature },
    { "/release/tampered-recipe", test_tampered_recipe },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].test, fixture_tear_down);
  return g_test_run ();
}
