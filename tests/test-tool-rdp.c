/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "tests/own-dirs.h"
#include "tests/tool-rig.h"

/* --- what may be asked of vendors' programs --- */

#define MOST 12

static const struct {
  gboolean allowed;
  const char *argv[MOST]; /* the program first */
} argument_cases[] = {
  { TRUE, { "STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "displ" } },
  { TRUE, { "/a b/STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "RDP=0xAA" } },
  { TRUE, { "STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "RDP=0xBB" } },
  { TRUE, { "STM32_Programmer_CLI", "-c", "port=USB1", "-d", "/x y/FlashLayout.tsv" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "RDP=0xCC" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "rdp=0xcc" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "RDP=204" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "displ", "-rdu" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=SWD", "mode=UR", "-ob", "displ\n-rdu" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=USB1", "-ob", "RDP=0xBB" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=USB1", "-otp", "write" } },
  { FALSE, { "STM32_Programmer_CLI", "-c", "port=USB1", "-d", "openmv.bin" } },
  { FALSE, { "STM32_Programmer_CLI" } },
  { TRUE,
    { "openocd",
      "-f",
      "interface/stlink.cfg",
      "-f",
      "target/stm32f7x.cfg",
      "-c",
      "init; reset halt; stm32f2x lock 0; shutdown" } },
  { TRUE,
    { "openocd",
      "-f",
      "interface/stlink.cfg",
      "-f",
      "target/stm32h7x.cfg",
      "-c",
      "init; reset halt; stm32h7x unlock 0; shutdown" } },
  { FALSE,
    { "openocd",
      "-f",
      "interface/stlink.cfg",
      "-f",
      "target/stm32f4x.cfg",
      "-c",
      "init; reset halt; stm32f2x options_write 0 0xCC; shutdown" } },
  { FALSE,
    { "openocd",
      "-f",
      "interface/stlink.cfg",
      "-f",
      "target/stm32h7x.cfg",
      "-c",
      "init; stm32h7x option_write 0 0x20 0xCC00 0xFF00; shutdown" } },
  { TRUE, { "maintenance", "-opt", "sesbanner" } },
  { TRUE,
    { "maintenance.py",
      "--port",
      "/dev/ttyUSB0",
      "--cfg-part",
      "AE302F80F55D5AE",
      "--cfg-rev",
      "B4",
      "-opt",
      "getbanner" } },
  { TRUE, { "maintenance" } },
  { FALSE, { "maintenance", "-opt", "getotpread", "0x5F" } },
  { TRUE, { "updateSystemPackage" } },
  { FALSE, { "updateSystemPackage", "--no_authentication" } },
  { TRUE, { "app-gen-toc", "-f", "build/config/app-cfg.json" } },
  { TRUE,
    { "app-write-mram", "--pad", "-i", "bootloader.bin 0x80000000 firmware_pad.toc 0x8057e000" } },
  { TRUE, { "app-write-mram", "--help" } },
  { FALSE, { "app-write-mram", "--erase", "APP" } },
  { FALSE, { "app-write-mram", "--era", "APP" } },
  { FALSE, { "app-write-mram", "-e", "APP" } },
  { FALSE, { "app-write-mram", "-eAPP" } },
  { FALSE,
    { "app-write-mram",
      "--pad",
      "-i",
      "bootloader.bin 0x80000000 firmware_pad.toc 0x8057e000",
      "--erase",
      "APP" } },
  { FALSE, { "app-write-mram", "--pad", "-i", "bootloader.bin 0x80580000" } },
  { FALSE, { "app-write-mram" } },
  { FALSE, { "app-provision" } },
  { FALSE, { "app-secure-debug", "--rma" } },
  { FALSE, { "sh", "-c", "true" } },
};

static void
test_arguments (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (argument_cases); i++) {
    g_autoptr (GError) error = NULL;
    gboolean allowed =
        hs_tool_check_arguments (argument_cases[i].argv[0], argument_cases[i].argv + 1, &error);

    g_test_message ("case %u: %s", i, argument_cases[i].argv[0]);
    g_assert_cmpint (allowed, ==, argument_cases[i].allowed);
    if (!allowed)
      g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  }
}

/* Whatever value somebody finds a way to put there: two of 256 pass. */
static void
test_all_values (void)
{
  guint n = 0;

  for (guint value = 0; value < 256; value++) {
    g_autofree char *option = g_strdup_printf ("RDP=0x%02X", value);
    const char *argv[] = { "-c", "port=SWD", "mode=UR", "-ob", option, NULL };
    gboolean allowed = hs_tool_check_arguments ("STM32_Programmer_CLI", argv, NULL);

    g_assert_cmpint (allowed, ==, value == 0xAA || value == 0xBB);
    n += allowed;
  }
  g_assert_cmpuint (n, ==, HS_N_RDP_LEVELS);
}

static void
test_percent (void)
{
  g_assert_cmpint (hs_tool_parse_percent ("[==========          ] 42% "), ==, 42);
  g_assert_cmpint (hs_tool_parse_percent ("[                    ]  0%"), ==, 0);
  g_assert_cmpint (hs_tool_parse_percent ("████████ 100%"), ==, 100);
  g_assert_cmpint (
      hs_tool_parse_percent ("bootloader.bin     [####      ]20%: 4096/20480 bytes"), ==, 20);
  g_assert_cmpint (hs_tool_parse_percent ("Voltage     : 3.28V"), ==, -1);
  g_assert_cmpint (hs_tool_parse_percent ("100% sure"), ==, -1);
}

/* --- a chip behind a probe --- */

static void
assert_level (JobRun *run, guint expected)
{
  g_autoptr (GError) error = NULL;
  guint level = 99;

  g_assert_true (hs_tool_rdp_read (run->work, &level, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (level, ==, expected);
}

/* @data: "BOARD WAY TOOL" */
static void
test_there_and_back (gconstpointer data)
{
  g_auto (GStrv) words = g_strsplit (data, " ", 3);
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;

  tool_rig_init (&rig, words[0]);
  job_run_init (&run, &rig.job, 0, "probe");
  run.work->options.way = g_intern_string (words[1]);

  assert_level (&run, 0);
  g_assert_true (hs_tool_rdp_set (run.work, HS_RDP_LEVEL_1, &error));
  g_assert_no_error (error);
  tool_rig_assert_ran (&rig, words[2], "done");
  assert_level (&run, 1);
  g_assert_true (hs_tool_rdp_set (run.work, HS_RDP_LEVEL_0, &error));
  assert_level (&run, 0);
  tool_rig_remember (&rig, "rdp", "CC");
  assert_level (&run, 2);
  tool_rig_remember (&rig, "rdp", "37");
  assert_level (&run, 1);

  calls = tool_rig_dup_calls (&rig);
  g_assert_null (strstr (calls, "CC"));
}

static void
test_fails (gconstpointer data)
{
  g_auto (GStrv) words = g_strsplit (data, " ", 4);
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;

  tool_rig_init (&rig, "OPENMV4");
  job_run_init (&run, &rig.job, 0, "probe");
  run.work->options.way = g_intern_string (words[0]);
  g_setenv ("HOTSHOE_STANDIN", words[1], TRUE);
  g_assert_false (hs_tool_rdp_set (run.work, HS_RDP_LEVEL_1, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TOOL);
  g_assert_nonnull (strstr (error->message, words[2]));
  tool_rig_assert_ran (&rig, words[3], "failed");
}

static void
test_silent (void)
{
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  guint level;

  tool_rig_init (&rig, "OPENMV4");
  job_run_init (&run, &rig.job, 0, "probe");
  run.work->options.way = "swd-openocd";
  g_setenv ("HOTSHOE_STANDIN", "ocd-silent", TRUE);
  g_assert_false (hs_tool_rdp_read (run.work, &level, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TOOL);
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (500 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

/* What only reads is stopped. */
static void
test_cancelled (void)
{
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  GThread *thread;
  guint level;

  tool_rig_init (&rig, "OPENMV4");
  job_run_init (&run, &rig.job, 0, "probe");
  run.work->options.way = "swd-programmer";
  g_setenv ("HOTSHOE_STANDIN", "cli-hang", TRUE);
  thread = g_thread_new ("cancel", cancel_thread, run.work->cancellable);
  g_assert_false (hs_tool_rdp_read (run.work, &level, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

/* What writes option bytes is not, once it was started: a chip that is left half-way may be lost.
 */
static void
test_to_the_end (void)
{
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;
  GThread *thread;

  tool_rig_init (&rig, "OPENMV4");
  job_run_init (&run, &rig.job, 0, "probe");
  run.work->options.way = "swd-programmer";
  g_setenv ("HOTSHOE_STANDIN", "cli-slow", TRUE);
  thread = g_thread_new ("cancel", cancel_thread, run.work->cancellable);
  g_assert_true (hs_tool_rdp_set (run.work, HS_RDP_LEVEL_1, &error));
  g_assert_no_error (error);
  g_thread_join (thread);
  g_assert_true (g_cancellable_is_cancelled (run.work->cancellable));
  tool_rig_assert_ran (&rig, "stm32-programmer", "done");

  g_assert_false (hs_tool_rdp_set (run.work, HS_RDP_LEVEL_0, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  calls = tool_rig_dup_calls (&rig);
  g_assert_null (strstr (calls, "RDP=0xAA"));
}

typedef struct {
  HsWork *work;
  gboolean writes;
  int writing;
  guint n_lines;
} Begun;

/* Somebody stops it as soon as it says something, which is when it begins to write. */
static char *
begun_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Begun *begun = user_data;

  if (begun->n_lines++ == 0) {
    g_atomic_int_set (&begun->writing, begun->writes);
    g_cancellable_cancel (begun->work->cancellable);
  }
  return NULL;
}

static void
test_from_when_it_writes (void)
{
  static const char *const arguments[] = { "-c", "port=SWD", "mode=UR", "-ob", "RDP=0xBB", NULL };

  for (guint writes = 0; writes < 2; writes++) {
    g_auto (ToolRig) rig = { 0 };
    g_auto (JobRun) run = { 0 };
    g_autoptr (GError) error = NULL;
    g_autoptr (GFile) file = NULL;
    Begun begun = { .writes = writes };
    HsToolCall call = { .tool = HS_TOOL_STM32_PROGRAMMER,
                        .arguments = arguments,
                        .writing = &begun.writing,
                        .silence_s = 20,
                        .timeout_s = 20,
                        .func = begun_cb,
                        .user_data = &begun };

    tool_rig_init (&rig, "OPENMV4");
    job_run_init (&run, &rig.job, 0, "probe");
    g_setenv ("HOTSHOE_STANDIN", "cli-slow", TRUE);
    begun.work = run.work;
    file = hs_tool_find (HS_TOOL_STM32_PROGRAMMER, NULL);
    call.program = g_file_peek_path (file);
    g_assert_true (hs_tool_run (run.work, &call, &error) == (writes == 1));
    if (writes)
      g_assert_no_error (error);
    else
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    tool_rig_assert_ran (&rig, "stm32-programmer", writes ? "done" : "cancelled");
  }
}

/* A probe that reads nothing has not seen a protected chip. */
static void
test_no_register (gconstpointer data)
{
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  guint level = 99;

  tool_rig_init (&rig, "OPENMV3");
  job_run_init (&run, &rig.job, 0, "probe");
  run.work->options.way = "swd-openocd";
  g_setenv ("HOTSHOE_STANDIN", data, TRUE);
  g_assert_false (hs_tool_rdp_read (run.work, &level, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TOOL);
  g_assert_cmpuint (level, ==, 99);
}

static void
test_hangs (void)
{
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_test_build_filename (G_TEST_DIST, "tools", "openocd", NULL);
  const char *arguments[] = { "-f", "interface/stlink.cfg",
                              "-f", "target/stm32h7x.cfg",
                              "-c", "init; stm32h7x option_read 0 0x1c; shutdown",
                              NULL };
  const HsToolCall call = { .tool = HS_TOOL_OPENOCD,
                            .program = program,
                            .arguments = arguments,
                            .silence_s = 1,
                            .timeout_s = 5 };

  tool_rig_init (&rig, "OPENMV4");
  job_run_init (&run, &rig.job, 0, "probe");
  g_setenv ("HOTSHOE_STANDIN", "ocd-hang", TRUE);
  g_assert_false (hs_tool_run (run.work, &call, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TOOL);
  g_assert_nonnull (strstr (error->message, "openocd took too long"));
  tool_rig_assert_ran (&rig, "openocd", "timed-out");
}

/* A chip without such option bytes, a way that is none, and a real program beside a simulated
 * camera: nothing is started. */
static void
test_refused (void)
{
  g_auto (ToolRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *calls = NULL;
  g_autofree char *path = NULL;
  guint level;

  tool_rig_init (&rig, "OPENMV_N6");
  job_run_init (&run, &rig.job, 0, "probe");
  run.work->options.way = "swd-programmer";
  g_assert_false (hs_tool_rdp_set (run.work, HS_RDP_LEVEL_1, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  g_clear_error (&error);

  run.work->board = hs_board_by_id ("OPENMV4");
  run.work->options.way = "rom";
  g_assert_false (hs_tool_rdp_read (run.work, &level, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  g_clear_error (&error);

  path = g_strconcat (g_getenv ("HOTSHOE_TOOLS"), ":", g_getenv ("PATH"), NULL);
  g_setenv ("PATH", path, TRUE);
  g_unsetenv ("HOTSHOE_TOOLS");
  run.work->options.way = "swd-programmer";
  g_assert_false (hs_tool_rdp_set (run.work, HS_RDP_LEVEL_1, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  g_assert_nonnull (strstr (error->message, "simulated"));

  calls = tool_rig_dup_calls (&rig);
  g_assert_null (strstr (calls, "-ob"));
}

int
main (int argc, char *argv[])
{
  g_autofree char *home = own_dirs_make ();
  int status;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-rdp/arguments", test_arguments);
  g_test_add_func ("/tool-rdp/all-values", test_all_values);
  g_test_add_func ("/tool-rdp/percent", test_percent);
  g_test_add_data_func (
      "/tool-rdp/programmer", "OPENMV4 swd-programmer stm32-programmer", test_there_and_back);
  g_test_add_data_func (
      "/tool-rdp/openocd-h7", "OPENMV4P swd-openocd openocd", test_there_and_back);
  g_test_add_data_func ("/tool-rdp/openocd-f7", "OPENMV3 swd-openocd openocd", test_there_and_back);
  g_test_add_data_func ("/tool-rdp/openocd-f4", "OPENMV2 swd-openocd openocd", test_there_and_back);
  g_test_add_data_func ("/tool-rdp/programmer-fails",
                        "swd-programmer cli-fail OB_LAUNCH stm32-programmer",
                        test_fails);
  g_test_add_data_func (
      "/tool-rdp/no-probe", "swd-programmer cli-no-device probe stm32-programmer", test_fails);
  g_test_add_data_func (
      "/tool-rdp/openocd-fails", "swd-openocd ocd-fail protected openocd", test_fails);
  g_test_add_func ("/tool-rdp/silent", test_silent);
  g_test_add_func ("/tool-rdp/cancelled", test_cancelled);
  g_test_add_func ("/tool-rdp/from-when-it-writes", test_from_when_it_writes);
  g_test_add_func ("/tool-rdp/to-the-end", test_to_the_end);
  g_test_add_data_func ("/tool-rdp/zeros", "ocd-zeros", test_no_register);
  g_test_add_data_func ("/tool-rdp/ones", "ocd-ones", test_no_register);
  g_test_add_func ("/tool-rdp/hangs", test_hangs);
  g_test_add_func ("/tool-rdp/refused", test_refused);
  status = g_test_run ();
  remove_tree (home);
  return status;
}
