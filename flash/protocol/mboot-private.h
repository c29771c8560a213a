/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/protocol/mboot.h"

G_BEGIN_DECLS

/* Reports by their ids; and how large things are, in bytes. */
enum {
  HS_MBOOT_COMMAND_OUT = 1,
  HS_MBOOT_DATA_OUT = 2,
  HS_MBOOT_COMMAND_IN = 3,
  HS_MBOOT_DATA_IN = 4,
  HS_MBOOT_N_REPORTS = 5,

  HS_MBOOT_FRAME = 4,            /* report id, 0, length of the payload as u16 */
  HS_MBOOT_SHORTEST_PACKET = 32, /* every target takes that much in one report */
  HS_MBOOT_LARGEST_REPORT = 1024 + HS_MBOOT_FRAME,

  HS_MBOOT_REPORTS_AT_ONCE = 320, /* in one transfer */

  HS_MBOOT_ANSWER_MS = 2000,
};

struct _HsMboot {
  GObject parent_instance;

  HsTransport *transport;
  guint8 interface;
  guint8 in;                         /* endpoint */
  guint8 out;                        /* endpoint; 0: SET_REPORT instead */
  guint16 in_packet;                 /* bytes of one packet */
  guint16 out_packet;                /* the same */
  guint16 descriptor;                /* bytes of the report descriptor */
  guint16 sizes[HS_MBOOT_N_REPORTS]; /* bytes of each report with its id; 0: not asked yet, or no
                                        such one */
  guint max_packet;                  /* of a data phase; 0: not asked yet */
  guint data_packet;                 /* what the target puts into a report of read-memory; 0: not
                                        seen yet */
  guint8 *inbox;                     /* owned: what the last transfer brought */
  gsize inbox_at, inbox_end;         /* what of it was not looked at yet */
  gboolean out_of_step;              /* the target may still owe answers */
};

/* One packet from the target. */
typedef struct {
  guint8 id; /* of its report */
  guint length;
  guint8 bytes[HS_MBOOT_LARGEST_REPORT];
} HsMbootPacket;

/* mboot-report.c */
guint16 hs_mboot_find_descriptor (const HsUsbInfo *info, guint8 interface);
gboolean hs_mboot_learn_reports (HsMboot *self, GError **error);
gboolean
hs_mboot_send_packet (HsMboot *self, guint8 id, const guint8 *bytes, guint length, GError **error);
gboolean hs_mboot_send_data (HsMboot *self, const guint8 *bytes, guint length, GError **error);
gboolean
hs_mboot_receive_packet (HsMboot *self, HsMbootPacket *packet, guint timeout_ms, GError **error);
gboolean hs_mboot_receive_data (HsMboot *self, HsMbootPacket *packet, guint left, GError **error);
void hs_mboot_clear_inbox (HsMboot *self);
gboolean hs_mboot_take_status (guint32 status, GError **error);
gboolean hs_mboot_fail_protocol (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
