/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/features.h"
#include "app/firmware/tree.h"
#include "tests/fuzz/fuzz.h"

/* A board of a firmware tree from anywhere: the input is its files, one behind the other, with this
 * line between them. */
#define BETWEEN "\n@@@@\n"
#define TARGET  "OPENMV4"

/* In the order of the input. */
static const char *const files[] = {
  "boards/" TARGET "/board_config.h", "boards/" TARGET "/boot_config.h",
  "ports/stm32/stm32.ld.S",           "boards/" TARGET "/romfs_config.json",
  "boards/" TARGET "/imlib_config.h", "protocol/omv_protocol.h",
  "boards/" TARGET "/board_config.mk"
};

static void
write_files (const char *root, const guint8 *data, gsize size)
{
  const char *at = (const char *) data, *end = at + size;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = g_build_filename (root, files[i], NULL);
    g_autofree char *folder = g_path_get_dirname (path);
    gsize left = end - at;
    const char *next = memmem (at, left, BETWEEN, strlen (BETWEEN));
    gsize length = next != NULL ? next - at : left;

    g_mkdir_with_parents (folder, 0700);
    g_assert_true (
        g_file_set_contents_full (path, at, length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
    at = next != NULL ? next + strlen (BETWEEN) : end;
  }
}

static void
change_memory (HsTree *tree, const HsMemoryLayout *layout)
{
  HsMemoryChange added = { .block = (char *) "OMV_GC_BLOCK7", .size = 4096 };

  for (guint i = 0; i < layout->blocks->len; i++) {
    const HsMemoryBlock *block = g_ptr_array_index (layout->blocks, i);
    const HsMemoryChange change = { .block = block->name, .size = 8192 };
    g_autoptr (HsTreeEdit) edit = hs_memory_layout_plan (tree, TARGET, &change, 1, NULL);
  }
  for (guint i = 0; i < layout->regions->len; i++) {
    const HsTreeRange *region = g_ptr_array_index (layout->regions, i);
    g_autoptr (HsTreeEdit) edit = NULL;

    hs_memory_layout_get_used (layout, region->name);
    added.region = region->name;
    edit = hs_memory_layout_plan (tree, TARGET, &added, 1, NULL);
  }
  hs_memory_layout_get_heap (layout);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *root = g_build_filename (g_getenv ("HOTSHOE_FUZZ_FOLDER"), "tree", NULL);
  g_autofree char *makefile = g_build_filename (root, "Makefile", NULL);
  g_autoptr (HsTree) tree = NULL;
  g_autoptr (HsMemoryLayout) layout = NULL;
  g_autoptr (GPtrArray) features = NULL;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;
  const HsTreeBoard *board;

  write_files (root, data, size);
  g_assert_true (g_file_set_contents (makefile, "all:\n", -1, NULL));
  tree = hs_tree_new (root, NULL, &error);
  g_assert_no_error (error);
  board = hs_tree_find_board (tree, TARGET);
  g_assert_nonnull (board);
  for (guint i = 0; i < board->partitions->len; i++)
    g_assert_nonnull (((HsTreeRange *) g_ptr_array_index (board->partitions, i))->name);

  layout = hs_memory_layout_read (tree, TARGET, NULL);
  if (layout != NULL)
    change_memory (tree, layout);
  features = hs_features_read (tree, TARGET, NULL);
  models = hs_models_read (tree, TARGET, NULL);
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  g_autoptr (GString) doubling = g_string_new ("#define OMV_ROMFS_PART0_LENGTH A0\n");
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *deep = g_strnfill (30000, '[');
  g_autofree char *nested = g_strconcat (BETWEEN BETWEEN BETWEEN, deep, NULL);

  g_setenv ("PATH", "/", TRUE); /* asking git takes longer than all the rest */
  fuzz_add_text (
      seeds,
      "#define OMV_BOARD_ARCH \"OMV4 H7\" // 33 chars\n#define OMV_FLASH_TXT_ORIGIN 0x08040000\n"
      "#define OMV_FB_MEMORY AXI_SRAM\n#define OMV_FB_SIZE (400K) /* frame */\n"
      "#define OMV_GC_BLOCK0_MEMORY SRAM1\n#define OMV_GC_BLOCK0_SIZE (240K)\n"
      "#define OMV_UMA_BLOCK0_MEMORY AXI_SRAM\n#define OMV_UMA_BLOCK0_SIZE 0x10000\n"
      "#define OMV_STACK_MEMORY DTCM\n#define OMV_STACK_SIZE (8 * 1024)\n"
      "#define OMV_ROMFS_PART0_LENGTH 0x00020000\n#define OMV_SRAM1_ORIGIN 0x30000000\n"
      "#define OMV_SRAM1_LENGTH 256K\n#ifdef CORE_M55_HP\n#define X 1\n#elif Y > "
      "2\n#endif\n" BETWEEN "#define OMV_BOOT_DFU_PARTITIONS_STR {\"BOOTLOADER\", \"FILESYSTEM\"}\n"
      "static const partition_t OMV_BOOT_DFU_PARTITIONS[] = {\n"
      "  { .type = 1, .start = 0x08000000, .limit = 0x08020000, .rdonly = 1 },\n"
      "  { .type = 1, .start = A + 4, .limit = (B << 2), },\n};\n#define A 16\n#define B "
      "99\n" BETWEEN
      "MEMORY\n{\n  SRAM1 (xrw) : ORIGIN = OMV_SRAM1_ORIGIN, LENGTH = OMV_SRAM1_LENGTH\n"
      "  AXI_SRAM (xrw) : ORIGIN = 0x24000000, LENGTH = 512K\n"
      "  FLASH_TEXT (rx) : ORIGIN = 0x08040000, LENGTH = 1664K\n}\n" BETWEEN
      "{ \"0\": { \"size\": \"0x20000\", \"entries\": [ { \"type\": \"tflite\", \"path\": "
      "\"{TOP}/lib/models/a.tflite\", \"alignment\": 16, \"enabled\": false } ] } }" BETWEEN
      "// Enable find_apriltags() (64 KB)\n#define IMLIB_ENABLE_APRILTAGS\n"
      "//#define IMLIB_ENABLE_HOG\n" BETWEEN "#define OMV_FIRMWARE_VERSION_MAJOR 5\n"
      "#define OMV_FIRMWARE_VERSION_MINOR 0\n#define OMV_FIRMWARE_VERSION_PATCH 0\n" BETWEEN
      "PORT = stm32\nMCU=STM32H743xx\nCPU=cortex-m7\nOMV_FIRM_ADDR=0x08040000\n"
      "OMV_ENABLE_BL=1\n$(error no $(X)) \\\n");
  fuzz_add_text (seeds, nested);
  for (guint i = 0; i < 60; i++)
    g_string_append_printf (doubling, "#define A%u (A%u + A%u)\n", i, i + 1, i + 1);
  fuzz_add_text (seeds, doubling->str);
  g_string_append (lines, "#define LONG \\\n");
  for (guint i = 0; i < 2000; i++)
    g_string_append (lines, "x \\\n");
  fuzz_add_text (seeds, lines->str);
}
