/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/transport/usb-bus.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The transport over the real libusb, on the simulated bus: "usbrig --cameras=OPENMV4@dfu -- this".
 * Camera 0 is on port 1-1 and is held in its bootloader. */

enum { DFU_DNLOAD = 1, DFU_UPLOAD = 2, DFU_GETSTATUS = 3, DFU_CLRSTATUS = 4, DFU_ABORT = 6 };

static const HsRequest get_status = { 0x21, DFU_GETSTATUS, 0, 0 };

/* (transfer full): what the rig answers */
static char *
command (const char *line)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  char answer[1024] = { 0 };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_strlcpy (address.sun_path, g_getenv ("USBRIG_CONTROL"), sizeof address.sun_path);
  g_assert_cmpint (connect (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  g_assert_cmpint (read (fd, answer, sizeof answer - 1), >, 0);
  close (fd);
  return g_strdup (g_strchomp (answer));
}

static void
order (const char *line)
{
  g_autofree char *answer = command (line);

  g_assert_cmpstr (answer, ==, "ok");
}

typedef struct {
  HsBus *bus;
  HsTransport *transport;
} Fixture;

static HsUsbInfo *
wait_for_camera (HsBus *bus)
{
  gint64 deadline = hs_bus_now (bus, "1-1") + 20 * G_TIME_SPAN_SECOND;
  HsUsbInfo *info;
  guint64 seen = hs_bus_serial (bus);

  while ((info = hs_bus_find_port (bus, "1-1")) == NULL) {
    g_assert_cmpint (hs_bus_now (bus, "1-1"), <, deadline);
    seen = hs_bus_wait (bus, "1-1", seen, deadline, NULL);
  }
  return info;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  f->bus = hs_usb_bus_new (&error);
  g_assert_no_error (error);
  info = wait_for_camera (f->bus);
  f->transport = hs_bus_open (f->bus, info, HS_OPEN_USB, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->transport);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->bus);
}

/* Makes the camera whole for the next test. */
static void
heal (Fixture *f)
{
  g_autoptr (HsUsbInfo) info = NULL;

  g_clear_object (&f->transport);
  order ("unplug 0");
  order ("plug 0");
}

static void
test_requests (Fixture *f, gconstpointer data)
{
  const HsRequest upload = { 0x21, DFU_UPLOAD, 0, 0 };
  const HsRequest clear = { 0x21, DFU_CLRSTATUS, 0, 0 };
  const HsRequest abort = { 0x21, DFU_ABORT, 0, 0 };
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (f->bus, "1-1");
  guint8 block[4096];
  guint8 status[6];

  g_assert_cmpuint (info->alts->len, >=, 4);
  name = hs_transport_get_string (
      f->transport, g_array_index (info->alts, HsUsbAlt, 2).name_index, &error);
  g_assert_no_error (error);
  g_assert_nonnull (name);
  g_assert_cmpstr (name, !=, "");

  g_assert_true (hs_transport_set_alternate (f->transport, 2, &error));
  g_assert_cmpint (
      hs_transport_receive (f->transport, &get_status, status, 6, 1000, &error), ==, 6);
  g_assert_cmpuint (status[0], ==, 0);
  g_assert_cmpint (hs_transport_receive (f->transport, &upload, block, sizeof block, 1000, &error),
                   ==,
                   sizeof block);
  g_assert_true (hs_transport_send (f->transport, &abort, NULL, 0, 1000, &error));
  g_assert_no_error (error);

  /* CLRSTATUS is refused outside dfuERROR. */
  hs_transport_send (f->transport, &clear, NULL, 0, 1000, &error);
  g_clear_error (&error);
}

static void
test_stall (Fixture *f, gconstpointer data)
{
  guint8 status[6];
  g_autoptr (GError) error = NULL;

  order ("fault 0 stall-at +1");
  g_assert_cmpint (
      hs_transport_receive (f->transport, &get_status, status, 6, 1000, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED);
  g_clear_error (&error);
  g_assert_cmpint (
      hs_transport_receive (f->transport, &get_status, status, 6, 1000, &error), ==, 6);
}

static void
test_time_out (Fixture *f, gconstpointer data)
{
  gint64 begun = g_get_monotonic_time ();
  guint8 status[6];
  g_autoptr (GError) error = NULL;

  order ("fault 0 lose-answer-at +1");
  g_assert_cmpint (
      hs_transport_receive (f->transport, &get_status, status, 6, 200, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 190 * 1000);
  order ("fault 0 lose-answer-at 0");
  heal (f);
}

static gpointer
pull_thread (gpointer data)
{
  g_usleep (100 * 1000);
  order ("unplug 0");
  return NULL;
}

/* The cable comes off while an answer is awaited for 30 s; then nothing works any more. */
static void
test_pulled (Fixture *f, gconstpointer data)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (f->bus, "1-1");
  g_autoptr (GError) error = NULL;
  gint64 begun = g_get_monotonic_time ();
  GThread *hand;
  guint8 status[6];

  order ("fault 0 lose-answer-at +1");
  hand = g_thread_new ("hand", pull_thread, NULL);
  g_assert_cmpint (
      hs_transport_receive (f->transport, &get_status, status, 6, 30000, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_TIME_SPAN_SECOND);
  g_clear_error (&error);
  g_thread_join (hand);

  g_assert_false (hs_transport_set_alternate (f->transport, 1, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);
  g_assert_true (hs_bus_wait_gone (f->bus, info, 10000, NULL));
  g_clear_object (&f->transport);
  order ("fault 0 lose-answer-at 0");
  order ("plug 0");
}

static void
expect_refusal (Fixture *f, const char *fault, HsFlashError code)
{
  g_autoptr (HsUsbInfo) info = wait_for_camera (f->bus);
  g_autofree char *on = g_strdup_printf ("fault 0 %s 1", fault);
  g_autofree char *off = g_strdup_printf ("fault 0 %s 0", fault);
  g_autoptr (GError) error = NULL;

  g_clear_object (&f->transport);
  order (on);
  f->transport = hs_bus_open (f->bus, info, HS_OPEN_USB, &error);
  order (off);
  g_assert_null (f->transport);
  g_assert_error (error, HS_FLASH_ERROR, (int) code);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  expect_refusal (f, "no-access", HS_FLASH_ERROR_PERMISSION);
  expect_refusal (f, "held-elsewhere", HS_FLASH_ERROR_BUSY);
}

/* What is open is closed once; what is closed says so. */
static void
test_closed (Fixture *f, gconstpointer data)
{
  guint8 status[6];
  g_autoptr (GError) error = NULL;

  hs_transport_close (f->transport);
  hs_transport_close (f->transport);
  g_assert_cmpint (
      hs_transport_receive (f->transport, &get_status, status, 6, 1000, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);
  g_assert_cmpint (hs_transport_read (f->transport, status, 6, 1000, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/usb-transport/requests", test_requests);
  ADD ("/usb-transport/stall", test_stall);
  ADD ("/usb-transport/refused", test_refused);
  ADD ("/usb-transport/closed", test_closed);
  ADD ("/usb-transport/time-out", test_time_out);
  ADD ("/usb-transport/pulled", test_pulled);
  return g_test_run ();
}
