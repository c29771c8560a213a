/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pin.h"

#include <glib/gstdio.h>

static char *
pin_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "hotshoe", "operator-pin", NULL);
}

static void
test_none (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_pin_is_set ());
  g_assert_true (hs_pin_check (""));
  g_assert_true (hs_pin_check ("1234"));
  g_assert_true (hs_pin_set (NULL, &error)); /* nothing to remove */
  g_assert_no_error (error);
}

static void
test_set (void)
{
  g_autofree char *path = pin_path ();
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf about;

  g_assert_true (hs_pin_set ("2718", &error));
  g_assert_no_error (error);
  g_assert_true (hs_pin_is_set ());
  g_assert_true (hs_pin_check ("2718"));
  g_assert_false (hs_pin_check ("2719"));
  g_assert_false (hs_pin_check (""));
  g_assert_false (hs_pin_check ("27180"));

  g_assert_cmpint (g_stat (path, &about), ==, 0);
  g_assert_cmpint (about.st_mode & 0777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_true (g_str_has_prefix (kept, "$argon2id$"));
  g_assert_null (strstr (kept, "2718"));

  g_assert_true (hs_pin_set ("fünf", &error)); /* another one, and not only digits */
  g_assert_true (hs_pin_check ("fünf"));
  g_assert_false (hs_pin_check ("2718"));
  g_assert_true (hs_pin_set (NULL, &error));
  g_assert_false (hs_pin_is_set ());
}

/* A file that makes no sense locks; it does not open. */
static void
test_damaged (void)
{
  g_autofree char *path = pin_path ();
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_true (hs_pin_is_set ());
  g_assert_false (hs_pin_check (""));
  g_assert_true (g_file_set_contents (path, "$argon2id$rubbish", -1, NULL));
  g_assert_false (hs_pin_check ("1234"));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("hotshoe-pin-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (home, "hotshoe", NULL);
  int status;

  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pin/none", test_none);
  g_test_add_func ("/pin/set", test_set);
  g_test_add_func ("/pin/damaged", test_damaged);
  status = g_test_run ();
  g_assert_true (hs_pin_set (NULL, NULL));
  g_rmdir (folder);
  g_rmdir (home);
  return status;
}
