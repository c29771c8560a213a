/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

/* Opcodes of channel 0 (docs/protocol.md of the firmware). */
typedef enum {
  HS_OPENMV_SYNC = 0x00,
  HS_OPENMV_GET_CAPS = 0x01,
  HS_OPENMV_SET_CAPS = 0x02,
  HS_OPENMV_VERSION = 0x04,
  HS_OPENMV_SYS_RESET = 0x10,
  HS_OPENMV_SYS_BOOT = 0x11,
  HS_OPENMV_SYS_INFO = 0x12,
} HsOpenmvOpcode;

typedef enum {
  HS_OPENMV_ACK = 0x01,
  HS_OPENMV_NAK = 0x02,
  HS_OPENMV_RTX = 0x04,
  HS_OPENMV_ACK_REQ = 0x08,
  HS_OPENMV_FRAGMENT = 0x10,
  HS_OPENMV_EVENT = 0x20,
} HsOpenmvFlags;

typedef struct {
  guint8 sequence;
  guint8 channel;
  guint8 flags;
  guint8 opcode;
  guint16 length; /* bytes of payload */
} HsOpenmvHeader;

typedef struct {
  guint8 protocol[3]; /* major, minor, patch */
  guint8 bootloader[3];
  guint8 firmware[3];
} HsOpenmvVersion;

typedef struct {
  char board_id[25]; /* dev_id as 24 upper-case hex digits */
  guint16 vid;
  guint16 pid;
} HsOpenmvInfo;

/* The codec alone. */
GByteArray *hs_openmv_encode (const HsOpenmvHeader *header, const guint8 *payload);
gboolean hs_openmv_decode (GByteArray *input, HsOpenmvHeader *header, GByteArray *payload);

/* The conversation; plain structure of one thread. */
typedef struct _HsOpenmv HsOpenmv;

HsOpenmv *hs_openmv_new (HsTransport *transport);
void hs_openmv_free (HsOpenmv *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsOpenmv, hs_openmv_free)

gboolean hs_openmv_begin (HsOpenmv *self, GCancellable *cancellable, GError **error);
gboolean hs_openmv_get_version (HsOpenmv *self, HsOpenmvVersion *version, GError **error);
gboolean hs_openmv_get_info (HsOpenmv *self, HsOpenmvInfo *info, GError **error);
gboolean hs_openmv_boot (HsOpenmv *self, GError **error);

G_END_DECLS
