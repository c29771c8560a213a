/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/usb-info.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (HsUsbInfo, hs_usb_info, hs_usb_info_ref, hs_usb_info_unref)

/* USB 2.0 table 9-5 */
enum { DESCRIPTOR_INTERFACE = 4, DESCRIPTOR_ENDPOINT = 5 };

/* usb.org base classes; DFU 1.1 table 4.4 */
enum { CLASS_HID = 0x03, CLASS_APPLICATION = 0xfe, CLASS_VENDOR = 0xff, SUBCLASS_DFU = 1 };

HsUsbInfo *
hs_usb_info_new (void)
{
  HsUsbInfo *self = g_atomic_rc_box_new0 (HsUsbInfo);

  self->alts = g_array_new (FALSE, TRUE, sizeof (HsUsbAlt));
  self->endpoints = g_array_new (FALSE, TRUE, sizeof (HsUsbEndpoint));
  return self;
}

HsUsbInfo *
hs_usb_info_ref (HsUsbInfo *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  HsUsbInfo *self = data;

  g_free (self->port);
  g_free (self->manufacturer);
  g_free (self->product);
  g_free (self->serial);
  g_free (self->node);
  g_free (self->tty);
  g_array_unref (self->alts);
  g_array_unref (self->endpoints);
}

void
hs_usb_info_unref (HsUsbInfo *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* Returns: (transfer full): the same enumeration, to be changed before anybody else sees it */
HsUsbInfo *
hs_usb_info_copy (const HsUsbInfo *self)
{
  HsUsbInfo *copy = g_atomic_rc_box_new (HsUsbInfo);

  *copy = *self;
  copy->port = g_strdup (self->port);
  copy->manufacturer = g_strdup (self->manufacturer);
  copy->product = g_strdup (self->product);
  copy->serial = g_strdup (self->serial);
  copy->node = g_strdup (self->node);
  copy->tty = g_strdup (self->tty);
  copy->alts = g_array_copy (self->alts);
  copy->endpoints = g_array_copy (self->endpoints);
  return copy;
}

static void
take_extra (HsUsbInfo *self, const guint8 *descriptor)
{
  HsUsbAlt *alt;

  if (self->alts->len == 0)
    return;

  alt = &g_array_index (self->alts, HsUsbAlt, self->alts->len - 1);
  if (alt->n_extra + descriptor[0] <= sizeof alt->extra) {
    memcpy (alt->extra + alt->n_extra, descriptor, descriptor[0]);
    alt->n_extra += descriptor[0];
  }
}

static void
take_descriptor (HsUsbInfo *self, const guint8 *d)
{
  if (d[1] == DESCRIPTOR_INTERFACE && d[0] >= 9) {
    HsUsbAlt alt = { .number = d[2],
                     .alt = d[3],
                     .class = d[5],
                     .subclass = d[6],
                     .protocol = d[7],
                     .name_index = d[8] };

    g_array_append_val (self->alts, alt);
  } else if (d[1] == DESCRIPTOR_ENDPOINT && d[0] >= 7 && self->alts->len > 0) {
    HsUsbEndpoint endpoint = {
      .address = d[2],
      .attributes = d[3],
      .max_packet = (d[4] | d[5] << 8) & 0x7ff, /* USB 2.0 table 9-13: bits 10..0 */
      .interface = g_array_index (self->alts, HsUsbAlt, self->alts->len - 1).number,
    };

    g_array_append_val (self->endpoints, endpoint);
  } else {
    take_extra (self, d);
  }
}

/**
 * hs_usb_info_take_config:
 * @self: an info that is still being filled
 * @config: (array length=length): a configuration descriptor with all that follows it
 * @length: in bytes
 *
 * Reads interfaces, endpoints and class-specific descriptors (USB 2.0 section 9.6). Bytes that
 * don't parse end the reading: what stood before them is kept.
 *
 * Returns: %FALSE if the descriptors are broken
 */
gboolean
hs_usb_info_take_config (HsUsbInfo *self, const guint8 *config, gsize length)
{
  gsize at = length > 0 ? config[0] : 0;

  if (length < 9 || at < 9)
    return FALSE;

  while (at + 2 <= length) {
    const guint8 *d = config + at;

    if (d[0] < 2 || at + d[0] > length)
      return FALSE;
    take_descriptor (self, d);
    at += d[0];
  }

  return TRUE;
}

/* The number of the first interface like that; -1 if there is none. @subclass and @protocol -1:
 * any. */
static int
find_interface (const HsUsbInfo *self, guint8 class, int subclass, int protocol)
{
  for (guint i = 0; i < self->alts->len; i++) {
    const HsUsbAlt *alt = &g_array_index (self->alts, HsUsbAlt, i);

    if (alt->class == class && (subclass < 0 || alt->subclass == subclass) &&
        (protocol < 0 || alt->protocol == protocol))
      return alt->number;
  }
  return -1;
}

guint8
hs_usb_info_get_interface (const HsUsbInfo *self)
{
  int number;

  g_return_val_if_fail (self != NULL, 0);

  number = find_interface (self, CLASS_APPLICATION, SUBCLASS_DFU, -1);
  if (number < 0)
    number = find_interface (self, CLASS_VENDOR, 0, 0);
  if (number < 0)
    number = find_interface (self, CLASS_HID, -1, -1);
  return MAX (number, 0);
}

gboolean
hs_usb_info_has_picoboot (const HsUsbInfo *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return find_interface (self, CLASS_APPLICATION, SUBCLASS_DFU, -1) < 0 &&
         find_interface (self, CLASS_VENDOR, 0, 0) >= 0;
}

const HsUsbEndpoint *
hs_usb_info_find_endpoint (const HsUsbInfo *self, gboolean in)
{
  guint8 interface;

  g_return_val_if_fail (self != NULL, NULL);

  interface = hs_usb_info_get_interface (self);
  for (guint i = 0; i < self->endpoints->len; i++) {
    const HsUsbEndpoint *endpoint = &g_array_index (self->endpoints, HsUsbEndpoint, i);

    if (endpoint->interface == interface && (endpoint->attributes & 2) != 0 &&
        ((endpoint->address & 0x80) != 0) == in)
      return endpoint;
  }
  return NULL;
}

int
hs_usb_port_compare (const char *a, const char *b)
{
  while (*a != '\0' && *b != '\0') {
    if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b)) {
      char *a_end;
      char *b_end;
      guint64 a_number = g_ascii_strtoull (a, &a_end, 10);
      guint64 b_number = g_ascii_strtoull (b, &b_end, 10);

      if (a_number != b_number)
        return a_number < b_number ? -1 : 1;
      a = a_end;
      b = b_end;
      continue;
    }
    if (*a != *b)
      return *a < *b ? -1 : 1;
    a++;
    b++;
  }
  return (*a != '\0') - (*b != '\0');
}
