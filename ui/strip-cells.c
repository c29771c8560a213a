/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/strip-cells.h"

#include "app/job-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum { SLICES = 32 }; /* of a partition without erase units */

/* clang-format off */
static const struct {
  HsRole role;
  const char *name;
  const char *brief;
} short_names[] = {
  { HS_ROLE_BOOTLOADER, "BOOT",   "BOOT" },
  { HS_ROLE_FILESYSTEM, "FILES",  "FILES" },
  { HS_ROLE_STORAGE,    "STORE",  "STORE" },
  { HS_ROLE_ROMFS0,     "ROMFS0", "ROM" },
  { HS_ROLE_ROMFS1,     "ROMFS1", "ROM1" },
};

static const char *const cell_words[HS_N_CELLS] = {
  [HS_CELL_LOCKED]    = N_("locked"),
  [HS_CELL_UNTOUCHED] = N_("not touched"),
  [HS_CELL_TODO]      = N_("to do"),
  [HS_CELL_ERASING]   = N_("being erased"),
  [HS_CELL_WRITTEN]   = N_("written"),
  [HS_CELL_READ]      = N_("read"),
  [HS_CELL_READ_BACK] = N_("read back"),
  [HS_CELL_UNKNOWN]   = N_("unknown"),
  [HS_CELL_FAILED]    = N_("failed"),
  [HS_CELL_DIFFERS]   = N_("holds something else"),
};
/* clang-format on */

static gboolean
is_locked (const HsPartition *partition)
{
  return (partition->flags & HS_PARTITION_NEVER) != 0 ||
         (partition->flags & HS_PARTITION_WRITABLE) == 0;
}

static guint
cell_at (const HsStripPart *self, guint64 offset)
{
  guint n;

  if (self->partition->erase != NULL)
    n = hs_partition_unit_at (self->partition, offset);
  else
    n = offset * self->n_cells / MAX (self->partition->size, 1);

  return MIN (n, self->n_cells - 1);
}

static guint64
cell_start (const HsStripPart *self, guint n)
{
  guint64 offset = 0, size = 0;

  if (self->partition->erase == NULL)
    return (guint64) n * self->partition->size / self->n_cells;

  hs_partition_unit (self->partition, n, &offset, &size);
  return offset;
}

/* Internal flash before external chips, each by address. */
static int
compare_address (gconstpointer a, gconstpointer b)
{
  const HsPartition *one = *(const HsPartition *const *) a;
  const HsPartition *two = *(const HsPartition *const *) b;
  gboolean one_external = (one->flags & HS_PARTITION_EXTERNAL) != 0;
  gboolean two_external = (two->flags & HS_PARTITION_EXTERNAL) != 0;

  if (one_external != two_external)
    return one_external ? 1 : -1;
  if (one->start != two->start)
    return one->start < two->start ? -1 : 1;
  return (int) one->alt - (int) two->alt;
}

/* Small partitions are drawn wider than true, and file systems never wider than a third of the
 * firmware: that is what people look at. */
static double
part_weight (const HsPartition *partition, guint64 firmware_size)
{
  double weight = (double) partition->size / MAX (firmware_size, 1);
  gboolean files = hs_role_is_filesystem (partition->role);

  return CLAMP (weight, 0.1, files ? 0.35 : 1.0);
}

static void
part_init (HsStripPart *self, const HsPartition *partition, guint64 firmware_size)
{
  guint n_cells = partition->erase != NULL ? hs_partition_n_units (partition) : SLICES;

  self->partition = partition;
  self->name = self->brief = partition->name;
  for (guint i = 0; i < G_N_ELEMENTS (short_names); i++) {
    if (short_names[i].role != partition->role)
      continue;
    self->name = short_names[i].name;
    self->brief = short_names[i].brief;
  }
  /* A locked region is one thing, however many erase units it has. */
  self->n_cells = is_locked (partition) ? 1 : MAX (n_cells, 1);
  self->cells = g_new (guint8, self->n_cells);
  memset (self->cells, is_locked (partition) ? HS_CELL_LOCKED : HS_CELL_UNTOUCHED, self->n_cells);
  self->weight = part_weight (partition, firmware_size);
}

/**
 * hs_strip_cells_new:
 * @board: a board
 *
 * Returns: (transfer full): the board's flash, all of it locked or not touched
 */
HsStripCells *
hs_strip_cells_new (const HsBoard *board)
{
  const HsPartition *firmware = hs_board_find (board, HS_ROLE_FIRMWARE);
  guint64 firmware_size = firmware != NULL ? firmware->size : 1;
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  HsStripCells *self = g_new0 (HsStripCells, 1);

  for (guint i = 0; i < board->n_partitions; i++)
    g_ptr_array_add (sorted, (gpointer) &board->partitions[i]);
  g_ptr_array_sort (sorted, compare_address);

  self->n_parts = sorted->len;
  self->parts = g_new0 (HsStripPart, sorted->len);
  for (guint i = 0; i < sorted->len; i++)
    part_init (&self->parts[i], g_ptr_array_index (sorted, i), firmware_size);
  return self;
}

void
hs_strip_cells_free (HsStripCells *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_parts; i++)
    g_free (self->parts[i].cells);
  g_free (self->parts);
  g_free (self);
}

HsStripPart *
hs_strip_cells_find (HsStripCells *self, HsRole role)
{
  for (guint i = 0; i < self->n_parts; i++)
    if (self->parts[i].partition->role == role)
      return &self->parts[i];
  return NULL;
}

/**
 * hs_strip_part_fill:
 * @self: a partition of the strip
 * @from: first byte
 * @to: the byte after the last
 * @cell: what the erase units that these bytes touch become
 *
 * Locked partitions stay locked.
 */
void
hs_strip_part_fill (HsStripPart *self, guint64 from, guint64 to, HsCell cell)
{
  guint last;

  if (from >= to || self->cells[0] == HS_CELL_LOCKED)
    return;

  last = cell_at (self, to - 1);
  for (guint i = cell_at (self, from); i <= last; i++)
    self->cells[i] = cell;
}

/* Erase units that lie wholly before @done, or all that @length touches once @done reaches it. */
static void
fill_done (HsStripPart *self, guint64 done, guint64 length, HsCell cell)
{
  if (done >= length)
    hs_strip_part_fill (self, 0, length, cell);
  else
    hs_strip_part_fill (self, 0, cell_start (self, cell_at (self, done)), cell);
}

/* A write that broke off leaves neither the old nor the new image; a read-back that differs leaves
 * what was read before it proven, and the rest written. */
static void
take_broken (HsStripPart *self, const HsJobPart *part)
{
  gboolean all_sent = part->wrote_bytes + part->skipped_bytes >= part->length;

  if (all_sent && part->failed_at != G_MAXUINT64) {
    hs_strip_part_fill (self, 0, part->length, HS_CELL_WRITTEN);
    fill_done (self, part->failed_at, part->length, HS_CELL_READ_BACK);
  } else {
    hs_strip_part_fill (self, 0, self->partition->size, HS_CELL_UNKNOWN);
  }
  if (part->failed_at != G_MAXUINT64)
    hs_strip_part_fill (self, part->failed_at, part->failed_at + 1, HS_CELL_FAILED);
}

static void
take_writing (HsStripPart *self, const HsJobPart *part, guint64 done)
{
  hs_strip_part_fill (self, 0, part->length, HS_CELL_TODO);
  fill_done (self, done, part->length, HS_CELL_WRITTEN);
  if (done < part->length)
    hs_strip_part_fill (self, done, done + 1, HS_CELL_ERASING);
}

/* Marks the cells that hold a unit which was read and found different. Of a partition without erase
 * units several blocks share a cell: it is equal only if all of them are. */
static void
mark_different (const HsStripPart *self,
                const HsBoard *board,
                const HsJobPart *part,
                guint8 *differs)
{
  for (guint n = 0; n < part->n_units; n++) {
    guint64 offset, size;
    guint last;

    if (part->equal[n])
      continue;
    hs_job_part_get_unit (board, part, n, &offset, &size);
    last = cell_at (self, offset + MAX (size, 1) - 1);
    for (guint i = cell_at (self, offset); i <= last; i++)
      differs[i] = TRUE;
  }
}

/* What was read before anything was written: equal cells are proven, whatever happens to the
 * others. @different: what those become; HS_N_CELLS: they stay as they are. */
static void
take_equal (HsStripPart *self, const HsBoard *board, const HsJobPart *part, HsCell different)
{
  g_autofree guint8 *differs = NULL;
  guint last;

  if (part->equal == NULL || part->n_units == 0 || part->length == 0 ||
      self->cells[0] == HS_CELL_LOCKED)
    return;

  differs = g_new0 (guint8, self->n_cells);
  mark_different (self, board, part, differs);
  last = cell_at (self, part->length - 1);
  for (guint i = 0; i <= last; i++) {
    if (!differs[i])
      self->cells[i] = HS_CELL_READ_BACK;
    else if (different < HS_N_CELLS)
      self->cells[i] = different;
  }
}

/* Nothing is written: what is shown was read, or is not known. */
static gboolean
only_reads (const char *what)
{
  return g_str_equal (what, "compare") || g_str_equal (what, "dry-run") ||
         g_str_equal (what, "read");
}

static gboolean
reads (HsActivity activity)
{
  return activity == HS_ACTIVITY_READING || activity == HS_ACTIVITY_COMPARING;
}

/**
 * hs_strip_part_take_job_part:
 * @self: the partition of the strip that @part writes
 * @board: its board
 * @what: what the job does: "flash", "compare" …
 * @part: an artifact on its way
 * @progress: (nullable): what the job does now
 * @finished: the job has ended
 *
 * Shows what is known of each erase unit, never more: a unit is read back only after all of it was
 * read from the camera.
 */
void
hs_strip_part_take_job_part (HsStripPart *self,
                             const HsBoard *board,
                             const char *what,
                             const HsJobPart *part,
                             const HsProgressState *progress,
                             gboolean finished)
{
  gboolean in_work = progress != NULL && !finished && progress->role == part->role;
  guint64 done = in_work ? progress->done : 0;

  if (only_reads (what)) {
    if (in_work && reads (progress->activity))
      fill_done (self, done, part->length, HS_CELL_READ);
    else if (part->equal == NULL && part->sha256_read_back != NULL)
      hs_strip_part_fill (self, 0, part->length, HS_CELL_READ);
    take_equal (self, board, part, g_str_equal (what, "compare") ? HS_CELL_DIFFERS : HS_CELL_TODO);
    return;
  }

  switch (part->state) {
  case HS_PART_UNTOUCHED:
    if (!finished)
      hs_strip_part_fill (self, 0, part->length, HS_CELL_TODO);
    take_equal (self, board, part, HS_N_CELLS);
    return;
  case HS_PART_WRITING:
    if (finished) {
      take_broken (self, part);
      return;
    }
    take_writing (self, part, done);
    take_equal (self, board, part, HS_N_CELLS);
    return;
  case HS_PART_WRITTEN:
    hs_strip_part_fill (self, 0, part->length, HS_CELL_WRITTEN);
    if (in_work && progress->activity == HS_ACTIVITY_VERIFYING)
      fill_done (self, done, part->length, HS_CELL_READ_BACK);
    take_equal (self, board, part, HS_N_CELLS);
    return;
  case HS_PART_VERIFIED:
    hs_strip_part_fill (self, 0, part->length, HS_CELL_READ_BACK);
    return;
  case HS_PART_UNKNOWN:
    take_broken (self, part);
    return;
  }
}

static HsCell
cell_of_content (const HsContent *content)
{
  if (g_strcmp0 (content->state, "verified") == 0)
    return HS_CELL_READ_BACK;
  if (g_strcmp0 (content->state, "written") == 0)
    return HS_CELL_WRITTEN;
  if (g_strcmp0 (content->state, "unknown") == 0)
    return HS_CELL_UNKNOWN;
  return HS_CELL_UNTOUCHED;
}

/**
 * hs_strip_cells_take_unit:
 * @self: the cells of the unit's board
 * @unit: what the catalog knows
 *
 * Shows what was proven about the unit's flash.
 */
void
hs_strip_cells_take_unit (HsStripCells *self, HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);
    HsStripPart *part = hs_strip_cells_find (self, hs_role_from_name (content->role));
    HsCell cell = cell_of_content (content);
    guint64 length;

    if (part == NULL)
      continue;
    length =
        cell == HS_CELL_UNKNOWN || content->length == 0 ? part->partition->size : content->length;
    hs_strip_part_fill (part, 0, MIN (length, part->partition->size), cell);
  }
}

/**
 * hs_strip_cells_take_plan:
 * @self: the cells of a board
 * @build: (nullable): what will be written
 * @roles: bit 1 << HsRole; 0: all that the build has
 * @erase_filesystem: the filesystem is formatted anew
 *
 * Shows what a run would write. The run itself may find parts of it equal and leave them.
 */
void
hs_strip_cells_take_plan (HsStripCells *self,
                          HsBuild *build,
                          guint64 roles,
                          gboolean erase_filesystem)
{
  HsStripPart *files = hs_strip_cells_find (self, HS_ROLE_FILESYSTEM);

  for (guint i = 0; build != NULL && i < hs_build_get_n_artifacts (build); i++) {
    const HsArtifact *artifact = hs_build_get_artifact (build, i);
    HsRole role = hs_role_from_name (artifact->role);
    HsStripPart *part = hs_strip_cells_find (self, role);

    if (part == NULL || (roles != 0 && (roles & (G_GUINT64_CONSTANT (1) << role)) == 0))
      continue;
    hs_strip_part_fill (part, 0, MIN (artifact->size, part->partition->size), HS_CELL_TODO);
  }
  if (erase_filesystem && files != NULL)
    hs_strip_part_fill (files, 0, 1, HS_CELL_TODO);
}

/**
 * hs_strip_cells_take_erase:
 * @self: the cells of a board
 * @regions: (element-type HsPartition): what erasing the filesystem erases
 * @overwrite: every byte that is theirs alone; else only their first erase unit
 *
 * Shows what erasing would write.
 */
void
hs_strip_cells_take_erase (HsStripCells *self, GPtrArray *regions, gboolean overwrite)
{
  for (guint i = 0; i < regions->len; i++) {
    const HsPartition *region = g_ptr_array_index (regions, i);
    HsStripPart *part = hs_strip_cells_find (self, region->role);

    if (part != NULL)
      hs_strip_part_fill (
          part, 0, overwrite ? hs_partition_get_own_size (region) : 1, HS_CELL_TODO);
  }
}

/* "read back"; translated. */
const char *
hs_cell_word (HsCell cell)
{
  g_return_val_if_fail (cell < HS_N_CELLS, "");

  return _ (cell_words[cell]);
}

static void
part_to_text (const HsStripPart *self, GString *text)
{
  guint counts[HS_N_CELLS] = { 0 };
  gboolean first = TRUE;

  for (guint i = 0; i < self->n_cells; i++)
    counts[self->cells[i]]++;

  g_string_append (text, self->name);
  for (guint i = 0; i < self->n_cells; i++) {
    HsCell cell = self->cells[i];

    if (counts[cell] == 0)
      continue;
    g_string_append (text, first ? " " : ", ");
    if (self->n_cells > 1)
      g_string_append_printf (text, "%u ", counts[cell]);
    g_string_append (text, hs_cell_word (cell));
    counts[cell] = 0;
    first = FALSE;
  }
}

/**
 * hs_strip_cells_to_text:
 * @self: cells
 * @separator: between partitions
 *
 * Returns: (transfer full): "BOOT locked; FIRMWARE 7 written, 1 being erased, 5 to do"
 */
char *
hs_strip_cells_to_text (HsStripCells *self, const char *separator)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->n_parts; i++) {
    if (i > 0)
      g_string_append (text, separator);
    part_to_text (&self->parts[i], text);
  }
  return g_string_free (text, FALSE);
}

/* How many of the erase units that are or were to be worked on are written or read back. */
void
hs_strip_cells_count (HsStripCells *self, guint *n_done, guint *n_all)
{
  *n_done = *n_all = 0;
  for (guint p = 0; p < self->n_parts; p++)
    for (guint i = 0; i < self->parts[p].n_cells; i++) {
      HsCell cell = self->parts[p].cells[i];

      *n_all += cell >= HS_CELL_TODO;
      *n_done += cell == HS_CELL_WRITTEN || cell == HS_CELL_READ_BACK || cell == HS_CELL_READ;
    }
}

gboolean
hs_strip_cells_equal (HsStripCells *a, HsStripCells *b)
{
  if (a == NULL || b == NULL || a->n_parts != b->n_parts)
    return a == b;

  for (guint i = 0; i < a->n_parts; i++)
    if (a->parts[i].partition != b->parts[i].partition ||
        memcmp (a->parts[i].cells, b->parts[i].cells, a->parts[i].n_cells) != 0)
      return FALSE;
  return TRUE;
}
