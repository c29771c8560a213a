/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

/* The debug protocol of firmware up to 4.8.1. Commands have neither framing nor checksum, and the
 * reply has no echo: each function sends one command and reads exactly its reply. */
gboolean hs_usbdbg_get_version (HsTransport *transport, guint8 version[3], GError **error);
char *hs_usbdbg_get_arch (HsTransport *transport, GError **error);
gboolean hs_usbdbg_boot (HsTransport *transport, GError **error);

char *hs_usbdbg_board_id_from_arch (const char *arch);

G_END_DECLS
