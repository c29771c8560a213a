/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/romfs.h"
#include "flash/sim/sample-image.h"
#include "tests/fuzz/fuzz.h"

/* An image from a camera or from anywhere: what can be read of it can be packed and read again. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) image = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRomfs) romfs = hs_romfs_parse (image, &error);
  g_autoptr (HsRomfs) again = NULL;
  g_autoptr (GBytes) packed = NULL;
  gsize bytes = 0;

  g_assert_true ((romfs == NULL) == (error != NULL));
  if (romfs == NULL)
    return 0;
  for (guint i = 0; i < hs_romfs_get_n_files (romfs); i++) {
    const HsRomfsFile *file = hs_romfs_get_file (romfs, i);

    g_assert_nonnull (hs_romfs_find (romfs, file->name));
    g_assert_true (g_bytes_get_size (file->bytes) <= size);
    bytes += g_bytes_get_size (file->bytes);
  }
  /* Data pointers may show the same bytes in many files: not packed then. */
  if (bytes > size)
    return 0;
  packed = hs_romfs_pack (romfs, 0, &error);
  if (packed == NULL)
    return 0;
  g_assert_cmpuint (g_bytes_get_size (packed), ==, hs_romfs_get_size (romfs));
  again = hs_romfs_parse (packed, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_romfs_get_n_files (again), ==, hs_romfs_get_n_files (romfs));
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  static const guint8 folders[] = { 0xD2, 0xCD, 0x31, 0x17, 0x04, 0x0F, 0x03, 'l',  'i',  'b',
                                    0x05, 0x09, 0x04, 'a',  '.',  'p',  'y',  0x02, 0x02, '1',
                                    '\n', 0x01, 0x02, 0x00, 0x00, 0x03, 0x02, 0x01, 0x02 };

  g_ptr_array_add (seeds, hs_sample_romfs (1, 300));
  g_ptr_array_add (seeds, hs_sample_romfs (2, 4000));
  g_ptr_array_add (seeds, g_bytes_new_static (folders, sizeof folders));
  g_ptr_array_add (seeds,
                   g_bytes_new_static ("\xD2\xCD\x31\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
                                       "\x80\x80\x00",
                                       16));
}
