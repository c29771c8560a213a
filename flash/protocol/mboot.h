/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

/* MCU Boot reference manual, "GetProperty"; the ones that are asked for. */
typedef enum {
  HS_MBOOT_PROPERTY_VERSION = 0x01,    /* 'K', major, minor, bugfix from the top byte down */
  HS_MBOOT_PROPERTY_MAX_PACKET = 0x0B, /* bytes of payload in one report of a data phase */
} HsMbootProperty;

#define HS_MBOOT_MEMORY_FLEXSPI_NOR 9u

/* OCOTP word 6, bit 4 (BT_FUSE_SEL): the chip boots from flash. The only fuse that is ever burnt.
 */
#define HS_MBOOT_BOOT_FUSE_WORD  6u
#define HS_MBOOT_BOOT_FUSE_VALUE 0x10u

const char *hs_mboot_status_name (guint32 status);

#define HS_TYPE_MBOOT (hs_mboot_get_type ())
G_DECLARE_FINAL_TYPE (HsMboot, hs_mboot, HS, MBOOT, GObject)

HsMboot *hs_mboot_new (HsTransport *transport, HsUsbInfo *info, GError **error);

gboolean
hs_mboot_get_property (HsMboot *self, HsMbootProperty property, guint32 *value, GError **error);
gboolean
hs_mboot_erase (HsMboot *self, guint32 address, guint32 length, guint64 *took_us, GError **error);
gboolean hs_mboot_write (HsMboot *self,
                         guint32 address,
                         const guint8 *data,
                         guint32 length,
                         guint64 *took_us,
                         GError **error);
gboolean
hs_mboot_read (HsMboot *self, guint32 address, guint8 *data, guint32 length, GError **error);
gboolean
hs_mboot_fill (HsMboot *self, guint32 address, guint32 length, guint32 pattern, GError **error);
gboolean hs_mboot_configure (HsMboot *self, guint32 memory, guint32 address, GError **error);
gboolean hs_mboot_read_fuse (HsMboot *self, guint32 index, guint32 *value, GError **error);
gboolean hs_mboot_burn_fuse (HsMboot *self, guint32 index, guint32 value, GError **error);
gboolean hs_mboot_reset (HsMboot *self, GError **error);

G_END_DECLS
