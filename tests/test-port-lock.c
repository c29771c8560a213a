/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/port-lock.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

/* One holds, the other is told who; ports and scopes are apart; let go, it can be had again. */
static void
test_hold (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-lock-XXXXXX", NULL);
  g_autofree char *pid = g_strdup_printf ("pid %d, user %s", (int) getpid (), g_get_user_name ());
  g_autoptr (GError) error = NULL;
  g_autoptr (HsPortLock) lock = hs_port_lock_take_in (folder, NULL, "1-4.2", &error);
  g_autoptr (HsPortLock) other_port = hs_port_lock_take_in (folder, NULL, "1-4.3", &error);
  g_autoptr (HsPortLock) other_scope = hs_port_lock_take_in (folder, "/a/b", "1-4.2", &error);
  g_autoptr (HsPortLock) second = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (lock);
  g_assert_nonnull (other_port);
  g_assert_nonnull (other_scope);

  second = hs_port_lock_take_in (folder, NULL, "1-4.2", &error);
  g_assert_null (second);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  g_assert_nonnull (strstr (error->message, pid));
  g_clear_error (&error);

  g_clear_pointer (&lock, hs_port_lock_release);
  second = hs_port_lock_take_in (folder, NULL, "1-4.2", &error);
  g_assert_no_error (error);
  g_assert_nonnull (second);
  remove_folder (folder);
}

/* Whatever the umask of the first one, every user may lock the file. */
static void
test_shared (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-lock-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "hotshoe-port-__etc_1-4.lock", NULL);
  mode_t before = umask (0077);
  g_autoptr (HsPortLock) lock = hs_port_lock_take_in (folder, NULL, "//etc/1-4", NULL);
  GStatBuf info;

  umask (before);
  g_assert_nonnull (lock);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0666);
  remove_folder (folder);
}

/* A link laid in its place is not followed; a folder that isn't there is named. */
static void
test_refused (void)
{
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-lock-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "hotshoe-port-1-4.lock", NULL);
  g_autofree char *target = g_build_filename (folder, "target", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (symlink (target, path), ==, 0);
  g_assert_null (hs_port_lock_take_in (folder, NULL, "1-4", &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FAILED);
  g_assert_false (g_file_test (target, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  remove_folder (folder);

  g_assert_null (hs_port_lock_take_in (folder, NULL, "1-4", &error));
  g_assert_nonnull (strstr (error->message, folder));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/port-lock/hold", test_hold);
  g_test_add_func ("/port-lock/shared", test_shared);
  g_test_add_func ("/port-lock/refused", test_refused);
  return g_test_run ();
}
