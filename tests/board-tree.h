/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/app-error.h"
#include "app/firmware/tree.h"
#include "tests/edit-tree.h"

/* A tree with one board: just the files that are edited, of one generation or the other. */

#define TOP_BOARD "boards/OPENMV4/"
#define SRC_BOARD "src/omv/boards/OPENMV4/"

/* clang-format off */
static const char board_imlib[] =
    "#ifndef __IMLIB_CONFIG_H__\n#define __IMLIB_CONFIG_H__\n\n"
    "// Enable LAB LUT\n#define IMLIB_ENABLE_LAB_LUT\n\n"
    "// Enable YUV LUT\n//#define IMLIB_ENABLE_YUV_LUT\n\n"
    "// Enable rotation_corr()\n#define IMLIB_ENABLE_ROTATION_CORR\n\n"
    "// Enable phasecorrelate()\n#if defined(IMLIB_ENABLE_ROTATION_CORR)\n"
    "#define IMLIB_ENABLE_FIND_DISPLACEMENT\n#endif\n\n"
    "// Enable find_apriltags() (96 KB)\n#define IMLIB_ENABLE_APRILTAGS\n"
    "#define IMLIB_ENABLE_APRILTAGS_TAG36H11\n\n"
    "// Enable find_hog()\n// #define IMLIB_ENABLE_HOG\n"
    "  //  #  define IMLIB_ENABLE_SELECTIVE_SEARCH\n\n"
    "/* in a block\n#define IMLIB_ENABLE_NOTHING\n*/\n"
    "// Something of one's own\n#define IMLIB_ENABLE_OWN_THING\n"
    "#define OTHER_THING\n#endif //__IMLIB_CONFIG_H__\n";

static const char board_top_config[] =
    "#ifndef __BOARD_CONFIG_H__\n#define __BOARD_CONFIG_H__\n"
    "#define OMV_MAIN_MEMORY                       SRAM1 // Data/BSS memory\n"
    "#define OMV_STACK_MEMORY                      ITCM  // stack memory\n"
    "#define OMV_STACK_SIZE                        (64K)\n"
    "#define OMV_SB_MEMORY                         SRAM0 // Streaming buffer memory.\n"
    "#define OMV_SB_SIZE                           (32K) // Streaming buffer size.\n"
    "#define OMV_DMA_MEMORY                        SRAM2 // Misc DMA buffers memory.\n"
    "#define OMV_GC_BLOCK0_MEMORY                  SRAM4 // Main GC block.\n"
    "#define OMV_GC_BLOCK0_SIZE                    (60 * 1024)\n"
    "#define OMV_GC_BLOCK1_MEMORY                  SRAM1 // Extra GC block 0.\n"
    "#define OMV_GC_BLOCK1_SIZE                    (264K)\n"
    "#define OMV_UMA_BLOCK0_MEMORY                 SRAM0 // Default UMA pool.\n"
    "#define OMV_UMA_BLOCK0_SIZE                   (480K)   // all of it\n"
    "#define OMV_UMA_BLOCK0_FLAGS                  (0)\n"
    "#define OMV_MSC_BUF_SIZE                      (2K)  // USB MSC bot data\n"
    "#define OMV_LINE_BUF_SIZE                     (3 * 1024)\n"
    "#define OMV_ITCM_ORIGIN                       0x00000000\n#define OMV_ITCM_LENGTH 64K\n"
    "#define OMV_SRAM0_ORIGIN                      0x24000000\n#define OMV_SRAM0_LENGTH 512K\n"
    "#define OMV_SRAM1_ORIGIN                      0x30000000\n#define OMV_SRAM1_LENGTH 280K\n"
    "#define OMV_SRAM2_ORIGIN                      0x30046000\n#define OMV_SRAM2_LENGTH 8K\n"
    "#define OMV_SRAM4_ORIGIN                      0x38000000\n#define OMV_SRAM4_LENGTH 64K\n"
    "#define OMV_FLASH_ORIGIN                      0x08000000\n#define OMV_FLASH_LENGTH 2048K\n"
    "#define OMV_FLASH_TXT_ORIGIN                  0x08040000\n#define OMV_FLASH_TXT_LENGTH 1664K\n"
    "#define OMV_ROMFS_PART0_ORIGIN                0x081E0000\n#define OMV_ROMFS_PART0_LENGTH 128K\n"
    "#endif\n";

static const char board_src_config[] =
    "#ifndef __OMV_BOARDCONFIG_H__\n#define __OMV_BOARDCONFIG_H__\n"
    "#define OMV_MAIN_MEMORY                       SRAM1 // Data/BSS memory\n"
    "#define OMV_FB_MEMORY                         AXI_SRAM  // Framebuffer, fb_alloc\n"
    "#define OMV_FB_SIZE                           (400K)    // FB memory: header + VGA/GS image\n"
    "#define OMV_FB_ALLOC_SIZE                     (80K)     // minimum fb alloc size\n"
    "#define OMV_JPEG_MEMORY                       AXI_SRAM  // JPEG buffer memory.\n"
    "#define OMV_JPEG_SIZE                         (32K) // IDE JPEG buffer (header + data).\n"
    "#define OMV_VOSPI_MEMORY                      SRAM4 // VoSPI buffer memory.\n"
    "#define OMV_VOSPI_SIZE                        (38K)\n"
    "#define OMV_GC_BLOCK0_MEMORY                  SRAM4 // Main GC block.\n"
    "#define OMV_GC_BLOCK0_SIZE                    (26K)\n"
    "#define OMV_GC_BLOCK1_MEMORY                  SRAM1 // Extra GC block 0.\n"
    "#define OMV_GC_BLOCK1_SIZE                    (267K)\n"
    "#define OMV_SRAM1_ORIGIN                      0x30000000\n#define OMV_SRAM1_LENGTH 280K\n"
    "#define OMV_SRAM4_ORIGIN                      0x38000000\n#define OMV_SRAM4_LENGTH 64K\n"
    "#define OMV_AXI_SRAM_ORIGIN                   0x24000000\n#define OMV_AXI_SRAM_LENGTH 512K\n"
    "#endif\n";

static const char board_make[] =
    "MCU=STM32H743xx\nCPU=cortex-m7\nPORT=stm32\nOMV_FIRM_BASE=0x08000000\n"
    "OMV_FIRM_ADDR=0x08040000\nCPU_FREQ_HZ=480000000\nOMV_ENABLE_BL=1\n"
    "OMV_JLINK_ARGS=--device STM32H743VI\nMICROPY_PY_WINC1500 = 1\nMICROPY_PY_TV = 0\n"
    "MICROPY_PY_ML = 1\n";

static const char board_romfs[] =
    "{\n  \"0\": {\n    \"size\": \"0x20000\",\n    \"entries\": [\n"
    "    {\n      \"type\": \"tflite\",\n      \"path\": \"{TOP}/lib/models/faces.tflite\",\n"
    "      \"alignment\": 16,\n      \"optimize\": \"Performance\"\n    },\n"
    "    {\n      \"type\": \"haar\",\n      \"path\": \"{TOP}/lib/haar/eye.xml\",\n"
    "      \"stages\": 0\n    }\n    ]\n  }\n}\n";
/* clang-format on */

static const char board_model[] = "\x1c\x00\x00\x00TFL3 a model of nothing";

/* (transfer full): the root; open_board_tree() opens it. */
static inline char *
make_board_tree (gboolean old)
{
  char *made = make_tree ();
  char *root = realpath (made, NULL);
  const char *board = old ? SRC_BOARD : TOP_BOARD;
  const char *prefix = old ? "omv_board" : "board_";
  const char *models = old ? "src/lib/tflm/models/" : "lib/models/";
  g_autofree char *header = g_strconcat (board, prefix, "config.h", NULL);
  g_autofree char *makefile = g_strconcat (board, prefix, "config.mk", NULL);
  g_autofree char *imlib = g_strconcat (board, "imlib_config.h", NULL);
  g_autofree char *manifest = g_strconcat (board, "manifest.py", NULL);
  g_autofree char *romfs = g_strconcat (board, "romfs_config.json", NULL);
  g_autofree char *labels = g_strconcat (models, "faces.txt", NULL);

  g_free (made);
  put (root, header, old ? board_src_config : board_top_config, 0644);
  put (root, makefile, board_make, 0644);
  put (root, imlib, board_imlib, 0644);
  put (root, manifest, "freeze(\"$(OMV_LIB_DIR)/\", \"main.py\")\n", 0644);
  put (root,
       old ? "src/Makefile" : "Makefile",
       old ? "all:\n\ndebug: all\n\tgdbrunner\n"
           : "export BUILD:=$(TOP_DIR)/build/$(TARGET)\nall:\n\ndebug: all\n\tgdbrunner\n",
       0644);
  put (root, "scripts/libraries/main.py", "pass\n", 0644);
  put (root, labels, "face\n", 0644);
  put (root, old ? "src/omv/ports/stm32/x" : "ports/stm32/x", "", 0644);
  put (root, old ? "src/omv/common/x" : "common/x", "", 0644);
  if (!old) {
    put (root, romfs, board_romfs, 0644);
    put (root, "lib/haar/eye.xml", "<x/>", 0644);
  }
  return root;
}

static inline HsTree *
open_board_tree (const char *root)
{
  g_autoptr (GError) error = NULL;
  HsTree *tree = hs_tree_new (root, NULL, &error);

  g_assert_no_error (error);
  return tree;
}

static inline void
forget_board_tree (const char *root)
{
  forget_edits (root);
  remove_all (root);
}

static inline void
put_bytes (const char *root, const char *file, const void *bytes, gsize length)
{
  g_autofree char *path = g_build_filename (root, file, NULL);

  g_assert_true (g_file_set_contents (path, bytes, length, NULL));
}
