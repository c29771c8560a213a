/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

#define HS_TYPE_TTY_TRANSPORT (hs_tty_transport_get_type ())
G_DECLARE_FINAL_TYPE (HsTtyTransport, hs_tty_transport, HS, TTY_TRANSPORT, HsTransport)

HsTransport *hs_tty_transport_open (const char *path, GError **error);

G_END_DECLS
