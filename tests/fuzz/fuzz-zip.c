/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/import.h"
#include "tests/fuzz/fuzz.h"
#include "tests/image-files.h"

/* A zip of the cloud build, from wherever. The checksums of its entries are put right, where they
 * stand where they are expected, so that the entries are read. */
static void
mend_checksums (guint8 *bytes, gsize size)
{
  for (gsize at = 0; at + 30 <= size; at++) {
    guint name, extra;
    guint32 length, crc;

    if (memcmp (bytes + at, "PK\x03\x04", 4) != 0)
      continue;
    name = bytes[at + 26] | bytes[at + 27] << 8;
    extra = bytes[at + 28] | bytes[at + 29] << 8;
    length = bytes[at + 18] | bytes[at + 19] << 8 | bytes[at + 20] << 16 |
             (guint32) bytes[at + 21] << 24;
    if (bytes[at + 8] != 0 || (guint64) at + 30 + name + extra + length > size)
      continue;
    crc = ~crc_of (bytes + at + 30 + name + extra, length);
    for (guint i = 0; i < 4; i++)
      bytes[at + 14 + i] = crc >> 8 * i;
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCatalog) catalog = NULL;
  g_autoptr (HsImport) import = NULL;

  /* Nothing of it is written before the import is finished. */
  catalog = g_object_new (HS_TYPE_CATALOG, NULL);
  import = hs_import_new (catalog);
  if (copy != NULL)
    mend_checksums (copy, size);
  path = fuzz_write_file ("firmware_OPENMV4.zip", copy, size);
  if (!hs_import_add_zip (import, path, size % 2 ? "OPENMV4" : NULL, &error))
    g_assert_nonnull (error);
  return 0;
}

static void
put_entry (GByteArray *zip, GByteArray *directory, const char *name, GBytes *content)
{
  guint32 size = g_bytes_get_size (content);
  guint32 crc = ~crc_of (g_bytes_get_data (content, NULL), size);
  guint32 at = zip->len;

  put (zip, 0x04034B50, 4);
  put (zip, 20, 2);
  put (zip, 0, 8);
  put (zip, crc, 4);
  put (zip, size, 4);
  put (zip, size, 4);
  put (zip, strlen (name), 2);
  put (zip, 0, 2);
  g_byte_array_append (zip, (const guint8 *) name, strlen (name));
  put_bytes (zip, content);

  put (directory, 0x02014B50, 4);
  put (directory, 20, 2);
  put (directory, 20, 2);
  put (directory, 0, 8);
  put (directory, crc, 4);
  put (directory, size, 4);
  put (directory, size, 4);
  put (directory, strlen (name), 2);
  put (directory, 0, 8);
  put (directory, 0, 4);
  put (directory, at, 4);
  g_byte_array_append (directory, (const guint8 *) name, strlen (name));
}

static GBytes *
make_zip (const char *folder)
{
  GByteArray *zip = g_byte_array_new ();
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  g_autoptr (GBytes) code = firmware ("OPENMV4", HS_ROLE_FIRMWARE, "v5");
  g_autoptr (GBytes) romfs = hs_sample_romfs (1, 300);
  g_autoptr (GBytes) stamp = g_bytes_new (NULL, 0);
  g_autofree char *names[] = { g_strconcat (folder, "firmware.bin", NULL),
                               g_strconcat (folder, "romfs0.img", NULL),
                               g_strconcat (folder, "romfs.stamp", NULL) };
  guint32 at;

  put_entry (zip, directory, names[0], code);
  put_entry (zip, directory, names[1], romfs);
  put_entry (zip, directory, names[2], stamp);
  at = zip->len;
  g_byte_array_append (zip, directory->data, directory->len);
  put (zip, 0x06054B50, 4);
  put (zip, 0, 4);
  put (zip, 3, 2);
  put (zip, 3, 2);
  put (zip, directory->len, 4);
  put (zip, at, 4);
  put (zip, 0, 2);
  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    g_free (names[i]);
  return g_byte_array_free_to_bytes (zip);
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  g_ptr_array_add (seeds, make_zip (""));
  g_ptr_array_add (seeds, make_zip ("OPENMV4/"));
  g_ptr_array_add (seeds, make_zip ("build/OPENMV4/bin/"));
}
