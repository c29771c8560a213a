/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/error.h"
#include "flash/transport/bus.h"

G_BEGIN_DECLS

/* One line of a capture: a request, or something that happened on the bus. */
typedef enum {
  HS_CAPTURE_SEND,
  HS_CAPTURE_RECEIVE,
  HS_CAPTURE_ALTERNATE, /* @number: the alternate setting */
  HS_CAPTURE_STRING,    /* @number: index of the descriptor; @data: the text */
  HS_CAPTURE_RESET,
  HS_CAPTURE_TRANSFER,   /* @number: address of the endpoint */
  HS_CAPTURE_CLEAR_HALT, /* @number: address of the endpoint */
  HS_CAPTURE_LINE,       /* @number: baud rate */
  HS_CAPTURE_WRITE,
  HS_CAPTURE_READ,
  HS_CAPTURE_OPEN, /* @number: a #HsOpenKind */
  HS_CAPTURE_CLOSE,
  HS_CAPTURE_DEVICE,  /* introduces @info; no event */
  HS_CAPTURE_ARRIVED, /* @info came */
  HS_CAPTURE_LEFT,    /* @info left */
  HS_CAPTURE_GAP,     /* @number lines were left out here to bound the size */
  HS_CAPTURE_N_OPS
} HsCaptureOp;

/**
 * HsCaptureEntry:
 *
 * Owned fields are freed with the last reference. @data is %NULL where nothing moved, or where it
 * was too much to keep: then @sha256 tells it apart and @head begins it.
 */
typedef struct {
  HsCaptureOp op;
  guint line;       /* in the file, from 1 */
  guint connection; /* which transport, from 1; 0 none */
  gint64 at_us;     /* when it began, from the beginning of the capture */
  guint64 us;       /* how long it took */
  HsRequest request;
  guint timeout_ms;
  guint asked; /* receive, read and transfer IN: room in bytes */
  guint number;
  gboolean dtr;
  guint length; /* bytes that moved */
  GBytes *data;
  char *sha256;
  guint8 head[16];
  int code;      /* a #HsFlashError, -1 if it succeeded */
  char *message; /* of the error */
  HsUsbInfo *info;
} HsCaptureEntry;

HsCaptureEntry *hs_capture_entry_new (HsCaptureOp op);
HsCaptureEntry *hs_capture_entry_ref (HsCaptureEntry *self);
void hs_capture_entry_unref (HsCaptureEntry *self);
void hs_capture_entry_set_data (HsCaptureEntry *self, gconstpointer data, gsize length);
void hs_capture_entry_cut_data (HsCaptureEntry *self);
gboolean hs_capture_entry_is_received (const HsCaptureEntry *self);
void hs_capture_entry_set_error (HsCaptureEntry *self, const GError *error);
char *hs_capture_entry_describe (const HsCaptureEntry *self);
const char *hs_capture_op_name (HsCaptureOp op);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsCaptureEntry, hs_capture_entry_unref)

/**
 * HsCapture:
 *
 * A conversation with a camera, kept to be looked at and played again (#HsReplayingBus). Any
 * thread may add. Its size is bounded: blocks that were sent are kept as digest, what was received
 * is kept up to 1 MiB (the beginning and the end), and so are 100,000 requests. What was left out
 * is said in the file.
 */
#define HS_TYPE_CAPTURE (hs_capture_get_type ())
G_DECLARE_FINAL_TYPE (HsCapture, hs_capture, HS, CAPTURE, GObject)

HsCapture *hs_capture_new (void);
void hs_capture_set_brief (HsCapture *self);
void hs_capture_set_note (HsCapture *self, const char *name, const char *value);
const char *hs_capture_get_note (HsCapture *self, const char *name);
guint hs_capture_next_connection (HsCapture *self);
void hs_capture_add (HsCapture *self, HsCaptureEntry *entry);
gboolean hs_capture_is_whole (HsCapture *self);
GPtrArray *hs_capture_dup_entries (HsCapture *self);

GBytes *hs_capture_to_bytes (HsCapture *self);
HsCapture *hs_capture_new_for_bytes (GBytes *bytes, GError **error);
gboolean hs_capture_save (HsCapture *self, GFile *file, GError **error);
HsCapture *hs_capture_load (GFile *file, GError **error);

G_END_DECLS
