/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/transport/failing-transport.h"
#include "flash/transport/recording-bus.h"
#include "flash/transport/recording-transport.h"
#include "flash/transport/replaying-bus.h"

#include <string.h>

/* A "camera" that remembers the last block it was sent and gives it back. */
#define TEST_TYPE_TRANSPORT (test_transport_get_type ())
G_DECLARE_FINAL_TYPE (TestTransport, test_transport, TEST, TRANSPORT, HsTransport)

struct _TestTransport {
  HsTransport parent_instance;
  guint8 block[4096];
  guint n_requests;
  gint64 own_clock;
  gint64 *clock; /* the bus's, or its own */
};

G_DEFINE_FINAL_TYPE (TestTransport, test_transport, HS_TYPE_TRANSPORT)

static gboolean
test_transport_send (HsTransport *transport,
                     const HsRequest *request,
                     const guint8 *data,
                     guint16 length,
                     guint timeout_ms,
                     GError **error)
{
  TestTransport *self = TEST_TRANSPORT (transport);

  self->n_requests++;
  *self->clock += 100;
  memcpy (self->block, data, length);
  return TRUE;
}

static gssize
test_transport_receive (HsTransport *transport,
                        const HsRequest *request,
                        guint8 *data,
                        guint16 length,
                        guint timeout_ms,
                        GError **error)
{
  TestTransport *self = TEST_TRANSPORT (transport);

  self->n_requests++;
  *self->clock += 100;
  memcpy (data, self->block, length);
  return length;
}

static char *
test_transport_get_string (HsTransport *transport, guint8 index, GError **error)
{
  return g_strdup_printf ("string %u, 100 %% new=ünique", index);
}

static gssize
test_transport_read (HsTransport *transport,
                     guint8 *data,
                     gsize length,
                     guint timeout_ms,
                     GError **error)
{
  *TEST_TRANSPORT (transport)->clock += timeout_ms * 1000;
  return 0;
}

/* IN gives back half of what it has room for; a packet of no length goes through. */
static gssize
test_transport_transfer (HsTransport *transport,
                         guint8 endpoint,
                         guint8 *data,
                         gsize length,
                         guint timeout_ms,
                         GError **error)
{
  TestTransport *self = TEST_TRANSPORT (transport);

  self->n_requests++;
  *self->clock += 100;
  if ((endpoint & 0x80) != 0) {
    memcpy (data, self->block, length / 2);
    return length / 2;
  }
  if (length > 0)
    memcpy (self->block, data, length);
  return length;
}

static gboolean
test_transport_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  TEST_TRANSPORT (transport)->n_requests++;
  return TRUE;
}

static gint64
test_transport_now (HsTransport *transport)
{
  return *TEST_TRANSPORT (transport)->clock;
}

static void
test_transport_class_init (TestTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  transport_class->send = test_transport_send;
  transport_class->receive = test_transport_receive;
  transport_class->get_string = test_transport_get_string;
  transport_class->read = test_transport_read;
  transport_class->transfer = test_transport_transfer;
  transport_class->clear_halt = test_transport_clear_halt;
  transport_class->now = test_transport_now;
}

static void
test_transport_init (TestTransport *self)
{
  self->own_clock = 5000000;
  self->clock = &self->own_clock;
}

static HsUsbInfo *
make_info (guint64 instance, guint16 pid)
{
  HsUsbInfo *info = hs_usb_info_new ();
  HsUsbAlt alt = { .alt = 2, .class = 0xfe, .subclass = 1, .n_extra = 2, .extra = { 9, 0x21 } };
  HsUsbEndpoint endpoint = { .address = 0x81, .attributes = 2, .interface = 1, .max_packet = 512 };

  info->instance = instance;
  info->port = g_strdup ("1-4.2");
  info->vid = 0x37c5;
  info->pid = pid;
  info->bcd_device = 0x0210;
  info->serial = g_strdup ("ab cd=1%");
  g_array_append_val (info->alts, alt);
  g_array_append_val (info->endpoints, endpoint);
  return info;
}

/* Three blocks written and read back; TRUE if all went well. */
static gboolean
converse (HsTransport *transport, guint8 seed, GError **error)
{
  const HsRequest down = { 0x21, 1, 7, 0 };
  const HsRequest up = { 0x21, 2, 7, 0 };
  guint8 block[4096];
  guint8 back[4096];
  g_autofree char *text = hs_transport_get_string (transport, 4, error);

  if (text == NULL)
    return FALSE;
  for (guint i = 0; i < 3; i++) {
    memset (block, seed + i, sizeof block);
    if (!hs_transport_send (transport, &down, block, sizeof block, 1000, error) ||
        hs_transport_receive (transport, &up, back, sizeof back, 1000, error) < 0)
      return FALSE;
    g_assert_cmpmem (back, sizeof back, block, sizeof block);
  }
  return hs_transport_read (transport, back, 16, 50, error) == 0;
}

static HsCapture *
save_and_load (HsCapture *capture)
{
  g_autoptr (GBytes) bytes = hs_capture_to_bytes (capture);
  g_autoptr (GBytes) again = NULL;
  g_autoptr (GError) error = NULL;
  HsCapture *loaded = hs_capture_new_for_bytes (bytes, &error);

  g_assert_no_error (error);
  again = hs_capture_to_bytes (loaded);
  g_assert_cmpmem (g_bytes_get_data (again, NULL),
                   g_bytes_get_size (again),
                   g_bytes_get_data (bytes, NULL),
                   g_bytes_get_size (bytes));
  return loaded;
}

static HsCapture *
record (GError **error, HsFault *fault)
{
  g_autoptr (HsTransport) camera = g_object_new (TEST_TYPE_TRANSPORT, NULL);
  g_autoptr (HsTransport) failing = hs_failing_transport_new (camera, fault);
  g_autoptr (HsUsbInfo) info = make_info (3, 0x9204);
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsTransport) transport =
      hs_recording_transport_new (failing, info, HS_OPEN_USB, capture);

  hs_capture_set_note (capture, "board", "a name = with / signs\nand lines");
  converse (transport, 1, error);
  hs_transport_close (transport);
  return save_and_load (capture);
}

/* Every request fails once, each in its turn, and the same error comes out of the replay. */
static void
test_failing (void)
{
  for (guint n = 1; n <= 8; n++) {
    g_autoptr (HsFault) fault = hs_fault_new (n, HS_FLASH_ERROR_STALLED);
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;
    g_autoptr (HsCapture) capture = record (&error, fault);
    g_autoptr (HsBus) bus = hs_replaying_bus_new (capture);
    g_autoptr (GPtrArray) list = NULL;
    g_autoptr (HsTransport) transport = NULL;

    if (n <= 7)
      g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED);
    else
      g_assert_no_error (error);
    g_assert_cmpuint (hs_fault_get_n_requests (fault), ==, MIN (n, 7));

    list = hs_bus_list (bus);
    g_assert_cmpuint (list->len, ==, 1);
    transport = hs_bus_open (bus, g_ptr_array_index (list, 0), HS_OPEN_USB, NULL);
    g_assert_nonnull (transport);
    g_assert_cmpint (converse (transport, 1, &again), ==, n == 8);
    hs_transport_close (transport);
    g_assert_true (hs_replaying_bus_is_finished (HS_REPLAYING_BUS (bus)));
    if (n <= 7)
      g_assert_cmpstr (again->message, ==, error->message);
  }
}

enum { N_TRANSFERS = 5 };

/* Through both endpoints of a pair; TRUE if all went well. */
static gboolean
converse_on_endpoints (HsTransport *transport, guint8 seed, GError **error)
{
  guint8 block[2048];
  guint8 back[4096];

  memset (block, seed, sizeof block);
  if (hs_transport_transfer (transport, 0x02, block, sizeof block, 1000, error) < 0 ||
      hs_transport_transfer (transport, 0x82, back, sizeof back, 1000, error) < 0)
    return FALSE;
  g_assert_cmpmem (back, sizeof block, block, sizeof block);
  return hs_transport_transfer (transport, 0x02, NULL, 0, 1000, error) == 0 &&
         hs_transport_transfer (transport, 0x82, back, 0, 1000, error) == 0 &&
         hs_transport_clear_halt (transport, 0x82, error);
}

/* The same for endpoints: recorded, saved, loaded and played, broken at every place. */
static void
test_endpoints (void)
{
  for (guint n = 1; n <= N_TRANSFERS + 1; n++) {
    g_autoptr (HsFault) fault = hs_fault_new (n, HS_FLASH_ERROR_TIMED_OUT);
    g_autoptr (HsTransport) camera = g_object_new (TEST_TYPE_TRANSPORT, NULL);
    g_autoptr (HsTransport) failing = hs_failing_transport_new (camera, fault);
    g_autoptr (HsUsbInfo) info = make_info (3, 0x0003);
    g_autoptr (HsCapture) capture = hs_capture_new ();
    g_autoptr (HsTransport) recording =
        hs_recording_transport_new (failing, info, HS_OPEN_USB, capture);
    g_autoptr (HsCapture) loaded = NULL;
    g_autoptr (HsBus) bus = NULL;
    g_autoptr (HsTransport) replaying = NULL;
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;

    fault->late = n % 2 == 0;
    g_assert_cmpint (converse_on_endpoints (recording, n, &error), ==, n > N_TRANSFERS);
    g_assert_cmpuint (hs_fault_get_n_requests (fault), ==, MIN (n, N_TRANSFERS));

    loaded = save_and_load (capture);
    bus = hs_replaying_bus_new (loaded);
    replaying = hs_bus_open (bus, info, HS_OPEN_USB, NULL);
    g_assert_cmpint (converse_on_endpoints (replaying, n, &again), ==, n > N_TRANSFERS);
    g_assert_true (hs_replaying_bus_is_finished (HS_REPLAYING_BUS (bus)));
    if (n <= N_TRANSFERS) {
      g_assert_error (again, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
      g_assert_cmpstr (again->message, ==, error->message);
    }
  }
}

/* Other bytes, another endpoint and other room are differences; what comes in is bounded. */
static void
test_endpoints_bounded (void)
{
  g_autoptr (HsTransport) camera = g_object_new (TEST_TYPE_TRANSPORT, NULL);
  g_autoptr (HsUsbInfo) info = make_info (3, 0x0003);
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsTransport) recording =
      hs_recording_transport_new (camera, info, HS_OPEN_USB, capture);
  g_autoptr (HsCapture) loaded = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint8 room[16];

  for (guint i = 0; i < 1000; i++)
    g_assert_true (converse_on_endpoints (recording, i, NULL));
  bytes = hs_capture_to_bytes (capture);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 3 * 1024 * 1024);

  loaded = save_and_load (capture);
  for (guint i = 0; i < 4; i++) {
    g_autoptr (HsBus) bus = hs_replaying_bus_new (loaded);
    g_autoptr (HsTransport) replaying = hs_bus_open (bus, info, HS_OPEN_USB, NULL);
    g_autoptr (GError) error = NULL;

    if (i < 3)
      g_assert_true (converse_on_endpoints (replaying, 0, NULL));
    if (i == 0) {
      g_assert_true (converse_on_endpoints (replaying, 1, &error));
      continue;
    }
    if (i == 1)
      g_assert_false (converse_on_endpoints (replaying, 2, &error));
    else
      g_assert_cmpint (
          hs_transport_transfer (replaying, i == 2 ? 0x82 : 0x03, room, 16, 0, &error), ==, -1);
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
  }
}

/* As written before the packet size was in it. */
static void
test_old_endpoints (void)
{
  static const char text[] =
      "hotshoe-capture 1 received=whole requests=whole\n"
      "device at=0 instance=5 port=1-1 bus=1 address=2 usb=37c5:9204 bcd=0210"
      " alts=0000fe010200 endpoints=810201,010300\n"
      "open at=0 us=1 connection=1 instance=5\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (HsCapture) capture = hs_capture_new_for_bytes (bytes, &error);
  g_autoptr (GPtrArray) entries = NULL;
  GArray *endpoints;

  g_assert_no_error (error);
  entries = hs_capture_dup_entries (capture);
  endpoints = ((HsCaptureEntry *) g_ptr_array_index (entries, 0))->info->endpoints;
  g_assert_cmpuint (endpoints->len, ==, 2);
  g_assert_cmpuint (g_array_index (endpoints, HsUsbEndpoint, 1).attributes, ==, 3);
  g_assert_cmpuint (g_array_index (endpoints, HsUsbEndpoint, 1).max_packet, ==, 0);
}

/* Gone means gone; a late fault is carried out. */
static void
test_failing_kinds (void)
{
  g_autoptr (HsFault) gone = hs_fault_new (2, HS_FLASH_ERROR_GONE);
  g_autoptr (HsFault) late = hs_fault_new (1, HS_FLASH_ERROR_TIMED_OUT);
  g_autoptr (TestTransport) camera = g_object_new (TEST_TYPE_TRANSPORT, NULL);
  g_autoptr (HsTransport) a = hs_failing_transport_new (HS_TRANSPORT (camera), gone);
  g_autoptr (HsTransport) b = hs_failing_transport_new (HS_TRANSPORT (camera), late);
  const HsRequest down = { 0x21, 1, 0, 0 };
  guint8 byte = 1;
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_transport_send (a, &down, &byte, 1, 0, NULL));
  g_assert_false (hs_transport_send (a, &down, &byte, 1, 0, NULL));
  g_assert_false (hs_transport_send (a, &down, &byte, 1, 0, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);
  g_assert_cmpuint (camera->n_requests, ==, 1);

  late->late = TRUE;
  g_assert_false (hs_transport_send (b, &down, &byte, 1, 0, NULL));
  g_assert_cmpuint (camera->n_requests, ==, 2);
  g_assert_true (hs_transport_send (b, &down, &byte, 1, 0, NULL));
}

/* What differs is named with its line. */
static void
test_difference (void)
{
  g_autoptr (HsFault) fault = hs_fault_new (0, HS_FLASH_ERROR_FAILED);
  g_autoptr (HsCapture) capture = record (NULL, fault);
  g_autoptr (HsBus) bus = hs_replaying_bus_new (capture);
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (bus, "1-4.2");
  g_autoptr (HsTransport) transport = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (hs_capture_get_note (capture, "board"), ==, "a name = with / signs\nand lines");
  g_assert_cmpstr (info->serial, ==, "ab cd=1%");
  g_assert_true (info->simulated);
  g_assert_cmpuint (info->alts->len, ==, 1);
  g_assert_cmpuint (g_array_index (info->alts, HsUsbAlt, 0).extra[1], ==, 0x21);
  g_assert_cmpuint (g_array_index (info->endpoints, HsUsbEndpoint, 0).address, ==, 0x81);
  g_assert_cmpuint (g_array_index (info->endpoints, HsUsbEndpoint, 0).max_packet, ==, 512);

  transport = hs_bus_open (bus, info, HS_OPEN_USB, NULL);
  g_assert_false (converse (transport, 9, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "Line 6 "));
}

/* 4 MiB received: the file stays small, says so, and plays where the bytes were sent before. */
static void
test_bounded (void)
{
  g_autoptr (HsTransport) camera = g_object_new (TEST_TYPE_TRANSPORT, NULL);
  g_autoptr (HsUsbInfo) info = make_info (3, 0x9204);
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsTransport) recording =
      hs_recording_transport_new (camera, info, HS_OPEN_USB, capture);
  g_autoptr (HsCapture) loaded = NULL;
  g_autoptr (HsBus) bus = NULL;
  g_autoptr (HsTransport) replaying = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 350; i++)
    converse (recording, i, NULL);
  g_assert_false (hs_capture_is_whole (capture));
  bytes = hs_capture_to_bytes (capture);
  g_assert_cmpuint (g_bytes_get_size (bytes), <, 3 * 1024 * 1024);
  g_assert_true (
      g_str_has_prefix (g_bytes_get_data (bytes, NULL), "hotshoe-capture 1 received=cut "));

  loaded = save_and_load (capture);
  g_assert_false (hs_capture_is_whole (loaded));
  bus = hs_replaying_bus_new (loaded);
  replaying = hs_bus_open (bus, info, HS_OPEN_USB, &error);
  for (guint i = 0; i < 350; i++)
    g_assert_true (converse (replaying, i, &error));
  g_assert_no_error (error);
}

/* The n-th line damaged in every possible way is refused, not believed. */
static void
add_received (HsCapture *capture, guint n, gsize length)
{
  g_autofree guint8 *bytes = g_malloc0 (length);

  for (guint i = 0; i < n; i++) {
    HsCaptureEntry *entry = hs_capture_entry_new (HS_CAPTURE_RECEIVE);

    hs_capture_entry_set_data (entry, bytes, length);
    hs_capture_add (capture, entry);
  }
}

static void
add_plain (HsCapture *capture, guint n)
{
  for (guint i = 0; i < n; i++)
    hs_capture_add (capture, hs_capture_entry_new (HS_CAPTURE_RESET));
}

/* An entry that falls out of the end, while bytes of the beginning are still kept before its own,
 * is not looked at again. */
static void
test_dropped_with_payload (void)
{
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (GPtrArray) entries = NULL;

  hs_capture_set_brief (capture);
  add_received (capture, 40, 4096);
  add_plain (capture, 1000);
  add_received (capture, 1, 1000);
  add_plain (capture, 2000);
  g_assert_false (hs_capture_is_whole (capture));
  add_received (capture, 100, 4096);

  entries = hs_capture_dup_entries (capture);
  g_assert_cmpuint (entries->len, >, 2000);
  for (guint i = entries->len - 30; i < entries->len; i++) {
    HsCaptureEntry *entry = g_ptr_array_index (entries, i);

    g_assert_cmpuint (g_bytes_get_size (entry->data), ==, 4096);
  }
}

static void
test_damaged (void)
{
  static const char *const texts[] = {
    "",
    "hotshoe-capture 2 received=whole requests=whole\n",
    "hotshoe-capture 1 received=whole requests=whole\nfly at=0\n",
    "hotshoe-capture 1 received=whole requests=whole\nsend at=0 setup=1:2:3\n",
    "hotshoe-capture 1 received=whole requests=whole\nread at=0 length=3 data=00\n",
    "hotshoe-capture 1 received=whole requests=whole\nread at=0 length=1 data=0g\n",
    "hotshoe-capture 1 received=whole requests=whole\nread at=0 error=unheard\n",
    "hotshoe-capture 1 received=whole requests=whole\nopen at=0 instance=5\n",
    "hotshoe-capture 1 received=whole requests=whole\ndevice at=0 instance=5 port=1-1 usb=1\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));
    g_autoptr (GError) error = NULL;

    g_assert_null (hs_capture_new_for_bytes (bytes, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BAD_FILE);
  }
}

/* A bus whose one camera is replaced after the second look at it. */
#define TEST_TYPE_BUS (test_bus_get_type ())
G_DECLARE_FINAL_TYPE (TestBus, test_bus, TEST, BUS, HsBus)

struct _TestBus {
  HsBus parent_instance;
  HsUsbInfo *info; /* owned, nullable */
  guint64 serial;
  gint64 clock;
};

G_DEFINE_FINAL_TYPE (TestBus, test_bus, HS_TYPE_BUS)

static GPtrArray *
test_bus_list (HsBus *bus)
{
  TestBus *self = TEST_BUS (bus);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  if (self->info != NULL)
    g_ptr_array_add (list, hs_usb_info_ref (self->info));
  return list;
}

static guint64
test_bus_serial (HsBus *bus)
{
  return TEST_BUS (bus)->serial;
}

static HsTransport *
test_bus_open (HsBus *bus, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  TestTransport *transport;

  if (kind == HS_OPEN_SERIAL) {
    g_set_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY, "python3 (4312)");
    return NULL;
  }
  transport = g_object_new (TEST_TYPE_TRANSPORT, NULL);
  transport->clock = &TEST_BUS (bus)->clock;
  return HS_TRANSPORT (transport);
}

static gint64
test_bus_now (HsBus *bus, const char *port)
{
  return TEST_BUS (bus)->clock;
}

static guint64
test_bus_wait (HsBus *bus,
               const char *port,
               guint64 seen,
               gint64 deadline,
               GCancellable *cancellable)
{
  TestBus *self = TEST_BUS (bus);

  if (self->info != NULL && self->info->pid == 0x9204) {
    self->clock += 2000;
    g_clear_pointer (&self->info, hs_usb_info_unref);
  } else if (self->info == NULL) {
    self->clock += 150000;
    self->info = make_info (4, 0x1204);
  } else {
    self->clock = deadline;
    return self->serial;
  }
  return ++self->serial;
}

static void
test_bus_finalize (GObject *object)
{
  g_clear_pointer (&TEST_BUS (object)->info, hs_usb_info_unref);
  G_OBJECT_CLASS (test_bus_parent_class)->finalize (object);
}

static void
test_bus_class_init (TestBusClass *klass)
{
  HsBusClass *bus_class = HS_BUS_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_bus_finalize;
  bus_class->list = test_bus_list;
  bus_class->serial = test_bus_serial;
  bus_class->open = test_bus_open;
  bus_class->now = test_bus_now;
  bus_class->wait = test_bus_wait;
}

static void
test_bus_init (TestBus *self)
{
  self->clock = 77000000;
  self->info = make_info (3, 0x9204);
}

/* Open, talk, wait until it left, wait until it is back as application, find its port held. */
static void
leave (HsBus *bus, gint64 *took)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (bus, "1-4.2");
  g_autoptr (HsTransport) transport = hs_bus_open (bus, info, HS_OPEN_USB, NULL);
  g_autoptr (GError) error = NULL;
  gint64 begun = hs_bus_now (bus, "1-4.2");
  guint64 seen;

  g_assert_cmpuint (info->pid, ==, 0x9204);
  g_assert_true (converse (transport, 1, NULL));
  hs_transport_close (transport);
  g_assert_true (hs_bus_is_attached (bus, info));
  g_assert_true (hs_bus_wait_gone (bus, info, 1000, NULL));
  g_clear_pointer (&info, hs_usb_info_unref);
  g_clear_object (&transport);

  while ((info = hs_bus_find_port (bus, "1-4.2")) == NULL) {
    seen = hs_bus_serial (bus);
    hs_bus_wait (bus, "1-4.2", seen, hs_bus_now (bus, "1-4.2") + G_TIME_SPAN_SECOND, NULL);
  }
  g_assert_cmpuint (info->pid, ==, 0x1204);
  g_assert_null (hs_bus_open (bus, info, HS_OPEN_SERIAL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY);
  g_assert_false (hs_bus_wait_gone (bus, info, 500, NULL));
  *took = hs_bus_now (bus, "1-4.2") - begun;
}

static void
test_bus_replay (void)
{
  g_autoptr (HsBus) real = g_object_new (TEST_TYPE_BUS, NULL);
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsBus) recording = hs_recording_bus_new (real, capture);
  g_autoptr (HsCapture) loaded = NULL;
  g_autoptr (HsBus) replaying = NULL;
  gint64 took;
  gint64 again;

  leave (recording, &took);
  loaded = save_and_load (capture);
  replaying = hs_replaying_bus_new (loaded);
  leave (replaying, &again);
  g_assert_cmpint (took, ==, again);
  g_assert_true (hs_replaying_bus_is_finished (HS_REPLAYING_BUS (replaying)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/capture/failing", test_failing);
  g_test_add_func ("/capture/failing-kinds", test_failing_kinds);
  g_test_add_func ("/capture/endpoints", test_endpoints);
  g_test_add_func ("/capture/endpoints-bounded", test_endpoints_bounded);
  g_test_add_func ("/capture/old-endpoints", test_old_endpoints);
  g_test_add_func ("/capture/difference", test_difference);
  g_test_add_func ("/capture/bounded", test_bounded);
  g_test_add_func ("/capture/dropped-with-payload", test_dropped_with_payload);
  g_test_add_func ("/capture/damaged", test_damaged);
  g_test_add_func ("/capture/bus", test_bus_replay);
  return g_test_run ();
}
