/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-log.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static const char *
text_at (HsBuildLog *log, guint position)
{
  g_autoptr (HsLogLine) line = g_list_model_get_item (G_LIST_MODEL (log), position);

  g_assert_nonnull (line);
  return hs_log_line_get_text (line); /* the log keeps the line, too */
}

static guint
number_at (HsBuildLog *log, guint position)
{
  g_autoptr (HsLogLine) line = g_list_model_get_item (G_LIST_MODEL (log), position);

  return hs_log_line_get_number (line);
}

static guint
n_shown (HsBuildLog *log)
{
  return g_list_model_get_n_items (G_LIST_MODEL (log));
}

static void
append (HsBuildLog *log, const char *text)
{
  hs_build_log_append (log, text, strlen (text), FALSE);
}

static void
wait_idle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_classify (void)
{
  static const struct {
    const char *line;
    gboolean is_stderr;
    HsLogKind kind;
  } lines[] = {
    { "CC lib/imlib/blob.c", FALSE, HS_LOG_STEP },
    { "MPY main.py", FALSE, HS_LOG_STEP },
    { "GEN romfs image", FALSE, HS_LOG_STEP },
    { "CCC", FALSE, HS_LOG_PLAIN },
    { "lib/imlib/blob.c:12:3: error: 'x' undeclared", TRUE, HS_LOG_ERROR },
    { "a.c:1:10: fatal error: stdlib.h: No such file or directory", TRUE, HS_LOG_ERROR },
    { "make: *** [common/mkrules.mk:32: build/x.o] Error 1", TRUE, HS_LOG_ERROR },
    { "Makefile:24: *** Invalid or no TARGET specified.  Stop.", TRUE, HS_LOG_ERROR },
    { "error compiling main.py:", FALSE, HS_LOG_ERROR },
    { "SyntaxError: invalid syntax", FALSE, HS_LOG_ERROR },
    { "romfs partition overflow 125.7KiB / 64.0KiB (196.3%)", FALSE, HS_LOG_ERROR },
    { "/x/ld: region `FLASH_TEXT' overflowed by 406196 bytes", TRUE, HS_LOG_ERROR },
    { "Command '['arm-none-eabi-gcc', '-E', 'a: error:']", TRUE, HS_LOG_PLAIN },
    { "warning: jobserver unavailable: using -j1.", TRUE, HS_LOG_WARNING },
    { "a.c:3:1: warning: unused", TRUE, HS_LOG_WARNING },
    { "      FLASH_TEXT:     1598060 B      1664 KB     93.79%", FALSE, HS_LOG_NOTE },
    { "Memory region         Used Size  Region Size  %age Used", FALSE, HS_LOG_NOTE },
    { "", FALSE, HS_LOG_PLAIN },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_test_message ("%s", lines[i].line);
    g_assert_cmpint (hs_log_classify (lines[i].line, strlen (lines[i].line), lines[i].is_stderr),
                     ==,
                     lines[i].kind);
  }
}

/* Colour codes, line ends and what a carriage return overwrites, wherever the pieces are cut. */
static void
test_pieces (void)
{
  static const char text[] = "\x1b[91mred\x1b[0m and \x1b[1;32mgreen\x1b[0m\r\n"
                             "10%\r50%\r100%\n"
                             "\x1b]0;title\x07plain\n"
                             "last";

  for (gsize size = 1; size < sizeof text; size++) {
    g_autoptr (HsBuildLog) log = hs_build_log_new ();

    for (gsize at = 0; at < sizeof text - 1; at += size)
      hs_build_log_append (log, text + at, MIN (size, sizeof text - 1 - at), FALSE);
    hs_build_log_update (log);
    g_assert_cmpuint (n_shown (log), ==, 3);
    hs_build_log_end (log);
    hs_build_log_update (log);
    g_assert_cmpuint (n_shown (log), ==, 4);
    g_assert_cmpstr (text_at (log, 0), ==, "red and green");
    g_assert_cmpstr (text_at (log, 1), ==, "100%");
    g_assert_cmpstr (text_at (log, 2), ==, "plain");
    g_assert_cmpstr (text_at (log, 3), ==, "last");
  }
}

static void
test_streams (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();

  hs_build_log_append (log, "CC one", 6, FALSE);
  hs_build_log_append (log, "x.c:1: error: no", 16, TRUE);
  hs_build_log_append (log, ".c\n", 3, FALSE);
  hs_build_log_append (log, "pe\n", 3, TRUE);
  hs_build_log_update (log);
  g_assert_cmpstr (text_at (log, 0), ==, "CC one.c");
  g_assert_cmpstr (text_at (log, 1), ==, "x.c:1: error: nope");
  g_assert_cmpuint (hs_build_log_get_n_errors (log), ==, 1);
  g_assert_cmpuint (hs_build_log_get_first_error (log), ==, 2);
}

static void
test_odd_bytes (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  g_autoptr (GString) lengthy = g_string_new (NULL);
  g_autoptr (GBytes) all = NULL;
  g_autoptr (GError) error = NULL;

  hs_build_log_append (log, "a\0b\xff\n", 5, FALSE);
  for (guint i = 0; i < 30000; i++)
    g_string_append (lengthy, "ä");
  g_string_append_c (lengthy, '\n');
  append (log, lengthy->str);
  hs_build_log_update (log);

  g_assert_cmpstr (text_at (log, 0),
                   ==,
                   "a\xef\xbf\xbd"
                   "b\xef\xbf\xbd");
  g_assert_cmpint (g_utf8_strlen (text_at (log, 1), -1), ==, 2001);
  g_assert_true (g_str_has_suffix (text_at (log, 1), "ä…"));
  all = hs_build_log_dup_text (log, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (all), ==, 5 + lengthy->len);
  g_assert_cmpmem (g_bytes_get_data (all, NULL), 5, "a\0b\xff\n", 5);
}

static void
test_filter (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new_for_text ("CC alpha.c\n"
                                                          "CC beta.c\n"
                                                          "beta.c:1:1: error: Größe\n"
                                                          "beta.c:2:1: warning: x\n",
                                                          -1);

  hs_build_log_filter (log, "BETA", FALSE);
  wait_idle ();
  g_assert_cmpuint (n_shown (log), ==, 3);
  g_assert_cmpuint (number_at (log, 0), ==, 2);
  g_assert_cmpuint (hs_build_log_find_line (log, 3), ==, 1);
  g_assert_cmpuint (hs_build_log_find_line (log, 1), ==, G_MAXUINT);

  append (log, "CC gamma.c\nCC beta2.c\n");
  hs_build_log_update (log);
  wait_idle ();
  g_assert_cmpuint (n_shown (log), ==, 4);
  g_assert_cmpstr (text_at (log, 3), ==, "CC beta2.c");

  hs_build_log_filter (log, NULL, TRUE);
  wait_idle ();
  g_assert_cmpuint (n_shown (log), ==, 2);
  hs_build_log_filter (log, "GRÖSSE", FALSE);
  wait_idle ();
  g_assert_cmpuint (n_shown (log), ==, 1);
  g_assert_cmpuint (number_at (log, 0), ==, 3);
  hs_build_log_filter (log, "", FALSE);
  g_assert_cmpuint (n_shown (log), ==, 6);
  g_assert_cmpuint (hs_build_log_find_line (log, 6), ==, 5);
  g_assert_cmpuint (hs_build_log_find_line (log, 7), ==, G_MAXUINT);
}

static gpointer
append_many (gpointer data)
{
  HsBuildLog *log = data;

  for (guint i = 1; i <= 200000; i++) {
    char line[64];
    int n = g_snprintf (line, sizeof line, "CC lib/file-%u.c\n", i);

    hs_build_log_append (log, line, n, FALSE);
  }
  hs_build_log_append (log, "x.c:1:1: error: end\n", 20, TRUE);
  hs_build_log_end (log);
  return NULL;
}

static void
on_changed (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  guint *n = data;

  g_assert_cmpuint (position + removed, <=, *n);
  *n = *n - removed + added;
  g_assert_cmpuint (g_list_model_get_n_items (model), ==, *n);
}

/* One thread appends, the main thread looks and filters meanwhile. */
static void
test_threads (void)
{
  g_autoptr (HsBuildLog) log = hs_build_log_new ();
  guint n = 0, turn = 0;
  GThread *thread;

  g_signal_connect (log, "items-changed", G_CALLBACK (on_changed), &n);
  thread = g_thread_new ("append", append_many, log);
  while (hs_build_log_get_n_errors (log) == 0) {
    hs_build_log_filter (log, turn++ % 3 == 0 ? "7" : NULL, FALSE);
    hs_build_log_update (log);
    g_main_context_iteration (NULL, FALSE);
    if (n > 0)
      g_assert_nonnull (text_at (log, n - 1));
  }
  g_thread_join (thread);

  hs_build_log_filter (log, "file-199999.", FALSE);
  hs_build_log_update (log);
  wait_idle ();
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (number_at (log, 0), ==, 199999);
  hs_build_log_filter (log, NULL, FALSE);
  g_assert_cmpuint (n, ==, 200001);
  g_assert_cmpstr (text_at (log, 0), ==, "CC lib/file-1.c");
  g_assert_cmpuint (hs_build_log_get_first_error (log), ==, 200001);
}

/* A full disk: said once, what was there and the newest stay. In a process of its own, as the limit
 * can't be taken back. */
static void
test_full_disk (void)
{
  g_autoptr (HsBuildLog) log = NULL;
  const struct rlimit limit = { 100000, 100000 };
  guint said = 0, n;

  if (!g_test_subprocess ()) {
    g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed ();
    return;
  }

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  log = hs_build_log_new ();
  append_many (log);
  hs_build_log_update (log);
  n = n_shown (log);
  g_assert_cmpuint (n, ==, 200002);
  for (guint i = 0; i < 6000; i++)
    said += g_str_has_prefix (text_at (log, i), "Hotshoe: ");
  g_assert_cmpuint (said, ==, 1);
  g_assert_cmpstr (text_at (log, 0), ==, "CC lib/file-1.c");
  g_assert_cmpstr (text_at (log, n - 2), ==, "CC lib/file-200000.c");
  g_assert_cmpstr (text_at (log, n - 1), ==, "x.c:1:1: error: end");
}

static void
test_save (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "hotshoe-test-build.log", NULL);
  g_autoptr (HsBuildLog) log = hs_build_log_new_for_text ("one\ntwo", -1);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (hs_build_log_save (log, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "one\ntwo\n");
  g_unlink (path);
  g_assert_false (hs_build_log_save (log, "/nonexistent/x.log", &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/build-log/classify", test_classify);
  g_test_add_func ("/build-log/pieces", test_pieces);
  g_test_add_func ("/build-log/streams", test_streams);
  g_test_add_func ("/build-log/odd-bytes", test_odd_bytes);
  g_test_add_func ("/build-log/filter", test_filter);
  g_test_add_func ("/build-log/threads", test_threads);
  g_test_add_func ("/build-log/full-disk", test_full_disk);
  g_test_add_func ("/build-log/save", test_save);

  return g_test_run ();
}
