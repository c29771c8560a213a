/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/debug-config.h"
#include "tests/fuzz/fuzz.h"
#include "tests/image-files.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) elf = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (GPtrArray) sections = hs_elf_sections (elf, &error);
  g_autoptr (GPtrArray) symbols = hs_elf_biggest (elf, 20, &why);

  g_assert_true ((sections == NULL) == (error != NULL));
  g_assert_true ((symbols == NULL) == (why != NULL));
  g_assert_true (symbols == NULL || symbols->len <= 20);
  return 0;
}

static void
put_section (GByteArray *array,
             guint name,
             guint type,
             guint at,
             guint size,
             guint link,
             guint each)
{
  const guint32 words[] = { name, type, 6, 0x08040000, at, size, link, 0, 4, each };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    put (array, words[i], 4);
}

/* Code, two symbols with their names, and names of sections. */
static GBytes *
make_small_elf (void)
{
  static const char names[] = "\0.text\0.symtab\0.strtab\0.shstrtab";
  static const char symbols[] = "\0main\0frozen";
  GByteArray *array = g_byte_array_new ();
  guint names_at = 52 + 64 + 48, symbols_at = names_at + sizeof names;
  guint table_at = symbols_at + sizeof symbols;

  g_byte_array_append (array,
                       (const guint8 *) "\x7F"
                                        "ELF\x01\x01\x01",
                       7);
  put (array, 0, 9);
  put (array, 2, 2);
  put (array, 40, 2);
  put (array, 1, 4);
  put (array, 0x08040299, 4);
  put (array, 0, 4);
  put (array, table_at, 4);
  put (array, 0x05000400, 4);
  put (array, 52, 2);
  put (array, 32, 2);
  put (array, 0, 2);
  put (array, 40, 2);
  put (array, 5, 2);
  put (array, 4, 2);
  put (array, 0, 64);
  for (guint i = 0; i < 3; i++) {
    put (array, i == 0 ? 0 : i == 1 ? 1 : 6, 4);
    put (array, 0x08040000, 4);
    put (array, i * 20, 4);
    put (array, i == 0 ? 0 : 0x00010012, 4);
  }
  g_byte_array_append (array, (const guint8 *) names, sizeof names);
  g_byte_array_append (array, (const guint8 *) symbols, sizeof symbols);
  put_section (array, 0, 0, 0, 0, 0, 0);
  put_section (array, 1, 1, 52, 64, 0, 0);
  put_section (array, 7, 2, 52 + 64, 48, 3, 16);
  put_section (array, 15, 3, symbols_at, sizeof symbols, 0, 0);
  put_section (array, 23, 3, names_at, sizeof names, 0, 0);
  return g_byte_array_free_to_bytes (array);
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("OMV4 H7 1024", 13);
  GBytes *elf = make_small_elf ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sections = hs_elf_sections (elf, &error);
  g_autoptr (GPtrArray) symbols = hs_elf_biggest (elf, 20, &error);

  g_assert_no_error (error);
  g_assert_true (sections->len > 0 && symbols->len == 2);
  g_ptr_array_add (seeds, elf);
  g_ptr_array_add (seeds, make_elf (content));
}
