/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A USB control request without its direction; send() and receive() add that. */
typedef struct {
  guint8 kind; /* type and recipient bits of bmRequestType: 0x21 class, interface */
  guint8 request;
  guint16 value;
  guint16 index;
} HsRequest;

#define HS_TYPE_TRANSPORT (hs_transport_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsTransport, hs_transport, HS, TRANSPORT, GObject)

/**
 * HsTransportClass:
 * @close: never fails; harmless on a closed transport; after it nothing reaches the camera
 * @send: control OUT; moves all @length bytes to the device, or fails
 * @receive: control IN; returns how many bytes came, at most @length, or -1
 * @set_alternate: SET_INTERFACE on the claimed interface
 * @get_string: (nullable): string descriptor @index as UTF-8, (transfer full)
 * @reset: USB port reset; the device may re-enumerate, the transport is closed afterwards
 * @transfer: one transfer on a bulk or interrupt endpoint of the claimed interface; @endpoint is
 * its bEndpointAddress, whose bit 7 is the direction. Which of the two it is, the descriptors tell.
 *   Returns how many bytes moved: OUT all @length or it fails, IN at most @length (a packet shorter
 *   than the endpoint's ends it), 0 for a packet of no length; -1 on error,
 *   %HS_FLASH_ERROR_TIMED_OUT if the device gave or took nothing in time
 * @clear_halt: CLEAR_FEATURE ENDPOINT_HALT of one endpoint, after a STALL
 * @set_line: serial port: baud rate and DTR (CDC SET_LINE_CODING, SET_CONTROL_LINE_STATE)
 * @write: serial port: all @length bytes, or fails
 * @read: serial port: what came within @timeout_ms, at least 1 byte; 0 on time-out; -1 on error
 * @sleep: waits @us microseconds of the camera's time (virtual in fast simulation)
 * @now: the camera's clock, microseconds, monotonic
 *
 * An open conversation with one device. Made by hs_bus_open(). All are called on one thread at a
 * time and may block: never on the main thread. Errors are #HsFlashError only. A transport offers
 * either the USB half or the serial half; the other half fails with %HS_FLASH_ERROR_UNSUPPORTED.
 */
struct _HsTransportClass {
  GObjectClass parent_class;

  void (*close) (HsTransport *self);
  gboolean (*send) (HsTransport *self,
                    const HsRequest *request,
                    const guint8 *data,
                    guint16 length,
                    guint timeout_ms,
                    GError **error);
  gssize (*receive) (HsTransport *self,
                     const HsRequest *request,
                     guint8 *data,
                     guint16 length,
                     guint timeout_ms,
                     GError **error);
  gboolean (*set_alternate) (HsTransport *self, guint8 alt, GError **error);
  char *(*get_string) (HsTransport *self, guint8 index, GError **error);
  gboolean (*reset) (HsTransport *self, GError **error);
  gssize (*transfer) (HsTransport *self,
                      guint8 endpoint,
                      guint8 *data,
                      gsize length,
                      guint timeout_ms,
                      GError **error);
  gboolean (*clear_halt) (HsTransport *self, guint8 endpoint, GError **error);
  gboolean (*set_line) (HsTransport *self, guint baud, gboolean dtr, GError **error);
  gboolean (*write) (HsTransport *self,
                     const guint8 *data,
                     gsize length,
                     guint timeout_ms,
                     GError **error);
  gssize (*read) (HsTransport *self, guint8 *data, gsize length, guint timeout_ms, GError **error);
  void (*sleep) (HsTransport *self, guint64 us);
  gint64 (*now) (HsTransport *self);
};

void hs_transport_close (HsTransport *self);
gboolean hs_transport_send (HsTransport *self,
                            const HsRequest *request,
                            const guint8 *data,
                            guint16 length,
                            guint timeout_ms,
                            GError **error);
gssize hs_transport_receive (HsTransport *self,
                             const HsRequest *request,
                             guint8 *data,
                             guint16 length,
                             guint timeout_ms,
                             GError **error);
gboolean hs_transport_set_alternate (HsTransport *self, guint8 alt, GError **error);
char *hs_transport_get_string (HsTransport *self, guint8 index, GError **error);
gboolean hs_transport_reset (HsTransport *self, GError **error);
gssize hs_transport_transfer (HsTransport *self,
                              guint8 endpoint,
                              guint8 *data,
                              gsize length,
                              guint timeout_ms,
                              GError **error);
gboolean hs_transport_clear_halt (HsTransport *self, guint8 endpoint, GError **error);
gboolean hs_transport_set_line (HsTransport *self, guint baud, gboolean dtr, GError **error);
gboolean hs_transport_write (HsTransport *self,
                             const guint8 *data,
                             gsize length,
                             guint timeout_ms,
                             GError **error);
gssize
hs_transport_read (HsTransport *self, guint8 *data, gsize length, guint timeout_ms, GError **error);
void hs_transport_sleep (HsTransport *self, guint64 us);
gint64 hs_transport_now (HsTransport *self);

G_END_DECLS
