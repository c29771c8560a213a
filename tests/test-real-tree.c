/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against a checkout of openmv/openmv that the user has: HOTSHOE_FIRMWARE_TREE=DIR. What stands
 * here was read in the trees by people. */
#include "app/firmware/tree.h"

#include <string.h>

#define KB 1024u
#define MB (1024u * 1024u)

static HsTree *
open_tree (void)
{
  const char *folder = g_getenv ("HOTSHOE_FIRMWARE_TREE");
  g_autoptr (GError) error = NULL;
  HsTree *tree;

  if (folder == NULL || folder[0] == '\0') {
    g_test_skip ("HOTSHOE_FIRMWARE_TREE names no checkout");
    return NULL;
  }
  tree = hs_tree_new (folder, NULL, &error);
  g_assert_no_error (error);
  return tree;
}

/* 4, 5 … of "5.0.0". */
static guint
get_major (HsTree *tree)
{
  return g_ascii_strtoull (hs_tree_get_number (tree), NULL, 10);
}

static gboolean
is_at_least (HsTree *tree, guint major, guint minor)
{
  g_auto (GStrv) parts = g_strsplit (hs_tree_get_number (tree), ".", 3);
  guint a = g_ascii_strtoull (parts[0], NULL, 10);
  guint b = g_ascii_strtoull (parts[1], NULL, 10);

  return a > major || (a == major && b >= minor);
}

static void
test_whole (void)
{
  g_autoptr (HsTree) tree = open_tree ();
  GPtrArray *submodules;

  if (tree == NULL)
    return;
  g_assert_nonnull (hs_tree_get_number (tree));
  g_assert_cmpuint (strlen (hs_tree_get_commit (tree)), ==, 40);
  g_assert_cmpint (hs_tree_get_layout (tree),
                   ==,
                   is_at_least (tree, 4, 8) ? HS_TREE_LAYOUT_TOP : HS_TREE_LAYOUT_SRC);
  submodules = hs_tree_get_submodules (tree);
  g_assert_cmpuint (submodules->len, >=, 3);
  for (guint i = 0; i < submodules->len; i++) {
    const HsTreeSubmodule *submodule = g_ptr_array_index (submodules, i);

    g_assert_cmpuint (strlen (submodule->commit), ==, 40);
    g_assert_true (submodule->needed);
  }
  g_assert_cmpuint (hs_tree_get_boards (tree)->len, >=, 13);
}

/* --- who the boards are, of 5.x --- */

static const struct {
  const char *target, *mcu, *port, *cpu, *jlink;
  guint16 vid, pid;
  gboolean bootloader, known;
  guint64 start, length;
} boards[] = {
  /* clang-format off */
  { "OPENMV2", "STM32F427xx", "stm32", "cortex-m4", NULL, 0x37C5, 0x1202, TRUE, TRUE, 0x08010000, 832 * KB },
  { "OPENMV3", "STM32F765xx", "stm32", "cortex-m7", NULL, 0x37C5, 0x1203, TRUE, TRUE, 0x08020000, 1664 * KB },
  { "OPENMV4", "STM32H743xx", "stm32", "cortex-m7", "--device STM32H743VI", 0x37C5, 0x1204, TRUE, TRUE, 0x08040000, 1664 * KB },
  { "OPENMV4P", "STM32H743xx", "stm32", "cortex-m7", "--device STM32H743VI", 0x37C5, 0x124A, TRUE, TRUE, 0x08040000, 1792 * KB },
  { "OPENMVPT", "STM32H743xx", "stm32", "cortex-m7", "--device STM32H743VI", 0x37C5, 0x1205, TRUE, TRUE, 0x08040000, 1792 * KB },
  { "OPENMV_N6", "STM32N657xx", "stm32", "cortex-m55", NULL, 0x37C5, 0x1206, TRUE, TRUE, 0x70080000, 3584 * KB },
  { "OPENMV_AE3", "AE722F80F55D5XX", "alif", "cortex-m55", "--device AE302F80F55D5_HP", 0x37C5, 0x16E3, TRUE, TRUE, 0x80020000, 0x300000 },
  { "OPENMV_RT1060", "MIMXRT1062DVJ6A", "mimxrt", "cortex-m7", "--device MIMXRT1062xxx6A", 0x37C5, 0x1060, FALSE, TRUE, 0x60043000, 0x380000 },
  { "ARDUINO_PORTENTA_H7", "STM32H747xx", "stm32", "cortex-m7", "--device STM32H747XI", 0x2341, 0x045B, FALSE, TRUE, 0x08040000, 1792 * KB },
  { "ARDUINO_GIGA", "STM32H747xx", "stm32", "cortex-m7", "--device STM32H747XI", 0x2341, 0x0466, FALSE, TRUE, 0x08040000, 1792 * KB },
  { "ARDUINO_NICLA_VISION", "STM32H747xx", "stm32", "cortex-m7", "--device STM32H747XI", 0x2341, 0x045F, FALSE, TRUE, 0x08040000, 1792 * KB },
  { "ARDUINO_NANO_33_BLE_SENSE", "NRF52840", "nrf", "cortex-m4", NULL, 0x2341, 0x015A, FALSE, TRUE, 0x26000, 680 * KB },
  { "ARDUINO_NANO_RP2040_CONNECT", NULL, "rp2", NULL, NULL, 0x2341, 0x015E, FALSE, TRUE, 0x10000000, 2 * MB },
  { "RPI_PICO", NULL, "rp2", NULL, NULL, 0x2E8A, 0x0005, FALSE, TRUE, 0x10000000, 2 * MB },
  { "MPS2_AN500", NULL, "qemu", "cortex-m7", NULL, 0, 0, FALSE, FALSE, 0x1000, 4096ull * MB },
  { "MPS3_AN547", NULL, "qemu", "cortex-m55", NULL, 0, 0, FALSE, FALSE, 0x01000000, 2 * MB },
  /* clang-format on */
};

static void
test_boards (void)
{
  g_autoptr (HsTree) tree = open_tree ();

  if (tree == NULL)
    return;
  g_assert_nonnull (hs_tree_find_board (tree, "OPENMV1")->refused);
  if (get_major (tree) < 5) {
    g_test_skip ("an older tree");
    return;
  }
  g_assert_cmpuint (hs_tree_get_boards (tree)->len, ==, G_N_ELEMENTS (boards) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    const HsTreeBoard *board = hs_tree_find_board (tree, boards[i].target);

    g_test_message ("%s", boards[i].target);
    g_assert_nonnull (board);
    g_assert_null (board->refused);
    g_assert_cmpint (board->board != NULL, ==, boards[i].known);
    if (boards[i].mcu != NULL)
      g_assert_cmpstr (board->mcu, ==, boards[i].mcu);
    g_assert_cmpstr (board->port, ==, boards[i].port);
    g_assert_cmpstr (board->cpu, ==, boards[i].cpu);
    if (boards[i].jlink != NULL)
      g_assert_true (g_str_has_prefix (board->jlink, boards[i].jlink));
    g_assert_cmphex (board->vid, ==, boards[i].vid);
    g_assert_cmphex (board->pid, ==, boards[i].pid);
    g_assert_cmpint (board->bootloader, ==, boards[i].bootloader);
    g_assert_cmphex (board->firmware_start, ==, boards[i].start);
    g_assert_cmpuint (board->firmware_length, ==, boards[i].length);
    g_assert_cmpint (board->memory, ==, HS_TREE_MEMORY_UMA);
  }
}

/* --- the bootloader's tables --- */

typedef struct {
  const char *target;
  const char *name;
  guint64 start, length;
  gboolean writable;
} Partition;

static const Partition partitions[] = {
  /* clang-format off */
  { "OPENMV2", "BOOTLOADER", 0x08000000, 32 * KB, FALSE },
  { "OPENMV2", "FILESYSTEM", 0x08008000, 32 * KB, TRUE },
  { "OPENMV2", "FIRMWARE", 0x08010000, 832 * KB, TRUE },
  { "OPENMV2", "ROMFS0", 0x080E0000, 128 * KB, TRUE },
  { "OPENMV3", "BOOTLOADER", 0x08000000, 32 * KB, FALSE },
  { "OPENMV3", "FILESYSTEM", 0x08008000, 96 * KB, TRUE },
  { "OPENMV3", "FIRMWARE", 0x08020000, 1664 * KB, TRUE },
  { "OPENMV3", "ROMFS0", 0x081C0000, 256 * KB, TRUE },
  { "OPENMV4", "BOOTLOADER", 0x08000000, 128 * KB, FALSE },
  { "OPENMV4", "FILESYSTEM", 0x08020000, 128 * KB, TRUE },
  { "OPENMV4", "FIRMWARE", 0x08040000, 1664 * KB, TRUE },
  { "OPENMV4", "ROMFS0", 0x081E0000, 128 * KB, TRUE },
  { "OPENMV4P", "BOOTLOADER", 0x08000000, 128 * KB, FALSE },
  { "OPENMV4P", "FILESYSTEM", 0x08020000, 128 * KB, TRUE },
  { "OPENMV4P", "FIRMWARE", 0x08040000, 1792 * KB, TRUE },
  { "OPENMV4P", "SPI_FLASH", 0, 32 * MB, TRUE },
  { "OPENMV4P", "ROMFS0", 0x01800000, 8 * MB, TRUE },
  { "OPENMVPT", "BOOTLOADER", 0x08000000, 128 * KB, FALSE },
  { "OPENMVPT", "FILESYSTEM", 0x08020000, 128 * KB, TRUE },
  { "OPENMVPT", "FIRMWARE", 0x08040000, 1792 * KB, TRUE },
  { "OPENMVPT", "SPI_FLASH", 0, 32 * MB, TRUE },
  { "OPENMVPT", "ROMFS0", 0x01800000, 8 * MB, TRUE },
  { "OPENMV_N6", "BOOTLOADER", 0, 512 * KB, FALSE },
  { "OPENMV_N6", "FIRMWARE", 0x00080000, 3584 * KB, TRUE },
  { "OPENMV_N6", "FILESYSTEM", 0x00400000, 4 * MB, TRUE },
  { "OPENMV_N6", "ROMFS0", 0x00800000, 24 * MB, TRUE },
  { "OPENMV_AE3", "BOOT", 0x80000000, 128 * KB, FALSE },
  { "OPENMV_AE3", "HP", 0x80020000, 0x300000, TRUE },
  { "OPENMV_AE3", "HE", 0x80320000, 0x15E000, TRUE },
  { "OPENMV_AE3", "ROMFS1", 0x8047E000, 1 * MB, TRUE },
  { "OPENMV_AE3", "TOC", 0x8057E000, 8 * KB, TRUE },
  { "OPENMV_AE3", "RWFS", 0, 8 * MB, TRUE },
  { "OPENMV_AE3", "ROMFS0", 0x00800000, 24 * MB, TRUE },
  { "OPENMV_AE3", "RECOVERY", 0, 4 * KB, TRUE },
  /* clang-format on */
};

/* v4.6: before ROMFS took the end of the flash. */
static const Partition old_partitions[] = {
  /* clang-format off */
  { "OPENMV2", "BOOTLOADER", 0x08000000, 32 * KB, FALSE },
  { "OPENMV2", "FILESYSTEM", 0x08008000, 32 * KB, TRUE },
  { "OPENMV2", "FIRMWARE", 0x08010000, 960 * KB, TRUE },
  { "OPENMV3", "BOOTLOADER", 0x08000000, 32 * KB, FALSE },
  { "OPENMV3", "FILESYSTEM", 0x08008000, 96 * KB, TRUE },
  { "OPENMV3", "FIRMWARE", 0x08020000, 1920 * KB, TRUE },
  { "OPENMV4", "BOOTLOADER", 0x08000000, 128 * KB, FALSE },
  { "OPENMV4", "FILESYSTEM", 0x08020000, 128 * KB, TRUE },
  { "OPENMV4", "FIRMWARE", 0x08040000, 1792 * KB, TRUE },
  { "OPENMV4P", "BOOTLOADER", 0x08000000, 128 * KB, FALSE },
  { "OPENMV4P", "FILESYSTEM", 0x08020000, 128 * KB, TRUE },
  { "OPENMV4P", "FIRMWARE", 0x08040000, 1792 * KB, TRUE },
  { "OPENMV4P", "SPI_FLASH", 0, 32 * MB, TRUE },
  /* clang-format on */
};

static void
assert_partitions (HsTree *tree, const Partition *expected, guint n)
{
  const char *target = NULL;
  guint at = 0;

  for (guint i = 0; i < n; i++) {
    const HsTreeBoard *board = hs_tree_find_board (tree, expected[i].target);
    const HsTreeRange *range;

    at = g_strcmp0 (target, expected[i].target) == 0 ? at + 1 : 0;
    target = expected[i].target;
    g_test_message ("%s %s", target, expected[i].name);
    g_assert_cmpuint (at, <, board->partitions->len);
    range = g_ptr_array_index (board->partitions, at);
    g_assert_cmpstr (range->name, ==, expected[i].name);
    g_assert_cmphex (range->start, ==, expected[i].start);
    g_assert_cmpuint (range->length, ==, expected[i].length);
    g_assert_cmpint (range->writable, ==, expected[i].writable);
    if (i + 1 == n || !g_str_equal (expected[i + 1].target, target))
      g_assert_cmpuint (board->partitions->len, ==, at + 1);
  }
}

static void
test_partitions (void)
{
  g_autoptr (HsTree) tree = open_tree ();

  if (tree == NULL)
    return;
  if (is_at_least (tree, 4, 8))
    assert_partitions (tree, partitions, G_N_ELEMENTS (partitions));
  else if (is_at_least (tree, 4, 6) && !is_at_least (tree, 4, 7))
    assert_partitions (tree, old_partitions, G_N_ELEMENTS (old_partitions));
  else if (!is_at_least (tree, 4, 6))
    /* The bootloader of those had no table: a serial port and sectors. */
    g_assert_cmpuint (hs_tree_find_board (tree, "OPENMV4")->partitions->len, ==, 0);
  else
    g_test_skip ("between two layouts");
}

/* Where there is a table, code goes to the partition that is made for it. */
static void
test_firmware_fits (void)
{
  g_autoptr (HsTree) tree = open_tree ();

  if (tree == NULL)
    return;
  for (guint i = 0; i < hs_tree_get_boards (tree)->len; i++) {
    const HsTreeBoard *board = g_ptr_array_index (hs_tree_get_boards (tree), i);

    g_test_message ("%s", board->target);
    if (board->refused == NULL)
      g_assert_cmpuint (board->firmware_length, >, 0);
    for (guint n = 0; n < board->partitions->len; n++) {
      const HsTreeRange *range = g_ptr_array_index (board->partitions, n);

      if (g_str_equal (range->name, "FIRMWARE") || g_str_equal (range->name, "HP"))
        g_assert_cmpuint (range->length, ==, board->firmware_length);
    }
  }
}

/* --- ROMFS --- */

static const struct {
  const char *target;
  guint index;
  guint64 length;
} romfs[] = {
  { "OPENMV2", 0, 0x20000 },       { "OPENMV3", 0, 0x40000 },
  { "OPENMV4", 0, 0x20000 },       { "OPENMV4P", 0, 0x800000 },
  { "OPENMVPT", 0, 0x800000 },     { "OPENMV_RT1060", 0, 0x800000 },
  { "OPENMV_N6", 0, 0x1800000 },   { "OPENMV_AE3", 0, 0x1800000 },
  { "OPENMV_AE3", 1, 0x100000 },   { "ARDUINO_PORTENTA_H7", 0, 0x400000 },
  { "ARDUINO_GIGA", 0, 0x400000 }, { "ARDUINO_NICLA_VISION", 0, 0x400000 },
  { "MPS2_AN500", 0, 0x400000 },   { "MPS3_AN547", 0, 0x2000000 },
};

static void
test_romfs (void)
{
  g_autoptr (HsTree) tree = open_tree ();

  if (tree == NULL)
    return;
  if (!is_at_least (tree, 4, 7)) {
    for (guint i = 0; i < hs_tree_get_boards (tree)->len; i++) {
      const HsTreeBoard *board = g_ptr_array_index (hs_tree_get_boards (tree), i);

      g_assert_cmpuint (board->romfs->len, ==, 0);
    }
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (romfs); i++) {
    const HsTreeBoard *board = hs_tree_find_board (tree, romfs[i].target);
    const HsTreeRomfs *found;

    g_test_message ("%s %u", romfs[i].target, romfs[i].index);
    if (get_major (tree) < 5 && g_str_has_prefix (romfs[i].target, "MPS"))
      continue; /* had none worth the name */
    g_assert_cmpuint (romfs[i].index, <, board->romfs->len);
    found = &g_array_index (board->romfs, HsTreeRomfs, romfs[i].index);
    g_assert_cmpuint (found->index, ==, romfs[i].index);
    g_assert_cmpuint (found->length, ==, romfs[i].length);
    g_assert_cmpuint (found->config_limit, ==, romfs[i].length);
  }
}

/* --- memory --- */

static void
assert_region (const HsTreeBoard *board, const char *name, guint64 start, guint64 length)
{
  for (guint i = 0; i < board->regions->len; i++) {
    const HsTreeRange *range = g_ptr_array_index (board->regions, i);

    if (!g_str_equal (range->name, name))
      continue;
    g_assert_cmphex (range->start, ==, start);
    g_assert_cmpuint (range->length, ==, length);
    return;
  }
  g_test_message ("%s has no %s", board->target, name);
  g_test_fail ();
}

static void
test_regions (void)
{
  g_autoptr (HsTree) tree = open_tree ();
  const HsTreeBoard *board;

  if (tree == NULL)
    return;
  board = hs_tree_find_board (tree, "OPENMV4");
  assert_region (board, "DTCM", 0x20000000, 128 * KB);
  assert_region (board, "SRAM1", 0x30000000, 280 * KB);
  assert_region (board, is_at_least (tree, 4, 6) ? "SRAM0" : "AXI_SRAM", 0x24000000, 512 * KB);
  board = hs_tree_find_board (tree, "OPENMV_RT1060");
  assert_region (board, "DRAM", 0x80000000, 32 * MB);
  g_assert_cmpint (hs_tree_find_board (tree, "OPENMV4")->memory,
                   ==,
                   get_major (tree) >= 5 ? HS_TREE_MEMORY_UMA : HS_TREE_MEMORY_FB);
  if (!is_at_least (tree, 4, 8))
    return;
  board = hs_tree_find_board (tree, "OPENMV_AE3");
  assert_region (board, "DTCM", 0x20000000, 1 * MB);
  assert_region (board, "SRAM0", 0x02000000, 4 * MB);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/real-tree/whole", test_whole);
  g_test_add_func ("/real-tree/boards", test_boards);
  g_test_add_func ("/real-tree/partitions", test_partitions);
  g_test_add_func ("/real-tree/firmware-fits", test_firmware_fits);
  g_test_add_func ("/real-tree/romfs", test_romfs);
  g_test_add_func ("/real-tree/regions", test_regions);
  return g_test_run ();
}
