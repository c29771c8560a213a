/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/release-rig.h"

#include "store/database.h"

#include <sys/stat.h>

/* Keys that sign releases: where they lie, who may read them, what they prove. */

static char *
create (Fixture *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  char *key = hs_keys_create (self->catalog, name, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (key), ==, 64);
  return key;
}

static char *
key_path (Fixture *self, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".key", NULL);

  return g_build_filename (self->folder, "keys", file, NULL);
}

static void
test_create (Fixture *self, gconstpointer data)
{
  g_autofree char *key = create (self, "anna");
  g_autofree char *path = key_path (self, "anna");
  g_autofree char *folder = g_path_get_dirname (path);
  g_auto (GStrv) names = hs_keys_list_secret (self->catalog);
  g_autoptr (GPtrArray) keys = hs_catalog_list_keys (self->catalog, NULL);
  const HsKey *first = g_ptr_array_index (keys, 0);
  g_autoptr (GError) error = NULL;
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_stat (folder, &info), ==, 0);
  g_assert_cmphex (info.st_mode & 0777, ==, 0700);
  g_assert_cmpuint (g_strv_length (names), ==, 1);
  g_assert_cmpstr (names[0], ==, "anna");
  g_assert_cmpuint (keys->len, ==, 1);
  g_assert_cmpstr (first->key, ==, key);
  g_assert_true (first->trusted);

  /* Never over one that is there. */
  g_assert_null (hs_keys_create (self->catalog, "anna", &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
}

static void
test_names (Fixture *self, gconstpointer data)
{
  static const char *const bad[] = { "",        ".",  "..",  "../x", "a/b",
                                     ".hidden", "-x", "a b", "ä",    "a\n" };
  guint64 before = rig_entries (self->catalog);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (hs_keys_create (self->catalog, bad[i], &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
  }
  g_assert_cmpuint (rig_entries (self->catalog), ==, before);
}

static void
test_sign (Fixture *self, gconstpointer data)
{
  g_autofree char *key = create (self, "anna");
  g_autofree char *signed_by = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 text[] = "what is signed";
  g_autofree char *signature =
      hs_keys_sign (self->catalog, NULL, text, sizeof text, &signed_by, &error);
  g_autofree char *wrong = g_strdup (signature);

  g_assert_no_error (error);
  g_assert_cmpstr (signed_by, ==, key);
  g_assert_cmpuint (strlen (signature), ==, 128);
  g_assert_true (hs_keys_verify (key, text, sizeof text, signature));
  g_assert_false (hs_keys_verify (key, text, sizeof text - 1, signature));
  for (guint i = 0; i < 128; i++) {
    wrong[i] = wrong[i] == '0' ? '1' : '0';
    g_assert_false (hs_keys_verify (key, text, sizeof text, wrong));
    wrong[i] = signature[i];
  }
  g_assert_false (hs_keys_verify (NULL, text, sizeof text, signature));
  g_assert_false (hs_keys_verify (key, text, sizeof text, NULL));
  g_assert_false (hs_keys_verify (key, text, sizeof text, ""));
  g_assert_false (hs_keys_verify ("", text, sizeof text, signature));
}

static void
test_which_key (Fixture *self, gconstpointer data)
{
  g_autofree char *anna = create (self, "anna");
  g_autofree char *ben = create (self, "ben");
  g_autofree char *signed_by = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_keys_sign (self->catalog, NULL, (const guint8 *) "x", 1, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
  g_clear_error (&error);
  g_free (hs_keys_sign (self->catalog, "ben", (const guint8 *) "x", 1, &signed_by, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (signed_by, ==, ben);
  g_assert_null (hs_keys_sign (self->catalog, "carl", (const guint8 *) "x", 1, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
}

/* A secret that others may read, or that is damaged, does not sign. */
static void
test_spoilt (Fixture *self, gconstpointer data)
{
  g_autofree char *key = create (self, "anna");
  g_autofree char *path = key_path (self, "anna");
  g_autoptr (GError) error = NULL;

  g_chmod (path, 0644);
  g_assert_null (hs_keys_sign (self->catalog, NULL, (const guint8 *) "x", 1, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "0123", -1, NULL));
  g_chmod (path, 0600);
  g_assert_null (hs_keys_sign (self->catalog, NULL, (const guint8 *) "x", 1, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
}

static void
test_trust (Fixture *self, gconstpointer data)
{
  g_autofree char *key = create (self, "anna");
  g_autofree char *path = g_build_filename (self->folder, "anna.pub", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);
  g_autofree char *trusted = NULL;
  g_autofree char *upper = g_ascii_strup (key, -1);
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_keys_export (self->catalog, "anna", folder, &error));
  g_assert_true (hs_keys_distrust (self->catalog, key, "a trial", &error));
  g_assert_false (hs_keys_distrust (self->catalog, key, "", &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  trusted = hs_keys_trust (self->catalog, path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (trusted, ==, key);
  keys = hs_catalog_list_keys (self->catalog, &error);
  g_assert_cmpuint (keys->len, ==, 1);
  g_assert_cmpstr (((HsKey *) g_ptr_array_index (keys, 0))->name, ==, "anna");
  g_assert_true (((HsKey *) g_ptr_array_index (keys, 0))->trusted);

  g_free (g_steal_pointer (&trusted));
  trusted = hs_keys_trust (self->catalog, upper, "anna-2", &error);
  g_assert_cmpstr (trusted, ==, key);
  g_assert_null (hs_keys_trust (self->catalog, "no such file", NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
  g_clear_error (&error);
  g_assert_null (hs_keys_trust (self->catalog, self->path, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_KEY);
}

static void
test_required (Fixture *self, gconstpointer data)
{
  g_assert_false (hs_keys_get_required (self->catalog));
  g_assert_true (hs_keys_set_required (self->catalog, TRUE, NULL));
  g_assert_true (hs_keys_get_required (self->catalog));
  fixture_reopen (self);
  g_assert_true (hs_keys_get_required (self->catalog));
  g_assert_true (hs_keys_set_required (self->catalog, FALSE, NULL));
  g_assert_false (hs_keys_get_required (self->catalog));
}

/* Whether a signature is required can't be told any more: then it is. */
static void
test_unreadable (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDatabase) database = hs_database_open (self->path, HS_DATABASE_FAST, &error);
  gboolean required = FALSE;

  g_assert_no_error (error);
  g_assert_true (hs_release_check_policy (self->catalog, &error));
  g_assert_true (hs_database_exec (database, "ALTER TABLE policy RENAME TO gone", &error));
  g_assert_false (hs_release_check_policy (self->catalog, &error));
  g_assert_true (error != NULL && error->domain == HS_STORE_ERROR);
  g_clear_error (&error);
  g_assert_false (hs_keys_read_required (self->catalog, &required, NULL));
  g_assert_true (required);
  g_assert_true (hs_keys_get_required (self->catalog));
}

int
main (int argc, char *argv[])
{
  static const struct {
    const char *path;
    void (*test) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/keys/create", test_create },     { "/keys/names", test_names },
    { "/keys/sign", test_sign },         { "/keys/which-key", test_which_key },
    { "/keys/spoilt", test_spoilt },     { "/keys/trust", test_trust },
    { "/keys/required", test_required }, { "/keys/unreadable", test_unreadable },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, fixture_set_up, tests[i].test, fixture_tear_down);
  return g_test_run ();
}
