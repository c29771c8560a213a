/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/macro-lines.h"
#include "tests/fuzz/fuzz.h"

/* board_config.h, imlib_config.h and their like: places must lie in the text. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const given[] = { "CORE_M55_HP", NULL };
  g_autofree char *text = g_strndup ((const char *) data, size);
  gsize length = strlen (text);
  g_autoptr (GPtrArray) lines = hs_macro_lines_read (text, length, size % 2 ? given : NULL);

  for (guint i = 0; i < lines->len; i++) {
    const HsMacroLine *line = g_ptr_array_index (lines, i);
    g_autofree char *value = hs_macro_line_dup_value (line, text);
    g_autofree char *styled = NULL;
    guint64 number;

    g_assert_true (line->start <= line->define && line->define < line->end);
    g_assert_true (line->value <= line->value_end && line->value_end <= line->end);
    g_assert_true (line->end <= length);
    hs_macro_lines_find (lines, line->name);
    if (value != NULL && hs_macro_number (lines, text, value, &number))
      styled = hs_macro_dup_styled (value, number);
  }
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  fuzz_add_text (
      seeds,
      "#ifndef __BOARD_CONFIG_H__\n#define __BOARD_CONFIG_H__\n"
      "#define OMV_BOARD_ARCH                        \"OMV4 H7 1024\" // 33 chars max\n"
      "#if BOOTLOADER\n#define OMV_SB_SIZE (32K)\n#elif CORE_M55_HP\n"
      "#define OMV_SB_SIZE                           (1M)  /* two\nlines */\n#else\n"
      "#define OMV_SB_SIZE (60 * 1024)\n#endif\n#define OMV_GC_BLOCK0_MEMORY SRAM4 // x\n"
      "#define OMV_FLASH_LENGTH 0x00300000 /* 3MB */\n#define A OMV_B\n#define OMV_B A\n"
      "#endif //__BOARD_CONFIG_H__\n");
  fuzz_add_text (seeds,
                 "// Enable find_apriltags() (64 KB)\n#define IMLIB_ENABLE_APRILTAGS\n"
                 "//#define IMLIB_ENABLE_HOG\n// #define IMLIB_ENABLE_YUV_LUT\n"
                 "#if defined(IMLIB_ENABLE_FAST) || defined(IMLIB_ENABLE_AGAST)\n"
                 "#define IMLIB_ENABLE_FIND_KEYPOINTS\n#endif\n#if !defined(CUBEAI)\n"
                 "#define X\\\n  (1)\n#endif");
}
