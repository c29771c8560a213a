/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/romfs.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- helpers --- */

static GBytes *
from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  return g_byte_array_free_to_bytes (bytes);
}

static GBytes *
count_up (gsize size)
{
  guint8 *bytes = g_malloc (size + 1);

  for (gsize i = 0; i < size; i++)
    bytes[i] = i;
  return g_bytes_new_take (bytes, size);
}

static void
add (HsRomfs *romfs, const char *name, GBytes *bytes, guint alignment)
{
  g_autoptr (GError) error = NULL;

  hs_romfs_add (romfs, name, bytes, alignment, NULL, &error);
  g_assert_no_error (error);
}

static void
add_text (HsRomfs *romfs, const char *name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  add (romfs, name, bytes, 0);
}

static void
assert_packs (HsRomfs *romfs, const char *hex)
{
  g_autoptr (GBytes) wanted = from_hex (hex);
  g_autoptr (GBytes) image = hs_romfs_pack (romfs, 0, NULL);

  g_assert_cmpmem (g_bytes_get_data (image, NULL),
                   g_bytes_get_size (image),
                   g_bytes_get_data (wanted, NULL),
                   g_bytes_get_size (wanted));
  g_assert_cmpuint (hs_romfs_get_size (romfs), ==, g_bytes_get_size (image));
}

static HsRomfs *
parse (GBytes *image)
{
  g_autoptr (GError) error = NULL;
  HsRomfs *romfs = hs_romfs_parse (image, &error);

  g_assert_no_error (error);
  return romfs;
}

static void
assert_bad (const char *hex, const char *says)
{
  g_autoptr (GBytes) image = from_hex (hex);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRomfs) romfs = hs_romfs_parse (image, &error);

  g_assert_null (romfs);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static char *
make_folder (void)
{
  char *folder = g_dir_make_tmp ("hotshoe-romfs-XXXXXX", NULL);

  g_assert_nonnull (folder);
  return folder;
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    if (g_file_test (inner, G_FILE_TEST_IS_DIR) && !g_file_test (inner, G_FILE_TEST_IS_SYMLINK))
      remove_folder (inner);
    else
      g_unlink (inner);
  }
  g_rmdir (path);
}

/* --- what the tree's tool writes --- */

static void
test_golden (void)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (HsRomfs) model = hs_romfs_new ();
  g_autoptr (GBytes) bytes = count_up (40);

  assert_packs (romfs, "d2cd3180 80808080 80808080 80808000");
  add_text (romfs, "main.py", "print(\"hi\")\n");
  assert_packs (romfs,
                "d2cd31808080808080808080808080 20 05808080808080 18 07 6d61696e2e7079 02 8080 0c"
                "7072696e74282268692229 0a");
  add_text (romfs, "labels.txt", "face\n");
  assert_packs (romfs,
                "d2cd31808080808080808080808080 3d 05808080808080 18 07 6d61696e2e7079 02 8080 0c"
                "7072696e74282268692229 0a 05808080808080 15 0a 6c6162656c732e747874 02 808080 05"
                "66616365 0a");

  add (model, "m.tflite", bytes, 16);
  assert_packs (model,
                "d2cd31808080808080808080808080 48 05808080808080 40 08 6d2e74666c697465"
                "02 80808080808080808080808080 28"
                "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627");
}

/* A sum over two files, one aligned to 32: facts of a real run of the tool. */
static void
test_golden_two (void)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GBytes) bytes = count_up (300);
  g_autoptr (GBytes) image = NULL;
  g_autofree char *sum = NULL;

  add_text (romfs, "hello.txt", "hello\n");
  add (romfs, "data.bin", bytes, 32);
  image = hs_romfs_pack (romfs, 364, NULL);
  g_assert_nonnull (image);
  sum = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, image);
  g_assert_cmpstr (sum, ==, "ebeed013b307f936ba5d1ca7edb1a366025ea1e231235d5d0c6d2882b6ba5293");
}

/* Written anew from the description of the format, with nothing of the program. */
static const char other_writer[] =
    "import sys\n"
    "def vint(n, width=1):\n"
    "    out = [n & 127]\n"
    "    n >>= 7\n"
    "    while n or len(out) < width:\n"
    "        out.append(n & 127 | 128)\n"
    "        n >>= 7\n"
    "    return bytes(reversed(out))\n"
    "def record(name, data, align, at):\n"
    "    head = bytes([len(name)]) + name + b'\\2'\n"
    "    begin = at + 8 + len(head)\n"
    "    width = len(vint(len(data)))\n"
    "    while (begin + width) % align:\n"
    "        width += 1\n"
    "    body = head + vint(len(data), width) + data\n"
    "    return b'\\5' + vint(len(body), 7) + body\n"
    "out, body = sys.argv[1], b''\n"
    "for word in sys.argv[2:]:\n"
    "    align, path = word.split(':', 1)\n"
    "    with open(path, 'rb') as stream:\n"
    "        data = stream.read()\n"
    "    body += record(path.rsplit('/', 1)[1].encode(), data, int(align), 16 + len(body))\n"
    "with open(out, 'wb') as stream:\n"
    "    stream.write(b'\\xd2\\xcd\\x31' + vint(len(body), 13) + body)\n";

static void
test_against_another_writer (void)
{
  static const gsize sizes[] = { 0, 1, 12, 127, 128, 129, 4095, 16383, 16384, 70000, 2100000 };
  static const guint alignments[] = { 4, 16, 1, 32, 64, 4, 256, 4096, 8, 2, 128 };
  g_autofree char *folder = make_folder ();
  g_autofree char *out = g_build_filename (folder, "out.img", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (HsRomfs) again = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autofree char *wanted = NULL;
  g_autoptr (GSubprocess) python = NULL;
  g_autoptr (GBytes) once_more = NULL;
  gsize length;

  g_ptr_array_add (argv, g_strdup ("python3"));
  g_ptr_array_add (argv, g_strdup ("-I"));
  g_ptr_array_add (argv, g_strdup ("-c"));
  g_ptr_array_add (argv, g_strdup (other_writer));
  g_ptr_array_add (argv, g_strdup (out));
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree char *name = g_strdup_printf ("file-%.*s.dat", (int) i + 1, "abcdefghijklmnop");
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autoptr (GBytes) bytes = count_up (sizes[i]);

    g_file_set_contents (path, g_bytes_get_data (bytes, NULL) ?: "", sizes[i], NULL);
    g_ptr_array_add (argv, g_strdup_printf ("%u:%s", alignments[i], path));
    add (romfs, name, bytes, alignments[i]);
  }
  g_ptr_array_add (argv, NULL);
  python = g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_NONE, NULL);
  g_assert_true (g_subprocess_wait_check (python, NULL, NULL));

  image = hs_romfs_pack (romfs, 0, NULL);
  g_assert_true (g_file_get_contents (out, &wanted, &length, NULL));
  g_assert_cmpmem (g_bytes_get_data (image, NULL), g_bytes_get_size (image), wanted, length);

  again = parse (image);
  once_more = hs_romfs_pack (again, 0, NULL);
  g_assert_true (g_bytes_equal (image, once_more));
  remove_folder (folder);
}

/* --- directories --- */

static void
test_directories (void)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (HsRomfs) again = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GArray) offsets = NULL;
  const char *const order[] = { "a.py", "lib/b.py", "lib/deep/c.bin", "lib/e.py", "d.txt" };

  add_text (romfs, "a.py", "a = 1\n");
  add_text (romfs, "lib/b.py", "b = 2\n");
  add_text (romfs, "d.txt", "d");
  add_text (romfs, "lib/deep/c.bin", "0123456789");
  add_text (romfs, "lib/e.py", "");
  g_assert_true (hs_romfs_set_alignment (romfs, "lib/deep/c.bin", 64));
  g_assert_false (hs_romfs_set_alignment (romfs, "lib/deep/c.bin", 48));
  image = hs_romfs_pack (romfs, 0, NULL);
  offsets = hs_romfs_dup_offsets (romfs);

  again = parse (image);
  g_assert_cmpuint (hs_romfs_get_n_files (again), ==, 5);
  for (guint i = 0; i < 5; i++) {
    const HsRomfsFile *file = hs_romfs_find (again, order[i]);
    const HsRomfsFile *mine = hs_romfs_find (romfs, order[i]);

    g_assert_nonnull (file);
    g_assert_true (g_bytes_equal (file->bytes, mine->bytes));
    for (guint k = 0; k < 5; k++)
      if (hs_romfs_get_file (romfs, k) == mine)
        g_assert_cmpuint (file->offset, ==, g_array_index (offsets, guint64, k));
  }
  g_assert_cmpuint (hs_romfs_find (again, "lib/deep/c.bin")->offset % 64, ==, 0);
  g_assert_cmpuint (hs_romfs_find (again, "lib/deep/c.bin")->alignment, <=, 64);
}

/* What MicroPython's own tool writes: a directory, no padding, and data by a pointer. */
static void
test_others_images (void)
{
  g_autoptr (GBytes) image = from_hex ("d2cd31 1f"
                                       "04 10 03 6c6962 05 0a 04 612e7079 02 03 313233"
                                       "01 01 00" /* padding */
                                       "05 06 01 62 03 02 02 0f"
                                       "7f 00"  /* a kind of later */
                                       "ffff"); /* erased flash */
  g_autoptr (HsRomfs) romfs = NULL;
  const HsRomfsFile *file;

  romfs = parse (image);
  g_assert_cmpuint (hs_romfs_get_n_files (romfs), ==, 2);
  file = hs_romfs_find (romfs, "lib/a.py");
  g_assert_cmpmem (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes), "123", 3);
  file = hs_romfs_find (romfs, "b");
  g_assert_cmpmem (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes), "12", 2);
}

/* --- editing --- */

static void
count (HsRomfs *romfs, guint *n)
{
  (*n)++;
}

static void
test_editing (void)
{
  static const char *const bad[] = { "",    "/a",   "a/",       "a//b",  "..",      "a/../b",
                                     "./a", "a\nb", "\xff\xfe", "first", "first/b", "dir" };
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GBytes) bytes = count_up (10);
  guint n = 0;

  g_signal_connect (romfs, "changed", G_CALLBACK (count), &n);
  add (romfs, "first", bytes, 0);
  add (romfs, "dir/second", bytes, 0);
  g_assert_cmpuint (n, ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (hs_romfs_add (romfs, bad[i], bytes, 0, NULL, &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
    g_clear_error (&error);
    if (!g_str_equal (bad[i], "first") && !g_str_equal (bad[i], "dir") &&
        !g_str_equal (bad[i], "first/b"))
      g_assert_false (hs_romfs_rename (romfs, "first", bad[i], &error));
  }
  g_assert_cmpuint (n, ==, 2);
  g_assert_false (hs_romfs_add (romfs, "third", bytes, 3, NULL, NULL));

  g_assert_true (hs_romfs_rename (romfs, "dir/second", "dir", NULL));
  g_assert_null (hs_romfs_find (romfs, "dir/second"));
  g_assert_true (hs_romfs_rename (romfs, "dir", "dir/second", NULL));
  g_assert_true (hs_romfs_remove (romfs, "first"));
  g_assert_false (hs_romfs_remove (romfs, "first"));
  g_assert_cmpuint (hs_romfs_get_n_files (romfs), ==, 1);
  g_assert_true (hs_romfs_remove (romfs, hs_romfs_get_file (romfs, 0)->name));
  g_assert_cmpuint (hs_romfs_get_size (romfs), ==, 16);
}

static void
test_full (void)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GBytes) bytes = count_up (1000);
  g_autoptr (GError) error = NULL;
  guint64 size;

  add (romfs, "a", bytes, 0);
  size = hs_romfs_get_size (romfs);
  g_assert_null (hs_romfs_pack (romfs, size - 1, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_ROMFS_FULL);
  g_bytes_unref (hs_romfs_pack (romfs, size, NULL));
}

static void
test_alignments (void)
{
  g_assert_cmpuint (hs_romfs_alignment_for ("a.py", NULL), ==, 4);
  g_assert_cmpuint (hs_romfs_alignment_for ("A.TFLITE", NULL), ==, 16);
  g_assert_cmpuint (hs_romfs_alignment_for ("a.tflite", "OPENMV4"), ==, 16);
  g_assert_cmpuint (hs_romfs_alignment_for ("a.tflite", "OPENMV_N6"), ==, 32);
  g_assert_cmpuint (hs_romfs_alignment_of (0x40), ==, 64);
  g_assert_cmpuint (hs_romfs_alignment_of (7), ==, 1);
  g_assert_cmpuint (hs_romfs_alignment_of (0), ==, 4096);
}

/* --- hostile images --- */

static void
test_hostile (void)
{
  assert_bad ("", "no ROMFS");
  assert_bad ("d2cd", "no ROMFS");
  assert_bad ("ffffffffffffffff", "erased");
  assert_bad ("d2cd31 80808080", "does not end");
  assert_bad ("d2cd31 05 0102", "cut off");
  assert_bad ("d2cd31 ffffffffffff7f 01", "larger");
  assert_bad ("d2cd31 02 0000", "byte 4");
  assert_bad ("d2cd31 02 0501", "longer than what it lies in");
  assert_bad ("d2cd31 04 05 02 05 61", "name");
  assert_bad ("d2cd31 04 05 02 01 61", "no data");
  assert_bad ("d2cd31 06 05 04 02 2e2e 0200", "name");
  assert_bad ("d2cd31 07 05 05 02 612f 0200", "slash");
  assert_bad ("d2cd31 07 05 05 02 6100 0200", "control");
  assert_bad ("d2cd31 06 05 04 00 020000", "name");
  assert_bad ("d2cd31 09 05 07 01 61 03 03 8100 00", "outside");
  assert_bad ("d2cd31 09 05 07 01 61 03 03 01 8100", "outside");
  assert_bad ("d2cd31 08 05 06 01 61 03 02 8080", "does not end");
}

/* Numbers that are padded for ever, folders without end, millions of records. */
static void
test_hostile_sizes (void)
{
  const gsize size = 3 * 1024 * 1024;
  g_autofree guint8 *bytes = g_malloc (size);
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  gint64 started = g_get_monotonic_time ();
  HsRomfs *romfs;

  memset (bytes, 0x80, size); /* one endless number */
  memcpy (bytes, "\xd2\xcd\x31", 3);
  image = g_bytes_new (bytes, size);
  g_assert_null (hs_romfs_parse (image, &error));
  g_clear_error (&error);
  g_clear_pointer (&image, g_bytes_unref);

  for (gsize i = 16; i + 1 < size; i += 2) { /* padding records */
    bytes[i] = 1;
    bytes[i + 1] = 0;
  }
  memcpy (bytes, "\xd2\xcd\x31\x80\x80\x80\x80\x80\x80\x80\x80\x80\x81\xbf\xff\x70", 16);
  image = g_bytes_new (bytes, size);
  romfs = hs_romfs_parse (image, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_romfs_get_n_files (romfs), ==, 0);
  g_object_unref (romfs);
  g_clear_pointer (&image, g_bytes_unref);

  for (gsize i = 16; i + 6 <= size; i += 6) /* files */
    memcpy (bytes + i, "\x05\x04\x01x\x02\x00", 6);
  memset (bytes + size - 4, 1, 4);
  image = g_bytes_new (bytes, size);
  g_assert_null (hs_romfs_parse (image, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
  g_clear_error (&error);
  g_clear_pointer (&image, g_bytes_unref);
  g_assert_cmpint (g_get_monotonic_time () - started, <, 5 * G_USEC_PER_SEC);
}

static void
test_hostile_depth (void)
{
  g_autoptr (GByteArray) inner = g_byte_array_new ();
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  guint8 head[8];

  for (guint i = 0; i < 30; i++) {
    const guint8 folder[] = { 4, inner->len + 2, 1, 'd' };

    g_byte_array_prepend (inner, folder, sizeof folder);
  }
  g_assert_cmpuint (inner->len, <, 128);
  memcpy (head, "\xd2\xcd\x31", 3);
  head[3] = inner->len;
  g_byte_array_prepend (inner, head, 4);
  image = g_bytes_new (inner->data, inner->len);
  g_assert_null (hs_romfs_parse (image, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
}

/* Every prefix of a good image, and every single bit turned: read or refused, nothing else. */
static void
test_mutations (void)
{
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GBytes) image = NULL;
  gsize size;
  const guint8 *good;

  add_text (romfs, "a.py", "a = 1\n");
  add_text (romfs, "lib/b.py", "b = 2\n");
  add_text (romfs, "lib/c/d.py", "");
  image = hs_romfs_pack (romfs, 0, NULL);
  good = g_bytes_get_data (image, &size);
  for (gsize i = 0; i < size; i++) {
    g_autoptr (GBytes) cut = g_bytes_new (good, i);

    g_assert_null (hs_romfs_parse (cut, NULL));
    for (guint bit = 0; bit < 8; bit++) {
      g_autofree guint8 *bytes = g_memdup2 (good, size);
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (HsRomfs) read = NULL;

      bytes[i] ^= 1 << bit;
      changed = g_bytes_new (bytes, size);
      read = hs_romfs_parse (changed, NULL);
      for (guint n = 0; read != NULL && n < hs_romfs_get_n_files (read); n++)
        g_assert_cmpuint (g_bytes_hash (hs_romfs_get_file (read, n)->bytes), >=, 0);
    }
  }
}

/* Twice the same name: a camera sees the first; a person sees both. */
static void
test_twice (void)
{
  g_autoptr (GBytes) image = from_hex ("d2cd31 0e 05 05 01 61 02 01 31 05 05 01 61 02 01 32");
  g_autoptr (HsRomfs) romfs = parse (image);
  g_autofree char *folder = make_folder ();
  g_autoptr (GError) error = NULL;
  const char *const names[] = { "a", NULL };

  g_assert_cmpuint (hs_romfs_get_n_files (romfs), ==, 2);
  g_assert_true (hs_romfs_find (romfs, "a") == hs_romfs_get_file (romfs, 0));
  g_assert_false (hs_romfs_extract (romfs, folder, NULL, FALSE, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
  g_assert_true (hs_romfs_extract (romfs, folder, names, FALSE, NULL, NULL));
  g_assert_true (hs_romfs_remove (romfs, "a"));
  g_assert_true (hs_romfs_find (romfs, "a") == hs_romfs_get_file (romfs, 0));
  remove_folder (folder);
}

/* --- extracting --- */

static void
assert_text (const char *folder, const char *name, const char *wanted)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, wanted);
}

static void
assert_nothing (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  g_assert_nonnull (dir);
  g_assert_null (g_dir_read_name (dir));
}

static void
test_extract (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *target = g_build_filename (folder, "out", NULL);
  g_autofree char *elsewhere = g_build_filename (folder, "elsewhere", NULL);
  g_autofree char *link = g_build_filename (target, "lib", NULL);
  g_autofree char *in_the_way = g_build_filename (target, "a.py", NULL);
  g_autofree char *inner = g_build_filename (target, "lib", "b.py", NULL);
  g_autoptr (HsRomfs) romfs = hs_romfs_new ();
  g_autoptr (GError) error = NULL;

  add_text (romfs, "lib/b.py", "b");
  add_text (romfs, "a.py", "a");
  g_assert_true (hs_romfs_extract (romfs, target, NULL, FALSE, NULL, &error));
  assert_text (target, "a.py", "a");
  assert_text (target, "lib/b.py", "b");

  g_file_set_contents (in_the_way, "mine", -1, NULL);
  g_assert_false (hs_romfs_extract (romfs, target, NULL, FALSE, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE_EXISTS);
  g_clear_error (&error);
  assert_text (target, "a.py", "mine");
  g_assert_true (hs_romfs_extract (romfs, target, NULL, TRUE, NULL, &error));
  assert_text (target, "a.py", "a");

  /* A link to elsewhere is not followed. */
  g_unlink (inner);
  g_rmdir (link);
  g_mkdir (elsewhere, 0700);
  g_assert_cmpint (symlink (elsewhere, link), ==, 0);
  g_assert_false (hs_romfs_extract (romfs, target, NULL, TRUE, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE_EXISTS);
  assert_nothing (elsewhere);
  remove_folder (folder);
}

/* A file where a folder has to be comes last: what was moved before goes again. */
static void
test_extract_all_or_nothing (void)
{
  g_autoptr (GBytes) image =
      from_hex ("d2cd31 12 05 05 01 61 02 01 31 04 09 01 61 05 05 01 62 02 01 32");
  g_autoptr (HsRomfs) romfs = parse (image);
  g_autofree char *folder = make_folder ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_false (hs_romfs_extract (romfs, folder, NULL, FALSE, NULL, &error));
  g_clear_error (&error);
  assert_nothing (folder);
  g_cancellable_cancel (cancellable);
  g_assert_false (hs_romfs_extract (romfs, folder, NULL, FALSE, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  assert_nothing (folder);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/romfs/golden", test_golden);
  g_test_add_func ("/romfs/golden-two", test_golden_two);
  g_test_add_func ("/romfs/another-writer", test_against_another_writer);
  g_test_add_func ("/romfs/directories", test_directories);
  g_test_add_func ("/romfs/others-images", test_others_images);
  g_test_add_func ("/romfs/editing", test_editing);
  g_test_add_func ("/romfs/full", test_full);
  g_test_add_func ("/romfs/alignments", test_alignments);
  g_test_add_func ("/romfs/hostile", test_hostile);
  g_test_add_func ("/romfs/hostile-sizes", test_hostile_sizes);
  g_test_add_func ("/romfs/hostile-depth", test_hostile_depth);
  g_test_add_func ("/romfs/mutations", test_mutations);
  g_test_add_func ("/romfs/twice", test_twice);
  g_test_add_func ("/romfs/extract", test_extract);
  g_test_add_func ("/romfs/all-or-nothing", test_extract_all_or_nothing);
  return g_test_run ();
}
