/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/source.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define SIZE 100000

static GBytes *
make_bytes (void)
{
  guint8 *data = g_malloc (SIZE);

  for (guint i = 0; i < SIZE; i++)
    data[i] = i * 31 + i / 256;
  return g_bytes_new_take (data, SIZE);
}

/* (transfer full); the file is named in @path until it is removed */
static HsSource *
open_file (GBytes *bytes, char **path)
{
  int fd = g_file_open_tmp ("hotshoe-source-XXXXXX", path, NULL);

  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_true (g_file_set_contents (*path, g_bytes_get_data (bytes, NULL), SIZE, NULL));
  fd = g_open (*path, O_RDONLY | O_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  return hs_source_new_file (fd, SIZE);
}

static void
assert_gives (HsSource *source, GBytes *bytes)
{
  static const guint offsets[] = { 0, 1, 4095, 4096, 65536, SIZE - 1, SIZE };
  g_autofree guint8 *data = g_malloc (SIZE);
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (hs_source_get_size (source), ==, SIZE);
  for (guint i = 0; i < G_N_ELEMENTS (offsets); i++) {
    gsize length = MIN (SIZE - offsets[i], 7000);

    g_assert_true (hs_source_read (source, offsets[i], data, length, &error));
    g_assert_no_error (error);
    g_assert_cmpmem (
        data, length, (const guint8 *) g_bytes_get_data (bytes, NULL) + offsets[i], length);
  }
  whole = hs_source_dup_bytes (source, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (whole, bytes));
}

static void
test_bytes (void)
{
  g_autoptr (GBytes) bytes = make_bytes ();
  g_autoptr (HsSource) source = hs_source_new_bytes (bytes);
  g_autoptr (HsSource) again = hs_source_ref (source);

  assert_gives (again, bytes);
}

static void
test_fill (void)
{
  g_autofree guint8 *data = g_malloc (SIZE);
  g_autoptr (HsSource) source = hs_source_new_fill (0xa5, SIZE);
  g_autoptr (GBytes) bytes = NULL;

  memset (data, 0xa5, SIZE);
  bytes = g_bytes_new_take (g_steal_pointer (&data), SIZE);
  assert_gives (source, bytes);
}

/* Its name may go; its bytes stay. */
static void
test_file (void)
{
  g_autoptr (GBytes) bytes = make_bytes ();
  g_autofree char *path = NULL;
  g_autoptr (HsSource) source = open_file (bytes, &path);

  assert_gives (source, bytes);
  g_unlink (path);
  assert_gives (source, bytes);
}

static gpointer
read_thread (gpointer data)
{
  HsSource *source = data;
  g_autoptr (GBytes) bytes = make_bytes ();

  for (guint i = 0; i < 20; i++)
    assert_gives (source, bytes);
  return NULL;
}

/* No reader moves another one's place. */
static void
test_many_readers (void)
{
  g_autoptr (GBytes) bytes = make_bytes ();
  g_autofree char *path = NULL;
  g_autoptr (HsSource) source = open_file (bytes, &path);
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("reader", read_thread, source);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_unlink (path);
}

/* Cut while it is in use: an error, not a signal, not old bytes. */
static void
test_cut (void)
{
  g_autoptr (GBytes) bytes = make_bytes ();
  g_autofree char *path = NULL;
  g_autoptr (HsSource) source = open_file (bytes, &path);
  g_autofree guint8 *data = g_malloc (SIZE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) whole_error = NULL;

  assert_gives (source, bytes);
  g_assert_cmpint (truncate (path, 50000), ==, 0);
  g_assert_true (hs_source_read (source, 49990, data, 10, NULL));
  g_assert_false (hs_source_read (source, 49990, data, 11, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_assert_null (hs_source_dup_bytes (source, &whole_error));
  g_assert_error (whole_error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/bytes", test_bytes);
  g_test_add_func ("/source/fill", test_fill);
  g_test_add_func ("/source/file", test_file);
  g_test_add_func ("/source/many-readers", test_many_readers);
  g_test_add_func ("/source/cut", test_cut);
  return g_test_run ();
}
