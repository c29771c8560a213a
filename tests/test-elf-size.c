/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/debug-config.h"

#include <elf.h>
#include <string.h>

/* Sections: none, .text, .bss, .symtab, .strtab, .shstrtab */
enum {
  N_SECTIONS = 6,
  AT_TEXT = 64,
  AT_SYMBOLS = 128,
  AT_STRINGS = 256,
  AT_NAMES = 320,
  AT_TABLE = 400
};

static GBytes *
make_elf (void)
{
  static const char names[] = "\0.text\0.bss\0.symtab\0.strtab\0.shstrtab";
  static const char strings[] = "\0main\0frame_buffer";
  g_autofree guint8 *data = g_malloc0 (AT_TABLE + N_SECTIONS * sizeof (Elf32_Shdr));
  Elf32_Ehdr *header = (Elf32_Ehdr *) data;
  Elf32_Sym *symbols = (Elf32_Sym *) (data + AT_SYMBOLS);
  Elf32_Shdr *sections = (Elf32_Shdr *) (data + AT_TABLE);

  memcpy (header->e_ident, ELFMAG "\1\1\1", 7);
  header->e_machine = EM_ARM;
  header->e_shoff = AT_TABLE;
  header->e_shentsize = sizeof (Elf32_Shdr);
  header->e_shnum = N_SECTIONS;
  header->e_shstrndx = 5;
  memcpy (data + AT_NAMES, names, sizeof names);
  memcpy (data + AT_STRINGS, strings, sizeof strings);
  symbols[1] =
      (Elf32_Sym){ .st_name = 1, .st_value = 0x8040001, .st_size = 20, .st_info = STT_FUNC };
  symbols[2] =
      (Elf32_Sym){ .st_name = 6, .st_value = 0x20000000, .st_size = 4096, .st_info = STT_OBJECT };
  sections[1] = (Elf32_Shdr){ 1, SHT_PROGBITS, SHF_ALLOC, 0x8040000, AT_TEXT, 32, 0, 0, 4, 0 };
  sections[2] = (Elf32_Shdr){ 7, SHT_NOBITS, SHF_ALLOC, 0x20000000, 0, 4096, 0, 0, 4, 0 };
  sections[3] = (Elf32_Shdr){ 12, SHT_SYMTAB,        0, 0, AT_SYMBOLS, 3 * sizeof (Elf32_Sym), 4, 0,
                              4,  sizeof (Elf32_Sym) };
  sections[4] = (Elf32_Shdr){ 20, SHT_STRTAB, 0, 0, AT_STRINGS, sizeof strings, 0, 0, 1, 0 };
  sections[5] = (Elf32_Shdr){ 28, SHT_STRTAB, 0, 0, AT_NAMES, sizeof names, 0, 0, 1, 0 };
  return g_bytes_new (data, AT_TABLE + N_SECTIONS * sizeof (Elf32_Shdr));
}

static void
test_read (void)
{
  g_autoptr (GBytes) elf = make_elf ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) sections = hs_elf_sections (elf, &error);
  g_autoptr (GPtrArray) biggest = hs_elf_biggest (elf, 10, &error);
  const HsElfSection *section;
  const HsElfSymbol *symbol;

  g_assert_no_error (error);
  g_assert_cmpuint (sections->len, ==, 2);
  section = sections->pdata[0];
  g_assert_cmpstr (section->name, ==, ".text");
  g_assert_cmpuint (section->size, ==, 32);
  g_assert_true (section->in_file);
  section = sections->pdata[1];
  g_assert_cmpstr (section->name, ==, ".bss");
  g_assert_false (section->in_file);

  g_assert_cmpuint (biggest->len, ==, 2);
  symbol = biggest->pdata[0];
  g_assert_cmpstr (symbol->name, ==, "frame_buffer");
  g_assert_cmpuint (symbol->size, ==, 4096);
}

/* Every cut, and every byte changed: never more than an error. */
static void
test_hostile (void)
{
  g_autoptr (GBytes) elf = make_elf ();
  gsize length;
  const guint8 *data = g_bytes_get_data (elf, &length);

  for (gsize i = 0; i <= length; i++) {
    g_autofree guint8 *copy = g_memdup2 (data, MAX (length, 1));
    g_autoptr (GBytes) cut = g_bytes_new (data, i);
    g_autoptr (GBytes) changed = NULL;
    g_autoptr (GPtrArray) a = hs_elf_sections (cut, NULL);
    g_autoptr (GPtrArray) b = hs_elf_biggest (cut, 5, NULL);
    g_autoptr (GPtrArray) c = NULL;
    g_autoptr (GPtrArray) d = NULL;

    copy[i % length] = 0xFF;
    changed = g_bytes_new_take (g_steal_pointer (&copy), length);
    c = hs_elf_sections (changed, NULL);
    d = hs_elf_biggest (changed, 5, NULL);
    g_assert_true (i == length || a == NULL);
  }
}

static void
test_other (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("no elf", 6);
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_elf_sections (text, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOTHING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/elf-size/read", test_read);
  g_test_add_func ("/elf-size/hostile", test_hostile);
  g_test_add_func ("/elf-size/other", test_other);
  return g_test_run ();
}
