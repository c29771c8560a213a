/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/transport/usb-transport.h"

#include "flash/transport/node-error.h"
#include "flash/transport/usb-error.h"

#include <errno.h>
#include <libusb.h>
#include <semaphore.h>
#include <string.h>
#include <time.h>

enum {
  STRING_TIMEOUT_MS = 1000,
  SETTING_TIMEOUT_MS = 5000, /* the kernel's own for this request */
  LOOK_MS = 100,             /* between two looks whether the device is still there */
  GRACE_MS = 300,            /* from a broken transfer until the bus knows that the cable is out */
  PATIENCE_MS = 500,
  PATIENCE_LOOK_MS = 20,
  LANGUAGE_ENGLISH = 0x0409,
};

/* What one request to the kernel takes at most: its buffers are its own memory, of which all
 * devices together get 16 MiB. A multiple of every packet size. */
enum { PIECE_BYTES = 64 * 1024 };

/**
 * HsUsbTransport:
 *
 * An open device of the real USB. Transfers are asynchronous underneath: the bus's event thread
 * completes them, the caller waits. So a departure always ends the wait.
 */
struct _HsUsbTransport {
  HsTransport parent_instance;

  HsBus *bus;                   /* owned: keeps libusb's context */
  HsUsbInfo *info;              /* owned */
  libusb_device_handle *handle; /* NULL while closed */
  int interface;
};

G_DEFINE_FINAL_TYPE (HsUsbTransport, hs_usb_transport, HS_TYPE_TRANSPORT)

/* One transfer under way, on the stack of who waits. A semaphore: the event thread must not touch
 * any of it after the post, and there are thousands of these a second. */
typedef struct {
  struct libusb_transfer *transfer;
  sem_t done;
} Waiting;

static void
hs_usb_transport_close (HsTransport *transport)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);

  if (self->handle == NULL)
    return;

  libusb_release_interface (self->handle, self->interface);
  libusb_close (self->handle);
  self->handle = NULL;
}

/* A libusb error, or how many bytes moved. */
static int
status_of (const struct libusb_transfer *transfer)
{
  switch (transfer->status) {
  case LIBUSB_TRANSFER_COMPLETED:
    return transfer->actual_length;
  case LIBUSB_TRANSFER_TIMED_OUT:
    return LIBUSB_ERROR_TIMEOUT;
  case LIBUSB_TRANSFER_STALL:
    return LIBUSB_ERROR_PIPE;
  case LIBUSB_TRANSFER_NO_DEVICE:
  case LIBUSB_TRANSFER_CANCELLED:
    return LIBUSB_ERROR_NO_DEVICE;
  case LIBUSB_TRANSFER_OVERFLOW:
    return LIBUSB_ERROR_OVERFLOW;
  default:
    return LIBUSB_ERROR_IO;
  }
}

/* On the event thread. */
static void LIBUSB_CALL
done_cb (struct libusb_transfer *transfer)
{
  Waiting *waiting = transfer->user_data;

  sem_post (&waiting->done);
}

/* FALSE if it was not done within @ms. */
static gboolean
wait_until_done (Waiting *waiting, guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;
  const struct timespec deadline = { .tv_sec = end / G_USEC_PER_SEC,
                                     .tv_nsec = end % G_USEC_PER_SEC * 1000 };
  int status;

  do {
    status = sem_clockwait (&waiting->done, CLOCK_MONOTONIC, &deadline);
  } while (status != 0 && errno == EINTR);
  return status == 0;
}

/* Submits and returns when the transfer has ended, one way or the other; a libusb error, or how
 * many bytes moved. */
static int
carry_out (HsUsbTransport *self, Waiting *waiting)
{
  gboolean cancelled = FALSE;
  int status = libusb_submit_transfer (waiting->transfer);

  if (status != 0)
    return status;

  while (!wait_until_done (waiting, LOOK_MS))
    if (!cancelled && !hs_bus_is_attached (self->bus, self->info)) {
      cancelled = TRUE;
      libusb_cancel_transfer (waiting->transfer);
    }
  return status_of (waiting->transfer);
}

/* When a cable is pulled in mid transfer, the transfer may break before the bus knows why. */
static int
explain_break (HsUsbTransport *self, int status)
{
  if (status != LIBUSB_ERROR_IO && status != LIBUSB_ERROR_OTHER)
    return status;
  return hs_bus_wait_gone (self->bus, self->info, GRACE_MS, NULL) ? LIBUSB_ERROR_NO_DEVICE : status;
}

/* @kind with the direction bit; a libusb error, or how many bytes moved. */
static int
control (HsUsbTransport *self,
         guint8 kind,
         const HsRequest *request,
         guint8 *data,
         guint16 length,
         guint timeout_ms)
{
  g_autofree guint8 *buffer = g_malloc (LIBUSB_CONTROL_SETUP_SIZE + length);
  Waiting waiting = { 0 };
  int status;

  if (self->handle == NULL)
    return LIBUSB_ERROR_NO_DEVICE;

  waiting.transfer = libusb_alloc_transfer (0);
  sem_init (&waiting.done, 0, 0);
  libusb_fill_control_setup (
      buffer, kind, request->request, request->value, request->index, length);
  if ((kind & LIBUSB_ENDPOINT_IN) == 0 && length > 0)
    memcpy (buffer + LIBUSB_CONTROL_SETUP_SIZE, data, length);
  libusb_fill_control_transfer (
      waiting.transfer, self->handle, buffer, done_cb, &waiting, timeout_ms);

  status = carry_out (self, &waiting);
  if (status > 0 && (kind & LIBUSB_ENDPOINT_IN) != 0)
    memcpy (data, buffer + LIBUSB_CONTROL_SETUP_SIZE, MIN (status, length));
  libusb_free_transfer (waiting.transfer);
  sem_destroy (&waiting.done);
  return explain_break (self, status);
}

/* (nullable): the endpoint of the claimed interface with that address */
static const HsUsbEndpoint *
find_endpoint (HsUsbTransport *self, guint8 address)
{
  GArray *endpoints = self->info->endpoints;

  for (guint i = 0; i < endpoints->len; i++) {
    const HsUsbEndpoint *endpoint = &g_array_index (endpoints, HsUsbEndpoint, i);

    if (endpoint->address == address && endpoint->interface == self->interface)
      return endpoint;
  }
  return NULL;
}

/* One request of at most PIECE_BYTES; a libusb error, or how many bytes moved. What came before the
 * time was up counts: it would be lost otherwise. */
static int
move_piece (HsUsbTransport *self,
            const HsUsbEndpoint *endpoint,
            guint8 *data,
            int length,
            guint timeout_ms)
{
  Waiting waiting = { .transfer = libusb_alloc_transfer (0) };
  gboolean is_in = (endpoint->address & LIBUSB_ENDPOINT_IN) != 0;
  int status;

  sem_init (&waiting.done, 0, 0);
  libusb_fill_bulk_transfer (waiting.transfer,
                             self->handle,
                             endpoint->address,
                             data,
                             length,
                             done_cb,
                             &waiting,
                             timeout_ms);
  if ((endpoint->attributes & 3) == LIBUSB_TRANSFER_TYPE_INTERRUPT)
    waiting.transfer->type = LIBUSB_TRANSFER_TYPE_INTERRUPT;
  status = carry_out (self, &waiting);
  if (status == LIBUSB_ERROR_TIMEOUT && is_in && waiting.transfer->actual_length > 0)
    status = waiting.transfer->actual_length;
  libusb_free_transfer (waiting.transfer);
  sem_destroy (&waiting.done);
  if (!is_in && status >= 0 && status < length)
    status = LIBUSB_ERROR_IO;
  return explain_break (self, status);
}

static gboolean
hs_usb_transport_send (HsTransport *transport,
                       const HsRequest *request,
                       const guint8 *data,
                       guint16 length,
                       guint timeout_ms,
                       GError **error)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);
  int n = control (self, request->kind, request, (guint8 *) data, length, timeout_ms);

  if (n >= 0 && n < length)
    n = LIBUSB_ERROR_IO;
  return hs_usb_take_status (n, self->info->node, error);
}

static gssize
hs_usb_transport_receive (HsTransport *transport,
                          const HsRequest *request,
                          guint8 *data,
                          guint16 length,
                          guint timeout_ms,
                          GError **error)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);
  int n = control (self, request->kind | LIBUSB_ENDPOINT_IN, request, data, length, timeout_ms);

  return hs_usb_take_status (n, self->info->node, error) ? n : -1;
}

/* As a plain request: libusb_set_interface_alt_setting() 1.0.26 unlocks a mutex that it does not
 * hold when the device has just left, and aborts the program later. Without endpoints the kernel
 * has nothing to keep about the setting. */
static gboolean
hs_usb_transport_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);
  const HsRequest request = { .kind = LIBUSB_RECIPIENT_INTERFACE,
                              .request = LIBUSB_REQUEST_SET_INTERFACE,
                              .value = alt,
                              .index = (guint16) self->interface };

  return hs_usb_transport_send (transport, &request, NULL, 0, SETTING_TIMEOUT_MS, error);
}

static char *
hs_usb_transport_get_string (HsTransport *transport, guint8 index, GError **error)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);
  const HsRequest request = { .request = LIBUSB_REQUEST_GET_DESCRIPTOR,
                              .value = LIBUSB_DT_STRING << 8 | index,
                              .index = LANGUAGE_ENGLISH };
  guint8 descriptor[255];
  gunichar2 text[126];
  gssize n = hs_usb_transport_receive (
      transport, &request, descriptor, sizeof descriptor, STRING_TIMEOUT_MS, error);
  char *utf8;

  if (n < 0)
    return NULL;
  n = n >= 2 ? MIN (n, descriptor[0]) : 0;
  if (n < 2 || descriptor[1] != LIBUSB_DT_STRING) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTOCOL,
                 "%s: string descriptor %u makes no sense",
                 self->info->port,
                 index);
    return NULL;
  }

  n = (n - 2) / 2;
  for (gssize i = 0; i < n; i++)
    text[i] = descriptor[2 + 2 * i] | descriptor[3 + 2 * i] << 8;
  utf8 = g_utf16_to_utf8 (text, n, NULL, NULL, NULL);
  return utf8 != NULL ? utf8 : g_strdup ("");
}

static gboolean
hs_usb_transport_reset (HsTransport *transport, GError **error)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);
  int status = LIBUSB_ERROR_NO_DEVICE;

  if (self->handle != NULL) {
    status = libusb_reset_device (self->handle);
    if (status == LIBUSB_ERROR_NOT_FOUND) /* it is already coming back as another device */
      status = 0;
    hs_usb_transport_close (transport);
  }
  return hs_usb_take_status (status, self->info->node, error);
}

/* @timeout_ms is for every piece: a long transfer that moves on may take longer. */
static gssize
hs_usb_transport_transfer (HsTransport *transport,
                           guint8 address,
                           guint8 *data,
                           gsize length,
                           guint timeout_ms,
                           GError **error)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);
  const HsUsbEndpoint *endpoint = find_endpoint (self, address);
  gsize moved = 0;
  int piece;
  int n;

  if (endpoint == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 "%s: the interface has no endpoint %02x",
                 self->info->port,
                 address);
    return -1;
  }

  do { /* once for a packet of no length */
    piece = MIN (length - moved, PIECE_BYTES);
    n = self->handle != NULL ? move_piece (self, endpoint, data + moved, piece, timeout_ms)
                             : LIBUSB_ERROR_NO_DEVICE;
    if (n == LIBUSB_ERROR_TIMEOUT && moved > 0 && (address & LIBUSB_ENDPOINT_IN) != 0)
      return moved;
    if (!hs_usb_take_status (n, self->info->node, error))
      return -1;
    moved += n;
  } while (n == piece && moved < length);
  return moved;
}

static gboolean
hs_usb_transport_clear_halt (HsTransport *transport, guint8 endpoint, GError **error)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (transport);
  int status = LIBUSB_ERROR_NO_DEVICE;

  if (self->handle != NULL)
    status = explain_break (self, libusb_clear_halt (self->handle, endpoint));
  return hs_usb_take_status (status, self->info->node, error);
}

static void
hs_usb_transport_finalize (GObject *object)
{
  HsUsbTransport *self = HS_USB_TRANSPORT (object);

  hs_usb_transport_close (HS_TRANSPORT (self));
  hs_usb_info_unref (self->info);
  g_object_unref (self->bus);

  G_OBJECT_CLASS (hs_usb_transport_parent_class)->finalize (object);
}

static void
hs_usb_transport_class_init (HsUsbTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_usb_transport_finalize;
  transport_class->close = hs_usb_transport_close;
  transport_class->send = hs_usb_transport_send;
  transport_class->receive = hs_usb_transport_receive;
  transport_class->set_alternate = hs_usb_transport_set_alternate;
  transport_class->get_string = hs_usb_transport_get_string;
  transport_class->reset = hs_usb_transport_reset;
  transport_class->transfer = hs_usb_transport_transfer;
  transport_class->clear_halt = hs_usb_transport_clear_halt;
}

static void
hs_usb_transport_init (HsUsbTransport *self)
{
}

/* A libusb error; on success the handle is there. */
static int
open_and_claim (HsUsbTransport *self, libusb_device *device)
{
  libusb_device_handle *handle = NULL;
  int status = libusb_open (device, &handle);

  if (status != 0)
    return status;

  libusb_set_auto_detach_kernel_driver (handle, TRUE);
  status = libusb_claim_interface (handle, self->interface);
  if (status == 0)
    self->handle = handle;
  else
    libusb_close (handle);
  return status;
}

/**
 * hs_usb_transport_open:
 * @bus: the #HsUsbBus; kept alive while the transport is
 * @device: the device; libusb takes its own reference
 * @info: the same device's enumeration
 * @error: %HS_FLASH_ERROR_PERMISSION, _BUSY, _GONE
 *
 * Opens the device and claims hs_usb_info_get_interface(). A kernel driver that has it
 * lets go until the transport is closed. Right after a device arrived, its permissions may still
 * be on their way and a system service may be looking at it: half a second of patience. Blocks.
 *
 * Returns: (transfer full): an open transport
 */
HsTransport *
hs_usb_transport_open (HsBus *bus, HsLibusbDevice *device, HsUsbInfo *info, GError **error)
{
  g_autoptr (HsUsbTransport) self = g_object_new (HS_TYPE_USB_TRANSPORT, NULL);
  gint64 deadline = g_get_monotonic_time () + PATIENCE_MS * G_TIME_SPAN_MILLISECOND;
  int status;

  self->bus = g_object_ref (bus);
  self->info = hs_usb_info_ref (info);
  self->interface = hs_usb_info_get_interface (info);
  status = open_and_claim (self, device);
  while ((status == LIBUSB_ERROR_BUSY || status == LIBUSB_ERROR_ACCESS) &&
         g_get_monotonic_time () < deadline) {
    g_usleep (PATIENCE_LOOK_MS * 1000);
    status = open_and_claim (self, device);
  }

  if (!hs_usb_take_status (status, info->node, error))
    return NULL;
  return HS_TRANSPORT (g_steal_pointer (&self));
}
