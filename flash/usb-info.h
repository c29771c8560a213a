/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* One alternate setting of one interface, from the configuration descriptor. */
typedef struct {
  guint8 number; /* bInterfaceNumber */
  guint8 alt;    /* bAlternateSetting */
  guint8 class, subclass, protocol;
  guint8 name_index; /* iInterface; 0 none */
  guint8 n_extra;
  guint8 extra[32]; /* class-specific descriptors that follow it, cut at 32 bytes */
} HsUsbAlt;

typedef struct {
  guint8 address;    /* bEndpointAddress */
  guint8 attributes; /* bits 1..0: 2 bulk, 3 interrupt (USB 2.0 table 9-13) */
  guint8 interface;
  guint16 max_packet; /* bytes */
} HsUsbEndpoint;

/**
 * HsUsbInfo:
 *
 * What the bus tells about one device without opening it: one enumeration, immutable,
 * reference counted, any thread. A camera that re-enumerates is a new #HsUsbInfo.
 */
typedef struct {
  guint64 instance; /* never the same for two enumerations of one #HsBus */
  char *port;       /* path of hub ports, "1-4.2" */
  guint8 bus;
  guint8 address;
  guint16 vid;
  guint16 pid;
  guint16 bcd_device;
  gboolean high_speed;
  char *manufacturer; /* nullable */
  char *product;      /* nullable */
  char *serial;       /* nullable */
  char *node;         /* "/dev/bus/usb/001/005"; nullable if simulated */
  char *tty;          /* "/dev/ttyACM0"; nullable */
  gboolean no_access; /* the node exists and may not be opened */
  gboolean simulated;
  GArray *alts;      /* (element-type HsUsbAlt) */
  GArray *endpoints; /* (element-type HsUsbEndpoint) */
} HsUsbInfo;

#define HS_TYPE_USB_INFO (hs_usb_info_get_type ())
GType hs_usb_info_get_type (void);

HsUsbInfo *hs_usb_info_new (void);
HsUsbInfo *hs_usb_info_ref (HsUsbInfo *self);
void hs_usb_info_unref (HsUsbInfo *self);
HsUsbInfo *hs_usb_info_copy (const HsUsbInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsUsbInfo, hs_usb_info_unref)

/* The interface that a bootloader talks on, which %HS_OPEN_USB claims: DFU (FE/01), else the
 * vendor's own (FF/00/00: PICOBOOT beside its drive), else HID (03), else 0. */
guint8 hs_usb_info_get_interface (const HsUsbInfo *self);
/* Whether that interface is the vendor's own FF/00/00 of the RP2040's ROM. */
gboolean hs_usb_info_has_picoboot (const HsUsbInfo *self);
/* That interface's first bulk or interrupt endpoint in that direction; (nullable) */
const HsUsbEndpoint *hs_usb_info_find_endpoint (const HsUsbInfo *self, gboolean in);

/* Paths of hub ports, numbers by their value: "1-2" before "1-10", "1-4" before "1-4.1". */
int hs_usb_port_compare (const char *a, const char *b);

gboolean hs_usb_info_take_config (HsUsbInfo *self, const guint8 *config, gsize length);

G_END_DECLS
