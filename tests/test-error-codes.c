/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "flash/error.h"
#include "store/catalog.h"

#include <gio/gio.h>

/* The list of error codes that scripts rely on, as README documents it. */
static void
read_readme (char **text)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), "..", "README.md", NULL);
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, text, NULL, &error);
  g_assert_no_error (error);
}

static void
assert_documented (GHashTable *known, const char *readme, const char *name)
{
  g_autofree char *row = g_strdup_printf ("| `%s` |", name);

  g_test_message ("%s", name);
  g_assert_nonnull (strstr (readme, row));
  g_hash_table_add (known, g_strdup (name));
}

/* And nothing is documented that does not exist. */
static void
assert_nothing_else (GHashTable *known, const char *list)
{
  g_auto (GStrv) lines = g_strsplit (list, "\n", -1);

  for (guint i = 0; lines[i] != NULL && !g_str_has_prefix (lines[i], "## "); i++) {
    g_auto (GStrv) parts = g_strsplit (lines[i], "`", 3);

    if (!g_str_has_prefix (lines[i], "| `"))
      continue;
    g_test_message ("%s", parts[1]);
    g_assert_true (g_hash_table_contains (known, parts[1]));
  }
}

static void
test_documented (void)
{
  g_autofree char *readme = NULL;
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *list;

  read_readme (&readme);
  list = strstr (readme, "### Error codes");
  for (int code = 0; code <= HS_FLASH_ERROR_FAILED; code++)
    assert_documented (known, readme, hs_flash_error_name (code));
  for (int code = 0; code <= HS_STORE_ERROR_FAILED; code++)
    assert_documented (known, readme, hs_store_error_name (code));
  for (int code = 0; code <= HS_APP_ERROR_FAILED; code++)
    assert_documented (known, readme, hs_app_error_name (code));
  assert_documented (known, readme, "cancelled");
  assert_documented (known, readme, "no-such-file");

  g_assert_nonnull (list);
  assert_nothing_else (known, list);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error-codes/documented", test_documented);
  return g_test_run ();
}
