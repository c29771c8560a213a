/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/debug-config.h"

#include "app/app-error.h"

#include <elf.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Firmware has some hundred sections and some ten thousand symbols. */
#define MOST_SECTIONS 4096
#define MOST_SYMBOLS  2000000
#define MOST_NAME     512

/* An ELF of which nothing is believed: every place is looked at before it is read. */
typedef struct {
  const guint8 *data;
  gsize length;
  guint64 sections; /* offset of the table */
  guint n_sections;
  guint stride;
  guint names; /* index of the section with names */
} Elf;

void
hs_elf_section_free (HsElfSection *self)
{
  g_free (self->name);
  g_free (self);
}

void
hs_elf_symbol_free (HsElfSymbol *self)
{
  g_free (self->name);
  g_free (self);
}

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (
      error, HS_APP_ERROR, HS_APP_ERROR_NOTHING, _ ("This is no ELF that can be read: %s."), what);
  return FALSE;
}

static guint
half (const Elf *self, guint64 at)
{
  return self->data[at] | self->data[at + 1] << 8;
}

static guint32
word (const Elf *self, guint64 at)
{
  return half (self, at) | (guint32) half (self, at + 2) << 16;
}

static gboolean
is_inside (const Elf *self, guint64 at, guint64 length)
{
  return at <= self->length && length <= self->length - at;
}

static gboolean
elf_open (Elf *self, GBytes *bytes, GError **error)
{
  self->data = g_bytes_get_data (bytes, &self->length);
  if (self->length < sizeof (Elf32_Ehdr) || memcmp (self->data, ELFMAG, SELFMAG) != 0)
    return fail (error, _ ("it does not begin as one"));
  if (self->data[EI_CLASS] != ELFCLASS32 || self->data[EI_DATA] != ELFDATA2LSB)
    return fail (error, _ ("it is not for a 32-bit chip"));

  self->sections = word (self, G_STRUCT_OFFSET (Elf32_Ehdr, e_shoff));
  self->stride = half (self, G_STRUCT_OFFSET (Elf32_Ehdr, e_shentsize));
  self->n_sections = half (self, G_STRUCT_OFFSET (Elf32_Ehdr, e_shnum));
  self->names = half (self, G_STRUCT_OFFSET (Elf32_Ehdr, e_shstrndx));
  if (self->n_sections > MOST_SECTIONS || self->stride < sizeof (Elf32_Shdr) ||
      self->names >= self->n_sections ||
      !is_inside (self, self->sections, (guint64) self->n_sections * self->stride))
    return fail (error, _ ("its table of sections is not in it"));
  return TRUE;
}

static Elf32_Shdr
read_section (const Elf *self, guint n)
{
  guint64 at = self->sections + (guint64) n * self->stride;

  return (Elf32_Shdr){
    .sh_name = word (self, at),
    .sh_type = word (self, at + 4),
    .sh_flags = word (self, at + 8),
    .sh_addr = word (self, at + 12),
    .sh_offset = word (self, at + 16),
    .sh_size = word (self, at + 20),
    .sh_link = word (self, at + 24),
    .sh_entsize = word (self, at + 36),
  };
}

/* A name at @offset of the section @table; "" if it is none. (transfer full) */
static char *
dup_name (const Elf *self, guint table, guint32 offset)
{
  Elf32_Shdr section;
  const char *start;
  g_autofree char *name = NULL;

  if (table >= self->n_sections)
    return g_strdup ("");
  section = read_section (self, table);
  if (section.sh_type != SHT_STRTAB || !is_inside (self, section.sh_offset, section.sh_size) ||
      offset >= section.sh_size)
    return g_strdup ("");
  start = (const char *) self->data + section.sh_offset + offset;
  name = g_strndup (start, MIN (section.sh_size - offset, MOST_NAME));
  return g_utf8_make_valid (name, -1);
}

static gboolean
takes_memory (const Elf32_Shdr *section)
{
  return (section->sh_flags & SHF_ALLOC) != 0 && section->sh_size > 0;
}

/**
 * hs_elf_sections:
 * @elf: any bytes
 * @error: %HS_APP_ERROR_NOTHING
 *
 * Returns: (transfer full) (element-type HsElfSection): what takes memory on the chip, in the
 * file's order
 */
GPtrArray *
hs_elf_sections (GBytes *elf, GError **error)
{
  g_autoptr (GPtrArray) sections =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_elf_section_free);
  Elf self;

  if (!elf_open (&self, elf, error))
    return NULL;
  for (guint i = 0; i < self.n_sections; i++) {
    Elf32_Shdr section = read_section (&self, i);
    HsElfSection *found;

    if (!takes_memory (&section))
      continue;
    found = g_new0 (HsElfSection, 1);
    found->name = dup_name (&self, self.names, section.sh_name);
    found->address = section.sh_addr;
    found->size = section.sh_size;
    found->in_file = section.sh_type != SHT_NOBITS;
    g_ptr_array_add (sections, found);
  }
  return g_steal_pointer (&sections);
}

static const Elf32_Shdr *
find_symbols (const Elf *self, Elf32_Shdr *found)
{
  for (guint i = 0; i < self->n_sections; i++) {
    *found = read_section (self, i);
    if (found->sh_type == SHT_SYMTAB && found->sh_entsize >= sizeof (Elf32_Sym) &&
        is_inside (self, found->sh_offset, found->sh_size))
      return found;
  }
  return NULL;
}

typedef struct {
  guint32 name, address, size;
} Symbol;

static int
compare_symbols (gconstpointer a, gconstpointer b)
{
  const Symbol *left = a, *right = b;

  if (left->size != right->size)
    return left->size < right->size ? 1 : -1;
  return left->address < right->address ? -1 : left->address > right->address;
}

/* Functions and data; the linker's marks have no size. */
static GArray *
read_symbols (const Elf *self, const Elf32_Shdr *table)
{
  GArray *symbols = g_array_new (FALSE, FALSE, sizeof (Symbol));
  guint n = MIN (table->sh_size / table->sh_entsize, MOST_SYMBOLS);

  for (guint i = 0; i < n; i++) {
    guint64 at = table->sh_offset + (guint64) i * table->sh_entsize;
    guint type = self->data[at + 12] & 0xF;
    Symbol symbol = { word (self, at), word (self, at + 4), word (self, at + 8) };

    if ((type == STT_OBJECT || type == STT_FUNC) && symbol.size > 0)
      g_array_append_val (symbols, symbol);
  }
  g_array_sort (symbols, compare_symbols);
  return symbols;
}

/**
 * hs_elf_biggest:
 * @elf: any bytes
 * @most: how many
 * @error: %HS_APP_ERROR_NOTHING
 *
 * Returns: (transfer full) (element-type HsElfSymbol): the biggest functions and data, the biggest
 * first; none if it was stripped
 */
GPtrArray *
hs_elf_biggest (GBytes *elf, guint most, GError **error)
{
  g_autoptr (GPtrArray) biggest =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_elf_symbol_free);
  g_autoptr (GArray) symbols = NULL;
  Elf32_Shdr table;
  Elf self;

  if (!elf_open (&self, elf, error))
    return NULL;
  if (find_symbols (&self, &table) == NULL)
    return g_steal_pointer (&biggest);
  symbols = read_symbols (&self, &table);
  for (guint i = 0; i < MIN (most, symbols->len); i++) {
    const Symbol *symbol = &g_array_index (symbols, Symbol, i);
    HsElfSymbol *found = g_new0 (HsElfSymbol, 1);

    found->name = dup_name (&self, table.sh_link, symbol->name);
    found->address = symbol->address;
    found->size = symbol->size;
    g_ptr_array_add (biggest, found);
  }
  return g_steal_pointer (&biggest);
}
