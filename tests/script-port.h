/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"

G_BEGIN_DECLS

/**
 * ScriptPort:
 *
 * A serial port with a script: each write must be what the script expects next, and makes the
 * script's reply readable. Time is virtual: a read without bytes lets its time-out pass at once.
 */
#define SCRIPT_TYPE_PORT (script_port_get_type ())
G_DECLARE_FINAL_TYPE (ScriptPort, script_port, SCRIPT, PORT, HsTransport)

ScriptPort *script_port_new (void);
/* Bytes as hex, blanks between them do not matter. */
GByteArray *script_port_bytes (const char *hex);
void script_port_expect (ScriptPort *self, const char *write_hex, const char *reply_hex);
void script_port_expect_reply (ScriptPort *self, const char *write_hex, GByteArray *reply);
void script_port_expect_bytes (ScriptPort *self, GByteArray *write, const char *reply_hex);
void script_port_expect_text (ScriptPort *self, const char *write, const char *reply);
void script_port_put (ScriptPort *self, const char *hex);
void script_port_unplug (ScriptPort *self);
guint script_port_get_baud (ScriptPort *self);
void script_port_assert_done (ScriptPort *self);

G_END_DECLS
