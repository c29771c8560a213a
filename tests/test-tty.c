/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/transport/tty-speed.h"
#include "flash/transport/tty-transport.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The camera's end is the master of a pseudo-terminal. */
typedef struct {
  int camera;
  char path[64];
  HsTransport *transport;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int slave;

  g_assert_cmpint (openpty (&f->camera, &slave, f->path, NULL, NULL), ==, 0);
  close (slave);
  f->transport = hs_tty_transport_open (f->path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->transport);
  if (f->camera >= 0)
    close (f->camera);
}

/* Every byte value goes through unchanged, both ways: nothing is echoed or translated. */
static void
test_raw (Fixture *f, gconstpointer data)
{
  guint8 bytes[256];
  guint8 back[512];
  g_autoptr (GError) error = NULL;
  gssize n;

  for (guint i = 0; i < 256; i++)
    bytes[i] = i;

  g_assert_true (hs_transport_write (f->transport, bytes, sizeof bytes, 1000, &error));
  g_assert_no_error (error);
  n = read (f->camera, back, sizeof back);
  g_assert_cmpmem (back, n, bytes, sizeof bytes);

  g_assert_cmpint (write (f->camera, bytes, sizeof bytes), ==, sizeof bytes);
  for (gsize done = 0; done < sizeof bytes; done += n) {
    n = hs_transport_read (f->transport, back + done, sizeof back - done, 1000, &error);
    g_assert_no_error (error);
    g_assert_cmpint (n, >, 0);
  }
  g_assert_cmpmem (back, sizeof bytes, bytes, sizeof bytes);
  g_assert_cmpint (hs_transport_read (f->transport, back, sizeof back, 20, &error), ==, 0);
}

static void
test_line (Fixture *f, gconstpointer data)
{
  static const guint speeds[] = { 921600, 115200, 1200, 12000000 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++) {
    g_assert_true (hs_transport_set_line (f->transport, speeds[i], i == 0, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (hs_tty_get_speed (f->camera), ==, speeds[i]);
  }
}

/* The camera reads nothing: a write must not hang. */
static void
test_write_times_out (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (1024 * 1024);
  g_autoptr (GError) error = NULL;

  g_assert_false (hs_transport_write (f->transport, bytes, 1024 * 1024, 50, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
}

static gpointer
pull_thread (gpointer data)
{
  g_usleep (50 * 1000);
  close (GPOINTER_TO_INT (data));
  return NULL;
}

/* The cable comes off while a read waits for 30 s. */
static void
test_gone (Fixture *f, gconstpointer data)
{
  GThread *thread = g_thread_new ("hand", pull_thread, GINT_TO_POINTER (f->camera));
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  guint8 byte = 0;

  f->camera = -1;
  g_assert_cmpint (hs_transport_read (f->transport, &byte, 1, 30000, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_TIME_SPAN_SECOND);
  g_clear_error (&error);
  g_thread_join (thread);

  g_assert_false (hs_transport_write (f->transport, &byte, 1, 1000, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);
  hs_transport_close (f->transport);
  hs_transport_close (f->transport);
  g_assert_false (hs_transport_write (f->transport, &byte, 1, 1000, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
}

/* Another program has it open: it is named. */
static void
test_held (Fixture *f, gconstpointer data)
{
  g_autofree char *word = NULL;
  g_autoptr (GError) error = NULL;
  int ready[2];
  char byte;
  pid_t child;

  hs_transport_close (f->transport);
  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0) {
    int fd = open (f->path, O_RDWR | O_NOCTTY);

    if (fd >= 0 && write (ready[1], "", 1) == 1)
      pause ();
    _exit (1);
  }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);

  g_assert_null (hs_tty_transport_open (f->path, &error));
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  close (ready[0]);
  close (ready[1]);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  word = g_strdup_printf ("(%d)", (int) child);
  g_assert_nonnull (strstr (error->message, word));
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  const HsRequest request = { 0 };
  Fixture f;

  g_assert_null (hs_tty_transport_open ("/dev/ttyACM-none", &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);

  set_up (&f, NULL);
  g_assert_false (hs_transport_send (f.transport, &request, NULL, 0, 0, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  tear_down (&f, NULL);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/tty/raw", test_raw);
  ADD ("/tty/line", test_line);
  ADD ("/tty/write-times-out", test_write_times_out);
  ADD ("/tty/gone", test_gone);
  ADD ("/tty/held", test_held);
  g_test_add_func ("/tty/missing", test_missing);
  return g_test_run ();
}
