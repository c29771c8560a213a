/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-report.h"

#include <string.h>

/* Feeds lines; those that begin with "!" came by standard error. */
static HsBuildReport *
read_log (const char *text)
{
  HsBuildReport *report = hs_build_report_new ("OPENMV4");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    gboolean is_stderr = lines[i][0] == '!';
    const char *line = lines[i] + is_stderr;

    hs_build_report_line (report, line, strlen (line), is_stderr);
  }
  return report;
}

typedef struct {
  const char *code;
  const char *log;
  const char *title; /* part of it; nullable */
  const char *text;  /* part of it; nullable */
  guint line;
} Row;

/* clang-format off */
static const Row rows[] = {
  { "no-target", "!Makefile:24: *** Invalid or no TARGET specified.  Stop.", NULL, NULL, 1 },
  { "unknown-target",
    "!Makefile:170: /t/ports//port_config.mk: No such file or directory\n"
    "!make: *** No rule to make target '/t/ports//port_config.mk'.  Stop.", "OPENMV4", NULL, 1 },
  { "unknown-target",
    "!Makefile:153: /t/boards/NONE/board_config.mk: No such file or directory", NULL, NULL, 1 },
  { "unsupported-target",
    "!boards/X/board_config.mk:9: *** \"This camera is no longer supported :O\".  Stop.",
    "OPENMV4", NULL, 1 },
  { "no-sdk",
    "!Makefile:46: *** OpenMV SDK not found. Run 'make sdk' to install it..  Stop.", NULL, NULL, 1 },
  { "no-sdk", "ERROR: SDK_DIR=/x/sdk does not exist.\n"
    "!make: *** [Makefile:90: _check-sdk-dev] Error 1", NULL, NULL, 1 },
  { "other-sdk",
    "!Makefile:48: *** OpenMV SDK version mismatch (installed: 1.5.0, required: 1.6.0). "
    "Run 'make sdk' to update..  Stop.", "1.5.0", NULL, 1 },
  { "old-compiler",
    "!common/check_toolchain.mk:14: *** ERROR ***\n"
    "!common/check_toolchain.mk:15: GCC 12.2 has known issues with Cortex-M55\n"
    "!common/check_toolchain.mk:16: Upgrade to GCC 14.3+ for proper CM55 support\n"
    "!common/check_toolchain.mk:17: *** .  Stop.", NULL, "GCC 12.2", 2 },
  { "no-compiler",
    "!Traceback (most recent call last):\n"
    "!FileNotFoundError: [Errno 2] No such file or directory: 'arm-none-eabi-gcc'\n"
    "!make[1]: *** [../../py/mkrules.mk:140: /t/b/qstr.i.last] Error 1",
    "arm-none-eabi-gcc", NULL, 2 },
  { "no-compiler", "!make: arm-none-eabi-gcc: No such file or directory", NULL, NULL, 1 },
  { "no-compiler", "!/bin/sh: 1: clang: not found", "clang", NULL, 1 },
  { "no-compiler", "!a.c:1:10: fatal error: stdlib.h: No such file or directory",
    "stdlib.h", NULL, 1 },
  { "no-python", "!/bin/sh: 1: python3: not found", NULL, NULL, 1 },
  { "no-engine", "!make: docker: No such file or directory", "docker", NULL, 1 },
  { "engine-failed",
    "!ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker "
    "daemon running?", NULL, "Cannot connect", 1 },
  { "engine-failed", "!ERROR: failed to solve: process \"/bin/sh -c apt\" did not complete",
    NULL, "failed to solve", 1 },
  { "no-submodule",
    "!ports/stm32/port_config.mk:31: lib/apriltag/apriltag.mk: No such file or directory\n"
    "!make: *** No rule to make target 'lib/apriltag/apriltag.mk'.  Stop.",
    "lib/apriltag/apriltag.mk", NULL, 1 },
  { "no-mpy-cross", "CC a.c\n!gcc: error: unrecognized command-line option '-mthumb'\n"
    "!make[2]: *** [../py/mkrules.mk:90: build/py/gc.o] Error 1", NULL, NULL, 2 },
  { "no-mpy-cross", "!gcc: error: unrecognized command-line option \xe2\x80\x98-mthumb\xe2\x80\x99", NULL, NULL, 1 },
  { "c-error",
    "CC lib/imlib/blob.c\nCC lib/imlib/lines.c\n"
    "!lib/imlib/blob.c: In function 'f':\n"
    "!lib/imlib/blob.c:1552:34: error: 'x' undeclared (first use in this function)\n"
    "! 1552 |   int y = x;\n!      |           ^\n"
    "CC lib/imlib/png.c\n"
    "!make: *** [common/mkrules.mk:32: /t/build/OPENMV4/lib/imlib/blob.o] Error 1",
    "lib/imlib/blob.c:1552:34: 'x' undeclared", NULL, 4 },
  { "c-error",
    "arm-none-eabi-gcc -O2 -Wall -Werror -c -o /t/b/x.o common/x.c\n"
    "!common/x.c:3:13: error: 'f' defined but not used [-Werror=unused-function]\n"
    "!cc1: all warnings being treated as errors\n"
    "!make: *** [common/mkrules.mk:32: /t/b/x.o] Error 1",
    "[-Werror=unused-function]", "Warnings count", 2 },
  { "c-error",
    "!Command '['arm-none-eabi-gcc', '-E', 'a: error: b']' returned non-zero exit status 1.\n"
    "!/t/modules/py_x.c:7:10: fatal error: nothere.h: No such file or directory",
    "/t/modules/py_x.c:7:10: nothere.h", NULL, 2 },
  { "python-error",
    "MPY gate.py\nMPY main.py\nerror compiling main.py:\nTraceback (most recent call last):\n"
    "CC extmod/x.c\n  File \"/tmp/tmpab12.py\", line 3\nSyntaxError: invalid syntax\n"
    "!make[1]: *** [../../py/mkrules.mk:10: /t/b/frozen_content.c] Error 1",
    "main.py:3: SyntaxError: invalid syntax", NULL, 3 },
  { "manifest-error",
    "freeze error executing \"/t/boards/OPENMV4/manifest.py\": Error in manifest file: "
    "/t/boards/OPENMV4/manifest.py: Cannot stat /t/scripts/libraries/none.py",
    "Cannot stat /t/scripts/libraries/none.py", "/t/boards/OPENMV4/manifest.py", 1 },
  { "manifest-error",
    "manifest error executing \"/t/m.py\": Error in manifest file: /t/m.py: '(' was never closed "
    "(<string>, line 41)", "'(' was never closed", NULL, 1 },
  { "manifest-error",
    "freeze error executing \"/t/m.py\": Error in manifest file: /t/m.py: "
    "Package 'no-such' not found in any known library.", "Package 'no-such'", NULL, 1 },
  { "flash-overflow",
    "GEN linker script\n"
    "!/gcc/bin/ld: /t/b/bin/firmware.elf section `.text' will not fit in region `FLASH_TEXT'\n"
    "!/gcc/bin/ld: region `FLASH_TEXT' overflowed by 406196 bytes\n"
    "!collect2: error: ld returned 1 exit status\n"
    "!make: *** [/t/ports/stm32/port_config.mk:163: firmware] Error 1",
    "406\u00a0" "196", "FLASH_TEXT", 3 },
  { "memory-overflow", "!/gcc/bin/ld: region `SRAM1' overflowed by 1024 bytes", "SRAM1", NULL, 1 },
  { "link-error",
    "!/gcc/bin/ld: /t/b/py_x.o: in function `f':\n"
    "!/t/modules/py_x.c:9: undefined reference to `winc_init'\n"
    "!collect2: error: ld returned 1 exit status", "winc_init", NULL, 2 },
  { "romfs-overflow",
    "GEN romfs image\nromfs partition overflow 125.7KiB / 64.0KiB (196.3%)\n"
    "!Exception: romfs partition overflow\n!make: *** [x:187: /t/b/romfs.stamp] Error 1",
    "63\u00a0" "180", "125.7KiB / 64.0KiB", 2 },
  { "romfs-missing",
    "GEN romfs image\n"
    "!FileNotFoundError: [Errno 2] No such file or directory: '/t/lib/models/none.tflite'",
    "/t/lib/models/none.tflite", NULL, 2 },
  { "no-converter",
    "GEN romfs image\n!FileNotFoundError: [Errno 2] No such file or directory: 'vela'",
    "vela", NULL, 2 },
  { "disk-full",
    "!a.c:3:1: error: something\n!fatal error: error writing to /tmp/x.s: No space left on device",
    NULL, NULL, 2 },
  { "old-objects", "!/gcc/ld: /t/b/x.o: file format not recognized; treating as linker script",
    NULL, NULL, 1 },
  { "old-objects",
    "!make: *** No rule to make target 'lib/gone.h', needed by '/t/b/x.o'.  Stop.", NULL, NULL, 1 },
  { "other", "something\n!make: *** [Makefile:3: all] Error 7", NULL, "Error 7", 2 },
  { "other", "", NULL, NULL, 0 },
};
/* clang-format on */

static void
test_problems (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (HsBuildReport) report = read_log (rows[i].log);
    HsBuildProblem *problem = hs_build_report_dup_problem (report, 2);

    g_test_message ("%s", rows[i].log);
    g_assert_nonnull (problem);
    g_test_message ("%s: %s | %s", problem->code, problem->title, problem->text);
    g_assert_cmpstr (problem->code, ==, rows[i].code);
    g_assert_cmpuint (problem->line, ==, rows[i].line);
    if (rows[i].title != NULL)
      g_assert_nonnull (strstr (problem->title, rows[i].title));
    if (rows[i].text != NULL)
      g_assert_nonnull (strstr (problem->text, rows[i].text));
    g_assert_null (strchr (problem->title, '{'));
    hs_build_problem_free (problem);
    g_assert_null (hs_build_report_dup_problem (report, 0));
  }
}

/* The form of a good build's log, with the lines of two makes mixed. */
static const char good_log[] =
    "Use make V=1 or set BUILD_VERBOSE in your environment to increase build verbosity.\n"
    "Including User C Module from /t/modules\n"
    "CC src/common/dfu.c\n"
    "GEN /t/build/OPENMV4/lib/micropython/genhdr/qstr.i.last\n"
    "CC ../../lib/tinyusb/src/device/usbd.c\n"
    "CC src/common/usb.c\n"
    "Memory region         Used Size  Region Size  %age Used\n"
    "             RAM:       22600 B       128 KB     17.24%\n"
    "             ROM:       27260 B       128 KB     20.80%\n"
    "   text\t   data\t    bss\t    dec\t    hex\tfilename\n"
    "  27252\t      8\t  22592\t  49852\t   c2bc\t/t/build/OPENMV4/bin/bootloader.elf\n"
    "MPY modbus.py\n"
    "MPY main.py\n"
    "MPY main.py\n"
    "GEN /t/build/OPENMV4/lib/micropython/frozen_content.c\n"
    "CC ../../py/gc.c\n"
    "AR /t/build/OPENMV4/lib/libmicropython.a\n"
    "AS lib/cmsis/startup.s\n"
    "CC lib/imlib/blob.c\n"
    "GEN linker script\n"
    "Memory region         Used Size  Region Size  %age Used\n"
    "            DTCM:          0 GB       128 KB      0.00%\n"
    "           SRAM1:      283792 B       280 KB     98.98%\n"
    "      FLASH_TEXT:     1598060 B      1664 KB     93.79%\n"
    "GEN romfs image\n"
    "romfs image: \"romfs0.img\" usage: 125.7KiB / 128.0KiB (98.2%)\n"
    "   text\t   data\t    bss\t    dec\t    hex\tfilename\n"
    "1596632\t   1428\t 945912\t2543972\t 26d164\t/t/build/OPENMV4/bin/firmware.elf\n";

static void
test_good (void)
{
  g_autoptr (HsBuildReport) report = read_log (good_log);
  GPtrArray *memory = hs_build_report_get_memory (report);
  const HsMemoryUse *use;

  g_assert_cmpuint (hs_build_report_get_steps (report), ==, 14);
  g_assert_cmpstr (hs_build_report_get_phase (report), ==, "romfs");
  g_assert_cmpuint (memory->len, ==, 5);
  use = g_ptr_array_index (memory, 1);
  g_assert_cmpstr (use->elf, ==, "bootloader");
  g_assert_cmpstr (use->region, ==, "ROM");
  g_assert_cmpuint (use->used, ==, 27260);
  use = g_ptr_array_index (memory, 2);
  g_assert_cmpstr (use->elf, ==, "firmware");
  g_assert_cmpuint (use->used, ==, 0);
  use = g_ptr_array_index (memory, 4);
  g_assert_cmpstr (use->region, ==, "FLASH_TEXT");
  g_assert_cmpuint (use->used, ==, 1598060);
  g_assert_cmpuint (use->length, ==, 1664 * 1024);
}

/* Two cores, one after the other: each table gets the name of its ELF. */
static void
test_two_cores (void)
{
  static const char log[] = "CC src/boot.c\n"
                            "Memory region         Used Size  Region Size  %age Used\n"
                            "             ROM:       27260 B       128 KB     20.80%\n"
                            "CC ../../py/gc.c\n"
                            "GEN linker script\n"
                            "Memory region         Used Size  Region Size  %age Used\n"
                            "      FLASH_TEXT:     2000000 B         3 MB     63.58%\n"
                            "            DTCM:        1024 B         1 MB      0.10%\n"
                            "GEN /t/build/X/bin/romfs_M55_HP.img\n"
                            "  1\t2\t3\t6\t6\t/t/build/X/bin/firmware_M55_HP.elf\n"
                            "CC ../../py/gc.c\n"
                            "GEN linker script\n"
                            "Memory region         Used Size  Region Size  %age Used\n"
                            "      FLASH_TEXT:     1000000 B      1400 KB     69.75%\n"
                            "GEN /t/build/X/bin/romfs_M55_HE.img\n"
                            "  1\t2\t3\t6\t6\t/t/build/X/bin/firmware_M55_HE.elf\n";
  g_autoptr (HsBuildReport) report = read_log (log);
  GPtrArray *memory = hs_build_report_get_memory (report);

  g_assert_cmpuint (memory->len, ==, 4);
  g_assert_cmpstr (((HsMemoryUse *) memory->pdata[0])->elf, ==, "bootloader");
  g_assert_cmpstr (((HsMemoryUse *) memory->pdata[1])->elf, ==, "firmware_M55_HP");
  g_assert_cmpstr (((HsMemoryUse *) memory->pdata[2])->elf, ==, "firmware_M55_HP");
  g_assert_cmpstr (((HsMemoryUse *) memory->pdata[3])->elf, ==, "firmware_M55_HE");
}

/* Whatever the bytes, and cut anywhere: no crash, and in time. */
static void
test_hostile (void)
{
  g_autoptr (HsBuildReport) report = hs_build_report_new ("OPENMV4");
  g_autofree char *lengthy = g_malloc (100000);
  static const char *const starts[] = {
    "Memory region ",      ": error: ",           "error compiling ",          "region `",
    " overflowed by ",     "  File \"x\", line ", "romfs partition overflow ", "1:1:1:1:1: error: ",
    "FileNotFoundError: ",
  };
  HsBuildProblem *problem;

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    for (int fill = 0; fill < 256; fill += 5) {
      memset (lengthy, fill, 100000);
      memcpy (lengthy, starts[i], strlen (starts[i]));
      hs_build_report_line (report, lengthy, 100000, i % 2);
      hs_build_report_line (report, lengthy, strlen (starts[i]), i % 2);
    }
  for (gsize i = 0; i < sizeof good_log; i += 7)
    hs_build_report_line (report, good_log + i, MIN (61, sizeof good_log - i), FALSE);
  problem = hs_build_report_dup_problem (report, 2);
  g_assert_true (g_utf8_validate (problem->title, -1, NULL));
  g_assert_true (g_utf8_validate (problem->text, -1, NULL));
  hs_build_problem_free (problem);
}

static const char map_text[] =
    "Discarded input sections\n\n"
    " .text          0x00000000     0x9999 /t/build/X/lib/gone.o\n\n"
    "Memory Configuration\n\n"
    "Name             Origin             Length             Attributes\n"
    "FLASH_TEXT       0x08040000         0x00001000         xr\n"
    "SRAM1            0x24000000         0x00010000         xrw\n"
    "*default*        0x00000000         0xffffffff\n\n"
    "Linker script and memory map\n\n"
    "LOAD /t/build/X/lib/a.o\n"
    ".isr_vector     0x08040000      0x298\n"
    " .isr_vector    0x08040000      0x298 /t/build/X/startup.o\n"
    ".text           0x08040298     0x2000\n"
    " *(.text*)\n"
    " .text.main     0x08040298      0x100 /t/build/X/lib/imlib/apriltag.o\n"
    "                0x08040299                main\n"
    " .text.a_name_that_is_long\n"
    "                0x08040398      0x200 /t/build/X/lib/imlib/apriltag.o\n"
    " .rodata        0x08040598      0x180 /x/lib/libc.a(printf.o)\n"
    " *fill*         0x08040718        0x4 \n"
    ".data           0x24000000       0x10 load address 0x08042298\n"
    " .data          0x24000000       0x10 /t/build/X/lib/d.o\n"
    ".bss            0x24000010     0x4000\n"
    " COMMON         0x24000010     0x4000 /t/build/X/lib/heap.o\n"
    ".an_output_section_with_a_name\n"
    "                0x08040f00       0x40\n"
    " .x             0x08040f00       0x40 /t/build/X/lib/x.o\n";

static void
test_map (void)
{
  g_autoptr (GPtrArray) flash = hs_map_file_read (map_text, -1, "FLASH_TEXT", 10);
  g_autoptr (GPtrArray) ram = hs_map_file_read (map_text, -1, "SRAM1", 1);
  const HsBuildHint *hint;

  g_assert_cmpuint (flash->len, ==, 4);
  hint = g_ptr_array_index (flash, 0);
  g_assert_cmpstr (hint->what, ==, "lib/imlib/apriltag.o");
  g_assert_cmpuint (hint->bytes, ==, 0x300);
  hint = g_ptr_array_index (flash, 1);
  g_assert_cmpstr (hint->what, ==, "startup.o");
  hint = g_ptr_array_index (flash, 2);
  g_assert_cmpstr (hint->what, ==, "libc.a(printf.o)");
  hint = g_ptr_array_index (flash, 3);
  g_assert_cmpstr (hint->what, ==, "lib/x.o");
  hint = g_ptr_array_index (ram, 0);
  g_assert_cmpstr (hint->what, ==, "lib/heap.o");

  for (gsize i = 0; i <= strlen (map_text); i++) {
    g_autofree char *cut = g_strndup (map_text, i);
    g_autoptr (GPtrArray) hints = hs_map_file_read (cut, i, NULL, 3);

    g_assert_cmpuint (hints->len, <=, 3);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/build-report/problems", test_problems);
  g_test_add_func ("/build-report/good", test_good);
  g_test_add_func ("/build-report/two-cores", test_two_cores);
  g_test_add_func ("/build-report/hostile", test_hostile);
  g_test_add_func ("/build-report/map", test_map);

  return g_test_run ();
}
