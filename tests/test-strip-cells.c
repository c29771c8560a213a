/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/strip-cells.h"

#define KIB 1024u

/* Two sectors before the firmware, four of firmware, one of ROMFS; one chip without erase units. */
static const HsEraseRun one_sector[] = { { 128 * KIB, 1 } };
static const HsEraseRun four_sectors[] = { { 128 * KIB, 4 } };

/* clang-format off */
static const HsPartition partitions[] = {
  { HS_ROLE_BOOTLOADER, "BOOTLOADER", 0, 0x0,      128 * KIB, HS_PARTITION_NEVER, one_sector, 1 },
  { HS_ROLE_FILESYSTEM, "FILESYSTEM", 1, 0x20000,  128 * KIB, HS_PARTITION_WRITABLE, one_sector, 1 },
  { HS_ROLE_ROMFS0,     "ROMFS0",     3, 0xc0000,  128 * KIB, HS_PARTITION_WRITABLE, one_sector, 1 },
  { HS_ROLE_FIRMWARE,   "FIRMWARE",   2, 0x40000,  512 * KIB, HS_PARTITION_WRITABLE, four_sectors, 1 },
  { HS_ROLE_ROMFS1,     "ROMFS1",     4, 0x0,      64 * KIB,
    HS_PARTITION_WRITABLE | HS_PARTITION_EXTERNAL, NULL, 0 },
};
/* clang-format on */

static const HsBoard board = {
  .id = "MODEL",
  .name = "Model",
  .partitions = partitions,
  .n_partitions = G_N_ELEMENTS (partitions),
};

static const HsJobPart firmware = {
  .role = HS_ROLE_FIRMWARE,
  .partition = &partitions[3],
  .length = 3 * 128 * KIB + 10, /* the last sector is hardly used */
  .failed_at = G_MAXUINT64,
};

static void
assert_cells (HsStripCells *cells, HsRole role, const char *expected)
{
  static const char letters[HS_N_CELLS + 1] = "k.pewv?xdr";
  HsStripPart *part = hs_strip_cells_find (cells, role);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < part->n_cells; i++)
    g_string_append_c (text, letters[part->cells[i]]);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
take (HsStripCells *cells, const HsJobPart *part, HsActivity activity, guint64 done, gboolean ended)
{
  const HsProgressState progress = {
    .activity = activity, .role = part->role, .done = done, .total = part->length
  };

  hs_strip_part_take_job_part (
      hs_strip_cells_find (cells, part->role), &board, "flash", part, &progress, ended);
}

static void
test_board (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  static const char *const order[] = { "BOOT", "FILES", "FIRMWARE", "ROMFS0", "ROMFS1" };
  g_autofree char *text = hs_strip_cells_to_text (cells, "; ");

  /* By address, external chips last, whatever the order of the alternate settings. */
  g_assert_cmpuint (cells->n_parts, ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < cells->n_parts; i++)
    g_assert_cmpstr (cells->parts[i].name, ==, order[i]);
  assert_cells (cells, HS_ROLE_BOOTLOADER, "k");
  assert_cells (cells, HS_ROLE_FIRMWARE, "....");
  g_assert_cmpuint (hs_strip_cells_find (cells, HS_ROLE_ROMFS1)->n_cells, ==, 32);
  g_assert_cmpstr (text,
                   ==,
                   "BOOT locked; FILES not touched; FIRMWARE 4 not touched; ROMFS0 not touched; "
                   "ROMFS1 32 not touched");
}

static void
test_writing (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  HsJobPart part = firmware;
  g_autofree char *text = NULL;
  guint n_done, n_all;

  take (cells, &part, HS_ACTIVITY_COMPARING, 0, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "pppp");

  part.state = HS_PART_WRITING;
  take (cells, &part, HS_ACTIVITY_WRITING, 0, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "eppp");
  take (cells, &part, HS_ACTIVITY_WRITING, 128 * KIB - 1, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "eppp");
  take (cells, &part, HS_ACTIVITY_WRITING, 2 * 128 * KIB, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "wwep");
  hs_strip_cells_count (cells, &n_done, &n_all);
  g_assert_cmpuint (n_done, ==, 2);
  g_assert_cmpuint (n_all, ==, 4);
  text = hs_strip_cells_to_text (cells, "; ");
  g_assert_nonnull (strstr (text, "FIRMWARE 2 written, 1 being erased, 1 to do"));

  take (cells, &part, HS_ACTIVITY_WRITING, part.length, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "wwww");
}

static void
test_read_back (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  HsJobPart part = firmware;

  part.state = HS_PART_WRITTEN;
  take (cells, &part, HS_ACTIVITY_VERIFYING, 0, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "wwww");
  /* A unit that was read in part is not proven. */
  take (cells, &part, HS_ACTIVITY_VERIFYING, 2 * 128 * KIB - 1, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "vwww");

  part.state = HS_PART_VERIFIED;
  take (cells, &part, HS_ACTIVITY_LEAVING, 0, TRUE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "vvvv");
}

/* What is only read moves along too, and claims no more than that. */
static void
test_reading (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  HsProgressState progress = { .activity = HS_ACTIVITY_READING,
                               .role = HS_ROLE_FIRMWARE,
                               .done = 2 * 128 * KIB,
                               .total = firmware.length };
  HsStripPart *strip = hs_strip_cells_find (cells, HS_ROLE_FIRMWARE);
  HsJobPart part = firmware;
  guint8 equal[4] = { TRUE, FALSE, TRUE, TRUE };

  hs_strip_part_take_job_part (strip, &board, "read", &part, &progress, FALSE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "rr..");
  part.sha256_read_back = (char *) "digest";
  hs_strip_part_take_job_part (strip, &board, "read", &part, NULL, TRUE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "rrrr");

  progress.activity = HS_ACTIVITY_COMPARING;
  part.equal = equal;
  part.n_units = G_N_ELEMENTS (equal);
  hs_strip_part_take_job_part (strip, &board, "compare", &part, &progress, TRUE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "vdvv");
}

/* Units behind the image are never erased: nothing is claimed about them. */
static void
test_short_image (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  HsJobPart part = firmware;

  part.length = 128 * KIB;
  part.state = HS_PART_VERIFIED;
  take (cells, &part, HS_ACTIVITY_LEAVING, 0, TRUE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "v...");
}

static void
test_broken_write (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  HsJobPart part = firmware;

  part.state = HS_PART_UNKNOWN;
  part.wrote_bytes = part.failed_at = 128 * KIB + 4096;
  take (cells, &part, HS_ACTIVITY_WRITING, 0, TRUE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "?x??");
}

static void
test_read_back_differs (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  HsJobPart part = firmware;

  part.state = HS_PART_UNKNOWN;
  part.wrote_bytes = part.length;
  part.failed_at = 2 * 128 * KIB + 17;
  take (cells, &part, HS_ACTIVITY_VERIFYING, 0, TRUE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "vvxw");
}

/* A run that ended before it began a partition did not touch it. */
static void
test_not_begun (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);
  HsJobPart part = firmware;

  part.state = HS_PART_UNTOUCHED;
  take (cells, &part, HS_ACTIVITY_NONE, 0, TRUE);
  assert_cells (cells, HS_ROLE_FIRMWARE, "....");
}

static void
test_locked_stays_locked (void)
{
  g_autoptr (HsStripCells) cells = hs_strip_cells_new (&board);

  hs_strip_part_fill (hs_strip_cells_find (cells, HS_ROLE_BOOTLOADER), 0, 10, HS_CELL_TODO);
  assert_cells (cells, HS_ROLE_BOOTLOADER, "k");
  hs_strip_cells_take_plan (cells, NULL, 0, TRUE);
  assert_cells (cells, HS_ROLE_FILESYSTEM, "p");
}

/* Every board that exists can be drawn. */
static void
test_all_boards (void)
{
  for (guint i = 0; i < hs_board_count (); i++) {
    g_autoptr (HsStripCells) cells = hs_strip_cells_new (hs_board_nth (i));
    g_autoptr (HsStripCells) again = hs_strip_cells_new (hs_board_nth (i));

    g_assert_cmpuint (cells->n_parts, ==, hs_board_nth (i)->n_partitions);
    g_assert_true (hs_strip_cells_equal (cells, again));
    for (guint p = 0; p < cells->n_parts; p++) {
      g_assert_cmpuint (cells->parts[p].n_cells, >, 0);
      g_assert_cmpfloat (cells->parts[p].weight, >=, 0.1);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/strip-cells/board", test_board);
  g_test_add_func ("/strip-cells/writing", test_writing);
  g_test_add_func ("/strip-cells/read-back", test_read_back);
  g_test_add_func ("/strip-cells/reading", test_reading);
  g_test_add_func ("/strip-cells/short-image", test_short_image);
  g_test_add_func ("/strip-cells/broken-write", test_broken_write);
  g_test_add_func ("/strip-cells/read-back-differs", test_read_back_differs);
  g_test_add_func ("/strip-cells/not-begun", test_not_begun);
  g_test_add_func ("/strip-cells/locked-stays-locked", test_locked_stays_locked);
  g_test_add_func ("/strip-cells/all-boards", test_all_boards);

  return g_test_run ();
}
