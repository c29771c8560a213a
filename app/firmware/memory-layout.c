/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/features.h"

#include "app/app-error.h"
#include "app/firmware/board-file.h"
#include "app/firmware/macro-lines.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define KB         1024
#define MOST_HEAPS 8
#define HEAP       "OMV_GC_BLOCK"
#define OTHER_CORE "HE:" /* before blocks and regions of the second core */

/* What the linker scripts make of OMV_<NAME>_SIZE; read in common.ld.S of both generations and in
 * tools/gen_linker.py. */
typedef struct {
  const char *name;   /* without digits at its end */
  const char *what;   /* N_() */
  const char *region; /* whose _MEMORY says where it lies; NULL: its own */
  gboolean movable;
  guint alignment; /* bytes */
} Kind;

static const char dma[] = "OMV_DMA";

/* clang-format off */
static const Kind kinds[] = {
  { "OMV_FB", N_ ("frame buffer"), NULL, TRUE, 4 },
  { "OMV_FB_ALLOC", N_ ("working memory of the image library"), "OMV_FB", TRUE, 4 },
  { "OMV_FB_OVERLAY", N_ ("fast working memory of the image library"), NULL, TRUE, 4 },
  { "OMV_UMA_BLOCK", N_ ("frame buffers and working memory"), NULL, TRUE, 32 },
  { HEAP, N_ ("heap of MicroPython"), NULL, TRUE, 4 },
  { "OMV_JPEG", N_ ("JPEG buffer for the host"), NULL, TRUE, 4 },
  { "OMV_SB", N_ ("stream buffer for the host"), NULL, TRUE, 32 },
  { "OMV_STACK", N_ ("stack"), NULL, TRUE, 8 },
  { "OMV_HEAP", N_ ("heap of the C library"), NULL, TRUE, 4 },
  { "OMV_VOSPI", N_ ("buffer of the thermal camera"), NULL, FALSE, 4 },
  { "OMV_GPU", N_ ("memory of the GPU"), NULL, FALSE, 16 },
  { "OMV_OPENAMP", N_ ("shared with the other core"), NULL, FALSE, 32 },
  { "OMV_CORE1", N_ ("memory of the other core"), NULL, FALSE, 32 },
  { "OMV_CM4_BOOT", N_ ("start of the other core"), NULL, FALSE, 32 },
  { "OMV_LINE_BUF", N_ ("buffer for lines of an image"), dma, FALSE, 32 },
  { "OMV_MSC_BUF", N_ ("buffer of the USB drive"), dma, FALSE, 32 },
  { "OMV_VFS_BUF", N_ ("buffer of the filesystem"), dma, FALSE, 32 },
  { "OMV_FFS_BUF", N_ ("cache of the internal filesystem"), dma, FALSE, 32 },
};
/* clang-format on */

/* The board's header, read for one core. */
typedef struct {
  const char *text;
  GPtrArray *lines; /* HsMacroLine */
  const char *core; /* "" or OTHER_CORE */
} Header;

static void
block_free (gpointer data)
{
  HsMemoryBlock *self = data;

  g_free (self->name);
  g_free (self->region);
  g_free (self->text);
  g_free (self);
}

static void
range_free (gpointer data)
{
  HsTreeRange *self = data;

  g_free (self->name);
  g_free (self);
}

void
hs_memory_layout_free (HsMemoryLayout *self)
{
  g_ptr_array_unref (self->regions);
  g_ptr_array_unref (self->blocks);
  g_free (self);
}

/* --- reading --- */

static const Kind *
find_kind (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    gsize length = strlen (kinds[i].name);

    if (g_str_has_prefix (name, kinds[i].name) &&
        name[length + strspn (name + length, "0123456789")] == '\0' &&
        (name[length] == '\0' || g_str_has_suffix (kinds[i].name, "BLOCK")))
      return &kinds[i];
  }
  return NULL;
}

static char *
dup_value (const Header *header, const char *name, const char *ending)
{
  g_autofree char *macro = g_strconcat (name, ending, NULL);
  const HsMacroLine *line = hs_macro_lines_find (header->lines, macro);

  return line != NULL && line->value < line->value_end
             ? hs_macro_line_dup_value (line, header->text)
             : NULL;
}

static gboolean
get_number (const Header *header, const char *name, const char *ending, guint64 *number)
{
  g_autofree char *value = dup_value (header, name, ending);

  return value != NULL && hs_macro_number (header->lines, header->text, value, number);
}

/* Where a block lies: its own macro says it, else it is one of the DMA buffers, and these lie in
 * the main memory if nothing else is said. */
static char *
dup_region (const Header *header, const char *name, const Kind *kind)
{
  char *region = dup_value (header, kind->region != NULL ? kind->region : name, "_MEMORY");

  if (region == NULL)
    region = dup_value (header, dma, "_MEMORY");
  if (region == NULL)
    region = dup_value (header, "OMV_MAIN", "_MEMORY");
  return region;
}

static void
add_block (HsMemoryLayout *self, const Header *header, const HsMacroLine *line)
{
  g_autofree char *name = g_strndup (line->name, strlen (line->name) - strlen ("_SIZE"));
  const Kind *kind = find_kind (name);
  g_autofree char *region = kind != NULL ? dup_region (header, name, kind) : NULL;
  g_autofree char *text = hs_macro_line_dup_value (line, header->text);
  guint64 size;
  HsMemoryBlock *block;

  if (region == NULL || !hs_macro_number (header->lines, header->text, text, &size))
    return;
  block = g_new0 (HsMemoryBlock, 1);
  block->name = g_strconcat (header->core, name, NULL);
  block->what = kind->what;
  block->region = g_strconcat (header->core, region, NULL);
  block->size = size;
  block->text = g_steal_pointer (&text);
  block->movable = kind->movable;
  block->alignment = kind->alignment;
  block->line = line->line;
  g_ptr_array_add (self->blocks, block);
}

static void
add_region (GPtrArray *regions, const char *core, const char *name, guint64 start, guint64 length)
{
  HsTreeRange *range = g_new0 (HsTreeRange, 1);

  range->name = g_strconcat (core, name, NULL);
  range->start = start;
  range->length = length;
  range->writable = TRUE;
  g_ptr_array_add (regions, range);
}

static const HsTreeRange *
find_region (GPtrArray *regions, const char *name)
{
  for (guint i = 0; i < regions->len; i++) {
    const HsTreeRange *range = g_ptr_array_index (regions, i);

    if (g_strcmp0 (range->name, name) == 0)
      return range;
  }
  return NULL;
}

/* OMV_<REGION>_ORIGIN and _LENGTH; what is flash is none of memory. */
static void
add_regions (HsMemoryLayout *self, const Header *header)
{
  for (guint i = 0; i < header->lines->len; i++) {
    const HsMacroLine *line = g_ptr_array_index (header->lines, i);
    g_autofree char *name = NULL;
    guint64 start, length;

    if (!g_str_has_suffix (line->name, "_ORIGIN") || !g_str_has_prefix (line->name, "OMV_") ||
        hs_macro_lines_find (header->lines, line->name) != line ||
        strstr (line->name, "FLASH") != NULL || strstr (line->name, "ROMFS") != NULL ||
        strstr (line->name, "FFS") != NULL)
      continue;
    name = g_strndup (line->name, strlen (line->name) - strlen ("_ORIGIN"));
    if (get_number (header, name, "_ORIGIN", &start) &&
        get_number (header, name, "_LENGTH", &length))
      add_region (self->regions, header->core, name + strlen ("OMV_"), start, length);
  }
}

/* Boards whose memory stands in the linker script alone: as the tree says. */
static void
add_tree_regions (HsMemoryLayout *self, const HsTreeBoard *board)
{
  for (guint i = 0; i < self->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (self->blocks, i);
    const HsTreeRange *range = find_region (board->regions, block->region);

    if (range != NULL && find_region (self->regions, block->region) == NULL)
      add_region (self->regions, "", range->name, range->start, range->length);
  }
}

static gboolean
is_used (const HsMemoryLayout *self, const char *region)
{
  for (guint i = 0; i < self->blocks->len; i++)
    if (g_str_equal (((HsMemoryBlock *) g_ptr_array_index (self->blocks, i))->region, region))
      return TRUE;
  return FALSE;
}

static void
read_core (HsMemoryLayout *self, const HsBoardFile *file, const char *core, const char *given)
{
  const char *all[] = { "LINKER_SCRIPT", given, NULL };
  g_autoptr (GPtrArray) lines = hs_macro_lines_read (file->text, file->length, all);
  const Header header = { .text = file->text, .lines = lines, .core = core };

  for (guint i = 0; i < lines->len; i++) {
    const HsMacroLine *line = g_ptr_array_index (lines, i);

    if (g_str_has_suffix (line->name, "_SIZE") && hs_macro_lines_find (lines, line->name) == line)
      add_block (self, &header, line);
  }
  add_regions (self, &header);
}

/* The second core has its own sizes, and lengths of its own memories: only those it uses count. */
static void
read_cores (HsMemoryLayout *self, const HsBoardFile *file)
{
  read_core (self, file, "", "CORE_M55_HP");
  if (strstr (file->text, "CORE_M55_HP") == NULL)
    return;
  read_core (self, file, OTHER_CORE, "CORE_M55_HE");
  for (guint i = self->regions->len; i > 0; i--) {
    HsTreeRange *range = g_ptr_array_index (self->regions, i - 1);

    if (!is_used (self, range->name))
      g_ptr_array_remove_index (self->regions, i - 1);
  }
}

static HsTreeMemory
tell_family (const HsMemoryLayout *self)
{
  if (hs_memory_layout_find (self, "OMV_UMA_BLOCK0") != NULL)
    return HS_TREE_MEMORY_UMA;
  if (hs_memory_layout_find (self, "OMV_FB") != NULL)
    return HS_TREE_MEMORY_FB;
  return HS_TREE_MEMORY_NONE;
}

static HsMemoryLayout *
read_file (HsTree *tree, const char *target, HsBoardFile *file, GError **error)
{
  HsMemoryLayout *self;

  if (!hs_board_file_read (file, tree, HS_TREE_FILE_BOARD_CONFIG, target, error))
    return NULL;
  self = g_new0 (HsMemoryLayout, 1);
  self->regions = g_ptr_array_new_with_free_func (range_free);
  self->blocks = g_ptr_array_new_with_free_func (block_free);
  read_cores (self, file);
  add_tree_regions (self, hs_tree_find_board (tree, target));
  self->family = tell_family (self);
  return self;
}

HsMemoryLayout *
hs_memory_layout_read (HsTree *tree, const char *target, GError **error)
{
  g_auto (HsBoardFile) file = { 0 };

  return read_file (tree, target, &file, error);
}

guint64
hs_memory_layout_get_used (const HsMemoryLayout *self, const char *region)
{
  guint64 used = 0;

  for (guint i = 0; i < self->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (self->blocks, i);

    if (g_str_equal (block->region, region))
      used += block->size;
  }
  return used;
}

const HsMemoryBlock *
hs_memory_layout_find (const HsMemoryLayout *self, const char *name)
{
  for (guint i = 0; i < self->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (self->blocks, i);

    if (g_str_equal (block->name, name))
      return block;
  }
  return NULL;
}

guint64
hs_memory_layout_get_heap (const HsMemoryLayout *self)
{
  guint64 heap = 0;

  for (guint i = 0; i < self->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (self->blocks, i);

    if (g_str_has_prefix (block->name, HEAP))
      heap += block->size;
  }
  return heap;
}

/* --- asking --- */

gboolean
hs_memory_change_parse (char *text, HsMemoryChange *change, GError **error)
{
  char *equals = strchr (text, '=');
  char *at = equals != NULL ? strchr (equals, '@') : NULL;
  char *end = NULL;
  guint64 unit = 1;

  if (equals != NULL)
    *equals++ = '\0';
  if (at != NULL)
    *at++ = '\0';
  *change = (HsMemoryChange){ .block = text, .region = at };
  if (equals != NULL && g_ascii_isdigit (*equals))
    change->size = g_ascii_strtoull (equals, &end, 10);
  if (end != NULL && (*end == 'K' || *end == 'k' || *end == 'M' || *end == 'm')) {
    unit = g_ascii_toupper (*end) == 'K' ? KB : KB * KB;
    end++;
  }
  if (end != NULL && *end == '\0' && change->size > 0 && change->size <= 0xFFFFFFFF / unit) {
    change->size *= unit;
    return TRUE;
  }
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               _ ("“%s” is no size for a block. Write, for example, OMV_GC_BLOCK0=64K or "
                  "OMV_GC_BLOCK2=232K@SRAM0."),
               text);
  return FALSE;
}

/* --- changing --- */

static gboolean
refuse (GError **error, char *text)
{
  g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_USAGE, text);
  g_free (text);
  return FALSE;
}

/* The name of the heap block that could come next: the linker takes them without gaps. */
static char *
dup_next_heap (const HsMemoryLayout *self)
{
  for (guint n = 0; n < MOST_HEAPS; n++) {
    g_autofree char *name = g_strdup_printf (HEAP "%u", n);

    if (hs_memory_layout_find (self, name) == NULL)
      return g_steal_pointer (&name);
  }
  return NULL;
}

/* common.ld.S of the frame buffer family stops at block 4. */
static gboolean
check_new (const HsMemoryLayout *self, const HsMemoryChange *change, GError **error)
{
  g_autofree char *next = dup_next_heap (self);

  if (self->family == HS_TREE_MEMORY_FB && g_strcmp0 (next, HEAP "5") == 0)
    g_clear_pointer (&next, g_free);
  if (next == NULL || !g_str_equal (next, change->block) || g_str_equal (next, HEAP "0"))
    return refuse (
        error,
        next != NULL && !g_str_equal (next, HEAP "0")
            ? g_strdup_printf (
                  _ ("There is no block %s. A heap block may be added: %s."), change->block, next)
            : g_strdup_printf (_ ("There is no block %s."), change->block));
  if (change->region == NULL)
    return refuse (
        error,
        g_strdup_printf (_ ("Say where the new block lies: %s=SIZE@REGION."), change->block));
  return TRUE;
}

static gboolean
check_change (const HsMemoryLayout *self, const HsMemoryChange *change, GError **error)
{
  const HsMemoryBlock *block = hs_memory_layout_find (self, change->block);

  if (block == NULL && !check_new (self, change, error))
    return FALSE;
  if (block != NULL && !block->movable)
    return refuse (error,
                   g_strdup_printf (_ ("The size of %s (%s) follows from the hardware: it is not "
                                       "changed here."),
                                    block->name,
                                    _ (block->what)));
  if (change->size == 0 || change->size % KB != 0)
    return refuse (
        error, g_strdup_printf (_ ("The size of %s has to be a multiple of 1 KB."), change->block));
  if (change->region != NULL && find_region (self->regions, change->region) == NULL)
    return refuse (error, g_strdup_printf (_ ("This board has no memory %s."), change->region));
  return TRUE;
}

/* @self as it would be. */
static void
take_change (HsMemoryLayout *self, const HsMemoryChange *change)
{
  HsMemoryBlock *block = (HsMemoryBlock *) hs_memory_layout_find (self, change->block);

  if (block == NULL) {
    block = g_new0 (HsMemoryBlock, 1);
    block->name = g_strdup (change->block);
    block->what = find_kind (change->block)->what;
    block->region = g_strdup (change->region);
    g_ptr_array_add (self->blocks, block);
  } else if (change->region != NULL) {
    g_free (block->region);
    block->region = g_strdup (change->region);
  }
  block->size = change->size;
}

static gboolean
check_region (const HsMemoryLayout *self, const HsTreeRange *region, GError **error)
{
  guint64 used = hs_memory_layout_get_used (self, region->name);
  g_autoptr (GString) list = g_string_new (NULL);

  if (used <= region->length)
    return TRUE;
  for (guint i = 0; i < self->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (self->blocks, i);

    if (g_str_equal (block->region, region->name))
      g_string_append_printf (list,
                              "%s%s %" G_GUINT64_FORMAT " KB",
                              list->len > 0 ? ", " : "",
                              block->name,
                              (block->size + KB - 1) / KB);
  }
  return refuse (error,
                 g_strdup_printf (_ ("That is %" G_GUINT64_FORMAT " KB (%" G_GUINT64_FORMAT
                                     " bytes) more than %s has: %s; together %" G_GUINT64_FORMAT
                                     " of %" G_GUINT64_FORMAT " KB."),
                                  (used - region->length + KB - 1) / KB,
                                  used - region->length,
                                  region->name,
                                  list->str,
                                  (used + KB - 1) / KB,
                                  region->length / KB));
}

/* Only where something was changed: what a tree itself has is its own affair. */
static gboolean
check_all (HsMemoryLayout *self, const HsMemoryChange *changes, guint n, GError **error)
{
  for (guint i = 0; i < n; i++) {
    if (!check_change (self, &changes[i], error))
      return FALSE;
    take_change (self, &changes[i]);
  }
  for (guint i = 0; i < n; i++) {
    const HsMemoryBlock *block = hs_memory_layout_find (self, changes[i].block);
    const HsTreeRange *region = find_region (self->regions, block->region);

    if (region != NULL && !check_region (self, region, error))
      return FALSE;
  }
  return TRUE;
}

/* --- writing --- */

static void
replace_value (GString *text, const HsMacroLine *line, const char *value)
{
  gssize grown = (gssize) strlen (value) - (gssize) (line->value_end - line->value);
  gsize at = line->value + strlen (value);

  g_string_erase (text, line->value, line->value_end - line->value);
  g_string_insert (text, line->value, value);
  /* A comment behind it stays where it stands, if there is room. */
  for (; grown > 0 && text->str[at] == ' ' && text->str[at + 1] == ' '; grown--)
    g_string_erase (text, at, 1);
  for (; grown < 0 && text->str[at] == ' '; grown++)
    g_string_insert_c (text, at, ' ');
}

static gboolean
set_macro (GString *text, const char *core, const char *name, const char *value, GError **error)
{
  const char *given[] = { "LINKER_SCRIPT", *core != '\0' ? "CORE_M55_HE" : "CORE_M55_HP", NULL };
  g_autoptr (GPtrArray) lines = hs_macro_lines_read (text->str, text->len, given);
  const HsMacroLine *line = hs_macro_lines_find (lines, name);

  if (line != NULL) {
    replace_value (text, line, value);
    return TRUE;
  }
  return refuse (error, g_strdup_printf (_ ("%s does not stand in the board's header."), name));
}

/* Behind the last block of the heap, in the form of its lines. */
static void
insert_block (GString *text, const HsMemoryChange *change)
{
  g_autoptr (GPtrArray) lines = hs_macro_lines_read (text->str, text->len, NULL);
  const HsMacroLine *last = NULL;
  g_autofree char *value = NULL;
  g_autofree char *styled = NULL;
  g_autofree char *memory = g_strconcat (change->block, "_MEMORY", NULL);
  g_autofree char *size = g_strconcat (change->block, "_SIZE", NULL);
  g_autofree char *added = NULL;
  const char *end;
  int width;

  for (guint i = 0; i < lines->len; i++) {
    const HsMacroLine *line = g_ptr_array_index (lines, i);

    if (line->on && g_str_has_prefix (line->name, HEAP) && g_str_has_suffix (line->name, "_SIZE"))
      last = line;
  }
  g_assert (last != NULL); /* block 0 is there: check_new() */
  value = hs_macro_line_dup_value (last, text->str);
  styled = hs_macro_dup_styled (strpbrk (value, "KM*x") != NULL ? value : "(1K)", change->size);
  width = last->value - last->define - strlen ("#define ");
  end = text->str[last->end] == '\r' ? "\r\n" : "\n";
  added = g_strdup_printf ("%s#define %-*s%s%s#define %-*s%s",
                           end,
                           width,
                           memory,
                           change->region,
                           end,
                           width,
                           size,
                           styled);
  g_string_insert (text, last->end, added);
}

static gboolean
write_change (GString *text,
              const HsMemoryLayout *before,
              const HsMemoryChange *change,
              GError **error)
{
  const HsMemoryBlock *block = hs_memory_layout_find (before, change->block);
  const char *core = g_str_has_prefix (change->block, OTHER_CORE) ? OTHER_CORE : "";
  const char *name = change->block + strlen (core);
  g_autofree char *size = g_strconcat (name, "_SIZE", NULL);
  g_autofree char *memory = g_strconcat (name, "_MEMORY", NULL);
  g_autofree char *styled = NULL;

  if (block == NULL) {
    insert_block (text, change);
    return TRUE;
  }
  if (change->region != NULL && !g_str_equal (change->region, block->region) &&
      !set_macro (text, core, memory, change->region + strlen (core), error))
    return FALSE;
  if (change->size == block->size)
    return TRUE;
  styled = hs_macro_dup_styled (block->text, change->size);
  if (styled == NULL)
    return refuse (error,
                   g_strdup_printf (
                       _ ("%s can't be written in the form of “%s”."), change->block, block->text));
  return set_macro (text, core, size, styled, error);
}

HsTreeEdit *
hs_memory_layout_plan (HsTree *tree,
                       const char *target,
                       const HsMemoryChange *changes,
                       guint n,
                       GError **error)
{
  g_auto (HsBoardFile) file = { 0 };
  g_autoptr (HsMemoryLayout) after = read_file (tree, target, &file, error);
  g_autoptr (HsMemoryLayout) before =
      after != NULL ? hs_memory_layout_read (tree, target, error) : NULL;
  g_autofree char *title = g_strdup_printf (_ ("Change the memory of %s"), target);
  g_autoptr (GString) text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  HsTreeEdit *edit;

  if (before == NULL || !check_all (after, changes, n, error))
    return NULL;
  text = g_string_new_len (file.text, file.length);
  for (guint i = 0; i < n; i++)
    if (!write_change (text, before, &changes[i], error))
      return NULL;

  edit = hs_tree_edit_new (hs_tree_get_root (tree), title);
  bytes = g_bytes_new (text->str, text->len);
  hs_tree_edit_set (edit, file.file, bytes);
  return edit;
}
