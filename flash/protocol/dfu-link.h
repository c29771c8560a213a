/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

/* USB DFU 1.1, table A.1.2 */
typedef enum {
  HS_DFU_STATE_APP_IDLE,
  HS_DFU_STATE_APP_DETACH,
  HS_DFU_STATE_IDLE,
  HS_DFU_STATE_DNLOAD_SYNC,
  HS_DFU_STATE_DNBUSY,
  HS_DFU_STATE_DNLOAD_IDLE,
  HS_DFU_STATE_MANIFEST_SYNC,
  HS_DFU_STATE_MANIFEST,
  HS_DFU_STATE_MANIFEST_WAIT_RESET,
  HS_DFU_STATE_UPLOAD_IDLE,
  HS_DFU_STATE_ERROR,
} HsDfuState;

#define HS_DFU_STATUS_VENDOR 0x0b /* errVENDOR */
#define HS_DFU_BCD_DFUSE     0x011a

/* Milliseconds; what may wait for an erase that hides in the answer, and what does not. */
#define HS_DFU_ERASE_TIMEOUT_MS   30000
#define HS_DFU_REQUEST_TIMEOUT_MS 5000

const char *hs_dfu_status_name (guint8 status);
const char *hs_dfu_state_name (guint8 state);

/* Answer to GETSTATUS. */
typedef struct {
  guint8 status;
  guint8 state;
  guint poll_ms;
} HsDfuStatus;

/**
 * HsDfuLink:
 *
 * The requests of USB DFU 1.1 on one device, which plain DFU (#HsDfu) and ST's dialect (#HsDfuse)
 * both speak, and what its descriptors say. Part of those two; blocks like them. After a failure
 * the alternate setting counts as unknown.
 */
typedef struct {
  HsTransport *transport; /* owned */
  GArray *alts;           /* HsUsbAlt of the DFU interface, in the order of the descriptors */
  GPtrArray *names;       /* parallel to alts; entries NULL until they were asked for */
  guint16 block_size;     /* bytes; wTransferSize of the functional descriptor */
  guint16 bcd;            /* bcdDFUVersion */
  guint8 attributes;      /* bmAttributes */
  guint8 interface;
  int selected; /* alternate setting; -1 not known */

  /* DfuSe only: what decides whether a download may be sent. */
  gboolean knows_pointer;
  guint32 pointer;        /* address that was set last */
  gboolean asked_to_read; /* the last request but GETSTATUS was one that protection refuses */
  guint n_refused_reads;  /* errVENDOR in answer to such, since the last one that was answered */
} HsDfuLink;

/* A read-protected chip has to say so as often, in one conversation, before it is erased. */
#define HS_DFU_UNPROTECT_PROOFS 2

gboolean
hs_dfu_link_open (HsDfuLink *self, HsTransport *transport, HsUsbInfo *info, GError **error);
void hs_dfu_link_clear (HsDfuLink *self);
gboolean hs_dfu_link_can_upload (const HsDfuLink *self);
const char *hs_dfu_link_get_name (HsDfuLink *self, guint n, GError **error);

gboolean hs_dfu_link_forget (HsDfuLink *self);
gboolean hs_dfu_link_select (HsDfuLink *self, guint8 alt, GError **error);
gboolean hs_dfu_link_get_status (HsDfuLink *self, HsDfuStatus *status, GError **error);
gboolean hs_dfu_link_abort (HsDfuLink *self, GError **error);
gboolean hs_dfu_link_make_idle (HsDfuLink *self, GError **error);
gboolean hs_dfu_link_download (HsDfuLink *self,
                               guint16 block,
                               const guint8 *data,
                               guint16 length,
                               GError **error);
gboolean hs_dfu_link_read_unprotect (HsDfuLink *self, GError **error);
gssize
hs_dfu_link_upload (HsDfuLink *self, guint16 block, guint8 *data, guint16 length, GError **error);
gboolean hs_dfu_link_detach (HsDfuLink *self, guint16 within_ms, GError **error);
gboolean hs_dfu_status_fail (const HsDfuStatus *status, GError **error);

G_END_DECLS
