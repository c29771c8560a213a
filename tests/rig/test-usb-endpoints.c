/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/transport/usb-bus.h"

#include <libusb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Bulk and interrupt endpoints over the real libusb, on the simulated bus:
 * "usbrig --cameras=RPI_PICO@dfu,OPENMV_RT1060 -- this". Camera 0 is an RP2040 in its ROM: bulk
 * endpoints 03 and 84 of interface 1 beside a drive (RP2040 datasheet 2.8.5). */

enum { OUT = 0x03, IN = 0x84, COMMAND_SIZE = 32 };
enum { PC_READ = 0x84, PC_EXCLUSIVE_ACCESS = 0x01 };
enum { FLASH = 0x10000000, HUGE = 160 * 1024 };
enum { IF_RESET = 0x41, VENDOR_INTERFACE = 0x41 };

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

static HsTransport *
open_port (HsBus *bus, const char *port, GError **error)
{
  gint64 deadline = hs_bus_now (bus, port) + 20 * G_TIME_SPAN_SECOND;
  guint64 seen = hs_bus_serial (bus);
  HsUsbInfo *info;
  HsTransport *transport;

  while ((info = hs_bus_find_port (bus, port)) == NULL) {
    g_assert_cmpint (hs_bus_now (bus, port), <, deadline);
    seen = hs_bus_wait (bus, port, seen, deadline, NULL);
  }
  transport = hs_bus_open (bus, info, HS_OPEN_USB, error);
  hs_usb_info_unref (info);
  return transport;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  f->bus = hs_usb_bus_new (&error);
  g_assert_no_error (error);
  f->transport = open_port (f->bus, "1-1", &error);
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

static void
put_word (guint8 *data, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (data, &value, sizeof value);
}

static void
make_command (guint8 packet[COMMAND_SIZE], guint8 id, guint32 length, guint32 address)
{
  memset (packet, 0, COMMAND_SIZE);
  put_word (packet, 0x431fd10b);
  packet[8] = id;
  packet[9] = id == PC_READ ? 8 : 1;
  put_word (packet + 12, length);
  put_word (packet + 16, address);
  put_word (packet + 20, length);
}

static gssize
out (Fixture *f, guint8 *data, gsize length, GError **error)
{
  return hs_transport_transfer (f->transport, OUT, data, length, 2000, error);
}

static gssize
in (Fixture *f, guint8 *data, gsize length, guint timeout_ms, GError **error)
{
  return hs_transport_transfer (f->transport, IN, data, length, timeout_ms, error);
}

/* More than goes into one request to the kernel, then a packet of no length in each direction. */
static void
test_pieces (Fixture *f, gconstpointer data)
{
  guint8 packet[COMMAND_SIZE];
  g_autofree guint8 *once = g_malloc (HUGE);
  g_autofree guint8 *again = g_malloc (HUGE);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2; i++) {
    make_command (packet, PC_READ, HUGE, FLASH);
    g_assert_cmpint (out (f, packet, sizeof packet, &error), ==, sizeof packet);
    g_assert_cmpint (in (f, i == 0 ? once : again, HUGE, 2000, &error), ==, HUGE);
    g_assert_cmpint (out (f, NULL, 0, &error), ==, 0);
    g_assert_no_error (error);
  }
  g_assert_cmpmem (once, HUGE, again, HUGE);

  make_command (packet, PC_EXCLUSIVE_ACCESS, 0, 0);
  g_assert_cmpint (out (f, packet, sizeof packet, &error), ==, sizeof packet);
  g_assert_cmpint (in (f, once, 64, 2000, &error), ==, 0);
  g_assert_no_error (error);
}

/* There is less than there is room for. */
static void
test_short (Fixture *f, gconstpointer data)
{
  guint8 packet[COMMAND_SIZE];
  guint8 room[4096];
  g_autoptr (GError) error = NULL;

  make_command (packet, PC_READ, 100, FLASH);
  g_assert_cmpint (out (f, packet, sizeof packet, &error), ==, sizeof packet);
  g_assert_cmpint (in (f, room, sizeof room, 2000, &error), ==, 100);
  g_assert_cmpint (out (f, NULL, 0, &error), ==, 0);
  g_assert_no_error (error);
}

/* Nothing to give: the device NAKs until the time is up, and endpoint 0 answers meanwhile. What
 * waited does not disturb what comes after. */
static void
test_time_out (Fixture *f, gconstpointer data)
{
  const HsRequest descriptor = { .request = 6, .value = 1 << 8 };
  gint64 begun = g_get_monotonic_time ();
  guint8 room[64];
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (in (f, room, sizeof room, 200, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 190 * 1000);
  g_clear_error (&error);

  g_assert_cmpint (
      hs_transport_receive (f->transport, &descriptor, room, 18, 1000, &error), ==, 18);
  g_assert_no_error (error);
  test_short (f, data);
}

/* A command that the ROM refuses halts both endpoints until the interface is reset and the halts
 * are cleared. */
static void
test_halt (Fixture *f, gconstpointer data)
{
  const HsRequest reset = { .kind = VENDOR_INTERFACE, .request = IF_RESET, .index = 1 };
  guint8 packet[COMMAND_SIZE] = { 0 };
  guint8 room[64];
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (out (f, packet, sizeof packet, &error), ==, sizeof packet);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (in (f, room, sizeof room, 2000, &error), ==, -1);
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED);
    g_clear_error (&error);
  }

  g_assert_true (hs_transport_send (f->transport, &reset, NULL, 0, 1000, &error));
  g_assert_true (hs_transport_clear_halt (f->transport, IN, &error));
  g_assert_true (hs_transport_clear_halt (f->transport, OUT, &error));
  g_assert_no_error (error);
  test_short (f, data);
}

static void
test_no_endpoint (Fixture *f, gconstpointer data)
{
  guint8 room[64];
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (hs_transport_transfer (f->transport, 0x01, room, 64, 100, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  hs_transport_close (f->transport);
  g_assert_cmpint (in (f, room, sizeof room, 100, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_error (&error);
  g_assert_false (hs_transport_clear_halt (f->transport, IN, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
}

static void LIBUSB_CALL
count_cb (struct libusb_transfer *transfer)
{
  GPtrArray *ended = transfer->user_data;

  g_ptr_array_add (ended, transfer);
}

static void
submit (libusb_device_handle *handle, GPtrArray *ended, guint8 *data, int length, guint timeout_ms)
{
  struct libusb_transfer *transfer = libusb_alloc_transfer (0);

  libusb_fill_bulk_transfer (transfer, handle, IN, data, length, count_cb, ended, timeout_ms);
  g_assert_cmpint (libusb_submit_transfer (transfer), ==, 0);
}

static void
handle_until (libusb_context *context, GPtrArray *ended, guint n)
{
  struct timeval wait = { .tv_sec = 5 };

  while (ended->len < n)
    g_assert_cmpint (libusb_handle_events_timeout_completed (context, &wait, NULL), ==, 0);
}

static void
free_transfer (gpointer data)
{
  libusb_free_transfer (data);
}

/* Several requests wait on one endpoint: they are answered in their order; one that is given up
 * does not hold up the others. */
static void
test_queue (Fixture *f, gconstpointer data)
{
  libusb_context *context = NULL;
  libusb_device_handle *handle;
  g_autoptr (GPtrArray) ended = g_ptr_array_new_with_free_func (free_transfer);
  guint8 packet[COMMAND_SIZE];
  guint8 rooms[3][64];
  guint8 whole[128];
  int n;

  hs_transport_close (f->transport);
  g_assert_cmpint (libusb_init (&context), ==, 0);
  handle = libusb_open_device_with_vid_pid (context, 0x2e8a, 0x0003);
  g_assert_nonnull (handle);
  g_assert_cmpint (libusb_claim_interface (handle, 1), ==, 0);

  submit (handle, ended, rooms[0], 64, 50); /* gives up before there is anything */
  submit (handle, ended, rooms[1], 64, 0);
  submit (handle, ended, rooms[2], 64, 0);
  handle_until (context, ended, 1);
  g_assert_cmpint (
      ((struct libusb_transfer *) ended->pdata[0])->status, ==, LIBUSB_TRANSFER_TIMED_OUT);

  for (guint i = 0; i < 2; i++) {
    make_command (packet, PC_READ, sizeof whole, FLASH);
    g_assert_cmpint (libusb_bulk_transfer (handle, OUT, packet, sizeof packet, &n, 1000), ==, 0);
    if (i == 0)
      handle_until (context, ended, 3);
    else
      g_assert_cmpint (libusb_bulk_transfer (handle, IN, whole, sizeof whole, &n, 1000), ==, 0);
    g_assert_cmpint (libusb_bulk_transfer (handle, OUT, packet, 0, &n, 1000), ==, 0);
  }
  g_assert_true (((struct libusb_transfer *) ended->pdata[1])->buffer == rooms[1]);
  g_assert_cmpmem (rooms[1], 128, whole, 128);

  libusb_release_interface (handle, 1);
  libusb_close (handle);
  g_clear_pointer (&ended, g_ptr_array_unref);
  libusb_exit (context);
}

static gpointer
pull_thread (gpointer data)
{
  g_usleep (100 * 1000);
  order ("unplug 0");
  return NULL;
}

/* The cable comes off while something is awaited for 30 s. */
static void
test_pulled (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 begun = g_get_monotonic_time ();
  GThread *hand = g_thread_new ("hand", pull_thread, NULL);
  guint8 room[64];

  g_assert_cmpint (in (f, room, sizeof room, 30000, &error), ==, -1);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_TIME_SPAN_SECOND);
  g_clear_error (&error);
  g_thread_join (hand);
  g_assert_false (hs_transport_clear_halt (f->transport, IN, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_clear_object (&f->transport);
  order ("plug 0");
  order ("press 0");
}

/* Bits of the interfaces that kernel drivers hold. */
static guint
get_bound (const char *line)
{
  g_autofree char *answer = command (line);
  const char *bound = strstr (answer, " bound=");

  g_assert_nonnull (bound);
  return g_ascii_strtoull (bound + strlen (" bound="), NULL, 10);
}

/* The kernel's HID driver lets go while the second bootloader is spoken with, and has it back
 * afterwards; a drive beside the interface in use stays with the kernel. */
static void
test_drivers (Fixture *f, gconstpointer data)
{
  g_autoptr (HsTransport) transport = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (get_bound ("stat 0"), ==, 1);
  order ("unplug 1");
  order ("plug 1");
  transport = open_port (f->bus, "1-2", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (get_bound ("stat 1"), ==, 0);
  hs_transport_close (transport);
  g_assert_cmpuint (get_bound ("stat 1"), ==, 1);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/usb-endpoints/pieces", test_pieces);
  ADD ("/usb-endpoints/short", test_short);
  ADD ("/usb-endpoints/time-out", test_time_out);
  ADD ("/usb-endpoints/halt", test_halt);
  ADD ("/usb-endpoints/no-endpoint", test_no_endpoint);
  ADD ("/usb-endpoints/queue", test_queue);
  ADD ("/usb-endpoints/drivers", test_drivers);
  ADD ("/usb-endpoints/pulled", test_pulled);
  return g_test_run ();
}
