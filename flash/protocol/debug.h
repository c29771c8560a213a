/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

/**
 * HsDebug:
 *
 * The debug protocol of a running firmware, of whichever generation: usbdbg (4.x) or v2 (5.0.0 and
 * later).
 */
typedef struct _HsDebug HsDebug;

HsDebug *hs_debug_probe (HsTransport *transport, GCancellable *cancellable, GError **error);
void hs_debug_free (HsDebug *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsDebug, hs_debug_free)

char *hs_debug_dup_version (HsDebug *self);
char *hs_debug_get_board_id (HsDebug *self, GError **error);
gboolean hs_debug_boot (HsDebug *self, GError **error);

G_END_DECLS
