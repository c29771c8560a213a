/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/capture.h"

G_BEGIN_DECLS

/* Payload up to this many bytes is always kept. */
#define HS_CAPTURE_SMALL_BYTES 64

/* For the reader of files: the entry as it stands, without bounds. */
void hs_capture_restore (HsCapture *self, HsCaptureEntry *entry);
void hs_capture_restore_cut (HsCapture *self);
/* What was left out: bytes that were received, whole requests. */
void hs_capture_get_cuts (HsCapture *self, gboolean *received, gboolean *requests);
/* (transfer full): "name=value", escaped, sorted. */
char **hs_capture_dup_notes (HsCapture *self);

/* One line without its end. */
void hs_capture_entry_write (const HsCaptureEntry *self, GString *out);
/* @infos: (element-type HsUsbInfo): those introduced so far, by instance; filled. NULL: broken. */
HsCaptureEntry *hs_capture_entry_parse (const char *line, GHashTable *infos);

G_END_DECLS
