/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

/* The lines that Hotshoe runs; no others. */
#define HS_REPL_SYS_VERSION    "import sys;print(sys.version)"
#define HS_REPL_VERSION_STRING "import omv;print(omv.version_string())"
#define HS_REPL_BOARD_ID       "import omv;print(omv.board_id())"
#define HS_REPL_BOOTLOADER     "import machine;machine.bootloader()"
#define HS_REPL_RESET          "import machine;machine.reset()"
#define HS_REPL_READ_WORD      "import machine;print(machine.mem32[0x%08X])"

gboolean hs_repl_enter (HsTransport *transport, GCancellable *cancellable, GError **error);
char *
hs_repl_run (HsTransport *transport, const char *line, GCancellable *cancellable, GError **error);
gboolean hs_repl_run_last (HsTransport *transport, const char *line, GError **error);

G_END_DECLS
