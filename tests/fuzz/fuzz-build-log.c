/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-log.h"
#include "app/firmware/build-report.h"
#include "tests/fuzz/fuzz.h"

/* Pieces of both streams, cut anywhere: the log puts lines together, the report reads them. */
static void
feed (HsBuildLog *log, const guint8 *data, gsize size)
{
  gsize piece = size > 0 ? data[0] % 61 + 1 : 1;

  for (gsize at = 0; at < size; at += piece)
    hs_build_log_append (log, (const char *) data + at, MIN (piece, size - at), data[at] % 5 == 0);
  hs_build_log_end (log);
  hs_build_log_update (log);
}

static void
look (HsBuildLog *log)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (log));

  for (guint i = 0; i < n; i += n / 50 + 1) {
    g_autoptr (HsLogLine) line = g_list_model_get_item (G_LIST_MODEL (log), i);

    g_assert_true (g_utf8_validate (hs_log_line_get_text (line), -1, NULL));
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  g_autoptr (HsBuildReport) report = hs_build_report_new ("OPENMV4");
  g_auto (GStrv) lines = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) hints = NULL;
  HsBuildProblem *problem;

  feed (log, data, size);
  look (log);

  text = g_strndup ((const char *) data, size);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    hs_build_report_line (report, lines[i], strlen (lines[i]), lines[i][0] % 2);
  problem = hs_build_report_dup_problem (report, size % 3);
  if (problem != NULL) {
    g_assert_nonnull (problem->title);
    hs_build_problem_free (problem);
  }

  hints = hs_map_file_read ((const char *) data, size, size % 2 ? "FLASH_TEXT" : NULL, 10);
  g_assert_nonnull (hints);
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  fuzz_add_text (seeds,
                 "Use make V=1 or set BUILD_VERBOSE in your environment.\nCC src/common/dfu.c\n"
                 "GEN /t/build/genhdr/qstr.i.last\nMemory region         Used Size  Region Size  "
                 "%age Used\n                 RAM:       22600 B       128 KB     17.24%\n"
                 "MPY modbus.py\nAR /t/lib/libmicropython.a\nCC lib/imlib/blob.c\n"
                 "GEN linker script\nMemory region         Used Size  Region Size  %age Used\n"
                 "      FLASH_TEXT:     1598060 B      1664 KB     93.79%\n"
                 "            DTCM:          0 GB       128 KB      0.00%\nGEN romfs image\n"
                 "\033[94mromfs image: \033[91m\"romfs0.img\" \033[94musage: 125.7KiB / 128.0KiB "
                 "(98.2%)\033[0m\n   text\t   data\t    bss\t    dec\t    hex\tfilename\n"
                 "1596632\t   1428\t 945912\t2543972\t 26d164\t/t/bin/firmware.elf\n");
  fuzz_add_text (
      seeds,
      "/opt/ld: /t/bin/firmware.elf section `.text' will not fit in region `FLASH_TEXT'\n"
      "/opt/ld: region `FLASH_TEXT' overflowed by 406196 bytes\n"
      "collect2: error: ld returned 1 exit status\n"
      "make: *** [/t/ports/stm32/port_config.mk:163: firmware] Error 1\n");
  fuzz_add_text (
      seeds,
      "Makefile:48: *** OpenMV SDK version mismatch (installed: 1.5.0, required: 1.6.0). "
      "Run 'make sdk' to update..  Stop.\n"
      "\033[91mromfs partition overflow \033[91m125.7KiB / 64.0KiB (196.3%)\033[0m\n"
      "Partition size: 64.0 KiBROMFS Size: 125.7 KiB\n"
      "error compiling main.py:\nTraceback (most recent call last):\n"
      "  File \"/tmp/tmpx.py\", line 3\nSyntaxError: invalid syntax\n"
      "freeze error executing \"/t/manifest.py\": Error in manifest file: "
      "/t/manifest.py: Cannot stat /t/x.py\n"
      "lib/imlib/blob.c:1552:34: error: 'x' undeclared (first use in this function)\n");
  fuzz_add_text (
      seeds,
      "Memory Configuration\n\nName             Origin             Length\n"
      "FLASH_TEXT       0x08040000         0x001a0000         xr\n\n"
      "Linker script and memory map\n\n.text           0x08040000   0x185a20\n"
      " .text.imlib_find_apriltags\n                0x08041234     0x4d2c "
      "/t/lib/imlib/apriltag.o\n .rodata.x      0x08046000     0x120 "
      "/t/lib/libmicropython.a(frozen_content.o)\n *fill*         0x08046120        0x2\n"
      ".bss            0x30000000     0x1000\n");
}
