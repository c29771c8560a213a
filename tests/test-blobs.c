/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/blobs.h"

#include "store/catalog.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define SHA256_OF_ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

typedef struct {
  char *folder;
  HsBlobs *blobs;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *blobs = NULL;

  self->folder = g_dir_make_tmp ("hotshoe-blobs-XXXXXX", NULL);
  blobs = g_build_filename (self->folder, "blobs", NULL);
  self->blobs = hs_blobs_new (blobs);
}

/* Files under @path; removes them if asked. */
static guint
walk (const char *path, gboolean delete)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = folder == NULL ? 1 : 0;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    n += walk (child, delete);
  }
  if (delete)
    g_remove (path);
  return n;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  hs_blobs_free (self->blobs);
  walk (self->folder, TRUE);
  g_free (self->folder);
}

static char *
path_of_abc (Fixture *self)
{
  return g_build_filename (self->folder, "blobs", "ba", SHA256_OF_ABC + 2, NULL);
}

static void
test_kept_once (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);
  g_autoptr (GError) error = NULL;
  g_autofree char *first = hs_blobs_put (self->blobs, abc, &error);
  g_autofree char *second = hs_blobs_put (self->blobs, abc, &error);
  g_autofree char *source = g_build_filename (self->folder, "source", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (source);
  g_autofree char *third = NULL;
  g_autofree char *path = path_of_abc (self);
  g_autoptr (GBytes) back = NULL;
  guint64 size = 0;
  GStatBuf info;

  g_file_set_contents (source, "abc", 3, NULL);
  third = hs_blobs_put_file (self->blobs, file, &size, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (first, ==, SHA256_OF_ABC);
  g_assert_cmpstr (second, ==, SHA256_OF_ABC);
  g_assert_cmpstr (third, ==, SHA256_OF_ABC);
  g_assert_cmpuint (size, ==, 3);
  g_assert_cmpuint (walk (self->folder, FALSE), ==, 2);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0077, ==, 0);
  g_assert_true (hs_blobs_has (self->blobs, SHA256_OF_ABC));
  back = hs_blobs_get (self->blobs, SHA256_OF_ABC, &error);
  g_assert_true (g_bytes_equal (back, abc));
}

static void
test_altered (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) abc = g_bytes_new_static ("abc", 3);
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = hs_blobs_put (self->blobs, abc, NULL);
  g_autofree char *path = path_of_abc (self);
  g_autofree char *again = NULL;
  g_autoptr (GBytes) back = NULL;

  g_file_set_contents (path, "abd", 3, NULL);
  g_assert_null (hs_blobs_get (self->blobs, sha256, &error));
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_ALTERED);

  /* Importing again heals it. */
  again = hs_blobs_put (self->blobs, abc, NULL);
  back = hs_blobs_get (self->blobs, again, NULL);
  g_assert_nonnull (back);
}

static void
test_missing (Fixture *self, gconstpointer data)
{
  static const char *const names[] = { SHA256_OF_ABC, "ba", "../../../etc/passwd", "" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (hs_blobs_has (self->blobs, names[i]));
    g_assert_null (hs_blobs_get (self->blobs, names[i], &error));
    g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_NOT_FOUND);
  }
}

/* The kernel refuses to make a file larger, as it does on a full disk. */
static void
test_full (Fixture *self, gconstpointer data)
{
  g_autofree guint8 *zeros = g_malloc0 (1024 * 1024);
  g_autoptr (GBytes) large = g_bytes_new (zeros, 1024 * 1024);
  g_autoptr (GError) error = NULL;
  struct rlimit limit, tight;
  g_autofree char *sha256 = NULL;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &limit);
  tight = limit;
  tight.rlim_cur = 500 * 1024;
  setrlimit (RLIMIT_FSIZE, &tight);
  g_assert_null (hs_blobs_put (self->blobs, large, &error));
  setrlimit (RLIMIT_FSIZE, &limit);
  g_assert_error (error, HS_STORE_ERROR, HS_STORE_ERROR_FULL);
  g_assert_cmpuint (walk (self->folder, FALSE), ==, 0);

  sha256 = hs_blobs_put (self->blobs, large, NULL);
  g_assert_nonnull (sha256);
}

/* What a killed process left is removed once it is surely nobody's. */
static void
test_tidy (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "blobs", NULL);
  g_autofree char *old = g_build_filename (folder, "tmp-old", NULL);
  g_autofree char *new = g_build_filename (folder, "tmp-new", NULL);
  const struct timespec times[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };

  g_mkdir (folder, 0700);
  g_file_set_contents (old, "x", 1, NULL);
  g_file_set_contents (new, "x", 1, NULL);
  g_assert_cmpint (utimensat (AT_FDCWD, old, times, 0), ==, 0);
  hs_blobs_tidy (self->blobs);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (new, G_FILE_TEST_EXISTS));
}

#define BLOBS_TEST(name, func) g_test_add ("/blobs/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  BLOBS_TEST ("kept-once", test_kept_once);
  BLOBS_TEST ("altered", test_altered);
  BLOBS_TEST ("missing", test_missing);
  BLOBS_TEST ("full", test_full);
  BLOBS_TEST ("tidy", test_tidy);
  return g_test_run ();
}
